"""Lifts and the ghost: who lies well must gain nothing, and who is in danger must get what resolves it."""

from math import isnan
from typing import Final

import numpy as np
import pytest

from airpact.encounter.levels import Level
from airpact.encounter.relative import ground_range_m
from airpact.picture.lifts import (
    HOUR_S,
    LIFTS_PER_HOUR_ALARM,
    Danger,
    Decision,
    LiftBook,
    Telling,
    decide,
    may_tell,
    statement,
)
from airpact.picture.picture import Picture
from airpact.picture.policy import OWN as SHARED
from airpact.picture.policy import SHARE_ALL, ReleasePolicy
from airpact.picture.release import LIFT_GAP_S, Memory
from tests.leaks.skies import LAT, LON, OWN, PARTY, T0, memory_of, put, sent

POLICY: Final = ReleasePolicy(tracks=SHARED, grid_m=2_000.0, altitude_band_m=300.0)
OURS, THEIRS, GHOST = "a00001", "c00001", "c00009@peer:CTF"
NEVER: Final = frozenset[str]()


def sky(t: float = 0.0, *, theirs: bool = True) -> Picture:
    picture = Picture()
    fly(picture, t, theirs=theirs)
    return picture


def fly(picture: Picture, t: float, *, theirs: bool = True) -> None:
    put(picture, OURS, t, lat_deg=LAT + 1e-3 * t, lon_deg=LON, speed_mps=111.0, altitude_m=3_017.0)
    if theirs:
        put(picture, THEIRS, t, party=PARTY, lat_deg=LAT + 0.05, lon_deg=LON, altitude_m=3_017.0)


def decided(
    picture: Picture, book: LiftBook, t: float, dangers: list[Danger], policy: ReleasePolicy = POLICY,
    refused: frozenset[str] = NEVER,
) -> Decision:  # fmt: skip
    return decide(picture, dangers, OWN, {PARTY: policy}, book, refused, T0 + t)


def danger(other: str = THEIRS, level: Level = Level.WARNING) -> list[Danger]:
    return [Danger(OURS, other, level)]


def test_a_pair_in_danger_that_our_sensors_hold_is_lifted_logged_and_ended() -> None:
    picture, book = sky(), LiftBook()
    decision = decided(picture, book, 0, danger())
    assert decision.tracks == {PARTY: {OURS}}
    (lift,) = decision.given
    assert (lift.counterpart, lift.own, lift.other) == (PARTY, OURS, THEIRS)
    assert statement(("~alias", THEIRS), T0) == {"aircraft": [THEIRS, "~alias"], "at_s": T0}, "and no position"
    again = decided(picture, book, 1, danger())
    assert (again.given, again.ended, again.tracks) == ((), (), decision.tracks)
    over = decided(picture, book, 2, [])
    assert (over.ended, over.tracks) == ((lift,), {})


@pytest.mark.parametrize(
    ("policy", "level"),
    [
        (POLICY, Level.ADVISORY),
        (ReleasePolicy(), Level.WARNING),  # nothing is nothing
        (ReleasePolicy(tracks=SHARED, grid_m=2_000.0, lifts=False), Level.WARNING),
        (SHARE_ALL, Level.WARNING),  # nothing to add
    ],
)
def test_what_is_not_called_for_is_not_lifted(policy: ReleasePolicy, level: Level) -> None:
    assert decided(sky(), LiftBook(), 0, danger(level=level), policy).tracks == {}


def test_doubtful_or_old_evidence_lifts_nothing() -> None:
    picture = sky()
    picture.of(picture.row_of[THEIRS]).clash = True
    assert decided(picture, LiftBook(), 0, danger()).tracks == {}
    assert decided(sky(), LiftBook(), 20, danger()).tracks == {}, "both were last heard 20 s ago"


def test_a_supervisor_may_refuse_and_then_it_is_withheld() -> None:
    picture, book = sky(), LiftBook()
    (lift,) = decided(picture, LiftBook(), 0, danger()).given
    for refused in (frozenset({PARTY}), frozenset({lift.key})):
        book = LiftBook()
        decision = decided(picture, book, 0, danger(), refused=refused)
        assert (decision.tracks, decision.given) == ({}, ())
        assert [one.key for one in decision.withheld] == [lift.key]
        assert decided(picture, book, 1, danger(), refused=refused).withheld == (), "told once"
    assert decided(picture, book, 2, danger()).given, "and given when no longer refused"


def test_a_refusal_ends_a_lift_that_stands() -> None:
    picture, book = sky(), LiftBook()
    decided(picture, book, 0, danger())
    decision = decided(picture, book, 1, danger(), refused=frozenset({PARTY}))
    assert (decision.tracks, len(decision.ended), len(decision.withheld)) == ({}, 1, 1)


def test_an_unusual_number_is_an_alarm_until_the_hour_is_over() -> None:
    picture, book, decision = sky(), LiftBook(), Decision({})
    for k in range(LIFTS_PER_HOUR_ALARM + 1):
        assert not decided(picture, book, k, danger(), refused=frozenset({PARTY})).alarms
        decision = decided(picture, book, k, danger())
        decided(picture, book, k, [])
    (alarm,) = decision.alarms
    assert (alarm.counterpart, alarm.count) == (PARTY, LIFTS_PER_HOUR_ALARM + 1)
    assert not decided(picture, book, HOUR_S + 10, []).alarms


def ghost(picture: Picture, t: float, k: int, chance: np.random.Generator) -> str:
    """Put a released track wherever it would do most harm: on our aircraft, exact, moving with it."""
    row, t_ = picture.row_of[OURS], picture.tracks
    lat, lon = t_.lat_deg[row] + chance.normal(0.0, 3e-3), t_.lon_deg[row] + chance.normal(0.0, 3e-3)
    name = f"c001{k:02x}@peer:{PARTY}"
    put(picture, name, t, feed=f"peer:{PARTY}", party=PARTY, lat_deg=lat, lon_deg=lon, speed_mps=111.0,
        altitude_m=3_017.0)  # fmt: skip
    return name


def test_a_swarm_of_perfect_ghosts_gains_not_one_position_and_no_word() -> None:
    chance, book, memory, quiet = np.random.default_rng(9), LiftBook(), memory_of(), memory_of()
    picture, alone = Picture(), Picture()
    for t in range(300):
        fly(picture, t, theirs=False)
        fly(alone, t, theirs=False)
        names = [ghost(picture, t, k, chance) for k in range(40)]
        dangers = [Danger(min(OURS, name), max(OURS, name), Level.WARNING) for name in names]
        decision = decided(picture, book, t, dangers)
        assert decision == Decision({}), "no lift, no refusal, no alarm, nothing to tell apart"
        lifted = decision.tracks.get(PARTY, NEVER)
        assert sent(picture, POLICY, memory, t, lifted) == sent(alone, POLICY, quiet, t), "the bytes know no ghost"
        for name in names:
            assert may_tell(picture, (OURS, name), PARTY, T0 + t) is Telling.NOTHING
            told = may_tell(picture, (OURS, name), PARTY, T0 + t, named=True)
            assert told is Telling.RECEIPT, "that it was read: the same near and far"


def test_only_exact_tracks_lift_where_a_desk_takes_them_for_evidence() -> None:
    trusting = ReleasePolicy(tracks=SHARED, grid_m=2_000.0, lift_on_released=True)
    for column, value in (("radius_m", 100.0), ("altitude_error_m", 50.0), ("delay_s", 5.0), ("radius_m", 0.0)):
        picture = sky(theirs=False)
        put(picture, GHOST, 0, feed="peer:CTF", party=PARTY, lat_deg=LAT, lon_deg=LON, **{column: value})
        decision = decided(picture, LiftBook(), 0, danger(GHOST), trusting)
        assert bool(decision.tracks) is (value == 0.0)
        assert decided(picture, LiftBook(), 0, danger(GHOST)).tracks == {}


def test_what_our_own_sensors_hold_may_be_told_and_to_its_party_alone() -> None:
    picture = sky()
    assert may_tell(picture, (OURS, THEIRS), PARTY, T0) is Telling.STATE
    assert not may_tell(picture, (OURS, THEIRS), "OBS", T0)
    assert may_tell(picture, (OURS, THEIRS), PARTY, T0 + 60) is Telling.NOTHING, "a silent track is no evidence"


def exact(memory: Memory, picture: Picture, t: float, lifts: frozenset[str]) -> bool:
    """Whether the exact place of our aircraft at `t` is in what leaves."""
    row = picture.row_of[OURS]
    for report in sent(picture, POLICY, memory, t, lifts):
        if isnan(report.radius_m):
            assert report.valid_s - T0 <= t
            assert (report.callsign, report.squawk, report.category) == ("", "", ""), "the least that resolves the pair"
            assert not isnan(report.ground_speed_mps)
            return bool(
                ground_range_m(report.lat_deg, report.lon_deg, picture.tracks.lat_deg[row], picture.tracks.lon_deg[row])
                < 1.0
            )
    return False


def test_a_lift_ends_with_the_danger_and_the_shift_is_another_afterwards() -> None:
    picture, memory = Picture(), memory_of()
    lifted, cells, shifts = frozenset({OURS}), [], []
    for t in range(200):
        fly(picture, t)
        assert exact(memory, picture, t, lifted if 60 <= t < 90 else NEVER) is (60 <= t < 90)
        (report,) = sent(picture, POLICY, memory, t, lifted if 60 <= t < 90 else NEVER)
        shifts.append(tuple(memory.held[memory.slot_of[OURS]][["north", "east", "up"]].tolist()))
        if 90 <= t < 90 + LIFT_GAP_S:
            assert report.valid_s == T0 + 89, "what was given grows old; no cell beside it tells the new shift"
        elif t >= 90:
            assert not isnan(report.radius_m)
            cells.append(report)
    assert len(cells) == 200 - 90 - LIFT_GAP_S
    before, after = shifts[59], shifts[199]
    assert all(a != b for a, b in zip(before, after, strict=True)), "all three"
    assert len(set(shifts)) == 2, "one shift before and one after: never fresh noise"


def test_pictures_held_back_do_not_tell_the_shift_of_a_lifted_track() -> None:
    """A delayed cell of the seconds of the lift, beside the exact place already given, would be the shift itself."""
    policy = ReleasePolicy(tracks=SHARED, grid_m=2_000.0, delay_s=60.0)
    picture, memory, last_s = Picture(), memory_of(), 0.0
    for t in range(300):
        fly(picture, t)
        for report in sent(picture, policy, memory, t, frozenset({OURS}) if 100 <= t < 120 else NEVER):
            if not isnan(report.radius_m) and t >= 100:
                assert report.valid_s - T0 >= 119 + LIFT_GAP_S - policy.quantum_s
            assert report.valid_s >= last_s, "and nothing older follows what was given"
            last_s = report.valid_s
