"""The life of one alert as one table: (state, event) -> next state and effects.

The states follow the alarm state model of ISA-18.2 (unacknowledged, acknowledged, returned to normal and not
acknowledged, shelved) with an on-delay in front. Without a row: `IllegalEventError`, nothing changed.
The table in `docs/alerts.md` is written from `TABLE`.
"""

from collections.abc import Callable
from enum import StrEnum
from math import inf, isfinite, isnan, nan
from typing import Final, NamedTuple

import msgspec
from msgspec.structs import replace

from airpact.alerts.alert import Alert, Ending, State, distance_m, time_to_loss_s
from airpact.alerts.policy import SHELVE_S_LIMIT, AlertPolicy
from airpact.encounter.levels import Level
from airpact.monitors.finding import Finding, Subject


class Event(StrEnum):
    """What can happen to an alert: judgements first, then timers, then people."""

    HOLDS = "holds"  # judged: the condition holds, nothing got worse
    DELAY_MET = "delay_met"  # judged: holds, and the on-delay is satisfied or does not apply
    ROSE = "rose"  # judged: holds at a higher level than before
    FELL = "fell"  # judged: holds at a lower level than shown
    LOSS_BEGAN = "loss_began"  # judged: inside minima now, same level, while shelved
    HALVED = "halved"  # judged: time to loss or distance of an acknowledged warning halved
    RETURNED = "returned"  # judged: holds again after it was over and not acknowledged
    OVER = "over"  # judged: beyond the widened minima
    DROPPED = "dropped"  # a track was dropped: the condition can no longer be judged
    OVER_HELD = "over_held"  # timer: over for the whole clear hold
    FALL_HELD = "fall_held"  # timer: lower than shown for the whole hold
    UNANSWERED = "unanswered"  # timer: a warning nobody answered in time
    SHELF_EXPIRED = "shelf_expired"  # timer: the time on the shelf ran out
    ACKNOWLEDGE = "acknowledge"
    SHELVE = "shelve"
    UNSHELVE = "unshelve"


class Effect(StrEnum):
    """What a change does beside the state, in the words the documentation prints."""

    FOLLOW = "take over finding and level"
    FOLLOW_BELOW = "take over finding, keep the level for the hold"
    LOWER = "take over the lower level"
    COUNT_HIT = "count a hit if a report is new"
    COUNT_MISS = "count a miss"
    SHOW = "show"
    SOUND = "ask for attention"
    START_HOLD = "start the clear hold"
    CALL_SUPERVISOR = "call the supervisor"
    SAY_BEYOND = "say why: beyond"
    SAY_UNJUDGED = "say why: not judged any more"
    HUSH = "stop sound and supervisor timer"
    NOTE_PERSON = "note who and what was known"
    PUT_ON_SHELF = "note who, until when, why"
    TAKE_OFF_SHELF = "forget the shelf"


class Row(NamedTuple):
    """One cell of the table: the state after the event, and its effects in order."""

    state: State
    effects: tuple[Effect, ...] = ()


class Occasion(msgspec.Struct, frozen=True):
    """What an event brings: the time, the desk's policy, and a finding or a person's words where it has them."""

    now_s: float
    policy: AlertPolicy
    finding: Finding | None = None
    person: str = ""
    until_s: float = nan
    reason: str = ""


class IllegalEventError(Exception):
    """An event the table does not allow in this state, or that would silence a warning; nothing changed."""

    def __init__(self, alert: Alert, event: Event, why: str = "") -> None:
        super().__init__(f"{event} is not allowed for alert {alert.id}, which is {alert.state}{why and ': ' + why}")
        self.alert, self.event = alert, event


_S, _E, _F = State, Event, Effect
_OVER = (_F.START_HOLD,)
_BELOW, _LOWER = (_F.FOLLOW_BELOW,), (_F.LOWER,)
_BEYOND, _UNJUDGED = (_F.SAY_BEYOND,), (_F.SAY_UNJUDGED,)
_ALARM = (_F.FOLLOW, _F.SOUND)
_OFF_SHELF = (_F.TAKE_OFF_SHELF, _F.SOUND)

TABLE: Final[dict[tuple[State, Event], Row]] = {
    (_S.PENDING, _E.HOLDS): Row(_S.PENDING, (_F.FOLLOW, _F.COUNT_HIT)),
    (_S.PENDING, _E.DELAY_MET): Row(_S.ACTIVE, (_F.FOLLOW, _F.COUNT_HIT, _F.SHOW, _F.SOUND)),
    (_S.PENDING, _E.OVER): Row(_S.PENDING, (_F.COUNT_MISS, _F.START_HOLD)),
    (_S.PENDING, _E.DROPPED): Row(_S.ENDED, _UNJUDGED),
    (_S.PENDING, _E.OVER_HELD): Row(_S.ENDED, _BEYOND),
    (_S.ACTIVE, _E.HOLDS): Row(_S.ACTIVE, (_F.FOLLOW,)),
    (_S.ACTIVE, _E.ROSE): Row(_S.ACTIVE, _ALARM),
    (_S.ACTIVE, _E.FELL): Row(_S.ACTIVE, _BELOW),
    (_S.ACTIVE, _E.FALL_HELD): Row(_S.ACTIVE, _LOWER),
    (_S.ACTIVE, _E.OVER): Row(_S.ACTIVE, _OVER),
    (_S.ACTIVE, _E.DROPPED): Row(_S.CLEARED, _UNJUDGED),
    (_S.ACTIVE, _E.OVER_HELD): Row(_S.CLEARED, _BEYOND),
    (_S.ACTIVE, _E.UNANSWERED): Row(_S.ACTIVE, (_F.CALL_SUPERVISOR,)),
    (_S.ACTIVE, _E.ACKNOWLEDGE): Row(_S.ACKNOWLEDGED, (_F.HUSH, _F.NOTE_PERSON)),
    (_S.ACTIVE, _E.SHELVE): Row(_S.SHELVED, (_F.HUSH, _F.PUT_ON_SHELF)),
    (_S.ACKNOWLEDGED, _E.HOLDS): Row(_S.ACKNOWLEDGED, (_F.FOLLOW,)),
    (_S.ACKNOWLEDGED, _E.ROSE): Row(_S.ACTIVE, _ALARM),
    (_S.ACKNOWLEDGED, _E.FELL): Row(_S.ACKNOWLEDGED, _BELOW),
    (_S.ACKNOWLEDGED, _E.FALL_HELD): Row(_S.ACKNOWLEDGED, _LOWER),
    (_S.ACKNOWLEDGED, _E.HALVED): Row(_S.ACTIVE, _ALARM),
    (_S.ACKNOWLEDGED, _E.OVER): Row(_S.ACKNOWLEDGED, _OVER),
    (_S.ACKNOWLEDGED, _E.DROPPED): Row(_S.ENDED, _UNJUDGED),
    (_S.ACKNOWLEDGED, _E.OVER_HELD): Row(_S.ENDED, _BEYOND),
    (_S.ACKNOWLEDGED, _E.SHELVE): Row(_S.SHELVED, (_F.HUSH, _F.PUT_ON_SHELF)),
    (_S.SHELVED, _E.HOLDS): Row(_S.SHELVED, (_F.FOLLOW,)),
    (_S.SHELVED, _E.ROSE): Row(_S.ACTIVE, (_F.FOLLOW, *_OFF_SHELF)),
    (_S.SHELVED, _E.FELL): Row(_S.SHELVED, _BELOW),
    (_S.SHELVED, _E.FALL_HELD): Row(_S.SHELVED, _LOWER),
    (_S.SHELVED, _E.LOSS_BEGAN): Row(_S.ACTIVE, (_F.FOLLOW, *_OFF_SHELF)),
    (_S.SHELVED, _E.OVER): Row(_S.SHELVED, _OVER),
    (_S.SHELVED, _E.DROPPED): Row(_S.ENDED, _UNJUDGED),
    (_S.SHELVED, _E.OVER_HELD): Row(_S.ENDED, _BEYOND),
    (_S.SHELVED, _E.SHELF_EXPIRED): Row(_S.ACTIVE, _OFF_SHELF),
    (_S.SHELVED, _E.UNSHELVE): Row(_S.ACTIVE, _OFF_SHELF),
    (_S.CLEARED, _E.RETURNED): Row(_S.ACTIVE, _ALARM),
    (_S.CLEARED, _E.OVER): Row(_S.CLEARED),
    (_S.CLEARED, _E.DROPPED): Row(_S.CLEARED),
    (_S.CLEARED, _E.UNANSWERED): Row(_S.CLEARED, (_F.CALL_SUPERVISOR,)),
    (_S.CLEARED, _E.ACKNOWLEDGE): Row(_S.ENDED, (_F.HUSH, _F.NOTE_PERSON)),
}


def turn(alert: Alert, event: Event, at: Occasion) -> Alert:
    """Return the alert after `event` (the same object where nothing changed); else raise `IllegalEventError`."""
    row = TABLE.get((alert.state, event))
    if row is None:
        raise IllegalEventError(alert, event)
    after = alert
    for effect in row.effects:
        after = _EFFECTS[effect](after, at)
    if row.state is not alert.state:
        after = replace(after, state=row.state)
    if after.state is State.SHELVED and (after.level is Level.WARNING or after.inside_minima):
        raise IllegalEventError(alert, event, "a warning or a pair inside minima is never on the shelf")
    return after


def event_of(alert: Alert, finding: Finding, policy: AlertPolicy) -> Event:
    """Return what a finding that holds means to an alert in its state."""
    if alert.state is State.PENDING:
        return Event.DELAY_MET if delay_met(alert, finding, policy) else Event.HOLDS
    if alert.state is State.CLEARED:
        return Event.RETURNED
    if finding.level > alert.level:
        return Event.ROSE
    if alert.state is State.SHELVED and finding.in_loss:
        return Event.LOSS_BEGAN
    if finding.level < alert.level and not finding.duplicate:  # a link is proven over time: it needs no hold
        return Event.FELL
    if alert.state is State.ACKNOWLEDGED and halved(alert, finding, policy):
        return Event.HALVED
    return Event.HOLDS


def delay_met(alert: Alert, finding: Finding, policy: AlertPolicy) -> bool:
    """Return whether a pending alert is shown now: only a predicted pair below warning ever waits."""
    if finding.subject is not Subject.PAIR or finding.level is Level.WARNING or finding.in_loss:
        return True
    return sum(counted(alert.hits, finding, policy)) >= policy.on_delay_hits


def counted(hits: tuple[bool, ...], finding: Finding, policy: AlertPolicy) -> tuple[bool, ...]:
    """Return the on-delay window with this judgement; one without a new report neither counts nor resets."""
    return (*hits, True)[-policy.on_delay_window :] if finding.new_report else hits


def halved(alert: Alert, finding: Finding, policy: AlertPolicy) -> bool:
    """Return whether time to loss or distance of a warning fell to half of what it was when acknowledged."""
    if finding.level is not Level.WARNING:
        return False
    now = (time_to_loss_s(finding, finding.judged_s), distance_m(finding))
    pairs = zip(now, alert.acknowledged_metric, strict=True)
    return any(0.0 < then < inf and value <= then * policy.realert_factor for value, then in pairs)


def due_timers(alert: Alert) -> list[tuple[float, Event]]:
    """Return the timers that run for an alert as (due time in Unix seconds, event), earliest first."""
    timers = [
        (alert.hold_until_s, Event.OVER_HELD),
        (alert.fall_until_s, Event.FALL_HELD),
        (alert.shelved_until_s, Event.SHELF_EXPIRED),
    ]
    if isnan(alert.escalated_s):
        timers.append((alert.supervisor_s, Event.UNANSWERED))
    return sorted((timer for timer in timers if isfinite(timer[0])), key=lambda timer: timer[0])


def table_markdown() -> str:
    """Return `TABLE` as the Markdown table that stands in `docs/alerts.md`."""
    head = ["| State | Event | Next state | Effects |", "|---|---|---|---|"]
    rows = (
        f"| {state} | {event} | {row.state if row.state is not state else '(same)'} | {'; '.join(row.effects) or '-'} |"
        for (state, event), row in TABLE.items()
    )
    return "\n".join([*head, *rows]) + "\n"


def _follow(alert: Alert, at: Occasion) -> Alert:
    finding = at.finding
    if finding is None:
        raise ValueError(f"alert {alert.id}: a judgement needs its finding")
    level_max = max(alert.level_max, finding.level)
    if isnan(alert.clear_since_s) and isnan(alert.fall_until_s):
        # The common case, kept short: this runs for every open alert at every report.
        return replace(alert, finding=finding, level=finding.level, level_max=level_max, last_s=finding.judged_s)
    return replace(
        alert,
        finding=finding,
        level=finding.level,
        level_max=level_max,
        last_s=finding.judged_s,
        clear_since_s=nan,
        hold_until_s=nan,
        fall_until_s=nan,
        ending=Ending.NONE,
    )


def _follow_below(alert: Alert, at: Occasion) -> Alert:
    """Keep the level until nothing as high was judged for the hold, so that an edge case does not sound again."""
    after = _follow(alert, at)
    if isnan(alert.fall_until_s):
        until_s = at.now_s + at.policy.clear_hold_s
        return replace(after, level=alert.level, fall_until_s=until_s, fall_level=after.level)
    highest = max(alert.fall_level or after.level, after.level)
    return replace(after, level=alert.level, fall_until_s=alert.fall_until_s, fall_level=highest)


def _lower(alert: Alert, at: Occasion) -> Alert:
    level, now_level = alert.fall_level or alert.level, alert.finding.level
    if now_level >= level:
        return replace(alert, level=level, fall_until_s=nan)
    return replace(alert, level=level, fall_until_s=at.now_s + at.policy.clear_hold_s, fall_level=now_level)


def _count_hit(alert: Alert, at: Occasion) -> Alert:
    return replace(alert, hits=counted(alert.hits, alert.finding, at.policy))


def _count_miss(alert: Alert, at: Occasion) -> Alert:
    return replace(alert, hits=(*alert.hits, False)[-at.policy.on_delay_window :])


def _show(alert: Alert, at: Occasion) -> Alert:
    return replace(alert, shown_s=at.now_s)


def _sound(alert: Alert, at: Occasion) -> Alert:
    asking = replace(alert, sounded_s=at.now_s, acknowledged_by="", acknowledged_s=nan, acknowledged_metric=(inf, inf))
    # A call that is already due or made stands until a person answers: a level that flickers cannot postpone it.
    if alert.level is not Level.WARNING or not isnan(alert.supervisor_s):
        return asking
    return replace(asking, supervisor_s=at.now_s + at.policy.supervisor_s, escalated_s=nan)


def _start_hold(alert: Alert, at: Occasion) -> Alert:
    if not isnan(alert.hold_until_s):
        return alert
    until_s = at.now_s + at.policy.clear_hold_s
    return replace(alert, clear_since_s=at.now_s, hold_until_s=until_s, fall_until_s=nan)


def _call_supervisor(alert: Alert, at: Occasion) -> Alert:
    return replace(alert, escalated_s=at.now_s)


def _say_beyond(alert: Alert, _at: Occasion) -> Alert:
    return replace(alert, hold_until_s=nan, ending=Ending.BEYOND)


def _say_unjudged(alert: Alert, at: Occasion) -> Alert:
    since_s = at.now_s if isnan(alert.clear_since_s) else alert.clear_since_s
    return replace(alert, clear_since_s=since_s, hold_until_s=nan, fall_until_s=nan, ending=Ending.UNJUDGED)


def _hush(alert: Alert, _at: Occasion) -> Alert:
    return replace(alert, supervisor_s=nan)


def _note_person(alert: Alert, at: Occasion) -> Alert:
    metric = (time_to_loss_s(alert.finding, at.now_s), distance_m(alert.finding))
    return replace(alert, acknowledged_by=at.person, acknowledged_s=at.now_s, acknowledged_metric=metric)


def _put_on_shelf(alert: Alert, at: Occasion) -> Alert:
    limit_s = at.now_s + min(at.policy.shelve_s_max, SHELVE_S_LIMIT)
    if not (at.reason.strip() and at.now_s < at.until_s <= limit_s):
        raise IllegalEventError(alert, Event.SHELVE, "it needs a reason and an end within the longest shelf time")
    return replace(alert, shelved_by=at.person, shelved_until_s=at.until_s, shelved_reason=at.reason)


def _take_off_shelf(alert: Alert, _at: Occasion) -> Alert:
    return replace(alert, shelved_by="", shelved_until_s=nan, shelved_reason="")


_EFFECTS: Final[dict[Effect, Callable[[Alert, Occasion], Alert]]] = {
    _F.FOLLOW: _follow,
    _F.FOLLOW_BELOW: _follow_below,
    _F.LOWER: _lower,
    _F.COUNT_HIT: _count_hit,
    _F.COUNT_MISS: _count_miss,
    _F.SHOW: _show,
    _F.SOUND: _sound,
    _F.START_HOLD: _start_hold,
    _F.CALL_SUPERVISOR: _call_supervisor,
    _F.SAY_BEYOND: _say_beyond,
    _F.SAY_UNJUDGED: _say_unjudged,
    _F.HUSH: _hush,
    _F.NOTE_PERSON: _note_person,
    _F.PUT_ON_SHELF: _put_on_shelf,
    _F.TAKE_OFF_SHELF: _take_off_shelf,
}
