"""The gates of the picture, report by report: what is taken, held back, believed the second time, and counted."""

from math import cos, inf, isnan, nan, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.geo.units import AltitudeKind
from airpact.node.view import alive_rows, picture_columns
from airpact.picture.gates import reach_m
from tests.node.skies import LAT, LON, Desk, report, setting_of

JUMP, HEIGHT, LATE, FUTURE, TWICE = "position jump", "altitude jump", "older than last", "future stamp", "duplicate"
KT = 1852.0 / 3600.0


def east_of(desk: Desk, identity: str) -> float:
    """Return metres east of the middle at which a track was last taken."""
    tracks, row = desk.world.picture.tracks, desk.world.picture.row_of[identity]
    return float((tracks.lon_deg[row] - LON) * 111_120.0 * cos(radians(LAT)))


@pytest.mark.parametrize(
    ("old_kt", "new_kt", "elapsed", "ground", "loose", "allowed_m"),
    [
        (nan, nan, 10.0, False, False, 30 + 900 * KT * 10.2),
        (nan, nan, 10.0, True, False, 30 + 120 * KT * 10.2),
        (100.0, 150.0, 10.0, False, False, 30 + 180 * KT * 10.2),  # the larger of both, and 3 kt for each second
        (100.0, nan, 10.0, False, False, 30 + 130 * KT * 10.2),
        (5000.0, 5000.0, 1.0, False, False, 30 + 2000 * KT * 1.2),  # nothing here flies faster than 2,000 kt
        (100.0, 100.0, 10.0, False, True, 30 + 250 + (1.4 * 130 + 50) * KT * 10.2),
    ],
)
def test_the_reach_of_an_aircraft_follows_readsb(
    old_kt: float, new_kt: float, elapsed: float, ground: bool, loose: bool, allowed_m: float
) -> None:
    assert reach_m(old_kt * KT, new_kt * KT, elapsed, 0.2, ground, loose) == pytest.approx(allowed_m)


def test_a_position_nobody_could_reach_is_held_back_and_counted() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 0, 0, track=90, speed=100)])
    desk.tick(1, [report("a00001", 1, 9000, track=90, speed=100)])
    assert desk.refused() == {JUMP: 1}
    assert east_of(desk, "a00001") == pytest.approx(0.0, abs=1.0)


def test_a_second_report_that_agrees_with_the_first_jump_is_believed() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 0, 0, track=90, speed=100)])
    desk.tick(1, [report("a00001", 1, 9000, track=90, speed=100)])
    desk.tick(2, [report("a00001", 2, 9100, track=90, speed=100)])
    assert desk.refused() == {JUMP: 1}
    assert east_of(desk, "a00001") == pytest.approx(9100.0, rel=1e-3)


def test_the_same_bad_report_twice_confirms_nothing() -> None:
    """Two receivers of one feed that heard one bad message are one witness."""
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 0, 0, track=90, speed=100)])
    desk.tick(1, [report("a00001", 1, 9000, track=90, speed=100)] * 2)
    assert east_of(desk, "a00001") == pytest.approx(0.0, abs=1.0)


def test_two_jumps_to_different_places_confirm_nothing() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 0, 0, track=90, speed=100)])
    desk.tick(1, [report("a00001", 1, 9000, track=90, speed=100)])
    desk.tick(2, [report("a00001", 2, -9000, track=90, speed=100)])
    assert desk.refused() == {JUMP: 2}


def test_a_doubt_older_than_half_a_minute_confirms_nothing() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 0, 0, track=90, speed=10)])
    desk.tick(1, [report("a00001", 1, 90_000, track=90, speed=10)])
    desk.tick(40, [report("a00001", 40, 90_100, track=90, speed=10)])
    assert desk.refused() == {JUMP: 2}


def test_a_believed_jump_derives_no_speed_from_the_place_that_was_wrong() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 0, 0)])
    desk.tick(1, [report("a00001", 1, 50_000)])
    desk.tick(5, [report("a00001", 5, 50_400)])
    row = desk.world.picture.row_of["a00001"]
    assert desk.world.picture.tracks.speed_mps[row] == pytest.approx(100.0, rel=0.01), "400 m in 4 s, not 50 km in 5 s"


def test_a_velocity_is_derived_from_positions_some_seconds_apart_only() -> None:
    desk = Desk(setting_of())
    for t in (0, 1, 2):
        desk.tick(t, [report("a00001", t, 80 * t)])
        assert not desk.world.picture.now.steered[0], "one-second steps of whole-second stamps give nonsense"
    desk.tick(6, [report("a00001", 6, 80 * 6)])
    tracks = desk.world.picture.tracks
    assert tracks.speed_mps[0] == pytest.approx(80.0, rel=0.01)
    assert tracks.track_deg[0] == pytest.approx(90.0, abs=0.1)
    assert tracks.derived[0]


def test_zero_ground_speed_is_a_hover_not_an_unknown() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 0, 0, speed=0.0)])
    assert desk.world.picture.now.steered[0]
    assert desk.world.picture.now.speed_mps[0] == 0.0


@given(st.floats(0.3, 14.0), st.sampled_from((0.2, 0.4, 0.5, 1.0, 4.0)), st.floats(0.0, 359.0))
def test_a_held_turn_is_measured_however_fast_reports_come(rate_dps: float, period_s: float, track: float) -> None:
    """Between 0.2 and 4 s between reports the rate measured is the rate flown; the sign is positive to the right."""
    if rate_dps * max(period_s, 0.5) > 170.0:
        return
    desk = Desk(setting_of())
    for k in range(int(6.0 / period_s) + 3):
        t = k * period_s
        desk.tick(t, [report("a00001", t, 0.1 * k, track=(track + rate_dps * t) % 360.0, speed=1.0)])
    now = desk.world.picture.now
    held = rate_dps if rate_dps > 1.5 else 0.0
    if abs(rate_dps - 1.5) > 1e-6:
        assert now.turn_radps[0] == pytest.approx(radians(held), rel=1e-6, abs=1e-12)


def test_a_turn_that_changes_side_is_not_held() -> None:
    desk = Desk(setting_of())
    for t, track in enumerate((90, 94, 90, 94)):
        desk.tick(t, [report("a00001", t, 100 * t, track=track, speed=100)])
    assert desk.world.picture.now.turn_radps[0] == 0.0


# --- heights ---------------------------------------------------------------------------------------------------------


def height_of(desk: Desk) -> float:
    return float(desk.world.picture.tracks.altitude_m[0])


def test_a_height_nobody_could_reach_is_held_back_but_the_position_is_taken() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 0, 0, track=90, speed=100)])
    desk.tick(1, [report("a00001", 1, 100, track=90, speed=100, height_m=6000)])
    assert desk.refused() == {HEIGHT: 1}
    assert height_of(desk) == 3000.0
    assert east_of(desk, "a00001") == pytest.approx(100.0, rel=0.02)


def test_a_second_height_that_agrees_with_the_first_is_believed() -> None:
    desk = Desk(setting_of())
    for t, height in enumerate((3000, 6000, 6010)):
        desk.tick(t, [report("a00001", t, 100 * t, track=90, speed=100, height_m=height, climb=nan)])
    assert height_of(desk) == 6010.0
    assert abs(desk.world.picture.now.climb_mps[0]) < 5.0, "the step is no climb"


def test_three_hundred_feet_are_always_taken_and_a_stated_climb_explains_more() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 0, 0, track=90, speed=100)])
    desk.tick(1, [report("a00001", 1, 100, track=90, speed=100, height_m=3091)])
    desk.tick(6, [report("a00001", 6, 600, track=90, speed=100, height_m=3591, climb=100)])
    assert desk.refused() == {}
    assert height_of(desk) == 3591.0


def test_another_kind_of_height_is_taken_at_once_and_never_mixed() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 0, 0, track=90, speed=100, climb=nan)])
    desk.tick(1, [report("a00001", 1, 100, track=90, speed=100, height_m=3500, kind=AltitudeKind.GEOMETRIC, climb=nan)])
    assert desk.refused() == {}
    assert isnan(desk.world.picture.tracks.climb_mps[0]), "500 m between two kinds is no climb"


def test_a_missing_height_leaves_the_last_one_until_it_is_too_old_to_compare() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 0, 0, track=90, speed=100)])
    for t in range(1, 41):
        desk.tick(t, [report("a00001", t, 100 * t, track=90, speed=100, height_m=nan, kind=AltitudeKind.UNKNOWN)])
        assert bool(desk.world.picture.now.comparable[0]) is (t <= 30)


# --- times -----------------------------------------------------------------------------------------------------------


def test_a_stamp_up_to_ten_seconds_ahead_waits_for_its_time() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 5, 0)])
    assert desk.ids == set()
    assert desk.world.due_s - 1_700_000_000.0 == 4.0, "one second ahead is within what clocks differ by"
    desk.tick(3.9)
    assert desk.ids == set()
    desk.tick(4)
    assert desk.ids == {"a00001"}
    assert desk.refused() == {}


def test_a_stamp_more_than_ten_seconds_ahead_is_refused_and_counted() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 10.001, 0), report("a00002", 1e9, 0), report("a00003", inf, 0)])
    assert desk.refused() == {FUTURE: 3}
    assert desk.ids == set()


def test_a_stamp_one_second_ahead_is_carried_back_to_now() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 1.0, 200, track=90, speed=200)])
    desk.tick(0.2)
    now = desk.world.picture.now
    place = now.position[0].copy()
    desk.tick(1.0)
    moved = ((now.position[0] - place) ** 2).sum() ** 0.5 * 6_366_707.0
    assert moved == pytest.approx(160.0, rel=1e-3), "it flies on through its stamp instead of waiting there"


def test_late_and_repeated_reports_are_counted_and_change_nothing() -> None:
    desk = Desk(setting_of())
    desk.tick(5, [report("a00001", 5, 500, callsign="FIRST")])
    desk.tick(6, [report("a00001", 4, 400, callsign="OTHER"), report("a00001", 5, 500, callsign="OTHER")])
    assert desk.refused() == {LATE: 1, TWICE: 1}
    assert desk.world.picture.of(0).callsign == "FIRST", "a refused report says nothing about the aircraft"


def test_midnight_is_a_second_like_any_other() -> None:
    """00:00Z of the next day lies one second after 23:59:59Z; nothing is late and nothing jumps."""
    midnight = 86_400.0 - (1_700_000_000 % 86_400)
    desk = Desk(setting_of())
    for t in (midnight - 1, midnight, midnight + 1):
        desk.tick(t, [report("a00001", t, 100 * (t - midnight), track=90, speed=100)])
    assert desk.refused() == {}


@given(st.lists(st.tuples(st.floats(-30.0, 30.0), st.floats(-2e4, 2e4)), min_size=1, max_size=25))
def test_every_report_is_taken_held_or_counted_and_time_never_runs_backwards(moves: list[tuple[float, float]]) -> None:
    """Nothing vanishes silently: taken positions, held ones and refusals add up to what came in."""
    desk, last, taken = Desk(setting_of()), -inf, 0
    for second, (offset, east) in enumerate(moves):
        before = desk.world.picture.tracks.valid_s[0] if desk.world.picture.rows else nan
        desk.tick(second, [report("a00001", second + offset, east, track=90, speed=100)])
        after = desk.world.picture.tracks.valid_s[0] if desk.world.picture.rows else nan
        taken += after != before and not isnan(after)
        assert isnan(after) or after >= last
        last = after if not isnan(after) else -inf
    picture = desk.world.picture
    assert len(picture.held) + sum(desk.refused().values()) <= len(moves)
    assert taken + len(picture.held) + sum(desk.refused().values()) >= 1


def test_a_believed_jump_leaves_the_track_suspect_for_a_minute() -> None:
    """Two places have been claimed: the screen says so for as long as a track lives unheard."""
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 0, 0, track=90, speed=100)])
    for second in range(1, 70):
        desk.tick(second, [report("a00001", second, 9000 + 100 * second, track=90, speed=100)])
        quality = picture_columns(desk.world, alive_rows(desk.world))["quality"]
        assert (quality == ["suspect"]) is (second < 62), second
