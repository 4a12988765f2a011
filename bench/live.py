"""What the live path costs: 100 consoles take a picture of 2,000 tracks once a second from one node.

    python -m bench.live [--clients 100] [--tracks 2000] [--seconds 10]

The node runs in this process with a stand-in engine whose frame is as large as the real one; the consoles are a second
process, so that only the node's CPU time is counted: all its threads, and the loop thread by itself. The budget is 5 %
of one core; the step is not part of it.
"""

import argparse
import asyncio
import json
import multiprocessing
import re
import sys
import threading
import time
from multiprocessing.connection import Connection
from typing import Any, Final

import msgspec
import numpy as np
from websockets.asyncio.client import connect

from airpact.node.clock import SystemClock
from airpact.node.engine import Health, Positions
from airpact.node.launch import Stop, run_desk
from airpact.node.loop import DeskNode
from tests.node.fakes import FakeEngine, Fakes

BUDGET_PERCENT: Final = 5.0
SETTLE_S: Final = 5.0  # the first console waits this long at most for the last
PICTURE: Final = re.compile(r'\{"type":"picture","seq":(\d+)')


class StillPicture(FakeEngine):
    """Steps do nothing; every second shows the same tracks, encoded anew."""

    def __init__(self, tracks: int) -> None:
        super().__init__()
        draw = np.random.default_rng(20151020)
        self._columns = columns(tracks, draw)
        self.positions_now = Positions(
            tuple(self._columns["id"]),
            np.array(self._columns["lat"], np.float32),
            np.array(self._columns["lon"], np.float32),
        )

    def picture_frame(self, seq: int, health: Health) -> bytes:
        """Return a frame with the columns of all tracks."""
        return msgspec.json.encode({"type": "picture", "seq": seq, **self._columns, "node": health})


def columns(tracks: int, draw: np.random.Generator) -> dict[str, Any]:
    """Return columns of the lengths that a real picture has."""
    return {
        "id": [f"{n:06x}" for n in range(tracks)],
        "label": [f"CALL{n}" for n in range(tracks)],
        "party": ["civil"] * tracks,
        "lat": draw.uniform(32, 38, tracks).round(6).tolist(),
        "lon": draw.uniform(34, 43, tracks).round(6).tolist(),
        "altitude_m": draw.uniform(0, 12_000, tracks).round(1).tolist(),
        "track_deg": draw.uniform(0, 360, tracks).round(1).tolist(),
        "speed_mps": draw.uniform(50, 250, tracks).round(1).tolist(),
    }


async def _listen(address: str, clients: int, seconds: float) -> tuple[int, int, int]:
    """Return pictures received, bytes of the last one, and messages lost (by `seq`) over all consoles."""
    url = address.replace("http://", "ws://") + "api/v1/live"
    counts = await asyncio.gather(*(_console(url, seconds) for _ in range(clients)))
    return sum(c[0] for c in counts), max(c[1] for c in counts), sum(c[2] for c in counts)


async def _console(url: str, seconds: float) -> tuple[int, int, int]:
    received = size = lost = last = 0
    async with connect(url, compression=None, max_size=None, open_timeout=30) as socket:
        until_s = time.monotonic() + seconds
        while (left_s := until_s - time.monotonic()) > 0:
            try:
                text = await asyncio.wait_for(socket.recv(), left_s)
            except TimeoutError:
                break
            if found := PICTURE.match(str(text)):
                seq = int(found[1])
                received, size, lost, last = received + 1, len(text), lost + (seq - last - 1 if last else 0), seq
    return received, size, lost


def _consoles(pipe: Connection, clients: int, seconds: float) -> None:
    """Run all consoles; the body of the second process."""
    address = pipe.recv()
    pipe.send(asyncio.run(_listen(address, clients, seconds)))


def measure(clients: int, tracks: int, seconds: float) -> dict[str, float]:
    """Return what the node used while the consoles listened: percent of one core, frame size, delivery."""
    here, there = multiprocessing.Pipe()
    others = multiprocessing.get_context("spawn").Process(target=_consoles, args=(there, clients, seconds + SETTLE_S))
    others.start()
    stop, watch = Stop(), dict[str, float]()
    nodes: list[DeskNode] = []

    def make() -> DeskNode:
        nodes.append(Fakes(engine=StillPicture(tracks)).node(clock=SystemClock()))
        return nodes[0]

    def ready(address: str) -> None:
        here.send(address)
        threading.Thread(target=_watch, args=(nodes[0], clients, seconds, watch, stop, here), daemon=True).start()

    run_desk(make, port=0, ready=ready, stop=stop)
    others.join()
    return watch


def _watch(node: DeskNode, clients: int, seconds: float, watch: dict[str, float], stop: Stop, here: Connection) -> None:
    """Measure from when every console is connected; the consoles leave `SETTLE_S` after it is over."""
    loop_thread = threading.main_thread()
    assert loop_thread.ident is not None
    loop_clock = time.pthread_getcpuclockid(loop_thread.ident)
    while len(node.hub) < clients:
        time.sleep(0.01)
    wall_s, cpu_s, loop_s = time.monotonic(), time.process_time(), time.clock_gettime(loop_clock)
    time.sleep(seconds)
    wall_s, cpu_s = time.monotonic() - wall_s, time.process_time() - cpu_s
    assert len(node.hub) == clients, "a console left while it was counted: measure on a quieter machine"
    watch["node_percent_of_core"] = 100 * cpu_s / wall_s
    watch["loop_percent_of_core"] = 100 * (time.clock_gettime(loop_clock) - loop_s) / wall_s
    received, size, lost = here.recv()
    watch |= {"frame_bytes": size, "pictures_received": received, "pictures_lost": lost}
    stop()


def main(arguments: list[str]) -> int:
    """Measure, print a table and JSON, and return 1 when the budget is passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--tracks", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=10.0)
    given = parser.parse_args(arguments)
    figures = measure(given.clients, given.tracks, given.seconds)
    for name, figure in figures.items():
        print(f"{name:24} {figure:12.2f}")
    print(json.dumps({"bench": "live", **vars(given), **figures}))
    return int(figures["node_percent_of_core"] > BUDGET_PERCENT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
