"""Recorded states in `.daa` files: a line of names, a line of units in brackets, then one row per aircraft and time.

Commas or blanks separate; lines that begin with # and empty lines are passed over. The aircraft of the first row is the
ownship. Rows may stand in any order: those of one time make one step, the steps in order of time make one run. The
file is held whole, 12 numbers a row. Names and units: `COLUMNS` and `UNITS` below.
"""

import re
from array import array
from collections.abc import Collection, Iterator
from math import cos, degrees, pi, sin
from pathlib import Path
from typing import Final, NamedTuple

from airpact.geo.units import M_PER_FT, M_PER_NM, MPS_PER_FPM, MPS_PER_KT
from airpact.node.errors import OperatingError
from airpact.node.evaluations.cases import S_MAX, Case, Cases, Columns, scene_of, state
from airpact.node.evaluations.files import Source
from airpact.node.evaluations.rows import Row, check_once, limited, number, refused, row_of

SUFFIXES: Final = frozenset((".daa", ".xyz"))
ROWS_MAX: Final = 2_000_000  # about half a GB held; a day of two aircraft at 10 Hz is 1,728,000

LAT_LON: Final = ("lat", "lon", "alt")
X_Y_Z: Final = ("sx", "sy", "sz")
TRACK: Final = ("trk", "gs", "vs")
V_XYZ: Final = ("vx", "vy", "vz")
NAME: Final = "name"
TIME: Final = "time"


class Unit(NamedTuple):
    """What a unit measures, and its size in SI (degree for angles) as `times / over`: 7 ms is exactly 7 / 1000 s."""

    kind: str
    times: float
    over: float = 1.0


UNITS: Final = {
    "m": Unit("length", 1.0),
    "km": Unit("length", 1000.0),
    **dict.fromkeys(("nmi", "nm"), Unit("length", M_PER_NM)),
    "ft": Unit("length", M_PER_FT),
    "s": Unit("time", 1.0),
    "min": Unit("time", 60.0),
    "h": Unit("time", 3600.0),
    "ms": Unit("time", 1.0, 1000.0),
    "m/s": Unit("speed", 1.0),
    **dict.fromkeys(("kn", "knot", "knots", "kt", "kts"), Unit("speed", MPS_PER_KT)),
    **dict.fromkeys(("kph", "km/h"), Unit("speed", 1.0, 3.6)),
    **dict.fromkeys(("fpm", "ft/min"), Unit("speed", MPS_PER_FPM)),
    "deg": Unit("angle", 1.0),
    "rad": Unit("angle", degrees(1.0)),
}
KINDS: Final = {
    **dict.fromkeys(("lat", "lon", "trk"), "angle"),
    **dict.fromkeys(("alt", *X_Y_Z), "length"),
    **dict.fromkeys(("gs", "vs", *V_XYZ), "speed"),
    TIME: "time",
}
COLUMNS: Final = {
    **{name: name for name in (NAME, *KINDS)},
    **dict.fromkeys(("id", "aircraft", "callsign"), NAME),
    **dict.fromkeys(("tm", "clock"), TIME),
    **dict.fromkeys(("long", "longitude"), "lon"),
    "latitude": "lat",
    "altitude": "alt",
    "track": "trk",
    "groundspeed": "gs",
    "verticalspeed": "vs",
}
"""Every accepted name of a column, in lower case, and the one it goes by here."""


class _Layout(NamedTuple):
    """How the rows of one file are to be read."""

    columns: tuple[str, ...]
    comma: bool
    units: dict[str, Unit]
    position: Columns
    velocity: Columns
    unused: tuple[str, ...]


class _Step(NamedTuple):
    """One aircraft at one time: the line it stands on, its name, the place of its six numbers."""

    time_s: float
    line: int
    name: str
    at: int


def is_daa(path: Path) -> bool:
    """Return whether a file's name says that it is of this kind, plain or packed."""
    return Path(path.name.lower().removesuffix(".gz")).suffix in SUFFIXES


def read_daa(source: Source) -> Cases:
    """Return the steps of a `.daa` file as one run; errors name file, line and column (OperatingError)."""
    lines = _lines(source)
    layout = _layout(source.name, lines)
    steps, states = _steps(source.name, lines, layout)
    return Cases(_cases(source.name, layout, steps, states), layout.unused, named=True)


def _lines(source: Source) -> Iterator[tuple[int, str]]:
    for line, text in enumerate(source.lines, start=1):
        if (words := text.strip()) and not words.startswith("#"):
            yield line, words


def _layout(file: str, lines: Iterator[tuple[int, str]]) -> _Layout:
    line, header = next(lines, (1, ""))
    comma = "," in header
    written = tuple(word.strip() for word in _cells(header, comma))
    columns = tuple(COLUMNS.get(name.lower(), name) for name in written)
    check_once(file, line, columns)
    if NAME not in columns:
        raise OperatingError(f"{file}:{line}: missing columns: {NAME}.", remedy="The first line names the columns.")
    where = _one_of(file, line, columns, (LAT_LON, X_Y_Z))
    moving = _one_of(file, line, columns, (TRACK, V_XYZ))
    used = (NAME, *where, *moving, TIME)
    units = _units(file, lines, columns, used)
    unused = tuple(name for name, column in zip(written, columns, strict=True) if column not in used)
    return _Layout(columns, comma, units, where, moving, unused)


def _one_of(file: str, line: int, columns: tuple[str, ...], sets: tuple[Columns, ...]) -> Columns:
    """Return the one set of three columns that is there."""
    found = [names for names in sets if set(names) <= set(columns)]
    words = " or ".join(" ".join(names) for names in sets)
    if len(found) > 1:
        raise OperatingError(f"{file}:{line}: both {words} are given.", remedy="Leave one set of the two.")
    if not found:
        nearest = max(sets, key=lambda names: len(set(names) & set(columns)))
        missing = [name for name in nearest if name not in columns]
        raise OperatingError(f"{file}:{line}: missing columns: {', '.join(missing)}.", remedy=f"Needed are {words}.")
    return found[0]


def _units(
    file: str, lines: Iterator[tuple[int, str]], columns: tuple[str, ...], used: Collection[str]
) -> dict[str, Unit]:
    """Return the unit of each column that is used."""
    line, text = next(lines, (2, ""))
    names = [unit.strip() for unit in re.findall(r"\[([^\]]*)\]", text)]
    if len(names) != len(columns):
        raise OperatingError(
            f"{file}:{line}: {len(names)} units in brackets under {len(columns)} columns.",
            remedy="The line below the names gives every column a unit, such as [deg]; [none] where there is none.",
        )
    row = Row(file, line, dict(zip(columns, names, strict=True)))
    return {column: _unit(row, column) for column in columns if column in used and column in KINDS}


def _unit(row: Row, column: str) -> Unit:
    unit = UNITS.get(row.cells[column].lower())
    if unit is None or unit.kind != KINDS[column]:
        fitting = ", ".join(name for name, other in UNITS.items() if other.kind == KINDS[column])
        what = f"[{row.cells[column]}] is no unit of {KINDS[column]} known here"
        raise refused(row, column, what, f"Use one of {fitting}.")
    return unit


def _steps(file: str, lines: Iterator[tuple[int, str]], layout: _Layout) -> tuple[list[_Step], "array[float]"]:
    """Return one entry per row and the numbers of all rows, six a row."""
    steps: list[_Step] = []
    states = array("d")
    names: dict[str, str] = {}  # each name is kept once
    for line, text in lines:
        row = row_of(file, line, layout.columns, _cells(text, layout.comma))
        if len(steps) == ROWS_MAX:
            raise OperatingError(f"{file}: more than {ROWS_MAX:,} rows.", remedy="Split the file by time.")
        name = row.cells[NAME].strip()
        if not name:
            raise refused(row, NAME, "is empty")
        time_s = _time_s(row, layout)
        steps.append(_Step(time_s, line, names.setdefault(name, name), len(states)))
        states.extend(_state(row, layout))
    return steps, states


def _cells(text: str, comma: bool) -> list[str]:
    return text.split(",") if comma else text.split()


def _time_s(row: Row, layout: _Layout) -> float:
    return limited(row, TIME, _si(row, TIME, layout), -S_MAX, S_MAX) if TIME in layout.columns else 0.0


def _si(row: Row, column: str, layout: _Layout) -> float:
    """Return a number in SI, angles in degrees."""
    unit = layout.units[column]
    return number(row, column) * unit.times / unit.over


def _state(row: Row, layout: _Layout) -> list[float]:
    """Return position (degrees and m, or m) and velocity (m/s east, north, up)."""
    values = [_si(row, column, layout) for column in (*layout.position, *layout.velocity)]
    if layout.velocity == TRACK:
        track_rad, ground_speed_mps = values[3] * (pi / 180.0), limited(row, "gs", values[4], 0.0)
        values[3:5] = ground_speed_mps * sin(track_rad), ground_speed_mps * cos(track_rad)
    return state(row, layout.position, layout.velocity, values, layout.position == LAT_LON)


def _cases(file: str, layout: _Layout, steps: list[_Step], states: "array[float]") -> Iterator[Case]:
    if not steps:
        return
    own, run = steps[0].name, Path(file).name.partition(".")[0]
    steps.sort(key=lambda step: step.time_s)  # stable: within a time the order of the file
    start = 0
    while start < len(steps):
        end = start
        while end < len(steps) and steps[end].time_s == steps[start].time_s:
            end += 1
        yield _case(file, layout, run, own, steps[start:end], states)
        start = end


def _case(file: str, layout: _Layout, run: str, own: str, steps: list[_Step], states: "array[float]") -> Case:
    time_s = steps[0].time_s
    said = str(int(time_s)) if time_s.is_integer() else repr(time_s)
    order: dict[str, _Step] = {}
    for step in steps:
        if step.name in order:
            what = f"{step.name} is there twice at {said} s, first in line {order[step.name].line}"
            remedy = "" if TIME in layout.columns else "Rows of several times need a column time."
            raise OperatingError(f"{file}:{step.line}: {NAME}: {what}.", remedy=remedy)
        order[step.name] = step
    if own not in order:
        what = f"no row of the ownship {own} at {said} s"
        remedy = "The aircraft of the first row is the ownship and must be there at every time."
        raise OperatingError(f"{file}:{steps[0].line}: {NAME}: {what}.", remedy=remedy)
    first = order.pop(own)
    rows = [list(states[step.at : step.at + 6]) for step in (first, *order.values())]
    return Case(f"{run}@{said}", run, scene_of(rows, layout.position == LAT_LON, time_s, tuple(order), own))
