"""The demonstration as `make run` starts it: a desk for each party, one sky, and one end for all."""

import os
import signal
import socket
import time
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.processes import free_port
from tests.run.desks import START_S, WAIT_S, Desk, airpact

pytestmark = pytest.mark.timeout(300)
NEXT: Final = 10  # ports between two desks


def two_ports() -> int:
    """Return a port that is free together with those of the second desk."""
    while True:
        port = free_port()
        try:
            with socket.create_server(("127.0.0.1", port + NEXT)), socket.create_server(("127.0.0.1", port + NEXT + 1)):
                return port
        except OSError:
            continue


def desk_of(port: int) -> dict[str, object]:
    """Return what a desk says of itself, once it answers."""
    end = time.monotonic() + START_S
    while True:
        try:
            return dict(httpx.get(f"http://127.0.0.1:{port}/api/v1/desk").raise_for_status().json())
        except httpx.HTTPError:
            assert time.monotonic() < end, f"no desk on port {port}"
            time.sleep(0.1)


def answers(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def await_silence(*ports: int) -> None:
    end = time.monotonic() + WAIT_S
    while any(map(answers, ports)):
        assert time.monotonic() < end, "a desk runs on"
        time.sleep(0.1)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_each_party_has_a_desk_on_one_sky_and_all_end_together(tmp_path: Path, how: signal.Signals) -> None:
    port = two_ports()
    demo = Desk(port, "demo", "--home", tmp_path)
    try:
        north, coast = desk_of(port), desk_of(port + NEXT)
        assert [desk["party"] for desk in (north, coast)] == [
            {"id": "NAG", "name": "Northern Air Group"},
            {"id": "CTF", "name": "Coastal Task Force"},
        ]
        roles = [{party["id"]: party["role"] for party in desk["parties"]} for desk in (north, coast)]  # type: ignore[attr-defined]
        assert [(one["NAG"], one["CTF"]) for one in roles] == [("own", "peer"), ("peer", "own")]
        assert (tmp_path / "nag" / "node.db").exists()
        assert (tmp_path / "ctf" / "node.db").exists()
        os.kill(demo.process.pid, how)
        code = demo.process.wait(WAIT_S)
        assert code == (0 if how == signal.SIGTERM else -how)
        await_silence(port, port + 1, port + NEXT, port + NEXT + 1)
    finally:
        demo.end()


def test_a_desk_of_nobody_is_refused(tmp_path: Path) -> None:
    ended = airpact("demo", "--only", "RFU", "--home", tmp_path / "home", "--port", free_port())
    assert ended.returncode == 2
    assert "no such party" in ended.stderr
    assert "NAG, CTF" in ended.stderr
