"""When two numbers count as equal: so many doubles apart, as the reference has it (rule C2 of the detection rules).

Two tolerances only. `d`, of detectors, is 16,348 doubles wide: a few parts in 10^12. `b`, of manoeuvre bands, is 2^40
wide: one part in 4,096 to 8,192 of the magnitude. Ties of made-up geometry (a vertical distance of exactly 1,000 ft,
two equal velocities) are decided by these, not by the rounding of a unit conversion.
"""

from typing import Final

import numpy as np
from numba import njit

ULPS_D: Final = 16_348
NEAR_ZERO_D: Final = 1e-13
ULPS_B: Final = 1 << 40
NEAR_ZERO_B: Final = 1e-5
FARTHEST_D: Final = 1e-11  # relative: more than ULPS_D doubles apart, so nothing need be counted
FARTHEST_B: Final = 5e-4


@njit(cache=True)
def _place(value):  # type: ignore[no-untyped-def]
    """Return the index of a double in the ordered list of all doubles; both zeros are 0."""
    bits = np.float64(value).view(np.int64)
    return bits if bits >= 0 else np.int64(-0x8000000000000000) - bits


@njit(cache=True)
def _equal(a, b, ulps, near_zero, farthest):  # type: ignore[no-untyped-def]
    if a == b:
        return True
    size, other = abs(a), abs(b)
    if (a == 0.0 or b == 0.0) and size < near_zero and other < near_zero:
        return True
    if not (size < np.inf and other < np.inf):  # false for NaN as well
        return False
    if abs(a - b) > farthest * max(size, other) and max(size, other) > 1e-290:
        return False
    return abs(_place(a) - _place(b)) <= ulps


@njit(cache=True)
def eq_d(a, b):  # type: ignore[no-untyped-def]
    """Return whether a and b are equal to a detector."""
    return _equal(a, b, ULPS_D, NEAR_ZERO_D, FARTHEST_D)


@njit(cache=True)
def lt_d(a, b):  # type: ignore[no-untyped-def]
    """Return whether a is less than b, and not equal, to a detector."""
    return a < b and not eq_d(a, b)


@njit(cache=True)
def le_d(a, b):  # type: ignore[no-untyped-def]
    """Return whether a is less than or equal to b, to a detector."""
    return a < b or eq_d(a, b)


@njit(cache=True)
def eq_b(a, b):  # type: ignore[no-untyped-def]
    """Return whether a and b are equal to manoeuvre bands."""
    return _equal(a, b, ULPS_B, NEAR_ZERO_B, FARTHEST_B)


@njit(cache=True)
def lt_b(a, b):  # type: ignore[no-untyped-def]
    """Return whether a is less than b, and not equal, to manoeuvre bands."""
    return a < b and not eq_b(a, b)


@njit(cache=True)
def le_b(a, b):  # type: ignore[no-untyped-def]
    """Return whether a is less than or equal to b, to manoeuvre bands."""
    return a < b or eq_b(a, b)
