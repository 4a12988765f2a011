"""What a log and its witnesses sign of a head, and who did (C2SP signed-note@v1.0.0, tlog-cosignature@v1.0.1).

A witness says: at this time, the largest tree of this log that I saw and that continues all I saw before had this root.
Its line holds the time (8 bytes, Unix seconds) before the signature.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from airpact.proof.checkpoint import SIZE_MAX, Checkpoint, read_checkpoint, write_checkpoint
from airpact.proof.errors import ProofError
from airpact.proof.keys import LOG, WITNESS, WITNESS_ML_DSA, Key
from airpact.proof.note import Note, Signature

TIME_BYTES: Final = 8
LABEL: Final = b"subtree/v1\n\x00"
NAME_BYTES_MAX: Final = 255


class Signer(NamedTuple):
    """A known key whose signature under a head holds, and the time it names; none for a log's own signature."""

    key: Key
    time_s: int | None


def message(key: Key, checkpoint: Checkpoint, time_s: int = 0) -> bytes:
    """Return the bytes a log key or, at a time in Unix seconds, a witness key signs; raises `ProofError` for others."""
    if key.purpose == LOG:
        return write_checkpoint(checkpoint).encode()
    if not 0 < time_s <= SIZE_MAX:
        raise ProofError(f"the cosignature of {key.name} names no time")
    if key.purpose == WITNESS:
        return f"cosignature/v1\ntime {time_s}\n{write_checkpoint(checkpoint)}".encode()
    if key.purpose == WITNESS_ML_DSA:
        name, origin = _short(key.name), _short(checkpoint.origin)
        numbers = (_uint64(0), _uint64(checkpoint.size), checkpoint.root)
        return b"".join((LABEL, name, _uint64(time_s), origin, *numbers))
    raise ProofError(f"{key.label} is a key for statements, not for heads of a log")


def cosigned(key: Key, time_s: int, signature: bytes) -> Signature:
    """Return the line of a witness from its signature over `message`."""
    return Signature(key.name, key.key_id, _uint64(time_s) + signature)


def signers(note: Note, keys: Iterable[Key]) -> tuple[Signer, ...]:
    """Return which of the known keys signed the head in a note, in the order of its lines; unknown lines are ignored.

    Raises `ProofError` where the text is no head, or a known key stands there with a signature that does not hold.
    """
    checkpoint = read_checkpoint(note.text)
    known = {(key.name, key.key_id): key for key in keys}
    lines = ((known.get((line.name, line.key_id)), line) for line in note.signatures)
    return tuple(_signer(key, line, checkpoint) for key, line in lines if key is not None)


def _signer(key: Key, line: Signature, checkpoint: Checkpoint) -> Signer:
    timed = key.purpose != LOG
    time_s = int.from_bytes(line.data[:TIME_BYTES]) if timed else None
    signature = line.data[TIME_BYTES:] if timed else line.data
    if not key.purpose.scheme.holds(key.public, message(key, checkpoint, time_s or 0), signature):
        raise ProofError(f"the signature of {key.label} under the head of {checkpoint.origin} does not hold")
    return Signer(key, time_s)


def _short(text: str) -> bytes:
    data = text.encode()
    if not 0 < len(data) <= NAME_BYTES_MAX:
        raise ProofError(f"a name of {len(data)} bytes cannot be cosigned, at most {NAME_BYTES_MAX}")
    return bytes((len(data),)) + data


def _uint64(number: int) -> bytes:
    return number.to_bytes(8)
