"""One node's connections alone: a network with its listener, and what it tells, to be waited for."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import uvloop

from airpact.node.clock import SystemClock
from airpact.node.peers.peer import Peer
from airpact.node.peers.transport import Channel, Network, Refused, spoken_address
from tests.node.fakes import ManualClock
from tests.node.peers.certificates import Holder


class Told:
    """Keeps what a network tells, and lets a test wait for the next of a kind."""

    def __init__(self) -> None:
        self.channels: list[Channel] = []
        self.all_refused: list[Refused] = []
        self.waiting: dict[str, asyncio.Queue[Any]] = {}

    def opened(self, channel: Channel) -> None:
        self.channels.append(channel)
        self._queue("opened").put_nowait(channel)

    def received(self, channel: Channel, data: bytes) -> None:
        self._queue("received").put_nowait((channel, data))

    def drained(self, channel: Channel) -> None:
        self._queue("drained").put_nowait(channel)

    def closed(self, channel: Channel) -> None:
        self.channels.remove(channel)
        self._queue("closed").put_nowait(channel)

    def refused(self, refused: Refused) -> None:
        self.all_refused.append(refused)
        self._queue("refused").put_nowait(refused)

    async def next(self, kind: str) -> Any:
        async with asyncio.timeout(20):
            return await self._queue(kind).get()

    def _queue(self, kind: str) -> asyncio.Queue[Any]:
        return self.waiting.setdefault(kind, asyncio.Queue())


class Side:
    """One node's network with its listener on a free port of loopback."""

    def __init__(self, me: Holder, clock: ManualClock | None = None) -> None:
        self.me, self.told = me, Told()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = spoken_address(self.listener.getsockname())
        self.network = Network(me.party, self.told, clock or SystemClock(), self.listener)

    def trust(self, *peers: Peer) -> None:
        self.network.change(peers, self.me.trusting(*peers))


@asynccontextmanager
async def running(*sides: Side) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(side.network.run()) for side in sides]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for side in sides:
            side.network.shut()


def play(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(scenario())
