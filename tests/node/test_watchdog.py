"""The watchdog against a real process: it says so when the beats stop, when they come back, and when the node dies."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.node.errors import OperatingError
from airpact.node.watchdog import (
    BELL_EVERY_S,
    FROZEN_AFTER_S,
    STAMP,
    START_LIMIT_S,
    Heartbeat,
    Pulse,
    Stamp,
    Watching,
    launch,
    read_stamp,
)

ORIGIN = "http://127.0.0.1:8765"
PATIENCE_S = 20.0  # for a process to start on a busy machine; nothing is asserted about it


def test_a_beat_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Count, time and tick come through the file, the newest one only."""
    heartbeat = Heartbeat.create(tmp_path / "heartbeat")
    with Watching(tmp_path / "heartbeat") as watching:
        assert watching.look() == Stamp(0, 0.0, 0)
        heartbeat.beat(1_790_000_000.2, tick=7)
        heartbeat.beat(1_790_000_000.4, tick=8)
        assert watching.look() == Stamp(2, 1_790_000_000.4, 8)
    heartbeat.close()


@given(cut=st.integers(0, 2 * STAMP.size), old=st.integers(0, 2**40), tick=st.integers(0, 2**40))
def test_a_torn_stamp_is_never_taken_for_one(cut: int, old: int, tick: int) -> None:
    """Whatever part of the new bytes has arrived, the reader gets the old stamp, the new one, or none."""
    before, after = STAMP.pack(old, float(old), tick), STAMP.pack(old + 1, old + 0.2, tick + 1)
    torn = (2 * after)[:cut] + (2 * before)[cut:]
    assert read_stamp(torn) in (None, Stamp(old, float(old), tick), Stamp(old + 1, old + 0.2, tick + 1))


def test_the_picture_is_frozen_two_seconds_after_the_last_beat_and_rings_every_three() -> None:
    """One bell at once, then one every 3 s, none once it moves again."""
    pulse = Pulse(5, moved_s=100.0, moved_utc_s=1000.0)
    bells = []
    for tenth in range(1, 101):
        at_s = 100 + tenth / 10
        rung = pulse.bell_s
        pulse = pulse.after(Stamp(5, 0.0, 0), at_s, 900 + at_s)
        assert pulse.frozen == (at_s - 100 >= FROZEN_AFTER_S)
        if pulse.bell_s != rung:
            bells.append(round(at_s - 100, 1))
    assert bells == pytest.approx([FROZEN_AFTER_S, FROZEN_AFTER_S + BELL_EVERY_S, FROZEN_AFTER_S + 2 * BELL_EVERY_S])
    assert pulse.event(1010.0) == {"state": "frozen", "since_s": 1000.0, "now_s": 1010.0}
    moving = pulse.after(Stamp(6, 0.0, 0), 111.0, 1011.0)
    assert (moving.frozen, moving.event(1011.0)["state"]) == (False, "ticking")


def test_a_stamp_caught_in_the_middle_of_writing_is_no_beat_and_no_fault() -> None:
    """Neither resets the count of seconds nor ends them."""
    pulse = Pulse(5, moved_s=100.0, moved_utc_s=1000.0).after(None, 101.0, 1001.0)
    assert (pulse.count, pulse.moved_s, pulse.frozen) == (5, 100.0, False)
    assert pulse.after(None, 102.0, 1002.0).frozen


def test_a_node_that_never_began_is_given_time_to_start_but_never_called_ticking() -> None:
    """The console must not hear that a picture moves which does not exist."""
    pulse = Pulse(0, moved_s=100.0, moved_utc_s=1000.0).after(Stamp(0, 0.0, 0), 100 + START_LIMIT_S - 1, 1059.0)
    assert not pulse.frozen
    assert pulse.event(1059.0)["state"] == "frozen"
    assert pulse.after(Stamp(0, 0.0, 0), 100 + START_LIMIT_S, 1060.0).frozen


def test_a_folder_that_cannot_be_written_is_an_error_for_people(tmp_path: Path) -> None:
    """What, effect and remedy, as every operating error."""
    with pytest.raises(OperatingError, match="heartbeat") as caught:
        Heartbeat.create(tmp_path / "missing" / "heartbeat")
    assert caught.value.remedy


class Run:
    """A heartbeat and a watchdog process that watches it on behalf of this test."""

    def __init__(self, folder: Path) -> None:
        self.heartbeat = Heartbeat.create(folder / "heartbeat")
        self.log = folder / "log"
        self.port = free_port()
        command = [sys.executable, "-m", "airpact.node.watchdog", "--heartbeat", str(folder / "heartbeat")]
        command += ["--port", str(self.port), "--allow-origin", ORIGIN]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stderr=log, stdin=subprocess.DEVNULL)
        self.heartbeat.beat(time.time(), 1)
        wait_for_port(self.port)

    def get(self, path: str, origin: str = ORIGIN) -> HTTPResponse:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers={"Origin": origin})
        response = urllib.request.urlopen(request, timeout=PATIENCE_S)
        assert isinstance(response, HTTPResponse)
        return response

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE_S)
        self.heartbeat.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        assert isinstance(port, int)
        return port


def wait_for_port(port: int) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(f"nothing listens on {port}")


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    started = Run(tmp_path)
    yield started
    started.close()


def events(response: HTTPResponse) -> Iterator[dict[str, object]]:
    """Yield what a console hears."""
    for line in response:
        if line.startswith(b"data: "):
            yield json.loads(line[6:])


def test_it_tells_rings_and_logs_when_the_beats_stop_and_when_they_return(run: Run) -> None:
    """Frozen is heard within four events of the last beat; then the picture moves again."""
    heard = events(run.get("/events"))
    beat_until(run, heard, "ticking")
    states = [str(next(heard)["state"]) for _ in range(4)]
    assert "frozen" in states
    assert states == sorted(states, reverse=True), "once frozen it stays so"
    beat_until(run, heard, "ticking")
    wait_for_text(run.log, "picture moves again")
    log = run.log.read_text()
    assert re.search(r"PICTURE FROZEN since \d\d:\d\d:\d\d: the picture has not moved for 2 s; use voice", log)
    assert "\a" in log
    assert "!" not in log


def beat_until(run: Run, heard: Iterator[dict[str, object]], state: str) -> None:
    """Beat before each event until one says `state`."""
    for tick in range(60):
        run.heartbeat.beat(time.time(), tick)
        if next(heard)["state"] == state:
            return
    pytest.fail(f"never {state}")


def wait_for_text(path: Path, text: str) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while text not in path.read_text():
        assert time.monotonic() < until_s, f"{text!r} not in:\n{path.read_text()}"
        time.sleep(0.05)


def test_its_port_answers_the_console_and_nobody_else_across_origins(run: Run) -> None:
    """CORS for the origin given, none for another; health is JSON; an unknown path is a problem document."""
    with run.get("/health") as response:
        assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert set(json.load(response)) == {"state", "since_s", "now_s", "beats"}
    with run.get("/health", origin="http://elsewhere.example") as response:
        assert response.headers["Access-Control-Allow-Origin"] is None
    with run.get("/events") as response:
        assert response.headers["Content-Type"] == "text/event-stream"
    with pytest.raises(urllib.error.HTTPError) as caught:
        run.get("/other")
    assert (caught.value.code, caught.value.headers["Content-Type"]) == (404, "application/problem+json")
    caught.value.close()


def test_a_busy_port_is_a_plain_error_and_exit_code_2(tmp_path: Path, run: Run) -> None:
    """No traceback: what, effect, remedy."""
    words = ["--heartbeat", str(tmp_path / "heartbeat"), "--port", str(run.port)]
    second = subprocess.run(
        [sys.executable, "-m", "airpact.node.watchdog", *words], capture_output=True, text=True, timeout=60, check=False
    )
    assert second.returncode == 2
    assert f"127.0.0.1:{run.port}: it is in use" in second.stderr
    assert "--port" in second.stderr
    assert "Traceback" not in second.stderr


def test_without_a_heartbeat_file_it_does_not_pretend_to_watch(tmp_path: Path) -> None:
    """Exit 2 and the name of the file."""
    words = ["--heartbeat", str(tmp_path / "none"), "--port", "0"]
    ended = subprocess.run(
        [sys.executable, "-m", "airpact.node.watchdog", *words], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 2
    assert str(tmp_path / "none") in ended.stderr


PARENT = """
import sys, time
from pathlib import Path
from airpact.node.watchdog import Heartbeat, launch
folder = Path(sys.argv[1])
heartbeat = Heartbeat.create(folder / "heartbeat")
child = launch(folder / "heartbeat", int(sys.argv[2]), [sys.argv[3]])
print(child.pid, flush=True)
while True:
    heartbeat.beat(time.time())
    time.sleep(0.2)
"""


def test_it_ends_with_its_node_and_says_so(tmp_path: Path) -> None:
    """A node killed without a chance to tidy up leaves no watchdog behind, and the terminal says why it is quiet."""
    port, log = free_port(), tmp_path / "log"
    with log.open("wb") as errors:
        command = [sys.executable, "-c", PARENT, str(tmp_path), str(port), ORIGIN]
        node = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors)
    assert node.stdout is not None
    watchdog = int(node.stdout.readline())
    try:
        wait_for_port(port)
        node.send_signal(signal.SIGKILL)
        node.wait(PATIENCE_S)
        wait_for_text(log, f"the node (process {node.pid}) has ended")
        until_s = time.monotonic() + PATIENCE_S
        while alive(watchdog):
            assert time.monotonic() < until_s, "the watchdog outlives its node"
            time.sleep(0.05)
    finally:
        node.stdout.close()
        if alive(watchdog):
            os.kill(watchdog, signal.SIGKILL)


def alive(process: int) -> bool:
    """Return whether a process runs (a zombie that nobody has collected does not)."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_launch_starts_a_fresh_process_that_ends_quietly_when_told(tmp_path: Path) -> None:
    """The node ends its watchdog first, so an ordinary stop makes no sound."""
    heartbeat = Heartbeat.create(tmp_path / "heartbeat")
    port = free_port()
    child = launch(tmp_path / "heartbeat", port, [ORIGIN])
    wait_for_port(port)
    child.terminate()
    assert child.wait(PATIENCE_S) == 0
    heartbeat.close()
