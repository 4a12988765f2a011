"""What a log is made of as it is stored and as it travels: items, heads, and the mirror of another log."""

from dataclasses import dataclass, field

import msgspec

from airpact.proof.merkle import Tree
from airpact.proof.witness import Seen


class Item(msgspec.Struct, frozen=True, gc=False):
    """One entry of a log: the canonical header, who signed it, and what was said where the holder may see it."""

    index: int  # 0-based place in the log
    entry: bytes  # canonical header, `proof.statement.write_header`
    signatures: tuple[tuple[str, bytes], ...]  # (label of the key, signature) of the DSSE envelope
    body: bytes | None = None  # canonical JSON
    salt: bytes | None = None  # 32 bytes, with the body


class OwnHead(msgspec.Struct, frozen=True):
    """The newest head of the own log: size, root (32 bytes), and the signed checkpoint with all cosignatures known."""

    size: int
    root: bytes
    note: bytes


class Passage(msgspec.Struct, frozen=True):
    """A stretch of the own log for one peer: its items, and how the log at `stop` continues the log at `old`."""

    old: int  # the size the peer last cosigned
    first: int
    stop: int  # items are first..stop-1
    items: tuple[Item, ...]
    consistency: tuple[bytes, ...]  # PROOF(old, D[0:stop]) of RFC 9162
    prefix: tuple[bytes, ...]  # SUBPROOF(old, D[0:stop], false); empty where old is 0 or stop
    # The checkpoint of size `stop`, signed by the log. Needed where `stop` is not the size of the newest head: each
    # stretch of a long catch-up ends in a head of its own, so that nobody holds more than one stretch unproven.
    note: bytes = b""


@dataclass(slots=True)
class Mirror:
    """Another log as it is held here: the tree over every entry, and the last head that was cosigned."""

    origin: str
    tree: Tree = field(default_factory=Tree)
    seen: Seen = field(default_factory=Seen)  # seen.size <= tree.size
