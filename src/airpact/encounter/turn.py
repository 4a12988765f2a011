"""A held turn carried on beside the straight line: the worse of the two answers counts.

A straight-line rule misses an aircraft that turns into another's path; a turn kept up for a minute at a standard rate
covers half a circle, after which straight flight is as good a guess as any.
"""

from math import cos, hypot, sin, sqrt
from typing import Final

import numpy as np
from numba import njit

TURN_HELD_RADPS: Final = np.deg2rad(1.5)  # a turn above this rate is extrapolated (the procedures' reference value)
TURN_HORIZON_S: Final = 60.0  # then straight on: half a circle at the standard 3 deg/s
STEP_S: Final = 1.0
REFINE: Final = 20  # halvings of one step: entry known to a microsecond


@njit(cache=True)
def offset(vx, vy, rate_radps, time_s):  # type: ignore[no-untyped-def]
    """Return (x, y) in m moved after `time_s` from velocity (vx, vy) m/s turning at `rate_radps`, positive right."""
    if rate_radps == 0.0:
        return vx * time_s, vy * time_s
    held = min(time_s, TURN_HORIZON_S)
    angle = rate_radps * held
    along, aside = sin(angle) / rate_radps, (1.0 - cos(angle)) / rate_radps
    x = vx * along + vy * aside
    y = vy * along - vx * aside
    rest = time_s - held
    x += (vx * cos(angle) + vy * sin(angle)) * rest
    y += (vy * cos(angle) - vx * sin(angle)) * rest
    return x, y


@njit(cache=True)
def separation(state, time_s):  # type: ignore[no-untyped-def]
    """Return (range m, height difference m) at `time_s`; `state` is x, y, z, vz, vx1, vy1, rate1, vx2, vy2, rate2."""
    x1, y1 = offset(state[4], state[5], state[6], time_s)
    x2, y2 = offset(state[7], state[8], state[9], time_s)
    x, y = state[0] + (x2 - x1), state[1] + (y2 - y1)  # so grouped, a swap of the two only flips signs
    return sqrt(x * x + y * y), abs(state[2] + state[3] * time_s)


@njit(cache=True)
def inside(state, time_s, known, horizontal_m, vertical_m):  # type: ignore[no-untyped-def]
    """Return whether the pair is inside the cylinder at `time_s`."""
    h, v = separation(state, time_s)
    return h < horizontal_m and (v < vertical_m or not known)


@njit(cache=True)
def turn_interval(state, known, horizontal_m, vertical_m):  # type: ignore[no-untyped-def]
    """Return (t_in, t_out) of the first stay inside the cylinder within the turn horizon, (inf, -inf) if none.

    Steps of a second, or as far as both aircraft together cannot close the remaining range in; edges refined by
    halving. A stay shorter than a second may be missed, as a grazing one is.
    """
    closing = hypot(state[4], state[5]) + hypot(state[7], state[8])
    t_in, before, t = np.inf, 0.0, 0.0
    while t <= TURN_HORIZON_S:
        h, v = separation(state, t)
        now_inside = h < horizontal_m and (v < vertical_m or not known)
        if now_inside and t_in == np.inf:
            t_in = 0.0 if t == 0.0 else _edge(state, before, t, known, horizontal_m, vertical_m)
        elif not now_inside and t_in < np.inf:
            return t_in, _edge(state, before, t, known, horizontal_m, vertical_m)
        before = t
        t += STEP_S if now_inside or closing == 0.0 else max(STEP_S, (h - horizontal_m) / closing)
    return (t_in, TURN_HORIZON_S) if t_in < np.inf else (np.inf, -np.inf)


@njit(cache=True)
def _edge(state, low_s, high_s, known, horizontal_m, vertical_m):  # type: ignore[no-untyped-def]
    low_inside = inside(state, low_s, known, horizontal_m, vertical_m)
    for _ in range(REFINE):
        middle = 0.5 * (low_s + high_s)
        if inside(state, middle, known, horizontal_m, vertical_m) == low_inside:
            low_s = middle
        else:
            high_s = middle
    return high_s


@njit(cache=True)
def turn_closest(state):  # type: ignore[no-untyped-def]
    """Return (time s, range m) of the least sampled range within the turn horizon."""
    best_t, best = 0.0, np.inf
    for k in range(int(TURN_HORIZON_S / STEP_S) + 1):
        h, _ = separation(state, k * STEP_S)
        if h < best:
            best_t, best = k * STEP_S, h
    return best_t, best
