"""What builds, checks and measures the project; nothing here is part of the product.

This file alone must be readable by every Python 3: it is what tells a person that theirs is too old.
"""

import os
import shutil
import sys

OLDEST = (3, 11)  # StrEnum, tomllib and free `try` blocks are used throughout; Debian 12 carries it
NEWER_NAMES = ("python3.14", "python3.13", "python3.12", "python3.11")
INSTALLERS = (
    ("apt-get", "sudo apt-get install -y python3.11"),
    ("dnf", "sudo dnf install -y python3.11"),
    ("brew", "brew install python@3.13"),
    ("uv", "uv python install 3.13"),
)


def python_remedy(version: "tuple[int, ...]", path: str) -> str:
    """Return "" where `version` will do, else one line that ends in the one command to type; `path` is PATH."""
    if tuple(version[:2]) >= OLDEST:
        return ""
    found = ".".join(str(part) for part in version[:2])
    commands = ["make run PYTHON=" + name for name in NEWER_NAMES if shutil.which(name, path=path)]
    commands += [command for tool, command in INSTALLERS if shutil.which(tool, path=path)]
    command = commands[0] if commands else "make run PYTHON=/path/to/python3.11"
    return "airpact needs Python 3.11 or newer; python3 is " + found + ". Type: " + command


REMEDY = python_remedy(sys.version_info[:2], os.environ.get("PATH", ""))
if REMEDY:
    sys.exit(REMEDY)
