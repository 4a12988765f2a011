"""Reads the reference corpus (what DAIDALUS answers) and holds our answers against it, field by field.

The corpus lies in `oracle/daidalus` of the reference folder; one row in twenty is committed under `sample`, so that
equality is tested everywhere. Categories, counts and flags must be equal, numbers within 1e-9 relative (1e-9 absolute
near zero). `fields` chooses the part of a row that is compared.
"""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import groupby
from math import inf, isclose, isinf, isnan, nan
from pathlib import Path
from typing import Any, Final

import numpy as np

from airpact.encounter.configurations import CONFIGURATIONS, Configuration, Region
from airpact.encounter.evaluation import Evaluation, Scene, Session, evaluate, names
from airpact.encounter.guidance import Band, Guidance

SAMPLE: Final = Path(__file__).resolve().parent / "sample"
TOLERANCE: Final = 1e-9
EXCUSED_SHARE_MAX: Final = 0.002  # of the rows of one file

DIMENSIONS: Final = ("hdir", "hs", "vs", "alt")
REGIONS: Final = ("NEAR", "MID", "FAR")
METRICS: Final = ("hsep", "vsep", "hclo", "vclo", "hmd", "vmd", "tcpa", "dcpa", "tcoa", "taumod")

ALERTING: Final = frozenset(("own", "ac.s", "ac.v", "ac.alert", "ac.ttcv", "ac.lev", *(f"ac.{m}" for m in METRICS)))
LAST_TIMES: Final = frozenset(("ac.ltm",))
CONTRIBUTORS: Final = frozenset(("conf_ac", "per_ac", "tiov"))
BANDS: Final = frozenset(DIMENSIONS)
ALL: Final = ALERTING | LAST_TIMES | CONTRIBUTORS | BANDS

SETS: Final = {  # configuration of every output file but TCAS II
    "pairs": ("do365b_p1", "do365b_p2", "do365b_nc", "nom_a", "nom_b", "cd3d"),
    "multi": ("do365b_p1", "nom_a", "nom_b", "cd3d"),
    "seq": ("do365b_p1", "do365b_p1_nohyst", "nom_b"),
}
ALERTING_ONLY: Final = ("do365b_p2", "do365b_nc")  # recorded without bands and last times

# Rows of one file that may differ, each with its mathematical reason: {file: {id: reason}}. At most 0.2 % of a file.
EXCUSED: Final[Mapping[str, Mapping[str, str]]] = {}

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """One place where our answer is not the reference's."""

    row: str
    field: str
    reference: object
    ours: object


# --- inputs ----------------------------------------------------------------------------------------------------------


def read_scenes(path: Path) -> dict[str, Scene]:
    """Return the scenes of an input file by id, in its order; the time of `S00@12` is 12 s."""
    with gzip.open(path, "rt", newline="") as file:
        return {
            name: scene_of(name, tuple(rows)) for name, rows in groupby(csv.DictReader(file), lambda row: row["id"])
        }


def scene_of(name: str, rows: tuple[dict[str, str], ...]) -> Scene:
    """Return the scene of the rows of one id; the first row is the ownship."""
    assert [int(row["k"]) for row in rows] == list(range(len(rows)))
    states = np.array([[float(row[column]) for column in ("p1", "p2", "p3", "v1", "v2", "v3")] for row in rows])
    return Scene(
        geodetic=rows[0]["latlon"] == "1",
        own_position=states[0, :3],
        own_velocity=states[0, 3:],
        positions=states[1:, :3].copy(),
        velocities=states[1:, 3:].copy(),
        time_s=float(name.partition("@")[2] or 0.0),
        own_id=run_of(name),
    )


def run_of(name: str) -> str:
    """Return the sequence an id belongs to: `S00` of `S00@12`; itself where it stands alone."""
    return name.partition("@")[0]


def configuration_of(name: str) -> Configuration:
    """Return the configuration of an output file; `_nohyst` is the same without any memory."""
    found = CONFIGURATIONS[name.removesuffix("_nohyst")]
    return found.forgetful() if name.endswith("_nohyst") else found


def read_answers(path: Path) -> Iterator[Row]:
    """Yield the rows of an output file."""
    with gzip.open(path, "rt") as file:
        yield from map(json.loads, file)


def read_table(path: Path) -> tuple[list[str], np.ndarray]:
    """Return (ids, numbers) of the detector inputs: every column after the id."""
    with gzip.open(path, "rt", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return [row[0] for row in rows], np.array([[float(value) for value in row[1:]] for row in rows])


# --- our answer in the reference's words -----------------------------------------------------------------------------


def as_row(found: Evaluation, ids: tuple[str, ...]) -> Row:
    """Return an evaluation with the field names and spellings of the corpus."""
    row: dict[str, Any] = {
        "own": {"s": found.own_position, "v": found.own_velocity},
        "ac": [aircraft_row(found, i) for i in range(len(found.alert))],
    }
    return row if found.guidance is None else row | guidance_row(found.guidance, ids)


def aircraft_row(found: Evaluation, i: int) -> dict[str, Any]:
    """Return what is said of intruder `i`."""
    row: dict[str, Any] = {"s": found.positions[i], "v": found.velocities[i], "alert": int(found.alert[i])}
    row |= {"ttcv": found.corrective_s[i], "lev": found.levels[i]}
    row |= {name: getattr(found.metrics, name)[i] for name in METRICS}
    return row if found.last_times is None else row | {"ltm": found.last_times[i]}


def guidance_row(guidance: Guidance, ids: tuple[str, ...]) -> dict[str, Any]:
    """Return the bands and what makes them."""
    row: dict[str, Any] = {name: band_row(getattr(guidance, name)) for name in DIMENSIONS}
    row["conf_ac"] = {
        region: [ids[i] for i in found] for region, found in zip(REGIONS, guidance.conflict_aircraft, strict=True)
    }
    row["per_ac"] = {
        region: [[ids[i] for i in found] for found in dimensions]
        for region, dimensions in zip(REGIONS, guidance.peripheral_aircraft, strict=True)
    }
    return row | {"tiov": guidance.violation_s}


def band_row(band: Band) -> Row:
    """Return one dimension."""
    segments = zip(band.low, band.up, band.region, strict=True)
    return {
        "b": [[low, up, Region(region).name] for low, up, region in segments],
        "rec": list(band.recovery),
        "res": list(band.resolution),
        "pref": band.preferred_up,
    }


def answers(folder: Path, kind: str, configuration: str, fields: Set[str]) -> Iterator[tuple[Row, Row]]:
    """Yield (reference row, our row) of an output file; every row of its input must be answered once, in order."""
    scenes = read_scenes(folder / f"{kind}.csv.gz")
    asked = configuration_of(configuration)
    guided = configuration not in ALERTING_ONLY
    bands = guided and not fields.isdisjoint(BANDS | CONTRIBUTORS)
    last_times = guided and kind == "pairs" and not fields.isdisjoint(LAST_TIMES)
    sessions: dict[str, Session] = defaultdict(Session)
    order = iter(scenes.items())
    for row in read_answers(folder / f"{kind}_{configuration}.jsonl.gz"):
        name, scene = next(order)
        assert name == row["id"]
        session = sessions[run_of(name)] if kind == "seq" else None
        found = evaluate(asked, scene, session, bands=bands, last_times=last_times)
        yield row, as_row(found, names(scene))
    assert next(order, None) is None


def compared(folder: Path, kind: str, configuration: str, fields: Set[str] = ALL) -> list[Difference]:
    """Return where our answers to one output file differ from it, the excused rows apart."""
    rows = 0
    found: list[Difference] = []
    for row, ours in answers(folder, kind, configuration, fields):
        rows += 1
        found += differences(row, ours, fields)
    return judged(f"{kind}_{configuration}", rows, found)


# --- comparing -------------------------------------------------------------------------------------------------------


def differences(reference: Row, ours: Row, fields: Set[str] = ALL) -> Iterator[Difference]:
    """Yield every place of the chosen fields in which two rows differ; a field absent from the reference is not asked.

    `fields`: names at the top of a row, and `ac.` names within every aircraft.
    """
    name = reference["id"]
    for field in sorted(field for field in fields if field in reference and "." not in field):
        yield from unequal(name, field, reference[field], ours.get(field, "missing"))
    theirs, own = reference["ac"], ours["ac"]
    if len(theirs) != len(own):
        yield Difference(name, "ac", len(theirs), len(own))
        return
    for i, (one, other) in enumerate(zip(theirs, own, strict=True)):
        for field in sorted(field[3:] for field in fields if field.startswith("ac.") and field[3:] in one):
            yield from unequal(name, f"ac.{i}.{field}", one[field], other.get(field, "missing"))


def unequal(row: str, field: str, reference: object, ours: object) -> Iterator[Difference]:
    """Yield the places below one field in which two values differ."""
    reference, ours = plain(reference), plain(ours)
    if isinstance(reference, Mapping) and isinstance(ours, Mapping) and reference.keys() == ours.keys():
        for key, value in reference.items():
            yield from unequal(row, f"{field}.{key}", value, ours[key])
    elif isinstance(reference, list) and isinstance(ours, list) and len(reference) == len(ours):
        for i, (one, other) in enumerate(zip(reference, ours, strict=True)):
            yield from unequal(row, f"{field}.{i}", one, other)
    elif not same(reference, ours):
        yield Difference(row, field, reference, ours)


def plain(value: object) -> object:
    """Return an array as lists of Python numbers, anything else as it is."""
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def same(reference: object, ours: object) -> bool:
    """Return whether two single values are equal: words and flags exactly, numbers within the tolerance."""
    one, other = number_of(reference), number_of(ours)
    if one is None or other is None:
        return type(reference) is type(ours) and reference == ours
    if isnan(one) or isnan(other):
        return isnan(one) and isnan(other)
    if isinf(one) or isinf(other):
        return one == other
    return isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def number_of(value: object) -> float | None:
    """Return the number that a value of the corpus stands for, None for words, flags and collections."""
    if value is None:
        return nan
    if value in ("inf", "-inf"):
        return inf if value == "inf" else -inf
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def judged(file: str, rows: int, found: Iterable[Difference]) -> list[Difference]:
    """Return the differences that are not excused; excuses beyond the share are a difference themselves."""
    excused = EXCUSED.get(file, {})
    left = [each for each in found if each.row not in excused]
    if len(excused) > EXCUSED_SHARE_MAX * rows:
        left.append(Difference(file, "excused rows", int(EXCUSED_SHARE_MAX * rows), len(excused)))
    return left
