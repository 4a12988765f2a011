"""How the ownship moves in a manoeuvre: against small steps of its equations of motion, and by hand at the edges."""

from collections.abc import Callable
from math import cos, hypot, pi, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.encounter.bands.levelout import height_at, profile
from airpact.encounter.bands.motion import (
    HDIR,
    HS,
    VS,
    along_track,
    brought_back,
    change_climb,
    change_speed,
    stepped,
    turn,
    turning_velocity,
)
from airpact.encounter.configurations import CONFIGURATIONS
from tests.encounter.bands import plain

Vector = tuple[float, float, float]
GRADUAL, INSTANT = CONFIGURATIONS["do365b_p1"].limits, CONFIGURATIONS["cd3d"].limits
MIDPOINTS = 2000  # steps of the integration; its error falls with their square

PLACES = st.tuples(*[st.floats(-5e4, 5e4)] * 2, st.floats(0.0, 15000.0))
SPEEDS = st.tuples(st.floats(5.0, 300.0), st.floats(-pi, pi), st.floats(-30.0, 30.0)).map(
    lambda polar: (polar[0] * sin(polar[1]), polar[0] * cos(polar[1]), polar[2])
)
TIMES = st.floats(0.0, 60.0)


def integrated(s: Vector, v: Vector, pull: Callable[[Vector], Vector], time_s: float) -> tuple[Vector, Vector]:
    """Return (position, velocity) after `time_s` under the acceleration `pull(velocity)`, by the midpoint rule."""
    dt = time_s / MIDPOINTS
    for _ in range(MIDPOINTS):
        half = pushed(v, pull(v), 0.5 * dt)
        s, v = pushed(s, half, dt), pushed(v, pull(half), dt)
    return s, v


def pushed(start: Vector, rate: Vector, dt: float) -> Vector:
    return start[0] + dt * rate[0], start[1] + dt * rate[1], start[2] + dt * rate[2]


def assert_close(found: tuple[Vector, Vector], expected: tuple[Vector, Vector]) -> None:
    assert found[0] == pytest.approx(expected[0], abs=2e-2, rel=1e-6)
    assert found[1] == pytest.approx(expected[1], abs=2e-3, rel=1e-6)


@given(PLACES, SPEEDS, st.sampled_from([-1, 1]), st.floats(radians(0.5), radians(6.0)), TIMES)
def test_a_turn_follows_its_circle(s: Vector, v: Vector, side: int, rate: float, time_s: float) -> None:
    w = side * rate
    assert_close(turn(s, v, w, time_s), integrated(s, v, lambda u: (w * u[1], -w * u[0], 0.0), time_s))


@given(PLACES, SPEEDS, st.floats(0.0, 3.0), TIMES)
def test_a_change_of_speed_keeps_the_track(s: Vector, v: Vector, accel: float, time_s: float) -> None:
    east, north = v[0] / hypot(v[0], v[1]), v[1] / hypot(v[0], v[1])
    pull = (accel * east, accel * north, 0.0)
    assert_close(change_speed(s, v, accel, time_s), integrated(s, v, lambda _: pull, time_s))


@given(PLACES, SPEEDS, st.floats(-3.0, 3.0), TIMES)
def test_a_change_of_climb_leaves_the_plane_alone(s: Vector, v: Vector, accel: float, time_s: float) -> None:
    assert_close(change_climb(s, v, accel, time_s), integrated(s, v, lambda _: (0.0, 0.0, accel), time_s))


def test_an_aircraft_at_rest_speeds_up_to_the_north() -> None:
    assert along_track((0.0, 0.0, 1.0)) == (0.0, 1.0)
    position, velocity = change_speed((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 2.0, 3.0)
    assert position == (0.0, 9.0, 0.0)
    assert velocity == (0.0, 6.0, 0.0)


@pytest.mark.parametrize(("speed_mps", "turned_mps"), [(0.0, 5.0), (1.0, 5.0), (5.0, 5.0), (80.0, 80.0)])
def test_a_turn_starts_from_a_least_speed(speed_mps: float, turned_mps: float) -> None:
    """R1.4: a slow aircraft turns at the least speed, at step 0 too; its vertical speed stays."""
    vx, vy, vz = turning_velocity((0.6 * speed_mps, -0.8 * speed_mps, 2.0), 5.0)
    assert hypot(vx, vy) == pytest.approx(turned_mps)
    assert vz == 2.0
    if speed_mps:
        assert (vx, vy) == pytest.approx((0.6 * turned_mps, -0.8 * turned_mps))
    else:
        assert (vx, vy) == (0.0, 5.0)


@pytest.mark.parametrize("limits", [GRADUAL, INSTANT], ids=["gradual", "instantaneous"])
@pytest.mark.parametrize("speed_mps", [0.0, 3.0, 90.0])
@pytest.mark.parametrize("k", [-40, -1, 0, 1, 25])
def test_every_step_is_where_the_rules_say(limits: object, speed_mps: float, k: int) -> None:
    assert isinstance(limits, type(GRADUAL))
    s, v = (100.0, -200.0, 3000.0), (speed_mps * sin(2.5), speed_mps * cos(2.5), 4.0)
    scene = plain.Scene(limits, s, v, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    for dimension in (HDIR, HS, VS):
        if dimension == HS and speed_mps + k * limits.hs_step_mps < 0.0:
            continue  # below the least speed, which no plan asks for
        every_s = plain.every(limits, dimension)
        found = stepped(dimension, s, v, k, plain.span(limits, dimension)[2], every_s, limits)
        expected = plain.moved(scene, dimension, 1 if k >= 0 else -1, abs(k))
        assert found[0] == pytest.approx(expected[0], abs=1e-8)
        assert found[1] == pytest.approx(expected[1], abs=1e-9)


@given(PLACES, SPEEDS, TIMES)
def test_a_state_brought_back_passes_its_place_in_time(s: Vector, v: Vector, time_s: float) -> None:
    back = brought_back(s, v, time_s)
    assert tuple(a + time_s * b for a, b in zip(back, v, strict=True)) == pytest.approx(s, abs=1e-7)


# --- level-out (R1.7) -------------------------------------------------------------------------------------------------

HEIGHTS = st.floats(0.0, 15000.0)
CLIMBS = st.one_of(st.just(0.0), st.floats(-40.0, 40.0))


@given(HEIGHTS, CLIMBS, HEIGHTS, st.floats(0.5, 5.0), st.floats(0.5, 20.0))
def test_a_level_out_is_smooth_and_ends_level_at_its_target(
    z: float, v: float, target: float, accel: float, rate: float
) -> None:
    way = profile(z, v, target, accel, rate)
    assert -1e-9 <= way.t1_s <= way.t2_s + 1e-6
    assert way.t2_s <= way.t3_s + 1e-6
    assert abs(way.a1_mps2) == abs(way.a2_mps2) == accel
    assert height_at(way, z, v, target, 0.0) == pytest.approx((z, v), abs=1e-6)
    assert height_at(way, z, v, target, way.t3_s * (1.0 - 1e-12)) == pytest.approx((target, 0.0), abs=1e-4)
    assert height_at(way, z, v, target, way.t3_s + 1.0) == (target, 0.0)


@given(HEIGHTS, CLIMBS, HEIGHTS, st.floats(0.5, 5.0), st.floats(0.5, 20.0), st.floats(0.0, 1.0))
def test_a_level_out_follows_the_plan_of_a_pilot(
    z: float, v: float, target: float, accel: float, rate: float, share: float
) -> None:
    path, t1, t2, t3 = plain.climb(z, v, target, accel, rate)
    way = profile(z, v, target, accel, rate)
    assert (way.t1_s, way.t2_s, way.t3_s) == pytest.approx((t1, t2, t3), abs=1e-5, rel=1e-7)
    time_s = share * t3
    assert height_at(way, z, v, target, time_s) == pytest.approx(path.at(z, v, time_s), abs=1e-4, rel=1e-7)


def test_the_worked_level_out() -> None:
    """P0048 of the corpus, target 112."""
    way = profile(3397.5070174, -4.123357, 30.48 * 113, 0.25 * 9.80665, 2.54)
    assert way.t1_s == pytest.approx(2.717893, abs=2e-6)
    assert way.a1_mps2 == -way.a2_mps2 == 2.4516625


def test_a_level_out_may_keep_a_rate_above_its_own() -> None:
    """R1.7: an aircraft that climbs faster than the vertical rate keeps its speed until it must brake."""
    way = profile(1000.0, 20.0, 2000.0, 2.0, 2.5)
    assert way.t1_s == 0.0
    assert way.t2_s == pytest.approx((1000.0 - 100.0) / 20.0)
    assert way.t3_s == pytest.approx(45.0 + 10.0)
