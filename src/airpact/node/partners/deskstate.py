"""Whether this desk is manned, as it tells its peers: presence confirmed by an officer, and what the desk cannot do.

Unmanned weighs more than degraded: who is not there cannot use what works. Degraded names the first of what is missing,
gravest first: without storage nothing is acknowledged, without a journal the day cannot be replayed, without its links
it hears nobody, with a feed lost air is not watched, and with sound unproven an alert may ring unheard.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite, isnan, nan
from typing import Final

from airpact.monitors.finding import Kind
from airpact.monitors.peers import DeskState

PRESENCE_S: Final = (
    1800.0  # an officer confirms every half hour: the longest a desk may be left without anyone noticing
)
# A desk that has just started states nothing: whoever started it is there, and needs a moment to say so.
START_S: Final = 300.0
STORAGE: Final = "storage"
JOURNAL: Final = "journal"
WORK: Final = "work"  # guidance or the links: what goes on beside the ticks has ended by a fault
LOST: Final = (Kind.FEED_LOST, Kind.FEED_FROZEN)


@dataclass(slots=True)
class OwnDesk:
    """State of this desk (Unix s); `unknown` until presence was confirmed or was due for the first time."""

    state: str = DeskState.UNKNOWN
    reason: str = ""
    since_s: float = nan
    presence_s: float = nan  # when it was last confirmed
    until_s: float = nan  # when it must be confirmed anew
    told: tuple[str, str, float, tuple[str, ...]] = ("", "", nan, ())  # state, reason, deadline last told, and to whom


def confirm(desk: OwnDesk, at_s: float) -> None:
    """Take an officer's word that someone is here."""
    desk.presence_s, desk.until_s = at_s, at_s + PRESENCE_S


def follow(desk: OwnDesk, faults: Mapping[str, Kind], impaired: tuple[str, ...], now_s: float, *, heard: bool) -> None:
    """Move the desk's state to `now_s`; `heard`: the tones were heard by a person."""
    if isnan(desk.until_s):
        desk.until_s = now_s + START_S
    state, reason = _judged(desk, faults, impaired, now_s, heard=heard)
    if state != desk.state:
        desk.since_s = now_s
    desk.state, desk.reason = state, reason


def next_due_s(desk: OwnDesk, now_s: float) -> float:
    """Return when presence must be confirmed anew."""
    return desk.until_s if desk.until_s > now_s else inf


def _judged(
    desk: OwnDesk, faults: Mapping[str, Kind], impaired: tuple[str, ...], now_s: float, *, heard: bool
) -> tuple[DeskState, str]:
    if now_s >= desk.until_s:
        return DeskState.UNMANNED, "presence not confirmed"
    if not isfinite(desk.presence_s):
        return DeskState.UNKNOWN, ""
    reason = _missing(faults, impaired, heard=heard)
    return (DeskState.DEGRADED, reason) if reason else (DeskState.MANNED, "")


def _missing(faults: Mapping[str, Kind], impaired: tuple[str, ...], *, heard: bool) -> str:
    if STORAGE in impaired:
        return "storage late"
    if JOURNAL in impaired:
        return "journal not written"
    if WORK in impaired:
        return "part of the desk has ended"
    lost = sum(kind in LOST for kind in faults.values())
    if lost:  # how many, not which: the names of sensors are nobody else's business
        return f"{lost} feeds lost" if lost > 1 else "a feed lost"
    return "" if heard else "sound not proven"
