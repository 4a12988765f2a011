"""Receivers to connect a desk to: a web server, a file and a line server, each of which can be made to fail."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, TypeVar

EVERY_S: Final = 0.5
MANY_BYTES: Final = 100 * 1024 * 1024
NM_DEG: Final = 1.0 / 60.0


@dataclass(frozen=True)
class Craft:
    """An aircraft flying due east (knots; negative: west) along a parallel."""

    hex: str
    callsign: str
    lat_deg: float
    lon_deg: float
    speed_kt: float
    altitude_ft: int = 30_000
    category: str = "A3"

    def lon_at(self, since_s: float) -> float:
        """Return the longitude after `since_s`, on a sphere where a minute of the equator is a mile."""
        east_nm = self.speed_kt * since_s / 3600.0
        return self.lon_deg + east_nm * NM_DEG / 0.8090169943749475  # all of them fly at 36 degrees north

    @property
    def track_deg(self) -> float:
        return 90.0 if self.speed_kt >= 0 else 270.0


class Sky:
    """What flies, as the formats of the receivers say it."""

    def __init__(self, craft: Sequence[Craft]) -> None:
        self.craft = tuple(craft)
        self.started_s = time.time()

    def document(self) -> bytes:
        """Return an `aircraft.json` of this instant."""
        now_s = time.time()
        rows = [
            {
                "hex": one.hex, "type": "adsb_icao", "flight": one.callsign, "category": one.category, "seen_pos": 0.0,
                "lat": one.lat_deg, "lon": one.lon_at(now_s - self.started_s), "alt_baro": one.altitude_ft,
                "gs": abs(one.speed_kt), "track": one.track_deg, "baro_rate": 0, "nic": 8, "nac_p": 9, "sil": 3,
            }
            for one in self.craft
        ]  # fmt: skip
        return json.dumps({"now": now_s, "aircraft": rows}).encode()

    def lines(self) -> bytes:
        """Return SBS lines of this instant."""
        now_s = time.time()
        stamp = datetime.fromtimestamp(now_s, UTC).strftime("%Y/%m/%d,%H:%M:%S.%f")[:-3]
        told: list[str] = []
        for one in self.craft:
            head = f"1,1,{one.hex.upper()},1,{stamp},{stamp}"
            lon_deg = one.lon_at(now_s - self.started_s)
            told += [
                f"MSG,1,{head},{one.callsign},,,,,,,,,,,",
                f"MSG,4,{head},,,{abs(one.speed_kt):.0f},{one.track_deg:.0f},,,0,,,,,",
                f"MSG,3,{head},,{one.altitude_ft},,,{one.lat_deg:.6f},{lon_deg:.6f},,,0,0,0,0",
            ]
        return "".join(f"{line}\r\n" for line in told).encode()


class WebReceiver:
    """Serves `aircraft.json`; `answer` decides what a request gets: the document, other bytes, or nothing at all."""

    def __init__(self, sky: Sky) -> None:
        self.sky = sky
        self.answer: Callable[[], bytes | None] = sky.document
        self._server: ThreadingHTTPServer | None = None
        self.port = 0

    def start(self) -> None:
        """Listen, on the same port as before."""
        receiver = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with suppress(OSError):
                    receiver.serve(self)

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, *_: Any) -> None:
                pass

        self._server = Server(("127.0.0.1", self.port), Answer)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def serve(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        body = self.answer()
        if body is None:
            time.sleep(60.0)
            return
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def stop(self) -> None:
        """Refuse connections from now on."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
        self._server = None


class FileReceiver:
    """Rewrites an `aircraft.json`, as a receiver on the same machine does, while `writes`."""

    def __init__(self, path: Path, sky: Sky) -> None:
        self.path, self.sky, self.writes = path, sky, True
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def put(self, data: bytes) -> None:
        """Put these bytes in place."""
        part = self.path.with_suffix(".part")
        part.write_bytes(data)
        part.replace(self.path)

    def start(self) -> None:
        """Write from now on."""
        self.put(self.sky.document())
        self._thread.start()

    def stop(self) -> None:
        """Write no more."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(EVERY_S):
            if self.writes:
                self.put(self.sky.document())


class LineReceiver:
    """Sends SBS lines to whoever connects; `say` gives the next bytes, none when silent."""

    def __init__(self, sky: Sky) -> None:
        self.sky = sky
        self.say: Callable[[], bytes] = sky.lines
        self._ended = threading.Event()
        self._open: list[socket.socket] = []
        self._listener: socket.socket | None = None
        self.port = 0

    def start(self) -> None:
        """Accept from now on, on the same port as before."""
        if self._listener is None:
            self._listener = socket.create_server(("127.0.0.1", self.port))
            self.port = int(self._listener.getsockname()[1])
            threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def refuse(self) -> None:
        """Cut every connection and take no new one."""
        if self._listener is not None:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        self._listener = None
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def stop(self) -> None:
        """End."""
        self._ended.set()
        self.refuse()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                self._open.append(connection)
                threading.Thread(target=self._send, args=(connection,), daemon=True).start()

    def _send(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            while not self._ended.wait(EVERY_S):
                connection.sendall(self.say())


T = TypeVar("T", WebReceiver, FileReceiver, LineReceiver)


@contextmanager
def receiving(receiver: T) -> Iterator[T]:
    """Run a receiver for a while."""
    receiver.start()
    try:
        yield receiver
    finally:
        receiver.stop()
