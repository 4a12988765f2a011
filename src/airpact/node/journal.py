r"""The journal: the inputs of every tick, written before the step is taken, in one file a minute.

A file `<YYYYmmddTHHMM>.jnl` (UTC minute of the ticks in it) is a sequence of frames, each put there by one `write`:

    magic "AJ1\n", length of the body, CRC-32 of the body (both little-endian, 32 bits), body (MessagePack TickRecord)

What `write` has taken survives a killed process, because the kernel holds it; it may not survive a power cut, because
syncing five times a second would make the tick wait for the disk. A tail cut short is expected and told; a frame that
is damaged while whole frames follow it is an error that names file and offset.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from struct import Struct
from time import gmtime, strftime
from typing import Final
from zlib import crc32

import msgspec

from airpact.node.errors import OperatingError
from airpact.node.home import Layout
from airpact.node.tick import TickRecord

MAGIC: Final = b"AJ1\n"
HEADER: Final = Struct("<4sII")
SUFFIX: Final = ".jnl"
DAMAGED: Final = ".damaged"  # appended to the name of a minute set aside for a person to look at
MINUTE: Final = "%Y%m%dT%H%M"

_decoder = msgspec.msgpack.Decoder(TickRecord)


class JournalError(OSError):
    """The journal cannot take this record; the tick goes on without it and the desk says so."""


class DamagedError(OperatingError):
    """A recorded file is damaged where more than its tail is lost; `path` and `offset` say where."""

    def __init__(self, path: Path, offset: int, why: str) -> None:
        """Say where and what to do."""
        super().__init__(
            f"{path} is damaged at byte {offset}: {why}.",
            effect="The ticks of that minute after this place cannot be read.",
            remedy=f"Check the disk. To go on without that minute, move the file away: mv {path} {path}{DAMAGED}",
        )
        self.path, self.offset = path, offset


@dataclass(frozen=True, slots=True)
class Cut:
    """A tail that was not whole: the last write of a process that was killed."""

    path: Path
    offset: int
    lost_bytes: int


class JournalWriter:
    """Appends one record per tick; `keep_world` is called once a minute, when its first tick is over and told."""

    def __init__(self, layout: Layout, keep_world: Callable[[], object] = lambda: None) -> None:
        """Write nothing yet; the folder must exist."""
        self._folder = layout.journal
        self._keep_world = keep_world
        self._encoder = msgspec.msgpack.Encoder()
        self._buffer = bytearray()
        self._minute = ""
        self._file = -1
        self._size = 0  # bytes of whole frames in the open file
        self._tick = -1
        self._gap = False  # a record was lost: only a newer snapshot makes a restart right again
        self._keep_due = False

    def append(self, record: TickRecord) -> None:
        """Write one record with one `write`; raises `OSError` (full disk, ticks that do not rise), losing only it."""
        if record.tick <= self._tick:
            self._gap = True
            raise JournalError(f"tick {record.tick} does not follow tick {self._tick}")
        keep = self._gap
        try:
            if (minute := minute_of(record.now_s)) != self._minute:
                self._open(minute)
                keep = True
            self._write(record)
        except OSError:
            self._gap = True
            raise
        self._tick, self._gap = record.tick, False
        self._keep_due |= keep

    def settled(self) -> None:
        """Keep the world, if a minute began with this tick: copying it delays no alert any more."""
        if self._keep_due:
            self._keep_due = False
            self._keep_world()

    def close(self) -> None:
        """Close the open file."""
        if self._file >= 0:
            os.close(self._file)
        self._file, self._minute = -1, ""

    def _open(self, minute: str) -> None:
        """Open the file of a minute; one that a killed process left is continued after its last whole frame."""
        self.close()
        path = self._folder / (minute + SUFFIX)
        size = _whole_bytes(path) if path.exists() else 0
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            os.ftruncate(file, size)
        except OSError:
            os.close(file)
            raise
        self._file, self._minute, self._size = file, minute, size

    def _write(self, record: TickRecord) -> None:
        self._encoder.encode_into(record, self._buffer, HEADER.size)
        body = memoryview(self._buffer)[HEADER.size :]
        HEADER.pack_into(self._buffer, 0, MAGIC, len(body), crc32(body))
        body.release()  # else the buffer could not grow for the next tick
        if self._gap:
            os.ftruncate(self._file, self._size)  # what a failed write may have left
        written = os.write(self._file, self._buffer)
        if written < len(self._buffer):
            os.ftruncate(self._file, self._size)
            raise JournalError(f"only {written} of {len(self._buffer)} bytes fitted: the disk is full")
        self._size += written


def framed(body: bytes) -> bytes:
    """Return one frame."""
    return HEADER.pack(MAGIC, len(body), crc32(body)) + body


def frames(path: Path, cuts: list[Cut] | None = None) -> Iterator[bytes]:
    """Yield the body of every whole frame; a torn tail goes to `cuts`; raises `DamagedError`, `OSError`."""
    offset = 0
    with path.open("rb") as file:
        left = os.fstat(file.fileno()).st_size  # a file that is still written may grow while it is read
        while left:
            header = file.read(min(HEADER.size, left))
            body = _body(header, file.read(_length(header, left)))
            if body is None:
                file.seek(offset)
                _check_tail(path, offset, file.read(left))
                if cuts is not None:
                    cuts.append(Cut(path, offset, left))
                return
            yield body
            size = HEADER.size + len(body)
            offset, left = offset + size, left - size


def read_minute(path: Path, cuts: list[Cut] | None = None) -> Iterator[TickRecord]:
    """Yield the records of one file; raises `DamagedError`, `OSError`."""
    for number, body in enumerate(frames(path, cuts)):
        try:
            yield _decoder.decode(body)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise DamagedError(path, 0, f"record {number + 1} was written by another version ({error})") from error


def journal_files(layout: Layout) -> dict[str, Path]:
    """Return the file of each minute, oldest first."""
    return {path.stem: path for path in sorted(layout.journal.glob(f"*{SUFFIX}"))}


def minute_of(now_s: float) -> str:
    """Return the UTC minute an instant (Unix s) lies in, as files are named; names sort as time does."""
    return strftime(MINUTE, gmtime(now_s))


def _whole_bytes(path: Path) -> int:
    """Return how many bytes of a file are whole frames; a damaged file is set aside and counts none."""
    try:
        return sum(HEADER.size + len(body) for body in frames(path))
    except DamagedError:
        path.rename(aside(path))
        return 0


def aside(path: Path) -> Path:
    """Return a name, not yet taken, for a damaged file."""
    names = (path.with_name(f"{path.name}{DAMAGED}{number or ''}") for number in range(1000))
    return next(name for name in names if not name.exists())


def _length(header: bytes, left: int) -> int:
    """Return how many bytes of body to read: never more than there are, whatever the header claims."""
    if len(header) < HEADER.size:
        return 0
    return min(int(HEADER.unpack(header)[1]), left - HEADER.size)


def _body(header: bytes, body: bytes) -> bytes | None:
    """Return the body where frame and body belong together."""
    if len(header) < HEADER.size:
        return None
    magic, length, check = HEADER.unpack(header)
    return body if magic == MAGIC and length == len(body) and check == crc32(body) else None


def _check_tail(path: Path, offset: int, tail: bytes) -> None:
    """Raise `DamagedError` where a whole frame follows the broken one: then it is no tail."""
    at = tail.find(MAGIC, 1)
    while at >= 0:
        header = tail[at : at + HEADER.size]
        start = at + HEADER.size
        if _body(header, tail[start : start + _length(header, len(tail) - at)]) is not None:
            raise DamagedError(path, offset, f"whole records follow it from byte {offset + at}")
        at = tail.find(MAGIC, at + 1)
