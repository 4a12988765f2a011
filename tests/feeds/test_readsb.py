"""readsb documents: each field, each way a document can be damaged, and no position taken twice."""

import json
from math import isnan, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.feeds import readsb
from airpact.feeds.report import Reject, Report, doubtful_by_field, rejected_by_reason
from airpact.geo.units import AltitudeKind

near: Any = pytest.approx

NOW_S = 1748805216.5
AIRCRAFT: dict[str, Any] = {
    "hex": "4ca2d6",
    "type": "adsb_icao",
    "flight": "EIN123  ",
    "r": "EI-ABC",
    "alt_baro": 1000,
    "alt_geom": 1200,
    "gs": 360.0,
    "track": 123.4,
    "baro_rate": -60,
    "geom_rate": -120,
    "squawk": "7700",
    "emergency": "general",
    "category": "A3",
    "lat": 51.45735,
    "lon": -1.02826,
    "nic": 8,
    "rc": 186,
    "seen_pos": 0.5,
    "nac_p": 9,
    "sil": 3,
    "nav_modes": ["autopilot"],
    "mlat": [],
}


def document(*aircraft: Any, now: Any = NOW_S, **more: Any) -> bytes:
    """Return a document with these aircraft."""
    return json.dumps({"now": now, "messages": 9, "aircraft": list(aircraft), **more}).encode()


def plane(number: int, **changes: Any) -> dict[str, Any]:
    """Return one of many aircraft, each at its own place."""
    return AIRCRAFT | {"hex": f"{0x4CA000 + number:06x}", "lat": 51.0 + number / 100} | changes


def decode(data: bytes) -> readsb.Document:
    """Decode one document as the first of its feed."""
    return readsb.decode(data, feed="roof", received_s=NOW_S + 0.25)


def reasons(decoded: readsb.Document) -> list[tuple[Reject, int, str]]:
    """Return what was refused, where and by which field."""
    return [(each.reason, each.line, each.field) for each in decoded.rejections]


def test_every_field_arrives_in_si() -> None:
    (report,) = decode(document(AIRCRAFT)).reports
    assert report == Report(
        feed="roof",
        id="4ca2d6",
        source="adsb_icao",
        valid_s=NOW_S - 0.5,
        received_s=NOW_S + 0.25,
        lat_deg=51.45735,
        lon_deg=-1.02826,
        recorded_s=report.recorded_s,  # NaN equals nothing
        altitude_m=near(304.8),
        altitude_kind=AltitudeKind.PRESSURE,
        track_deg=123.4,
        ground_speed_mps=near(185.2),
        vertical_speed_mps=near(-0.3048),
        callsign="EIN123",
        squawk="7700",
        category="A3",
        emergency="general",
        nic=8,
        nac_p=9,
        sil=3,
        containment_m=186.0,
        on_ground=False,
    )


def test_the_document_states_its_own_time() -> None:
    assert decode(document()).now_s == NOW_S
    assert isnan(decode(b'{"aircraft": []}').now_s)


@pytest.mark.parametrize(
    ("changes", "attribute", "expected", "doubts"),
    [
        ({"alt_baro": "ground"}, "altitude_kind", AltitudeKind.GROUND, {}),
        ({"alt_baro": "ground"}, "on_ground", True, {}),
        ({"alt_baro": "ground"}, "altitude_m", nan, {}),
        ({"alt_baro": None}, "altitude_kind", AltitudeKind.GEOMETRIC, {}),
        ({"alt_baro": None}, "altitude_m", near(365.76), {}),
        ({"alt_baro": None, "alt_geom": None}, "altitude_kind", AltitudeKind.UNKNOWN, {}),
        ({"alt_baro": "0"}, "altitude_m", nan, {"alt_baro: not given": 1}),
        ({"baro_rate": None}, "vertical_speed_mps", near(-0.6096), {}),
        ({"track": 9999999}, "track_deg", nan, {"track: out of range": 1}),
        ({"track": nan}, "track_deg", nan, {"track: out of range": 1}),
        ({"gs": float("inf")}, "ground_speed_mps", nan, {"gs: out of range": 1}),
        ({"gs": 0}, "ground_speed_mps", 0.0, {}),
        ({"gs": "fast"}, "ground_speed_mps", nan, {"gs: framing": 1}),
        ({"hex": "~4CA2D6"}, "id", "~4ca2d6", {}),
        ({"emergency": "none"}, "emergency", "", {}),
        ({"nic": None}, "nic", -1, {}),
        ({"nic": 0}, "nic", 0, {}),
        ({"rc": 0}, "containment_m", nan, {}),
        ({"type": None}, "source", "", {}),
        ({"flight": "\ud800"}, "callsign", "", {"flight: out of range": 1}),
    ],
)
def test_a_field_is_read_as_readsb_means_it(
    changes: dict[str, Any], attribute: str, expected: Any, doubts: dict[str, int]
) -> None:
    decoded = decode(document(plane(1), AIRCRAFT | changes, plane(2)))
    assert len(decoded.reports) == 3
    found = getattr(decoded.reports[1], attribute)
    assert found == expected or (isnan(found) and isnan(expected))
    assert doubtful_by_field(decoded.doubtful) == doubts


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"lat": None}, Reject.NO_POSITION, "lat"),
        ({"lat": 91}, Reject.RANGE, "lat"),
        ({"lon": nan}, Reject.RANGE, "lon"),
        ({"lat": "51"}, Reject.NO_POSITION, "lat"),
        ({"hex": "nothex"}, Reject.NO_IDENTITY, "hex"),
        ({"hex": None}, Reject.NO_IDENTITY, "hex"),
        ({"hex": 5}, Reject.NO_IDENTITY, "hex"),
        ({"seen_pos": None}, Reject.NO_TIME, "seen_pos"),
        ({"seen_pos": -3}, Reject.RANGE, "seen_pos"),
        ({"seen_pos": float("inf")}, Reject.RANGE, "seen_pos"),
        ({"seen_pos": 1e12}, Reject.RANGE, "seen_pos"),
    ],
)
def test_a_refused_aircraft_costs_only_itself(changes: dict[str, Any], reason: Reject, field: str) -> None:
    decoded = decode(document(plane(1), AIRCRAFT | changes, plane(2)))
    assert len(decoded.reports) == 2
    assert reasons(decoded) == [(reason, 2, field)]
    # Only an aircraft without a position says in a doubt why it has none.
    assert {each.field for each in decoded.doubtful} <= ({field} if reason is Reject.NO_POSITION else set())


@pytest.mark.parametrize("stranger", [5, "x", None, [], [[]]])
def test_an_element_that_is_no_aircraft_costs_only_itself(stranger: Any) -> None:
    decoded = decode(document(plane(1), stranger, plane(2)))
    assert len(decoded.reports) == 2
    assert reasons(decoded) == [(Reject.FRAMING, 2, "aircraft")]


@pytest.mark.parametrize(("now", "reason"), [(None, Reject.NO_TIME), (nan, Reject.NO_TIME), (-1, Reject.RANGE)])
def test_a_document_without_time_gives_no_report_and_says_so(now: Any, reason: Reject) -> None:
    decoded = decode(document(AIRCRAFT, plane(1), now=now))
    assert decoded.reports == ()
    assert {each[0] for each in reasons(decoded)} <= {reason, Reject.NO_TIME}
    assert len(decoded.rejections) == 2
    assert isnan(decoded.now_s)


def test_a_future_document_is_left_to_the_picture() -> None:
    assert decode(document(AIRCRAFT, now=4e9)).reports[0].valid_s == 4e9 - 0.5


@pytest.mark.parametrize("data", [b"", b"<html>", b"[]", b"null", b"{}", b"\x1f\x8b\x08", b"[" * 100_000, b"\xff" * 9])
def test_what_is_no_document_is_one_rejection(data: bytes) -> None:
    assert reasons(decode(data)) == [(Reject.FRAMING, 0, "aircraft")]


def test_a_document_cut_short_gives_every_whole_aircraft() -> None:
    data = document(*(plane(number) for number in range(5)))
    decoded = decode(data[: data.index(b"4ca003") + 40])
    assert [report.id for report in decoded.reports] == ["4ca000", "4ca001", "4ca002"]
    assert reasons(decoded) == [(Reject.TRUNCATED, 4, "aircraft")]
    assert decoded.now_s == NOW_S


def test_a_list_cut_between_aircraft_is_truncated_too() -> None:
    data = document(plane(0), plane(1))
    decoded = decode(data[: data.index(b', {"hex": "4ca001"')])
    assert len(decoded.reports) == 1
    assert reasons(decoded) == [(Reject.TRUNCATED, 2, "aircraft")]


@pytest.mark.parametrize("now", [b"1748805216500.0e3", b"1e9", b"99999999999999999"])
def test_a_time_is_never_read_from_part_of_a_number(now: bytes) -> None:
    data = document(AIRCRAFT).replace(b"1748805216.5", now)[:-2]
    assert reasons(decode(data))[0] == (Reject.NO_TIME, 1, "now")


def test_broken_syntax_inside_one_aircraft_costs_only_that_one() -> None:
    data = document(*(plane(number) for number in range(4))).replace(b'"gs": 360.0', b'"gs": 36,0.0', 1)
    decoded = decode(data)
    assert [report.id for report in decoded.reports] == ["4ca001", "4ca002", "4ca003"]
    assert reasons(decoded) == [(Reject.FRAMING, 1, "aircraft")]


def test_damaged_text_costs_only_its_field() -> None:
    decoded = decode(document(AIRCRAFT, plane(1)).replace(b"EIN123", b"EI\xff\xfe23", 1))
    assert [report.callsign for report in decoded.reports] == ["", "EIN123"]


def test_a_position_already_given_by_the_document_before_is_a_duplicate() -> None:
    first = decode(document(AIRCRAFT))
    # One second on, the receiver has heard no newer position; its two roundings moved the stamp by 0.1 s.
    later = document(AIRCRAFT | {"seen_pos": 1.4}, now=NOW_S + 1.0)
    second = readsb.decode(later, feed="roof", received_s=NOW_S + 1.25, fixes=first.fixes)
    assert reasons(second) == [(Reject.DUPLICATE, 1, "")]
    assert second.reports == ()


def test_rounding_never_walks_a_standing_position_forward() -> None:
    fixes: Any = {}
    taken = 0
    for second in range(20):
        # Each stamp is 0.2 s after the one before, which by itself would pass as the same fix for ever.
        data = document(AIRCRAFT | {"seen_pos": 0.8 * second}, now=NOW_S + second)
        decoded = readsb.decode(data, feed="roof", received_s=NOW_S, fixes=fixes)
        fixes = decoded.fixes
        taken += len(decoded.reports)
    assert taken == 10


def test_a_standing_aircraft_heard_again_is_news() -> None:
    first = decode(document(AIRCRAFT))
    again = readsb.decode(document(AIRCRAFT, now=NOW_S + 1.0), feed="roof", received_s=NOW_S, fixes=first.fixes)
    assert len(again.reports) == 1


def test_what_is_remembered_are_the_aircraft_of_this_document() -> None:
    first = decode(document(plane(1), plane(2)))
    second = readsb.decode(document(plane(2), plane(3)), feed="roof", received_s=NOW_S, fixes=first.fixes)
    assert set(second.fixes) == {"4ca002", "4ca003"}


def test_one_aircraft_listed_twice_is_counted() -> None:
    assert rejected_by_reason(decode(document(AIRCRAFT, AIRCRAFT)).rejections) == {"duplicate": 1}


VALUES = st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=8), st.just({}), st.just([]))


@given(st.lists(st.tuples(st.sampled_from(sorted(AIRCRAFT)), VALUES), max_size=12))
def test_any_value_in_any_field_is_accounted_for(changes: list[tuple[str, Any]]) -> None:
    planes = [plane(number, **{name: value}) for number, (name, value) in enumerate(changes)]
    decoded = decode(document(*planes))
    assert len(decoded.reports) + len(decoded.rejections) == len(planes)


@given(st.data())
def test_damage_never_raises_and_never_moves_an_aircraft_off_the_earth(data: st.DataObject) -> None:
    raw = bytearray(document(*(plane(number) for number in range(3))))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw)))
        raw[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=4))
    decoded = decode(bytes(raw))
    assert len(decoded.reports) + len(decoded.rejections) >= 1
    for report in decoded.reports:
        assert -90.0 <= report.lat_deg <= 90.0
        assert -180.0 <= report.lon_deg <= 180.0
        assert (report.id + report.source + report.callsign + report.squawk).isascii()
