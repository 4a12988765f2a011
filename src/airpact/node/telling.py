"""Says what waits in the world: one command after the other, beside the desk, so that no tick waits for storage.

The world holds what waits and strikes what its own entries have said (`partners.outgoing`); here is who carries it.
After a restart the same words wait again under the same keys, and the order makes each of them at most one entry.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from airpact.node.entries import Command, Refusal
from airpact.node.partners.outgoing import Tell
from airpact.node.workers import BusyError

NODE: Final = "node"  # who says so in the order: no person did
RETRY_S: Final = 1.0  # storage that is away is asked again once a second; the newest words wait meanwhile

_log = logging.getLogger("airpact.node")


class Teller:
    """Takes the newest list of what waits, and submits its first until none is left."""

    def __init__(
        self, submit: Callable[[Command], Awaitable[object]], away: type[Exception], retry_s: float = RETRY_S
    ) -> None:
        """`away` is what `submit` raises while storage cannot take an entry."""
        self._submit = submit
        self._away = away
        self._retry_s = retry_s
        self._waiting: tuple[Tell, ...] = ()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._settled: set[str] = set()  # keys submitted that a later list may still hold
        self.retried = 0
        self.refused = 0  # superseded while it was on its way

    def start(self) -> None:
        """Begin, inside the running loop."""
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._run())

    async def stop(self) -> None:
        """End; what waits stays in the world."""
        self._loop, task = None, self._task
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def take(self, tells: tuple[Tell, ...]) -> None:
        """Take all that waits in the world now; from any thread, and never waits."""
        if tells is self._waiting or not (tells or self._waiting):
            return
        self._waiting = tells
        loop = self._loop
        if loop is not None and tells:
            try:
                loop.call_soon_threadsafe(self._wake.set)
            except RuntimeError:  # the loop has just ended: what waits is told after the next start
                self._loop = None

    async def _run(self) -> None:
        while True:
            tell = self._next()
            if tell is None:
                self._wake.clear()
                if self._next() is None:
                    await self._wake.wait()
            else:
                await self._say(tell)

    def _next(self) -> Tell | None:
        waiting = self._waiting
        self._settled &= {tell.key for tell in waiting}
        return next((tell for tell in waiting if tell.key not in self._settled), None)

    async def _say(self, tell: Tell) -> None:
        command = Command(tell.kind, NODE, tell.body, tell.key, audience=tell.audience, subject=tell.subject)
        try:
            answer = await self._submit(command)
        except (self._away, BusyError) as error:
            self.retried += 1
            _log.warning("%s waits to be recorded: %s", tell.kind, error)
            await asyncio.sleep(self._retry_s)
            return
        self._settled.add(tell.key)
        if isinstance(answer, Refusal):
            self.refused += 1
            _log.info("%s was not said: %s", tell.kind, answer.detail)
