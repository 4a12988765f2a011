"""The command path: refused in words without a change, or carried out the same way live and from the record."""

import pytest

from airpact.alerts.alert import State
from airpact.node.commands import ACKNOWLEDGE, GUIDANCE, SHELVE, SOUND_CHECK, apply, decide
from airpact.node.entries import Command, Entry, Refusal
from airpact.node.snapshot import freeze
from tests.node.skies import T0, Desk, report, setting_of


def desk_with_an_alert(apart_m: float = 500.0) -> tuple[Desk, str]:
    desk = Desk(setting_of())
    for t in (0, 1):
        desk.tick(t, [report("a00001", t, track=90, speed=0), report("a00002", t, apart_m, track=90, speed=0)])
    alert = desk.alert("a00001", "a00002")
    assert alert is not None
    return desk, alert.id


def entry_of(command: Command, index: int, t: float) -> Entry:
    return Entry(index, T0 + t, command.kind, command.person, command.body, command.key)


def test_an_acknowledgement_is_decided_recorded_and_applied() -> None:
    desk, alert_id = desk_with_an_alert()
    before = freeze(desk.world)
    accepted = decide(desk.world, Command(ACKNOWLEDGE, "local", {"alert": alert_id}, "key"), T0 + 2)
    assert isinstance(accepted, Command)
    assert accepted.key == "key"
    assert freeze(desk.world) == before, "deciding changes nothing"
    outbox = apply(desk.world, entry_of(accepted, 7, 2))
    (alert,) = outbox.changed
    assert (alert.state, alert.acknowledged_by, desk.world.applied) == (State.ACKNOWLEDGED, "local", 7)


def test_the_same_entries_give_the_same_world_live_and_in_replay() -> None:
    worlds = []
    for _ in range(2):
        desk, alert_id = desk_with_an_alert()
        apply(desk.world, entry_of(Command(ACKNOWLEDGE, "local", {"alert": alert_id, "level": 3}), 1, 2))
        apply(desk.world, entry_of(Command(SOUND_CHECK, "local", {"heard": True}), 2, 3))
        worlds.append(freeze(desk.world))
    assert worlds[0] == worlds[1]


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("launch", {}, "unknown_command"),
        (ACKNOWLEDGE, {"alert": "nobody"}, "no_such_alert"),
        (SOUND_CHECK, {}, "heard_missing"),
        (SOUND_CHECK, {"heard": "yes"}, "heard_missing"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(kind: str, body: dict[str, object], code: str) -> None:
    desk, _ = desk_with_an_alert()
    before = freeze(desk.world)
    refusal = decide(desk.world, Command(kind, "local", body), T0 + 2)
    assert isinstance(refusal, Refusal)
    assert refusal.code == code
    assert refusal.detail.endswith(".")
    assert freeze(desk.world) == before


def test_a_warning_cannot_be_shelved() -> None:
    desk, alert_id = desk_with_an_alert()
    body = {"alert": alert_id, "minutes": 5, "reason": "known"}
    refusal = decide(desk.world, Command(SHELVE, "local", body), T0 + 2)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "warning_cannot_be_shelved"


def test_an_entry_overtaken_by_events_changes_nothing_but_its_place() -> None:
    desk, alert_id = desk_with_an_alert()
    desk.tick(70)
    desk.tick(71)
    known = dict(desk.world.alerts.alerts)
    body = {"alert": "gone-" + alert_id, "level": 3}
    outbox = apply(desk.world, entry_of(Command(ACKNOWLEDGE, "local", body), 3, 72))
    assert (outbox.changed, outbox.closed, desk.world.applied) == ((), (), 3)
    assert desk.world.alerts.alerts == known


def test_sound_is_proven_by_hearing_and_unproven_by_not() -> None:
    desk, _ = desk_with_an_alert()
    apply(desk.world, entry_of(Command(SOUND_CHECK, "local", {"heard": True}), 1, 5))
    assert desk.world.sound_proven_s == T0 + 5
    apply(desk.world, entry_of(Command(SOUND_CHECK, "local", {"heard": False}), 2, 6))
    assert desk.world.sound_proven_s is None


def test_the_node_says_by_an_entry_whether_guidance_is_prepared() -> None:
    desk = Desk(setting_of())
    assert not desk.world.guidance_ready
    assert isinstance(decide(desk.world, Command(GUIDANCE, "node", {}), T0), Refusal)
    for index, ready in enumerate((True, False), start=1):
        accepted = decide(desk.world, Command(GUIDANCE, "node", {"ready": ready}), T0)
        assert isinstance(accepted, Command)
        outbox = apply(desk.world, entry_of(accepted, index, 0))
        assert (desk.world.guidance_ready, outbox.changed) == (ready, ())
