"""The queue between the tick and the durable alert history: the tick never waits, and what is not yet durable is known.

An alert is shown at once. When its record has waited longer than `LATE_S` it is shown as "not yet recorded", and
when storage comes back the mark goes away. Put on the compute thread, flushed on the storage thread.
"""

import threading
from collections import deque
from typing import Final

from airpact.node.engine import AlertHistory
from airpact.node.world import Outbox

# A write with fsync takes milliseconds; two seconds is the delay from which the desk says that storage is late.
LATE_S: Final = 2.0
# One outbox a tick: over ten minutes of storage being away before the history begins to lose changes (counted).
PENDING_MAX: Final = 4096


class Archive:
    """Outboxes on their way to the history, oldest first."""

    def __init__(self, history: AlertHistory, pending_max: int = PENDING_MAX) -> None:
        self._history = history
        self._pending_max = pending_max
        self._lock = threading.Lock()
        self._pending: deque[tuple[float, Outbox]] = deque()
        self.dropped = 0  # alert changes that will never be in the history
        self.error = ""  # why the last write failed; "" = it did not

    def put(self, outbox: Outbox, now_s: float) -> None:
        """Leave what changed for the history; never blocks."""
        with self._lock:
            self._pending.append((now_s, outbox))
            if len(self._pending) > self._pending_max:
                _, lost = self._pending.popleft()
                self.dropped += len(lost.changed) + len(lost.closed)

    def flush(self) -> None:
        """Write what waits, oldest first; on a failure the rest waits for the next flush."""
        while (first := self._first()) is not None:
            try:
                self._history.add(first[1])
            except Exception as error:  # noqa: BLE001  whatever the store says, the desk goes on and shows it
                self.error = str(error) or type(error).__name__
                return
            self.error = ""
            with self._lock:
                if self._pending and self._pending[0] is first:
                    self._pending.popleft()

    def waits(self) -> bool:
        """Whether anything is not yet durable."""
        return bool(self._pending)

    def oldest_s(self, otherwise_s: float) -> float:
        """Return when the oldest waiting change was put (Unix s), or `otherwise_s` when none waits."""
        first = self._first()
        return otherwise_s if first is None else first[0]

    def late(self, now_s: float) -> frozenset[str]:
        """Return the alerts whose latest change has waited longer than `LATE_S`."""
        with self._lock:
            waiting = [outbox for put_s, outbox in self._pending if now_s - put_s > LATE_S]
        return frozenset(alert.id for outbox in waiting for alert in outbox.changed)

    def _first(self) -> tuple[float, Outbox] | None:
        with self._lock:
            return self._pending[0] if self._pending else None
