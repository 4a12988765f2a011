"""The reference sphere on which live verdicts are reached: one minute of arc is one nautical mile.

Positions travel as unit vectors from the centre (x to 0 N 0 E, y to 0 N 90 E, z to the pole), so that the
antimeridian and the poles are ordinary places. Incident figures use the WGS-84 ellipsoid instead and say so.
"""

from math import atan2, degrees, hypot, pi
from typing import Final

from airpact.geo.units import M_PER_NM

EARTH_RADIUS_M: Final = M_PER_NM * 60.0 * 180.0 / pi
"""Radius that makes one minute of arc one nautical mile, 6,366,707.0195 m; the sphere of the DO-365 reference."""

Vector = tuple[float, float, float]


def lat_lon_deg(vector: Vector) -> tuple[float, float]:
    """Return latitude and longitude in degrees of a vector of any length but zero."""
    x, y, z = vector
    return degrees(atan2(z, hypot(x, y))), degrees(atan2(y, x))
