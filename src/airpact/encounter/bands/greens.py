"""Which steps are green for one intruder, and the set of values they leave (R1.10 to R1.15).

A step is green when the ownship may hold it: no conflict on the straight line from there, nor on the way there. A
`Question` asks this of one volume in a window, after a second volume was avoided until the window opens (recovery).
"""

from math import ceil, floor, pi
from typing import Final, NamedTuple

import numpy as np
from numba import njit

from airpact.encounter.almost import eq_b, lt_b
from airpact.encounter.bands.clearance import aloof, apart_horizontally, clear
from airpact.encounter.bands.colours import wrap
from airpact.encounter.bands.levelout import Profile, height_at
from airpact.encounter.bands.motion import ALT, HDIR
from airpact.encounter.bands.sets import CAPACITY, add
from airpact.encounter.bands.steps import STEPS_MAX, Plan, rows_of

UNASKED: Final = -1.0  # way_s: the way to a step does not matter


class Own(NamedTuple):
    """The ownship in one dimension: its state (3-tuples), how the dimension is cut, and the table of its steps."""

    s: tuple[float, float, float]
    v: tuple[float, float, float]
    cut: Plan
    table: np.ndarray
    lookahead_s: float


class Work(NamedTuple):
    """Scratch: flags of steps, runs of steps, and two sets."""

    flags: np.ndarray
    runs: np.ndarray
    one: np.ndarray
    both: np.ndarray


def new_work() -> Work:
    """Return scratch for any dimension."""
    runs = np.empty((CAPACITY, 2), np.int64)
    return Work(np.empty(STEPS_MAX, np.bool_), runs, np.empty((CAPACITY, 2)), np.empty((CAPACITY, 2)))


@njit(cache=True)
def _mark_side(own, side, p, w, question, way_s, flags):  # type: ignore[no-untyped-def]
    """Flag the green steps of a side up to the first that cannot be reached; return the last step tried (R1.10, R1.11).

    A step cannot be reached if it hits within `way_s` from there, before the look-ahead. (R1.11 bounds k by the
    look-ahead a second time; t_k < LA implies it.)
    """
    cut, table, lookahead_s, begin_s = own.cut, own.table, own.lookahead_s, question.begin_s
    begin = begin_s / cut.every_s if cut.every_s > 0.0 else 0.0
    last = cut.left if side < 0 else cut.right
    for k in range(last + 1):
        row, time_s = cut.left + side * k, k * cut.every_s
        s = (table[row, 0] - p[0], table[row, 1] - p[1], table[row, 2] - p[2])
        v = (table[row, 3], table[row, 4], table[row, 5])
        if way_s >= 0.0 and time_s < lookahead_s:
            next_s = time_s + way_s
            if k >= ceil(begin) and not clear(question.volume, s, v, w, time_s, 0.0, next_s):
                return k - 1
            if question.guarded and k <= floor(begin) and not clear(question.guard, s, v, w, time_s, 0.0, next_s):
                return k - 1
        end_s = min(lookahead_s, question.window_s + time_s)
        flags[row] = clear(question.volume, s, v, w, time_s, begin_s, end_s) and (
            not question.guarded or clear(question.guard, s, v, w, time_s, 0.0, min(lookahead_s, begin_s))
        )
    return last


@njit(cache=True)
def _on_profile(way, target, own, p, time_s):  # type: ignore[no-untyped-def]
    """Return (position relative to `p` brought back to 0, velocity) at `time_s` of a level-out (R1.7, R1.9)."""
    s, v = own.s, own.v
    z, climb = height_at(way, s[2], v[2], target, time_s)
    x, y = s[0] + v[0] * time_s - time_s * v[0], s[1] + v[1] * time_s - time_s * v[1]
    return (x - p[0], y - p[1], z - time_s * climb - p[2]), (v[0], v[1], climb)


@njit(cache=True, inline="always")
def _phases_clear(way, target, own, p, w, question):  # type: ignore[no-untyped-def]
    """Return whether constant rate and level flight are clear of both detectors (R1.14 b, c)."""
    begin_s, guard_end_s = question.begin_s, min(own.lookahead_s, question.begin_s)
    for phase in range(2):
        start_s, stop_s = (way.t1_s, way.t2_s) if phase == 0 else (way.t3_s + 1.0, own.lookahead_s)
        start_s = max(start_s, 0.0)
        s, v = _on_profile(way, target, own, p, start_s)
        end_s = min(min(own.lookahead_s, question.window_s + start_s), stop_s)
        if (phase == 1 or stop_s >= begin_s) and not clear(question.volume, s, v, w, start_s, begin_s, end_s):
            return False
        end_s = min(guard_end_s, stop_s)
        if question.guarded and stop_s >= 0.0 and not clear(question.guard, s, v, w, start_s, 0.0, end_s):
            return False
    return True


@njit(cache=True)
def _near_seconds(own, p, w, question):  # type: ignore[no-untyped-def]
    """Return (first, last) whole second at which a level-out may be inside at all; its ground track is straight."""
    s, v = (own.s[0] - p[0], own.s[1] - p[1], 0.0), own.v
    seconds = ceil(own.lookahead_s)
    first, last = seconds, -1
    for second in range(seconds):
        time_s = float(second)
        if not (
            apart_horizontally(question.volume, s, v, w, time_s, time_s)
            and (not question.guarded or apart_horizontally(question.guard, s, v, w, time_s, time_s))
        ):
            first, last = min(first, second), second
    return first, last


@njit(cache=True)
def _target_green(way, target, own, p, w, question, first, last):  # type: ignore[no-untyped-def]
    """Return the green test of the level-out `way` at `target` (R1.14); seconds `first` to `last` are looked at."""
    if not _phases_clear(way, target, own, p, w, question):
        return False
    held, level = ceil(way.t2_s), min(last, floor(way.t3_s + 1.0))
    second = first
    while True:
        if second > floor(way.t1_s):  # a constant rate needs no samples
            second = max(second, held)
        if second > level:
            return True
        time_s = float(second)
        s, v = _on_profile(way, target, own, p, time_s)
        if time_s >= question.begin_s and not clear(question.volume, s, v, w, time_s, 0.0, time_s):
            return False
        if question.guarded and time_s <= question.begin_s and not clear(question.guard, s, v, w, time_s, 0.0, time_s):
            return False
        second += 1


@njit(cache=True)
def mark(own, p, w, question, way_s, flags):  # type: ignore[no-untyped-def]
    """Write which steps are green for an intruder to `flags` (rows_of(cut)); return the last tried to each side.

    `way_s`: see `_mark_side`; altitudes look at their own way.
    """
    cut, table = own.cut, own.table
    if cut.dimension == ALT and cut.every_s > 0.0:
        first, last = _near_seconds(own, p, w, question)
        for row in range(rows_of(cut)):
            way = Profile(table[row, 0], table[row, 1], table[row, 2], table[row, 3], table[row, 4])
            flags[row] = _target_green(way, table[row, 5], own, p, w, question, first, last)
        return 0, cut.right
    for row in range(rows_of(cut)):
        flags[row] = False
    way_s = way_s if cut.every_s > 0.0 else UNASKED
    left = _mark_side(own, np.int64(-1), p, w, question, way_s, flags)
    return left, _mark_side(own, np.int64(1), p, w, question, way_s, flags)


@njit(cache=True)
def _gather(flags, origin, first, last, dropped, runs, count):  # type: ignore[no-untyped-def]
    """Append the maximal runs of flagged steps within first..last to `runs` but for [dropped, dropped] (R1.12)."""
    start = first
    for k in range(first, last + 1):
        if not flags[origin + k]:
            start = k + 1
        elif (k == last or not flags[origin + k + 1]) and not start == k == dropped:
            runs[count, 0], runs[count, 1] = start, k
            count += 1
    return count


@njit(cache=True)
def runs_of(cut, flags, left, right, runs):  # type: ignore[no-untyped-def]
    """Write the runs of green steps -left..right, joined at the present value; return their count (R1.12)."""
    here = np.int64(0)
    if cut.dimension == ALT:
        return _gather(flags, here, here, right, np.int64(-1), runs, here)
    low = _gather(flags, cut.left, -left, here, -left, runs, here)
    count = _gather(flags, cut.left, here, right, right, runs, low)
    if 0 < low < count and runs[low, 0] - runs[low - 1, 1] <= 1:
        runs[low - 1, 1] = runs[low, 1]
        for k in range(low, count - 1):
            runs[k, 0], runs[k, 1] = runs[k + 1, 0], runs[k + 1, 1]
        count -= 1
    return count


@njit(cache=True, inline="always")
def _add_circular(low, up, out, count):  # type: ignore[no-untyped-def]
    """Add headings from `low` clockwise to `up` (rad, any turn) to a set on [0, 2 pi] (R1.13)."""
    circle = 2.0 * pi
    low, up = wrap(low, circle), wrap(up, circle)
    if not eq_b(low, up) and low < up:
        return add(out, count, low, up)
    if eq_b(low, up) or not (lt_b(0.0, up) or lt_b(low, circle)):  # whole, or a gap within tolerance at north
        low, up = 0.0, circle
    return add(out, add(out, count, 0.0, up), low, circle)


@njit(cache=True)
def values_of(cut, runs, run_count, out):  # type: ignore[no-untyped-def]
    """Write the set of values of some runs of steps to `out` (CAPACITY, 2) and return its count (R1.13, R1.14)."""
    origin = cut.low if cut.dimension == ALT else cut.value
    count = np.int64(0)
    for i in range(run_count):
        low, up = origin + cut.step * runs[i, 0], origin + cut.step * runs[i, 1]
        if runs[i, 0] == runs[i, 1] or eq_b(low, up):
            continue
        if cut.dimension == HDIR:
            count = _add_circular(low, up, out, count)
        else:
            count = add(out, count, max(low, cut.low), min(up, cut.high))
    return count


@njit(cache=True, inline="always")
def is_aloof(own, p, w, question):  # type: ignore[no-untyped-def]
    """Return whether no step of the dimension can come near the intruder: all are green."""
    horizon_s = own.lookahead_s + own.cut.every_s
    s = (own.s[0] - p[0], own.s[1] - p[1], own.s[2] - p[2])
    if question.guarded and not aloof(question.guard, own.cut.dimension, s, own.v, w, horizon_s):
        return False
    return aloof(question.volume, own.cut.dimension, s, own.v, w, horizon_s)


@njit(cache=True, inline="always")
def none_set(own, p, w, question, work, out):  # type: ignore[no-untyped-def]
    """Write the set of green values for one intruder at p, w to `out` (CAPACITY, 2) and return its count."""
    cut, runs = own.cut, work.runs
    if is_aloof(own, p, w, question):
        runs[0, 0], runs[0, 1] = -cut.left, cut.right
        count = np.int64(1)
    else:
        left, right = mark(own, p, w, question, cut.every_s, work.flags)
        count = runs_of(cut, work.flags, left, right, runs)
    return values_of(cut, runs, count, out)


@njit(cache=True, inline="always")
def any_red(own, p, w, question, flags):  # type: ignore[no-untyped-def]
    """Return whether some step is not clear of an unguarded question that begins at 0 (R1.15)."""
    if is_aloof(own, p, w, question):
        return False
    mark(own, p, w, question, UNASKED, flags)
    return not flags[: rows_of(own.cut)].all()
