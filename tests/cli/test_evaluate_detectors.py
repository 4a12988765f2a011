"""`airpact evaluate --detectors`: every volume over the reference's states, its columns in and out."""

import csv
import gzip
import json
from collections.abc import Callable
from math import isclose, isinf, isnan
from pathlib import Path
from typing import Any

from tests.cli.evaluations import evaluate
from tests.oracle.daidalus import SAMPLE, TOLERANCE

FLAGS = (0, 1, 2, 7)  # id, detector, conflict, violation now: equal; the rest are numbers


def table(path: Path) -> list[list[str]]:
    """Return the cells of a table, plain or packed."""
    data = path.read_bytes()
    return list(csv.reader((gzip.decompress(data) if path.suffix == ".gz" else data).decode().splitlines()))


def near(one: str, other: str) -> bool:
    """Return whether two spelled numbers are equal within the tolerance."""
    a, b = float(one), float(other)
    if isnan(a) or isnan(b) or isinf(a) or isinf(b):
        return one == other
    return isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def compare(folder: Path, out: Path) -> None:
    """Answer the table in a folder and compare with what the reference says."""
    result = evaluate(folder / "detector_in.csv.gz", "--detectors", "--out", out, "--json")
    assert result.exit_code == 0, result.output
    (names, *ours), (wanted_names, *wanted) = table(out), table(folder / "detector_out.csv.gz")
    assert (names, len(ours)) == (wanted_names, len(wanted))
    for one, other in zip(ours, wanted, strict=True):
        assert [one[at] for at in FLAGS] == [other[at] for at in FLAGS]
        assert all(near(one[at], other[at]) for at in range(3, 7)), (one, other)
    said: Any = json.loads(result.stdout)
    assert said["rows"] == len(wanted)
    assert sum(said["conflicts"].values()) == sum(int(row[2]) for row in wanted)


def test_the_answers_to_the_sample_are_those_of_the_reference(tmp_path: Path) -> None:
    compare(SAMPLE, tmp_path / "out.csv.gz")


def test_the_answers_to_all_states_are_those_of_the_reference(reference: Callable[[str], Path], tmp_path: Path) -> None:
    compare(reference("oracle/daidalus"), tmp_path / "out.csv")


def test_a_label_with_a_comma_comes_back_as_it_was(tmp_path: Path) -> None:
    (names, first, *_) = table(SAMPLE / "detector_in.csv.gz")
    file = tmp_path / "in.csv"
    with file.open("w", newline="") as text:
        csv.writer(text).writerows([names, ['odd, "label"', *first[1:]]])
    result = evaluate(file, "--detectors", "--out", tmp_path / "out.csv")
    assert result.exit_code == 0, result.output
    assert [row[0] for row in table(tmp_path / "out.csv")[1:]] == ['odd, "label"'] * 5
