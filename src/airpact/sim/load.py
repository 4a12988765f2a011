"""Synthetic load for the bench: a uniform random sky and its reports, made as fast as they can be made.

The sky is the snapshot the project's speed figures are stated for: 20 by 20 degrees, FL100 to FL400, 80 to 260 m/s,
half of the aircraft level and half climbing or descending at 10 m/s.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from airpact.feeds.report import FeedBatch, Report
from airpact.geo.units import AltitudeKind, m_from_ft
from airpact.sim.paths import M_PER_DEG

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LAT_DEG: Final = (25.0, 45.0)
LON_DEG: Final = (28.0, 48.0)
ALTITUDE_M: Final = (m_from_ft(10_000.0), m_from_ft(40_000.0))
SPEED_MPS: Final = (80.0, 260.0)
CLIMB_MPS: Final = 10.0
FEED: Final = "load"
CONTAINMENT_M: Final = 185.2  # 0.1 NM, which goes with NIC 8 (DO-260B table 2-14)
TICKS_PER_S: Final = 5  # of a running desk (docs/ARCHITECTURE.md)
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

    def rows(self, rows: Ints) -> "Sky":
        """Return some of the aircraft."""
        return Sky(*(getattr(self, field.name)[rows] for field in fields(self)))

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
    n: int, seconds: int, seed: int, epoch_s: float = 0.0, ticks_per_s: int = TICKS_PER_S
) -> Iterator[tuple[float, FeedBatch]]:
    """Yield (tick time, batch) for every tick: each of `n` aircraft reports once a second, spread evenly over it."""
    sky = random_sky(n, seed)
    ids = [f"{FIRST_ADDRESS + at:06x}" for at in range(n)]
    offset_s = np.arange(n) / max(n, 1)
    slots = np.array_split(np.arange(n), ticks_per_s)
    for tick in range(seconds * ticks_per_s):
        rows = slots[tick % ticks_per_s]
        valid_s = tick // ticks_per_s + offset_s[rows]
        received_s = epoch_s + (tick + 1) / ticks_per_s
        yield (
            received_s,
            FeedBatch(
                FEED, received_s, _reports(sky.rows(rows).after(valid_s), ids, rows, epoch_s + valid_s, received_s)
            ),
        )


def _reports(sky: Sky, ids: list[str], rows: Ints, valid_s: Floats, received_s: float) -> tuple[Report, ...]:
    """Return one report for each row of the sky; identities are those of the rows in the whole sky."""
    columns = (sky.lat_deg, sky.lon_deg, sky.altitude_m, sky.track_deg, sky.speed_mps, sky.vertical_mps)
    return tuple(
        Report(
            FEED,
            ids[row],
            "adsb_icao",
            valid,
            received_s,
            lat,
            lon,
            altitude_m=altitude,
            altitude_kind=AltitudeKind.PRESSURE,
            track_deg=track,
            ground_speed_mps=speed,
            vertical_speed_mps=vertical,
            nic=8,
            nac_p=9,
            sil=3,
            containment_m=CONTAINMENT_M,
        )
        for row, valid, lat, lon, altitude, track, speed, vertical in zip(
            rows.tolist(), valid_s.tolist(), *(column.tolist() for column in columns), strict=True
        )
    )
