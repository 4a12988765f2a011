"""Who sees whom: one row for every aircraft in every feed that carries it, and one for every duplicate.

Rows are columns of numbers where the world computes with them, and a template of what never changes where it writes
a report.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, nan, radians, sin

import numpy as np
from numpy.typing import NDArray

from airpact.feeds.report import Report
from airpact.geo.units import AltitudeKind, m_from_ft, m_from_nm
from airpact.sim.faults import Dropout, Duplicate, Jump, Stale, Window
from airpact.sim.noise import Keys, key_of, uniforms
from airpact.sim.scenario import Aircraft, Scenario, SimFeed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sighting:
    """One aircraft as one feed sees it; with `duplicate`, seen again there under that fault's id."""

    feed: SimFeed
    aircraft: Aircraft
    row: int  # of the aircraft in the scenario
    duplicate: Duplicate | None = None

    @property
    def id(self) -> str:
        """Return the id this feed gives the aircraft."""
        return self.duplicate.id if self.duplicate else self.aircraft.id

    def report(
        self,
        valid_s: float,
        received_s: float,
        lat_deg: float,
        lon_deg: float,
        altitude_m: float,
        track_deg: float,
        speed_mps: float,
        vertical_mps: float,
    ) -> Report:
        """Return the report of this sighting with the given numbers; a rebroadcast carries no name of its own."""
        feed, craft, twin = self.feed, self.aircraft, self.duplicate
        high = craft.reports_height
        return Report(
            feed.name,
            self.id,
            twin.source if twin else feed.source,
            valid_s,
            received_s,
            lat_deg,
            lon_deg,
            altitude_m=altitude_m if high else nan,
            altitude_kind=feed.kind if high else AltitudeKind.UNKNOWN,
            track_deg=track_deg,
            ground_speed_mps=speed_mps,
            vertical_speed_mps=vertical_mps if high else nan,
            callsign="" if twin else craft.callsign,
            squawk="" if twin else craft.squawk,
            category=craft.category,
            nic=feed.nic,
            nac_p=feed.nac_p,
            sil=feed.sil,
            containment_m=nan if feed.containment_m is None else feed.containment_m,
        )


@dataclass(frozen=True, slots=True)
class Gap:
    """Rows that deliver nothing while a window holds (or, with `outside`, while it does not)."""

    rows: Mask
    window: Window
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Shift:
    """Rows whose position is displaced while a window holds."""

    rows: Mask
    window: Window
    north_m: float
    east_m: float


@dataclass(frozen=True, slots=True)
class Sightings:
    """Every sighting, its numbers as columns of equal length, and what faults do to which rows."""

    each: tuple[Sighting, ...]
    aircraft: Ints
    keys: Keys
    period_s: Floats
    offset_s: Floats  # of each row inside the period: an antenna turns, transponders are not in step
    delay_s: Floats
    sigma_m: Floats
    centre_lat_deg: Floats
    centre_lon_deg: Floats
    radius_m: Floats
    floor_m: Floats
    gaps: tuple[Gap, ...]
    shifts: tuple[Shift, ...]

    def missing(self, rows: Ints, loop_s: Floats) -> Mask:
        """Return which of the rows a fault silences at their second of the loop."""
        silent = np.zeros(len(rows), dtype=np.bool_)
        for gap in self.gaps:
            silent |= gap.rows[rows] & (gap.window.holds(loop_s) ^ gap.outside)
        return silent

    def shifted_m(self, rows: Ints, loop_s: Floats) -> tuple[Floats, Floats]:
        """Return how far north and east faults displace the rows at their second of the loop."""
        north_m, east_m = np.zeros(len(rows)), np.zeros(len(rows))
        for shift in self.shifts:
            held = shift.rows[rows] & shift.window.holds(loop_s)
            north_m += held * shift.north_m
            east_m += held * shift.east_m
        return north_m, east_m

    def due(self, from_s: float, to_s: float) -> tuple[Ints, Ints]:
        """Return (row, scan number) of everything received from `from_s` until just before `to_s` (since the epoch)."""
        lag_s = self.offset_s + self.delay_s
        first = np.maximum(np.ceil((from_s - lag_s) / self.period_s), 0.0).astype(np.int64)
        count = np.maximum(np.ceil((to_s - lag_s) / self.period_s).astype(np.int64) - first, 0)
        rows = np.repeat(np.arange(len(count)), count)
        before = np.cumsum(count) - count
        return rows, first[rows] + np.arange(len(rows)) - before[rows]


def sightings_of(scenario: Scenario, seed: int) -> Sightings:
    """Return who sees whom in a scenario; the seed decides the order inside a scan and the noise."""
    each = tuple(_sightings(scenario))
    feeds = [sighting.feed for sighting in each]
    keys = np.array([key_of(seed, f"{sighting.feed.name}/{sighting.id}") for sighting in each], dtype=np.uint64)
    period_s = np.array([feed.period_s for feed in feeds])
    late_s = np.array([sighting.duplicate.delay_s if sighting.duplicate else 0.0 for sighting in each])
    return Sightings(
        each=each,
        aircraft=np.array([sighting.row for sighting in each], dtype=np.int64),
        keys=keys,
        period_s=period_s,
        offset_s=uniforms(keys, np.full(len(keys), -1)) * period_s,
        delay_s=np.array([feed.delay_s for feed in feeds]) + late_s,
        sigma_m=np.array([feed.sigma_m for feed in feeds]),
        centre_lat_deg=np.array([feed.coverage.lat for feed in feeds]),
        centre_lon_deg=np.array([feed.coverage.lon for feed in feeds]),
        radius_m=np.array([m_from_nm(feed.coverage.radius_nm) for feed in feeds]),
        floor_m=np.array([m_from_ft(feed.coverage.floor_ft) for feed in feeds]),
        gaps=tuple(_gaps(scenario, each)),
        shifts=tuple(_shifts(scenario, each)),
    )


def _sightings(scenario: Scenario) -> Iterator[Sighting]:
    feeds = {feed.name: feed for feed in scenario.feeds}
    row_of = {aircraft.id: row for row, aircraft in enumerate(scenario.aircraft)}
    for row, aircraft in enumerate(scenario.aircraft):
        for name in scenario.feeds_of(aircraft):
            yield Sighting(feeds[name], aircraft, row)
    for fault in scenario.faults:
        if isinstance(fault, Duplicate):
            row = row_of[fault.aircraft]
            yield Sighting(feeds[fault.feed], scenario.aircraft[row], row, fault)


def _gaps(scenario: Scenario, each: tuple[Sighting, ...]) -> Iterator[Gap]:
    for fault in scenario.faults:
        match fault:
            case Stale(feed=name):
                yield Gap(np.array([sighting.feed.name == name for sighting in each]), fault)
            case Dropout(aircraft=id):
                yield Gap(np.array([sighting.aircraft.id == id for sighting in each]), fault)
            case Duplicate():
                yield Gap(np.array([sighting.duplicate is fault for sighting in each]), fault, outside=True)


def _shifts(scenario: Scenario, each: tuple[Sighting, ...]) -> Iterator[Shift]:
    for fault in scenario.faults:
        match fault:
            case Jump(aircraft=id):
                rows = np.array([sighting.aircraft.id == id for sighting in each])
                yield _shift(rows, fault, m_from_nm(fault.distance_nm), fault.bearing_deg)
            case Duplicate():
                rows = np.array([sighting.duplicate is fault for sighting in each])
                yield _shift(rows, fault, fault.distance_m, fault.bearing_deg)


def _shift(rows: Mask, window: Window, distance_m: float, bearing_deg: float) -> Shift:
    bearing_rad = radians(bearing_deg)
    return Shift(rows, window, distance_m * cos(bearing_rad), distance_m * sin(bearing_rad))
