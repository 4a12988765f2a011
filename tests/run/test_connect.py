"""What the README says of connecting two organisations, followed to the letter in empty directories."""

import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.processes import Started, free_port
from tests.run.desks import START_S, WAIT_S

pytestmark = pytest.mark.timeout(400)
README: Final = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
PORT: Final = re.compile(r"\b8\d{3}\b")


def commands(label: str) -> list[str]:
    """Return the commands of a block, without their comments."""
    (block,) = re.findall(rf"^```sh {label}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    return [line.partition("  #")[0].strip() for line in block.splitlines()]


class Person:
    """Someone who types what the README says, in one folder, and answers yes where words are to be compared."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports: dict[str, str] = {}  # of the README: free ones here
        self.running: list[Started] = []

    def words(self, line: str) -> list[str]:
        program, *words = shlex.split(PORT.sub(lambda port: self._free(port.group()), line))
        assert program == "airpact"
        return words

    def tries(self, line: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "airpact.cli.main", *self.words(line)]
        return subprocess.run(
            command, cwd=self.folder, input="y\n", capture_output=True, text=True, timeout=START_S, check=False
        )

    def is_proven(self, line: str) -> bool:
        """Whether a head that grows by the second is proven as it stands now."""
        return self.tries(line).returncode == 0

    def types(self, line: str) -> str:
        done = self.tries(line)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        return done.stdout

    def leaves_running(self, line: str) -> None:
        self.running.append(Started(*self.words(line), cwd=self.folder))

    def stops_all(self) -> None:
        for each in self.running:
            each.process.terminate()
            assert each.process.wait(WAIT_S) == 0
        self.running.clear()

    def _free(self, port: str) -> str:
        """Return what stands for a port of the README; a console's takes the watchdog's with it."""
        return self.ports.setdefault(port, str(free_port()))


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    someone = Person(tmp_path)
    yield someone
    for each in someone.running:
        each.end()


def until(wanted: Callable[[], object], what: str) -> None:
    end = time.monotonic() + START_S
    while True:
        try:
            if wanted():
                return
        except httpx.HTTPError:
            pass
        assert time.monotonic() < end, what
        time.sleep(0.2)


def is_witnessed(port: str) -> bool:
    """Whether the newest head of the own log is signed by the other side, and theirs is held here."""
    table = httpx.get(f"http://127.0.0.1:{port}/api/v1/peers", timeout=WAIT_S).raise_for_status().json()
    own = [head for head in table["heads"] if head["how"] == "own"]
    others = [head for head in table["heads"] if head["how"] != "own"]
    signed = all(head["size"] and head["cosigned_size"] == head["size"] for head in own)
    return bool(own and others and signed and all(head["size"] for head in others))


def test_two_empty_directories_end_as_two_desks_that_witness_each_other(person: Person) -> None:
    for line in commands("connect"):
        if line.startswith("airpact run"):
            person.leaves_running(line)
        else:
            person.types(line)
    for port in ("8790", "8800"):
        until(partial(is_witnessed, person.ports[port]), f"the desk on {port} is not witnessed")
    for home, other in (("nag", "ctf"), ("ctf", "nag")):
        trust = f"--policy {other}/pact.policy --authors {other}/pact.authors"
        until(partial(person.is_proven, f"airpact verify {home}/log {trust}"), f"nobody else signed the log of {home}")
        mirror = next((person.folder / other / "mirrors").iterdir())
        person.types(f"airpact verify {mirror.relative_to(person.folder)} {trust}")
    person.stops_all()


def test_the_same_by_file_alone(person: Person) -> None:
    """No port is opened to the other side: each desk runs alone, and what it said travels as files."""
    for line in commands("connect"):
        if not line.startswith("airpact run"):
            person.types(line + " --by-file" * ("peer accept" in line))
    for home in ("nag", "ctf"):
        person.leaves_running(f"airpact run --home {home} --port 8790")
        entries = person.folder / home / "log" / "checkpoint"
        until(entries.exists, "a desk that runs has something in its log")
        person.stops_all()
    for line in commands("by-file"):
        person.types(line)
    said = person.types("airpact verify nag/log --policy ctf/pact.policy --authors ctf/pact.authors")
    assert "Proven" in said
    for line in commands("by-file")[:2]:  # the next file carries what the one before it earned
        person.types(line)
    person.types("airpact verify ctf/log --policy nag/pact.policy --authors nag/pact.authors")
