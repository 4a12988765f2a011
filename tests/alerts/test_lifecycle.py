"""The state table: every cell, legal or not, and what each effect writes."""

from itertools import product
from math import inf, isnan, nan
from pathlib import Path

import pytest
from msgspec.structs import replace

from airpact.alerts.alert import Alert, Ending, State
from airpact.alerts.lifecycle import (
    TABLE,
    Effect,
    Event,
    IllegalEventError,
    Occasion,
    due_timers,
    event_of,
    halved,
    table_markdown,
    turn,
)
from airpact.encounter.levels import Level
from tests.alerts.builders import ADVISORY, CAUTION, POLICY, WARNING, alert, bytes_of, feed_lost, finding

# The table once more, by hand, in the order of `Event`; "." is illegal. Written from the rules, not from the code.
EXPECTED = {
    #               holds met rose fell loss halv retu over drop held fhld unan exp  ack  shel unsh
    State.PENDING: "P     A   .    .    .    .    .    P    E    E    .    .    .    .    .    .",
    State.ACTIVE: "A     .   A    A    .    .    .    A    C    C    A    A    .    K    S    .",
    State.ACKNOWLEDGED: "K .  A    K    .    A    .    K    E    E    K    .    .    .    S    .",
    State.SHELVED: "S     .   A    S    A    .    .    S    E    E    S    .    A    .    .    A",
    State.CLEARED: ".     .   .    .    .    .    A    C    C    .    .    C    .    E    .    .",
    State.ENDED: ".       .   .    .    .    .    .    .    .    .    .    .    .    .    .    .",
}
LETTERS = {
    "P": State.PENDING,
    "A": State.ACTIVE,
    "K": State.ACKNOWLEDGED,
    "S": State.SHELVED,
    "C": State.CLEARED,
    "E": State.ENDED,
}
CELLS = [
    (state, event, LETTERS.get(letter))
    for state, row in EXPECTED.items()
    for event, letter in zip(Event, row.split(), strict=True)
]
OCCASION = Occasion(150.0, POLICY, finding(150.0), "local", 750.0, "tanker track")


@pytest.mark.parametrize(("state", "event", "expected"), CELLS)
def test_every_cell_leads_where_the_rules_say(state: State, event: Event, expected: State | None) -> None:
    """Each of the 6 x 16 cells gives the state the rules ask for, or refuses and leaves the alert as it was."""
    before = alert(state)
    kept = bytes_of(before)
    if expected is None:
        with pytest.raises(IllegalEventError, match=str(state)):
            turn(before, event, OCCASION)
    else:
        assert turn(before, event, OCCASION).state is expected
    assert bytes_of(before) == kept


def test_every_cell_is_listed() -> None:
    """The hand-written table covers the whole product, so a new state or event cannot slip in untested."""
    assert {(state, event) for state, event, _ in CELLS} == set(product(State, Event))


def test_whatever_asks_for_attention_is_active() -> None:
    """Sound and the state agree: a row sounds exactly when it enters ACTIVE from elsewhere or the level rises."""
    for (state, event), row in TABLE.items():
        enters = row.state is State.ACTIVE and (state is not State.ACTIVE or event is Event.ROSE)
        assert (Effect.SOUND in row.effects) == enters, (state, event)


def test_nothing_but_people_leads_to_a_silent_state() -> None:
    """No judgement and no timer acknowledges or shelves."""
    people = {Event.ACKNOWLEDGE, Event.SHELVE}
    for (state, event), row in TABLE.items():
        if row.state in (State.ACKNOWLEDGED, State.SHELVED) and row.state is not state:
            assert event in people


@pytest.mark.parametrize("state", [State.ACTIVE, State.ACKNOWLEDGED])
@pytest.mark.parametrize("change", [{"level": WARNING}, {"finding": finding(100.0, loss=True)}])
def test_a_warning_or_a_loss_never_gets_on_the_shelf(state: State, change: dict[str, object]) -> None:
    """Even a caller that skips the checks of the command path cannot shelve it."""
    with pytest.raises(IllegalEventError, match="never on the shelf"):
        turn(replace(alert(state), **change), Event.SHELVE, OCCASION)


@pytest.mark.parametrize(
    "change",
    [{"until_s": 150.0}, {"until_s": 149.0}, {"until_s": 1050.1}, {"until_s": nan}, {"until_s": inf}, {"reason": " "}],
)
def test_the_shelf_needs_a_reason_and_an_end_within_15_minutes(change: dict[str, object]) -> None:
    """No time, a time in the past, beyond 15 minutes, unknown or endless, or no reason: refused."""
    with pytest.raises(IllegalEventError, match="reason and an end"):
        turn(alert(), Event.SHELVE, replace(OCCASION, **change))


def test_a_desk_cannot_raise_the_shelf_limit() -> None:
    """A policy with a longer shelf time still gives 15 minutes."""
    policy = replace(POLICY, shelve_s_max=86_400.0)
    with pytest.raises(IllegalEventError, match="longest shelf time"):
        turn(alert(), Event.SHELVE, replace(OCCASION, policy=policy, until_s=150.0 + 901.0))


def test_a_judgement_without_its_finding_is_a_programming_error() -> None:
    """FOLLOW has nothing to take over."""
    with pytest.raises(ValueError, match="needs its finding"):
        turn(alert(), Event.HOLDS, Occasion(150.0, POLICY))


@pytest.mark.parametrize(
    ("before", "heard", "event"),
    [
        (alert(State.PENDING), finding(101.0), Event.HOLDS),
        (alert(State.PENDING, hits=(True,)), finding(101.0), Event.DELAY_MET),
        (alert(State.PENDING, hits=(True, False)), finding(101.0), Event.DELAY_MET),
        (alert(State.PENDING, hits=(True, False, False)), finding(101.0), Event.HOLDS),
        (alert(State.PENDING, hits=(True,)), finding(101.0, new_report=False), Event.HOLDS),
        (alert(State.PENDING), finding(101.0, WARNING, new_report=False), Event.DELAY_MET),
        (alert(State.PENDING), finding(101.0, ADVISORY, loss=True, new_report=False), Event.DELAY_MET),
        (alert(State.PENDING), finding(101.0, ADVISORY, in_s=-1.0), Event.HOLDS),
        (alert(State.PENDING), feed_lost(101.0, ADVISORY), Event.DELAY_MET),
        (alert(), finding(101.0), Event.HOLDS),
        (alert(), finding(101.0, ADVISORY), Event.FELL),
        (alert(level=WARNING), finding(101.0, CAUTION, loss=True), Event.FELL),
        (alert(level=WARNING), finding(101.0, ADVISORY, duplicate=True), Event.HOLDS),
        (alert(State.PENDING), finding(101.0, ADVISORY), Event.HOLDS),
        (alert(), finding(101.0, WARNING), Event.ROSE),
        (alert(State.ACKNOWLEDGED), finding(101.0, WARNING), Event.ROSE),
        (alert(State.ACKNOWLEDGED), finding(101.0, loss=True), Event.HOLDS),
        (alert(State.ACKNOWLEDGED), finding(101.0, in_s=1.0), Event.HOLDS),
        (alert(State.ACKNOWLEDGED, WARNING), finding(101.0, WARNING, in_s=101.0), Event.HOLDS),
        (alert(State.ACKNOWLEDGED, WARNING), finding(101.0, WARNING, in_s=100.0), Event.HALVED),
        (alert(State.ACKNOWLEDGED, WARNING), finding(101.0, WARNING, loss=True), Event.HALVED),
        (alert(State.ACKNOWLEDGED, WARNING), finding(101.0, WARNING, horizontal_m=4500.0), Event.HALVED),
        (alert(State.ACKNOWLEDGED, WARNING), finding(101.0, CAUTION, in_s=1.0), Event.FELL),
        (alert(State.SHELVED), finding(101.0), Event.HOLDS),
        (alert(State.SHELVED), finding(101.0, ADVISORY), Event.FELL),
        (alert(State.SHELVED), finding(101.0, loss=True), Event.LOSS_BEGAN),
        (alert(State.SHELVED), finding(101.0, ADVISORY, loss=True), Event.LOSS_BEGAN),
        (alert(State.SHELVED), finding(101.0, WARNING, loss=True), Event.ROSE),
        (alert(State.CLEARED), finding(101.0, ADVISORY), Event.RETURNED),
        (alert(State.CLEARED), finding(101.0, WARNING), Event.RETURNED),
    ],
)
def test_what_a_finding_means(before: Alert, heard: object, event: Event) -> None:
    """A rise first, then loss on the shelf, a fall, halving of an acknowledged warning; the delay only in front."""
    assert event_of(before, heard, POLICY) is event  # type: ignore[arg-type]


@pytest.mark.parametrize("then", [(0.0, inf), (inf, inf), (nan, nan), (0.0, 0.0)])
def test_what_was_zero_or_unknown_when_acknowledged_cannot_halve(then: tuple[float, float]) -> None:
    """An acknowledged loss does not ring again at every judgement because half of zero is zero."""
    before = alert(State.ACKNOWLEDGED, WARNING, acknowledged_metric=then)
    assert not halved(before, finding(101.0, WARNING, loss=True, horizontal_m=0.0), POLICY)


def test_a_call_to_the_supervisor_is_not_postponed_by_a_flickering_level() -> None:
    """Warning, caution, warning again without an answer: the first 15 seconds count."""
    first = turn(alert(level=CAUTION), Event.ROSE, Occasion(110.0, POLICY, finding(110.0, WARNING)))
    below = turn(first, Event.FELL, Occasion(112.0, POLICY, finding(112.0, CAUTION)))
    fell = turn(below, Event.FALL_HELD, Occasion(122.0, POLICY))
    again = turn(fell, Event.ROSE, Occasion(123.0, POLICY, finding(123.0, WARNING)))
    assert (fell.level, again.level) == (CAUTION, WARNING)
    assert (first.supervisor_s, fell.supervisor_s, again.supervisor_s) == (125.0, 125.0, 125.0)
    assert again.sounded_s == 123.0


def test_an_answer_stops_the_call_and_the_next_ring_starts_a_new_one() -> None:
    """After a call and an answer, an escalation gives the officer 15 s again before the supervisor hears of it."""
    called = turn(alert(level=WARNING), Event.UNANSWERED, Occasion(115.0, POLICY))
    assert called.escalated_s == 115.0
    assert due_timers(called) == []
    answered = turn(called, Event.ACKNOWLEDGE, Occasion(120.0, POLICY, person="kim"))
    assert isnan(answered.supervisor_s)
    assert answered.acknowledged_by == "kim"
    assert answered.acknowledged_metric == (180.0, 9000.0)
    rung = turn(answered, Event.HALVED, Occasion(130.0, POLICY, finding(130.0, WARNING)))
    assert (rung.supervisor_s, rung.acknowledged_by) == (145.0, "")
    assert isnan(rung.escalated_s)
    assert isnan(rung.acknowledged_s)


def test_a_condition_that_holds_again_stops_the_hold() -> None:
    """The 10 seconds start anew at the next `over`, and repeated `over` does not move them."""
    over = turn(alert(), Event.OVER, Occasion(110.0, POLICY))
    assert (over.clear_since_s, over.hold_until_s) == (110.0, 120.0)
    assert turn(over, Event.OVER, Occasion(115.0, POLICY)) is over
    back = turn(over, Event.HOLDS, Occasion(116.0, POLICY, finding(116.0)))
    assert due_timers(back) == []
    assert isnan(back.clear_since_s)


def test_the_end_says_whether_it_was_judged() -> None:
    """Beyond the minima and no longer judged are different words."""
    held = turn(turn(alert(), Event.OVER, Occasion(110.0, POLICY)), Event.OVER_HELD, Occasion(120.0, POLICY))
    lost = turn(alert(), Event.DROPPED, Occasion(120.0, POLICY))
    assert (held.ending, lost.ending) == (Ending.BEYOND, Ending.UNJUDGED)
    back = turn(lost, Event.RETURNED, Occasion(121.0, POLICY, finding(121.0)))
    assert back.ending is Ending.NONE


def test_the_highest_level_is_kept_when_the_level_falls() -> None:
    """A duplicate lowers the level to advisory: still listed, still saying what it was."""
    lowered = turn(alert(level=WARNING), Event.HOLDS, Occasion(101.0, POLICY, finding(101.0, ADVISORY, duplicate=True)))
    assert (lowered.state, lowered.level, lowered.level_max) == (State.ACTIVE, Level.ADVISORY, Level.WARNING)


def test_a_fall_is_followed_only_after_the_hold_and_the_finding_at_once() -> None:
    """The level stays while what is judged lower has not lasted; what is measured is never held back."""
    fell = turn(alert(level=WARNING), Event.FELL, Occasion(110.0, POLICY, finding(110.0, CAUTION, horizontal_m=4000.0)))
    assert (fell.level, fell.finding.level, fell.fall_until_s) == (WARNING, CAUTION, 120.0)
    assert fell.finding.approach is not None
    assert fell.finding.approach.horizontal_m == 4000.0
    again = turn(fell, Event.FELL, Occasion(115.0, POLICY, finding(115.0, CAUTION)))
    assert again.fall_until_s == 120.0
    lower = turn(again, Event.FALL_HELD, Occasion(120.0, POLICY))
    assert (lower.level, lower.level_max, due_timers(lower)) == (CAUTION, WARNING, [(115.0, Event.UNANSWERED)])


def test_a_level_that_comes_back_within_the_hold_never_left() -> None:
    """Caution for nine seconds between two warnings: no rise, no sound, and the next fall waits its full time."""
    fell = turn(alert(level=WARNING), Event.FELL, Occasion(110.0, POLICY, finding(110.0, CAUTION)))
    assert event_of(fell, finding(119.0, WARNING), POLICY) is Event.HOLDS
    back = turn(fell, Event.HOLDS, Occasion(119.0, POLICY, finding(119.0, WARNING)))
    assert isnan(back.fall_until_s)
    assert turn(back, Event.FELL, Occasion(121.0, POLICY, finding(121.0, ADVISORY))).fall_until_s == 131.0


def test_a_fall_of_two_levels_takes_one_hold_for_each() -> None:
    """Caution was still judged during the first hold, so the level comes down to it before it comes down further."""
    one = turn(alert(level=WARNING), Event.FELL, Occasion(110.0, POLICY, finding(110.0, CAUTION)))
    two = turn(one, Event.FELL, Occasion(118.0, POLICY, finding(118.0, ADVISORY)))
    first = turn(two, Event.FALL_HELD, Occasion(120.0, POLICY))
    assert (first.level, first.fall_until_s) == (CAUTION, 130.0)
    second = turn(first, Event.FALL_HELD, Occasion(130.0, POLICY))
    assert (second.level, isnan(second.fall_until_s)) == (ADVISORY, True)


@pytest.mark.parametrize("event", [Event.OVER, Event.DROPPED])
def test_what_is_over_keeps_the_level_it_had(event: Event) -> None:
    """The clear hold replaces the other: an alert does not come down and leave in two steps."""
    fell = turn(alert(level=WARNING), Event.FELL, Occasion(110.0, POLICY, finding(110.0, CAUTION)))
    over = turn(fell, event, Occasion(112.0, POLICY))
    assert over.level is WARNING
    assert Event.FALL_HELD not in [timer for _, timer in due_timers(over)]


def test_timers_come_in_the_order_they_fall_due() -> None:
    """At the same instant the end of the hold comes first, so that nothing rings for a condition that is over."""
    both = alert(State.SHELVED, hold_until_s=700.0, shelved_until_s=700.0)
    assert due_timers(both) == [(700.0, Event.OVER_HELD), (700.0, Event.SHELF_EXPIRED)]
    assert due_timers(replace(both, hold_until_s=701.0))[0] == (700.0, Event.SHELF_EXPIRED)


def test_the_documentation_shows_the_table_of_the_code() -> None:
    """docs/alerts.md is written by tools/alert_table.py; run it after changing the table."""
    page = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8")
    assert f"<!-- state table -->\n{table_markdown()}<!-- end -->" in page
