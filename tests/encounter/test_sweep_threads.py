"""The same bits on any number of threads and either threading layer; no index out of bounds; faster than every pair."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest
from numba import njit

from airpact.encounter import find_alerts, find_conflicts, find_conflicts_of
from airpact.encounter.asked import minima_rules, sky_of
from airpact.encounter.configurations import CONFIGURATIONS
from airpact.encounter.grid import STATE, trace
from airpact.encounter.pairs import could_meet
from tests.encounter.skies import EVERYWHERE, REGION, scattered
from tests.encounter.test_sweep import one_rule, options_of, with_holes

ROOT = Path(__file__).resolve().parents[2]
ASK = "from tests.encounter.test_sweep_threads import fingerprint; print(fingerprint())"


def fingerprint() -> str:
    """Return a hash of every column of several sweeps, with groups, holes and a crowd."""
    digest = hashlib.sha256()
    for count, seed, spread_km in ((2000, 1, 300.0), (300, 2, 1.0), (3, 3, 1.0)):
        sky = with_holes(scattered(count, seed, EVERYWHERE, spread_km), seed)
        tables: list[Any] = [
            find_conflicts(*sky, **options_of(count, seed, 3)),
            find_conflicts(*sky, **one_rule()),
            find_conflicts_of(1, *sky, **one_rule()),
            find_alerts(*sky, alerter=CONFIGURATIONS["do365b_p1"].levels),
        ]
        for table in tables:
            for part in (table, table.unjudged):
                for name in part.__dataclass_fields__:
                    if name != "unjudged":
                        digest.update(getattr(part, name).tobytes())
    return digest.hexdigest()


def elsewhere(**environment: str) -> str:
    """Return the fingerprint as another process finds it."""
    kept = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"} | environment
    done = subprocess.run([sys.executable, "-c", ASK], env=kept, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def layers() -> list[str]:
    """Return the threading layers this machine has; one comes with Numba, so there are always some."""
    present = []
    for layer, module in (("workqueue", "workqueue"), ("omp", "omppool"), ("tbb", "tbbpool")):
        ask = f"import numba.np.ufunc.{module}"
        if subprocess.run([sys.executable, "-c", ask], capture_output=True, check=False).returncode == 0:
            present.append(layer)
    return present


@pytest.mark.timeout(240)
def test_any_layer_and_any_number_of_threads_give_the_same_bits() -> None:
    here, found = fingerprint(), layers()
    assert "workqueue" in found
    for layer in found:
        for threads in ("1", "2"):
            assert elsewhere(NUMBA_THREADING_LAYER=layer, NUMBA_NUM_THREADS=threads) == here, (layer, threads)


@pytest.mark.timeout(300)
def test_no_index_is_out_of_bounds(tmp_path: Path) -> None:
    """Compiled anew with every index checked: an index beyond its array would raise."""
    assert elsewhere(NUMBA_BOUNDSCHECK="1", NUMBA_CACHE_DIR=str(tmp_path)) == fingerprint()


@njit
def _every_pair(state, widest):  # type: ignore[no-untyped-def]
    count = 0
    for i in range(len(state)):
        for j in range(i + 1, len(state)):
            count += could_meet(state, i, j, widest, 0, 0)
    return count


def _best_s(call: Any) -> float:
    """Return the least processor time of five calls: what else the machine does does not count."""
    best = np.inf
    for _ in range(5):
        begun = time.process_time()
        call()
        best = min(best, time.process_time() - begun)
    return float(best)


@pytest.fixture
def one_thread() -> Iterator[None]:
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    yield
    numba.set_num_threads(before)


@pytest.mark.usefixtures("one_thread")
def test_the_grid_is_far_faster_than_every_pair() -> None:
    """A relative guard, no absolute time: the whole sweep against only the quick refusal of every pair, compiled."""
    columns = scattered(2000, 11, REGION, 1100.0)
    rules = minima_rules(tuple(one_rule().values()), None, None)
    sky = sky_of(columns, (None, None, None, None), 1)
    state, box = np.empty((2000, STATE)), np.empty((2000, 6), np.int32)
    trace(np.arange(2000, dtype=np.int32), *sky, rules.halves, state, box)
    found = find_conflicts(*columns, **one_rule())
    assert len(found.first) <= _every_pair(state, rules.widest)
    brute_s = _best_s(lambda: _every_pair(state, rules.widest))
    grid_s = _best_s(lambda: find_conflicts(*columns, **one_rule()))
    assert brute_s > 5.0 * grid_s, f"every pair {1e3 * brute_s:.1f} ms, grid {1e3 * grid_s:.1f} ms"
