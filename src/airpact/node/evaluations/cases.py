"""Encounters as a comma-separated table: one row per aircraft, those of one encounter together, the ownship first.

Columns `id, latlon, k, p1, p2, p3, v1, v2, v3`. `latlon` 0: p is east, north, up in m; 1: p is latitude and longitude
in degrees and altitude in m. v is the ground velocity east, north, up in m/s. `k` 0 is the ownship, then 1, 2, ….
An `id` such as S00@12 is the step at 12 s of the run S00; without @ it is an encounter that stands alone.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

import numpy as np

from airpact.encounter.evaluation import Scene
from airpact.node.evaluations.files import Source
from airpact.node.evaluations.rows import Row, csv_table, limited, number, refused, whole

PLACE: Final = ("p1", "p2", "p3")
VELOCITY: Final = ("v1", "v2", "v3")
COLUMNS: Final = ("id", "latlon", "k", *PLACE, *VELOCITY)
LABELS: Final = frozenset(("geom",))  # says how an encounter was made; nothing depends on it
LAT_DEG_MAX: Final = 90.0
LON_DEG_MAX: Final = 360.0  # -180..180 and 0..360 are both in use
M_MAX: Final = 1e9  # far beyond any aircraft, and so near that squares of squares keep all their digits
MPS_MAX: Final = 1e5
S_MAX: Final = 1e12  # Unix time in s is 2e9, in ms 2e12
AIRCRAFT_MAX: Final = 1_000  # of one encounter: one id over a whole file is a slip, and would be held in memory


Columns = tuple[str, str, str]


class Case(NamedTuple):
    """One encounter or step: the id it goes by, the run it belongs to ("" = none) and the scene."""

    id: str
    run: str
    scene: Scene


class Cases(NamedTuple):
    """What a file holds: its cases in order, the columns nothing was taken from, whether aircraft have names."""

    cases: Iterator[Case]
    unused: tuple[str, ...]
    named: bool


def read_cases(source: Source) -> Cases:
    """Return the encounters of a comma-separated file; errors name file, row and column (OperatingError)."""
    table = csv_table(source, COLUMNS)
    unused = tuple(name for name in table.columns if name not in COLUMNS and name not in LABELS)
    groups = groupby(table.rows, key=lambda row: row.cells["id"])
    return Cases((_case(identity.strip(), rows) for identity, rows in groups), unused, named=False)


def state(row: Row, place: Columns, motion: Columns, values: Sequence[float], geodetic: bool) -> list[float]:
    """Return position and velocity, six `values` from the columns named, once they are on the globe and plausible."""
    most = (*((LAT_DEG_MAX, LON_DEG_MAX) if geodetic else (M_MAX, M_MAX)), M_MAX, MPS_MAX, MPS_MAX, MPS_MAX)
    columns = (*place, *motion)
    return [limited(row, name, value, -top, top) for name, value, top in zip(columns, values, most, strict=True)]


def _case(identity: str, rows: Iterator[Row]) -> Case:
    first = next(rows)
    run, time_s = _step(first, identity)
    geodetic = bool(_flag(first))
    states = [_state(first, 0, geodetic)]
    for k, row in enumerate(rows, start=1):
        if k > AIRCRAFT_MAX:
            raise refused(row, "id", f"more than {AIRCRAFT_MAX:,} aircraft in encounter {identity}")
        states.append(_state(row, k, geodetic))
    return Case(identity, run, scene_of(states, geodetic, time_s, tuple(f"i{k}" for k in range(1, len(states)))))


def _step(row: Row, identity: str) -> tuple[str, float]:
    """Return (run, time in s) of an id such as S00@12; ("", 0) without @."""
    if not identity:
        raise refused(row, "id", "is empty")
    run, mark, time = identity.rpartition("@")
    if not mark:
        return "", 0.0
    if not run:
        raise refused(row, "id", f"is {identity!r}; before @ stands the name of the run")
    return run, number(row._replace(cells={"id": time}), "id", -S_MAX, S_MAX)


def _flag(row: Row) -> int:
    value = whole(row, "latlon")
    if value > 1:
        raise refused(row, "latlon", f"is {value}; must be 0 (x, y, z in m) or 1 (latitude, longitude, altitude)")
    return value


def _state(row: Row, k: int, geodetic: bool) -> list[float]:
    """Return position and velocity of aircraft `k`, which must be what the row says it is."""
    if (found := whole(row, "k")) != k:
        remedy = "The rows of an encounter stand together: the ownship (k = 0), then k = 1, 2, …."
        raise refused(row, "k", f"is {found}, expected {k} in encounter {row.cells['id'].strip()}", remedy)
    if bool(_flag(row)) != geodetic:
        raise refused(row, "latlon", "differs from the ownship's row of the same encounter")
    return state(row, PLACE, VELOCITY, [number(row, name) for name in (*PLACE, *VELOCITY)], geodetic)


def scene_of(states: list[list[float]], geodetic: bool, time_s: float, ids: tuple[str, ...], own_id: str = "") -> Scene:
    """Return the scene of states (position, velocity), the ownship's first; `ids` name the others."""
    columns = np.array(states)
    return Scene(
        geodetic=geodetic,
        own_position=columns[0, :3].copy(),
        own_velocity=columns[0, 3:].copy(),
        positions=columns[1:, :3].copy(),
        velocities=columns[1:, 3:].copy(),
        time_s=time_s,
        ids=ids,
        own_id=own_id,
    )
