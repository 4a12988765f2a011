"""Desks as a person starts them: the command line in a process of its own, watched over HTTP and the live socket."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from airpact.node.home import Layout
from airpact.node.people.account import MACHINE
from airpact.node.people.records import TOKEN_S_MAX, Records
from airpact.node.people.roles import Role
from airpact.node.store import Store
from tests.processes import Started, free_port

WAIT_S: Final = 60.0  # what takes a second on an idle machine; a limit, never a measurement
START_S: Final = 120.0  # compiling every kernel on a busy machine is inside this

SUPERVISOR: Final = "sup-1"

Row = dict[str, Any]


def airpact(*words: object, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end."""
    command = [sys.executable, "-m", "airpact.cli.main", *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=START_S, check=False)


class Desk(Started):
    """One running desk and everything it said since it was started."""

    def __init__(self, port: int, *words: object) -> None:
        self.port, self.address = port, f"http://127.0.0.1:{port}"
        super().__init__(*words, "--port", port, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.log: list[str] = []
        self.picture: Row = {}
        self.pictures: list[Row] = []
        self.alerts: dict[str, Row] = {}
        self.seen: list[Row] = []  # every alert row as it was sent
        streams = (self.process.stdout, self.process.stderr)
        self._threads = [threading.Thread(target=self._keep, args=(stream,), daemon=True) for stream in streams]
        self._threads.append(threading.Thread(target=self._listen, daemon=True))
        for thread in self._threads[:-1]:
            thread.start()
        self._home = Path(str(words[words.index("--home") + 1])) if words[0] == "run" else None
        self.headers: dict[str, str] = {}  # who is asking: nobody at an exercise, a supervisor at a LIVE desk
        self._await_answer()
        if self._home is not None:
            self.headers = token_of(self._home)
        self._threads[-1].start()

    def get(self, path: str) -> Any:
        """Return the JSON of a route."""
        response = httpx.get(f"{self.address}/api/v1{path}", headers=self.headers, timeout=WAIT_S)
        return response.raise_for_status().json()

    def post(self, path: str, body: Row, key: str = "") -> httpx.Response:
        """Give a command."""
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return httpx.post(f"{self.address}/api/v1{path}", json=body, headers=headers, timeout=WAIT_S)

    def await_picture(self, wanted: Callable[[Row], object], what: str) -> Row:
        """Return the first picture from now on that is wanted."""
        return self._await(lambda: self.picture if self.picture and wanted(self.picture) else None, what)

    def await_alert(self, wanted: Callable[[Row], object], what: str) -> Row:
        """Return an alert, as last sent, that is wanted."""
        return self._await(lambda: next((row for row in list(self.alerts.values()) if wanted(row)), None), what)

    def feed(self, name: str) -> Row:
        """Return the health of a feed in the newest picture."""
        return feed_of(self.picture, name)

    def await_feed(self, name: str, *states: str) -> Row:
        """Return a feed once it is in one of these states."""
        picture = self.await_picture(lambda now: feed_of(now, name)["state"] in states, f"{name} {' or '.join(states)}")
        return feed_of(picture, name)

    def terminate(self) -> tuple[int, float]:
        """Ask the node to stop; return its exit code and how long it took (s)."""
        started_s = time.monotonic()
        os.kill(self.process.pid, signal.SIGTERM)
        return self.process.wait(WAIT_S), time.monotonic() - started_s

    def end(self) -> None:
        """End whatever is left of the whole group, and what listens to it."""
        super().end()
        for thread in self._threads:
            thread.join()

    def _await(self, look: Callable[[], Row | None], what: str) -> Row:
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            found = look()
            if found is not None:
                return found
            time.sleep(0.05)
        feeds = self.picture.get("feeds")
        raise AssertionError(f"not within {WAIT_S:g} s: {what}\nfeeds: {feeds}\nlog:\n" + "\n".join(self.log[-30:]))

    def _await_answer(self) -> None:
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            assert self.process.poll() is None, f"ended with {self.process.returncode}:\n" + "\n".join(self.log)
            with contextlib.suppress(httpx.TransportError):
                if not httpx.get(f"{self.address}/api/v1/desk").is_server_error:
                    return
            time.sleep(0.1)
        raise AssertionError(f"no answer within {START_S:g} s")

    def _keep(self, stream: Any) -> None:
        with stream:
            for line in stream:
                self.log.append(line.decode(errors="replace").rstrip())

    def _listen(self) -> None:
        address = f"ws://127.0.0.1:{self.port}/api/v1/live"
        with (
            contextlib.suppress(ConnectionClosed, OSError),
            connect(address, max_size=None, ping_timeout=None, additional_headers=self.headers) as live,
        ):
            for text in live:
                self._take(json.loads(text))

    def _take(self, message: Row) -> None:
        if message["type"] == "picture":
            self.picture = message
            self.pictures.append(message)
        elif message["type"] == "alerts":
            kept = {} if message["full"] else self.alerts
            new = {row["id"]: row for row in message["alerts"]}
            self.alerts = {id_: row for id_, row in {**kept, **new}.items() if id_ not in message["ended"]}
            self.seen += message["alerts"]


def token_of(home: Path) -> dict[str, str]:
    """Return the headers of a program that speaks for a supervisor of the LIVE desk of a home, made if need be."""
    records, now_s = Records(Store.open(Layout(home))), time.time()
    try:
        if records.account(SUPERVISOR) is None:
            roles = (Role.DUTY_OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR)
            records.join(records.invite(SUPERVISOR, roles, MACHINE, now_s), now_s, password="unused")
        caller = records.session(records.enter(SUPERVISOR, "password", now_s), now_s)
        assert caller is not None
        token, _ = records.issue(caller, "test", caller.roles, TOKEN_S_MAX, "", now_s)
    finally:
        records.close()
    return {"Authorization": f"Bearer {token}"}


def feed_of(picture: Row, name: str) -> Row:
    """Return the health of one feed in a picture."""
    row: Row = next(feed for feed in picture["feeds"] if feed["name"] == name)
    return row


@contextlib.contextmanager
def running(*words: object, port: int | None = None) -> Iterator[Desk]:
    """Run a desk for a while; whatever it is, no traceback may ever reach the person who started it."""
    desk = Desk(free_port() if port is None else port, *words)
    try:
        yield desk
    finally:
        desk.end()
    assert "Traceback" not in "\n".join(desk.log), "\n".join(desk.log)


@contextlib.contextmanager
def mounted(path: Path, *words: str) -> Iterator[None]:
    """Mount something at a path for a while; skip where this account may not."""
    done = subprocess.run(["mount", *words, str(path)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"this account may not mount: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)
