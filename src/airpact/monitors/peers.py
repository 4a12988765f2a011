"""The other parties held against what was agreed with them: link, log, desk, clock and lifts, a finding for each fault.

Each fault of a party is a finding of its own, so that one does not hide another. All of them are cautions: they must
sound, because a desk that believes it is heard when it is not takes risks; and none is a warning, because a warning on
this desk means that a crew must be called within seconds, and nothing here says that.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf, isfinite, nan
from typing import Final

import msgspec

from airpact.encounter.levels import Level
from airpact.monitors.finding import Finding, Kind, Subject

HOUR_S: Final = 3600.0
LEVEL: Final = Level.CAUTION
# A desk that confirms presence at the last second must not ring at its peers while the word travels.
PRESENCE_GRACE_S: Final = 60.0


class LinkState(StrEnum):
    """What a link is; `none` where the party is reached by file or by voice and no link is expected."""

    LINKED = "linked"
    CONNECTING = "connecting"
    LOST = "lost"
    FORKED = "forked"
    NONE = "none"


class DeskState(StrEnum):
    """What a desk says of itself."""

    MANNED = "manned"
    UNMANNED = "unmanned"
    DEGRADED = "degraded"
    UNKNOWN = "unknown"


class How(StrEnum):
    """How a party is reached."""

    LINKED = "linked"
    FILE = "file"
    VOICE = "voice"


class PeerLimits(msgspec.Struct, frozen=True):
    """When a party's silence, clock or lifts become an alarm."""

    lost_s: float = 10.0  # two missed beats of a link that is renewed every 5 s
    head_unseen_s: float = 300.0  # over the link: beyond five minutes its log could be rewritten and nobody would see
    head_unseen_file_s: float = 86_400.0  # by file: a disc or a mail a day
    clock_s: float = 2.0  # beyond it the times of two desks cannot be laid beside each other
    lifts_per_h: int = 6  # the alert rate a desk is built for; more exact positions than alerts is not about safety


@dataclass(slots=True)
class PeerView:
    """What the monitor needs to know of one party (Unix seconds; NaN = not known)."""

    party: str
    how: str = How.LINKED
    state: str = LinkState.CONNECTING
    expected_s: float = nan  # since when it is watched: its first news, or the start of this desk
    told_s: float = nan  # when its driver last spoke of it
    linked_s: float = nan  # when it was last known to be linked
    head_seen_s: float = nan
    clock_offset_s: float = nan
    desk: str = DeskState.UNKNOWN
    desk_since_s: float = nan
    presence_until_s: float = nan
    lifts_s: list[float] = field(default_factory=list)  # when lifts were given to it in the last hour
    faults: list[Kind] = field(default_factory=list)  # of which a finding stands


def watch(views: Iterable[PeerView], limits: PeerLimits, now_s: float) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Return (findings of faults that began, keys of those that are over); update `faults` of each view."""
    findings, over = [], []
    for view in views:
        for kind, judge in JUDGES.items():
            why, stood = judge(view, limits, now_s), kind in view.faults
            if why and not stood:
                view.faults.append(kind)
                findings.append(Finding(Subject.PEER, key_of(view.party, kind), kind, LEVEL, now_s, detail=why))
            elif stood and not why:
                view.faults.remove(kind)
                over.append(key_of(view.party, kind))
    return tuple(findings), tuple(over)


def key_of(party: str, kind: Kind) -> str:
    """Return the key of a finding: no feed and no pair has a slash in its name."""
    return f"{party}/{kind.value}"


def party_of(key: str) -> str:
    """Return the party a key is about."""
    return key.partition("/")[0]


def next_due_s(views: Mapping[str, PeerView], limits: PeerLimits, now_s: float) -> float:
    """Return when a party next becomes overdue, or what was unusual becomes usual, if nothing more is heard."""
    times = (due_s for view in views.values() for due_s in _deadlines_s(view, limits))
    return min((due_s for due_s in times if due_s > now_s), default=inf)


def starts_anew(view: PeerView, now_s: float) -> None:
    """Forget a silence that was this desk's own: it did not listen."""
    view.expected_s = view.told_s = now_s


def _deadlines_s(view: PeerView, limits: PeerLimits) -> tuple[float, ...]:
    return (
        _heard_s(view) + limits.lost_s,
        view.told_s + limits.lost_s,
        _seen_s(view) + _unseen_s(view, limits),
        view.presence_until_s + PRESENCE_GRACE_S,
        *(given_s + HOUR_S for given_s in view.lifts_s),
    )


def _heard_s(view: PeerView) -> float:
    return _latest(view.linked_s, view.expected_s)


def _seen_s(view: PeerView) -> float:
    return _latest(view.head_seen_s, view.expected_s)


def _latest(*times_s: float) -> float:
    return max((each for each in times_s if isfinite(each)), default=nan)


def _unseen_s(view: PeerView, limits: PeerLimits) -> float:
    return limits.head_unseen_s if view.how == How.LINKED else limits.head_unseen_file_s


def _lost(view: PeerView, limits: PeerLimits, now_s: float) -> str:
    if view.how != How.LINKED or view.state == LinkState.FORKED:
        return ""
    if now_s >= view.told_s + limits.lost_s:
        return f"Nothing is known of the link to {view.party}. What happens there does not reach this desk."
    if view.state != LinkState.LINKED and now_s >= _heard_s(view) + limits.lost_s:
        return f"No link to {view.party}. Neither desk hears the other: use the hotline."
    return ""


def _unseen(view: PeerView, limits: PeerLimits, now_s: float) -> str:
    if view.how == How.VOICE or not now_s >= _seen_s(view) + _unseen_s(view, limits):
        return ""
    return f"No new head of the log of {view.party} was seen for the agreed time. Ask for one, by link or by file."


def _fork(view: PeerView, _limits: PeerLimits, _now_s: float) -> str:
    if view.state != LinkState.FORKED:
        return ""
    return f"{view.party} signed two histories. Both heads are kept as evidence; only distress and hotline pass."


def _unmanned(view: PeerView, _limits: PeerLimits, now_s: float) -> str:
    if view.desk == DeskState.UNMANNED:
        return f"{view.party} says that nobody is at its desk."
    if view.desk != DeskState.UNKNOWN and now_s >= view.presence_until_s + PRESENCE_GRACE_S:
        return f"Presence at the desk of {view.party} was due and not confirmed."
    return ""


def _clock(view: PeerView, limits: PeerLimits, _now_s: float) -> str:
    if not abs(view.clock_offset_s) > limits.clock_s:
        return ""
    return f"The clocks of {view.party} and this desk differ by {view.clock_offset_s:+.1f} s. Its times do not compare."


def _lifts(view: PeerView, limits: PeerLimits, now_s: float) -> str:
    given = sum(given_s + HOUR_S > now_s for given_s in view.lifts_s)
    if given <= limits.lifts_per_h:
        return ""
    return f"{view.party} was given {given} exact positions within the hour, {limits.lifts_per_h} is usual."


JUDGES: Final[dict[Kind, Callable[[PeerView, PeerLimits, float], str]]] = {
    Kind.PEER_LOST: _lost,
    Kind.PEER_HEAD_UNSEEN: _unseen,
    Kind.PEER_FORK: _fork,
    Kind.PEER_UNMANNED: _unmanned,
    Kind.PEER_CLOCK: _clock,
    Kind.LIFTS_UNUSUAL: _lifts,
}
