"""The patient listener: an hour of released cells of one flight, and the best guess that can be made of it.

Criterion, per axis and over many flights with keys of their own: the error of the averaged guess must be no smaller
than that of the secret shift itself, which is uniform in half a cell to either side (standard deviation 0.289 of a
cell), less what chance allows (three standard errors); and no more of the guesses may lie within a tenth of a cell of
the truth than of uniform ones. The same attack on plain snapping must succeed, or the test would prove nothing.
"""

from math import cos, radians, sqrt
from typing import Final

import numpy as np

from airpact.picture.policy import OWN, ReleasePolicy
from airpact.picture.snapping import M_PER_DEG, shift
from tests.leaks.skies import LAT, LON, degrees, listened

GRID_M: Final = 2_000.0
POLICY: Final = ReleasePolicy(tracks=OWN, grid_m=GRID_M, fields=("velocity", "height"))
FLIGHTS: Final = 100
UNIFORM: Final = 1.0 / sqrt(12.0)
NEAR: Final = 0.1


def guesses(heard: np.ndarray) -> np.ndarray:
    """Return the errors (n, 2) at mid-flight, in cells, of a least squares line through the cells of each flight."""
    t = heard[0, :, 0] - heard[0, :, 0].mean()
    fitted = [np.polynomial.polynomial.polyfit(t, heard[:, :, axis].T, 1)[0] for axis in (1, 2)]
    errors: np.ndarray = (np.column_stack(fitted) - heard[:, :, 3:].mean(axis=1)) / GRID_M
    return errors


def courses(number: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return places (n, 2) in m and velocities (n, 2) in m/s of straight flights."""
    chance = np.random.default_rng(seed)
    course, speed = chance.uniform(0.0, 2.0 * np.pi, number), chance.uniform(60.0, 120.0, number)
    velocity = speed[:, None] * np.column_stack((np.sin(course), np.cos(course)))
    return chance.uniform(-GRID_M, GRID_M, (number, 2)), velocity


def check(errors: np.ndarray) -> None:
    """Hold the errors (flights, 2) in cells against those of the shift alone."""
    number = errors.shape[0]
    spread = np.sqrt((errors**2).mean(axis=0))
    # The standard error of the root mean square of n uniform numbers is about 0.45 of it over the root of n.
    least = UNIFORM * (1.0 - 3.0 * 0.45 / sqrt(number))
    assert (spread > least).all(), f"root mean square {spread} of a cell, at least {least:.3f}"
    near = float((np.abs(errors) < NEAR).all(axis=1).mean())
    by_chance = (2.0 * NEAR) ** 2
    assert near <= by_chance + 3.0 * sqrt(by_chance * (1.0 - by_chance) / number), f"{near:.0%} were found"
    assert (np.abs(errors.mean(axis=0)) < 4.0 * UNIFORM / sqrt(number)).all(), "no side is favoured"


def test_an_hour_of_a_straight_flight_tells_no_more_than_the_shift_allows() -> None:
    place, velocity = courses(FLIGHTS, 1)
    check(guesses(listened(lambda t: place + velocity * t, POLICY, 3_600, seed=1)))


def test_a_hovering_aircraft_tells_no_more_either_whatever_the_noise_of_its_sensor() -> None:
    place, _ = courses(FLIGHTS, 2)
    heard = listened(lambda _t: place, POLICY, 3_600, noise_m=60.0, seed=2)
    check((heard[:, :, 1:3].mean(axis=1) - place) / GRID_M)


def test_the_same_attack_undoes_plain_snapping() -> None:
    """Without the shift the line through the cells lies a few per cent of a cell beside the flight."""
    place, velocity = courses(FLIGHTS, 3)
    times = np.arange(0.0, 3_600.0, 4.0)
    true = place[:, None] + velocity[:, None] * times[:, None]
    plain = np.concatenate((np.tile(times, (FLIGHTS, 1))[:, :, None], np.rint(true / GRID_M) * GRID_M, true), axis=2)
    assert float(np.sqrt((guesses(plain) ** 2).mean())) < UNIFORM / 4.0


def test_a_long_flight_over_latitudes_does_not_give_the_shift_away() -> None:
    """In metres a shift of longitude would grow and shrink with the parallel, by a law anyone can fit."""
    place, _ = courses(40, 4)
    north = np.array((0.0, 200.0))
    heard = listened(lambda t: place + north * t, POLICY, 7_200, seed=4)
    lon = LON + heard[:, :, 1] / (cos(radians(LAT)) * M_PER_DEG)
    width = GRID_M / (M_PER_DEG * np.cos(np.radians(LAT + heard[:, :, 2] / M_PER_DEG)))
    fits = [
        np.linalg.lstsq(np.column_stack((np.ones_like(w), w)), x, rcond=None)[0]
        for w, x in zip(width, lon, strict=True)
    ]
    true = degrees(place[:, 0], place[:, 1])[1]
    errors = (np.array(fits)[:, 0] - true) * cos(radians(LAT)) * M_PER_DEG / GRID_M
    assert float(np.sqrt(np.mean(np.square(errors)))) > UNIFORM


def test_shifts_are_spread_evenly_and_known_to_the_holder_of_the_key_alone() -> None:
    """Kolmogorov and Smirnov: at 5,000 numbers a true uniform stays below 1.95 / sqrt(n) in 999 of 1,000 cases."""
    number = 5_000
    drawn = np.array([shift(bytes(32), f"{k:06x}", "0.0", "2000.0", "0") for k in range(number)])
    even = (np.arange(number) + 0.5) / number - 0.5
    for column in drawn.T:
        assert float(np.abs(np.sort(column) - even).max()) < 1.95 / sqrt(number)
    assert float(np.abs(np.corrcoef(drawn.T) - np.eye(3)).max()) < 4.0 / sqrt(number)
    other = np.array([shift(bytes(31) + b"a", f"{k:06x}", "0.0", "2000.0", "0") for k in range(number)])
    assert abs(float(np.corrcoef(drawn[:, 0], other[:, 0])[0, 1])) < 4.0 / sqrt(number)
