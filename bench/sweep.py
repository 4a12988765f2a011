"""The sweep over whole skies beside the published figures of others, on their scenario.

Scenario (2 cores, medians, as the others were measured): tracks at random over 20 by 20 degrees about 35 N, FL100 to
FL400, 80 to 260 m/s, any direction, half of them level, half at 10 m/s up or down, 5 NM and 1000 ft, 300 s ahead, one
seed; above 10,000 tracks over as much more of the sphere, in the same density. BlueSky is 1.1.1, as it installs (its
Python detector) and compiled; DAIDALUS 2.0.4 in C++, looped over all pairs. What they took, in ms, stands in `PEERS`:
measured apart, in November 2026, on 2 cores of the same kind.
"""

import multiprocessing
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Final

import numpy as np

from airpact.encounter import find_alerts, find_conflicts, find_conflicts_of
from airpact.encounter.configurations import CONFIGURATIONS
from bench.figures import Figure, figure

SEED: Final = 1
RULE: Final = {"horizontal_m": 9260.0, "vertical_m": 304.8, "lookahead_s": 300.0}
SPHERE_SHARE: Final = 0.00790  # of the sphere between 25 and 45 N over 20 degrees: what 10,000 tracks fill
RUNS: Final = {1_000: 50, 10_000: 50, 100_000: 15, 1_000_000: 7}
BARS_MS: Final = {10_000: 6.0, 100_000: 90.0, 1_000_000: 900.0}
MEMORY_MIB: Final = 700.0
FIRST_MS: Final = 500.0
ONE_MS: Final = 0.2
ALERT_BARS_MS: Final = {1_000: 6.0, 10_000: 60.0}

PEERS: Final[dict[tuple[str, int], str]] = {
    ("conflicts", 1_000): "BlueSky 341, compiled 37.9",
    ("conflicts", 10_000): "BlueSky needs 23 GiB, compiled 3,755",
    ("conflicts", 100_000): "BlueSky not possible; every pair, compiled on 2 cores: 45,000",
    ("alerts", 1_000): "DAIDALUS 6,100",
    ("alerts", 10_000): "DAIDALUS 4,221,000",
    ("one", 10_000): "every pair of it, compiled: 0.153",
}


def scenario(tracks: int) -> list[Any]:
    """Return the six columns of a sky of so many tracks."""
    draw = np.random.default_rng(SEED)
    if tracks <= 10_000:
        lat, lon = draw.uniform(25.0, 45.0, tracks), draw.uniform(28.0, 48.0, tracks)
    else:
        south, north = (5.0, 55.0) if tracks <= 100_000 else (-60.0, 60.0)
        sines = np.sin(np.radians((south, north)))
        width = 360.0 * SPHERE_SHARE * tracks / 10_000 / (0.5 * (sines[1] - sines[0]))
        lat = np.degrees(np.arcsin(draw.uniform(sines[0], sines[1], tracks)))
        lon = draw.uniform(-0.5 * width, 0.5 * width, tracks)
    climb = np.where(draw.random(tracks) < 0.5, 0.0, draw.choice((-10.0, 10.0), tracks))
    height = draw.uniform(100.0, 400.0, tracks) * 30.48
    return [lat, lon, height, draw.uniform(0.0, 360.0, tracks), draw.uniform(80.0, 260.0, tracks), climb]


def sweep() -> Iterator[Figure]:
    """Measure the sweep at every size, its alerts, one track, the first call and the memory of a million."""
    for tracks, bar in ((1_000, None), *BARS_MS.items()):
        sky = scenario(tracks)
        found = len(find_conflicts(*sky, **RULE).first)
        name = f"all conflicts of {tracks:,} tracks"
        note = "; ".join(filter(None, (f"{found:,} found", PEERS.get(("conflicts", tracks)))))
        yield figure(name, _runs_ms(RUNS[tracks], find_conflicts, sky, RULE), "ms", bar, note)
    levels = {"alerter": CONFIGURATIONS["do365b_p1"].levels}
    for tracks, bar in ALERT_BARS_MS.items():
        runs = _runs_ms(RUNS[tracks], find_alerts, scenario(tracks), levels)
        yield figure(f"all Phase I alerts of {tracks:,} tracks", runs, "ms", bar, PEERS["alerts", tracks])
    sky = scenario(10_000)
    one = _runs_ms(200, lambda *rows, **rule: find_conflicts_of(5_000, *rows, **rule), sky, RULE)
    yield figure("one track against 10,000", one, "ms", ONE_MS, PEERS["one", 10_000])
    memory_mib = _in_a_fresh_process(1_000_000)[1]
    firsts = [_in_a_fresh_process(10_000)[0] for _ in range(3)]
    yield figure("first call after the imports, kernels compiled", firsts, "ms", FIRST_MS)
    yield figure("memory at 1,000,000 tracks, whole process", [memory_mib], "MiB", MEMORY_MIB, "BlueSky: n squared")


def _runs_ms(runs: int, call: Callable[..., Any], sky: list[Any], options: dict[str, Any]) -> list[float]:
    call(*sky, **options)
    taken = []
    for _ in range(runs):
        started = time.perf_counter()
        call(*sky, **options)
        taken.append(1e3 * (time.perf_counter() - started))
    return taken


def _in_a_fresh_process(tracks: int) -> tuple[float, float]:
    """Return what `_first` finds where Python keeps its own compiled modules, as it does for anyone who runs airpact.

    Numba loads some two hundred of its modules at the first kernel; read from source each time they take 0.4 s more.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "airpact.cli.main", "warm", "watch"]
    subprocess.run(
        command, env=kept, check=True, capture_output=True
    )  # a spawned child inherits the interpreter's flag
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_first, tracks).result()


def _first(tracks: int) -> tuple[float, float]:
    """Return how long the first call of this process takes, in ms, and its greatest memory, in MiB."""
    sky = scenario(tracks)
    started = time.perf_counter()
    find_conflicts(*sky, **RULE)
    taken_ms = 1e3 * (time.perf_counter() - started)
    return taken_ms, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
