"""The head of a log as its text: whose log, how many entries, which root (C2SP tlog-checkpoint@v1.0.0)."""

import re
from typing import Final, NamedTuple

from airpact.proof.base64 import from_base64, to_base64
from airpact.proof.errors import ProofError
from airpact.proof.merkle import HASH_BYTES

SIZE_MAX: Final = 2**63 - 1  # proofs of a log have at most 63 hashes (C2SP tlog-witness)


class Checkpoint(NamedTuple):
    """A head: the log's name, its number of entries, its root (32 bytes), and lines that no one can audit."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


def read_checkpoint(text: str) -> Checkpoint:
    """Return the head that the text of a note gives, without looking at signatures; raises `ProofError`."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise ProofError("not a head of a log: origin, size and root are needed, one a line")
    origin, size, root, *extensions = lines
    return Checkpoint(origin, read_size(size, "the size"), from_base64(root, "the root", HASH_BYTES), tuple(extensions))


def write_checkpoint(checkpoint: Checkpoint) -> str:
    """Return the text of a head, which is what a log signs."""
    lines = (checkpoint.origin, str(checkpoint.size), to_base64(checkpoint.root), *checkpoint.extensions)
    return "".join(f"{line}\n" for line in lines)


def read_size(text: str, what: str) -> int:
    """Return a count written in decimal without leading zeroes, 0 to 2^63 - 1; raises `ProofError` naming `what`."""
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", text) or int(text) > SIZE_MAX:
        raise ProofError(f"{what} is not a decimal number without leading zeroes")
    return int(text)
