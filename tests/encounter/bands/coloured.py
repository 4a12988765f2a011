"""Coloured lists as plain Python, and a dimension that lives through a sequence of them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from math import atan2, hypot, inf, nan, tau
from typing import Any, Final

import numpy as np

from airpact.encounter.bands.colours import Segments, listed, new_outline, paint, start
from airpact.encounter.bands.memory import POINTS_MAX, BandMemory, Settled, new_band_memory, settle_dimension
from airpact.encounter.configurations import NO_MEMORY, Memory, Region
from airpact.encounter.guidance import Floats, Ints

NONE, MID, NEAR, RECOVERY = Region.NONE, Region.MID, Region.NEAR, Region.RECOVERY
UNKNOWN, FAR = Region.UNKNOWN, Region.FAR
CAPACITY: Final = 512
DIMENSIONS: Final = ("hdir", "hs", "vs", "alt")

Row = tuple[float, float, Region]
Interval = tuple[float, float]


def segments_of(rows: Sequence[Row]) -> Segments:
    """Return rows (low, up, region) as kernels take them."""
    return Segments(
        np.array([float(row[0]) for row in rows]),
        np.array([float(row[1]) for row in rows]),
        np.array([int(row[2]) for row in rows], np.int64),
    )


def rows_of(segments: Segments) -> list[Row]:
    """Return segments as rows (low, up, region)."""
    return [
        (float(low), float(up), Region(int(region)))
        for low, up, region in zip(segments.low, segments.up, segments.region, strict=True)
    ]


def none_sets(*free: Sequence[Interval] | None) -> tuple[Floats, Ints]:
    """Return (sets, counts) from the none-sets of NEAR, MID, FAR; None for a region that was not processed."""
    sets, counts = np.full((3, CAPACITY, 2), nan), np.full(3, -1, np.int64)
    for index, intervals in enumerate(free):
        if intervals is not None:
            counts[index] = len(intervals)
            sets[index, : len(intervals)] = np.array(intervals, np.float64).reshape(-1, 2)
    return sets, counts


def outside(rows: Iterable[Row], *hard: Region) -> list[Interval]:
    """Return the parts of a coloured list that are none of the `hard` colours, touching parts joined."""
    parts: list[Interval] = []
    for low, up, region in rows:
        if region in hard:
            continue
        if parts and parts[-1][1] == low:
            low, _ = parts.pop()
        parts.append((low, up))
    return parts


def reference_rows(text: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the objects of a reference file."""
    return map(json.loads, text)


def reference_list(rows: Iterable[Sequence[Any]]) -> list[Row]:
    """Return a list of the reference as rows."""
    return [(float(low), float(up), Region[region]) for low, up, region in rows]


def reference_number(value: Any) -> float:
    """Return a number of the reference, null as NaN."""
    return nan if value is None else float(value)


def own_value(row: dict[str, Any], dimension: int) -> float:
    """Return the own value of a dimension (C10) in a row of the reference."""
    east, north, up = row["own"]["v"]
    return float((atan2(east, north) % tau, hypot(east, north), up, row["own"]["s"][2])[dimension])


def same_number(a: float, b: float) -> bool:
    """Return whether two numbers of an answer are the same: 1e-9 relative, absolute near zero; NaN is NaN."""
    if a != a or b != b or abs(a) == inf or abs(b) == inf:
        return a == b or (a != a and b != b)
    return abs(a - b) <= 1e-9 * max(1.0, abs(a), abs(b))


# --- a dimension and its memory ---------------------------------------------------------------------------------------

LOW, HIGH, OWN = 100.0, 200.0, 150.0
HDIR, HS = 0, 1

# A line in m/s, or a circle in rad; each memory switched on alone by the tests below.
QUIET: Final = NO_MEMORY._replace(hysteresis_s=5.0)
HOLDING: Final = QUIET._replace(persistence_s=4.0, bands_persistence=True)
DECIDED: Final = QUIET._replace(persistence_s=4.0, delta_hs_mps=1.0, delta_hdir_rad=0.1)


class Dimension:
    """One dimension living through a sequence of lists."""

    def __init__(self, settings: Memory, dimension: int = HS, capacity: int = POINTS_MAX) -> None:
        self.settings, self.dimension = settings, dimension
        self.memory: BandMemory = new_band_memory(max(settings.n, 1), capacity)

    def settle(
        self, now_s: float, *hard: Row, value: float = OWN, entered: bool = False, n: int = -1, valid: bool = True
    ) -> Settled:
        """Return what becomes of conflicts (low, up, region) painted over a range without any."""
        low, high = (0.0, tau) if self.dimension == HDIR else (LOW, HIGH)
        outline = new_outline(none_sets()[1], 2 * len(hard))
        start(outline, self.dimension == HDIR, low, high)
        for a, b, region in hard:
            paint(outline, a, b, int(region))
        rows = rows_of(listed(outline, False))
        free = [outside(rows, NEAR), outside(rows, NEAR, MID), outside(rows, NEAR, MID, FAR)]
        used = free[: 1 + next((k for k, part in enumerate(free) if not part), 2)]  # none follows an empty set
        sets, counts = none_sets(*used, *[None] * (3 - len(used)))
        settled: Settled = settle_dimension(
            sets,
            counts,
            entered,
            n,
            self.dimension,
            valid,
            value,
            low,
            high,
            int(MID),
            self.settings,
            now_s,
            self.memory,
        )
        return settled

    def rows(self, now_s: float, *hard: Row, value: float = OWN) -> list[Row]:
        return rows_of(self.settle(now_s, *hard, value=value).segments)

    def ways(
        self, now_s: float, *hard: Row, value: float = OWN, entered: bool = False, n: int = -1
    ) -> tuple[float, float, bool]:
        settled = self.settle(now_s, *hard, value=value, entered=entered, n=n)
        return float(settled.down), float(settled.up), settled.preferred_up

    @property
    def points(self) -> int:
        return int(self.memory.state["points"][0])


def band(low: float, up: float, region: Region = MID) -> list[Row]:
    """Return a line with one band."""
    return [(LOW, low, NONE), (low, up, region), (up, HIGH, NONE)]
