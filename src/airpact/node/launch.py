"""Opens the port and runs one desk in this process until it is told to stop or its world breaks.

uvicorn with uvloop, httptools and the sans-I/O WebSocket layer (the one that follows websockets 15 and later; the older
layer rests on an interface that library has given up). No compression, no access log, no docs pages.
"""

import asyncio
import errno
import gc
import ipaddress
import logging
import signal
import socket
import threading
from collections.abc import Callable, Coroutine, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Final, cast

import uvicorn
import uvloop
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from airpact.feeds.report import FeedBatch
from airpact.node.api.app import create_app
from airpact.node.api.live import ABORT
from airpact.node.errors import OperatingError
from airpact.node.loop import DeskNode
from airpact.node.people.door import Door

HOST: Final = "127.0.0.1"
PORT: Final = 8790
# A console that answers no ping is shown as gone within this time; browsers answer in milliseconds.
PING_S: Final = 10.0
# The whole of a stop takes at most two seconds: connections, then the compute thread, then the storage thread.
CONNECTIONS_STOP_S: Final = 1
THREAD_STOP_S: Final = 0.4
WATCH_S: Final = 0.1
START_POLL_S: Final = 0.01
COLLECT_AFTER: Final = (20_000, 20, 100)  # objects made, young passes, middle passes; CPython's own: 700, 10, 10
FAILED: Final = 70  # EX_SOFTWARE of sysexits.h: the program, not its user, is at fault
CONSOLE_BYTES_MAX: Final = 4096  # consoles send nothing of use on the live socket

_log = logging.getLogger("airpact.node")


# What goes on beside a desk on its loop, until it is cancelled.
Work = Callable[[DeskNode], Coroutine[Any, Any, None]]
# One feed: given the sink for its batches (which never blocks), it reads until it is cancelled.
Reader = Callable[[Callable[[FeedBatch], None]], Coroutine[Any, Any, None]]


@dataclass(slots=True)
class Stop:
    """Asks a running desk to stop, from any thread."""

    asked: threading.Event = field(default_factory=threading.Event)

    def __call__(self, *_: object) -> None:
        """Ask."""
        self.asked.set()


class LiveProtocol(WebSocketsSansIOProtocol):
    """The server's WebSocket layer, with a way to cut a connection whose buffer no longer drains."""

    async def run_asgi(self) -> None:
        """Run the application with `airpact.abort` in its scope."""
        cast(dict[str, Any], self.scope)["extensions"][ABORT] = self.transport.abort
        await super().run_asgi()


def listen(host: str, port: int) -> socket.socket:
    """Return a bound socket; raises `OperatingError` when the port is taken or the address is not loopback."""
    if not _is_loopback(host):
        raise OperatingError(
            f"airpact does not listen on {host}: beyond this machine it needs TLS, which does not exist yet.",
            remedy=f"Leave --host out (it listens on {HOST}), and use an SSH tunnel from elsewhere.",
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        raise _cannot_listen(host, port, error) from error
    return listener


def run_desk(
    make_node: Callable[[], DeskNode],
    readers: Sequence[Reader] = (),
    *,
    host: str = HOST,
    port: int = PORT,
    console: Path | None = None,
    door: Door | None = None,
    ready: Callable[[str], object] = print,
    stop: Stop | None = None,
    beside: Sequence[Work] = (),
) -> int:
    """Run one desk until SIGINT, SIGTERM or `stop`; return 0, or 70 when its world broke.

    `door` says who may enter; without one a desk that is not LIVE asks nobody. Each work `beside` is run on the loop
    while the desk runs. `ready` gets the address once the first request will be answered.
    Raises `OperatingError` for a port in use.
    """
    stop = stop if stop is not None else Stop()
    listener = listen(host, port)
    previous = _take_signals(stop)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_serve(make_node(), readers, listener, console, door, ready, stop, beside))
    finally:
        listener.close()
        for number, handler in previous.items():
            signal.signal(number, handler)


async def _serve(
    node: DeskNode,
    readers: Sequence[Reader],
    listener: socket.socket,
    console: Path | None,
    door: Door | None,
    ready: Callable[[str], object],
    stop: Stop,
    beside: Sequence[Work],
) -> int:
    server = _Server(_config(node, console, door))
    work: list[asyncio.Task[None]] = []
    try:
        await node.start()
        _spare_pauses()
        work = [asyncio.create_task(server.serve([listener])), *(asyncio.create_task(_feed(r, node)) for r in readers)]
        kept = () if door is None else (door.keep,)
        work += [asyncio.create_task(_beside(each, node)) for each in (*beside, *kept)]
        await _until_stopped(server, work[0], node, stop, lambda: ready(_address(listener)))
    finally:
        gc.unfreeze()  # what was set aside is freed in order at the end, as libraries expect
        server.should_exit = True
        for task in work[1:]:
            task.cancel()
        ends = await asyncio.gather(*work, return_exceptions=True)
        if not await node.stop(THREAD_STOP_S):
            _log.error("a thread of the desk did not end in time; it is left behind")
    if isinstance(ends[0], BaseException):
        raise ends[0]
    return _verdict(node)


async def _until_stopped(
    server: uvicorn.Server, serving: asyncio.Task[None], node: DeskNode, stop: Stop, ready: Callable[[], object]
) -> None:
    """Say when the desk answers, then wait until it is to end: asked to, without a server, or broken."""
    while not server.started and not serving.done():
        await asyncio.sleep(START_POLL_S)
    if server.started:
        ready()
    while not (stop.asked.is_set() or serving.done() or node.failure):
        await asyncio.sleep(WATCH_S)


def _spare_pauses() -> None:
    """Keep the collector of cyclic garbage from stopping a tick: a full pass over a loaded desk takes 100 ms and more.

    What stands at the start never becomes garbage. Nearly everything a tick makes is freed by counting references, so
    the passes that remain may come rarely.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: the desk stops its threads after the server, then ends by itself."""

    def capture_signals(self) -> Any:
        """Leave the signals to `run_desk`."""
        return nullcontext()


def _config(node: DeskNode, console: Path | None, door: Door | None) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(node, console, door),
        http="httptools",
        ws=LiveProtocol,
        ws_per_message_deflate=False,
        ws_ping_interval=PING_S,
        ws_ping_timeout=PING_S,
        ws_max_size=CONSOLE_BYTES_MAX,
        timeout_graceful_shutdown=CONNECTIONS_STOP_S,
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )


async def _feed(reader: Reader, node: DeskNode) -> None:
    """Run one reader; a reader that ends by a fault of ours is logged, and its feed ages to "lost" on the screen."""
    try:
        await reader(node.intake.put)
    except asyncio.CancelledError:
        raise
    except Exception:  # noqa: BLE001  one broken reader must not end the desk, and its feed must not look quiet
        _log.exception("a feed reader ended; its feed will be shown as lost")


async def _beside(work: Work, node: DeskNode) -> None:
    """Run what goes on beside the desk; its fault is logged, shown in the health of the node, and ends nothing else."""
    try:
        await work(node)
    except asyncio.CancelledError:
        raise
    except Exception as error:  # noqa: BLE001  guidance and peers must not end the desk that watches
        node.work_ended = (*node.work_ended, f"{type(error).__name__}: {error}")
        _log.exception("work beside the desk ended; what it does stays undone until a restart")


def _take_signals(stop: Stop) -> dict[int, Any]:
    """Let SIGINT and SIGTERM ask for a stop; only the main thread of a program may do so."""
    if threading.current_thread() is not threading.main_thread():
        return {}

    def handle(_: int, __: FrameType | None) -> None:
        stop()

    return {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}


def _verdict(node: DeskNode) -> int:
    if node.failure is None:
        return 0
    _log.critical("the desk stopped: its world broke and only a restart is right again", exc_info=node.failure)
    return FAILED


def _cannot_listen(host: str, port: int, error: Exception) -> OperatingError:
    if getattr(error, "errno", None) == errno.EADDRINUSE:
        return OperatingError(
            f"Port {port} on {host} is in use, perhaps by another airpact.",
            remedy=f"Stop that program, or choose another port: --port {port + 1}",
        )
    return OperatingError(
        f"Port {port} on {host} cannot be opened: {str(error).rstrip('.')}.",
        remedy="Choose a port from 1024 to 65535 with --port.",
    )


def _is_loopback(host: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
