"""`make test`: run every check, keep going after a failure so that all are seen, and end with a table of times.

Browser tests need a Chromium: without one they are skipped with the command that brings it, and with
`AIRPACT_REQUIRE_BROWSER=1` that skip is a failure.
"""

import argparse
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from tools.machine import CHROMIUM_REMEDY, chromium, probe

ROOT: Final = Path(__file__).resolve().parent.parent
BIN: Final = ROOT / ".venv/bin"
TEST_WORKERS: Final = "2"  # what the smallest machine we build on has
SEED_BITS: Final = 32


class Result(StrEnum):
    """How one check ended."""

    PASSED = "passed"
    FAILED = "FAILED"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the table: its name, its command, and what it cannot run without ("" = nothing special)."""

    name: str
    command: tuple[str, ...]
    needs: str = ""  # "chromium" | a file in the checkout


@dataclass(frozen=True, slots=True)
class Row:
    """One finished check; `note` is what a person should know, such as why it was skipped."""

    name: str
    seconds: float
    result: Result
    note: str = ""


def checks(npm: Sequence[str], *, nightly: bool, seed: str) -> tuple[Check, ...]:
    """Return every check in order: the cheap first, the browser last and alone."""
    pytest = (str(BIN / "python"), "-m", "pytest", "--quiet", *((f"--hypothesis-seed={seed}",) if seed else ()))
    web = (*npm, "--prefix", "web", "run", "--silent")
    parallel = ("-n", TEST_WORKERS)
    slow = (Check("slow tests", (*pytest, *parallel, "-m", "slow and not browser")),) if nightly else ()
    return (
        Check("build", (str(BIN / "python"), "-m", "tools.bootstrap", "setup")),
        Check("format", (str(BIN / "ruff"), "format", "--check", ".")),
        Check("lint", (str(BIN / "ruff"), "check", "--quiet", ".")),
        Check("types", (str(BIN / "mypy"),)),
        Check("imports", (str(BIN / "lint-imports"), "--no-logo")),
        Check("python", (*pytest, *parallel, "-m", "not browser and not slow")),
        *slow,
        Check("web lint", (*web, "lint"), "web/biome.json"),
        Check("web types", (*web, "check"), "web/package.json"),
        Check("web tests", (*web, "test"), "web/package.json"),
        Check("browser", (*pytest, "-m", "browser"), "chromium"),
    )


def missing(check: Check, root: Path, environ: Mapping[str, str]) -> Row | None:
    """Return the row of a check that cannot run here, with what to type, or None when it can."""
    if check.needs == "chromium" and not chromium(environ):
        result = Result.FAILED if environ.get("AIRPACT_REQUIRE_BROWSER") == "1" else Result.SKIPPED
        return Row(check.name, 0.0, result, f"no Chromium here. Type: {CHROMIUM_REMEDY}")
    if check.needs not in {"", "chromium"} and not (root / check.needs).exists():
        return Row(check.name, 0.0, Result.SKIPPED, f"there is no {check.needs}")
    return None


def run(check: Check, environ: Mapping[str, str]) -> Row:
    """Run one check, its output going straight to the person."""
    print(f"\n== {check.name}: {' '.join(check.command)}", flush=True)
    started_s = time.monotonic()
    try:
        status = subprocess.run(check.command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, check=False).returncode
    except OSError as error:
        status = 127
        print(f"{check.name} cannot start: {error}. Type: make setup", file=sys.stderr)
    note = "" if status == 0 else f"exit status {status}"
    return Row(check.name, time.monotonic() - started_s, Result.FAILED if status else Result.PASSED, note)


def table(rows: Sequence[Row]) -> str:
    """Return the time table as text: one line a check, then the total."""
    width = max(len(row.name) for row in rows)
    lines = [f"{row.name:<{width}}  {row.seconds:7.1f} s  {row.result}  {row.note}".rstrip() for row in rows]
    total_s = sum(row.seconds for row in rows)
    return "\n".join([*lines, f"{'total':<{width}}  {total_s:7.1f} s"])


def main() -> int:
    """Run the checks named on the command line, or all; return 1 if any failed."""
    parser = argparse.ArgumentParser(prog="make test", description="Run every check and print a time table.")
    parser.add_argument("names", nargs="*", help="checks whose name holds one of these words; all when left out")
    parser.add_argument("--nightly", action="store_true", help="long searches with a fresh seed, and the slow tests")
    parser.add_argument("--seed", default="", help="seed for generated examples, as printed by the failing run")
    asked = parser.parse_args()
    seed = asked.seed or (str(secrets.randbits(SEED_BITS)) if asked.nightly else "")
    machine = probe(ROOT)
    environ = {
        **os.environ,
        "PATH": os.pathsep.join(
            filter(None, [str(Path(machine.node).parent) if machine.node else "", os.environ.get("PATH")])
        ),
        "HYPOTHESIS_PROFILE": "nightly" if asked.nightly else os.environ.get("HYPOTHESIS_PROFILE", "default"),
    }
    wanted = [
        check
        for check in checks(machine.npm or ("npm",), nightly=asked.nightly, seed=seed)
        if not asked.names or any(name in check.name for name in asked.names)
    ]
    if not wanted:
        print(f"no check is called {' or '.join(asked.names)}. Type: make test", file=sys.stderr)
        return 2
    rows = [missing(check, ROOT, environ) or run(check, environ) for check in wanted]
    print(f"\n{table(rows)}", flush=True)
    return int(any(row.result is Result.FAILED for row in rows))


if __name__ == "__main__":
    sys.exit(main())
