"""The vertical profile of a level-out at another altitude: accelerate, hold the rate, brake to level flight (R1.7).

Where the aircraft moves away from the target, or too fast to stop at it, it brakes first. Heights in m, speeds in m/s
positive up, times in s from now.
"""

from math import nan, sqrt
from typing import NamedTuple

from numba import njit

from airpact.encounter.almost import eq_d


class Profile(NamedTuple):
    """Ends of the three phases in s, and the accelerations of the first and the third in m/s2."""

    t1_s: float
    t2_s: float
    t3_s: float
    a1_mps2: float
    a2_mps2: float


@njit(cache=True)
def _turning_point(v0, a1, a2, way):  # type: ignore[no-untyped-def]
    """Return when a climb too short to reach its rate goes from `a1` to `a2`: the root R1.7 chooses; NaN if none."""
    share = 1.0 - a1 / a2
    q2, q1, q0 = 0.5 * a1 * share, v0 * share, -v0 * v0 / (2.0 * a2) - way
    if q2 == 0.0:  # no change of acceleration: nothing to choose
        return nan
    square = q1 * q1 - 4.0 * q2 * q0
    if not (square >= 0.0 or eq_d(q1 * q1, 4.0 * q2 * q0)):
        return nan
    root = sqrt(max(0.0, square))
    plus, minus = (-q1 + root) / (2.0 * q2), (-q1 - root) / (2.0 * q2)
    if plus < 0.0:
        return minus
    return plus if minus < 0.0 else min(plus, minus)


@njit(cache=True)
def _plain(z0, v0, target, accel, rate):  # type: ignore[no-untyped-def]
    way = target - z0
    side = 1.0 if target >= z0 else -1.0
    r = side * max(rate, abs(v0))
    a1 = accel if r >= v0 else -accel
    a2 = -side * accel
    t1 = (r - v0) / a1
    d1 = v0 * t1 + 0.5 * a1 * t1 * t1
    v1 = v0 + a1 * t1
    d2 = -v1 * v1 / (2.0 * a2)
    if abs(way) >= abs(d1 + d2):
        t2 = t1 + (way - d1 - d2) / r
        return Profile(t1, t2, t2 - r / a2, a1, a2)
    t1 = _turning_point(v0, a1, a2, way)
    return Profile(t1, t1, t1 - (v0 + a1 * t1) / a2, a1, a2)


@njit(cache=True)
def profile(z_m, climb_mps, target_m, accel_mps2, rate_mps):  # type: ignore[no-untyped-def]
    """Return the Profile from (height, vertical speed) to level flight at `target_m`; accel and rate above 0 (R1.7)."""
    side = 1.0 if target_m >= z_m else -1.0
    towards = (climb_mps >= 0.0) == (side > 0.0) or eq_d(climb_mps, 0.0)
    if towards and abs(target_m - z_m) >= climb_mps * climb_mps / (2.0 * accel_mps2):
        return _plain(z_m, climb_mps, target_m, accel_mps2, rate_mps)
    brake = -side * accel_mps2 if towards else side * accel_mps2
    t0 = -climb_mps / brake
    rest = _plain(z_m - climb_mps * climb_mps / (2.0 * brake), 0.0, target_m, accel_mps2, rate_mps)
    return Profile(rest.t1_s + t0, rest.t2_s + t0, rest.t3_s + t0, rest.a1_mps2, rest.a2_mps2)


@njit(cache=True)
def height_at(plan, z_m, climb_mps, target_m, time_s):  # type: ignore[no-untyped-def]
    """Return (height m, vertical speed m/s) at `time_s` of the Profile `plan` that starts at (z_m, climb_mps)."""
    if time_s <= plan.t1_s:
        return z_m + climb_mps * time_s + 0.5 * plan.a1_mps2 * time_s * time_s, climb_mps + plan.a1_mps2 * time_s
    v1 = climb_mps + plan.a1_mps2 * plan.t1_s
    z1 = z_m + climb_mps * plan.t1_s + 0.5 * plan.a1_mps2 * plan.t1_s * plan.t1_s
    if time_s <= plan.t2_s:
        return z1 + v1 * (time_s - plan.t1_s), v1
    if time_s <= plan.t3_s:
        dt = time_s - plan.t2_s
        z2 = z1 + v1 * (plan.t2_s - plan.t1_s)
        return z2 + v1 * dt + 0.5 * plan.a2_mps2 * dt * dt, v1 + plan.a2_mps2 * dt
    return target_m, 0.0
