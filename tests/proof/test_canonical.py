"""Canonical JSON bytes and digests: RFC 8785's own vectors, what has no form, and what must not change the hash."""

import hashlib
import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.proof.canonical import CanonicalError, canonical_bytes, digest, parse_canonical

SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)  # fmt: skip
KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=20)


def test_the_number_and_string_example_of_rfc_8785_section_3_2_3_gives_its_bytes() -> None:
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '€$\x0f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    assert canonical_bytes(value).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_keys_are_ordered_by_utf_16_units_as_in_rfc_8785_section_3_2_4() -> None:
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\u00f6": 7}
    assert list(json.loads(canonical_bytes(value))) == ["\r", "1", "\x80", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_a_digest_is_the_sha_256_of_the_bytes() -> None:
    assert digest({}) == hashlib.sha256(b"{}").hexdigest()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, "\ud800", {"a": [float("-inf")]}, {1: 2}, b"x"])
def test_what_json_cannot_hold_exactly_is_refused(value: object) -> None:
    with pytest.raises(CanonicalError, match="no canonical JSON form"):
        canonical_bytes(value)


def test_bottomless_nesting_is_refused_and_does_not_end_the_process() -> None:
    value: list[object] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(CanonicalError, match="nested too deep"):
        canonical_bytes(value)


@given(VALUES)
def test_canonical_bytes_survive_being_read_and_written_again(value: object) -> None:
    again = json.loads(canonical_bytes(value), parse_int=float)  # JSON numbers are doubles (RFC 8785, section 3.2.2.3)
    assert canonical_bytes(again) == canonical_bytes(value)


@given(st.dictionaries(KEYS, SCALARS))
def test_order_of_keys_never_changes_the_digest(value: dict[str, object]) -> None:
    assert digest(dict(reversed(value.items()))) == digest(value)


# RFC 8785, appendix B: the bits of a double and its JSON form.
@pytest.mark.parametrize(
    ("bits", "form"),
    [
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("ffefffffffffffff", "-1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555554", "333333333.33333325"),
        ("41b3de4355555555", "333333333.3333333"),
        ("41b3de4355555556", "333333333.3333334"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_numbers_have_the_form_that_rfc_8785_appendix_b_lists_and_are_read_from_it(bits: str, form: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical_bytes(number) == form.encode()
    assert parse_canonical(form.encode()) == number


@pytest.mark.parametrize(
    "data",
    [b"", b" 1", b"1 ", b"1.0", b"01", b"-0", b"1e3", b"1E400", b"9007199254740993", b"NaN", b"Infinity", b'"\\u0061"'],
)
def test_other_forms_of_a_value_are_refused(data: bytes) -> None:
    with pytest.raises(CanonicalError, match=r"canonical|not JSON"):
        parse_canonical(data)


@pytest.mark.parametrize(
    "data",
    [
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b"[1,]",
        b'"\\ud800"',
        b"\xff",
        b"\xef\xbb\xbf1",
        b'"\\/"',
        b"1\n",
    ],
)
def test_other_forms_of_text_and_order_are_refused(data: bytes) -> None:
    with pytest.raises(CanonicalError):
        parse_canonical(data)


def test_bottomless_nesting_is_refused_when_read() -> None:
    with pytest.raises(CanonicalError, match="nested too deep"):
        parse_canonical(b"[" * 100_000)


@given(VALUES)
def test_what_is_written_is_read_back(value: object) -> None:
    assert canonical_bytes(parse_canonical(canonical_bytes(value))) == canonical_bytes(value)
