"""Checks and conversions that every decoder applies alike: from what a source wrote to SI values or "not given".

Nothing here raises on bad input. A value that cannot be used becomes NaN, -1 or "" and is noted in the caller's list
of doubts, because the rest of the line is still worth having. Limits are what the source format can express at all,
not what is likely in the air: whether a value fits the aircraft is the picture's business.
"""

import json
import re
from functools import lru_cache
from math import nan
from typing import Any, Final, TypeVar

import msgspec

from airpact.feeds.report import Reject, Rejection
from airpact.geo.units import M_PER_FT, MPS_PER_FPM, MPS_PER_KT, AltitudeKind

GROUND: Final = "ground"
OCTAL_SQUAWK: Final = re.compile(r"[0-7]{4}")
CALLSIGN: Final = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z ./+-]{0,14}[0-9A-Za-z])?")
CATEGORY: Final = re.compile(r"[A-D][0-7]")  # emitter category sets, DO-260B 2.2.3.2.5.2
SOURCE_TYPE: Final = re.compile(r"[a-z][a-z0-9_]{0,23}")
EMERGENCY: Final = re.compile(r"[a-z][a-z_]{0,15}")

# A 24-bit address is six hex digits; "~" marks every other kind of id (track number, anonymised address).
_IDENTITY: Final = re.compile(r"[0-9a-f]{6}|~[0-9a-z]{1,12}")
# Identities repeat for minutes: remembering the clean form saves a pattern match per line. About 1 MiB at most.
_IDENTITIES_REMEMBERED: Final = 8192


class Limits(msgspec.Struct, frozen=True):
    """What a numeric field may hold, in its own unit, and the factor that turns it into SI."""

    field: str
    low: float
    high: float
    si: float = 1.0


class Height(msgspec.Struct, frozen=True, gc=False):
    """A height with its reference; `altitude_m` is NaN where the source had none."""

    altitude_m: float = nan
    kind: AltitudeKind = AltitudeKind.UNKNOWN
    on_ground: bool = False


NO_HEIGHT: Final = Height()
ON_GROUND: Final = Height(kind=AltitudeKind.GROUND, on_ground=True)

# Mode C encodes -1,000 to 126,750 ft (ICAO Annex 10 vol. IV); low pressure and ellipsoid heights need some more below.
_ALTITUDE_LOW_FT: Final = -5_000.0
_ALTITUDE_HIGH_FT: Final = 130_000.0
# readsb caps ground speeds at 2,000 kt (track.c).
_SPEED_HIGH_KT: Final = 2_000.0
# ADS-B codes vertical rate in 9 bits of 64 ft/min: at most 510 * 64 (DO-260B 2.2.3.2.6.1.15).
_RATE_HIGH_FPM: Final = 32_640.0
# Unix seconds a calendar with four-digit years can show: 0001-01-01 is of no use, so from 1970 to 9999-12-31.
_TIME_HIGH_S: Final = 253_402_300_799.0


def pressure_altitude(field: str) -> Limits:
    """Return the limits of an altitude field in feet."""
    return Limits(field, _ALTITUDE_LOW_FT, _ALTITUDE_HIGH_FT, M_PER_FT)


def ground_speed(field: str) -> Limits:
    """Return the limits of a ground speed field in knots."""
    return Limits(field, 0.0, _SPEED_HIGH_KT, MPS_PER_KT)


def vertical_rate(field: str) -> Limits:
    """Return the limits of a vertical rate field in feet per minute."""
    return Limits(field, -_RATE_HIGH_FPM, _RATE_HIGH_FPM, MPS_PER_FPM)


def course(field: str) -> Limits:
    """Return the limits of a course field in degrees: 9999999 and other marks for "unknown" fall outside."""
    return Limits(field, 0.0, 360.0)


ALT_BARO: Final = pressure_altitude("alt_baro")
ALT_GEOM: Final = pressure_altitude("alt_geom")
TRACK: Final = course("track")
BARO_RATE: Final = vertical_rate("baro_rate")
GEOM_RATE: Final = vertical_rate("geom_rate")
NIC: Final = Limits("nic", 0, 11)
NAC_P: Final = Limits("nac_p", 0, 11)
SIL: Final = Limits("sil", 0, 3)
# Half the Earth's circumference: a larger circle says nothing. Zero is the format's "unknown", see `containment`.
RC: Final = Limits("rc", 0, 20_037_508)


def bounded(value: float | None, limits: Limits, line: int, doubts: list[Rejection]) -> float:
    """Return the value in SI, NaN when it is not given, not a number or outside its limits (then noted)."""
    if value is None:
        return nan
    if limits.low <= value <= limits.high:
        return value * limits.si
    doubts.append(Rejection(Reject.RANGE, line, limits.field, f"{value:g}"))
    return nan


def whole(value: float | None, limits: Limits, line: int, doubts: list[Rejection]) -> int:
    """Return a small code number, -1 when it is not given or outside its limits (then noted)."""
    if value is None:
        return -1
    if limits.low <= value <= limits.high:
        return int(value)
    doubts.append(Rejection(Reject.RANGE, line, limits.field, f"{value:g}"))
    return -1


def containment(value: float | None, line: int, doubts: list[Rejection]) -> float:
    """Return the containment radius (m); NaN also for 0, by which readsb says "unknown"."""
    return bounded(value, RC, line, doubts) or nan


def matching(value: str | None, form: re.Pattern[str], field: str, line: int, doubts: list[Rejection]) -> str:
    """Return the text without padding, "" when it is empty or not of the form (then noted)."""
    if not value:
        return ""
    if form.fullmatch(value):
        return value
    text = value.strip()
    if not text or form.fullmatch(text):
        return text
    doubts.append(Rejection(Reject.RANGE, line, field, ascii(text[:40])))
    return ""


def emergency(value: str | None, line: int, doubts: list[Rejection]) -> str:
    """Return the declared emergency; "" for readsb's "none" as for nothing said."""
    text = matching(value, EMERGENCY, "emergency", line, doubts)
    return "" if text == "none" else text


@lru_cache(maxsize=_IDENTITIES_REMEMBERED)
def identity(text: str) -> str:
    """Return the id as 6 lower-case hex digits or "~" and a token; "" when it is neither."""
    clean = text[:32].strip().lower()
    return clean if _IDENTITY.fullmatch(clean) else ""


def height(pressure: float | str | None, geometric: float | None, line: int, doubts: list[Rejection]) -> Height:
    """Return the height readsb states (ft in, m out): pressure, else geometric, "ground", or none.

    Any other string is a source without a number: `"0"` is not zero feet, and a geometric height beside it would
    mix kinds inside one track, so it is no height at all (noted).
    """
    if isinstance(pressure, str):
        if pressure == GROUND:
            return ON_GROUND
        doubts.append(Rejection(Reject.NOT_GIVEN, line, "alt_baro", ascii(pressure[:40])))
        return NO_HEIGHT
    if pressure is not None:
        altitude_m, kind = bounded(pressure, ALT_BARO, line, doubts), AltitudeKind.PRESSURE
    else:
        altitude_m, kind = bounded(geometric, ALT_GEOM, line, doubts), AltitudeKind.GEOMETRIC
    return Height(altitude_m, kind) if altitude_m == altitude_m else NO_HEIGHT


def misplaced(lat_deg: float | None, lon_deg: float | None, line: int) -> Rejection | None:
    """Return why a position cannot be used; None when it can."""
    if lat_deg is None or lon_deg is None:
        return Rejection(Reject.NO_POSITION, line, "lat" if lat_deg is None else "lon")
    if not -90.0 <= lat_deg <= 90.0:
        return Rejection(Reject.RANGE, line, "lat", f"{lat_deg:g}")
    if not -180.0 <= lon_deg <= 180.0:
        return Rejection(Reject.RANGE, line, "lon", f"{lon_deg:g}")
    return None


def mistimed(valid_s: float | None, field: str, line: int) -> Rejection | None:
    """Return why a time cannot be used; None when it can. Late and future stamps pass: the picture judges those."""
    if valid_s is None:
        return Rejection(Reject.NO_TIME, line, field)
    if not 0.0 < valid_s <= _TIME_HIGH_S:
        return Rejection(Reject.RANGE, line, field, f"{valid_s:g}")
    return None


T = TypeVar("T", bound=msgspec.Struct)


def tolerant_object(text: bytes) -> dict[str, Any] | None:
    """Return a JSON object that a strict parser refuses (NaN, Infinity, damaged UTF-8, byte order mark), else None."""
    try:
        found = json.loads(text.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def fitted(raw: dict[str, Any], shape: type[T], line: int, doubts: list[Rejection]) -> T:
    """Return `raw` as a struct whose fields all have defaults; fields of a wrong type are left out (noted)."""
    try:
        return msgspec.convert(raw, shape)
    except ValueError:
        pass
    kept: dict[str, Any] = {}
    for field in msgspec.structs.fields(shape):
        try:
            if field.name in raw:
                kept[field.name] = msgspec.convert(raw[field.name], field.type)
        except ValueError as error:
            doubts.append(Rejection(Reject.FRAMING, line, field.name, str(error)[:80]))
    return shape(**kept)
