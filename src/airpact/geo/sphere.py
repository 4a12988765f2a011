"""The reference sphere on which live verdicts are reached: one minute of arc is one nautical mile.

Positions travel as unit vectors from the centre (x to 0 N 0 E, y to 0 N 90 E, z to the pole), so that the
antimeridian and the poles are ordinary places. Incident figures use the WGS-84 ellipsoid instead and say so.
"""

from math import asin, atan2, cos, degrees, hypot, pi, radians, sin, sqrt
from typing import Final

from airpact.geo.units import M_PER_NM

EARTH_RADIUS_M: Final = 60.0 * 180.0 / pi * M_PER_NM
"""Radius that makes one minute of arc one nautical mile, 6,366,707.0195 m; the sphere of the DO-365 reference."""

Vector = tuple[float, float, float]


def unit_vector(lat_deg: float, lon_deg: float) -> Vector:
    """Return the unit vector of a latitude and longitude in degrees."""
    lat, lon = radians(lat_deg), radians(lon_deg)
    return cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)


def lat_lon_deg(vector: Vector) -> tuple[float, float]:
    """Return latitude and longitude in degrees of a vector of any length but zero."""
    x, y, z = vector
    return degrees(atan2(z, hypot(x, y))), degrees(atan2(y, x))


def distance_m(lat_1_deg: float, lon_1_deg: float, lat_2_deg: float, lon_2_deg: float) -> float:
    """Return the great-circle distance in metres (haversine form, exact for near points)."""
    half_lat = radians(lat_2_deg - lat_1_deg) / 2
    half_lon = radians(lon_2_deg - lon_1_deg) / 2
    chord = sin(half_lat) ** 2 + cos(radians(lat_1_deg)) * cos(radians(lat_2_deg)) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(chord)))


def destination(lat_deg: float, lon_deg: float, track_deg: float, range_m: float) -> tuple[float, float]:
    """Return latitude and longitude in degrees after `range_m` along the great circle that starts on `track_deg`."""
    lat, lon, track, arc = radians(lat_deg), radians(lon_deg), radians(track_deg), range_m / EARTH_RADIUS_M
    north = (-sin(lat) * cos(lon), -sin(lat) * sin(lon), cos(lat))
    east = (-sin(lon), cos(lon), 0.0)
    here = unit_vector(lat_deg, lon_deg)
    ahead = tuple(cos(track) * n + sin(track) * e for n, e in zip(north, east, strict=True))
    x, y, z = (cos(arc) * p + sin(arc) * a for p, a in zip(here, ahead, strict=True))
    return lat_lon_deg((x, y, z))
