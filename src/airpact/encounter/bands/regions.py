"""Which intruders make bands of which region, and what they leave free together (section 2, R3.1).

Regions are indexed NEAR 0, MID 1, FAR 2, dimensions hdir 0, hs 1, vs 2, alt 3 throughout.
"""

from math import inf
from typing import Final, NamedTuple

import numpy as np
from numba import njit

from airpact.encounter.bands.clearance import Question
from airpact.encounter.bands.greens import any_red, none_set
from airpact.encounter.bands.sets import intersect
from airpact.encounter.configurations import Region
from airpact.encounter.volumes import Volume, before, conflict

REGIONS: Final = 3
_NEAR: Final = int(Region.NEAR)


class Traffic(NamedTuple):
    """The n intruders of a scene, in the frame of the ownship.

    `positions`, `velocities` (n, 3); `found` (n, L, 5): t_in and t_out in the look-ahead of each of L levels in columns
    1 and 2; `conflicts` bool (3, n): in conflict with a region (R2.2); `violation_s` (3, 2): from when to when (R2.5).
    """

    positions: np.ndarray
    velocities: np.ndarray
    found: np.ndarray
    conflicts: np.ndarray
    violation_s: np.ndarray


@njit(cache=True)
def level_of(levels, region):  # type: ignore[no-untyped-def]
    """Return the index of the first alert level of a region, -1 if there is none (R2.1)."""
    for k in range(len(levels)):
        if levels[k].region == region:
            return k
    return -1


@njit(cache=True)
def volume_of(level):  # type: ignore[no-untyped-def]
    """Return the Volume of a LEVEL record."""
    return Volume(level.kind, level.horizontal_m, level.vertical_m, level.tau_s, level.coa_s)


@njit(cache=True)
def mark_conflicts(levels, traffic, alert, rise_s, now_s):  # type: ignore[no-untyped-def]
    """Write who is in conflict and when each region is violated to `traffic` (R2.2, R2.5).

    `alert` (n): the level given out at this step; `rise_s` (n): when it last rose, NaN = never.
    """
    found, conflicts, violation_s = traffic.found, traffic.conflicts, traffic.violation_s
    for r in range(REGIONS):
        violation_s[r, 0], violation_s[r, 1] = inf, -inf
        k = level_of(levels, _NEAR - r)
        for i in range(len(found)):
            conflicts[r, i] = False
            if k < 0 or not conflict(found[i, k, 1], found[i, k, 2]):
                continue
            early = alert[i] == k + 1 and rise_s[i] < now_s
            limit_s = levels[k].early_s if early else levels[k].alerting_s
            conflicts[r, i] = before(found[i, k, 1], found[i, k, 2], limit_s)
            violation_s[r, 0] = min(violation_s[r, 0], found[i, k, 1])
            violation_s[r, 1] = max(violation_s[r, 1], found[i, k, 2])


@njit(cache=True, inline="always")
def _state(traffic, i):  # type: ignore[no-untyped-def]
    """Return (position, velocity) of an intruder as 3-tuples."""
    p, w = traffic.positions, traffic.velocities
    return (p[i, 0], p[i, 1], p[i, 2]), (w[i, 0], w[i, 1], w[i, 2])


@njit(cache=True, inline="always")
def mark_peripherals(own, traffic, levels, k, work, peripheral):  # type: ignore[no-untyped-def]
    """Write who is peripheral to level `k` in a dimension to `peripheral` (n bool): no conflict soon, but a red step.

    R2.3; the early alerting time plays no part.
    """
    window_s = min(own.lookahead_s, levels[k].alerting_s)
    volume = volume_of(levels[k])
    question = Question(volume, 0.0, window_s, False, volume)
    for i in range(len(peripheral)):
        p, w = _state(traffic, i)
        soon = before(traffic.found[i, k, 1], traffic.found[i, k, 2], window_s)
        peripheral[i] = not soon and any_red(own, p, w, question, work.flags)


@njit(cache=True)
def common_set(own, traffic, region, peripheral, question, work, out):  # type: ignore[no-untyped-def]
    """Write what all aircraft of a region leave free to `out` (CAPACITY, 2) and return its count (R2.4, R3.1, R4.4).

    `region`: index of the region; `peripheral` (n bool): aircraft asked within `question.window_s`, after those in
    conflict, which are asked to the look-ahead. A window that ends before the question begins leaves the guard alone.
    """
    volume, guard = question.volume, question.guard
    out[0, 0], out[0, 1] = own.cut.low, own.cut.high
    size = np.int64(1)
    for turn in range(2):
        window_s = question.window_s if turn == 1 else own.lookahead_s
        asked = Question(volume, question.begin_s, window_s, question.guarded, guard)
        if question.begin_s > window_s:
            asked = Question(guard, 0.0, window_s, False, guard)
        for i in range(len(peripheral)):
            chosen = peripheral[i] if turn == 1 else traffic.conflicts[region, i]
            if size == 0 or not chosen or (question.begin_s > window_s and not question.guarded):
                continue
            p, w = _state(traffic, i)
            one = none_set(own, p, w, asked, work, work.one)
            size = intersect(out, size, work.one, one, work.both)
            for k in range(size):
                out[k, 0], out[k, 1] = work.both[k, 0], work.both[k, 1]
    return size
