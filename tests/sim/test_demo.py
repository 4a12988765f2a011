"""The shipped demonstration against an independent search: what was meant to happen happens, and nothing else."""

import numpy as np
import pytest

from airpact.agreement.document import load_document
from airpact.feeds.report import iter_reports
from airpact.picture.rules import assign, formation_of, read_rules
from airpact.sim.faults import Duplicate, Jump, Stale
from airpact.sim.reading import load_scenario, shipped
from airpact.sim.world import SimWorld
from tests.sim.oracle import Seen, conflicts

NM = 1852.0
FT = 0.3048


@pytest.fixture(scope="module")
def world() -> SimWorld:
    return SimWorld(load_scenario(shipped("demo.yaml")), seed=1)


@pytest.fixture(scope="module")
def at_5_nm(world: SimWorld) -> dict[frozenset[str], Seen]:
    """Return all conflicts with 1,300 ft instead of 1,000: room for two altimeters (125 ft each)."""
    return conflicts(world, 5 * NM, 1300 * FT, every_s=5)


def test_at_least_sixty_aircraft_and_forty_five_at_any_time(world: SimWorld) -> None:
    """Counted from reports, so coverage and faults are in it."""
    assert len(world.scenario.aircraft) >= 60
    for second in range(0, 900, 15):
        heard = {report.id for report in iter_reports(world.batches(second, second + 2, 0.0))}
        assert len(heard) >= 45, f"only {len(heard)} aircraft at second {second}"


def test_only_the_pairs_the_author_meant_come_into_conflict(
    world: SimWorld, at_5_nm: dict[frozenset[str], Seen]
) -> None:
    """5 NM and 1,300 ft, straight on for 120 s, over the whole loop; duplicates are no aircraft of their own."""
    duplicates = {fault.id for fault in world.scenario.faults if isinstance(fault, Duplicate)}
    meant = {frozenset(one.pair) for one in world.scenario.encounters if not duplicates & set(one.pair)}
    assert set(at_5_nm) == meant


def test_each_meant_pair_is_closest_when_the_scenario_says(
    world: SimWorld, at_5_nm: dict[frozenset[str], Seen]
) -> None:
    """Within the minima or nearly so at the stated second, and in conflict before it."""
    for meant in world.scenario.encounters:
        if (seen := at_5_nm.get(frozenset(meant.pair))) is None:
            continue
        assert seen.closest_m < 5 * NM
        assert any(abs(second - meant.closest_s) <= 10 for second in seen.predicted_s), meant.pair


def test_the_first_warning_comes_within_a_minute(world: SimWorld) -> None:
    """The demonstration pact warns 45 s before 3 NM; it is predicted from the first seconds on."""
    crossing = conflicts(world, 3 * NM, 1000 * FT, every_s=5)[frozenset(("HAWK 11", "LANCE 07"))]
    assert crossing.predicted_s[0] <= 20
    assert 60 <= crossing.inside_s[0] <= 60 + 45


def test_something_is_open_at_nearly_every_time_and_never_too_much(
    world: SimWorld, at_5_nm: dict[frozenset[str], Seen]
) -> None:
    """At most 8 encounters beside the declared formations, and an open one in nine tenths of the loop."""
    declared = {frozenset(one.pair) for one in world.scenario.encounters if one.level == "suppressed"}
    shown = [one for one in world.scenario.encounters if one.level != "suppressed"]
    assert len(shown) <= 8
    busy = {second for pair, seen in at_5_nm.items() if pair not in declared for second in seen.predicted_s}
    for fault in world.scenario.faults:
        if isinstance(fault, Stale | Duplicate):
            busy |= set(range(int(fault.from_s), int(fault.to_s), 5))
    quiet = [second for second in range(20, 880, 5) if second not in busy]
    assert len(quiet) * 5 <= 90, f"nothing open at {quiet}"


def test_the_evasive_turn_turns_a_collision_course_into_a_miss(world: SimWorld) -> None:
    """Straight on they would meet; as flown they stay 3 NM apart."""
    pair = frozenset(("HAWK 12", "LANCE 09"))
    assert conflicts(world, 1 * NM, 1000 * FT, every_s=10)[pair].inside_s == []
    assert conflicts(world, 3 * NM, 1000 * FT, every_s=1)[pair].inside_s == []


def test_the_rules_give_every_aircraft_its_party_and_class(world: SimWorld) -> None:
    """The rules file knows who is who from what the feeds report, not from the scenario."""
    rules = read_rules(shipped("demo-rules.yaml").read_bytes(), "demo-rules.yaml")
    for craft in world.scenario.aircraft:
        feed = world.scenario.feeds_of(craft)[0]
        party, kind = assign(rules, craft.id, craft.callsign, feed, "other", craft.category)
        assert party == craft.party, craft.label
        assert (kind == "uav") == (craft.category == "B6"), craft.label
    labels = {one.label: one for one in world.scenario.aircraft}
    for meant in world.scenario.encounters:
        if meant.level == "suppressed":
            names = {formation_of(rules, labels[name].id, name, 0.0) for name in meant.pair}
            assert len(names) == 1
            assert names != {""}


def test_the_stale_feed_is_silent_and_comes_back(world: SimWorld) -> None:
    """Other feeds go on meanwhile."""
    stale = next(fault for fault in world.scenario.faults if isinstance(fault, Stale))
    during = {batch.feed for batch in world.batches(stale.from_s + 2, stale.to_s, 0.0)}
    assert stale.feed not in during
    assert len(during) >= 4
    after = world.batches(stale.to_s, stale.to_s + 5, 0.0)
    assert any(batch.feed == stale.feed and batch.reports for batch in after)


def test_the_duplicate_shadows_its_aircraft_on_another_feed(world: SimWorld) -> None:
    """Same flight, another id, no name, near the true position and only in its window."""
    twin = next(fault for fault in world.scenario.faults if isinstance(fault, Duplicate))
    reports = list(iter_reports(world.batches(0.0, 900.0, 0.0)))
    shadow = [report for report in reports if report.id == twin.id]
    assert {(report.feed, report.callsign, report.source) for report in shadow} == {(twin.feed, "", "tisb_other")}
    assert all(twin.from_s <= report.received_s < twin.to_s for report in shadow)
    row = [craft.id for craft in world.scenario.aircraft].index(twin.aircraft)
    for report in shadow:
        truth = world.truth(np.array([row]), np.array([report.valid_s]))
        north = (report.lat_deg - truth.lat_deg[0]) * 111_120
        assert abs(north) < twin.distance_m + 5 * 40


def test_the_gnss_jump_moves_one_aircraft_at_unchanged_quality(world: SimWorld) -> None:
    """Spoofing keeps NIC and NACp high: only the position tells."""
    jump = next(fault for fault in world.scenario.faults if isinstance(fault, Jump))
    reports = [
        one for one in iter_reports(world.batches(jump.from_s - 20, jump.to_s + 20, 0.0)) if one.id == jump.aircraft
    ]
    inside = [one for one in reports if jump.from_s <= one.valid_s < jump.to_s]
    outside = [one for one in reports if one not in inside]
    assert inside
    assert outside
    assert {(one.nic, one.nac_p) for one in reports} == {(8, 9)}
    row = [craft.id for craft in world.scenario.aircraft].index(jump.aircraft)
    for one in reports:
        truth = world.truth(np.array([row]), np.array([one.valid_s]))
        off_m = np.hypot(one.lat_deg - truth.lat_deg[0], (one.lon_deg - truth.lon_deg[0]) * 0.81)[()] * 111_120
        assert (off_m > 0.9 * jump.distance_nm * NM) == (one in inside)


def test_the_shipped_files_are_plain_documents() -> None:
    """No anchors, no aliases, no tags: two readers read the same."""
    for name in ("demo.yaml", "demo-rules.yaml"):
        assert load_document(shipped(name).read_bytes(), name).name == name
