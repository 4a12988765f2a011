"""The intake between the readers and the tick: bounded per feed, newest wins, and what was dropped is counted.

Readers put batches in from the loop (or any thread); the compute thread takes all of them once a tick. A tick that is
late must find the newest reports, so a feed that overflows loses its oldest batches, never the desk its pace.
"""

import threading
from collections import deque
from typing import Final

import msgspec

from airpact.feeds.report import FeedBatch

# A feed delivers at most a few batches a second, a tick takes them five times a second: 64 batches are over ten
# seconds of delay, longer than the watchdog waits before it sounds.
BATCHES_MAX: Final = 64
# 10,000 tracks at 1 Hz for five seconds; about 25 MB.
REPORTS_MAX: Final = 50_000
# The word under which the console counts what the intake dropped, beside the decoders' reasons.
DROPPED: Final = "desk behind"


class _Line:
    """What one feed has waiting."""

    __slots__ = ("batches", "dropped", "reports")

    def __init__(self) -> None:
        self.batches: deque[FeedBatch] = deque()
        self.reports = 0
        self.dropped = 0


class Intake:
    """Takes batches from readers on any thread and hands all of them to the next tick."""

    def __init__(self, batches_max: int = BATCHES_MAX, reports_max: int = REPORTS_MAX) -> None:
        self._batches_max = batches_max
        self._reports_max = reports_max
        self._lock = threading.Lock()
        self._lines: dict[str, _Line] = {}
        self._dropped: dict[str, int] = {}

    def put(self, batch: FeedBatch) -> None:
        """Take one batch; drops the oldest of the same feed when that feed's limit is passed. Never blocks."""
        with self._lock:
            line = self._lines.setdefault(batch.feed, _Line())
            line.batches.append(batch)
            line.reports += len(batch.reports)
            while self._over(line):
                self._drop_oldest(batch.feed, line)

    def drain(self, now_s: float) -> tuple[FeedBatch, ...]:
        """Take everything that waits, feeds in name order, reports stamped with the tick that takes them (Unix s)."""
        with self._lock:
            lines, self._lines = self._lines, {}
        return tuple(
            _taken(batch, now_s, line.dropped if place == 0 else 0)
            for _, line in sorted(lines.items())
            for place, batch in enumerate(line.batches)
        )

    def dropped(self) -> dict[str, int]:
        """Return the reports dropped since the start, by feed; a dropped batch without reports counts one."""
        with self._lock:
            return dict(self._dropped)

    def _over(self, line: _Line) -> bool:
        # The newest batch stays whatever its size: a limit must not silence a feed.
        return len(line.batches) > 1 and (len(line.batches) > self._batches_max or line.reports > self._reports_max)

    def _drop_oldest(self, feed: str, line: _Line) -> None:
        oldest = line.batches.popleft()
        line.reports -= len(oldest.reports)
        # What the decoder counted in it goes on to the next batch: only the reports are lost, and those are counted.
        line.batches[0] = _with_counts_of(line.batches[0], oldest)
        count = max(1, len(oldest.reports))
        line.dropped += count
        self._dropped[feed] = self._dropped.get(feed, 0) + count


def _taken(batch: FeedBatch, now_s: float, dropped: int) -> FeedBatch:
    reports = tuple(msgspec.structs.replace(report, recorded_s=now_s) for report in batch.reports)
    rejected = _sum(batch.rejected, {DROPPED: dropped}) if dropped else batch.rejected
    return msgspec.structs.replace(batch, reports=reports, rejected=rejected)


def _with_counts_of(batch: FeedBatch, older: FeedBatch) -> FeedBatch:
    return msgspec.structs.replace(
        batch, rejected=_sum(older.rejected, batch.rejected), doubtful=_sum(older.doubtful, batch.doubtful)
    )


def _sum(a: dict[str, int], b: dict[str, int]) -> dict[str, int]:
    return {reason: a.get(reason, 0) + b.get(reason, 0) for reason in sorted(a.keys() | b.keys())}
