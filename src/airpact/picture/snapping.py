"""Snapping that an hour of listening does not undo: a secret shift per flight, then a grid with sticky edges.

Released is the middle of the cell that holds position + shift. The crossings of cells tell position + shift to any
accuracy one likes to average to; the shift they do not tell, because it never changes while the flight lasts. Fresh
noise would average away, and so would a new shift every few minutes. docs/release.md gives the reasoning.

The shift is uniform in half a step to either side on each axis, a keyed hash (BLAKE2b, RFC 7693) of track, flight,
step and epoch; who lacks the key cannot tell it from chance. In longitude it is constant in degrees: a turn of the
sphere leaves every shape as it was, while one constant in metres would bend a straight flight by a known law.
"""

from hashlib import blake2b
from math import radians
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from airpact.geo.sphere import EARTH_RADIUS_M
from airpact.picture.policy import HYSTERESIS

Floats = npt.NDArray[np.float64]

M_PER_DEG: Final = radians(1.0) * EARTH_RADIUS_M
LATITUDE_MAX_DEG: Final = 85.0  # beyond it a step of longitude is no distance; such tracks stay at home
ROUNDED_UP_M: Final = 10.0
_PERSON: Final = b"airpact-shift"
_WORDS: Final = 2.0**64

HELD: Final = np.dtype(
    [
        ("north", "f8"),  # shifts, in steps
        ("east", "f8"),
        ("up", "f8"),
        ("east_step_deg", "f8"),  # the step of longitude the shift is counted in, NaN = not yet placed
        ("lat", "f8"),  # cells held, as whole numbers; NaN = none
        ("lon", "f8"),
        ("alt", "f8"),
    ]
)


class Snapped(NamedTuple):
    """Middles of cells (degrees), and how far the aircraft may be from them (m)."""

    lat_deg: Floats
    lon_deg: Floats
    radius_m: Floats


def shift(key: bytes, *parts: str) -> tuple[float, float, float]:
    """Return three numbers in [-0.5, 0.5) that only the holder of `key` (up to 64 bytes) can compute."""
    digest = blake2b("\0".join(parts).encode(), digest_size=24, key=key, person=_PERSON).digest()
    north, east, up = (int.from_bytes(digest[k : k + 8]) / _WORDS - 0.5 for k in (0, 8, 16))
    return north, east, up


def fresh(number: int) -> npt.NDArray[np.void]:
    """Return so many HELD records of tracks that were never placed."""
    held = np.zeros(number, HELD)
    for name in HELD.names or ():
        held[name] = np.nan
    return held


def snap(held: npt.NDArray[np.void], lat_deg: Floats, lon_deg: Floats, grid_m: float) -> Snapped:
    """Place positions on the grid, sticking to the cells in `held` (HELD), which is updated in place."""
    step = grid_m / M_PER_DEG
    before = held["lat"].copy()
    held["lat"] = _sticky(lat_deg / step + held["north"], before)
    middle = held["lat"] * step
    # As many cells as fit around the parallel of the cell: a function of what is released, not of the latitude.
    cells = np.maximum(1.0, np.floor(360.0 / step * np.cos(np.radians(middle))))
    east_step = 360.0 / cells
    first = np.isnan(held["east_step_deg"])
    held["east_step_deg"] = np.where(first, east_step, held["east_step_deg"])
    shifted = (lon_deg + held["east"] * held["east_step_deg"]) / east_step
    held["lon"] = _sticky_around(shifted, np.where(held["lat"] == before, held["lon"], np.nan), cells)
    lon = (held["lon"] * east_step + 180.0) % 360.0 - 180.0
    return Snapped(middle, lon, _radius_m(middle, step, east_step, held["east_step_deg"]))


def snap_height(held: npt.NDArray[np.void], altitude_m: Floats, band_m: float) -> Floats:
    """Return the middles of the bands that hold height + shift; `held` is updated in place, NaN stays NaN."""
    held["alt"] = _sticky(altitude_m / band_m + held["up"], held["alt"])
    middles: Floats = held["alt"] * band_m
    return middles


def height_error_m(band_m: float) -> float:
    """Return how far a height may be from the middle of its band: half for the shift, the rest for the band."""
    return (1.0 + HYSTERESIS) * band_m


def _sticky(value: Floats, held: Floats) -> Floats:
    """Return the nearest whole numbers, or the held ones where the value is not well beyond their edges."""
    return np.where(np.abs(value - held) <= 0.5 + HYSTERESIS, held, np.rint(value))


def _sticky_around(value: Floats, held: Floats, cells: Floats) -> Floats:
    """The same on a circle of so many cells."""
    apart = value - held
    apart -= cells * np.rint(apart / cells)
    return np.where(np.abs(apart) <= 0.5 + HYSTERESIS, held, np.rint(value) % cells)


def _radius_m(middle_deg: Floats, step: float, east_step: Floats, shift_step: Floats) -> Floats:
    """Return the radius that covers cell, edge and shift on both axes; made of public values alone."""
    north = (1.0 + HYSTERESIS) * step
    widest = np.cos(np.radians(np.maximum(0.0, np.abs(middle_deg) - north)))
    east = ((0.5 + HYSTERESIS) * east_step + 0.5 * shift_step) * widest
    radius: Floats = ROUNDED_UP_M * np.ceil(np.hypot(north, east) * M_PER_DEG / ROUNDED_UP_M)
    return radius
