"""Steps are done once, again when their inputs change, by the next way when one fails, and never silently left out."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tools import bootstrap
from tools.bootstrap import ROOT, SetupError, is_fresh, perform, reason_to_skip, set_up
from tools.machine import Machine
from tools.plan import CONSOLE, GOALS, KERNELS, NODE, Goal, Step, Way, Ways

MACHINE = Machine(python=sys.executable, python_version="3.11")
TOUCH = ("sh", "-c", "mkdir -p made && echo done >> made/log")


def step(*ways: Way, inputs: tuple[str, ...] = ("input",), output: str = "made/log") -> Step:
    def always(_: Machine) -> Ways:
        return ways

    return Step("example", inputs, output, always, lambda _: "make example")


def times_done(root: Path) -> int:
    return (root / "made/log").read_text().count("done")


@pytest.fixture
def goal(monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of a goal with one step."""
    monkeypatch.setitem(GOALS, "example", Goal((step(Way("touch", (TOUCH,))),)))
    return "example"


def test_a_step_is_done_once(tmp_path: Path, goal: str, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(tmp_path, goal)
    capsys.readouterr()
    set_up(tmp_path, goal)
    assert times_done(tmp_path) == 1
    assert capsys.readouterr().out == "", "a warm call has nothing to say"


def test_a_step_is_done_again_when_an_input_changes(tmp_path: Path, goal: str) -> None:
    (tmp_path / "input").mkdir()
    for text in ("one", "two"):
        (tmp_path / "input" / "file").write_text(text)
        set_up(tmp_path, goal)
    assert times_done(tmp_path) == 2


def test_a_step_is_done_again_when_an_input_is_renamed_or_removed(tmp_path: Path, goal: str) -> None:
    (tmp_path / "input").mkdir()
    (tmp_path / "input" / "a").write_text("x")
    set_up(tmp_path, goal)
    (tmp_path / "input" / "a").rename(tmp_path / "input" / "b")
    set_up(tmp_path, goal)
    (tmp_path / "input" / "b").unlink()
    set_up(tmp_path, goal)
    assert times_done(tmp_path) == 3


def test_what_a_build_leaves_among_its_inputs_does_not_make_it_stale(tmp_path: Path, goal: str) -> None:
    set_up(tmp_path, goal)
    (tmp_path / "input" / "node_modules").mkdir(parents=True)
    (tmp_path / "input" / "node_modules" / "x").write_text("built")
    set_up(tmp_path, goal)
    assert times_done(tmp_path) == 1


def test_a_step_is_done_again_when_its_output_is_gone(tmp_path: Path, goal: str) -> None:
    set_up(tmp_path, goal)
    (tmp_path / "made/log").unlink()
    set_up(tmp_path, goal)
    assert times_done(tmp_path) == 1


def test_an_edit_while_the_step_runs_leaves_it_stale(tmp_path: Path) -> None:
    edits = step(Way("edits", ((*TOUCH[:2], TOUCH[2] + " && echo late > input"),)))
    perform(tmp_path, edits, MACHINE)
    assert not is_fresh(tmp_path, edits)


def test_the_next_way_is_tried_when_one_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = step(Way("broken", (("false",),)), Way("absent", (("/no/such/program",),)), Way("touch", (TOUCH,)))
    perform(tmp_path, both, MACHINE)
    told = capsys.readouterr()
    assert "broken did not work" in told.out
    assert "failed with 1: false" in told.err
    assert is_fresh(tmp_path, both)


def test_a_way_that_succeeds_without_its_output_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="Type: make example"):
        perform(tmp_path, step(Way("nothing", (("true",),))), MACHINE)


@pytest.mark.parametrize("ways", [(), (Way("broken", (("false",),)),)], ids=["no way", "every way fails"])
def test_when_nothing_works_the_error_is_the_one_command_and_nothing_is_stamped(
    tmp_path: Path, ways: tuple[Way, ...]
) -> None:
    with pytest.raises(SetupError, match=r"Type: make example$"):
        perform(tmp_path, step(*ways), MACHINE)
    assert not is_fresh(tmp_path, step(*ways))


def test_commands_get_no_standard_input_and_the_chosen_node_first(tmp_path: Path) -> None:
    shows = ("sh", "-c", 'read line || mkdir -p made && echo "$PATH" > made/log')
    perform(tmp_path, step(Way("shows", (shows,))), replace(MACHINE, node="/own/bin/node"))
    assert (tmp_path / "made/log").read_text().startswith("/own/bin:")


def test_the_web_steps_are_skipped_with_a_reason_where_there_is_no_console_source(tmp_path: Path) -> None:
    assert reason_to_skip(tmp_path, NODE) == "there is no web/package.json"
    assert reason_to_skip(tmp_path, CONSOLE) == "there is no web/index.html"


def test_kernels_are_skipped_only_when_the_product_itself_lists_no_such_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "_commands", lambda _: "| run   Start a desk. |\n| warm  Compile. |")
    assert reason_to_skip(tmp_path, KERNELS) == ""
    monkeypatch.setattr(bootstrap, "_commands", lambda _: "| run   Start a desk that is warm. |")
    assert reason_to_skip(tmp_path, KERNELS) == "airpact has no command `warm`"


def test_without_venv_pip_and_uv_set_up_stops_with_one_line(tmp_path: Path) -> None:
    result = from_copy(tmp_path, "run", AIRPACT_WITHOUT="venv,pip,uv", PATH="/usr/bin:/bin")
    assert result.returncode == 2
    last = result.stderr.splitlines()[-1]
    assert last.startswith("airpact set-up: environment: no way to do this worked here")
    assert last.endswith(("Type: sudo apt-get install -y python3-venv", "Type: python3 -m ensurepip --upgrade"))


def test_set_up_becomes_the_command_and_hands_over_every_argument(
    tmp_path: Path, goal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    became: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(os, "execv", lambda path, command: became.append((path, command)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(GOALS, goal, replace(GOALS[goal], command=("/bin/demo", "start")))
    assert bootstrap.main([goal, "--help", "--port", "1"]) == 0
    assert became == [("/bin/demo", ["/bin/demo", "start", "--help", "--port", "1"])]
    assert times_done(tmp_path) == 1


@pytest.mark.parametrize("arguments", [[], ["fly"]])
def test_an_unknown_goal_names_the_command_that_lists_them(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert bootstrap.main(arguments) == 2
    assert capsys.readouterr().err.endswith("Type: make help\n")


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("without", ["venv,uv", "uv,node"])
def test_a_fresh_copy_sets_itself_up_without(tmp_path: Path, without: str) -> None:
    result = from_copy(tmp_path, "setup", AIRPACT_WITHOUT=without)
    assert result.returncode == 0, result.stdout + result.stderr
    assert (tmp_path / ".venv/bin/airpact").exists()
    again = from_copy(tmp_path, "setup", AIRPACT_WITHOUT=without)
    assert "done in" not in again.stdout


def from_copy(root: Path, goal: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run set-up in a copy of the checkout without anything built."""
    if not (root / "pyproject.toml").exists():
        names = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout.splitlines()  # fmt: skip
        for name in filter(lambda name: (ROOT / name).is_file(), names):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes((ROOT / name).read_bytes())
    return subprocess.run(
        [sys.executable, "-m", "tools.bootstrap", goal],
        cwd=root, env={**os.environ, **environ}, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
