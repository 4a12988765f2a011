"""The alert book against a small model of its own, over random judgements, timers and people.

The model knows nothing of the table: it keeps, per key, what a careful clerk would write down, and checks what the
desk was told after every step.
"""

import copy
from dataclasses import dataclass
from math import inf, isnan

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

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
from airpact.alerts.book import NOTHING, AlertBook, Changes, next_due_s, ordered, update
from airpact.encounter.levels import Level
from airpact.monitors.finding import Finding
from tests.alerts.builders import POLICY, WARNING, bytes_of, finding

KEYS = ("a|b", "a|c", "b|c")
ACTS = {
    "acknowledge": (decide_acknowledge, apply_acknowledge),
    "shelve": (decide_shelve, apply_shelve),
    "unshelve": (decide_unshelve, apply_unshelve),
}
judgements = st.builds(
    lambda key, level, loss, in_s, horizontal_m, new: (key, level, loss, in_s, horizontal_m, new),
    st.sampled_from(KEYS),
    st.sampled_from(Level),
    st.booleans(),
    st.sampled_from((5.0, 20.0, 60.0, 120.0)),
    st.sampled_from((500.0, 2000.0, 9000.0)),
    st.booleans(),
)


@dataclass
class Clerk:
    """What a careful clerk notes about one shown alert."""

    id: str
    level: Level
    sound: bool = True
    over_since_s: float = inf  # inf while it holds
    listed_over: bool = False  # over for the hold, and nobody answered
    shelf_ends_s: float = inf
    answered_level: Level | None = None  # the level acknowledged
    asked_s: float = inf  # a warning stands unanswered since
    called: bool = False
    lower_since_s: float = inf  # since then nothing as high as the level was heard
    heard_since: tuple[Level, ...] = ()  # and this was

    def follow(self, level: Level, rang: bool, now_s: float) -> None:
        """Note a level heard: one as high, or one that rings, at once; a lower one after the hold."""
        if rang or level >= self.level:
            self.level, self.lower_since_s, self.heard_since = level, inf, ()
        else:
            self.lower_since_s = min(self.lower_since_s, now_s)
            self.heard_since += (level,)

    def lower(self, now_s: float) -> None:
        """Come down to the highest level heard during the hold; what is lower still waits in its turn."""
        self.level, last = max(self.heard_since), self.heard_since[-1]
        self.lower_since_s, self.heard_since = (now_s, (last,)) if last < self.level else (inf, ())


class Delay:
    """The on-delay of one pair that is not shown yet."""

    def __init__(self) -> None:
        self.hits: list[bool] = []
        self.over_since_s = inf

    def hit(self, new_report: bool) -> None:
        self.hits += [True] * new_report
        self.over_since_s = inf

    def miss(self, now_s: float) -> None:
        self.hits.append(False)
        self.over_since_s = min(self.over_since_s, now_s)


class Desk(RuleBasedStateMachine):
    """One desk, three aircraft, an officer; a twin book gets needless updates and must end the same."""

    @initialize(start_s=st.sampled_from((100.0, 1_750_000_000.4)))
    def open_desk(self, start_s: float) -> None:
        self.now_s = start_s
        self.book, self.twin = AlertBook(), AlertBook()
        self.notes: dict[str, Clerk] = {}
        self.waiting: dict[str, Delay] = {}
        self.ids: set[str] = set()

    @rule(wait_s=st.sampled_from((0.2, 1.0, 4.0, 9.8, 15.0, 300.0, 899.9)))
    def wait(self, wait_s: float) -> None:
        """Time passes; every tick with a due timer is taken, as the loop would."""
        until_s = self.now_s + wait_s
        while (due_s := next_due_s(self.book)) <= until_s:
            assert due_s >= self.now_s
            self.now_s = due_s
            self.take((), (), ())
        self.now_s = until_s

    @rule(
        heard=st.lists(judgements, min_size=1, max_size=3, unique_by=lambda j: j[0]),
        over=st.sets(st.sampled_from(KEYS)),
    )
    def judge(self, heard: list[tuple[str, Level, bool, float, float, bool]], over: set[str]) -> None:
        found = tuple(
            finding(self.now_s, level, loss=loss, in_s=in_s, horizontal_m=far_m, key=key, new_report=new)
            for key, level, loss, in_s, far_m, new in heard
        )
        self.take(found, tuple(sorted(over - {f.key for f in found})), ())

    @rule(over=st.sets(st.sampled_from(KEYS), min_size=1))
    def judge_over(self, over: set[str]) -> None:
        self.take((), tuple(sorted(over)), ())

    @rule(key=st.sampled_from(KEYS))
    def drop(self, key: str) -> None:
        self.take((), (), (key,))

    @precondition(lambda self: self.notes)
    @rule(
        kind=st.sampled_from(sorted(ACTS)),
        key=st.sampled_from(KEYS),
        minutes=st.sampled_from((1, 15, 16)),
        reason=st.sampled_from(("tanker track", "")),
    )
    def act(self, kind: str, key: str, minutes: int, reason: str) -> None:
        """The officer asks; an accepted act is carried out at once, on both books."""
        note = self.notes.get(key)
        decide, apply = ACTS[kind]
        body = decide(
            self.book, {"alert": note.id if note else "none", "minutes": minutes, "reason": reason}, self.now_s, POLICY
        )
        if note is None or isinstance(body, Refused):
            assert isinstance(body, Refused)
            assert kind == "shelve" or note is None or not self.may(kind, note)
            return
        assert self.may(kind, note)
        in_loss = self.book.alerts[key].finding.in_loss
        done, same = (apply(book, body, "kim", self.now_s, POLICY) for book in (self.book, self.twin))
        assert bytes_of(done) == bytes_of(same)
        assert isinstance(done, Changes)
        if kind == "acknowledge":
            if note.listed_over:
                assert done.ended == (note.id,)
                del self.notes[key]
            else:
                assert done.changed[0].state is State.ACKNOWLEDGED, "acknowledging never removes"
        elif kind == "shelve":
            assert note.level is not WARNING
            assert not in_loss
            assert reason
            assert minutes <= 15
            note.shelf_ends_s = self.now_s + 60.0 * minutes
        else:
            note.shelf_ends_s = inf
        note.answered_level = note.level if kind == "acknowledge" else None
        note.sound = kind == "unshelve"
        note.asked_s = inf

    def may(self, kind: str, note: Clerk) -> bool:
        """Return whether the officer may do this at all; the terms of the shelf are checked apart."""
        if kind == "acknowledge":
            return note.sound or note.listed_over
        if kind == "unshelve":
            return note.shelf_ends_s < inf
        return note.shelf_ends_s == inf and not note.listed_over and note.level is not WARNING

    def take(self, found: tuple[Finding, ...], over: tuple[str, ...], dropped: tuple[str, ...]) -> None:
        """One step of both books, the twin with needless updates around it, and the clerk beside them."""
        told = update(self.book, found, over, dropped, self.now_s, POLICY)
        if self.twin.next_due_s > self.now_s:
            assert update(self.twin, (), (), (), self.now_s, POLICY) is NOTHING
        same = update(self.twin, found, over, dropped, self.now_s, POLICY)
        assert bytes_of(told) == bytes_of(same)
        assert update(self.twin, (), (), (), self.now_s, POLICY) is NOTHING
        rang = {shown.key for shown in told.shown}
        self.ring_timers(told, rang)
        for heard in found:
            self.hear(heard, heard.key in rang)
        for key in over:
            if key in self.waiting:
                self.waiting[key].miss(self.now_s)
            if key in self.notes:
                self.notes[key].over_since_s = min(self.notes[key].over_since_s, self.now_s)
                self.notes[key].lower_since_s, self.notes[key].heard_since = inf, ()
        for key in dropped:
            self.waiting.pop(key, None)
            note = self.notes.get(key)
            if note and note.sound:
                note.listed_over, note.over_since_s, note.sound = True, min(note.over_since_s, self.now_s), False
                note.lower_since_s, note.heard_since = inf, ()
            elif note and not note.listed_over:
                del self.notes[key]

    def ring_timers(self, told: Changes, rang: set[str]) -> None:
        """Everything that time alone does, by the clerk's own notes."""
        for key, delay in list(self.waiting.items()):
            if delay.over_since_s + POLICY.clear_hold_s <= self.now_s:
                del self.waiting[key]
        for key, note in list(self.notes.items()):
            if note.asked_s + POLICY.supervisor_s <= self.now_s and not note.called:
                note.called = True
                assert note.id in told.ended or not isnan(self.book.alerts[key].escalated_s)
            if note.lower_since_s + POLICY.clear_hold_s <= self.now_s:
                note.lower(self.now_s)
            if note.over_since_s + POLICY.clear_hold_s <= self.now_s and not note.listed_over:
                if note.sound:
                    note.listed_over, note.sound = True, False
                else:
                    assert note.id in told.ended
                    del self.notes[key]
            elif note.shelf_ends_s <= self.now_s:
                assert key in rang, "the shelf ends by time, with sound"
                note.shelf_ends_s, note.sound = inf, True

    def hear(self, heard: Finding, rang: bool) -> None:
        note = self.notes.get(heard.key)
        now = self.book.alerts[heard.key]
        if note is None:
            delay = self.waiting.setdefault(heard.key, Delay())
            delay.hit(heard.new_report)
            must = heard.level is WARNING or heard.in_loss or sum(delay.hits[-3:]) >= 2
            assert must == rang, "delays only what may wait, and no longer than it must"
            if rang:
                assert now.id not in self.ids, "a new encounter has a new id"
                self.ids.add(now.id)
                self.notes[heard.key] = note = Clerk(now.id, heard.level)
                del self.waiting[heard.key]
        else:
            assert now.id == note.id, "one encounter, one alert"
            worse = heard.level > note.level or note.listed_over
            worse = worse or (note.shelf_ends_s < inf and heard.in_loss)
            if worse or not (note.answered_level is WARNING and heard.level is WARNING):
                assert worse == rang, (
                    "a rise, a return, a loss on the shelf sound; nothing else but a warning that halves"
                )
            note.sound = note.sound or rang
            note.shelf_ends_s = inf if rang else note.shelf_ends_s
        if note is None:
            return
        note.follow(heard.level, rang, self.now_s)
        note.over_since_s, note.listed_over = inf, False
        note.answered_level = None if rang else note.answered_level
        if rang and heard.level is WARNING and note.asked_s == inf:
            note.asked_s, note.called = self.now_s, False

    @invariant()
    def the_list_is_what_the_clerk_has(self) -> None:
        if not hasattr(self, "book"):
            return
        listed = {alert.key: alert for alert in ordered(self.book)}
        assert sorted(listed) == sorted(self.notes)
        for key, note in self.notes.items():
            alert = listed[key]
            assert (alert.id, alert.level) == (note.id, note.level)
            assert alert.asks == note.sound
            assert (alert.state is State.CLEARED) == note.listed_over
            assert (alert.state is State.SHELVED) == (note.shelf_ends_s < inf)

    @invariant()
    def nothing_is_silenced(self) -> None:
        if not hasattr(self, "book"):
            return
        for alert in self.book.alerts.values():
            if alert.state is State.SHELVED:
                assert alert.level is not WARNING
                assert not alert.inside_minima
                assert alert.shelved_reason
                assert self.now_s < alert.shelved_until_s <= self.now_s + 900.0
            if alert.state is State.PENDING:
                assert alert.level is not WARNING
                assert not alert.inside_minima
            if alert.state in (State.ACTIVE, State.CLEARED) and alert.level is WARNING:
                assert not isnan(alert.supervisor_s), "an unanswered warning has its call standing"

    @invariant()
    def the_books_agree_and_the_due_time_is_true(self) -> None:
        if not hasattr(self, "book"):
            return
        assert bytes_of(self.book) == bytes_of(self.twin)
        assert next_due_s(self.book) == min(self.book.due_s.values(), default=inf)
        due_s = next_due_s(self.book)
        assert due_s > self.now_s, "what is due at this instant was done"
        if due_s < inf:
            later = copy.deepcopy(self.book)
            before = bytes_of(later)
            update(later, (), (), (), due_s, POLICY)
            assert bytes_of(later) != before, "the due time is not a false alarm"


Desk.TestCase.settings = settings(
    max_examples=100, stateful_step_count=40, deadline=None, phases=(Phase.explicit, Phase.generate, Phase.shrink)
)
TestDesk = Desk.TestCase
