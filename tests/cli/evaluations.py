"""What the tests of `airpact evaluate` share: the command as a person types it, its answers, and small files."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from typer.testing import CliRunner, Result

from airpact.cli.main import app

HEADER: Final = "id,geom,latlon,k,p1,p2,p3,v1,v2,v3"
HEAD_ON: Final = (
    "A,headon,0,0,0,0,3000,0,100,0",
    "A,headon,0,1,200,9000,3050,0,-100,0",
)


def evaluate(*words: object) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, ["evaluate", *map(str, words)])


def written(path: Path, lines: Iterable[str]) -> Path:
    """Write lines to a file and return its path."""
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def rows(path: Path) -> list[Any]:
    """Return the JSON of every line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def answered(file: Path, *words: object, profile: str = "do365b_p1") -> list[Any]:
    """Evaluate a file and return the answers."""
    out = file.with_name(f"{file.name}.answers")
    result = evaluate(file, "--profile", profile, "--out", out, *words)
    assert result.exit_code == 0, result.output or result.exception
    return rows(out)


def without(row: Any, *fields: str) -> Any:
    """Return a row without some fields, at every depth."""
    if isinstance(row, dict):
        return {name: without(value, *fields) for name, value in row.items() if name not in fields}
    return [without(value, *fields) for value in row] if isinstance(row, list) else row


def daa(names: Sequence[str], units: Sequence[str], cells: Iterable[Sequence[object]], apart: str = " ") -> list[str]:
    """Return the lines of a .daa file; numbers are written so that they are read back exactly."""
    body = (apart.join(cell if isinstance(cell, str) else repr(cell) for cell in row) for row in cells)
    return [apart.join(names), apart.join(f"[{unit}]" for unit in units), *body]
