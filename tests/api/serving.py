"""A real server on a free port with a stand-in engine behind it, for tests that speak HTTP and WebSocket to it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from airpact.node.clock import SystemClock
from airpact.node.launch import Reader, Stop, run_desk
from airpact.node.loop import DeskNode
from airpact.node.people.door import Door
from tests.node.fakes import Fakes

WAIT_S = 10.0


class Served:
    """One running desk: its address, its parts, and short ways to talk to it."""

    def __init__(self, address: str, node: DeskNode, fakes: Fakes) -> None:
        self.address, self.node, self.fakes = address, node, fakes
        self.http = httpx.Client(base_url=address, timeout=WAIT_S)

    @property
    def host(self) -> str:
        return self.address.removeprefix("http://").rstrip("/")

    def live(self, since: int | str | None = None, **settings: Any) -> ClientConnection:
        query = "" if since is None else f"?since={since}"
        settings.setdefault("compression", None)
        settings.setdefault("max_size", None)
        socket: ClientConnection = connect(f"ws://{self.host}/api/v1/live{query}", open_timeout=WAIT_S, **settings)
        return socket

    def post(self, path: str, body: object, key: str = "") -> httpx.Response:
        return self.http.post(f"/api/v1{path}", json=body, headers={"Idempotency-Key": key} if key else {})


@contextmanager
def serving(
    fakes: Fakes,
    console: Path | None = None,
    readers: tuple[Reader, ...] = (),
    door: Door | None = None,
    **settings: Any,
) -> Iterator[Served]:
    nodes: list[DeskNode] = []
    started, stop, codes, address = threading.Event(), Stop(), list[int](), list[str]()

    def make() -> DeskNode:
        nodes.append(fakes.node(**{"clock": SystemClock(), **settings}))
        return nodes[0]

    def ready(url: str) -> None:
        address.append(url)
        started.set()

    def run() -> None:
        codes.append(run_desk(make, readers, port=0, console=console, door=door, ready=ready, stop=stop))

    thread = threading.Thread(target=run, name="server")
    thread.start()
    try:
        assert started.wait(WAIT_S)
        served = Served(address[0], nodes[0], fakes)
        with served.http:
            yield served
    finally:
        fakes.order.gate.set()
        stop()
        thread.join(WAIT_S)
    assert not thread.is_alive()
    assert codes == [0]


def receive(connection: ClientConnection, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Return the next message that is wanted, reading past the others."""
    while True:
        message: dict[str, Any] = json.loads(connection.recv(WAIT_S))
        if wanted(message):
            return message


def is_type(name: str) -> Callable[[dict[str, Any]], bool]:
    return lambda message: message["type"] == name
