"""Starting and stopping a desk: the address is printed, a busy port has a remedy, a signal ends everything in time."""

import asyncio
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from airpact.feeds.report import FeedBatch
from airpact.node.entries import Entry
from airpact.node.errors import OperatingError
from airpact.node.launch import FAILED, Stop, listen, run_desk
from airpact.node.world import Outbox, TickRecord
from tests.api.serving import serving
from tests.node.fakes import Fakes, batch

ROOT = Path(__file__).resolve().parents[2]
STOP_S = 2.0
PROGRAM = """
import sys, threading
from airpact.node.clock import SystemClock
from airpact.node.launch import run_desk
from tests.node.fakes import Fakes
code = run_desk(lambda: Fakes().node(clock=SystemClock()), port=0, ready=lambda url: print(url, flush=True))
print(sorted(thread.name for thread in threading.enumerate() if thread.name.startswith("airpact")), flush=True)
sys.exit(code)
"""


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    """A desk in a process of its own."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        yield running
        running.kill()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_desk_with_consoles_connected_and_leaves_no_thread(
    process: subprocess.Popen[str], number: signal.Signals
) -> None:
    address = line(process)
    host, port = address.removeprefix("http://").rstrip("/").split(":")
    assert httpx.get(address + "api/v1/desk").status_code == 200
    with socket.create_connection((host, int(port))) as idle:
        idle.sendall(
            f"GET /api/v1/live HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )
        assert b"101" in idle.recv(100)
        began_s = time.monotonic()
        process.send_signal(number)
        assert process.wait(STOP_S + 3.0) == 0
        took_s = time.monotonic() - began_s
    assert line(process) == "[]"
    assert took_s < STOP_S + 1.0, f"{took_s:.2f} s; the limit is {STOP_S} s on a machine with nothing else to do"


def test_a_port_in_use_names_the_port_and_the_way_out() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OperatingError) as refused:
            listen("127.0.0.1", port)
    assert str(port) in refused.value.what
    assert f"--port {port + 1}" in refused.value.remedy


@pytest.mark.parametrize("port", [-1, 65536, 10**9])
def test_a_port_that_is_none_has_a_remedy(port: int) -> None:
    with pytest.raises(OperatingError) as refused:
        listen("127.0.0.1", port)
    assert "--port" in refused.value.remedy


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org", ""])
def test_beyond_this_machine_nothing_is_opened(host: str) -> None:
    with pytest.raises(OperatingError, match="TLS"):
        listen(host, 0)


def test_a_desk_whose_world_breaks_ends_by_itself_with_its_own_code(caplog: pytest.LogCaptureFixture) -> None:
    fakes, codes = Fakes(), list[int]()

    def broken(_: TickRecord) -> Outbox:
        raise RuntimeError("broken world")

    fakes.engine.script = broken
    thread = threading.Thread(target=lambda: codes.append(run_desk(fakes.node, port=0, ready=lambda _: None)))
    thread.start()
    thread.join(10)
    assert codes == [FAILED]
    assert "only a restart" in caplog.text


def test_readers_run_in_the_loop_feed_the_tick_and_are_cancelled_at_the_end() -> None:
    fakes, ended = Fakes(), threading.Event()

    async def reader(sink: Callable[[FeedBatch], None]) -> None:
        try:
            while True:
                sink(batch())
                await asyncio.sleep(0.05)
        finally:
            ended.set()

    async def broken(_: Callable[[FeedBatch], None]) -> None:
        raise RuntimeError("broken reader")

    taken = threading.Event()

    def script(record: TickRecord) -> Outbox:
        if record.batches:
            taken.set()
        return Outbox(record.tick, record.now_s)

    fakes.engine.script = script
    with serving(fakes, readers=(broken, reader)):
        assert taken.wait(10)
    assert ended.is_set()


def test_a_store_that_cannot_be_read_ends_the_start_with_its_own_words_and_no_thread_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fakes = Fakes()

    def unreadable(_: int) -> Iterator[Entry]:
        raise OperatingError("node.db cannot be read.", remedy="Restore it from a copy.")

    monkeypatch.setattr(fakes.order, "since", unreadable)
    with pytest.raises(OperatingError, match=r"node\.db"):
        run_desk(fakes.node, port=0, ready=lambda _: None)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("airpact")]


def test_a_stop_asked_before_the_start_still_ends_in_order() -> None:
    stop = Stop()
    stop()
    assert run_desk(Fakes().node, port=0, ready=lambda _: None, stop=stop) == 0


def test_signals_are_given_back() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    stop = Stop()
    stop()
    run_desk(Fakes().node, port=0, ready=lambda _: None, stop=stop)
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
