"""Alert levels of a pair: the raw level of one moment, and the level that is held through a sequence of moments.

Raw detection knows no past. What the past adds (early alerting time, M of N, persistence) is one function over a row
of a table with one row per pair, kept by whoever has a sequence: a session of evaluations, or the separation monitor.
Source: DO-365B alerting with hysteresis; rules R6.1 to R6.5.

A level's number is its place in the alerter, least severe first, counted from 1; 0 is no alert.
"""

from math import nan
from typing import Final

import numpy as np
import numpy.typing as npt
from numba import njit

from airpact.encounter.volumes import before

QUEUE_MAX: Final = 16
"""Most moments that M of N can look back on; DO-365B looks back on 4."""

PAIR_STATE: Final = np.dtype(
    [("queue", np.int64, (QUEUE_MAX,)), ("output", np.int64), ("rise_s", np.float64), ("last_s", np.float64)]
)
"""The memory of one pair: its last raw levels (oldest first), the level given out, when it last rose, last moment.

`last_s` NaN: nothing is remembered. `rise_s` NaN: the level never rose.
"""


def fresh_states(count: int) -> npt.NDArray[np.void]:
    """Return `count` rows of PAIR_STATE that remember nothing."""
    states = np.zeros(count, PAIR_STATE)
    states["output"] = -1
    states["rise_s"] = states["last_s"] = nan
    return states


@njit(cache=True)
def raw_level(levels, intervals, held):  # type: ignore[no-untyped-def]
    """Return the most severe level whose interval begins before its alerting time, 0 if none (R6.1).

    `levels`: LEVEL array (L). `intervals` (L, 2 or more): columns 1 and 2 are t_in and t_out in s within the
    look-ahead. `held`: the level given out a moment ago, which is asked with its early alerting time; -1 if none.
    """
    for k in range(len(levels), 0, -1):
        level = levels[k - 1]
        limit_s = level.early_s if k == held else level.alerting_s
        if before(intervals[k - 1, 1], intervals[k - 1, 2], limit_s):
            return k
    return 0


@njit(cache=True)
def remembers(state, now_s, hysteresis_s):  # type: ignore[no-untyped-def]
    """Return whether a row holds a moment before now and not longer ago than the hysteresis time (R6.2)."""
    return state.last_s < now_s and now_s - state.last_s <= hysteresis_s


@njit(cache=True)
def held_level(state, now_s, hysteresis_s):  # type: ignore[no-untyped-def]
    """Return the level given out at the moment before, -1 when nothing is remembered."""
    return state.output if remembers(state, now_s, hysteresis_s) else -1


@njit(cache=True)
def reached(queue, m, n):  # type: ignore[no-untyped-def]
    """Return the highest level that at least `m` of the first `n` entries reach, -1 if there is none (R6.3)."""
    best = -1
    for i in range(n):
        at_least = 0
        for j in range(n):
            at_least += queue[j] >= queue[i]
        if at_least >= m and queue[i] > best:
            best = queue[i]
    return best


@njit(cache=True)
def filtered(queue, raw, reset, m, n):  # type: ignore[no-untyped-def]
    """Push a raw level into a queue, refilled first if `reset`, and return what M of N makes of it (R6.2, R6.3)."""
    if not 0 < m <= n:
        return raw
    if reset:
        for i in range(n):
            queue[i] = raw if i < m else -1
    for i in range(n - 1):
        queue[i] = queue[i + 1]
    queue[n - 1] = raw
    return reached(queue, m, n)


@njit(cache=True)
def settle(states, row, raw, now_s, memory):  # type: ignore[no-untyped-def]
    """Take the raw level of this moment into a pair's memory and return the level to give out (R6.2 to R6.4).

    `states`: PAIR_STATE table, of which `row` is updated in place. `now_s`: any clock in s that runs through the
    sequence. `memory`: configurations.Memory, its `n` at most QUEUE_MAX. Times that do not advance, or a gap longer
    than the hysteresis time, forget all; so hysteresis time 0 gives out every raw level.
    """
    state = states[row]
    reset = not remembers(state, now_s, memory.hysteresis_s)
    if reset:
        state.output = -1
        state.rise_s = nan
    level = filtered(state.queue, raw, reset, memory.m, memory.n)
    state.last_s = now_s
    if state.output > 0 and level < state.output and now_s - state.rise_s < memory.persistence_s:
        return state.output
    if level > 0 and level > state.output:
        state.rise_s = now_s
    state.output = max(0, level)
    return state.output
