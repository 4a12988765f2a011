"""The dead man's switch: a process of its own that sounds when the picture has stopped moving.

The node writes a heartbeat into a small memory-mapped file after every finished step. This process reads it, and when
no step has finished for 2 s it rings the terminal bell, logs, and tells whoever listens on its port (server-sent
events, WHATWG HTML section 9.2; described in docs/stream.md). It shares nothing else with the node: no lock, no
thread, no library beyond Python's own, so what stops the node cannot stop the watchdog. It ends when the node ends.

    python -m airpact.node.watchdog --heartbeat FILE --port 8766 --allow-origin http://127.0.0.1:8765
"""

import argparse
import errno
import json
import logging
import mmap
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from struct import Struct
from types import TracebackType
from typing import Any, ClassVar, Final, Self

from airpact.node.errors import OperatingError

FROZEN_AFTER_S: Final = 2.0  # ten missed ticks; the console covers its map after the same time
BELL_EVERY_S: Final = 3.0  # as often as the console repeats a warning tone
LOOK_EVERY_S: Final = 0.2  # one tick: finer looking would see nothing more
EVENT_EVERY_S: Final = 1.0
START_LIMIT_S: Final = 60.0  # a first start compiles its kernels; silence beyond this is no longer starting
CLIENTS_MAX: Final = 32  # consoles of one desk and a few spare; each holds a thread
SEND_TIMEOUT_S: Final = 5.0  # a listener that takes nothing for so long is gone
HOST: Final = "127.0.0.1"
EXIT_OPERATING: Final = 2

STAMP: Final = Struct("=QdQ")  # beats so far, the step's own time (Unix s), tick
BELL: Final = "\a"

_log = logging.getLogger("airpact.watchdog")


class Heartbeat:
    """The node's side: one small file, written after each finished step, read by the watchdog at any moment."""

    def __init__(self, path: Path, shared: mmap.mmap) -> None:
        """Use `create`."""
        self.path = path
        self._shared = shared
        self._count = 0

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make the file anew, without any beat; raises `OperatingError` when it cannot be written."""
        try:
            with path.open("w+b") as file:
                file.write(bytes(2 * STAMP.size))
                file.flush()
                return cls(path, mmap.mmap(file.fileno(), 2 * STAMP.size))
        except OSError as error:
            raise OperatingError(
                f"The heartbeat file {path} cannot be written: {error.strerror}.",
                effect="Without it nobody would notice a frozen picture.",
                remedy="Make the directory writable, or give another home.",
            ) from error

    def beat(self, now_s: float, tick: int = 0) -> None:
        """Say that a step finished: written twice, so that a reader can tell a whole stamp from half of one."""
        self._count += 1
        stamp = STAMP.pack(self._count, now_s, tick)
        self._shared[:] = stamp + stamp

    def close(self) -> None:
        """Let go of the file."""
        self._shared.close()


@dataclass(frozen=True, slots=True)
class Stamp:
    """One heartbeat as read."""

    count: int
    now_s: float
    tick: int


def read_stamp(shared: mmap.mmap | bytes) -> Stamp | None:
    """Return the stamp, or None while it is being written (the two copies differ)."""
    both = bytes(shared[: 2 * STAMP.size])
    first, second = both[: STAMP.size], both[STAMP.size :]
    return Stamp(*STAMP.unpack(first)) if first == second else None


@dataclass(frozen=True, slots=True)
class Pulse:
    """What the watchdog knows: how many beats, when it last saw one (own clocks), and what it says about it."""

    count: int
    moved_s: float  # monotonic
    moved_utc_s: float
    frozen: bool = False
    bell_s: float = 0.0  # monotonic time of the last bell

    def after(self, stamp: Stamp | None, at_s: float, utc_s: float) -> "Pulse":
        """Return what is known after a look at the heartbeat; rings by moving `bell_s` to now."""
        if stamp is not None and stamp.count != self.count:
            return Pulse(stamp.count, at_s, utc_s)
        limit_s = FROZEN_AFTER_S if self.count else START_LIMIT_S
        frozen = at_s - self.moved_s >= limit_s
        rings = frozen and (not self.frozen or at_s - self.bell_s >= BELL_EVERY_S)
        return Pulse(self.count, self.moved_s, self.moved_utc_s, frozen, at_s if rings else self.bell_s)

    def event(self, utc_s: float) -> dict[str, Any]:
        """Return what the console is told; a picture that has not begun to move is not moving."""
        state = "frozen" if self.frozen or not self.count else "ticking"
        return {"state": state, "since_s": round(self.moved_utc_s, 3), "now_s": round(utc_s, 3)}


def announce(before: Pulse, now: Pulse, utc_s: float) -> None:
    """Ring and log what changed between two looks."""
    if now.bell_s != before.bell_s and now.frozen:
        sys.stderr.write(BELL)
        sys.stderr.flush()
    if now.frozen and not before.frozen:
        still_s = FROZEN_AFTER_S if now.count else START_LIMIT_S
        since = _clock(now.moved_utc_s)
        _log.error("PICTURE FROZEN since %s: the picture has not moved for %.0f s; use voice", since, still_s)
    if before.frozen and not now.frozen:
        still_s = utc_s - before.moved_utc_s
        _log.warning("picture moves again at %s; it stood still for %.1f s", _clock(utc_s), still_s)


def _clock(utc_s: float) -> str:
    return time.strftime("%H:%M:%S", time.gmtime(utc_s))


class Listening(ThreadingHTTPServer):
    """The watchdog's port: what it knows, to at most `CLIENTS_MAX` listeners at once."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, origins: frozenset[str]) -> None:
        """Listen on loopback; raises `OperatingError` when the port is taken."""
        self.origins = origins
        self.places = threading.BoundedSemaphore(CLIENTS_MAX)
        self.pulse = Pulse(0, time.monotonic(), time.time())
        try:
            super().__init__((HOST, port), Answer)
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            raise OperatingError(
                f"The watchdog cannot listen on {HOST}:{port}: {'it is in use' if taken else error.strerror}.",
                effect="The console would not hear that the picture stands still.",
                remedy="End the other program, or give another port with --port.",
            ) from error


class Answer(BaseHTTPRequestHandler):
    """Answers one listener: `/events` for as long as it listens, `/health` once."""

    server: Listening
    protocol_version = "HTTP/1.1"
    timeout: ClassVar[float | None] = SEND_TIMEOUT_S

    def do_GET(self) -> None:
        """Answer `/events` and `/health`; anything else is 404, one listener too many is 503."""
        if self.path not in ("/events", "/health"):
            self._say(HTTPStatus.NOT_FOUND, {"title": "not found", "detail": "the watchdog has /events and /health"})
        elif self.path == "/health":
            self._say(HTTPStatus.OK, {**self.server.pulse.event(time.time()), "beats": self.server.pulse.count})
        elif not self.server.places.acquire(blocking=False):
            self._say(HTTPStatus.SERVICE_UNAVAILABLE, {"title": "too many listeners", "limit": CLIENTS_MAX})
        else:
            try:
                self._tell()
            except OSError:
                self.close_connection = True  # the listener has gone
            finally:
                self.server.places.release()

    def _tell(self) -> None:
        self._head(HTTPStatus.OK, "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        while True:
            event = json.dumps(self.server.pulse.event(time.time()))
            self.wfile.write(f"data: {event}\n\n".encode())
            time.sleep(EVENT_EVERY_S)

    def _say(self, status: HTTPStatus, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self._head(status, "application/json" if status is HTTPStatus.OK else "application/problem+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _head(self, status: HTTPStatus, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Vary", "Origin")
        if (origin := self.headers.get("Origin", "")) in self.server.origins:
            self.send_header("Access-Control-Allow-Origin", origin)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name is the base class's
        """Say nothing: a line per listener would bury the one line that matters."""


class Watching:
    """Holds the heartbeat file open for reading."""

    def __init__(self, path: Path) -> None:
        """Open the file; raises `OperatingError` when there is none."""
        try:
            with path.open("rb") as file:
                self._shared = mmap.mmap(file.fileno(), 2 * STAMP.size, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise OperatingError(
                f"The heartbeat file {path} cannot be read: {error}.",
                effect="The watchdog would watch nothing.",
                remedy="Start it through the node, which makes the file.",
            ) from error

    def look(self) -> Stamp | None:
        """Return the stamp as it stands."""
        return read_stamp(self._shared)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Let go of the file."""
        self._shared.close()


def watch(watching: Watching, listening: Listening, parent: int) -> None:
    """Look five times a second until the parent process is gone."""
    while os.getppid() == parent:
        utc_s = time.time()
        before = listening.pulse
        listening.pulse = before.after(watching.look(), time.monotonic(), utc_s)
        announce(before, listening.pulse, utc_s)
        time.sleep(LOOK_EVERY_S)
    sys.stderr.write(BELL)
    _log.error(
        "the node (process %d) has ended at %s; nothing is watched and the watchdog ends", parent, _clock(time.time())
    )


def launch(heartbeat: Path, port: int, origins: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start the watchdog as a fresh process (never a fork) that watches the calling process."""
    allowed = [word for origin in origins for word in ("--allow-origin", origin)]
    words = ["--heartbeat", str(heartbeat), "--port", str(port), "--parent", str(os.getpid()), *allowed]
    return subprocess.Popen([sys.executable, "-m", "airpact.node.watchdog", *words], stdin=subprocess.DEVNULL)


def main(words: Sequence[str] | None = None) -> int:
    """Run the watchdog; returns 0 when its node has ended, 2 when it cannot watch at all."""
    given = _arguments().parse_args(words)
    logging.Formatter.converter = time.gmtime
    logging.basicConfig(format="%(asctime)sZ %(name)s %(levelname)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%S")
    _log.setLevel(logging.INFO)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: sys.exit(0))
    try:
        with Watching(given.heartbeat) as watching, Listening(given.port, frozenset(given.allow_origin)) as listening:
            _log.info("watching %s, listening on http://%s:%d", given.heartbeat, HOST, listening.server_port)
            threading.Thread(target=listening.serve_forever, name="listening", daemon=True).start()
            watch(watching, listening, given.parent or os.getppid())
    except OperatingError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_OPERATING
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="airpact.node.watchdog", description="Sounds when the picture stands still.")
    parser.add_argument("--heartbeat", type=Path, required=True, help="file the node writes after every step")
    parser.add_argument("--port", type=int, required=True, help="own port on loopback (0 = any free one)")
    parser.add_argument("--allow-origin", action="append", default=[], help="origin of the console; may be repeated")
    parser.add_argument(
        "--parent", type=int, default=0, help="process to watch over (default: the one that started it)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
