"""The running desk: three threads, bounded queues between them, and the command path across all three.

    readers ──► Intake ──► compute thread: journal, step, frames ──► Passage ──► loop: every console
    command ──► compute: decide ──► storage: append (durable) ──► compute: apply ──► answer

The loop has the sockets, the compute thread has the world and every kernel, the storage thread has the database.
Nothing on the tick path waits for storage or for a console (docs/ARCHITECTURE.md).
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from math import inf
from typing import Any, Final, ParamSpec, TypeVar

import msgspec

from airpact.node.archive import Archive
from airpact.node.clock import Clock, SystemClock
from airpact.node.engine import (
    AlertHistory,
    Engine,
    Health,
    Heartbeat,
    Journal,
    Timeline,
    Transport,
    TransportState,
)
from airpact.node.entries import Command, Entry, Refusal
from airpact.node.errors import KeyReusedError as KeyReusedError
from airpact.node.errors import StorageError as StorageError
from airpact.node.feeding import Intake
from airpact.node.giving import Handover
from airpact.node.order import Order
from airpact.node.partners.deskstate import JOURNAL, STORAGE, WORK
from airpact.node.partners.intake import PeerIntake
from airpact.node.partners.state import Doubtful
from airpact.node.peers.table import EMPTY, NotUnderstood, PeerRow, PeersTable
from airpact.node.publish import Hub, Passage
from airpact.node.telling import Teller
from airpact.node.ticking import Parts, Ticker
from airpact.node.trails import Trails
from airpact.node.workers import BusyError, Worker

# People at one desk give a handful of commands a minute; more waiting than this means storage is away.
COMMANDS_WAITING_MAX: Final = 32
# First answers kept for a repeated idempotency key; older ones are made anew from the order.
ANSWERS_KEPT: Final = 1024
# How long a command that could not be stored is shown as the state of storage: a person sends it again at once, and
# later nobody knows whether it still holds.
ORDER_ERROR_S: Final = 20.0
# From then on the desk calls itself degraded: ten times a slow write, and the console has said so for eight seconds.
STORAGE_LATE_S: Final = 10.0

_log = logging.getLogger("airpact.node")
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer to a command: its place in the order, its time, and the alert it is about as JSON (`null`: none)."""

    index: int
    at_s: float
    alert: bytes


Answer = Accepted | Refusal


class DeskNode:
    """One running desk; construct, `start` inside the loop, `stop` when done."""

    def __init__(
        self,
        engine: Engine,
        order: Order,
        history: AlertHistory,
        journal: Journal,
        heartbeat: Heartbeat,
        *,
        clock: Clock | None = None,
        applied: int = 0,
        transport: Transport | None = None,
        watchdog_port: int = 0,
        stored: Callable[[], float] | None = None,
    ) -> None:
        self.clock = clock if clock is not None else SystemClock()
        self.intake = Intake()
        self.peer_intake = PeerIntake()
        self.peers: Callable[[], PeersTable] | None = None  # set by whoever drives the links
        self.appended: Callable[[], None] | None = None  # by the same: called on the storage thread, raises nothing
        self.handover = Handover()
        self.files_error: Callable[[], str] = str  # why the files of the logs could not be written; "" = they could
        self.work_ended: tuple[str, ...] = ()  # faults that ended what goes on beside the desk
        self.hub = Hub()
        self.desk: dict[str, Any] = {**engine.desk(), "watchdog_port": watchdog_port}
        self._order = order
        self._history = history
        self._transport = transport
        self._engine = engine
        self._archive = Archive(history)
        self._passage = Passage()
        self._trails = Trails()
        self._teller = Teller(self.submit, StorageError)
        parts = Parts(
            engine, journal, heartbeat, self.intake, self._passage, self._archive, self.clock,
            self.peer_intake, self._impaired, self._teller.take, self.handover.put,
        )  # fmt: skip
        self._ticker = Ticker(parts, self.health, self._trails.add, self._flush_soon, applied)
        self._compute = Worker("airpact-compute", self.clock, self._ticker.due)
        self._storage = Worker("airpact-storage", self.clock, stored)
        self._flushing: Future[None] | None = None
        self._order_error, self._order_failed_s = "", -inf
        self._turn = asyncio.Lock()
        self._commands: set[asyncio.Task[list[Answer]]] = set()
        self._answers: OrderedDict[str, tuple[Command, Answer]] = OrderedDict()

    async def start(self) -> None:
        """Start the threads, apply what the order holds beyond the world, and begin to tick."""
        loop = asyncio.get_running_loop()
        self.handover.connect(loop)
        self._passage.connect(lambda: loop.call_soon_threadsafe(self._deliver, loop))
        self._storage.start()
        for entry in await self._on(self._storage, self._unapplied):
            self._ticker.apply(entry)  # the compute thread does not run yet: this is still one thread at a time
        self._compute.start()
        self._teller.start()

    async def stop(self, timeout_s: float = 1.0) -> bool:
        """End the compute thread, then the storage thread once its queue is empty; False when one did not end."""
        self._passage.connect(None)
        self.handover.connect(None)
        await self._teller.stop()
        computed = await asyncio.to_thread(self._compute.stop, timeout_s)
        stored = await asyncio.to_thread(self._storage.stop, timeout_s)
        return computed and stored

    @property
    def failure(self) -> BaseException | None:
        """What broke the world and ended the ticks; None while the desk runs."""
        return self._compute.failure

    def health(self, now_s: float) -> Health:
        """Return what a person must know about this node now."""
        oldest_s = min(self._storage.waiting_since_s(), self._archive.oldest_s(inf))
        return Health(
            storage_late_s=max(0.0, now_s - oldest_s) if oldest_s < inf else 0.0,
            storage_error=self._storage_error(now_s),
            journal_error=self._ticker.journal_error,
            unrecorded=tuple(sorted(self._archive.late(now_s))),
            ticks_skipped=self._ticker.skipped,
            step_s=self._ticker.step_s,
            history_dropped=self._archive.dropped,
            reports_dropped=self.intake.dropped(),
            trails_left_out=self._trails.tracks_left_out,
            clients=len(self.hub),
            clients_dropped=self.hub.dropped,
            release_error=self._ticker.release_error,
            told_late=self._teller.retried,
            work_ended=self.work_ended,
            clock_ahead_s=round(self.clock.ahead_s, 2),
        )

    async def peers_table(self) -> PeersTable:
        """Return what is known of the other parties in full; empty where no links are driven."""
        table = EMPTY if self.peers is None else self.peers()
        if not table.peers:
            return table
        told = await self._on(self._compute, self._engine.not_understood)
        rows = (_with_doubts(row, told.get(row.party, ())) for row in table.peers)
        return msgspec.structs.replace(table, peers=tuple(rows))

    async def voice_entries(self) -> bytes:
        """Return what was said by voice as JSON, newest first."""
        return await self._on(self._compute, self._engine.voice_entries)

    async def submit(self, command: Command) -> Answer:
        """Take one command through decide, order and apply, one at a time.

        Raises:
            BusyError: too many commands are waiting; nothing was done.
            KeyReusedError: the idempotency key belongs to another command.
            StorageError: the entry could not be made durable; nothing is acknowledged.
        """
        return (await self.submit_all([command]))[0]

    async def submit_all(self, commands: Sequence[Command]) -> list[Answer]:
        """Take commands of which none depends on another: decided first, then durable together, then applied in order.

        The answers stand in the order of the commands; raises as `submit` does, and then none of them was stored.
        """
        if len(self._commands) >= COMMANDS_WAITING_MAX:
            raise BusyError(f"{len(self._commands)} commands are waiting for storage")
        # A console that hangs up must not cut a command between durable and applied: it runs in a task of its own.
        task = asyncio.create_task(self._in_turn(commands))
        self._commands.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: "asyncio.Task[list[Answer]]") -> None:
        """Let go of a command; whoever gave it may be gone by now, and then its error is told to nobody else."""
        self._commands.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.info("a command was not taken: %s", error)

    async def on_storage(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call on the storage thread; raises `BusyError` when it has too many, and whatever the call raises."""
        return await self._on(self._storage, function, *args, **kwargs)

    def storing(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue a call on the storage thread at once and return its future; raises `BusyError`."""
        return self._storage.call(function, *args, **kwargs)

    async def timeline(self, from_s: float, to_s: float) -> Timeline:
        """Return the alerts and feed gaps between two instants (Unix s)."""
        return await self._on(self._storage, self._history.timeline, from_s, to_s)

    async def trails(self) -> bytes:
        """Return where every track was in the last three minutes, as the JSON of `GET /trails`."""
        return await asyncio.to_thread(lambda: self._trails.table().json())

    async def move(
        self, at_s: float | None, speed: float | None, playing: bool | None
    ) -> TransportState | Refusal | None:
        """Move the replay and return where it stands or why it was not moved; None when this desk is not a replay."""
        if self._transport is None:
            return None
        return await self._on(self._compute, self._transport.move, at_s, speed, playing)

    async def _in_turn(self, commands: Sequence[Command]) -> list[Answer]:
        async with self._turn:
            decided = [await self._decide(command) for command in commands]
            waiting = [each for each in decided if isinstance(each, tuple)]
            entries = iter(await self._stored(self._append, waiting) if waiting else ())
            found = [next(entries) if isinstance(each, tuple) else each for each in decided]
            return [await self._answer(command, each) for command, each in zip(commands, found, strict=True)]

    def _append(self, commands: Sequence[tuple[Command, float]]) -> list[Entry]:
        """Make entries durable, and say so before anything is applied: no other party waits for our picture."""
        entries = self._order.append_many(commands)
        if self.appended is not None:
            self.appended()
        return entries

    async def _decide(self, command: Command) -> Answer | Entry | tuple[Command, float]:
        """Return the first answer or entry of a repeated key, a refusal, or the command and time to be recorded."""
        first = self._answers.get(command.key) if command.key else None
        if first is not None:
            _check_same(command, first[0].kind, first[0].body)
            return first[1]
        entry = await self._stored(self._order.find, command.key) if command.key else None
        if entry is not None:
            return entry
        at_s, decided = await self._on(self._compute, self._ticker.decide, command)
        return decided if isinstance(decided, Refusal) else (decided, at_s)

    async def _answer(self, command: Command, found: Answer | Entry) -> Answer:
        """Return the answer to a command, after everything durable is applied where it has an entry."""
        if not isinstance(found, Entry):
            return self._remember(command, found)
        _check_same(command, found.kind, found.body)  # a key may have come twice in one batch
        for unapplied in await self._stored(self._unapplied):
            await self._on(self._compute, self._ticker.apply, unapplied)
        return self._remember(command, await self._on(self._compute, self._accepted, found))

    def _accepted(self, entry: Entry) -> Accepted:
        return Accepted(entry.index, entry.at_s, self._engine.alert(str(entry.body.get("alert", ""))))

    def _remember(self, command: Command, answer: Answer) -> Answer:
        if command.key:
            self._answers[command.key] = (command, answer)
            if len(self._answers) > ANSWERS_KEPT:
                self._answers.popitem(last=False)
        return answer

    def _storage_error(self, now_s: float) -> str:
        return self._archive.error or self._refused_lately(now_s) or self.files_error()

    def _refused_lately(self, now_s: float) -> str:
        return self._order_error if now_s - self._order_failed_s < ORDER_ERROR_S else ""

    def _impaired(self, now_s: float) -> tuple[str, ...]:
        """Return what this node cannot do now; on the compute thread."""
        oldest_s = min(self._storage.waiting_since_s(), self._archive.oldest_s(inf))
        late = now_s - oldest_s >= STORAGE_LATE_S or bool(self._storage_error(now_s))
        impaired = {STORAGE: late, JOURNAL: bool(self._ticker.journal_error), WORK: bool(self.work_ended)}
        return tuple(name for name, wrong in impaired.items() if wrong)

    def _unapplied(self) -> list[Entry]:
        """Return what is durable but not yet in the world: one entry as a rule, more after a crash."""
        return list(self._order.since(self._ticker.applied))

    async def _stored(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            result = await self._on(self._storage, function, *args, **kwargs)
        except BusyError:
            raise
        except Exception as error:
            self._order_error, self._order_failed_s = str(error) or type(error).__name__, self.clock.now_s()
            _log.error("storage failed: %s", self._order_error)
            raise StorageError(self._order_error) from error
        self._order_error = ""
        return result

    @staticmethod
    async def _on(worker: Worker, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.wrap_future(worker.call(function, *args, **kwargs))

    def _deliver(self, loop: asyncio.AbstractEventLoop) -> None:
        for publication in self._passage.take():
            self.hub.publish(publication, loop.time())

    def _flush_soon(self) -> None:
        """Queue one flush of the archive, unless one is queued already; on the compute thread."""
        if self._flushing is None or self._flushing.done():
            try:
                self._flushing = self._storage.call(self._archive.flush)
            except BusyError:
                self._flushing = None  # the archive keeps what waits; the next tick asks again


def _with_doubts(row: PeerRow, doubts: Sequence[Doubtful]) -> PeerRow:
    """Return what is shown of a party with what the world could not read of it."""
    told = (NotUnderstood(one.kind, one.index, one.at_s, one.why) for one in doubts)
    return msgspec.structs.replace(row, not_understood=(*row.not_understood, *told))


def _check_same(command: Command, kind: str, body: dict[str, Any]) -> None:
    # What is recorded may say more than was asked (the level a person has seen), never something else.
    asked = {name: value.strip() if isinstance(value, str) else value for name, value in command.body.items()}
    if command.kind != kind or asked != {name: body.get(name) for name in asked}:
        raise KeyReusedError(command.key)
