"""The state of a running desk and what goes in and out of one step.

A `World` is consumed by `step`: its arrays may be updated in place and the caller never touches the old one;
what leaves in the `Outbox` is a read-only copy.
"""

from dataclasses import dataclass, field
from math import inf

from airpact.alerts.alert import Alert
from airpact.alerts.book import AlertBook
from airpact.alerts.rate import Shown
from airpact.monitors.finding import Kind
from airpact.monitors.guidance import AdviceTable
from airpact.monitors.separation import PairTable
from airpact.node.setting import Setting
from airpact.node.tick import TickRecord as TickRecord
from airpact.picture.feeds import Feed
from airpact.picture.links import Link, Pair
from airpact.picture.picture import Picture


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


@dataclass(frozen=True, slots=True)
class Outbox:
    """What one step sends out: alerts that changed, ids that left the list, and every new showing."""

    tick: int
    now_s: float
    changed: tuple[Alert, ...] = ()
    ended: tuple[str, ...] = ()
    closed: tuple[Alert, ...] = ()
    shown: tuple[Shown, ...] = ()


def new_world(setting: Setting, *, guidance_ready: bool = False) -> World:
    """Return the world of a desk that has heard nothing yet; a replay need not wait for guidance."""
    feeds = {name: Feed(name, pace.period_s) for name, pace in setting.feeds.items()}
    return World(setting, feeds=feeds, guidance_ready=guidance_ready)
