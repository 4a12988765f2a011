"""The logs of other parties as they are held here: every entry, and the last head this node cosigned as a witness.

What a witness remembers never goes back: it is durable together with the entries under it before anything is answered,
and a smaller or different head is refused here whatever was judged before (C2SP tlog-witness).
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Final

from airpact.node.errors import LocalError
from airpact.node.identity import Identity
from airpact.node.ledger.order import changed
from airpact.node.ledger.rows import add_items, count_items, read_entries, read_items, read_tree
from airpact.node.ledger.statements import is_for
from airpact.node.ledger.values import Item, Mirror
from airpact.node.store import Store
from airpact.proof.checkpoint import read_checkpoint
from airpact.proof.cosignature import cosigned, message
from airpact.proof.merkle import leaf_hash
from airpact.proof.note import Note, read_note, write_note
from airpact.proof.statement import Head, read_header
from airpact.proof.witness import Seen

REMEMBER: Final = (
    "INSERT INTO witnessed VALUES (?, ?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE SET size = excluded.size,"
    " root = excluded.root, head = excluded.head, note = excluded.note"
)
DELIVERED: Final = (
    'INSERT INTO deliveries VALUES (?, ?) ON CONFLICT (origin) DO UPDATE SET "next" = max("next", excluded."next")'
)
FILL: Final = 'UPDATE leaves SET body = ?, salt = ? WHERE origin = ? AND "index" = ?'
_log = logging.getLogger("airpact.node")
STEP: Final = 256  # statements looked through at once for those the desk has not taken


@dataclass(slots=True)
class Held:
    """A mirror, the cosigned note of its last head, and from where on the desk may still have to take statements."""

    mirror: Mirror
    note: bytes = b""
    next: int = 0


class Mirrors:
    """Every mirrored log of one node; on the storage thread."""

    def __init__(self, store: Store, identity: Identity, now_s: Callable[[], float]) -> None:
        """Take the open store; raises `OperatingError` where a mirror is not what was cosigned of it."""
        self._store, self._identity, self._now_s = store, identity, now_s
        self._held: dict[str, Held] = {}
        rows = store.rows("SELECT DISTINCT origin FROM leaves WHERE origin <> ? ORDER BY origin", identity.origin)
        for (origin,) in (*rows, *store.rows("SELECT origin FROM witnessed")):
            self._held[origin] = self._opened(origin)

    @property
    def held(self) -> Mapping[str, Held]:
        """Every mirror by the origin of its log."""
        return self._held

    def heads(self) -> dict[str, Head]:
        """Return the last head cosigned of each other log."""
        seen = {origin: held.mirror.seen for origin, held in sorted(self._held.items())}
        return {origin: Head(each.size, each.root) for origin, each in seen.items() if each.size}

    def mirror(self, origin: str) -> Mirror:
        """Return a copy of the mirror of a log, an empty one where nothing is held."""
        return deepcopy(self._held[origin].mirror) if origin in self._held else Mirror(origin)

    def cosignature(self, origin: str) -> str:
        """Return this node's line under the last head it cosigned of a log, "" for none."""
        held, key = self._held.get(origin), self._identity.witness.key
        if held is None or not held.note:
            return ""
        note = read_note(held.note)
        mine = [line for line in note.signatures if (line.name, line.key_id) == (key.name, key.key_id)]
        return write_note(Note(note.text, tuple(mine[-1:]))).decode().removeprefix(f"{note.text}\n")

    def keep(self, origin: str, items: Sequence[Item], seen: Seen) -> None:
        """Keep items that follow what is held, and what is now cosigned, durable together when this returns.

        Items already held are passed over, but a body that was missing is filled in. Raises `LocalError` where an item
        leaves a gap or differs, or the memory of the witness would go back; then nothing changed.
        """
        held = self._held.get(origin) or Held(Mirror(origin))
        known, new = self._parted(origin, items, held.mirror.tree.size)
        leaves = [leaf_hash(item.entry) for item in new]
        _check_memory(held.mirror, leaves, seen)
        filled = self._filled(origin, known)
        note = self._cosigned(origin, seen) if seen != held.mirror.seen else held.note
        self._write(origin, new, filled, seen, note)
        for leaf in leaves:
            held.mirror.tree.append(leaf)
        held.mirror.seen, held.note = seen, note
        held.next = min([held.next, *(item.index for item in filled)])
        self._held[origin] = held

    def undelivered(self, origin: str, most: int = STEP) -> list[Item]:
        """Return the next cosigned statements of a log that are for this party and that the desk has not taken."""
        held = self._held.get(origin)
        found: list[Item] = []
        while held is not None and not found and held.next < held.mirror.seen.size:
            stop = min(held.next + STEP, held.mirror.seen.size)
            items = read_items(self._store, origin, held.next, stop)
            found = [item for item in items if self._is_for_us(item)][:most]
            held.next = found[0].index if found else stop
        return found

    def delivered(self, origin: str, index: int) -> None:
        """Note durably that the desk took the statements up to and with this one."""
        with self._store.transaction() as connection:
            connection.execute(DELIVERED, (origin, index + 1))
        self._held[origin].next = max(self._held[origin].next, index + 1)

    def _opened(self, origin: str) -> Held:
        rows = self._store.rows("SELECT size, root, head, note FROM witnessed WHERE origin = ?", origin)
        size, root, head, note = rows[0] if rows else (*Seen(), b"")
        self._drop_unproven(origin, size)
        tree = read_tree(self._store, origin)
        if (tree.size, tree.root()) != (size, root):
            raise changed(f"of the log {origin} it cosigned {size} statements, and holds {tree.size} or others")
        taken = self._store.rows('SELECT "next" FROM deliveries WHERE origin = ?', origin)
        return Held(Mirror(origin, tree, Seen(size, root, head)), note, taken[0][0] if taken else 0)

    def _drop_unproven(self, origin: str, size: int) -> None:
        """Take out what came after the last head cosigned: nobody showed that it belongs to the log; it comes again."""
        beyond = count_items(self._store, origin) - size
        if beyond > 0:
            _log.info("%s: %d statements that no head covered are asked for again", origin, beyond)
            with self._store.transaction() as connection:
                connection.execute('DELETE FROM leaves WHERE origin = ? AND "index" >= ?', (origin, size))

    def _parted(self, origin: str, items: Sequence[Item], size: int) -> tuple[list[Item], list[Item]]:
        """Return the items already held and those that are new; raises `LocalError` for any other."""
        if origin == self._identity.origin:
            raise LocalError(f"{origin} is the own log of this node")
        known = [item for item in items if item.index < size]
        new = [item for item in items if item.index >= size]
        if [item.index for item in new] != list(range(size, size + len(new))):
            raise LocalError(f"the statements of {origin} do not follow the {size} that are held")
        for item in known:
            if read_entries(self._store, origin, item.index, item.index + 1) != [item.entry]:
                raise LocalError(f"statement {item.index} of {origin} is not the one that is held")
        return known, new

    def _filled(self, origin: str, known: Sequence[Item]) -> list[Item]:
        """Return those of the items that bring a body which is missing here."""
        brought = [item for item in known if item.body is not None]
        return [item for item in brought if read_items(self._store, origin, item.index, item.index + 1)[0].body is None]

    def _write(self, origin: str, new: Sequence[Item], filled: Sequence[Item], seen: Seen, note: bytes) -> None:
        with self._store.transaction() as connection:
            add_items(connection, origin, new, self._now_s())
            connection.executemany(FILL, [(item.body, item.salt, origin, item.index) for item in filled])
            if filled:  # the desk has gone past them: it takes them again, and its order knows those it has
                least = min(item.index for item in filled)
                connection.execute('UPDATE deliveries SET "next" = min("next", ?) WHERE origin = ?', (least, origin))
            if seen.size:
                connection.execute(REMEMBER, (origin, *seen, note))

    def _cosigned(self, origin: str, seen: Seen) -> bytes:
        """Return the head with the cosignature of this node under it, for receipts."""
        note, key = read_note(seen.head), self._identity.witness.key
        checkpoint, time_s = read_checkpoint(note.text), int(self._now_s())
        if (checkpoint.origin, checkpoint.size, checkpoint.root) != (origin, seen.size, seen.root):
            raise LocalError(f"the head of {origin} is not the one that is said to be cosigned")
        line = cosigned(key, time_s, self._identity.witness.sign(message(key, checkpoint, time_s)))
        return write_note(Note(note.text, (*note.signatures, line)))

    def _is_for_us(self, item: Item) -> bool:
        return item.body is not None and is_for(read_header(item.entry), self._identity.party)


def _check_memory(mirror: Mirror, leaves: Sequence[bytes], seen: Seen) -> None:
    """Refuse a memory that goes back, or that is not of what is held and these leaves; raises `LocalError`."""
    before, tree = mirror.seen, mirror.tree
    if seen.size < before.size or (seen.size == before.size and seen.root != before.root):
        raise LocalError(f"{mirror.origin}: a witness that cosigned {before.size} statements never goes back")
    beyond = seen.size - tree.size
    root = tree.root(seen.size) if beyond <= 0 else tree.root_with(leaves[:beyond])
    if beyond > len(leaves) or root != seen.root:
        raise LocalError(f"{mirror.origin}: the {seen.size} statements cosigned are not those that are held")
