"""What no output of `release` may hold, read from the bytes that leave: the sky, the policy and the noise are drawn."""

from dataclasses import dataclass
from itertools import pairwise
from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.encounter.relative import ground_range_m
from airpact.feeds.report import Report
from airpact.picture.flights import GAP_S, Flights
from airpact.picture.picture import Picture
from airpact.picture.policy import (
    FIELDS,
    HYSTERESIS,
    NAMING,
    NOTHING,
    SHARE_ALL,
    SHARE_NOTHING,
    ReleasePolicy,
    default_policy,
)
from airpact.picture.policy import OWN as SHARED
from airpact.picture.release import Memory, key_of
from airpact.picture.released import PAYLOAD_BYTES_MAX, TRACKS_MAX, encode, none_released
from airpact.picture.snapping import LATITUDE_MAX_DEG, M_PER_DEG
from tests.leaks.skies import KEY, LAT, LON, OWN, PARTY, T0, drop, memory_of, put, sent

ORIGINS = (("radar", OWN), ("mlat", OWN), ("radar", "CTF"), ("radar", "civil"), ("radar", "unknown"),
           ("peer:CTF", "CTF"), ("peer:CTF", OWN), ("peer:OBS", "OBS"))  # fmt: skip


@dataclass(frozen=True)
class One:
    """One drawn track and where it goes each second."""

    origin: tuple[str, str]
    lat: float
    lon: float
    speed: float
    track: float
    altitude: float
    climb: float


tracks = st.builds(
    One,
    st.sampled_from(ORIGINS),
    st.floats(-84.0, 84.0),
    st.floats(-180.0, 180.0),
    st.floats(0.0, 400.0),
    st.floats(0.0, 359.9),
    st.floats(0.0, 15_000.0),
    st.floats(-20.0, 20.0),
)


@st.composite
def policies(draw: st.DrawFn) -> ReleasePolicy:
    alias = draw(st.booleans())
    fields = draw(st.lists(st.sampled_from([name for name in FIELDS if not (alias and name in NAMING)]), unique=True))
    return ReleasePolicy(
        tracks=draw(st.sampled_from((SHARED, SHARED, NOTHING))),
        fields=tuple(fields),
        grid_m=draw(st.sampled_from((0.0, 200.0, 1_000.0, 5_000.0, 30_000.0))),
        altitude_band_m=draw(st.sampled_from((0.0, 100.0, 600.0))),
        delay_s=draw(st.sampled_from((0.0, 5.0, 30.0))),
        alias=alias,
        floor_m=draw(st.sampled_from((None, 1_000.0))),
    )


def fly(picture: Picture, sky: list[One], t: float) -> None:
    """Write every track `t` seconds after T0, each one second's way on from the last."""
    for k, one in enumerate(sky):
        way = one.speed * t / M_PER_DEG
        feed, party = one.origin
        track_id = f"a0000{k:x}" + (f"@{feed}" if feed.startswith("peer:") else "")
        lon = one.lon + way * np.sin(np.radians(one.track)) / max(0.1, np.cos(np.radians(one.lat)))
        put(
            picture, track_id, t, feed=feed, party=party, lat_deg=one.lat + way * float(np.cos(np.radians(one.track))),
            lon_deg=float((lon + 180.0) % 360.0 - 180.0), speed_mps=one.speed, track_deg=one.track,
            altitude_m=one.altitude + one.climb * t, climb_mps=one.climb,
        )  # fmt: skip


def truth(picture: Picture, track_id: str) -> tuple[float, float, float]:
    row = picture.row_of[track_id]
    t = picture.tracks
    return float(t.lat_deg[row]), float(t.lon_deg[row]), float(t.altitude_m[row])


@given(sky=st.lists(tracks, min_size=1, max_size=12), policy=policies())
def test_nothing_leaves_that_the_policy_does_not_name(sky: list[One], policy: ReleasePolicy) -> None:
    picture, memory, before = Picture(), memory_of(), {}
    for t in range(41):
        fly(picture, sky, t)
        before[t] = {one: truth(picture, one) for one in picture.row_of}
        reports = sent(picture, policy, memory, t)
        own = {key_of(memory, one): one for one in owned(picture)}
        for report in reports:
            assert policy.tracks == SHARED, "nothing is nothing"
            _check_fields(report, policy)
            _check_place(report, policy, before, own[report.id])
            assert t - (report.valid_s - T0) >= policy.delay_s


def owned(picture: Picture) -> list[str]:
    return [one for one, row in picture.row_of.items()
            if picture.of(row).party == OWN and not picture.of(row).feed.startswith("peer:")]  # fmt: skip


def _check_fields(report: Report, policy: ReleasePolicy) -> None:
    assert isnan(report.track_deg) or "velocity" in policy.fields
    assert isnan(report.ground_speed_mps) or "velocity" in policy.fields
    assert isnan(report.vertical_speed_mps) or "vertical_speed" in policy.fields
    assert isnan(report.altitude_m) or "height" in policy.fields
    assert not report.callsign or "callsign" in policy.fields
    assert not report.squawk or "squawk" in policy.fields
    assert not report.category or "category" in policy.fields
    assert report.id.startswith("~") is policy.alias
    if policy.coarse:
        assert (report.source, report.nic, report.nac_p) == ("", -1, -1), "what a sensor says of itself tells the truth"


def _check_place(
    report: Report, policy: ReleasePolicy, before: dict[int, dict[str, tuple[float, float, float]]], track_id: str
) -> None:
    """On the grid, on the bands, covered by what is stated, and never of an instant later than the delay allows."""
    at = round(report.valid_s - T0)
    lat, lon, altitude = before[at][track_id]
    radius = 1.0 if isnan(report.radius_m) else report.radius_m
    assert ground_range_m(report.lat_deg, report.lon_deg, lat, lon) <= radius
    if policy.grid_m:
        step = policy.grid_m / M_PER_DEG
        cells = max(1.0, np.floor(360.0 / step * np.cos(np.radians(report.lat_deg))))
        for value, width in ((report.lat_deg, step), (report.lon_deg, 360.0 / cells)):
            assert abs(value / width - round(value / width)) < 1e-6, "the middle of a cell and nothing beside"
        assert radius >= policy.grid_m
    if policy.altitude_band_m and not isnan(report.altitude_m):
        steps = report.altitude_m / policy.altitude_band_m
        assert abs(steps - round(steps)) < 1e-6
        assert abs(report.altitude_m - altitude) <= report.altitude_error_m + 1e-6
        assert report.altitude_error_m == pytest.approx((1.0 + HYSTERESIS) * policy.altitude_band_m)


def test_the_default_is_nothing_in_live_and_everything_in_an_exercise() -> None:
    assert default_policy(exercise=False) == SHARE_NOTHING
    assert default_policy(exercise=True) == SHARE_ALL
    picture = Picture()
    put(picture, "a00001", 0, lat_deg=LAT, lon_deg=LON, speed_mps=120.5, track_deg=33.3, climb_mps=1.25)
    assert sent(picture, SHARE_NOTHING, memory_of(), 0) == ()
    assert sent(picture, SHARE_NOTHING, memory_of(), 0, ["a00001"]) != (), "a lift is decided elsewhere"
    (report,) = sent(picture, SHARE_ALL, memory_of(), 0)
    assert (report.id, report.lat_deg, report.lon_deg, report.valid_s) == ("a00001", LAT, LON, T0)
    assert (report.ground_speed_mps, report.track_deg, report.vertical_speed_mps) == (120.5, 33.3, 1.25)
    assert (report.callsign, report.squawk, report.category, report.nac_p) == ("C0001", "4321", "A3", 9)


def test_a_lift_names_own_tracks_only_whatever_is_asked() -> None:
    picture = Picture()
    put(picture, "c00001@peer:CTF", 0, feed="peer:CTF", party="CTF", lat_deg=LAT, lon_deg=LON)
    put(picture, "c00002", 0, party="civil", lat_deg=LAT, lon_deg=LON)
    for policy in (SHARE_ALL, SHARE_NOTHING):
        assert sent(picture, policy, memory_of(), 0, ["c00001@peer:CTF", "c00002", "gone"]) == ()


def test_a_track_comes_and_goes_as_late_as_everything_else() -> None:
    picture, policy, memory = Picture(), ReleasePolicy(tracks=SHARED, delay_s=30.0, grid_m=1_000.0), memory_of()
    seen = []
    for t in range(120):
        if 10 <= t < 40:
            put(picture, "a00001", t, lat_deg=LAT, lon_deg=LON)
        elif t == 40:
            drop(picture, "a00001")
        seen.append(len(sent(picture, policy, memory, t)))
    assert seen[:40] == [0] * 40
    assert seen[43:69] == [1] * 26
    assert seen[73:] == [0] * 47


def test_an_alias_lasts_a_flight_and_differs_by_party_and_key() -> None:
    picture, policy, memory = Picture(), ReleasePolicy(tracks=SHARED, alias=True), memory_of()

    def alias(t: float) -> str:
        put(picture, "a00001", t, lat_deg=LAT, lon_deg=LON)
        (report,) = sent(picture, policy, memory, t)
        return report.id

    first = alias(0)
    assert alias(300) == first
    drop(picture, "a00001")
    sent(picture, policy, memory, 400)
    assert alias(300 + GAP_S - 1) == first, "lost for a while is the same flight"
    drop(picture, "a00001")
    sent(picture, policy, memory, 2 * GAP_S)
    second = alias(400 + 3 * GAP_S)
    assert second != first
    other = Memory("OBS", memory.flights, policy)
    assert key_of(other, "a00001") != second
    assert "a00001" not in first + second


def test_counterparts_on_one_grid_see_one_cell_so_comparing_tells_nothing() -> None:
    picture, policy, flights = Picture(), ReleasePolicy(tracks=SHARED, grid_m=2_000.0), Flights(OWN, KEY)
    put(picture, "a00001", 0, lat_deg=LAT, lon_deg=LON)
    seen = {sent(picture, policy, Memory(party, flights), 0)[0].lat_deg for party in ("CTF", "OBS", "FRD")}
    assert len(seen) == 1


def test_a_silent_track_is_not_carried_on_as_if_it_were_heard() -> None:
    picture, policy, memory = Picture(), ReleasePolicy(tracks=SHARED, grid_m=3_000.0), memory_of()
    put(picture, "a00001", 0, lat_deg=LAT, lon_deg=LON, speed_mps=200.0, track_deg=90.0)
    stamps = [sent(picture, policy, memory, t)[0].valid_s - T0 for t in range(40)]
    assert max(stamps) <= policy.quantum_s


def test_what_lies_near_a_pole_stays_at_home_and_is_counted() -> None:
    picture, memory = Picture(), memory_of()
    put(picture, "a00001", 0, lat_deg=LATITUDE_MAX_DEG + 1.0, lon_deg=LON)
    put(picture, "a00002", 0, lat_deg=LAT, lon_deg=LON, on_ground=True)
    assert sent(picture, ReleasePolicy(tracks=SHARED, grid_m=1_000.0), memory, 0) == ()
    assert memory.withheld == {"polar": 1, "on the ground": 1}


def test_more_tracks_than_a_message_holds_are_counted_and_the_rest_fits() -> None:
    picture, memory = Picture(), memory_of()
    for k in range(TRACKS_MAX + 7):
        put(picture, f"{k:06x}", 0, lat_deg=LAT, lon_deg=LON)
    reports = sent(picture, SHARE_ALL, memory, 0)
    assert len(reports) == TRACKS_MAX
    assert memory.withheld["limit"] == 7
    assert memory.counterpart == PARTY
    longest = none_released()._replace
    assert TRACKS_MAX * 200 <= PAYLOAD_BYTES_MAX
    assert len(encode(longest())) < 200


def test_edges_are_sticky_so_that_a_hovering_aircraft_does_not_flicker() -> None:
    picture, policy, memory = Picture(), ReleasePolicy(tracks=SHARED, grid_m=1_000.0), memory_of()
    chance, cells = np.random.default_rng(5), []
    for t in range(600):
        north, east = chance.normal(0.0, 20.0, 2) / M_PER_DEG
        put(picture, "a00001", t, lat_deg=LAT + north, lon_deg=LON + east)
        (report,) = sent(picture, policy, memory, t)
        cells.append((report.lat_deg, report.lon_deg))
    assert len(set(cells)) <= 2
    assert sum(a != b for a, b in pairwise(cells)) <= 1
