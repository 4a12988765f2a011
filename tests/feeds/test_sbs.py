"""SBS-1 lines: several make one report, the clock traps of the format, and every line is accounted for."""

from itertools import pairwise
from math import isnan, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.feeds import sbs
from airpact.feeds.report import Decoded, Reject, Report, doubtful_by_field, rejected_by_reason
from airpact.geo.units import AltitudeKind

near: Any = pytest.approx

DAY = "2026/03/01"
DAY_S = 1_772_323_200.0  # 2026-03-01 00:00:00 UTC
NOON_S = DAY_S + 43_200.0


def msg(kind: int, time: str = "12:00:00.000", date: str = DAY, hex: str = "4CA2D6", **filled: str) -> str:  # noqa: A002
    """Return a MSG line; `filled` names fields by "f" and their number from 0."""
    parts = ["MSG", str(kind), "1", "1", hex, "1", date, time, date, time, *[""] * 12]
    for name, value in filled.items():
        parts[int(name[1:])] = value
    return ",".join(parts)


def position(time: str = "12:00:00.000", lat: str = "51.45735", **filled: str) -> str:
    """Return an airborne position."""
    return msg(3, time, **({"f11": "37000", "f14": lat, "f15": "-1.02826", "f19": "0", "f21": "0"} | filled))


def velocity(time: str = "12:00:00.000", **filled: str) -> str:
    """Return a velocity."""
    return msg(4, time, **({"f12": "360.0", "f13": "146.4", "f16": "-60"} | filled))


def decode(*lines: str, received_s: float = NOON_S, utc_offset_s: float = 0.0) -> Decoded:
    """Decode lines of one connection."""
    data = "".join(line + "\r\n" for line in lines).encode()
    return sbs.decode(data, feed="tower", received_s=received_s, utc_offset_s=utc_offset_s)


def only(*lines: str, **more: Any) -> Report:
    """Decode lines that must give exactly one report."""
    (report,) = decode(*lines, **more).reports
    return report


def test_position_velocity_and_identity_lines_make_one_report() -> None:
    identity = msg(1, "11:59:58.000", f10="EIN123  ")
    squawk = msg(6, "11:59:59.000", f17="4244", f19="0")
    report = only(identity, squawk, velocity("11:59:59.500"), position())
    assert report == Report(
        feed="tower",
        id="4ca2d6",
        source="other",
        valid_s=NOON_S,
        received_s=NOON_S,
        lat_deg=51.45735,
        lon_deg=-1.02826,
        recorded_s=report.recorded_s,  # NaN equals nothing
        altitude_m=near(11_277.6),
        altitude_kind=AltitudeKind.PRESSURE,
        track_deg=146.4,
        ground_speed_mps=near(185.2),
        vertical_speed_mps=near(-0.3048),
        callsign="EIN123",
        squawk="4244",
        containment_m=report.containment_m,
    )
    assert (report.nic, report.nac_p, report.sil) == (-1, -1, -1)
    assert isnan(report.containment_m)


def test_a_line_that_carries_everything_stands_alone() -> None:
    report = only(position(f10="BAW4J", f12="390", f13="97", f16="0", f17="4244"))
    assert (report.callsign, report.squawk, report.track_deg) == ("BAW4J", "4244", 97.0)


@pytest.mark.parametrize(("time", "kept"), [("11:59:50.000", True), ("11:59:49.999", False)])
def test_a_velocity_is_used_for_ten_seconds(time: str, kept: bool) -> None:
    assert isnan(only(velocity(time), position()).track_deg) is not kept


@pytest.mark.parametrize(("time", "callsign"), [("11:57:00.000", "EIN123"), ("11:56:59.000", "")])
def test_a_call_sign_is_used_for_three_minutes(time: str, callsign: str) -> None:
    assert only(msg(1, time, f10="EIN123"), position()).callsign == callsign


def test_what_one_aircraft_said_is_never_given_to_another() -> None:
    assert isnan(only(velocity(hex="AAAAAA"), position()).track_deg)


def test_an_aircraft_that_was_removed_is_forgotten() -> None:
    removed = f"STA,,5,179,4CA2D6,10103,{DAY},12:00:00.000,{DAY},12:00:00.000,RM"
    assert isnan(only(velocity(), removed, position()).track_deg)


@pytest.mark.parametrize(("flag", "on_ground"), [("-1", True), ("1", True), ("0", False), ("", False)])
def test_the_ground_flag_is_read(flag: str, on_ground: bool) -> None:
    assert only(position(f21=flag)).on_ground is on_ground


@pytest.mark.parametrize(("flag", "kind"), [("-1", AltitudeKind.GROUND), ("0", AltitudeKind.UNKNOWN)])
def test_a_missing_altitude_is_ground_only_on_the_ground(flag: str, kind: AltitudeKind) -> None:
    report = only(position(f11="", f21=flag))
    assert report.altitude_kind is kind
    assert isnan(report.altitude_m)


@pytest.mark.parametrize(("flag", "emergency"), [("-1", "general"), ("1", "general"), ("0", ""), ("", "")])
def test_the_emergency_flag_is_read(flag: str, emergency: str) -> None:
    assert only(position(f19=flag)).emergency == emergency


def test_stamps_are_read_as_utc_unless_the_sender_is_known_to_differ() -> None:
    assert only(position("15:00:00.250")).valid_s == NOON_S + 3 * 3600 + 0.25
    assert only(position("15:00:00.250"), utc_offset_s=3 * 3600.0).valid_s == NOON_S + 0.25


@pytest.mark.parametrize(
    ("date", "time", "received_s", "valid_s", "moved"),
    [
        ("2026/02/28", "23:59:59.900", DAY_S + 0.1, DAY_S - 0.1, False),
        ("2026/02/28", "00:00:00.100", DAY_S + 0.2, DAY_S + 0.1, True),  # the date came late
        ("2026/03/01", "23:59:59.900", DAY_S + 0.1, DAY_S - 0.1, True),  # the date came early
        ("2026/02/28", "00:10:00.000", DAY_S, DAY_S - 85_800.0, False),  # old, and not by a whole day
        ("2026/02/28", "00:00:00.100", nan, DAY_S - 86_399.9, False),  # no clock to compare with
    ],
)
def test_midnight_with_the_wrong_date_is_mended_and_noted(
    date: str, time: str, received_s: float, valid_s: float, moved: bool
) -> None:
    decoded = decode(position(time, f6=date), received_s=received_s)
    assert decoded.reports[0].valid_s == near(valid_s, abs=1e-6)
    assert doubtful_by_field(decoded.doubtful) == ({"date generated: out of range": 1} if moved else {})


@pytest.mark.parametrize(
    ("line", "reason", "field"),
    [
        (position(lat="91"), Reject.RANGE, "lat"),
        (position(lat="NaN"), Reject.RANGE, "latitude"),
        (position(lat="inf"), Reject.RANGE, "latitude"),
        (position(lat="1e1"), Reject.RANGE, "latitude"),
        (position(lat=""), Reject.NO_POSITION, "lat"),
        (position(f4=""), Reject.NO_IDENTITY, "hex ident"),
        (position(f4="XYZ"), Reject.NO_IDENTITY, "hex ident"),
        (position(f6=""), Reject.NO_TIME, "date generated"),
        (position(f7=""), Reject.NO_TIME, "time generated"),
        (position(f7="24:00:00"), Reject.RANGE, "time generated"),
        (position(f6="2026/02/30"), Reject.RANGE, "time generated"),
        (position(f6="0000/01/01"), Reject.RANGE, "time generated"),
        (position(f6="1901/01/01"), Reject.RANGE, "time generated"),
        (position() + ",", Reject.FRAMING, ""),
        ("MSG,3,1", Reject.FRAMING, ""),
        ("hello", Reject.FRAMING, "message type"),
        ("\u0000,\u00ff", Reject.FRAMING, "message type"),
        (msg(8), Reject.NO_POSITION, "transmission type"),
        ("AIR,,64,522,4006B3,1509068,2026/03/01,12:00:00.000,,", Reject.NO_POSITION, "message type"),
        ("STA", Reject.NO_POSITION, "message type"),
        ("x" * 70_000, Reject.TOO_LONG, ""),
    ],
)
def test_a_refused_line_names_reason_line_and_field(line: str, reason: Reject, field: str) -> None:
    decoded = decode(position("12:00:00.000"), line, position("12:00:01.000"))
    assert len(decoded.reports) == 2
    assert [(each.reason, each.line, each.field) for each in decoded.rejections] == [(reason, 2, field)]


def test_a_doubtful_velocity_is_noted_though_its_line_has_no_position() -> None:
    decoded = decode(velocity(f13="9999999.0"), position())
    assert isnan(decoded.reports[0].track_deg)
    assert decoded.reports[0].ground_speed_mps == near(185.2)
    assert doubtful_by_field(decoded.doubtful) == {"track: out of range": 1}


def test_a_repeated_position_is_a_duplicate_and_an_earlier_one_is_left_to_the_picture() -> None:
    decoded = decode(position(), position(), position("11:00:00.000"), position("13:00:00.000"))
    assert len(decoded.reports) == 3
    assert rejected_by_reason(decoded.rejections) == {"duplicate": 1}


def test_a_line_cut_by_the_end_of_the_connection_is_truncated() -> None:
    decoder = sbs.SbsDecoder("tower")
    assert decoder.push(position().encode()[:40], NOON_S) == Decoded(())
    assert [each.reason for each in decoder.finish(NOON_S).rejections] == [Reject.TRUNCATED]


def test_what_is_remembered_of_aircraft_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sbs, "IDS_REMEMBERED", 2)
    report = only(velocity(), velocity(hex="AAAAAA"), velocity(hex="BBBBBB"), position())
    assert isnan(report.track_deg)


HOSTILE = st.sampled_from((b",", b",,,,", b"NaN", b"-", b"9" * 40, b"\r", b"\n", b"\xff", b"\x00", b"\xd9\xa3", b"MSG"))


@given(st.data())
def test_damage_never_raises_and_every_line_is_accounted_for(data: st.DataObject) -> None:
    raw = bytearray("\r\n".join((velocity(), position(), msg(1, f10="EIN1"), position("12:00:01.5"))).encode())
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, len(raw)))
        raw[at : at + data.draw(st.integers(0, 8))] = data.draw(st.one_of(st.binary(max_size=3), HOSTILE))
    decoded = sbs.decode(bytes(raw), feed="tower", received_s=NOON_S)
    lines = [line for line in bytes(raw).splitlines() if line.strip()]
    assert len(decoded.reports) + len(decoded.rejections) == len(lines)
    for report in decoded.reports:
        assert -90.0 <= report.lat_deg <= 90.0
        assert -180.0 <= report.lon_deg <= 180.0
        assert report.valid_s > 0.0
        assert (report.id + report.callsign + report.squawk).isascii()


@given(st.lists(st.integers(0, 400), max_size=6))
def test_chunking_changes_nothing(cuts: list[int]) -> None:
    data = "\r\n".join((velocity(), position(), "junk", position("12:00:01.5"), msg(8))).encode()
    decoder = sbs.SbsDecoder("tower")
    decoded = Decoded(())
    edges = [0, *sorted(cuts), len(data)]
    for a, b in pairwise(edges):
        decoded += decoder.push(data[a:b], NOON_S)
    assert repr(decoded + decoder.finish(NOON_S)) == repr(sbs.decode(data, feed="tower", received_s=NOON_S))
