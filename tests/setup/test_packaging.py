"""What a built wheel holds beside code: an installed node reads its words and pages from the package itself."""

import zipfile
from pathlib import Path

import pytest

from airpact.node.api import words as catalogue

ROOT = Path(__file__).resolve().parents[2]
wheels = pytest.importorskip("hatchling.builders.wheel", reason="what builds the package is not installed here")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Return the wheel that the build makes of this checkout; nothing is fetched for it."""
    folder = tmp_path_factory.mktemp("wheel")
    built = next(wheels.WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"]))
    return zipfile.ZipFile(built)


def test_every_file_of_the_package_and_every_catalogue_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    inside = set(wheel.namelist())
    code = {f"airpact/{path.relative_to(ROOT / 'src/airpact')}" for path in (ROOT / "src/airpact").rglob("*.py")}
    words = {f"airpact/locale/{path.relative_to(ROOT / 'locale')}" for path in (ROOT / "locale").rglob("*.ftl")}
    pages = {f"airpact/node/api/{kind}/{path.name}" for kind in ("assets", "templates")
             for path in (ROOT / "src/airpact/node/api" / kind).iterdir() if path.is_file()}  # fmt: skip
    assert len(words) >= 2 * len(catalogue.LANGUAGES)
    assert code | words | pages <= inside


def test_a_package_that_holds_its_catalogues_reads_those(
    wheel: zipfile.ZipFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel.extractall(tmp_path, [name for name in wheel.namelist() if name.startswith("airpact/locale/")])
    monkeypatch.setattr(catalogue, "files", lambda name: tmp_path / name)
    catalogue.words.cache_clear()
    try:
        assert [catalogue.words(code).has("nav-sign-in") for code in catalogue.LANGUAGES] == [True, True]
    finally:
        catalogue.words.cache_clear()
