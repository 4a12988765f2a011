"""What the routes answer when all is well, and which refusal becomes which status."""

from pathlib import Path

import msgspec
import pytest

from airpact.node.api import schema
from airpact.node.engine import TransportState
from airpact.node.people.door import csrf
from airpact.node.people.roles import Role
from tests.api.people import staffed
from tests.api.serving import Served, serving
from tests.api.test_problem import assert_problem
from tests.node.fakes import DESK, Fakes, positions


def test_the_desk_is_what_the_engine_says_and_fits_the_contract(served: Served) -> None:
    response = served.http.get("/api/v1/desk")
    assert response.json() == {**DESK, "watchdog_port": 0}
    schema.Desk.model_validate_json(response.content, strict=True)
    assert response.headers["cache-control"] == "no-store"


def test_trails_hold_what_was_on_the_pictures() -> None:
    fakes = Fakes()
    fakes.engine.positions_now = positions(a=(36.5, 35.25))
    with serving(fakes) as desk, desk.live() as socket:
        while '"picture"' not in str(socket.recv(10)):
            pass
        response = desk.http.get("/api/v1/trails")
        trails = response.json()
        schema.Trails.model_validate_json(response.content)
        assert (trails["id"], trails["lat"][0][-1], trails["lon"][0][-1]) == (["a"], 36.5, 35.25)


def test_the_timeline_asks_for_the_last_two_hours_unless_told(served: Served) -> None:
    schema.Timeline.model_validate_json(served.http.get("/api/v1/timeline").content)
    served.http.get("/api/v1/timeline", params={"hours": 0.5})
    lengths = [to_s - from_s for from_s, to_s in served.fakes.history.asked]
    assert lengths == pytest.approx([7200.0, 1800.0])


def test_an_acknowledgement_is_answered_with_its_place_its_time_and_the_alert(served: Served) -> None:
    response = served.post("/acknowledgements", {"alert": "a-b-1"})
    assert response.status_code == 200
    taken = schema.Taken.model_validate_json(response.content)
    assert (taken.index, taken.alert) == (1, {"id": "a-b-1", "state": "acknowledged"})
    assert served.fakes.order.entries[0].at_s == taken.at_s
    assert served.fakes.order.entries[0].person == "local"


def test_each_command_enters_the_order_with_its_own_words(served: Served) -> None:
    served.post("/shelvings", {"alert": "a-b-1", "minutes": 5, "reason": "drill"}, "key 1")
    served.http.delete("/api/v1/shelvings/a-b-1", headers={"Idempotency-Key": "key 2"})
    served.post("/sound-checks", {"heard": True})
    assert [(e.kind, e.body, e.key) for e in served.fakes.order.entries] == [
        ("shelve", {"alert": "a-b-1", "minutes": 5.0, "reason": "drill"}, "api/local/key 1"),
        ("unshelve", {"alert": "a-b-1"}, "api/local/key 2"),
        ("sound_check", {"heard": True}, ""),
    ]


def test_no_key_of_a_person_takes_the_place_of_what_a_peer_or_the_node_itself_says(served: Served) -> None:
    for key in ("ctf-00000000.airpact/log/7", "tell/desk/1", "people/1"):
        assert served.post("/sound-checks", {"heard": True}, key).status_code == 200
        assert served.fakes.order.find(key) is None


def test_an_alert_id_may_hold_a_slash_and_other_marks(served: Served) -> None:
    served.http.delete("/api/v1/shelvings/feed:a/b~c%20d-1")
    assert_problem(served.http.delete("/api/v1/shelvings/feed:a/b~c%20d-1"), 404, "no_such_alert")


def test_the_same_key_is_answered_byte_for_byte_the_same_and_enters_once(served: Served) -> None:
    first, second = (served.post("/acknowledgements", {"alert": "a-b-1"}, "k") for _ in range(2))
    assert first.content == second.content
    assert len(served.fakes.order.entries) == 1
    assert_problem(served.post("/sound-checks", {"heard": True}, "k"), 422, "idempotency_key_reused")


def test_a_key_outlives_a_restart() -> None:
    fakes = Fakes()
    with serving(fakes) as desk:
        first = desk.post("/sound-checks", {"heard": True}, "k")
    with serving(fakes, applied=1) as desk:
        assert desk.post("/sound-checks", {"heard": True}, "k").json() == first.json()
    assert len(fakes.order.entries) == 1


def test_refusals_say_why(served: Served) -> None:
    assert_problem(served.post("/acknowledgements", {"alert": "nobody"}), 404, "no_such_alert")
    response = served.post("/shelvings", {"alert": "c-d-1", "minutes": 5, "reason": "drill"})
    assert_problem(response, 409, "warning_cannot_be_shelved")
    assert response.json()["detail"] == "A warning stays on the list."


def test_only_a_replay_can_be_moved_in_time(served: Served) -> None:
    assert_problem(served.post("/replay", {"playing": True}), 409, "not_a_replay")


class FakeTransport:
    def move(self, at_s: float | None, speed: float | None, playing: bool | None) -> TransportState:
        return TransportState(0.0, 100.0, at_s or 0.0, speed or 1.0, bool(playing))


def test_a_replay_answers_where_it_stands() -> None:
    with serving(Fakes(), transport=FakeTransport()) as desk:
        response = desk.post("/replay", {"at_s": 50, "speed": 4, "playing": True})
        assert msgspec.json.decode(response.content, type=TransportState) == TransportState(0.0, 100.0, 50.0, 4.0, True)
        for wrong in ({"speed": 0}, {"speed": -1}, {"speed": 101}, {"at_s": "now"}):
            assert_problem(desk.post("/replay", wrong), 422, "invalid_request")


def test_the_desk_names_who_is_signed_in_and_nobody_else(tmp_path: Path) -> None:
    with staffed(tmp_path) as desk:
        caller, headers = desk.session(desk.account("demir", Role.DUTY_OFFICER, Role.NEGOTIATOR))
        told = schema.Desk.model_validate_json(desk.served.http.get("/api/v1/desk", headers=headers).content)
        assert told.person is not None
        assert (told.person.account, told.person.roles) == ("demir", ["duty_officer", "negotiator"])
        assert (told.person.csrf, told.person.presence_s) == (csrf(caller), 1800.0)
        assert {"confirm_presence", "see_picture"} < set(told.person.may)
        assert "refuse_lift" not in told.person.may
        token = desk.token("demir")
        assert desk.served.http.get("/api/v1/desk", headers=token).json().get("person") is None


def test_only_who_may_see_the_keys_is_told_where_they_lie(tmp_path: Path) -> None:
    with staffed(tmp_path) as desk:
        for role, home in ((Role.ADMINISTRATOR, str(tmp_path.absolute())), (Role.DUTY_OFFICER, "")):
            _, headers = desk.session(desk.account(role.value.replace("_", "-"), role))
            assert desk.served.http.get("/api/v1/peers", headers=headers).json()["home"] == home


def test_a_confirmed_presence_keeps_a_session_that_would_end(tmp_path: Path) -> None:
    with staffed(tmp_path) as desk:
        _, headers = desk.session(desk.account("demir", Role.DUTY_OFFICER))
        for path, keeps in (("/api/v1/presence", True), ("/account", True), ("/api/v1/desk", False)):
            desk.clock.advance(1500.0)
            if path == "/api/v1/presence":
                assert desk.served.http.post(path, json={}, headers=headers).status_code == 200
            else:
                assert desk.served.http.request("HEAD" if keeps else "GET", path, headers=headers).status_code == 200
            desk.clock.advance(200.0)
            answer = desk.served.http.get("/api/v1/desk", headers=headers)
            assert (answer.status_code == 200) is keeps, path
