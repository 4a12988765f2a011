"""The cheap proofs that a state is clear: they never contradict the detector, and prove most of what they are for."""

from math import cos, pi, sin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airpact.encounter.bands.clearance import aloof, apart, clear
from airpact.encounter.bands.motion import brought_back, stepped
from airpact.encounter.configurations import CONFIGURATIONS
from airpact.encounter.volumes import CYLINDER, HZ, KINDS, Volume, hit
from tests.encounter.bands import plain

Vector = tuple[float, float, float]

KIND = st.sampled_from(sorted(KINDS.values()))
VOLUMES = st.builds(
    lambda kind, d, h, tau_s, coa_s: Volume(kind, d, h, *((0.0, 0.0) if kind == CYLINDER else (tau_s, coa_s))),
    KIND,
    st.sampled_from([152.4, 457.2, 1222.32, 9260.0]),
    st.sampled_from([30.48, 137.16, 304.8]),
    st.sampled_from([0.0, 30.0, 35.0]),
    st.sampled_from([0.0, 20.0]),
)
SPEEDS = st.tuples(
    st.one_of(st.just(0.0), st.floats(1e-9, 1e-6), st.floats(1.0, 400.0)), st.floats(-pi, pi), st.floats(-40.0, 40.0)
).map(lambda polar: (polar[0] * sin(polar[1]), polar[0] * cos(polar[1]), polar[2]))
WINDOWS = st.tuples(st.floats(0.0, 180.0), st.one_of(st.just(0.0), st.floats(0.0, 180.0)))


@st.composite
def near_misses(draw: st.DrawFn) -> tuple[Volume, Vector, Vector, float, float]:
    """Return (volume, s, v, begin, end) of a pair that about meets the volume's edge about the window's ends."""
    volume, v, (begin_s, length_s) = draw(VOLUMES), draw(SPEEDS), draw(WINDOWS)
    at_s = draw(st.sampled_from([begin_s, begin_s + length_s, begin_s + 0.5 * length_s]))
    speed = (v[0] ** 2 + v[1] ** 2) ** 0.5
    reach = draw(st.sampled_from([0.0, volume.horizontal_m, volume.horizontal_m + volume.tau_s * speed]))
    reach += draw(st.floats(-3.0, 3.0))
    angle = draw(st.floats(-pi, pi))
    half = volume.vertical_m + abs(v[2]) * draw(st.sampled_from([0.0, volume.coa_s])) + draw(st.floats(-3.0, 3.0))
    height = draw(st.sampled_from([-1.0, 0.0, 1.0])) * half
    there = (reach * sin(angle), reach * cos(angle), height)
    s = (there[0] - at_s * v[0], there[1] - at_s * v[1], there[2] - at_s * v[2])
    return volume, s, v, begin_s, begin_s + length_s


@settings(max_examples=400)
@given(near_misses())
def test_what_is_proven_apart_is_no_hit(case: tuple[Volume, Vector, Vector, float, float]) -> None:
    volume, s, v, begin_s, end_s = case
    if apart(volume, s, v, (0.0, 0.0, 0.0), begin_s, end_s):
        assert not hit(volume, s, v, (0.0, 0.0, 0.0), begin_s, end_s)


@settings(max_examples=200)
@given(near_misses(), st.floats(0.0, 200.0))
def test_clear_is_its_rule(case: tuple[Volume, Vector, Vector, float, float], time_s: float) -> None:
    volume, s, v, begin_s, end_s = case
    w = (3.0, -4.0, 1.0)
    rule = time_s > end_s or begin_s > end_s or not hit(volume, s, v, w, max(begin_s, time_s), end_s)
    assert clear(volume, s, v, w, time_s, begin_s, end_s) == rule


@settings(max_examples=100)
@given(near_misses(), st.sampled_from([0, 1, 2]), st.sampled_from(["do365b_p1", "cd3d"]), st.integers(0, 60))
def test_no_step_of_an_aloof_dimension_hits(
    case: tuple[Volume, Vector, Vector, float, float], dimension: int, name: str, k: int
) -> None:
    volume, s, v, _, _ = case
    w, limits = (30.0, -40.0, 1.0), CONFIGURATIONS[name].limits
    if not aloof(volume, dimension, s, v, w, limits.lookahead_s + 2.0):
        return
    every_s = plain.every(limits, dimension)
    if dimension == 1:
        k = min(k, 5)
    position, velocity = stepped(dimension, s, v, k, plain.span(limits, dimension)[2], every_s, limits)
    back, begin_s = brought_back(position, velocity, k * every_s), min(k * every_s, limits.lookahead_s)
    for end_s in (begin_s, begin_s + 1.0, limits.lookahead_s):
        assert not hit(volume, back, velocity, w, begin_s, end_s)


@pytest.mark.parametrize("kind", sorted(KINDS.values()))
def test_traffic_far_off_to_the_side_above_behind_or_later_is_proven_apart(kind: int) -> None:
    volume = Volume(kind, 1222.32, 137.16, 0.0 if kind == CYLINDER else 35.0, 20.0 if kind == HZ else 0.0)
    still = (0.0, 0.0, 0.0)
    assert apart(volume, (5000.0, 20000.0, 0.0), (0.0, -100.0, 0.0), still, 0.0, 180.0)
    assert apart(volume, (0.0, 5000.0, 900.0), (0.0, -100.0, 0.0), still, 0.0, 180.0)
    assert apart(volume, (0.0, -5000.0, 0.0), (0.0, -100.0, 0.0), still, 0.0, 180.0)
    assert apart(volume, (0.0, 30000.0, 0.0), (0.0, -100.0, 0.0), still, 0.0, 180.0)
    assert not apart(volume, (0.0, 15000.0, 0.0), (0.0, -100.0, 0.0), still, 0.0, 180.0)
