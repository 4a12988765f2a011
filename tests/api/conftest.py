"""One desk with a caution, a warning, and a console that was built, served for one test or for a whole module."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from airpact.encounter.levels import Level
from tests.api.serving import Served, serving
from tests.node.fakes import Fakes, alert


def _console(folder: Path) -> Path:
    (folder / "assets").mkdir()
    (folder / "index.html").write_text("<!doctype html><title>airpact</title>")
    (folder / "assets" / "main-abc.js").write_text("export {};")
    (folder / "assets" / "worker-abc.mjs").write_text("export {};")
    (folder / "notes.unheard").write_text("?")
    return folder


def _desk(folder: Path) -> Iterator[Served]:
    fakes = Fakes()
    fakes.engine.alerts = {"a-b-1": alert("a-b-1"), "c-d-1": alert("c-d-1", Level.WARNING)}
    with serving(fakes, _console(folder)) as desk:
        yield desk


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A desk of its own, for a test that changes something."""
    yield from _desk(tmp_path)


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk shared by the tests of a module, for those that change nothing."""
    yield from _desk(tmp_path_factory.mktemp("console"))
