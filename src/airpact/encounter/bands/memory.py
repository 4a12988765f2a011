"""What a manoeuvre dimension remembers between steps, and the one entry that settles a dimension.

Colours are filtered M of N, the band around the own value is held for a while, resolutions and the preferred side do
not jump. Source: the band rules R6.6 to R6.11; without memory (hysteresis time 0) only sections 3 and 5 remain.
Times in s on one clock, values in the unit of the dimension (hdir rad, hs and vs m/s, alt m).
"""

from typing import Final, NamedTuple

import numpy as np
from numba import njit

from airpact.encounter.almost import eq_b, lt_b
from airpact.encounter.bands.colours import (
    UNKNOWN,
    Segments,
    insert,
    is_conflict,
    is_resolution,
    listed,
    new_outline,
    paint,
    paint_sets,
    severity,
    start,
    wrap,
)
from airpact.encounter.bands.resolutions import (
    DOWN,
    NOWHERE,
    UP,
    distances,
    find,
    is_hard,
    is_left,
    modulus_of,
    nearer_up,
    raw_ways,
    step,
)

# Breakpoints of one dimension that can be remembered: eight steps of the most edges one can have (altitude, 500 steps).
POINTS_MAX: Final = 4096

SETTLED, MEMORY_FULL = 0, 1  # status of a settled dimension

# NaN = not set. `held_*`: the band around the own value and since when (R6.8); `down`, `up`, their N-factors, the
# preferred side and since when (6.3); `points`: breakpoints remembered (R6.7).
BAND: Final = np.dtype(
    [(name, "f8") for name in ("last_s", "held_low", "held_up", "held_since_s", "down", "up", "preferred_since_s")]
    + [(name, "i8") for name in ("held_region", "down_n", "up_n", "preferred_up", "points")],
    align=True,
)


class BandMemory(NamedTuple):
    """Memory of one dimension: `state` (1) of BAND, `value` (capacity), `left` and `right` colours (capacity, N)."""

    state: np.ndarray
    value: np.ndarray
    left: np.ndarray
    right: np.ndarray


class Settled(NamedTuple):
    """A dimension's answer: `status`, list, resolutions (NaN none needed, -inf and inf none found), preferred side."""

    status: int
    segments: Segments
    down: float
    up: float
    preferred_up: bool


@njit(cache=True)
def new_band_memory(n, capacity):  # type: ignore[no-untyped-def]
    """Return the empty memory of one dimension: queues of `n` colours at `capacity` breakpoints; 0, 0 for one step."""
    left, right = np.empty((capacity, n), np.int8), np.empty((capacity, n), np.int8)
    memory = BandMemory(np.zeros(1, BAND), np.empty(capacity), left, right)
    clear(memory.state[0])
    return memory


@njit(cache=True, inline="always")
def clear(state):  # type: ignore[no-untyped-def]
    """Forget everything (R6.6)."""
    state.last_s = state.held_low = state.held_up = state.held_since_s = np.nan
    state.down = state.up = state.preferred_since_s = np.nan
    state.held_region = UNKNOWN
    state.down_n = state.up_n = -1
    state.preferred_up = 0
    state.points = 0


def require_settled(status: int) -> None:
    """Raise MemoryError, with advice, unless a dimension's status says that it is settled."""
    if status == MEMORY_FULL:
        raise MemoryError(
            "the band memory of a dimension is full: remember fewer steps (N of M-of-N), "
            "or make it with more breakpoints (capacity of new_band_memory)"
        )


@njit(cache=True)
def settle_dimension(  # type: ignore[no-untyped-def]
    sets, counts, entered, n_factor, dimension, valid, value, low, high, corrective, settings, now_s, memory
):
    """Return the `Settled` coloured list, resolutions and preferred side of one dimension (sections 3, 5, 6.2, 6.3).

    `sets` float64 (3, capacity, 2): none-sets, sorted and apart, by region NEAR, MID, FAR; `counts` int64 (3): their
    intervals, -1 = not processed. `entered`: recovery was entered, and then the corrective region's set is the
    recovery set (R3.5); `n_factor` int: of the recovery, -1 without. `dimension` int: 0 hdir, 1 hs, 2 vs, 3 alt;
    `valid` bool: false gives an empty list and leaves the memory alone (R1.1). `value` is the own value, `low` and
    `high` the range (hdir: 0, 2 pi), `corrective` the Region as int, `settings` a Memory (hysteresis_s 0 = none),
    `memory` a BandMemory, updated in place. Call `require_settled` with the status: a full memory gives no list.
    """
    state, modulus = memory.state[0], modulus_of(dimension)
    outline = new_outline(counts, state.points)
    if not valid:
        return Settled(SETTLED, listed(outline, entered), np.nan, np.nan, False)
    renew(state, now_s, settings.hysteresis_s)
    start(outline, dimension == 0, low, high)
    paint_sets(outline, sets, counts, entered, corrective)
    if not filter_colours(outline, settings, memory):
        outline.size[0] = 0
        return Settled(MEMORY_FULL, listed(outline, entered), np.nan, np.nan, False)
    keep_band(outline, state, settings, value, modulus, now_s)
    segments = listed(outline, entered)
    hold_band(state, segments, find(segments, value, modulus), modulus)
    ways = raw_ways(segments, value, corrective, modulus)
    n = n_factor if entered else -1
    delta = delta_of(settings, dimension)
    keep_ways(state, segments, ways, settings, delta, n, value, corrective, modulus, now_s)
    prefer(state, ways, settings, delta, n, value, modulus, now_s)
    return Settled(SETTLED, segments, state.down, state.up, state.preferred_up != 0)


@njit(cache=True, inline="always")
def delta_of(settings, dimension):  # type: ignore[no-untyped-def]
    """Return the change of a resolution, in the unit of the dimension, that is too small to follow."""
    if dimension < 2:
        return settings.delta_hdir_rad if dimension == 0 else settings.delta_hs_mps
    return settings.delta_vs_mps if dimension == 2 else settings.delta_alt_m


@njit(cache=True, inline="always")
def renew(state, now_s, hysteresis_s):  # type: ignore[no-untyped-def]
    """Clear the memory at a first step, a step back or after a gap; note the time (R6.6)."""
    if np.isnan(state.last_s) or now_s <= state.last_s or now_s - state.last_s > hysteresis_s:
        clear(state)
    state.last_s = now_s


# --- colours: M of N (R6.7) ------------------------------------------------------------------------------------------


@njit(cache=True)
def filter_colours(outline, settings, memory):  # type: ignore[no-untyped-def]
    """Replace every colour by the highest that M of the last N steps reach; return False if memory is full (R6.7)."""
    m, n, state = settings.m, settings.n, memory.state[0]
    if not (settings.hysteresis_s > 0.0 and 0 < m <= n):
        return True
    if state.points == 0 and not remember(outline, memory, m):
        return False
    i = j = np.int64(0)
    while i < outline.size[0] and j < state.points:
        value = outline.value[i]
        if eq_b(value, memory.value[j]):
            outline.left[i] = push(memory.left[j], m, outline.left[i])
            outline.right[i] = push(memory.right[j], m, outline.right[i])
            i += 1
            j += 1
        elif memory.value[j] < value:
            insert(outline, i, memory.value[j], outline.left[i], outline.left[i])
        elif state.points == len(memory.value):
            return False
        else:
            insert_point(memory, j, value)
    forget_even(memory)
    return True


@njit(cache=True, inline="always")
def remember(outline, memory, m):  # type: ignore[no-untyped-def]
    """Begin the memory with the breakpoints of an outline, colours M times; return False if there are too many."""
    size = outline.size[0]
    if size > len(memory.value):
        return False
    for k in range(size):
        memory.value[k] = outline.value[k]
        for age in range(memory.left.shape[1]):
            memory.left[k, age] = outline.left[k] if age < m else UNKNOWN
            memory.right[k, age] = outline.right[k] if age < m else UNKNOWN
    memory.state[0].points = size
    return True


@njit(cache=True)
def push(queue, m, region):  # type: ignore[no-untyped-def]
    """Append a colour to a queue, drop its oldest, and return the highest that M entries reach, else UNKNOWN (R6.3)."""
    for age in range(len(queue) - 1):
        queue[age] = queue[age + 1]
    queue[len(queue) - 1] = region
    best = UNKNOWN
    for candidate in queue:
        reached = 0
        for other in queue:
            reached += other >= candidate
        if reached >= m and candidate > best:
            best = np.int64(candidate)
    return best


@njit(cache=True)
def insert_point(memory, at, value):  # type: ignore[no-untyped-def]
    """Remember a breakpoint before number `at`, with the colours that stood there: those left of `at`."""
    state = memory.state[0]
    for k in range(state.points, at, -1):
        copy_point(memory, k - 1, k)
    memory.value[at] = value
    for age in range(memory.left.shape[1]):  # `at` still holds the point that moved on
        memory.right[at, age] = memory.left[at, age]
    state.points += 1


@njit(cache=True, inline="always")
def copy_point(memory, source, target):  # type: ignore[no-untyped-def]
    """Write one remembered breakpoint over another."""
    memory.value[target] = memory.value[source]
    for age in range(memory.left.shape[1]):
        memory.left[target, age] = memory.left[source, age]
        memory.right[target, age] = memory.right[source, age]


@njit(cache=True, inline="always")
def is_even(memory, at):  # type: ignore[no-untyped-def]
    """Return whether a remembered breakpoint has the same queue on both sides."""
    even = True
    for age in range(memory.left.shape[1]):
        even = even and memory.left[at, age] == memory.right[at, age]
    return even


@njit(cache=True, inline="always")
def forget_even(memory):  # type: ignore[no-untyped-def]
    """Drop the breakpoints, except the first and last, that have the same queue on both sides."""
    state = memory.state[0]
    kept = np.int64(0)
    for k in range(state.points):
        if k == 0 or k == state.points - 1 or not is_even(memory, k):
            copy_point(memory, k, kept)
            kept += 1
    state.points = kept


# --- the band around the own value (R6.8, R6.9) ----------------------------------------------------------------------


@njit(cache=True, inline="always")
def keep_band(outline, state, settings, value, modulus, now_s):  # type: ignore[no-untyped-def]
    """Paint the held band again while its colour would fall sooner than the persistence time; note a rise (R6.8)."""
    if not (settings.hysteresis_s > 0.0 and settings.persistence_s > 0.0 and settings.bands_persistence):
        return
    if np.isnan(state.held_low):
        state.held_since_s = now_s
        return
    here = colour_at(outline, value)
    if here == UNKNOWN or not is_conflict(state.held_region):
        return
    if here < state.held_region and 0.0 <= now_s - state.held_since_s < settings.persistence_s:
        if state.held_low >= state.held_up and modulus > 0.0:
            paint(outline, 0.0, state.held_up, state.held_region)
            paint(outline, state.held_low, modulus, state.held_region)
        else:
            paint(outline, state.held_low, state.held_up, state.held_region)
    elif is_conflict(here) and here > state.held_region:
        state.held_since_s = now_s


@njit(cache=True, inline="always")
def colour_at(outline, value):  # type: ignore[no-untyped-def]
    """Return the colour at a value, upon a breakpoint the softer of two known sides; UNKNOWN off the list (R6.8)."""
    at = 0
    while at < outline.size[0] and lt_b(outline.value[at], value):
        at += 1
    if at == outline.size[0]:
        return UNKNOWN
    left, right = outline.left[at], outline.right[at]
    if not eq_b(outline.value[at], value):
        return left
    if is_resolution(right) or left == UNKNOWN:
        return right
    return left if right == UNKNOWN or severity(left) < severity(right) else right


@njit(cache=True, inline="always")
def hold_band(state, segments, at, modulus):  # type: ignore[no-untyped-def]
    """Hold the segment of the own value if it is a conflict, over north whole; else forget what was held (R6.9)."""
    if np.isnan(state.held_since_s):
        return
    if at == NOWHERE or not is_conflict(segments.region[at]):
        state.held_low = state.held_up = state.held_since_s = np.nan
        state.held_region = UNKNOWN
        return
    region, last = segments.region, len(segments.low) - 1
    state.held_region = region[at]
    state.held_low, state.held_up = segments.low[at], segments.up[at]
    if modulus > 0.0 and region[0] == region[last]:
        if at == 0:
            state.held_low = segments.low[last]
        if at == last:
            state.held_up = segments.up[0]


# --- resolutions and preferred side (R6.10, R6.11) -------------------------------------------------------------------


@njit(cache=True)
def keep_ways(state, segments, ways, settings, delta, n, value, corrective, modulus, now_s):  # type: ignore[no-untyped-def]
    """Keep each remembered way out that is still one and has no reason to move; else take the raw one (R6.10)."""
    since_s = now_s - state.preferred_since_s
    if settings.hysteresis_s <= 0.0 or not since_s > 0.0 or delta <= 0.0:
        state.preferred_since_s = np.nan
        keep_down = keep_up = False
    else:
        fresh = since_s < settings.persistence_s
        by = UP if state.preferred_up else DOWN  # of both walks
        keep_down = (
            np.isfinite(ways.down)
            and np.isfinite(state.down)
            and is_left(state.down, value, modulus)
            and (fresh or state.down_n < n or lt_b(wrap(ways.down - state.down, modulus), delta))
            and is_open(segments, ways.down_at, state.down, by, corrective, modulus)
        )
        keep_up = (
            np.isfinite(ways.up)
            and np.isfinite(state.up)
            and is_left(value, state.up, modulus)
            and (fresh or state.up_n < n or lt_b(wrap(state.up - ways.up, modulus), delta))
            and is_open(segments, ways.up_at, state.up, by, corrective, modulus)
        )
    if not keep_down:
        state.down, state.down_n = ways.down, n
    if not keep_up:
        state.up, state.up_n = ways.up, n


@njit(cache=True)
def is_open(segments, at, old, by, corrective, modulus):  # type: ignore[no-untyped-def]
    """Return whether every segment from `at` to that of `old`, going `by` DOWN or UP, is softer than corrective."""
    goal = find(segments, old, modulus)
    if goal == NOWHERE:
        return False
    k = at
    while k != NOWHERE and segments.region[k] != UNKNOWN and not is_hard(segments.region[k], corrective):
        if k == goal:
            return True
        k = step(k, by, len(segments.low), modulus)
    return False


@njit(cache=True)
def prefer(state, ways, settings, delta, n, value, modulus, now_s):  # type: ignore[no-untyped-def]
    """Set the preferred side: the nearer way out, kept against small, early or costlier changes (R6.11)."""
    down, up = np.isfinite(ways.down), np.isfinite(ways.up)
    if not down and not up:
        state.preferred_since_s = np.nan
        state.preferred_up = 0
        return
    if not (down and up):
        if up != (state.preferred_up != 0):
            switch(state, ways, n, up, now_s)
        return
    best = nearer_up(ways, value, modulus)
    since_s = now_s - state.preferred_since_s
    if settings.hysteresis_s <= 0.0 or not since_s >= 0.0 or delta <= 0.0:
        state.preferred_up = best
        state.preferred_since_s = now_s
        return
    to_down, to_up = distances(ways, value, modulus)
    if since_s < settings.persistence_s or abs(to_up - to_down) < delta:
        return
    costlier = state.down_n > state.up_n if state.preferred_up else state.up_n > state.down_n
    if not costlier and best != (state.preferred_up != 0):
        switch(state, ways, n, best, now_s)


@njit(cache=True)
def switch(state, ways, n, up, now_s):  # type: ignore[no-untyped-def]
    """Prefer the other side, and let go of remembered ways out whose N-factor is no better than today's."""
    state.preferred_up = up
    state.preferred_since_s = now_s
    if n <= state.down_n:
        state.down, state.down_n = ways.down, n
    if n <= state.up_n:
        state.up, state.up_n = ways.up, n
