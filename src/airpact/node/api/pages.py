"""What every page has: frame, words, language, cookies, and how a refusal looks to a person; works without script.

Jinja2 with autoescape; no script or style stands in a page, none comes from elsewhere (Content-Security-Policy).
"""

from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from airpact.node.api import words as catalogue
from airpact.node.api.access import API, CALLER, ENTRY, Refusal
from airpact.node.api.console import CONTENT_TYPES
from airpact.node.api.guard import own_origin, refuse
from airpact.node.api.words import Words
from airpact.node.loop import DeskNode
from airpact.node.people.account import Caller, Refused, Way
from airpact.node.people.door import Door, csrf
from airpact.node.people.passkeys import Site
from airpact.node.people.roles import RESERVED, Permission, Role, holders

LANGUAGE_COOKIE: Final = "airpact_language"
LANGUAGE_S: Final = 365 * 86_400
# `same-origin`, not `no-referrer`: under the latter a browser sends `Origin: null` with a form, and the guard refuses.
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
}
STATUS: Final[dict[str, int]] = {
    "wrong": HTTPStatus.UNAUTHORIZED,
    "locked": HTTPStatus.TOO_MANY_REQUESTS,
    "no_such_account": HTTPStatus.NOT_FOUND,
    "invitation_over": HTTPStatus.GONE,
    "account_locked": HTTPStatus.CONFLICT,
    "last_administrator": HTTPStatus.CONFLICT,
    "too_many_accounts": HTTPStatus.CONFLICT,
    "too_many_tokens": HTTPStatus.CONFLICT,
    "csrf": HTTPStatus.FORBIDDEN,
}
# What stands in the head of a page: path, message, and what somebody signed in must be able to see.
NAVIGATION: Final = (
    ("/", "nav-watch", Permission.SEE_PICTURE),
    ("/people", "nav-people", Permission.SEE_PEOPLE),
    ("/keys", "nav-keys", Permission.SEE_KEYS),
    ("/check", "nav-check", None),
    ("/account", "nav-account", None),
)


def door_of(request: Request) -> Door:
    """Return the door of the node behind this application."""
    door = request.app.state.door
    assert isinstance(door, Door)
    return door


def node_of(request: Request) -> DeskNode:
    """Return the running desk behind this application."""
    node = request.app.state.node
    assert isinstance(node, DeskNode)
    return node


def site_of(request: Request) -> Site:
    """Return where the browser of a request believes to be."""
    return Site(own_origin(request.scope, request.headers.get("host", "")))


def speak(request: Request) -> Words:
    """Return the catalogue in which to answer a request."""
    code = catalogue.choose(
        request.query_params.get("lang", ""),
        request.cookies.get(LANGUAGE_COOKIE, ""),
        request.headers.get("accept-language", ""),
    )
    return catalogue.words(code)


def page(request: Request, template: str, *, status: int = 200, where: str = "", **values: Any) -> Response:
    """Return one page; `where` is the path its language links lead to (default: this one)."""
    t = speak(request)
    caller: Caller | None = request.scope.get(CALLER)
    node, door = node_of(request), door_of(request)
    text = _templates().get_template(template).render(
        t=t,
        caller=caller,
        csrf=csrf(caller) if caller is not None and caller.way is Way.SESSION else "",
        signed_in=caller is not None and caller.way is Way.SESSION,
        is_open=door.is_open,
        desk=node.desk,
        party=node.desk["party"],
        house=door.house,
        now=_clock(door.now_s()),
        languages=_languages(request, where or request.url.path),
        navigation=_navigation(caller),
        here=request.url.path,
        Permission=Permission,
        **values,
    )  # fmt: skip
    response = HTMLResponse(text, status, HEADERS)
    if request.query_params.get("lang") == t.language:
        keep_cookie(request, response, LANGUAGE_COOKIE, t.language, LANGUAGE_S)
    return response


def refusal_of(request: Request, error: Refused) -> tuple[str, str]:
    """Return the bold and the plain sentence that tell a person of a refusal."""
    t, values = speak(request), dict(error.values)
    if "until_s" in values:
        now_s, until_s = door_of(request).now_s(), values.pop("until_s")
        values |= {"until": clock(until_s, now_s), "minutes": _minutes(until_s - now_s)}
    name = f"refused-{error.code.replace('_', '-')}"
    more = f"{name}-more"
    return t(name, **values), t(more, **values) if t.has(more) else ""


def refused_status(error: Refused) -> int:
    """Return the status of a refusal; what is not in the table is a field that does not fit."""
    return int(STATUS.get(error.code, HTTPStatus.UNPROCESSABLE_ENTITY))


def retry(request: Request, error: Refused, response: Response) -> Response:
    """Say in a header when a try is taken again, where the refusal is about time (RFC 9110 §10.2.3)."""
    if "until_s" in error.values:
        response.headers["Retry-After"] = str(int(error.values["until_s"] - door_of(request).now_s()) + 1)
    return response


def turn_away(refusal: Refusal, scope: Scope) -> Response:
    """Return how a person is told of a refusal of the gate: the sign-in page, or who may."""
    request = Request(scope)
    status, code, _ = refusal
    name = f"refused-{code.replace('_', '-')}"
    if status == HTTPStatus.UNAUTHORIZED and request.method in ("GET", "HEAD"):
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?{urlencode({'next': wanted})}", HTTPStatus.SEE_OTHER)
    needs = scope[ENTRY].needs
    caller: Caller | None = scope[CALLER]
    observes = needs is Permission.SEE_PICTURE and caller is not None and caller.roles == (Role.OBSERVER,)
    t = speak(request)
    told = ("observer-no-picture", "observer-no-picture-more") if observes else (name, f"{name}-more")
    roles = holders(needs) if isinstance(needs, Permission) and not observes else ()
    return page(request, "refused.html", status=status, told=tuple(map(t, told)), roles=roles)


def refused_page(request: Request, error: Refused) -> Response:
    """Return a page that says why something was not done."""
    told = refusal_of(request, error)
    return page(request, "refused.html", status=refused_status(error), told=told, roles=())


async def refuse_page_or_api(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer what the gate refuses: problem details for programs and sockets, a page for people."""
    if scope["type"] == "websocket" or f"{scope['path']}/".startswith(API):
        await refuse(refusal, scope, receive, send)
    else:
        await turn_away(refusal, scope)(scope, receive, send)


def keep_cookie(request: Request, response: Response, name: str, value: str, seconds: int | None = None) -> None:
    """Set a cookie that no script reads and no other site sends along."""
    response.set_cookie(
        name, value, seconds, path="/", secure=request.url.scheme == "https", httponly=True, samesite="strict"
    )


def drop_cookie(request: Request, response: Response, name: str) -> None:
    """Take a cookie back."""
    secure = request.url.scheme == "https"
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="strict")


def local_path(asked: str) -> str:
    """Return a path of this desk to go on to, "" where what was asked for leads elsewhere."""
    plain = asked.startswith("/") and not asked.startswith(("//", "/\\")) and asked.isprintable() and "\\" not in asked
    return quote(asked, safe="/?&=%-._~") if plain else ""


def landing(caller_may: frozenset[Permission], asked: str) -> str:
    """Return where somebody who just signed in goes: where they wanted to, or the first page they may see."""
    wanted = local_path(asked)
    if wanted and wanted != "/":
        return wanted
    return next(path for path, _, needs in NAVIGATION if needs is None or needs in caller_may)


def clock(at_s: float, now_s: float) -> str:
    """Return a time of today as 12:18, of another day with its date (UTC)."""
    at, now = datetime.fromtimestamp(at_s, UTC), datetime.fromtimestamp(now_s, UTC)
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M}"


async def asset(request: Request) -> Response:
    """Answer one of the pages' own files."""
    path = _ASSETS / request.path_params["file"]
    if path.name not in _ASSET_NAMES:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return FileResponse(path, media_type=CONTENT_TYPES[path.suffix], headers={"Cache-Control": "no-cache"})


_ASSETS: Final = Path(str(files("airpact.node.api"))) / "assets"
_ASSET_NAMES: Final = frozenset(("pages.css", "passkey.js"))


@lru_cache(1)
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("airpact.node.api"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["dashed"] = lambda text: str(text).replace("_", "-")
    # A page says what can be done here and now; what is reserved stands in docs/people.md.
    environment.globals["permissions_in_order"] = [each for each in Permission if each not in RESERVED]
    return environment


def _clock(now_s: float) -> str:
    return f"{datetime.fromtimestamp(now_s, UTC):%H:%M:%S} UTC"


def _minutes(seconds: float) -> int:
    return max(1, -int(-seconds // 60))


def _languages(request: Request, path: str) -> list[tuple[str, str, str]]:
    onward = {"next": request.query_params["next"]} if "next" in request.query_params else {}
    return [(code, name, f"{path}?{urlencode({**onward, 'lang': code})}") for code, name in catalogue.LANGUAGES.items()]


def _navigation(caller: Caller | None) -> list[tuple[str, str]]:
    if caller is None:
        return [("/sign-in", "nav-sign-in"), *((path, name) for path, name, _ in NAVIGATION[1:4])]
    return [(path, name) for path, name, needs in NAVIGATION if needs is None or caller.may(needs)]
