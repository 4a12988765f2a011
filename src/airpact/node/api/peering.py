"""The routes about other parties: keys and logs in full, presence here, what was said by voice, lifts refused."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from airpact.node.api import peerschema, schema
from airpact.node.api.access import caller_of
from airpact.node.api.pages import door_of
from airpact.node.api.routes import Key, as_json, desk_node, errors, take
from airpact.node.commands import LIFT_REFUSE, PRESENCE, VOICE_ENTRY
from airpact.node.people.roles import Permission

router = APIRouter()


@router.get("/peers", response_model=peerschema.PeersTable, summary="The other parties: keys, logs, refusals, files")
async def get_peers(request: Request) -> Response:
    """Answer what is pinned, what was compared, what was refused and kept, and what was carried by file."""
    table = await desk_node(request).peers_table()
    return as_json(msgspec.structs.replace(table, home=_home(request)))


def _home(request: Request) -> str:
    """Return the folder of this node for who may see its keys: they type its commands."""
    layout, sees = door_of(request).house.layout, caller_of(request.scope).may(Permission.SEE_KEYS)
    return str(layout.root.absolute()) if layout is not None and sees else ""


@router.post(
    "/presence",
    response_model=schema.Taken,
    responses=errors(409, 422, 503),
    summary="Confirm that an officer is at the desk",
)
async def confirm_presence(request: Request, body: peerschema.Presence, key: Key = "") -> Response:
    """Answer once it is durable; it holds for 30 minutes, then the desk says that it is unmanned."""
    return await take(request, PRESENCE, body.model_dump(), key)


@router.get("/voice-entries", response_model=peerschema.VoiceEntries, summary="What was said by voice")
async def get_voice_entries(request: Request) -> Response:
    """Answer the newest entries, unsigned, per this desk's record."""
    return Response(await desk_node(request).voice_entries(), media_type="application/json")


@router.post(
    "/voice-entries",
    response_model=schema.Taken,
    responses=errors(409, 422, 503),
    summary="Note what was said by voice",
)
async def note_voice(request: Request, body: peerschema.VoiceEntry, key: Key = "") -> Response:
    """Answer once the entry is durable."""
    return await take(request, VOICE_ENTRY, body.model_dump(), key)


@router.post(
    "/lifts/{lift:path}/refusal",
    response_model=schema.Taken,
    responses=errors(404, 409, 422, 503),
    summary="Refuse the exact position for one pair",
)
async def refuse_lift(
    request: Request,
    lift: Annotated[str, Path(min_length=1, max_length=256, description="id of the alert of the pair")],
    body: peerschema.LiftRefusal,
    key: Key = "",
) -> Response:
    """Answer once the refusal is durable: the other desk is told of the pair, its position withheld."""
    return await take(request, LIFT_REFUSE, {"alert": lift, **body.model_dump()}, key)
