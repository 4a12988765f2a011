"""One shape for every error: RFC 9457 problem details, `application/problem+json`, with a stable `code`.

Codes of refusals come from the stages; the table here is the only place where a code becomes an HTTP status.
"""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any, Final

import msgspec
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from airpact.node.entries import Refusal
from airpact.node.loop import KeyReusedError, StorageError
from airpact.node.workers import BusyError

MEDIA_TYPE: Final = "application/problem+json"
# A refusal not named here is a conflict with what stands: the usual reason why a desk says no.
STATUS_OF_REFUSAL: Final[dict[str, int]] = {
    "no_such_alert": HTTPStatus.NOT_FOUND,
    "bad_voice_entry": HTTPStatus.UNPROCESSABLE_ENTITY,
    "outside_recording": HTTPStatus.UNPROCESSABLE_ENTITY,
    "speed_out_of_range": HTTPStatus.UNPROCESSABLE_ENTITY,
}
RETRY_AFTER_S: Final = 2


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Problem details (RFC 9457 §3.1); `code` is ours and never changes its meaning, `detail` is for a person."""

    title: str
    status: int
    code: str
    detail: str = ""


def problem(status: int, code: str, detail: str = "", headers: dict[str, str] | None = None) -> Response:
    """Return an error response in the one shape."""
    body = Problem(HTTPStatus(status).phrase, int(status), code, detail)
    return Response(msgspec.json.encode(body), int(status), headers=headers, media_type=MEDIA_TYPE)


def refused(refusal: Refusal) -> Response:
    """Return the answer to a command that was not accepted."""
    status = STATUS_OF_REFUSAL.get(refusal.code, HTTPStatus.CONFLICT)
    return problem(status, refusal.code, refusal.detail)


async def on_http(request: Request, error: Exception) -> Response:
    """Answer what the router refuses: no such page, wrong method."""
    assert isinstance(error, HTTPException)
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
    detail = "" if error.detail == HTTPStatus(error.status_code).phrase else str(error.detail)
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_methods(request)) or headers.get("Allow", "")
    return problem(error.status_code, code, detail, headers)


def _methods(request: Request) -> list[str]:
    """Return every method this path takes (RFC 9110 §15.5.6); the router names those of the first route only."""
    routers = [
        request.app,
        *(included.original_router for included in request.app.routes if hasattr(included, "original_router")),
    ]
    routes = [route for router in routers for route in router.routes if isinstance(route, Route)]
    found = [route.methods or set() for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return sorted(set().union(*found))


async def on_invalid(_: Request, error: Exception) -> Response:
    """Answer a request whose body, path or query does not fit, naming every field that is wrong."""
    assert isinstance(error, RequestValidationError)
    places = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", "; ".join(places))


async def on_busy(_: Request, error: Exception) -> Response:
    """Answer when a bounded queue is full: nothing was done, the same request may be sent again."""
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, "desk_busy", str(error), {"Retry-After": str(RETRY_AFTER_S)})


async def on_storage(_: Request, error: Exception) -> Response:
    """Answer when nothing could be made durable: the command was not acknowledged."""
    detail = f"Not recorded, so not acknowledged: {error}. Send it again with the same Idempotency-Key."
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, "not_recorded", detail, {"Retry-After": str(RETRY_AFTER_S)})


async def on_key(_: Request, _error: Exception) -> Response:
    """Answer an idempotency key that belongs to another command."""
    detail = "This Idempotency-Key came before with a different command. Use a new key for a new command."
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail)


async def on_fault(_: Request, _error: Exception) -> Response:
    """Answer a fault of this program without telling its insides; the server writes them to the node's log."""
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", "The node's log says what went wrong.")


HANDLERS: Final[dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]]] = {
    HTTPException: on_http,
    RequestValidationError: on_invalid,
    BusyError: on_busy,
    StorageError: on_storage,
    KeyReusedError: on_key,
    Exception: on_fault,
}
