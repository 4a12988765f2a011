"""Recorded positions as JSON lines: one position report a line, aviation units, whole Unix seconds.

Layout (readsb names): `now` s, `hex`, `flight`, `lat` `lon` deg, `alt_baro` ft, `gscp` kt, `track` deg, `category`,
`squawk`, `emergency`, `baro_rate` ft/min, and on some lines `flightdict`, the receiver's fuller report with `type`,
`nic`, `rc` (m), `nac_p`, `sil`, `geom_rate`. Every field may be missing or null. What the columns do not say:

- a string in `alt_baro` is a source without a number, not a height; "ground" is on the ground;
- `gscp` 0 also stands for "not known", so no speed is taken from it;
- only lines with `flightdict` state their source: it is carried forward for each id;
- `rc` 0 is unknown; `nic` 0 is a statement ("no integrity") and stays 0.

Pure and incremental: chunks in, one report or one rejection for every line that is not blank. Lines may be late,
repeated out of order or in the future: that is for the picture to judge, which knows the clock.
"""

from typing import Final

import msgspec

from airpact.feeds import fields
from airpact.feeds.lines import LineCutter, broken_off, decoded
from airpact.feeds.report import Decoded, Reject, Rejection, Report

GROUND_SPEED: Final = fields.ground_speed("gscp")
# Ids remembered for carrying the source: a busy day over a continent has under 50,000; the oldest go first.
IDS_REMEMBERED: Final = 65_536
# Positions remembered for one id and one instant, to recognise a repeated line; real feeds have two or three.
FIXES_REMEMBERED: Final = 64


class _Details(msgspec.Struct, frozen=True, gc=False):
    type: str | None = None
    alt_geom: float | None = None
    baro_rate: float | None = None
    geom_rate: float | None = None
    nic: float | None = None
    rc: float | None = None
    nac_p: float | None = None
    sil: float | None = None


class _Line(msgspec.Struct, frozen=True, gc=False):
    now: float | None = None
    hex: str | None = None
    flight: str | None = None
    lat: float | None = None
    lon: float | None = None
    alt_baro: float | str | None = None
    gscp: float | None = None
    track: float | None = None
    category: str | None = None
    squawk: str | None = None
    emergency: str | None = None
    baro_rate: float | None = None
    flightdict: _Details | None = None


_NO_DETAILS: Final = _Details()
_LINE: Final = msgspec.json.Decoder(_Line)


_Fix = tuple[str, float, float]  # source, lat_deg, lon_deg


class _Memory:
    """What is carried from line to line for one id."""

    __slots__ = ("fixes", "source", "valid_s")

    def __init__(self) -> None:
        self.source = ""
        self.valid_s = 0.0
        self.fixes: set[_Fix] = set()  # at valid_s

    def repeats(self, valid_s: float, fix: _Fix) -> bool:
        """Return whether this fix was taken before, and remember it."""
        if valid_s != self.valid_s:
            self.valid_s = valid_s
            self.fixes = {fix}
            return False
        if fix in self.fixes:
            return True
        if len(self.fixes) < FIXES_REMEMBERED:
            self.fixes.add(fix)
        return False


class PositionsDecoder:
    """Decodes one stream of recorded positions; holds one unfinished line and a bounded memory of ids."""

    def __init__(self, feed: str) -> None:
        """Start at the first line of the feed `feed`."""
        self._feed = feed
        self._cutter = LineCutter()
        self._memory: dict[str, _Memory] = {}

    def push(self, data: bytes, received_s: float | None = None) -> Decoded:
        """Decode the lines completed by `data`; without `received_s` each line counts as received when it was valid."""
        return decoded(self._cutter.push(data), lambda n, text, doubts: self._outcome(n, text, doubts, received_s))

    def finish(self, received_s: float | None = None) -> Decoded:
        """Decode what stands after the last line ending: a whole line, or one that broke off (TRUNCATED)."""
        return broken_off(
            decoded(self._cutter.finish(), lambda n, text, doubts: self._outcome(n, text, doubts, received_s))
        )

    def _outcome(
        self, number: int, text: bytes, doubts: list[Rejection], received_s: float | None
    ) -> Report | Rejection:
        line = _parsed(text, number, doubts)
        return line if isinstance(line, Rejection) else self._judged(line, number, received_s, doubts)

    def _judged(
        self, line: _Line, number: int, received_s: float | None, doubts: list[Rejection]
    ) -> Report | Rejection:
        aircraft = fields.identity(line.hex or "")
        if not aircraft:
            return Rejection(Reject.NO_IDENTITY, number, "hex", ascii((line.hex or "")[:40]))
        refused = fields.mistimed(line.now, "now", number) or fields.misplaced(line.lat, line.lon, number)
        if refused:
            return refused
        assert line.now is not None
        assert line.lat is not None
        assert line.lon is not None
        memory = self._remembered(aircraft)
        if line.flightdict and line.flightdict.type:
            source = fields.matching(line.flightdict.type, fields.SOURCE_TYPE, "type", number, doubts)
            memory.source = source or memory.source
        fix = (memory.source, line.lat, line.lon)
        if memory.repeats(line.now, fix):
            return Rejection(Reject.DUPLICATE, number, "", aircraft)
        stamps = (line.now, line.now if received_s is None else received_s)
        return self._report(line, aircraft, stamps, fix, number, doubts)

    def _report(
        self,
        line: _Line,
        aircraft: str,
        stamps: tuple[float, float],
        fix: _Fix,
        number: int,
        doubts: list[Rejection],
    ) -> Report:
        source, lat_deg, lon_deg = fix
        details = line.flightdict or _NO_DETAILS
        height = fields.height(line.alt_baro, details.alt_geom, number, doubts)
        return Report(
            feed=self._feed,
            id=aircraft,
            source=source,
            valid_s=stamps[0],
            received_s=stamps[1],
            lat_deg=lat_deg,
            lon_deg=lon_deg,
            altitude_m=height.altitude_m,
            altitude_kind=height.kind,
            track_deg=fields.bounded(line.track, fields.TRACK, number, doubts),
            ground_speed_mps=_ground_speed_mps(line.gscp, number, doubts),
            vertical_speed_mps=_vertical_speed_mps(line, details, number, doubts),
            callsign=fields.matching(line.flight, fields.CALLSIGN, "flight", number, doubts),
            squawk=fields.matching(line.squawk, fields.OCTAL_SQUAWK, "squawk", number, doubts),
            category=fields.matching(line.category, fields.CATEGORY, "category", number, doubts),
            emergency=fields.emergency(line.emergency, number, doubts),
            nic=fields.whole(details.nic, fields.NIC, number, doubts),
            nac_p=fields.whole(details.nac_p, fields.NAC_P, number, doubts),
            sil=fields.whole(details.sil, fields.SIL, number, doubts),
            containment_m=fields.containment(details.rc, number, doubts),
            on_ground=height.on_ground,
        )

    def _remembered(self, aircraft: str) -> _Memory:
        memory = self._memory.get(aircraft)
        if memory is None:
            if len(self._memory) >= IDS_REMEMBERED:
                del self._memory[next(iter(self._memory))]
            memory = self._memory[aircraft] = _Memory()
        return memory


def decode(data: bytes, *, feed: str, received_s: float | None = None) -> Decoded:
    """Decode a whole recording held in memory; never raises, see `PositionsDecoder` for streams."""
    decoder = PositionsDecoder(feed)
    return decoder.push(data, received_s) + decoder.finish(received_s)


def _parsed(text: bytes, number: int, doubts: list[Rejection]) -> _Line | Rejection:
    try:
        return _LINE.decode(text)
    except (ValueError, RecursionError) as error:
        raw = fields.tolerant_object(text)
        if raw is None:
            return Rejection(Reject.FRAMING, number, "", str(error)[:80])
    if isinstance(raw.get("flightdict"), dict):
        raw["flightdict"] = fields.fitted(raw["flightdict"], _Details, number, doubts)
    return fields.fitted(raw, _Line, number, doubts)


def _ground_speed_mps(gscp_kt: float | None, number: int, doubts: list[Rejection]) -> float:
    speed_mps = fields.bounded(gscp_kt, GROUND_SPEED, number, doubts)
    if speed_mps == 0.0:
        doubts.append(Rejection(Reject.NOT_GIVEN, number, "gscp", "0"))
        return float("nan")
    return speed_mps


def _vertical_speed_mps(line: _Line, details: _Details, number: int, doubts: list[Rejection]) -> float:
    pressure_fpm = line.baro_rate if line.baro_rate is not None else details.baro_rate
    if pressure_fpm is not None:
        return fields.bounded(pressure_fpm, fields.BARO_RATE, number, doubts)
    return fields.bounded(details.geom_rate, fields.GEOM_RATE, number, doubts)
