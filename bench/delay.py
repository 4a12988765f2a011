"""From a report to the alert on the socket, at 10,000 tracks, on a whole running node; and what that node holds.

The node runs in a process of its own with its real engine, server and threads; a reader in it delivers every track once
a second, spread over the ticks, and notes when it handed each track over. A console in this process notes when an alert
first shown reached it. The delay counts from the later of the two reports that the showing tick had taken.
"""

import asyncio
import json
import multiprocessing
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Coroutine, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from websockets.asyncio.client import connect
from websockets.typing import Origin

from airpact.feeds.report import FeedBatch
from airpact.node.assembly import DeskPlan, run_plan
from airpact.node.clock import Clock
from airpact.node.desk import SIGN_IN_OPEN, View
from airpact.node.launch import Stop
from airpact.node.live import Front
from airpact.node.setting import FeedPace
from airpact.node.world import World
from airpact.sim.load import load_batches
from bench.day import setting_of
from bench.figures import Figure, figure, percentile

TRACKS: Final = 10_000
SECONDS: Final = 40
SETTLE_S: Final = 12.0  # the first seconds open hundreds of alerts at once; a desk never sees that
BAR_MS: Final = 300.0
MEMORY_MIB: Final = 600.0
TICK_S: Final = 0.2
FEED: Final = "load"
Sink = Callable[[FeedBatch], None]


def delay(folder: Path) -> Iterator[Figure]:
    """Run the node for `SECONDS` and join what it was given with what a console received."""
    here, there = multiprocessing.Pipe()
    node = multiprocessing.get_context("spawn").Process(target=_node, args=(there, folder), daemon=True)
    node.start()
    received = asyncio.run(_console(here.recv()))
    memory_mib = _memory_mib(node.pid or 0)
    here.send("stop")
    given: dict[str, list[float]] = json.loads(here.recv_bytes())
    node.join(10)
    delays = [1e3 * wait for wait in _delays(received, given)]
    name = f"report to alert on the socket, {TRACKS:,} tracks"
    yield figure(f"{name}, p99", [percentile(delays, 0.99)], "ms", BAR_MS, note=f"{len(delays)} alerts")
    yield figure(name, delays, "ms")
    yield figure(f"memory of the node, {TRACKS:,} tracks", [memory_mib], "MiB", MEMORY_MIB)


def _delays(received: list[tuple[float, dict[str, Any]]], given: dict[str, list[float]]) -> Iterator[float]:
    begun = received[0][0] + SETTLE_S
    seen = set()
    for at_s, alert in received:
        new = alert["id"] not in seen
        seen.add(alert["id"])
        if not new or at_s < begun or alert["subject"] != "pair" or alert["shown_s"] < begun:
            continue
        reports = [given[alert[side]["id"]] for side in ("a", "b")]
        last_s = max(times[bisect_right(times, alert["shown_s"]) - 1] for times in reports)
        if last_s > alert["shown_s"] - TICK_S:  # else a timer showed it, not a report: its own due time had come
            yield at_s - last_s


async def _console(address: str) -> list[tuple[float, dict[str, Any]]]:
    received = []
    end = time.time() + SECONDS
    url = address.replace("http", "ws").rstrip("/") + "/api/v1/live"
    async with connect(url, max_size=None, compression=None, origin=Origin(address.rstrip("/"))) as socket:
        while time.time() < end:
            frame = await asyncio.wait_for(socket.recv(), 10)
            if '"alerts"' in frame[:20]:
                at_s = time.time()
                message = json.loads(frame)
                received += [] if message["full"] else [(at_s, alert) for alert in message["alerts"]]
    return received


def _memory_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def _node(pipe: Connection, folder: Path) -> None:
    """Run a desk on synthetic load until told to stop; then hand over when each track was given."""
    given: dict[str, list[float]] = {}
    setting = setting_of("en-route-5nm-1000ft", FEED, FeedPace(1.0, 0.2))
    front = Front(mode="EXERCISE", title="load", party="NAG", desk="bench", languages=("en",), view=View())

    def readers(_world: World, _clock: Clock) -> tuple[Callable[[Sink], Coroutine[Any, Any, None]], ...]:
        return (lambda sink: _deliver(sink, given),)

    stop = Stop()
    threading.Thread(target=_await_stop, args=(pipe, stop), daemon=True).start()
    plan = DeskPlan(folder, front, setting, readers, port=0, ready=pipe.send, stop=stop, sign_in=SIGN_IN_OPEN)
    run_plan(plan)
    pipe.send_bytes(json.dumps(given).encode())


def _await_stop(pipe: Connection, stop: Stop) -> None:
    pipe.recv()
    stop()


async def _deliver(sink: Sink, given: dict[str, list[float]]) -> None:
    """Hand over each batch in small parts through its tick, so that reports come at any time between ticks."""
    epoch_s = time.time()
    for now_s, batch in load_batches(TRACKS, 600, 1, epoch_s, ticks_per_s=20):
        await asyncio.sleep(max(0.0, now_s - time.time()))
        at_s = time.time()
        for report in batch.reports:
            given.setdefault(report.id, []).append(at_s)
        sink(batch)
