"""The kernel cache: an edited callee in another file changes the result, which Numba's own cache does not notice."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import airpact

PACKAGE = Path(airpact.__file__).parent
ASK = (
    "import os; from airpact.encounter.relative import closest;"
    "print(os.environ['NUMBA_CACHE_DIR']); print(closest(9e6, -3e4, 1e4)[1])"
)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return a folder with the part of the package the kernels need."""
    for name in ("geo", "encounter", "picture"):
        shutil.copytree(PACKAGE / name, tmp_path / "airpact" / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PACKAGE / "__init__.py", tmp_path / "airpact")
    return tmp_path


def ask(folder: Path, home: Path) -> tuple[str, float]:
    """Return (cache folder, least range) as a fresh process finds them."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME")}
    environment = kept | {"PYTHONPATH": str(folder), "XDG_CACHE_HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, cwd=folder, capture_output=True, text=True, check=True
    )
    cache, least = done.stdout.split()
    return cache, float(least)


@pytest.mark.timeout(240)
def test_an_edited_callee_in_another_file_changes_the_result(copied: Path, tmp_path: Path) -> None:
    caller = copied / "airpact" / "encounter" / "relative.py"
    text = caller.read_text()
    callee = re.search(r"@njit\(cache=True\)\ndef range_after.*?\n\n\n", text, re.DOTALL)
    assert callee is not None
    moved = caller.with_name("after.py")
    moved.write_text("from math import sqrt\nfrom numba import njit\n\n\n" + callee[0])
    use = "\nfrom airpact.encounter.after import range_after\nSTILL_MPS2"
    caller.write_text(text.replace(callee[0], "").replace("\nSTILL_MPS2", use))
    first, least = ask(copied, tmp_path / "home")
    again, same = ask(copied, tmp_path / "home")
    assert (again, same, least) == (first, least, (9e6 - 9e4) ** 0.5)
    moved.write_text(moved.read_text().replace("return sqrt(", "return 7.0 + sqrt("))
    second, shifted = ask(copied, tmp_path / "home")
    assert shifted == 7.0 + least
    assert second != first, "compiled kernels lie in a folder named by all of their sources"


def test_every_package_with_a_kernel_is_part_of_the_fingerprint() -> None:
    with_kernels = {
        source.relative_to(PACKAGE).parts[0] for source in PACKAGE.rglob("*.py") if "@njit" in source.read_text()
    }
    assert with_kernels <= set(airpact.KERNEL_PACKAGES)


def test_a_kernel_in_a_package_inside_a_package_is_part_of_the_fingerprint(copied: Path) -> None:
    before = airpact.kernel_fingerprint(copied / "airpact")
    inner = copied / "airpact" / "encounter" / "inner"
    inner.mkdir()
    (inner / "kernel.py").write_text("LIMIT_M = 1.0\n")
    assert airpact.kernel_fingerprint(copied / "airpact") != before


@pytest.mark.parametrize("name", ["geo/sphere.py", "encounter/relative.py", "geo/units.py"])
def test_the_fingerprint_changes_with_every_source_a_kernel_reads_constants_from(copied: Path, name: str) -> None:
    """Numba freezes module constants into compiled code, so the radius of the earth is kernel source too."""
    before = airpact.kernel_fingerprint(copied / "airpact")
    with (copied / "airpact" / name).open("a") as source:
        source.write("# edited\n")
    assert airpact.kernel_fingerprint(copied / "airpact") != before
