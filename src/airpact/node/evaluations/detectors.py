"""Every volume over a table of states and thresholds: stay, critical point and violation now, a row for each.

Columns in: `id`; own position `sox soy soz` and velocity `vox voy voz`, intruder `six siy siz`, `vix viy viz`, in m and
m/s of one plane frame; `D`, `H` in m, `TTHR`, `TCOA` and the window `B`..`T` in s. The cylinder takes D and H only.
"""

from collections.abc import Iterator
from math import inf
from typing import Final, NamedTuple

from airpact.encounter.volumes import (
    CYLINDER,
    HZ,
    TAUMOD,
    TCPA,
    TEP,
    Volume,
    conflict,
    critical,
    interval,
    violation_now,
)
from airpact.node.evaluations.cases import M_MAX, S_MAX, state
from airpact.node.evaluations.files import Source
from airpact.node.evaluations.rows import Row, csv_table, number, refused

OWN: Final = ("sox", "soy", "soz", "vox", "voy", "voz")
INTRUDER: Final = ("six", "siy", "siz", "vix", "viy", "viz")
COLUMNS: Final = ("id", *OWN, *INTRUDER, "D", "H", "TTHR", "TCOA", "B", "T")
ANSWERS: Final = ("id", "detector", "conflict", "t_in", "t_out", "t_crit", "dist_crit", "violation_now")
DETECTORS: Final = {"WCV_TAUMOD": TAUMOD, "WCV_TCPA": TCPA, "WCV_TEP": TEP, "WCV_HZ": HZ, "CDCylinder": CYLINDER}

Vector = tuple[float, float, float]


class Question(NamedTuple):
    """One row: relative position, both velocities, the volume's sizes (D, H, TTHR, TCOA) and the window in s."""

    id: str
    s: Vector
    v: Vector
    w: Vector
    sizes: tuple[float, float, float, float]
    begin_s: float
    end_s: float


class Questions(NamedTuple):
    """What a file asks: its rows in order, and the columns nothing was taken from."""

    rows: Iterator[Question]
    unused: tuple[str, ...]


def read_questions(source: Source) -> Questions:
    """Return the rows of a detector table; errors name file, row and column (OperatingError)."""
    table = csv_table(source, COLUMNS)
    return Questions(map(_question, table.rows), tuple(name for name in table.columns if name not in COLUMNS))


def answers(question: Question) -> Iterator[tuple[str, ...]]:
    """Yield one row of cells per detector, in the order of DETECTORS, under the columns ANSWERS."""
    _, s, v, w, sizes, begin_s, end_s = question
    for name, kind in DETECTORS.items():
        volume = Volume(kind, *sizes)
        t_in, t_out = interval(volume, s, v, w, begin_s, end_s)
        found = conflict(t_in, t_out)
        stay = (t_in, t_out) if found else (inf, -inf)
        point = critical(volume, s, v, w, t_in, t_out, begin_s, end_s)
        figures = (format(value, ".17g") for value in (*stay, *point))
        yield question.id, name, str(int(found)), *figures, str(int(violation_now(volume, s, v, w)))


def _question(row: Row) -> Question:
    own, intruder = (
        state(row, names[:3], names[3:], [number(row, name) for name in names], geodetic=False)
        for names in (OWN, INTRUDER)
    )
    sizes = _above(row, "D", 0.0, M_MAX), _above(row, "H", 0.0, M_MAX)
    times = number(row, "TTHR", 0.0, S_MAX), number(row, "TCOA", 0.0, S_MAX)
    begin_s = number(row, "B", 0.0, S_MAX)
    apart = own[0] - intruder[0], own[1] - intruder[1], own[2] - intruder[2]
    moving = (own[3], own[4], own[5]), (intruder[3], intruder[4], intruder[5])
    return Question(row.cells["id"], apart, *moving, (*sizes, *times), begin_s, _above(row, "T", begin_s, S_MAX))


def _above(row: Row, column: str, least: float, most: float) -> float:
    value = number(row, column, -most, most)
    if value <= least:
        raise refused(row, column, f"is {value:g}; must be greater than {least:g}")
    return value
