"""Guidance for one ownship: the four bands of a scene, from projected states to coloured lists (sections 1 to 6).

Per dimension this module finds what every region leaves free and, where nothing keeps well clear, the way to recover;
`memory.settle_dimension` colours it. Between the two:

- `sets` float64 (3, CAPACITY, 2): none-sets by region NEAR, MID, FAR; `counts` int64 (3): their intervals, -1 = the
  region was not processed;
- `entered`: recovery was entered (and so computed), then the corrective region's set is the recovery set. Instantaneous
  recovery (R3.2) keeps the none-set.

Kernels do what is done for every step and aircraft; the order of questions, the search for a recovery among them, is
plain Python above them: a kernel that contains all others takes long to compile and gains nothing.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from airpact.encounter.bands.clearance import Question
from airpact.encounter.bands.greens import Own, Work, new_work
from airpact.encounter.bands.memory import (
    POINTS_MAX,
    BandMemory,
    Settled,
    new_band_memory,
    require_settled,
    settle_dimension,
)
from airpact.encounter.bands.motion import DIMENSIONS
from airpact.encounter.bands.recovery import NOT_NEEDED, Problem, recover
from airpact.encounter.bands.regions import (
    REGIONS,
    Traffic,
    common_set,
    level_of,
    mark_conflicts,
    mark_peripherals,
    volume_of,
)
from airpact.encounter.bands.sets import CAPACITY
from airpact.encounter.bands.steps import check_steps, new_table, prepare
from airpact.encounter.configurations import NO_MEMORY, Configuration, Levels, Limits, Region
from airpact.encounter.guidance import Band, Floats, Guidance, Ints, Recovery, Resolution

_NEAR: Final = int(Region.NEAR)
NOT_PROCESSED: Final = -1
FREE, AT_ONCE, ALL_RED = range(3)  # what `free_sets` found: nothing to recover from, instantaneous recovery, recovery


class Free(NamedTuple):
    """What a dimension leaves free: see the file head; `peripherals` bool (3, n)."""

    sets: Floats
    counts: Ints
    peripherals: npt.NDArray[np.bool_]


@njit(cache=True)
def free_sets(own, levels, corrective, traffic, free, work):  # type: ignore[no-untyped-def]
    """Write what the regions of one valid dimension leave free, NEAR first, to `free`; return what is found (R3.2)."""
    for r in range(REGIONS):
        free.counts[r] = NOT_PROCESSED
        k = level_of(levels, _NEAR - r)
        for i in range(len(traffic.positions)):
            free.peripherals[r, i] = False
        if k >= 0:
            mark_peripherals(own, traffic, levels, k, work, free.peripherals[r])
    for r in range(REGIONS):
        k = level_of(levels, _NEAR - r)
        if k < 0:
            continue
        volume, window_s = volume_of(levels[k]), min(own.lookahead_s, levels[k].alerting_s)
        question = Question(volume, 0.0, window_s, False, volume)
        count = common_set(own, traffic, r, free.peripherals[r], question, work, free.sets[r])
        free.counts[r] = count
        if count == 0 and _NEAR - r >= corrective:
            return ALL_RED
        if own.cut.every_s == 0.0 and _NEAR - r == corrective and traffic.violation_s[r, 0] == 0.0:
            return AT_ONCE
        if count == 0:
            break
    return FREE


def free_values(own: Own, levels: Levels, limits: Limits, traffic: Traffic, free: Free, work: Work) -> Recovery:
    """Write what one dimension leaves free to `free`; return its Recovery, computed if recovery was entered."""
    if not own.cut.valid:
        free.counts[:] = NOT_PROCESSED
        free.peripherals[:] = False
        return NOT_NEEDED
    found = free_sets(own, levels, limits.corrective, traffic, free, work)
    if found == FREE:
        return NOT_NEEDED
    if found == AT_ONCE:
        return Recovery(True, False, 0.0, 0, limits.recovery_horizontal_m, limits.recovery_vertical_m)
    k, region = level_of(levels, limits.corrective), _NEAR - limits.corrective
    if k < 0:  # no volume to get out of
        return NOT_NEEDED
    window_s = min(limits.lookahead_s, float(levels[k]["alerting_s"]))
    problem = Problem(own, traffic, region, free.peripherals[region], window_s, volume_of(levels[k]), work)
    free.counts[region], recovery = recover(problem, limits, free.sets[region])
    return recovery


def new_memories(n: int) -> tuple[BandMemory, ...]:
    """Return the empty band memories of one ownship for filtering M of `n`, one per dimension."""
    return tuple(new_band_memory(n, POINTS_MAX if n else 0) for _ in DIMENSIONS)


def guide(
    configuration: Configuration,
    positions: Floats,
    velocities: Floats,
    found: Floats,
    alert: Ints,
    rise_s: Floats,
    now_s: float,
    memories: tuple[BandMemory, ...] | None,
) -> Guidance:
    """Return the guidance of a scene; `memories` are updated, None means as if nothing had gone before.

    `positions`, `velocities` (n + 1, 3) in one plane frame, m and m/s: the ownship in row 0, then n intruders. `found`
    (n, L, 5): interval of every level in the look-ahead, t_in and t_out in columns 1 and 2. `alert`, `rise_s` (n): the
    level given out at this step and when it last rose (NaN: never), on the clock of `now_s`.

    Raises ValueError where the configuration cuts a dimension too finely, MemoryError where the memories are full.
    """
    check_steps(configuration.limits)
    levels, limits = configuration.levels, configuration.limits
    conflicts, violation_s = np.empty((REGIONS, len(found)), np.bool_), np.empty((REGIONS, 2))
    traffic = Traffic(positions[1:], velocities[1:], found, conflicts, violation_s)
    mark_conflicts(levels, traffic, alert, rise_s, now_s)
    s, v = tuple(positions[0].tolist()), tuple(velocities[0].tolist())
    settings = configuration.memory if memories is not None else NO_MEMORY
    sets, counts = np.empty((REGIONS, CAPACITY, 2)), np.empty(REGIONS, np.int64)
    peripherals = np.empty((len(DIMENSIONS), REGIONS, len(found)), np.bool_)
    table, work, bands = new_table(), new_work(), []
    for dimension, memory in enumerate(memories or (new_band_memory(0, 0),) * len(DIMENSIONS)):
        cut = prepare(dimension, s, v, limits, table)
        own, free = Own(s, v, cut, table, limits.lookahead_s), Free(sets, counts, peripherals[dimension])
        recovery = free_values(own, levels, limits, traffic, free, work)
        settled = settle_dimension(
            sets, counts, recovery.computed, recovery.n_factor, dimension, cut.valid, cut.value, cut.low, cut.high,
            limits.corrective, settings, now_s, memory,
        )  # fmt: skip
        bands.append(_band(settled, recovery))
    hdir, hs, vs, alt = bands
    by_dimension = peripherals.tolist()
    return Guidance(
        hdir,
        hs,
        vs,
        alt,
        conflict_aircraft=tuple(_indexes(mask) for mask in conflicts.tolist()),
        peripheral_aircraft=tuple(tuple(_indexes(masks[r]) for masks in by_dimension) for r in range(REGIONS)),
        violation_s=violation_s,
    )


def _band(settled: Settled, recovery: Recovery) -> Band:
    require_settled(settled.status)
    low, up, region = settled.segments
    return Band(low, up, region, recovery, Resolution(settled.down, settled.up), settled.preferred_up)


def _indexes(mask: list[bool]) -> tuple[int, ...]:
    return tuple(i for i, marked in enumerate(mask) if marked)
