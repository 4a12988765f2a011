"""What is said to one party as a file, for disc and mail: the messages of the link, in the order they would be sent.

A parcel is one canonical JSON object (RFC 8785), compressed (RFC 1952) where its name ends in .gz. What is in it counts
for exactly what the same messages count for on a link: everything is signed within, the file itself by nobody.
"""

import gzip
import zlib
from typing import Final, TypeAlias

import msgspec

from airpact.node.peers.messages import Cosigned, Entries, Head, Size, Text, Time
from airpact.proof.canonical import canonical_bytes, parse_canonical
from airpact.proof.errors import ProofError

TYPE: Final = "airpact-parcel/1"
PARCEL_BYTES_MAX: Final = 64 << 20  # uncompressed: a hundred thousand headers, more than a year of a busy desk
ITEMS_MAX: Final = 200_000  # no header is so short that more of them would fit
UNKNOWN_BYTES_MAX: Final = 64 << 10  # members of a later version; numbers written otherwise count as well
GZIP: Final = b"\x1f\x8b"
SUFFIX: Final = ".parcel"

Said: TypeAlias = Entries | Head


class Parcel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Statements first..stop-1 of the sender's log, the heads over them, and the sender's cosignature of ours."""

    type: str
    party: Text  # who sends it
    origin: Text  # of its log
    card: Text  # fingerprint of the sender's card, hexadecimal
    mode: Text
    to: Text  # the only party it is for
    made_s: Time
    first: Size
    stop: Size
    messages: tuple[Said, ...]
    cosigned: Cosigned | None = None  # of the receiver's log


def write_parcel(parcel: Parcel, *, compressed: bool = False) -> bytes:
    """Return the bytes of a parcel; the same parcel has the same bytes."""
    data = canonical_bytes(msgspec.to_builtins(parcel))
    return gzip.compress(data, mtime=0) if compressed else data


def read_parcel(data: bytes) -> Parcel:
    """Return the parts of a parcel, nothing of them checked; raises `ProofError`."""
    plain = _plain(data)
    try:
        _check_shape(plain)
        parcel = msgspec.convert(parse_canonical(plain), Parcel, strict=True)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ProofError(f"not a parcel: {error}") from error
    if parcel.type != TYPE:
        raise ProofError(f"not a parcel: its type is not {TYPE}")
    return parcel


def _check_shape(plain: bytes) -> None:
    """Refuse what is no parcel before its canonical form is made, which takes a minute for 64 MiB of small numbers."""
    parcel = msgspec.json.decode(plain, type=Parcel)
    unknown_bytes = len(plain) - len(msgspec.json.encode(parcel))
    if unknown_bytes > UNKNOWN_BYTES_MAX:
        raise ProofError(f"{unknown_bytes:,} bytes of it are not known here")
    items = sum(len(each.items) for each in parcel.messages if isinstance(each, Entries))
    if items > ITEMS_MAX:
        raise ProofError(f"{items:,} statements, at most {ITEMS_MAX:,}")


def _plain(data: bytes) -> bytes:
    """Return the bytes uncompressed, never more than a parcel may have."""
    if not data.startswith(GZIP):
        return data
    try:
        unpacking = zlib.decompressobj(wbits=31)
        plain = unpacking.decompress(data, PARCEL_BYTES_MAX + 1)
    except zlib.error as error:
        raise ProofError(f"not a parcel: {error}") from error
    if len(plain) > PARCEL_BYTES_MAX or not unpacking.eof or unpacking.unused_data:
        raise ProofError(f"not a parcel: cut off, or of more than {PARCEL_BYTES_MAX:,} bytes")
    return plain
