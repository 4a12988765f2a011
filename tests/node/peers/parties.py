"""Parties of fixed keys and what they say: statements signed as a node signs them, for tests of the link."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from airpact.node.ledger.values import Item
from airpact.node.peers.link import Me
from airpact.node.peers.peer import Peer
from airpact.proof.canonical import canonical_bytes
from airpact.proof.checkpoint import Checkpoint, write_checkpoint
from airpact.proof.cosignature import cosigned, message
from airpact.proof.envelope import to_sign
from airpact.proof.keys import LOG, STATEMENT, WITNESS, write_key
from airpact.proof.merkle import Tree, leaf_hash
from airpact.proof.note import Note, signed, write_note
from airpact.proof.policy import Policy, read_policy
from airpact.proof.statement import INTERNAL, PAYLOAD_TYPE, Author, Header, body_digest, write_header
from tests.proof.builders import Signer, signer

KINDS: Final = ("notice.activity", "hotline.message", "distress.call")


@dataclass(frozen=True)
class Party:
    """One party with its three keys."""

    name: str
    statement: Signer
    log: Signer
    witness: Signer
    mode: str = "LIVE"

    @property
    def origin(self) -> str:
        return self.log.key.name

    @property
    def me(self) -> Me:
        return Me(self.name, self.mode, self.origin, KINDS, "airpact test")

    @property
    def peer(self) -> Peer:
        keys = (self.statement.key,), (self.log.key,), (self.witness.key,)
        return Peer(self.name, self.name, self.mode, self.origin, *keys, certificates=())

    @property
    def policy(self) -> Policy:
        """Return what a reader of fork evidence trusts."""
        return read_policy(f"log {write_key(self.log.key)}\nquorum none\n".encode())


def party(name: str, seed: int, mode: str = "LIVE") -> Party:
    domain = f"{name.lower()}.example"
    keys = signer(name, STATEMENT, seed), signer(f"{domain}/log", LOG, seed + 1)
    return Party(name, *keys, signer(f"{domain}/witness", WITNESS, seed + 2), mode)


NAG: Final = party("NAG", 10)
CTF: Final = party("CTF", 20)
ISR: Final = party("ISR", 30)
STRANGER: Final = party("FAR", 40)


def statement(
    by: Party,
    index: int,
    time_s: float,
    *,
    words: str = "",
    kind: str = "notice.activity",
    audience: tuple[str, ...] = ("CTF", "ISR", "NAG"),
    key: Signer | None = None,
    **header: object,
) -> Item:
    """Return a statement as it lies in the log of a party; other keys and header members make it a false one."""
    body = {"body": {"words": words}}
    salt = sha256(f"{by.name} {index} {words}".encode()).digest()
    digest = body_digest(salt, body)
    given = Header(kind, time_s, index, digest)
    if kind != INTERNAL:
        given = replace(given, author=Author(by.name, "duty officer", "p-1"), mode=by.mode, subject=kind)
        given = replace(given, audience=audience)
    entry = write_header(replace(given, **header))  # type: ignore[arg-type]
    hand = key or by.statement
    signatures = ((hand.key.label, hand.sign(to_sign(PAYLOAD_TYPE, entry))),)
    if kind == INTERNAL:
        return Item(index, entry, signatures)
    return Item(index, entry, signatures, canonical_bytes(body), salt)


def statements(by: Party, count: int, time_s: float, **given: str) -> list[Item]:
    return [statement(by, index, time_s + index, **given) for index in range(count)]  # type: ignore[arg-type]


def tree_of(items: Sequence[Item]) -> Tree:
    return Tree(leaf_hash(item.entry) for item in items)


def signed_head(by: Party, size: int, root: bytes, key: Signer | None = None) -> bytes:
    """Return a head that the party's log signed."""
    checkpoint, hand = Checkpoint(by.origin, size, root), key or by.log
    line = signed(hand.key, hand.sign(message(hand.key, checkpoint)))
    return write_note(Note(write_checkpoint(checkpoint), (line,)))


def cosignature(by: Party, checkpoint: Checkpoint, time_s: float) -> str:
    """Return the line of a party's witness under a head."""
    key = by.witness.key
    line = cosigned(key, int(time_s), by.witness.sign(message(key, checkpoint, int(time_s))))
    return write_note(Note("", (line,))).decode().removeprefix("\n")
