"""What a person may do about an alert: acknowledge, shelve, take back from the shelf.

Each act has a pure `decide_` (may it be accepted now, and what is to be recorded) and an `apply_` that carries out a
recorded act the same way live and in replay. Where the alert changed between the two, `apply_` changes nothing and
says why: an acknowledgement never silences a level its person had not seen.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import msgspec

from airpact.alerts.alert import Alert, State, time_to_loss_s
from airpact.alerts.book import AlertBook, Changes, Page, find
from airpact.alerts.lifecycle import TABLE, Event, Occasion
from airpact.alerts.policy import SHELVE_S_LIMIT, AlertPolicy
from airpact.encounter.levels import Level

MINUTE_S: Final = 60.0
REASON_CHARS_MAX: Final = 500  # one or two sentences; longer accounts belong in the watch log


class Refused(msgspec.Struct, frozen=True):
    """Why an act was not accepted or not carried out, in words for the person; nothing changed."""

    code: str
    detail: str


Body: TypeAlias = dict[str, Any]

_OVER: Final = Refused("already_over", "The condition is over. Acknowledge the alert and it leaves the list.")
_NOT_SHELVED: Final = Refused("not_shelved", "The alert is not on the shelf.")
_UNSEEN: Final = Refused("level_rose", "The level rose after this was entered. Look at the alert again.")
_NO_SUCH: Final = Refused("no_such_alert", "No open alert has this id. It may have ended.")
_WHY_NOT: Final[dict[tuple[State, Event], Refused]] = {
    (State.ACKNOWLEDGED, Event.ACKNOWLEDGE): Refused("already_acknowledged", "Someone acknowledged this alert before."),
    (State.SHELVED, Event.ACKNOWLEDGE): Refused("on_the_shelf", "Take the alert back from the shelf first."),
    (State.SHELVED, Event.SHELVE): Refused("already_shelved", "Take the alert back first, then shelve it again."),
    (State.CLEARED, Event.SHELVE): _OVER,
    (State.ACTIVE, Event.UNSHELVE): _NOT_SHELVED,
    (State.ACKNOWLEDGED, Event.UNSHELVE): _NOT_SHELVED,
    (State.CLEARED, Event.UNSHELVE): _NOT_SHELVED,
}


def decide_acknowledge(book: AlertBook, body: Mapping[str, Any], _now_s: float, _policy: AlertPolicy) -> Body | Refused:
    """Return {"alert", "level"} to record: the level is the one its person has seen."""
    alert = _open_to(book, body, Event.ACKNOWLEDGE)
    return alert if isinstance(alert, Refused) else {"alert": alert.id, "level": int(alert.level)}


def decide_shelve(book: AlertBook, body: Mapping[str, Any], now_s: float, policy: AlertPolicy) -> Body | Refused:
    """Return {"alert", "level", "minutes", "reason"} to record; `body` holds alert, minutes and reason."""
    alert = _open_to(book, body, Event.SHELVE)
    if isinstance(alert, Refused):
        return alert
    minutes, reason = body.get("minutes"), str(body.get("reason") or "").strip()
    refused = _never_shelved(alert, now_s) or _terms_refused(minutes, reason, policy)
    return refused or {"alert": alert.id, "level": int(alert.level), "minutes": minutes, "reason": reason}


def decide_unshelve(book: AlertBook, body: Mapping[str, Any], _now_s: float, _policy: AlertPolicy) -> Body | Refused:
    """Return {"alert"} to record."""
    alert = _open_to(book, body, Event.UNSHELVE)
    return alert if isinstance(alert, Refused) else {"alert": alert.id}


def apply_acknowledge(
    book: AlertBook, body: Mapping[str, Any], person: str, at_s: float, policy: AlertPolicy
) -> Changes | Refused:
    """Stop the sound and note who answered; an alert that was over leaves the list."""
    alert = _open_to(book, body, Event.ACKNOWLEDGE)
    if isinstance(alert, Refused):
        return alert
    if alert.level > body["level"]:
        return _UNSEEN
    return _carry_out(book, alert, Event.ACKNOWLEDGE, Occasion(at_s, policy, person=person))


def apply_shelve(
    book: AlertBook, body: Mapping[str, Any], person: str, at_s: float, policy: AlertPolicy
) -> Changes | Refused:
    """Put the alert on the shelf for `minutes` from `at_s`, never beyond the longest shelf time."""
    alert = _open_to(book, body, Event.SHELVE)
    if isinstance(alert, Refused):
        return alert
    if refused := _never_shelved(alert, at_s):
        return refused
    if alert.level > body["level"]:
        return _UNSEEN
    until_s = at_s + min(body["minutes"] * MINUTE_S, policy.shelve_s_max, SHELVE_S_LIMIT)
    at = Occasion(at_s, policy, person=person, until_s=until_s, reason=body["reason"])
    return _carry_out(book, alert, Event.SHELVE, at)


def apply_unshelve(
    book: AlertBook, body: Mapping[str, Any], person: str, at_s: float, policy: AlertPolicy
) -> Changes | Refused:
    """Take the alert off the shelf: it asks for attention again."""
    alert = _open_to(book, body, Event.UNSHELVE)
    if isinstance(alert, Refused):
        return alert
    return _carry_out(book, alert, Event.UNSHELVE, Occasion(at_s, policy, person=person))


def _open_to(book: AlertBook, body: Mapping[str, Any], event: Event) -> Alert | Refused:
    """Return the alert the body names if its state allows the event."""
    alert = find(book, str(body.get("alert", "")))
    if alert is None:
        return _NO_SUCH
    return alert if (alert.state, event) in TABLE else _WHY_NOT[alert.state, event]


def _never_shelved(alert: Alert, now_s: float) -> Refused | None:
    if alert.level is Level.WARNING:
        return Refused("warning_cannot_be_shelved", "A warning cannot be shelved. Acknowledge it and call.")
    finding = alert.finding
    come_true = time_to_loss_s(finding, finding.judged_s) > 0.0 >= time_to_loss_s(finding, now_s)
    if alert.inside_minima or come_true:
        return Refused("inside_minima_cannot_be_shelved", "A pair inside its minima cannot be shelved.")
    return None


def _terms_refused(minutes: object, reason: str, policy: AlertPolicy) -> Refused | None:
    minutes_max = min(policy.shelve_s_max, SHELVE_S_LIMIT) / MINUTE_S
    if isinstance(minutes, bool) or not isinstance(minutes, int | float) or not 0.0 < minutes <= minutes_max:
        return Refused("bad_minutes", f"Give a shelf time of more than 0 and at most {minutes_max:g} minutes.")
    if not reason or len(reason) > REASON_CHARS_MAX:
        return Refused("bad_reason", f"Give a reason of 1 to {REASON_CHARS_MAX} characters.")
    return None


def _carry_out(book: AlertBook, alert: Alert, event: Event, at: Occasion) -> Changes:
    page = Page(book, at.policy)
    page.happen(alert.key, event, at)
    return page.close()
