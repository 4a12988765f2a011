"""What a stranger with every byte in hand could find: bodies and salts as they are, and under base 64 and hex."""

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from airpact.node.ledger.rows import read_items
from airpact.node.store import Store
from airpact.proof.statement import PUBLIC, read_header

RUN = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")
MARK = re.compile(rb"SECRET-[0-9a-z-]+")


class Secret(NamedTuple):
    """What one statement hides: its place, who may read it, the words in it, and its salt."""

    place: int
    audience: tuple[str, ...]
    words: bytes
    salt: bytes

    def is_for(self, party: str) -> bool:
        return party in self.audience or self.audience == (PUBLIC,)


def secrets_of(store: Store, origin: str) -> list[Secret]:
    """Return what the statements of a log hide that have marked words in their bodies."""
    found = []
    for item in read_items(store, origin, 0, 1 << 30):
        words = MARK.search(item.body or b"")
        if words and item.salt:
            found.append(Secret(item.index, read_header(item.entry).audience, words[0], item.salt))
    return found


def plain(data: bytes) -> bytes:
    """Return bytes with everything in them that reads as base 64 or hex, twice over, put in plain behind them."""
    first = b"\n".join(_decoded(data))
    return b"\n".join((data, first, *_decoded(first)))


def revealed(secrets: Iterable[Secret], data: bytes) -> set[int]:
    """Return the places of the statements whose words or salt can be read out of these bytes."""
    seen = plain(data)
    return {each.place for each in secrets if each.words in seen or each.salt in seen}


def salted(secrets: Iterable[Secret], data: bytes) -> set[int]:
    """Return the places of the statements whose salt can be read out of these bytes."""
    seen = plain(data)
    return {each.place for each in secrets if each.salt in seen}


def _decoded(data: bytes) -> Iterator[bytes]:
    for run in RUN.findall(data):
        yield b64decode(run[: len(run) // 4 * 4])
        if re.fullmatch(rb"[0-9a-f]+", run) and len(run) % 2 == 0:
            yield bytes.fromhex(run.decode())
