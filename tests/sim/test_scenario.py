"""The scenario language and its page say the same."""

import re
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from airpact.sim import faults, scenario
from airpact.sim.reading import load_scenario, shipped

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "scenario.md").read_text(encoding="utf-8")


def fields_of(module: ModuleType) -> set[str]:
    """Return every field an author can write, of every value in a module."""
    kinds = [kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, msgspec.Struct)]
    return {name for kind in kinds for name in kind.__struct_fields__}


@pytest.mark.parametrize("module", [scenario, faults], ids=["scenario", "faults"])
def test_every_field_is_on_the_page(module: ModuleType) -> None:
    """A field nobody can read about does not exist."""
    written = set(re.findall(r"\w+", " ".join(re.findall(r"`[^`]+`", PAGE))))
    assert fields_of(module) - written == set()


def test_the_page_lists_every_encounter_of_the_demonstration() -> None:
    """Pair, closest approach and what it shows, as the scenario states them."""
    for meant in load_scenario(shipped("demo.yaml")).encounters:
        if meant.level == "suppressed":
            assert all(name in PAGE for name in meant.pair)
            continue
        minutes, seconds = divmod(int(meant.closest_s), 60)
        row = rf"\| {minutes}:{seconds:02d} \| {', '.join(meant.pair)} \| {meant.shows}"
        assert re.search(row, PAGE), meant.pair
