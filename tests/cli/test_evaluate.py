"""`airpact evaluate` as a person types it: the reference's rows in, its fields out, one line each, in order."""

import gzip
import json
import os
import re
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from math import cos, hypot, inf, isnan, nan, radians
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.encounter.configurations import CONFIGURATIONS, Region
from airpact.encounter.evaluation import Evaluation, Metrics
from airpact.encounter.guidance import Band, Guidance, Recovery, Resolution
from airpact.node.errors import OperatingError
from airpact.node.evaluations.answers import DIMENSIONS, METRICS, answer_line, spelled
from airpact.node.evaluations.cases import Case, read_cases
from airpact.node.evaluations.files import open_source
from airpact.node.evaluations.judging import RUNS_MAX, Runs
from tests.cli.evaluations import HEAD_ON, HEADER, answered, evaluate, rows, written
from tests.oracle.daidalus import SAMPLE, differences, judged, read_answers

# Input set, profile, and what more to ask for, as the reference's files were made.
FILES: Final = [
    ("pairs", "do365b_p1", ("--last-times",)),
    ("pairs", "do365b_p2", ("--no-bands",)),
    ("pairs", "do365b_nc", ("--no-bands",)),
    ("pairs", "nom_a", ("--last-times",)),
    ("pairs", "cd3d", ("--last-times",)),
    ("multi", "nom_b", ()),
    ("seq", "do365b_p1", ()),
    ("seq", "do365b_p1_nohyst", ("--no-hysteresis",)),
]


# --- the reference's rows ---------------------------------------------------------------------------------------------


def compare(folder: Path, kind: str, profile: str, words: Sequence[str], out: Path) -> None:
    """Answer a file of the reference; the lines must hold the same fields with the same values, in order."""
    named = ("--profile", profile.removesuffix("_nohyst"))
    result = evaluate(folder / f"{kind}.csv.gz", *named, "--out", out, *words)
    assert result.exit_code == 0, result.output or result.exception
    wanted, ours = list(read_answers(folder / f"{kind}_{profile}.jsonl.gz")), rows(out)
    assert [(row["id"], row["cfg"], *row) for row in ours] == [(row["id"], row["cfg"], *row) for row in wanted]
    assert [list(row["ac"][0]) for row in ours] == [list(row["ac"][0]) for row in wanted]
    found = (each for one, other in zip(wanted, ours, strict=True) for each in differences(one, other))
    assert judged(f"{kind}_{profile}", len(wanted), found)[:5] == []


@pytest.mark.parametrize(("kind", "profile", "words"), FILES)
def test_the_answers_to_the_sample_are_those_of_the_reference(
    kind: str, profile: str, words: Sequence[str], tmp_path: Path
) -> None:
    compare(SAMPLE, kind, profile, words, tmp_path / "answers.jsonl")


@pytest.mark.parametrize(("kind", "profile", "words"), [FILES[0], FILES[5], FILES[6]])
def test_the_answers_to_the_whole_corpus_are_those_of_the_reference(
    kind: str, profile: str, words: Sequence[str], reference: Callable[[str], Path], tmp_path: Path
) -> None:
    compare(reference("oracle/daidalus"), kind, profile, words, tmp_path / "answers.jsonl")


def test_one_near_second_in_a_run_is_told_only_without_memory(tmp_path: Path) -> None:
    """Two of the last four steps must reach a level, but for the first step: R6.2, R6.3."""
    near = (0, 0, 1, 0, 1, 0, 0)
    lines = [
        f"S@{t},x,0,{k},{k * (500 if is_near else 90_000)},0,3000,0,100,0"
        for t, is_near in enumerate(near)
        for k in (0, 1)
    ]
    file = written(tmp_path / "s.csv", [HEADER, *lines])

    def alerts(*words: str) -> list[int]:
        return [row["ac"][0]["alert"] for row in answered(file, "--no-bands", *words)]

    assert alerts("--no-hysteresis") == [3 * one for one in near]
    assert alerts() == [0, 0, 0, 0, 3, 3, 3]


@pytest.mark.parametrize("name", ["pairs_do365b_p1", "pairs_cd3d", "multi_nom_a", "seq_do365b_p1"])
def test_an_answer_is_spelled_as_the_reference_spells_it_to_the_byte(name: str) -> None:
    """Every figure, list and flag of a reference row, put into our values and written by us, gives the same line."""
    with gzip.open(SAMPLE / f"{name}.jsonl.gz", "rt") as file:
        lines = list(file)
    assert lines
    for line in lines:
        row = json.loads(line, parse_int=float)  # keeps the sign of -0
        count = len(row["ac"])
        scene = SimpleNamespace(ids=tuple(f"i{k + 1}" for k in range(count)))
        assert answer_line(Case(row["id"], "", cast(Any, scene)), row["cfg"], evaluation_of(row), named=False) == line


def evaluation_of(row: Any) -> Evaluation:
    """Return the value that a row of the reference spells."""
    aircraft = row["ac"]
    return Evaluation(
        own_position=floats(row["own"]["s"]),
        own_velocity=floats(row["own"]["v"]),
        positions=floats([one["s"] for one in aircraft]),
        velocities=floats([one["v"] for one in aircraft]),
        alert=np.array([one["alert"] for one in aircraft]),
        corrective_s=floats([one["ttcv"] for one in aircraft]),
        levels=floats([one["lev"] for one in aircraft]),
        metrics=Metrics(*(floats([one[name] for one in aircraft]) for name in METRICS)),
        last_times=floats([one["ltm"] for one in aircraft]) if "ltm" in aircraft[0] else None,
        guidance=Guidance(
            **{dimension: band_of(row[dimension]) for dimension in DIMENSIONS},
            conflict_aircraft=tuple(indexes(row["conf_ac"][region]) for region in ("NEAR", "MID", "FAR")),
            peripheral_aircraft=tuple(
                tuple(indexes(names) for names in row["per_ac"][region]) for region in ("NEAR", "MID", "FAR")
            ),
            violation_s=floats(row["tiov"]),
        ),
    )


def band_of(row: Any) -> Band:
    """Return one dimension of a row."""
    computed, saturated, *figures = row["rec"]
    time_s, n_factor, horizontal_m, vertical_m = map(value_of, figures)
    return Band(
        low=floats([low for low, _, _ in row["b"]]),
        up=floats([up for _, up, _ in row["b"]]),
        region=np.array([Region[region] for _, _, region in row["b"]], np.int64),
        recovery=Recovery(computed, saturated, time_s, int(n_factor), horizontal_m, vertical_m),
        resolution=Resolution(*map(value_of, row["res"])),
        preferred_up=row["pref"],
    )


def floats(values: Any) -> Any:
    """Return nested values of the reference as an array."""
    return np.array(values_of(values), np.float64)


def values_of(values: Any) -> Any:
    """Return nested values of the reference as numbers."""
    return [values_of(value) for value in values] if isinstance(values, list) else value_of(values)


def value_of(value: Any) -> float:
    """Return one value of the reference as a number."""
    return nan if value is None else float(value)


def indexes(names: list[str]) -> tuple[int, ...]:
    """Return i1, i2, … as 0, 1, …."""
    return tuple(int(name[1:]) - 1 for name in names)


@given(st.floats())
def test_every_number_is_read_back_as_it_was(value: float) -> None:
    text = spelled(value)
    back = json.loads(text)
    assert json.loads(spelled(nan)) is None
    if isnan(value):
        assert back is None
    elif value in (inf, -inf):
        assert back == str(value)
    else:
        assert float(back) == value


# --- files in and out -------------------------------------------------------------------------------------------------


def test_plain_and_packed_files_give_the_same_and_so_does_standard_output(tmp_path: Path) -> None:
    plain = written(tmp_path / "e.csv", [HEADER, *HEAD_ON])
    packed = tmp_path / "packed"  # told by content, not by name
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    out = tmp_path / "out.jsonl.gz"
    assert evaluate(packed, "--profile", "nom_a", "--out", out).exit_code == 0
    shown = evaluate(plain, "--profile", "nom_a", "--out", "-")
    assert gzip.decompress(out.read_bytes()).decode() == shown.stdout
    assert "nom_a" in shown.stderr, "the summary does not mix with the answers"


def test_a_pipe_is_read_as_a_file_is(tmp_path: Path) -> None:
    file = written(tmp_path / "e.csv", [HEADER, *HEAD_ON])
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(gzip.compress(file.read_bytes()),))
    writer.start()
    assert answered(pipe) == answered(file)
    writer.join()


def test_the_same_answers_make_the_same_packed_bytes(tmp_path: Path) -> None:
    file = written(tmp_path / "e.csv", [HEADER, *HEAD_ON])
    outs = [tmp_path / "one.jsonl.gz", tmp_path / "two.jsonl.gz"]
    for out in outs:
        evaluate(file, "--profile", "cd3d", "--no-bands", "--out", out)
    assert outs[0].read_bytes() == outs[1].read_bytes()


def test_columns_may_stand_in_any_order_and_those_not_used_are_named(tmp_path: Path) -> None:
    usual = written(tmp_path / "usual.csv", [HEADER, *HEAD_ON])
    turned = written(
        tmp_path / "turned.csv",
        ["remark,v3,v2,v1,p3,p2,p1,k,latlon,id", "x,0,100,0,3000,0,0,0,0,A", "y,0,-100,0,3050,9000,200,1,0,A"],
    )
    assert answered(turned) == answered(usual)
    result = evaluate(turned, "--profile", "cd3d", "--out", tmp_path / "out")
    assert "nothing is taken from these columns: remark" in result.stderr
    assert "note" not in evaluate(usual, "--profile", "cd3d", "--out", tmp_path / "out").stderr


def test_the_summary_for_programs_counts_what_was_written(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    result = evaluate(SAMPLE / "multi.csv.gz", "--profile", "do365b_p1", "--no-bands", "--out", out, "--json")
    said = json.loads(result.stdout)
    levels = [aircraft["alert"] for row in rows(out) for aircraft in row["ac"]]
    assert said["encounters"] == len(rows(out))
    assert said["alerts"] == {str(level): levels.count(level) for level in range(4)}
    assert (said["profile"], said["out"], said["unused"]) == ("do365b_p1", str(out), [])


def test_an_ownship_alone_is_answered(tmp_path: Path) -> None:
    (row,) = answered(written(tmp_path / "e.csv", [HEADER, HEAD_ON[0]]))
    assert row["ac"] == []


def test_a_wrong_row_leaves_an_earlier_answer_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("earlier\n")
    file = written(tmp_path / "e.csv", [HEADER, *HEAD_ON, "B,headon,0,0,x,0,0,0,0,0"])
    assert isinstance(evaluate(file, "--profile", "nom_a", "--out", out).exception, OperatingError)
    assert out.read_text() == "earlier\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["e.csv", "out.jsonl"]


def test_a_long_file_is_read_in_memory_that_does_not_grow_with_it(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    count = 20_000
    with path.open("w") as file:
        file.write(HEADER + "\n")
        file.writelines(f"E{n},x,0,{k},{n},{k},0,1,1,1\n" for n in range(count) for k in (0, 1))
    tracemalloc.start()
    try:
        with open_source(path) as source:
            assert sum(1 for _ in read_cases(source).cases) == count
        assert tracemalloc.get_traced_memory()[1] < path.stat().st_size / 4
    finally:
        tracemalloc.stop()


# --- runs -------------------------------------------------------------------------------------------------------------


def steps() -> Iterator[tuple[str, list[str]]]:
    """Yield (time, rows) of the one run in the sample."""
    with gzip.open(SAMPLE / "seq.csv.gz", "rt") as file:
        lines = file.read().splitlines()[1:]
    run = lines[0].partition("@")[0]
    for own, intruder in zip(lines[::2], lines[1::2], strict=True):
        if own.startswith(run + "@"):
            yield own.partition(",")[0].partition("@")[2], [own, intruder]


def test_runs_whose_steps_are_mixed_keep_their_own_memory(tmp_path: Path) -> None:
    run = [rows for _, rows in steps()]
    name = run[0][0].partition("@")[0]
    alone = answered(written(tmp_path / "alone.csv", [HEADER, *(line for rows in run for line in rows)]), "--no-bands")
    lines = [HEADER]
    for step, late in zip(run, [*run[5:], *run[:5]], strict=True):
        lines += [*step, *(line.replace(name, "other", 1) for line in late)]
    mixed = answered(written(tmp_path / "mixed.csv", lines), "--no-bands")
    assert mixed[::2] == alone


def test_a_run_is_given_up_only_after_many_others_and_then_said_so() -> None:
    runs = Runs("mixed.csv")
    first = runs.session("first")
    for number in range(RUNS_MAX - 1):
        runs.session(f"run {number}")
    assert runs.session("first") is first
    for number in range(RUNS_MAX):
        runs.session(f"later {number}")
    with pytest.raises(OperatingError, match=r"mixed\.csv: run first goes on after"):
        runs.session("first")


# --- the process ------------------------------------------------------------------------------------------------------


def airpact(*words: object) -> "subprocess.CompletedProcess[str]":
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "airpact.cli.main", "evaluate", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)


def test_the_command_ends_with_0_and_only_the_answers_on_standard_output(tmp_path: Path) -> None:
    file = written(tmp_path / "e.csv", [HEADER, *HEAD_ON])
    ended = airpact(file, "--profile", "do365b_p1", "--no-bands", "--out", "-", "--json")
    assert ended.returncode == 0, ended.stderr
    (row,) = map(json.loads, ended.stdout.splitlines())
    assert (row["id"], row["cfg"], row["ac"][0]["alert"]) == ("A", "do365b_p1", 3)
    assert json.loads(ended.stderr)["encounters"] == 1


def test_the_command_ends_with_2_and_a_sentence(tmp_path: Path) -> None:
    file = written(tmp_path / "e.csv", [HEADER, HEAD_ON[0], HEAD_ON[1].replace("9000", "north")])
    ended = airpact(file, "--profile", "do365b_p1", "--out", tmp_path / "out")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == f"airpact: {file}:3: p2: is 'north'; must be a number.\n"
    assert not (tmp_path / "out").exists()


def test_every_profile_of_the_reference_can_be_named(tmp_path: Path) -> None:
    file = written(tmp_path / "e.csv", [HEADER, *HEAD_ON])
    for name in CONFIGURATIONS:
        (row,) = answered(file, "--no-bands", profile=name)
        assert row["cfg"] == name
        assert len(row["ac"][0]["lev"]) == len(CONFIGURATIONS[name].levels)


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_examples_of_the_page_are_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = (Path(__file__).resolve().parents[2] / "docs" / "evaluate.md").read_text(encoding="utf-8")
    for label, text in re.findall(r"^```(csv encounters|text recording\.daa)\n(.*?)^```", page, re.M | re.S):
        Path("encounters.csv" if label.startswith("csv") else "recording.daa").write_text(text)
    table, recording, _ = re.findall(r"^\$ airpact evaluate (.*)$", page, re.M)
    for line in (table, recording):
        result = evaluate(*line.split())
        assert result.exit_code == 0, result.output or result.exception
    head_on, crossing = rows(Path("answers.jsonl"))
    assert (head_on["id"], head_on["ac"][0]["alert"]) == ("head-on", 3)
    apart_nm = hypot(1.8, 4.2 * cos(radians(51.015)))  # minutes of arc north and east, over the antimeridian
    assert crossing["ac"][0]["hsep"] == pytest.approx(1852 * apart_nm, rel=1e-5)
    assert [row["id"] for row in rows(Path("recording.jsonl"))] == ["recording@0", "recording@1"]
    assert {profile for profile in CONFIGURATIONS if f"| `{profile}` |" not in page} == set()
    fields = {*re.findall(r"`(?:ac\.|own\.)?(\w+)(?:\[\])?`", page)}
    assert {*head_on, *head_on["ac"][0]} - {"own"} <= fields
