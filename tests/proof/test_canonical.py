"""Canonical JSON bytes and digests: RFC 8785's own vectors, what has no form, and what must not change the hash."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.proof.canonical import CanonicalError, canonical_bytes, digest

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
