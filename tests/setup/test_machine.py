"""What is on PATH is found, what is hidden or too old is not."""

from pathlib import Path

import pytest

from tools import python_remedy
from tools.machine import OWN_NODE, chromium, node_is_recent, probe


def program(folder: Path, name: str, prints: str = "") -> Path:
    """Put a small program on a folder that plays PATH."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\necho '{prints}'\n")
    file.chmod(0o755)
    return file


@pytest.mark.parametrize(
    ("answer", "recent"),
    [
        ("v20.19.0\n", True),
        ("v24.1.0\n", True),
        ("v20.18.9\n", False),
        ("v18.20.4\n", False),
        ("v9.99.0\n", False),
        ("", False),
        ("node: not found", False),
    ],
)
def test_node_is_recent_from_20_19_on(answer: str, recent: bool) -> None:
    assert node_is_recent(answer) is recent


def test_a_recent_node_with_npm_on_path_is_used(tmp_path: Path) -> None:
    node, npm = program(tmp_path / "bin", "node", "v22.12.0"), program(tmp_path / "bin", "npm")
    machine = probe(tmp_path, {"PATH": str(tmp_path / "bin")})
    assert (machine.node, machine.npm) == (str(node), (str(npm),))


@pytest.mark.parametrize(
    ("version", "with_npm", "without"),
    [("v18.20.4", True, ""), ("v22.12.0", False, ""), ("v22.12.0", True, "node")],
    ids=["too old", "npm apart", "hidden"],
)
def test_a_node_that_will_not_do_gives_way_to_the_one_beside_the_project(
    tmp_path: Path, version: str, with_npm: bool, without: str
) -> None:
    program(tmp_path / "bin", "node", version)
    if with_npm:
        program(tmp_path / "bin", "npm")
    environ = {"PATH": str(tmp_path / "bin"), "AIRPACT_WITHOUT": without}
    assert probe(tmp_path, environ).node == ""
    own = program(tmp_path / OWN_NODE / "bin", "node", "v24.19.0")
    found = probe(tmp_path, environ)
    assert found.node == str(own)
    assert found.npm[0] == str(own)


def test_a_node_that_cannot_be_started_counts_as_missing(tmp_path: Path) -> None:
    program(tmp_path / "bin", "npm")
    program(tmp_path / "bin", "node").write_bytes(b"\x7fELF broken")
    assert probe(tmp_path, {"PATH": str(tmp_path / "bin")}).node == ""


@pytest.mark.parametrize(("hide", "field"), [("venv", "has_venv"), ("pip", "has_pip"), ("uv", "uv")])
def test_anything_can_be_hidden(tmp_path: Path, hide: str, field: str) -> None:
    program(tmp_path / "bin", "uv")
    assert not getattr(probe(tmp_path, {"PATH": str(tmp_path / "bin"), "AIRPACT_WITHOUT": f"{hide},node"}), field)


def test_chromium_is_found_on_path_and_named_by_its_variable(tmp_path: Path) -> None:
    usual, other = program(tmp_path / "bin", "chromium"), program(tmp_path, "other")
    path = str(tmp_path / "bin")
    assert chromium({"PATH": path}) == str(usual)
    assert chromium({"PATH": path, "AIRPACT_CHROMIUM": str(other)}) == str(other)


@pytest.mark.parametrize("environ", [{"AIRPACT_WITHOUT": "chromium"}, {"AIRPACT_CHROMIUM": "/nowhere/chromium"}])
def test_a_hidden_or_misnamed_chromium_is_not_replaced_by_another(tmp_path: Path, environ: dict[str, str]) -> None:
    program(tmp_path / "bin", "chromium")
    assert chromium({"PATH": str(tmp_path / "bin"), **environ}) == ""


def test_a_new_enough_python_needs_no_remedy() -> None:
    assert python_remedy((3, 11), "") == ""
    assert python_remedy((3, 14), "") == ""


@pytest.mark.parametrize(
    ("programs", "command"),
    [
        (("python3.12", "apt-get"), "make run PYTHON=python3.12"),
        (("apt-get",), "sudo apt-get install -y python3.11"),
        (("brew",), "brew install python@3.13"),
        ((), "make run PYTHON=/path/to/python3.11"),
    ],
)
def test_an_old_python_names_the_one_command_this_machine_allows(
    tmp_path: Path, programs: tuple[str, ...], command: str
) -> None:
    for name in programs:
        program(tmp_path, name)
    message = python_remedy((3, 9), str(tmp_path))
    assert message == f"airpact needs Python 3.11 or newer; python3 is 3.9. Type: {command}"
