"""A scenario played against the clock: a feed reader for demonstrations and exercises."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

from airpact.feeds.report import FeedBatch
from airpact.sim.world import SimWorld

DELIVER_S: Final = 0.1  # half a tick, so that no tick of the desk goes without what was due in it
CATCH_UP_S: Final = 5.0  # a machine that slept longer goes on from now instead of flooding the desk

Sink = Callable[[FeedBatch], None]


def scenario_reader(
    world: SimWorld, epoch_s: float, now_s: Callable[[], float]
) -> Callable[[Sink], Coroutine[Any, Any, None]]:
    """Return a reader that delivers what the scenario's feeds would, its loop having begun at `epoch_s` (Unix s)."""

    async def read(sink: Sink) -> None:
        last_s = now_s()
        while True:
            await asyncio.sleep(DELIVER_S)
            this_s = now_s()
            for batch in world.batches(max(last_s, this_s - CATCH_UP_S), this_s, epoch_s):
                sink(batch)
            last_s = this_s

    return read
