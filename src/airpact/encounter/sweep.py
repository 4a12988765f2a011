"""All conflicts of a whole sky at once, and all alert levels: exact, each pair once, what cannot be judged by name.

A pair is in conflict where the core's detector says so in the pair's own frame (`frame.pair_state`, straight flight),
with the two aircraft's uncertainties added to the minima. The grid only spares the pairs that cannot meet: see `grid`
for the proof. The result is the same for any number of threads and whichever aircraft comes first.

Unknown is never "no conflict". A height that is unknown, or of another kind than the other's, leaves the horizontal
judgement, marked `vertical_known` false. A track of unknown velocity (or faster than a straight line can be carried on)
is judged for the present: whoever is inside the minima now is found, with NaN for what depends on the velocity, and
whoever it could reach at `grid.UNKNOWN_SPEED_MPS` is unjudged. A track of unknown position comes back once, without a
second, where it is asked for against anyone at all.

The kernels run in parallel: only one thread of a process may be inside them at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt
from numba import get_num_threads, set_num_threads

from airpact.encounter.asked import Given, Rules, Sky, alerter_rules, minima_rules, sky_of
from airpact.encounter.configurations import Levels
from airpact.encounter.grid import STATE, TASKS, arrange, gather, trace
from airpact.encounter.pairs import (
    FOUND,
    H_CPA,
    KNOWN,
    LEVEL_NO,
    NONE,
    RESULT,
    STATUS,
    T_CPA,
    T_IN,
    T_OUT,
    V_CPA,
    assess,
    scan,
    scan_track,
)

Column = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
KEYS_PER_TASK: Final = 256  # room for pairs that a search begins with, and per entry:
KEYS_PER_ENTRY: Final = 4
TRACKS_PER_THREAD: Final = 2000  # fewer are done before another thread has woken


class Reason(IntEnum):
    """Why a track or a pair could not be judged."""

    POSITION_UNKNOWN = 1
    VELOCITY_UNKNOWN = 2
    TOO_FAST = 3

    @property
    def text(self) -> str:
        """The reason in words."""
        return REASONS[self]


REASONS: Final = {
    Reason.POSITION_UNKNOWN: "the position is not known",
    Reason.VELOCITY_UNKNOWN: "a velocity is not known",
    Reason.TOO_FAST: "a velocity is too high for a straight line to be carried on",
}


@dataclass(frozen=True, slots=True)
class Unjudged:
    """Tracks and pairs that could matter but could not be judged, sorted; one row each."""

    first: Rows
    second: Rows
    """-1: no pair but the track itself, against everyone it is asked for."""
    reason: Rows
    """A `Reason`."""


@dataclass(frozen=True, slots=True)
class Conflicts:
    """Pairs in conflict, first < second, sorted; one row each. Times in s from now, within the look-ahead."""

    first: Rows
    second: Rows
    t_in_s: Column
    t_out_s: Column
    """When the minima are kept again, at most the look-ahead; NaN where a velocity is unknown."""
    t_cpa_s: Column
    """When they are closest horizontally within the look-ahead; NaN where a velocity is unknown."""
    horizontal_cpa_m: Column
    vertical_cpa_m: Column
    """Height difference at `t_cpa_s`; NaN where heights cannot be compared."""
    in_loss: Flags
    """Inside the minima now."""
    vertical_known: Flags
    unjudged: Unjudged


@dataclass(frozen=True, slots=True)
class Alerts:
    """Pairs with an alert level, first < second, sorted; columns as in `Conflicts`, of the level that decides."""

    first: Rows
    second: Rows
    level: Rows
    """From 1, the least severe."""
    t_in_s: Column
    t_out_s: Column
    t_cpa_s: Column
    horizontal_cpa_m: Column
    vertical_cpa_m: Column
    in_loss: Flags
    """The volume of the level is violated now."""
    vertical_known: Flags
    unjudged: Unjudged


def find_conflicts(
    lat_deg: Given,
    lon_deg: Given,
    altitude_m: Given,
    track_deg: Given,
    ground_speed_mps: Given,
    vertical_speed_mps: Given,
    *,
    horizontal_m: float | None = None,
    vertical_m: float | None = None,
    lookahead_s: float | None = None,
    group: Given | None = None,
    minima: Given | None = None,
    horizontal_uncertainty_m: Given | None = None,
    vertical_uncertainty_m: Given | None = None,
    altitude_kind: Given | None = None,
) -> Conflicts:
    """Return every pair of tracks that is, or within the look-ahead will be, inside its minima (C7, open cylinder).

    Columns (n): degrees, metres, m/s, NaN = not known. Minima: three numbers for all pairs, or `group` (n, whole
    numbers from 0) and `minima` (groups, groups, 3), symmetric: horizontal m, vertical m, look-ahead s; NaN: not asked.
    Uncertainties (m, per track or one for all) are added to the minima of a pair. `altitude_kind` (n): heights of
    unlike kinds, and of kind 0, are not compared. Memory is linear, time about so while the sky is not dense.

    Raises:
        TypeError, ValueError: an argument that cannot be meant; the message names it and the row.
    """
    rules = minima_rules((horizontal_m, vertical_m, lookahead_s), group, minima)
    columns = (lat_deg, lon_deg, altitude_m, track_deg, ground_speed_mps, vertical_speed_mps)
    options = (horizontal_uncertainty_m, vertical_uncertainty_m, altitude_kind, group)
    sky = sky_of(columns, options, len(rules.halves))
    return _conflicts(*_sweep(sky, rules))


def find_conflicts_of(
    track: int,
    lat_deg: Given,
    lon_deg: Given,
    altitude_m: Given,
    track_deg: Given,
    ground_speed_mps: Given,
    vertical_speed_mps: Given,
    *,
    horizontal_m: float | None = None,
    vertical_m: float | None = None,
    lookahead_s: float | None = None,
    group: Given | None = None,
    minima: Given | None = None,
    horizontal_uncertainty_m: Given | None = None,
    vertical_uncertainty_m: Given | None = None,
    altitude_kind: Given | None = None,
) -> Conflicts:
    """Return the conflicts of one track, a row of the columns: of `find_conflicts`, those rows that name it.

    Made for a single report: time is linear in the tracks, without a grid.

    Raises:
        TypeError, ValueError, IndexError: an argument that cannot be meant; the message names it and the row.
    """
    rules = minima_rules((horizontal_m, vertical_m, lookahead_s), group, minima)
    columns = (lat_deg, lon_deg, altitude_m, track_deg, ground_speed_mps, vertical_speed_mps)
    options = (horizontal_uncertainty_m, vertical_uncertainty_m, altitude_kind, group)
    sky = sky_of(columns, options, len(rules.halves))
    if not 0 <= track < sky.lat_deg.size:
        raise IndexError(f"track is {track}: there are rows 0 to {sky.lat_deg.size - 1}")
    return _conflicts(*_sweep_one(int(track), sky, rules))


def find_alerts(
    lat_deg: Given,
    lon_deg: Given,
    altitude_m: Given,
    track_deg: Given,
    ground_speed_mps: Given,
    vertical_speed_mps: Given,
    *,
    alerter: Levels | None = None,
    lookahead_s: float = 180.0,
    group: Given | None = None,
    alerters: Sequence[Sequence[Levels | None]] | None = None,
    horizontal_uncertainty_m: Given | None = None,
    vertical_uncertainty_m: Given | None = None,
    altitude_kind: Given | None = None,
) -> Alerts:
    """Return every pair of tracks with an alert level: the most severe that is violated before its alerting time.

    Raw detection of a single moment (R6.1 without a step before). Columns as in `find_conflicts`. One `alerter`
    (configurations.LEVEL records) for all pairs, or `group` and `alerters` (groups by groups, None = not asked).

    Raises:
        TypeError, ValueError: an argument that cannot be meant; the message names it and the row.
    """
    rules = alerter_rules(alerter, lookahead_s, group, alerters)
    columns = (lat_deg, lon_deg, altitude_m, track_deg, ground_speed_mps, vertical_speed_mps)
    options = (horizontal_uncertainty_m, vertical_uncertainty_m, altitude_kind, group)
    sky = sky_of(columns, options, len(rules.halves))
    first, second, result, unjudged = _sweep(sky, rules)
    level = result[:, LEVEL_NO].astype(np.int64)
    return Alerts(first, second, level, *_shared(result), unjudged=unjudged)


def _conflicts(first: Rows, second: Rows, result: Column, unjudged: Unjudged) -> Conflicts:
    return Conflicts(first, second, *_shared(result), unjudged=unjudged)


def _shared(result: Column) -> tuple[Column, Column, Column, Column, Column, Flags, Flags]:
    times = (np.ascontiguousarray(result[:, k]) for k in (T_IN, T_OUT, T_CPA, H_CPA, V_CPA))
    t_in, t_out, t_cpa, horizontal, vertical = times
    return t_in, t_out, t_cpa, horizontal, vertical, t_in == 0.0, result[:, KNOWN] == 1.0


def _sweep(sky: Sky, rules: Rules) -> tuple[Rows, Rows, Column, Unjudged]:
    threads = get_num_threads()
    set_num_threads(max(1, min(threads, sky.lat_deg.size // TRACKS_PER_THREAD)))
    try:
        return _told(*_meetings(sky, rules), sky, rules, None)
    finally:
        set_num_threads(threads)


def _meetings(sky: Sky, rules: Rules) -> tuple[Rows, npt.NDArray[np.int32], Column, Rows]:
    """Return the keys of all pairs that could meet, the order of the tracks, and states and groups in that order."""
    tracks = sky.lat_deg.size
    order = gather(sky.lat_deg, sky.lon_deg)
    state, box = np.empty((tracks, STATE)), np.empty((tracks, 6), np.int32)
    trace(order, *sky, rules.halves, state, box)
    entries, start, shift = arrange(box)
    del box
    group = sky.group[order] if sky.group.size > 1 else sky.group
    limit, counts = KEYS_PER_TASK + KEYS_PER_ENTRY * len(entries) // TASKS, np.zeros(TASKS, np.int64)
    while True:
        keys = np.empty((TASKS, limit), np.int64)
        scan(entries, start, shift, order, state, group, rules.widest, keys, counts)
        if counts.max() <= limit:
            break
        limit = int(counts.max())
    return np.concatenate([keys[k, : counts[k]] for k in range(TASKS)]), order, state, group


def _sweep_one(track: int, sky: Sky, rules: Rules) -> tuple[Rows, Rows, Column, Unjudged]:
    state = np.empty((sky.lat_deg.size, STATE))
    keys = np.empty(sky.lat_deg.size, np.int64)
    count = scan_track(track, *sky, rules.halves, rules.widest, state, keys)
    return _told(keys[:count], None, state, sky.group, sky, rules, track)


def _told(
    keys: Rows,
    order: npt.NDArray[np.int32] | None,
    state: Column,
    group: Rows,
    sky: Sky,
    rules: Rules,
    track: int | None,
) -> tuple[Rows, Rows, Column, Unjudged]:
    """Return the pairs among the keys in their order, their results, and what is unjudged.

    `state`, `group`: rows in `order`, of the tracks themselves where that is None.
    """
    result = np.empty((keys.size, RESULT))
    assess(keys, state, group, len(rules.halves), rules.rows, rules.start, result)
    kept = np.flatnonzero(result[:, STATUS] != NONE)
    first, second = np.divmod(keys[kept], len(state))
    if order is not None:
        first, second = order[first].astype(np.int64), order[second].astype(np.int64)
    by_pair = np.argsort(first * len(state) + second)
    first, second, result = first[by_pair], second[by_pair], result[kept[by_pair]]
    found = result[:, STATUS] == FOUND
    return first[found], second[found], result[found], _unjudged(first[~found], second[~found], sky, rules, track)


def _unjudged(first: Rows, second: Rows, sky: Sky, rules: Rules, track: int | None) -> Unjudged:
    lost = _of_unknown_position(sky, rules, track)
    first, second, reason = (
        np.concatenate(both)
        for both in (
            (lost, first),
            (np.full(lost.size, -1), second),
            (np.full(lost.size, Reason.POSITION_UNKNOWN), _reasons(sky, first, second)),
        )
    )
    by_pair = np.lexsort((second, first))
    return Unjudged(first[by_pair], second[by_pair], reason[by_pair])


def _reasons(sky: Sky, first: Rows, second: Rows) -> Rows:
    """Return why each pair is unjudged: a velocity that is not known counts before one that is too high."""
    unknown = np.zeros(first.size, np.bool_)
    for rows in (first, second):
        speed = sky.ground_speed_mps[rows]
        unknown |= np.isnan(speed) | (np.isnan(sky.track_deg[rows]) & (speed != 0.0))
    return np.where(unknown, Reason.VELOCITY_UNKNOWN, Reason.TOO_FAST).astype(np.int64)


def _of_unknown_position(sky: Sky, rules: Rules, track: int | None) -> Rows:
    """Return the tracks of unknown position that are asked for against anyone (against `track`, where one is given)."""
    rows = np.flatnonzero(np.isnan(sky.lat_deg) | np.isnan(sky.lon_deg))
    if not rows.size:
        return rows
    asked = ~np.isnan(rules.widest[:, :, 0])
    group = np.broadcast_to(sky.group, sky.lat_deg.shape)
    if track is not None and track not in rows:
        matter = asked[group[rows], group[track]]
    else:
        rows = rows if track is None else np.array([track])
        matter = (asked @ np.bincount(group, minlength=len(asked)) - np.diag(asked))[group[rows]] > 0
    lost: Rows = rows[matter]
    return lost
