"""What a fault of this desk does to its links: a store that takes nothing for a while, and a flood beside a check."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from airpact.node.ledger.values import Mirror
from airpact.node.peers import messages, transport
from airpact.node.peers.driven import FAULT_HERE, NOT_STORED, URGENT_WAITING_MAX, Around, Driven
from airpact.node.peers.taking import AT_ONCE_ITEMS
from airpact.node.store import Store, StoreError
from airpact.node.workers import BusyError
from tests.node.fakes import ManualClock
from tests.node.peers import linking
from tests.node.peers.desks import PeerDesk, play, until
from tests.node.peers.linking import LIMITS, T0
from tests.node.peers.parties import CTF, ISR, NAG, Party, cosignature, signed_head, statement, statements, tree_of


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[PeerDesk, PeerDesk]]:
    """Return two desks that know each other."""
    monkeypatch.setattr(transport, "BACKOFF_MAX_S", 0.05)
    nag, ctf = PeerDesk(tmp_path / "nag", "NAG"), PeerDesk(tmp_path / "ctf", "CTF")
    nag.knows(ctf)
    ctf.knows(nag, dials=False)
    yield nag, ctf
    for desk in (nag, ctf):
        desk.listener.close()


class Full:
    """A disk that is full while `full`: every transaction of a store fails at its end."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full, self.failed, self._whole = False, 0, store.transaction
        monkeypatch.setattr(store, "transaction", self.transaction)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with self._whole() as connection:
            yield connection
            if self.full:
                self.failed += 1
                raise StoreError("/somewhere/desk.db cannot be written: database or disk is full")


def faults(desk: PeerDesk) -> list[Any]:
    return [row for row in desk.service.table().refused if row.code == FAULT_HERE]


def kept_faults(desk: PeerDesk) -> int:
    """Return how many faults of a desk are on its disk."""
    store = Store.open_read_only(desk.layout)
    try:
        return len(store.rows("SELECT 1 FROM refusals WHERE reason = ?", FAULT_HERE))
    finally:
        store.close()


def test_while_the_disk_is_full_nothing_is_acknowledged_and_after_it_nothing_is_lost_or_doubled(
    two: tuple[PeerDesk, PeerDesk], monkeypatch: pytest.MonkeyPatch
) -> None:
    nag, ctf = two
    texts = [f"word {number}" for number in range(80)]

    async def scenario() -> None:
        async with nag.running(), ctf.running():
            await nag.say("before", "CTF")
            await until(lambda: nag.cosigned.get("CTF") == 1 and ctf.heard() == ["before"])
            await until(lambda: ctf.cosigned.get("NAG") == 1)
            since_s = ctf.service.statuses()["NAG"].status.since_s
            disk = Full(ctf.store, monkeypatch)
            disk.full = True
            await nag.say_all(texts, "CTF")
            await until(lambda: disk.failed > 3 and faults(ctf))
            assert "disk is full" in faults(ctf)[0].detail
            assert nag.service.statuses()["CTF"].status.refusal == f"409: {NOT_STORED}"
            assert (nag.cosigned["CTF"], ctf.heard()) == (1, ["before"])
            assert ctf.service.statuses()["NAG"].status.held == 1
            disk.full = False
            await until(lambda: nag.cosigned["CTF"] >= 81)
            await until(lambda: len(ctf.heard()) >= 81)
            assert ctf.heard() == ctf.order_holds() == ["before", *texts]
            assert ctf.service.statuses()["NAG"].status.since_s == since_s, "the link stood all the time"
            await until(lambda: kept_faults(ctf))

    play(scenario)


@pytest.mark.parametrize("error", [StoreError("full"), BusyError("stopped"), ValueError("a fault")])
def test_whatever_ends_a_keep_the_link_comes_back_and_takes_it_again(
    two: tuple[PeerDesk, PeerDesk], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    nag, ctf = two

    async def scenario() -> None:
        async with nag.running(), ctf.running():
            await until(lambda: nag.state(ctf) == ctf.state(nag) == "linked")
            whole, failing = ctf.ledger.keep, [error]

            def keep(*given: Any) -> None:
                if failing:
                    raise failing.pop()
                whole(*given)

            monkeypatch.setattr(ctf.ledger, "keep", keep)
            await nag.say("once", "CTF")
            await until(lambda: nag.cosigned.get("CTF") == 1 and ctf.heard() == ["once"])
            if not isinstance(error, BusyError):
                await until(lambda: faults(ctf))
            assert ctf.order_holds() == ["once"]

    play(scenario)


class Slow:
    """A desk whose storage takes nothing in order until it is let, but keeps other logs."""

    def __init__(self) -> None:
        self.clock, self.open = ManualClock(T0), asyncio.Event()
        self.waiting = self.most = self.taken = 0

    def storing(self, _function: Callable[..., Any], *args: Any) -> Future[str]:
        future: Future[str] = Future()
        future.set_result(cosignature(NAG, args[1].cosign, T0))
        return future

    async def on_storage(self, function: Callable[..., Any], *args: Any) -> Any:
        return function(*args)

    async def submit_all(self, commands: Sequence[Any]) -> list[Any]:
        self.waiting += len(commands)
        self.most = max(self.most, self.waiting)
        await self.open.wait()
        self.waiting -= len(commands)
        self.taken += len(commands)
        return [None for _ in commands]


class Wire:
    """A connection that gives what is to come in pieces, as long as it is read."""

    address, late = "192.0.2.7:1", False

    def __init__(self, coming: bytes) -> None:
        self.held, self.sent, self._coming = False, b"", coming

    def hold(self, held: bool) -> None:
        self.held = held

    def send(self, data: bytes) -> None:
        self.sent += data

    def close(self, why: str) -> None:
        raise AssertionError(why)

    async def read_by(self, driven: Driven) -> None:
        while self._coming:
            if not self.held:
                piece, self._coming = self._coming[: transport.READ_BYTES], self._coming[transport.READ_BYTES :]
                driven.received(piece)
            await asyncio.sleep(0)


class NoLedger:
    """Nothing is left to hand over."""

    def undelivered(self, _origin: str) -> list[Any]:
        return []


def driven_of(desk: Any, peer: Party, *, forked: bool) -> Driven:
    nothing: Any = lambda *_: None  # noqa: E731
    ledger: Any = NoLedger()
    ledger.keep = ledger.cosignature = nothing
    around = Around(desk, ledger, NAG.me, LIMITS, *[nothing] * 6)
    return Driven(around, peer.peer, Mirror(peer.origin), forked=forked)


def flood(first: int, count: int) -> bytes:
    """Return urgent statements of CTF, a hundred in one message."""
    items = [
        statement(CTF, index, T0, kind="distress.call", audience=("NAG",)) for index in range(first, first + count)
    ]
    groups = [tuple(items[start : start + 100]) for start in range(0, count, 100)]
    return b"".join(messages.frame(messages.Urgent(group)) for group in groups)


def test_a_flood_of_urgent_words_takes_its_turns_beside_a_long_stretch_and_both_end() -> None:
    async def scenario() -> None:
        slow = Slow()
        liar, honest = driven_of(slow, CTF, forked=True), driven_of(slow, ISR, forked=False)
        said = statements(ISR, 200, T0 - 300)
        head = messages.frame(head_of(said))
        calm = messages.frame(linking.hello(ISR)) + messages.frame(messages.Entries(0, tuple(said))) + head
        loud: Any = Wire(messages.frame(linking.hello()) + flood(0, 600))
        even: Any = Wire(calm)
        liar.opened(loud)
        honest.opened(even)
        reading = [asyncio.create_task(loud.read_by(liar)), asyncio.create_task(even.read_by(honest))]
        await until(lambda: honest.link.status.held == 200)
        await until(lambda: loud.held)
        for _ in range(100):
            await asyncio.sleep(0)
        assert loud.held
        assert slow.most <= URGENT_WAITING_MAX * AT_ONCE_ITEMS
        liar.closed("gone")
        again: Any = Wire(messages.frame(linking.hello()) + flood(600, 200))
        liar.opened(again)
        assert again.held, "who calls anew finds no room either"
        slow.open.set()
        await asyncio.gather(asyncio.create_task(again.read_by(liar)), *reading[1:])
        reading[0].cancel()
        await until(lambda: not slow.waiting and not again.held)
        assert slow.taken >= 200
        await liar.stop()
        await honest.stop()

    play(scenario)


def test_a_flood_that_is_let_in_is_handed_over_whole() -> None:
    async def scenario() -> None:
        slow = Slow()
        driven = driven_of(slow, CTF, forked=True)
        wire: Any = Wire(messages.frame(linking.hello()) + flood(0, 400))
        driven.opened(wire)
        reading = asyncio.create_task(wire.read_by(driven))
        await until(lambda: wire.held)
        slow.open.set()
        await until(lambda: slow.taken == 400 and not wire.held)
        await reading
        await driven.stop()

    play(scenario)


def head_of(said: Sequence[Any]) -> messages.Head:
    """Return the first head of a log of ISR."""
    tree = tree_of(said)
    return messages.Head("old 0\n\n" + signed_head(ISR, tree.size, tree.root()).decode(), ())
