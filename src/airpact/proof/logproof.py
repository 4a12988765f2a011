"""An entry's place in a log, to be checked offline, as public tools read it (C2SP tlog-proof@v1).

c2sp.org/tlog-proof@v1
extra (base 64; may be missing, and proves nothing)
index (decimal)
the inclusion proof, one base 64 hash a line
(empty line)
the signed head
"""

from dataclasses import dataclass
from typing import Final

from airpact.proof.base64 import from_base64, to_base64
from airpact.proof.checkpoint import read_size
from airpact.proof.errors import ProofError
from airpact.proof.merkle import HASH_BYTES
from airpact.proof.note import read_text

FIRST: Final = "c2sp.org/tlog-proof@v1"
HASHES_MAX: Final = 63  # a log has fewer than 2^63 entries


@dataclass(frozen=True, slots=True)
class LogProof:
    """Index of an entry, its inclusion proof from the leaf up, the signed head, and bytes that prove nothing."""

    index: int
    path: tuple[bytes, ...]
    head: bytes
    extra: bytes = b""


def read_log_proof(data: bytes) -> LogProof:
    """Return the parts of a proof, nothing of it checked; raises `ProofError`."""
    above, divider, head = read_text(data).partition("\n\n")
    first, *lines = above.split("\n")
    if first != FIRST or not divider:
        raise ProofError(f"not a proof of logging: it begins with {FIRST} and has a head after an empty line")
    extra = b""
    if lines and lines[0].startswith("extra "):
        extra = from_base64(lines.pop(0).removeprefix("extra "), "extra")
    if not lines or not lines[0].startswith("index "):
        raise ProofError("a proof of logging names no index")
    index = read_size(lines.pop(0).removeprefix("index "), "the index")
    return LogProof(index, read_hashes(lines, "the inclusion proof"), head.encode(), extra)


def write_log_proof(proof: LogProof) -> bytes:
    """Return the bytes of a proof."""
    extra = [f"extra {to_base64(proof.extra)}"] if proof.extra else []
    lines = [FIRST, *extra, f"index {proof.index}", *map(to_base64, proof.path), "", ""]
    return "\n".join(lines).encode() + proof.head


def read_hashes(lines: list[str], what: str) -> tuple[bytes, ...]:
    """Return up to 63 hashes, base 64, one a line; raises `ProofError` naming `what`."""
    if len(lines) > HASHES_MAX:
        raise ProofError(f"{what} has {len(lines)} hashes, at most {HASHES_MAX}")
    return tuple(from_base64(line, f"a hash of {what}", HASH_BYTES) for line in lines)
