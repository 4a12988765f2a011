"""What the compute thread does: ticks on an absolute grid, and the two compute halves of a command between them.

Tick k stands for k / 5 seconds since the Unix epoch, whatever the hour the node was started, so two runs of one day
share their ticks. A step that overruns makes the grid points it covered be left out, counted and shown: the next step
is taken for the newest point, never for several late ones in a row.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from math import floor
from typing import Final

from airpact.node.archive import Archive
from airpact.node.clock import Clock
from airpact.node.engine import Engine, Health, Heartbeat, Journal, Positions
from airpact.node.entries import Command, Entry, Refusal
from airpact.node.feeding import Intake
from airpact.node.partners.intake import PeerIntake
from airpact.node.partners.outgoing import Tell
from airpact.node.publish import Frame, Passage, Publication
from airpact.node.world import Outbox, TickRecord

# 200 ms: a fifth of the usual report interval, so a report waits 100 ms on average before it is judged.
TICKS_PER_S: Final = 5
# A step that comes so late found nobody listening: the machine slept or the process was held. The watchdog sounds then.
ASLEEP_S: Final = 2.0
# Alert frames after which the full list is encoded again, so that a console that joins never has many to catch up.
FULL_EVERY: Final = 64
MS_PER_S: Final = 1000

_log = logging.getLogger("airpact.node")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a desk is made of; every part is an interface of `node.engine` or a queue of this package."""

    engine: Engine
    journal: Journal
    heartbeat: Heartbeat
    intake: Intake
    passage: Passage
    archive: Archive
    clock: Clock
    peer_intake: PeerIntake
    impaired: Callable[[float], tuple[str, ...]]  # what the node cannot do at an instant (Unix s)
    tell: Callable[[tuple[Tell, ...]], object]  # takes all that waits to be said to other parties
    give: Callable[[dict[str, bytes]], object]  # takes the live tracks that leave now


class Ticker:
    """The state of the compute thread beside the world: tick number, sequences, and what was last shown."""

    def __init__(
        self,
        parts: Parts,
        health: Callable[[float], Health],
        keep: Callable[[float, Positions], object],
        changed: Callable[[], object],
        applied: int,
    ) -> None:
        self._parts = parts
        self._health = health
        self._keep = keep  # takes the positions of each picture frame, for trails
        self._changed = changed  # called when the archive has something to write
        self.applied = applied
        self.tick = 0
        self.skipped = 0
        self.step_s = 0.0
        self.journal_error = ""
        self.release_error = ""
        self._picture_seq = 0
        self._picture_second = 0
        # Sequences rise across restarts, so a console that returns after one cannot take new frames for missed ones.
        self._alert_seq = self._full_seq = int(parts.clock.now_s() * MS_PER_S)
        self._full_due = True
        self._marked: frozenset[str] = frozenset()
        self._broken: Exception | None = None

    def due(self) -> float:
        """Take the newest tick that is due and return when the next one is (Unix s); raises what broke the world."""
        if self._broken is not None:
            raise self._broken
        tick = floor(self._parts.clock.now_s() * TICKS_PER_S)
        if tick > self.tick:
            self.skipped += tick - self.tick - 1 if self.tick else 0
            begins = not self.tick or tick - self.tick > ASLEEP_S * TICKS_PER_S
            self.tick = tick
            self._step(tick / TICKS_PER_S, begins)
        return (self.tick + 1) / TICKS_PER_S

    def decide(self, command: Command) -> tuple[float, Command | Refusal]:
        """Return the time that a command gets (Unix s), and the command to record or why it is refused."""
        now_s = self._parts.clock.now_s()
        return now_s, self._parts.engine.decide(command, now_s)

    def apply(self, entry: Entry) -> None:
        """Apply one durable entry and show what it changed at once; an entry already applied changes nothing."""
        if entry.index <= self.applied:
            return
        if entry.index != self.applied + 1:
            raise ValueError(f"entry {entry.index} cannot follow entry {self.applied}: one is missing")
        try:
            outbox = self._parts.engine.apply(entry)
        except Exception as error:
            self._broken = error  # durable but half applied: only a restart from the record is right again
            raise
        self.applied = entry.index
        self._archive(outbox)
        self._publish(self._alerts(outbox), picture=False)

    def _step(self, now_s: float, begins: bool) -> None:
        parts = self._parts
        record = TickRecord(self.tick, now_s, self.applied, parts.intake.drain(now_s), begins,
                            parts.peer_intake.drain(), parts.impaired(now_s))  # fmt: skip
        self._write(record)
        started_s = parts.clock.now_s()
        outbox = parts.engine.step(record)
        self.step_s = parts.clock.now_s() - started_s
        parts.heartbeat.beat(now_s)
        self._archive(outbox)
        picture = floor(now_s) > self._picture_second
        self._picture_second = floor(now_s)
        self._publish(self._alerts(outbox), picture)
        if picture:
            self._give()
        parts.journal.settled()

    def _give(self) -> None:
        """Let tracks leave; a fault there lets none leave, is said in every frame, and stops no picture."""
        try:
            self._parts.give(self._parts.engine.released())
            self.release_error = ""
        except Exception as error:  # noqa: BLE001  nobody here may miss a warning over what others are shown
            if not self.release_error:
                _log.exception("no tracks leave for other parties")
            self.release_error = str(error) or type(error).__name__

    def _write(self, record: TickRecord) -> None:
        try:
            self._parts.journal.append(record)
            self.journal_error = ""
        except OSError as error:  # a full disk must not stop a warning: go on, and say it in every frame
            if not self.journal_error:
                _log.error("the journal cannot be written: %s", error)
            self.journal_error = str(error)

    def _archive(self, outbox: Outbox) -> None:
        self._parts.tell(outbox.tell)
        if outbox.changed or outbox.ended or outbox.closed or outbox.shown:
            self._parts.archive.put(outbox, self._parts.clock.now_s())
        if self._parts.archive.waits():
            self._changed()

    def _alerts(self, outbox: Outbox) -> Frame | None:
        """Return a frame with what changed, in the world or in being recorded; None when nothing did."""
        late = self._parts.archive.late(self._parts.clock.now_s())
        changed = (*(alert.id for alert in outbox.changed), *outbox.touched)
        ids = tuple(dict.fromkeys((*changed, *sorted(late ^ self._marked))))
        self._marked = late
        if not ids and not outbox.ended:
            return None
        self._alert_seq += 1
        self._full_due = True
        return _frame(self._alert_seq, self._parts.engine.alerts_frame(self._alert_seq, ids, outbox.ended, late))

    def _publish(self, alerts: Frame | None, picture: bool) -> None:
        if alerts:  # before the picture is encoded: a warning waits for nothing that is not a warning
            self._parts.passage.put(Publication(alerts=alerts))
        full = self._full() if self._full_due and (picture or self._alert_seq - self._full_seq >= FULL_EVERY) else None
        frame = self._picture() if picture else None
        if full or frame:
            self._parts.passage.put(Publication(frame, full=full))

    def _full(self) -> Frame:
        self._full_due, self._full_seq = False, self._alert_seq
        return _frame(self._full_seq, self._parts.engine.alerts_frame(self._full_seq, None, (), self._marked))

    def _picture(self) -> Frame:
        now_s = self.tick / TICKS_PER_S
        self._picture_seq += 1
        positions = self._parts.engine.positions()
        self._keep(now_s if positions.at_s is None else positions.at_s, positions)
        return _frame(self._picture_seq, self._parts.engine.picture_frame(self._picture_seq, self._health(now_s)))


def _frame(seq: int, encoded: bytes) -> Frame:
    return Frame(seq, encoded.decode())
