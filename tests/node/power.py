"""SQLite on a disk that loses power: everything after the last sync is gone, or partly there (apsw, SQLite VFS)."""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final, Self, cast

import apsw

from airpact.node.home import Layout
from airpact.node.ledger.ledger import Ledger
from airpact.node.store import Store
from tests.node.ledgers import Desk

SECTOR_BYTES: Final = 512


class PowerCutError(OSError):
    """The power is gone."""


@dataclass
class Content:
    """A file as programs see it, as the disk has it for sure, and what was written in between."""

    now: bytearray = field(default_factory=bytearray)
    synced: bytes = b""
    writes: list[tuple[int, bytes]] = field(default_factory=list)  # an empty one cuts the file to that length

    def write(self, offset: int, data: bytes) -> None:
        self.writes.append((offset, data))
        _apply(self.now, offset, data)

    def sync(self) -> None:
        self.synced, self.writes = bytes(self.now), []

    def cut(self, chance: Random | None) -> None:
        """Lose what was not synced; with `chance`, keep some of those writes, each as a whole or up to a sector."""
        found = bytearray(self.synced)
        for offset, data in self.writes if chance is not None else ():
            assert chance is not None
            if chance.random() < 0.5:
                whole = chance.random() < 0.7 or len(data) <= SECTOR_BYTES
                _apply(
                    found,
                    offset,
                    data if whole else data[: SECTOR_BYTES * chance.randrange(1, len(data) // SECTOR_BYTES + 1)],
                )
        self.now, self.synced, self.writes = found, bytes(found), []


def _apply(content: bytearray, offset: int, data: bytes) -> None:
    if not data:
        del content[offset:]
        return
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


class Disk(apsw.VFS):
    """Files in memory; `left` more writes and syncs, then the power is gone."""

    def __init__(self, name: str) -> None:
        self.files: dict[str, Content] = {}
        self.connections: list[apsw.Connection] = []
        self.left: float = float("inf")
        super().__init__(name, "")
        self.name = name

    def spend(self) -> None:
        if self.left <= 0:
            raise PowerCutError("power cut")
        self.left -= 1

    def power_cut(self, chance: Random | None) -> None:
        self.left = 0
        for connection in self.connections:
            with suppress(apsw.Error, PowerCutError):  # without power it changes nothing
                connection.close(True)
        self.connections = []
        for content in self.files.values():
            content.cut(chance)
        self.left = float("inf")

    def xOpen(self, name: Any, flags: list[int]) -> Any:
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        flags[1] = flags[0]
        return File(self, self.files.setdefault(path, Content()))

    def xDelete(self, filename: str, syncdir: bool) -> None:
        if self.left > 0:
            self.files.pop(filename, None)

    def xAccess(self, pathname: str, flags: int) -> bool:
        return pathname in self.files

    def xFullPathname(self, name: str) -> str:
        return name


class File:
    """An open file of a `Disk`."""

    def __init__(self, disk: Disk, content: Content) -> None:
        self.disk, self.content = disk, content

    def xRead(self, amount: int, offset: int) -> bytes:
        return bytes(self.content.now[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        self.disk.spend()
        self.content.write(offset, bytes(data))

    def xTruncate(self, size: int) -> None:
        self.disk.spend()
        self.content.write(size, b"")

    def xSync(self, flags: int) -> None:
        self.disk.spend()
        self.content.sync()

    def xFileSize(self) -> int:
        return len(self.content.now)

    def xClose(self) -> None:
        pass

    def xLock(self, level: int) -> None:
        pass

    def xUnlock(self, level: int) -> None:
        pass

    def xCheckReservedLock(self) -> bool:
        return False

    def xFileControl(self, op: int, ptr: int) -> bool:
        return False

    def xSectorSize(self) -> int:
        return SECTOR_BYTES

    def xDeviceCharacteristics(self) -> int:
        return 0


class Connection:
    """An apsw connection in the shape of the one that `Store` uses."""

    def __init__(self, disk: Disk) -> None:
        self._connection = apsw.Connection("node.db", vfs=disk.name)
        disk.connections.append(self._connection)
        self.execute("PRAGMA locking_mode = EXCLUSIVE")  # write-ahead log without shared memory

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Any:
        try:
            return _Rows(self._connection.execute(sql, tuple(values)).fetchall())
        except (apsw.Error, PowerCutError) as error:
            raise sqlite3.OperationalError(str(error)) from error

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        for row in rows:
            self.execute(sql, row)

    @property
    def in_transaction(self) -> bool:
        return bool(self._connection.in_transaction)

    def close(self) -> None:
        self._connection.close()


class _Rows(list[Any]):
    def fetchall(self) -> Self:
        return self


@dataclass
class PoweredDesk(Desk):
    """A ledger on such a disk."""

    disk: Disk = field(default_factory=lambda: Disk("none"))

    def open(self) -> None:
        connection = cast("sqlite3.Connection", Connection(self.disk))
        self.store = Store.over(Layout(Path()).database, connection)
        self.ledger = Ledger(self.store, self.identity, lambda: self.now_s)
