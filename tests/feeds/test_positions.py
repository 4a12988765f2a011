"""Recorded positions: what each column means, what each trap gives, and that every line is accounted for."""

import gzip
import json
import tracemalloc
from collections.abc import Callable
from itertools import pairwise
from math import isnan, nan
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.feeds import positions
from airpact.feeds.report import Decoded, Reject, Report, doubtful_by_field, rejected_by_reason
from airpact.geo.units import AltitudeKind

near: Any = pytest.approx

DETAILS = {"type": "tisb_icao", "alt_geom": 1500, "geom_rate": 128, "nic": 8, "rc": 186, "nac_p": 9, "sil": 3}
LINE: dict[str, Any] = {
    "now": 1748719393,
    "alt_baro": 1000,
    "gscp": 90,
    "lat": 36.396881,
    "lon": -121.410542,
    "track": 281.1,
    "hex": "A7F426",
    "flight": "N611TH  ",
    "category": "A7",
    "squawk": "1200",
    "emergency": "none",
    "baro_rate": -60,
    "flightdict": DETAILS,
}


def text(**changes: Any) -> bytes:
    """Return one line with some columns changed; None as a change stands for JSON null."""
    return json.dumps(LINE | changes).encode()


def without(*columns: str) -> bytes:
    """Return one line that lacks some columns."""
    return json.dumps({name: value for name, value in LINE.items() if name not in columns}).encode()


def decode(*lines: bytes) -> Decoded:
    """Decode lines as one recording."""
    return positions.decode(b"\n".join(lines) + b"\n", feed="rec")


def only(*lines: bytes) -> Report:
    """Decode lines that must give exactly one report."""
    (report,) = decode(*lines).reports
    return report


def outcomes(decoded: Decoded) -> tuple[int, dict[str, int], dict[str, int]]:
    """Return reports, refused lines by reason, left-out fields by name and reason."""
    return len(decoded.reports), rejected_by_reason(decoded.rejections), doubtful_by_field(decoded.doubtful)


def test_every_column_arrives_in_si() -> None:
    report = only(text())
    assert report == Report(
        feed="rec",
        id="a7f426",
        source="tisb_icao",
        valid_s=1748719393.0,
        received_s=1748719393.0,
        lat_deg=36.396881,
        lon_deg=-121.410542,
        recorded_s=report.recorded_s,  # NaN equals nothing; the next line judges it
        altitude_m=near(304.8),
        altitude_kind=AltitudeKind.PRESSURE,
        track_deg=281.1,
        ground_speed_mps=near(46.3),
        vertical_speed_mps=near(-0.3048),
        callsign="N611TH",
        squawk="1200",
        category="A7",
        emergency="",
        nic=8,
        nac_p=9,
        sil=3,
        containment_m=186.0,
        on_ground=False,
    )
    assert isnan(report.recorded_s)


def test_a_live_line_carries_the_time_it_was_received() -> None:
    (report,) = positions.decode(text(), feed="rec", received_s=5.0).reports
    assert (report.valid_s, report.received_s) == (1748719393.0, 5.0)


def test_a_line_needs_only_time_identity_and_position() -> None:
    report = only(b'{"now":1,"hex":"~2b0d0d","lat":1,"lon":2}')
    numbers = (report.altitude_m, report.track_deg, report.ground_speed_mps, report.vertical_speed_mps)
    assert all(isnan(number) for number in (*numbers, report.containment_m))
    assert (report.id, report.source, report.callsign, report.nic, report.nac_p) == ("~2b0d0d", "", "", -1, -1)
    assert report.altitude_kind is AltitudeKind.UNKNOWN


@pytest.mark.parametrize(
    ("column", "value", "attribute", "expected", "doubt"),
    [
        ("alt_baro", "0", "altitude_m", nan, "alt_baro: not given"),
        ("alt_baro", 0, "altitude_m", 0.0, ""),
        ("alt_baro", "ground", "on_ground", True, ""),
        ("alt_baro", None, "altitude_kind", AltitudeKind.GEOMETRIC, ""),
        ("alt_baro", 1e7, "altitude_m", nan, "alt_baro: out of range"),
        ("gscp", 0, "ground_speed_mps", nan, "gscp: not given"),
        ("gscp", -5, "ground_speed_mps", nan, "gscp: out of range"),
        ("track", None, "track_deg", nan, ""),
        ("track", 9999999.0, "track_deg", nan, "track: out of range"),
        ("track", nan, "track_deg", nan, "track: out of range"),
        ("track", "north", "track_deg", nan, "track: framing"),
        ("baro_rate", None, "vertical_speed_mps", near(128 * 0.3048 / 60), ""),
        ("baro_rate", float("-inf"), "vertical_speed_mps", nan, "baro_rate: out of range"),
        ("squawk", "1288", "squawk", "", "squawk: out of range"),
        ("squawk", 1200, "squawk", "", "squawk: framing"),
        ("emergency", "unlawful", "emergency", "unlawful", ""),
        ("category", None, "category", "", ""),
        ("flight", "", "callsign", "", ""),
        ("flightdict", None, "nic", -1, ""),
        ("flightdict", 7, "nic", -1, "flightdict: framing"),
        ("flightdict", DETAILS | {"nic": 0}, "nic", 0, ""),
        ("flightdict", DETAILS | {"rc": 0}, "containment_m", nan, ""),
        ("flightdict", DETAILS | {"rc": "far"}, "sil", 3, "rc: framing"),
        ("flightdict", DETAILS | {"nac_p": 99}, "nac_p", -1, "nac_p: out of range"),
    ],
)
def test_a_doubtful_column_costs_only_itself(
    column: str, value: Any, attribute: str, expected: Any, doubt: str
) -> None:
    decoded = decode(text(**{column: value}))
    assert outcomes(decoded) == (1, {}, {doubt: 1} if doubt else {})
    found = getattr(decoded.reports[0], attribute)
    assert found == expected or (isnan(found) and isnan(expected))


@pytest.mark.parametrize(
    ("line", "reason", "field"),
    [
        (text(lat=91), Reject.RANGE, "lat"),
        (text(lat=nan), Reject.RANGE, "lat"),
        (text(lon=float("inf")), Reject.RANGE, "lon"),
        (text(lat=None), Reject.NO_POSITION, "lat"),
        (text(lat="36"), Reject.NO_POSITION, "lat"),
        (without("lon"), Reject.NO_POSITION, "lon"),
        (without("hex"), Reject.NO_IDENTITY, "hex"),
        (text(hex="zzz"), Reject.NO_IDENTITY, "hex"),
        (without("now"), Reject.NO_TIME, "now"),
        (text(now=nan), Reject.RANGE, "now"),
        (text(now=-5), Reject.RANGE, "now"),
        (b"not json", Reject.FRAMING, ""),
        (b"[1, 2]", Reject.FRAMING, ""),
        (b'{"now": 1' + b"7" * 5000 + b"}", Reject.FRAMING, ""),
        (b'{"now":' + b"[" * 20_000, Reject.FRAMING, ""),
        (b"\xff\x00\x01", Reject.FRAMING, ""),
    ],
)
def test_a_refused_line_names_reason_line_and_field_and_is_counted_once(
    line: bytes, reason: Reject, field: str
) -> None:
    decoded = decode(text(now=1), line, text(now=2))
    assert len(decoded.reports) == 2
    assert [(each.reason, each.line, each.field) for each in decoded.rejections] == [(reason, 2, field)]
    # Only a line without a position says in a doubt why it has none.
    assert {each.field for each in decoded.doubtful} <= ({field} if reason is Reject.NO_POSITION else set())


def test_mixed_line_endings_give_every_line() -> None:
    data = text(now=1) + b"\r\n" + text(now=2) + b"\r" + text(now=3) + b"\n\n" + text(now=4)
    assert outcomes(positions.decode(data, feed="rec")) == (4, {}, {})


def test_a_last_line_without_ending_is_a_line() -> None:
    assert outcomes(positions.decode(text(), feed="rec")) == (1, {}, {})


def test_a_last_line_that_broke_off_is_truncated() -> None:
    decoded = positions.decode(text(now=1) + b"\n" + text(now=2)[:-10], feed="rec")
    assert [(each.reason, each.line) for each in decoded.rejections] == [(Reject.TRUNCATED, 2)]


def test_a_byte_order_mark_costs_nothing() -> None:
    assert outcomes(decode(b"\xef\xbb\xbf" + text())) == (1, {}, {})


def test_a_repeated_line_is_a_duplicate() -> None:
    assert outcomes(decode(text(), text(), text())) == (1, {"duplicate": 2}, {})


def test_another_place_time_or_source_is_no_duplicate() -> None:
    other = text(flightdict=DETAILS | {"type": "adsb_icao"})
    assert outcomes(decode(text(), text(lat=36.4), text(now=1748719394), other)) == (4, {}, {})


def test_a_clock_that_runs_backwards_and_a_future_stamp_are_left_to_the_picture() -> None:
    assert outcomes(decode(text(now=2000), text(now=1000), text(now=4e9))) == (3, {}, {})


def test_the_source_is_carried_forward_for_each_id() -> None:
    lines = (
        text(now=1, hex="aaaaaa", flightdict=None),
        text(now=2, hex="aaaaaa"),
        text(now=3, hex="bbbbbb", flightdict=None),
        text(now=4, hex="aaaaaa", flightdict=None),
    )
    assert [report.source for report in decode(*lines).reports] == ["", "tisb_icao", "", "tisb_icao"]


def test_what_is_remembered_of_ids_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(positions, "IDS_REMEMBERED", 2)
    lines = [text(hex=each) for each in ("aaaaaa", "bbbbbb", "cccccc", "bbbbbb", "aaaaaa")]
    assert outcomes(decode(*lines)) == (4, {"duplicate": 1}, {})


def test_a_100_mb_line_is_counted_in_little_memory() -> None:
    decoder = positions.PositionsDecoder("rec")
    chunk = b"x" * (256 * 1024)
    tracemalloc.start()
    try:
        pushed = [decoder.push(chunk) for _ in range(400)]
        last = decoder.push(b"\n" + text() + b"\n")
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert all(each == Decoded(()) for each in pushed)
    assert [(each.reason, each.line) for each in last.rejections] == [(Reject.TOO_LONG, 1)]
    assert len(last.reports) == 1
    assert peak_bytes < 4 * 1024 * 1024


@given(st.lists(st.integers(0, 2000), max_size=6))
def test_chunking_changes_nothing(cuts: list[int]) -> None:
    data = b"\r\n".join((text(now=1), b"broken", text(now=2, lat=91), text(now=2), text(now=2)))
    decoder = positions.PositionsDecoder("rec")
    edges = [0, *sorted(cuts), len(data)]
    decoded = Decoded(())
    for a, b in pairwise(edges):
        decoded += decoder.push(data[a:b])
    assert repr(decoded + decoder.finish()) == repr(positions.decode(data, feed="rec"))


SEEDS = (text(), text(now=2, flightdict=None), text(alt_baro="0", track=None), text(hex="~2b0d0d", gscp=0))
HOSTILE = st.sampled_from(
    (b"NaN", b"Infinity", b"-", b"1e999", b"9" * 400, b"null", b'"', b"\\ud800", b"{", b"]", b"\x00", b"\xff", b"\n")
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Draw a recording with bytes changed, removed and put in."""
    data = bytearray(b"\n".join(draw(st.lists(st.sampled_from(SEEDS), min_size=1, max_size=4))))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 8))] = draw(st.one_of(st.binary(max_size=3), HOSTILE))
    return bytes(data)


@given(damaged())
def test_damage_never_raises_and_every_line_is_accounted_for(data: bytes) -> None:
    decoded = positions.decode(data, feed="rec")
    lines = [line for line in data.splitlines() if line.strip()]
    assert len(decoded.reports) + len(decoded.rejections) == len(lines)
    for report in decoded.reports:
        assert -90.0 <= report.lat_deg <= 90.0
        assert -180.0 <= report.lon_deg <= 180.0
        assert report.valid_s > 0.0
        assert isnan(report.track_deg) or 0.0 <= report.track_deg <= 360.0
        assert (report.id + report.source + report.callsign + report.squawk + report.emergency).isascii()


def test_a_real_day_is_accounted_for_line_by_line(reference: Callable[[str], Path]) -> None:
    data = gzip.decompress(reference("traffic/watsonville/2025-06-01.jsonl.gz").read_bytes())
    decoded = positions.decode(data, feed="rec")
    assert outcomes(decoded) == (44_116, {"duplicate": 4}, {"alt_baro: not given": 114, "gscp: not given": 616})
    ids = [report.id for report in decoded.reports] + [duplicate.detail for duplicate in decoded.rejections]
    assert len(set(ids)) == 521
    assert sum(each.startswith("~") for each in ids) == 1337
    assert sum(report.source == "" for report in decoded.reports) == 619
    assert sum(isnan(report.track_deg) for report in decoded.reports) == 769
