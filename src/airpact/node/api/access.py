"""Which permission each route needs, and the gate in front of them all: what is not in the table is not there.

`ROUTES` has exactly one entry for every method and path of the application (a test takes them from the application
itself). The gate finds the entry, asks the door who is calling, refuses, or puts the caller into the scope.

Forgery of requests (OWASP CSRF Prevention Cheat Sheet): the cookie is SameSite=Strict, so no other site sends it along.
A page on another port of this machine is the same site: it cannot hide its Origin or Sec-Fetch-Site, which every
browser since 2020 sends with each POST and DELETE, and both are checked (`guard` has the Origin). Forms carry a word
bound to the session besides. A request with neither header comes from no browser, and brings no cookie by itself.
"""

from collections.abc import Callable, Coroutine
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from starlette.datastructures import Headers
from starlette.routing import compile_path
from starlette.types import ASGIApp, Receive, Scope, Send

from airpact.node.api.problem import problem
from airpact.node.loop import StorageError
from airpact.node.people.account import Actor, Caller, Way
from airpact.node.people.door import Door
from airpact.node.people.roles import Permission, acting, holders
from airpact.node.workers import BusyError

API: Final = "/api/v1/"
WEBSOCKET: Final = "WEBSOCKET"
CALLER: Final = "airpact.caller"  # in the scope: who asks, None where nobody known does
ENTRY: Final = "airpact.entry"  # in the scope: the row of the table the request came by
CERTIFICATE: Final = "airpact.certificate"  # in the scope: SHA-256 of the client's certificate in hex, where it has one
BEARER: Final = "bearer "
SAME_ORIGIN: Final = frozenset({"same-origin", "none"})  # Fetch Metadata: this page itself, or typed by a person
COOKIE_BYTES_MAX: Final = 4096


class Open(StrEnum):
    """What needs no permission."""

    PUBLIC = "everybody"
    SIGNED_IN = "whoever is signed in"


Needs = Permission | Open


class Entry(NamedTuple):
    """One route: who may use it, and whether using it shows that a person is present."""

    method: str
    path: str
    needs: Needs

    @property
    def shows_presence(self) -> bool:
        """Whether a person did it: a command, or opening a page; what a page fetches by itself does not count."""
        return self.method != WEBSOCKET and (self.method != "GET" or not self.path.startswith(API))


_P = Permission
ROUTES: Final[tuple[Entry, ...]] = (
    Entry("GET", "/api/v1/openapi.json", Open.PUBLIC),
    Entry("GET", "/api/v1/desk", _P.SEE_PICTURE),
    Entry("GET", "/api/v1/trails", _P.SEE_PICTURE),
    Entry("GET", "/api/v1/timeline", _P.SEE_TIMELINE),
    Entry("POST", "/api/v1/acknowledgements", _P.ACKNOWLEDGE),
    Entry("POST", "/api/v1/shelvings", _P.SHELVE),
    Entry("DELETE", "/api/v1/shelvings/{alert:path}", _P.SHELVE),
    Entry("POST", "/api/v1/sound-checks", _P.SOUND_CHECK),
    Entry("POST", "/api/v1/replay", _P.MOVE_REPLAY),
    Entry("GET", "/api/v1/peers", _P.SEE_PEERS),
    Entry("POST", "/api/v1/presence", _P.CONFIRM_PRESENCE),
    Entry("GET", "/api/v1/voice-entries", _P.SEE_PEERS),
    Entry("POST", "/api/v1/voice-entries", _P.VOICE_ENTRY),
    Entry("POST", "/api/v1/lifts/{lift:path}/refusal", _P.REFUSE_LIFT),
    Entry(WEBSOCKET, "/api/v1/live", _P.SEE_PICTURE),
    Entry("GET", "/sign-in", Open.PUBLIC),
    Entry("POST", "/sign-in", Open.PUBLIC),
    Entry("POST", "/sign-in/passkey/ask", Open.PUBLIC),
    Entry("POST", "/sign-in/passkey", Open.PUBLIC),
    Entry("POST", "/sign-out", Open.SIGNED_IN),
    Entry("GET", "/invitation", Open.PUBLIC),
    Entry("GET", "/invitation/{secret}", Open.PUBLIC),
    Entry("POST", "/invitation/{secret}", Open.PUBLIC),
    Entry("POST", "/invitation/{secret}/passkey/ask", Open.PUBLIC),
    Entry("POST", "/invitation/{secret}/passkey", Open.PUBLIC),
    Entry("GET", "/account", Open.SIGNED_IN),
    Entry("POST", "/account/tokens", Open.SIGNED_IN),
    Entry("POST", "/account/tokens/end", Open.SIGNED_IN),
    Entry("GET", "/people", _P.SEE_PEOPLE),
    Entry("POST", "/people/invite", _P.INVITE),
    Entry("POST", "/people/roles", _P.INVITE),
    Entry("POST", "/people/lock", _P.LOCK),
    Entry("POST", "/people/unlock", _P.LOCK),
    Entry("GET", "/keys", _P.SEE_KEYS),
    Entry("GET", "/check", Open.SIGNED_IN),
    Entry("POST", "/check", Open.SIGNED_IN),
    Entry("GET", "/pages/{file}", Open.PUBLIC),
    Entry("GET", "/", _P.SEE_PICTURE),
    Entry("GET", "/index.html", _P.SEE_PICTURE),
    # The console's own scripts and words, the same for everybody; what they show comes from the API.
    Entry("GET", "/{file:path}", Open.PUBLIC),
)
_COMPILED: Final = tuple((compile_path(entry.path)[0], entry) for entry in ROUTES)


def entries_of(path: str) -> tuple[Entry, ...]:
    """Return the rows of the table a path belongs to, by method; none where there is no such page."""
    for pattern, entry in _COMPILED:
        if pattern.match(path) and not (entry.path == "/{file:path}" and f"{path}/".startswith(API)):
            return tuple(other for other in ROUTES if other.path == entry.path)
    return ()


Refusal = tuple[int, str, str]  # status, code, detail
Refuse = Callable[[Refusal, Scope, Receive, Send], Coroutine[Any, Any, None]]
# Rows that ask nobody who is calling: files that are the same for everybody.
_FILES: Final = frozenset({"/{file:path}", "/pages/{file}", "/api/v1/openapi.json"})


class Gate:
    """ASGI middleware behind the guard: asks the door who is calling, and lets through what the table says."""

    def __init__(self, app: ASGIApp, door: Door, refuse: Refuse) -> None:
        """`refuse` sends the answer to a request that is refused."""
        self._app, self._door, self._refuse = app, door, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer why not."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        rows = entries_of(scope["path"])
        method = scope.get("method", WEBSOCKET)
        entry = next((row for row in rows if row.method == ("GET" if method == "HEAD" else method)), None)
        if entry is None:
            await _no_such_route(rows)(scope, receive, send)
            return
        refusal = await self._judge(entry, scope)
        if refusal is not None:
            await self._refuse(refusal, scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _judge(self, entry: Entry, scope: Scope) -> Refusal | None:
        headers = Headers(scope=scope)
        scope[ENTRY], scope[CALLER] = entry, None
        if entry.path in _FILES:
            return None
        try:
            scope[CALLER] = caller = await self._caller(scope, headers)
            refusal = judge(entry, caller) or _forged(entry, caller, headers)
            if refusal is None and caller is not None and entry.shows_presence:
                await self._door.present(caller)
        except (BusyError, StorageError) as error:
            return HTTPStatus.SERVICE_UNAVAILABLE, "desk_busy", str(error)
        return refusal

    async def _caller(self, scope: Scope, headers: Headers) -> Caller | None:
        authorization = headers.get("authorization", "")
        if not authorization:
            return await self._door.caller(cookie(headers, self._door.cookie), "", "")
        if not (authorization.lower().startswith(BEARER) and scope["path"].startswith(API)):
            return await self._door.caller("", "", "")  # it asks to be known by something that is nothing here
        token = authorization[len(BEARER) :].strip()
        return await self._door.caller("", token or "-", scope.get(CERTIFICATE, ""))


def judge(entry: Entry, caller: Caller | None) -> Refusal | None:
    """Return why a caller may not use a route, None where they may."""
    if entry.needs is Open.PUBLIC:
        return None
    if caller is None:
        return HTTPStatus.UNAUTHORIZED, "not_signed_in", "Sign in first; the page for it is /sign-in."
    if isinstance(entry.needs, Open) or caller.may(entry.needs):
        return None
    able = ", ".join(holders(entry.needs)) or "nobody"
    return HTTPStatus.FORBIDDEN, "not_allowed", f"This needs {entry.needs}, which these roles have: {able}."


def _forged(entry: Entry, caller: Caller | None, headers: Headers) -> Refusal | None:
    if entry.method in ("GET", WEBSOCKET) or (caller is not None and caller.way is Way.TOKEN):
        return None
    if headers.get("sec-fetch-site", "same-origin") in SAME_ORIGIN:
        return None
    return HTTPStatus.FORBIDDEN, "csrf", "This came from another page. Do it again on a page of this desk."


def _no_such_route(rows: tuple[Entry, ...]) -> ASGIApp:
    allowed = {row.method for row in rows} - {WEBSOCKET}
    if not allowed:
        return problem(HTTPStatus.NOT_FOUND, "not_found")
    if "GET" in allowed and not rows[0].path.startswith(API):
        allowed.add("HEAD")
    named = {"Allow": ", ".join(sorted(allowed))}
    return problem(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", headers=named)


def cookie(headers: Headers, name: str) -> str:
    """Return the value of one cookie, "" when it is not sent or the header cannot be read."""
    parts = (part.strip().partition("=") for part in headers.get("cookie", "")[:COOKIE_BYTES_MAX].split(";"))
    return next((value for key, _, value in parts if key == name), "")


def caller_of(scope: Scope) -> Caller:
    """Return who is behind a request that came through the gate; only for routes that need somebody."""
    caller = scope[CALLER]
    assert isinstance(caller, Caller)
    return caller


def actor(scope: Scope) -> Actor:
    """Return as whom the caller of a request acts, in the role that lets them."""
    caller, needs = caller_of(scope), scope[ENTRY].needs
    role = acting(caller.roles, needs) if isinstance(needs, Permission) else None
    return Actor(caller.account, role or "", caller.alias)
