"""The band index against every pair of a sky: nothing within reach is missed, nothing comes twice."""

from itertools import combinations
from math import cos, inf, nan, radians, sin
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airpact.encounter.index import candidates
from airpact.geo.sphere import EARTH_RADIUS_M

CENTRES = ((0.0, 0.0), (36.0, 35.0), (89.99, 12.0), (-89.9, 170.0), (10.0, 179.99), (-45.0, -180.0), (90.0, 0.0))
REACHES = (
    np.array([[[2000.0, 300.0, 100.0]]]),
    np.array([[[40_000.0, 900.0, 165.0]]]),
    np.array([[[500.0, inf, 0.0]]]),
    np.array([[[nan, nan, nan], [9000.0, 300.0, 60.0]], [[9000.0, 300.0, 60.0], [1000.0, 100.0, 10.0]]]),
)


class Sky(NamedTuple):
    """Columns of a sky, by what they are."""

    lat: np.ndarray
    lon: np.ndarray
    velocity: np.ndarray
    position: np.ndarray
    speed: np.ndarray
    turn: np.ndarray
    altitude: np.ndarray
    climb: np.ndarray
    comparable: np.ndarray
    widen_h: np.ndarray
    widen_v: np.ndarray
    group: np.ndarray


def sky_of(count: int, seed: int, spread_deg: float, groups: int) -> Sky:
    """Return a random sky in clusters about the awkward places of the sphere."""
    draw = np.random.default_rng(seed)
    centre = np.array(CENTRES)[draw.integers(0, len(CENTRES), count)]
    lat = np.clip(centre[:, 0] + draw.normal(0, spread_deg, count), -90, 90)
    lon = (centre[:, 1] + draw.normal(0, spread_deg, count) / max(0.01, spread_deg**0.5) + 540) % 360 - 180
    lat, lon = np.radians(lat), np.radians(lon)
    position = np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
    track, speed = draw.uniform(0, 2 * np.pi, count), draw.choice((0.0, 50.0, 250.0, 600.0), count)
    north = np.column_stack((-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)))
    east = np.column_stack((-np.sin(lon), np.cos(lon), np.zeros(count)))
    velocity = speed[:, None] * (np.cos(track)[:, None] * north + np.sin(track)[:, None] * east)
    return Sky(
        lat, lon, velocity, position, speed, draw.choice((0.0, 0.0, 0.05), count), draw.uniform(0, 4000, count),
        draw.choice((0.0, 10.0, -20.0), count), draw.choice((0, 1, 1, 3), count),
        draw.choice((0.0, 0.0, 1500.0), count), draw.choice((0.0, 30.0), count), draw.integers(0, groups, count),
    )  # fmt: skip


def found(sky: Sky, asked: np.ndarray, alive: np.ndarray, reach: np.ndarray, limit: int = 100_000) -> tuple[list, int]:  # type: ignore[type-arg]
    first, second, number = candidates(
        asked, alive, sky.position, sky.velocity, sky.speed, sky.turn, sky.lat, sky.lon, sky.altitude, sky.climb,
        sky.comparable, sky.widen_h, sky.widen_v, sky.group, reach, limit,
    )  # fmt: skip
    return list(zip(first[: min(number, limit)].tolist(), second[: min(number, limit)].tolist(), strict=True)), number


def within_by_hand(sky: Sky, i: int, j: int, reach: np.ndarray) -> bool:
    """Return whether two aircraft are asked about and could come within their minima, from speeds alone."""
    h, v, t = reach[sky.group[i], sky.group[j]]
    if np.isnan(h):
        return False
    apart = EARTH_RADIUS_M * np.linalg.norm(sky.position[i] - sky.position[j])
    if sky.comparable[i] == sky.comparable[j] != 0:
        height = abs(sky.altitude[i] - sky.altitude[j])
        if height > v + sky.widen_v[i] + sky.widen_v[j] + abs(sky.climb[i] - sky.climb[j]) * t:
            return False
    middle = sky.position[i] + sky.position[j]
    middle = middle / max(np.linalg.norm(middle), 1e-12)
    away = sky.velocity[j] - sky.velocity[i]
    closing = np.linalg.norm(away - middle * (away @ middle))
    if sky.turn[i] or sky.turn[j]:
        closing = sky.speed[i] + sky.speed[j]
    return bool(apart <= h + sky.widen_h[i] + sky.widen_h[j] + closing * t)


@given(
    st.integers(2, 60), st.integers(0, 2**32), st.sampled_from((0.001, 0.02, 0.3, 5.0)), st.integers(0, 3),
    st.sampled_from((0.0, 0.3, 1.0)), st.sampled_from((0.7, 1.0)),
)  # fmt: skip
def test_every_pair_within_reach_is_found_once(
    count: int, seed: int, spread: float, which: int, asked_share: float, alive_share: float
) -> None:
    reach = REACHES[which]
    sky = sky_of(count, seed, spread, reach.shape[0])
    draw = np.random.default_rng(seed + 1)
    asked, alive = draw.random(count) < asked_share, draw.random(count) < alive_share
    pairs, number = found(sky, asked, alive, reach)
    assert len(set(pairs)) == len(pairs) == number
    assert all(i < j for i, j in pairs), "canonical"
    assert all(alive[i] and alive[j] and (asked[i] or asked[j]) for i, j in pairs)
    mine = {
        (i, j)
        for i, j in combinations(np.flatnonzero(alive).tolist(), 2)
        if (asked[i] or asked[j]) and within_by_hand(sky, i, j, reach)
    }
    assert mine <= set(pairs), f"missed: {sorted(mine - set(pairs))}"


@pytest.mark.parametrize("seed", range(3))
def test_four_hundred_aircraft_about_the_poles_and_the_antimeridian(seed: int) -> None:
    sky = sky_of(400, seed, 0.3, 1)
    every = np.ones(400, np.bool_)
    pairs, _ = found(sky, every, every, REACHES[0])
    mine = {(i, j) for i, j in combinations(range(400), 2) if within_by_hand(sky, i, j, REACHES[0])}
    assert len(mine) > 1000
    assert mine <= set(pairs)
    extra = set(pairs) - mine
    assert len(extra) <= 2, "and hardly any more: only what rounding decides"


@given(st.integers(0, 2**32), st.integers(0, 5))
@settings(max_examples=20)
def test_too_small_a_limit_tells_how_many_there_are(seed: int, limit: int) -> None:
    sky, every = sky_of(30, seed, 0.001, 1), np.ones(30, np.bool_)
    full, number = found(sky, every, every, REACHES[0])
    short, same = found(sky, every, every, REACHES[0], limit)
    assert same == number == len(full)
    assert short == full[:limit]


def test_a_lone_aircraft_and_an_empty_sky_have_no_pairs() -> None:
    sky = sky_of(3, 1, 0.001, 1)
    nobody, one = np.zeros(3, np.bool_), np.array([True, False, False])
    assert found(sky, nobody, nobody, REACHES[0]) == ([], 0)
    assert found(sky, one, one, REACHES[0]) == ([], 0)


def test_two_over_the_pole_are_neighbours() -> None:
    """Opposite meridians, 0.02 degrees of arc apart over the pole: where a flat earth sees half the world between."""
    sky = sky_of(2, 1, 0.001, 1)
    for row, (lat, lon) in enumerate(((radians(89.99), 0.3), (radians(89.99), 0.3 - np.pi))):
        sky.lat[row], sky.lon[row] = lat, lon
        sky.position[row] = (cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat))
    sky.altitude[:], sky.speed[:], sky.velocity[:], sky.turn[:], sky.widen_h[:] = 3000.0, 0.0, 0.0, 0.0, 0.0
    every = np.ones(2, np.bool_)
    assert found(sky, every, every, REACHES[0])[0] == [], "2.2 km apart, minimum 2 km, nobody moves"
    sky.widen_h[:] = 200.0
    assert found(sky, every, every, REACHES[0])[0] == [(0, 1)]
