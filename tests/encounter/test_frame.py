"""The two plane frames against spherical geometry written apart: everywhere, at the antimeridian and at the poles."""

from math import asin, atan2, cos, degrees, hypot, radians, sin
from typing import Final

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from airpact.encounter.frame import PROJECTED_S, great_circle, pair_state, project
from airpact.geo.sphere import EARTH_RADIUS_M
from tests.geodesy import destination, distance_m, unit_vector

LAT: Final = st.one_of(st.floats(-85.0, 85.0), st.sampled_from((0.0, 89.9, -89.9)))
LON: Final = st.one_of(st.floats(-180.0, 180.0), st.sampled_from((180.0, -180.0, 179.999, 0.0)))
ASIDE: Final = st.floats(-0.5, 0.5)
SPEED: Final = st.one_of(st.floats(-350.0, 350.0), st.just(0.0))
CLIMB: Final = st.floats(-30.0, 30.0)


def flat(lat: float, lon: float, ref_lat: float, ref_lon: float) -> tuple[float, float]:
    """Return the orthographic projection in m (section 4.1 of the detection rules), degrees given."""
    la, la_0, d = radians(lat), radians(ref_lat), radians(lon - ref_lon)
    north = cos(la_0) * sin(la) - sin(la_0) * cos(la) * cos(d)
    return EARTH_RADIUS_M * cos(la) * sin(d), EARTH_RADIUS_M * north


@given(LAT, LON, ASIDE, ASIDE, SPEED, SPEED, CLIMB)
def test_a_projection_is_orthographic_and_a_velocity_the_mean_of_ten_seconds(
    lat: float, lon: float, dlat: float, dlon: float, east: float, north: float, up: float
) -> None:
    place = (max(-89.95, min(89.95, lat + dlat)), lon + dlon)
    position, velocity = project(
        radians(place[0]), radians(place[1]), 1000.0, (east, north, up), radians(lat), radians(lon)
    )
    here = flat(*place, lat, lon)
    track_deg, speed = degrees(atan2(east, north)), hypot(east, north)
    there = flat(*destination(*place, track_deg, speed * PROJECTED_S), lat, lon)
    assert position == pytest.approx((*here, 1000.0), abs=1e-5)
    mean = [(b - a) / PROJECTED_S for a, b in zip(here, there, strict=True)]
    assert velocity == pytest.approx((*mean, up), abs=1e-5)


@given(
    st.one_of(LAT, st.sampled_from((90.0, -90.0))), LON, st.floats(-180.0, 180.0), SPEED.map(abs), st.floats(0.0, 300.0)
)
def test_a_great_circle_leads_where_spherical_geometry_says(
    lat: float, lon: float, track_deg: float, speed: float, time_s: float
) -> None:
    found = great_circle(radians(lat), radians(lon), radians(track_deg), speed, time_s)
    there = destination(lat, lon, track_deg, speed * time_s)
    near_pole = abs(there[0]) > 89.999  # where a latitude from its sine is good to decimetres
    assert distance_m(degrees(found[0]), degrees(found[1]), *there) < (0.2 if near_pole else 1e-3)
    assert -180.0 < degrees(found[1]) <= 180.0 or time_s * speed == 0.0


@pytest.mark.parametrize("lat", [90.0, -90.0])
@pytest.mark.parametrize("lon", [0.0, 45.0, 180.0, -120.0])
def test_a_pole_is_seen_along_the_meridian_by_which_it_is_named(lat: float, lon: float) -> None:
    """A tenth of a degree further on the same meridian lies south of the north pole, and north of the south pole."""
    there = (lat - 0.1 * (1 if lat > 0 else -1), lon)
    position, _ = project(radians(there[0]), radians(lon), 0.0, (0.0, 0.0, 0.0), radians(lat), radians(lon))
    ahead = -1 if lat > 0 else 1
    assert position == pytest.approx((0.0, ahead * EARTH_RADIUS_M * sin(radians(0.1)), 0.0), abs=1e-5)
    _, velocity = project(radians(lat), radians(lon), 0.0, (30.0, 100.0, 5.0), radians(lat), radians(lon))
    assert velocity == pytest.approx((30.0, 100.0, 5.0), abs=1e-4)


@given(LAT, LON, ASIDE, ASIDE, SPEED, SPEED, SPEED, SPEED)
def test_the_frame_of_a_pair_keeps_its_distance_and_its_rate(
    lat: float, lon: float, dlat: float, dlon: float, ve: float, vn: float, we: float, wn: float
) -> None:
    """The chord, and how fast it changes, found by flying both a short way along their great circles."""
    other = (max(-89.99, min(89.99, lat + dlat)), lon + dlon)
    assume(distance_m(lat, lon, *other) > 1000.0)
    s, v, w = framed((lat, lon), other, (ve, vn), (we, wn), 100.0)
    assert hypot(s[0], s[1]) == pytest.approx(chord_m((lat, lon), other), rel=1e-9, abs=1e-6)
    rate = (s[0] * (v[0] - w[0]) + s[1] * (v[1] - w[1])) / hypot(s[0], s[1])
    ends = [chord_m(flown((lat, lon), (ve, vn), t), flown(other, (we, wn), t)) for t in (-0.01, 0.01)]
    assert rate == pytest.approx((ends[1] - ends[0]) / 0.02, abs=0.02)
    assert s[2] == 100.0


def framed(
    here: tuple[float, float], there: tuple[float, float], v: tuple[float, float], w: tuple[float, float], dz: float
) -> tuple[tuple[float, float, float], ...]:
    """Return the state of a pair in its own frame: places in degrees, velocities (east, north)."""
    p, q = (np.array(unit_vector(*each)) for each in (here, there))
    axes = np.empty(3), np.empty(3)
    found: tuple[tuple[float, float, float], ...] = pair_state(
        p, q, tangent(*here, *v), tangent(*there, *w), dz, 0.0, 0.0, *axes
    )
    return found


def tangent(lat: float, lon: float, east: float, north: float) -> np.ndarray:
    """Return a horizontal velocity as a vector from the centre of the earth."""
    la, lo = radians(lat), radians(lon)
    to_north = np.array([-sin(la) * cos(lo), -sin(la) * sin(lo), cos(la)])
    return east * np.array([-sin(lo), cos(lo), 0.0]) + north * to_north


def chord_m(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Return the straight distance through the earth in m."""
    return float(EARTH_RADIUS_M * np.linalg.norm(np.subtract(unit_vector(*here), unit_vector(*there))))


def flown(here: tuple[float, float], velocity: tuple[float, float], time_s: float) -> tuple[float, float]:
    """Return the place after a time, before now when it is negative."""
    east, north = (each if time_s >= 0.0 else -each for each in velocity)
    return destination(*here, degrees(atan2(east, north)), hypot(east, north) * abs(time_s))


def test_the_two_frames_agree_to_milliseconds_on_an_encounter_at_middle_latitude() -> None:
    """The reference's view of the ownship, and the pair's own: closing at 200 m/s from 20 km, entry times compared."""
    here, there = (50.0, 10.0), (50.0, 10.28)
    s, v, w = framed(here, there, (100.0, 0.0), (-100.0, 0.0), 0.0)
    lat, lon = radians(here[0]), radians(here[1])
    own = project(lat, lon, 0.0, (100.0, 0.0, 0.0), lat, lon)
    other = project(radians(there[0]), radians(there[1]), 0.0, (-100.0, 0.0, 0.0), lat, lon)
    seen = [a - b for a, b in zip(own[0], other[0], strict=True)]
    assert hypot(seen[0], seen[1]) == pytest.approx(hypot(s[0], s[1]), rel=1e-5)
    assert asin(seen[1] / hypot(seen[0], seen[1])) == pytest.approx(0.0, abs=0.01)
    pair_rate = v[0] - w[0]
    seen_rate = own[1][0] - other[1][0]
    assert abs(seen[0] / seen_rate) == pytest.approx(abs(s[0] / pair_rate), abs=2e-3)
