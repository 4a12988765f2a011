"""Synthetic load for the bench: a uniform random sky and its reports, made as fast as they can be made.

The sky is the snapshot the project's speed figures are stated for: 20 by 20 degrees, FL100 to FL400, 80 to 260 m/s,
half of the aircraft level and half climbing or descending at 10 m/s.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from airpact.feeds.report import FeedBatch, Report
from airpact.geo.units import AltitudeKind, m_from_ft
from airpact.sim.paths import M_PER_DEG

Floats = NDArray[np.float64]

LAT_DEG: Final = (25.0, 45.0)
LON_DEG: Final = (28.0, 48.0)
ALTITUDE_M: Final = (m_from_ft(10_000.0), m_from_ft(40_000.0))
SPEED_MPS: Final = (80.0, 260.0)
CLIMB_MPS: Final = 10.0
FEED: Final = "load"
TICK_S: Final = 0.2  # the tick of a running desk (docs/ARCHITECTURE.md)
FIRST_ADDRESS: Final = 0x010000  # addresses only have to differ from each other


@dataclass(frozen=True, slots=True)
class Sky:
    """A snapshot of aircraft flying straight on; columns of equal length (SI, degrees)."""

    lat_deg: Floats
    lon_deg: Floats
    altitude_m: Floats
    track_deg: Floats
    speed_mps: Floats
    vertical_mps: Floats

    def after(self, seconds: Floats) -> "Sky":
        """Return the sky with each aircraft moved on by its own number of seconds along its first track."""
        track_rad = np.radians(self.track_deg)
        lat_deg = self.lat_deg + self.speed_mps * seconds * np.cos(track_rad) / M_PER_DEG
        east_deg = self.speed_mps * seconds * np.sin(track_rad) / (M_PER_DEG * np.cos(np.radians(self.lat_deg)))
        altitude_m = np.clip(self.altitude_m + self.vertical_mps * seconds, *ALTITUDE_M)
        return Sky(lat_deg, self.lon_deg + east_deg, altitude_m, self.track_deg, self.speed_mps, self.vertical_mps)


def random_sky(n: int, seed: int) -> Sky:
    """Return `n` aircraft uniform in the box of this file, the same for the same seed."""
    draw = np.random.default_rng(seed)
    return Sky(
        lat_deg=draw.uniform(*LAT_DEG, n),
        lon_deg=draw.uniform(*LON_DEG, n),
        altitude_m=draw.uniform(*ALTITUDE_M, n),
        track_deg=draw.uniform(0.0, 360.0, n),
        speed_mps=draw.uniform(*SPEED_MPS, n),
        vertical_mps=CLIMB_MPS * draw.choice([-1.0, 0.0, 0.0, 1.0], n),
    )


def load_batches(
    n: int, seconds: float, seed: int, epoch_s: float = 0.0, tick_s: float = TICK_S
) -> Iterator[tuple[float, FeedBatch]]:
    """Yield (tick time, batch) for every tick: each of `n` aircraft reports once a second, spread evenly over it."""
    sky = random_sky(n, seed)
    ids = [f"{FIRST_ADDRESS + at:06x}" for at in range(n)]
    offset_s = np.arange(n) / max(n, 1)
    for tick in range(1, round(seconds / tick_s) + 1):
        due = _due(offset_s, (tick - 1) * tick_s, tick * tick_s)
        yield epoch_s + tick * tick_s, _batch(sky, ids, due, epoch_s, epoch_s + tick * tick_s)


def _due(offset_s: Floats, from_s: float, to_s: float) -> Floats:
    """Return when each aircraft reports in the interval (s since the epoch), NaN where it does not."""
    at_s = np.ceil(from_s - offset_s) + offset_s
    at_s[~(at_s < to_s)] = np.nan
    return at_s


def _batch(sky: Sky, ids: list[str], due_s: Floats, epoch_s: float, received_s: float) -> FeedBatch:
    moved = sky.after(due_s)
    rows = np.flatnonzero(~np.isnan(due_s))
    columns = (
        rows,
        epoch_s + due_s[rows],
        *(column[rows] for column in (moved.lat_deg, moved.lon_deg, moved.altitude_m)),
        *(column[rows] for column in (moved.track_deg, moved.speed_mps, moved.vertical_mps)),
    )
    reports = tuple(
        Report(
            FEED, ids[row], "adsb_icao", valid_s, received_s, lat, lon, received_s,
            altitude, AltitudeKind.PRESSURE, track, speed, climb, "", "", "", "", 8, 9, 3, 185.2,
        )
        for row, valid_s, lat, lon, altitude, track, speed, climb in zip(*(c.tolist() for c in columns), strict=True)
    )
    return FeedBatch(FEED, received_s, reports)
