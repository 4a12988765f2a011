"""Holds every page to the code: examples are run, named files exist, generated pages are what the code says."""

import gzip
import json
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest
import typer
from typer.testing import CliRunner

from airpact.cli.main import app
from airpact.encounter import turn
from airpact.feeds.positions import PositionsDecoder
from airpact.node.desk import mismatches, read_desk
from airpact.node.profiles import load_procedures, shipped_profiles
from airpact.picture import feeds, gates, links, picture, projection, quality
from airpact.picture.rules import read_rules
from tools import alarm_rate, cli_reference, people_table
from tools.plan import GOALS

ROOT: Final = Path(__file__).resolve().parent.parent
PAGES: Final = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE: Final = (ROOT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
QUALITY: Final = (ROOT / "docs" / "data-quality.md").read_text(encoding="utf-8")

LINK: Final = re.compile(r"(?<!`)!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE: Final = re.compile(r"^```([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
FILE_NAMED: Final = re.compile(r"(?<![\w/.])((?:[\w.-]+/)+[\w.-]*\w\.?(?:py|ts|md|toml|yaml)?/?)(?![\w/])")
FOLDERS: Final = ("", "src/airpact/", "web/src/")  # where a page's short paths begin


def blocks(page: str, label: str) -> list[str]:
    """Return the fenced blocks of a page that carry this label."""
    return [text for found, text in FENCE.findall(page) if found == label]


def names(pages: list[Path]) -> list[str]:
    """Return the pages as test ids."""
    return [page.relative_to(ROOT).as_posix() for page in pages]


def commands() -> Mapping[str, Any]:
    """Return every command of the program by name, those of a group with the group's name before it."""
    root: Any = typer.main.get_command(app)
    return dict(leaves(root, ""))


def leaves(group: Any, above: str) -> Iterator[tuple[str, Any]]:
    """Yield the commands below a group."""
    for name, command in group.commands.items():
        yield from leaves(command, f"{above}{name} ") if hasattr(command, "commands") else ((above + name, command),)


def typed_commands() -> Iterator[tuple[str, list[str]]]:
    """Yield every command line that a page tells people to type in a terminal."""
    for page in PAGES:
        for block in blocks(page.read_text(encoding="utf-8"), "console"):
            yield from ((page.name, shlex.split(line[2:])) for line in block.splitlines() if line.startswith("$ "))


# --- links and names -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    targets = LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
    local = [target.partition("#")[0] for target in targets if not re.match(r"[a-z]+:|#", target)]
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_a_link_into_a_page_names_one_of_its_headings(page: Path) -> None:
    for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        path, mark, anchor = target.partition("#")
        if mark and not re.match(r"[a-z]+:", target):
            text = (page.parent / path if path else page).read_text(encoding="utf-8")
            headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        reached.add(page)
        linked = (page.parent / target.partition("#")[0] for target in LINK.findall(page.read_text(encoding="utf-8")))
        waiting += {path.resolve() for path in linked if path.suffix == ".md" and path.exists()} - reached
    lonely = sorted(path.name for path in {*(ROOT / "docs").glob("*.md")} - reached)
    assert lonely == [], "no page leads there: link it from the README, Read on"


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/ARCHITECTURE.md", "docs/data-quality.md"])
def test_every_file_a_page_names_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    spoken = [name for code in re.findall(r"`([^`\n]+)`", FENCE.sub("", text)) for name in FILE_NAMED.findall(code)]
    drawn = [name for block in blocks(text, "") for name in re.findall(r"[\w/]+/(?:\w+\.py)?(?=[\s,]|$)", block)]
    wanted = [name for name in (*spoken, *drawn) if re.search(r"\.(py|ts|md|toml|yaml)$|/$", name)]
    made = re.compile(r"journal/|snapshots/|tracks/|(\.venv|\.tools|web/node_modules|bench/out).*")
    missing = {name for name in wanted if not made.fullmatch(name) and not there(name)}
    assert missing == set()


def there(name: str) -> bool:
    """Return whether a path, as a page shortens it, is in the repository."""
    return any((ROOT / folder / name).exists() for folder in FOLDERS)


def test_the_search_for_named_files_finds_them() -> None:
    found = FILE_NAMED.findall("see node/pipeline.py and web/")
    assert found[0] == "node/pipeline.py"
    assert there("node/pipeline.py")
    assert not there("node/no_such_file.py")


def test_the_architecture_lists_every_package() -> None:
    packages = {path.parent.name for path in (ROOT / "src/airpact").glob("*/__init__.py")}
    table = "\n".join(line for line in ARCHITECTURE.splitlines() if line.startswith("|"))
    assert {name for name in packages if f"`{name}`" not in table} == set()


def test_the_architecture_gives_the_layers_as_they_are_enforced() -> None:
    layers = re.search(r"^layers = \[(.*?)\]", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.M | re.S)
    assert layers
    text = " ".join(ARCHITECTURE.split())
    assert ", ".join(f"`{layer}`" for layer in re.findall(r'"([^"]+)"', layers[1])) in text


def test_the_architecture_can_be_read_in_one_sitting() -> None:
    assert ARCHITECTURE.count("\n") <= 300


# --- examples --------------------------------------------------------------------------------------------------------


def test_the_desk_and_rules_of_the_readme_are_valid_alone_and_together() -> None:
    (desk_text,), (rules_text,) = blocks(README, "yaml desk"), blocks(README, "yaml rules")
    desk, rules = read_desk(desk_text), read_rules(rules_text, "rules.yaml")
    assert desk.rules == "rules.yaml"
    assert mismatches(desk, load_procedures(desk.procedures, ROOT), rules) == ()


def test_the_recorded_line_of_the_readme_is_one_position() -> None:
    (line,) = blocks(README, "json recording")
    decoder = PositionsDecoder("readme")
    decoded = decoder.push(line.encode()) + decoder.finish()
    assert len(decoded.reports) == 1
    assert decoded.rejections == decoded.doubtful == ()


def test_every_shipped_profile_stands_in_the_readme() -> None:
    assert [name for name in shipped_profiles() if f"| `{name}` |" not in README] == []


def test_a_command_on_a_page_exists_with_every_option_it_is_given() -> None:
    for page, (program, *words) in typed_commands():
        assert program == "airpact", page
        command = " ".join(words[: 1 if words[0] in commands() else 2])
        given = {word for word in words if word.startswith("-")}
        known = {option for parameter in commands()[command].params for option in parameter.opts}
        assert given <= known, (page, command)


def test_the_replay_of_the_readme_finds_the_close_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    record_head_on(tmp_path / "day.jsonl.gz", json.loads(blocks(README, "json recording")[0]))
    ((_, *words),) = [line for page, line in typed_commands() if page == "README.md" and line[1] == "replay"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    (encounter,) = [json.loads(line) for line in (tmp_path / "encounters.jsonl").read_text().splitlines()]
    assert (encounter["a"], encounter["b"], encounter["kind"]) == ("a1b2c3", "a1b2c4", "loss")
    assert encounter["level"] == "warning"


def record_head_on(path: Path, line: dict[str, Any]) -> None:
    """Write two aircraft that meet after a minute, in the shape of the readme's line."""
    speed_deg_s = line["gscp"] / 3600 / 60  # 60 NM a degree of latitude
    with gzip.open(path, "wt") as file:
        for second in range(120):
            for sign, last, track in ((-1, "3", 0), (1, "4", 180)):
                lat = line["lat"] + sign * speed_deg_s * (60 - second)
                moved = {"now": line["now"] + second, "hex": line["hex"][:-1] + last, "lat": lat, "track": track}
                file.write(json.dumps(line | moved) + "\n")


def test_without_a_pact_the_shipped_profiles_are_listed_as_the_readme_says(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["replay", str(tmp_path / "day.jsonl.gz")])
    assert result.exit_code != 0
    assert all(name in str(result.exception) for name in shipped_profiles())


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_every_make_target_a_page_names_is_one(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= targets
    assert set(GOALS) <= targets


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_every_tool_a_page_names_is_there(page: Path) -> None:
    named = re.findall(r"python -m tools\.(\w+)", page.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / "tools" / f"{name}.py").exists()] == []


# --- generated pages -------------------------------------------------------------------------------------------------


def test_the_command_page_is_what_the_commands_say() -> None:
    written = cli_reference.PAGE.read_text(encoding="utf-8")
    assert written == cli_reference.command_page(), "out of date. Type: .venv/bin/python -m tools.cli_reference"


def test_the_page_of_people_is_what_the_tables_say() -> None:
    written = people_table.PAGE.read_text(encoding="utf-8")
    assert written == people_table.people_page(written), "out of date. Type: .venv/bin/python -m tools.people_table"


def test_every_command_and_option_stands_on_the_command_page() -> None:
    page = cli_reference.PAGE.read_text(encoding="utf-8")
    for name, command in commands().items():
        section = page.partition(f"## `airpact {name}`\n")[2].partition("\n## ")[0]
        assert section, name
        shown = [each for each in command.params if not getattr(each, "hidden", False)]
        options = [option for each in shown for option in each.opts if option.startswith("-")]
        assert [option for option in options if f"`{option}" not in section] == []


def test_the_exit_codes_of_the_readme_are_those_of_the_command_page() -> None:
    code = re.compile(r"^\| (\d+) \|", re.MULTILINE)
    assert code.findall(README) == code.findall(cli_reference.PAGE.read_text(encoding="utf-8")) == ["0", "1", "2", "70"]


def test_every_route_of_the_contract_stands_on_a_page() -> None:
    contract = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))
    pages = "".join((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("api.md", "stream.md"))
    routes = {f"{method.upper()} {path}" for path, methods in contract["paths"].items() for method in methods}
    assert routes
    assert {route for route in routes if f"`{route}" not in pages} == set()


def test_the_alarm_rate_page_is_what_the_recorded_day_gives(reference: Callable[[str], Path]) -> None:
    day = reference(alarm_rate.DAY)
    page = alarm_rate.PAGE.read_text(encoding="utf-8")
    assert page == alarm_rate.written(page, day), (
        "the detection core gives other figures. Read them, then type: .venv/bin/python -m tools.alarm_rate"
    )


def test_the_alarm_rate_page_names_every_profile_and_where_the_day_comes_from() -> None:
    page = alarm_rate.PAGE.read_text(encoding="utf-8")
    for name in shipped_profiles():
        assert page.count(f"| `{name}` |") == 3
        assert f"**`{name}`**" in page
    credit = ("Contains information from adsb.lol", "https://adsb.lol", "Open Database License", "opendatacommons.org")
    assert all(words in page for words in credit)


# --- thresholds ------------------------------------------------------------------------------------------------------

THRESHOLDS: Final[tuple[ModuleType, ...]] = (gates, quality, projection, links, feeds, picture, turn)
UNITS: Final = {"_MPS2": "m/s²", "_MPS": "m/s", "_RADPS": "rad/s", "_DEG": "°", "_M": "m", "_S": "s"}


def thresholds() -> Iterator[tuple[str, object]]:
    """Yield name and value of every public constant of the modules that judge data."""
    for module in THRESHOLDS:
        source = Path(str(module.__file__)).read_text(encoding="utf-8")
        found = re.findall(r"^([A-Z]\w*): Final", source, re.MULTILINE)
        yield from ((name, getattr(module, name)) for name in found)


def test_every_threshold_is_named_on_the_page() -> None:
    assert [name for name, _ in thresholds() if f"`{name}`" not in QUALITY] == []


def test_every_threshold_stands_with_its_value_and_unit() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", QUALITY, re.MULTILINE))
    for name, value in thresholds():
        unit = next((unit for ending, unit in UNITS.items() if name.endswith(ending)), "")
        if unit and isinstance(value, int | float):
            assert re.match(rf"{re.escape(f'{value:.6g} {unit}')}( |$)", rows[name]), (name, value, rows[name])
        elif name in rows and isinstance(value, int | float):
            assert rows[name] == f"{value:.6g}", (name, value)


def test_the_page_names_no_threshold_that_is_gone() -> None:
    known = {name for name, _ in thresholds()}
    assert set(re.findall(r"^\| `(\w+)` \|", QUALITY, re.MULTILINE)) <= known
