"""Flown paths against numerical differentiation; the least separation of two against dense sampling."""

from math import cos, hypot, inf, pi, radians, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.encounter.bands.levelout import profile
from airpact.encounter.bands.motion import ALT, HDIR, HS, VS
from airpact.encounter.flown import PATH, apart, least, set_straight, state_at, stay
from airpact.encounter.volumes import CYLINDER, Volume

LENGTH_S = 240.0
DENSE_S = 0.02
SIDE = st.sampled_from((-1.0, 1.0))
Row = np.ndarray


@st.composite
def paths(draw: st.DrawFn) -> Row:
    """Draw one path of any sort: straight, or one manoeuvre after a wait."""
    row = np.zeros(1, PATH)
    far, bearing = draw(st.floats(0.0, 15_000.0)), draw(st.floats(0.0, 2 * pi))
    speed, track = draw(st.sampled_from((8.0, 30.0, 120.0, 250.0))), draw(st.floats(0.0, 2 * pi))
    climb = draw(st.sampled_from((0.0, 3.0, -8.0)))
    height = draw(st.floats(1000.0, 1600.0))
    velocity = (speed * sin(track), speed * cos(track), climb)
    set_straight(row[0], (far * sin(bearing), far * cos(bearing), height), velocity)
    kind = draw(st.sampled_from((-1, HDIR, HDIR, HS, VS, ALT)))
    if kind == -1 or (kind == VS and climb == 0.0):
        return row
    wait, side = draw(st.sampled_from((0.0, 7.3, 60.0))), draw(SIDE)
    row["dimension"], row["wait_s"] = kind, wait
    if kind == ALT:
        begin = height + climb * wait
        target = begin + draw(st.floats(-600.0, 600.0))
        plan = profile(begin, climb, target, 1.5, 2.54)
        row["target_m"], row["until_s"] = target, wait + plan.t3_s
        for name, value in zip(plan._fields, plan, strict=True):
            row[name] = value
        return row
    rate = {HDIR: min(radians(3.0), 4.5 / speed), HS: 0.6, VS: 1.5}[kind]
    change = {HDIR: radians(draw(st.floats(5.0, 90.0))), HS: 0.2 * speed, VS: abs(climb)}[kind]
    row["rate"] = rate * (-1.0 if kind == VS and climb > 0.0 else 1.0 if kind == VS else side)
    row["until_s"] = wait + change / rate
    return row


def sampled(a: Row, b: Row, length_s: float, d_m: float, h_m: float) -> tuple[float, float]:
    """Return the least (norm, slant) over dense samples."""
    apart_at = np.array([apart(a[0], b[0], t) for t in np.arange(0.0, length_s + DENSE_S / 2, DENSE_S)])
    flat, tall = np.hypot(apart_at[:, 0], apart_at[:, 1]), np.abs(apart_at[:, 2])
    return float(np.maximum(flat / d_m, tall / h_m).min()), float(np.hypot(flat, tall).min())


@given(paths())
def test_a_path_is_without_jumps_and_its_velocity_is_its_motion(path: Row) -> None:
    step = 1e-3
    edges = [float(path["wait_s"][0]), float(path["until_s"][0])]
    for t in np.linspace(0.0, LENGTH_S, 60):
        if min(abs(t - edge) for edge in edges) < 0.1:
            continue
        before, here, after = (np.array(state_at(path[0], t + d)) for d in (-step, 0.0, step))
        assert (after[:3] - before[:3]) / (2 * step) == pytest.approx(here[3:], abs=5e-3)
    for edge in edges:
        before, after = (np.array(state_at(path[0], edge + d)) for d in (-1e-6, 1e-6))
        assert before == pytest.approx(after, abs=1e-2)


@given(paths(), paths(), st.sampled_from(((9260.0, 300.0), (1000.0, 150.0), (3000.0, inf))))
def test_the_least_separation_is_that_of_dense_sampling(a: Row, b: Row, minima: tuple[float, float]) -> None:
    d_m, h_m = minima
    norm, slant = least(a[0], b[0], LENGTH_S, d_m, h_m)
    dense_norm, dense_slant = sampled(a, b, LENGTH_S, d_m, h_m)
    coarse_m = 500.0 * DENSE_S / 2 + 0.3  # what the samples and the chords may miss
    assert abs(slant - dense_slant) < coarse_m
    assert abs(norm - dense_norm) < max(coarse_m / d_m, 16.0 * DENSE_S / h_m)
    swapped = least(b[0], a[0], LENGTH_S, d_m, h_m)
    assert swapped == (norm, slant)


@given(paths(), paths())
def test_after_both_manoeuvres_the_stay_is_inside_and_nothing_else_is(a: Row, b: Row) -> None:
    volume = Volume(CYLINDER, 3000.0, 200.0, 0.0, 0.0)
    t_in, t_out = stay(a[0], b[0], volume, LENGTH_S)
    bent = max(float(a["until_s"][0]), float(b["until_s"][0]))
    for t in np.linspace(bent, LENGTH_S, 80) if bent < LENGTH_S else ():
        x, y, z = apart(a[0], b[0], t)[:3]
        clearly = max(hypot(x, y) / 3000.0, abs(z) / 200.0)
        if clearly < 0.999:
            assert t_in - 1e-6 <= t <= t_out + 1e-6
        elif clearly > 1.001:
            assert not t_in + 1e-6 < t < t_out - 1e-6


def test_heights_that_are_not_known_count_as_the_same() -> None:
    a, b = np.zeros(1, PATH), np.zeros(1, PATH)
    set_straight(a[0], (0.0, 0.0, np.nan), (100.0, 0.0, np.nan))
    set_straight(b[0], (10_000.0, 500.0, 900.0), (-100.0, 0.0, 0.0))
    assert least(a[0], b[0], 120.0, 1000.0, 150.0) == pytest.approx((0.5, 500.0))
    t_in, t_out = stay(a[0], b[0], Volume(CYLINDER, 1000.0, inf, 0.0, 0.0), 120.0)
    half = (1000.0**2 - 500.0**2) ** 0.5 / 200.0
    assert (t_in, t_out) == pytest.approx((50.0 - half, 50.0 + half))
