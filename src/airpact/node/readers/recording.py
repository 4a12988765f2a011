"""Reads recordings of positions (JSON lines, plain or gzip) chunk by chunk, in memory that does not grow with the file.

Whether a file is compressed is told by its first bytes, not its name. A compressed file that is damaged or cut short
gives everything before the damage, then one TRUNCATED rejection with the place; a file that cannot be opened at all
is an `OperatingError`.
"""

import zlib
from collections.abc import Iterable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import Final

import msgspec

from airpact.feeds.positions import PositionsDecoder
from airpact.feeds.report import Decoded, Reject, Rejection
from airpact.node.errors import OperatingError

# About a thousand recorded lines: small beside everything else in memory, large beside the cost of a call.
CHUNK_BYTES: Final = 256 * 1024
_GZIP_MAGIC: Final = b"\x1f\x8b"
_GZIP_WBITS: Final = 31  # zlib: gzip header and checksum


class RecordingChunk(msgspec.Struct, frozen=True):
    """A stretch of one recording: what it gave, and how far into the file on disk it ends (for progress)."""

    path: str
    decoded: Decoded
    read_bytes: int
    size_bytes: int


class _DamageError(Exception):
    """A compressed file that ends or breaks before its end mark."""


def read_recording(paths: Iterable[str | Path], feed: str = "recording") -> Iterator[RecordingChunk]:
    """Yield the chunks of each file in the order given; raises OperatingError naming a file that cannot be read.

    Each file is a recording of its own: line numbers start again and no source type is carried across. All files are
    opened once before the first is read, so that a wrong name is told at once and not after an hour.
    """
    files = [Path(path) for path in paths]
    for path in files:
        _open(path).close()
    for path in files:
        yield from _read_one(path, feed)


def _read_one(path: Path, feed: str) -> Iterator[RecordingChunk]:
    decoder = PositionsDecoder(feed)
    with _open(path) as file:
        size_bytes = path.stat().st_size
        damage: tuple[Rejection, ...] = ()
        try:
            for data in _contents(file):
                yield RecordingChunk(str(path), decoder.push(data), file.tell(), size_bytes)
        except _DamageError as error:
            damage = (Rejection(Reject.TRUNCATED, 0, "", f"{path.name}: {error}"),)
        except OSError as error:
            raise _unreadable(path, error) from error
        last = decoder.finish()
        # The line cut by the damage is the damage: counted once.
        whole = last.reports, damage or last.rejections, last.doubtful
        yield RecordingChunk(str(path), Decoded(*whole), file.tell(), size_bytes)


def _contents(file: BufferedReader) -> Iterator[bytes]:
    if file.peek(len(_GZIP_MAGIC)).startswith(_GZIP_MAGIC):
        yield from _inflated(file)
    else:
        while data := file.read(CHUNK_BYTES):
            yield data


def _inflated(file: BufferedReader) -> Iterator[bytes]:
    """Yield every gzip member in turn, at most CHUNK_BYTES at a time; raises _DamageError with the place."""
    inflater = zlib.decompressobj(_GZIP_WBITS)
    taken = 0  # bytes of the file given to the inflater and used by it
    while data := file.read(CHUNK_BYTES):
        while data:
            if inflater.eof:
                if not data.startswith(_GZIP_MAGIC[: len(data)]):
                    _only_padding(data, taken)
                    break
                inflater = zlib.decompressobj(_GZIP_WBITS)
            before = inflater.copy()
            try:
                out = inflater.decompress(data, CHUNK_BYTES)
            except zlib.error:
                yield from _up_to_damage(before, data, taken)
                raise AssertionError("damage is always found again") from None
            rest = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
            taken += len(data) - len(rest)
            data = rest
            yield out
    if not inflater.eof:
        yield inflater.flush()
        raise _DamageError(f"the compressed data end at byte {taken} before their end mark; everything before is kept")


def _up_to_damage(inflater: "zlib._Decompress", data: bytes, taken: int) -> Iterator[bytes]:
    """Yield what can still be decompressed, byte by byte of `data`, then raise: zlib drops a failed call's output."""
    saved = bytearray()
    for place in range(len(data)):
        try:
            saved += inflater.decompress(data[place : place + 1])
        except zlib.error as error:
            yield bytes(saved)
            raise _DamageError(_damage(taken + place, str(error))) from error
        if len(saved) > CHUNK_BYTES:
            yield bytes(saved)
            saved.clear()


def _damage(place: int, error: str) -> str:
    if "incorrect" in error:  # the checksum or length after the data: the damage is somewhere before
        return f"the checksum at byte {place} does not match the compressed data; all lines are kept, some may be wrong"
    return f"the compressed data are damaged at byte {place}; everything before is kept"


def _only_padding(data: bytes, taken: int) -> None:
    if data.strip(b"\0"):
        raise _DamageError(f"something that is not gzip follows the compressed data at byte {taken}; it is left out")


def _open(path: Path) -> BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> OperatingError:
    return OperatingError(
        f"{path}: the recording cannot be read ({error.strerror or error}).",
        effect="Nothing was replayed.",
        remedy="Check the name and that you may read the file; a recording is JSON lines, plain or gzip.",
    )
