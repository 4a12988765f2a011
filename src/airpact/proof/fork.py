"""A log that told two stories: two heads it signed, of which the larger does not continue the smaller.

A consistency proof that fails proves nothing, for anyone can write one. So the evidence carries what cannot be made up:
a prefix path (`merkle`), whose hashes give the root of the larger head and with it the root that its first entries
really have. Where that is not the root of the smaller head, whoever holds the log's key signed two histories. Heads of
one size need no path: their roots differ. Evidence is one canonical JSON object:

    type    "airpact-fork/1"
    heads   the two signed heads, the smaller first
    prefix  the path, base 64; empty for heads of one size or a first head of size 0
"""

from typing import Final, NamedTuple

from airpact.proof.base64 import to_base64
from airpact.proof.canonical import canonical_bytes, parse_canonical
from airpact.proof.checkpoint import Checkpoint, read_checkpoint
from airpact.proof.cosignature import Signer, signers
from airpact.proof.errors import ProofError
from airpact.proof.logproof import read_hashes
from airpact.proof.merkle import EMPTY_ROOT, prefix_roots
from airpact.proof.note import read_note
from airpact.proof.policy import Policy
from airpact.proof.receipt import trusted
from airpact.proof.shape import fields, listed, text

TYPE: Final = "airpact-fork/1"


class Fork(NamedTuple):
    """Two signed heads, the smaller first, and the prefix path from the larger log."""

    first: bytes
    second: bytes
    prefix: tuple[bytes, ...] = ()


class Forked(NamedTuple):
    """What fork evidence proves: two heads, who signed each, and the root the first entries of the second log have."""

    first: Checkpoint
    second: Checkpoint
    signers: tuple[tuple[Signer, ...], tuple[Signer, ...]]
    prefix_root: bytes


def read_fork(data: bytes) -> Fork:
    """Return the parts of fork evidence, nothing of it checked; raises `ProofError`."""
    given = fields(parse_canonical(data), "fork evidence", ("heads", "prefix", "type"))
    if given["type"] != TYPE:
        raise ProofError(f"not fork evidence: its type is not {TYPE}")
    heads = [text(head, "a head").encode() for head in listed(given["heads"], "heads")]
    if len(heads) != 2:
        raise ProofError(f"fork evidence has two heads, not {len(heads)}")
    prefix = [text(each, "a hash of the prefix path") for each in listed(given["prefix"], "prefix")]
    return Fork(heads[0], heads[1], read_hashes(prefix, "the prefix path"))


def write_fork(fork: Fork) -> bytes:
    """Return the canonical bytes of fork evidence."""
    heads = [fork.first.decode(), fork.second.decode()]
    return canonical_bytes({"heads": heads, "prefix": [to_base64(each) for each in fork.prefix], "type": TYPE})


def check_fork(fork: Fork, policy: Policy) -> Forked:
    """Return what the evidence proves to a reader who trusts these log keys; or raises `ProofError`."""
    notes = read_note(fork.first), read_note(fork.second)
    first, second = (read_checkpoint(note.text) for note in notes)
    if first.origin != second.origin:
        raise ProofError(f"the heads are of two logs, {first.origin} and {second.origin}")
    signed = [trusted(signers(note, policy.keys), first.origin, policy)[0] for note in notes]
    root = _prefix_root(first, second, fork.prefix)
    if root == first.root:
        raise ProofError(f"no fork: the log of {second.size} continues the log of {first.size}")
    return Forked(first, second, (signed[0], signed[1]), root)


def _prefix_root(first: Checkpoint, second: Checkpoint, prefix: tuple[bytes, ...]) -> bytes:
    """Return the root that the first entries of the second log have, as far as the evidence shows it."""
    if first.size > second.size:
        raise ProofError("the smaller head comes first")
    if first.size in (0, second.size):
        if prefix:
            raise ProofError("these heads need no prefix path")
        return second.root if first.size == second.size else EMPTY_ROOT
    before, after = prefix_roots(first.size, second.size, prefix)
    if after != second.root:
        raise ProofError("the prefix path is not of the log under the second head: it shows nothing")
    return before
