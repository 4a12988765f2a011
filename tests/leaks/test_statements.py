"""What statements to another party say of our aircraft, read from the bytes of the log's own items."""

from typing import Final

import pytest

from airpact.node.commands import LIFT_REFUSE, PRESENCE
from airpact.node.entries import Command
from airpact.node.ledger.statements import item_of
from airpact.node.setting import Releasing
from airpact.node.world import new_world
from airpact.picture.policy import OWN, SHARE_ALL, SHARE_NOTHING, ReleasePolicy
from tests.node.identities import NAG as IDENTITY
from tests.node.parties import CTF, NAG, RFU, RULES, Desk, linked
from tests.node.skies import report, setting_of

OURS: Final = "a00001"
LOW: Final = ReleasePolicy(tracks=OWN, floor_m=4_000.0, lifts=False)
ALIAS: Final = ReleasePolicy(tracks=OWN, grid_m=2_000.0, alias=True)


def said(policy: ReleasePolicy, *, refuse: bool = False) -> tuple[list[bytes], Desk]:
    """Return header and body of all that is said to others while two aircraft meet, part and are gone."""
    releasing = Releasing(own=NAG, policies={CTF: policy}, key=bytes(range(32)))
    desk = Desk(new_world(setting_of(rules=RULES, releasing=releasing)))
    desk.give(Command(PRESENCE, "local", {}), 0)
    for t in range(30):
        place = [report(OURS, t, track=0, speed=0.0), report("b00001", t, 300.0 if t < 20 else 400.0, track=0, speed=0)]
        desk.tick(t, place, [linked(CTF, t), linked(RFU, t)])
        desk.say_all(t)
        if refuse and t == 5:
            alert = desk.world.alerts.alerts[f"{OURS}|b00001"].id
            desk.give(Command(LIFT_REFUSE, "local", {"alert": alert, "reason": "own reasons"}), t)
    desk.tick(120, (), [linked(CTF, 120), linked(RFU, 120)])
    desk.say_all(120)
    items = [item_of(entry, IDENTITY, {}, bytes(32)) for entry in desk.entries if entry.audience]
    return [item.entry + (item.body or b"") for item in items], desk


@pytest.mark.parametrize("policy", [SHARE_NOTHING, LOW], ids=["nothing", "below the floor"])
def test_an_aircraft_that_is_not_released_is_named_by_no_statement(policy: ReleasePolicy) -> None:
    sent, desk = said(policy)
    assert sent, "other things are said"
    assert not any(OURS.encode() in one for one in sent)
    assert not any(b"encounter" in one or b"lift" in one for one in sent)
    assert any(entry.kind == "desk.state" for entry in desk.entries)


def test_a_lift_makes_known_what_is_below_the_floor() -> None:
    sent, _ = said(ReleasePolicy(tracks=OWN, floor_m=4_000.0))
    assert any(OURS.encode() in one and b"lift.given" in one for one in sent)


def test_under_an_alias_every_statement_uses_the_alias_and_none_the_address() -> None:
    sent, desk = said(ALIAS)
    assert not any(OURS.encode() in one for one in sent)
    kinds = [entry.kind for entry in desk.entries if entry.audience]
    assert kinds.count("lift.given") == kinds.count("lift.ended") == 1
    names = {
        name for entry in desk.entries if entry.audience for name in entry.body.get("aircraft", ()) if name != "b00001"
    }
    assert len(names) == 1
    assert names.pop().startswith("~")


def test_shared_openly_the_address_is_the_name_and_no_lift_is_needed() -> None:
    sent, desk = said(SHARE_ALL)
    assert any(OURS.encode() in one for one in sent)
    assert not any("lift" in entry.kind for entry in desk.entries)


def test_a_refusal_of_the_supervisor_ends_the_lift_and_the_alert_goes_out_withheld() -> None:
    _, desk = said(ALIAS, refuse=True)
    told = [entry for entry in desk.entries if entry.audience == (CTF,)]
    kinds = [entry.kind for entry in told]
    assert kinds.count("lift.given") == kinds.count("lift.ended") == 1
    ended = next(entry for entry in told if entry.kind == "lift.ended")
    assert ended.at_s - desk.entries[0].at_s < 10.0, "with the refusal, not with the alert"
    states = [entry.body["state"] for entry in told if entry.kind == "encounter.state"]
    assert "withheld" in states
    assert desk.world.peers[CTF].lifts_open == 0
