"""Possible duplicates: what is linked, what never is, how a link ends, and that it is never silence."""

from itertools import combinations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from airpact.encounter.levels import Level
from airpact.feeds.report import Report
from airpact.monitors.finding import Kind
from airpact.picture.links import linked
from tests.node.skies import Desk, flight, report, setting_of

PLANE, TRACK = "a00001", "~00002b"
KEY = (PLANE, TRACK)


def together(
    seconds: int,
    *,
    apart_m: float = 60.0,
    start: int = 0,
    b: str = TRACK,
    source: str = "tisb_other",
    height_m: float = 3000.0,
) -> list[Report]:
    """Return reports of two ids that fly as one, heard half a second apart."""
    one = flight(PLANE, range(start, start + seconds), 0, 0, 90.0, 100.0)
    times = [t + 0.5 for t in range(start, start + seconds)]
    return one + flight(b, times, 0, apart_m, 90.0, 100.0, source=source, height_m=height_m)


def is_linked(desk: Desk, key: tuple[str, str] = KEY) -> bool:
    return linked(desk.world.links, key)


def test_two_ids_that_move_as_one_are_linked_after_twenty_seconds_and_not_before() -> None:
    desk = Desk(setting_of()).run(together(18))
    assert not is_linked(desk)
    assert is_linked(Desk(setting_of()).run(together(25)))


def test_a_link_lowers_the_alert_to_an_advisory_and_is_never_silence() -> None:
    desk = Desk(setting_of()).run(together(30))
    alert = desk.alert(*KEY)
    assert alert is not None
    assert (alert.level, alert.finding.duplicate, alert.finding.kind) == (Level.ADVISORY, True, Kind.LOSS)


@pytest.mark.parametrize("other", ["a00002", "ffffff"])
def test_two_addresses_are_never_linked(other: str) -> None:
    desk = Desk(setting_of()).run(together(90, b=other, source="adsb_icao"))
    assert not any(link.linked_s < 1e18 for link in desk.world.links.values())
    alert = desk.alert(PLANE, other)
    assert alert is not None
    assert alert.level is Level.WARNING


def test_an_address_that_two_feeds_claim_is_never_linked_to_another_address() -> None:
    """Its second track has an id of its own, and is that address all the same."""
    other = "a00002"
    sky = flight(PLANE, range(60), 0, 0, 90.0, 100.0)
    sky += [report(PLANE, 0.5, 40_000, track=90, speed=100, feed="mlat")]
    sky += flight(PLANE, [t + 0.5 for t in range(1, 60)], 40_000, 0, 90.0, 100.0, feed="mlat")
    sky += flight(other, [t + 0.2 for t in range(60)], 40_000, 60.0, 90.0, 100.0)
    desk = Desk(setting_of()).run(sky)
    assert desk.ids == {PLANE, f"{PLANE}@mlat", other}
    assert not any(link.linked_s < 1e18 for link in desk.world.links.values())


def test_two_ids_of_one_sensor_in_one_scan_are_never_linked() -> None:
    times = range(60)
    sky = flight("~00001a", times, 0, 0, 90.0, 100.0, source="mlat")
    sky += flight(TRACK, times, 0, 60.0, 90.0, 100.0, source="mlat")
    desk = Desk(setting_of()).run(sky)
    assert not is_linked(desk, ("~00001a", TRACK))


def test_two_ids_of_one_sensor_once_seen_in_one_scan_need_a_minute_of_proof() -> None:
    sky = [report("~00001a", 0, 0, 0, track=90, speed=100, source="mlat")]
    sky += [report(TRACK, 0, 0, 60, track=90, speed=100, source="mlat")]
    sky += flight("~00001a", range(1, 100), 0, 0, 90.0, 100.0, source="mlat")
    sky += flight(TRACK, [t + 0.5 for t in range(1, 100)], 0, 60, 90.0, 100.0, source="mlat")
    at_40 = Desk(setting_of()).run([one for one in sky if one.valid_s < 1_700_000_040])
    assert not is_linked(at_40, ("~00001a", TRACK))
    assert is_linked(Desk(setting_of()).run(sky), ("~00001a", TRACK))


def test_wingmen_400_m_apart_are_not_linked() -> None:
    desk = Desk(setting_of()).run(together(90, apart_m=400.0))
    assert not is_linked(desk)
    assert desk.alert(*KEY).level is Level.WARNING  # type: ignore[union-attr]


def test_a_link_ends_when_the_two_part_and_the_alert_rises_again() -> None:
    sky = together(30)
    sky += flight(PLANE, range(30, 60), 0, 0, 90.0, 100.0)
    sky += flight(TRACK, [t + 0.5 for t in range(30, 60)], 0, 700.0, 90.0, 100.0, source="tisb_other")
    desk = Desk(setting_of()).run(sky)
    assert not is_linked(desk)
    alert = desk.alert(*KEY)
    assert alert is not None
    assert (alert.level, alert.finding.duplicate) == (Level.WARNING, False)


@pytest.mark.parametrize(("seconds", "expected"), [(50, False), (75, True)])
def test_a_pair_once_resolved_apart_must_prove_itself_for_a_minute(seconds: int, expected: bool) -> None:
    sky = together(30)
    sky += flight(PLANE, range(30, 40), 0, 0, 90.0, 100.0)
    sky += flight(TRACK, [t + 0.5 for t in range(30, 40)], 0, 700.0, 90.0, 100.0, source="tisb_other")
    sky += together(seconds, start=40)
    assert is_linked(Desk(setting_of()).run(sky)) is expected


def test_a_third_id_that_fits_as_well_keeps_all_three_ambiguous() -> None:
    sky = together(60) + flight("~00003c", [t + 0.7 for t in range(60)], 0, -60.0, 90.0, 100.0, source="mlat")
    desk = Desk(setting_of()).run(sky)
    assert not any(link.linked_s < 1e18 for link in desk.world.links.values())


def test_a_height_500_ft_apart_or_another_direction_is_another_aircraft() -> None:
    assert not is_linked(Desk(setting_of()).run(together(40, height_m=3160.0)))
    crossing = flight(PLANE, range(40), 0, 0, 90.0, 20.0) + flight(TRACK, range(40), 0, 0, 0.0, 20.0, source="mlat")
    assert not is_linked(Desk(setting_of()).run(crossing))


def test_one_address_as_two_feeds_see_it_is_linked_once_they_agree_again() -> None:
    """A jump of one feed splits the address; when the jump is over the two tracks are one aircraft, not a loss."""
    sky = flight(PLANE, range(60), 0, 0, 90.0, 100.0)
    sky += [report(PLANE, 0.5, 40_000, track=90, speed=100, feed="mlat")]
    sky += flight(PLANE, [t + 0.5 for t in range(20, 60)], 0, 50.0, 90.0, 100.0, feed="mlat")
    desk = Desk(setting_of()).run(sky)
    assert desk.ids == {PLANE, f"{PLANE}@mlat"}
    assert is_linked(desk, (PLANE, f"{PLANE}@mlat"))


def test_a_link_is_forgotten_with_its_track() -> None:
    desk = Desk(setting_of()).run([*together(30), report("b00009", 130, 90_000)], until=130)
    assert desk.world.links == {}


SENSORS = {"a00001": "adsb_icao", "a00002": "adsb_icao", "~00001a": "mlat", "~00002b": "mlat"}
SEGMENT_S = 20
segments = st.lists(st.sampled_from((0.0, 60.0, 150.0, 1500.0)), min_size=8, max_size=8)
skies = st.fixed_dictionaries({one: st.tuples(segments, st.sampled_from((0.0, 0.5))) for one in SENSORS})


def in_one_scan(desk: Desk, one: str, two: str) -> bool:
    """Whether the newest reports of two ids came from one sensor at one time."""
    row_of, valid_s = desk.world.picture.row_of, desk.world.picture.tracks.valid_s
    return SENSORS[one] == SENSORS[two] and abs(valid_s[row_of[one]] - valid_s[row_of[two]]) <= 0.2


FAR = [1500.0] * 8
PARTED_ONCE = {
    "a00001": ([0.0] * 8, 0.0),
    "a00002": (FAR, 0.0),
    "~00001a": ([60.0, 60.0, 700.0, 60.0, 60.0, 60.0, 60.0, 60.0], 0.5),
    "~00002b": (FAR, 0.0),
}


@settings(max_examples=25, deadline=None)
@example(sky=PARTED_ONCE)
@given(sky=skies)
def test_however_they_fly_a_link_keeps_its_promises(sky: dict[str, tuple[list[float], float]]) -> None:
    """Never two addresses, never one scan, never again within a minute of parting; and the alert is always there."""
    desk = Desk(setting_of())
    before: set[tuple[str, str]] = set()
    parted_s: dict[tuple[str, str], int] = {}
    for t in range(8 * SEGMENT_S):
        heard = [
            report(one, t + phase, 100.0 * (t + phase), sides[t // SEGMENT_S], track=90, speed=100, source=SENSORS[one])
            for one, (sides, phase) in sky.items()
        ]
        desk.tick(t + 0.5, heard)
        now = {pair for pair in combinations(sorted(SENSORS), 2) if is_linked(desk, pair)}
        for pair in now:
            assert any(one.startswith("~") for one in pair)
            assert not in_one_scan(desk, *pair)
        for pair in now - before:
            assert t - parted_s.get(pair, -60) >= 60
        parted_s |= dict.fromkeys(before - now, t)
        for pair in combinations(sorted(SENSORS), 2):
            alert = desk.alert(*pair)
            assert alert is not None
            assert alert.level is (Level.ADVISORY if pair in now else Level.WARNING)
        before = now
