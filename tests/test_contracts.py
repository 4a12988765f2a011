"""The dependency rule of the architecture holds, and each contract really breaks when its rule is broken."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent

LINT_IMPORTS: Final = "from importlinter.cli import lint_imports_command as main; main()"

# Contract, the file a violation is written to, and the violation. Files that do not exist are made with their packages.
VIOLATIONS: Final = [
    pytest.param("layers", "geo/units.py", "import airpact.feeds.report", id="a low layer imports a high one"),
    pytest.param("layers", "proof/example.py", "import airpact.geo.units", id="neighbours on one line, down"),
    pytest.param("layers", "distress/example.py", "import airpact.alerts.alert", id="neighbours on one line, up"),
    pytest.param("layers", "feeds/report.py", "def f():\n    import airpact.airspace", id="hidden in a function"),
    pytest.param(
        "layers",
        "encounter/levels.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import airpact.agreement.parameters",
        id="hidden under TYPE_CHECKING",
    ),
    pytest.param("layers", "extra/example.py", "x = 1", id="a package the architecture does not know"),
    pytest.param("acyclic", "node/deep/a.py", "import airpact.node.deep.b", id="a cycle two levels down"),
    pytest.param(
        "pure", "picture/example.py", "def f():\n    from time import monotonic", id="a stage reads the clock"
    ),
    pytest.param("pure", "record/example.py", "import logging", id="a stage logs"),
    pytest.param(
        "pure", "node/pipeline.py", "import airpact.node.deep.b", id="the step reaches I/O through another file"
    ),
    pytest.param(
        "agreed-numbers", "alerts/alert.py", "import airpact.agreement.parameters", id="alerts see agreed numbers"
    ),
    pytest.param("monitors", "monitors/a.py", "import airpact.monitors.b", id="a monitor imports another"),
    pytest.param("decoders", "feeds/a.py", "import airpact.feeds.b", id="a decoder imports another"),
]
# What the violations lean on: a second file to import, and one that closes a cycle and does I/O.
PROPS: Final = {
    "monitors/b.py": "",
    "feeds/b.py": "",
    "node/deep/b.py": "import socket\n",
    "node/deep/c.py": "",
}


def lint(config: Path, folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """Run the linter over the package in `folder`."""
    only = [f"--contract={contract}" for contract in contracts]
    return subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS, f"--config={config}", "--no-cache", "--no-logo", *only],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def add(package: Path, name: str, code: str) -> None:
    """Append code to a module of the copy, making it and its packages where they are missing."""
    module = package / name
    for folder in [module.parent, *module.parent.parents]:
        if folder == package.parent:
            break
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").touch()
    with module.open("a", encoding="utf-8") as file:
        file.write(f"\n{code}\n")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the package's Python files in a folder of its own."""
    only_python = shutil.ignore_patterns("__pycache__", "console", "profiles")
    return Path(shutil.copytree(ROOT / "src/airpact", tmp_path / "airpact", ignore=only_python))


def test_the_repository_keeps_every_contract() -> None:
    result = lint(ROOT / "pyproject.toml", ROOT / "src")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(("contract", "name", "violation"), VIOLATIONS)
def test_a_violation_breaks_its_contract(copy: Path, contract: str, name: str, violation: str) -> None:
    for prop, code in PROPS.items():
        add(copy, prop, code)
    if contract == "acyclic":
        add(copy, "node/deep/b.py", "import airpact.node.deep.a")
    add(copy, name, violation)
    result = lint(ROOT / "pyproject.toml", copy.parent, contract)
    # Missing layers are named without their root, cycles by the package they are in; all others by module.
    module = "airpact." + name.removesuffix(".py").replace("/", ".")
    culprit = {"extra/example.py": "extra", "node/deep/a.py": "airpact.node.deep"}.get(name, module)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "BROKEN" in result.stdout
    assert culprit in result.stdout.partition("Broken contracts")[2]
