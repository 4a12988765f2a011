"""Paths against geometry worked out another way: circles close, turns are circles, points are flown over."""

from math import cos, hypot, pi, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.sim.paths import Flight, flight_of, seam_problem
from airpact.sim.reading import parse_scenario
from airpact.sim.scenario import Scenario

M_PER_DEG = 111_120.0


def scenario_with(path: str, speed_kt: float = 360, altitude_ft: float = 10_000, length_s: int = 2000) -> Scenario:
    """Return a scenario of one aircraft on the given path (YAML flow style)."""
    return parse_scenario(
        f"""\
title: one
mode: EXERCISE
length_s: {length_s}
view: {{lat: 36, lon: 36, span_deg: 2}}
parties: [{{id: own, name: Own, role: own, feeds: [radar]}}]
feeds: [{{name: radar, coverage: {{lat: 36, lon: 36, radius_nm: 60}}}}]
aircraft: [{{id: 4b0001, party: own, altitude_ft: {altitude_ft}, speed_kt: {speed_kt}, path: {path}}}]
""",
        "one.yaml",
    )


def flown(path: str, **given: float) -> Flight:
    """Return the flight of the one aircraft on a path."""
    scenario = scenario_with(path, **given)  # type: ignore[arg-type]
    return flight_of(scenario.aircraft[0], scenario)


def apart_m(flight: Flight, i: int, j: int) -> float:
    """Return the distance between two seconds of a flight on a local plane."""
    north = (flight.lat_deg[j] - flight.lat_deg[i]) * M_PER_DEG
    east = (
        (flight.lon_deg[j] - flight.lon_deg[i]) * M_PER_DEG * cos(radians((flight.lat_deg[i] + flight.lat_deg[j]) / 2))
    )
    return hypot(north, east)


def legs(*given: str, heading: float = 90, at_s: int = 0) -> str:
    """Return a path of legs pinned over 36 N 36 E."""
    over = f"{{at_s: {at_s}, lat: 36, lon: 36}}"
    return f"{{by: legs, heading_deg: {heading}, over: {over}, legs: [{', '.join(given)}]}}"


@pytest.mark.parametrize("heading", [0, 90, 180, 270, 360, 37])
def test_a_straight_leg_covers_speed_times_time(heading: float) -> None:
    """360 kt for 100 s is 10 NM in the direction of the heading."""
    flight = flown(legs("{fly: straight, for_s: 100}", heading=heading))
    assert apart_m(flight, 0, 100) == pytest.approx(18_520, abs=1)
    assert (flight.lat_deg[100] - 36) * M_PER_DEG == pytest.approx(18_520 * cos(radians(heading)), abs=1)


@given(rate=st.sampled_from([0.8, 1.2, 1.5, 3.0]), speed=st.integers(60, 600), side=st.sampled_from(["left", "right"]))
def test_an_orbit_is_a_circle_of_the_radius_its_rate_gives(rate: float, speed: int, side: str) -> None:
    """Half an orbit is a diameter away and a whole one is back, whatever the speed."""
    period = round(360 / rate)
    flight = flown(legs(f"{{fly: orbit, for_s: {period}, rate_dps: {rate}, side: {side}}}"), speed_kt=speed)
    diameter_m = 2 * speed * 1852 / 3600 / radians(rate)
    # Headings are counted from north, which turns under a circle: diameter squared over the radius of the earth.
    assert apart_m(flight, 0, period) < 1 + diameter_m**2 / 6_371_000
    assert apart_m(flight, 0, period // 2) == pytest.approx(diameter_m, rel=2e-3)
    assert sum(apart_m(flight, i, i + 1) for i in range(period)) == pytest.approx(pi * diameter_m, rel=2e-3)


@pytest.mark.parametrize(
    ("start", "to", "side", "turned"),
    [
        (350, 10, "shorter", 20),
        (10, 350, "shorter", -20),
        (10, 350, "right", 340),
        (350, 10, "left", -340),
        (0, 180, "shorter", 180),
        (90, 90, "right", 0),
    ],
)
def test_a_turn_goes_the_way_it_is_told_and_ends_on_its_heading(
    start: float, to: float, side: str, turned: float
) -> None:
    """Through north either way; the heading stays continuous so that it can be interpolated."""
    turn = f"{{fly: turn, to_deg: {to}, side: {side}, rate_dps: 3}}"
    flight = flown(legs(turn, "{fly: straight, for_s: 1}", heading=start))
    assert flight.track_deg[-1] - start == pytest.approx(turned)


@given(at_s=st.integers(0, 200), heading=st.integers(0, 360))
def test_a_path_is_over_its_pin_when_it_says(at_s: int, heading: int) -> None:
    """The shape is moved, not bent: its length stays what speed and time make it."""
    flight = flown(legs("{fly: straight, for_s: 100}", "{fly: orbit, for_s: 100}", heading=heading, at_s=at_s))
    assert (flight.lat_deg[at_s], flight.lon_deg[at_s]) == (pytest.approx(36), pytest.approx(36))
    assert apart_m(flight, 0, 100) == pytest.approx(18_520, abs=2)


def test_height_and_speed_move_at_their_rates_through_later_legs_and_stop_where_aimed() -> None:
    """3,000 ft at 1,500 ft/min takes two minutes, although the leg that asked for it takes one."""
    climb = "{fly: straight, for_s: 60, altitude_ft: 13000, climb_fpm: 1500, speed_kt: 300}"
    flight = flown(legs(climb, "{fly: straight, for_s: 100}"))
    assert flight.altitude_m[60] / 0.3048 == pytest.approx(11_500)
    assert flight.altitude_m[120] / 0.3048 == pytest.approx(13_000)
    assert flight.altitude_m[-1] / 0.3048 == pytest.approx(13_000)
    assert flight.speed_mps[-1] * 3600 / 1852 == pytest.approx(300)


def test_a_route_passes_its_points_with_rounded_corners_and_ends_at_the_last() -> None:
    """Within a turn radius of the corner, within a second of the end, never faster round than its turn rate."""
    points = "[{lat: 36, lon: 36}, {lat: 36.3, lon: 36}, {lat: 36.3, lon: 36.4, altitude_ft: 8000}]"
    flight = flown(f"{{by: points, points: {points}}}")
    radius_m = 185.2 / radians(1.5)
    to_corner = min(
        hypot(a - 36.3, (b - 36) * cos(radians(36.3))) for a, b in zip(flight.lat_deg, flight.lon_deg, strict=True)
    )
    assert to_corner * M_PER_DEG < radius_m
    assert hypot(flight.lat_deg[-1] - 36.3, (flight.lon_deg[-1] - 36.4) * 0.806) * M_PER_DEG < 400
    assert abs(flight.track_deg[1:] - flight.track_deg[:-1]).max() <= 1.5 + 1e-9
    assert flight.altitude_m[-1] / 0.3048 < 10_000


def test_the_seam_of_the_loop_is_judged_by_what_a_track_would_do() -> None:
    """Gone for 60 s or going on where it was; anything between would draw a jump."""
    flight = flown(legs("{fly: orbit, for_s: 240}"))
    assert seam_problem(flight, 240) == ""
    assert seam_problem(flight, 300) == ""
    assert "must be" in seam_problem(flight, 299)
    open_ended = flown(legs("{fly: straight, for_s: 240}"))
    assert seam_problem(open_ended, 300) == ""
    assert "44448 m" in seam_problem(open_ended, 240)
