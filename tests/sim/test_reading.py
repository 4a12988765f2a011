"""A scenario file either loads whole, or is refused with file, line, field and what to do."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.agreement.document import DocumentError
from airpact.sim.reading import load_scenario, parse_scenario, shipped
from airpact.sim.scenario import ByLegs, Straight

SMALL = """\
title: Small
mode: EXERCISE
length_s: 100
view: {lat: 36, lon: 36, span_deg: 2}
parties:
  - {id: own, name: Own, role: own, feeds: [radar]}
feeds:
  - {name: radar, coverage: {lat: 36, lon: 36, radius_nm: 60}}
airways:
  A1: [[36.0, 36.0], [36.05, 36.0]]
aircraft:
  - id: 400100
    party: own
    altitude_ft: 10000
    speed_kt: 360
    path:
      by: legs
      heading_deg: 90
      over: {at_s: 0, lat: 36, lon: 36}
      legs:
        - {fly: straight, for_s: 40}
  - {id: "~0a0b0c", callsign: NO, party: own, altitude_ft: 1000, speed_kt: 400, path: {by: airway, name: A1}}
faults:
  - {fault: stale, feed: radar, from_s: 10, to_s: 20}
"""


def test_a_scenario_loads_and_digits_that_name_something_stay_text() -> None:
    """An address of six digits and a call sign that looks like a boolean are names."""
    scenario = parse_scenario(SMALL, "small.yaml")
    assert [aircraft.id for aircraft in scenario.aircraft] == ["400100", "~0a0b0c"]
    assert scenario.aircraft[1].callsign == "NO"
    path = scenario.aircraft[0].path
    assert isinstance(path, ByLegs)
    assert isinstance(path.legs[0], Straight)
    assert path.legs[0].for_s == 40


@pytest.mark.parametrize(
    ("old", "new", "line", "path", "wrong"),
    [
        ("for_s: 40", "for_s: 41", 16, "aircraft[0].path", "ends"),
        ("for_s: 40", "for_s: 0", 21, "aircraft[0].path.legs[0].for_s", ">= 1"),
        ("for_s: 40", "for_s: 40, rate_dps: 3", 21, "aircraft[0].path.legs[0].rate_dps", "unknown field"),
        ("fly: straight", "fly: upwards", 21, "aircraft[0].path.legs[0].fly", "upwards"),
        ("lat: 36, lon: 36}\n      legs", "lat: 91, lon: 36}\n      legs", 19, "aircraft[0].path.over.lat", "<= 85"),
        ("lat: 36, lon: 36}\n      legs", "lat: nan, lon: 36}\n      legs", 19, "aircraft[0].path.over.lat", ">="),
        ("at_s: 0", "at_s: 50", 19, "aircraft[0].path.over.at_s", "after the flight"),
        ("party: own\n", "party: them\n", 13, "aircraft[0].party", "'them'"),
        ("name: A1}", "name: A2}", 22, "aircraft[1].path.name", "'A2'"),
        ('"~0a0b0c"', "400100", 22, "aircraft[1]", "twice"),
        ("400100", "40010", 12, "aircraft[0].id", "0-9a-f"),
        ("to_s: 20", "to_s: 5", 24, "faults[0]", "from 10 to 5"),
        ("to_s: 20", "to_s: 200", 24, "faults[0]", "from 10 to 200"),
        ("fault: stale, feed: radar", "fault: stale, feed: sonar", 24, "faults[0].feed", "'sonar'"),
        ("mode: EXERCISE", "mode: LIVE", 2, "mode", "LIVE"),
        ("length_s: 100", "", 1, "", "length_s"),
        (", [36.05, 36.0]", "", 10, "airways.A1", "too short"),
        ("speed_kt: 360", "speed_kt: fast", 15, "aircraft[0].speed_kt", "float"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_field(old: str, new: str, line: int, path: str, wrong: str) -> None:
    """Each replacement breaks the small scenario in one place, and the error says which."""
    assert old in SMALL
    text = SMALL.replace(old, new, 1)
    with pytest.raises(DocumentError) as caught:
        parse_scenario(text, "small.yaml")
    problem = caught.value.problems[0]
    assert (problem.document, problem.line, problem.path) == ("small.yaml", line, path)
    assert wrong in problem.wrong
    assert problem.right


def test_every_unknown_name_is_reported_in_one_go() -> None:
    """An author who renamed a feed wants the whole list."""
    with pytest.raises(DocumentError) as caught:
        parse_scenario(SMALL.replace("name: radar", "name: sensor"), "small.yaml")
    assert [problem.path for problem in caught.value.problems] == ["parties[0].feeds", "faults[0].feed"]


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    """The path is in the message and no traceback is needed to read it."""
    with pytest.raises(DocumentError, match=r"nowhere\.yaml.*cannot be read"):
        load_scenario(tmp_path / "nowhere.yaml")


@given(st.data())
def test_a_damaged_scenario_loads_or_is_refused_with_a_line(data: st.DataObject) -> None:
    """Cutting and splicing the text anywhere never ends in another kind of error."""
    start = data.draw(st.integers(0, len(SMALL)))
    end = data.draw(st.integers(start, min(len(SMALL), start + 40)))
    text = (
        SMALL[:start]
        + data.draw(st.sampled_from(["", "x", "-1", "[", "}", "nan", "\t", ": ", "1e9", "\n"]))
        + SMALL[end:]
    )
    try:
        parse_scenario(text, "small.yaml")
    except DocumentError as error:
        assert all(problem.document == "small.yaml" and problem.line >= 1 for problem in error.problems)


def test_the_shipped_scenario_is_an_exercise() -> None:
    """Nothing the project ships pretends to be live."""
    assert load_scenario(shipped("demo.yaml")).mode == "EXERCISE"
