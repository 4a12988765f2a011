"""How an entry of the order becomes a statement of the own log, and who may read what was said (docs/proof.md)."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from airpact.node.entries import Entry
from airpact.node.identity import Identity
from airpact.node.ledger.values import Item
from airpact.proof.canonical import Json, canonical_bytes, parse_canonical
from airpact.proof.envelope import Envelope, to_sign
from airpact.proof.errors import ProofError
from airpact.proof.receipt import Said
from airpact.proof.statement import (
    INTERNAL,
    PAYLOAD_TYPE,
    PUBLIC,
    Author,
    Head,
    Header,
    body_digest,
    read_header,
    write_header,
)

NODE: Final = "node"  # role and pseudonym where no person speaks, but the node itself


def body_of(entry: Entry) -> dict[str, Json]:
    """Return the body of an entry's statement: for others only what was said, for nobody else all there is to prove."""
    if entry.audience:
        return {"body": entry.body}
    kept = ("kind", "person", "body", "key", "subject", "role", "alias")
    return {name: getattr(entry, name) for name in kept if getattr(entry, name)}


def item_of(entry: Entry, identity: Identity, heads: Mapping[str, Head], salt: bytes) -> Item:
    """Return the signed statement of an entry; raises `ProofError` where a header or body cannot be written so."""
    body = body_of(entry)
    header = write_header(_header(entry, identity, heads, body_digest(salt, body)))
    data = to_sign(PAYLOAD_TYPE, header)
    signatures = tuple((secret.key.label, secret.sign(data)) for secret in identity.statement)
    return Item(entry.index - 1, header, signatures, canonical_bytes(body), salt)


def _header(entry: Entry, identity: Identity, heads: Mapping[str, Head], digest: bytes) -> Header:
    if not entry.audience:
        return Header(INTERNAL, entry.at_s, entry.index - 1, digest)
    author = Author(identity.party, entry.role or NODE, entry.alias or NODE)
    return Header(
        entry.kind, entry.at_s, entry.index - 1, digest, author, identity.mode, entry.subject or entry.kind, heads,
        entry.audience,
    )  # fmt: skip


def is_for(header: Header, party: str) -> bool:
    """Return whether a party may read the body: it is named, or everybody is."""
    return party in header.audience or header.audience == (PUBLIC,)


def shown_to(party: str, item: Item) -> Item:
    """Return the item as this party may have it: without body and salt unless its header names the party."""
    if item.body is not None and is_for(read_header(item.entry), party):
        return item
    return Item(item.index, item.entry, item.signatures)


def what_was_said(item: Item) -> Any:
    """Return what a command of another desk said; raises `ProofError` where the body is missing or of another form."""
    body = parse_canonical(item.body) if item.body is not None else None
    if not isinstance(body, Mapping) or "body" not in body:
        raise ProofError(f"statement {item.index} does not hold what was said")
    return body["body"]


def key_of(origin: str, index: int) -> str:
    """Return the key under which a statement of another log stands in the own order, once."""
    return f"{origin}/{index}"


def unlogged_key(origin: str, entry: bytes) -> str:
    """Return that key where the log is not trusted any more: what was said names it, not where."""
    return f"{origin}/unlogged/{sha256(entry).hexdigest()}"


def envelope_of(item: Item) -> Envelope:
    """Return the signed header of an item."""
    return Envelope(PAYLOAD_TYPE, item.entry, item.signatures)


def said_of(item: Item) -> Said | None:
    """Return body and salt of an item, None where it has none."""
    if item.body is None or item.salt is None:
        return None
    return Said(parse_canonical(item.body), item.salt)
