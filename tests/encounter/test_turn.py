"""Held turns against a step-by-step flight: a heading changed a little, a little flown, and again."""

from math import cos, inf, pi, radians, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.encounter.turn import TURN_HORIZON_S, offset, separation, turn_closest, turn_interval

RATE = st.sampled_from((0.0, radians(2.0), -radians(2.0), radians(3.0), -radians(3.0), radians(6.0)))
SPEED = st.floats(-150.0, 150.0)
DT_S = 0.01


def flown(vx: float, vy: float, rate: float, seconds: float) -> np.ndarray:
    """Return positions every DT_S of an aircraft that turns right at `rate` for the horizon, then flies straight."""
    t = np.arange(0.0, seconds + DT_S / 2, DT_S)
    angle = rate * np.minimum(t, TURN_HORIZON_S)
    x = np.cumsum(vx * np.cos(angle) + vy * np.sin(angle)) * DT_S
    y = np.cumsum(vy * np.cos(angle) - vx * np.sin(angle)) * DT_S
    return np.array([x, y])


@given(SPEED, SPEED, RATE, st.floats(0.5, 90.0))
def test_the_offset_is_where_small_steps_lead(vx: float, vy: float, rate: float, seconds: float) -> None:
    end = flown(vx, vy, rate, seconds)[:, -1]
    assert offset(vx, vy, rate, seconds) == pytest.approx(tuple(end), abs=2.0 * DT_S * 220 + 0.01 * seconds)


def test_a_right_turn_goes_right_and_closes_its_circle() -> None:
    """North at 100 m/s, 3 deg/s right: a radius east after 30 s, back on the axis after 60 s."""
    rate = radians(3.0)
    radius = 100.0 / rate
    assert offset(0.0, 100.0, rate, 30.0) == pytest.approx((radius, radius))
    assert offset(0.0, 100.0, rate, 60.0) == pytest.approx((2 * radius, 0.0), abs=1e-6)
    assert offset(0.0, 100.0, -rate, 30.0)[0] < 0.0
    assert offset(0.0, 100.0, rate, 70.0) == pytest.approx((2 * radius, -1000.0)), "then straight on"


def state_of(x: float, y: float, dz: float, vz: float, one: tuple[float, ...], two: tuple[float, ...]) -> np.ndarray:
    return np.array([x, y, dz, vz, *one, *two])


PLACE = st.floats(-6000.0, 6000.0)
MOTION = st.tuples(SPEED, SPEED, RATE)


@given(PLACE, PLACE, st.floats(-600.0, 600.0), st.sampled_from((0.0, 5.0, -8.0)), MOTION, MOTION, st.booleans())
def test_the_interval_is_the_first_stay_that_dense_sampling_finds(
    x: float, y: float, dz: float, vz: float, one: tuple[float, ...], two: tuple[float, ...], known: bool
) -> None:
    state = state_of(x, y, dz, vz, one, two)
    t = np.arange(0.0, TURN_HORIZON_S, 0.05)
    seen = np.array([separation(state, s) for s in t])
    inside = (seen[:, 0] < 900.0) & ((seen[:, 1] < 120.0) | (not known))
    t_in, t_out = turn_interval(state, known, 900.0, 120.0)
    if t_in == inf:
        runs = np.diff(np.flatnonzero(np.diff(np.concatenate(([0], inside.astype(int), [0])))))[::2]
        assert not inside.any() or runs.max() * 0.05 <= 1.1, "only stays shorter than the step may be missed"
        return
    assert inside[np.abs(t - t_in) < 0.11].any()
    assert t_in < t_out <= TURN_HORIZON_S
    earlier = inside[t < t_in - 0.1]
    edges = np.flatnonzero(np.diff(np.concatenate(([0], earlier.astype(int), [0]))))
    assert not earlier.any() or np.diff(edges)[::2].max() * 0.05 <= 1.1


@given(PLACE, PLACE, st.floats(-600.0, 600.0), st.sampled_from((0.0, 5.0)), MOTION, MOTION, st.floats(0.0, 60.0))
def test_a_swap_of_the_two_gives_the_same_bits(
    x: float, y: float, dz: float, vz: float, one: tuple[float, ...], two: tuple[float, ...], t: float
) -> None:
    forth, back = state_of(x, y, dz, vz, one, two), state_of(-x, -y, -dz, -vz, two, one)
    assert separation(forth, t) == separation(back, t)
    assert turn_interval(forth, True, 900.0, 120.0) == turn_interval(back, True, 900.0, 120.0)
    assert turn_closest(forth) == turn_closest(back)


def test_the_closest_sample_is_the_least() -> None:
    state = state_of(4000.0, 0.0, 0.0, 0.0, (0.0, 100.0, radians(3.0)), (0.0, 0.0, 0.0))
    t_s, range_m = turn_closest(state)
    every = [separation(state, float(s))[0] for s in range(61)]
    assert (t_s, range_m) == (float(np.argmin(every)), min(every))


def test_a_turn_into_another_aircraft_is_seen_where_the_straight_line_passes_by() -> None:
    """A right turn at 3 deg/s comes to (2 radii, 0) after a minute; whoever hovers there is met."""
    across = 2 * 100.0 * 60.0 / pi
    state = state_of(across, 0.0, 0.0, 0.0, (0.0, 100.0, radians(3.0)), (0.0, 0.0, 0.0))
    t_in, _ = turn_interval(state, True, 500.0, 100.0)
    angle = radians(3.0) * t_in
    radius = across / 2
    reached = np.hypot(radius - radius * cos(angle) - across, radius * sin(angle))
    assert reached == pytest.approx(500.0, abs=0.01)
