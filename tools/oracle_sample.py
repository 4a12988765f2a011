"""Writes `tests/oracle/sample`: one row in twenty of the reference corpus, so that equality is tested everywhere.

`python -m tools.oracle_sample [FOLDER]` takes every twentieth id of each input file with all of its answers; of the
sequences every twentieth whole run. Ids are counted in the order of geometry, frame and number of aircraft, so that no
kind is missed: the corpus itself runs through them in cycles. FOLDER holds the reference material
(`AIRPACT_REFERENCE`, else `../shared`); it is not part of the project. Bytes depend on the corpus alone.
"""

import gzip
import json
import os
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
SAMPLE: Final = ROOT / "tests" / "oracle" / "sample"
CORPUS: Final = "oracle/daidalus"
EVERY: Final = 20
INPUTS: Final = {
    "pairs": "pairs.csv.gz",
    "multi": "multi.csv.gz",
    "seq": "seq.csv.gz",
    "detector": "detector_in.csv.gz",
}
LEFT_OUT: Final = "tcasii"  # another alerting logic, which the detection core does not have


def run_of(line: str) -> str:
    """Return the encounter, sequence or row a line of the corpus belongs to: `S00` of `S00@12`."""
    name: str = json.loads(line)["id"] if line.startswith("{") else line.partition(",")[0]
    return name.partition("@")[0]


def lines_of(path: Path) -> list[str]:
    """Return the lines of a packed file."""
    with gzip.open(path, "rt", newline="") as file:
        return file.readlines()


def kind_of(lines: list[str]) -> tuple[str, ...]:
    """Return the geometry and the frame of an encounter (`geom`, `latlon`) and its number of lines."""
    return (*lines[0].split(",")[1:3], str(len(lines)))


def chosen(lines: list[str]) -> frozenset[str]:
    """Return the ids of the sample of an input file."""
    groups = {name: list(group) for name, group in groupby(lines[1:], run_of)}
    encounters = lines[0].startswith("id,geom,latlon,")
    ordered = sorted(groups, key=lambda name: (kind_of(groups[name]), name)) if encounters else list(groups)
    return frozenset(ordered[::EVERY])


def sample(corpus: Path) -> Iterator[tuple[str, str]]:
    """Yield name and text of every file of the sample."""
    for kind, name in INPUTS.items():
        wanted = chosen(lines_of(corpus / name))
        for path in sorted(corpus.glob(f"{kind}*.gz")):
            if LEFT_OUT not in path.name:
                yield path.name, "".join(part(lines_of(path), wanted))


def part(lines: list[str], wanted: frozenset[str]) -> Iterator[str]:
    """Yield the lines of the wanted ids, after the line of names if there is one."""
    named = not lines[0].startswith("{")
    yield from lines[:named]
    yield from (line for line in lines[named:] if run_of(line) in wanted)


def write(corpus: Path) -> None:
    """Write every file of the sample anew."""
    for name, text in sample(corpus):
        (SAMPLE / name).write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    given = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("AIRPACT_REFERENCE") or ROOT.parent / "shared"
    write(Path(given) / CORPUS)
