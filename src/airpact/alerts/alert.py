"""The alert a duty officer sees: one per encounter, carrying the latest finding and what people did about it."""

from enum import StrEnum
from math import hypot, inf, isfinite, isnan, nan

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


class Ending(StrEnum):
    """Why the condition no longer holds: measured beyond the minima, or no longer measurable at all."""

    NONE = ""  # it holds, as far as is known
    BEYOND = "beyond"  # judged beyond the widened minima for the whole hold
    UNJUDGED = "unjudged"  # a track was dropped: nobody knows


class Alert(msgspec.Struct, frozen=True):
    """One encounter (or feed or storage fault) from first finding to end; a value, replaced at every change."""

    id: str  # "a-b-t_first", whole seconds of first_s; "feed:NAME-t_first" for a feed
    key: str
    finding: Finding  # the latest
    state: State
    level: Level  # current level; it follows a lower finding only after the hold
    level_max: Level
    first_s: float  # first finding, on-delay included
    shown_s: float = nan  # first shown to the desk
    last_s: float = nan  # last judgement at which the condition held
    sounded_s: float = nan  # when it last began to ask for attention
    clear_since_s: float = nan  # first judgement since which it no longer held
    hold_until_s: float = nan  # when the clear hold runs out; not known while the condition holds
    fall_until_s: float = nan  # when a lower level is followed; NaN = the last finding was as high as `level`
    fall_level: Level | None = None  # the highest level judged since the findings fell below `level`
    ending: Ending = Ending.NONE
    hits: tuple[bool, ...] = ()  # on-delay window, newest last
    acknowledged_by: str = ""
    acknowledged_s: float = nan
    acknowledged_metric: tuple[float, float] = (inf, inf)  # time to loss and distance when acknowledged
    shelved_by: str = ""
    shelved_until_s: float = nan
    shelved_reason: str = ""
    supervisor_s: float = nan  # when a warning goes, or went, to the supervisor line; NaN = none is due
    escalated_s: float = nan  # when it did go to the supervisor line
    recorded: bool = True  # False until durable: shown as "not yet recorded"; the node knows, the book does not

    @property
    def asks(self) -> bool:
        """Whether the alert still asks for an answer: the desk sounds cautions and warnings that do."""
        return self.state is State.ACTIVE

    @property
    def inside_minima(self) -> bool:
        """Whether the last finding says the condition exists now rather than being predicted."""
        return self.finding.in_loss


def time_to_loss_s(finding: Finding, now_s: float) -> float:
    """Return seconds until the rung that decided the level is entered: 0 inside it, +inf where no entry is known."""
    if finding.in_loss:
        return 0.0
    t_in_s = finding.approach.t_in_s if finding.approach else inf
    return inf if isnan(t_in_s) else max(t_in_s - now_s, 0.0)


def distance_m(finding: Finding) -> float:
    """Return the slant distance in metres, the horizontal one where heights are not known, +inf without geometry."""
    if finding.approach is None or isnan(finding.approach.horizontal_m):
        return inf
    horizontal_m, vertical_m = finding.approach.horizontal_m, finding.approach.vertical_m
    return hypot(horizontal_m, vertical_m) if isfinite(vertical_m) else horizontal_m
