"""The verdict on each pair: which rung of its ladder holds, from when to when, and when to look again.

A ladder is a run of rungs (level, horizontal, vertical, look-ahead). A rung holds when the pair is inside its minima
now, or will be within its look-ahead on the straight line or on a held turn: the worse answer counts. Minima are
widened by what the two positions are not known to. All times are seconds from now.
"""

from math import sqrt
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from numba import njit

from airpact.encounter.relative import advance, closest, loss_interval, plane, range_after, relative
from airpact.encounter.turn import TURN_HORIZON_S, offset, separation, turn_closest, turn_interval
from airpact.geo.sphere import EARTH_RADIUS_M

CPA_HORIZON_S: Final = 600.0  # beyond ten minutes a straight line tells nothing about a closest approach

RUNG: Final = np.dtype(
    [
        ("horizontal_m", "f8"),
        ("vertical_m", "f8"),
        ("lookahead_s", "f8"),
        ("level", "i8"),
        ("clause", "i8"),  # index into the compiled clause list
        ("minimum", "i8"),  # 1: a most severe rung of its clause; being inside it is a loss
    ],
    align=True,
)

VERDICT: Final = np.dtype(
    [
        ("first", "i8"),
        ("second", "i8"),
        ("rung", "i8"),  # index of the rung that decides the level, -1 = none holds
        ("held", "i8"),  # 1: no rung holds, but one would with its minima enlarged by `factor`
        ("loss", "i8"),  # 1: inside a clause's minimum now, without widening
        ("known", "i8"),  # 1: heights are comparable
        ("turning", "i8"),  # 1: the held turn gave the worse answer
        ("range_m", "f8"),
        ("height_m", "f8"),
        ("closing_mps", "f8"),
        ("t_in_s", "f8"),
        ("t_out_s", "f8"),
        ("t_cpa_s", "f8"),
        ("cpa_range_m", "f8"),
        ("cpa_height_m", "f8"),
        ("due_s", "f8"),  # when the verdict changes by itself if nothing new is heard, +inf = never
        ("cpa_first", "f8", (3,)),
        ("cpa_second", "f8", (3,)),
    ],
    align=True,
)

Rungs = npt.NDArray[Any]  # of dtype RUNG
Verdicts = npt.NDArray[Any]  # of dtype VERDICT


@njit(cache=True)
def _turn_state(p, q, v, w, rate_p, rate_q, dz, vz, state, east, north):  # type: ignore[no-untyped-def]
    plane(p, q, east, north)
    state[0], state[1], state[2], state[3], state[6], state[9] = 0.0, 0.0, dz, vz, rate_p, rate_q
    state[4] = state[5] = state[7] = state[8] = 0.0
    for k in range(3):
        d = EARTH_RADIUS_M * (q[k] - p[k])
        state[0] += d * east[k]
        state[1] += d * north[k]
        state[4] += v[k] * east[k]
        state[5] += v[k] * north[k]
        state[7] += w[k] * east[k]
        state[8] += w[k] * north[k]


@njit(cache=True)
def _rung_interval(s2, sv, v2, dz, vz, known, horizontal_m, vertical_m, turning, state):  # type: ignore[no-untyped-def]
    t_in, t_out = loss_interval(s2, sv, v2, dz, vz, known, horizontal_m, vertical_m)
    if turning:
        turn_in, turn_out = turn_interval(state, known, horizontal_m, vertical_m)
        if turn_in < t_in:
            return turn_in, turn_out, True
    return t_in, t_out, False


@njit(cache=True)
def _look(  # type: ignore[no-untyped-def]
    rungs, s2, sv, v2, dz, vz, known, steered, wide_h, wide_v, factor, turning, state, out
):
    """Fill rung, interval, due and turning of `out` for minima times `factor` plus widening.

    Where a velocity is not known (`steered` false) only the present is judged.
    """
    out.rung, out.t_in_s, out.t_out_s, out.due_s, out.turning = -1, np.inf, -np.inf, np.inf, 0
    for k in range(rungs.size):
        rung = rungs[k]
        h, v = rung.horizontal_m * factor + wide_h, rung.vertical_m * factor + wide_v
        t_in, t_out, by_turn = _rung_interval(s2, sv, v2, dz, vz, known, h, v, turning, state)
        if t_in == np.inf:
            continue
        if not steered and t_in > 0.0:
            continue
        if t_in > rung.lookahead_s:
            out.due_s = min(out.due_s, t_in - rung.lookahead_s)
            continue
        out.due_s = min(out.due_s, t_out) if steered else out.due_s
        worse = out.rung < 0 or rung.level > rungs[out.rung].level
        same = out.rung >= 0 and rung.level == rungs[out.rung].level
        if worse or (same and t_in < out.t_in_s):
            out.rung, out.t_in_s, out.t_out_s, out.turning = k, t_in, t_out, int(by_turn)


@njit(cache=True)
def _widest(rungs):  # type: ignore[no-untyped-def]
    widest = 0.0
    for k in range(rungs.size):
        widest = max(widest, rungs[k].horizontal_m)
    return widest


@njit(cache=True)
def _inside_minimum(rungs, range_m, height_m, known):  # type: ignore[no-untyped-def]
    """Return 1 where the pair is inside the unwidened minimum of a clause, else 0."""
    inside = 0
    for k in range(rungs.size):
        near = range_m < rungs[k].horizontal_m and (height_m < rungs[k].vertical_m or not known)
        inside |= int(rungs[k].minimum == 1 and near)
    return inside


@njit(cache=True)
def _turned(p, v, rate_radps, time_s, east, north, out):  # type: ignore[no-untyped-def]
    vx = v[0] * east[0] + v[1] * east[1] + v[2] * east[2]
    vy = v[0] * north[0] + v[1] * north[1] + v[2] * north[2]
    x, y = offset(vx, vy, rate_radps, time_s)
    out[:] = p + (x / EARTH_RADIUS_M) * east + (y / EARTH_RADIUS_M) * north


@njit(cache=True)
def _places(p, q, v, w, s2, sv, v2, dz, vz, state, east, north, row):  # type: ignore[no-untyped-def]
    """Fill where both are at closest approach, and the height difference there, on the path that decided.

    Closest while the conflict lasts: two that fly almost side by side are nearest in half an hour, which says nothing.
    """
    if row.turning == 0:
        while_s = min(max(row.t_cpa_s, row.t_in_s), row.t_out_s) if row.t_in_s < np.inf else row.t_cpa_s
        row.t_cpa_s = min(while_s, CPA_HORIZON_S)
        row.cpa_range_m = range_after(s2, sv, v2, row.t_cpa_s)
        row.cpa_height_m = abs(dz + vz * row.t_cpa_s)
        advance(p, v, row.t_cpa_s, row.cpa_first)
        advance(q, w, row.t_cpa_s, row.cpa_second)
        return
    row.t_cpa_s, row.cpa_range_m = turn_closest(state)
    _, row.cpa_height_m = separation(state, row.t_cpa_s)
    _turned(p, v, state[6], row.t_cpa_s, east, north, row.cpa_first)
    _turned(q, w, state[9], row.t_cpa_s, east, north, row.cpa_second)


@njit(cache=True)
def judge(  # type: ignore[no-untyped-def]
    first,
    second,
    open_before,
    position,
    velocity,
    altitude,
    climb,
    comparable,
    steered,
    turn,
    speed,
    widen_h,
    widen_v,
    group,
    ladder_of,
    ladder_start,
    ladders,
    factor,
    out,
):
    """Write one VERDICT per pair (first[k], second[k]) to `out`; pairs must come in their canonical order.

    `open_before` (k): an alert is open for the pair, so minima enlarged by `factor` decide whether it is over.
    `ladder_of` (g, g): ladder per pair of groups, -1 = none; its rungs are ladders[ladder_start[l]:ladder_start[l+1]].
    """
    state = np.zeros(10)
    east, north = np.zeros(3), np.zeros(3)
    for n in range(first.size):
        i, j, row = first[n], second[n], out[n]
        row.first, row.second, row.rung, row.held, row.loss, row.turning = i, j, -1, 0, 0, 0
        row.due_s, row.t_in_s, row.t_out_s = np.inf, np.inf, -np.inf
        p, q, v, w = position[i], position[j], velocity[i], velocity[j]
        s2, sv, v2 = relative(p, q, v, w)
        known = comparable[i] != 0 and comparable[i] == comparable[j]
        dz, vz = (altitude[j] - altitude[i], climb[j] - climb[i]) if known else (np.nan, 0.0)
        row.known, row.range_m, row.height_m = int(known), sqrt(s2), abs(dz)
        row.closing_mps = -sv / row.range_m if row.range_m > 0.0 else 0.0
        row.t_cpa_s, row.cpa_range_m = closest(s2, sv, v2)
        ladder = ladder_of[group[i], group[j]]
        if ladder < 0:
            continue
        rungs = ladders[ladder_start[ladder] : ladder_start[ladder + 1]]
        both = steered[i] and steered[j]
        wide_h, wide_v = widen_h[i] + widen_h[j], widen_v[i] + widen_v[j]
        turning = both and (turn[i] != 0.0 or turn[j] != 0.0)
        turning = turning and row.range_m < _widest(rungs) * factor + wide_h + (speed[i] + speed[j]) * TURN_HORIZON_S
        if turning:
            _turn_state(p, q, v, w, turn[i], turn[j], dz, vz, state, east, north)
        _look(rungs, s2, sv, v2, dz, vz, known, both, wide_h, wide_v, 1.0, turning, state, row)
        if row.rung < 0 and open_before[n]:
            own_due = row.due_s
            _look(rungs, s2, sv, v2, dz, vz, known, both, wide_h, wide_v, factor, turning, state, row)
            row.held, row.rung, row.due_s = int(row.rung >= 0), -1, min(own_due, row.due_s)
        row.loss = _inside_minimum(rungs, row.range_m, row.height_m, known)
        _places(p, q, v, w, s2, sv, v2, dz, vz, state, east, north, row)
