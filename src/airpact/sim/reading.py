"""Reads a scenario file and refuses what cannot be flown, naming the file, the line and the field.

The text is read by `agreement.document` (YAML 1.2 or JSON as JSON can say it); the field that asks decides the type of
a scalar, so an address of six digits stays text.
"""

import re
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any, Final

import msgspec

from airpact.agreement.document import (
    DocumentError,
    Located,
    Mapping,
    Node,
    Place,
    Problem,
    Scalar,
    Sequence,
    load_document,
)
from airpact.sim.faults import Duplicate, Fault
from airpact.sim.paths import flight_of, seam_problem
from airpact.sim.scenario import ByAirway, ByLegs, ByPoints, Scenario

UNKNOWN_FIELD: Final = re.compile(r"unknown field `([^`]*)`")
SEE: Final = "docs/scenario.md lists every field and its limits"

Complaint = tuple[str, str, str]  # field path, what is wrong, what would be right


def shipped(name: str) -> Path:
    """Return the path of a file shipped with the scenarios, such as `demo.yaml` or `demo-rules.yaml`."""
    return Path(str(files("airpact.sim") / "scenarios" / name))


def load_scenario(path: Path) -> Scenario:
    """Read and check a scenario file; raises `DocumentError` naming file, line and field."""
    try:
        content = path.read_bytes()
    except OSError as error:
        wrong = f"cannot be read: {error.strerror}"
        raise DocumentError([Problem(str(path), 0, 0, "", wrong, "give the path of a scenario file")]) from error
    return parse_scenario(content, path.name)


def parse_scenario(text: str | bytes, name: str) -> Scenario:
    """Return the scenario in a text called `name`; raises `DocumentError` with every problem found."""
    document = load_document(text, name)
    try:
        scenario = msgspec.convert(_plain(document.root), Scenario, strict=False)
    except msgspec.ValidationError as error:
        wrong, _, place = str(error).partition(" - at `")
        path = place.rstrip("`").lstrip("$.")
        if unknown := UNKNOWN_FIELD.search(wrong):
            path = f"{path}.{unknown[1]}".lstrip(".")
        raise DocumentError([_problem(document, (path, wrong, SEE))]) from error
    complaints = list(chain(_twice(scenario), _unknown_names(scenario), _impossible(scenario)))
    if complaints := complaints or _unflyable(scenario):
        raise DocumentError([_problem(document, complaint) for complaint in complaints])
    return scenario


def _plain(node: Node) -> Any:
    """Return the tree as lists, dictionaries and the text of scalars; an unquoted null is None."""
    match node:
        case Scalar(text=text, plain=plain):
            return None if plain and text in ("", "~", "null") else text
        case Sequence(items=items):
            return [_plain(item) for item in items]
        case Mapping(entries=entries):
            return {key: _plain(value) for key, value in entries.items()}


def _problem(document: Located, complaint: Complaint) -> Problem:
    path, wrong, right = complaint
    place = _place(document.root, path)
    return Problem(document.name, place.line, place.column, path, wrong, right)


def _place(node: Node, path: str) -> Place:
    """Return where a path such as `aircraft[3].path.legs[0]` stands, or the nearest known place above it."""
    place = node.place
    for step in re.findall(r"[^.\[\]]+", path):
        if isinstance(node, Sequence) and step.isdigit() and int(step) < len(node.items):
            node = node.items[int(step)]
            place = node.place
        elif isinstance(node, Mapping) and step in node.entries:
            place, node = node.keys[step], node.entries[step]
        else:
            break
    return place


def _twice(scenario: Scenario) -> list[Complaint]:
    """Return every name given twice: parties, feeds and aircraft are found by name."""
    named = {
        "parties": [party.id for party in scenario.parties],
        "feeds": [feed.name for feed in scenario.feeds],
        "aircraft": [aircraft.id for aircraft in scenario.aircraft],
    }
    return [
        (f"{key}[{at}]", f"{name!r} is given twice", f"every name in {key} stands once")
        for key, names in named.items()
        for at, name in enumerate(names)
        if name in names[:at]
    ]


def _unknown_names(scenario: Scenario) -> list[Complaint]:
    """Return every reference to a party, feed, airway or aircraft that does not exist."""
    known = {
        "feed": {feed.name for feed in scenario.feeds},
        "party": {party.id for party in scenario.parties},
        "airway": set(scenario.airways),
        "aircraft": {aircraft.id for aircraft in scenario.aircraft},
        "label": {aircraft.label for aircraft in scenario.aircraft}
        | {fault.id for fault in scenario.faults if isinstance(fault, Duplicate)},
    }
    return [
        (path, f"there is no {kind} {name!r}", f"known: {', '.join(sorted(known[kind])[:12]) or 'none'}")
        for path, kind, name in _references(scenario)
        if name not in known[kind]
    ]


def _references(scenario: Scenario) -> list[Complaint]:
    """Return (path, kind, name) for everything the scenario calls by name."""
    found = [(f"parties[{i}].feeds", "feed", name) for i, party in enumerate(scenario.parties) for name in party.feeds]
    for i, aircraft in enumerate(scenario.aircraft):
        found.append((f"aircraft[{i}].party", "party", aircraft.party))
        found += [(f"aircraft[{i}].feeds", "feed", name) for name in aircraft.feeds or ()]
        if isinstance(aircraft.path, ByAirway):
            found.append((f"aircraft[{i}].path.name", "airway", aircraft.path.name))
    for i, fault in enumerate(scenario.faults):
        found += [(f"faults[{i}].{kind}", kind, name) for kind, name in _named_by(fault)]
    for i, meant in enumerate(scenario.encounters):
        found += [(f"encounters[{i}].pair", "label", name) for name in meant.pair]
    return found


def _named_by(fault: Fault) -> list[tuple[str, str]]:
    return [(kind, getattr(fault, kind)) for kind in ("feed", "aircraft") if hasattr(fault, kind)]


def _impossible(scenario: Scenario) -> list[Complaint]:
    """Return times outside the loop, and paths too short to fly."""
    length = f"less than the {scenario.length_s:g} s of the loop"
    found = []
    for i, aircraft in enumerate(scenario.aircraft):
        if aircraft.begins_s >= scenario.length_s:
            found.append((f"aircraft[{i}].begins_s", f"is {aircraft.begins_s:g}", length))
        if isinstance(aircraft.path, ByPoints) and len(aircraft.path.points) < 2:
            found.append((f"aircraft[{i}].path.points", "is too short", "give at least two points"))
        if isinstance(aircraft.path, ByLegs) and not aircraft.path.legs:
            found.append((f"aircraft[{i}].path.legs", "is empty", "give at least one leg"))
    for name, points in scenario.airways.items():
        if len(points) < 2:
            found.append((f"airways.{name}", "is too short", "give at least two points"))
    for i, fault in enumerate(scenario.faults):
        if not fault.from_s < fault.to_s <= scenario.length_s:
            found.append((f"faults[{i}]", f"lasts from {fault.from_s:g} to {fault.to_s:g}", f"from_s < to_s, {length}"))
    return found


def _unflyable(scenario: Scenario) -> list[Complaint]:
    """Return every aircraft that would jump where the loop closes, or that is pinned after the end of its flight."""
    found = []
    for i, aircraft in enumerate(scenario.aircraft):
        flight = flight_of(aircraft, scenario)
        if problem := seam_problem(flight, scenario.length_s):
            found.append((f"aircraft[{i}].path", problem, "end earlier, or close the circuit exactly"))
        if isinstance(aircraft.path, ByLegs) and aircraft.path.over.at_s > flight.duration_s:
            wrong = f"is {aircraft.path.over.at_s}, after the flight of {flight.duration_s:g} s"
            found.append((f"aircraft[{i}].path.over.at_s", wrong, "count from the aircraft's own start"))
    return found
