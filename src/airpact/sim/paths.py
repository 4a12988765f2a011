"""From a path in a scenario to where the aircraft is at every second of it.

Paths are integrated once, at 1 s steps, on the reference sphere (1 minute of arc = 1 NM); between steps the world
interpolates. A steady turn is exact at the steps: each chord is shortened by the sinc of half the turn.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import atan2, ceil, cos, degrees, hypot, pi, radians, sin, tan
from typing import Final

import numpy as np
from numpy.typing import NDArray

from airpact.geo.units import M_PER_NM, m_from_ft, mps_from_fpm, mps_from_kt
from airpact.sim.scenario import (
    CLOSURE_M,
    RELEASE_S,
    Aim,
    Aircraft,
    ByAirway,
    ByLegs,
    ByPoints,
    Flown,
    Leg,
    Orbit,
    Repeat,
    Scenario,
    Straight,
    Turn,
    Waypoint,
)

Floats = NDArray[np.float64]

M_PER_DEG: Final = 60.0 * M_PER_NM
ACCELERATION_MPS2: Final = 1.0  # about 2 kt/s: a brisk but ordinary change of speed
ROUTE_TURN_DPS: Final = 1.5  # half of standard rate: what an airliner flies between waypoints at cruise speed


@dataclass(frozen=True, slots=True)
class Flight:
    """One aircraft second by second: columns of equal length n + 1 for a flight of n whole seconds (SI, degrees)."""

    lat_deg: Floats
    lon_deg: Floats
    altitude_m: Floats
    track_deg: Floats  # continuous, not wrapped at 360, so that it can be interpolated
    speed_mps: Floats

    @property
    def duration_s(self) -> float:
        """Return how long the flight lasts."""
        return float(len(self.lat_deg) - 1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A leg as flown: whole seconds at one turn rate, with what is aimed at."""

    seconds: int
    turn_dps: float
    aim: Aim


def flight_of(aircraft: Aircraft, scenario: Scenario) -> Flight:
    """Return where an aircraft of the scenario is at each second of its flight."""
    match aircraft.path:
        case ByLegs() as path:
            return _by_legs(path, aircraft)
        case ByPoints(points=points):
            return _by_points(points, aircraft, scenario.length_s)
        case ByAirway(name=name, reverse=reverse):
            line = scenario.airways[name][:: -1 if reverse else 1]
            return _by_points(tuple(Waypoint(lat=lat, lon=lon) for lat, lon in line), aircraft, scenario.length_s)


def seam_problem(flight: Flight, length_s: float) -> str:
    """Return why a flight would show its aircraft jumping where the loop closes, or "" when it would not."""
    gap_s = length_s - flight.duration_s
    if gap_s >= RELEASE_S:
        return ""
    north_m = (flight.lat_deg[-1] - flight.lat_deg[0]) * M_PER_DEG
    east_m = (flight.lon_deg[-1] - flight.lon_deg[0]) * M_PER_DEG * cos(radians(flight.lat_deg[0]))
    apart_m = hypot(north_m, east_m)
    if gap_s == 0.0 and apart_m <= CLOSURE_M:
        return ""
    return (
        f"flies {flight.duration_s:g} s of {length_s:g} s and ends {apart_m:.0f} m from its start; the track must be "
        f"gone for {RELEASE_S:g} s or go on within {CLOSURE_M:g} m"
    )


def _by_legs(path: ByLegs, aircraft: Aircraft) -> Flight:
    stretches = list(_stretches(path.legs, path.heading_deg))
    turn_dps = np.repeat([s.turn_dps for s in stretches], [s.seconds for s in stretches])
    track_deg = path.heading_deg + np.concatenate(([0.0], np.cumsum(turn_dps)))
    altitude_m, speed_mps = _profile(aircraft, stretches)
    pin = min(path.over.at_s, len(track_deg) - 1)  # `sim.reading` refuses a later one
    lat_deg, lon_deg = _positions(track_deg, speed_mps, pin, (path.over.lat, path.over.lon))
    return Flight(lat_deg, lon_deg, altitude_m, track_deg, speed_mps)


def _stretches(legs: tuple[Leg, ...], heading_deg: float) -> Iterator[Stretch]:
    """Yield legs as stretches of whole seconds, following the heading from leg to leg."""
    for leg in legs:
        for flown in leg.legs * leg.times if isinstance(leg, Repeat) else (leg,):
            stretch = _stretch(flown, heading_deg)
            heading_deg += stretch.seconds * stretch.turn_dps
            yield stretch


def _stretch(leg: Flown, heading_deg: float) -> Stretch:
    match leg:
        case Straight():
            return Stretch(leg.for_s, 0.0, leg)
        case Orbit():
            return Stretch(leg.for_s, leg.rate_dps if leg.side == "right" else -leg.rate_dps, leg)
        case Turn():
            angle_deg = _angle(leg, heading_deg)
            seconds = max(1, ceil(abs(angle_deg) / leg.rate_dps - 1e-9))
            return Stretch(seconds, angle_deg / seconds, leg)


def _angle(turn: Turn, heading_deg: float) -> float:
    """Return the signed angle to turn, right positive; half a circle by the shorter way goes right."""
    right_deg = (turn.to_deg - heading_deg) % 360.0
    if turn.side == "right" or (turn.side == "shorter" and right_deg <= 180.0):
        return right_deg
    return right_deg - 360.0


def _profile(aircraft: Aircraft, stretches: list[Stretch]) -> tuple[Floats, Floats]:
    """Return altitude (m) and speed (m/s) at every second, moving towards each aim at its rate."""
    aims = Aims(aircraft)
    rows = [(aims.altitude_m, aims.speed_mps)]
    for stretch in stretches:
        aims.take(stretch.aim)
        rows += [aims.after_1_s() for _ in range(stretch.seconds)]
    columns = np.array(rows).T
    return columns[0], columns[1]


class Aims:
    """Height and speed on their way to what is aimed at; mutable inside one integration only."""

    def __init__(self, aircraft: Aircraft) -> None:
        """Start level at the aircraft's own height and speed."""
        self.altitude_m = self.to_m = m_from_ft(aircraft.altitude_ft)
        self.speed_mps = self.to_mps = mps_from_kt(aircraft.speed_kt)
        self.climb_mps = 0.0

    def take(self, aim: Aim) -> None:
        """Aim at what a leg states; what it leaves out stays as it was."""
        if aim.altitude_ft is not None:
            self.to_m, self.climb_mps = m_from_ft(aim.altitude_ft), mps_from_fpm(aim.climb_fpm)
        if aim.speed_kt is not None:
            self.to_mps = mps_from_kt(aim.speed_kt)

    def after_1_s(self) -> tuple[float, float]:
        """Move on by one second and return altitude (m) and speed (m/s)."""
        self.altitude_m = _nearer(self.altitude_m, self.to_m, self.climb_mps)
        self.speed_mps = _nearer(self.speed_mps, self.to_mps, ACCELERATION_MPS2)
        return self.altitude_m, self.speed_mps


def _nearer(value: float, aim: float, step: float) -> float:
    return value + max(-step, min(step, aim - value))


def _positions(track_deg: Floats, speed_mps: Floats, pin: int, at: tuple[float, float]) -> tuple[Floats, Floats]:
    """Return latitude and longitude (degrees) at every second of a shape that is at `at` at second `pin`."""
    half_turn_rad = np.radians(np.diff(track_deg)) / 2.0
    chord_m = (speed_mps[:-1] + speed_mps[1:]) / 2.0 * np.sinc(half_turn_rad / pi)
    course_rad = np.radians(track_deg[:-1]) + half_turn_rad
    lat_deg = np.concatenate(([0.0], np.cumsum(chord_m * np.cos(course_rad)))) / M_PER_DEG
    lat_deg += at[0] - lat_deg[pin]
    east_deg = chord_m * np.sin(course_rad) / (M_PER_DEG * np.cos(np.radians((lat_deg[:-1] + lat_deg[1:]) / 2.0)))
    lon_deg = np.concatenate(([0.0], np.cumsum(east_deg)))
    return lat_deg, lon_deg + (at[1] - lon_deg[pin])


def _by_points(points: tuple[Waypoint, ...], aircraft: Aircraft, seconds_max: float) -> Flight:
    rows = list(_pursue(points, Aims(aircraft), seconds_max))
    lat_deg, lon_deg, altitude_m, track_deg, speed_mps = np.array(rows).T
    return Flight(lat_deg, lon_deg, altitude_m, track_deg, speed_mps)


def _pursue(points: tuple[Waypoint, ...], aims: Aims, seconds_max: float) -> Iterator[tuple[float, ...]]:
    """Yield (lat, lon, altitude, track, speed) each second while flying from point to point with rounded corners."""
    lat, lon = points[0].lat, points[0].lon
    track_deg = _towards((lat, lon), points[1])[0]
    aims.take(points[0])
    yield lat, lon, aims.altitude_m, track_deg, aims.speed_mps
    second = 0
    for at, point in enumerate(points[1:], start=1):
        aims.take(point)
        corner_deg = _corner(points, at)
        while second < seconds_max:
            bearing_deg, left_m = _towards((lat, lon), point)
            if left_m <= _lead_m(corner_deg, aims.speed_mps):
                break
            off_deg = (bearing_deg - track_deg + 180.0) % 360.0 - 180.0
            turn_deg = max(-ROUTE_TURN_DPS, min(ROUTE_TURN_DPS, off_deg))
            altitude_m, speed_mps = aims.after_1_s()
            course_rad = radians(track_deg + turn_deg / 2.0)
            lat_next = lat + speed_mps * cos(course_rad) / M_PER_DEG
            lon += speed_mps * sin(course_rad) / (M_PER_DEG * cos(radians((lat + lat_next) / 2.0)))
            lat, track_deg, second = lat_next, track_deg + turn_deg, second + 1
            yield lat, lon, altitude_m, track_deg, speed_mps


def _towards(here: tuple[float, float], point: Waypoint) -> tuple[float, float]:
    """Return bearing (degrees) and distance (m) to a point on a local plane: legs are tens of miles."""
    north_m = (point.lat - here[0]) * M_PER_DEG
    east_m = (point.lon - here[1]) * M_PER_DEG * cos(radians((point.lat + here[0]) / 2.0))
    return degrees(atan2(east_m, north_m)), hypot(north_m, east_m)


def _corner(points: tuple[Waypoint, ...], at: int) -> float:
    """Return the change of course at a point (degrees, unsigned); 0 at the last."""
    if at + 1 >= len(points):
        return 0.0
    before_deg = _towards((points[at - 1].lat, points[at - 1].lon), points[at])[0]
    after_deg = _towards((points[at].lat, points[at].lon), points[at + 1])[0]
    return abs((after_deg - before_deg + 180.0) % 360.0 - 180.0)


def _lead_m(corner_deg: float, speed_mps: float) -> float:
    """Return how far before a corner to start turning: radius times the tangent of half the corner, 1 s at least."""
    radius_m = speed_mps / radians(ROUTE_TURN_DPS)
    return max(speed_mps, radius_m * tan(radians(min(corner_deg, 150.0)) / 2.0))
