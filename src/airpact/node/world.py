"""The state of a running desk and what goes in and out of one step.

A `World` is consumed by `step`: its arrays may be updated in place and the caller never touches the old one;
what leaves in the `Outbox` is a read-only copy.
"""

from dataclasses import dataclass

import msgspec

from airpact.alerts.alert import Alert
from airpact.feeds.report import FeedBatch


class TickRecord(msgspec.Struct, frozen=True, array_like=True):
    """The inputs of one tick as the journal keeps them: enough to take the same step again."""

    tick: int
    now_s: float
    applied: int  # index of the last entry applied before this tick
    batches: tuple[FeedBatch, ...] = ()


@dataclass(frozen=True, slots=True)
class Outbox:
    """What one step sends out: alerts that changed (copies), alerts that ended, and the time it stands for."""

    tick: int
    now_s: float
    changed: tuple[Alert, ...] = ()
    ended: tuple[str, ...] = ()
