"""Lengths as people write them, and how large one may plausibly be.

Beyond these limits a unit or a digit is wrong, not the wish of the parties.
"""

from collections.abc import Callable
from typing import Final

from airpact.agreement.fields import Field
from airpact.geo.units import m_from_ft, m_from_nm

LENGTH_M_MIN: Final = 1.0
HORIZONTAL_M_MAX: Final = m_from_nm(200.0)  # an order of magnitude above the widest separation in use
VERTICAL_M_MAX: Final = m_from_ft(100_000.0)  # the top of altitudes that surveillance reports (Mode S, 100 ft coding)
LOOKAHEAD_S_MAX: Final = 1200.0  # 20 min: what medium-term conflict detection looks ahead; beyond, plans decide
LENGTHS: Final = ("horizontal_m", "horizontal_nm", "vertical_m", "vertical_ft")


def horizontal_m(at: Field) -> float:
    """Return the horizontal length of a mapping in metres, from `horizontal_m` or `horizontal_nm`."""
    return _length_m(at, "horizontal_m", "horizontal_nm", m_from_nm, HORIZONTAL_M_MAX)


def vertical_m(at: Field) -> float:
    """Return the vertical length of a mapping in metres, from `vertical_m` or `vertical_ft`."""
    return _length_m(at, "vertical_m", "vertical_ft", m_from_ft, VERTICAL_M_MAX)


def _length_m(at: Field, metres: str, other: str, convert: Callable[[float], float], high_m: float) -> float:
    """Return a length in metres from exactly one of its two spellings."""
    given = [at.get(key) for key in (metres, other) if at.get(key).given]
    if len(given) != 1:
        wrong = "is missing" if not given else f"stands beside {other}"
        at.get(metres).refuse(wrong, f"give exactly one of {metres} and {other}")
        return high_m
    factor = 1.0 if at.get(metres).given else convert(1.0)
    unit = (metres if at.get(metres).given else other).rsplit("_", 1)[1]
    value = given[0].number(low=LENGTH_M_MIN / factor, high=high_m / factor, unit=unit)
    return value if unit == "m" else convert(value)
