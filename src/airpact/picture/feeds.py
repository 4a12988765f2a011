"""How each feed does: in time, late, lost, frozen, or with a clock of its own. Silence is never "no traffic"."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf, isnan, nan
from typing import Final

from airpact.feeds.report import FeedBatch

PERIODS_TO_ALARM: Final = 2.0  # a silent or frozen feed raises an alarm within two expected periods
CLOCK_ALARM_S: Final = 2.0  # correlation by movement fails beyond this, so a person must know


class FeedState(StrEnum):
    """What a screen says of a feed."""

    STARTING = "starting"
    IN_TIME = "in_time"
    LATE = "late"
    LOST = "lost"
    FROZEN = "frozen"


@dataclass(slots=True)
class Feed:
    """Health of one feed; times are Unix seconds."""

    name: str
    period_s: float  # expected; +inf for a recording, which has no liveness to lose
    started_s: float = nan
    heard_s: float = nan  # last batch without an error
    moved_s: float = nan  # last batch whose bytes had changed
    report_s: float = nan  # validity of the newest report
    reports: int = 0
    rejected: dict[str, int] = field(default_factory=dict)  # lines refused, by reason
    doubtful: dict[str, int] = field(default_factory=dict)  # fields left out of lines that were kept, by field
    error: str = ""
    clock_offset_s: float = nan
    expected: bool = True  # False: nothing can come of it now, for a reason that is shown elsewhere

    def deadlines_s(self) -> tuple[float, ...]:
        """Return when this feed turns lost and when frozen if nothing more comes."""
        wait_s = PERIODS_TO_ALARM * self.period_s if self.expected else inf
        if isnan(self.heard_s):
            return (self.started_s + wait_s,)
        return self.heard_s + wait_s, self.moved_s + wait_s

    def state(self, now_s: float) -> FeedState:
        """Return the state at `now_s`."""
        wait_s = PERIODS_TO_ALARM * self.period_s if self.expected else inf
        if isnan(self.heard_s):
            return FeedState.LOST if now_s >= self.started_s + wait_s else FeedState.STARTING
        if now_s >= self.heard_s + wait_s:
            return FeedState.LOST
        if now_s >= self.moved_s + wait_s:
            return FeedState.FROZEN
        return FeedState.LATE if now_s >= self.heard_s + self.period_s * 1.5 else FeedState.IN_TIME


def observe(feeds: dict[str, Feed], batches: Iterable[FeedBatch], now_s: float, listened_until_s: float = nan) -> None:
    """Take what the readers delivered into the health of each feed, in place.

    `listened_until_s`: the desk did not listen from then until now (Unix s; NaN = it did). That silence was its own:
    every feed starts anew, but for those that had failed before.
    """
    for feed in feeds.values():
        if isnan(feed.started_s) or (
            not isnan(listened_until_s) and feed.state(listened_until_s) not in (FeedState.LOST, FeedState.FROZEN)
        ):
            feed.started_s, feed.heard_s, feed.moved_s = now_s, nan, nan
    for batch in batches:
        feed = feeds.setdefault(batch.feed, Feed(batch.feed, inf, now_s))
        _add(feed.rejected, batch.rejected)
        _add(feed.doubtful, batch.doubtful)
        feed.error = batch.error
        if batch.error:
            continue
        feed.heard_s = batch.received_s
        if not batch.unchanged or isnan(feed.moved_s):
            feed.moved_s = batch.received_s
        feed.reports += len(batch.reports)
        if batch.reports:
            feed.report_s = max(report.valid_s for report in batch.reports)
        if not isnan(batch.clock_offset_s):
            feed.clock_offset_s = batch.clock_offset_s


def _add(counts: dict[str, int], more: dict[str, int]) -> None:
    for name, count in more.items():
        counts[name] = counts.get(name, 0) + count


def next_due_s(feeds: dict[str, Feed], now_s: float) -> float:
    """Return when a feed next becomes overdue if nothing is heard."""
    return min((due for feed in feeds.values() for due in feed.deadlines_s() if due > now_s), default=inf)
