"""Field checks: SI out of aviation units, and what cannot be used is left out and noted, never guessed."""

from math import inf, isnan, nan

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.feeds import fields
from airpact.feeds.report import Reject, Rejection
from airpact.geo.units import AltitudeKind


@pytest.mark.parametrize(
    ("value", "limits", "expected"),
    [
        (1000.0, fields.ALT_BARO, 304.8),
        (3600.0, fields.ground_speed("gs"), nan),
        (900.0, fields.ground_speed("gs"), 463.0),
        (-60.0, fields.BARO_RATE, -0.3048),
        (360.0, fields.TRACK, 360.0),
        (9999999.0, fields.TRACK, nan),
        (-0.5, fields.TRACK, nan),
        (nan, fields.TRACK, nan),
        (inf, fields.ALT_BARO, nan),
    ],
)
def test_a_number_becomes_si_or_is_left_out_and_noted(value: float, limits: fields.Limits, expected: float) -> None:
    doubts: list[Rejection] = []
    assert fields.bounded(value, limits, 7, doubts) == pytest.approx(expected, nan_ok=True)
    assert [(each.reason, each.line, each.field) for each in doubts] == (
        [(Reject.RANGE, 7, limits.field)] if isnan(expected) else []
    )


def test_a_missing_number_is_missing_and_no_doubt() -> None:
    doubts: list[Rejection] = []
    assert isnan(fields.bounded(None, fields.TRACK, 1, doubts))
    assert fields.whole(None, fields.NIC, 1, doubts) == -1
    assert doubts == []


@pytest.mark.parametrize(("value", "expected"), [(0, 0), (11, 11), (12, -1), (-1, -1), (nan, -1)])
def test_a_code_outside_its_field_is_not_given(value: float, expected: int) -> None:
    doubts: list[Rejection] = []
    assert fields.whole(value, fields.NIC, 1, doubts) == expected
    assert len(doubts) == (expected == -1)


def test_containment_zero_is_unknown_and_no_doubt() -> None:
    doubts: list[Rejection] = []
    assert isnan(fields.containment(0, 1, doubts))
    assert fields.containment(186, 1, doubts) == 186.0
    assert doubts == []


@pytest.mark.parametrize(
    ("pressure", "geometric", "expected"),
    [
        (0.0, 500.0, fields.Height(0.0, AltitudeKind.PRESSURE)),
        (None, 1000.0, fields.Height(304.8, AltitudeKind.GEOMETRIC)),
        ("ground", 1000.0, fields.ON_GROUND),
    ],
)
def test_height_keeps_its_kind(pressure: float | str | None, geometric: float | None, expected: fields.Height) -> None:
    doubts: list[Rejection] = []
    assert fields.height(pressure, geometric, 1, doubts) == expected
    assert doubts == []


@pytest.mark.parametrize(
    ("pressure", "reason"), [("0", Reject.NOT_GIVEN), ("", Reject.NOT_GIVEN), (9e9, Reject.RANGE), (nan, Reject.RANGE)]
)
def test_what_is_no_height_never_becomes_zero_or_another_kind(pressure: float | str, reason: Reject) -> None:
    doubts: list[Rejection] = []
    height = fields.height(pressure, 3525.0, 4, doubts)
    assert isnan(height.altitude_m)
    assert height.kind is AltitudeKind.UNKNOWN
    assert [(each.reason, each.field, each.line) for each in doubts] == [(reason, "alt_baro", 4)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A7F426", "a7f426"),
        (" a7f426 ", "a7f426"),
        ("~2b0d0d", "~2b0d0d"),
        ("~T12", "~t12"),
        ("", ""),
        ("~", ""),
        ("a7f42", ""),
        ("a7f42g", ""),
        ("a7f4266", ""),
        ("\uff11a7f42", ""),
        ("<b>abc", ""),
    ],
)
def test_an_identity_is_an_address_or_marked_as_none(text: str, expected: str) -> None:
    assert fields.identity(text) == expected


@given(st.text())
def test_an_identity_is_always_plain_text(text: str) -> None:
    assert fields.identity(text).isascii()


@pytest.mark.parametrize(
    ("text", "form", "expected", "noted"),
    [
        ("N611TH  ", fields.CALLSIGN, "N611TH", 0),
        ("", fields.CALLSIGN, "", 0),
        ("        ", fields.CALLSIGN, "", 0),
        (None, fields.CALLSIGN, "", 0),
        ("@@@@@@@@", fields.CALLSIGN, "", 1),
        ("<script>", fields.CALLSIGN, "", 1),
        ("7700", fields.OCTAL_SQUAWK, "7700", 0),
        ("7800", fields.OCTAL_SQUAWK, "", 1),
        ("770", fields.OCTAL_SQUAWK, "", 1),
        ("A7", fields.CATEGORY, "A7", 0),
        ("Z9", fields.CATEGORY, "", 1),
    ],
)
def test_text_is_of_its_form_or_left_out_and_noted(text: str | None, form: object, expected: str, noted: int) -> None:
    doubts: list[Rejection] = []
    assert fields.matching(text, form, "field", 1, doubts) == expected  # type: ignore[arg-type]
    assert len(doubts) == noted


def test_the_emergency_none_is_no_emergency() -> None:
    assert fields.emergency("none", 1, []) == ""
    assert fields.emergency("minfuel", 1, []) == "minfuel"


@pytest.mark.parametrize(
    ("lat", "lon", "reason", "field"),
    [
        (None, 1.0, Reject.NO_POSITION, "lat"),
        (1.0, None, Reject.NO_POSITION, "lon"),
        (91.0, 1.0, Reject.RANGE, "lat"),
        (nan, 1.0, Reject.RANGE, "lat"),
        (1.0, inf, Reject.RANGE, "lon"),
        (1.0, -180.1, Reject.RANGE, "lon"),
    ],
)
def test_a_position_off_the_earth_names_its_field(
    lat: float | None, lon: float | None, reason: Reject, field: str
) -> None:
    refused = fields.misplaced(lat, lon, 3)
    assert refused is not None
    assert (refused.reason, refused.field, refused.line) == (reason, field, 3)


@pytest.mark.parametrize(("lat", "lon"), [(90.0, 180.0), (-90.0, -180.0), (0.0, 0.0)])
def test_poles_antimeridian_and_null_island_are_places(lat: float, lon: float) -> None:
    assert fields.misplaced(lat, lon, 1) is None


@pytest.mark.parametrize(
    ("stamp", "reason"),
    [(None, Reject.NO_TIME), (0.0, Reject.RANGE), (-1.0, Reject.RANGE), (inf, Reject.RANGE), (nan, Reject.RANGE)],
)
def test_a_time_that_is_none_is_refused(stamp: float | None, reason: Reject) -> None:
    refused = fields.mistimed(stamp, "now", 1)
    assert refused is not None
    assert refused.reason is reason


def test_a_future_stamp_is_left_to_the_picture() -> None:
    assert fields.mistimed(4e9, "now", 1) is None


class Shape(msgspec.Struct):
    """Two optional fields."""

    a: float | None = None
    b: str | None = None


def test_a_field_of_a_wrong_type_does_not_take_the_others_along() -> None:
    doubts: list[Rejection] = []
    assert fields.fitted({"a": 1, "b": [2], "other": {}}, Shape, 5, doubts) == Shape(a=1.0)
    assert [(each.reason, each.line, each.field) for each in doubts] == [(Reject.FRAMING, 5, "b")]


@pytest.mark.parametrize("text", [b"", b"[1]", b"{", b"3", b"[" * 100_000, b'{"a":' * 20_000, b"\xff\xfe{\x00}\x00"])
def test_what_is_no_object_is_none(text: bytes) -> None:
    assert fields.tolerant_object(text) is None


def test_a_byte_order_mark_and_nan_are_read() -> None:
    found = fields.tolerant_object(b'\xef\xbb\xbf{"a": NaN}')
    assert found is not None
    assert isnan(found["a"])
