"""Every log of a node as files that public tools read (C2SP tlog-tiles): `HOME/log`, and one each in `HOME/mirrors`.

The database is the record, these files are made from it: after a commit, at most once a second, and at the end. What is
missing or does not hold when the desk starts is written again. A head on the disk that is ahead of the database says
that the database is an old copy. Bodies are never in them.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from math import inf
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from airpact.node.home import PRIVATE, Layout, explained
from airpact.node.ledger.ledger import Ledger, Shown
from airpact.node.ledger.order import changed
from airpact.proof.checkpoint import read_checkpoint
from airpact.proof.cosignature import signers
from airpact.proof.errors import ProofError
from airpact.proof.keys import Key
from airpact.proof.note import read_note
from airpact.proof.tiles import CHECKPOINT, ENTRIES, WIDTH, Tile, tiles, write_entries, write_tile

# A checkpoint at least every second when something was added; more often would only write partial tiles again.
EVERY_S: Final = 1.0

_log = logging.getLogger("airpact.node")


class Written(NamedTuple):
    """What lies in a folder: the size and the bytes of the head."""

    size: int = 0
    note: bytes = b""


class TileWriter:
    """Keeps the folders of all logs of one node up to date; on the storage thread."""

    def __init__(self, ledger: Ledger, layout: Layout, now_s: Callable[[], float]) -> None:
        """Look through what lies there and make it whole; raises `OperatingError` where it is ahead of the database."""
        self._ledger, self._layout, self._now_s = ledger, layout, now_s
        self._written: dict[str, Written] = {}
        self._due_s = -inf
        self.error = ""
        with explained(layout.root):
            for shown in ledger.logs():
                _check_not_ahead(self._folder(shown), shown)
                self._repair(shown)
                self._written[shown.origin] = Written(shown.size, shown.note)

    def due(self) -> float:
        """Write what grew, unless that was done within the last second; return when to call again (Unix s)."""
        now_s = self._now_s()
        behind = [shown for shown in self._ledger.logs() if self._before(shown) != (shown.size, shown.note)]
        if not behind:
            return inf
        if now_s >= self._due_s or self._due_s > now_s + EVERY_S:  # the latter where the clock was set back
            self._due_s = now_s + EVERY_S
            self._write(behind)
            return self._due_s if self.error else inf
        return self._due_s

    def close(self) -> None:
        """Write what is left."""
        self._due_s = -inf
        self.due()

    def _write(self, behind: list[Shown]) -> None:
        try:
            for shown in behind:
                self._grow(shown)
            self.error = ""
        except OSError as error:  # the database has it all; the folder follows once the disk takes it
            if str(error) != self.error:
                _log.error("the tiles of a log could not be written, they follow later: %s", error)
            self.error = str(error)

    def _grow(self, shown: Shown) -> None:
        before, folder = self._before(shown), self._folder(shown)
        for tile in tiles(shown.size, before.size):
            _put(folder / tile.path, self._bytes(shown, tile))
        _put(folder / CHECKPOINT, shown.note)
        for tile in partial_tiles(before.size) - partial_tiles(shown.size):
            _drop(folder / tile.path)
        self._written[shown.origin] = Written(shown.size, shown.note)

    def _repair(self, shown: Shown) -> None:
        """Write every file that is not as the database says; what was there and wrong is said."""
        folder = self._folder(shown)
        for tile in tiles(shown.size):
            path = folder / tile.path
            data, found = self._bytes(shown, tile), _read(path)
            if found is not None and found != data:
                _log.warning("%s did not hold what the log holds; it was written again", path)
            if found != data:
                _put(path, data)
        _put(folder / CHECKPOINT, shown.note)
        for left in set(_partial_files(folder)) - {folder / tile.path for tile in partial_tiles(shown.size)}:
            _drop(left)

    def _bytes(self, shown: Shown, tile: Tile) -> bytes:
        if tile.level != ENTRIES:
            return write_tile(shown.tree, tile)
        first = tile.number * WIDTH
        return write_entries(self._ledger.entries(shown.origin, first, first + tile.width))

    def _before(self, shown: Shown) -> Written:
        return self._written.get(shown.origin, Written())

    def _folder(self, shown: Shown) -> Path:
        return self._layout.log if shown.own else self._layout.mirrors / folder_name(shown.origin)


def folder_name(origin: str) -> str:
    """Return the one folder name of a log's origin: percent-encoded, never hidden and never a step up."""
    name = quote(origin, safe="")
    return f"%2E{name[1:]}" if name.startswith(".") else name


def partial_tiles(size: int) -> set[Tile]:
    """Return the tiles of a log that are not full yet: the last bundle, and the last tile of each level."""
    found, level, width = set(), 0, size % WIDTH
    if width:
        found.add(Tile(ENTRIES, size // WIDTH, width))
    while size:
        if size % WIDTH:
            found.add(Tile(level, size // WIDTH, size % WIDTH))
        size, level = size // WIDTH, level + 1
    return found


def _check_not_ahead(folder: Path, shown: Shown) -> None:
    """Refuse a database that is older than a head this node signed; raises `OperatingError`."""
    data = _read(folder / CHECKPOINT)
    if data is None:
        return
    try:
        checkpoint = read_checkpoint(read_note(data).text)
        mine = _signed(data, shown.key)
    except ProofError as error:
        _log.warning("%s cannot be read and is written again: %s", folder / CHECKPOINT, error)
        return
    ahead = checkpoint.size > shown.size
    forked = checkpoint.size <= shown.size and shown.tree.root(checkpoint.size) != checkpoint.root
    if mine and checkpoint.origin == shown.origin and (ahead or forked):
        raise changed(
            f"{folder / CHECKPOINT} has a head of {checkpoint.size} statements that it signed, the record of"
            f" {shown.origin} holds {shown.size} or others"
        )


def _signed(data: bytes, key: Key) -> bool:
    return any(signer.key == key for signer in signers(read_note(data), (key,)))


def _partial_files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.glob("tile/**/*.p/*") if path.is_file())


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _put(path: Path, data: bytes) -> None:
    """Put a file in place as a whole; not synced, for it can be made again and is looked at when the desk starts."""
    path.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(data)
    temporary.replace(path)


def _drop(path: Path) -> None:
    path.unlink(missing_ok=True)
    with suppress(OSError):  # another size of the same tile may still lie there
        path.parent.rmdir()
