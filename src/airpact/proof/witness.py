"""When a witness signs the head of another log, as one table, first row that fits (C2SP tlog-witness, add-checkpoint).

The witness remembers one head for each log. Whoever calls `judge` stores the new memory before the answer leaves, and
never goes back to an older one: a witness that forgets signs two histories. A head that the log signed and that is not
shown to continue the remembered one is refused and handed back with it: heads of one size are evidence as they stand,
others become evidence with a prefix path from the log (`fork`), and a log that gives none has not answered.
"""

from collections.abc import Callable, Collection
from enum import IntEnum
from typing import Final, NamedTuple

from airpact.proof.checkpoint import Checkpoint, read_checkpoint, read_size
from airpact.proof.cosignature import signers
from airpact.proof.errors import ProofError
from airpact.proof.keys import Key
from airpact.proof.logproof import read_hashes
from airpact.proof.merkle import EMPTY_ROOT, check_consistency
from airpact.proof.note import Note, read_note, read_text


class Status(IntEnum):
    """The answers, under the numbers that the standard gives them."""

    COSIGNED = 200
    MALFORMED = 400
    UNSIGNED = 403
    UNKNOWN_LOG = 404
    STALE = 409
    INCONSISTENT = 422


class Seen(NamedTuple):
    """The last head that was cosigned for a log, and its signed bytes; before the first, an empty tree."""

    size: int = 0
    root: bytes = EMPTY_ROOT
    head: bytes = b""


class Request(NamedTuple):
    """The size that the log believes was cosigned last, the proof from there, and the signed head."""

    old: int
    proof: tuple[bytes, ...]
    head: bytes
    note: Note
    checkpoint: Checkpoint


class Answer(NamedTuple):
    """What a witness answers: status, why, the memory to store first, and the head to sign where it is cosigned.

    `doubted` holds two heads the log signed of which the second is not shown to continue the first.
    """

    status: Status
    why: str
    seen: Seen
    cosign: Checkpoint | None = None
    doubted: tuple[bytes, bytes] | None = None


class Row(NamedTuple):
    """One rule: the answer, and what must be true of request, memory and log keys for it."""

    status: Status
    why: str
    fits: Callable[[Request, Seen, Collection[Key]], bool]


def read_request(data: bytes) -> Request:
    """Return the parts of an add-checkpoint body; raises `ProofError`, which is the answer 400."""
    above, divider, head = read_text(data).partition("\n\n")
    first, *lines = above.split("\n")
    if not divider or not first.startswith("old "):
        raise ProofError("not a request to cosign: old size, proof, an empty line and a head are needed")
    note = read_note(head.encode())
    old = read_size(first.removeprefix("old "), "the old size")
    return Request(old, read_hashes(lines, "the consistency proof"), head.encode(), note, read_checkpoint(note.text))


def judge(request: Request, seen: Seen | None, keys: Collection[Key]) -> Answer:
    """Return the answer to a request about a log of which this was seen; `seen` is None for a log that is not known."""
    memory = seen or Seen()
    if seen is None:
        return Answer(Status.UNKNOWN_LOG, "this log is not known here", memory)
    row = next(row for row in RULES if row.fits(request, memory, keys))
    if row.status == Status.COSIGNED:
        head = request.checkpoint
        return Answer(row.status, row.why, Seen(head.size, head.root, request.head), head)
    doubted = (memory.head, request.head) if row.status == Status.INCONSISTENT and memory.head else None
    return Answer(row.status, row.why, memory, doubted=doubted)


def _unsigned(request: Request, _seen: Seen, keys: Collection[Key]) -> bool:
    mine = [key for key in keys if key.name == request.checkpoint.origin]
    try:
        return not signers(request.note, mine)
    except ProofError:
        return True


def _beyond(request: Request, _seen: Seen, _keys: Collection[Key]) -> bool:
    return request.old > request.checkpoint.size


def _stale(request: Request, seen: Seen, _keys: Collection[Key]) -> bool:
    return request.old != seen.size


def _inconsistent(request: Request, seen: Seen, _keys: Collection[Key]) -> bool:
    head = request.checkpoint
    try:
        check_consistency(seen.size, seen.root, head.size, head.root, request.proof)
    except ProofError:
        return True
    return False


def _otherwise(_request: Request, _seen: Seen, _keys: Collection[Key]) -> bool:
    return True


RULES: Final = (
    Row(Status.UNSIGNED, "no known key of this log signed the head, or its signature does not hold", _unsigned),
    Row(Status.MALFORMED, "the old size is beyond the head", _beyond),
    Row(Status.STALE, "the last head cosigned here has another size", _stale),
    Row(Status.INCONSISTENT, "the head is not shown to continue the last one cosigned here", _inconsistent),
    Row(Status.COSIGNED, "the head continues the last one cosigned here", _otherwise),
)
