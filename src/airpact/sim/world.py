"""The simulated world: where every aircraft is, and what each feed would deliver about it in any interval.

A pure function of the scenario and a seed: nothing is remembered between calls, so any interval can be asked for, in
any order, cut anywhere, and gives the same reports. The clock is the caller's.
"""

from dataclasses import dataclass
from itertools import groupby
from math import ceil
from operator import attrgetter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from airpact.feeds.report import FeedBatch, Report
from airpact.geo.units import m_from_ft
from airpact.sim.faults import Stale
from airpact.sim.noise import drifting
from airpact.sim.paths import M_PER_DEG, Flight, flight_of
from airpact.sim.scenario import Scenario
from airpact.sim.sightings import sightings_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

ALTITUDE_STEP_M: Final = m_from_ft(25.0)  # barometric height travels in steps of 25 ft (ICAO Annex 10 vol. IV, Q bit)
VELOCITY_ERROR_PER_S: Final = 0.01  # velocity error per position error: what a tracker smoothing over 100 s leaves
DRIFT_S: Final = 20.0  # errors of satellites and of trackers drift over tens of seconds; they are not white
SLOW_MPS: Final = 10.0  # below it the direction of a track is noise anyway; bounds the error in degrees
IN_ORDER: Final = attrgetter("feed", "received_s", "id")


@dataclass(frozen=True, slots=True)
class Truth:
    """Where aircraft really are, one row per question; columns of equal length (SI, degrees)."""

    flying: Mask
    lat_deg: Floats
    lon_deg: Floats
    altitude_m: Floats
    track_deg: Floats
    speed_mps: Floats
    vertical_mps: Floats


class SimWorld:
    """A scenario under a seed; ask `batches` for what the feeds deliver and `truth` for what is."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        """Integrate every path once and lay out who sees whom."""
        self.scenario = scenario
        flights = [flight_of(aircraft, scenario) for aircraft in scenario.aircraft]
        self._begins_s = np.array([aircraft.begins_s for aircraft in scenario.aircraft])
        self._duration_s = np.array([flight.duration_s for flight in flights])
        self._columns = _table(flights)
        self._seen = sightings_of(scenario, seed)

    def truth(self, aircraft: Ints, loop_s: Floats) -> Truth:
        """Return the true state of each given aircraft (its row in the scenario) at its own second of the loop."""
        own_s = np.mod(loop_s - self._begins_s[aircraft], self.scenario.length_s)
        last_s = self._duration_s[aircraft]
        flying = own_s <= last_s
        own_s = np.minimum(own_s, last_s)
        step = np.minimum(own_s, last_s - 1.0).astype(np.int64)
        here, there = self._columns[:, aircraft, step], self._columns[:, aircraft, step + 1]
        lat, lon, altitude, track, speed = here + (there - here) * (own_s - step)
        return Truth(flying, lat, lon, altitude, np.mod(track, 360.0), speed, there[2] - here[2])

    def batches(self, from_s: float, to_s: float, epoch_s: float) -> tuple[FeedBatch, ...]:
        """Return what feeds deliver from `from_s` until just before `to_s` (Unix s); the loop starts at `epoch_s`."""
        reports = sorted(self._reports(from_s - epoch_s, to_s - epoch_s, epoch_s), key=IN_ORDER)
        by_feed = {name: tuple(group) for name, group in groupby(reports, key=attrgetter("feed"))}
        heard = {name: epoch_s + beat_s for name, beat_s in self._beats(from_s - epoch_s, to_s - epoch_s)}
        heard |= {name: delivered[-1].received_s for name, delivered in by_feed.items()}
        return tuple(FeedBatch(name, heard[name], by_feed.get(name, ())) for name in sorted(heard))

    def _beats(self, from_s: float, to_s: float) -> list[tuple[str, float]]:
        """Return feed and time of the last scan due in the interval: a feed that sees nobody still shows it lives."""
        beats = []
        for feed in self.scenario.feeds:
            beat_s = (ceil((to_s - feed.delay_s) / feed.period_s) - 1) * feed.period_s + feed.delay_s
            if beat_s >= max(from_s, feed.delay_s) and not self._silent(feed.name, beat_s):
                beats.append((feed.name, beat_s))
        return beats

    def _silent(self, feed: str, at_s: float) -> bool:
        loop_s = at_s % self.scenario.length_s
        stale = [fault for fault in self.scenario.faults if isinstance(fault, Stale) and fault.feed == feed]
        return any(fault.from_s <= loop_s < fault.to_s for fault in stale)

    def _reports(self, from_s: float, to_s: float, epoch_s: float) -> list[Report]:
        """Return the reports received in the interval (seconds since the epoch), in no order."""
        seen = self._seen
        rows, scans = seen.due(from_s, to_s)
        valid_s = scans * seen.period_s[rows] + seen.offset_s[rows]
        loop_s = np.mod(valid_s, self.scenario.length_s)
        truth = self.truth(seen.aircraft[rows], loop_s)
        silent = seen.missing(rows, np.mod(valid_s + seen.delay_s[rows], self.scenario.length_s))
        kept = truth.flying & self._covered(rows, truth) & ~silent
        columns = (
            rows,
            epoch_s + valid_s,
            epoch_s + valid_s + seen.delay_s[rows],
            *self._sensed(rows, valid_s, truth),
        )
        each = zip(*(column[kept].tolist() for column in columns), strict=True)
        return [seen.each[row].report(*numbers) for row, *numbers in each]

    def _covered(self, rows: Ints, truth: Truth) -> Mask:
        """Return which rows lie inside the circle and above the floor of their feed."""
        seen = self._seen
        north_m = (truth.lat_deg - seen.centre_lat_deg[rows]) * M_PER_DEG
        east_m = (truth.lon_deg - seen.centre_lon_deg[rows]) * M_PER_DEG * np.cos(np.radians(truth.lat_deg))
        inside: Mask = np.hypot(north_m, east_m) <= seen.radius_m[rows]
        return inside & (truth.altitude_m >= seen.floor_m[rows])

    def _sensed(self, rows: Ints, valid_s: Floats, truth: Truth) -> tuple[Floats, ...]:
        """Return latitude, longitude, altitude, track, speed and vertical speed as the feed measures them."""
        seen = self._seen
        sigma_m = seen.sigma_m[rows]
        north, east = drifting(seen.keys[rows], valid_s, DRIFT_S)
        ahead, aside = drifting(~seen.keys[rows], valid_s, DRIFT_S)
        north_m, east_m = seen.shifted_m(rows, np.mod(valid_s, self.scenario.length_s))
        east_per_deg = M_PER_DEG * np.cos(np.radians(truth.lat_deg))
        aside_rad = aside * sigma_m * VELOCITY_ERROR_PER_S / np.maximum(truth.speed_mps, SLOW_MPS)
        return (
            (truth.lat_deg + (north_m + north * sigma_m) / M_PER_DEG).round(6),
            (truth.lon_deg + (east_m + east * sigma_m) / east_per_deg).round(6),
            np.round(truth.altitude_m / ALTITUDE_STEP_M) * ALTITUDE_STEP_M,
            np.mod(truth.track_deg + np.degrees(aside_rad), 360.0).round(1),
            np.maximum(truth.speed_mps + ahead * sigma_m * VELOCITY_ERROR_PER_S, 0.0).round(1),
            truth.vertical_mps.round(2),
        )


def _table(flights: list[Flight]) -> Floats:
    """Return the flights as one array (5 columns, aircraft, seconds), each row held at its last value to the end."""
    width = max(len(flight.lat_deg) for flight in flights)
    table = np.empty((5, len(flights), width))
    for row, flight in enumerate(flights):
        columns = (flight.lat_deg, flight.lon_deg, flight.altitude_m, flight.track_deg, flight.speed_mps)
        for at, column in enumerate(columns):
            table[at, row, : len(column)] = column
            table[at, row, len(column) :] = column[-1]
    return table
