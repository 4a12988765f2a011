"""Every route of the application as every role, as nobody, with a session that is over, and with a token."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from airpact.node.api.access import API, ROUTES, WEBSOCKET, Entry, Open, entries_of
from airpact.node.api.app import PAGES, contract
from airpact.node.api.live import live
from airpact.node.people.door import csrf
from airpact.node.people.records import PRESENCE_S
from airpact.node.people.roles import GRANTED, RESERVED, TABLE, Permission, Role, acting, permitted
from tests.api.people import Staffed, staffed

CONSOLE = {("GET", "/"), ("GET", "/index.html"), ("GET", "/{file:path}")}
TABLED = {(entry.method, entry.path) for entry in ROUTES}
FILLED = {
    "{alert:path}": "nobody",
    "{lift:path}": "nobody",
    "{secret}": "x",
    "{file}": "pages.css",
    "{file:path}": "x.js",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    console = tmp_path_factory.mktemp("console")
    for name in ("index.html", "x.js"):
        (console / name).write_text("<!doctype html><title>airpact</title>")
    with staffed(tmp_path_factory.mktemp("home"), console) as desk:
        for role in Role:
            desk.account(name_of(role), role)
        yield desk


def name_of(role: Role) -> str:
    return role.value.replace("_", "-")


def path_of(entry: Entry) -> str:
    path = entry.path
    for pattern, value in FILLED.items():
        path = path.replace(pattern, value)
    return path


def ask(desk: Staffed, entry: Entry, headers: dict[str, str], word: str = "") -> tuple[int, str]:
    """Return status and text of one request, a form with the word of its session where it is one."""
    if entry.method == WEBSOCKET:
        try:
            with desk.served.live(additional_headers=headers):
                return 101, ""
        except InvalidStatus as refused:
            return refused.response.status_code, (refused.response.body or b"").decode()
    form = {"data": {"csrf": word, "account": "nobody", "role": "observer"}} if not entry.path.startswith(API) else {}
    response = desk.served.http.request(entry.method, path_of(entry), headers=headers, **form)  # type: ignore[arg-type]
    if response.status_code == 303 and response.headers["location"].startswith("/sign-in?"):
        return 401, "not_signed_in"
    return response.status_code, response.text


def is_let_in(answer: tuple[int, str]) -> bool:
    status, text = answer
    return status not in (401, 403) or ("Account and password" in text)


def test_every_route_of_the_application_is_in_the_table_once_and_no_other() -> None:
    found = {(m.upper(), f"/api/v1{path}") for path, ops in contract().openapi()["paths"].items() for m in ops}
    found |= {(WEBSOCKET, "/api/v1/live"), ("GET", "/api/v1/openapi.json")}
    sockets = [route for route in contract().router.routes if getattr(route, "endpoint", None) is live]
    assert len(sockets) == 1
    found |= {(method, route.path) for route in PAGES for method in (route.methods or set()) - {"HEAD"}}
    assert found | CONSOLE == {(method, path.replace("t:path}", "t}")) for method, path in TABLED}
    assert len(TABLED) == len(ROUTES)


def test_every_path_finds_its_own_rows() -> None:
    for entry in ROUTES:
        assert entry in entries_of(path_of(entry))
    assert entries_of("/api/v1/nope") == entries_of("/api/v1") == entries_of("/api/v1/") == ()


def test_every_permission_guards_a_route_or_is_reserved_with_a_reason() -> None:
    used = {entry.needs for entry in ROUTES if isinstance(entry.needs, Permission)}
    assert used | set(RESERVED) == set(Permission)
    assert used & set(RESERVED) == set()
    assert all(RESERVED.values())
    assert all(any(permission in row.has for row in TABLE) for permission in Permission)


def test_the_table_has_every_role_once() -> None:
    assert [row.role for row in TABLE] == list(Role)
    assert len(Role) == 13
    assert permitted([Role.OBSERVER]) == frozenset()
    assert Permission.SEE_PICTURE not in GRANTED[Role.ADMINISTRATOR]
    assert acting([Role.SUPERVISOR, Role.DUTY_OFFICER], Permission.ACKNOWLEDGE) is Role.DUTY_OFFICER
    assert acting([Role.OBSERVER], Permission.ACKNOWLEDGE) is None


@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_exactly_what_the_table_says(desk: Staffed, role: Role) -> None:
    for entry in ROUTES:
        caller, headers = desk.session(name_of(role))
        wanted = isinstance(entry.needs, Open) or entry.needs in GRANTED[role]
        answer = ask(desk, entry, headers, csrf(caller))
        assert is_let_in(answer) == wanted, (role, entry, answer)
        if not wanted:
            assert answer[0] == 403


@pytest.mark.parametrize("who", ["nobody", "expired", "unknown", "other name"])
def test_without_a_session_only_what_is_public_answers(desk: Staffed, who: str) -> None:
    caller, headers = desk.session(name_of(Role.SUPERVISOR))
    if who == "expired":
        desk.clock.advance(PRESENCE_S)
    sent = {
        "nobody": {},
        "expired": headers,
        "unknown": {"Cookie": headers["Cookie"][:-4] + "AAAA"},
        "other name": {"Cookie": headers["Cookie"].replace("airpact_nag", "airpact_ctf")},
    }[who]
    for entry in ROUTES:
        answer = ask(desk, entry, sent, csrf(caller))
        assert is_let_in(answer) == (entry.needs is Open.PUBLIC), (entry, answer)
        if entry.needs is not Open.PUBLIC:
            assert answer[0] == 401


def test_a_token_reaches_the_api_with_its_roles_and_no_page(desk: Staffed) -> None:
    headers = desk.token(name_of(Role.DUTY_OFFICER))
    for entry in ROUTES:
        granted = isinstance(entry.needs, Permission) and entry.needs in GRANTED[Role.DUTY_OFFICER]
        wanted = entry.needs is Open.PUBLIC or (granted and entry.path.startswith(API))
        assert is_let_in(ask(desk, entry, headers)) == wanted, entry


def test_a_refusal_says_which_roles_may(desk: Staffed) -> None:
    _, headers = desk.session(name_of(Role.ADMINISTRATOR))
    refused: httpx.Response = desk.served.http.get("/api/v1/desk", headers=headers)
    assert refused.status_code == 403
    assert refused.json()["code"] == "not_allowed"
    assert "duty_officer, supervisor, rescue_coordinator" in refused.json()["detail"]
    page = desk.served.http.get("/", headers=headers)
    assert page.status_code == 403
    assert "Duty officer, Supervisor, Rescue coordinator" in page.text
    assert "No picture" not in page.text


def test_an_observer_is_told_that_there_is_no_picture_for_them(desk: Staffed) -> None:
    _, headers = desk.session(name_of(Role.OBSERVER))
    page = desk.served.http.get("/", headers=headers)
    assert page.status_code == 403
    assert "No picture for an observer yet." in page.text
    assert ask(desk, next(e for e in ROUTES if e.method == WEBSOCKET), headers)[0] == 403


def test_a_signed_out_browser_is_led_to_the_sign_in_page_and_back(desk: Staffed, tmp_path: Path) -> None:
    led = desk.served.http.get("/people?x=1")
    assert (led.status_code, led.headers["location"]) == (303, "/sign-in?next=%2Fpeople%3Fx%3D1")
    assert desk.served.http.get("/").headers["location"] == "/sign-in?next=%2F"
