"""Stand-ins for the parts of a desk: a clock moved by hand, an engine that only counts, stores in memory.

Each notes the name of every thread that entered it, so a test can say which thread did what.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np

from airpact.alerts.alert import Alert, State
from airpact.encounter.levels import Level
from airpact.feeds.report import FeedBatch, Report
from airpact.monitors.finding import Finding, Kind, Subject
from airpact.node.engine import Health, Positions, Timeline
from airpact.node.entries import Command, Entry, Refusal, entry_of
from airpact.node.loop import DeskNode
from airpact.node.partners.state import Doubtful
from airpact.node.world import Outbox, TickRecord

START_S = 1_700_000_000.0


class ManualClock:
    """A clock that stands still until `advance`; whoever waits for it is woken then."""

    ahead_s = 0.0

    def __init__(self, now_s: float = START_S) -> None:
        self._now_s = now_s
        self._waiting: set[threading.Condition] = set()
        self._lock = threading.Lock()

    def now_s(self) -> float:
        return self._now_s

    def wait(self, condition: threading.Condition, until_s: float) -> None:
        with self._lock:
            self._waiting.add(condition)
        if self._now_s < until_s:
            condition.wait(0.05)  # bounds the race between looking at the time and sleeping

    def advance(self, seconds: float) -> None:
        self._now_s += seconds
        with self._lock:
            waiting = list(self._waiting)
        for condition in waiting:
            with condition:
                condition.notify_all()


def report(feed: str = "north", track: str = "4b1805", valid_s: float = START_S) -> Report:
    return Report(feed, track, "adsb_icao", valid_s, valid_s, 36.0, 35.0)


def batch(feed: str = "north", reports: int = 1, received_s: float = START_S) -> FeedBatch:
    return FeedBatch(feed, received_s, tuple(report(feed, f"{n:06x}", received_s) for n in range(reports)))


def alert(alert_id: str = "a-b-1", level: Level = Level.CAUTION, state: State = State.ACTIVE) -> Alert:
    finding = Finding(Subject.PAIR, "a|b", Kind.PREDICTED, level, START_S, a="a", b="b")
    return Alert(alert_id, "a|b", finding, state, level, level, START_S, shown_s=START_S)


DESK: dict[str, Any] = {
    "product_version": "0.1.0",
    "mode": "EXERCISE",
    "title": "Exercise test",
    "party": {"id": "blue", "name": "Blue"},
    "desk": "desk 1",
    "relay_s": 60.0,
    "languages": ["en", "ru"],
    "parties": [{"id": "blue", "name": "Blue", "role": "own"}],
    "procedures": {"title": "Test", "version": "1", "hash": "00", "status": "unilateral", "unchecked": []},
    "unfit": [],
    "alert_policy": {"supervisor_s": 15.0, "shelve_max_s": 900.0, "rate_limit_per_h": 6.0, "flood_per_10min": 10.0},
    "view": {"lat": 35.5, "lon": 36.0, "span_deg": 6.0},
    "coverage": [],
    "attribution": "",
}


class FakeEngine:
    """Keeps a table of alerts and the records it was given; `script` says what a step changes."""

    def __init__(self, script: Callable[[TickRecord], Outbox] | None = None) -> None:
        self.script = script or (lambda record: Outbox(record.tick, record.now_s))
        self.alerts: dict[str, Alert] = {}
        self.records: list[TickRecord] = []
        self.entries: list[Entry] = []
        self.threads: set[str] = set()
        self.decided: dict[str, Any] = {}  # what `decide` adds to the body
        self.positions_now = Positions()
        self.picture_padding = ""
        self.released_now: dict[str, bytes] | Exception = {}
        self.health: list[Health] = []

    def _enter(self) -> None:
        self.threads.add(threading.current_thread().name)

    def step(self, record: TickRecord) -> Outbox:
        self._enter()
        self.records.append(record)
        outbox = self.script(record)
        self._take(outbox)
        return outbox

    def _take(self, outbox: Outbox) -> None:
        self.alerts.update({each.id: each for each in outbox.changed})
        for ended in outbox.ended:
            self.alerts.pop(ended, None)

    def decide(self, command: Command, now_s: float) -> Command | Refusal:
        self._enter()
        if "alert" not in command.body:
            return command
        known = self.alerts.get(command.body["alert"])
        if known is None:
            return Refusal("no_such_alert", "There is no such alert on this desk.")
        if command.kind == "shelve" and known.level is Level.WARNING:
            return Refusal("warning_cannot_be_shelved", "A warning stays on the list.")
        return msgspec.structs.replace(command, body=command.body | self.decided)

    def apply(self, entry: Entry) -> Outbox:
        self._enter()
        self.entries.append(entry)
        if entry.kind == "break":
            raise KeyError("broken world")
        known = self.alerts.get(str(entry.body.get("alert")))
        if known is None:
            return Outbox(0, entry.at_s)
        outbox = Outbox(0, entry.at_s, (msgspec.structs.replace(known, state=State.ACKNOWLEDGED),))
        self._take(outbox)
        return outbox

    def alert(self, alert_id: str) -> bytes:
        self._enter()
        known = self.alerts.get(alert_id)
        return b"null" if known is None else msgspec.json.encode({"id": known.id, "state": known.state})

    def not_understood(self) -> dict[str, tuple[Doubtful, ...]]:
        self._enter()
        return {}

    def voice_entries(self) -> bytes:
        self._enter()
        return b'{"entries":[]}'

    def alerts_frame(
        self, seq: int, ids: tuple[str, ...] | None, ended: tuple[str, ...], unrecorded: frozenset[str]
    ) -> bytes:
        self._enter()
        wanted = self.alerts if ids is None else [each for each in ids if each in self.alerts]
        alerts = [{"id": each, "recorded": each not in unrecorded} for each in wanted]
        body = {"type": "alerts", "seq": seq, "full": ids is None, "alerts": alerts, "ended": ended}
        return msgspec.json.encode(body)

    def picture_frame(self, seq: int, health: Health) -> bytes:
        self._enter()
        self.health.append(health)
        body = {"type": "picture", "seq": seq, "tick": self.records[-1].tick, "padding": self.picture_padding}
        return msgspec.json.encode(body)

    def positions(self) -> Positions:
        self._enter()
        return self.positions_now

    def released(self) -> dict[str, bytes]:
        self._enter()
        if isinstance(self.released_now, Exception):
            raise self.released_now
        return self.released_now

    def desk(self) -> dict[str, Any]:
        return DESK


def positions(**tracks: tuple[float, float]) -> Positions:
    points = np.array(list(tracks.values()), np.float32).reshape(-1, 2)
    return Positions(tuple(tracks), points[:, 0], points[:, 1])


class MemoryOrder:
    """An order in memory; `trouble` raises in place of the next append, `gate` holds every append back."""

    def __init__(self, entries: tuple[Entry, ...] = ()) -> None:
        self.entries = list(entries)
        self.threads: set[str] = set()
        self.trouble: Exception | None = None
        self.appending = threading.Event()  # an append has begun
        self.gate = threading.Event()
        self.gate.set()

    def append(self, command: Command, at_s: float) -> Entry:
        first = self.find(command.key) if command.key else None
        if first is not None:
            return first
        self.threads.add(threading.current_thread().name)
        self.appending.set()
        self.gate.wait(10)
        if self.trouble is not None:
            trouble, self.trouble = self.trouble, None
            raise trouble
        entry = entry_of(len(self.entries) + 1, command, at_s)
        self.entries.append(entry)
        return entry

    def append_many(self, commands: Sequence[tuple[Command, float]]) -> list[Entry]:
        return [self.append(command, at_s) for command, at_s in commands]

    def since(self, index: int) -> Iterator[Entry]:
        self.threads.add(threading.current_thread().name)
        return iter(self.entries[index:])

    def find(self, key: str) -> Entry | None:
        self.threads.add(threading.current_thread().name)
        return next((entry for entry in self.entries if entry.key == key), None)

    def last(self) -> int:
        return len(self.entries)


@dataclass
class MemoryHistory:
    """A history in memory with the same two handles."""

    outboxes: list[Outbox] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)
    trouble: Exception | None = None
    asked: list[tuple[float, float]] = field(default_factory=list)

    def add(self, outbox: Outbox) -> None:
        self.threads.add(threading.current_thread().name)
        if self.trouble is not None:
            raise self.trouble
        self.outboxes.append(outbox)

    def timeline(self, from_s: float, to_s: float) -> Timeline:
        self.threads.add(threading.current_thread().name)
        self.asked.append((from_s, to_s))
        return Timeline(from_s, to_s)


@dataclass
class MemoryJournal:
    """A journal in memory; `trouble` stands for a full disk."""

    records: list[TickRecord] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)
    trouble: OSError | None = None

    def append(self, record: TickRecord) -> None:
        self.threads.add(threading.current_thread().name)
        if self.trouble is not None:
            raise self.trouble
        self.records.append(record)

    def settled(self) -> None:
        """Keep no world."""


@dataclass
class FakeHeartbeat:
    """Notes each beat."""

    beats: list[float] = field(default_factory=list)

    def beat(self, now_s: float) -> None:
        self.beats.append(now_s)


@dataclass
class Fakes:
    """Every part of one desk, and the desk made of them."""

    engine: FakeEngine = field(default_factory=FakeEngine)
    order: MemoryOrder = field(default_factory=MemoryOrder)
    history: MemoryHistory = field(default_factory=MemoryHistory)
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    heartbeat: FakeHeartbeat = field(default_factory=FakeHeartbeat)
    clock: ManualClock = field(default_factory=ManualClock)

    def node(self, **settings: Any) -> DeskNode:
        settings.setdefault("clock", self.clock)
        return DeskNode(self.engine, self.order, self.history, self.journal, self.heartbeat, **settings)
