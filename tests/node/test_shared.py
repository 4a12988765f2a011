"""Encounters two desks share: told once per change and to one party, matched by keys and time, and never where."""

import re
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.monitors.peers import PeerView
from airpact.node.commands import ACKNOWLEDGE, LIFT_REFUSE
from airpact.node.entries import Command, Refusal
from airpact.node.partners.outgoing import WAITING_MAX, Tell, say
from airpact.node.partners.shared import SLACK_S, matching
from airpact.node.partners.state import Encounter, PeerState
from airpact.node.setting import Releasing
from airpact.node.snapshot import freeze, thaw
from airpact.node.tick import PeerNews
from tests.node.parties import CTF, NAG, RFU, Desk, command_of, encounter, linked
from tests.node.skies import LAT, LON, T0, report

# What a body may hold: nothing a place could be put into but the times, the level and the keys.
MEMBERS = {"aircraft", "since_s", "until_s", "level", "state", "at_s", "withheld"}


def encounters(tells: list[Tell] | tuple[Tell, ...]) -> list[Tell]:
    return [tell for tell in tells if tell.kind == "encounter.state"]


def alert_id(desk: Desk, a: str = "a00001", b: str = "b00001") -> str:
    return desk.world.alerts.alerts[f"{a}|{b}"].id


def test_the_life_of_an_alert_is_told_to_the_party_of_the_other_aircraft() -> None:
    desk = Desk()
    (shown,) = encounters(desk.meet(0).tell)
    assert shown.audience == (CTF,)
    assert shown.subject == "encounter", "the header goes to every party: it names no aircraft"
    assert shown.body["aircraft"] == ["a00001", "b00001"]
    assert (shown.body["state"], shown.body["level"]) == ("displayed", 3)
    desk.say_all(0.5)
    assert encounters(desk.meet(1).tell) == [], "once per change"
    desk.give(Command(ACKNOWLEDGE, "local", {"alert": alert_id(desk)}), 1.5)
    (acknowledged,) = encounters(desk.say_all(1.6))
    assert acknowledged.body["state"] == "acknowledged"
    assert acknowledged.key != shown.key
    assert acknowledged.body["since_s"] == shown.body["since_s"], "one encounter to whoever is told"
    ended = encounters(desk.tick(70).tell)  # both tracks are dropped: nobody can judge them any more
    assert [tell.body["state"] for tell in ended] == ["ended"]
    desk.say_all(42)
    assert not desk.world.sharing.told
    assert not encounters(desk.tick(43).tell)


def test_only_the_party_concerned_is_told_of_three() -> None:
    desk = Desk()
    desk.meet(0)
    outbox = desk.meet(1, "a00002", "c00001", apart_m=300.0)
    told = {tuple(tell.body["aircraft"]): tell.audience for tell in encounters(outbox.tell)}
    assert told[("a00001", "b00001")] == (CTF,)
    assert told[("a00002", "c00001")] == (RFU,)
    assert ("b00001", "c00001") not in told, "two others' aircraft are theirs to talk about"
    assert all(len(audience) == 1 for audience in told.values())


def test_nothing_is_told_of_a_pair_whose_other_aircraft_its_own_party_alone_has_seen() -> None:
    desk = Desk()
    for t in range(3):
        assert not encounters(desk.meet(t, b="cafe01", feed="peer:CTF").tell)
    shown = desk.row(b="cafe01@peer:CTF")["peer"]
    assert (shown["state"], shown["told_s"]) == ("not_told", None)
    desk.give(Command(ACKNOWLEDGE, "local", {"alert": alert_id(desk, b="cafe01@peer:CTF")}), 3)
    assert not encounters(tuple(desk.world.outgoing.waiting.values()))


@pytest.mark.parametrize("near", [True, False])
def test_a_pair_the_counterpart_named_first_is_answered_in_its_own_words_whatever_we_see(near: bool) -> None:
    desk = Desk()
    desk.tick(0, peers=[linked(CTF), linked(RFU)])
    if near:
        desk.meet(0.5, b="cafe01", feed="peer:CTF")
    outbox = desk.hear(CTF, 1, "encounter.state", encounter(b="cafe01"), 1)
    assert not isinstance(outbox, Refusal)
    assert outbox.touched == ((alert_id(desk, b="cafe01@peer:CTF"),) if near else ())
    (answer,) = encounters(outbox.tell)
    assert answer.audience == (CTF,)
    assert answer.body == encounter(b="cafe01", state="received") | {"at_s": T0 + 1}
    desk.say_all(1)
    again = desk.hear(CTF, 2, "encounter.state", encounter(b="cafe01", state="acknowledged"), 2)
    assert not isinstance(again, Refusal)
    assert not encounters(again.tell), "once per encounter, and never to an answer"
    answered = desk.hear(CTF, 3, "encounter.state", encounter(b="b00002", state="received"), 2)
    assert not isinstance(answered, Refusal)
    assert not encounters(answered.tell)


def test_another_partys_word_is_about_its_own_aircraft() -> None:
    desk = Desk()
    desk.meet(0, b="cafe01", feed="peer:CTF")
    other = desk.hear(RFU, 1, "encounter.state", encounter(b="cafe01"), 1)
    assert not isinstance(other, Refusal)
    assert other.touched == ()


def test_a_party_that_knows_no_address_of_ours_is_told_of_no_pair() -> None:
    desk = Desk()
    desk.world.setting = replace(desk.world.setting, releasing=Releasing(own=NAG))
    assert not encounters(desk.meet(0).tell)
    assert desk.row()["peer"]["told_s"] is None


@pytest.mark.parametrize("state", ["displayed", "withheld", "acknowledged", "ended"])
def test_the_other_desks_state_stands_beside_the_alert_in_its_own_words(state: str) -> None:
    desk = Desk()
    desk.meet(0)
    assert desk.row()["peer"]["state"] == "not_told"
    desk.hear(CTF, 7, "encounter.state", encounter("b00001", "a00001", state, since=-3.0), 1)
    row = desk.row()
    assert row["peer"] == {
        "party": CTF, "state": state, "at_s": T0 - 3.0, "level": 2, "withheld": state == "withheld",
        "told_s": T0, "refused": False,
    }  # fmt: skip
    assert row["state"] == "active", "what the other desk did changes nothing of our own alert"


def test_a_receipt_never_takes_the_place_of_what_the_other_desk_did() -> None:
    desk = Desk()
    desk.meet(0)
    desk.hear(CTF, 1, "encounter.state", encounter(state="received", since=0.0), 1)
    assert desk.row()["peer"]["state"] == "received"
    desk.hear(CTF, 3, "encounter.state", encounter(state="displayed", since=-2.0), 1)
    desk.hear(CTF, 4, "encounter.state", encounter(state="received", since=-2.0), 1)
    desk.hear(CTF, 5, "encounter.state", encounter(state="received", since=0.5), 1)
    assert desk.row()["peer"]["state"] == "displayed"


def test_a_refused_lift_is_told_as_position_withheld() -> None:
    desk = Desk()
    desk.meet(0)
    desk.say_all(0.1)
    refusal = desk.give(Command(LIFT_REFUSE, "local", {"alert": "nobody", "reason": "no"}), 1)
    assert isinstance(refusal, Refusal)
    outbox = desk.give(Command(LIFT_REFUSE, "local", {"alert": alert_id(desk), "reason": "own reasons"}), 1)
    assert not isinstance(outbox, Refusal)
    (tell,) = encounters(outbox.tell)
    assert (tell.body["state"], tell.body["withheld"]) == ("withheld", True)
    assert "own reasons" not in str(tell.body), "why is nobody else's business"
    assert desk.row()["peer"]["refused"]


def test_a_newer_word_takes_the_place_of_one_that_waits_and_is_counted() -> None:
    desk = Desk()
    (first,) = encounters(desk.meet(0).tell)
    desk.give(Command(ACKNOWLEDGE, "local", {"alert": alert_id(desk)}), 1)
    (newer,) = encounters(tuple(desk.world.outgoing.waiting.values()))
    assert newer.body["state"] == "acknowledged"
    assert desk.world.outgoing.superseded == 1
    late = desk.give(command_of(first), 2)
    assert isinstance(late, Refusal)
    assert late.code == "superseded"


def test_what_waits_survives_a_restart_and_is_said_once() -> None:
    desk = Desk()
    desk.meet(0)
    waiting = dict(desk.world.outgoing.waiting)
    desk.world = thaw(freeze(desk.world), desk.world.setting)
    assert desk.world.outgoing.waiting == waiting
    desk.say_all(1)
    assert not desk.world.outgoing.waiting
    again = thaw(freeze(desk.world), desk.world.setting)
    assert freeze(again) == freeze(desk.world)


def test_a_flood_of_words_is_bounded_and_what_is_left_out_is_counted() -> None:
    desk = Desk()
    outgoing = desk.world.outgoing
    for number in range(WAITING_MAX + 3):
        say(outgoing, f"matter/{number}", "desk.state", {})
    assert (len(outgoing.waiting), outgoing.left_out) == (WAITING_MAX, 3)


@given(
    st.lists(st.tuples(st.floats(-2000, 2000), st.floats(-2000, 2000)), min_size=2, max_size=5),
    st.integers(0, 3),
)
def test_no_word_to_another_party_holds_a_place(places: list[tuple[float, float]], seconds: int) -> None:
    desk = Desk()
    told: list[Tell] = []
    sent = []
    for t in range(seconds + 2):
        flown = [
            report(name, t, east_m, north_m + 10.0 * t, track=0, speed=10.0)
            for name, (east_m, north_m) in zip(("a00001", "b00001", "a00002", "b00002", "c00001"), places, strict=False)
        ]
        sent += flown
        desk.tick(t, flown)
        told += encounters(desk.say_all(t))
    for tell in told:
        assert set(tell.body) == MEMBERS
        text = msgspec.json.encode(tell).decode()
        numbers = [float(found) for found in re.findall(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", text)]
        assert not any(abs(number - LAT) < 0.5 or abs(number - LON) < 0.5 for number in numbers)
        assert not any(f"{one.lat_deg:.4f}" in text or f"{one.lon_deg:.4f}" in text for one in sent)


keys = st.sampled_from((("a", "b"), ("b", "a"), ("a", "c")))
spans = st.tuples(st.integers(-50, 50), st.integers(0, 40))


@given(st.lists(st.tuples(keys, spans), max_size=8), keys, spans)
def test_matching_is_by_unordered_keys_and_overlap(told: list[Any], asked: tuple[str, str], span: Any) -> None:
    state = PeerState(PeerView(CTF), PeerNews(CTF, 0.0, "linked"))
    kept: dict[tuple[frozenset[str], int], Encounter] = {}
    for index, (pair, (since, lasts)) in enumerate(told):
        one = Encounter(index, float(since), float(since + lasts), 1, "displayed", 0.0)
        kept[frozenset(pair), since] = one
        state.encounters["|".join(sorted(pair))] = sorted(
            (each for (names, _), each in kept.items() if names == frozenset(pair)), key=lambda each: each.since_s
        )
    begins, ends = float(span[0]), float(span[0] + span[1])
    fitting = [
        each
        for (names, _), each in kept.items()
        if names == frozenset(asked) and not (each.since_s > ends + SLACK_S or begins > each.until_s + SLACK_S)
    ]
    expected = max(fitting, key=lambda each: each.since_s, default=None)
    assert matching(state, asked, begins, ends) == expected
