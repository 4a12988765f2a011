"""The heads that the own log signed: made of its tree, cosigned by others, and found again for receipts."""

from collections.abc import Collection
from typing import Final

from airpact.node.errors import LocalError
from airpact.node.identity import Identity
from airpact.node.ledger.values import OwnHead
from airpact.node.store import Store
from airpact.proof.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from airpact.proof.cosignature import message, signers
from airpact.proof.errors import ProofError
from airpact.proof.keys import Key
from airpact.proof.note import SIGNATURES_MAX, Note, read_note, signed, write_note

# The same head is never signed in two ways: Ed25519 gives one signature for one text, so it may be made again.
ADD_HEAD: Final = (
    "INSERT INTO heads VALUES (?, ?, ?, ?) ON CONFLICT (size) DO UPDATE SET note = excluded.note,"
    " cosigned = excluded.cosigned"
)
NEWEST: Final = 2**63 - 1


def sign_head(identity: Identity, size: int, root: bytes) -> OwnHead:
    """Return the head of `size` entries with this root, signed by the log alone."""
    checkpoint, key = Checkpoint(identity.origin, size, root), identity.log.key
    line = signed(key, identity.log.sign(message(key, checkpoint)))
    return OwnHead(size, root, write_note(Note(write_checkpoint(checkpoint), (line,))))


def find_head(store: Store, size: int) -> OwnHead | None:
    """Return the head of exactly this size as it is kept, with its cosignatures."""
    rows = store.rows("SELECT size, root, note FROM heads WHERE size = ?", size)
    return OwnHead(*rows[0]) if rows else None


def newest_head(store: Store) -> OwnHead | None:
    """Return the largest head that was ever signed."""
    rows = store.rows("SELECT size, root, note FROM heads ORDER BY size DESC LIMIT 1")
    return OwnHead(*rows[0]) if rows else None


def add_cosignatures(head: OwnHead, lines: str, keys: Collection[Key]) -> tuple[OwnHead, int]:
    """Return the head with the lines of known witnesses, a newer one in place of an older, and how many it has.

    `lines` are as a witness answers with them. Raises `ProofError` where none is of a known key, or one does not hold.
    """
    note = read_note(head.note)
    given = read_note(f"{note.text}\n{lines}".encode()).signatures
    known = {(key.name, key.key_id) for key in keys}
    found = {(line.name, line.key_id): line for line in given if (line.name, line.key_id) in known}
    if not found:
        raise ProofError(f"no known witness cosigned the head of {head.size}")
    signers(Note(note.text, tuple(found.values())), keys)
    kept = [line for line in note.signatures if (line.name, line.key_id) not in found]
    every = (*kept, *found.values())
    if len(every) > SIGNATURES_MAX:
        raise ProofError(f"the head of {head.size} would have {len(every)} signatures, at most {SIGNATURES_MAX}")
    return OwnHead(head.size, head.root, write_note(Note(note.text, every))), len(every) - 1


def witnessed_head(store: Store, index: int, witnesses: Collection[Key]) -> OwnHead | None:
    """Return the newest head over this entry that all the witnesses cosigned, else the newest over it."""
    if not witnesses:
        head = newest_head(store)
        return head if head is not None and head.size > index else None
    wanted, below = {(key.name, key.key_id) for key in witnesses}, NEWEST
    sql = "SELECT size, root, note FROM heads WHERE size > ? AND size < ? AND cosigned > 0 ORDER BY size DESC LIMIT 1"
    while rows := store.rows(sql, index, below):
        head = OwnHead(*rows[0])
        if wanted <= {(line.name, line.key_id) for line in read_note(head.note).signatures}:
            return head
        below = head.size
    return witnessed_head(store, index, ())


def cosigned_size(store: Store, witnesses: Collection[Key]) -> int:
    """Return the size of the largest head that one of these witnesses cosigned, 0 for none."""
    known, below = {(key.name, key.key_id) for key in witnesses}, NEWEST
    sql = "SELECT size, note FROM heads WHERE size < ? AND cosigned > 0 ORDER BY size DESC LIMIT 1"
    while known and (rows := store.rows(sql, below)):
        below = int(rows[0][0])
        if any((line.name, line.key_id) in known for line in read_note(rows[0][1]).signatures):
            return below
    return 0


def check_head(head: OwnHead, identity: Identity) -> Checkpoint:
    """Return what a kept head says; raises `LocalError` for another log, `ProofError` where its key did not sign."""
    note = read_note(head.note)
    checkpoint = read_checkpoint(note.text)
    if checkpoint.origin != identity.origin:
        raise LocalError(f"the heads kept here are of the log {checkpoint.origin}, the keys are of {identity.origin}")
    signers(note, (identity.log.key,))
    return checkpoint
