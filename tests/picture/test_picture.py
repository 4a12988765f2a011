"""Which report belongs to which track: addresses, feeds that disagree, lost tracks, rows used again."""

import numpy as np
import pytest
from msgspec.structs import replace

from airpact.feeds.report import FeedBatch
from airpact.picture.picture import ingest
from airpact.picture.rules import Party, PartyRules, read_rules
from tests.node.skies import T0, Desk, report, setting_of

CLASH = "a00001@mlat"


def test_one_address_from_two_feeds_that_agree_is_one_track() -> None:
    desk = Desk(setting_of())
    for t in range(6):
        feed = ("radar", "mlat")[t % 2]
        desk.tick(t, [report("a00001", t, 100 * t, track=90, speed=100, feed=feed)])
    assert desk.ids == {"a00001"}
    assert not desk.world.picture.of(0).clash


def test_one_address_from_two_feeds_that_disagree_is_two_tracks_and_a_clash() -> None:
    desk = Desk(setting_of())
    for t in range(6):
        desk.tick(t, [report("a00001", t, 100 * t, track=90, speed=100)])
        desk.tick(t + 0.5, [report("a00001", t + 0.5, 40_000, track=90, speed=100, feed="mlat")])
    assert desk.ids == {"a00001", CLASH}
    assert all(desk.world.picture.of(desk.world.picture.row_of[one]).clash for one in desk.ids)
    assert desk.refused("mlat").get("position jump", 0) == 0, "what became a track of its own was not refused"


def test_two_clashing_reports_in_one_tick_make_one_second_track() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 0, 0, track=90, speed=100)])
    other = [report("a00001", t, 40_000 + 100 * t, track=90, speed=100, feed="mlat") for t in (0.5, 0.9)]
    desk.tick(1, other)
    assert desk.ids == {"a00001", CLASH}
    assert int(desk.world.picture.tracks.alive.sum()) == 2, "no row without a name"


def test_the_second_track_stays_itself_when_the_first_is_lost() -> None:
    """Otherwise one aircraft would be seen twice for a minute, in loss with its own ghost."""
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 0, 0, track=90, speed=0)])
    for t in range(1, 90):
        desk.tick(t, [report("a00001", t, 40_000, track=90, speed=0, feed="mlat")])
    assert desk.ids == {CLASH}
    assert desk.world.alerts.alerts == {}


def test_a_clashing_feed_cannot_change_who_the_first_track_is() -> None:
    """A false report of the address may not move the aircraft to another party, whose pairs may be excepted."""
    rules = read_rules(
        "parties: [{id: blue, name: Blue, role: own}]\nrules: [{party: blue, callsign: 'BLUE*'}]\nformations: []\n"
    )
    desk = Desk(setting_of(rules=rules))
    desk.tick(0, [report("a00001", 0, 0, track=90, speed=100, callsign="AIRL1")])
    desk.tick(1, [report("a00001", 1, 40_000, track=90, speed=100, feed="mlat", callsign="BLUE1")])
    first, second = (desk.world.picture.of(desk.world.picture.row_of[one]) for one in ("a00001", CLASH))
    assert (first.party, first.callsign) == ("civil", "AIRL1")
    assert (second.party, second.callsign) == ("blue", "BLUE1")


def test_an_id_that_is_no_address_belongs_to_its_feed() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report("~00001a", 0, 0), report("~00001a", 0, 10, feed="mlat")])
    desk.tick(1, [report("~00001a", 1, 0), report("~00001a", 1, 10, feed="mlat")])
    assert {desk.world.picture.of(row).feed for row in desk.world.picture.row_of.values()} == {"radar", "mlat"}
    assert len(desk.ids) == 2


def test_a_track_is_stale_after_15_s_and_forgotten_after_60() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 0)])
    assert desk.world.due_s == T0 + 15.0
    desk.tick(15)
    assert desk.world.due_s == T0 + 60.0
    desk.tick(59.9)
    assert desk.ids == {"a00001"}
    desk.tick(60)
    assert desk.ids == set()


def test_a_silent_track_flies_on_with_a_growing_circle_and_never_back() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 0, 0, track=90, speed=100)])
    now, lon, circle = desk.world.picture.now, -np.inf, -1.0
    for t in range(60):
        desk.tick(t)
        assert now.lon_rad[0] > lon
        assert now.uncertainty_m[0] >= circle
        lon, circle = float(now.lon_rad[0]), float(now.uncertainty_m[0])
        assert bool(now.steered[0]) is (t <= 30)
    assert circle > 5000.0


def test_a_row_used_again_knows_nothing_of_the_aircraft_before() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 0, 0, track=90, speed=100, callsign="OLD")])
    desk.tick(60)
    desk.tick(61, [report("a00002", 61, 90_000)])
    picture = desk.world.picture
    assert picture.row_of == {"a00002": 0}
    assert picture.of(0).callsign == ""
    assert np.isnan(picture.tracks.speed_mps[0])
    assert not picture.now.steered[0]
    assert desk.refused() == {}


@pytest.mark.parametrize("count", [256, 257, 700, 2500])
def test_the_columns_grow_without_losing_a_track(count: int) -> None:
    desk = Desk(setting_of(()))
    half = count // 2
    reports = [report(f"{n:06x}", 0, 50.0 * n, height_m=1000.0 + n) for n in range(count)]
    desk.tick(0, reports[:half])
    desk.tick(0.2, reports[half:])
    picture = desk.world.picture
    assert len(picture.row_of) == count
    for n in (0, half - 1, half, count - 1):
        assert picture.tracks.altitude_m[picture.row_of[f"{n:06x}"]] == 1000.0 + n
        assert picture.now.altitude_m[picture.row_of[f"{n:06x}"]] == 1000.0 + n


def test_a_report_says_what_it_says_and_a_new_source_forgets_the_accuracy_of_the_old() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 0, nac_p=9)])
    assert desk.world.picture.tracks.epu_m[0] == 30.0
    assign, errors = desk.setting.assign, desk.setting.time_error_s
    plain = report("a00001", 1, source="mlat", nac_p=-1)
    batch = FeedBatch("radar", T0 + 1, (replace(plain, nic=-1),))
    assert ingest(desk.world.picture, (batch,), T0 + 1, assign, errors) == {0}
    assert desk.world.picture.tracks.epu_m[0] == 250.0


def test_everyone_is_civil_without_rules() -> None:
    desk = Desk(setting_of(rules=PartyRules(parties=(Party("blue", "Blue", "own"),))))
    desk.tick(0, [report("a00001", 0)])
    assert desk.world.picture.of(0).party == "civil"


def test_what_widens_the_minima_stops_growing_when_the_track_is_stale() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 0, 0, track=90, speed=100)])
    widened = []
    for t in (5, 15, 30, 59):
        desk.tick(t)
        widened.append(float(desk.world.picture.now.widen_m[0]))
    assert 0.0 < widened[0] < widened[1] == widened[2] == widened[3]
