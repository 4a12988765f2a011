"""What can be wrong with what `airpact evaluate` is given: named by file, line and column, and nothing is written."""

import gzip
import io
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.encounter.evaluation import check
from airpact.node.errors import OperatingError
from airpact.node.evaluations.cases import Cases, read_cases
from airpact.node.evaluations.daa import read_daa
from airpact.node.evaluations.files import Source
from tests.cli.evaluations import HEAD_ON, HEADER, evaluate, written

STATES = "id,sox,soy,soz,vox,voy,voz,six,siy,siz,vix,viy,viz,D,H,TTHR,TCOA,B,T"
STATE = "0,0,0,0,1,1,0,5000,5000,0,-1,-1,0,1200,100,35,0,0,180"
UNITS = "[none] [m] [m] [m] [m/s] [m/s] [m/s] [s]"
NAMES = "name sx sy sz vx vy vz time"


def told(file: Path, *words: object, profile: str = "nom_a") -> str:
    """Return what the command says of a file it cannot use; it must have written nothing."""
    out = file.parent / "out"
    asked = ("--profile", profile) if profile else ()
    result = evaluate(file, *asked, "--out", out, *words)
    assert isinstance(result.exception, OperatingError), result.output or result.exception
    assert not out.exists()
    return str(result.exception)


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ([], ":1: missing columns: id, latlon, k, p1"),
        (["id,latlon,k,p1,p2,v1,v2,v3"], ":1: missing columns: p3."),
        ([HEADER + ",k"], ":1: columns named twice: k."),
        ([HEADER, "A,x,0,0,0,0,0,0,0"], ":2: 9 cells under 10 columns."),
        ([HEADER, *HEAD_ON, 'B,"x'], ":4: is not comma-separated text"),
        ([HEADER, "A,x,0,0,zero,0,0,0,0,0"], ":2: p1: is 'zero'; must be a number."),
        ([HEADER, "A,x,0,0,1_000,0,0,0,0,0"], ":2: p1: is '1_000'; must be a number of digits"),
        ([HEADER, "A,x,0,0,,0,0,0,0,0"], ":2: p1: is ''; must be a number."),
        ([HEADER, "A,x,0,0,nan,0,0,0,0,0"], ":2: p1: is nan; must be a finite number"),
        ([HEADER, HEAD_ON[0], "A,x,0,1,0,0,0,0,inf,0"], ":3: v2: is inf; must be a finite number"),
        ([HEADER, "A,x,1,0,90.5,0,0,0,0,0"], ":2: p1: is 90.5; must be from -90 to 90."),
        ([HEADER, "A,x,1,0,0,-361,0,0,0,0"], ":2: p2: is -361; must be from -360 to 360."),
        ([HEADER, "A,x,0,0,0,0,-1e10,0,0,0"], ":2: p3: is -1e+10; must be from -1e+09 to 1e+09."),
        ([HEADER, "A,x,0,0,0,0,0,0,0,1e6"], ":2: v3: is 1e+06; must be from -100000 to 100000."),
        ([HEADER, "S@1e13,x,0,0,0,0,0,0,0,0"], ":2: id: is 1e+13; must be from -1e+12 to 1e+12."),
        ([HEADER, "A,x,2,0,0,0,0,0,0,0"], ":2: latlon: is 2; must be 0"),
        ([HEADER, HEAD_ON[0], HEAD_ON[1].replace(",0,1,", ",1,1,")], ":3: latlon: differs from the ownship's row"),
        ([HEADER, HEAD_ON[1]], ":2: k: is 1, expected 0 in encounter A."),
        ([HEADER, *HEAD_ON, HEAD_ON[1]], ":4: k: is 1, expected 2 in encounter A."),
        ([HEADER, *HEAD_ON, "B,x,0,0,0,0,0,0,0,0", HEAD_ON[1]], ":5: k: is 1, expected 0 in encounter A."),
        ([HEADER, "A,x,0,0.5,0,0,0,0,0,0"], ":2: k: is 0.5; must be a whole number."),
        ([HEADER, "A,x,0,-1,0,0,0,0,0,0"], ":2: k: is -1; must be at least 0."),
        ([HEADER, ",x,0,0,0,0,0,0,0,0"], ":2: id: is empty."),
        ([HEADER, "S@noon,x,0,0,0,0,0,0,0,0"], ":2: id: is 'noon'; must be a number."),
        ([HEADER, "@3,x,0,0,0,0,0,0,0,0"], ":2: id: is '@3'; before @ stands the name of the run."),
        ([HEADER, "A" * 70_000], ":2: the line is longer than 65,536 characters."),
        ([HEADER, *(f"A,x,0,{k},{k},0,0,0,0,0" for k in range(1002))], ":1003: id: more than 1,000 aircraft"),
    ],
)
def test_a_wrong_encounter_is_named_with_its_place(lines: list[str], wanted: str, tmp_path: Path) -> None:
    file = written(tmp_path / "e.csv", lines)
    assert f"{file}{wanted}" in told(file, "--no-bands")


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ([], ":1: missing columns: name."),
        (["sx sy sz vx vy vz"], ":1: missing columns: name."),
        (["name sx sy vx vy vz"], ":1: missing columns: sz."),
        (["name lat lon alt trk gs"], ":1: missing columns: vs."),
        (["name lat lon alt sx sy sz vx vy vz"], ":1: both lat lon alt or sx sy sz are given."),
        (["name sx sy sz vx vy vz vx"], ":1: columns named twice: vx."),
        (["name lat latitude lon alt vx vy vz"], ":1: columns named twice: lat."),
        ([NAMES], ":2: 0 units in brackets under 8 columns."),
        ([NAMES, "own 0 0 0 0 0 0 0"], ":2: 0 units in brackets under 8 columns."),
        ([NAMES, UNITS.replace("[s]", "[m]")], ":2: time: [m] is no unit of time known here."),
        ([NAMES, UNITS.replace("[m]", "[furlong]", 1)], ":2: sx: [furlong] is no unit of length known here."),
        ([NAMES, UNITS, "own 0 0 0 0 0 0"], ":3: 7 cells under 8 columns."),
        ([NAMES, UNITS, "own 0 0 0 0 0 x 0"], ":3: vz: is 'x'; must be a number."),
        ([NAMES, UNITS, "own 0 0 0 0 0 nan 0"], ":3: vz: is nan; must be a finite number"),
        (
            [NAMES, UNITS, "own 0 0 0 0 0 0 0", "own 1 0 0 0 0 0 0"],
            ":4: name: own is there twice at 0 s, first in line 3",
        ),
        ([NAMES, UNITS, "own 0 0 0 0 0 0 0", "i 9 9 9 0 0 0 1.5"], ":4: name: no row of the ownship own at 1.5 s."),
        ([NAMES.replace(" ", ","), UNITS, ",0,0,0,0,0,0,0"], ":3: name: is empty."),
        (
            ["name lat lon alt trk gs vs", "[none] [deg] [deg] [ft] [deg] [kn] [fpm]", "own 95 0 0 0 1 0"],
            ":3: lat: is 95; must be from -90 to 90.",
        ),
        (
            ["name lat lon alt trk gs vs", "[none] [deg] [deg] [ft] [deg] [m/s] [fpm]", "own 5 0 0 0 -1 0"],
            ":3: gs: is -1; must be at least 0.",
        ),
    ],
)
def test_a_wrong_recording_is_named_with_its_place(lines: list[str], wanted: str, tmp_path: Path) -> None:
    file = written(tmp_path / "e.daa", lines)
    assert f"{file}{wanted}" in told(file, "--no-bands")


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("sox,", "", ":1: missing columns: sox."),
        (STATE, STATE.replace("5000", "far", 1), ":2: six: is 'far'; must be a number."),
        (",1200,", ",0,", ":2: D: is 0; must be greater than 0."),
        (",1200,", ",1e10,", ":2: D: is 1e+10; must be from -1e+09 to 1e+09."),
        (",-1,-1,0,1200", ",-1,-1,1e6,1200", ":2: viz: is 1e+06; must be from -100000 to 100000."),
        (",100,35", ",-1,35", ":2: H: is -1; must be greater than 0."),
        (",35,0,0,180", ",-35,0,0,180", ":2: TTHR: is -35; must be from 0 to 1e+12."),
        (",35,0,0,180", ",35,0,-1,180", ":2: B: is -1; must be from 0 to 1e+12."),
        (",0,0,180", ",0,180,180", ":2: T: is 180; must be greater than 180."),
    ],
)
def test_a_wrong_question_to_the_detectors_is_named_with_its_place(
    old: str, new: str, wanted: str, tmp_path: Path
) -> None:
    file = written(tmp_path / "d.csv", [STATES.replace(old, new), STATE.replace(old, new)])
    assert f"{file}{wanted}" in told(file, "--detectors", profile="")


def test_an_unknown_profile_is_answered_with_those_there_are(tmp_path: Path) -> None:
    file = written(tmp_path / "e.csv", [HEADER, *HEAD_ON])
    said = told(file, profile="do365b_p4")
    assert "--profile: there is no profile 'do365b_p4'. Did you mean do365b_p" in said
    assert "nom_a: buffered well clear" in said
    assert "--profile: is missing." in told(file, profile="")


@pytest.mark.parametrize("words", [("--profile", "nom_a"), ("--last-times",)])
def test_what_the_detectors_cannot_use_is_refused(words: tuple[str, ...], tmp_path: Path) -> None:
    file = written(tmp_path / "d.csv", [STATES, STATE])
    assert f"{words[0]}: has no meaning with --detectors" in told(file, "--detectors", *words, profile="")


def test_files_that_cannot_be_read_or_written_are_named(tmp_path: Path) -> None:
    file = written(tmp_path / "e.csv", [HEADER, *HEAD_ON])
    assert f"{tmp_path / 'none.csv'}: cannot be read (No such file" in told(tmp_path / "none.csv")
    assert f"{tmp_path}: cannot be read (Is a directory" in told(tmp_path)
    assert "out.jsonl: cannot be written (No such file" in told(file, "--out", tmp_path / "none" / "out.jsonl")
    assert f"--out: {file} is the file to be read" in told(file, "--out", file)


WORDS = [
    "",
    " ",
    ",",
    "@",
    "#",
    "[",
    '"',
    "\0",
    "nan",
    "-inf",
    "1e400",
    "-0",
    "1_0",
    "٣",
    "A",
    "S@1",
    "own",
    "id",
    "[m]",
    "\n",
]


def from_memory(text: str) -> Source:
    """Return a source of this text."""
    return Source("memory", iter(text.splitlines(keepends=True)), len(text), io.BytesIO())


def mended(lines: Sequence[str], cut: list[tuple[int, int, str]]) -> str:
    """Return the lines as one text with pieces of it replaced by other words."""
    text = "\n".join(lines) + "\n"
    for place, length, word in cut:
        start = place % len(text)
        text = text[:start] + word + text[start + length :]
    return text


@given(
    st.sampled_from(
        (
            (read_cases, (HEADER, *HEAD_ON, "S@1,x,1,0,40,50,60,1,2,3", "S@1,x,1,1,40,51,60,1,2,3")),
            (read_daa, (NAMES, UNITS, "own 0 0 0 1 1 1 0", "it 9 9 9 1 1 1 0", "own 1 1 1 1 1 1 1")),
        )
    ),
    st.lists(
        st.tuples(st.integers(0, 500), st.integers(0, 9), st.sampled_from(WORDS) | st.text(max_size=3)), max_size=4
    ),
)
def test_a_broken_file_is_read_or_refused_with_its_place(
    form: tuple[Callable[[Source], Cases], Sequence[str]], cut: list[tuple[int, int, str]]
) -> None:
    read, lines = form
    try:
        for case in read(from_memory(mended(lines, cut))).cases:
            check(case.scene)
    except OperatingError as error:
        assert str(error).startswith("memory:")


def test_damaged_files_are_named_with_the_line_they_break_at(tmp_path: Path) -> None:
    encounters = (line.replace("A", f"A{number}", 1) for number in range(500) for line in HEAD_ON)
    body = "\n".join([HEADER, *encounters]).encode()
    whole, cut, spoilt = gzip.compress(body), tmp_path / "cut.csv.gz", tmp_path / "spoilt.csv.gz"
    cut.write_bytes(whole[: len(whole) // 2])
    spoilt.write_bytes(whole[:-6] + bytes(6))
    words = tmp_path / "words.csv"
    words.write_bytes(body[: len(HEADER) + 1] + b"\xff\xfe\n")
    assert re.search(r"cut.csv.gz: cannot be read beyond line \d+ \(Compressed file ended", told(cut))
    assert re.search(r"spoilt.csv.gz: cannot be read beyond line \d+ \(CRC check failed", told(spoilt))
    assert f"{words}: is not UTF-8 text beyond line" in told(words)
