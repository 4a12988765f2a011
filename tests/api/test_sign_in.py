"""Coming in and being kept out: passwords, passkeys, invitations, sessions, forged forms, tokens; without script."""

import hashlib
import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cbor2
import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from airpact.node.people.account import MACHINE, Refused
from airpact.node.people.door import cookie_name
from airpact.node.people.lockout import WAIT_S, WAIT_S_MAX, Addresses, wait_s
from airpact.node.people.records import INVITATION_S, PRESENCE_S, SESSION_S, TOKEN_S_MAX
from airpact.node.people.roles import Role
from tests.api.people import COOKIE, PASSWORD, Staffed, staffed


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Staffed]:
    with staffed(tmp_path) as desk:
        yield desk


def sign_in(browser: httpx.Client, account: str, password: str = PASSWORD, **more: str) -> httpx.Response:
    return browser.post("/sign-in", data={"account": account, "password": password, **more})


def test_the_form_lets_a_person_in_where_they_wanted_to_go_and_out_again(desk: Staffed) -> None:
    desk.account("sup-1", Role.SUPERVISOR)
    with desk.browser() as browser:
        entered = sign_in(browser, "sup-1", next="/people")
        assert (entered.status_code, entered.headers["location"]) == (303, "/people")
        cookie = entered.headers["set-cookie"]
        assert cookie.startswith(f"{COOKIE}=")
        assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
        page = browser.get("/people")
        assert "Sign out sup-1" in page.text
        word = page.text.split('name="csrf" value="')[1].split('"')[0]
        assert browser.post("/sign-out", data={"csrf": word}).status_code == 303
        browser.cookies.set(COOKIE, cookie.split("=", 1)[1].split(";")[0])
        assert browser.get("/people").status_code == 303


@pytest.mark.parametrize(
    "wanted", ["//example.org", "/\\example.org", "https://example.org", "javascript:x", "/\nx", ""]
)
def test_nobody_is_led_to_another_site(desk: Staffed, wanted: str) -> None:
    desk.account("sup-1", Role.SUPERVISOR)
    with desk.browser() as browser:
        assert sign_in(browser, "sup-1", next=wanted).headers["location"] == "/"


def test_five_wrong_passwords_make_known_and_unknown_accounts_wait_alike(desk: Staffed) -> None:
    desk.account("pub-1", Role.PUBLISHER)
    told = {}
    for name in ("pub-1", "nobody-9"):
        with desk.browser() as browser:
            answers = [sign_in(browser, name, f"wrong {number}") for number in range(5)]
        assert [answer.status_code for answer in answers] == [401, 401, 401, 401, 429]
        assert int(answers[-1].headers["retry-after"]) == WAIT_S + 1
        told[name] = answers[-1].text.replace(name, "")
    assert told["pub-1"] == told["nobody-9"]
    with desk.browser() as browser:
        assert sign_in(browser, "pub-1").status_code == 429
        desk.clock.advance(WAIT_S + 1)
        assert sign_in(browser, "pub-1").status_code == 303


def test_the_wait_doubles_up_to_a_limit() -> None:
    assert [wait_s(wrong) for wrong in (1, 4, 5, 6, 7)] == [0, 0, WAIT_S, 2 * WAIT_S, 4 * WAIT_S]
    assert wait_s(1000) == WAIT_S_MAX


def test_a_hundred_tries_at_once_get_no_more_answers_than_five(desk: Staffed) -> None:
    desk.account("pub-1", Role.PUBLISHER)
    begun = [desk.records.begin_password("pub-1", desk.clock.now_s()) for _ in range(100)]
    assert sum(until_s == 0.0 for _, _, until_s in begun) == 5


def test_one_address_waits_after_ten_wrong_passwords_and_a_network_is_one_address() -> None:
    addresses = Addresses()
    for number in range(10):
        assert addresses.until_s("2001:db8::1", 100.0) == 0.0
        addresses.wrong(f"2001:db8::{number}", 100.0)
    assert addresses.until_s("2001:db8::ffff", 100.0) == 101.0
    assert addresses.until_s("2001:db9::1", 100.0) == 0.0


def test_a_session_is_fresh_at_each_sign_in_and_ends_in_time(desk: Staffed) -> None:
    desk.account("sup-1", Role.SUPERVISOR)
    with desk.browser() as browser:
        browser.cookies.set(COOKIE, "planted-by-somebody-else")
        assert "planted" not in sign_in(browser, "sup-1").headers["set-cookie"]
    for step_s, times in ((PRESENCE_S, 1), (PRESENCE_S - 60.0, int(SESSION_S / (PRESENCE_S - 60.0)) + 1)):
        caller, headers = desk.session("sup-1")
        for _ in range(times):
            assert desk.served.http.get("/account", headers=headers).status_code == 200
            desk.clock.advance(step_s)
        assert desk.served.http.get("/account", headers=headers).status_code == 303
        assert desk.records.session(caller.secret, desk.clock.now_s()) is None


def test_a_page_that_asks_by_itself_is_no_presence(desk: Staffed) -> None:
    desk.account("sup-1", Role.SUPERVISOR)
    _, headers = desk.session("sup-1")
    answers = list[int]()
    for _ in range(3):
        desk.clock.advance(PRESENCE_S / 3 + 1)
        answers.append(desk.served.http.get("/api/v1/desk", headers=headers).status_code)
    assert answers == [200, 200, 401]


def test_a_session_of_one_node_is_nothing_at_another(desk: Staffed, tmp_path_factory: pytest.TempPathFactory) -> None:
    desk.account("sup-1", Role.SUPERVISOR)
    caller, _ = desk.session("sup-1")
    other = cookie_name("CTF", "ctf-00000000.airpact/log")
    with staffed(tmp_path_factory.mktemp("other"), cookie=other) as elsewhere:
        elsewhere.account("sup-1", Role.SUPERVISOR)
        for name in (COOKIE, other):
            sent = {"Cookie": f"{name}={caller.secret}"}
            assert elsewhere.served.http.get("/api/v1/desk", headers=sent).status_code == 401


def read_on(live: ClientConnection) -> None:
    while True:
        live.recv(10)


def test_a_locked_account_loses_session_and_live_picture(desk: Staffed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("airpact.node.api.live.LOOK_S", 0.05)
    desk.account("adm-1", Role.ADMINISTRATOR)
    desk.account("desk2-am", Role.DUTY_OFFICER)
    _, headers = desk.session("desk2-am")
    with desk.served.live(additional_headers=headers) as live:
        live.recv(10)
        desk.records.lock("desk2-am", MACHINE, desk.clock.now_s())
        with pytest.raises(ConnectionClosed) as closed:
            read_on(live)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401
    assert desk.served.http.get("/api/v1/desk", headers=headers).status_code == 401
    with pytest.raises(Refused, match="last_administrator"):
        desk.records.lock("adm-1", MACHINE, desk.clock.now_s())


def test_a_form_of_another_session_or_page_is_refused(desk: Staffed) -> None:
    desk.account("adm-1", Role.ADMINISTRATOR, Role.DUTY_OFFICER)
    caller, headers = desk.session("adm-1")
    fields = {"account": "new-1", "role": "observer"}
    assert "not made for this session" in desk.served.http.post("/people/invite", data=fields, headers=headers).text
    other, _ = desk.session("adm-1")
    assert desk.form(headers, other, "/people/invite", **fields).status_code == 403
    from_elsewhere = {**headers, "Sec-Fetch-Site": "same-site"}
    answer = desk.served.http.post("/api/v1/sound-checks", json={"heard": True}, headers=from_elsewhere)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
    assert desk.records.account("new-1") is None
    assert desk.form(headers, caller, "/people/invite", **fields).status_code == 200


def test_an_invitation_works_once_and_for_seven_days(desk: Staffed) -> None:
    desk.account("adm-1", Role.ADMINISTRATOR)
    caller, headers = desk.session("adm-1")
    page = desk.form(headers, caller, "/people/invite", account="sup-1", role="supervisor")
    path = "/invitation/" + page.text.split("/invitation/")[1].split("<")[0]
    fields = {"password": PASSWORD, "again": PASSWORD}
    with desk.browser() as browser:
        assert "sup-1" in browser.get(path).text
        for wrong in ({"password": "short", "again": "short"}, {**fields, "again": "x"}, {"password": "sup-1 " * 4}):
            assert browser.post(path, data=wrong).status_code == 422
        assert browser.post(path, data=fields).headers["location"] == "/"
        assert browser.get(path).status_code == browser.post(path, data=fields).status_code == 410
    late = desk.records.invite("obs-1", [Role.OBSERVER], MACHINE, desk.clock.now_s())
    desk.clock.advance(INVITATION_S)
    with desk.browser() as browser:
        assert browser.get(f"/invitation/{late}").status_code == 410


def test_no_secret_lies_in_the_database(desk: Staffed, tmp_path: Path) -> None:
    desk.account("sup-1", Role.SUPERVISOR)
    caller, _ = desk.session("sup-1")
    token, _ = desk.records.issue(caller, "x", caller.roles, 60.0, "", desk.clock.now_s())
    invitation = desk.records.invite("obs-1", [Role.OBSERVER], MACHINE, desk.clock.now_s())
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("node.db*"))
    assert [secret for secret in (caller.secret, token, invitation, PASSWORD) if secret.encode() in kept] == []


def test_a_token_has_some_of_the_roles_for_a_day_and_keeps_to_its_certificate(desk: Staffed) -> None:
    desk.account("sup-1", Role.SUPERVISOR)
    caller, _ = desk.session("sup-1")
    now_s = desk.clock.now_s()
    for roles, seconds in (([Role.ADMINISTRATOR], 60.0), ([Role.SUPERVISOR], TOKEN_S_MAX + 1), ([], 60.0)):
        with pytest.raises(Refused):
            desk.records.issue(caller, "x", roles, seconds, "", now_s)
    bound, _ = desk.records.issue(caller, "x", caller.roles, 60.0, "aa" * 32, now_s)
    assert desk.records.token(bound, "", now_s) is None
    assert desk.records.token(bound, "bb" * 32, now_s) is None
    assert desk.records.token(bound, "aa" * 32, now_s) is not None
    assert desk.records.token(bound, "aa" * 32, now_s + 60.0) is None


def test_what_people_do_enters_the_order_once_with_who_did_it(desk: Staffed) -> None:
    desk.account("sup-1", Role.SUPERVISOR)
    events = desk.records.events()
    assert [command.kind for _, command in events] == ["people.invited", "people.joined"]
    assert [command.person for _, command in events] == ["local", "sup-1"]
    assert events[1][1].alias.startswith("p-")
    assert len({command.key for _, command in events}) == 2
    desk.records.recorded(events[0][0])
    assert [number for number, _ in desk.records.events()] == [events[1][0]]


# --- passkeys: an authenticator in software (WebAuthn Level 3, 6.1 and 6.5) ------------------------------------------


class Authenticator:
    """One credential on a P-256 key."""

    def __init__(self, origin: str, name: str) -> None:
        self.origin, self.name = origin, name
        self.key, self.id, self.count = ec.generate_private_key(ec.SECP256R1()), b"credential-1", 0

    def _data(self, more: bytes = b"", flags: int = 0x05) -> bytes:
        self.count += 1
        return hashlib.sha256(self.name.encode()).digest() + struct.pack(">BI", flags, self.count) + more

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _written(self, **response: bytes) -> dict[str, Any]:
        parts = {name: bytes_to_base64url(value) for name, value in response.items()}
        known = bytes_to_base64url(self.id)
        return {"id": known, "rawId": known, "type": "public-key", "response": parts}

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        point = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor2.dumps(public)
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._data(attested, 0x45)})
        client = self._client("webauthn.create", options["challenge"])
        return self._written(clientDataJSON=client, attestationObject=made)

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        client, data = self._client("webauthn.get", options["challenge"]), self._data()
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._written(clientDataJSON=client, authenticatorData=data, signature=signature)


def test_a_passkey_is_made_with_an_invitation_and_signs_in(desk: Staffed) -> None:
    invitation = desk.records.invite("sup-1", [Role.SUPERVISOR], MACHINE, desk.clock.now_s())
    port = desk.host.partition(":")[2]
    own = {"Host": f"localhost:{port}", "Origin": f"http://localhost:{port}"}
    passkey = Authenticator(own["Origin"], "localhost")
    with httpx.Client(base_url=desk.served.address, headers=own) as browser:
        path = f"/invitation/{invitation}/passkey"
        options = browser.post(f"{path}/ask").json()
        assert base64url_to_bytes(options["user"]["id"]) == b"sup-1"
        assert browser.post(path, json=passkey.create(options)).json() == {"next": "/"}
        browser.cookies.clear()
        options = browser.post("/sign-in/passkey/ask").json()
        answer = passkey.get(options)
        assert browser.post("/sign-in/passkey?next=/people", json=answer).json() == {"next": "/people"}
        assert browser.post("/sign-in/passkey", json=answer).json()["code"] == "passkey_late"
        for spoil in ("origin", "count", "person"):
            options = browser.post("/sign-in/passkey/ask").json()
            copy = Authenticator(own["Origin"] + "9" if spoil == "origin" else own["Origin"], "localhost")
            copy.key = passkey.key if spoil != "person" else copy.key
            copy.count = 0 if spoil == "count" else 100
            assert browser.post("/sign-in/passkey", json=copy.get(options)).json()["code"] == "passkey_wrong"
        assert browser.post("/sign-in/passkey", content=b"{").status_code == 422


def test_a_desk_reached_by_address_offers_no_passkey_and_names_the_way(desk: Staffed) -> None:
    page = desk.served.http.get("/sign-in").text
    assert "data-passkey" not in page
    assert "http://localhost:" in page
    assert desk.served.http.post("/sign-in/passkey/ask").json()["code"] == "passkey_needs_name"


def test_a_passkey_account_has_no_password_to_guess(desk: Staffed) -> None:
    desk.account("sup-1", Role.SUPERVISOR, password="")
    with desk.browser() as browser:
        assert sign_in(browser, "sup-1", "").status_code == 401
