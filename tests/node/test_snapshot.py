"""A world as bytes and back: every field returns, a running desk goes on alike, foreign bytes are refused in words."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.agreement.parameters import Rung
from airpact.encounter.levels import Level
from airpact.node.snapshot import SnapshotError, freeze, thaw
from airpact.picture.rules import Party, PartyRules
from tests.node.skies import Desk, flight, report, setting_of


def busy() -> Desk:
    """Return a desk with alerts, a possible duplicate, a held report and a pair without velocity."""
    sky = flight("a00001", range(30), 0, 0, 90.0, 100.0)
    sky += flight("~00002b", [t + 0.5 for t in range(30)], 0, 60, 90.0, 100.0, source="tisb_other")
    sky += [report("b00003", t, 900, 400) for t in (28, 29)]
    desk = Desk(setting_of()).run(sky)
    desk.tick(30, [report("c00004", 36, 0), report("c00005", 99, 0)])
    return desk


def test_a_world_that_went_through_bytes_holds_the_same() -> None:
    world = busy().world
    assert world.alerts.alerts
    assert world.links
    assert world.picture.held
    assert world.pairs.unjudged
    again = thaw(freeze(world), world.setting)
    assert freeze(again) == freeze(world)
    assert type(again.alerts) is type(world.alerts)
    assert repr(again.alerts) == repr(world.alerts)


def test_a_desk_goes_on_from_a_snapshot_as_if_it_had_never_stopped() -> None:
    one, two = busy(), busy()
    two.world = thaw(freeze(two.world), two.setting)
    for t in range(31, 100, 3):
        news = [report("a00001", t, 100 * t, track=90, speed=100)] if t < 60 else []
        assert repr(one.tick(t, news)) == repr(two.tick(t, news))
    assert freeze(one.world) == freeze(two.world)


def test_arrays_that_return_can_be_written() -> None:
    world = busy().world
    again = thaw(freeze(world), world.setting)
    assert all(column.flags.writeable for column in again.picture.tracks)


def test_a_snapshot_under_other_procedures_or_rules_is_refused_with_the_reason() -> None:
    data = freeze(busy().world)
    other = setting_of(rules=PartyRules(parties=(Party("blue", "Blue", "own"),)))
    with pytest.raises(SnapshotError, match="other procedures or party rules"):
        thaw(data, other)


def test_a_snapshot_of_another_version_is_refused_with_the_version() -> None:
    world = busy().world
    plain = msgspec.msgpack.decode(freeze(world))
    plain["product_version"] = "0.0.1"
    with pytest.raises(SnapshotError, match=r"written by version 0\.0\.1"):
        thaw(msgspec.msgpack.encode(plain), world.setting)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_snapshot_are_refused_never_run(data: bytes) -> None:
    with pytest.raises(SnapshotError):
        thaw(data, setting_of((Rung(Level.WARNING, 1, 1, 0),)))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_snapshot_cut_short_is_refused(share: float) -> None:
    world = busy().world
    data = freeze(world)
    with pytest.raises(SnapshotError):
        thaw(data[: int(len(data) * share)], world.setting)
