"""The sample of the corpus once more with every array access checked: no kernel reads or writes beside its arrays."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent.parent

CHECKED: Final = """
import numba
import numpy as np
from airpact.encounter.metrics import measure
from tests.oracle.daidalus import SAMPLE, SETS, compared

assert numba.config.BOUNDSCHECK == 1
try:
    measure((1.0, 2.0, 3.0), (1.0, 2.0, 3.0), 180.0, 1000.0, np.empty(3))
except IndexError:
    print("checked")
print([each for kind, names in SETS.items() for name in names for each in compared(SAMPLE, kind, name)])
"""


@pytest.mark.timeout(280)
def test_no_kernel_leaves_its_arrays(tmp_path: Path) -> None:
    """Compiled apart, into a cache of its own: checked and unchecked kernels share one name there."""
    settings = {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    settings["PYTHONPATH"] = os.pathsep.join((str(ROOT), str(ROOT / "src")))
    done = subprocess.run(
        [sys.executable, "-c", CHECKED],
        env=os.environ | settings,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["checked", "[]"]
