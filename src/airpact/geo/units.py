"""Conversions between SI at rest and the units people read.

Feet, knots, nautical miles and flight levels exist only here, in input adapters and on screens.
Factors are exact by definition: the international foot (1959) and the international nautical mile (1929).
"""

from enum import IntEnum
from typing import Final

M_PER_FT: Final = 0.3048
M_PER_NM: Final = 1852.0
MPS_PER_KT: Final = M_PER_NM / 3600.0
MPS_PER_FPM: Final = M_PER_FT / 60.0


class AltitudeKind(IntEnum):
    """The reference a height is measured from; kinds never mix without a stated conversion."""

    UNKNOWN = 0
    PRESSURE = 1
    QNH = 2
    GEOMETRIC = 3
    GROUND = 4


def m_from_ft(feet: float) -> float:
    """Return metres for feet."""
    return feet * M_PER_FT


def m_from_nm(nautical_miles: float) -> float:
    """Return metres for nautical miles."""
    return nautical_miles * M_PER_NM


def mps_from_kt(knots: float) -> float:
    """Return metres per second for knots."""
    return knots * MPS_PER_KT


def mps_from_fpm(feet_per_minute: float) -> float:
    """Return metres per second for feet per minute."""
    return feet_per_minute * MPS_PER_FPM
