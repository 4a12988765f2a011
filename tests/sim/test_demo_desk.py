"""The demonstration seen from the desk: the real step over a whole loop raises what the author meant, in time."""

from dataclasses import dataclass

import pytest

from airpact.agreement.procedures import parameters_of
from airpact.alerts.alert import State
from airpact.alerts.policy import AlertPolicy
from airpact.encounter.levels import Level
from airpact.monitors.finding import Subject
from airpact.node.desk import RELAY_S_EXERCISE
from airpact.node.pipeline import step
from airpact.node.profiles import load_procedures
from airpact.node.setting import FeedPace, make_setting
from airpact.node.world import TickRecord, new_world
from airpact.picture.rules import read_rules
from airpact.sim.faults import Stale
from airpact.sim.reading import load_scenario, shipped
from airpact.sim.scenario import Scenario
from airpact.sim.world import SimWorld

EPOCH_S = 1_790_000_000.0
TICKS_PER_S = 5
SCENARIO = load_scenario(shipped("demo.yaml"))


@dataclass(frozen=True)
class Shown:
    """One change of an alert as it reaches the console."""

    at_s: float
    subject: str  # "A / B" by label in order, or the feed
    level: Level
    duplicate: bool


def watch(scenario: Scenario, seconds: int) -> list[Shown]:
    """Return every alert change of a desk that watches the scenario from its beginning."""
    paces = {feed.name: FeedPace(feed.period_s, 0.0) for feed in scenario.feeds}
    parameters = parameters_of(load_procedures("demo-nag-ctf", shipped("demo.yaml").parent))
    rules = read_rules(shipped("demo-rules.yaml").read_bytes())
    desk = new_world(make_setting(parameters, rules, AlertPolicy(), RELAY_S_EXERCISE, paces))
    label = {craft.id: craft.label for craft in scenario.aircraft}
    world, shown = SimWorld(scenario, seed=1), []
    for tick in range(1, seconds * TICKS_PER_S + 1):
        now_s = EPOCH_S + tick / TICKS_PER_S
        heard = world.batches(EPOCH_S + (tick - 1) / TICKS_PER_S, now_s, EPOCH_S)
        desk, outbox = step(desk, TickRecord(tick, now_s, 0, heard))
        for alert in outbox.changed:
            if alert.state is State.ACTIVE:
                found = alert.finding
                pair = " / ".join(sorted(label.get(one, one) for one in (found.a, found.b)))
                subject = pair if found.subject is Subject.PAIR else found.key
                shown.append(Shown(now_s - EPOCH_S, subject, alert.level, found.duplicate))
    return shown


@pytest.fixture(scope="module")
def shown() -> list[Shown]:
    return watch(SCENARIO, int(SCENARIO.length_s))


def test_the_desk_alerts_for_the_meant_encounters_and_for_no_other(shown: list[Shown]) -> None:
    """Each reaches the level the scenario names; declared formations never reach the list."""
    levels: dict[str, Level] = {}
    for one in shown:
        levels[one.subject] = max(one.level, levels.get(one.subject, one.level))
    expected = {
        " / ".join(sorted(meant.pair)): meant.level for meant in SCENARIO.encounters if meant.level != "suppressed"
    }
    pairs = {subject: level.name.lower() for subject, level in levels.items() if " / " in subject}
    assert pairs == expected


def test_the_first_alert_comes_at_once_and_is_a_warning_within_a_minute_of_watching(shown: list[Shown]) -> None:
    """Somebody who starts the demonstration need not wait."""
    assert shown[0].at_s <= 25
    warned_s = next(one.at_s for one in shown if one.level is Level.WARNING)
    assert 25 < warned_s <= 65


def test_a_caution_comes_before_the_warning_where_the_geometry_gives_time(shown: list[Shown]) -> None:
    """The crossing is seen coming: caution first, then warning."""
    crossing = [one.level for one in shown if one.subject == "HAWK 11 / LANCE 07" and one.at_s < 200]
    assert crossing[0] is Level.CAUTION
    assert Level.WARNING in crossing


def test_the_duplicate_ends_as_an_advisory_that_says_so(shown: list[Shown]) -> None:
    """Until two ids are proven one aircraft they are two; from then on the alert is lowered, marked, and not silent."""
    twin = [one for one in shown if "~2f0015" in one.subject]
    assert not twin[0].duplicate
    assert twin[-1].duplicate
    assert twin[-1].level is Level.ADVISORY


def test_the_lost_feed_is_an_alert_of_its_own_within_a_few_periods(shown: list[Shown]) -> None:
    """A silent feed reads "feed lost", never "no traffic"."""
    stale = next(fault for fault in SCENARIO.faults if isinstance(fault, Stale))
    lost = [one.at_s for one in shown if stale.feed in one.subject]
    assert stale.from_s < lost[0] < stale.from_s + 15
