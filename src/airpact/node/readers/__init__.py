"""Readers: the only code that talks to a feed. Each delivers batches for ever and says at once when it cannot."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from airpact.node.errors import OperatingError
from airpact.node.readers.config import Coverage, FeedConfig, FeedKind, Outlet, Transport
from airpact.node.readers.file import read_file
from airpact.node.readers.poll import read_http
from airpact.node.readers.recording import RecordingChunk, read_recording
from airpact.node.readers.tcp import back_off_s, read_tcp

Reader = Callable[[FeedConfig, Outlet], Awaitable[None]]

READERS: Final[dict[tuple[FeedKind, Transport], Reader]] = {
    (FeedKind.READSB, Transport.HTTP): read_http,
    (FeedKind.READSB, Transport.FILE): read_file,
    (FeedKind.SBS, Transport.TCP): read_tcp,
    (FeedKind.POSITIONS, Transport.TCP): read_tcp,
}


def open_reader(config: FeedConfig) -> Reader:
    """Return the reader for a feed; raises OperatingError where the kind does not come over that transport."""
    reader = READERS.get((config.kind, config.transport))
    if reader is None:
        possible = ", ".join(transport.value for kind, transport in READERS if kind is config.kind)
        raise OperatingError(
            f"Feed {config.name}: kind {config.kind} cannot be read from a {config.transport}.",
            effect="The desk would run without this feed.",
            remedy=f"Give it one of: {possible}. Recordings are played with `airpact replay`.",
        )
    return reader


async def run_reader(config: FeedConfig, outlet: Outlet) -> None:
    """Run the feed's reader until cancelled; a fault in it is delivered as the feed's error, and it starts again."""
    reader = open_reader(config)
    attempt = 0
    while True:
        try:
            await reader(config, outlet)
        except Exception as error:  # noqa: BLE001 - a feed that dies in silence would look like an empty sky
            outlet.fail(config, f"{config.address}: fault in the reader ({type(error).__name__}: {error}); restarting")
        attempt += 1
        await asyncio.sleep(back_off_s(attempt, outlet.jitter()))


__all__ = [
    "Coverage",
    "FeedConfig",
    "FeedKind",
    "Outlet",
    "RecordingChunk",
    "open_reader",
    "read_recording",
    "run_reader",
]
