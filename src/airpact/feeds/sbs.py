"""SBS-1 / BaseStation lines ("port 30003"): comma-separated messages, several of which make one report.

A MSG line has 22 fields, counted from 0 here: 1 transmission type, 4 address, 6-7 date and time generated, 8-9 date
and time logged, 10 call sign, 11 altitude ft (1013.25 hPa), 12 ground speed kt, 13 track deg, 14 latitude,
15 longitude, 16 vertical rate ft/min, 17 squawk, 18 alert, 19 emergency, 20 ident, 21 on ground. Type 1 carries the
call sign, 2 a surface and 3 an airborne position, 4 velocity, 6 the squawk. Flags are "-1" or "1" for yes.
STA with RM says an aircraft is gone; SEL, ID, AIR and CLK carry no position.

- A line with a position gives one report, with what other lines said of that aircraft unless that is too old.
- The stamps are in whatever clock the sender uses, often local time, and do not say which. They are read as UTC;
  a sender known to differ gets `utc_offset_s` (its clock minus UTC).
- Senders that make date and time separately put the wrong day beside 00:00Z: a stamp one whole day from the time
  of receipt is moved by that day, and noted.
- The format has no quality: NIC, NACp, SIL and Rc stay "not given", the source is "other" as readsb names it.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache
from math import inf, nan
from typing import Final, TypeVar

from airpact.feeds import fields
from airpact.feeds.lines import LineCutter, broken_off, decoded
from airpact.feeds.report import Decoded, Reject, Rejection, Report
from airpact.geo.units import AltitudeKind

SOURCE: Final = "other"
FIELD_COUNT: Final = 22
# Velocity and emergency come twice a second; after 10 s without, a turn makes the old one worse than none.
STATE_KEPT_S: Final = 10.0
# readsb keeps call signs for 180 s (track.h); the squawk changes as rarely.
IDENTITY_KEPT_S: Final = 180.0
# How near to a whole day an offset must be to be taken for a wrong date: network delay and clock error together.
ROLLOVER_WINDOW_S: Final = 30.0
# More than any receiver holds at once; the oldest go first.
IDS_REMEMBERED: Final = 65_536

_DAY_S: Final = 86_400.0
_DATE: Final = re.compile(r"(\d{4})[/-](\d\d)[/-](\d\d)", re.ASCII)
_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d):([0-5]\d(?:\.\d{1,9})?)", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?\d{1,15}(?:\.\d{0,15})?", re.ASCII)
_YES: Final = frozenset({"-1", "1"})
_WITHOUT_POSITION: Final = frozenset({"SEL", "ID", "AIR", "STA", "CLK"})

_ALTITUDE: Final = fields.pressure_altitude("altitude")
_SPEED: Final = fields.ground_speed("ground speed")
_TRACK: Final = fields.course("track")
_RATE: Final = fields.vertical_rate("vertical rate")

Velocity = tuple[float, float, float]  # ground speed m/s, track deg, vertical speed m/s
_NO_VELOCITY: Final[Velocity] = (nan, nan, nan)
T = TypeVar("T")
_Doubts = list[Rejection]


class _Known:
    """What the lines of one aircraft said so far, each with the time it was said."""

    __slots__ = ("callsign", "emergency", "fix", "squawk", "velocity")

    def __init__(self) -> None:
        self.velocity = (-inf, _NO_VELOCITY)
        self.callsign = (-inf, "")
        self.squawk = (-inf, "")
        self.emergency = (-inf, "")
        self.fix = (nan, nan, nan)  # valid_s, lat_deg, lon_deg of the last report


class SbsDecoder:
    """Decodes one SBS connection; holds one unfinished line and a bounded memory of aircraft."""

    def __init__(self, feed: str, utc_offset_s: float = 0.0) -> None:
        """Start at the first line of the feed `feed`, whose sender's clock is `utc_offset_s` ahead of UTC."""
        self._feed = feed
        self._utc_offset_s = utc_offset_s
        self._cutter = LineCutter()
        self._known: dict[str, _Known] = {}

    def push(self, data: bytes, received_s: float) -> Decoded:
        """Decode the lines completed by `data`; never raises."""
        return decoded(self._cutter.push(data), lambda n, text, doubts: self._outcome(n, text, doubts, received_s))

    def finish(self, received_s: float) -> Decoded:
        """Decode what stands after the last line ending when the connection ends."""
        return broken_off(
            decoded(self._cutter.finish(), lambda n, text, doubts: self._outcome(n, text, doubts, received_s))
        )

    def _outcome(self, number: int, text: bytes, doubts: _Doubts, received_s: float) -> Report | Rejection:
        parts = [part.strip() for part in text.decode("utf-8-sig", "replace").split(",")]
        if parts[0] in _WITHOUT_POSITION:
            return self._noticed(parts, number)
        if parts[0] != "MSG":
            return Rejection(Reject.FRAMING, number, "message type", ascii(parts[0][:40]))
        if len(parts) != FIELD_COUNT:
            return Rejection(Reject.FRAMING, number, "", f"{len(parts)} fields, {FIELD_COUNT} expected")
        aircraft = fields.identity(parts[4])
        if not aircraft:
            return Rejection(Reject.NO_IDENTITY, number, "hex ident", ascii(parts[4][:40]))
        valid_s = self._valid_s(parts[6], parts[7], number, received_s, doubts)
        if isinstance(valid_s, Rejection):
            return valid_s
        known = self._remembered(aircraft)
        _learn(known, parts, valid_s, number, doubts)
        position = _position(parts, number)
        if isinstance(position, Rejection):
            return position
        fix = (valid_s, *position)
        if known.fix == fix:
            return Rejection(Reject.DUPLICATE, number, "", aircraft)
        known.fix = fix
        return self._report(aircraft, known, parts, received_s, number, doubts)

    def _report(
        self, aircraft: str, known: _Known, parts: list[str], received_s: float, number: int, doubts: _Doubts
    ) -> Report:
        valid_s, lat_deg, lon_deg = known.fix
        altitude_m = _number(parts[11], _ALTITUDE, number, doubts)
        on_ground = parts[21] in _YES
        speed_mps, track_deg, rate_mps = _recent(known.velocity, valid_s, STATE_KEPT_S, _NO_VELOCITY)
        without_height = AltitudeKind.GROUND if on_ground else AltitudeKind.UNKNOWN
        return Report(
            feed=self._feed,
            id=aircraft,
            source=SOURCE,
            valid_s=valid_s,
            received_s=received_s,
            lat_deg=lat_deg,
            lon_deg=lon_deg,
            altitude_m=altitude_m,
            altitude_kind=AltitudeKind.PRESSURE if altitude_m == altitude_m else without_height,
            track_deg=track_deg,
            ground_speed_mps=speed_mps,
            vertical_speed_mps=rate_mps,
            callsign=_recent(known.callsign, valid_s, IDENTITY_KEPT_S, ""),
            squawk=_recent(known.squawk, valid_s, IDENTITY_KEPT_S, ""),
            emergency=_recent(known.emergency, valid_s, STATE_KEPT_S, ""),
            on_ground=on_ground,
        )

    def _noticed(self, parts: list[str], number: int) -> Rejection:
        if parts[0] == "STA" and parts[10:11] == ["RM"]:
            self._known.pop(fields.identity(parts[4]), None)
        return Rejection(Reject.NO_POSITION, number, "message type", parts[0])

    def _valid_s(self, date: str, time: str, number: int, received_s: float, doubts: _Doubts) -> float | Rejection:
        if not date or not time:
            return Rejection(Reject.NO_TIME, number, "date generated" if not date else "time generated")
        day_s = _day_start_s(date)
        clock = _TIME.fullmatch(time)
        if day_s is None or clock is None:
            return Rejection(Reject.RANGE, number, "time generated", ascii(f"{date[:20]} {time[:20]}"))
        of_day_s = int(clock[1]) * 3600.0 + int(clock[2]) * 60.0 + float(clock[3])
        valid_s = day_s + of_day_s - self._utc_offset_s
        days_off = round((received_s - valid_s) / _DAY_S) if received_s == received_s else 0
        if abs(days_off) == 1 and abs(received_s - valid_s - days_off * _DAY_S) <= ROLLOVER_WINDOW_S:
            doubts.append(Rejection(Reject.RANGE, number, "date generated", f"{date}: moved by {days_off:+d} day"))
            valid_s += days_off * _DAY_S
        return fields.mistimed(valid_s, "time generated", number) or valid_s

    def _remembered(self, aircraft: str) -> _Known:
        known = self._known.get(aircraft)
        if known is None:
            if len(self._known) >= IDS_REMEMBERED:
                del self._known[next(iter(self._known))]
            known = self._known[aircraft] = _Known()
        return known


def decode(data: bytes, *, feed: str, received_s: float, utc_offset_s: float = 0.0) -> Decoded:
    """Decode lines held in memory as one connection; never raises, see `SbsDecoder` for streams."""
    decoder = SbsDecoder(feed, utc_offset_s)
    return decoder.push(data, received_s) + decoder.finish(received_s)


def _learn(known: _Known, parts: list[str], valid_s: float, number: int, doubts: _Doubts) -> None:
    """Remember what this line says beside its position; what it leaves empty stays as it was."""
    velocity = (
        _number(parts[12], _SPEED, number, doubts),
        _number(parts[13], _TRACK, number, doubts),
        _number(parts[16], _RATE, number, doubts),
    )
    if any(value == value for value in velocity):
        known.velocity = (valid_s, velocity)
    callsign = fields.matching(parts[10], fields.CALLSIGN, "callsign", number, doubts)
    if callsign:
        known.callsign = (valid_s, callsign)
    squawk = fields.matching(parts[17], fields.OCTAL_SQUAWK, "squawk", number, doubts)
    if squawk:
        known.squawk = (valid_s, squawk)
    if parts[19]:
        known.emergency = (valid_s, "general" if parts[19] in _YES else "")


def _position(parts: list[str], number: int) -> tuple[float, float] | Rejection:
    lat, lon = parts[14], parts[15]
    if not lat and not lon:
        return Rejection(Reject.NO_POSITION, number, "transmission type", parts[1][:4])
    for name, text in (("latitude", lat), ("longitude", lon)):
        if text and not _NUMBER.fullmatch(text):
            return Rejection(Reject.RANGE, number, name, ascii(text[:40]))
    lat_deg, lon_deg = (float(text) if text else None for text in (lat, lon))
    refused = fields.misplaced(lat_deg, lon_deg, number)
    if refused:
        return refused
    assert lat_deg is not None
    assert lon_deg is not None
    return lat_deg, lon_deg


def _number(text: str, limits: fields.Limits, number: int, doubts: _Doubts) -> float:
    """Return the field in SI; NaN when it is empty, no plain decimal number, or out of range (then noted)."""
    if not text:
        return nan
    if _NUMBER.fullmatch(text):
        return fields.bounded(float(text), limits, number, doubts)
    doubts.append(Rejection(Reject.RANGE, number, limits.field, ascii(text[:40])))
    return nan


def _recent(said: tuple[float, T], at_s: float, kept_s: float, otherwise: T) -> T:
    return said[1] if abs(at_s - said[0]) <= kept_s else otherwise


@lru_cache(maxsize=64)
def _day_start_s(date: str) -> float | None:
    found = _DATE.fullmatch(date)
    try:
        return datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=UTC).timestamp() if found else None
    except ValueError:
        return None
