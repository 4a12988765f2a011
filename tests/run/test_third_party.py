"""A third party joins the demonstration in the three commands of docs/peers.md, and all witness all."""

import re
import shlex
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from tests.processes import Started, free_port
from tests.run.desks import START_S, WAIT_S, Desk, airpact
from tests.run.test_demo import NEXT, two_ports

pytestmark = pytest.mark.timeout(400)
PAGE: Final = (Path(__file__).parents[2] / "docs" / "peers.md").read_text(encoding="utf-8")
PARTIES: Final = frozenset({"NAG", "CTF", "RFU"})


def commands() -> list[str]:
    (block,) = re.findall(r"^```sh third-party\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return list(block.splitlines())


@pytest.fixture
def started() -> Iterator[list[Started]]:
    every: list[Started] = []
    yield every
    for each in every:
        each.end()


def heads(port: int) -> dict[str, Any]:
    """Return the newest head of each log as the desk on a port holds it."""
    with suppress(httpx.HTTPError):
        table = httpx.get(f"http://127.0.0.1:{port}/api/v1/peers", timeout=WAIT_S).raise_for_status().json()
        return {head["party"]: head for head in table["heads"]}
    return {}


def is_witnessed_by_both(port: int) -> bool:
    """Whether this desk follows both other logs, and both other parties signed something of its own."""
    table = heads(port)
    others = [head for head in table.values() if head["how"] != "own"]
    followed = all(head["compared"] == "consistent" and head["cosigned_size"] for head in others)
    return set(table) == PARTIES and len(others) == 2 and followed


def test_three_commands_make_a_third_party_that_all_witness(tmp_path: Path, started: list[Started]) -> None:
    first = two_ports()
    ports = {"8810": str(free_port()), "8812": str(free_port())}
    demo = Desk(first, "demo", "--home", tmp_path / "DEMO")
    started.append(demo)
    init, introduce, run = [
        shlex.split(re.sub(r"\b88\d\d\b", lambda port: ports[port.group()], line))[1:] for line in commands()
    ]
    for words in (init, introduce):
        done = airpact(*words, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
    started.append(Started(*run, cwd=tmp_path))
    end = time.monotonic() + START_S
    for port in (first, first + NEXT, int(ports["8810"])):
        while not is_witnessed_by_both(port):
            assert time.monotonic() < end, f"port {port}: {heads(port)}\n" + "\n".join(demo.log[-20:])
            time.sleep(0.2)
    for party in ("nag", "ctf"):
        trust = ("--policy", tmp_path / "rfu" / "pact.policy", "--authors", tmp_path / "rfu" / "pact.authors")
        while airpact("verify", tmp_path / "DEMO" / party / "log", *trust).returncode:  # a head may grow as it is read
            assert time.monotonic() < end, f"the log of {party} is proven to nobody"
