"""Plain spherical geometry for tests, written apart from the kernels, so that each can be held against the other."""

from math import asin, cos, radians, sin, sqrt

from airpact.geo.sphere import EARTH_RADIUS_M, Vector, lat_lon_deg


def unit_vector(lat_deg: float, lon_deg: float) -> Vector:
    """Return the unit vector of a latitude and longitude in degrees."""
    lat, lon = radians(lat_deg), radians(lon_deg)
    return cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)


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
