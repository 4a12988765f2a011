"""What leaves for one counterpart: columns, the bytes they travel as, and how the receiver reads them.

The bytes are one MessagePack array: version, then one array per column, so that what is checked is what leaves.
Reading never raises: a payload that cannot be read is an empty batch that says why, a row that cannot be used is
counted under its reason.
"""

from collections.abc import Iterable, Iterator
from math import nan
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from airpact.feeds.fields import (
    CALLSIGN,
    CATEGORY,
    NAC_P,
    NIC,
    OCTAL_SQUAWK,
    SOURCE_TYPE,
    Limits,
    bounded,
    identity,
    matching,
    misplaced,
    mistimed,
    whole,
)
from airpact.feeds.report import FeedBatch, Reject, Rejection, Report, doubtful_by_field, rejected_by_reason
from airpact.geo.units import AltitudeKind
from airpact.picture.policy import ALTITUDE_BAND_MAX_M, DELAY_MAX_S, GRID_MAX_M

VERSION: Final = 1
PAYLOAD_BYTES_MAX: Final = 512 << 10  # what the link takes as one message
TRACKS_MAX: Final = 2_500  # of at most 200 bytes each
KINDS: Final = frozenset((AltitudeKind.UNKNOWN, AltitudeKind.PRESSURE, AltitudeKind.QNH, AltitudeKind.GEOMETRIC))

# A radius is at most root 2 of 1.1 grids and what was reckoned to whole seconds; twice that is a mistake or a lie.
RADIUS: Final = Limits("radius", 0.0, 4.0 * GRID_MAX_M)
ALTITUDE_ERROR: Final = Limits("altitude error", 0.0, 2.0 * ALTITUDE_BAND_MAX_M)
DELAY: Final = Limits("delay", 0.0, DELAY_MAX_S)
ALTITUDE: Final = Limits("altitude", -2_000.0, 40_000.0)  # as of a decoder, and what snapping may add
TRACK: Final = Limits("track", 0.0, 360.0)
SPEED: Final = Limits("speed", 0.0, 1_030.0)  # 2,000 kt
CLIMB: Final = Limits("vertical speed", -170.0, 170.0)  # 32,640 ft/min


class Released(NamedTuple):
    """One row per track (SI, degrees, Unix seconds; NaN, -1 and "" = not given); words in object arrays."""

    key: npt.NDArray[Any]  # 24-bit address, or "~" and an alias
    valid_s: npt.NDArray[np.float64]
    lat_deg: npt.NDArray[np.float64]
    lon_deg: npt.NDArray[np.float64]
    radius_m: npt.NDArray[np.float64]  # 0 = as seen
    delay_s: npt.NDArray[np.float64]
    altitude_m: npt.NDArray[np.float64]
    altitude_kind: npt.NDArray[np.int64]
    altitude_error_m: npt.NDArray[np.float64]
    track_deg: npt.NDArray[np.float64]
    speed_mps: npt.NDArray[np.float64]
    climb_mps: npt.NDArray[np.float64]
    nic: npt.NDArray[np.int64]
    nac_p: npt.NDArray[np.int64]
    source: npt.NDArray[Any]
    callsign: npt.NDArray[Any]
    squawk: npt.NDArray[Any]
    category: npt.NDArray[Any]


WORDS: Final = frozenset(("key", "source", "callsign", "squawk", "category"))
WHOLE: Final = frozenset(("altitude_kind", "nic", "nac_p"))


class _Row(NamedTuple):
    """One row of a payload that was read, in the order of `Released`."""

    key: str
    valid_s: float
    lat_deg: float
    lon_deg: float
    radius_m: float
    delay_s: float
    altitude_m: float
    altitude_kind: int
    altitude_error_m: float
    track_deg: float
    speed_mps: float
    climb_mps: float
    nic: int
    nac_p: int
    source: str
    callsign: str
    squawk: str
    category: str


_COLUMN_TYPE: Final[dict[Any, Any]] = {str: list[str], int: list[int], float: list[float]}
_TYPES: Final = [(name, _COLUMN_TYPE[kind]) for name, kind in _Row.__annotations__.items()]
_Payload: Final = msgspec.defstruct("_Payload", [("version", int), *_TYPES], array_like=True)
_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(_Payload)


def none_released() -> Released:
    """Return columns without rows."""
    dtypes = {name: object if name in WORDS else np.int64 if name in WHOLE else np.float64 for name in Released._fields}
    columns: list[npt.NDArray[Any]] = [np.empty(0, dtypes[name]) for name in Released._fields]
    return Released._make(columns)


def some(released: Released, which: npt.NDArray[Any] | slice) -> Released:
    """Return the rows of a mask, a slice or indexes."""
    return Released._make([column[which] for column in released])


def joined(parts: Iterable[Released]) -> Released:
    """Return all rows, ordered by key, so that their order tells nothing."""
    columns: list[npt.NDArray[Any]] = [np.concatenate(column) for column in zip(*parts, strict=True)]
    keys = columns[0].tolist()
    order = np.array(sorted(range(len(keys)), key=keys.__getitem__), np.int64)
    return Released._make([column[order] for column in columns])


def encode(released: Released) -> bytes:
    """Return the payload of what `release` gave; at most PAYLOAD_BYTES_MAX."""
    return _encoder.encode([VERSION, *(column.tolist() for column in released)])


def decode(data: bytes, feed: str, received_s: float) -> FeedBatch:
    """Return the reports of a payload received from another party; never raises."""
    if len(data) > PAYLOAD_BYTES_MAX:
        return _refused(feed, received_s, Reject.TOO_LONG, f"{len(data)} bytes, at most {PAYLOAD_BYTES_MAX}")
    try:
        version, *columns = msgspec.structs.astuple(_decoder.decode(data))
        rows = list(map(_Row._make, zip(*columns, strict=True)))
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        return _refused(feed, received_s, Reject.FRAMING, str(error)[:200])
    if version != VERSION:
        return _refused(feed, received_s, Reject.FRAMING, f"version {version}, this node reads {VERSION}")
    if len(rows) > TRACKS_MAX:
        return _refused(feed, received_s, Reject.TOO_LONG, f"{len(rows)} tracks, at most {TRACKS_MAX}")
    rejections: list[Rejection] = []
    doubts: list[Rejection] = []
    reports = tuple(_reports(rows, feed, received_s, rejections, doubts))
    return FeedBatch(feed, received_s, reports, rejected_by_reason(tuple(rejections)), doubtful=doubtful_by_field(
        tuple(doubts)
    ))  # fmt: skip


def _refused(feed: str, received_s: float, reason: Reject, why: str) -> FeedBatch:
    return FeedBatch(feed, received_s, rejected={reason.value: 1}, error=f"released tracks cannot be read: {why}")


def _reports(
    rows: list[_Row], feed: str, received_s: float, rejections: list[Rejection], doubts: list[Rejection]
) -> Iterator[Report]:
    seen: set[str] = set()
    for line, row in enumerate(rows, 1):
        refusal = _unusable(row, line, seen)
        if refusal is None:
            seen.add(row.key)
            yield _report(row, feed, received_s, line, doubts)
        else:
            rejections.append(refusal)


def _unusable(row: _Row, line: int, seen: set[str]) -> Rejection | None:
    """Return why a row cannot be used: what is said wrongly of its exactness makes all of it unusable."""
    if not row.key or identity(row.key) != row.key:
        return Rejection(Reject.NO_IDENTITY, line, "key", ascii(row.key[:40]))
    if row.key in seen:
        return Rejection(Reject.DUPLICATE, line, "key", row.key)
    for limits, value in ((RADIUS, row.radius_m), (ALTITUDE_ERROR, row.altitude_error_m), (DELAY, row.delay_s)):
        if not limits.low <= value <= limits.high:
            return Rejection(Reject.RANGE, line, limits.field, f"{value:g}")
    if row.altitude_kind not in KINDS:
        return Rejection(Reject.RANGE, line, "altitude kind", str(row.altitude_kind))
    return misplaced(row.lat_deg, row.lon_deg, line) or mistimed(row.valid_s, "valid", line)


def _number(value: float, limits: Limits, line: int, doubts: list[Rejection]) -> float:
    return bounded(None if value != value else value, limits, line, doubts)


def _report(row: _Row, feed: str, received_s: float, line: int, doubts: list[Rejection]) -> Report:
    altitude_m = _number(row.altitude_m, ALTITUDE, line, doubts)
    known = altitude_m == altitude_m
    return Report(
        feed=feed,
        id=row.key,
        source=matching(row.source, SOURCE_TYPE, "source", line, doubts),
        valid_s=row.valid_s,
        received_s=received_s,
        lat_deg=row.lat_deg,
        lon_deg=row.lon_deg,
        altitude_m=altitude_m if row.altitude_kind else nan,
        altitude_kind=AltitudeKind(row.altitude_kind) if known else AltitudeKind.UNKNOWN,
        track_deg=_number(row.track_deg, TRACK, line, doubts),
        ground_speed_mps=_number(row.speed_mps, SPEED, line, doubts),
        vertical_speed_mps=_number(row.climb_mps, CLIMB, line, doubts),
        callsign=matching(row.callsign, CALLSIGN, "callsign", line, doubts),
        squawk=matching(row.squawk, OCTAL_SQUAWK, "squawk", line, doubts),
        category=matching(row.category, CATEGORY, "category", line, doubts),
        nic=whole(float(row.nic) if row.nic >= 0 else None, NIC, line, doubts),
        nac_p=whole(float(row.nac_p) if row.nac_p >= 0 else None, NAC_P, line, doubts),
        radius_m=row.radius_m if row.radius_m > 0.0 else nan,
        altitude_error_m=row.altitude_error_m if row.altitude_error_m > 0.0 else nan,
        # A delay is what the sender holds back, never more than the age itself: else a dead track would look alive.
        delay_s=min(row.delay_s, max(0.0, received_s - row.valid_s)),
    )
