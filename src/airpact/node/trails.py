"""Where every track was in the last three minutes, for drawing only: a ring of float32 columns, one per second.

Float32 degrees are within 2 m, far below a screen pixel; no verdict is ever taken from here.
Written by the compute thread, copied by whoever answers a console; the lock is held for the copy only.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import compress
from math import isnan, nan
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from airpact.node.engine import Positions

KEPT_S: Final = 180  # the three minutes docs/stream.md promises, one column a second
ROWS_MAX: Final = 20_000  # twice the tracks the desk is built for: 180 x 20,000 x 2 x 4 B = 29 MB
# A console draws a few points per pixel at most; beyond this many points every second or third column is sent.
POINTS_MAX: Final = 400_000
DECIMALS: Final = 5  # 1 m

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class TrailTable:
    """A copy of the ring: `t` (columns, oldest first), `ids`, and two (rows, columns) arrays of degrees, NaN = none."""

    t: tuple[float, ...]
    ids: tuple[str, ...]
    lat_deg: NDArray[np.float32]
    lon_deg: NDArray[np.float32]

    def chunks(self) -> Iterator[bytes]:
        """Yield the JSON answer of `GET /trails` row by row, so that a large one never holds the interpreter long."""
        yield b'{"t":' + _encode(self.t) + b',"id":' + _encode(self.ids) + b',"lat":['
        yield from _rows(self.lat_deg)
        yield b'],"lon":['
        yield from _rows(self.lon_deg)
        yield b"]}"

    def json(self) -> bytes:
        """Return the whole answer."""
        return b"".join(self.chunks())


class Trails:
    """The ring; `add` once a second, `table` whenever a console asks."""

    def __init__(self, kept: int = KEPT_S, rows_max: int = ROWS_MAX) -> None:
        self._lock = threading.Lock()
        self._kept = kept
        self._rows_max = rows_max
        self._times: list[float] = [nan] * kept
        self._next = 0
        self._row_of: dict[str, int] = {}
        self._free: list[int] = []
        self._points = np.full((2, 0, kept), np.nan, np.float32)  # (lat | lon, row, column)
        self.tracks_left_out = 0  # tracks of the newest column that found no row

    def add(self, now_s: float, positions: Positions) -> None:
        """Write one column, over the oldest one; tracks absent for the whole ring lose their row."""
        with self._lock:
            column = self._next
            self._next = (column + 1) % self._kept
            self._times[column] = now_s
            self._points[:, :, column] = np.nan
            self._free_empty_rows()
            rows = np.array([self._row(track) for track in positions.ids], np.intp)
            held = rows >= 0
            self.tracks_left_out = int(len(rows) - held.sum())
            self._points[0, rows[held], column] = positions.lat_deg[held]
            self._points[1, rows[held], column] = positions.lon_deg[held]

    def table(self, points_max: int = POINTS_MAX) -> TrailTable:
        """Return a copy, thinned to every n-th column where tracks times columns pass `points_max`."""
        with self._lock:
            ids = sorted(self._row_of)
            rows = [self._row_of[track] for track in ids]
            columns = self._columns(max(1, -(-len(ids) * self._kept // points_max)))
            times = tuple(self._times[column] for column in columns)
            points = self._points[:, :, columns][:, rows]
        seen = ~np.isnan(points[0]).all(axis=1)
        return TrailTable(times, tuple(compress(ids, seen.tolist())), points[0, seen], points[1, seen])

    def _columns(self, every: int) -> list[int]:
        """Return every n-th written column, oldest first; the newest always stays."""
        order = [place % self._kept for place in range(self._next, self._next + self._kept)]
        return [column for column in order if not isnan(self._times[column])][::-1][::every][::-1]

    def _row(self, track: str) -> int:
        row = self._row_of.get(track)
        if row is None:
            if not self._free and not self._grow():
                return -1
            row = self._row_of[track] = self._free.pop()
        return row

    def _grow(self) -> bool:
        size = self._points.shape[1]
        more = min(max(64, size), self._rows_max - size)
        if more <= 0:
            return False
        self._points = np.concatenate([self._points, np.full((2, more, self._kept), np.nan, np.float32)], axis=1)
        self._free.extend(range(size + more - 1, size - 1, -1))
        return True

    def _free_empty_rows(self) -> None:
        if self._next != 0:  # once a turn of the ring is enough
            return
        empty = np.isnan(self._points[0]).all(axis=1)
        gone = [(track, row) for track, row in self._row_of.items() if empty[row]]
        for track, row in gone:
            del self._row_of[track]
            self._free.append(row)


def _rows(degrees: NDArray[np.float32]) -> Iterator[bytes]:
    # float64 first: rounding a float32 leaves digits that are not there. msgspec writes NaN as null.
    for place, row in enumerate(degrees):
        values = np.round(row.astype(np.float64), DECIMALS).tolist()
        yield (b"," if place else b"") + _encode(values)
