"""Items and heads as rows of `node.db` (`node.schema`)."""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from airpact.node.ledger.values import Item
from airpact.node.store import Store
from airpact.proof.merkle import Tree, leaf_hash

COLUMNS: Final = '"index", entry, signatures, body, salt'
ADD_LEAF: Final = "INSERT INTO leaves VALUES (?, ?, ?, ?, ?, ?, ?)"
READ_MANY: Final = 1_000  # rows in memory at once where a whole log is gone through

_signatures: Final = msgspec.msgpack.Decoder(tuple[tuple[str, bytes], ...])


def add_items(connection: sqlite3.Connection, origin: str, items: Iterable[Item], received_s: float) -> None:
    """Add items to a log, inside a transaction."""
    connection.executemany(ADD_LEAF, [_leaf(origin, item, received_s) for item in items])


def _leaf(origin: str, item: Item, received_s: float) -> tuple[Any, ...]:
    signatures = msgspec.msgpack.encode(item.signatures)
    return origin, item.index, item.entry, signatures, item.body, item.salt, received_s


def read_items(store: Store, origin: str, first: int, stop: int) -> list[Item]:
    """Return the items first..stop-1 of a log, as far as they are there."""
    rows = store.rows(
        f'SELECT {COLUMNS} FROM leaves WHERE origin = ? AND "index" >= ? AND "index" < ? ORDER BY "index"',
        origin, first, stop,
    )  # fmt: skip
    return [Item(index, entry, _signatures.decode(signed), body, salt) for index, entry, signed, body, salt in rows]


def read_entries(store: Store, origin: str, first: int, stop: int) -> list[bytes]:
    """Return the log entries first..stop-1 (canonical headers)."""
    sql = 'SELECT entry FROM leaves WHERE origin = ? AND "index" >= ? AND "index" < ? ORDER BY "index"'
    return [entry for (entry,) in store.rows(sql, origin, first, stop)]


def read_tree(store: Store, origin: str) -> Tree:
    """Return the tree over every entry of a log that is kept without a gap from the first."""
    return Tree(map(leaf_hash, _entries(store, origin)))


def _entries(store: Store, origin: str) -> Iterator[bytes]:
    found = 0
    while entries := read_entries(store, origin, found, found + READ_MANY):
        yield from entries
        found += len(entries)
        if len(entries) < READ_MANY:
            return


def count_items(store: Store, origin: str) -> int:
    """Return how many items of a log are kept."""
    return int(store.rows("SELECT count(*) FROM leaves WHERE origin = ?", origin)[0][0])
