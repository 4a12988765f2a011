"""How a dimension is cut into steps, and the table of the ownship's states at them (R1.1 to R1.9).

Turns, speeds and vertical speeds are tried step by step to both sides of the present value: step k is row `left + k`,
k from -left to right, and holds the state at that step brought back to time 0. Altitudes are tried from the lowest
target upward: row k is the vertical profile to target k. A table depends on the ownship alone: every intruder, region
and question reads the same one.
"""

from math import atan2, ceil, floor, pi
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from airpact.encounter.almost import lt_b
from airpact.encounter.bands.colours import wrap
from airpact.encounter.bands.levelout import profile
from airpact.encounter.bands.motion import ALT, HDIR, HS, VS, brought_back, ground_speed, stepped
from airpact.encounter.bands.sets import CAPACITY
from airpact.encounter.configurations import Limits

COLUMNS: Final = 6  # position and velocity; of a profile t1, t2, t3, a1, a2, target
STEPS_MAX: Final = 2 * CAPACITY - 2  # an interval of a set and the gap behind it hold two steps at least


class Plan(NamedTuple):
    """How one dimension is cut into steps; step, value and limits in rad, m/s or m."""

    dimension: int
    valid: bool  # the value lies within the limits (R1.1)
    left: int
    right: int
    step: float
    every_s: float  # from one step to the next; 0: instantaneous
    value: float
    low: float
    high: float


def check_steps(limits: Limits) -> None:
    """Raise ValueError where a dimension of `limits` would be cut into more than STEPS_MAX steps, or into none."""
    for name, span, step in (
        ("hdir_step_rad", 2.0 * pi, limits.hdir_step_rad),
        ("hs_step_mps", limits.hs_max_mps - limits.hs_min_mps, limits.hs_step_mps),
        ("vs_step_mps", limits.vs_max_mps - limits.vs_min_mps, limits.vs_step_mps),
        ("alt_step_m", limits.alt_max_m - limits.alt_min_m, limits.alt_step_m),
    ):
        if not (step > 0.0 and span >= 0.0 and span / step + 3.0 <= STEPS_MAX):
            raise ValueError(f"{name}: {step} cuts {span} into too many steps, give one of {span / 1000.0} or more")


@njit(cache=True, inline="always")
def value_of(dimension, s, v):  # type: ignore[no-untyped-def]
    """Return what the ownship has now: heading, ground speed, vertical speed or altitude (C5, C10)."""
    if dimension == HDIR:
        return wrap(atan2(v[0], v[1]), 2.0 * pi) if ground_speed(v) > 0.0 else 0.0
    if dimension == HS:
        return ground_speed(v)
    return v[2] if dimension == VS else s[2]


@njit(cache=True, inline="always")
def _cut(dimension, limits):  # type: ignore[no-untyped-def]
    """Return (step, time per step in s, low, high) of a dimension (R1.1, R1.3)."""
    if dimension == HDIR:
        step, rate, low, high = limits.hdir_step_rad, limits.turn_rate_radps, 0.0, 2.0 * pi
    elif dimension == HS:
        step, rate, low, high = limits.hs_step_mps, limits.horizontal_accel_mps2, limits.hs_min_mps, limits.hs_max_mps
    elif dimension == VS:
        step, rate, low, high = limits.vs_step_mps, limits.vertical_accel_mps2, limits.vs_min_mps, limits.vs_max_mps
    else:
        gradual = limits.vertical_rate_mps > 0.0 and limits.vertical_accel_mps2 > 0.0
        return limits.alt_step_m, 1.0 if gradual else 0.0, limits.alt_min_m, limits.alt_max_m
    return step, step / rate if rate > 0.0 else 0.0, low, high


@njit(cache=True)
def plan(dimension, s, v, limits):  # type: ignore[no-untyped-def]
    """Return the Plan of a dimension for the ownship at `s`, `v` (3-tuples) under `limits` (R1.1 to R1.3)."""
    step, every_s, low, high = _cut(dimension, limits)
    value = value_of(dimension, s, v)
    if dimension == HDIR:
        count = ceil(pi / step)
        count -= 1 if lt_b(pi, count * step) else 0
        return Plan(dimension, True, count, count, step, every_s, value, low, high)
    if not low <= value <= high:
        return Plan(dimension, False, 0, 0, step, every_s, value, low, high)
    if dimension == ALT:
        return Plan(dimension, True, 0, floor((high - low) / step) + 1, step, every_s, value, low, high)
    left, right = ceil((value - low) / step), ceil((high - value) / step)
    return Plan(dimension, True, left, right, step, every_s, value, low, high)


@njit(cache=True, inline="always")
def rows_of(cut):  # type: ignore[no-untyped-def]
    """Return how many rows the table of a Plan has."""
    return cut.left + cut.right + 1


def new_table() -> npt.NDArray[np.float64]:
    """Return a table with room for the steps of any dimension."""
    return np.empty((STEPS_MAX, COLUMNS))


@njit(cache=True)
def prepare(dimension, s, v, limits, table):  # type: ignore[no-untyped-def]
    """Return the Plan of a dimension and, if it is valid, fill `table` for it; see `plan` and `fill`."""
    cut = plan(dimension, s, v, limits)
    if cut.valid:
        fill(cut, s, v, limits, table)
    return cut


@njit(cache=True)
def fill(cut, s, v, limits, table):  # type: ignore[no-untyped-def]
    """Write the states (or profiles) of all steps of a valid Plan to `table` (rows_of(cut) or more, COLUMNS)."""
    for row in range(rows_of(cut)):
        k = row - cut.left
        if cut.dimension != ALT:
            position, velocity = stepped(cut.dimension, s, v, k, cut.step, cut.every_s, limits)
            back = brought_back(position, velocity, abs(k) * cut.every_s)
            for i in range(3):
                table[row, i], table[row, i + 3] = back[i], velocity[i]
            continue
        target = cut.low + k * cut.step
        if cut.every_s > 0.0:
            way = profile(s[2], v[2], target, limits.vertical_accel_mps2, limits.vertical_rate_mps)
            table[row, 0], table[row, 1], table[row, 2] = way.t1_s, way.t2_s, way.t3_s
            table[row, 3], table[row, 4], table[row, 5] = way.a1_mps2, way.a2_mps2, target
        else:
            table[row, 0], table[row, 1], table[row, 2] = s[0], s[1], target
            table[row, 3], table[row, 4], table[row, 5] = v[0], v[1], 0.0
