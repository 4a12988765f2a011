"""Relative motion against dense sampling and against flights along great circles."""

from math import cos, pi, radians, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.encounter.relative import (
    advance,
    closest,
    ground_range_m,
    plane,
    relative,
)
from airpact.geo.sphere import EARTH_RADIUS_M
from tests.geodesy import destination, distance_m, unit_vector

PLACE = st.floats(-20_000.0, 20_000.0)
SPEED = st.floats(-300.0, 300.0)
STEP_S = 0.05
HORIZON_S = 400.0


def products(x: float, y: float, vx: float, vy: float) -> tuple[float, float, float]:
    """Return what `relative` returns, from a plane."""
    return x * x + y * y, x * vx + y * vy, vx * vx + vy * vy


def velocity(lat: float, lon: float, track_deg: float, speed: float) -> np.ndarray:
    """Return the tangent velocity of a track, from its definition by north and east."""
    la, lo, tr = radians(lat), radians(lon), radians(track_deg)
    north = np.array([-sin(la) * cos(lo), -sin(la) * sin(lo), cos(la)])
    east = np.array([-sin(lo), cos(lo), 0.0])
    return speed * (cos(tr) * north + sin(tr) * east)


def at(lat: float, lon: float) -> np.ndarray:
    return np.array(unit_vector(lat, lon))


@given(PLACE, PLACE, SPEED, SPEED)
def test_the_closest_approach_is_the_least_of_dense_samples(x: float, y: float, vx: float, vy: float) -> None:
    t = np.arange(0.0, HORIZON_S, STEP_S)
    ranges = np.hypot(x + vx * t, y + vy * t)
    t_cpa, range_m = closest(*products(x, y, vx, vy))
    assert range_m <= ranges.min() + 1e-3
    if t_cpa < HORIZON_S:
        assert ranges.min() <= range_m + np.hypot(vx, vy) * STEP_S + 1e-6


LAT, LON, TRACK = st.floats(-89.9, 89.9), st.floats(-180.0, 180.0), st.floats(0.0, 360.0)


@given(LAT, LON, TRACK, st.floats(0.0, 40_000.0), TRACK, st.floats(0, 300), TRACK, st.floats(0, 300))
def test_swapping_the_aircraft_gives_the_same_bits(
    lat: float, lon: float, to: float, far: float, track_1: float, v_1: float, track_2: float, v_2: float
) -> None:
    other = destination(lat, lon, to, far)
    p, q = at(lat, lon), at(*other)
    v, w = velocity(lat, lon, track_1, v_1), velocity(*other, track_2, v_2)
    assert relative(p, q, v, w) == relative(q, p, w, v)


@given(LAT, LON, TRACK, st.floats(10.0, 30_000.0), TRACK, st.floats(1.0, 300.0), TRACK, st.floats(1.0, 300.0))
def test_relative_motion_is_what_two_great_circles_do(
    lat: float, lon: float, to: float, far: float, track_1: float, v_1: float, track_2: float, v_2: float
) -> None:
    """Range now is the distance; ten seconds on it is that of two points moved by spherical trigonometry."""
    other = destination(lat, lon, to, far)
    v, w = velocity(lat, lon, track_1, v_1), velocity(*other, track_2, v_2)
    s2, sv, v2 = relative(at(lat, lon), at(*other), v, w)
    assert s2**0.5 == pytest.approx(far, rel=1e-5, abs=1e-3)
    later = distance_m(*destination(lat, lon, track_1, 10 * v_1), *destination(*other, track_2, 10 * v_2))
    assert (s2 + 20 * sv + 100 * v2) ** 0.5 == pytest.approx(later, rel=2e-4, abs=1.0)


@pytest.mark.parametrize(("lat", "lon", "to"), [(10.0, 179.98, 90.0), (89.97, 45.0, 0.0), (-89.97, -120.0, 180.0)])
def test_head_on_over_the_antimeridian_and_the_poles_meets(lat: float, lon: float, to: float) -> None:
    """Two aircraft 4 km apart at 100 m/s each meet after 20 s wherever on earth they are."""
    other = destination(lat, lon, to, 4000.0)
    ahead = destination(lat, lon, to, 2000.0)
    p, q = at(lat, lon), at(*other)
    toward = (at(*ahead) - p) / np.linalg.norm(at(*ahead) - p)
    back = (at(*ahead) - q) / np.linalg.norm(at(*ahead) - q)
    v = 100.0 * (toward - p * (toward @ p)) / np.linalg.norm(toward - p * (toward @ p))
    w = 100.0 * (back - q * (back @ q)) / np.linalg.norm(back - q * (back @ q))
    t_cpa, range_m = closest(*relative(p, q, v, w))
    assert t_cpa == pytest.approx(20.0, abs=0.01)
    assert range_m < 1.0


@given(LAT, LON, TRACK, st.floats(0.0, 320.0), st.floats(0.0, 300.0))
def test_advancing_follows_the_great_circle(lat: float, lon: float, track: float, speed: float, time_s: float) -> None:
    out = np.zeros(3)
    advance(at(lat, lon), velocity(lat, lon, track, speed), time_s, out)
    expected = at(*destination(lat, lon, track, speed * time_s))
    assert np.abs(out - expected).max() * EARTH_RADIUS_M < 0.01


@given(LAT, LON, TRACK, st.floats(0.0, 30_000.0))
def test_the_plane_has_upright_axes(lat: float, lon: float, to: float, far: float) -> None:
    p, q = at(lat, lon), at(*destination(lat, lon, to, far))
    east, north = np.zeros(3), np.zeros(3)
    plane(p, q, east, north)
    middle = (p + q) / np.linalg.norm(p + q)
    axes = np.array([east, north, middle])
    assert axes @ axes.T == pytest.approx(np.eye(3), abs=1e-9)
    assert np.linalg.det(axes) == pytest.approx(1.0), "east, north, up: a right-handed frame, or right turns go left"


@given(LAT, LON, LAT, LON)
def test_the_kernel_range_is_the_range_of_the_sphere(lat_1: float, lon_1: float, lat_2: float, lon_2: float) -> None:
    assert ground_range_m(lat_1, lon_1, lat_2, lon_2) == pytest.approx(distance_m(lat_1, lon_1, lat_2, lon_2), abs=1e-6)
    assert ground_range_m(lat_1, lon_1, lat_1, lon_1) == 0.0


def test_half_the_earth_is_the_longest_range() -> None:
    assert ground_range_m(0.0, 0.0, 0.0, 180.0) == pytest.approx(pi * EARTH_RADIUS_M)
