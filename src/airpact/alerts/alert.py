"""The alert a duty officer sees: one per encounter, carrying the latest finding and what people did about it."""

from enum import StrEnum
from math import inf, nan

import msgspec

from airpact.encounter.levels import Level
from airpact.monitors.finding import Finding


class State(StrEnum):
    """Where an alert stands; every legal change is a row of the table in `alerts.lifecycle`."""

    PENDING = "pending"  # on-delay still counting; not shown
    ACTIVE = "active"  # shown, sounding, not acknowledged
    ACKNOWLEDGED = "acknowledged"  # shown, silent
    SHELVED = "shelved"  # listed under shelved, silent, until a time
    CLEARED = "cleared"  # the condition is over and nobody acknowledged it: still shown
    ENDED = "ended"  # over; leaves the list


class Alert(msgspec.Struct):
    """One encounter (or feed or storage fault) from first finding to end; mutable inside the alert book only."""

    id: str  # "a-b-t_first", whole seconds of first_s; "feed:NAME-t_first" for a feed
    key: str
    finding: Finding  # the latest
    state: State
    level: Level  # current level
    level_max: Level
    first_s: float  # first finding, on-delay included
    shown_s: float = nan  # first shown to the desk
    last_s: float = nan  # last judgement at which the condition held
    clear_since_s: float = nan  # first judgement since which it no longer held
    hits: tuple[bool, ...] = ()  # on-delay window, newest last
    acknowledged_by: str = ""
    acknowledged_s: float = nan
    acknowledged_metric: tuple[float, float] = (inf, inf)  # time to loss and distance when acknowledged
    shelved_by: str = ""
    shelved_until_s: float = nan
    shelved_reason: str = ""
    escalated_s: float = nan  # when it went to the supervisor line
    recorded: bool = True  # False until durable: shown as "not yet recorded"
