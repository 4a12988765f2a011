"""Short ways to say findings, alerts and books in the tests of `alerts`."""

from math import inf, nan
from typing import Any

import msgspec

from airpact.alerts.alert import Alert, State
from airpact.alerts.book import AlertBook, Changes, update
from airpact.alerts.policy import AlertPolicy
from airpact.encounter.levels import Level
from airpact.monitors.finding import Approach, Finding, Kind, Subject

POLICY = AlertPolicy()
KEY = "a1|b2"
ADVISORY, CAUTION, WARNING = Level.ADVISORY, Level.CAUTION, Level.WARNING


def finding(
    t_s: float = 100.0,
    level: Level = CAUTION,
    *,
    loss: bool = False,
    in_s: float = 200.0,
    horizontal_m: float = 9000.0,
    vertical_m: float = 0.0,
    key: str = KEY,
    **more: Any,
) -> Finding:
    """A pair judged at `t_s` to lose its minima in `in_s` seconds, or inside them now."""
    approach = Approach(
        horizontal_m,
        vertical_m,
        closing_mps=100.0,
        t_in_s=t_s if loss else t_s + in_s,
        t_out_s=inf,
        t_cpa_s=t_s + 300.0,
        cpa_horizontal_m=0.0,
        cpa_vertical_m=0.0,
        asked_horizontal_m=5000.0,
        asked_vertical_m=300.0,
        inside=loss,
    )
    a, _, b = key.partition("|")
    kind = Kind.LOSS if loss else Kind.PREDICTED
    return Finding(Subject.PAIR, key, kind, level, t_s, "4.1", "d0c", a, b, approach=approach, **more)


def feed_lost(t_s: float = 100.0, level: Level = CAUTION, name: str = "east") -> Finding:
    """A feed that went silent."""
    return Finding(Subject.FEED, name, Kind.FEED_LOST, level, t_s)


def alert(state: State = State.ACTIVE, level: Level = CAUTION, t_s: float = 100.0, **more: Any) -> Alert:
    """An alert in a state, as if it had come there at `t_s`."""
    fields: dict[str, Any] = {"sounded_s": t_s, "shown_s": t_s, "last_s": t_s}
    if state is State.PENDING:
        fields = {}
    if state is State.SHELVED:
        fields |= {"shelved_until_s": t_s + 600.0, "shelved_by": "local", "shelved_reason": "tanker track"}
    if state is State.ACKNOWLEDGED:
        fields |= {"acknowledged_by": "local", "acknowledged_s": t_s, "acknowledged_metric": (200.0, 9000.0)}
    if state is State.CLEARED:
        fields |= {"clear_since_s": t_s, "hold_until_s": nan}
    if level is WARNING and state in (State.ACTIVE, State.CLEARED):
        fields |= {"supervisor_s": t_s + POLICY.supervisor_s}
    return Alert("a1-b2-100", KEY, finding(t_s, level), state, level, level, t_s, **(fields | more))


def step(
    book: AlertBook, now_s: float, *findings: Finding, over: tuple[str, ...] = (), dropped: tuple[str, ...] = ()
) -> Changes:
    """One update with the default policy."""
    return update(book, findings, over, dropped, now_s, POLICY)


def raised(level: Level = CAUTION, t_s: float = 100.0, **more: Any) -> AlertBook:
    """A book with one shown alert of `KEY`, shown at `t_s`."""
    book = AlertBook()
    if level is not WARNING and not more.get("loss"):
        step(book, t_s - 1.0, finding(t_s - 1.0, level, **more))
    step(book, t_s, finding(t_s, level, **more))
    return book


def bytes_of(value: object) -> bytes:
    """Comparable bytes of a value: unlike `==`, NaN equals NaN."""
    return msgspec.msgpack.encode(value)
