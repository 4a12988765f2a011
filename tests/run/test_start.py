"""What keeps a desk from starting is told at once: exit code 2, which file, line, field or port, and what to do."""

import os
import re
import socket
from pathlib import Path
from typing import Final

import pytest

from tests.processes import free_port
from tests.run.desks import airpact, mounted, running

DESK: Final = """\
party: NAG
mode: LIVE
relay_s: 45
procedures: en-route-5nm-1000ft
feeds:
  - {name: roof, kind: readsb, path: aircraft.json}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "desk.yaml").write_text(DESK)
    return tmp_path


def refused(folder: Path, *wanted: str, command: str = "run", home: str = "home", port: int | None = None) -> str:
    """Try to start a desk; return what it said, which holds every wanted expression and no traceback."""
    desk = ("--desk", "desk.yaml") if command == "run" else ("--only", "NAG")
    ended = airpact(command, "--home", home, *desk, "--port", free_port() if port is None else port, cwd=folder)
    assert ended.returncode == 2, ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
    for one in wanted:
        assert re.search(one, ended.stderr), f"{one!r} is not in:\n{ended.stderr}"
    return ended.stderr


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("mode: LIVE", "mode: [LIVE", r"desk\.yaml:\d+:\d+: is not valid YAML"),
        ("kind: readsb", "kind: radar", r"desk\.yaml:6:\d+: feeds\[0\]\.kind: is 'radar'; must be one of readsb"),
        ("relay_s: 45\n", "", r"desk\.yaml.*relay_s: is missing; give the seconds"),
        (
            "en-route-5nm-1000ft",
            "en-rout",
            r"desk\.yaml: procedures: en-rout is no shipped.*\n.*en-route-5nm-1000ft",
        ),
        ("feeds:", "rules: who.yaml\nfeeds:", r"desk\.yaml: rules: .*who\.yaml.*No such file"),
        (
            "path: aircraft.json",
            "host: h",
            r"desk\.yaml:6:\d+: feeds\[0\]\.kind: is 'readsb' with host and port",
        ),
    ],
)
def test_a_wrong_desk_file_is_told_by_line_and_field(folder: Path, old: str, new: str, wanted: str) -> None:
    (folder / "desk.yaml").write_text(DESK.replace(old, new))
    refused(folder, wanted)


def test_a_missing_desk_file_is_named_with_what_to_do(folder: Path) -> None:
    (folder / "desk.yaml").unlink()
    refused(folder, r"desk\.yaml: there is no desk file", "airpact demo")


@pytest.mark.parametrize("beside", [0, 1])
@pytest.mark.parametrize("command", ["run", "demo"])
def test_a_port_in_use_is_named(folder: Path, command: str, beside: int) -> None:
    """The console's, and the one after it, which is the watchdog's."""
    port = free_port()
    with socket.create_server(("127.0.0.1", port + beside)):
        refused(folder, f"Port {port + beside} on 127.0.0.1 is in use", "--port", command=command, port=port)


@pytest.mark.parametrize("port", [65_535, 70_000])
def test_a_port_that_does_not_exist_is_refused(folder: Path, port: int) -> None:
    """The last port leaves none for the watchdog."""
    refused(folder, "--port.*less than or equal to 65534", port=port)


def test_a_home_has_one_desk_and_one_mode(folder: Path) -> None:
    """A second desk is refused while the first runs; the demonstration is refused for ever after."""
    with running("run", "--home", folder / "home", "--desk", folder / "desk.yaml") as desk:
        refused(folder, rf"home home is in use by another desk \(process {desk.process.pid}\)", "--home")
        refused(folder, "in use by another desk", command="demo")
    refused(folder, "belongs to a desk in mode LIVE, this desk is EXERCISE", "--home", command="demo")
    assert not (folder / "home" / "demo.json").exists()


def test_a_live_desk_refuses_the_home_of_an_exercise(folder: Path) -> None:
    (folder / "home").mkdir()
    (folder / "home" / "mode").write_text("EXERCISE\n")
    refused(folder, "belongs to a desk in mode EXERCISE, this desk is LIVE", "--home")


def test_a_file_in_place_of_the_home_is_named(folder: Path) -> None:
    (folder / "home").write_text("")
    refused(folder, "home cannot be used", "Give a directory with --home")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
def test_a_home_that_cannot_be_written_is_named(folder: Path) -> None:
    home = folder / "home"
    home.mkdir()
    with mounted(home, "-t", "tmpfs", "-o", "ro,size=1m", "none"):
        refused(folder, "home cannot be used: .*Read-only file system", "Make the directory writable")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
def test_a_disk_that_is_full_from_the_start_is_named(folder: Path) -> None:
    home = folder / "home"
    home.mkdir()
    with mounted(home, "-t", "tmpfs", "-o", "size=16k", "none"):
        refused(folder, "home", "No space left|disk is full", "Free space on th(at|e) disk")
