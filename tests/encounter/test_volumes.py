"""The volumes against their definitions, sampled densely; ties, grazing contacts and numbers too small to square.

The oracle moves two points in NumPy and asks at every instant whether the definition of a volume holds; it solves
nothing. It is asked twice, with thresholds a little smaller and a little larger; between the two either answer will do.
"""

from math import cos, hypot, inf, isnan, nan, radians, sin
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from airpact.encounter.frame import pair_state
from airpact.encounter.volumes import (
    CYLINDER,
    HZ,
    KINDS,
    TAUMOD,
    TCPA,
    TEP,
    Volume,
    before,
    conflict,
    critical,
    hit,
    interval,
    norm2,
    violation,
    violation_now,
)
from tests.geodesy import unit_vector

Vector = tuple[float, float, float]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MARGIN: Final = 1e-4  # m and s between surely and surely not
SAMPLES: Final = 4001
PHASE_I: Final = Volume(TAUMOD, 0.66 * 1852.0, 450 * 0.3048, 35.0, 0.0)
STILL: Final = (0.0, 0.0, 0.0)


class Case(NamedTuple):
    """One volume, two states and a window."""

    volume: Volume
    s: Vector
    v: Vector
    w: Vector
    begin_s: float
    end_s: float


THRESHOLD: Final = st.sampled_from((457.2, 1222.32, 1852.0, 9260.0))
HALF: Final = st.sampled_from((76.2, 137.16, 304.8, inf))  # inf: heights that cannot be compared
VOLUME: Final = st.builds(
    Volume, st.sampled_from(sorted(KINDS.values())), THRESHOLD, HALF, st.sampled_from((0.0, 30.0, 35.0)),
    st.sampled_from((0.0, 20.0)),
)  # fmt: skip
PLACE: Final = st.one_of(st.floats(-30_000.0, 30_000.0), st.sampled_from((0.0, 457.2, 1222.32, -1852.0)))
HEIGHT: Final = st.one_of(st.floats(-2_000.0, 2_000.0), st.sampled_from((0.0, 76.2, -137.16, 304.8)))
SPEED: Final = st.one_of(st.floats(-300.0, 300.0), st.sampled_from((0.0, 100.0, -100.0, 1e-9)))
CLIMB: Final = st.one_of(st.floats(-30.0, 30.0), st.sampled_from((0.0, 5.0, -5.0)))
VELOCITY: Final = st.tuples(SPEED, SPEED, CLIMB)
CASE: Final = st.builds(
    Case, VOLUME, st.tuples(PLACE, PLACE, HEIGHT), VELOCITY, VELOCITY, st.sampled_from((0.0, 10.0)),
    st.sampled_from((60.0, 180.0, 300.0)),
)  # fmt: skip


def closing_time(volume: Volume, s: Floats, v: Floats) -> Floats:
    """Return the time the definition compares with TTHR: modified tau, time to the closest point, or to the circle."""
    along: Floats = s @ v
    speed2 = float(v @ v)
    if volume.kind == TCPA:
        past: Floats = along / speed2
        return -past
    if volume.kind == TEP:
        across = (s[:, 0] * v[1] - s[:, 1] * v[0]) / np.sqrt(speed2)
        half_chord = np.sqrt(np.maximum(0.0, volume.horizontal_m**2 - across**2))
        entry: Floats = -along / speed2 - half_chord / np.sqrt(speed2)
        return entry
    outside: Floats = volume.horizontal_m**2 - (s * s).sum(axis=1)
    return outside / along


def soon(volume: Volume, s: Floats, v: Floats) -> Flags:
    """Return at which places (m, 2) a pair closes and will be within DTHR, in less than TTHR."""
    if not v.any():
        return np.zeros(len(s), bool)
    miss = np.abs(s[:, 0] * v[1] - s[:, 1] * v[0]) / hypot(*v)
    with np.errstate(all="ignore"):
        time_s = closing_time(volume, s, v)
    in_time: Flags = (time_s >= 0.0) & (time_s <= volume.tau_s)
    passing: Flags = (s @ v < 0.0) & (miss <= volume.horizontal_m)
    return in_time & passing


def holds(case: Case, times: Floats, margin: float) -> Flags:
    """Return at which times the definition of the volume holds, its thresholds enlarged by `margin`."""
    volume = case.volume._replace(
        horizontal_m=case.volume.horizontal_m + margin,
        vertical_m=case.volume.vertical_m + margin,
        tau_s=case.volume.tau_s + margin,
    )
    v = np.subtract(case.v, case.w)
    s = np.array(case.s) + times[:, None] * v
    horizontally = np.hypot(s[:, 0], s[:, 1]) <= volume.horizontal_m
    vertically = np.abs(s[:, 2]) <= volume.vertical_m
    if volume.kind != CYLINDER:
        horizontally |= soon(volume, s[:, :2], v[:2])
        vertically |= (s[:, 2] * v[2] < 0.0) & (np.abs(s[:, 2]) <= vertical_reach(volume, v[2]) + margin)
    return np.asarray(horizontally & vertically)


def vertical_reach(volume: Volume, vz: float) -> float:
    """Return the height difference in m from which a closing pair counts as inside: TCOA ahead, or that much more."""
    ahead = abs(vz) * volume.coa_s
    return volume.vertical_m + ahead if volume.kind == HZ else max(volume.vertical_m, ahead)


@given(CASE)
@example(Case(PHASE_I, (5000.0, 0.0, 137.16), (-100.0, 0.0, 0.0), (100.0, 0.0, 0.0), 0.0, 180.0))  # at the limit
@example(Case(PHASE_I, (5000.0, 1222.32, 0.0), (-100.0, 0.0, 0.0), (100.0, 0.0, 0.0), 0.0, 180.0))  # touching
@example(Case(PHASE_I, (0.0, 0.0, 0.0), (100.0, 0.0, 0.0), (100.0, 0.0, 0.0), 0.0, 180.0))  # together
def test_the_interval_is_what_dense_sampling_of_the_definition_finds(case: Case) -> None:
    times = np.linspace(case.begin_s, case.end_s, SAMPLES)
    surely, maybe = holds(case, times, -MARGIN), holds(case, times, MARGIN)
    t_in, t_out = interval(*case)
    if not conflict(t_in, t_out):
        t_in, t_out = inf, -inf
    assert case.begin_s <= t_in <= t_out <= case.end_s or t_in == inf
    assert not (surely & ((times < t_in) | (times > t_out))).any()
    assert not ((times > t_in) & (times < t_out) & ~maybe).any()


@given(CASE, st.floats(0.0, 60.0))
def test_a_hit_in_a_window_is_an_interval_that_reaches_into_it(case: Case, begin_s: float) -> None:
    t_in, t_out = interval(case.volume, case.s, case.v, case.w, 0.0, 300.0)
    overlap_s = min(t_out, begin_s + 60.0) - max(t_in, begin_s)
    found = hit(case.volume, case.s, case.v, case.w, begin_s, begin_s + 60.0)
    if abs(overlap_s) > 1e-6:
        assert found == (conflict(t_in, t_out) and overlap_s > 0.0)
    assert not hit(case.volume, case.s, case.v, case.w, begin_s + 1.0, begin_s)


@given(CASE)
def test_the_definition_and_the_point_test_agree_away_from_the_boundary(case: Case) -> None:
    now = np.zeros(1)
    if holds(case, now, MARGIN)[0] == holds(case, now, -MARGIN)[0]:
        assert violation_now(*case[:4]) == holds(case, now, 0.0)[0]


@given(CASE)
def test_the_critical_point_is_where_the_cylindrical_norm_is_least(case: Case) -> None:
    volume = case.volume._replace(kind=CYLINDER)
    t_in, t_out = interval(volume, *case[1:])
    t_crit, dist_crit = critical(volume, case.s, case.v, case.w, t_in, t_out, case.begin_s, case.end_s)
    assert case.begin_s <= t_crit <= case.end_s
    times = np.linspace(case.begin_s, case.end_s, SAMPLES)
    sampled = [norm2(volume, case.s, case.v, case.w, t) for t in times.tolist()]
    assert dist_crit <= min(sampled) * (1 + 1e-6) + 1e-6


@given(CASE)
def test_the_critical_point_of_a_well_clear_volume_is_the_middle_of_the_stay(case: Case) -> None:
    volume = case.volume._replace(kind=TAUMOD)
    t_in, t_out = interval(volume, *case[1:])
    t_crit, dist_crit = critical(volume, case.s, case.v, case.w, t_in, t_out, case.begin_s, case.end_s)
    if not conflict(t_in, t_out):
        assert isnan(t_crit)
        assert isnan(dist_crit)
        return
    assert t_crit == pytest.approx((t_in + t_out) / 2)
    x, y, z = (s + t_crit * (v - w) for s, v, w in zip(case.s, case.v, case.w, strict=True))
    across, height = hypot(x, y) / volume.horizontal_m, z / volume.vertical_m
    assert dist_crit == pytest.approx(max(across * across, height * height), abs=1e-9)


# --- two aircraft, one verdict ---------------------------------------------------------------------------------------

LAT: Final = st.one_of(st.floats(-89.9, 89.9), st.sampled_from((0.0, 89.999, -89.999)))
NEAR: Final = st.floats(-0.3, 0.3)


def tangent(lat: float, lon: float, east: float, north: float) -> Floats:
    """Return a horizontal velocity as a vector from the centre of the earth."""
    la, lo = radians(lat), radians(lon)
    to_north = np.array([-sin(la) * cos(lo), -sin(la) * sin(lo), cos(la)])
    return east * np.array([-sin(lo), cos(lo), 0.0]) + north * to_north


@given(VOLUME, LAT, st.sampled_from((0.0, 31.0, 179.95, -180.0)), NEAR, NEAR, VELOCITY, VELOCITY, HEIGHT)
def test_swapping_the_aircraft_changes_no_bit_of_a_verdict(
    volume: Volume, lat: float, lon: float, dlat: float, dlon: float, v: Vector, w: Vector, dz: float
) -> None:
    other = max(-90.0, min(90.0, lat + dlat))
    p, q = np.array(unit_vector(lat, lon)), np.array(unit_vector(other, lon + dlon))
    a, b = tangent(lat, lon, v[0], v[1]), tangent(other, lon + dlon, w[0], w[1])
    east, north = np.empty(3), np.empty(3)
    one = pair_state(p, q, a, b, dz, v[2], w[2], east, north)
    two = pair_state(q, p, b, a, -dz, w[2], v[2], east, north)
    assert two == (tuple(-x for x in one[0]), one[2], one[1])
    assert verdict(volume, *one) == verdict(volume, *two)


def verdict(volume: Volume, s: Vector, v: Vector, w: Vector) -> tuple[object, ...]:
    """Return all that is said of a pair, NaN written as a word so that it equals itself."""
    t_in, t_out = interval(volume, s, v, w, 0.0, 180.0)
    found = (t_in, t_out, *critical(volume, s, v, w, t_in, t_out, 0.0, 180.0))
    flags = (violation(volume, s, v, w), violation_now(volume, s, v, w), hit(volume, s, v, w, 10.0, 40.0))
    return (*("nan" if isnan(x) else x for x in found), *flags, before(t_in, t_out, 55.0))


# --- ties ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(KINDS.values()))
def test_touching_the_side_of_a_volume_is_no_conflict(kind: int) -> None:
    """A line along the tangent: the cylinder is open, and a well-clear volume of no closing time is met for no time."""
    volume = Volume(kind, 1000.0, 100.0, 0.0, 0.0)
    t_in, t_out = interval(volume, (-5000.0, 1000.0, 0.0), (100.0, 0.0, 0.0), STILL, 0.0, 180.0)
    assert not conflict(t_in, t_out)


@pytest.mark.parametrize("kind", sorted(KINDS.values()))
def test_flying_along_exactly_at_the_vertical_limit(kind: int) -> None:
    """A well-clear volume holds its boundary, the cylinder does not; also where feet make the limit inexact."""
    for half_m, dz in ((100.0, 100.0), (1000 * 0.3048, 5000 * 0.3048 - 4000 * 0.3048)):
        volume = Volume(kind, 1000.0, half_m, 0.0, 0.0)
        t_in, t_out = interval(volume, (-5000.0, 0.0, min(dz, half_m)), (100.0, 0.0, 0.0), STILL, 0.0, 180.0)
        assert conflict(t_in, t_out) == (kind != CYLINDER)


def test_a_height_difference_of_exactly_1000_ft_is_no_conflict_of_the_cylinder_however_it_rounds() -> None:
    volume = Volume(CYLINDER, 9260.0, 304.8, 0.0, 0.0)
    for base_ft in range(1000, 45_000, 777):
        dz = (base_ft + 1000) * 0.3048 - base_ft * 0.3048
        t_in, t_out = interval(volume, (-20_000.0, 0.0, dz), (100.0, 0.0, 0.0), STILL, 0.0, 300.0)
        assert not conflict(t_in, t_out), base_ft


@pytest.mark.parametrize("kind", sorted(KINDS.values()))
def test_the_moment_of_leaving_is_no_conflict(kind: int) -> None:
    volume = Volume(kind, 1000.0, 100.0, 0.0, 0.0)
    assert not conflict(*interval(volume, (1000.0, 0.0, 0.0), (100.0, 0.0, 0.0), STILL, 0.0, 180.0))
    assert not conflict(*interval(volume, (0.0, 0.0, 100.0), (0.0, 0.0, 10.0), STILL, 0.0, 180.0))


@pytest.mark.parametrize("kind", sorted(KINDS.values()))
def test_motion_too_small_to_square_moves_nothing_and_raises_nothing(kind: int) -> None:
    volume = Volume(kind, 1000.0, 100.0, 35.0, 20.0)
    for tiny in (1e-170, 1e-308, 5e-324):
        for v, w in (((-tiny, tiny, -tiny), STILL), ((tiny, tiny, tiny), (3 * tiny, -tiny, 3 * tiny))):
            for s in ((5000.0, 10.0, 50.0), (1000.0, 0.0, 0.0), (0.0, 0.0, 0.0), (5000.0, 0.0, 500.0)):
                inside = s[0] <= 1000.0 if kind != CYLINDER else s[0] < 1000.0
                t_in, t_out = interval(volume, s, v, w, 0.0, 180.0)
                assert (t_in, t_out) == (0.0, 180.0) if inside else not conflict(t_in, t_out)
                t_crit, _ = critical(volume, s, v, w, t_in, t_out, 0.0, 180.0)
                assert 0.0 <= t_crit <= 180.0 or isnan(t_crit)
                assert violation(volume, s, v, w) == violation_now(volume, s, v, w) == inside


def test_before_takes_what_is_there_now_and_leaves_what_begins_at_the_limit() -> None:
    assert before(0.0, 1.0, 0.0)
    assert before(54.9, 60.0, 55.0)
    assert not before(55.0, 60.0, 55.0)
    assert not before(55.0 * (1 - 1e-13), 60.0, 55.0)
    assert not before(0.0, 0.0, 55.0)
    assert not before(nan, 60.0, 55.0)
