"""The desk's clock: UTC Unix seconds that never run backwards, and the one way a thread may wait for them.

Everything that needs time takes a `Clock`, so tests run without waiting and a replay runs at any speed.
"""

import threading
import time
from math import inf
from typing import Final, Protocol

# A machine whose clock is set back is followed by running slow: 5 ms a second is far inside the age limits of reports.
SLEW_RATE: Final = 0.005


class Clock(Protocol):
    """Where the node reads time and waits for it."""

    @property
    def ahead_s(self) -> float:
        """How far the answers are ahead of the machine's own clock (s); 0 when they agree."""

    def now_s(self) -> float:
        """Return UTC Unix seconds; never less than the last answer."""

    def wait(self, condition: threading.Condition, until_s: float) -> None:
        """Sleep on the held condition until notified or `until_s`, whichever is first; may wake early."""


class SystemClock:
    """The machine's clock: followed at once when set forward, by running slow when set back."""

    def __init__(self) -> None:
        """Begin at the machine's time."""
        self._lock = threading.Lock()
        self._monotonic_s = time.monotonic()
        self._now_s = time.time()
        self._ahead_s = 0.0

    @property
    def ahead_s(self) -> float:
        """How far the answers are ahead of a machine clock that was set back (s); 0 when they agree."""
        return self._ahead_s

    def now_s(self) -> float:
        """Return UTC Unix seconds; never less than the last answer."""
        with self._lock:
            monotonic_s = time.monotonic()
            elapsed_s = monotonic_s - self._monotonic_s
            self._monotonic_s = monotonic_s
            self._now_s, self._ahead_s = disciplined(self._now_s, elapsed_s, time.time())
            return self._now_s

    def not_before(self, at_s: float) -> None:
        """Go on from `at_s` (Unix s) at the earliest: what a restarted desk has already lived."""
        with self._lock:
            self._now_s = max(self._now_s, at_s)

    def wait(self, condition: threading.Condition, until_s: float) -> None:
        """Sleep on the held condition until notified or `until_s`, whichever is first; may wake early."""
        condition.wait(None if until_s == inf else max(0.0, until_s - self.now_s()))


def disciplined(now_s: float, elapsed_s: float, machine_s: float) -> tuple[float, float]:
    """Return desk time after `elapsed_s` and how far it stays ahead of the machine's clock (s, never negative)."""
    slowest_s = now_s + elapsed_s * (1.0 - SLEW_RATE)
    desk_s = max(machine_s, slowest_s)
    return desk_s, desk_s - machine_s
