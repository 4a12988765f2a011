"""How one feed is configured, and what every reader is given to work with.

A feed has a kind (which decoder) and exactly one address: `url`, `path`, or `host` and `port` (which transport).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

import msgspec

from airpact.feeds.report import Decoded, FeedBatch, doubtful_by_field, rejected_by_reason

# What one answer or file may hold: 100,000 aircraft in aircraft.json; more is not such a document.
SIZE_LIMIT_BYTES: Final = 64 * 1024 * 1024


class FeedKind(StrEnum):
    """Which decoder reads the feed."""

    READSB = "readsb"
    POSITIONS = "positions"
    SBS = "sbs"


class Transport(StrEnum):
    """How the bytes come."""

    HTTP = "url"
    FILE = "path"
    TCP = "host"


# Standard error of the stamps: readsb rounds `now` and `seen_pos` to 0.1 s each; recordings hold whole seconds; an
# SBS sender stamps to the millisecond but its clock is not ours, and nothing in the format says how far off it is.
TIME_ERROR_S: Final = {FeedKind.READSB: 0.2, FeedKind.POSITIONS: 1.0, FeedKind.SBS: 1.0}


class Coverage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The air a feed watches, as stated by who runs it: a circle and the height above which it sees."""

    lat_deg: float
    lon_deg: float
    radius_m: float
    floor_m: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a circle that is not on the Earth."""
        _require(-90.0 <= self.lat_deg <= 90.0, "lat_deg must lie between -90 and 90")
        _require(-180.0 <= self.lon_deg <= 180.0, "lon_deg must lie between -180 and 180")
        _require(0.0 < self.radius_m < 20_037_508.0, "radius_m must be positive and less than half the Earth around")


class FeedConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One feed: its name on screens and in rules, its kind, its one address, and its pace (s)."""

    name: str
    kind: FeedKind
    url: str = ""
    path: str = ""
    host: str = ""
    port: int = 0
    period_s: float = 1.0  # of polling; readsb writes once a second
    timeout_s: float = 5.0  # for one answer or one connection
    silent_s: float = 10.0  # a connection that gives nothing for so long counts as lost
    utc_offset_s: float = 0.0  # sbs: the sender's clock minus UTC
    time_error_s: float | None = None  # None = `TIME_ERROR_S` of the kind
    coverage: Coverage | None = None

    def __post_init__(self) -> None:
        """Refuse what no reader could run, in words for the person who wrote it."""
        _require(self.name != "", "a feed needs a name")
        given = [transport.value for transport in Transport if getattr(self, transport.value)]
        _require(len(given) == 1, f"feed {self.name}: give exactly one of url, path, host (given: {given or 'none'})")
        _require(not self.url or _is_http(self.url), f"feed {self.name}: url must start with http:// or https://")
        _require(not self.host or 0 < self.port < 65_536, f"feed {self.name}: port must lie between 1 and 65535")
        for field in ("period_s", "timeout_s", "silent_s"):
            _require(0.05 <= getattr(self, field) <= 3600.0, f"feed {self.name}: {field} must lie in 0.05 to 3600 s")
        _require(abs(self.utc_offset_s) <= 86_400.0, f"feed {self.name}: utc_offset_s must lie within one day")
        _require(
            self.time_error_s is None or 0.0 <= self.time_error_s <= 60.0,
            f"feed {self.name}: time_error_s must lie in 0 to 60 s",
        )

    @property
    def transport(self) -> Transport:
        """Which of the three addresses is given."""
        return next(transport for transport in Transport if getattr(self, transport.value))

    @property
    def address(self) -> str:
        """The address as people write it."""
        return f"{self.host}:{self.port}" if self.host else self.url or self.path

    @property
    def expected_period_s(self) -> float:
        """How often a batch comes from this feed when all is well (s): a poll's pace, or half a connection's patience.

        A line feed with little traffic is quiet for seconds; twice this period is when its reader calls it silent.
        """
        return self.silent_s / 2.0 if self.transport is Transport.TCP else self.period_s

    @property
    def stamp_error_s(self) -> float:
        """The standard error of this feed's stamps (s)."""
        return TIME_ERROR_S[self.kind] if self.time_error_s is None else self.time_error_s


@dataclass(frozen=True, slots=True)
class Outlet:
    """What a reader is given: where batches go (must not block), the desk's clock, and randomness in [0, 1)."""

    sink: Callable[[FeedBatch], None]
    now_s: Callable[[], float]
    jitter: Callable[[], float]

    def fail(self, config: FeedConfig, error: str) -> None:
        """Deliver an empty batch that says why the feed cannot be read."""
        self.sink(FeedBatch(config.name, self.now_s(), error=error))

    def deliver(self, config: FeedConfig, decoded: Decoded, error: str = "") -> None:
        """Deliver what was decoded, with what was refused and left out counted; `error`: why it is no sign of life."""
        self.sink(
            FeedBatch(
                config.name,
                self.now_s(),
                decoded.reports,
                rejected_by_reason(decoded.rejections),
                error=error,
                doubtful=doubtful_by_field(decoded.doubtful),
            )
        )


class UnreadableError(Exception):
    """Why a source gave nothing this time, in words for a person."""


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)


def _is_http(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname)
