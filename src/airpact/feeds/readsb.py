"""readsb `aircraft.json`: one document with every aircraft the receiver knows, written about once a second.

Layout as in readsb's README-json: `now` Unix seconds, `aircraft` an array of objects with `hex` ("~" = not an ICAO
address), `type`, `flight`, `lat` `lon` deg, `seen_pos` s (age of the position before `now`), `alt_baro` ft or
"ground", `alt_geom` ft above the ellipsoid, `gs` kt, `track` deg, `baro_rate` `geom_rate` ft/min, `squawk`,
`category`, `emergency`, `nic`, `rc` m, `nac_p`, `sil`. Absent means not known. A position is valid at `now` minus
`seen_pos`.

A document repeats each position until a newer one arrives: those repeats are DUPLICATE, so that the picture never
takes the same fix for news. A document with one malformed aircraft, NaN in it, or its end missing still gives the
others.
"""

import json
import re
from collections.abc import Iterator, Mapping
from math import nan
from types import MappingProxyType
from typing import Any, Final

import msgspec

from airpact.feeds import fields
from airpact.feeds.report import Decoded, Reject, Rejection, Report

GROUND_SPEED: Final = fields.ground_speed("gs")
# `now` and `seen_pos` are each rounded to 0.1 s by older readsb, so one fix wanders by up to 0.2 s between documents;
# a new ADS-B position comes every 0.4 s at the soonest (DO-260B: 0.5 s mean, 0.4 to 0.6 s jitter).
SAME_FIX_S: Final = 0.25

Fix = tuple[float, float, float]  # valid_s, lat_deg, lon_deg
NO_FIXES: Final[Mapping[str, Fix]] = MappingProxyType({})


class Document(Decoded, frozen=True):
    """A decoded document with its own time and the fixes to hand to the next call."""

    now_s: float = nan  # NaN = the document states no usable time
    fixes: dict[str, Fix] = msgspec.field(default_factory=dict)


class _Aircraft(msgspec.Struct, frozen=True, gc=False):
    hex: str | None = None
    type: str | None = None
    flight: str | None = None
    lat: float | None = None
    lon: float | None = None
    seen_pos: float | None = None
    alt_baro: float | str | None = None
    alt_geom: float | None = None
    gs: float | None = None
    track: float | None = None
    baro_rate: float | None = None
    geom_rate: float | None = None
    squawk: str | None = None
    category: str | None = None
    emergency: str | None = None
    nic: float | None = None
    rc: float | None = None
    nac_p: float | None = None
    sil: float | None = None


class _Document(msgspec.Struct, frozen=True):
    aircraft: list[_Aircraft]
    now: float | None = None


_DOCUMENT: Final = msgspec.json.Decoder(_Document)
_NOW: Final = re.compile(r'"now"\s*:\s*(\d{1,15}(?:\.\d{1,17})?)(?![\d.eE])')
_LIST: Final = re.compile(r'"aircraft"\s*:\s*\[')
_NEXT: Final = re.compile(r'\{\s*"hex"')  # readsb writes `hex` first: where to go on after damage
_BETWEEN: Final = re.compile(r"[\s,]*")

_Judged = tuple[list[_Aircraft | Rejection], float | None, list[Rejection]]


def decode(data: bytes, *, feed: str, received_s: float, fixes: Mapping[str, Fix] = NO_FIXES) -> Document:
    """Decode one document; `fixes` are those of the document before. Never raises; rejections count aircraft from 1."""
    entries, now_s, doubts = _entries(data)
    reports: list[Report] = []
    rejections: list[Rejection] = []
    seen: dict[str, Fix] = {}
    for number, entry in enumerate(entries, 1):
        outcome = entry if isinstance(entry, Rejection) else _outcome(entry, now_s, feed, received_s, number, doubts)
        if isinstance(outcome, Report):
            outcome = _unless_repeated(outcome, fixes, seen, number)
        if isinstance(outcome, Report):
            reports.append(outcome)
        else:
            rejections.append(outcome)
    stated = nan if fields.mistimed(now_s, "now", 0) or now_s is None else now_s
    # A refused aircraft is counted once; one without a position may say in its doubts why it has none.
    refused = {rejection.line for rejection in rejections if rejection.reason is not Reject.NO_POSITION}
    doubtful = tuple(doubt for doubt in doubts if doubt.line not in refused)
    return Document(tuple(reports), tuple(rejections), doubtful, now_s=stated, fixes=seen)


def _unless_repeated(report: Report, fixes: Mapping[str, Fix], seen: dict[str, Fix], number: int) -> Report | Rejection:
    """Return the report, or DUPLICATE when this document or the one before gave the same fix."""
    fix = (report.valid_s, report.lat_deg, report.lon_deg)
    before = seen.get(report.id) or fixes.get(report.id)
    if before and before[1:] == fix[1:] and abs(before[0] - fix[0]) <= SAME_FIX_S:
        seen[report.id] = before  # keep the first stamp: rounding must not walk a standing fix forward
        return Rejection(Reject.DUPLICATE, number, "", report.id)
    seen[report.id] = fix
    return report


def _outcome(
    aircraft: _Aircraft, now_s: float | None, feed: str, received_s: float, number: int, doubts: list[Rejection]
) -> Report | Rejection:
    name = fields.identity(aircraft.hex or "")
    if not name:
        return Rejection(Reject.NO_IDENTITY, number, "hex", ascii((aircraft.hex or "")[:40]))
    refused = fields.misplaced(aircraft.lat, aircraft.lon, number) or fields.mistimed(now_s, "now", number)
    if refused:
        return refused
    if aircraft.seen_pos is None:
        return Rejection(Reject.NO_TIME, number, "seen_pos")
    assert now_s is not None
    assert aircraft.lat is not None
    assert aircraft.lon is not None
    if not 0.0 <= aircraft.seen_pos < now_s:
        return Rejection(Reject.RANGE, number, "seen_pos", f"{aircraft.seen_pos:g}")
    fix = (now_s - aircraft.seen_pos, aircraft.lat, aircraft.lon)
    return _report(aircraft, name, fix, feed, received_s, number, doubts)


def _report(
    aircraft: _Aircraft,
    name: str,
    fix: Fix,
    feed: str,
    received_s: float,
    number: int,
    doubts: list[Rejection],
) -> Report:
    valid_s, lat_deg, lon_deg = fix
    height = fields.height(aircraft.alt_baro, aircraft.alt_geom, number, doubts)
    return Report(
        feed=feed,
        id=name,
        source=fields.matching(aircraft.type, fields.SOURCE_TYPE, "type", number, doubts),
        valid_s=valid_s,
        received_s=received_s,
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        altitude_m=height.altitude_m,
        altitude_kind=height.kind,
        track_deg=fields.bounded(aircraft.track, fields.TRACK, number, doubts),
        ground_speed_mps=fields.bounded(aircraft.gs, GROUND_SPEED, number, doubts),
        vertical_speed_mps=_vertical_speed_mps(aircraft, number, doubts),
        callsign=fields.matching(aircraft.flight, fields.CALLSIGN, "flight", number, doubts),
        squawk=fields.matching(aircraft.squawk, fields.OCTAL_SQUAWK, "squawk", number, doubts),
        category=fields.matching(aircraft.category, fields.CATEGORY, "category", number, doubts),
        emergency=fields.emergency(aircraft.emergency, number, doubts),
        nic=fields.whole(aircraft.nic, fields.NIC, number, doubts),
        nac_p=fields.whole(aircraft.nac_p, fields.NAC_P, number, doubts),
        sil=fields.whole(aircraft.sil, fields.SIL, number, doubts),
        containment_m=fields.containment(aircraft.rc, number, doubts),
        on_ground=height.on_ground,
    )


def _vertical_speed_mps(aircraft: _Aircraft, number: int, doubts: list[Rejection]) -> float:
    if aircraft.baro_rate is not None:
        return fields.bounded(aircraft.baro_rate, fields.BARO_RATE, number, doubts)
    return fields.bounded(aircraft.geom_rate, fields.GEOM_RATE, number, doubts)


def _entries(data: bytes) -> _Judged:
    """Return every aircraft (or why it cannot be read), the document's time, and the fields left out."""
    try:
        document = _DOCUMENT.decode(data)
    except (ValueError, RecursionError) as error:
        return _salvaged(data.decode("utf-8-sig", "replace"), str(error)[:80])
    return list(document.aircraft), document.now, []


def _salvaged(text: str, why: str) -> _Judged:
    """Read a document the strict way refused, aircraft by aircraft; `why` is reported when there is no list at all."""
    start = _LIST.search(text)
    if start is None:
        return [Rejection(Reject.FRAMING, 0, "aircraft", why)], None, []
    now = _NOW.search(text, 0, start.start())  # readsb writes it before the list; inside it would be an aircraft's
    doubts: list[Rejection] = []
    entries: list[_Aircraft | Rejection] = []
    for number, found in enumerate(_objects(text, start.end()), 1):
        if isinstance(found, dict):
            entries.append(fields.fitted(found, _Aircraft, number, doubts))
        else:
            entries.append(msgspec.structs.replace(found, line=number))
    return entries, float(now[1]) if now else None, doubts


def _objects(text: str, at: int) -> Iterator[dict[str, Any] | Rejection]:
    """Yield each element of the list that starts at `at`, and one rejection for each stretch that cannot be read."""
    parser = json.JSONDecoder()  # unlike the strict one it takes NaN and Infinity, which the range checks then name
    while True:
        at = _end_of(_BETWEEN, text, at)
        if text[at : at + 1] == "]":
            return
        if at >= len(text):
            yield Rejection(Reject.TRUNCATED, 0, "aircraft", f"the document ends at character {at} inside the list")
            return
        try:
            found, at = parser.raw_decode(text, at)
            yield found if isinstance(found, dict) else Rejection(Reject.FRAMING, 0, "aircraft", "not an object")
        except (ValueError, RecursionError):
            resume = _NEXT.search(text, at + 1)
            reason = Reject.FRAMING if resume else Reject.TRUNCATED
            yield Rejection(reason, 0, "aircraft", f"cannot be read from character {at} on")
            if resume is None:
                return
            at = resume.start()


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
