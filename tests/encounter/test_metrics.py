"""The metrics of a pair against dense sampling, and where the reference's conventions must be met exactly."""

from math import hypot, inf, isnan, nan
from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.encounter.metrics import (
    COLUMNS,
    closest_point,
    co_altitude_time_s,
    horizontal_miss_m,
    measure,
    modified_tau_s,
    vertical_miss_m,
)

Vector = tuple[float, float, float]

LOOKAHEAD_S: Final = 180.0
DMOD_M: Final = 0.66 * 1852.0
TIMES_S: Final = np.linspace(0.0, LOOKAHEAD_S, 7201)
PLACE: Final = st.tuples(st.floats(-30_000, 30_000), st.floats(-30_000, 30_000), st.floats(-2000, 2000))
VELOCITY: Final = st.tuples(st.floats(-300, 300), st.floats(-300, 300), st.floats(-30, 30))


def measured(s: Vector, v: Vector) -> dict[str, float]:
    """Return the metrics of a pair by name."""
    row = np.empty(len(COLUMNS))
    measure(s, v, LOOKAHEAD_S, DMOD_M, row)
    return dict(zip(COLUMNS, row.tolist(), strict=True))


@given(PLACE, VELOCITY)
def test_miss_distances_are_the_least_that_dense_sampling_finds(s: Vector, v: Vector) -> None:
    found = measured(s, v)
    across = np.hypot(s[0] + TIMES_S * v[0], s[1] + TIMES_S * v[1])
    above = np.abs(s[2] + TIMES_S * v[2])
    step_s = TIMES_S[1] / 2
    assert across.min() - step_s * found["hclo"] - 1e-6 <= found["hmd"] <= across.min() + 1e-6
    assert above.min() - step_s * found["vclo"] - 1e-6 <= found["vmd"] <= above.min() + 1e-6
    assert found["hsep"] == pytest.approx(across[0])
    assert found["vsep"] == above[0]


@given(PLACE, VELOCITY)
def test_no_place_on_the_line_to_come_is_nearer_than_the_closest_point(s: Vector, v: Vector) -> None:
    time_s, distance_m = closest_point(s, v)
    if isnan(time_s):
        assert isnan(distance_m)
        return
    assert time_s >= 0.0
    for t in (0.0, time_s * 0.999, time_s * 1.001 + 1e-3, time_s + 10.0):
        assert hypot(s[0] + t * v[0], s[1] + t * v[1]) >= distance_m - 1e-6 * (1 + distance_m)


@given(PLACE, VELOCITY)
def test_modified_tau_is_the_time_to_the_circle_at_the_rate_of_now(s: Vector, v: Vector) -> None:
    """Munoz et al.: (DMOD2 - r2) / (r r'), positive when closing from outside, else -1."""
    separation = hypot(s[0], s[1])
    rate = (s[0] * v[0] + s[1] * v[1]) / separation if separation > 0.0 else 0.0
    expected = (DMOD_M**2 - separation**2) / (separation * rate) if separation > DMOD_M and rate < 0.0 else -1.0
    assert modified_tau_s(s, v, DMOD_M) == pytest.approx(expected, rel=1e-9)


def test_without_horizontal_motion_there_is_no_closest_point() -> None:
    found = measured((3000.0, 4000.0, 100.0), (0.0, 0.0, 5.0))
    assert isnan(found["tcpa"])
    assert isnan(found["dcpa"])
    assert (found["hmd"], found["hclo"], found["taumod"]) == (5000.0, 0.0, -1.0)


def test_a_pair_that_diverges_is_closest_now_and_its_speeds_are_magnitudes() -> None:
    found = measured((3000.0, 4000.0, -100.0), (30.0, 40.0, -5.0))
    assert (found["tcpa"], found["dcpa"], found["hmd"], found["vmd"]) == (0.0, 5000.0, 5000.0, 100.0)
    assert (found["hclo"], found["vclo"], found["taumod"], found["tcoa"]) == (50.0, 5.0, -1.0, -20.0)


def test_what_lies_beyond_the_look_ahead_is_not_predicted() -> None:
    found = measured((20_000.0, 0.0, 2000.0), (-100.0, 0.0, -10.0))
    assert (found["tcpa"], found["dcpa"], found["tcoa"]) == (200.0, 0.0, 200.0)
    assert (found["hmd"], found["vmd"]) == (2000.0, 200.0)


@pytest.mark.parametrize(
    ("s_z", "v_z", "expected"),
    [
        (100.0, 0.0, -inf),
        (0.0, 0.0, -inf),
        (0.0, 5.0, 0.0),
        (100.0, -5.0, 20.0),
        (100.0, 5.0, -20.0),
        (9.0, 9e-14, -inf),
    ],
)
def test_time_to_co_altitude(s_z: float, v_z: float, expected: float) -> None:
    assert co_altitude_time_s((0.0, 0.0, s_z), (0.0, 0.0, v_z)) == expected


def test_modified_tau_on_the_circle_inside_it_and_without_closure() -> None:
    closing = (-100.0, 0.0, 0.0)
    assert modified_tau_s((DMOD_M, 0.0, 0.0), closing, DMOD_M) == -1.0
    assert modified_tau_s((DMOD_M / 2, 0.0, 0.0), closing, DMOD_M) == -1.0
    assert modified_tau_s((2 * DMOD_M, 0.0, 0.0), (0.0, 100.0, 0.0), DMOD_M) == -1.0
    assert modified_tau_s((2 * DMOD_M, 0.0, 0.0), closing, DMOD_M) == pytest.approx(1.5 * DMOD_M / 100.0)


@pytest.mark.parametrize("tiny", [1e-160, 1e-170, 1e-308, 5e-324])
def test_a_closure_too_slow_to_square_moves_nothing(tiny: float) -> None:
    s, v = (3000.0, 4000.0, 100.0), (-tiny, -tiny, -tiny)
    assert horizontal_miss_m(s, v, LOOKAHEAD_S) == 5000.0
    assert vertical_miss_m(s, v, LOOKAHEAD_S) == 100.0
    assert all(
        each in (5000.0, 100.0, -inf, -1.0, inf) or each >= 0.0 or isnan(each) for each in measured(s, v).values()
    )


def test_what_is_not_known_stays_unknown() -> None:
    found = measured((nan, 0.0, 0.0), (1.0, 0.0, 0.0))
    assert isnan(found["hsep"])
    assert isnan(found["hmd"])
