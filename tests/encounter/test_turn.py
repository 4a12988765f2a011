"""Held turns against a step-by-step flight: a heading changed a little, a little flown, and again."""

from math import cos, inf, pi, radians, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.encounter.turn import TURN_HORIZON_S, Motion, carried, turn_closest, turn_interval, turned
from airpact.encounter.volumes import CYLINDER, KINDS, TAUMOD, Volume

RATE = st.sampled_from((0.0, radians(2.0), -radians(2.0), radians(3.0), -radians(3.0), radians(6.0)))
SPEED = st.floats(-150.0, 150.0).map(lambda v: v if abs(v) > 1e-3 else 0.0)  # squares of less vanish in the oracle
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
    assert carried(vx, vy, rate, seconds)[:2] == pytest.approx(tuple(end), abs=2.0 * DT_S * 220 + 0.01 * seconds)


def test_a_right_turn_goes_right_and_closes_its_circle() -> None:
    """North at 100 m/s, 3 deg/s right: a radius east after 30 s, back on the axis after 60 s."""
    rate = radians(3.0)
    radius = 100.0 / rate
    assert carried(0.0, 100.0, rate, 30.0)[:2] == pytest.approx((radius, radius))
    assert carried(0.0, 100.0, rate, 60.0)[:2] == pytest.approx((2 * radius, 0.0), abs=1e-6)
    assert carried(0.0, 100.0, -rate, 30.0)[0] < 0.0
    assert carried(0.0, 100.0, rate, 70.0) == pytest.approx((2 * radius, -1000.0, 0.0, -100.0)), "then straight on"


def motion_of(x: float, y: float, dz: float, vz: float, one: tuple[float, ...], two: tuple[float, ...]) -> Motion:
    """Return a motion: s is the first less the second; `vz` is the climb of the first, the second flies level."""
    return Motion((x, y, dz), (one[0], one[1], vz), (two[0], two[1], 0.0), one[2], two[2])


def swapped(motion: Motion) -> Motion:
    s = motion.s
    return Motion((-s[0], -s[1], -s[2]), motion.w, motion.v, motion.turn_second, motion.turn_first)


def parts(motion: Motion, t: float) -> tuple[float, float]:
    s, _, _ = turned(motion, t)
    return float(np.hypot(s[0], s[1])), abs(s[2])


CYL = Volume(CYLINDER, 900.0, 120.0, 0.0, 0.0)
PLACE = st.floats(-6000.0, 6000.0).map(lambda s: s if abs(s) > 1e-3 else 0.0)
MOTION = st.tuples(SPEED, SPEED, RATE)


def inside_taumod(volume: Volume, motion: Motion, t: float) -> bool:
    """Return whether modified tau or the distance is violated at `t`, from the definition (part 1, 4.2 and 4.3)."""
    s, v, w = (np.array(part) for part in turned(motion, t))
    u = v - w
    if abs(s[2]) > volume.vertical_m:
        return False
    across, closing = s[:2] @ s[:2], s[:2] @ u[:2]
    if across <= volume.horizontal_m**2:
        return True
    if closing >= 0.0:
        return False
    nearest = s[:2] - closing / (u[:2] @ u[:2]) * u[:2]
    tau = (volume.horizontal_m**2 - across) / closing
    return bool(nearest @ nearest <= volume.horizontal_m**2 and 0.0 <= tau <= volume.tau_s)


def inside_cylinder(volume: Volume, motion: Motion, t: float) -> bool:
    h, v = parts(motion, t)
    return h < volume.horizontal_m and v < volume.vertical_m


@pytest.mark.parametrize(("volume", "is_inside"), [
    (CYL, inside_cylinder),
    (CYL._replace(vertical_m=inf), inside_cylinder),
    (Volume(TAUMOD, 600.0, 120.0, 20.0, 0.0), inside_taumod),
])  # fmt: skip
@given(data=st.tuples(PLACE, PLACE, st.floats(-600.0, 600.0), st.sampled_from((0.0, 5.0, -8.0)), MOTION, MOTION))
def test_the_interval_is_the_first_stay_that_dense_sampling_finds(volume: Volume, is_inside, data) -> None:  # type: ignore[no-untyped-def]
    motion = motion_of(*data)
    t = np.arange(0.0, TURN_HORIZON_S + 0.2, 0.05)  # a stay may begin at the very end
    inside = np.array([is_inside(volume, motion, s) for s in t])
    t_in, t_out = turn_interval(volume, motion)
    if t_in == inf:
        runs = np.diff(np.flatnonzero(np.diff(np.concatenate(([0], inside.astype(int), [0])))))[::2]
        assert not inside.any() or runs.max() * 0.05 <= 1.1, "only stays shorter than the step may be missed"
        return
    assert inside[np.abs(t - t_in) < 0.11].any()
    assert t_in < t_out <= TURN_HORIZON_S or t_in == t_out == TURN_HORIZON_S
    earlier = inside[t < t_in - 0.1]
    edges = np.flatnonzero(np.diff(np.concatenate(([0], earlier.astype(int), [0]))))
    assert not earlier.any() or np.diff(edges)[::2].max() * 0.05 <= 1.1


@given(
    PLACE, PLACE, st.floats(-600.0, 600.0), st.sampled_from((0.0, 5.0)), MOTION, MOTION, st.sampled_from(tuple(KINDS))
)
def test_a_swap_of_the_two_gives_the_same_bits(
    x: float, y: float, dz: float, vz: float, one: tuple[float, ...], two: tuple[float, ...], kind: str
) -> None:
    forth = motion_of(x, y, dz, vz, one, two)
    volume = Volume(KINDS[kind], 900.0, 120.0, 15.0, 5.0)
    assert parts(forth, 7.3) == parts(swapped(forth), 7.3)
    assert turn_interval(volume, forth) == turn_interval(volume, swapped(forth))
    assert turn_closest(forth) == turn_closest(swapped(forth))


def test_the_closest_sample_is_the_least() -> None:
    motion = motion_of(-4000.0, 0.0, 0.0, 2.0, (0.0, 100.0, radians(3.0)), (0.0, 0.0, 0.0))
    t_s, range_m, height_m = turn_closest(motion)
    every = [parts(motion, float(s))[0] for s in range(61)]
    assert (t_s, range_m) == (float(np.argmin(every)), min(every))
    assert height_m == 2.0 * t_s


def test_a_turn_into_another_aircraft_is_seen_where_the_straight_line_passes_by() -> None:
    """A right turn at 3 deg/s comes to (2 radii, 0) after a minute; whoever hovers there is met."""
    across = 2 * 100.0 * 60.0 / pi
    motion = motion_of(-across, 0.0, 0.0, 0.0, (0.0, 100.0, radians(3.0)), (0.0, 0.0, 0.0))
    t_in, _ = turn_interval(Volume(CYLINDER, 500.0, 100.0, 0.0, 0.0), motion)
    angle = radians(3.0) * t_in
    radius = across / 2
    reached = np.hypot(radius - radius * cos(angle) - across, radius * sin(angle))
    assert reached == pytest.approx(500.0, abs=0.01)
