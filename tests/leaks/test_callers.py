"""What each role, token and stranger reads of other parties: nothing that is not theirs, in no answer and no log.

The table below is written from what the roles are for, not taken from the program.
"""

import json
from collections.abc import Iterator

import pytest
from websockets.exceptions import InvalidStatus

from airpact.node.api.access import ROUTES, WEBSOCKET
from airpact.node.peers import table
from airpact.node.people.door import csrf
from airpact.node.people.roles import Role
from tests.api.people import PASSWORD, Staffed, staffed
from tests.api.serving import WAIT_S

TRACKS, HISTORY, PARTIES, VOICE = "MARK-tracks", "MARK-history", "MARK-parties", "MARK-voice"
EVERYTHING = {TRACKS, HISTORY, PARTIES, VOICE}
MAY_READ: dict[Role, set[str]] = {
    Role.DUTY_OFFICER: EVERYTHING,
    Role.SUPERVISOR: EVERYTHING,
    Role.RESCUE_COORDINATOR: {TRACKS, HISTORY},
    Role.INVESTIGATOR: {HISTORY},
    Role.NEGOTIATOR: {PARTIES, VOICE},
    Role.INTERPRETER: {PARTIES, VOICE},
    Role.LIAISON: {PARTIES, VOICE},
    Role.ADMINISTRATOR: {PARTIES, VOICE},
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    """Serve a desk of which every answer about others is marked."""
    console = tmp_path_factory.mktemp("console")
    (console / "index.html").write_text("<!doctype html><title>airpact</title>")
    with staffed(tmp_path_factory.mktemp("home"), console) as desk:
        for role in Role:
            desk.account(name_of(role), role)
        desk.account("everybody", *Role)
        mark(desk)
        yield desk


def mark(desk: Staffed) -> None:
    node = desk.served.node

    async def tracks() -> bytes:
        return json.dumps({"tracks": [TRACKS]}).encode()

    async def voice() -> bytes:
        return json.dumps({"entries": [VOICE]}).encode()

    async def history(*_: float) -> dict[str, str]:
        return {"marks": HISTORY}

    node.trails, node.voice_entries, node.timeline = tracks, voice, history  # type: ignore[method-assign,assignment]
    node.peers = lambda: table.PeersTable(PARTIES, "", 0, 0)
    node.desk["title"] = TRACKS


def name_of(role: Role) -> str:
    return role.value.replace("_", "-")


def read_all(desk: Staffed, headers: dict[str, str]) -> str:
    """Return all that a caller gets from every route that reads, with the live socket."""
    answers = []
    for entry in ROUTES:
        path = entry.path.replace("{file:path}", "index.html").replace("{file}", "pages.css").replace("{secret}", "x")
        if entry.method == WEBSOCKET:
            answers.append(live(desk, headers))
        elif entry.method == "GET":
            for method in ("GET", "HEAD"):
                response = desk.served.http.request(method, path, headers=headers)
                answers.append(response.text + str(response.headers))
    return "\n".join(answers)


def live(desk: Staffed, headers: dict[str, str]) -> str:
    try:
        with desk.served.live(additional_headers=headers) as socket:
            return TRACKS + str(socket.recv(WAIT_S))
    except InvalidStatus as refused:
        return (refused.response.body or b"").decode()


def marks(text: str) -> set[str]:
    return {each for each in EVERYTHING if each in text}


@pytest.mark.parametrize("role", list(Role))
def test_a_role_reads_what_it_is_for_and_nothing_else(desk: Staffed, role: Role) -> None:
    _, headers = desk.session(name_of(role))
    assert marks(read_all(desk, headers)) == MAY_READ.get(role, set())
    assert marks(read_all(desk, desk.token(name_of(role)))) == MAY_READ.get(role, set())


@pytest.mark.parametrize("role", list(Role))
def test_a_token_of_one_role_reads_no_more_whoever_made_it(desk: Staffed, role: Role) -> None:
    caller, _ = desk.session("everybody")
    secret, _ = desk.records.issue(caller, "one", [role], 60.0, "", desk.clock.now_s())
    read = read_all(desk, {"Authorization": f"Bearer {secret}"})
    assert marks(read) == MAY_READ.get(role, set())
    assert secret not in read
    desk.records.revoke(caller, desk.records.tokens("everybody", desk.clock.now_s())[-1].number, desk.clock.now_s())


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer -"},
        {"Authorization": "Basic ZXZlcnlib2R5Og=="},
        {"Authorization": "Bearer " + "x" * 2000},
        {"Cookie": "airpact_nag_0=x"},
    ],
    ids=["nothing", "empty", "basic", "long", "cookie"],
)
def test_a_stranger_reads_nothing(desk: Staffed, headers: dict[str, str]) -> None:
    assert marks(read_all(desk, headers)) == set()


def test_no_answer_and_no_log_repeats_a_password_a_token_or_a_session(
    desk: Staffed, caplog: pytest.LogCaptureFixture
) -> None:
    caller, cookie = desk.session("everybody")
    token = desk.token("everybody")
    secrets = [PASSWORD, "wrong horse battery", cookie["Cookie"].partition("=")[2], token["Authorization"].split()[1]]
    answers = []
    for headers in (cookie, token, {**cookie, "Origin": "http://evil.example"}, {**cookie, "Host": "evil.example"}):
        for entry in ROUTES:
            if entry.method == WEBSOCKET or entry.path == "/sign-out":
                continue
            path = entry.path.replace("{secret}", "x").replace("{file:path}", "none").replace("{file}", "none")
            form = {"password": secrets[1], "again": secrets[1], "account": "nobody", "csrf": csrf(caller)}
            sent = {"json": form} if entry.path.startswith("/api/") else {"data": form}
            sent = {} if entry.method == "GET" else sent
            response = desk.served.http.request(entry.method, path, headers=headers, **sent)  # type: ignore[arg-type]
            answers.append(response.text + str([(k, v) for k, v in response.headers.items() if k != "set-cookie"]))
    desk.served.http.post("/sign-in", data={"account": "everybody", "password": secrets[1]})
    told = "\n".join(answers) + caplog.text
    for secret in secrets:
        assert secret not in told


def test_a_fault_on_the_way_to_an_invitation_does_not_write_its_secret_to_the_log(
    desk: Staffed, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_secret: str) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(desk.door, "invited", broken)
    response = desk.served.http.get("/invitation/very-secret-invitation")
    assert response.status_code == 500
    assert desk.served.http.get("/sign-in").status_code == 200  # the fault was written down before this was answered
    assert "failed" in caplog.text
    assert "very-secret-invitation" not in response.text + caplog.text
