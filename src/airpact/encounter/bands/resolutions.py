"""Which way out: the nearest edges of the band in which the own value lies, and the preferred side.

A circle is told by its modulus (2 pi), a line by modulus 0. Source: the band rules R5.1 to R5.5.
"""

from typing import Final, NamedTuple

import numpy as np
from numba import njit

from airpact.encounter.almost import eq_b, le_b, lt_b
from airpact.encounter.bands.colours import TURN_RAD, UNKNOWN, is_conflict, is_resolution, severity, wrap

# As np.int64, so that kernels called with them are compiled once (see colours).
NOWHERE: Final = np.int64(-1)  # index of a value or segment that is not in the list
DOWN: Final = np.int64(-1)  # towards the segment before, left on a circle
UP: Final = np.int64(1)


class Ways(NamedTuple):
    """The ways out `down` (or left) and `up`: NaN none needed, -inf and inf none found; the segments they lead to."""

    down: float
    up: float
    down_at: np.int64
    up_at: np.int64


@njit(cache=True)
def find(segments, value, modulus):  # type: ignore[no-untyped-def]
    """Return the index of the segment a value belongs to, on an edge the softer one; NOWHERE if none (R5.1)."""
    value = wrap(value, modulus)
    at = holding(segments, value, modulus)
    if at == NOWHERE or is_resolution(segments.region[at]):
        return at
    if eq_b(value, segments.low[at]):
        beside = step(at, DOWN, len(segments.low), modulus)
    elif lt_b(value, segments.up[at]):
        return at
    else:
        beside = step(at, UP, len(segments.low), modulus)
    if beside <= 0:
        return beside  # the first segment wins whatever its severity
    rank = severity(segments.region[beside])
    return at if rank == UNKNOWN or severity(segments.region[at]) <= rank else beside


@njit(cache=True, inline="always")
def holding(segments, value, modulus):  # type: ignore[no-untyped-def]
    """Return the first segment whose closed range, edges taken with tolerance, holds `value`, or NOWHERE."""
    last = len(segments.low) - 1
    for k in range(last + 1):
        if le_b(segments.low[k], value) and le_b(value, segments.up[k]):
            return k
    if last >= 0 and eq_b(wrap(segments.up[last] - value, modulus), 0.0):
        return last
    return NOWHERE


@njit(cache=True)
def step(at, by, count, modulus):  # type: ignore[no-untyped-def]
    """Return the segment one further (`by` DOWN or UP): a circle goes on at its other end, a line ends NOWHERE."""
    beside = at + by
    if 0 <= beside < count:
        return beside
    if modulus == 0.0:
        return NOWHERE
    return 0 if by > 0 else count - 1


@njit(cache=True)
def is_left(a, b, modulus):  # type: ignore[no-untyped-def]
    """Return whether `a` is to the left of `b` or upon it, on a circle by less than a half turn (R5.3)."""
    if eq_b(a, b):
        return True
    if modulus == 0.0:
        return lt_b(a, b)
    return lt_b(wrap(b - a, modulus), modulus / 2.0)


@njit(cache=True, inline="always")
def is_hard(region, corrective):  # type: ignore[no-untyped-def]
    """Return whether a colour must be left: a conflict at least as severe as the corrective region (R5.2)."""
    return is_conflict(region) and region >= corrective


@njit(cache=True)
def raw_ways(segments, value, corrective, modulus):  # type: ignore[no-untyped-def]
    """Return the ways out of the hard band around `value`, before any memory (R5.2, R5.4)."""
    at = find(segments, value, modulus)
    if at == NOWHERE or not is_hard(segments.region[at], corrective):
        return Ways(np.nan, np.nan, NOWHERE, NOWHERE)
    down_at = leave(segments, at, DOWN, value, corrective, modulus)
    up_at = leave(segments, at, UP, value, corrective, modulus)
    down, up = -np.inf, np.inf
    if down_at != NOWHERE:
        down = segments.up[down_at]
        if modulus != 0.0 and down_at == len(segments.low) - 1:
            down = 0.0  # the circle's last edge is its first
    if up_at != NOWHERE:
        up = segments.low[up_at]
    return Ways(down, up, down_at, up_at)


@njit(cache=True)
def leave(segments, at, by, value, corrective, modulus):  # type: ignore[no-untyped-def]
    """Return the first segment that is not hard, going `by` DOWN or UP; NOWHERE if the way ends before (R5.4)."""
    k = at
    while is_hard(segments.region[k], corrective):
        ahead = is_left(value, segments.up[k], modulus) if by > 0 else is_left(segments.low[k], value, modulus)
        k = step(k, by, len(segments.low), modulus)
        if not ahead or k in (NOWHERE, at):
            return NOWHERE
    return NOWHERE if segments.region[k] == UNKNOWN else k


@njit(cache=True, inline="always")
def distances(ways, value, modulus):  # type: ignore[no-untyped-def]
    """Return how far the ways out are, (down, up)."""
    return wrap(value - ways.down, modulus), wrap(ways.up - value, modulus)


@njit(cache=True, inline="always")
def nearer_up(ways, value, modulus):  # type: ignore[no-untyped-def]
    """Return whether the way up or right is the nearer of two finite ones, or as near (R5.5)."""
    down, up = distances(ways, value, modulus)
    return le_b(up, down)


@njit(cache=True, inline="always")
def modulus_of(dimension):  # type: ignore[no-untyped-def]
    """Return the modulus of a dimension: 2 pi for direction (0), 0 for the others."""
    return TURN_RAD if dimension == 0 else 0.0
