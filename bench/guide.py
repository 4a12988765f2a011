"""Bands and compilation beside the reference's own figures, over the reference corpus where it is at hand.

DAIDALUS 2.0.4 in C++ takes 3.68 ms for the four bands of an encounter of two aircraft under DO-365B, 4.34 ms under the
buffered well-clear volumes and 2.95 ms under the cylinder (thread time, medians over random encounters, measured apart
in November 2026 on 2 cores of the same kind); 9.7 us to set a state and 3.2 us to alert. It ships compiled.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from airpact.encounter.configurations import CONFIGURATIONS
from airpact.encounter.evaluation import Scene, evaluate
from airpact.node.evaluations.cases import read_cases
from airpact.node.evaluations.files import open_source
from bench.figures import Figure, figure

ROOT: Final = Path(__file__).resolve().parent.parent
CORPUS: Final = ROOT.parent / "shared" / "oracle" / "daidalus" / "pairs.csv.gz"
SAMPLE: Final = ROOT / "tests" / "oracle" / "sample" / "pairs.csv.gz"
RUNS: Final = 5
AMORTISED_MS: Final = 0.4
ALONE_MS: Final = 2.0
COLD_S: Final = 30.0
PEERS_MS: Final = {"do365b_p1": 3.68, "nom_b": 4.34, "cd3d": 2.95}


def guide() -> Iterator[Figure]:
    """Measure alerting, the four bands over the corpus and of one encounter, and compiling everything."""
    corpus = CORPUS if CORPUS.exists() else SAMPLE
    with open_source(corpus) as source:
        scenes = [case.scene for case in read_cases(source).cases]
    for name, peer_ms in PEERS_MS.items():
        note = f"{len(scenes):,} encounters; DAIDALUS {peer_ms}"
        yield figure(f"four bands, {name}", _over(name, scenes, bands=True), "ms", AMORTISED_MS, note)
    alerts = _over("do365b_p1", scenes, bands=False)
    yield figure("levels, metrics and alert of an encounter", alerts, "ms", note="DAIDALUS 0.013, levels only")
    alone = [_alone_ms("do365b_p1", scene) for scene in scenes]
    yield figure("four bands of one encounter by itself, do365b_p1", alone, "ms", ALONE_MS, "DAIDALUS 3.68")
    yield figure("every kernel compiled from nothing", [_cold_s()], "s", COLD_S)


def _over(name: str, scenes: list[Scene], *, bands: bool) -> list[float]:
    """Return the time per encounter in ms of several runs over all."""
    configuration = CONFIGURATIONS[name]
    taken = []
    for run in range(RUNS + 1):
        started = time.perf_counter()
        for scene in scenes:
            evaluate(configuration, scene, bands=bands)
        if run:  # the first one loads the kernels
            taken.append(1e3 * (time.perf_counter() - started) / len(scenes))
    return taken


def _alone_ms(name: str, scene: Scene) -> float:
    started = time.perf_counter()
    evaluate(CONFIGURATIONS[name], scene)
    return 1e3 * (time.perf_counter() - started)


def _cold_s() -> float:
    """Return how long `airpact warm` takes with an empty cache."""
    with tempfile.TemporaryDirectory() as folder:
        left_out = ("NUMBA_CACHE_DIR", "PYTHONDONTWRITEBYTECODE")  # as it is for anyone who sets airpact up
        kept = {name: value for name, value in os.environ.items() if name not in left_out}
        command = [sys.executable, "-m", "airpact.cli.main", "warm"]
        started = time.perf_counter()
        subprocess.run(command, env=kept | {"XDG_CACHE_HOME": folder}, check=True, capture_output=True)
        return time.perf_counter() - started
