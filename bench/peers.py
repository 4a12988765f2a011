"""What a statement costs between two parties: said, durable, sent, mirrored and durable there, cosigned, verified here.

Two processes, each with a home, a log and its storage thread, over mutual TLS on loopback; the picture only counts.
"""

import asyncio
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

import uvloop

from airpact.node.clock import SystemClock
from airpact.node.peers.card import write_card
from airpact.node.peers.link import Limits
from airpact.node.peers.pins import pin
from bench.figures import Figure, figure, percentile
from tests.node.peers.desks import PeerDesk, until

RUNS: Final = 500
WARM: Final = 50
PAUSE_S: Final = 0.02  # between statements: what the peer does with one is over before the next
BAR_MS: Final = 5.0
MS_PER_S: Final = 1e3


def peers() -> Iterator[Figure]:
    """Measure statements one at a time, for the peer (it puts them in its own order) and for nobody else."""
    with tempfile.TemporaryDirectory() as folder:
        pipe, far = multiprocessing.get_context("spawn").Pipe()
        process = multiprocessing.get_context("spawn").Process(target=_peer, args=(Path(folder) / "ctf", far))
        process.start()
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                named, internal = runner.run(_measure(Path(folder) / "nag", pipe))
        finally:
            process.terminate()
            process.join()
    yield from _figures("statement for the peer said, stored, mirrored, cosigned, verified", named)
    yield from _figures("the same, internal: only its header goes", internal)


def _figures(name: str, values: list[float]) -> Iterator[Figure]:
    yield figure(name, values, "ms", BAR_MS)
    yield figure(f"{name}, p99", [percentile(values, 0.99)], "ms")


async def _measure(folder: Path, pipe: Connection) -> tuple[list[float], list[float]]:
    desk = _meet(folder, "NAG", pipe)
    async with desk.running(Limits()):
        await until(
            lambda: "CTF" in desk.service.statuses() and desk.service.statuses()["CTF"].status.state == "linked"
        )
        return await _run(desk, "CTF"), await _run(desk)


async def _run(desk: PeerDesk, *audience: str) -> list[float]:
    times = []
    for number in range(RUNS + WARM):
        seen = asyncio.get_running_loop().create_future()
        desk.on_cosigned = seen.set_result
        started = time.perf_counter()
        index = await desk.say(f"statement {number}", *audience)
        while desk.cosigned.get("CTF", 0) < index:
            await seen
            seen = asyncio.get_running_loop().create_future()
            desk.on_cosigned = seen.set_result
        times.append(MS_PER_S * (desk.cosigned_at_s - started))
        await asyncio.sleep(PAUSE_S)
    return times[WARM:]


def _meet(folder: Path, party: str, pipe: Connection) -> PeerDesk:
    """Return a desk that has exchanged cards with the one at the other end of the pipe."""
    desk = PeerDesk(folder, party)
    pipe.send_bytes(write_card(desk.identity, [desk.address], SystemClock().now_s()))
    pin(desk.layout, pipe.recv_bytes(), compared=True)
    return desk


def _peer(folder: Path, pipe: Connection) -> None:
    """Run the peer until this process is ended."""

    async def serve() -> None:
        async with _meet(folder, "CTF", pipe).running(Limits()):
            await asyncio.Event().wait()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve())
