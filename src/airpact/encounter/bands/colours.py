"""The one coloured list of a manoeuvre dimension: painting none-sets over each other, most severe first.

An outline is a list of breakpoints (colour on the left, value, colour on the right), kept as columns; colours are
the regions. Source: the band rules R3.3 to R3.6, region orders C9. Values are in the unit of the dimension.
"""

from math import pi
from typing import Final, NamedTuple

import numpy as np
from numba import njit

from airpact.encounter.almost import eq_b, eq_d, le_b, lt_b
from airpact.encounter.configurations import Region

# As np.int64: a kernel called with a Python integer is compiled once more for that very value.
UNKNOWN: Final = np.int64(Region.UNKNOWN)
NONE: Final = np.int64(Region.NONE)
FAR: Final = np.int64(Region.FAR)
NEAR: Final = np.int64(Region.NEAR)
RECOVERY: Final = np.int64(Region.RECOVERY)

TURN_RAD: Final = 2.0 * pi
HELD_POINTS: Final = 4  # breakpoints that painting one held band can add: two edges, on both sides of north


class Outline(NamedTuple):
    """Breakpoints in order: `value` (float64), `left` and `right` colours (int64), `size` (1) of them in use."""

    value: np.ndarray
    left: np.ndarray
    right: np.ndarray
    size: np.ndarray


class Segments(NamedTuple):
    """The coloured list of a dimension: `low`, `up` edges (float64) and `region` (int64) of its n segments."""

    low: np.ndarray
    up: np.ndarray
    region: np.ndarray


@njit(cache=True, inline="always")
def severity(region):  # type: ignore[no-untyped-def]
    """Return how severe a colour is: FAR 1, MID 2, NEAR 3, NONE and RECOVERY 0, UNKNOWN -1 (C9)."""
    return 0 if region == RECOVERY else region


@njit(cache=True, inline="always")
def is_conflict(region):  # type: ignore[no-untyped-def]
    """Return whether a colour is FAR, MID or NEAR (C9)."""
    return FAR <= region <= NEAR


@njit(cache=True, inline="always")
def is_resolution(region):  # type: ignore[no-untyped-def]
    """Return whether a colour is NONE or RECOVERY (C9)."""
    return severity(region) == NONE


@njit(cache=True)
def wrap(value, modulus):  # type: ignore[no-untyped-def]
    """Return `value` brought to [0, modulus), as it is where modulus is 0 (C4)."""
    if modulus == 0.0:
        return value
    rest = value - modulus * np.floor(value / modulus)
    return 0.0 if eq_d(rest, modulus) else rest


@njit(cache=True, inline="always")
def new_outline(counts, spare):  # type: ignore[no-untyped-def]
    """Return an empty outline with room for every edge of the none-sets, a held band and `spare` breakpoints more.

    Each interval brings two edges at most; those of the recovery set are the corrective region's own.
    """
    room = 2 + HELD_POINTS + spare
    for index in range(len(counts)):
        room += 2 * max(0, counts[index])
    value, left, right = np.empty(room), np.empty(room, np.int64), np.empty(room, np.int64)
    return Outline(value, left, right, np.zeros(1, np.int64))


@njit(cache=True)
def insert(outline, at, value, left, right):  # type: ignore[no-untyped-def]
    """Insert a breakpoint before number `at`."""
    size = outline.size[0]
    for k in range(size, at, -1):
        outline.value[k] = outline.value[k - 1]
        outline.left[k] = outline.left[k - 1]
        outline.right[k] = outline.right[k - 1]
    outline.value[at], outline.left[at], outline.right[at] = value, left, right
    outline.size[0] = size + 1


@njit(cache=True, inline="always")
def start(outline, circular, low, high):  # type: ignore[no-untyped-def]
    """Make the outline one segment NONE from `low` to `high`; beyond the ends of a line nothing is known (R3.3)."""
    beyond = NONE if circular else UNKNOWN
    outline.size[0] = 2
    outline.value[0], outline.left[0], outline.right[0] = low, beyond, NONE
    outline.value[1], outline.left[1], outline.right[1] = high, NONE, beyond


@njit(cache=True)
def paint(outline, low, up, region):  # type: ignore[no-untyped-def]
    """Paint [low, up] with a colour where a known colour of lower order stands; edges snap to breakpoints (R3.4)."""
    value, last = outline.value, outline.size[0] - 1
    if not lt_b(low, up) or le_b(up, value[0]) or le_b(value[last], low):
        return
    low, up = max(low, value[0]), min(up, value[last])
    at = 0
    while at + 1 < last and le_b(value[at + 1], low):
        at += 1
    if not eq_b(value[at], low) and covers(region, outline.right[at]):
        insert(outline, at + 1, low, outline.right[at], outline.right[at])
        at += 1
    while at + 1 < outline.size[0] and le_b(value[at + 1], up):
        if covers(region, outline.right[at]):
            outline.right[at] = outline.left[at + 1] = region
        at += 1
    if at + 1 < outline.size[0] and lt_b(value[at], up) and covers(region, outline.right[at]):
        insert(outline, at + 1, up, region, outline.right[at])
        outline.right[at] = region
    join_ends(outline)


@njit(cache=True, inline="always")
def covers(region, under):  # type: ignore[no-untyped-def]
    """Return whether painting `region` repaints a part of colour `under`."""
    return under != UNKNOWN and under < region


@njit(cache=True, inline="always")
def join_ends(outline):  # type: ignore[no-untyped-def]
    """Let a circle's first left and last right colour be those of the other end."""
    last = outline.size[0] - 1
    if outline.left[0] != UNKNOWN:
        outline.left[0] = outline.left[last]
    if outline.right[last] != UNKNOWN:
        outline.right[last] = outline.right[0]


@njit(cache=True)
def paint_sets(outline, sets, counts, entered, corrective):  # type: ignore[no-untyped-def]
    """Paint what every processed region leaves out of its none-set, most severe first, then the recovery set (R3.5).

    `sets` (3, capacity, 2) and `counts` (3) by NEAR, MID, FAR; count -1: of no level, or not processed any more.
    """
    deepest = NEAR - corrective if entered else len(counts) - 1
    for index in range(deepest + 1):
        if counts[index] >= 0:
            paint_outside(outline, sets[index], counts[index], NEAR - index)
    if entered:
        for k in range(counts[deepest]):
            paint(outline, sets[deepest, k, 0], sets[deepest, k, 1], RECOVERY)


@njit(cache=True, inline="always")
def paint_outside(outline, free, count, region):  # type: ignore[no-untyped-def]
    """Paint the range outside the first `count` intervals of `free` (capacity, 2), sorted and apart."""
    edge = outline.value[0]
    for k in range(count):
        paint(outline, edge, free[k, 0], region)
        edge = free[k, 1]
    paint(outline, edge, outline.value[outline.size[0] - 1], region)


@njit(cache=True)
def listed(outline, entered):  # type: ignore[no-untyped-def]
    """Return the outline as segments, none of an empty one: one resolution colour, equal neighbours joined (R3.6)."""
    size = max(0, outline.size[0] - 1)
    low, up, region = np.empty(size), np.empty(size), np.empty(size, np.int64)
    soft = RECOVERY if entered else NONE
    count = 0
    for k in range(size):
        colour = outline.right[k]
        if is_resolution(colour):
            colour = soft
        if count == 0 or region[count - 1] != colour:
            low[count], region[count] = outline.value[k], colour
            count += 1
        up[count - 1] = outline.value[k + 1]
    return Segments(low[:count], up[:count], region[:count])
