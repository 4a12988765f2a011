"""The alert book: every open alert of a desk, moved by findings and timers; `alerts.lifecycle` holds the rules.

One alert per key (encounter). Within one update timers come first, so that a call without news before a due time
changes nothing and a return after the hold is a new encounter whether or not a tick fell in between; then findings,
`over` judgements and dropped tracks.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isnan

import msgspec
from msgspec.structs import replace

from airpact.alerts.alert import Alert, State, time_to_loss_s
from airpact.alerts.lifecycle import TABLE, Effect, Event, Occasion, due_timers, event_of, turn
from airpact.alerts.policy import AlertPolicy
from airpact.alerts.rate import Shown, remember
from airpact.monitors.finding import Finding, Subject


@dataclass(slots=True)
class AlertBook:
    """What the alert stage remembers between updates; plain values only, so that it copies and pickles."""

    alerts: dict[str, Alert] = field(default_factory=dict)  # by key, open ones only, pending included
    due_s: dict[str, float] = field(default_factory=dict)  # by key, earliest running timer
    next_due_s: float = inf  # least of `due_s`, kept so that an idle tick costs one comparison
    shown: list[Shown] = field(default_factory=list)  # showings of the last 70 minutes, oldest first
    begun_s: dict[str, int] = field(default_factory=dict)  # by key, second in the last id, while it could repeat


class Changes(msgspec.Struct, frozen=True):
    """What one update or command changed: shown alerts as they now are, alerts that left the list, and new showings."""

    changed: tuple[Alert, ...] = ()  # by key; pending alerts are not shown and not told
    closed: tuple[Alert, ...] = ()  # last values of the shown alerts that ended
    shown: tuple[Shown, ...] = ()  # every time an alert began to ask for attention

    @property
    def ended(self) -> tuple[str, ...]:
        """Ids of the alerts that left the list."""
        return tuple(alert.id for alert in self.closed)


NOTHING = Changes()


def update(
    book: AlertBook,
    findings: Sequence[Finding],
    over: Sequence[str],
    dropped: Sequence[str],
    now_s: float,
    policy: AlertPolicy,
) -> Changes:
    """Move the book to `now_s`.

    `findings` are the verdicts of this step in which the condition holds, `over` the keys judged in this step in
    which it does not (for an open alert: beyond the widened minima), `dropped` the keys that can no longer be judged.
    Keys not mentioned stay as they are.
    """
    if now_s < book.next_due_s and not (findings or over or dropped):
        return NOTHING
    page = Page(book, policy)
    page.run_timers(now_s)
    worst = _worst_by_key(findings)
    if book.begun_s and worst:
        book.begun_s = {key: begun_s for key, begun_s in book.begun_s.items() if begun_s >= int(now_s)}
    for finding in worst.values():
        page.judge(finding, now_s)
    for key in over:
        if key not in worst:
            page.happen(key, Event.OVER, Occasion(now_s, policy))
    for key in dropped:
        page.happen(key, Event.DROPPED, Occasion(now_s, policy))
    return page.close()


def next_due_s(book: AlertBook) -> float:
    """Return when something next changes without news (Unix seconds), +inf where no timer runs."""
    return book.next_due_s


def find(book: AlertBook, alert_id: str) -> Alert | None:
    """Return the open, shown alert with this id."""
    return next((a for a in book.alerts.values() if a.id == alert_id and a.state is not State.PENDING), None)


def ordered(book: AlertBook) -> list[Alert]:
    """Return the shown alerts as screens list them: by level, least time to loss first; shelved ones last."""
    return sorted((a for a in book.alerts.values() if a.state is not State.PENDING), key=_rank)


def widens(book: AlertBook, key: str) -> bool:
    """Return whether the monitor judges this key against the widened minima: shown, and not yet over."""
    alert = book.alerts.get(key)
    return alert is not None and alert.state not in (State.PENDING, State.CLEARED)


def keys_of(book: AlertBook, tracks: Container[str]) -> list[str]:
    """Return the keys of the open alerts that are about one of these tracks: what `dropped` takes."""
    return [alert.key for alert in book.alerts.values() if alert.finding.a in tracks or alert.finding.b in tracks]


class Page:
    """One round of changes to a book: collects what changed until `close` hands it over."""

    def __init__(self, book: AlertBook, policy: AlertPolicy) -> None:
        self._book, self._policy = book, policy
        self._changed: dict[str, Alert] = {}
        self._closed: list[Alert] = []
        self._shown: list[Shown] = []
        self._timers_moved = False

    def run_timers(self, now_s: float) -> None:
        """Let every timer due by `now_s` happen, in the order they fell due."""
        if now_s < self._book.next_due_s:
            return
        late = sorted((due_s, key) for key, due_s in self._book.due_s.items() if due_s <= now_s)
        for _, key in late:
            while self._book.due_s.get(key, inf) <= now_s:
                self.happen(key, due_timers(self._book.alerts[key])[0][1], Occasion(now_s, self._policy))

    def judge(self, finding: Finding, now_s: float) -> None:
        """Follow a finding that holds: open its alert, or move the open one."""
        alert = self._book.alerts.get(finding.key)
        if alert is None:
            alert = self._book.alerts[finding.key] = _open(self._book, finding)
        event = event_of(alert, finding, self._policy)
        self.happen(finding.key, event, Occasion(now_s, self._policy, finding))

    def happen(self, key: str, event: Event, at: Occasion) -> None:
        """Let one event happen to the open alert of `key`; a key without one has nothing to change."""
        before = self._book.alerts.get(key)
        if before is None:
            return
        after = turn(before, event, at)
        if after is before:
            return
        self._book.alerts[key] = after
        self._set_due(after)
        if Effect.SOUND in TABLE[before.state, event].effects:
            self._shown.append(_shown(after, at.now_s, again=not isnan(before.sounded_s)))
        if after.state is State.ENDED:
            del self._book.alerts[key]
            self._changed.pop(key, None)
            if not isnan(after.shown_s):
                self._closed.append(after)
        elif after.state is not State.PENDING:
            self._changed[key] = after

    def close(self) -> Changes:
        """Store the showings and the next due time, and return what changed."""
        if self._timers_moved:
            self._book.next_due_s = min(self._book.due_s.values(), default=inf)
        if not (self._changed or self._closed):
            return NOTHING
        remember(self._book.shown, self._shown)
        changed = tuple(self._changed[key] for key in sorted(self._changed))
        return Changes(changed, tuple(self._closed), tuple(self._shown))

    def _set_due(self, alert: Alert) -> None:
        timers = () if alert.state is State.ENDED else due_timers(alert)
        due_s = timers[0][0] if timers else inf
        if due_s == self._book.due_s.get(alert.key, inf):
            return
        self._timers_moved = True
        if due_s == inf:
            del self._book.due_s[alert.key]
        else:
            self._book.due_s[alert.key] = due_s


def _open(book: AlertBook, finding: Finding) -> Alert:
    level = finding.level
    return Alert(_new_id(book, finding), finding.key, finding, State.PENDING, level, level, finding.judged_s)


def _new_id(book: AlertBook, finding: Finding) -> str:
    """Return "a-b-t" or "feed:NAME-t"; two encounters of one key within a second get consecutive seconds."""
    second = max(int(finding.judged_s), book.begun_s.get(finding.key, -1) + 1)
    book.begun_s[finding.key] = second
    name = finding.key if finding.subject is Subject.PAIR else f"{finding.subject}:{finding.key}"
    return f"{name.replace('|', '-')}-{second}"


def _worst_by_key(findings: Iterable[Finding]) -> Mapping[str, Finding]:
    """Keep one finding per key: the highest level, then the one in loss or nearest to it."""
    worst: dict[str, Finding] = {}
    for finding in findings:
        other = worst.get(finding.key)
        if other is None:
            worst[finding.key] = finding
        elif _urgency(finding) < _urgency(other):
            worst[finding.key] = replace(finding, new_report=finding.new_report or other.new_report)
    return worst


def _urgency(finding: Finding) -> tuple[int, float]:
    return -finding.level, time_to_loss_s(finding, finding.judged_s)


def _shown(alert: Alert, now_s: float, *, again: bool) -> Shown:
    return Shown(now_s, alert.level, alert.finding.kind, alert.key, again)


def _rank(alert: Alert) -> tuple[bool, int, float, str]:
    """Order of one alert on screen; one that is over has no time to loss and stands after those that hold."""
    finding = alert.finding
    if not isnan(alert.clear_since_s):
        t_in_s = inf
    else:
        t_in_s = -inf if finding.in_loss else finding.judged_s + time_to_loss_s(finding, finding.judged_s)
    return alert.state is State.SHELVED, -alert.level, t_in_s, alert.key
