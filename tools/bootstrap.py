"""`make run` and everything else a newcomer types: set up what is missing or changed, then become the command.

Standard library only: this runs before anything is installed. Each step is stamped with the hash of its inputs, so a
call with nothing to do costs a fraction of a second. The steps and their fallbacks are the table in `tools.plan`.
"""

import fcntl
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tools.machine import OWN_NODE, Machine, hidden, probe
from tools.plan import DEV_PACKAGES, GOALS, Step, steps_of

ROOT: Final = Path(__file__).resolve().parent.parent
STAMPS: Final = ".venv/.stamps"  # inside the environment: without it nothing counts as done
# Built or fetched inside a folder that is an input; never inputs themselves.
NOT_INPUTS: Final = frozenset({"node_modules", "console", "__pycache__", "dist", "coverage", "test-results"})


class SetupError(Exception):
    """Set-up cannot go on; the text ends in the one command to type."""


def digest(root: Path, step: Step) -> str:
    """Return the hash of everything the step reads: its commands' inputs, by name and content."""
    total = hashlib.sha256(step.name.encode())
    for file in sorted(file for name in step.inputs for file in _files(root / name)):
        total.update(f"\0{file.relative_to(root)}\0".encode() + file.read_bytes())
    return total.hexdigest()


def facts(root: Path, step: Step) -> str:
    """Return what a finished step leans on outside its inputs: the Python asked for, the Node found."""
    if step.name == "environment":
        return "{}.{}".format(*sys.version_info[:2])
    if step.name == "node":
        system = "" if "node" in hidden(os.environ) else shutil.which("node")
        return f"{system} {(root / OWN_NODE / 'bin' / 'node').exists()}"
    return ""


def is_fresh(root: Path, step: Step) -> bool:
    """Return whether the step was done for exactly these inputs and its output is still there."""
    stamp = root / STAMPS / step.name
    return (
        stamp.exists()
        and (root / step.output).exists()
        and stamp.read_text(encoding="ascii") == f"{digest(root, step)} {facts(root, step)}"
    )


def reason_to_skip(root: Path, step: Step) -> str:
    """Return why a stale step cannot be done in this checkout, or ""; never silent, never stamped."""
    needed = {"node": "web/package.json", "web-packages": "web/package.json", "console": "web/index.html"}.get(
        step.name
    )
    if needed and not (root / needed).exists():
        return f"there is no {needed}"
    if step.name == "kernels" and not re.search(r"(?m)^\W*warm\b", _commands(root)):
        return "airpact has no command `warm`"
    return ""


def perform(root: Path, step: Step, machine: Machine) -> None:
    """Do one step by the first way that works and stamp it; raise SetupError where none does."""
    inputs = digest(root, step)
    environ = _environ(machine)
    for way in step.ways(machine):
        _say(f"{step.name}: {way.label}")
        if all(_run(root, command, environ) for command in way.commands) and (root / step.output).exists():
            stamp = root / STAMPS / step.name
            stamp.parent.mkdir(parents=True, exist_ok=True)
            stamp.write_text(f"{inputs} {facts(root, step)}", encoding="ascii")
            return
        _say(f"{step.name}: {way.label} did not work")
    raise SetupError(f"{step.name}: no way to do this worked here (see above). Type: {step.remedy(machine)}")


def set_up(root: Path, goal: str) -> None:
    """Bring the checkout to what `goal` needs; print each step; nothing to do prints nothing."""
    steps = steps_of(goal, developer=(root / STAMPS / DEV_PACKAGES.name).exists())
    if all(is_fresh(root, step) for step in steps):
        return
    started_s = time.monotonic()
    with _alone(root):
        for step in steps:
            if is_fresh(root, step):
                continue
            if reason := reason_to_skip(root, step):
                _say(f"{step.name}: skipped, {reason}")
                continue
            step_s = time.monotonic()
            perform(root, step, probe(root))
            _say(f"{step.name}: done in {time.monotonic() - step_s:.1f} s")
    _say(f"ready after {time.monotonic() - started_s:.1f} s")


def main(arguments: Sequence[str]) -> int:
    """Set up for the goal named first, then become its command with the person's own arguments after it."""
    name, *own = arguments or ("",)
    if name not in GOALS:
        print(f"airpact set-up: no goal `{name}`. Type: make help", file=sys.stderr)
        return 2
    os.chdir(ROOT)
    try:
        set_up(ROOT, name)
    except SetupError as error:
        print(f"airpact set-up: {error}", file=sys.stderr)
        return 2
    command = GOALS[name].command
    if command:
        sys.stdout.flush()
        os.execv(command[0], [*command, *own])
    return 0


def _files(path: Path) -> Iterator[Path]:
    """Yield the files at or under a path, leaving out what builds put there."""
    if path.is_file():
        yield path
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if name not in NOT_INPUTS]
        yield from (Path(folder, name) for name in names if not name.endswith(".pyc"))


def _commands(root: Path) -> str:
    """Return the product's own list of commands, "" where it has no command line yet."""
    asked = subprocess.run(
        [root / ".venv/bin/python", "-m", "airpact.cli.main", "--help"], capture_output=True, text=True, check=False
    )
    return asked.stdout if asked.returncode == 0 else ""


def _environ(machine: Machine) -> dict[str, str]:
    """Return the environment for children: the chosen Node first on PATH, no Python fetched, no advice from pip."""
    node = [str(Path(machine.node).parent)] if machine.node else []
    path = os.pathsep.join([*node, os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "UV_PYTHON_DOWNLOADS": "never", "PIP_ROOT_USER_ACTION": "ignore"}


def _run(root: Path, command: tuple[str, ...], environ: dict[str, str]) -> bool:
    """Run one command and return whether it succeeded; what failed is shown as a person would type it."""
    try:
        status = subprocess.run(command, cwd=root, env=environ, stdin=subprocess.DEVNULL, check=False).returncode
    except OSError as error:
        status = error.errno or 1
    if status:
        print(f"  failed with {status}: {shlex.join(command)}", file=sys.stderr)
    return status == 0


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Hold the set-up lock of this checkout, so that two calls at once do the work once."""
    (root / ".tools").mkdir(exist_ok=True)
    with (root / ".tools/set-up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("waiting for another set-up of this checkout")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _say(text: str) -> None:
    print(f"airpact set-up: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
