"""Almost-equality against the places of doubles counted from their packed bytes."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.encounter.almost import NEAR_ZERO_B, NEAR_ZERO_D, ULPS_B, ULPS_D, eq_b, eq_d, le_b, le_d, lt_b, lt_d

ANY = st.floats(allow_nan=True, allow_infinity=True)
TOLERANCES = [(eq_d, lt_d, le_d, ULPS_D, NEAR_ZERO_D), (eq_b, lt_b, le_b, ULPS_B, NEAR_ZERO_B)]


def index_of(value: float) -> int:
    """Return the place of a double in the ordered list of all doubles, from its bytes."""
    size: int = struct.unpack(">q", struct.pack(">d", abs(value)))[0]
    return size if math.copysign(1.0, value) > 0.0 else -size


def expected(a: float, b: float, ulps: int, near_zero: float) -> bool:
    if a == b:
        return True
    if 0.0 in (a, b) and abs(a) < near_zero and abs(b) < near_zero:
        return True
    return math.isfinite(a) and math.isfinite(b) and abs(index_of(a) - index_of(b)) <= ulps


@pytest.mark.parametrize(("eq", "lt", "le", "ulps", "near_zero"), TOLERANCES)
@given(a=ANY, b=ANY, away=st.integers(-(1 << 42), 1 << 42), near=st.booleans())
def test_agrees_with_counted_doubles(eq, lt, le, ulps, near_zero, a, b, away, near):  # type: ignore[no-untyped-def]
    if near and math.isfinite(a):
        place = index_of(a) + away
        b = math.copysign(struct.unpack(">d", struct.pack(">q", abs(place)))[0], place)
    equal = expected(a, b, ulps, near_zero)
    assert eq(a, b) == equal
    assert lt(a, b) == (a < b and not equal)
    assert le(a, b) == (a < b or equal)


@pytest.mark.parametrize(("eq", "lt", "le", "ulps", "near_zero"), TOLERANCES)
@pytest.mark.parametrize("value", [1.0, 304.8, 6.0e6, 5e-324, -0.7, 1e300])
def test_the_last_double_that_counts(eq, lt, le, ulps, near_zero, value):  # type: ignore[no-untyped-def]
    assert eq(value, _stepped(value, ulps))
    assert not eq(value, _stepped(value, ulps + 1))


def _stepped(value: float, steps: int) -> float:
    place = index_of(value) + steps
    return math.copysign(struct.unpack(">d", struct.pack(">q", abs(place)))[0], place)


def test_a_thousand_feet_told_in_two_ways_is_one_height() -> None:
    level, other = 35_000 * 0.3048, 34_000 * 0.3048
    assert level - other != 304.8
    assert eq_d(level - other, 304.8)
