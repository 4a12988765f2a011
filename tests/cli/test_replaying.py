"""`airpact replay` as a person types it: damage is named and ends with 2, nothing readable is lost."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from airpact.cli.main import app
from airpact.node.errors import OperatingError

PACT = ("--pact", "close-pass-0.3nm-400ft")


def line(second: int, identity: str, lat: float, **more: Any) -> str:
    """Return one recorded position flying north at 100 kt, 1,000 m up."""
    plain = {
        "now": 1_790_000_000 + second,
        "hex": identity,
        "flight": "",
        "lat": lat + second * 100 / 3600 / 60,
        "lon": 35.0,
        "alt_baro": 3000,
        "gscp": 100,
        "track": 0.0,
        "flightdict": None,
    }
    return json.dumps({**plain, **more})


def written(path: Path, lines: Iterable[str]) -> Path:
    """Write a recording."""
    path.write_text("\n".join(lines) + "\n")
    return path


def side_by_side(seconds: int) -> list[str]:
    """Return two aircraft 220 m apart, inside the minima all the time."""
    pairs = ((line(s, "a00001", 36.0), line(s, "a00002", 36.0, lon=35.0025)) for s in range(seconds))
    return [text for pair in pairs for text in pair]


def replay(*words: str | Path) -> Result:
    """Run the command."""
    return CliRunner().invoke(app, ["replay", *(str(word) for word in words)])


def test_damaged_lines_are_named_and_everything_else_is_replayed(tmp_path: Path) -> None:
    lines = side_by_side(30)
    lines[4:4] = ["{broken", line(2, "a00003", 91.0), '{"now": NaN, "hex": "a00004", "lat": 36, "lon": 35}']
    out = tmp_path / "out.jsonl"
    result = replay(written(tmp_path / "day.jsonl", lines), *PACT, "--json", out)
    assert isinstance(result.exception, OperatingError)
    for place in ("day.jsonl:5: framing", "day.jsonl:6: out of range: lat", "day.jsonl:7: out of range: now"):
        assert place in str(result.exception)
    (found,) = [json.loads(text) for text in out.read_text().splitlines()]
    assert (found["a"], found["b"], found["kind"]) == ("a00001", "a00002", "loss")


def test_what_a_live_sky_does_is_no_damage(tmp_path: Path) -> None:
    """Duplicates, a clock that runs backwards, a jump and a missing speed are counted, and the replay is done."""
    lines = [*side_by_side(10), line(9, "a00001", 36.0), line(3, "a00001", 36.0), line(10, "a00001", 38.0, gscp=0)]
    result = replay(written(tmp_path / "day.jsonl", lines), *PACT)
    assert result.exit_code == 0, result.output
    for word in ("duplicate", "older than last", "position jump", "gscp"):
        assert word in result.output


def test_without_a_pact_the_shipped_profiles_are_listed(tmp_path: Path) -> None:
    result = replay(written(tmp_path / "day.jsonl", side_by_side(3)))
    assert isinstance(result.exception, OperatingError)
    assert "en-route-5nm-1000ft" in str(result.exception)


@pytest.mark.parametrize("more", [("--serve", "--json", "out.jsonl"), ("--serve",)])
def test_what_serve_cannot_do_is_said_before_anything_is_read(tmp_path: Path, more: tuple[str, ...]) -> None:
    given = tmp_path if more == ("--serve",) else written(tmp_path / "day.jsonl", side_by_side(3))
    result = replay(given, *PACT, *more)
    assert isinstance(result.exception, OperatingError)


def test_a_folder_that_is_no_home_is_refused_in_words(tmp_path: Path) -> None:
    result = replay(tmp_path, *PACT)
    assert isinstance(result.exception, OperatingError)
    assert "home of a desk" in str(result.exception)
