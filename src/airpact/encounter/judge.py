"""The verdict on each pair: which rung of its ladder holds, from when to when, and when to look again.

A ladder is a run of rungs: level, volume, look-ahead. A rung holds when its volume is violated now, or will be before
its look-ahead on the straight line or on a held turn: the worse answer counts. A rung of an alerter with a memory holds
when the memory says so (`encounter.alerting`: early time, M of N, persistence). Volumes are widened by what the two
positions are not known to. Everything is decided in the pair's own frame, so a swap of the two changes no bit. Times
are seconds from now.
"""

from math import inf, sqrt
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from airpact.encounter.alerting import held_level, settle
from airpact.encounter.configurations import Memory
from airpact.encounter.frame import pair_state
from airpact.encounter.relative import advance, closest, range_after
from airpact.encounter.turn import TURN_HORIZON_S, Motion, carried, turn_closest, turn_interval
from airpact.encounter.volumes import Volume, before, conflict, interval, violation
from airpact.geo.sphere import EARTH_RADIUS_M

CPA_HORIZON_S: Final = 600.0  # beyond ten minutes a straight line tells nothing about a closest approach
INTERVAL_S: Final = 3600.0  # how far ahead a stay in a volume is looked for: well beyond every look-ahead
MOMENT_S: Final = 1.0  # between two moments that M of N counts: the step the reference is stated and measured for
LEAST_MOMENT_S: Final = 0.9  # a tick of the grid may fall a little short of the second

RUNG: Final = np.dtype(
    [
        ("kind", "i8"),  # of volume: volumes.KINDS
        ("horizontal_m", "f8"),
        ("vertical_m", "f8"),
        ("tau_s", "f8"),
        ("coa_s", "f8"),
        ("lookahead_s", "f8"),
        ("early_s", "f8"),  # look-ahead while the memory gives out this level
        ("level", "i8"),
        ("clause", "i8"),  # index into the compiled clause list
        ("minimum", "i8"),  # 1: a most severe rung of its clause; violating it is a loss
        ("memory", "i8"),  # index into the memories, -1 = decided by this moment alone
    ],
    align=True,
)

MEMORY: Final = np.dtype([("hysteresis_s", "f8"), ("persistence_s", "f8"), ("m", "i8"), ("n", "i8")], align=True)

VERDICT: Final = np.dtype(
    [
        ("first", "i8"),
        ("second", "i8"),
        ("rung", "i8"),  # index of the rung that decides the level, -1 = none holds
        ("held", "i8"),  # 1: no rung holds, but one would with its volume enlarged by `factor`
        ("loss", "i8"),  # 1: a clause's minimum is violated now, without widening
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
Memories = npt.NDArray[Any]  # of dtype MEMORY
Verdicts = npt.NDArray[Any]  # of dtype VERDICT


class Known(NamedTuple):
    """What is known of a pair: comparable heights, both velocities, and what to widen a volume by (m)."""

    heights: bool
    velocities: bool
    widen_m: float
    widen_vertical_m: float


@njit(cache=True)
def _volume(rung, known, factor):  # type: ignore[no-untyped-def]
    """Return a rung's volume times `factor` and widened: of any height where heights are not known.

    Where a velocity is not known nothing is said of closing times: the inner cylinder is left.
    """
    vertical_m = rung.vertical_m * factor + known.widen_vertical_m if known.heights else inf
    tau_s, coa_s = (rung.tau_s, rung.coa_s) if known.velocities else (0.0, 0.0)
    return Volume(rung.kind, rung.horizontal_m * factor + known.widen_m, vertical_m, tau_s, coa_s)


@njit(cache=True)
def _stay(volume, motion, turning):  # type: ignore[no-untyped-def]
    """Return (t_in, t_out, whether the held turn gave them) of the stay in a volume, (inf, -inf) if there is none."""
    t_in, t_out = interval(volume, motion.s, motion.v, motion.w, 0.0, INTERVAL_S)
    if not conflict(t_in, t_out):
        t_in, t_out = inf, -inf
    elif t_out >= INTERVAL_S:
        t_out = inf
    if turning:
        turn_in, turn_out = turn_interval(volume, motion)
        if turn_in < t_in:
            return turn_in, turn_out, True
    return t_in + 0.0, t_out + 0.0, False  # no negative zero: a swap shows it


@njit(cache=True)
def _same_volume(one, two):  # type: ignore[no-untyped-def]
    lengths = one.horizontal_m == two.horizontal_m and one.vertical_m == two.vertical_m
    return lengths and one.kind == two.kind and one.tau_s == two.tau_s and one.coa_s == two.coa_s


@njit(cache=True)
def _stays(rungs, motion, known, factor, turning, stays):  # type: ignore[no-untyped-def]
    """Write (t_in, t_out, by turn) of every rung to `stays`; without velocities only what holds now counts."""
    for k in range(rungs.size):
        if k > 0 and _same_volume(rungs[k], rungs[k - 1]):
            for c in range(3):  # one by one: a row assigned to a row takes two seconds to compile
                stays[k, c] = stays[k - 1, c]
            continue
        t_in, t_out, by_turn = _stay(_volume(rungs[k], known, factor), motion, turning)
        if not known.velocities and t_in > 0.0:
            t_in, t_out = inf, -inf
        stays[k, 0], stays[k, 1], stays[k, 2] = t_in, t_out, 1.0 if by_turn else 0.0


@njit(cache=True)
def _settle(rungs, stays, states, row, memories, now_s, out):  # type: ignore[no-untyped-def]
    """Write the level that each memory gives out to `out`, after taking this moment in where its second is over.

    A pair nobody remembers counts as having been quiet, so that a first moment passes M of N like any later one.
    """
    for c in range(memories.size):
        state = states[row * memories.size + c]
        memory = Memory(memories[c].hysteresis_s, memories[c].persistence_s, False, memories[c].m, memories[c].n,
                        0.0, 0.0, 0.0, 0.0)  # fmt: skip
        out[c] = max(0, state.output)
        if now_s - state.last_s < LEAST_MOMENT_S:
            continue
        raw, held = np.int64(0), held_level(state, now_s, memory.hysteresis_s)
        for k in range(rungs.size):
            if rungs[k].memory == c:
                limit_s = rungs[k].early_s if rungs[k].level == held else rungs[k].lookahead_s
                raw = max(raw, rungs[k].level) if before(stays[k, 0], stays[k, 1], limit_s) else raw
        if np.isnan(state.last_s):
            if raw == 0:
                continue
            state.output, state.last_s = 0, now_s - MOMENT_S
            state.queue[:] = 0
        out[c] = settle(states, row * memories.size + c, raw, now_s, memory)


@njit(cache=True)
def _decide(rungs, stays, levels, known, row):  # type: ignore[no-untyped-def]
    """Fill rung, interval, due and turning of a verdict: the most severe rung that holds, then the first entered."""
    row.rung, row.t_in_s, row.t_out_s, row.due_s, row.turning = -1, inf, -inf, inf, 0
    for k in range(rungs.size):
        rung, t_in, t_out = rungs[k], stays[k, 0], stays[k, 1]
        entered = before(t_in, t_out, rung.lookahead_s)
        if not entered:
            row.due_s = min(row.due_s, max(0.0, t_in - rung.lookahead_s))
        if not (entered if rung.memory < 0 else rung.level == levels[rung.memory]):
            continue
        if known.velocities and t_in < inf:
            row.due_s = min(row.due_s, t_out)
        worse = row.rung < 0 or rung.level > rungs[row.rung].level
        same = row.rung >= 0 and rung.level == rungs[row.rung].level
        if worse or (same and t_in < row.t_in_s):
            row.rung, row.t_in_s, row.t_out_s, row.turning = k, t_in, t_out, int(stays[k, 2])


@njit(cache=True)
def _hold(rungs, stays, known, row):  # type: ignore[no-untyped-def]
    """Note whether a rung would hold with its enlarged volume and its longest look-ahead; `stays` are of those."""
    for k in range(rungs.size):
        t_in, t_out, limit_s = stays[k, 0], stays[k, 1], max(rungs[k].lookahead_s, rungs[k].early_s)
        if before(t_in, t_out, limit_s):
            row.held = 1
            row.due_s = min(row.due_s, t_out) if known.velocities else row.due_s
        else:
            row.due_s = min(row.due_s, max(0.0, t_in - limit_s))


@njit(cache=True)
def _farthest(rungs, closing_mps):  # type: ignore[no-untyped-def]
    """Return the range beyond which no volume of a ladder can be violated at this closure."""
    farthest = 0.0
    for k in range(rungs.size):
        farthest = max(farthest, rungs[k].horizontal_m + rungs[k].tau_s * closing_mps)
    return farthest


@njit(cache=True)
def _inside_minimum(rungs, motion, known, stays):  # type: ignore[no-untyped-def]
    """Return 1 where the pair violates the unwidened minimum of a clause now, else 0.

    Who violates it violates the widened volume too, so only stays that have begun need be looked at.
    """
    exact = Known(known.heights, known.velocities, 0.0, 0.0)
    for k in range(rungs.size):
        begun = rungs[k].minimum == 1 and stays[k, 0] == 0.0
        if begun and violation(_volume(rungs[k], exact, 1.0), motion.s, motion.v, motion.w):
            return 1
    return 0


@njit(cache=True)
def _turned(p, velocity, rate_radps, time_s, east, north, out):  # type: ignore[no-untyped-def]
    x, y, _, _ = carried(velocity[0], velocity[1], rate_radps, time_s)
    for k in range(3):
        out[k] = p[k] + (x / EARTH_RADIUS_M) * east[k] + (y / EARTH_RADIUS_M) * north[k]


@njit(cache=True)
def _places(p, q, velocity_p, velocity_q, motion, east, north, row):  # type: ignore[no-untyped-def]
    """Fill when and where both are at closest approach, and the height difference there, on the path that decided.

    Closest while the conflict lasts: two that fly almost side by side are nearest in half an hour, which says nothing.
    """
    s, v, w = motion.s, motion.v, motion.w
    if row.turning == 0:
        s2, sv, v2 = _products(motion)
        while_s, _ = closest(s2, sv, v2)
        while_s = min(max(while_s, row.t_in_s), row.t_out_s) if row.t_in_s < inf else while_s
        row.t_cpa_s = min(while_s, CPA_HORIZON_S)
        row.cpa_range_m = range_after(s2, sv, v2, row.t_cpa_s)
        row.cpa_height_m = abs(s[2] + row.t_cpa_s * (v[2] - w[2]))
        advance(p, velocity_p, row.t_cpa_s, row.cpa_first)
        advance(q, velocity_q, row.t_cpa_s, row.cpa_second)
        return
    row.t_cpa_s, row.cpa_range_m, row.cpa_height_m = turn_closest(motion)
    _turned(p, v, motion.turn_first, row.t_cpa_s, east, north, row.cpa_first)
    _turned(q, w, motion.turn_second, row.t_cpa_s, east, north, row.cpa_second)


@njit(cache=True)
def _products(motion):  # type: ignore[no-untyped-def]
    """Return range squared, range times range rate and relative speed squared, in the plane."""
    sx, sy = motion.s[0], motion.s[1]
    vx, vy = motion.v[0] - motion.w[0], motion.v[1] - motion.w[1]
    return sx * sx + sy * sy, sx * vx + sy * vy, vx * vx + vy * vy


@njit(cache=True)
def _weigh(rungs, motion, known, turning, opened, factor, memories, states, n, now_s, stays, levels, row):  # type: ignore[no-untyped-def]
    """Decide one pair on its rungs: memory first, then the rung that holds, then whether an open alert is over."""
    _stays(rungs, motion, known, 1.0, turning, stays)
    _settle(rungs, stays, states, n, memories, now_s, levels)
    _decide(rungs, stays, levels, known, row)
    if row.rung < 0 and opened:
        _stays(rungs, motion, known, factor, turning, stays)
        _hold(rungs, stays, known, row)
    row.loss = _inside_minimum(rungs, motion, known, stays)


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
    memories,
    states,
    now_s,
    factor,
    out,
):
    """Write one VERDICT per pair (first[k], second[k]) to `out`; pairs must come in their canonical order.

    `open_before` (k): an alert is open for the pair, so volumes enlarged by `factor` decide whether it is over.
    `ladder_of` (g, g): ladder per pair of groups, -1 = none; its rungs are ladders[ladder_start[l]:ladder_start[l+1]].
    `memories` (c): MEMORY of the alerters; `states` (k * c): PAIR_STATE of each pair and alerter, moved on to `now_s`.
    """
    east, north = np.zeros(3), np.zeros(3)
    stays, levels = np.zeros((ladders.size, 3)), np.zeros(memories.size, np.int64)
    for n in range(first.size):
        i, j, row = first[n], second[n], out[n]
        row.first, row.second, row.rung, row.held, row.loss, row.turning = i, j, -1, 0, 0, 0
        row.due_s, row.t_in_s, row.t_out_s = inf, inf, -inf
        p, q = position[i], position[j]
        heights = comparable[i] != 0 and comparable[i] == comparable[j]
        dz, climb_p, climb_q = (altitude[i] - altitude[j], climb[i], climb[j]) if heights else (0.0, 0.0, 0.0)
        s, v, w = pair_state(p, q, velocity[i], velocity[j], dz, climb_p, climb_q, east, north)
        motion = Motion(s, v, w, turn[i], turn[j])
        s2, sv, v2 = _products(motion)
        row.known, row.range_m, row.height_m = int(heights), sqrt(s2), abs(dz)
        row.closing_mps = 0.0 - sv / row.range_m if row.range_m > 0.0 else 0.0
        ladder = ladder_of[group[i], group[j]]
        if ladder >= 0:
            rungs = ladders[ladder_start[ladder] : ladder_start[ladder + 1]]
            known = Known(heights, steered[i] and steered[j], widen_h[i] + widen_h[j], widen_v[i] + widen_v[j])
            closing = speed[i] + speed[j]
            far_m = _farthest(rungs, closing) * factor + known.widen_m + closing * TURN_HORIZON_S
            turning = known.velocities and (turn[i] != 0.0 or turn[j] != 0.0) and row.range_m < far_m
            _weigh(
                rungs, motion, known, turning, open_before[n], factor, memories, states, n, now_s, stays, levels, row
            )
            _places(p, q, velocity[i], velocity[j], motion, east, north, row)
        else:
            row.t_cpa_s, row.cpa_range_m = closest(s2, sv, v2)
        if not heights:
            row.height_m = row.cpa_height_m = np.nan
