"""Desks of two and more parties with homes, keys, logs and real links, and a picture that only counts."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import uvloop

from airpact.node.clock import Clock, SystemClock
from airpact.node.entries import Command, Entry, Refusal
from airpact.node.home import Home, Layout
from airpact.node.identity import Identity, load_identity, make_identity
from airpact.node.ledger.ledger import Ledger
from airpact.node.loop import Accepted, DeskNode
from airpact.node.peers.card import write_card
from airpact.node.peers.driver import PeerService
from airpact.node.peers.evidence import Evidence
from airpact.node.peers.link import Limits
from airpact.node.peers.pins import pin
from airpact.node.peers.transport import spoken_address
from airpact.node.rotating import announcement
from airpact.node.store import Store
from airpact.node.world import Outbox
from tests.node.fakes import FakeEngine, FakeHeartbeat, MemoryJournal

LIMITS = Limits(head_every_s=2.0, beat_every_s=0.5)


class AnyCommand(FakeEngine):
    """Accepts every command and notes it, but what other parties may not say in a test."""

    def __init__(self) -> None:
        super().__init__()
        self.refusing_texts: set[str] = set()

    def decide(self, command: Command, now_s: float) -> Command | Refusal:
        said = command.body.get("body", {})
        return Refusal("no", "not here") if said.get("text") in self.refusing_texts else command

    def apply(self, entry: Entry) -> Outbox:
        self.entries.append(entry)
        return Outbox(0, entry.at_s)


def home(folder: Path, party: str) -> Identity:
    """Return the keys of a new home."""
    with Home.open(folder, "EXERCISE") as opened:
        return make_identity(opened.layout, party, f"The {party}", "EXERCISE")


class PeerDesk:
    """One party: a home, and the desk that runs in it while `running`."""

    def __init__(self, folder: Path, party: str, port: int = 0) -> None:
        self.layout = Layout(folder)
        self.identity = load_identity(self.layout) or home(folder, party)
        self.listen(port)
        self.make_clock: Callable[[], Clock] = SystemClock
        self.cosigned: dict[str, int] = {}
        self.cosigned_at_s = 0.0
        self.on_cosigned: Callable[[int], object] | None = None  # called once
        self.tracks: list[tuple[str, bytes]] = []

    def listen(self, port: int) -> None:
        """Take a port of loopback, any free one for 0."""
        self.listener = socket.create_server(("127.0.0.1", port))
        self.address = spoken_address(self.listener.getsockname())

    @property
    def party(self) -> str:
        return self.identity.party

    def knows(self, other: "PeerDesk", *, dials: bool = True, how: str = "linked") -> None:
        card = write_card(other.identity, [other.address] if dials else [], SystemClock().now_s())
        pin(self.layout, card, True, how)

    @asynccontextmanager
    async def running(self, limits: Limits = LIMITS) -> AsyncIterator["PeerDesk"]:
        self.engine, self.clock = AnyCommand(), self.make_clock()
        self.store = Store.open(self.layout)
        self.ledger = Ledger(self.store, self.identity, self.clock.now_s)
        self.evidence = Evidence(self.store, self.layout)
        self.node = DeskNode(
            self.engine, self.ledger.order, self.store.alerts, MemoryJournal(), FakeHeartbeat(), clock=self.clock
        )
        await self.node.start()
        self.service = PeerService(
            self.node, self.ledger, self.evidence, self.layout, self.identity, listener=self.listener.dup(),
            limits=limits, tracks=self._tracks, cosigned=self._cosigned,
            announcement=partial(announcement, self.layout),
        )  # fmt: skip
        task = asyncio.create_task(self.service.run())
        try:
            yield self
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert await self.node.stop(5)
            self.store.close()

    async def say(self, text: str, *audience: str, key: str = "") -> int:
        answer = await self.node.submit(Command("notice.activity", "local", {"text": text}, key, audience))
        assert isinstance(answer, Accepted)
        return answer.index

    async def say_all(self, texts: list[str], *audience: str) -> None:
        """Say many things in few commits."""
        commands = [Command("notice.activity", "local", {"text": text}, "", audience) for text in texts]
        for start in range(0, len(commands), 50):
            await self.node.submit_all(commands[start : start + 50])

    def order_holds(self) -> list[str]:
        """Return what others said as the order of this desk holds it on disk."""
        store = Store.open_read_only(self.layout)
        try:
            entries = [entry for entry in store.entries.since(0) if entry.kind == "peer.statement"]
        finally:
            store.close()
        return [entry.body["body"].get("text", "") for entry in entries]

    def heard(self) -> list[str]:
        """Return what others said to this desk, in the order it was put in order here."""
        return [entry.body["body"].get("text", "") for entry in self.engine.entries if entry.kind == "peer.statement"]

    def state(self, other: "PeerDesk") -> str:
        sides = self.service.statuses()
        return sides[other.party].status.state if other.party in sides else ""

    def _tracks(self, party: str, payload: bytes, _now_s: float) -> None:
        self.tracks.append((party, payload))

    def _cosigned(self, party: str, size: int) -> None:
        self.cosigned[party], self.cosigned_at_s = size, time.perf_counter()
        if self.on_cosigned is not None:
            told, self.on_cosigned = self.on_cosigned, None
            told(size)


async def until(condition: Callable[[], object], timeout_s: float = 30.0) -> None:
    """Wait until something that runs beside the test has happened."""
    async with asyncio.timeout(timeout_s):
        while not condition():
            await asyncio.sleep(0.002)


def play(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(scenario())


def run_for_ever(folder: Path, party: str, port: int, ready: Any) -> None:
    """Run a desk in a process of its own until it is killed."""

    async def scenario() -> None:
        async with PeerDesk(folder, party, port).running():
            ready.set()
            await asyncio.Event().wait()

    play(scenario)
