"""What leaves a running desk: to whom, the same over a restart, and what comes from others as a feed."""

from pathlib import Path
from stat import S_IMODE

import msgspec
import pytest

from airpact.feeds.report import FeedBatch
from airpact.monitors.finding import Kind
from airpact.node.errors import OperatingError
from airpact.node.giving import KEY_BYTES, TOO_OFTEN, Giver, Taker, ensure_key, read_cells
from airpact.node.home import Home
from airpact.node.journal import JournalWriter
from airpact.node.keeping import Keeper
from airpact.node.pipeline import step
from airpact.node.recorder import Recorder
from airpact.node.recovery import recover
from airpact.node.setting import Releasing
from airpact.node.snapshot import freeze, thaw
from airpact.node.tick import TickRecord
from airpact.node.world import new_world
from airpact.picture.policy import OWN, ReleasePolicy
from airpact.picture.release import LIFT_GAP_S
from airpact.picture.released import decode, encode, none_released
from tests.node.fakes import ManualClock, MemoryOrder
from tests.node.parties import CTF, NAG, RFU, RULES, Desk, linked
from tests.node.skies import T0, report, setting_of

COARSE = ReleasePolicy(tracks=OWN, grid_m=2_000.0, altitude_band_m=300.0, alias=True)
RELEASING = Releasing(own=NAG, policies={CTF: COARSE}, key=bytes(range(32)))


def desk_of(releasing: Releasing = RELEASING) -> Desk:
    return Desk(new_world(setting_of(rules=RULES, releasing=releasing)))


def fly(desk: Desk, t: float, near: bool = False) -> None:
    """Let our two aircraft fly north, and one of CTF stand near the first of them, or nowhere."""
    flown = [report(name, t, 9_000.0 * k, 90.0 * t, track=0, speed=90.0) for k, name in enumerate(("a00001", "a00002"))]
    if near:
        flown.append(report("b00001", t, 300.0, 90.0 * t, track=0, speed=90.0))
    desk.tick(t, flown, [linked(CTF, t), linked(RFU, t)])


def restarted(desk: Desk, giver: Giver, folder: Path) -> tuple[Desk, Giver]:
    """Return the desk as the next process finds it: world and cells as bytes, and nothing else."""
    with Home.open(folder, "EXERCISE") as home:
        keeper = Keeper(home.layout, Recorder(home.layout), ManualClock())
        keeper.start()
        keeper.keep(desk.world, giver.kept())
        assert keeper.stop(10)
        assert S_IMODE(home.layout.release_cells.stat().st_mode) == 0o600
        cells = read_cells(home.layout)
    return Desk(thaw(freeze(desk.world), desk.world.setting), list(desk.entries)), Giver(RELEASING, cells)


def test_the_secret_is_made_once_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    with Home.open(tmp_path, "EXERCISE") as home:
        key = ensure_key(home.layout)
        assert len(key) == KEY_BYTES
        assert S_IMODE(home.layout.release_key.stat().st_mode) == 0o600
        assert ensure_key(home.layout) == key
        home.layout.release_key.write_bytes(key[:-1])
        with pytest.raises(OperatingError, match="31 bytes"):
            ensure_key(home.layout)


def test_tracks_leave_for_linked_parties_that_may_see_any_and_for_nobody_else() -> None:
    desk, giver = desk_of(), Giver(RELEASING)
    fly(desk, 0)
    assert giver.give(desk.world).keys() == {CTF}
    desk.tick(1, (), [linked(CTF, 1, state="lost"), linked(RFU, 1)])
    assert giver.give(desk.world) == {}
    desk.tick(2, (), [linked(CTF, 2)])
    assert giver.give(desk.world).keys() == {CTF}
    assert Giver(Releasing(own=NAG)).give(desk.world) == {}, "nothing until it is set"


def test_what_another_party_released_never_leaves_again() -> None:
    giver = Giver(everything := Releasing(own=NAG, policies={CTF: ReleasePolicy(tracks=OWN)}, key=bytes(32)))
    desk = desk_of(everything)
    fly(desk, 0)
    desk.tick(0.5, [report("cafe01", 0.5, feed="peer:CTF"), report("a00002", 0.5, feed="peer:RFU")])
    told = decode(giver.give(desk.world)[CTF], "peer:NAG", T0 + 1).reports
    assert {one.id for one in told} == {"a00001", "a00002"}
    assert "a00002@peer:RFU" in desk.world.picture.row_of


def test_a_restart_draws_no_shift_a_second_time_and_the_same_bytes_leave(tmp_path: Path) -> None:
    desk, giver = desk_of(), Giver(RELEASING)
    for t in range(40):
        fly(desk, t)
        giver.give(desk.world)
    after, second = restarted(desk, giver, tmp_path)
    for t in range(40, 60):
        fly(desk, t)
        fly(after, t)
        assert giver.give(desk.world) == second.give(after.world)
        assert freeze(desk.world) == freeze(after.world), "what leaves changes nothing in the world"


def test_without_its_cells_a_killed_desk_goes_on_under_the_same_shift_and_alias() -> None:
    desk, giver = desk_of(), Giver(RELEASING)
    fly(desk, 0)
    giver.give(desk.world)
    after, second = Desk(thaw(freeze(desk.world), desk.world.setting)), Giver(RELEASING)
    fly(desk, 4)
    fly(after, 4)
    giver.give(desk.world)
    second.give(after.world)
    one, two = (
        {name: each.held[slot][["north", "east", "up"]].tolist() for name, slot in each.slot_of.items()}
        for each in (giver._memories[CTF], second._memories[CTF])
    )
    assert one == two
    assert one["a00001"] != one["a00002"]


def test_a_restart_just_after_a_lift_keeps_silent_and_then_has_the_shift_of_after_the_lift(tmp_path: Path) -> None:
    desk, giver = desk_of(), Giver(RELEASING)
    for t in range(12):
        fly(desk, t, near=t < 10)
        giver.give(desk.world)
    assert desk.world.lifts.standing
    alert = desk.world.alerts.alerts["a00001|b00001"].id
    desk.world.sharing.refused[alert] = "own reasons"
    fly(desk, 12)
    giver.give(desk.world)
    ended_s = desk.world.lifts.ended_s[CTF]["a00001"]
    assert ended_s == T0 + 12
    after, second = restarted(desk, giver, tmp_path)
    for t in range(13, 60):
        fly(desk, t)
        fly(after, t)
        whole, rest = (decode(each.give(one.world)[CTF], "peer:NAG", T0 + t).reports
                       for each, one in ((giver, desk), (second, after)))  # fmt: skip
        if T0 + t < ended_s + LIFT_GAP_S:
            assert len(rest) == len(whole) - 1 == 1, "what was given is not repeated, and nothing newer is said"
        else:
            assert [(one.id, one.lat_deg, one.lon_deg) for one in rest] == [
                (one.id, one.lat_deg, one.lon_deg) for one in whole
            ]


def test_payloads_become_batches_of_a_feed_and_what_comes_too_often_is_counted() -> None:
    taken: list[FeedBatch] = []
    taker = Taker(taken.append)
    for at_s in (0.0, 0.1, 0.2, 1.0):
        taker.take(CTF, encode(none_released()), T0 + at_s)
    taker.take(RFU, b"rubbish", T0 + 1.0)
    assert [(one.feed, one.received_s - T0) for one in taken] == [
        ("peer:CTF", 0.0),
        ("peer:CTF", 1.0),
        ("peer:RFU", 1.0),
    ]
    assert taken[1].rejected == {TOO_OFTEN: 2}
    assert taken[2].error


def faults(desk: Desk) -> set[str]:
    return {key for key, kind in desk.world.faults.items() if kind is Kind.FEED_LOST}


def test_silence_of_a_party_that_sent_tracks_is_missed_while_its_link_stands() -> None:
    desk = desk_of()
    desk.tick(0, (), [linked(CTF), linked(RFU)])
    desk.tick(1, [report("cafe01", 1, feed="peer:CTF")])
    desk.tick(9, (), [linked(CTF, 9), linked(RFU, 9)])
    assert not faults(desk)
    desk.tick(12, (), [linked(CTF, 12), linked(RFU, 12)])
    assert faults(desk) == {"peer:CTF"}, "and a party that never sent any is missed by nobody"
    desk.tick(13, (), [linked(CTF, 13, state="lost"), linked(RFU, 13)])
    assert not faults(desk), "that the link is lost is a finding of its own"


def test_a_snapshot_of_cells_that_cannot_be_read_is_no_reason_not_to_start(tmp_path: Path) -> None:
    with Home.open(tmp_path, "EXERCISE") as home:
        assert read_cells(home.layout) == {}
        home.layout.release_cells.write_bytes(b"\x81\xa3")
        assert read_cells(home.layout) == {}
        home.layout.release_cells.write_bytes(msgspec.msgpack.encode({CTF: {}}))
        assert read_cells(home.layout) == {CTF: {}}


def test_a_track_that_is_sent_again_as_it_was_is_no_report_and_no_refusal() -> None:
    desk, giver, taken = desk_of(), Giver(Releasing(own=NAG, policies={CTF: ReleasePolicy(tracks=OWN)})), []
    taker = Taker(lambda batch: taken.append((len(batch.reports), batch.rejected)))
    for t in range(4):
        if t % 2 == 0:
            fly(desk, t)
        taker.take(NAG, giver.give(desk.world)[CTF], T0 + t)
    assert taken == [(2, {}), (0, {}), (2, {}), (0, {})]


def test_more_lifts_than_an_hour_should_have_are_an_alarm_about_that_party() -> None:
    desk, given = desk_of(), 0
    for t in range(40):
        fly(desk, t, near=True)
        desk.say_all(t)
        alert = desk.world.alerts.alerts.get("a00001|b00001")
        if alert is not None and t % 2:
            desk.world.sharing.refused[alert.id] = "as a test"
        else:
            desk.world.sharing.refused.clear()
        found = {one.finding.kind for one in desk.world.alerts.alerts.values()}
        given = sum(entry.kind == "lift.given" for entry in desk.entries)
        assert (Kind.LIFTS_UNUSUAL in found) is (given > 6) or given == 7, "the tick after the seventh tells"
    assert given > 7
    assert desk.world.lifts.given_s[CTF]


def test_a_restart_from_the_journal_gives_the_same_world(tmp_path: Path) -> None:
    setting = setting_of(rules=RULES, releasing=RELEASING)
    world = new_world(setting)
    with Home.open(tmp_path, "EXERCISE") as home:
        journal = JournalWriter(home.layout)
        for t in range(90):
            own = [report("a00001", t, 0.0, 90.0 * t, track=0, speed=90.0), report("b00001", t, 300.0, 90.0 * t)]
            far = msgspec.structs.replace(
                report("cafe01", t, 60_000.0 + t, feed="peer:CTF"),
                radius_m=3_100.0,
                altitude_error_m=330.0,
                delay_s=2.0,
            )
            batches = (FeedBatch("peer:CTF", T0 + t, (far,)), FeedBatch("radar", T0 + t, tuple(own)))
            tick = TickRecord(t + 1, T0 + t, 0, batches, t == 0, (linked(CTF, t),))
            journal.append(tick)
            world, _ = step(world, tick)
        journal.close()
        again, _ = recover(home.layout, setting, MemoryOrder())
    row = again.picture.row_of["cafe01@peer:CTF"]
    assert again.picture.tracks.radius_m[row] == 3_100.0
    assert again.lifts.standing
    assert freeze(again) == freeze(world)
