"""Where every track was in the last three minutes, for drawing only: a ring of float32 columns, one per second.

Float32 degrees are within 2 m, far below a screen pixel; no verdict is ever taken from here. The compute thread only
hangs a column in; the table is built by whoever answers a console.
"""

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from airpact.node.engine import Positions

KEPT_S: Final = 180  # the three minutes docs/stream.md promises, one column a second
TRACKS_MAX: Final = 20_000  # twice the tracks the desk is built for: 180 x 20,000 x (4 + 4 + 8) B = 58 MB
# A console draws a few points per pixel at most; beyond this many points every second or third column is sent.
POINTS_MAX: Final = 400_000
DECIMALS: Final = 5  # 1 m

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class TrailTable:
    """`t` (columns, oldest first), `ids`, and two (rows, columns) arrays of degrees, NaN = none."""

    t: tuple[float, ...]
    ids: tuple[str, ...]
    lat_deg: NDArray[np.float32]
    lon_deg: NDArray[np.float32]

    def json(self) -> bytes:
        """Return the answer of `GET /trails`, encoded row by row so that other threads run in between."""
        head = b'{"t":' + _encode(self.t) + b',"id":' + _encode(self.ids)
        return b"".join((head, b',"lat":[', *_rows(self.lat_deg), b'],"lon":[', *_rows(self.lon_deg), b"]}"))


class Trails:
    """The ring; `add` once a second, `table` whenever a console asks."""

    def __init__(self, kept: int = KEPT_S, tracks_max: int = TRACKS_MAX) -> None:
        self._tracks_max = tracks_max
        self._lock = threading.Lock()
        self._columns: deque[tuple[float, Positions]] = deque(maxlen=kept)
        self.tracks_left_out = 0  # tracks of the newest column beyond the limit

    def add(self, now_s: float, positions: Positions) -> None:
        """Hang in one column in place of the oldest, without copying; raises ValueError for unequal lengths."""
        if not len(positions.ids) == len(positions.lat_deg) == len(positions.lon_deg):
            raise ValueError(f"{len(positions.ids)} ids for {len(positions.lat_deg)}, {len(positions.lon_deg)} degrees")
        most = self._tracks_max
        self.tracks_left_out = max(0, len(positions.ids) - most)
        if self.tracks_left_out:
            positions = Positions(positions.ids[:most], positions.lat_deg[:most], positions.lon_deg[:most])
        with self._lock:
            self._columns.append((now_s, positions))

    def table(self, points_max: int = POINTS_MAX) -> TrailTable:
        """Return the ring as a table, thinned to every n-th column where tracks times columns pass `points_max`."""
        with self._lock:
            columns = list(self._columns)
        newest = len(columns[-1][1].ids) if columns else 0
        every = max(1, -(-newest * len(columns) // points_max))
        columns = columns[::-1][::every][::-1]  # the newest column always stays
        ids = tuple(sorted({track for _, positions in columns for track in positions.ids}))
        row_of = {track: row for row, track in enumerate(ids)}
        degrees = np.full((2, len(ids), len(columns)), np.nan, np.float32)
        for column, (_, positions) in enumerate(columns):
            rows = [row_of[track] for track in positions.ids]
            degrees[:, rows, column] = positions.lat_deg, positions.lon_deg
        return TrailTable(tuple(now_s for now_s, _ in columns), ids, degrees[0], degrees[1])


def _rows(degrees: NDArray[np.float32]) -> Iterator[bytes]:
    # float64 first: rounding a float32 leaves digits that are not there. msgspec writes NaN as null.
    for place, row in enumerate(degrees):
        values = np.round(row.astype(np.float64), DECIMALS).tolist()
        yield (b"," if place else b"") + _encode(values)
