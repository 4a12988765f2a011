"""The world is a pure function: cut time anywhere, in any order, and the same reports come out."""

from itertools import pairwise
from math import isnan

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airpact.feeds.report import Report, iter_reports
from airpact.geo.units import AltitudeKind
from airpact.sim.faults import Jump
from airpact.sim.reading import load_scenario, shipped
from airpact.sim.world import SimWorld

EPOCH_S = 1_790_000_000.0
WORLD = SimWorld(load_scenario(shipped("demo.yaml")), seed=7)


def reports(world: SimWorld, from_s: float, to_s: float) -> list[bytes]:
    """Return the reports of an interval of seconds since the epoch as comparable bytes, sorted."""
    return sorted(
        msgspec.msgpack.encode(one) for one in iter_reports(world.batches(EPOCH_S + from_s, EPOCH_S + to_s, EPOCH_S))
    )


@settings(max_examples=25)
@given(start=st.floats(0, 2000), cuts=st.lists(st.floats(0, 6), min_size=1, max_size=6))
def test_cutting_an_interval_changes_nothing(start: float, cuts: list[float]) -> None:
    """No report is lost or doubled at a cut, wherever it falls."""
    edges = [start, *sorted(start + cut for cut in cuts)]
    pieces = [one for a, b in pairwise(edges) for one in reports(WORLD, a, b)]
    assert sorted(pieces) == reports(WORLD, edges[0], edges[-1])


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_noise() -> None:
    """Two worlds made apart agree; a third with another seed sees the same aircraft elsewhere by metres."""
    again = SimWorld(WORLD.scenario, seed=7)
    other = SimWorld(WORLD.scenario, seed=8)
    assert reports(WORLD, 100, 104) == reports(again, 100, 104)
    assert reports(WORLD, 100, 104) != reports(other, 100, 104)


def test_every_report_was_received_after_it_was_valid_and_inside_the_interval() -> None:
    """`received = validity + delay` of the feed, and a batch is not older than what it carries."""
    delays = {feed.name: feed.delay_s for feed in WORLD.scenario.feeds}
    for batch in WORLD.batches(EPOCH_S + 30, EPOCH_S + 33, EPOCH_S):
        for report in batch.reports:
            assert report.received_s - report.valid_s == pytest.approx(delays[report.feed], abs=1e-5)
            assert EPOCH_S + 30 - 1e-5 <= report.received_s < EPOCH_S + 33 + 1e-5
            assert report.received_s <= batch.received_s


def test_no_report_before_the_world_begins() -> None:
    """The loop has a first second; before it there was nothing to hear."""
    assert WORLD.batches(EPOCH_S - 100, EPOCH_S, EPOCH_S) == ()


def by_id(from_s: float, to_s: float) -> dict[str, list[Report]]:
    found: dict[str, list[Report]] = {}
    for report in iter_reports(WORLD.batches(EPOCH_S + from_s, EPOCH_S + to_s, EPOCH_S)):
        found.setdefault(report.id, []).append(report)
    return found


def test_across_the_seam_every_track_moves_on_or_was_gone_for_a_minute() -> None:
    """Speed between two reports of one id never leaves what aircraft fly, unless the track was forgotten between."""
    jumpers = {fault.aircraft for fault in WORLD.scenario.faults if isinstance(fault, Jump)}
    for identity, track in by_id(800, 1100).items():
        if identity in jumpers:
            continue
        track.sort(key=lambda report: report.valid_s)
        for before, after in pairwise(track):
            gap_s = after.valid_s - before.valid_s
            north = (after.lat_deg - before.lat_deg) * 111_120
            east = (after.lon_deg - before.lon_deg) * 111_120 * np.cos(np.radians(before.lat_deg))
            assert gap_s >= 55 or np.hypot(north, east) <= 700 + 260 * gap_s, identity


def test_the_unidentified_aircraft_reports_neither_name_nor_height() -> None:
    """Missing is missing: NaN and unknown, not zero."""
    reports_of_it = by_id(500, 520)["~200417"]
    assert all(isnan(one.altitude_m) and isnan(one.vertical_speed_mps) for one in reports_of_it)
    assert {(one.callsign, one.altitude_kind) for one in reports_of_it} == {("", AltitudeKind.UNKNOWN)}


def test_noise_has_the_size_the_feed_states() -> None:
    """Position errors over ten minutes: mean near zero, deviation near sigma, per axis."""
    row_of = {craft.id: row for row, craft in enumerate(WORLD.scenario.aircraft)}
    sent = [one for one in iter_reports(WORLD.batches(EPOCH_S, EPOCH_S + 400, EPOCH_S)) if one.feed == "NAG-radar"]
    truth = WORLD.truth(
        np.array([row_of[one.id] for one in sent]), np.array([(one.valid_s - EPOCH_S) % 900 for one in sent])
    )
    north = (np.array([one.lat_deg for one in sent]) - truth.lat_deg) * 111_120
    assert abs(north.mean()) < 8
    assert 34 < north.std() < 46


def test_a_feed_that_sees_nobody_still_says_that_it_lives() -> None:
    """An empty batch is a heartbeat; silence is a fault."""
    scenario = msgspec.structs.replace(WORLD.scenario, aircraft=WORLD.scenario.aircraft[:1], faults=(), encounters=())
    world = SimWorld(scenario, seed=1)
    batches = world.batches(EPOCH_S + 10, EPOCH_S + 12, EPOCH_S)
    assert {batch.feed for batch in batches} == {feed.name for feed in scenario.feeds}
    assert all(not batch.reports for batch in batches if batch.feed != "NAG-ADS-B")
