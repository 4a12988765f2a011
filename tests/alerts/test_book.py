"""The alert book: encounters, delays, timers, order, ids, and what it costs."""

import copy
import pickle
from collections.abc import Callable
from math import inf, nan
from typing import NoReturn

import pytest
from msgspec.structs import replace

from airpact.alerts.alert import Alert, Ending, State
from airpact.alerts.answers import Refused, apply_acknowledge, apply_shelve, apply_unshelve
from airpact.alerts.book import NOTHING, AlertBook, Changes, find, keys_of, next_due_s, ordered, widens
from airpact.encounter.levels import Level
from airpact.monitors.finding import Kind
from tests.alerts.builders import ADVISORY, CAUTION, KEY, POLICY, WARNING, bytes_of, feed_lost, finding, raised, step


def the(book: AlertBook) -> Alert:
    return book.alerts[KEY]


def acknowledge(book: AlertBook, at_s: float) -> Changes:
    done = apply_acknowledge(book, {"alert": the(book).id, "level": 3}, "kim", at_s, POLICY)
    assert isinstance(done, Changes)
    return done


def shelve(book: AlertBook, at_s: float, minutes: float = 10.0) -> Changes:
    body = {"alert": the(book).id, "level": 3, "minutes": minutes, "reason": "tanker track"}
    done = apply_shelve(book, body, "kim", at_s, POLICY)
    assert isinstance(done, Changes)
    return done


def judged(*reports: bool | None) -> list[int]:
    """Judge once a second: True holds with a new report, None holds without one, False does not; give seconds shown."""
    book, shown = AlertBook(), []
    for second, report in enumerate(reports):
        now_s = 100.0 + second
        held = () if report is False else (finding(now_s, new_report=report is True),)
        changes = step(book, now_s, *held, over=(KEY,) if report is False else ())
        shown += [second] * len(changes.shown)
    return shown


@pytest.mark.parametrize(
    ("reports", "shown"),
    [
        ((True, True), [1]),
        ((True, False, True), [2]),
        ((True, False, False, True), []),
        ((True, False, False, True, True), [4]),
        ((True, None, None, None), []),
        ((True, None, None, True), [3]),
        ((None, None, True), []),
        ((True, False, None, None, True), [4]),
        ((False, False), []),
    ],
)
def test_a_predicted_pair_waits_for_two_of_three_judgements_with_a_new_report(
    reports: tuple[bool | None, ...], shown: list[int]
) -> None:
    """A judgement without a new report neither counts nor resets; `over` is a miss."""
    assert judged(*reports) == shown


@pytest.mark.parametrize(
    "first",
    [
        finding(100.0, WARNING, new_report=False),
        finding(100.0, CAUTION, loss=True, new_report=False),
        finding(100.0, ADVISORY, loss=True, duplicate=True),
        replace(finding(100.0, ADVISORY, loss=True), kind=Kind.VERTICAL_UNKNOWN),
        feed_lost(100.0),
    ],
)
def test_warnings_losses_and_faults_are_shown_at_once(first: object) -> None:
    """Nothing of this kind waits for a second judgement."""
    book = AlertBook()
    changes = step(book, 100.0, first)  # type: ignore[arg-type]
    assert [alert.state for alert in changes.changed] == [State.ACTIVE]
    assert changes.changed[0].shown_s == 100.0


def test_a_pending_alert_is_not_told_and_goes_without_a_word() -> None:
    """Neither its start nor its end reaches a screen, and its timer does not outlive it."""
    book = AlertBook()
    assert step(book, 100.0, finding(100.0)) == NOTHING
    assert ordered(book) == []
    assert find(book, the(book).id) is None
    assert step(book, 101.0, over=(KEY,)) == NOTHING
    assert next_due_s(book) == 111.0
    assert step(book, 111.0) == NOTHING
    assert (book.alerts, next_due_s(book)) == ({}, inf)


def test_one_line_per_encounter_however_often_it_is_judged() -> None:
    """Sixty judgements, one showing, one id."""
    book = raised()
    first = the(book).id
    for second in range(101, 161):
        changes = step(book, float(second), finding(float(second)))
        assert [alert.id for alert in changes.changed] == [first]
        assert changes.shown == ()


def test_two_clauses_about_one_pair_are_one_alert_at_the_worse_verdict() -> None:
    """Whichever comes first in the list, the higher level wins, then the one in loss."""
    calm, urgent = finding(100.0, CAUTION, loss=True), finding(100.0, WARNING)
    for heard in ([calm, urgent], [urgent, calm]):
        book = AlertBook()
        assert step(book, 100.0, *heard).changed[0].finding == urgent
    near, far = finding(100.0, CAUTION, loss=True, new_report=False), finding(100.0, CAUTION)
    for heard in ([near, far], [far, near]):
        book = AlertBook()
        assert step(book, 100.0, *heard).changed[0].finding.in_loss


def test_a_new_report_told_by_either_clause_counts() -> None:
    """The worse verdict stands for the pair and keeps the other's news."""
    book = AlertBook()
    step(book, 100.0, finding(100.0), finding(100.0, in_s=50.0, new_report=False))
    told = step(book, 101.0, finding(101.0), finding(101.0, in_s=50.0, new_report=False))
    assert [alert.finding.approach.t_in_s for alert in told.changed if alert.finding.approach] == [151.0]


def test_a_finding_outweighs_an_over_of_the_same_key() -> None:
    """Where one clause holds and another does not, the alert holds."""
    book = raised()
    step(book, 101.0, finding(101.0), over=(KEY,))
    assert next_due_s(book) == inf


def test_an_unanswered_warning_goes_to_the_supervisor_at_15_s() -> None:
    """Not before, once, and the book says when it will."""
    book = raised(WARNING)
    assert next_due_s(book) == 115.0
    assert step(book, 114.9) == NOTHING
    assert [alert.escalated_s for alert in step(book, 115.0).changed] == [115.0]
    assert next_due_s(book) == inf
    assert step(book, 300.0) == NOTHING


def test_a_caution_does_not_go_to_the_supervisor() -> None:
    """Only warnings do; a caution is planned by the desk."""
    assert next_due_s(raised(CAUTION)) == inf


def test_a_warning_that_is_over_before_anyone_looked_still_goes_to_the_supervisor() -> None:
    """Nobody answered: the desk may be unmanned."""
    book = raised(WARNING)
    step(book, 101.0, over=(KEY,))
    assert step(book, 111.0).changed[0].state is State.CLEARED
    assert next_due_s(book) == 115.0
    assert step(book, 115.0).changed[0].escalated_s == 115.0


def test_over_for_ten_seconds_unanswered_stays_listed_until_acknowledged() -> None:
    """Cleared stays for hours; acknowledging it ends it."""
    book = raised()
    step(book, 101.0, over=(KEY,))
    step(book, 111.0)
    assert the(book).state is State.CLEARED
    assert step(book, 90_000.0) == NOTHING
    gone = acknowledge(book, 90_001.0)
    assert gone.ended == ("a1-b2-99",)
    assert gone.closed[0].acknowledged_by == "kim"
    assert gone.closed[0].ending is Ending.BEYOND
    assert book.alerts == {}


def test_over_and_acknowledged_leaves_the_list() -> None:
    """A condition that returns inside the hold keeps the alert; after the hold it is gone."""
    book = raised()
    acknowledge(book, 101.0)
    step(book, 102.0, over=(KEY,))
    step(book, 111.9, finding(111.9))
    assert next_due_s(book) == inf
    step(book, 112.0, over=(KEY,))
    assert step(book, 122.0).ended == ("a1-b2-99",)


def test_a_return_after_cleared_is_the_same_encounter_and_sounds() -> None:
    """Unanswered and back: same id, active again."""
    book = raised()
    step(book, 101.0, over=(KEY,))
    step(book, 111.0)
    back = step(book, 120.0, finding(120.0))
    assert [(alert.id, alert.state) for alert in back.changed] == [("a1-b2-99", State.ACTIVE)]
    assert back.shown[0].again


def test_a_return_at_the_end_of_the_hold_is_a_new_encounter_whether_or_not_a_tick_fell_between() -> None:
    """The outcome does not hang on the tick grid."""
    outcomes = []
    for extra in (False, True):
        book = raised(WARNING)
        acknowledge(book, 101.0)
        step(book, 102.0, over=(KEY,))
        if extra:
            step(book, 112.0)
        step(book, 113.0, finding(113.0, WARNING))
        outcomes.append(bytes_of(the(book)))
    assert outcomes[0] == outcomes[1]
    assert b"a1-b2-113" in outcomes[0]


def test_two_encounters_of_one_pair_in_one_second_have_different_ids() -> None:
    """A track dropped and found again at once is a new encounter; no id is used twice."""
    book, ids = AlertBook(), []
    for tenth in range(0, 30, 2):
        now_s = 100.0 + tenth / 10.0
        ids += [alert.id for alert in step(book, now_s, finding(now_s, WARNING)).changed]
        acknowledge(book, now_s)
        step(book, now_s, dropped=(KEY,))
    assert len(ids) == len(set(ids)) == 15
    step(book, 200.0, finding(200.0, WARNING))
    assert the(book).id == "a1-b2-200"
    assert len(book.begun_s) == 1


def test_a_dropped_track_ends_the_encounter_at_once_and_says_so() -> None:
    """Unanswered it stays listed; acknowledged it leaves; either way it does not say "beyond"."""
    unanswered = raised()
    assert step(unanswered, 101.0, dropped=(KEY,)).changed[0].ending is Ending.UNJUDGED
    assert the(unanswered).state is State.CLEARED
    answered = raised()
    acknowledge(answered, 101.0)
    assert step(answered, 102.0, dropped=(KEY,)).closed[0].ending is Ending.UNJUDGED
    assert answered.alerts == {}


def test_judged_and_dropped_in_one_step_does_not_leave_an_alert_behind() -> None:
    """The drop is the last word: nothing would ever judge the pair again."""
    book = raised()
    acknowledge(book, 100.5)
    last = step(book, 101.0, finding(101.0), dropped=(KEY,))
    assert (last.ended, last.changed) == (("a1-b2-99",), ())


def test_an_acknowledged_warning_sounds_again_when_time_or_distance_halves() -> None:
    """From 60 s: at 30 s, then from the new acknowledgement."""
    book = raised(WARNING, in_s=60.0)
    acknowledge(book, 100.0)
    sounded = []
    for second in range(101, 160):
        changes = step(book, float(second), finding(float(second), WARNING, in_s=160.0 - second))
        if changes.shown:
            sounded.append(second)
            acknowledge(book, float(second))
    assert sounded == [130, 145, 153, 157, 159]


def test_an_acknowledged_loss_does_not_sound_at_every_judgement() -> None:
    """In loss only a halved distance sounds again."""
    book = raised(WARNING, loss=True, horizontal_m=4000.0)
    acknowledge(book, 100.0)
    assert not step(book, 101.0, finding(101.0, WARNING, loss=True, horizontal_m=2001.0)).shown
    assert step(book, 102.0, finding(102.0, WARNING, loss=True, horizontal_m=2000.0)).shown


def test_the_shelf_ends_by_time_by_level_by_loss_and_by_hand() -> None:
    """Each way the alert asks for attention again and forgets the shelf."""
    ways: dict[str, Callable[[AlertBook], Changes | Refused]] = {
        "time": lambda book: step(book, 701.0),
        "level": lambda book: step(book, 110.0, finding(110.0, WARNING)),
        "loss": lambda book: step(book, 110.0, finding(110.0, loss=True)),
        "hand": lambda book: apply_unshelve(book, {"alert": the(book).id}, "kim", 110.0, POLICY),
    }
    for way, take in ways.items():
        book = raised()
        shelve(book, 101.0)
        assert next_due_s(book) == 701.0
        changes = take(book)
        assert isinstance(changes, Changes), way
        assert [(a.state, a.shelved_reason) for a in changes.changed] == [(State.ACTIVE, "")], way
        assert len(changes.shown) == 1, way


def test_a_late_tick_lets_timers_happen_in_order() -> None:
    """After a long pause the shelf ends at 701 s and the hold at 709 s: the alert is over, unanswered, listed."""
    book = raised()
    shelve(book, 101.0)
    step(book, 699.0, over=(KEY,))
    changes = step(book, 5000.0)
    assert [a.state for a in changes.changed] == [State.CLEARED]
    book = raised()
    shelve(book, 101.0)
    step(book, 690.0, over=(KEY,))
    assert step(book, 5000.0).ended == ("a1-b2-99",)


def test_a_lowered_level_is_followed_silently_and_a_rise_sounds() -> None:
    """A duplicate lowers a warning to a listed advisory; parting raises it with sound."""
    book = raised(WARNING)
    acknowledge(book, 101.0)
    lowered = step(book, 102.0, finding(102.0, ADVISORY, duplicate=True))
    assert (lowered.changed[0].level, lowered.changed[0].level_max, lowered.shown) == (ADVISORY, WARNING, ())
    assert ordered(book)[0].finding.duplicate
    assert step(book, 103.0, finding(103.0, WARNING)).shown[0].level is WARNING


def test_a_level_that_flickers_sounds_once() -> None:
    """Caution and warning in turn every two seconds is one warning, not six."""
    book = raised(CAUTION)
    levels = [WARNING if k % 2 == 0 else CAUTION for k in range(12)]
    told = [step(book, 102.0 + 2 * k, finding(102.0 + 2 * k, level)) for k, level in enumerate(levels)]
    assert [len(changes.shown) for changes in told] == [1] + [0] * 11
    assert the(book).level is WARNING
    assert step(book, 134.0).changed[0].level is CAUTION


def test_screens_list_by_level_then_time_then_key_and_the_shelf_last() -> None:
    """Inside minima first; what is over behind what holds; faults have no time."""
    book = AlertBook()
    pairs = [
        finding(100.0, CAUTION, loss=True, key="f|g"),
        finding(100.0, WARNING, key="a|z", in_s=60.0),
        finding(100.0, WARNING, key="a|y", in_s=20.0),
        finding(100.0, WARNING, key="a|x", in_s=20.0),
        finding(100.0, ADVISORY, loss=True, key="d|e"),
        finding(100.0, WARNING, key="k|l", loss=True),
        finding(100.0, WARNING, key="o|p", loss=True),
    ]
    step(book, 100.0, *pairs, feed_lost(100.0, CAUTION), finding(100.0, CAUTION, key="s|t"))
    step(book, 101.0, finding(101.0, CAUTION, key="s|t"), over=("o|p",))
    apply_shelve(
        book, {"alert": book.alerts["s|t"].id, "level": 2, "minutes": 1, "reason": "known"}, "kim", 101.0, POLICY
    )
    keys = ["k|l", "a|x", "a|y", "a|z", "o|p", "f|g", "east", "d|e", "s|t"]
    assert [alert.key for alert in ordered(book)] == keys


def test_the_id_of_a_fault_names_what_failed() -> None:
    """Pairs are "a-b-t", feeds "feed:NAME-t", in whole seconds."""
    book = AlertBook()
    step(book, 100.9, feed_lost(100.9), finding(100.9, WARNING))
    assert sorted(alert.id for alert in ordered(book)) == ["a1-b2-100", "feed:east-100"]


def test_the_monitor_widens_only_for_shown_alerts_that_are_not_over() -> None:
    """Pending and cleared pairs are judged against the minima as they stand in the clause."""
    book = AlertBook()
    step(book, 99.0, finding(99.0))
    assert not widens(book, KEY)
    step(book, 100.0, finding(100.0))
    assert widens(book, KEY)
    step(book, 101.0, over=(KEY,))
    assert widens(book, KEY)
    step(book, 111.0)
    assert not widens(book, KEY)
    assert not widens(book, "x|y")


def test_keys_of_finds_the_alerts_of_a_dropped_track() -> None:
    """Either side of the pair."""
    book = raised()
    step(book, 101.0, feed_lost(101.0))
    assert keys_of(book, {"b2"}) == keys_of(book, {"a1", "zz"}) == [KEY]
    assert keys_of(book, {"zz"}) == []


def test_what_left_the_book_does_not_change_with_it() -> None:
    """Alerts are values: an outbox kept from an earlier step still says what it said."""
    book = raised()
    told = step(book, 101.0, finding(101.0))
    kept = bytes_of(told)
    step(book, 102.0, finding(102.0, WARNING))
    acknowledge(book, 103.0)
    assert bytes_of(told) == kept


def test_the_book_copies_and_pickles() -> None:
    """A copied world goes on byte for byte like the first."""
    book = raised(WARNING)
    step(book, 101.0, feed_lost(101.0), finding(101.0, key="c|d"))
    for twin in (copy.deepcopy(book), pickle.loads(pickle.dumps(book))):
        assert bytes_of(twin) == bytes_of(book)
        assert bytes_of(step(twin, 120.0, over=(KEY,))) == bytes_of(step(copy.deepcopy(book), 120.0, over=(KEY,)))


def test_unknown_height_and_unknown_time_are_listed_not_lost() -> None:
    """A finding whose geometry is not known is an alert like any other."""
    book = AlertBook()
    odd = replace(finding(100.0, WARNING, in_s=nan, vertical_m=nan), kind=Kind.VERTICAL_UNKNOWN)
    step(book, 100.0, odd)
    acknowledge(book, 101.0)
    step(book, 102.0, replace(odd, judged_s=102.0))
    assert [alert.state for alert in ordered(book)] == [State.ACKNOWLEDGED]


class Unread(dict[str, Alert]):
    """A mapping that may be asked for a key but never walked."""

    def walked(self) -> NoReturn:
        raise AssertionError("the whole book was read")

    __iter__ = keys = values = items = walked


def test_a_step_without_a_due_timer_touches_only_the_alerts_it_hears_of() -> None:
    """With 1,000 open alerts a step costs what its news costs: nobody walks the book."""
    book = AlertBook()
    keys = [f"a{n:04}|b{n:04}" for n in range(1000)]
    step(book, 100.0, *(finding(100.0, WARNING, key=key) for key in keys))
    book.alerts = Unread(book.alerts)
    assert step(book, 101.0) == NOTHING
    assert len(step(book, 102.0, *(finding(102.0, WARNING, key=key) for key in keys[:200]), over=(keys[300],)).changed)
    assert len(step(book, 115.0).changed) == 1000  # every supervisor timer at once: by the timers, not by the book


def test_levels_of_the_alerts_are_the_levels_of_the_findings() -> None:
    """The book never invents a level."""
    for level in Level:
        book = raised(level)
        assert the(book).level is level
