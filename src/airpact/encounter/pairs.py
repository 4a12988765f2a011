"""The verdict on a pair of a sky: can it meet at all, and does the core's detector find it in a volume asked for.

Every path of the sweep (all pairs, one track against all) ends here, so there is one semantics: `volumes.interval` in
the pair's own frame, the deciding level the most severe whose conflict begins before its alerting time.
"""

from math import cos, floor, inf, isnan, nan, pi, sqrt
from typing import Final

import numpy as np
from numba import njit, prange

from airpact.encounter.almost import eq_d
from airpact.encounter.frame import pair_state
from airpact.encounter.grid import (
    ALT,
    BLOCK,
    CLIMB,
    KIND,
    SLOT,
    SPEED,
    TASKS,
    WIDE_H,
    WIDE_V,
    P,
    V,
    ahead,
    flown,
    met_before,
    overlapping,
    trace_one,
)
from airpact.encounter.volumes import Volume, before, interval
from airpact.geo.sphere import EARTH_RADIUS_M

NONE: Final = 0
FOUND: Final = 1
UNJUDGED: Final = 2  # could meet, but a velocity is unknown

NEAR: Final = 1024  # entries compared at a time
SLACK_M: Final = 0.1  # of the quick refusals, which must never refuse what the detector finds; far above rounding

# columns of `rules`, one row per level, a run of rows per pair of groups, least severe first
RULE_KIND, RULE_H, RULE_V, RULE_TAU, RULE_COA, RULE_ALERTING, RULE_LOOKAHEAD, RULE = 0, 1, 2, 3, 4, 5, 6, 7
# columns of a result, one row per pair
STATUS, LEVEL_NO, T_IN, T_OUT, T_CPA, H_CPA, V_CPA, KNOWN, RESULT = 0, 1, 2, 3, 4, 5, 6, 7, 8


@njit(cache=True)
def _heights_known(state, i, j):  # type: ignore[no-untyped-def]
    return state[i, KIND] == state[j, KIND] and not isnan(state[i, ALT] + state[j, ALT])


@njit(cache=True)
def _in_slab(state, i, j, half_m):  # type: ignore[no-untyped-def]
    """Return (from, to) in s of comparable heights within `half_m`; all time where they cannot be compared."""
    if not _heights_known(state, i, j):
        return -inf, inf
    dz, vz = state[i, ALT] - state[j, ALT], state[i, CLIMB] - state[j, CLIMB]
    reach = half_m + state[i, WIDE_V] + state[j, WIDE_V] + SLACK_M
    if vz == 0.0:
        return (-inf, inf) if abs(dz) <= reach else (inf, -inf)
    one, two = (-reach - dz) / vz, (reach - dz) / vz
    return min(one, two), max(one, two)


@njit(cache=True)
def least_gap_m(s2, sv, v2, spread_mps, time_s):  # type: ignore[no-untyped-def]
    """Return the least over [0, time] of the range less spread x t, for s.s, s.v, v.v of straight flight.

    `spread_mps` is what may be flown in any direction besides: the range is convex in t, so the least is at its only
    turning point or at an end.
    """
    t = time_s
    if v2 > spread_mps * spread_mps:
        miss2 = max(0.0, s2 - sv * sv / v2)
        t = -sv / v2 + spread_mps * sqrt(miss2 / (v2 * (v2 - spread_mps * spread_mps)))
        t = min(max(t, 0.0), time_s)
    return sqrt(max(0.0, s2 + t * (2.0 * sv + t * v2))) - spread_mps * t


@njit(cache=True)
def _products(state, i, j, lost, gone):  # type: ignore[no-untyped-def]
    """Return (s.s, s.v, v.v) of two rows as `relative.relative` has them; no velocity where `lost`, `gone`."""
    s2 = sv = v2 = wm = m2 = 0.0
    for k in range(3):
        d = EARTH_RADIUS_M * (state[j, P + k] - state[i, P + k])
        u = (0.0 if gone else state[j, V + k]) - (0.0 if lost else state[i, V + k])
        m = state[i, P + k] + state[j, P + k]
        s2, sv, v2, wm, m2 = s2 + d * d, sv + d * u, v2 + u * u, wm + u * m, m2 + m * m
    return s2, sv, (max(0.0, v2 - wm * wm / m2) if m2 > 0.0 else v2)


@njit(cache=True)
def _could_come(state, i, j, reach_m, low_s, high_s, time_s):  # type: ignore[no-untyped-def]
    """Return whether two rows could meet whose velocities are not both known: near enough in the time, for any."""
    lost, gone = isnan(state[i, V]), isnan(state[j, V])
    s2, sv, v2 = _products(state, i, j, lost, gone)
    spread = (state[i, SPEED] if lost else 0.0) + (state[j, SPEED] if gone else 0.0)
    return low_s <= high_s and least_gap_m(s2, sv, v2, spread, time_s) <= reach_m


@njit(cache=True)
def could_meet(state, i, j, widest, g, h):  # type: ignore[no-untyped-def]
    """Return whether two rows of state, of groups g and h, could meet in what they are asked for (`Rules.widest`).

    Sound for every volume inside that reach: a violated well-clear volume is entered at its horizontal threshold at
    most its tau later (entry <= modified tau <= closest approach), and at its vertical one at most its coaltitude time.
    So the stay in the disc, from tau before it, the stay in the slab, from the coaltitude time before it, and the time
    asked for must have an instant in common. Cheapest refusals first; none divides by a speed, which may be 0.
    """
    reach = widest[g, h, 0] + state[i, WIDE_H] + state[j, WIDE_H] + SLACK_M
    if isnan(reach):
        return False
    steered = not isnan(state[i, V] + state[j, V])
    near, later, v2 = 0.0, inf, 1.0  # in the disc from `near` to later / v2
    if steered:
        s2, sv, v2 = _products(state, i, j, False, False)
        outside = s2 - reach * reach
        if outside > 0.0 and (sv >= 0.0 or sv * sv < v2 * outside):
            return False
        later = sqrt(max(0.0, sv * sv - v2 * outside)) - sv
        near = outside / later - widest[g, h, 1] if outside > 0.0 else 0.0
    low, high = _in_slab(state, i, j, widest[g, h, 2])
    low, high = max(0.0, low - widest[g, h, 3]), min(high, widest[g, h, 4])
    if not steered:
        return _could_come(state, i, j, reach, low, high, widest[g, h, 4] + widest[g, h, 1])
    return max(low, near) <= high and low * v2 <= later


@njit(cache=True)
def _states(state, i, j, east, north):  # type: ignore[no-untyped-def]
    """Return (s, v, w, velocities known, heights known); what is unknown is 0."""
    steered, known = not isnan(state[i, V] + state[j, V]), _heights_known(state, i, j)
    s, v, w = pair_state(
        state[i, P : P + 3], state[j, P : P + 3], state[i, V : V + 3], state[j, V : V + 3],
        state[i, ALT] - state[j, ALT], state[i, CLIMB], state[j, CLIMB], east, north,
    )  # fmt: skip
    if not known:
        s, v, w = (s[0], s[1], 0.0), (v[0], v[1], 0.0), (w[0], w[1], 0.0)
    if not steered:
        v, w = (0.0, 0.0, 0.0), (0.0, 0.0, 0.0)
    return s, v, w, steered, known


@njit(cache=True)
def _decide(s, v, w, wide_h, wide_v, rules, first, last):  # type: ignore[no-untyped-def]
    """Return (level from 1, t_in, t_out) of the most severe rule among first..last - 1 that holds; level 0 = none."""
    for k in range(last - 1, first - 1, -1):
        volume = Volume(
            int(rules[k, RULE_KIND]), rules[k, RULE_H] + wide_h, rules[k, RULE_V] + wide_v, rules[k, RULE_TAU],
            rules[k, RULE_COA],
        )  # fmt: skip
        t_in, t_out = interval(volume, s, v, w, 0.0, rules[k, RULE_LOOKAHEAD])
        if before(t_in, t_out, rules[k, RULE_ALERTING]):
            return k - first + 1, t_in, t_out
    return 0, nan, nan


@njit(cache=True)
def assess(keys, state, group, groups, rules, rule_start, out):  # type: ignore[no-untyped-def]
    """Write the RESULT row of each pair key (row of state x rows + other row) under the rules of its groups.

    With an unknown velocity only the present is judged: who is inside is FOUND, who could come is UNJUDGED.
    """
    tracks, east, north = state.shape[0], np.empty(3), np.empty(3)
    for k in range(keys.size):
        i, j = keys[k] // tracks, keys[k] % tracks
        rule = group[i if group.size > 1 else 0] * groups + group[j if group.size > 1 else 0]
        s, v, w, steered, known = _states(state, i, j, east, north)
        wide_h, wide_v = state[i, WIDE_H] + state[j, WIDE_H], state[i, WIDE_V] + state[j, WIDE_V]
        level, t_in, t_out = _decide(s, v, w, wide_h, wide_v, rules, rule_start[rule], rule_start[rule + 1])
        out[k, :] = nan
        out[k, STATUS], out[k, LEVEL_NO], out[k, KNOWN] = FOUND, level, known
        if level == 0:
            out[k, STATUS] = NONE if steered else UNJUDGED
            continue
        out[k, T_IN] = 0.0 if eq_d(t_in, 0.0) else t_in
        if steered:
            vx, vy = v[0] - w[0], v[1] - w[1]
            vv = vx * vx + vy * vy
            lookahead = rules[rule_start[rule] + level - 1, RULE_LOOKAHEAD]
            t = 0.0 if vv == 0.0 else min(max(0.0, -(s[0] * vx + s[1] * vy) / vv), lookahead)
            x, y = s[0] + t * vx, s[1] + t * vy
            out[k, T_OUT], out[k, T_CPA], out[k, H_CPA] = t_out, t, sqrt(x * x + y * y)
            out[k, V_CPA] = abs(s[2] + t * (v[2] - w[2])) if known else nan


@njit(cache=True)
def _scan(begin, entries, start, shift, order, state, group, widest, near, keys, count):  # type: ignore[no-untyped-def]
    """Write the keys of the pairs met by a block of entries that could meet, while they fit; return the new count."""
    for k in range(begin, min(entries.shape[0], begin + BLOCK)):
        number, first, last = ahead(k, entries, start, shift)
        low, high = k + 1, min(last, k + 1 + number)
        rest = first + number - (high - low)
        for _ in range(2):  # on to the end of the row, then from its beginning
            for some in range(low, high, NEAR):
                for n in range(overlapping(k, some, min(some + NEAR, high), entries, near)):
                    i, j = np.int64(entries[k, SLOT]), np.int64(entries[near[n], SLOT])
                    if order[i] > order[j]:
                        i, j = j, i
                    g, h = group[i if group.size > 1 else 0], group[j if group.size > 1 else 0]
                    if could_meet(state, i, j, widest, g, h) and not met_before(k, near[n], entries, start, shift):
                        if count < keys.size:
                            keys[count] = i * order.size + j
                        count += 1
            low, high = first, rest
    return count


@njit(cache=True, parallel=True)
def scan(entries, start, shift, order, state, group, widest, keys, counts):  # type: ignore[no-untyped-def]
    """Write the key of every pair that could meet to `keys` (TASKS, limit), their number to `counts` (TASKS).

    Rows of `state` and `group` belong to the tracks in `order`; the lower track comes first in a key. A count over the
    limit: nothing was written beyond, call again with more room. Task t takes blocks t, t + TASKS, ...
    """
    for part in prange(TASKS):
        task, count, near = np.int64(part), np.int64(0), np.empty(NEAR, np.int64)
        for begin in range(task * BLOCK, entries.shape[0], TASKS * BLOCK):
            count = _scan(begin, entries, start, shift, order, state, group, widest, near, keys[task], count)
        counts[task] = count


@njit(cache=True)
def _far(lat_deg, lon_deg, cos_lat, other_lat_deg, other_lon_deg, reach_m):  # type: ignore[no-untyped-def]
    """Return whether two places are surely farther apart than a chord of `reach_m` (under 0.75 R), without an angle.

    The squared chord is at least that of latitude alone, and that of longitude at the cosines of both latitudes, of
    which one is less by at most the arc; 2 sin(x / 2) >= x (1 - x2 / 24).
    """
    arc = (1.05 / EARTH_RADIUS_M) * reach_m + 1e-7
    if abs(lat_deg - other_lat_deg) * (pi / 180.0) > arc:
        return True
    turn = abs(lon_deg - other_lon_deg) * (1.0 / 360.0)
    turn -= floor(turn)
    x = 2.0 * pi * min(turn, 1.0 - turn)
    chord = x * (1.0 - x * x * (1.0 / 24.0))
    return cos_lat > arc and cos_lat * (cos_lat - arc) * chord * chord > arc * arc


@njit(cache=True)
def _far_in_height(altitude_m, climb_mps, other_m, other_climb_mps, reach_m, time_s):  # type: ignore[no-untyped-def]
    """Return whether two heights of one kind surely stay apart; false where one is not known."""
    return abs(altitude_m - other_m) > reach_m + SLACK_M + abs(climb_mps - other_climb_mps) * time_s


@njit(cache=True)
def _trace(  # type: ignore[no-untyped-def]
    i,
    lat_deg,
    lon_deg,
    altitude_m,
    track_deg,
    ground_speed_mps,
    vertical_speed_mps,
    wide_h,
    wide_v,
    kind,
    time_s,
    state,
):
    """Write the state of track `i` to its own row."""
    trace_one(
        i, i, lat_deg[i] * (pi / 180.0), lon_deg[i] * (pi / 180.0), altitude_m[i], track_deg[i], ground_speed_mps[i],
        vertical_speed_mps[i], wide_h, wide_v, kind, time_s, state,
    )  # fmt: skip


@njit(cache=True)
def scan_track(  # type: ignore[no-untyped-def]
    i,
    lat_deg,
    lon_deg,
    altitude_m,
    track_deg,
    ground_speed_mps,
    vertical_speed_mps,
    wide_h,
    wide_v,
    kind,
    group,
    halves,
    widest,
    state,
    keys,
):
    """Write the key of every pair of track `i` that could meet to `keys` (n); return their number.

    Arguments as in `grid.trace` and `scan`. Only tracks that latitude and height do not rule out get a row of state.
    """
    tracks, count = lat_deg.size, 0
    g = group[i if group.size > 1 else 0]
    if isnan(lat_deg[i] + lon_deg[i] + halves[g, 0]):
        return 0
    _trace(
        i, lat_deg, lon_deg, altitude_m, track_deg, ground_speed_mps, vertical_speed_mps, wide_h, wide_v, kind,
        halves[g, 1], state,
    )  # fmt: skip
    cos_lat, mixed = cos(lat_deg[i] * (pi / 180.0)), kind.size > 1
    for j in range(tracks):
        h = group[j if group.size > 1 else 0]
        if j == i or isnan(widest[g, h, 0] + lat_deg[j] + lon_deg[j]):
            continue
        _, _, most = flown(ground_speed_mps[j], track_deg[j], halves[h, 1])
        reach = widest[g, h, 0] + state[i, WIDE_H] + wide_h[j if wide_h.size > 1 else 0] + SLACK_M
        reach += (state[i, SPEED] + most) * (widest[g, h, 4] + widest[g, h, 1])
        if _far(lat_deg[i], lon_deg[i], cos_lat, lat_deg[j], lon_deg[j], reach):
            continue
        above = widest[g, h, 2] + state[i, WIDE_V] + wide_v[j if wide_v.size > 1 else 0]
        if (not mixed or kind[i] == kind[j]) and _far_in_height(
            state[i, ALT],
            state[i, CLIMB],
            altitude_m[j],
            vertical_speed_mps[j],
            above,
            widest[g, h, 4] + widest[g, h, 3],
        ):
            continue
        _trace(
            j, lat_deg, lon_deg, altitude_m, track_deg, ground_speed_mps, vertical_speed_mps, wide_h, wide_v, kind,
            halves[h, 1], state,
        )  # fmt: skip
        if could_meet(state, i, j, widest, g, h):
            keys[count] = np.int64(min(i, j)) * tracks + max(i, j)
            count += 1
    return count
