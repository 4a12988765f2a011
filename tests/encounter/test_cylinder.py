"""The cylinder against dense sampling and against exact fractions; edge cases where other detectors were wrong.

The oracle moves points in a plane second by second and asks whether they are inside; it solves nothing.
"""

from fractions import Fraction
from math import inf

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from airpact.encounter.volumes import CYLINDER, Volume, conflict, interval

NEVER = (inf, -inf)
PLACE = st.floats(-20_000.0, 20_000.0)
SPEED = st.floats(-300.0, 300.0)
HEIGHT = st.floats(-2_000.0, 2_000.0)
CLIMB = st.sampled_from((0.0, 0.5, -3.0, 10.0, -25.0))
STEP_S = 0.05
HORIZON_S = 400.0
FAR_S = 3600.0


def stay(
    x: float, y: float, vx: float, vy: float, dz: float, vz: float, wide: float, high: float
) -> tuple[float, float]:
    """Return the stay in the cylinder of one that moves past another at rest; beyond an hour it never ends."""
    volume = Volume(CYLINDER, wide, high, 0.0, 0.0)
    t_in, t_out = interval(volume, (x, y, dz), (vx, vy, vz), (0.0, 0.0, 0.0), 0.0, FAR_S)
    return (t_in, t_out if t_out < FAR_S else inf) if conflict(t_in, t_out) else NEVER


@given(PLACE, PLACE, SPEED, SPEED, HEIGHT, CLIMB, st.floats(100.0, 10_000.0), st.floats(50.0, 900.0), st.booleans())
def test_the_interval_is_what_dense_sampling_finds(
    x: float, y: float, vx: float, vy: float, dz: float, vz: float, wide: float, high: float, known: bool
) -> None:
    t = np.arange(0.0, HORIZON_S, STEP_S)
    reach = np.hypot(x + vx * t, y + vy * t)
    inside = reach < wide
    if known:
        inside &= np.abs(dz + vz * t) < high
    t_in, t_out = stay(x, y, vx, vy, dz, vz, wide, high if known else inf)
    if inside.any():
        first, last = t[inside][0], t[inside][-1]
        assert first - STEP_S <= t_in <= first + 1e-6
        assert last - 1e-6 <= t_out
        assert t_out <= last + STEP_S or last == t[-1]
    elif t_in < HORIZON_S:
        grazes = reach.min() > wide - 1e-6  # a stay this shallow is lost in rounding, however long it is
        assert grazes or t_out - t_in <= STEP_S + 1e-6, "a stay longer than the sampling step was seen by the samples"


@given(st.integers(-600, 600), st.integers(-600, 600), st.integers(-200, 200), st.integers(-200, 200))
def test_entry_and_exit_solve_the_exact_equation(dx: int, dy: int, vx: int, vy: int) -> None:
    """In fractions: the squared range at either end of the interval is the squared radius."""
    assume(abs(vx) + abs(vy) > 50)
    radius, x, y = 926, dx - 40 * vx, dy - 40 * vy
    t_in, t_out = stay(float(x), float(y), float(vx), float(vy), 0.0, 0.0, float(radius), inf)
    assert 0.0 < t_in < t_out < inf
    for t in (Fraction(t_in), Fraction(t_out)):
        squared = (x + vx * t) ** 2 + (y + vy * t) ** 2
        assert abs(float(squared) - radius**2) < 1e-6 * radius**2


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        ((900.0, 0.0, 0.0, 0.0, 0.0, 0.0), (0.0, inf)),  # formation inside: a loss that never ends
        ((2000.0, 0.0, 0.0, 0.0, 0.0, 0.0), NEVER),  # formation outside: nothing, and no division by zero
        ((1000.0, 0.0, 0.0, 0.0, 0.0, 0.0), NEVER),  # exactly at the limit: touching is no loss
        ((0.0, 0.0, 0.0, 0.0, 0.0, 0.0), (0.0, inf)),  # the same place
        ((5000.0, 1000.0, -100.0, 0.0, 0.0, 0.0), NEVER),  # a graze along the edge of the zone
        ((0.0, 0.0, 0.0, 0.0, 300.0, 0.0), NEVER),  # exactly at the vertical limit, level: not inside
        ((0.0, 0.0, 0.0, 0.0, 299.999, 0.0), (0.0, inf)),
        ((0.0, 0.0, 0.0, 0.0, 600.0, -10.0), (30.0, 90.0)),  # vertical only: same place, equal ground velocity
        ((3000.0, 0.0, 100.0, 0.0, 0.0, 0.0), NEVER),  # past
        ((-3000.0, 0.0, 100.0, 0.0, 0.0, 0.0), (20.0, 40.0)),
        ((500.0, 0.0, 100.0, 0.0, 0.0, 0.0), (0.0, 5.0)),  # past the closest point, still inside: a present loss
        ((-3000.0, 0.0, 100.0, 0.0, 900.0, -20.0), (30.0, 40.0)),  # in height only for the second half of the pass
    ],
)
def test_edge_cases_by_hand(
    pair: tuple[float, float, float, float, float, float], expected: tuple[float, float]
) -> None:
    assert stay(*pair, 1000.0, 300.0) == pytest.approx(expected)


def test_a_tie_within_the_rounding_of_feet_is_a_touch() -> None:
    """1,000 ft apart by two unit conversions that do not agree in the last bits: touching is no conflict."""
    heights = 35_000 * 0.3048 - 34_000 * 0.3048
    assert heights != 304.8
    assert stay(0.0, 0.0, 0.0, 0.0, heights, 0.0, 1000.0, 304.8) == NEVER
