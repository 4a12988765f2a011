"""The pages by which a person comes in and leaves: sign-in, invitation, sign-out (forms, and passkeys by script)."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

import msgspec
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from airpact.node.api import pages
from airpact.node.api.access import CALLER, caller_of
from airpact.node.api.pages import door_of, page, site_of
from airpact.node.api.problem import problem
from airpact.node.people.account import Refused, Way
from airpact.node.people.door import csrf_holds
from airpact.node.people.passwords import LENGTH_MIN
from airpact.node.people.records import SESSION_S, Records
from airpact.node.people.roles import permitted

FIELDS_MAX: Final = 40  # the largest form names every role
CHALLENGE_COOKIE: Final = "_passkey"


async def form_of(request: Request) -> FormData:
    """Return the fields of a form without files."""
    return await request.form(max_files=0, max_fields=FIELDS_MAX)


async def own_form(request: Request) -> FormData:
    """Return the fields of a form that a page of this session made; raises `Refused`."""
    form = await form_of(request)
    if not csrf_holds(caller_of(request.scope), form.get("csrf", "")):
        raise Refused("csrf")
    return form


def field(form: FormData, name: str) -> str:
    """Return one field of a form as text, "" where it is missing."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


async def get_sign_in(request: Request) -> Response:
    """Show the form, or where to go on for somebody who is in already."""
    return _sign_in(request)


async def sign_in(request: Request) -> Response:
    """Let a person in by account and password."""
    form = await form_of(request)
    account, onward = field(form, "account").strip().lower(), field(form, "next")
    address = request.client.host if request.client else ""
    try:
        secret = await door_of(request).enter_by_password(account, field(form, "password"), address)
    except Refused as error:
        response = _sign_in(request, pages.refused_status(error), error, account, onward)
        return pages.retry(request, error, response)
    return await _in(request, secret, onward)


def _sign_in(
    request: Request, status: int = 200, error: Refused | None = None, account: str = "", onward: str = ""
) -> Response:
    told = pages.refusal_of(request, error) if error is not None else None
    onward = onward or request.query_params.get("next", "")
    able = site_of(request).usable
    return page(
        request, "sign-in.html", status=status, told=told, account=account, onward=onward, passkeys=able,
        name_url=_named_url(request),
    )  # fmt: skip


async def _in(request: Request, secret: str, onward: str) -> Response:
    door = door_of(request)
    caller = await door.caller(secret, "", "")
    goal = pages.landing(permitted(caller.roles) if caller is not None else frozenset(), onward)
    response = RedirectResponse(goal, HTTPStatus.SEE_OTHER)
    pages.keep_cookie(request, response, door.cookie, secret, int(SESSION_S))
    return response


async def sign_out(request: Request) -> Response:
    """End the session."""
    caller, door = caller_of(request.scope), door_of(request)
    if caller.way is Way.SESSION:
        await own_form(request)
        await door.changed(Records.leave, caller, door.now_s())
    response = RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    pages.drop_cookie(request, response, door.cookie)
    return response


# --- passkeys, asked for by assets/passkey.js -------------------------------------------------------------------------


async def ask_passkey(request: Request) -> Response:
    """Answer what an authenticator is to sign."""
    return _asked(request, *door_of(request).ask_passkey(site_of(request)))


async def sign_in_by_passkey(request: Request) -> Response:
    """Let a person in by passkey."""
    door = door_of(request)
    secret = await door.enter_by_passkey(site_of(request), _challenge(request), await request.body())
    return await _in_by_script(request, secret)


async def ask_new_passkey(request: Request) -> Response:
    """Answer what a browser needs to make a passkey for the invited account."""
    door, party = door_of(request), str(request.app.state.node.desk["party"]["name"])
    return _asked(request, *await door.ask_new_passkey(site_of(request), request.path_params["secret"], party))


async def join_by_passkey(request: Request) -> Response:
    """Use an invitation with a passkey."""
    door, invitation = door_of(request), request.path_params["secret"]
    body = await request.body()
    secret = await door.join_by_passkey(site_of(request), invitation, _challenge(request), body)
    return await _in_by_script(request, secret)


def _asked(request: Request, secret: str, options: bytes) -> Response:
    response = Response(options, media_type="application/json")
    pages.keep_cookie(request, response, door_of(request).cookie + CHALLENGE_COOKIE, secret)
    return response


def _challenge(request: Request) -> str:
    return request.cookies.get(door_of(request).cookie + CHALLENGE_COOKIE, "")


async def _in_by_script(request: Request, secret: str) -> Response:
    moved = await _in(request, secret, request.query_params.get("next", ""))
    response = Response(msgspec.json.encode({"next": moved.headers["location"]}), media_type="application/json")
    pages.keep_cookie(request, response, door_of(request).cookie, secret, int(SESSION_S))
    pages.drop_cookie(request, response, door_of(request).cookie + CHALLENGE_COOKIE)
    return response


def told_to_script(
    handler: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    """Answer a refusal of `handler` as a problem whose detail is a sentence in the language of the page."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except Refused as error:
            return problem(pages.refused_status(error), error.code, " ".join(pages.refusal_of(request, error)).strip())

    return handle


# --- invitations -----------------------------------------------------------------------------------------------------


async def find_invitation(request: Request) -> Response:
    """Say how an invitation is used; somebody who typed its code is led to it."""
    code = request.query_params.get("code", "").strip().rpartition("/")[2]
    if code and code.isascii() and code.replace("-", "").replace("_", "").isalnum():
        return RedirectResponse(f"/invitation/{code}", HTTPStatus.SEE_OTHER)
    return page(request, "invitation.html", account=None, told=None, passkeys=False, least=LENGTH_MIN, name_url="")


async def get_invitation(request: Request) -> Response:
    """Show the form in which the invited person chooses how to sign in."""
    return await _invitation(request)


async def join(request: Request) -> Response:
    """Use an invitation with a password."""
    form, door = await form_of(request), door_of(request)
    try:
        secret = await door.join_by_password(
            request.path_params["secret"], field(form, "password"), field(form, "again")
        )
    except Refused as error:
        return await _invitation(request, error)
    return await _in(request, secret, "")


async def _invitation(request: Request, error: Refused | None = None) -> Response:
    told, account = (pages.refusal_of(request, error) if error is not None else None), None
    try:
        account = await door_of(request).invited(request.path_params["secret"])
    except Refused as over:
        error, told = over, pages.refusal_of(request, over)
    status = pages.refused_status(error) if error is not None else 200
    able = site_of(request).usable
    return page(
        request, "invitation.html", status=status, told=told, account=account, passkeys=able, least=LENGTH_MIN,
        name_url=_named_url(request),
    )  # fmt: skip


def _named_url(request: Request) -> str:
    """Return this page under a name where the browser came by address: passkeys need one; "" where it has one."""
    if site_of(request).usable or request.scope.get(CALLER) is not None:
        return ""
    port = f":{request.url.port}" if request.url.port else ""
    return f"{request.url.scheme}://localhost{port}{request.url.path}"


ROUTES: Final = (
    Route("/sign-in", get_sign_in, methods=["GET"]),
    Route("/sign-in", sign_in, methods=["POST"]),
    Route("/sign-in/passkey/ask", told_to_script(ask_passkey), methods=["POST"]),
    Route("/sign-in/passkey", told_to_script(sign_in_by_passkey), methods=["POST"]),
    Route("/sign-out", sign_out, methods=["POST"]),
    Route("/invitation", find_invitation, methods=["GET"]),
    Route("/invitation/{secret}", get_invitation, methods=["GET"]),
    Route("/invitation/{secret}", join, methods=["POST"]),
    Route("/invitation/{secret}/passkey/ask", told_to_script(ask_new_passkey), methods=["POST"]),
    Route("/invitation/{secret}/passkey", told_to_script(join_by_passkey), methods=["POST"]),
)
