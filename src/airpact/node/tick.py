"""The inputs of one tick: what the journal holds, what the recorder files, what `step` takes.

In a module of its own, so that the recorder process can read a journal without loading a single kernel.
"""

import msgspec

from airpact.feeds.report import FeedBatch


class TickRecord(msgspec.Struct, frozen=True, array_like=True):
    """The inputs of one tick as the journal keeps them: enough to take the same step again."""

    tick: int
    now_s: float
    applied: int  # index of the last entry applied before this tick
    batches: tuple[FeedBatch, ...] = ()
    begins: bool = False  # the desk did not listen before this tick: no silence before it is a feed's
