"""What the running loop asks of its parts: the engine (world and frames), journal, alert history, heartbeat.

Protocols only. Every method of `Engine` and `Journal` is called on the compute thread and nowhere else, every method
of `AlertHistory` and `Order` on the storage thread; so no part needs a lock, and every kernel runs on one thread.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from airpact.node.entries import Command, Entry, Refusal
from airpact.node.partners.state import Doubtful
from airpact.node.world import Outbox, TickRecord


class Health(msgspec.Struct, frozen=True):
    """What a person must know about the node itself; goes out in every picture frame as `node`."""

    storage_late_s: float = 0.0  # age of the oldest write still waiting; 0 = none waiting
    storage_error: str = ""  # why the last write failed; "" = it did not
    journal_error: str = ""  # why the last journal write failed: after a crash this part of the day cannot be replayed
    unrecorded: tuple[str, ...] = ()  # alerts shown but not yet durable, waiting longer than the limit
    ticks_skipped: int = 0  # grid points left out because a step overran
    step_s: float = 0.0  # how long the last step took
    history_dropped: int = 0  # alert changes the history will never hold, because storage was away too long
    reports_dropped: dict[str, int] = {}  # by feed: reports that came faster than the desk could take them
    trails_left_out: int = 0  # tracks of the newest picture that have no trail
    clients: int = 0  # consoles on the live socket
    clients_dropped: int = 0  # closed because they could not keep up
    release_error: str = ""  # why no tracks leave for other parties; "" = they do, as far as the policies let them
    told_late: int = 0  # statements to other parties that waited for storage and were tried again
    work_ended: tuple[str, ...] = ()  # faults that ended guidance or peers beside the desk: undone until a restart
    clock_ahead_s: float = 0.0  # the machine's clock was set back and the desk's clock is waiting for it


@dataclass(frozen=True, slots=True)
class Positions:
    """Where every track is at one instant, for trails: ids and equally long arrays of degrees WGS-84."""

    ids: Sequence[str] = ()
    lat_deg: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))
    lon_deg: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))
    at_s: float | None = None  # the instant in a replay (Unix s); None: the tick's own


class Mark(msgspec.Struct, frozen=True):
    """One alert on the timeline."""

    id: str
    level: int
    t_s: float
    label: str


class Gap(msgspec.Struct, frozen=True):
    """A time in which a feed gave nothing."""

    from_s: float
    to_s: float
    feed: str


class Timeline(msgspec.Struct, frozen=True):
    """What happened between two instants (Unix s)."""

    from_s: float
    to_s: float
    marks: tuple[Mark, ...] = ()
    gaps: tuple[Gap, ...] = ()


class TransportState(msgspec.Struct, frozen=True):
    """Where a replay stands (Unix s of the recording; speed 1 = as it was)."""

    from_s: float
    to_s: float
    at_s: float
    speed: float
    playing: bool


class Engine(Protocol):
    """The world of one desk behind the calls the loop makes; all on the compute thread."""

    def step(self, record: TickRecord) -> Outbox:
        """Take the step of one tick; `record` is exactly what the journal holds."""

    def decide(self, command: Command, now_s: float) -> Command | Refusal:
        """Return the command as it is to be recorded, or why it is refused; changes nothing."""

    def apply(self, entry: Entry) -> Outbox:
        """Apply an accepted and durable entry."""

    def alert(self, alert_id: str) -> bytes:
        """Return one alert as JSON, `null` when there is none of that id."""

    def not_understood(self) -> dict[str, tuple[Doubtful, ...]]:
        """Return by party the newest statements that were kept and that this desk cannot read."""

    def voice_entries(self) -> bytes:
        """Return what was said by voice as JSON, newest first."""

    def alerts_frame(
        self, seq: int, ids: tuple[str, ...] | None, ended: tuple[str, ...], unrecorded: frozenset[str]
    ) -> bytes:
        """Return the live message with the alerts named (None: all that stand); `unrecorded` say `recorded: false`.

        Ids that are not on the list (still pending, or over) are left out.
        """

    def picture_frame(self, seq: int, health: Health) -> bytes:
        """Return the live message with the whole picture, dead-reckoned to the last step."""

    def positions(self) -> Positions:
        """Return where every track of that frame is, as arrays the caller may keep."""

    def released(self) -> dict[str, bytes]:
        """Return the live tracks that leave now, by party (`picture.released`)."""

    def desk(self) -> dict[str, Any]:
        """Return what does not change while the node runs (`Desk` of docs/stream.md, without `watchdog_port`)."""


class Journal(Protocol):
    """Keeps the inputs of each tick with one write before the step; on the compute thread."""

    def append(self, record: TickRecord) -> None:
        """Write one record; raises OSError when it cannot."""

    def settled(self) -> None:
        """Do what may wait until the tick's alerts are on their way."""


class Heartbeat(Protocol):
    """Tells the watchdog that a step has finished."""

    def beat(self, now_s: float) -> None:
        """Say that the step of `now_s` is done; never blocks."""


class AlertHistory(Protocol):
    """The durable record of alerts; on the storage thread."""

    def add(self, outbox: Outbox) -> None:
        """Record what one step or entry changed; returns when durable, raises when it cannot."""

    def timeline(self, from_s: float, to_s: float) -> Timeline:
        """Return the alerts and feed gaps between two instants."""


class Transport(Protocol):
    """Moves a replay; called on the compute thread."""

    def move(self, at_s: float | None, speed: float | None, playing: bool | None) -> TransportState | Refusal:
        """Change what is given and return where the replay stands, or say why nothing was changed."""
