"""The inputs of one tick: what the journal holds, what the recorder files, what `step` takes.

In a module of its own, so that the recorder process can read a journal without loading a single kernel.
"""

from math import nan

import msgspec

from airpact.feeds.report import FeedBatch


class PeerNews(msgspec.Struct, frozen=True, array_like=True):
    """What the link to one party is now, all of it each time: the newest takes the place of what waits (Unix s)."""

    party: str
    at_s: float  # when the driver said so
    state: str  # monitors.peers.LinkState
    how: str = "linked"  # linked | file | voice
    since_s: float = nan  # in this state
    lost_s: float = nan  # when the link was last lost; NaN = never
    delay_s: float = nan  # from being said there to being read here
    clock_offset_s: float = nan  # their clock minus ours
    head_seen_s: float = nan  # when a head of their log was last seen and found to continue the one before
    head_size: int = 0  # entries under that head
    cosigned_size: int = 0  # entries of our log that they have cosigned
    own_size: int = 0
    waiting: int = 0  # entries of our log still to go
    refused: int = 0  # since the start: what was refused and kept


class TickRecord(msgspec.Struct, frozen=True, array_like=True):
    """The inputs of one tick as the journal keeps them: enough to take the same step again."""

    tick: int
    now_s: float
    applied: int  # index of the last entry applied before this tick
    batches: tuple[FeedBatch, ...] = ()
    begins: bool = False  # the desk did not listen before this tick: no silence before it is a feed's
    peers: tuple[PeerNews, ...] = ()  # at most one of each party, by name
    impaired: tuple[
        str, ...
    ] = ()  # what the node itself cannot do, "storage", "journal" or "work": its desk is degraded
