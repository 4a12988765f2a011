"""What a person may do, what is refused and in which words, and how a recorded act is carried out later."""

import copy
from math import inf, nan
from typing import Any

import pytest
from msgspec.structs import replace

from airpact.alerts.alert import State
from airpact.alerts.answers import (
    Refused,
    apply_acknowledge,
    apply_shelve,
    apply_unshelve,
    decide_acknowledge,
    decide_shelve,
    decide_unshelve,
)
from airpact.alerts.book import AlertBook, Changes
from airpact.monitors.finding import Kind
from tests.alerts.builders import ADVISORY, CAUTION, KEY, POLICY, WARNING, bytes_of, finding, raised, step

ID = "a1-b2-99"
SHELVE = {"alert": ID, "minutes": 10, "reason": " tanker track "}


def shelved() -> AlertBook:
    book = raised()
    assert isinstance(apply_shelve(book, SHELVE | {"level": 2}, "kim", 101.0, POLICY), Changes)
    return book


def acknowledged() -> AlertBook:
    book = raised()
    assert isinstance(apply_acknowledge(book, {"alert": ID, "level": 2}, "kim", 101.0, POLICY), Changes)
    return book


def cleared() -> AlertBook:
    book = raised()
    step(book, 101.0, over=(KEY,))
    step(book, 111.0)
    return book


def pending() -> AlertBook:
    book = AlertBook()
    step(book, 99.0, finding(99.0))
    return book


def replaced_kind(kind: Kind) -> AlertBook:
    book = AlertBook()
    step(book, 100.0, replace(finding(100.0, CAUTION, loss=True), kind=kind))
    return book


@pytest.mark.parametrize(
    ("book", "act", "code"),
    [
        (raised(), decide_acknowledge, None),
        (raised(), decide_shelve, None),
        (raised(), decide_unshelve, "not_shelved"),
        (acknowledged(), decide_acknowledge, "already_acknowledged"),
        (acknowledged(), decide_shelve, None),
        (acknowledged(), decide_unshelve, "not_shelved"),
        (shelved(), decide_acknowledge, "on_the_shelf"),
        (shelved(), decide_shelve, "already_shelved"),
        (shelved(), decide_unshelve, None),
        (cleared(), decide_acknowledge, None),
        (cleared(), decide_shelve, "already_over"),
        (cleared(), decide_unshelve, "not_shelved"),
        (pending(), decide_acknowledge, "no_such_alert"),
        (pending(), decide_shelve, "no_such_alert"),
        (pending(), decide_unshelve, "no_such_alert"),
    ],
)
def test_every_act_in_every_state_is_accepted_or_refused_in_words(book: AlertBook, act: Any, code: str | None) -> None:
    """A decision never changes the book."""
    before = bytes_of(book)
    answer = act(book, SHELVE, 120.0, POLICY)
    assert (answer.code if isinstance(answer, Refused) else None) == code
    assert not isinstance(answer, Refused) or answer.detail.endswith(".")
    assert bytes_of(book) == before


@pytest.mark.parametrize(
    ("change", "code"),
    [
        *[({"minutes": m}, "bad_minutes") for m in (0, -1, 15.01, nan, inf, None, "10", [5], True)],
        *[({"reason": r}, "bad_reason") for r in ("", "  \t", None, "x" * 501)],
        ({"alert": "a1-b2-98"}, "no_such_alert"),
        ({"minutes": 15}, None),
        ({"minutes": 0.5, "reason": "x" * 500}, None),
    ],
)
def test_the_terms_of_the_shelf(change: dict[str, Any], code: str | None) -> None:
    """More than 0 and at most 15 minutes, and a reason that is not blank."""
    answer = decide_shelve(raised(), SHELVE | change, 101.0, POLICY)
    assert (answer.code if isinstance(answer, Refused) else None) == code


def test_a_body_without_an_alert_is_no_such_alert() -> None:
    """An empty body does not fall over."""
    assert decide_acknowledge(raised(), {}, 101.0, POLICY) == decide_unshelve(raised(), {"alert": 7}, 101.0, POLICY)


@pytest.mark.parametrize(
    ("book", "code"),
    [
        (raised(WARNING), "warning_cannot_be_shelved"),
        (raised(WARNING, loss=True), "warning_cannot_be_shelved"),
        (raised(ADVISORY, loss=True), "inside_minima_cannot_be_shelved"),
        (replaced_kind(Kind.VERTICAL_UNKNOWN), "inside_minima_cannot_be_shelved"),
        (raised(CAUTION, in_s=20.0), "inside_minima_cannot_be_shelved"),
    ],
)
def test_a_warning_or_a_pair_inside_minima_is_not_shelved(book: AlertBook, code: str) -> None:
    """Also where the predicted loss has come since the last judgement."""
    body = SHELVE | {"alert": book.alerts[KEY].id}
    answer = decide_shelve(book, body, 130.0, POLICY)
    assert isinstance(answer, Refused)
    assert answer.code == code
    late = apply_shelve(book, body | {"level": 3}, "kim", 130.0, POLICY)
    assert isinstance(late, Refused)
    assert late.code == code


def test_a_pair_inside_a_wide_rung_only_may_be_shelved() -> None:
    """The outer rungs of a ladder say "now" without being the minimum itself."""
    book = raised(CAUTION, in_s=-30.0)
    assert isinstance(decide_shelve(book, SHELVE, 130.0, POLICY), dict)


def test_the_recorded_body_carries_the_level_seen_and_trimmed_words() -> None:
    """What is recorded is enough to carry the act out again."""
    assert decide_shelve(raised(), SHELVE, 101.0, POLICY) == {
        "alert": ID,
        "level": 2,
        "minutes": 10,
        "reason": "tanker track",
    }
    assert decide_acknowledge(raised(), SHELVE, 101.0, POLICY) == {"alert": ID, "level": 2}
    assert decide_unshelve(shelved(), SHELVE, 101.0, POLICY) == {"alert": ID}


@pytest.mark.parametrize("apply", [apply_acknowledge, apply_shelve])
def test_an_act_does_not_silence_a_level_its_person_had_not_seen(apply: Any) -> None:
    """The level rose between the decision and its place in the order: nothing changes and the answer says so."""
    book = raised(ADVISORY)
    body = decide_shelve(book, SHELVE, 101.0, POLICY)
    step(book, 101.0, finding(101.0, CAUTION))
    before = bytes_of(book)
    answer = apply(book, body, "kim", 101.0, POLICY)
    assert isinstance(answer, Refused)
    assert answer.code == "level_rose"
    assert bytes_of(book) == before


@pytest.mark.parametrize("apply", [apply_acknowledge, apply_shelve, apply_unshelve])
def test_an_act_on_an_alert_that_ended_in_between_changes_nothing(apply: Any) -> None:
    """The entry stands in the record; the book is not touched."""
    book = acknowledged()
    step(book, 102.0, dropped=(KEY,))
    before = bytes_of(book)
    answer = apply(book, SHELVE | {"level": 2}, "kim", 103.0, POLICY)
    assert isinstance(answer, Refused)
    assert bytes_of(book) == before


def test_acknowledging_stops_the_sound_and_keeps_the_line() -> None:
    """Who, when and how near are noted."""
    book = raised(WARNING, in_s=60.0)
    done = apply_acknowledge(book, {"alert": "a1-b2-100", "level": 3}, "kim", 104.0, POLICY)
    assert isinstance(done, Changes)
    (changed,) = done.changed
    assert (changed.state, changed.asks, done.ended) == (State.ACKNOWLEDGED, False, ())
    assert (changed.acknowledged_by, changed.acknowledged_s) == ("kim", 104.0)
    assert changed.acknowledged_metric == (56.0, 9000.0)


@pytest.mark.parametrize("at_s", [101.0, 1_750_000_000.123, 1_750_000_000.7])
def test_fifteen_minutes_are_accepted_at_any_clock(at_s: float) -> None:
    """Rounding of large Unix times does not push a full quarter of an hour over the limit."""
    book = raised(t_s=at_s - 1.0)
    body = SHELVE | {"alert": book.alerts[KEY].id, "minutes": 15, "level": 2}
    done = apply_shelve(book, body, "kim", at_s, POLICY)
    assert isinstance(done, Changes)
    assert done.changed[0].shelved_until_s == at_s + 900.0


def test_a_desk_may_shorten_the_shelf_and_never_lengthen_it() -> None:
    """An entry recorded under a longer policy is carried out within the limit now in force."""
    short, long = replace(POLICY, shelve_s_max=60.0), replace(POLICY, shelve_s_max=7200.0)
    assert isinstance(decide_shelve(raised(), SHELVE, 101.0, short), Refused)
    assert isinstance(decide_shelve(raised(), SHELVE | {"minutes": 16}, 101.0, long), Refused)
    done = apply_shelve(raised(), SHELVE | {"level": 2}, "kim", 101.0, short)
    assert isinstance(done, Changes)
    assert done.changed[0].shelved_until_s == 161.0


def test_the_same_entry_gives_the_same_bytes() -> None:
    """Live and replay end in the same book."""
    book, twin = raised(), copy.deepcopy(raised())
    body = decide_shelve(book, SHELVE, 101.0, POLICY)
    assert isinstance(body, dict)
    for each in (book, twin):
        apply_shelve(each, body, "kim", 101.0, POLICY)
        apply_unshelve(each, {"alert": ID}, "kim", 102.0, POLICY)
    assert bytes_of(book) == bytes_of(twin)
