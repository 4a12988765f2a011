"""A held turn carried on beside the straight line: the worse of the two answers counts.

A straight-line rule misses an aircraft that turns into another's path; a turn kept up for a minute at a standard rate
covers half a circle, after which straight flight is as good a guess as any.
"""

from math import cos, hypot, sin
from typing import Final, NamedTuple

import numpy as np
from numba import njit

from airpact.encounter.volumes import violation

TURN_HELD_RADPS: Final = np.deg2rad(1.5)  # a turn above this rate is extrapolated (the procedures' reference value)
TURN_HORIZON_S: Final = 60.0  # then straight on: half a circle at the standard 3 deg/s
STEP_S: Final = 1.0
REFINE: Final = 20  # halvings of one step: entry known to a microsecond


class Motion(NamedTuple):
    """A pair in its own frame (`encounter.frame`), m and m/s, and the turn each holds in rad/s, positive right."""

    s: tuple[float, float, float]
    v: tuple[float, float, float]
    w: tuple[float, float, float]
    turn_first: float
    turn_second: float


@njit(cache=True)
def carried(vx, vy, rate_radps, time_s):  # type: ignore[no-untyped-def]
    """Return (x, y) in m moved and (vx, vy) in m/s reached after `time_s` of a turn at `rate_radps`, positive right."""
    if rate_radps == 0.0:
        return vx * time_s, vy * time_s, vx, vy
    held = min(time_s, TURN_HORIZON_S)
    sine, cosine = sin(rate_radps * held), cos(rate_radps * held)
    along, aside = sine / rate_radps, (1.0 - cosine) / rate_radps
    to_x, to_y = vx * cosine + vy * sine, vy * cosine - vx * sine
    rest = time_s - held
    return vx * along + vy * aside + to_x * rest, vy * along - vx * aside + to_y * rest, to_x, to_y


@njit(cache=True)
def turned(motion, time_s):  # type: ignore[no-untyped-def]
    """Return (s, v, w) of a pair after `time_s` of both turns."""
    s, v, w = motion.s, motion.v, motion.w
    x1, y1, vx, vy = carried(v[0], v[1], motion.turn_first, time_s)
    x2, y2, wx, wy = carried(w[0], w[1], motion.turn_second, time_s)
    # So grouped, a swap of the two only flips signs.
    moved = (s[0] + (x1 - x2), s[1] + (y1 - y2), s[2] + time_s * (v[2] - w[2]))
    return moved, (vx, vy, v[2]), (wx, wy, w[2])


@njit(cache=True)
def _violated(volume, motion, time_s):  # type: ignore[no-untyped-def]
    s, v, w = turned(motion, time_s)
    return violation(volume, s, v, w)


@njit(cache=True)
def turn_interval(volume, motion):  # type: ignore[no-untyped-def]
    """Return (t_in, t_out) in s of the first violation of a volume within the turn horizon, (inf, -inf) if none.

    Steps of a second, or as far as both aircraft together cannot come within reach of the volume in (a closing time
    below TTHR needs a range below DTHR + TTHR times the closure); edges refined by halving. A stay shorter than a
    second may be missed, as a grazing one is.
    """
    closing = hypot(motion.v[0], motion.v[1]) + hypot(motion.w[0], motion.w[1])
    reach_m = volume.horizontal_m + volume.tau_s * closing
    t_in, last, t = np.inf, 0.0, 0.0
    while t <= TURN_HORIZON_S:
        s, v, w = turned(motion, t)
        inside = violation(volume, s, v, w)
        if inside and t_in == np.inf:
            t_in = 0.0 if t == 0.0 else _edge(volume, motion, last, t)
        elif not inside and t_in < np.inf:
            return t_in, _edge(volume, motion, last, t)
        last = t
        t += STEP_S if inside or closing == 0.0 else max(STEP_S, (hypot(s[0], s[1]) - reach_m) / closing)
    return (t_in, TURN_HORIZON_S) if t_in < np.inf else (np.inf, -np.inf)


@njit(cache=True)
def _edge(volume, motion, low_s, high_s):  # type: ignore[no-untyped-def]
    low_inside = _violated(volume, motion, low_s)
    for _ in range(REFINE):
        middle = 0.5 * (low_s + high_s)
        if _violated(volume, motion, middle) == low_inside:
            low_s = middle
        else:
            high_s = middle
    return high_s


@njit(cache=True)
def turn_closest(motion):  # type: ignore[no-untyped-def]
    """Return (time s, range m, height difference m) of the least sampled range within the turn horizon."""
    best_t, best, height = 0.0, np.inf, abs(motion.s[2])
    for k in range(int(TURN_HORIZON_S / STEP_S) + 1):
        s, _, _ = turned(motion, k * STEP_S)
        if hypot(s[0], s[1]) < best:
            best_t, best, height = k * STEP_S, hypot(s[0], s[1]), abs(s[2])
    return best_t, best, height
