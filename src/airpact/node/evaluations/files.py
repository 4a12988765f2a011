"""The two ends of an evaluation: a text file read line by line, plain or gzip, and a file that appears only when whole.

Whether an input is compressed is told by its first bytes; an output is compressed when its name ends with .gz.
"""

import gzip
import io
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, TextIO, cast

from airpact.node.errors import OperatingError

STDOUT: Final = "-"
_GZIP_MAGIC: Final = b"\x1f\x8b"
_LINE_LIMIT: Final = 64 * 1024  # characters; a row of an encounter has under 1,000


@dataclass(frozen=True, slots=True)
class Source:
    """An open text file: its name, its lines in order, and how far it is read (for progress)."""

    name: str
    lines: Iterator[str]
    size_bytes: int
    file: BinaryIO

    def read_bytes(self) -> int:
        """Return how many bytes of the file on disk have been taken; 0 for a pipe."""
        return self.file.tell() if self.file.seekable() else 0


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Open `path`; raises OperatingError naming the file that cannot be read, or the line at which it breaks."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise OperatingError(
            f"{path}: cannot be read ({error.strerror or error}).",
            remedy="Check the name and that you may read the file.",
        ) from error
    with file:
        packed = file.peek(len(_GZIP_MAGIC)).startswith(_GZIP_MAGIC)
        data: BinaryIO = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file
        text = io.TextIOWrapper(data, encoding="utf-8-sig", newline=None)
        yield Source(str(path), _lines(str(path), text), path.stat().st_size, file)


def _lines(name: str, text: TextIO) -> Iterator[str]:
    number = 0
    try:
        while line := text.readline(_LINE_LIMIT):
            number += 1
            if len(line) == _LINE_LIMIT:
                raise OperatingError(f"{name}:{number}: the line is longer than {_LINE_LIMIT:,} characters.")
            yield line
    except (OSError, EOFError, zlib.error) as error:
        raise OperatingError(
            f"{name}: cannot be read beyond line {number} ({error}).", remedy="Fetch or pack the file again."
        ) from error
    except UnicodeDecodeError as error:
        raise OperatingError(f"{name}: is not UTF-8 text beyond line {number} ({error.reason}).") from error


@contextmanager
def open_sink(name: str) -> Iterator[TextIO]:
    """Open a text to be written to the file `name`, or standard output for "-".

    The file takes its name when the block ends well; until then, and after an error, what stood there stands.
    Devices and pipes are written directly. Raises OperatingError naming a file that cannot be written.
    """
    if name == STDOUT:
        yield sys.stdout
        sys.stdout.flush()
        return
    path = Path(name)
    direct = path.exists() and not path.is_file()
    part = path if direct else path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        file = part.open("wb")
    except OSError as error:
        raise OperatingError(
            f"{path}: cannot be written ({error.strerror or error}).", remedy="Name another file."
        ) from error
    try:
        with file, _text(file, path.suffix == ".gz") as text:
            yield text
        if not direct:
            part.replace(path)
    finally:
        if not direct:
            with suppress(FileNotFoundError):
                part.unlink()


def _text(file: BinaryIO, packed: bool) -> TextIO:
    # No time stamp in the header: the same answers give the same bytes.
    data = cast(BinaryIO, gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0)) if packed else file
    return io.TextIOWrapper(data, encoding="utf-8", newline="\n")
