"""After the fact: what the recorded positions say each pair did, beside what the desk alerted.

Every decoded position counts here, also one the live gates held back: the recording is the evidence. Distances are
on the reference sphere, interpolated linearly between reports of one id, never across more than GAP_S.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import nan
from typing import Any, Final

import numpy as np

from airpact.agreement.table import NO_LADDER, LadderTable
from airpact.encounter.recorded import near_seconds, pair_seconds, within
from airpact.feeds.report import Report
from airpact.geo.units import AltitudeKind

GAP_S: Final = 30.0  # longer silences are not bridged: an aircraft may have done anything in between
FIRST_LIMIT: Final = 1 << 16
HEIGHTS: Final = (AltitudeKind.PRESSURE, AltitudeKind.QNH, AltitudeKind.GEOMETRIC)

Pair = tuple[str, str]


@dataclass(slots=True)
class Positions:
    """Every position of a recording, in columns that grow by appending."""

    ids: dict[str, int] = field(default_factory=dict)
    group: dict[str, int] = field(default_factory=dict)
    track: "array[int]" = field(default_factory=lambda: array("q"))
    time_s: "array[float]" = field(default_factory=lambda: array("d"))
    lat_deg: "array[float]" = field(default_factory=lambda: array("d"))
    lon_deg: "array[float]" = field(default_factory=lambda: array("d"))
    altitude_m: "array[float]" = field(default_factory=lambda: array("d"))

    def add(self, reports: Iterable[Report]) -> None:
        """Append reports as they were decoded."""
        for report in reports:
            self.track.append(self.ids.setdefault(report.id, len(self.ids)))
            self.time_s.append(report.valid_s)
            self.lat_deg.append(report.lat_deg)
            self.lon_deg.append(report.lon_deg)
            self.altitude_m.append(report.altitude_m if report.altitude_kind in HEIGHTS else nan)


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions sorted by track and time; `start` slices them by track."""

    time_s: np.ndarray
    lat_deg: np.ndarray
    lon_deg: np.ndarray
    altitude_m: np.ndarray
    start: np.ndarray

    def span(self, track: int) -> tuple[int, int]:
        """Return the slice of one track."""
        return int(self.start[track]), int(self.start[track + 1])


@dataclass(frozen=True, slots=True)
class Least:
    """The recorded instant of a pair at which max(h/H, v/V) was least, and both distances then (NaN = unknown)."""

    t_s: float
    horizontal_m: float
    vertical_m: float


def columns_of(positions: Positions, with_height: bool) -> Columns:
    """Return sorted columns of all positions, or of those with a height; equal times keep the recording's order."""
    track = np.array(positions.track, np.int64)
    time_s, altitude_m = np.array(positions.time_s), np.array(positions.altitude_m)
    keep = ~np.isnan(altitude_m) if with_height else np.ones(track.size, np.bool_)
    order = np.lexsort((np.arange(track.size), time_s, track))
    order = order[keep[order]]
    start = np.searchsorted(track[order], np.arange(len(positions.ids) + 1))
    return Columns(
        time_s[order], np.array(positions.lat_deg)[order], np.array(positions.lon_deg)[order], altitude_m[order], start
    )


def minima_of(table: LadderTable, one: int, two: int) -> tuple[tuple[float, float, str], ...]:
    """Return (horizontal m, vertical m, clause) of every clause's minimum that binds two groups.

    Of a well-clear volume these are its two lengths: recorded positions say who was inside, not who was closing.
    """
    ladder = table.ladder_of[one, two]
    if ladder == NO_LADDER:
        return ()
    rungs = table.rungs[table.start[ladder] : table.start[ladder + 1]]
    kept = {
        (float(rung["horizontal_m"]), float(rung["vertical_m"]), table.clauses[rung["clause"]])
        for rung in rungs[rungs["minimum"] == 1]
    }
    return tuple(sorted(kept))


def losses(positions: Positions, columns: Columns, table: LadderTable) -> dict[Pair, list[float]]:
    """Return, per pair of ids (a < b), the whole seconds at which it was inside a minimum agreed for it."""
    minimum = table.rungs[table.rungs["minimum"] == 1]
    if not minimum.size or not columns.time_s.size:
        return {}
    start = _stays(columns)
    flown = np.searchsorted(columns.start, start[:-1], side="right") - 1
    names = list(positions.ids)
    near = _near(columns, start, float(minimum["horizontal_m"].max()), float(minimum["vertical_m"].max()))
    found: dict[Pair, list[float]] = {}
    known: dict[tuple[int, int], tuple[tuple[float, float, str], ...]] = {}
    for time_s, first, second, range_m, height_m in near.tolist():
        a, b = names[flown[first]], names[flown[second]]
        if a == b:
            continue
        groups = positions.group.get(a, 0), positions.group.get(b, 0)
        minima = known.setdefault(groups, minima_of(table, *groups))
        if any(within(range_m, height_m, horizontal_m, vertical_m) for horizontal_m, vertical_m, _ in minima):
            found.setdefault((a, b) if a < b else (b, a), []).append(time_s)
    return found


def _stays(columns: Columns) -> np.ndarray:
    """Return bounds that cut the columns where a track ends or falls silent: a silence, however long, costs nothing."""
    silent = np.nonzero(np.diff(columns.time_s) > GAP_S)[0] + 1
    return np.union1d(columns.start, silent)


def _near(columns: Columns, start: np.ndarray, horizontal_m: float, vertical_m: float) -> Any:
    limit = FIRST_LIMIT
    while True:
        near, number = near_seconds(
            columns.time_s, columns.lat_deg, columns.lon_deg, columns.altitude_m, start, horizontal_m, vertical_m,
            GAP_S, limit,
        )  # fmt: skip
        if number <= limit:
            return near[:number]
        limit = number


def least(
    positions: Positions, columns: Columns, pair: Pair, window_s: tuple[float, float], minimum: tuple[float, float]
) -> Least | None:
    """Return the recorded instant of least max(h/H, v/V) in the window, None where the two were never known at once."""
    one, two = (columns.span(positions.ids[track_id]) for track_id in pair)
    if one[0] == one[1] or two[0] == two[1]:
        return None
    times, ranges, heights = pair_seconds(
        columns.time_s, columns.lat_deg, columns.lon_deg, columns.altitude_m, one, two, *window_s, GAP_S
    )
    if not times.size:
        return None
    share = ranges / minimum[0]
    share = np.where(np.isnan(heights), share, np.fmax(share, heights / minimum[1]))
    at = int(np.argmin(share))
    return Least(float(times[at]), float(ranges[at]), float(heights[at]))
