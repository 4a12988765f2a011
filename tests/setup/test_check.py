"""`make test` runs everything, tells why it left something out, and lets nothing pass that did not."""

from pathlib import Path

import pytest

from tools.check import Check, Result, Row, checks, missing, run, table


def test_browser_comes_last_and_every_name_is_its_own() -> None:
    rows = checks(("npm",), nightly=False, seed="")
    assert rows[-1].name == "browser"
    assert len({row.name for row in rows}) == len(rows)


def test_nightly_adds_the_slow_tests_and_a_seed_reaches_every_search() -> None:
    rows = checks(("npm",), nightly=True, seed="7")
    assert "slow tests" in {row.name for row in rows}
    searches = [row for row in rows if "pytest" in row.command]
    assert all("--hypothesis-seed=7" in row.command for row in searches)


def test_without_chromium_the_browser_tests_are_skipped_with_the_command_that_brings_it(tmp_path: Path) -> None:
    row = missing(Check("browser", (), "chromium"), tmp_path, {"AIRPACT_WITHOUT": "chromium"})
    assert row == Row("browser", 0.0, Result.SKIPPED, "no Chromium here. Type: sudo apt-get install -y chromium")


def test_where_the_browser_is_required_that_skip_is_a_failure(tmp_path: Path) -> None:
    environ = {"AIRPACT_WITHOUT": "chromium", "AIRPACT_REQUIRE_BROWSER": "1"}
    row = missing(Check("browser", (), "chromium"), tmp_path, environ)
    assert row is not None
    assert row.result is Result.FAILED


def test_a_check_of_something_that_is_not_there_says_so(tmp_path: Path) -> None:
    row = missing(Check("web lint", (), "web/biome.json"), tmp_path, {})
    assert row == Row("web lint", 0.0, Result.SKIPPED, "there is no web/biome.json")


@pytest.mark.parametrize(
    ("command", "result"),
    [(("true",), Result.PASSED), (("false",), Result.FAILED), (("/no/such/program",), Result.FAILED)],
)
def test_a_check_passes_only_when_its_command_does(command: tuple[str, ...], result: Result) -> None:
    assert run(Check("example", command), {}).result is result


def test_the_table_has_one_line_a_check_and_the_total() -> None:
    rows = [Row("lint", 1.25, Result.PASSED), Row("web types", 10.0, Result.FAILED, "exit status 2")]
    assert table(rows).splitlines() == [
        "lint           1.2 s  passed",
        "web types     10.0 s  FAILED  exit status 2",
        "total         11.2 s",
    ]
