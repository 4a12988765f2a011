"""The state of a running desk and what goes in and out of one step.

A `World` is consumed by `step`: its arrays may be updated in place and the caller never touches the old one;
what leaves in the `Outbox` is a read-only copy.
"""

from dataclasses import dataclass, field
from math import inf

import msgspec

from airpact.alerts.alert import Alert
from airpact.alerts.book import AlertBook
from airpact.alerts.rate import Shown
from airpact.monitors.finding import Kind
from airpact.monitors.guidance import AdviceTable
from airpact.monitors.separation import PairTable
from airpact.node.partners.deskstate import OwnDesk
from airpact.node.partners.outgoing import Outgoing, Tell
from airpact.node.partners.shared import Sharing
from airpact.node.partners.state import PeerState
from airpact.node.setting import Setting
from airpact.node.tick import TickRecord as TickRecord
from airpact.picture.feeds import Feed
from airpact.picture.flights import Flown
from airpact.picture.lifts import LiftBook
from airpact.picture.links import Link, Pair
from airpact.picture.picture import Picture


class Spoken(msgspec.Struct, frozen=True):
    """What was said by voice, unsigned, per this desk's record (Unix s)."""

    index: int  # of its entry
    noted_s: float
    by: str
    party: str
    at_s: float
    text: str
    read_back: bool


@dataclass(slots=True)
class World:
    """Everything a desk knows at one instant; what survives a restart is exactly this."""

    setting: Setting
    now_s: float = -inf
    tick: int = 0
    applied: int = 0  # index of the last entry applied
    due_s: float = inf  # a step before this time without input changes nothing
    picture: Picture = field(default_factory=Picture)
    feeds: dict[str, Feed] = field(default_factory=dict)
    faults: dict[str, Kind] = field(default_factory=dict)
    links: dict[Pair, Link] = field(default_factory=dict)
    pairs: PairTable = field(default_factory=PairTable)
    advice: AdviceTable = field(default_factory=AdviceTable)
    guidance_ready: bool = False  # the kernels of guidance are prepared: no tick waits for them
    alerts: AlertBook = field(default_factory=AlertBook)
    sound_proven_s: float | None = None  # when a person last heard the tones
    peers: dict[str, PeerState] = field(default_factory=dict)  # by party
    desk: OwnDesk = field(default_factory=OwnDesk)
    sharing: Sharing = field(default_factory=Sharing)
    outgoing: Outgoing = field(default_factory=Outgoing)
    spoken: list[Spoken] = field(default_factory=list)  # oldest first
    flown: Flown = field(default_factory=Flown)
    lifts: LiftBook = field(default_factory=LiftBook)


@dataclass(frozen=True, slots=True)
class Outbox:
    """What one step sends out: alerts that changed, ids that left the list, and every new showing."""

    tick: int
    now_s: float
    changed: tuple[Alert, ...] = ()
    ended: tuple[str, ...] = ()
    closed: tuple[Alert, ...] = ()
    shown: tuple[Shown, ...] = ()
    touched: tuple[str, ...] = ()  # alerts as they were, beside which another party's words changed
    tell: tuple[Tell, ...] = ()  # all that waits to be said to others


def new_world(setting: Setting, *, guidance_ready: bool = False) -> World:
    """Return the world of a desk that has heard nothing yet; a replay need not wait for guidance."""
    feeds = {name: Feed(name, pace.period_s) for name, pace in setting.feeds.items()}
    return World(setting, feeds=feeds, guidance_ready=guidance_ready)
