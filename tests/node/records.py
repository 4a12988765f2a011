"""Tick records for tests: any that the types allow, and one small desk that flies, alerts and is answered."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf, nan
from random import Random

import msgspec
from hypothesis import strategies as st

from airpact.agreement.procedures import parameters_of
from airpact.alerts.policy import AlertPolicy
from airpact.feeds.report import FeedBatch, Report
from airpact.geo.units import AltitudeKind
from airpact.node.commands import decide
from airpact.node.entries import Command, Entry, Refusal
from airpact.node.order import Order
from airpact.node.profiles import load_procedures
from airpact.node.setting import FeedPace, Setting, make_setting
from airpact.node.tick import PeerNews, TickRecord
from airpact.node.world import World
from airpact.picture.rules import PartyRules
from airpact.sim.reading import shipped

START_S = 1_790_000_015.0  # 25 s before a whole minute, so that a short run crosses two
TICKS_PER_S = 5

texts = st.text(st.characters(codec="utf-8"), max_size=6)
# One NaN only: which of its bit patterns says "not given" means nothing, and Parquet keeps it as NULL.
numbers = st.floats(allow_nan=False) | st.sampled_from((nan, inf, -inf, -0.0))
whole = st.integers(-(2**63), 2**63 - 1)
counts = st.dictionaries(texts, st.integers(0, 2**62), max_size=3)
reports = st.builds(
    Report, texts, texts, texts, numbers, numbers, numbers, numbers, numbers, numbers, st.sampled_from(AltitudeKind),
    numbers, numbers, numbers, texts, texts, texts, texts, whole, whole, whole, numbers, st.booleans(), numbers,
    numbers, st.floats(allow_nan=False),
)  # fmt: skip
batches = st.builds(
    FeedBatch, texts, numbers, st.lists(reports, max_size=3).map(tuple), counts, st.booleans(), texts, numbers, counts
)


times = st.floats(allow_nan=False, allow_infinity=False) | st.just(nan)
sizes = st.integers(0, 2**53)
news = st.builds(
    PeerNews, texts, times, texts, texts, times, times, times, times, times, sizes, sizes, sizes, sizes, sizes
)


@st.composite
def tick_records(draw: st.DrawFn, most: int = 12) -> list[TickRecord]:
    """Rising ticks over a few minutes, with gaps, with and without batches."""
    steps = draw(st.lists(st.integers(1, 200), min_size=1, max_size=most))
    found, tick = [], int(START_S * TICKS_PER_S)
    for step in steps:
        tick += step
        heard = tuple(draw(st.lists(batches, max_size=3)))
        told = tuple(draw(st.lists(news, max_size=2)))
        impaired = tuple(draw(st.lists(texts, max_size=2)))
        applied, begins = draw(st.integers(0, 2**40)), draw(st.booleans())
        found.append(TickRecord(tick, tick / TICKS_PER_S, applied, heard, begins, told, impaired))
    return found


def plain(found: list[TickRecord] | Iterator[TickRecord]) -> list[bytes]:
    """Records as bytes, so that NaN equals NaN."""
    return [msgspec.msgpack.encode(record) for record in found]


def small_setting(**paces: float) -> Setting:
    """A desk under the demonstration's procedures, where everybody is civil."""
    parameters = parameters_of(load_procedures("close-pass-0.3nm-400ft", shipped("demo.yaml").parent))
    feeds = {name: FeedPace(period_s, 0.2) for name, period_s in (paces or {"north": 2.0}).items()}
    return make_setting(parameters, PartyRules(), AlertPolicy(), 60.0, feeds)


def sky(seed: int, seconds: int) -> Iterator[TickRecord]:
    """Six aircraft that circle through one point, with noise, silences and ticks left out; `applied` is 0."""
    chance = Random(seed)
    first = int(START_S * TICKS_PER_S)
    for tick in range(first, first + seconds * TICKS_PER_S):
        now_s = tick / TICKS_PER_S
        if chance.random() < 0.3:
            continue
        heard: tuple[FeedBatch, ...] = ()
        if chance.random() < 0.5 and not 45 <= now_s - START_S < 52:  # then the feed is silent, and lost
            told = tuple(_report(number, now_s, chance) for number in range(6) if chance.random() < 0.7)
            heard = (FeedBatch("north", now_s, told, {"no position": chance.randrange(3)}),)
        yield TickRecord(tick, now_s, 0, heard)


def _report(number: int, now_s: float, chance: Random) -> Report:
    along = ((now_s - START_S) * 90.0 + number * 300.0) % 4000.0 - 2000.0  # metres from the common point
    lat_deg = 36.0 + (along if number % 2 else chance.gauss(0.0, 3.0)) / 111_320.0
    lon_deg = 35.0 + (0.0 if number % 2 else along) / 90_060.0
    return Report(
        "north", f"4b18{number:02x}", "adsb_icao", now_s, now_s, lat_deg, lon_deg, altitude_m=3000.0 + 20.0 * number,
        altitude_kind=AltitudeKind.PRESSURE, track_deg=0.0 if number % 2 else 90.0, ground_speed_mps=90.0, nic=8,
    )  # fmt: skip


@dataclass
class Officer:
    """Answers what stands on the list now and then; each answer goes through decide and the order."""

    order: Order
    chance: Random
    answered: list[Entry] = field(default_factory=list)

    def act(self, world: World) -> Entry | None:
        """Return the next accepted entry, if this officer does anything now."""
        if self.chance.random() > 0.08:
            return None
        ids = [alert.id for alert in world.alerts.alerts.values()]
        command = self.chance.choice(
            [
                Command("sound_check", "local", {"heard": self.chance.random() < 0.5}),
                *(Command("acknowledge", "local", {"alert": one}) for one in ids),
                *(Command("shelve", "local", {"alert": one, "minutes": 1, "reason": "known"}) for one in ids),
            ]
        )
        accepted = decide(world, command, world.now_s)
        if isinstance(accepted, Refusal):
            return None
        entry = self.order.append(accepted, world.now_s + 0.01 * (1 + len(self.answered) % 9))  # no two at one instant
        self.answered.append(entry)
        return entry
