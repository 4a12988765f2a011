"""One link with its connection: carries out what the link asks, in order, and gives it what comes of it.

Storage is asked on the storage thread and answers later; everything else happens on the loop. What a peer said to us is
handed to the desk in the order of its log, each statement once: the key names log and index, and what was handed over
is noted after the desk has it, so a crash repeats a statement and the order knows it already.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from math import inf, nan
from typing import Any, Final, ParamSpec, Protocol, TypeAlias, TypeVar

from airpact.node.clock import Clock
from airpact.node.entries import Command, Refusal
from airpact.node.errors import KeyReusedError, LocalError, StorageError
from airpact.node.giving import Handover
from airpact.node.ledger.ledger import Ledger
from airpact.node.ledger.statements import key_of, unlogged_key, what_was_said
from airpact.node.ledger.values import Item, Mirror, OwnHead, Passage
from airpact.node.partners.intake import PeerIntake
from airpact.node.partners.statements import KEYS_ROTATION
from airpact.node.peercommands import PEER_STATEMENT
from airpact.node.peers.actions import (
    Action,
    Close,
    Cosigned,
    Doubt,
    Fetch,
    Fork,
    Heard,
    Keep,
    More,
    Received,
    Send,
    Unlogged,
)
from airpact.node.peers.evidence import FORKED, FORKED_DETAIL
from airpact.node.peers.link import Limits, Link, Me
from airpact.node.peers.linktable import State
from airpact.node.peers.peer import Peer
from airpact.node.peers.table import PeersTable
from airpact.node.peers.transport import Channel, Refused
from airpact.node.store import StoreError
from airpact.node.workers import BusyError
from airpact.proof.errors import ProofError
from airpact.proof.statement import read_header

BUSY_S: Final = 0.02  # the storage thread is at its limit: a few of its jobs later it is not
RETRY_S: Final = 1.0  # storage is away, which a person is told by the desk
# Each statement for this desk is an entry of its own log, for ever. What a party says beyond a hundred a second, after
# a burst such as a day apart brings, waits in the mirror of its log, where it is durable: nothing of it is lost.
HANDED_PER_S: Final = 100.0
HANDED_BURST: Final = 2048.0
TOGETHER_MAX: Final = 64  # statements in one commit: a person's command waits for no more of them
NOT_TAKEN: Final = "not_taken"
URGENT_WAITING_MAX: Final = 8  # as much each as is checked at once
NOT_STORED: Final = "it could not be stored here, offer it again"  # a peer is not told our paths
FAULT_HERE: Final = "fault_here"

_log = logging.getLogger("airpact.node.peers")
P = ParamSpec("P")
T = TypeVar("T")
Submit: TypeAlias = Callable[[Sequence[Command]], Awaitable[list[Any]]]


class Desk(Protocol):
    """What links need of their node."""

    clock: Clock
    peer_intake: PeerIntake
    peers: Callable[[], PeersTable] | None
    appended: Callable[[], None] | None  # called on the storage thread after each commit; raises nothing
    handover: Handover

    async def on_storage(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call on the storage thread; raises `BusyError` when it has too many."""

    def storing(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue a call on the storage thread at once and return its future; raises `BusyError`."""

    async def submit_all(self, commands: Sequence[Command]) -> list[Any]:
        """Put commands in the order, in one commit."""


@dataclass(frozen=True, slots=True)
class Around:
    """What all links of a node share; the calls are made on the loop."""

    desk: Desk
    ledger: Ledger
    me: Me
    limits: Limits
    refuse: Callable[[Refused], None]
    overhear: Callable[[bytes], None]  # a signed head of some log, as a peer has seen it
    witnessed: Callable[[str, bytes], None]  # origin and head of a log of which more is held now
    tracks: Callable[[str, bytes, float], None]  # party, payload, when (Unix s)
    cosigned: Callable[[str, int], None]  # party, and how much of our log it has cosigned and we have verified
    rotate: Callable[[str, Item, float], str]  # party, its announcement of new keys, when; why nothing changed


class Driven:
    """A peer, its link, and its connection while there is one."""

    def __init__(self, around: Around, peer: Peer, mirror: Mirror, *, forked: bool) -> None:
        """`mirror` is what is held of the peer's log; nobody else changes it."""
        self.peer = peer
        self.link = Link(around.me, peer, mirror, around.limits, forked=forked)
        self.channel: Channel | None = None
        self.lost_s = nan
        self.cosigned = 0  # entries of our log that the peer cosigned
        self.handed_over = 0
        self.held_back = 0  # statements of batches after which this desk took none for a moment
        self._allowed, self._allowed_s = HANDED_BURST, -inf
        self._around = around
        self._ready: Passage | None = None
        self._stopped = self._turn_due = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._urgent = 0  # checks whose statements of an untrusted log wait for storage
        self._room = asyncio.Event()  # set when one of them no longer waits
        self._delivering: asyncio.Task[None] | None = None
        self._undelivered = False

    # --- what happens ---

    def opened(self, channel: Channel) -> None:
        """A connection stands."""
        self.channel, self._turn_due = channel, False
        self.perform(self.link.opened(self._now_s()))
        if self._urgent:  # what an earlier connection brought: calling anew makes no room
            self._hold()

    def closed(self, why: str) -> None:
        """The connection is gone."""
        self.channel = None
        if self.link.status.state in (State.LINKED, State.FORKED):
            self.lost_s = self._now_s()
        self.perform(self.link.closed(why, self._now_s()))

    def received(self, data: bytes) -> None:
        """Bytes came."""
        self.perform(self.link.received(data, self._now_s()))

    def drained(self) -> None:
        """All that was sent has left."""
        self.perform(self.link.sent(self._now_s()))

    def tick(self) -> None:
        """A second has passed."""
        self.perform(self.link.tick(self._now_s()))

    def own_head(self, head: OwnHead, ready: Passage | None = None) -> None:
        """The own log has grown; `ready` is what `passage` gave."""
        self._ready = ready
        self.perform(self.link.own_head(head, self._now_s()))
        self._ready = None

    def passage(self, head: OwnHead) -> Passage | None:
        """Return what the link will fetch of a log that has grown, as far as can be told; on the storage thread.

        Read with the commit it costs no hand-over between threads. What the link then asks for in another way it gets.
        """
        ask = self.link.next_fetch(head)
        return None if ask is None else self._around.ledger.passage(ask.old, ask.first, ask.limit, self.peer.party)

    def heads(self, notes: tuple[bytes, ...]) -> None:
        """Heads of other logs, for the peer to compare."""
        self.perform(self.link.heads(notes, self._now_s()))

    def overheard(self, note: bytes) -> None:
        """A head of this peer's log, as another party has seen it."""
        self.perform(self.link.overheard(note, self._now_s()))

    def send_tracks(self, payload: bytes) -> None:
        """Send live tracks; newer ones take the place of those that wait."""
        self.perform(self.link.tracks(payload, self._now_s()))

    async def stop(self) -> None:
        """End what is under way."""
        self._stopped = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def perform(self, actions: Iterable[Action]) -> None:
        """Carry out what the link asks."""
        frames: list[bytes] = []
        wrote = False
        for action in actions:
            if isinstance(action, Send):
                frames.append(action.data)
                wrote = True
            else:
                self._write(frames)
                _CARRY_OUT[type(action)](self, action)
        self._write(frames)
        if wrote and self.channel is not None and not self.channel.late:
            self.drained()

    def show_fault(self, error: BaseException) -> None:
        """Let people see among what was refused that a fault here, and not the peer, ended the connection."""
        self._refuse(FAULT_HERE, f"a fault of this desk ended the connection: {type(error).__name__}: {error}", b"")

    def _show_not_stored(self, error: StoreError) -> None:
        self._refuse(FAULT_HERE, f"what this party says is refused until it can be stored here: {error}", b"")

    # --- actions ---

    def _write(self, frames: list[bytes]) -> None:
        """Write what is to go in one piece: one TLS record, one wake-up of the peer."""
        if frames and self.channel is not None:
            self.channel.send(b"".join(frames))
        frames.clear()

    def _fetch(self, action: Fetch) -> None:
        ready, self._ready = self._ready, None
        if ready is not None and (ready.old, ready.first, ready.stop) == (
            action.old, action.first, action.first + action.limit,
        ):  # fmt: skip
            self.perform(self.link.fetched(ready, self._now_s()))
        else:
            self._start(self._fetched(action))

    async def _fetched(self, ask: Fetch) -> None:
        ledger = self._around.ledger
        passage = await self._stored(ledger.passage, ask.old, ask.first, ask.limit, self.peer.party)
        self.perform(self.link.fetched(passage, self._now_s()))

    def _keep(self, action: Keep) -> None:
        """Queue it now and answer from its callback: a task would cost the peer two more turns of the loop."""
        loop = asyncio.get_running_loop()
        try:
            future = self._around.desk.storing(keep_and_cosign, self._around.ledger, action)
        except BusyError:
            self._start(self._keep_later(action))
        else:
            future.add_done_callback(lambda done: loop.call_soon_threadsafe(self._done, action, done))

    async def _keep_later(self, keep: Keep) -> None:
        await asyncio.sleep(BUSY_S)
        self._keep(keep)

    def _done(self, keep: Keep, done: Future[str]) -> None:
        if self._stopped:
            return
        if (error := done.exception()) is not None:
            self._start(self._not_kept(keep, error))
            return
        try:
            self._kept(keep, done.result())
        except Exception as fault:  # noqa: BLE001  raised on the loop it would end nothing, and nobody would see it
            self._end(fault)

    async def _not_kept(self, keep: Keep, error: BaseException) -> None:
        """Answer with what is stored whatever happened: a link that is not answered greets nobody any more."""
        _log.error("%s: what it sent could not be stored: %s", self.peer.party, error)
        if isinstance(error, StoreError):
            self._show_not_stored(error)
        mirror = await self._patiently(self._around.ledger.mirror, keep.origin)
        why = str(error) if isinstance(error, LocalError) else NOT_STORED
        self.perform(self.link.not_kept(mirror, why, self._now_s()))
        if not isinstance(error, LocalError | StoreError | BusyError):
            raise error

    def _kept(self, keep: Keep, lines: str) -> None:
        self.perform(self.link.kept(keep, lines, self._now_s()))
        self._around.witnessed(keep.origin, keep.seen.head)
        if keep.items:
            self.deliver_soon()

    def _cosigned(self, action: Cosigned) -> None:
        self.cosigned = max(self.cosigned, action.size)
        self._around.cosigned(self.peer.party, action.size)
        self._start(self._cosignature_kept(action))

    async def _cosignature_kept(self, action: Cosigned) -> None:
        await self._patiently(self._around.ledger.cosigned, action.size, action.lines, self.peer.witness)

    def _received(self, action: Received) -> None:
        self._around.tracks(self.peer.party, action.payload, self._now_s())

    def _heard(self, action: Heard) -> None:
        for note in action.notes:
            self._around.overhear(note)

    def _unlogged(self, action: Unlogged) -> None:
        self._urgent += 1
        self._start(self._hand_over_unlogged(action.items))
        self._hold()

    async def _hand_over_unlogged(self, items: tuple[Item, ...]) -> None:
        keys = (unlogged_key(self.peer.origin, item.entry) for item in items)
        try:
            await self._hand_over(list(zip(items, keys, strict=True)), unlogged=True)
        finally:
            self._urgent -= 1
            self._room.set()
            self._hold()

    def _hold(self) -> None:
        """Read no more of a peer while its urgent words wait for storage: no head slows it down as it does else."""
        if self.channel is not None:
            self.channel.hold(self._turn_due or self._urgent >= URGENT_WAITING_MAX)

    def _doubt(self, action: Doubt) -> None:
        self._refuse(action.reason, action.detail, action.evidence)

    def _fork(self, action: Fork) -> None:
        self._refuse(FORKED, FORKED_DETAIL, action.evidence)

    def _more(self, _action: More) -> None:
        if self.channel is not None:
            self._turn_due = True
            self._hold()
            self._start(self._go_on(self.channel))

    async def _go_on(self, channel: Channel) -> None:
        await asyncio.sleep(0)  # everybody else on the loop has a turn
        while self._urgent >= URGENT_WAITING_MAX and self.channel is channel:  # what is read waits unchecked
            self._room.clear()
            await self._room.wait()
        if self.channel is channel:
            self._turn_due = False
            self._hold()
            self.perform(self.link.go_on(self._now_s()))

    def _close(self, action: Close) -> None:
        if self.channel is not None:
            self.channel.close(action.why)

    def _refuse(self, reason: str, detail: str, evidence: bytes) -> None:
        address = self.channel.address if self.channel is not None else ""
        self._around.refuse(Refused(self._now_s(), self.peer.party, address, reason, detail, evidence))

    # --- what the peer said to us ---

    def deliver_soon(self) -> None:
        """Hand over to the desk what is held for it and was not handed over yet."""
        self._undelivered = True
        if self._delivering is None or self._delivering.done():
            self._delivering = self._start(self._deliver())

    async def _deliver(self) -> None:
        origin, ledger = self.peer.origin, self._around.ledger
        while self._undelivered:
            self._undelivered = False
            while items := await self._patiently(ledger.undelivered, origin):
                await self._hand_over([(item, key_of(origin, item.index)) for item in items])
                await self._patiently(ledger.delivered, origin, items[-1].index)
                await self._pause(len(items))

    async def _pause(self, count: int) -> None:
        """Wait where a party says more than the own log is to grow by."""
        now_s = asyncio.get_running_loop().time()
        grown = (now_s - self._allowed_s) * HANDED_PER_S
        self._allowed, self._allowed_s = min(HANDED_BURST, self._allowed + grown) - count, now_s
        if self._allowed < 0:
            self.held_back += count
            await asyncio.sleep(-self._allowed / HANDED_PER_S)

    async def _hand_over(self, keyed: Sequence[tuple[Item, str]], *, unlogged: bool = False) -> None:
        """Put statements in the own order, many in one commit; what can never stand there is kept as refused."""
        for start in range(0, len(keyed), TOGETHER_MAX):
            await self._hand_over_together(self._commands(keyed[start : start + TOGETHER_MAX], unlogged))

    def _commands(self, keyed: Sequence[tuple[Item, str]], unlogged: bool) -> list[tuple[Item, Command]]:
        commands = []
        for item, key in keyed:
            try:
                commands.append((item, statement_of(item, self.peer, key, unlogged=unlogged)))
            except ProofError as error:
                self._refuse(NOT_TAKEN, f"statement {item.index}: {error}", item.entry)
        return commands

    async def _hand_over_together(self, together: Sequence[tuple[Item, Command]]) -> None:
        try:
            answers = await retried(self._around.desk.submit_all, [command for _, command in together])
        except (KeyReusedError, StorageError):
            answers = [await self._one_answer(command) for _, command in together]
        self.handed_over += len(together)
        for (item, command), answer in zip(together, answers, strict=True):
            if isinstance(answer, Refusal):
                self._refuse(NOT_TAKEN, f"statement {item.index}: {answer.detail}", item.entry)
            if command.body["kind"] == KEYS_ROTATION:
                why = await asyncio.to_thread(self._around.rotate, self.peer.party, item, self._now_s())
                if why:
                    self._refuse(NOT_TAKEN, f"statement {item.index}: {why}", item.entry)

    async def _one_answer(self, command: Command) -> Any:
        try:
            return (await retried(self._around.desk.submit_all, [command]))[0]
        except (KeyReusedError, StorageError) as error:
            return Refusal(NOT_TAKEN, str(error))

    # --- storage and tasks ---

    def _now_s(self) -> float:
        return self._around.desk.clock.now_s()

    async def _stored(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call on the storage thread, as soon as it takes one."""
        while True:
            try:
                return await self._around.desk.on_storage(function, *args, **kwargs)
            except BusyError:
                await asyncio.sleep(BUSY_S)

    async def _patiently(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call on the storage thread; where the disk does not take it, again and again."""
        while True:
            try:
                return await self._stored(function, *args, **kwargs)
            except StoreError as error:
                _log.error("%s: storage is away: %s", self.peer.party, error)
                await asyncio.sleep(RETRY_S)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A fault of ours ends this connection and nothing else; the next one begins from what is stored."""
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._end(error)

    def _end(self, error: BaseException) -> None:
        _log.error("the link to %s stopped at a fault here", self.peer.party, exc_info=error)
        self.show_fault(error)
        if self.channel is not None:
            self.channel.close("a fault on the other side")


def keep_and_cosign(ledger: Ledger, keep: Keep) -> str:
    """Store what is to be kept, and return the cosignature; on the storage thread."""
    ledger.keep(keep.origin, keep.items, keep.seen)
    return ledger.cosignature(keep.origin)


def statement_of(item: Item, peer: Peer, key: str, *, unlogged: bool = False) -> Command:
    """Return the command that puts a statement of a peer in the own order; raises `ProofError` where it holds none.

    `unlogged`: it came over a forked link, signed and under no head: the index it names is nobody's.
    """
    header = read_header(item.entry)
    if header.author is None:
        raise ProofError(f"statement {item.index} is internal to its party")
    body = {
        "origin": peer.origin,
        "index": item.index,
        "kind": header.kind,
        "author": header.author._asdict(),
        "at_s": header.time_s,
        "subject": header.subject,
        "body": what_was_said(item),
        **({"unlogged": True} if unlogged else {}),
    }
    return Command(PEER_STATEMENT, peer.party, body, key)


async def retried(submit: Submit, commands: Sequence[Command]) -> list[Any]:
    """Submit until storage takes it; raises `StorageError` for what it can never take."""
    while True:
        try:
            return await submit(commands)
        except BusyError:
            await asyncio.sleep(BUSY_S)
        except StorageError as error:
            if isinstance(error.__cause__, ValueError | ProofError):
                raise
            await asyncio.sleep(RETRY_S)


_CARRY_OUT: Final[dict[type, Callable[[Driven, Any], None]]] = {
    Fetch: Driven._fetch,
    Keep: Driven._keep,
    Cosigned: Driven._cosigned,
    Received: Driven._received,
    Heard: Driven._heard,
    Unlogged: Driven._unlogged,
    Doubt: Driven._doubt,
    Fork: Driven._fork,
    More: Driven._more,
    Close: Driven._close,
}
