"""Reads an `aircraft.json` that a receiver on the same machine rewrites: looked at every period, read when it changed.

readsb writes a temporary file and renames it, so what is read is whole; a writer that does not is met by the decoder,
which keeps what it can read and counts the rest.
"""

import asyncio
import os
from typing import Final

from airpact.node.readers.config import SIZE_LIMIT_BYTES, FeedConfig, Outlet, UnreadableError
from airpact.node.readers.poll import poll

_Stamp = tuple[int, int, int]  # inode, size, modification time ns
_NEVER: Final[_Stamp] = (-1, -1, -1)


async def read_file(config: FeedConfig, outlet: Outlet) -> None:
    """Poll the file `config.path` for ever."""
    await poll(config, outlet, _Watched(config.path).changed)


class _Watched:
    """A file and what was last seen of it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._stamp = _NEVER

    async def changed(self) -> bytes | None:
        """Return the content, None when the file was not touched since the last call."""
        return await asyncio.to_thread(self._read)

    def _read(self) -> bytes | None:
        try:
            with open(self._path, "rb") as file:
                status = os.fstat(file.fileno())
                stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
                if stamp == self._stamp:
                    return None
                data = file.read(SIZE_LIMIT_BYTES + 1)
        except OSError as error:
            self._stamp = _NEVER
            raise UnreadableError(f"{error.strerror}; check that the receiver writes it and may be read") from error
        if len(data) > SIZE_LIMIT_BYTES:
            raise UnreadableError(f"larger than {SIZE_LIMIT_BYTES // 2**20} MiB; this is no aircraft.json")
        self._stamp = stamp
        return data
