"""Equality with the reference: every answer DAIDALUS gave to the corpus is the answer of the detection core.

On the committed sample everywhere, on the whole corpus where the reference folder is present.
"""

import csv
import gzip
from collections.abc import Callable, Iterator, Mapping, MutableMapping, MutableSequence
from copy import deepcopy
from math import inf
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from airpact.encounter.volumes import Volume, conflict, critical, interval, violation, violation_now
from tests.oracle.daidalus import (
    ALERTING,
    ALL,
    EXCUSED,
    SAMPLE,
    SETS,
    compared,
    differences,
    judged,
    read_answers,
    read_table,
    same,
)
from tools import oracle_sample

FILES: Final = tuple((kind, configuration) for kind, found in SETS.items() for configuration in found)
DETECTORS: Final = ("WCV_TAUMOD", "WCV_TCPA", "WCV_TEP", "WCV_HZ", "CDCylinder")  # in the order of volumes.KINDS
SHOWN: Final = 5


@pytest.fixture(scope="module", params=["sample", "corpus"])
def folder(request: pytest.FixtureRequest, reference: Callable[[str], Path]) -> Path:
    """Return the folder of the sample, and of the whole corpus where it is."""
    return SAMPLE if request.param == "sample" else reference(oracle_sample.CORPUS)


@pytest.mark.parametrize(("kind", "configuration"), FILES)
def test_every_answer_is_that_of_the_reference(folder: Path, kind: str, configuration: str) -> None:
    found = compared(folder, kind, configuration, ALL)
    assert found[:SHOWN] == [], f"{len(found)} differences"


def test_every_volume_is_judged_as_the_reference_does(folder: Path) -> None:
    ids, table = read_table(folder / "detector_in.csv.gz")
    states = dict(zip(ids, table.tolist(), strict=True))
    with gzip.open(folder / "detector_out.csv.gz", "rt", newline="") as file:
        rows = list(csv.reader(file))[1:]
    assert [(row[0], row[1]) for row in rows] == [(name, detector) for name in ids for detector in DETECTORS]
    wrong = [row for row in rows if not all(map(same_number, row[2:], detected(states[row[0]], row[1])))]
    assert wrong[:SHOWN] == [], f"{len(wrong)} rows"


def same_number(written: str, ours: float) -> bool:
    """Return whether a number of the detector table is ours."""
    return same(None if written == "nan" else float(written), None if np.isnan(ours) else ours)


def detected(state: list[float], detector: str) -> tuple[float, ...]:
    """Return conflict, t_in, t_out, t_crit, dist_crit, violation now of one row of the detector inputs."""
    own, v, other, w = (tuple(state[i : i + 3]) for i in (0, 3, 6, 9))
    s = (own[0] - other[0], own[1] - other[1], own[2] - other[2])
    *thresholds, begin_s, end_s = state[12:]
    volume = Volume(DETECTORS.index(detector), *thresholds)
    t_in, t_out = interval(volume, s, v, w, begin_s, end_s)
    found = conflict(t_in, t_out)
    t_in, t_out = (t_in, t_out) if found else (inf, -inf)
    t_crit, dist_crit = critical(volume, s, v, w, t_in, t_out, begin_s, end_s)
    now = violation_now(volume, s, v, w)
    assert now == violation(volume, s, v, w)
    return float(found), t_in, t_out, t_crit, dist_crit, float(now)


# --- the corpus and its sample ----------------------------------------------------------------------------------------


def test_the_sample_is_what_the_corpus_gives(reference: Callable[[str], Path]) -> None:
    written = {path.name: gzip.decompress(path.read_bytes()).decode() for path in SAMPLE.glob("*.gz")}
    assert written == dict(oracle_sample.sample(reference(oracle_sample.CORPUS))), (
        "another corpus. Type: .venv/bin/python -m tools.oracle_sample"
    )


def test_every_output_file_is_compared(folder: Path) -> None:
    files = {path.name.removesuffix(".jsonl.gz") for path in folder.glob("*.jsonl.gz")}
    assert {name for name in files if oracle_sample.LEFT_OUT not in name} == {"_".join(file) for file in FILES}


@pytest.mark.parametrize(("kind", "configuration"), FILES)
def test_every_field_of_the_reference_has_a_name_in_the_comparison(kind: str, configuration: str) -> None:
    rows = list(read_answers(SAMPLE / f"{kind}_{configuration}.jsonl.gz"))
    fields = {name for row in rows for name in row} - {"id", "cfg", "ac"}
    fields |= {f"ac.{name}" for row in rows for aircraft in row["ac"] for name in aircraft}
    assert fields <= ALL


def test_an_excuse_has_a_reason_and_its_file() -> None:
    assert set(EXCUSED) <= {"_".join(file) for file in FILES}
    assert all(len(reason.split()) > 5 for excused in EXCUSED.values() for reason in excused.values())


# --- the comparison itself --------------------------------------------------------------------------------------------


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path to every single value in a row."""
    inner = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else None
    if inner is None:
        yield path
        return
    for key, each in inner:
        yield from leaves(each, (*path, key))


def moved(value: Any) -> Any:
    """Return a value that differs from the given one by as little as the comparison must notice."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 3e-9 * max(1.0, abs(value))
    return {None: 0.0, "inf": "-inf", "-inf": 1e300, "NONE": "MID"}.get(value, "NEAR2")


def replaced(row: Mapping[str, Any], path: tuple[Any, ...]) -> Mapping[str, Any]:
    """Return a copy of a row with one value moved."""
    copy = deepcopy(dict(row))
    at: MutableMapping[Any, Any] | MutableSequence[Any] = copy
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = moved(at[path[-1]])
    return copy


@pytest.mark.parametrize("file", ["pairs_do365b_p1", "multi_nom_a", "seq_do365b_p1"])
def test_a_row_equals_itself_and_no_row_in_which_one_value_has_moved(file: str) -> None:
    for row in list(read_answers(SAMPLE / f"{file}.jsonl.gz"))[:4]:
        assert list(differences(row, deepcopy(row))) == []
        paths = [path for path in leaves(row) if path[0] not in ("id", "cfg")]
        assert [path for path in paths if not list(differences(row, replaced(row, path)))] == []


def test_a_row_that_lacks_an_aircraft_a_segment_or_a_field_differs() -> None:
    row = dict(next(read_answers(SAMPLE / "pairs_do365b_p1.jsonl.gz")))
    assert list(differences(row, row | {"ac": []}))
    assert list(differences(row, row | {"hdir": row["hdir"] | {"b": row["hdir"]["b"][:-1]}}))
    assert list(differences(row, {name: value for name, value in row.items() if name != "tiov"}))
    assert list(differences(row, row | {"ac": [{"s": row["ac"][0]["s"]}]}))
    assert list(differences(row, {name: value for name, value in row.items() if name != "tiov"}, ALERTING)) == []


def test_more_excuses_than_one_row_in_five_hundred_count_as_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EXCUSED, "pairs_cd3d", {"P1": "reason", "P2": "reason", "P3": "reason"})
    assert [each.field for each in judged("pairs_cd3d", 1000, [])] == ["excused rows"]
    assert judged("pairs_cd3d", 1500, []) == []
