"""Recorded states in .daa files: names, units and separators as they occur, one run with memory, one step a time."""

import gzip
import json
from collections.abc import Sequence
from math import pi
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.node.evaluations.cases import Case
from airpact.node.evaluations.daa import UNITS, is_daa, read_daa
from airpact.node.evaluations.files import open_source
from tests.cli.evaluations import HEADER, answered, daa, evaluate, without, written

GEODETIC = ("NAME", "lat", "lon", "alt", "trk", "gs", "vs", "time")
GEODETIC_UNITS = ("none", "deg", "deg", "ft", "deg", "knot", "fpm", "s")
PLAIN = ("NAME", "sx", "sy", "sz", "vx", "vy", "vz", "time")
PLAIN_UNITS = ("none", "m", "m", "m", "m/s", "m/s", "m/s", "s")

Cells = tuple[Any, ...]


def over_the_line() -> list[Cells]:
    """Return ten steps of two aircraft that meet at the antimeridian and one that flies away."""
    return [
        row
        for t in range(10)
        for row in (
            ("AC1", 51.0 + t / 3600, 179.96, 9500.0, 90.0, 250.0, 0.0, float(t)),
            ("AC-2", 51.0, -179.91 - t / 4000, 9700.0, 270.0, 220.0, -300.0, float(t)),
            ("AC3", 51.4 + t / 1000, 179.5, 9500.0, 350.0, 300.0, 0.0, float(t)),
        )
    ]


def xyz_rows() -> list[Cells]:
    """Return ten steps of two aircraft that close head-on, in the plane."""
    return [
        row
        for t in range(10)
        for row in (
            ("own", 0.0, 100.0 * t, 3000.0, 0.0, 100.0, 0.0, float(t)),
            ("it", 210.0, 9000.0 - 95.5 * t, 3020.0, 0.0, -95.5, 1.5, float(t)),
        )
    ]


def geodetic(folder: Path, apart: str = " ") -> Path:
    """Write the geodetic recording."""
    folder.mkdir(exist_ok=True)
    return written(folder / "met.daa", daa(GEODETIC, GEODETIC_UNITS, over_the_line(), apart))


def read(path: Path) -> list[Case]:
    """Return the steps of a recording."""
    with open_source(path) as source:
        return list(read_daa(source).cases)


# --- twins ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("apart", [",", ", ", "\t", "   "])
def test_commas_and_blanks_mean_the_same(apart: str, tmp_path: Path) -> None:
    assert answered(geodetic(tmp_path / "other", apart)) == answered(geodetic(tmp_path / "usual"))


def test_the_plane_twin_of_a_geodetic_recording_gives_the_same(tmp_path: Path) -> None:
    """The projected states of one, written as x, y, z, are answered with the same bytes."""
    usual = answered(geodetic(tmp_path / "usual"))
    cells: list[Cells] = []
    for step, row in enumerate(usual):
        states = [("own", row["own"]), *((one["id"], one) for one in row["ac"])]
        cells += [(name, *map(float, state["s"]), *map(float, state["v"]), float(step)) for name, state in states]
    (tmp_path / "plane").mkdir()
    twin = written(tmp_path / "plane" / "met.daa", daa(PLAIN, PLAIN_UNITS, cells))
    assert answered(twin) == usual
    assert {one["alert"] for row in usual for one in row["ac"]} > {0}, "the recording holds an alert to compare"


def test_milliseconds_are_seconds_to_the_last_digit(tmp_path: Path) -> None:
    rows = [(*row[:-1], row[-1] * 1.005) for row in xyz_rows()]  # 1.005, 2.01, …
    usual = written(tmp_path / "a.daa", daa(PLAIN, PLAIN_UNITS, [(*row[:-1], f"{row[-1]:.3f}") for row in rows]))
    (tmp_path / "ms").mkdir()
    thousandths = [(*row[:-1], f"{1000 * row[-1]:.0f}") for row in rows]
    twin = written(tmp_path / "ms" / "a.daa", daa(PLAIN, (*PLAIN_UNITS[:-1], "ms"), thousandths))
    assert answered(twin) == answered(usual)
    assert answered(usual)[1]["id"] == "a@1.005"


def test_a_recording_is_answered_as_the_same_states_in_rows_of_encounters(tmp_path: Path) -> None:
    recording = written(tmp_path / "S.daa", daa(PLAIN, PLAIN_UNITS, xyz_rows()))
    lines = [f"S@{row[-1]:.0f},seq,0,{int(row[0] == 'it')},{','.join(map(repr, row[1:-1]))}" for row in xyz_rows()]
    table = answered(written(tmp_path / "S.csv", [HEADER, *lines]))
    ours = answered(recording)
    assert {one["id"] for row in ours for one in row["ac"]} == {"it"}
    named = json.loads(json.dumps(table).replace('"i1"', '"it"'))
    assert [[row["id"], without(row, "id")] for row in ours] == [[row["id"], without(row, "id")] for row in named]


def test_a_packed_recording_is_the_same(tmp_path: Path) -> None:
    plain = geodetic(tmp_path / "usual")
    packed = tmp_path / "met.daa.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert answered(packed) == answered(plain)
    assert [is_daa(Path(name)) for name in ("a.daa", "a.DAA.GZ", "a.xyz", "a.csv", "daa")] == [True] * 3 + [False] * 2


# --- order, names, columns --------------------------------------------------------------------------------------------


def test_rows_listed_by_aircraft_are_the_same_as_rows_listed_by_time(tmp_path: Path) -> None:
    usual = written(tmp_path / "a.daa", daa(PLAIN, PLAIN_UNITS, xyz_rows()))
    (tmp_path / "by").mkdir()
    listed = sorted(xyz_rows(), key=lambda row: row[0] != "own")
    assert answered(written(tmp_path / "by" / "a.daa", daa(PLAIN, PLAIN_UNITS, listed))) == answered(usual)


def test_aircraft_that_come_and_go_are_known_by_name(tmp_path: Path) -> None:
    """A third aircraft listed before the second changes nothing of what is said of the second, memory and all."""
    usual = written(tmp_path / "a.daa", daa(PLAIN, PLAIN_UNITS, xyz_rows()))
    (tmp_path / "by").mkdir()
    rows: list[Cells] = []
    for row in xyz_rows():
        if row[0] == "it" and row[-1] in (3.0, 4.0, 7.0):
            rows.append(("far", 90_000.0, 0.0, 9000.0, 50.0, 0.0, 0.0, row[-1]))
        rows.append(row)
    said = answered(written(tmp_path / "by" / "a.daa", daa(PLAIN, PLAIN_UNITS, rows)), "--no-bands")
    (of_it,) = {
        json.dumps([one for row in told for one in row["ac"] if one["id"] == "it"])
        for told in (
            said,
            answered(usual, "--no-bands"),
        )
    }
    assert json.loads(of_it)


def test_without_times_a_recording_is_one_step(tmp_path: Path) -> None:
    rows = [row[:-1] for row in xyz_rows()[:2]]
    (row,) = answered(written(tmp_path / "one.daa", daa(PLAIN[:-1], PLAIN_UNITS[:-1], rows)))
    assert (row["id"], row["ac"][0]["hsep"]) == ("one@0", pytest.approx(9002.45, abs=0.01))


def test_remarks_and_empty_lines_are_passed_over_and_lines_keep_their_numbers(tmp_path: Path) -> None:
    lines = daa(PLAIN, PLAIN_UNITS, xyz_rows())
    spread = ["# flown by nobody", "", lines[0], "# units", lines[1], *lines[2:4], "", *lines[4:]]
    (tmp_path / "by").mkdir()
    usual = answered(written(tmp_path / "a.daa", lines))
    assert answered(written(tmp_path / "by" / "a.daa", spread)) == usual
    spread[8] = spread[8].replace("own", "own x", 1)
    result = evaluate(written(tmp_path / "a.daa", spread), "--profile", "nom_a", "--out", "-")
    assert f"{tmp_path / 'a.daa'}:9: 9 cells under 8 columns" in str(result.exception)


def test_columns_nothing_is_taken_from_are_said(tmp_path: Path) -> None:
    more = (
        "heading",
        "airspeed",
        "alerter",
        "sx_std",
        "sy_std",
        "sxy_std",
        "sz_std",
        "vx_std",
        "vy_std",
        "vxy_std",
        "vz_std",
    )
    units = ("deg", "kn", "none", "m", "m", "m", "m", "m/s", "m/s", "m/s", "m/s")
    rows = [(*row, *range(len(more))) for row in xyz_rows()]
    file = written(tmp_path / "a.daa", daa((*PLAIN, *more), (*PLAIN_UNITS, *units), rows))
    result = evaluate(file, "--profile", "nom_a", "--no-bands", "--out", tmp_path / "out", "--json")
    assert f"nothing is taken from these columns: {', '.join(more)}" in result.stderr
    assert json.loads(result.stdout)["unused"] == list(more)


# --- units ------------------------------------------------------------------------------------------------------------


def first_state(folder: Path, names: Sequence[str], units: Sequence[str], numbers: Sequence[float]) -> Any:
    """Return the ownship's position and velocity as read from one row."""
    file = written(folder / "u.daa", daa(("name", *names), ("none", *units), [("own", *numbers)]))
    (case,) = read(file)
    return [*case.scene.own_position, *case.scene.own_velocity], case.scene.time_s


# By definition: 1 nautical mile 1852 m, 1 foot 0.3048 m, 1 knot a nautical mile an hour.
SIZES = {
    "m": 1.0, "km": 1000.0, "nmi": 1852.0, "NM": 1852.0, "ft": 0.3048,
    "s": 1.0, "min": 60.0, "h": 3600.0, "ms": 0.001,
    "kn": 1852 / 3600, "knot": 1852 / 3600, "knots": 1852 / 3600, "kt": 1852 / 3600, "kts": 1852 / 3600,
    "m/s": 1.0, "kph": 1 / 3.6, "km/h": 1 / 3.6, "fpm": 0.3048 / 60, "ft/min": 0.3048 / 60,
    "deg": 1.0, "rad": 180 / pi,
}  # fmt: skip


def test_every_unit_is_known_by_its_size() -> None:
    assert {name.lower() for name in SIZES} | {"nm"} == set(UNITS)
    for name, size in SIZES.items():
        unit = UNITS[name.lower()]
        assert 3.0 * unit.times / unit.over == pytest.approx(3.0 * size, rel=1e-15), name


def test_lengths_speeds_and_times_are_read_in_their_units(tmp_path: Path) -> None:
    units = ("nmi", "km", "ft", "kn", "kph", "fpm", "min")
    state, time_s = first_state(tmp_path, PLAIN[1:], units, [1.0, 2.0, 1000.0, 10.0, 36.0, 60.0, 1.5])
    assert state == pytest.approx([1852.0, 2000.0, 304.8, 18520 / 3600, 10.0, 0.3048])
    assert time_s == 90.0


def test_tracks_are_clockwise_from_north_and_angles_may_be_radians(tmp_path: Path) -> None:
    names = ("latitude", "Longitude", "altitude", "track", "groundspeed", "verticalspeed", "clock")
    units = ("rad", "deg", "m", "rad", "m/s", "m/s", "s")
    state, _ = first_state(tmp_path, names, units, [pi / 4, -120.0, 10.0, pi / 2, 70.0, -3.0, 0.0])
    assert state == pytest.approx([45.0, -120.0, 10.0, 70.0, 0.0, -3.0], abs=1e-13)


@given(st.integers(0, 10**12))
def test_thousandths_of_a_second_are_divided_exactly(count: int) -> None:
    unit = UNITS["ms"]
    assert count * unit.times / unit.over == float(f"{count // 1000}.{count % 1000:03d}")
