"""Real local sources for the tests of readers: an HTTP server and a TCP feed that behave as told, and a sink."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from airpact.feeds.report import FeedBatch
from airpact.node.readers import FeedConfig, Outlet

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

# A fault shows as a timeout here and nowhere else; far above anything a busy machine takes.
PATIENCE_S = 30.0


class Sink:
    """Collects batches and lets a test wait for the one it expects."""

    def __init__(self) -> None:
        self.batches: list[FeedBatch] = []

    def outlet(self) -> Outlet:
        """Return an outlet into this sink with a clock that stands still and no chance."""
        return Outlet(self._take, lambda: 1000.0, lambda: 0.999)

    async def wait(self, wanted: Callable[[FeedBatch], Any]) -> FeedBatch:
        """Return the first batch that is as wanted."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for batch in self.batches:
                    if wanted(batch):
                        return batch
                await asyncio.sleep(0.005)

    def _take(self, batch: FeedBatch) -> None:
        self.batches.append(batch)


@asynccontextmanager
async def running(reader: Callable[[FeedConfig, Outlet], Awaitable[None]], config: FeedConfig) -> AsyncIterator[Sink]:
    """Run a reader into a sink until the block ends."""
    sink = Sink()
    task = asyncio.ensure_future(reader(config, sink.outlet()))
    try:
        yield sink
        assert not task.done(), "a reader never ends by itself"
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[int]:
    """Run a TCP server on a free local port and give the port; it and its connections end with the block."""
    tasks: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await handler(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            tasks.discard(task)
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        if tasks:
            await asyncio.wait(list(tasks))


def http(*bodies: bytes, status: str = "200 OK") -> Handler:
    """Return a handler that answers with one body after the other and stays with the last."""
    waiting = list(bodies)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
        await writer.drain()

    return handle


def document(now_s: float, *ids: str) -> bytes:
    """Return an aircraft.json with these aircraft at the given time."""
    aircraft = [{"hex": each, "lat": 50.0 + now_s / 1000.0, "lon": 1.0, "seen_pos": 0.5} for each in ids]
    return json.dumps({"now": now_s, "aircraft": aircraft}).encode()
