"""The one report type every decoder yields, and the batch in which a reader hands reports to the tick.

A decoder is a pure function `bytes -> Decoded`: it never raises on bad input, it counts it. Units are SI,
degrees WGS-84 and Unix seconds UTC; NaN means "not given". Nothing is guessed here: a missing speed stays missing.
"""

from collections.abc import Iterator
from enum import StrEnum
from math import nan
from typing import Final

import msgspec

from airpact.geo.units import AltitudeKind

PEER_FEED: Final = "peer:"  # what another party released comes as a feed named "peer:" and its short name


class Reject(StrEnum):
    """Why a line or message was refused; shown to people and counted per feed."""

    FRAMING = "framing"  # not decodable at all: broken JSON, wrong field count, bad bytes
    TOO_LONG = "too long"  # longer than the decoder's line limit
    TRUNCATED = "truncated"  # the stream ended inside a line or a compressed block
    NO_POSITION = "no position"  # valid, but carries no position (identity or Mode A/C only)
    NO_IDENTITY = "no identity"
    NO_TIME = "no time"
    RANGE = "out of range"  # latitude 91, course 9999999, NaN or Infinity where a number is needed
    DUPLICATE = "duplicate"  # same source, id, validity time and position as one already taken
    LATE = "older than last"  # validity time before the last one taken for this id
    FUTURE = "future stamp"  # validity time more than 10 s ahead of the clock
    POSITION_JUMP = "position jump"
    ALTITUDE_JUMP = "altitude jump"
    NOT_GIVEN = "not given"  # of a field: the format's own mark for "not known" (string "0" altitude, gscp 0)


class Report(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One aircraft at one instant as one source saw it (SI units, degrees WGS-84, Unix seconds; NaN = not given)."""

    feed: str
    id: str  # 24-bit address as 6 lower-case hex digits, or a non-ICAO id with a leading "~"
    source: str  # readsb source type ("adsb_icao", "tisb_other", "mlat", ...) or "" when not stated
    valid_s: float
    received_s: float
    lat_deg: float
    lon_deg: float
    recorded_s: float = nan
    altitude_m: float = nan
    altitude_kind: AltitudeKind = AltitudeKind.UNKNOWN
    track_deg: float = nan
    ground_speed_mps: float = nan
    vertical_speed_mps: float = nan
    callsign: str = ""
    squawk: str = ""
    category: str = ""  # emitter category "A1", "B6", ... or ""
    emergency: str = ""
    nic: int = -1  # -1 = not given
    nac_p: int = -1
    sil: int = -1
    containment_m: float = nan  # Rc; NaN also for "0 = unknown"
    on_ground: bool = False
    radius_m: float = nan  # how far the aircraft may be from a position its party coarsened; NaN = as seen
    altitude_error_m: float = nan  # the same of a height
    delay_s: float = 0.0  # held back so long by its party: `valid_s` is so much older than it need be


class Rejection(msgspec.Struct, frozen=True):
    """One refused line: where, why and which field, for the person who runs the feed."""

    reason: Reject
    line: int  # 1-based line or message number within what was decoded; 0 = not a line format
    field: str = ""
    detail: str = ""


class Decoded(msgspec.Struct, frozen=True):
    """What one decoder call yields: reports in input order, every rejection, and every field left out of a kept line.

    Each line gives exactly one report or one rejection; `doubtful` is beside that account, never part of it.
    """

    reports: tuple[Report, ...]
    rejections: tuple[Rejection, ...] = ()
    doubtful: tuple[Rejection, ...] = ()

    def __add__(self, later: "Decoded") -> "Decoded":
        """Return both, one after the other."""
        return Decoded(self.reports + later.reports, self.rejections + later.rejections, self.doubtful + later.doubtful)


class FeedBatch(msgspec.Struct, frozen=True, array_like=True):
    """What one reader delivers to one tick; an empty batch with `error` says the feed could not be read."""

    feed: str
    received_s: float
    reports: tuple[Report, ...] = ()
    rejected: dict[str, int] = {}
    unchanged: bool = False  # the source answered with the same bytes as before: frozen, not alive
    error: str = ""  # unreachable, refused, not JSON: what to tell a person; "" = fine
    clock_offset_s: float = nan  # source clock minus ours, where the format states its own time
    doubtful: dict[str, int] = {}  # fields left out of lines that were kept: {"gscp: not given": 616}


def peer_of(feed: str) -> str:
    """Return the party whose released tracks a feed carries, "" for a feed of our own."""
    return feed[len(PEER_FEED) :] if feed.startswith(PEER_FEED) else ""


def rejected_by_reason(rejections: tuple[Rejection, ...]) -> dict[str, int]:
    """Return the count of each reason, ordered by name."""
    counts: dict[str, int] = {}
    for rejection in rejections:
        counts[rejection.reason.value] = counts.get(rejection.reason.value, 0) + 1
    return dict(sorted(counts.items()))


def doubtful_by_field(doubtful: tuple[Rejection, ...]) -> dict[str, int]:
    """Return the count of each field and reason, ordered by field."""
    counts: dict[str, int] = {}
    for doubt in doubtful:
        name = f"{doubt.field}: {doubt.reason.value}"
        counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items()))


def iter_reports(batches: tuple[FeedBatch, ...]) -> Iterator[Report]:
    """Yield every report of the batches in order."""
    for batch in batches:
        yield from batch.reports
