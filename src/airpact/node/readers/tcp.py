"""Listens to a line feed over TCP (SBS-1, or recorded positions sent live) and comes back when it breaks.

A connection that completes no line for `silent_s` is as lost as a closed one: a receiver that lost power leaves its
socket open, and one that sends something else may never end a line. Both are said at once, and the next attempt waits
twice as long as the last, up to `BACK_OFF_MAX_S`. Lines that cannot be read at all are no sign of life either.
"""

import asyncio
from collections.abc import Callable
from math import inf
from typing import Final, Protocol

from airpact.feeds.positions import PositionsDecoder
from airpact.feeds.report import Decoded, Reject
from airpact.feeds.sbs import SbsDecoder
from airpact.node.readers.config import FeedConfig, FeedKind, Outlet, UnreadableError

BACK_OFF_MIN_S: Final = 1.0
# Half a minute at most between attempts: longer than a receiver takes to restart, shorter than a watch notices.
BACK_OFF_MAX_S: Final = 30.0
# Twice a tick: several batches a tick would only fill the intake.
GATHER_S: Final = 0.1
READ_BYTES: Final = 64 * 1024
# A feed of nothing else is no feed of this kind, most often the binary output on the port beside it.
UNREADABLE: Final = frozenset({Reject.FRAMING, Reject.TOO_LONG})
_NOTHING: Final = Decoded(())


class LineDecoder(Protocol):
    """A decoder of one stream of lines."""

    def push(self, data: bytes, received_s: float) -> Decoded:
        """Decode the lines completed by `data`."""

    def finish(self, received_s: float) -> Decoded:
        """Decode what is left when the stream ends."""


DECODERS: Final[dict[FeedKind, Callable[[FeedConfig], LineDecoder]]] = {
    FeedKind.SBS: lambda config: SbsDecoder(config.name, config.utc_offset_s),
    FeedKind.POSITIONS: lambda config: PositionsDecoder(config.name),
}


async def read_tcp(config: FeedConfig, outlet: Outlet) -> None:
    """Connect to `config.host`, listen, and connect again, for ever."""
    attempt = 0
    while True:
        heard = _Heard(config, outlet)
        try:
            await _listen(config, heard)
        except UnreadableError as error:
            heard.end()
            outlet.fail(config, f"{config.address}: {error}")
        attempt = 0 if heard.anything else attempt + 1
        await asyncio.sleep(back_off_s(attempt, outlet.jitter()))


def back_off_s(attempt: int, jitter: float) -> float:
    """Return how long to wait before the next attempt (s): doubling, and up to half of it by chance in [0, 1).

    Without chance, every desk of an organisation would knock at a restarted receiver in the same instant.
    """
    longest_s = min(BACK_OFF_MAX_S, BACK_OFF_MIN_S * 2.0 ** min(attempt, 16))
    return longest_s * (1.0 - 0.5 * jitter)


class _Heard:
    """What one connection gave: decoded as it comes, delivered a few times a second."""

    def __init__(self, config: FeedConfig, outlet: Outlet) -> None:
        self._config = config
        self._outlet = outlet
        self._decoder = DECODERS[config.kind](config)
        self._waiting = _NOTHING
        self.anything = False

    def take(self, data: bytes) -> bool:
        """Decode a chunk and return whether it completed a line that says something."""
        self.anything = True
        decoded = self._decoder.push(data, self._outlet.now_s())
        self._waiting += decoded
        return decoded != _NOTHING

    def deliver(self) -> None:
        """Hand on what waits; nothing when no line was completed."""
        if self._waiting != _NOTHING:
            self._outlet.deliver(self._config, self._waiting, self._nothing_readable())
            self._waiting = _NOTHING

    def _nothing_readable(self) -> str:
        """Return what is wrong where no line that waits could be read at all, "" where any could."""
        refused = self._waiting.rejections
        if self._waiting.reports or not refused or any(each.reason not in UNREADABLE for each in refused):
            return ""
        kind, address = self._config.kind.value, self._config.address
        return f"{address}: what comes cannot be read as {kind}; check the kind and the port of the feed"

    def end(self) -> None:
        """Decode and hand on what is left when the connection ends."""
        self._waiting += self._decoder.finish(self._outlet.now_s())
        self.deliver()


async def _listen(config: FeedConfig, heard: _Heard) -> None:
    """Read one connection until it breaks or falls silent; always ends in UnreadableError."""
    try:
        async with asyncio.timeout(config.timeout_s):
            reader, writer = await asyncio.open_connection(config.host, config.port)
    except TimeoutError as error:
        raise UnreadableError("no connection in time; check the network to the receiver") from error
    except OSError as error:
        raise UnreadableError(f"cannot connect ({error}); check that the receiver runs and the port") from error
    try:
        await _gather(config, reader, heard)
    except OSError as error:
        raise UnreadableError(f"the connection broke ({error}); connecting again") from error
    finally:
        writer.close()


async def _gather(config: FeedConfig, reader: asyncio.StreamReader, heard: _Heard) -> None:
    """Take what comes and deliver it every `GATHER_S`; the time to wait is shorter while something waits."""
    loop = asyncio.get_running_loop()
    deliver_s = inf
    silent_s = loop.time() + config.silent_s
    while True:
        try:
            async with asyncio.timeout_at(min(deliver_s, silent_s)):
                data = await reader.read(READ_BYTES)
        except TimeoutError:
            data = None
        if data == b"":
            raise UnreadableError("the receiver closed the connection; connecting again")
        if data and heard.take(data):
            silent_s = loop.time() + config.silent_s
            deliver_s = min(deliver_s, loop.time() + GATHER_S)
        if loop.time() >= deliver_s:
            heard.deliver()
            deliver_s = inf
        if loop.time() >= silent_s:
            raise UnreadableError(f"connected, but no line came for {config.silent_s:g} s; check the receiver")
