"""The order of this node as its own log: entry, statement and the head over both are durable at once, or nothing is.

Index k of the order is index k-1 of the log. Everything that is appended in one call is one transaction, one sync of
the disk and one signed head (group commit).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from secrets import token_bytes
from typing import Any, Final

import msgspec

from airpact.node.entries import Command, Entry, entry_of
from airpact.node.errors import LocalError, OperatingError
from airpact.node.identity import Identity
from airpact.node.ledger.heads import ADD_HEAD, check_head, newest_head, sign_head
from airpact.node.ledger.rows import add_items, read_tree
from airpact.node.ledger.statements import item_of
from airpact.node.ledger.values import OwnHead
from airpact.node.store import Store
from airpact.proof.errors import ProofError
from airpact.proof.merkle import Tree, leaf_hash
from airpact.proof.statement import SALT_BYTES, Head

ADD_ENTRY: Final = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class LedgerOrder:
    """The order of accepted commands of one node (`node.order.Order`), and the own log that it is."""

    def __init__(self, store: Store, identity: Identity, heads: Callable[[], Mapping[str, Head]]) -> None:
        """Take the open store and what gives the last heads seen of other logs; raises `OperatingError`.

        Entries of a home from before there was a log become internal statements.
        """
        self._store, self._identity, self._heads = store, identity, heads
        self.tree = read_tree(store, identity.origin)
        self.head = _checked(store, identity, self.tree)
        missing = list(store.entries.since(self.tree.size))
        if missing:
            self._commit(missing, [])

    def append(self, command: Command, at_s: float) -> Entry:
        """Give the command the next index and make it durable; the same idempotency key gives the first entry.

        Raises `ValueError` for what JSON or a statement would not give back as it is, `StoreError` when not durable.
        """
        return self.append_many([(command, at_s)])[0]

    def append_many(self, commands: Sequence[tuple[Command, float]]) -> list[Entry]:
        """Append commands with their times (Unix s) as `append` does, all durable together or none."""
        found: list[Entry] = []
        new: dict[int, Entry] = {}
        by_key: dict[str, Entry] = {}
        for command, at_s in commands:
            entry = (by_key.get(command.key) or self.find(command.key)) if command.key else None
            if entry is None:
                entry = entry_of(self.tree.size + len(new) + 1, command, at_s)
                new[entry.index] = by_key[command.key] = entry
            found.append(entry)
        if new:
            self._commit(list(new.values()), [_row(entry) for entry in new.values()])
        return found

    def since(self, index: int) -> Iterator[Entry]:
        """Yield every entry after `index`, in order."""
        return self._store.entries.since(index)

    def find(self, key: str) -> Entry | None:
        """Return the entry an idempotency key already made, if any."""
        return self._store.entries.find(key)

    def last(self) -> int:
        """Return the index of the newest entry, 0 when there is none."""
        return self._store.entries.last()

    def _commit(self, entries: Sequence[Entry], rows: Sequence[tuple[Any, ...]]) -> None:
        """Make statements of entries, and all of it durable; only then does it count."""
        heads = self._heads()
        items = [item_of(entry, self._identity, heads, token_bytes(SALT_BYTES)) for entry in entries]
        leaves = [leaf_hash(item.entry) for item in items]
        head = sign_head(self._identity, self.tree.size + len(leaves), self.tree.root_with(leaves))
        with self._store.transaction() as connection:
            connection.executemany(ADD_ENTRY, rows)
            add_items(connection, self._identity.origin, items, entries[-1].at_s)
            connection.execute(ADD_HEAD, (head.size, head.root, head.note, 0))
        for leaf in leaves:
            self.tree.append(leaf)
        self.head = head


def _row(entry: Entry) -> tuple[Any, ...]:
    body = msgspec.json.encode(entry.body).decode()
    if msgspec.json.decode(body) != entry.body:
        raise ValueError(f"the body of a {entry.kind} command cannot be kept exactly")
    audience = msgspec.json.encode(entry.audience).decode()
    given = entry.index, entry.at_s, entry.kind, entry.person, body, entry.key
    return *given, audience, entry.subject, entry.role, entry.alias


def _checked(store: Store, identity: Identity, tree: Tree) -> OwnHead | None:
    """Return the newest head, after it is the one that the statements kept here give; raises `OperatingError`."""
    head = newest_head(store)
    try:
        if head is None:
            whole = tree.size == 0
        else:
            checkpoint = check_head(head, identity)
            whole = (checkpoint.size, checkpoint.root) == (tree.size, tree.root()) and tree.size <= store.entries.last()
    except (ProofError, LocalError) as error:
        raise changed(str(error)) from error
    if not whole:
        raise changed(f"the last head signed is of {head.size if head else 0} statements, the record holds {tree.size}")
    return head


def changed(what: str) -> OperatingError:
    """Return what is said of a log that no longer gives the head it signed."""
    return OperatingError(
        f"The log of this node is not the one it signed: {what}.",
        effect="The record was changed or restored from an old copy. Going on would show other parties two histories,"
        " so the desk does not start.",
        remedy="Restore the newest copy of the whole home. Where there is none, begin a home with new keys, and tell"
        " the other parties why.",
    )
