"""The reference sphere against formulas of another form: vectors, and whole circles."""

from math import acos, atan2, cos, degrees, hypot, isclose, pi, radians, sin, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.geo.sphere import EARTH_RADIUS_M, lat_lon_deg
from tests.geodesy import destination, distance_m, unit_vector

LAT = st.floats(-90.0, 90.0)
LON = st.floats(-180.0, 180.0)
TRACK = st.floats(0.0, 360.0)


def angle(one: tuple[float, ...], two: tuple[float, ...]) -> float:
    """Return the angle of two vectors from cross and dot product: exact at every size of angle."""
    cross = (
        one[1] * two[2] - one[2] * two[1],
        one[2] * two[0] - one[0] * two[2],
        one[0] * two[1] - one[1] * two[0],
    )
    return atan2(sqrt(sum(c * c for c in cross)), sum(a * b for a, b in zip(one, two, strict=True)))


def test_one_minute_of_arc_is_one_nautical_mile() -> None:
    assert isclose(distance_m(0.0, 0.0, 1.0 / 60.0, 0.0), 1852.0, rel_tol=1e-12)
    assert isclose(2 * pi * EARTH_RADIUS_M, 360 * 60 * 1852.0, rel_tol=1e-15)


@given(LAT, LON, LAT, LON)
def test_the_distance_is_the_angle_of_the_unit_vectors(lat_1: float, lon_1: float, lat_2: float, lon_2: float) -> None:
    expected = EARTH_RADIUS_M * angle(unit_vector(lat_1, lon_1), unit_vector(lat_2, lon_2))
    assert distance_m(lat_1, lon_1, lat_2, lon_2) == pytest.approx(expected, rel=1e-7, abs=0.2)
    assert distance_m(lat_1, lon_1, lat_2, lon_2) == distance_m(lat_2, lon_2, lat_1, lon_1)


@given(LAT, LON)
def test_a_place_survives_the_way_through_its_unit_vector(lat: float, lon: float) -> None:
    vector = unit_vector(lat, lon)
    assert hypot(*vector) == pytest.approx(1.0, abs=1e-15)
    assert distance_m(lat, lon, *lat_lon_deg(vector)) < 1e-6


@given(LAT, LON, TRACK, st.floats(0.0, 5e6))
def test_a_destination_lies_at_its_range(lat: float, lon: float, track: float, range_m: float) -> None:
    assert distance_m(lat, lon, *destination(lat, lon, track, range_m)) == pytest.approx(range_m, rel=1e-9, abs=1e-3)


@given(st.floats(-89.0, 89.0), LON, TRACK)
def test_a_destination_starts_on_its_track(lat: float, lon: float, track: float) -> None:
    """Compared with the initial course of the navigator's formula."""
    to_lat, to_lon = (radians(x) for x in destination(lat, lon, track, 10_000.0))
    here, east = radians(lat), to_lon - radians(lon)
    course = atan2(sin(east) * cos(to_lat), cos(here) * sin(to_lat) - sin(here) * cos(to_lat) * cos(east))
    assert abs((degrees(course) - track + 540.0) % 360.0 - 180.0) < 1e-6


def test_the_antimeridian_and_the_pole_are_ordinary_places() -> None:
    assert distance_m(10.0, 179.999, 10.0, -179.999) == pytest.approx(
        EARTH_RADIUS_M * acos(1 - (1 - cos(radians(0.002))) * cos(radians(10)) ** 2), rel=1e-4
    )
    assert distance_m(89.95, 0.0, 89.95, 180.0) == pytest.approx(0.1 * 60 * 1852.0, rel=1e-9)
    assert destination(89.95, 0.0, 0.0, 0.1 * 60 * 1852.0) == pytest.approx((89.95, 180.0), abs=1e-9)
