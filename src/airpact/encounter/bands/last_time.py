"""Until when there is still a way out: the last time to manoeuvre, per dimension and intruder (R7.1, R7.2).

Both aircraft go on as they are for p seconds, and all steps are tried from there. This is the one place that returns
to the great circle: places are moved on the sphere and projected again at the ownship's present place.
"""

from math import atan2, inf, radians
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from airpact.encounter.bands.clearance import Question, clear
from airpact.encounter.bands.greens import Own, mark
from airpact.encounter.bands.motion import ALT, DIMENSIONS, ground_speed
from airpact.encounter.bands.regions import level_of, volume_of
from airpact.encounter.bands.steps import STEPS_MAX, fill, new_table, plan, rows_of
from airpact.encounter.configurations import Levels, Limits
from airpact.encounter.frame import great_circle, project
from airpact.encounter.guidance import Floats
from airpact.geo.sphere import Vector

TIME_STEP_S: Final = 0.5  # bisection ends when the time is known this well


class Given(NamedTuple):
    """A scene as given, the ownship in row 0: places (n + 1, 3) in m, or deg, deg, m; velocities (n + 1, 3) in m/s."""

    geodetic: bool
    places: Floats
    velocities: Floats


@njit(cache=True)
def _later(given, row, time_s):  # type: ignore[no-untyped-def]
    """Return (position, velocity) of an aircraft of a scene after `time_s`, in the present frame (R7.2)."""
    places, velocities = given.places, given.velocities
    x, y, z = places[row, 0], places[row, 1], places[row, 2]
    v = (velocities[row, 0], velocities[row, 1], velocities[row, 2])
    if not given.geodetic:
        return (x + time_s * v[0], y + time_s * v[1], z + time_s * v[2]), v
    lat, lon = radians(x), radians(y)
    if time_s > 0.0 and (v[0] != 0.0 or v[1] != 0.0):
        lat, lon = great_circle(lat, lon, atan2(v[0], v[1]), ground_speed(v), time_s)
    return project(lat, lon, z + time_s * v[2], v, radians(places[0, 0]), radians(places[0, 1]))


@njit(cache=True)
def _too_late(own, given, row, time_s, limits, question, flags):  # type: ignore[no-untyped-def]
    """Return whether after `time_s` the volume is violated or no step is of use (R1.15, R7.1).

    `own`: the ownship as it is now; its table is written over.
    """
    s, v = _later(given, np.int64(0), time_s)
    p, w = _later(given, row, time_s)
    if not clear(question.volume, (s[0] - p[0], s[1] - p[1], s[2] - p[2]), v, w, 0.0, 0.0, 0.0):
        return True
    cut = own.cut
    if cut.dimension == ALT and not cut.low <= s[2] <= cut.high:
        return True
    fill(cut, s, v, limits, own.table)
    mark(Own(s, v, cut, own.table, own.lookahead_s), p, w, question, 0.0, flags)
    return not flags[: rows_of(cut)].any()


def find_last_times(levels: Levels, limits: Limits, given: Given, s: Vector, v: Vector, found: Floats) -> Floats:
    """Return the last time to manoeuvre in s of every intruder and dimension (n, 4) (R7.1).

    `s`, `v`: the ownship in its frame. `found` (n, L, 5): conflict, t_in, t_out ... of every level in the look-ahead.
    inf: there is no conflict to avoid; -inf: it is too late.
    """
    out = np.full((len(found), len(DIMENSIONS)), inf)
    k = level_of(levels, limits.corrective)
    if k < 0:
        return out
    volume = volume_of(levels[k])
    question = Question(volume, 0.0, limits.lookahead_s, False, volume)
    table, flags = new_table(), np.empty(STEPS_MAX, np.bool_)
    for dimension in range(len(DIMENSIONS)):
        cut = plan(dimension, s, v, limits)
        own = Own(s, v, cut, table, limits.lookahead_s)
        for i in np.flatnonzero(found[:, k, 0]) if cut.valid else ():
            out[i, dimension] = _last_time(own, given, int(i) + 1, float(found[i, k, 1]), limits, question, flags)
    return out


def _last_time(
    own: Own, given: Given, row: int, t_in_s: float, limits: Limits, question: Question, flags: npt.NDArray[np.bool_]
) -> float:
    red_s, green_s, tried_s = t_in_s, 0.0, 0.0
    while red_s - green_s > TIME_STEP_S:
        if _too_late(own, given, row, tried_s, limits, question, flags):
            red_s = tried_s
        else:
            green_s = tried_s
        tried_s = 0.5 * (red_s + green_s)
    return green_s if green_s > 0.0 else -inf
