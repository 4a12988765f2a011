"""What a party says, as it goes into its log: a header that others may keep, and the digest of a body they may not see.

The entry of the log is the canonical header (RFC 8785), and nothing but the header: signatures stand around it, so the
digest of a statement stays the same whoever signs it again. The header names the body by SHA-256 of a salt of 32 bytes
and the canonical body. Body and salt travel together to those the header names; once both are erased, the tree stands
and nobody can guess what was said.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final, NamedTuple

from airpact.proof.base64 import from_base64, to_base64
from airpact.proof.canonical import Json, canonical_bytes, parse_canonical
from airpact.proof.checkpoint import SIZE_MAX
from airpact.proof.errors import ProofError
from airpact.proof.merkle import HASH_BYTES
from airpact.proof.shape import count, fields, listed, seconds, text, words

PAYLOAD_TYPE: Final = "application/vnd.airpact.statement.v1+json"
SALT_BYTES: Final = 32
ENTRY_BYTES_MAX: Final = 65_535  # an entry's length has 16 bits in C2SP tlog-tiles
LIVE: Final = "LIVE"
MODES: Final = (LIVE, "EXERCISE", "REPLAY")
INTERNAL: Final = "internal"  # the kind of a statement for nobody else: of it only time, index and digest are shown
PUBLIC: Final = "public"  # the audience of a statement for everybody
KIND: Final = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*")

WHOLE: Final = ("audience", "author", "body", "heads", "index", "kind", "mode", "subject", "time_s")
SHORT: Final = ("body", "index", "kind", "time_s")


class Author(NamedTuple):
    """Who speaks: the party, the role a person had, and a pseudonym of the person."""

    party: str
    role: str
    person: str


class Head(NamedTuple):
    """How far another log had been seen: entries, and the root over them (32 bytes)."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Header:
    """What a log shows of a statement; `author`, `mode`, `subject`, `heads` and `audience` are empty if it is internal.

    `body` is the salted digest (32 bytes), `index` the place in the party's own log, `heads` go by the log's origin.
    """

    kind: str
    time_s: float
    index: int
    body: bytes
    author: Author | None = None
    mode: str = ""
    subject: str = ""
    heads: Mapping[str, Head] = field(default_factory=dict)
    audience: tuple[str, ...] = ()


def body_digest(salt: bytes, body: Json) -> bytes:
    """Return SHA-256 of salt (32 bytes) and canonical body; raises `ProofError` for another salt or no JSON."""
    if len(salt) != SALT_BYTES:
        raise ProofError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return sha256(salt + canonical_bytes(body)).digest()


def write_header(header: Header) -> bytes:
    """Return the entry of a log, at most 65,535 bytes; raises `ProofError` where the header breaks its own rules."""
    entry = canonical_bytes(_internal_value(header) if header.kind == INTERNAL else _value(header))
    read_header(entry)
    return entry


def read_header(entry: bytes) -> Header:
    """Return the header that an entry of a log is; raises `ProofError` for any other bytes. Any kind is taken."""
    if len(entry) > ENTRY_BYTES_MAX:
        raise ProofError(f"a header has {len(entry):,} bytes, at most {ENTRY_BYTES_MAX:,}")
    value = parse_canonical(entry)
    internal = isinstance(value, Mapping) and value.get("kind") == INTERNAL
    given = fields(value, "header", SHORT if internal else WHOLE)
    header = Header(
        _kind(given["kind"]),
        seconds(given["time_s"], "time_s"),
        count(given["index"], "index"),
        _digest(given["body"], "body"),
    )
    return header if internal else _whole(header, given)


def _whole(header: Header, given: Mapping[str, Json]) -> Header:
    if given["mode"] not in MODES:
        raise ProofError(f"mode is none of {', '.join(MODES)}")
    author = fields(given["author"], "author", Author._fields)
    heads = given["heads"]
    if not isinstance(heads, Mapping):
        raise ProofError("heads is not an object")
    return replace(
        header,
        author=Author(*(words(author[name], f"author.{name}") for name in Author._fields)),
        mode=text(given["mode"], "mode"),
        subject=words(given["subject"], "subject"),
        heads={words(origin, "the origin of a head"): _head(head) for origin, head in heads.items()},
        audience=_audience(given["audience"]),
    )


def _kind(value: Json) -> str:
    kind = words(value, "kind")
    if not KIND.fullmatch(kind):
        raise ProofError("kind is not made of lower-case words, joined by dots or dashes")
    return kind


def _digest(value: Json, what: str) -> bytes:
    return from_base64(text(value, what), what, HASH_BYTES)


def _head(value: Json) -> Head:
    given = fields(value, "a head", Head._fields)
    size = count(given["size"], "the size of a head")
    if size > SIZE_MAX:
        raise ProofError("the size of a head is beyond any log")
    return Head(size, _digest(given["root"], "the root of a head"))


def _audience(value: Json) -> tuple[str, ...]:
    names = [words(name, "a name in audience") for name in listed(value, "audience")]
    if not names or names != sorted(set(names)):
        raise ProofError("audience does not name parties once each, in order")
    if PUBLIC in names and len(names) > 1:
        raise ProofError("audience names parties beside the public")
    return tuple(names)


def _internal_value(header: Header) -> dict[str, Json]:
    return {"body": to_base64(header.body), "index": header.index, "kind": header.kind, "time_s": header.time_s}


def _value(header: Header) -> Json:
    if header.author is None:
        raise ProofError("only an internal statement has no author in its header")
    return {
        **_internal_value(header),
        "audience": list(header.audience),
        "author": header.author._asdict(),
        "heads": {origin: {"root": to_base64(head.root), "size": head.size} for origin, head in header.heads.items()},
        "mode": header.mode,
        "subject": header.subject,
    }
