"""The columns of the picture: one array per field, one row per track; no object per aircraft.

`Tracks` is what the reports said, `Now` is the same rows carried to the present instant by `picture.project`.
Kernels take either as one argument.
"""

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

GROW_ROWS: Final = 256


class Tracks(NamedTuple):
    """Per row, as last reported (SI, degrees, Unix seconds; NaN = never given)."""

    alive: Bools
    order: Ints  # first seven bytes of the id: orders rows as their ids are ordered
    valid_s: Floats
    lat_deg: Floats
    lon_deg: Floats
    position: Floats  # (n, 3) unit vector at valid_s
    heading: Floats  # (n, 3) unit tangent along the track
    speed_mps: Floats
    track_deg: Floats
    velocity_s: Floats  # time of the velocity, NaN = none
    derived: Bools  # velocity taken from positions, not stated
    turn_radps: Floats  # over the last interval, positive right
    turn_before_radps: Floats
    turn_from_deg: Floats  # track the next turn is measured from, and its time; NaN = none
    turn_from_s: Floats
    altitude_m: Floats
    altitude_kind: Ints
    altitude_s: Floats
    climb_mps: Floats
    epu_m: Floats
    radius_m: Floats  # stated by a party that coarsened the position, 0 = as seen
    altitude_error_m: Floats
    delay_s: Floats  # held back so long before it was released; heard at valid_s + delay_s
    quality: Ints
    time_error_s: Floats
    on_ground: Bools
    group: Ints
    doubt_s: Floats  # time of a position the gate held back, NaN = none
    doubt_lat_deg: Floats
    doubt_lon_deg: Floats
    jump_s: Floats  # time of the last jump that a second report bore out, NaN = none
    doubt_altitude_s: Floats
    doubt_altitude_m: Floats


class Now(NamedTuple):
    """Per row, dead-reckoned to the tick (vectors on the unit sphere, m, m/s, radian)."""

    judged: Bools  # airborne and alive: takes part in judgements
    steered: Bools  # its velocity is known
    position: Floats  # (n, 3)
    velocity: Floats  # (n, 3) m/s, tangent
    speed_mps: Floats
    lat_rad: Floats
    lon_rad: Floats
    altitude_m: Floats
    climb_mps: Floats
    comparable: Ints  # altitude kind that may be compared, 0 = none
    turn_radps: Floats  # 0 unless a turn is held
    uncertainty_m: Floats
    vertical_uncertainty_m: Floats
    widen_m: Floats
    widen_vertical_m: Floats


VECTORS: Final = {"position", "heading", "velocity"}
DTYPES: Final = {
    "alive": np.bool_,
    "derived": np.bool_,
    "on_ground": np.bool_,
    "judged": np.bool_,
    "steered": np.bool_,
} | dict.fromkeys(("order", "altitude_kind", "quality", "group", "comparable"), np.int64)


def _column(name: str, rows: int) -> npt.NDArray[Any]:
    shape = (rows, 3) if name in VECTORS else (rows,)
    dtype = DTYPES.get(name, np.float64)
    return np.full(shape, np.nan) if dtype is np.float64 else np.zeros(shape, dtype)


def _grown(old: npt.NDArray[Any], name: str, rows: int) -> npt.NDArray[Any]:
    new = _column(name, rows)
    new[: old.shape[0]] = old
    return new


def empty_tracks(rows: int = GROW_ROWS) -> Tracks:
    """Return `rows` unused rows."""
    return Tracks(*(_column(name, rows) for name in Tracks._fields))


def empty_now(rows: int = GROW_ROWS) -> Now:
    """Return `rows` unused rows."""
    return Now(*(_column(name, rows) for name in Now._fields))


def grown_tracks(tracks: Tracks, rows: int) -> Tracks:
    """Return a copy of the columns with room for `rows` rows."""
    return Tracks(*(_grown(column, name, rows) for name, column in zip(Tracks._fields, tracks, strict=True)))
