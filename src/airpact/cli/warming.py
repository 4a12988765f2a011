"""`airpact warm`: compile every kernel once, so that no desk waits for it.

Two parts, each compiled by a process of its own where both are wanted: what a desk needs to watch (first), and the
guidance it offers beside an alert. A desk may start as soon as the first is ready and says so of the second. Every
kernel has one signature, so what both processes compile comes out the same, whichever is kept.
"""

import subprocess
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer

from airpact.agreement.procedures import parameters_of
from airpact.alerts.policy import AlertPolicy
from airpact.encounter import find_conflicts, find_conflicts_of
from airpact.feeds.report import iter_reports
from airpact.node.desk import RELAY_S_EXERCISE
from airpact.node.encounters import join
from airpact.node.preparing import COMPILER, Part, compile_guidance, is_ready, mark_ready
from airpact.node.profiles import load_procedures
from airpact.node.replay import FEED, run_foreign
from airpact.node.setting import RECORDING, make_setting
from airpact.picture.rules import PartyRules
from airpact.sim.reading import load_scenario, shipped
from airpact.sim.world import SimWorld

SECONDS: Final = 30  # of the demonstration: crossing, turning, unaddressed and climbing aircraft are all in it
PROFILE: Final = "close-pass-0.3nm-400ft"


def _compile_watch() -> None:
    """Sweep two tracks, then run half a minute of the demonstration: every kernel of a step and a replay is in it."""
    sky = np.array([[45.0, 45.1], [0.0, 0.1], [3000.0, 3000.0], [0.0, 90.0], [100.0, 100.0], [0.0, 0.0]])
    find_conflicts(*sky, horizontal_m=9260.0, vertical_m=304.8, lookahead_s=300.0)
    find_conflicts_of(0, *sky, horizontal_m=9260.0, vertical_m=304.8, lookahead_s=300.0)
    world = SimWorld(load_scenario(shipped("demo.yaml")), seed=1)
    batches = chain.from_iterable(world.batches(float(second), second + 1.0, 0.0) for second in range(SECONDS))
    reports = sorted(iter_reports(tuple(batches)), key=lambda report: report.valid_s)
    parameters = parameters_of(load_procedures(PROFILE, Path()))
    setting = make_setting(parameters, PartyRules(), AlertPolicy(), RELAY_S_EXERCISE, {FEED: RECORDING})
    replay = run_foreign(reports, setting)
    join(replay.episodes.values(), replay.positions, setting.table)


COMPILE: Final[dict[Part, Callable[[], None]]] = {Part.WATCH: _compile_watch, Part.GUIDANCE: compile_guidance}


def ensure_warm() -> None:
    """Compile what a desk watches with, if nobody has since the sources changed: never inside a tick."""
    if not is_ready(Part.WATCH):
        typer.echo("Compiling the kernels; this happens once and takes about half a minute.", err=True)
        _perform(Part.WATCH)


def warm(
    part: Annotated[Part | None, typer.Argument(help="Only this part; default: both, side by side.")] = None,
) -> None:
    """Compile the kernels now, not at the first start.

    Takes about half a minute of two cores once, and a few seconds when they are compiled already. Example: airpact warm
    """
    if part is not None:
        _perform(part)
        return
    beside = subprocess.Popen(COMPILER)
    _perform(Part.WATCH)
    if beside.wait():
        raise typer.Exit(beside.returncode)


def _perform(part: Part) -> None:
    started = time.perf_counter()
    COMPILE[part]()
    mark_ready(part)
    typer.echo(f"kernels to {WORDS[part]} ready after {time.perf_counter() - started:.1f} s")


WORDS: Final = {Part.WATCH: "watch", Part.GUIDANCE: "guide"}
