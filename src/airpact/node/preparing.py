"""Guidance is got ready beside a running desk, so that no tick ever waits for a compiler.

The kernels that watch are compiled before a desk starts. Those that guide are compiled, where nobody has yet, by a
process of their own, then loaded by this one outside the ticks; an entry in the order says from when the desk may
use them, so that a replay offers guidance from the same instant.
"""

import asyncio
import fcntl
import logging
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from math import cos, sin
from pathlib import Path
from typing import Final

import numpy as np

from airpact.encounter.answers import Aircraft, answer
from airpact.encounter.configurations import CONFIGURATIONS
from airpact.encounter.evaluation import Scene, evaluate
from airpact.encounter.volumes import CYLINDER, Volume
from airpact.geo.units import M_PER_FT, M_PER_NM
from airpact.node.commands import GUIDANCE
from airpact.node.entries import Command
from airpact.node.loop import DeskNode, StorageError
from airpact.node.workers import BusyError

DESK: Final = "desk"  # who says so in the order: no person did
LOOK_S: Final = 1.0  # between looks whether the desk must be told again; it forgets after the machine slept
GIVES_WAY: Final = 10  # niceness of the compiler: on a small machine the desks that watch come first
STOPPED: Final = (signal.SIGINT, signal.SIGTERM)  # a compiler that ended so was told to, with the desk
COMPILER: Final = (sys.executable, "-m", "airpact.node.preparing")


class Part(StrEnum):
    """What is compiled together: what a desk needs to watch, and the guidance it offers beside an alert."""

    WATCH = "watch"
    GUIDANCE = "guidance"


_log = logging.getLogger("airpact.node")


def _stamp(part: Part) -> Path:
    """Return the file that says a part is compiled: beside the kernels, in a folder named after their sources."""
    return Path(os.environ["NUMBA_CACHE_DIR"]) / f"{part}.ready"


def is_ready(part: Part) -> bool:
    """Return whether a part of the kernels is compiled."""
    return _stamp(part).exists()


def mark_ready(part: Part) -> None:
    """Note that a part of the kernels is compiled."""
    with suppress(OSError):  # a cache that cannot be written costs time at the next start, nothing else
        _stamp(part).touch()


def compile_guidance() -> None:
    """Compile what is missing of the kernels that guide, and load them into this process."""
    east = np.array([1.0, 0.0, 0.0]), np.array([0.0, 100.0, 0.0])
    west = np.array([cos(0.002), sin(0.002), 0.0]), np.array([100.0 * sin(0.002), -100.0 * cos(0.002), 0.0])
    volume = Volume(CYLINDER, 5.0 * M_PER_NM, 1000.0 * M_PER_FT, 0.0, 0.0)
    others = np.array([[cos(0.01), sin(0.01), 0.0, 0.0, 0.0, 100.0, 3000.0, 0.0]])
    answer(Aircraft(*east, 3000.0, 0.0), Aircraft(*west, 3000.0, 0.0), volume, 20.0, 60.0, others=others, vertical=True)
    for lat_deg in (45.14, 45.01):  # two that meet in 80 s and in 6: ways out, and recovery where there is none
        scene = Scene(
            geodetic=True,
            own_position=np.array([45.0, 179.9, 3000.0]),
            own_velocity=np.array([0.0, 100.0, 0.0]),
            positions=np.array([[lat_deg, 179.9, 3000.0]]),
            velocities=np.array([[0.0, -100.0, 0.0]]),
        )
        for configuration in CONFIGURATIONS.values():
            evaluate(configuration, scene, last_times=True)


async def prepare(node: DeskNode, told: Callable[[], bool]) -> None:
    """Get guidance ready, and tell the desk as often as it does not know; ends when cancelled.

    `told` says whether the desk's world knows. Where the kernels cannot be compiled, guidance stays "preparing" on
    every screen and the log says why.
    """
    if not is_ready(Part.GUIDANCE) and not await _compiled_apart():
        return
    await asyncio.to_thread(compile_guidance)
    while True:
        if not told():
            with suppress(BusyError, StorageError):  # storage says so itself on every screen; asked again in a second
                await node.submit(Command(GUIDANCE, DESK, {"ready": True}))
        await asyncio.sleep(LOOK_S)


async def _compiled_apart() -> bool:
    """Compile in a process of its own; return whether that worked."""
    process = await asyncio.create_subprocess_exec(*COMPILER)
    try:
        code = await process.wait()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):  # a signal to the whole group ended it first
            process.terminate()
        await process.wait()
        raise
    if code and -code not in STOPPED:
        _log.error("the guidance kernels did not compile (exit code %d): no guidance is offered", code)
    return not code


def _compile_once() -> None:
    """Compile unless a process that began earlier has: two desks on one machine need the work done once."""
    os.nice(GIVES_WAY)
    folder = Path(os.environ["NUMBA_CACHE_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "compiling.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_ready(Part.GUIDANCE):
            compile_guidance()
            mark_ready(Part.GUIDANCE)


if __name__ == "__main__":
    _compile_once()
