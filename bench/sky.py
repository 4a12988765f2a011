"""A full sky: what a step costs with thousands of tracks reporting once a second."""

import time
from collections.abc import Iterator
from typing import Final

from airpact.node.pipeline import step
from airpact.node.setting import FeedPace
from airpact.node.snapshot import freeze
from airpact.node.view import picture_frame
from airpact.node.world import TickRecord, new_world
from airpact.sim.load import load_batches
from bench.day import setting_of
from bench.figures import Figure, figure, percentile

FEED: Final = "load"
SECONDS: Final = 30
WARM_TICKS: Final = 50
EPOCH_S: Final = 1.79e9
TICKS_PER_S: Final = 5
HALF_A_CORE: Final = 50.0


def sky(tracks: int = 10_000) -> Iterator[Figure]:
    """Step a random sky for half a minute under the en-route profile."""
    setting = setting_of("en-route-5nm-1000ft", FEED, FeedPace(1.0, 0.2))
    world = new_world(setting)
    steps, frames = [], []
    for tick, (now_s, batch) in enumerate(load_batches(tracks, SECONDS, 1, EPOCH_S), start=1):
        started = time.perf_counter()
        world, _ = step(world, TickRecord(tick, now_s, 0, (batch,)))
        steps.append(time.perf_counter() - started)
        if tick % TICKS_PER_S == 0:
            started = time.perf_counter()
            picture_frame(world, tick, "LIVE", {})
            frames.append(time.perf_counter() - started)
    steps = steps[WARM_TICKS:]
    name = f"{tracks:,} tracks at 1 Hz"
    seconds = [sum(steps[k : k + TICKS_PER_S]) for k in range(0, len(steps) - TICKS_PER_S, TICKS_PER_S)]
    yield figure(f"step, {name}", [100 * busy for busy in seconds], "% of a core", HALF_A_CORE)
    yield figure(f"one step, {name}", [1e3 * s for s in steps], "ms", note=f"p99 {1e3 * percentile(steps, 0.99):.1f}")
    yield figure(f"picture frame, {name}", [1e3 * s for s in frames[2:]], "ms")
    started = time.perf_counter()
    size = len(freeze(world))
    yield figure(f"snapshot, {name}", [1e3 * (time.perf_counter() - started)], "ms", note=f"{size / 2**20:.1f} MiB")
