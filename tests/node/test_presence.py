"""Whether a desk is manned: confirmed for half an hour, said to its peers, and unmanned at the deadline by itself."""

from typing import Any

import pytest

from airpact.monitors.finding import Kind
from airpact.node.commands import PRESENCE, SOUND_CHECK
from airpact.node.entries import Command, Refusal
from airpact.node.partners.deskstate import PRESENCE_S, START_S
from airpact.node.partners.outgoing import Tell
from airpact.node.peerview import peer_rows, presence_row
from airpact.node.world import Outbox, new_world
from tests.node.parties import CTF, RFU, RULES, Desk, linked
from tests.node.skies import T0, setting_of


def of_desk(outbox: Outbox) -> list[Tell]:
    return [tell for tell in outbox.tell if tell.kind == "desk.state"]


def manned(t: float = 0.0) -> Desk:
    """Return a desk with two peers where an officer confirmed presence and heard the tones."""
    desk = Desk()
    desk.tick(t, peers=[linked(CTF), linked(RFU)])
    desk.give(Command(SOUND_CHECK, "local", {"heard": True}), t)
    desk.give(Command(PRESENCE, "local", {}), t)
    return desk


def test_presence_is_said_to_all_peers_with_its_deadline() -> None:
    desk = manned()
    (tell,) = of_desk(desk.tick(1))
    assert tell.audience == (CTF, RFU)
    assert (tell.body["state"], tell.body["presence_until_s"]) == ("manned", T0 + PRESENCE_S)
    desk.say_all(1.1)
    assert not of_desk(desk.tick(2))


@pytest.mark.parametrize(("t", "state"), [(PRESENCE_S - 0.2, "manned"), (PRESENCE_S, "unmanned")])
def test_without_confirmation_the_desk_becomes_unmanned_at_the_deadline(t: float, state: str) -> None:
    desk = manned()
    desk.tick(1)
    desk.say_all(1.1)
    outbox = desk.tick(t)
    assert presence_row(desk.world)["state"] == state
    assert [tell.body["state"] for tell in of_desk(outbox)] == (["unmanned"] if state == "unmanned" else [])


def test_the_deadline_is_a_due_time_and_a_confirmation_moves_it() -> None:
    desk = Desk()
    desk.give(Command(SOUND_CHECK, "local", {"heard": True}), 0)
    desk.give(Command(PRESENCE, "local", {}), 0)
    desk.tick(1)
    assert desk.world.due_s == T0 + PRESENCE_S
    desk.give(Command(PRESENCE, "local", {}), 1700)
    assert desk.world.due_s <= T0 + 1700, "the next step looks at it"
    desk.tick(PRESENCE_S)
    assert presence_row(desk.world)["state"] == "manned"


def test_a_desk_that_just_started_states_nothing_until_presence_was_first_due() -> None:
    desk = Desk()
    assert not of_desk(desk.tick(0, peers=[linked(CTF)]))
    assert presence_row(desk.world) == {
        "state": "unknown", "reason": "", "since_s": None, "confirmed_s": None, "until_s": T0 + START_S,
    }  # fmt: skip
    assert not of_desk(desk.tick(START_S - 1))
    assert [tell.body["state"] for tell in of_desk(desk.tick(START_S))] == ["unmanned"]


def test_a_desk_without_peers_says_nothing_to_anybody() -> None:
    desk = Desk(new_world(setting_of(rules=RULES)))
    for t in (0, 100, 1000, 4000):
        assert desk.tick(t).tell == ()


@pytest.mark.parametrize(
    ("impaired", "reason"), [(("storage",), "storage late"), (("journal",), "journal not written"), ((), "")]
)
def test_what_the_node_cannot_do_makes_its_desk_degraded(impaired: tuple[str, ...], reason: str) -> None:
    desk = manned()
    (tell,) = of_desk(desk.tick(1, impaired=impaired))
    assert (tell.body["state"], tell.body["reason"]) == ("degraded" if reason else "manned", reason)


def test_sound_unproven_is_degraded_and_unmanned_weighs_more() -> None:
    desk = manned()
    desk.give(Command(SOUND_CHECK, "local", {"heard": False}), 1)
    assert [tell.body["reason"] for tell in of_desk(desk.tick(1))] == ["sound not proven"]
    assert [tell.body["state"] for tell in of_desk(desk.tick(PRESENCE_S + 1))] == ["unmanned"]


def test_a_peer_that_says_it_is_unmanned_raises_an_alert_that_ends_when_someone_is_back() -> None:
    desk = Desk()

    def said(index: int, state: str, t: float) -> Outbox | Refusal:
        body: dict[str, Any] = {"state": state, "since_s": T0 + t, "presence_s": T0, "presence_until_s": T0 + t + 1800}
        return desk.hear(CTF, index, "desk.state", body, t)

    desk.tick(0, peers=[linked(CTF)])
    said(1, "manned", 0)
    assert not desk.tick(1, peers=[linked(CTF, 1)]).changed
    said(2, "unmanned", 2)
    (alert,) = desk.tick(3, peers=[linked(CTF, 3)]).changed
    assert (alert.finding.kind, alert.key) == (Kind.PEER_UNMANNED, "CTF/peer_unmanned")
    said(3, "manned", 4)
    desk.tick(5, peers=[linked(CTF, 5)])
    (row,) = peer_rows(desk.world)
    assert (row["desk"], row["presence_until_s"]) == ("manned", T0 + 1804.0)
    assert not desk.world.peers[CTF].view.faults
    desk.tick(20, peers=[linked(CTF, 20)])
    assert "CTF/peer_unmanned" not in {a.key for a in desk.world.alerts.alerts.values() if a.state.value == "active"}


def test_the_record_keeps_what_a_link_was() -> None:
    desk = Desk()
    words = []
    for t, state in ((0, "connecting"), (1, "linked"), (2, "linked"), (3, "lost"), (4, "connecting"), (5, "linked")):
        desk.tick(t, peers=[linked(CTF, t, state=state)])
        words += [tell.body["state"] for tell in desk.say_all(t) if tell.kind == "link.state"]
    assert words == ["linked", "lost", "linked"]
    assert [entry.audience for entry in desk.entries] == [()] * 3
