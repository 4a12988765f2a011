"""The pages of people: who has an account and which role may what, and a person's own account with its tokens."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from airpact.node.api import pages
from airpact.node.api.access import CERTIFICATE, actor, caller_of
from airpact.node.api.entering import field, own_form
from airpact.node.api.pages import door_of, page
from airpact.node.people.account import Account, Refused, State
from airpact.node.people.records import PRESENCE_S, TOKEN_S_MAX, Records
from airpact.node.people.roles import TABLE, Role

HOUR_S: Final = 3600.0
NAME_CHARACTERS_MAX: Final = 64

Action = Callable[[Request, FormData], Awaitable[Response | None]]


# --- people ----------------------------------------------------------------------------------------------------------


async def get_people(request: Request) -> Response:
    """Show every account and the table of roles."""
    return await _people(request)


async def invite(request: Request, form: FormData) -> Response:
    """Make an invitation and show its link, once."""
    door, name = door_of(request), field(form, "account").strip().lower()
    secret = await door.changed(Records.invite, name, _roles(form), actor(request.scope), door.now_s())
    link = f"{pages.site_of(request).origin}/invitation/{secret}"
    return await _people(request, link=link, invited=name)


async def give_roles(request: Request, form: FormData) -> None:
    """Give an account other roles."""
    door = door_of(request)
    await door.changed(Records.give_roles, field(form, "account"), _roles(form), actor(request.scope), door.now_s())


async def lock(request: Request, form: FormData) -> None:
    """Shut an account out."""
    door = door_of(request)
    await door.changed(Records.lock, field(form, "account"), actor(request.scope), door.now_s())


async def unlock(request: Request, form: FormData) -> None:
    """Let an account in again."""
    door = door_of(request)
    await door.changed(Records.unlock, field(form, "account"), actor(request.scope), door.now_s())


def _acting(action: Action, shown: Callable[..., Awaitable[Response]], back: str) -> Any:
    """Carry out one form of a page; a refusal shows the page again with the reason."""

    async def handle(request: Request) -> Response:
        try:
            answer = await action(request, await own_form(request))
        except Refused as error:
            told = pages.refusal_of(request, error)
            return await shown(request, status=pages.refused_status(error), told=told)
        return answer if answer is not None else RedirectResponse(back, HTTPStatus.SEE_OTHER)

    return handle


def _roles(form: FormData) -> list[str]:
    return [value for value in form.getlist("role") if isinstance(value, str)]


async def _people(
    request: Request, *, status: int = 200, told: Any = None, link: str = "", invited: str = ""
) -> Response:
    door, t = door_of(request), pages.speak(request)
    accounts = [] if door.is_open else await door.records(Records.accounts)
    now_s = door.now_s()
    return page(
        request, "people.html", status=status, where="/people", told=told, link=link, invited=invited, roles=TABLE,
        accounts=[(each, *_standing(each, now_s, t)) for each in accounts],
        counts={
            "accounts": len(accounts),
            "locked": sum(each.state is State.LOCKED or each.wait_until_s > now_s for each in accounts),
            "invited": sum(each.state is State.INVITED for each in accounts),
        },
    )  # fmt: skip


def _standing(account: Account, now_s: float, t: Any) -> tuple[str, str]:
    """Return in words where an account stands, and the class of its ink."""

    def at(time_s: float | None) -> str:
        return pages.clock(time_s or 0.0, now_s)

    if account.state is State.LOCKED:
        return t("state-locked"), "alarm"
    if account.wait_until_s > now_s:
        return t("state-waits", until=at(account.wait_until_s), wrong=account.wrong), "alarm"
    if account.invited_until_s is not None and account.invited_until_s > now_s:
        return t("state-invited", until=at(account.invited_until_s)), "open"
    if account.state is State.INVITED:
        return t("state-invitation-over"), "open"
    if account.seen_s is not None and now_s - account.seen_s < PRESENCE_S:
        return t("state-present", at=at(account.seen_s)), ""
    return (t("state-never") if account.signed_in_s is None else t("state-last", at=at(account.signed_in_s))), ""


# --- the own account -------------------------------------------------------------------------------------------------


async def get_account(request: Request) -> Response:
    """Show the caller's roles and tokens."""
    return await _account(request)


async def issue_token(request: Request, form: FormData) -> Response:
    """Make a token for a program and show it, once."""
    door, caller = door_of(request), caller_of(request.scope)
    name = field(form, "name").strip()
    if not 0 < len(name) <= NAME_CHARACTERS_MAX or not name.isprintable():
        raise Refused("bad_token_name")
    hours, certificate = field(form, "hours"), request.scope.get(CERTIFICATE, "")
    seconds = float(hours) * HOUR_S if hours.isascii() and hours.isdecimal() and len(hours) < 4 else 0.0
    token, until_s = await door.changed(Records.issue, caller, name, _roles(form), seconds, certificate, door.now_s())
    return await _account(request, token=token, until=pages.clock(until_s, door.now_s()))


async def end_token(request: Request, form: FormData) -> None:
    """End one token."""
    door, number = door_of(request), field(form, "number")
    if not (number.isascii() and number.isdecimal() and len(number) < 16):
        raise Refused("no_such_token")
    await door.changed(Records.revoke, caller_of(request.scope), int(number), door.now_s())


async def _account(
    request: Request, *, status: int = 200, told: Any = None, token: str = "", until: str = ""
) -> Response:
    door, caller = door_of(request), caller_of(request.scope)
    tokens = [] if door.is_open else await door.records(Records.tokens, caller.account, door.now_s())
    return page(
        request, "account.html", status=status, where="/account", told=told, token=token, until=until,
        hours=int(TOKEN_S_MAX / HOUR_S), observes=caller.roles == (Role.OBSERVER,),
        sees=[row for row in TABLE if row.role in caller.roles],
        tokens=[(each, pages.clock(each.until_s, door.now_s())) for each in tokens],
    )  # fmt: skip


ROUTES: Final = (
    Route("/people", get_people, methods=["GET"]),
    Route("/people/invite", _acting(invite, _people, "/people"), methods=["POST"]),
    Route("/people/roles", _acting(give_roles, _people, "/people"), methods=["POST"]),
    Route("/people/lock", _acting(lock, _people, "/people"), methods=["POST"]),
    Route("/people/unlock", _acting(unlock, _people, "/people"), methods=["POST"]),
    Route("/account", get_account, methods=["GET"]),
    Route("/account/tokens", _acting(issue_token, _account, "/account"), methods=["POST"]),
    Route("/account/tokens/end", _acting(end_token, _account, "/account"), methods=["POST"]),
)
