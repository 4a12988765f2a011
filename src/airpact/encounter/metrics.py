"""How two aircraft stand to each other now and soon: separation, closure, miss distances and times, as plane geometry.

`s` is the position of the own aircraft less that of the intruder and `v` the difference of their velocities, each a
tuple (east, north, up) in m and m/s in one flat frame. Sources: section 8 of the bands rules; DO-365 appendix on
alerting metrics; modified tau after Munoz et al., NASA/TM-2014-218280.
"""

from math import inf, nan, sqrt
from typing import Final

from numba import njit

from airpact.encounter.almost import eq_d

COLUMNS: Final = ("hsep", "vsep", "hclo", "vclo", "hmd", "vmd", "tcpa", "dcpa", "tcoa", "taumod")
"""The metrics of one pair in the order in which `measure` writes them."""


@njit(cache=True)
def horizontal(vector):  # type: ignore[no-untyped-def]
    """Return the length of the horizontal part of (east, north, up), in its unit."""
    return sqrt(vector[0] * vector[0] + vector[1] * vector[1])


@njit(cache=True)
def closing_m2ps(s, v):  # type: ignore[no-untyped-def]
    """Return the horizontal product s.v in m2/s; negative while the two close in."""
    return s[0] * v[0] + s[1] * v[1]


@njit(cache=True)
def horizontal_after_m(s, v, time_s):  # type: ignore[no-untyped-def]
    """Return the horizontal separation in m after `time_s` of straight flight."""
    return horizontal((s[0] + time_s * v[0], s[1] + time_s * v[1]))


@njit(cache=True)
def cpa_time_s(s, v):  # type: ignore[no-untyped-def]
    """Return the time in s of least horizontal distance on the whole line, negative when past; NaN without motion."""
    squared = v[0] * v[0] + v[1] * v[1]
    return -closing_m2ps(s, v) / squared if squared > 0.0 else nan


@njit(cache=True)
def closest_point(s, v):  # type: ignore[no-untyped-def]
    """Return (tcpa in s, dcpa in m) of the closest approach still to come or now; NaN without horizontal motion."""
    time_s = cpa_time_s(s, v)
    if time_s <= 0.0:
        return 0.0, horizontal(s)
    return time_s, horizontal_after_m(s, v, time_s)


@njit(cache=True)
def horizontal_miss_m(s, v, lookahead_s):  # type: ignore[no-untyped-def]
    """Return the least horizontal separation in m within the look-ahead."""
    if closing_m2ps(s, v) >= 0.0:
        return horizontal(s)
    time_s = cpa_time_s(s, v)
    # A closure too slow for its square to be represented moves nothing within any look-ahead.
    return horizontal_after_m(s, v, time_s if time_s < lookahead_s else lookahead_s)


@njit(cache=True)
def vertical_miss_m(s, v, lookahead_s):  # type: ignore[no-untyped-def]
    """Return the least vertical separation in m within the look-ahead."""
    if s[2] * v[2] >= 0.0:
        return abs(s[2])
    return 0.0 if -s[2] / v[2] <= lookahead_s else abs(s[2] + lookahead_s * v[2])


@njit(cache=True)
def co_altitude_time_s(s, v):  # type: ignore[no-untyped-def]
    """Return the time in s to equal altitude, negative when past, -inf without vertical relative motion."""
    if eq_d(v[2], 0.0):
        return -inf
    return 0.0 if s[2] == 0.0 else -s[2] / v[2]


@njit(cache=True)
def modified_tau_s(s, v, dmod_m):  # type: ignore[no-untyped-def]
    """Return modified tau in s, (DMOD2 - range2) / (range times range rate), or -1 when inside DMOD or not closing."""
    squared = s[0] * s[0] + s[1] * s[1]
    closing = closing_m2ps(s, v)
    if closing >= 0.0 or sqrt(squared) <= dmod_m:
        return -1.0
    return (dmod_m * dmod_m - squared) / closing


@njit(cache=True)
def measure(s, v, lookahead_s, dmod_m, row):  # type: ignore[no-untyped-def]
    """Write all metrics of one pair to `row` (10) in the order of COLUMNS."""
    row[0] = horizontal(s)
    row[1] = abs(s[2])
    row[2] = horizontal(v)
    row[3] = abs(v[2])
    row[4] = horizontal_miss_m(s, v, lookahead_s)
    row[5] = vertical_miss_m(s, v, lookahead_s)
    row[6], row[7] = closest_point(s, v)
    row[8] = co_altitude_time_s(s, v)
    row[9] = modified_tau_s(s, v, dmod_m)
