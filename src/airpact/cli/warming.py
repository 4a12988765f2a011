"""`airpact warm`: compile every kernel once, so that no desk waits for it."""

import os
import time
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Final

import typer

from airpact.agreement.procedures import parameters_of
from airpact.alerts.policy import AlertPolicy
from airpact.feeds.report import iter_reports
from airpact.node.desk import RELAY_S_EXERCISE
from airpact.node.encounters import join
from airpact.node.profiles import load_procedures
from airpact.node.replay import FEED, run_foreign
from airpact.node.setting import RECORDING, make_setting
from airpact.picture.rules import PartyRules
from airpact.sim.reading import load_scenario, shipped
from airpact.sim.world import SimWorld

SECONDS: Final = 30  # of the demonstration: crossing, turning, unaddressed and climbing aircraft are all in it
PROFILE: Final = "close-pass-0.3nm-400ft"


STAMP: Final = "ready"  # beside the compiled kernels, in a folder named after their sources


def ensure_warm() -> None:
    """Compile the kernels if nobody has since their sources changed: never inside a tick of a running desk."""
    stamp = Path(os.environ["NUMBA_CACHE_DIR"]) / STAMP
    if stamp.exists():
        return
    typer.echo("Compiling the kernels; this happens once and takes about a quarter of a minute.", err=True)
    warm()


def warm() -> None:
    """Compile the kernels now, not at the first start.

    Takes about a quarter of a minute once, and a few seconds when they are compiled already.
    """
    started = time.perf_counter()
    world = SimWorld(load_scenario(shipped("demo.yaml")), seed=1)
    batches = chain.from_iterable(world.batches(float(second), second + 1.0, 0.0) for second in range(SECONDS))
    reports = sorted(iter_reports(tuple(batches)), key=lambda report: report.valid_s)
    parameters = parameters_of(load_procedures(PROFILE, Path()))
    setting = make_setting(parameters, PartyRules(), AlertPolicy(), RELAY_S_EXERCISE, {FEED: RECORDING})
    replay = run_foreign(reports, setting)
    join(replay.episodes.values(), replay.positions, setting.table)
    with suppress(OSError):  # a cache that cannot be written costs time at the next start, nothing else
        (Path(os.environ["NUMBA_CACHE_DIR"]) / STAMP).touch()
    typer.echo(f"kernels ready after {time.perf_counter() - started:.1f} s")
