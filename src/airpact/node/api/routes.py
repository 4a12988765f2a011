"""The routes under `/api/v1`: what the desk is, where tracks were, what happened, and the commands people give.

Reading routes answer with bytes made elsewhere (msgspec, no second validation); the models stand in the contract.
"""

from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Header, Path, Query, Request
from starlette.responses import Response

from airpact.node.api import schema
from airpact.node.api.access import actor, caller_of
from airpact.node.api.problem import MEDIA_TYPE, problem, refused
from airpact.node.entries import Command, Refusal
from airpact.node.loop import Accepted, DeskNode
from airpact.node.people.account import Caller, Way
from airpact.node.people.door import csrf
from airpact.node.people.records import PRESENCE_S
from airpact.node.people.roles import permitted

HOUR_S: Final = 3600.0
TIMELINE_HOURS_MAX: Final = 24.0

_ERROR: Final[dict[str, Any]] = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}}
_WHEN: Final[dict[int, str]] = {
    404: "No such alert",
    409: "Refused: the code says why, nothing changed",
    422: "A field is wrong or missing, or the idempotency key belongs to another command",
    503: "Not recorded, or the desk is busy: nothing was acknowledged; send it again",
}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what the contract says of these errors."""
    return {status: {"description": _WHEN[status], **_ERROR} for status in statuses}


Key = Annotated[
    str, Header(alias="Idempotency-Key", max_length=255, description="the same key again gives the first answer")
]

router = APIRouter()


def desk_node(request: Request) -> DeskNode:
    """Return the running desk behind this application."""
    node = request.app.state.node
    assert isinstance(node, DeskNode)
    return node


@router.get("/desk", response_model=schema.Desk, summary="What does not change while the node runs")
async def get_desk(request: Request) -> Response:
    """Answer who this desk is, its parties, its procedures, where its map opens, and who is signed in."""
    return as_json({**desk_node(request).desk, **_signed_in(caller_of(request.scope))})


def _signed_in(caller: Caller) -> dict[str, Any]:
    """Return whom a page names, and the word its form to sign out carries; nothing where there was no signing in."""
    if caller.way is not Way.SESSION:
        return {}
    may = sorted(permitted(caller.roles))
    who = {"account": caller.account, "roles": caller.roles, "may": may}
    return {"person": {**who, "csrf": csrf(caller), "presence_s": PRESENCE_S}}


@router.get("/trails", response_model=schema.Trails, summary="Where every track was in the last three minutes")
async def get_trails(request: Request) -> Response:
    """Answer the ring of recent positions, for drawing."""
    return Response(await desk_node(request).trails(), media_type="application/json")


@router.get(
    "/timeline", response_model=schema.Timeline, responses=errors(422, 503), summary="Alerts and feed gaps, by time"
)
async def get_timeline(
    request: Request, hours: Annotated[float, Query(gt=0, le=TIMELINE_HOURS_MAX, allow_inf_nan=False)] = 2.0
) -> Response:
    """Answer what happened in the last hours, out of the durable history."""
    node = desk_node(request)
    now_s = node.clock.now_s()
    return as_json(await node.timeline(now_s - hours * HOUR_S, now_s))


@router.post(
    "/acknowledgements",
    response_model=schema.Taken,
    responses=errors(404, 409, 422, 503),
    summary="Stop the sound of one alert",
)
async def acknowledge(request: Request, body: schema.Acknowledgement, key: Key = "") -> Response:
    """Answer once the acknowledgement is durable."""
    return await take(request, "acknowledge", body.model_dump(), key)


@router.post(
    "/shelvings",
    response_model=schema.Taken,
    responses=errors(404, 409, 422, 503),
    summary="Set one advisory or caution aside",
)
async def shelve(request: Request, body: schema.Shelving, key: Key = "") -> Response:
    """Answer once the shelving is durable; a warning and a pair inside minima are refused."""
    return await take(request, "shelve", body.model_dump(), key)


@router.delete(
    "/shelvings/{alert:path}",
    response_model=schema.Taken,
    responses=errors(404, 409, 422, 503),
    summary="Take a shelving back",
)
async def unshelve(
    request: Request, alert: Annotated[str, Path(min_length=1, max_length=256)], key: Key = ""
) -> Response:
    """Answer once the alert is back on the list."""
    return await take(request, "unshelve", {"alert": alert}, key)


@router.post(
    "/sound-checks", response_model=schema.Taken, responses=errors(409, 422, 503), summary="Record the proof of sound"
)
async def check_sound(request: Request, body: schema.SoundCheck, key: Key = "") -> Response:
    """Answer once it is durable whether this watch heard the test sound."""
    return await take(request, "sound_check", body.model_dump(), key)


@router.post("/replay", response_model=schema.Transport, responses=errors(409, 422, 503), summary="Move a replay")
async def move_replay(request: Request, body: schema.TransportMove, key: Key = "") -> Response:  # noqa: ARG001
    """Answer where the replay stands; moving it twice to one place is the same as once, so the key changes nothing."""
    state = await desk_node(request).move(body.at_s, body.speed, body.playing)
    if state is None:
        return problem(409, "not_a_replay", "Only a desk in REPLAY mode can be moved in time.")
    return refused(state) if isinstance(state, Refusal) else as_json(state)


async def take(request: Request, kind: str, body: dict[str, Any], key: str) -> Response:
    """Answer a command once it is durable, or say why it was refused."""
    by = actor(request.scope)
    command = Command(kind, by.account, body, own_key(by.account, key), role=by.role, alias=by.alias)
    answer = await desk_node(request).submit(command)
    return refused(answer) if isinstance(answer, Refusal) else _taken(answer)


def own_key(account: str, key: str) -> str:
    """Return the key as it stands in the order: nobody can take one of the node, of its peers or of another person."""
    return f"api/{account}/{key}" if key else ""


def _taken(answer: Accepted) -> Response:
    return as_json({"index": answer.index, "at_s": answer.at_s, "alert": msgspec.Raw(answer.alert)})


def as_json(value: Any) -> Response:
    """Return a value as JSON."""
    return Response(msgspec.json.encode(value), media_type="application/json")
