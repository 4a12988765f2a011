"""Everything of one node that must outlive it and can be proven: own log, mirrors, witness memory, receipts.

    append ─► entry + statement + head, one transaction ─► tiles, at most once a second
    passage ─► a peer ─► cosigned: its witness's lines under the head
    keep ─► items + witness memory of another log, one transaction ─► undelivered ─► the desk

Every call is made on the storage thread.
"""

from collections.abc import Callable, Collection, Iterator
from typing import Final, NamedTuple

from airpact.node.entries import ERASED
from airpact.node.errors import LocalError
from airpact.node.identity import Identity
from airpact.node.ledger.heads import (
    ADD_HEAD,
    add_cosignatures,
    cosigned_size,
    find_head,
    sign_head,
    witnessed_head,
)
from airpact.node.ledger.mirrors import Mirrors
from airpact.node.ledger.order import LedgerOrder
from airpact.node.ledger.rows import read_entries, read_items
from airpact.node.ledger.statements import envelope_of, key_of, said_of, shown_to, unlogged_key
from airpact.node.ledger.values import Item, Mirror, OwnHead, Passage
from airpact.node.store import Store
from airpact.proof.keys import Key
from airpact.proof.logproof import LogProof
from airpact.proof.merkle import Tree
from airpact.proof.receipt import Receipt, write_receipt
from airpact.proof.witness import Seen

# An erased entry keeps its place, so that a restart counts as before.
ERASE_ENTRY: Final = (
    "UPDATE entries SET kind = ?, body = '{}', person = '', subject = '', alias = '' WHERE \"index\" = ?"
)
ERASE_BODY: Final = 'UPDATE leaves SET body = NULL, salt = NULL WHERE origin = ? AND "index" = ?'


class Shown(NamedTuple):
    """A log as it is shown: its tree, how much of it the head covers, the signed head, and the key of ours under it."""

    origin: str
    own: bool
    tree: Tree
    size: int
    note: bytes
    key: Key


class Ledger:
    """The logs of one node."""

    def __init__(self, store: Store, identity: Identity, now_s: Callable[[], float]) -> None:
        """Take the open store and a clock (Unix s); raises `OperatingError` where the record is not what was signed."""
        self._store, self._identity = store, identity
        self._mirrors = Mirrors(store, identity, now_s)
        self.order = LedgerOrder(store, identity, self._mirrors.heads)

    def head(self) -> OwnHead | None:
        """Return the newest head of the own log, None before its first statement."""
        return self.order.head

    def passage(self, old: int, first: int, most: int, party: str) -> Passage:
        """Return up to `most` statements from `first` for a peer whose witness is at `old`, with the head they end in.

        Bodies are there only where the header names the party or the public. Raises `ProofError` beyond the log.
        """
        tree = self.order.tree
        stop = min(max(first, 0) + most, tree.size)
        old_of = min(old, stop)
        items = read_items(self._store, self._identity.origin, first, stop)
        return Passage(
            old_of, first, stop, tuple(shown_to(party, item) for item in items), tree.consistency(old_of, stop),
            tree.prefix(old_of, stop) if 0 < old_of < stop else (), self._head_of(stop).note if stop else b"",
        )  # fmt: skip

    def cosigned(self, size: int, lines: str, keys: Collection[Key]) -> OwnHead:
        """Keep the lines of known witnesses under the head of that size, durable when this returns, and return it.

        `lines` are as a witness answers with them. Raises `ProofError` where none is of a known key, or one does not
        hold.
        """
        head, count = add_cosignatures(self._head_of(size), lines, keys)
        with self._store.transaction() as connection:
            connection.execute(ADD_HEAD, (head.size, head.root, head.note, count))
        newest = self.order.head
        if newest is not None and newest.size == size:
            self.order.head = head
        return head

    def keep(self, origin: str, items: Collection[Item], seen: Seen) -> None:
        """Keep statements of another log and what is now cosigned of it (`Mirrors.keep`)."""
        self._mirrors.keep(origin, tuple(items), seen)

    def mirror(self, origin: str) -> Mirror:
        """Return a copy of the mirror of a log, an empty one where nothing is held."""
        return self._mirrors.mirror(origin)

    def cosignature(self, origin: str) -> str:
        """Return this node's line under the last head it cosigned of a log, as a witness answers; "" for none."""
        return self._mirrors.cosignature(origin)

    def cosigned_by(self, keys: Collection[Key]) -> int:
        """Return how much of the own log one of these witnesses cosigned, as far as it is known here."""
        return cosigned_size(self._store, keys)

    def undelivered(self, origin: str) -> list[Item]:
        """Return the next cosigned statements of a log that are for this party and that the desk has not taken."""
        return self._mirrors.undelivered(origin)

    def delivered(self, origin: str, index: int) -> None:
        """Note durably that the desk took the statements of that log up to and with this one."""
        self._mirrors.delivered(origin, index)

    def logs(self) -> Iterator[Shown]:
        """Yield every log that is kept here with the head that may be shown of it; none before its first head."""
        own, key = self.order.head, self._identity.log.key
        if own is not None:
            yield Shown(self._identity.origin, True, self.order.tree, own.size, own.note, key)
        for origin, held in self._mirrors.held.items():
            if held.mirror.seen.size:
                key = self._identity.witness.key
                yield Shown(origin, False, held.mirror.tree, held.mirror.seen.size, held.note, key)

    def entries(self, origin: str, first: int, stop: int) -> list[bytes]:
        """Return the entries first..stop-1 of a log (canonical headers)."""
        return read_entries(self._store, origin, first, stop)

    def receipt(self, index: int, party: str | None = None, witnesses: Collection[Key] = ()) -> bytes:
        """Return the receipt of an own statement, for a party with what it may see, for this node itself with all.

        It rests on the newest head that all the witnesses cosigned, else on the newest. Raises `LocalError` for none.
        """
        head = witnessed_head(self._store, index, witnesses)
        item = self._item(self._identity.origin, index)
        if head is None:
            raise LocalError(f"no head covers statement {index}")
        return _receipt(item if party is None else shown_to(party, item), self.order.tree, head.size, head.note)

    def receipt_of(self, origin: str, index: int) -> bytes:
        """Return the receipt of a mirrored statement under the last head this node cosigned; `LocalError` for none."""
        held = self._mirrors.held.get(origin)
        if held is None or index >= held.mirror.seen.size:
            raise LocalError(f"no head of {origin} that covers statement {index} was cosigned here")
        return _receipt(self._item(origin, index), held.mirror.tree, held.mirror.seen.size, held.note)

    def erase(self, index: int, origin: str | None = None) -> None:
        """Delete what a statement said, and its salt, also where the own order repeats it (docs/storage.md).

        Its header and the tree stand.
        """
        here = self._identity.origin
        item = self._item(origin or here, index)
        entries = [index + 1] if origin in (None, here) else self._copies(str(origin), item)
        with self._store.transaction() as connection:
            connection.execute(ERASE_BODY, (origin or here, index))
            for number in entries:
                connection.execute(ERASE_BODY, (here, number - 1))
                connection.execute(ERASE_ENTRY, (ERASED, number))
        self._store.forget()

    def _copies(self, origin: str, item: Item) -> list[int]:
        """Return the entries of the own order that repeat what a statement of another log said."""
        keys = key_of(origin, item.index), unlogged_key(origin, item.entry)
        found = [self._store.entries.find(key) for key in keys]
        return [entry.index for entry in found if entry is not None]

    def _head_of(self, size: int) -> OwnHead:
        if not 0 < size <= self.order.tree.size:
            raise LocalError(f"the own log has {self.order.tree.size} statements, no head of {size}")
        return find_head(self._store, size) or sign_head(self._identity, size, self.order.tree.root(size))

    def _item(self, origin: str, index: int) -> Item:
        items = read_items(self._store, origin, index, index + 1)
        if not items:
            raise LocalError(f"no statement {index} of {origin} is held here")
        return items[0]


def _receipt(item: Item, tree: Tree, size: int, note: bytes) -> bytes:
    proof = LogProof(item.index, tree.inclusion(item.index, size), note)
    return write_receipt(Receipt(envelope_of(item), proof, said_of(item)))
