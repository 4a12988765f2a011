"""What recorded tracks did, against a brute force in plain Python: every pair, every second, one at a time."""

from itertools import combinations
from math import asin, cos, isnan, nan, radians, sin, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.agreement.parameters import Rung
from airpact.encounter.levels import Level
from airpact.feeds.report import Report
from airpact.geo.sphere import EARTH_RADIUS_M
from airpact.node.recorded import Positions, columns_of, least, losses, minima_of
from tests.node.skies import T0, report, setting_of

H, V, GAP_S = 2000.0, 300.0, 30.0
TABLE = setting_of().table


def positions_of(reports: list[Report]) -> Positions:
    positions = Positions()
    positions.add(reports)
    return positions


def lost(reports: list[Report]) -> dict[tuple[str, str], list[float]]:
    positions = positions_of(reports)
    return losses(positions, columns_of(positions, with_height=True), TABLE)


def at(rows: list[Report], second: float) -> tuple[float, float, float] | None:
    """Return where a track was, by looking through all of its reports."""
    exact = [r for r in rows if r.valid_s == second]
    if exact:
        return exact[-1].lat_deg, exact[-1].lon_deg, exact[-1].altitude_m
    before, after = [r for r in rows if r.valid_s < second], [r for r in rows if r.valid_s > second]
    if not before or not after:
        return None
    low_s, high_s = max(r.valid_s for r in before), min(r.valid_s for r in after)
    if high_s - low_s > GAP_S:
        return None
    low = [r for r in before if r.valid_s == low_s][-1]
    high = next(r for r in after if r.valid_s == high_s)
    share = (second - low_s) / (high_s - low_s)
    east = (high.lon_deg - low.lon_deg + 540) % 360 - 180
    return (
        low.lat_deg + share * (high.lat_deg - low.lat_deg),
        low.lon_deg + share * east,
        low.altitude_m + share * (high.altitude_m - low.altitude_m),
    )


def range_m(one: tuple[float, ...], two: tuple[float, ...]) -> float:
    la, lb = radians(one[0]), radians(two[0])
    chord = sin((lb - la) / 2) ** 2 + cos(la) * cos(lb) * sin(radians(two[1] - one[1]) / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(sqrt(chord))


@st.composite
def recordings(draw: st.DrawFn) -> list[Report]:
    """Draw tracks with gaps, equal stamps, fractions of seconds, missing heights, and one or two long silences."""
    reports = []
    for k in range(draw(st.integers(2, 4))):
        t, east, north = 0.0, draw(st.integers(-4000, 4000)), draw(st.integers(-4000, 4000))
        for _ in range(draw(st.integers(1, 10))):
            t += draw(st.sampled_from((0.0, 0.4, 1.0, 3.0, 7.5, 29.0, 30.0, 31.0, 5000.0)))
            east, north = east + draw(st.integers(-900, 900)), north + draw(st.integers(-900, 900))
            height = draw(st.sampled_from((3000.0, 3100.0, 3299.0, 3700.0, nan)))
            reports.append(report(f"a0000{k}", t, east, north, height_m=height))
    return sorted(reports, key=lambda r: r.valid_s)


@given(recordings())
def test_losses_are_those_of_a_plain_brute_force(reports: list[Report]) -> None:
    tracks: dict[str, list[Report]] = {}
    for one in reports:
        if not isnan(one.altitude_m):
            tracks.setdefault(one.id, []).append(one)
    certain, possible = set(), set()
    instants = sorted({int(r.valid_s) + k for r in reports for k in range(31)})
    for a, b in combinations(sorted(tracks), 2):
        for second in instants:
            here, there = at(tracks[a], second), at(tracks[b], second)
            if here is None or there is None:
                continue
            apart, height = range_m(here, there), abs(here[2] - there[2])
            if apart < H + 0.01 and height < V + 0.01:
                possible.add((a, b, second))
                if apart < H - 0.01 and height < V - 0.01:
                    certain.add((a, b, second))
    found = {(a, b, second) for (a, b), seconds in lost(reports).items() for second in seconds}
    assert certain <= found <= possible


def test_equal_stamps_count_with_the_later_line() -> None:
    two = [report("a00002", t, 0, 0) for t in (0, 1, 2)]
    one = [report("a00001", 0, 9000), report("a00001", 1, 9000), report("a00001", 1, 100), report("a00001", 2, 9000)]
    assert lost(sorted(one + two, key=lambda r: r.valid_s)) == {("a00001", "a00002"): [T0 + 1]}


def test_a_gap_of_more_than_thirty_seconds_is_not_bridged() -> None:
    still = [report("a00002", t, 0, 0) for t in range(62)]
    for gap, expected in ((30, 31), (31, 2)):
        one = [report("a00001", 0, 500), report("a00001", gap, 500)]
        seconds = lost(sorted(one + still, key=lambda r: r.valid_s))[("a00001", "a00002")]
        assert len(seconds) == expected


def test_a_silence_of_years_costs_nothing() -> None:
    """One stamp years ahead, borne out or not, must not make the search walk through the years."""
    late = 30 * 365 * 86_400.0
    reports = [report(i, t, e) for t in (0, 1, late, late + 1) for i, e in (("a00001", 0), ("a00002", 500))]
    assert [s - T0 for s in lost(reports)[("a00001", "a00002")]] == [0, 1, late, late + 1]


def test_the_order_of_the_lines_of_different_tracks_decides_nothing() -> None:
    one = [report("a00001", t, 10 * t) for t in range(20)]
    two = [report("a00002", t, 500) for t in range(20)]
    assert lost(one + two) == lost(two + one)


def test_the_least_instant_is_that_of_the_larger_share_of_either_minimum() -> None:
    """At 0 s 1000 m and 30 m (0.5 of H), at 1 s 100 m and 240 m (0.8 of V), at 2 s 1800 m and 0 m (0.9 of H)."""
    reports = [report("a00001", t, 0) for t in range(3)]
    places = ((1000, 3030.0), (100, 3240.0), (1800, 3000.0))
    reports += [report("a00002", t, east, height_m=height) for t, (east, height) in enumerate(places)]
    positions = positions_of(sorted(reports, key=lambda r: r.valid_s))
    found = least(positions, columns_of(positions, True), ("a00001", "a00002"), (T0, T0 + 2), (H, V))
    assert found is not None
    assert (found.t_s - T0, found.vertical_m) == (0.0, 30.0)
    assert found.horizontal_m == pytest.approx(1000.0, rel=1e-3)
    late = least(positions, columns_of(positions, True), ("a00001", "a00002"), (T0 + 0.5, T0 + 2), (H, V))
    assert late is not None
    assert late.t_s - T0 == 1.0


def test_two_never_known_at_once_have_no_least_instant() -> None:
    positions = positions_of([report("a00001", 0), report("a00002", 100)])
    assert least(positions, columns_of(positions, True), ("a00001", "a00002"), (T0, T0 + 200), (H, V)) is None


def test_without_heights_the_horizontal_distance_counts() -> None:
    reports = [report(i, t, e * (3 - t), height_m=nan) for t in range(3) for i, e in (("a00001", 0), ("a00002", 500))]
    positions = positions_of(reports)
    flat = columns_of(positions, with_height=False)
    found = least(positions, flat, ("a00001", "a00002"), (T0, T0 + 5), (H, V))
    assert found is not None
    assert found.t_s - T0 == 2.0
    assert isnan(found.vertical_m)
    assert columns_of(positions, with_height=True).time_s.size == 0


def test_every_clause_gives_its_own_minimum_sorted() -> None:
    rungs = (Rung(Level.CAUTION, 9000, 600, 60), Rung(Level.WARNING, 5000, 300, 0), Rung(Level.WARNING, 900, 900, 0))
    assert minima_of(setting_of(rungs).table, 0, 0) == ((900.0, 900.0, "1"), (5000.0, 300.0, "1"))
    assert minima_of(setting_of(()).table, 0, 0) == ()


def test_nobody_recorded_is_nobody_lost() -> None:
    assert lost([]) == {}
    assert np.array_equal(columns_of(Positions(), True).start, [0])
