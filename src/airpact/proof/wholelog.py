"""A log with all its entries, as a mirror holds it: checked against its signed head, and against another head of it.

Nothing is taken from the tiles that the entries do not give: every hash is computed anew, up to the root that the log
signed. What comes from the log of an airpact node is a log of statements; then every entry must be a canonical header
that names its own place.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from airpact.proof.checkpoint import Checkpoint, read_checkpoint
from airpact.proof.cosignature import Signer, signers
from airpact.proof.errors import ProofError
from airpact.proof.fork import Fork
from airpact.proof.merkle import Tree, leaf_hash
from airpact.proof.note import read_note
from airpact.proof.policy import Policy, satisfied
from airpact.proof.receipt import trusted
from airpact.proof.statement import read_header
from airpact.proof.tiles import CHECKPOINT, Read, check_tiles, entries

# A log of a million entries takes about 200 MB while it is checked; a head may claim any size.
SIZE_MAX: Final = 20_000_000
OF_A_NODE: Final = ".airpact/log"  # how the origins of our own logs end: they hold statements and nothing else


class SignedHead(NamedTuple):
    """A head as it was signed, what it says, and who signed it: the log, and its witnesses."""

    data: bytes
    checkpoint: Checkpoint
    log: tuple[Signer, ...]
    witnesses: tuple[Signer, ...]


class WholeLog(NamedTuple):
    """A checked log: its head, the tree over all entries, how many statements of each kind, and their last time.

    `kinds` is empty for a log whose entries are no statements; `tiles` is the number of hash tiles.
    """

    head: SignedHead
    tree: Tree
    tiles: int
    kinds: Mapping[str, int]
    last_s: float | None


def check_head(data: bytes, policy: Policy) -> SignedHead:
    """Return a head that a log key of the policy signed; raises `ProofError`. Witnesses may be too few."""
    note = read_note(data)
    checkpoint = read_checkpoint(note.text)
    return SignedHead(data, checkpoint, *trusted(signers(note, policy.keys), checkpoint.origin, policy))


def check_log(read: Read, policy: Policy) -> WholeLog:
    """Return what a whole log proves to a reader who trusts these keys; raises `ProofError` with the first gap."""
    data = read(CHECKPOINT)
    if data is None:
        raise ProofError(f"it holds no {CHECKPOINT}: not a log in the layout of C2SP tlog-tiles")
    head = check_head(data, policy)
    if not satisfied(policy, [signer.key for signer in head.witnesses]):
        raise ProofError(f"too few witnesses cosigned the head: the policy asks for {policy.quorum}")
    size = head.checkpoint.size
    if size > SIZE_MAX:
        raise ProofError(f"a log of {size:,} entries is too large to be checked whole, at most {SIZE_MAX:,}")
    tree, kinds, last_s = _read_all(entries(size, read), head.checkpoint.origin.endswith(OF_A_NODE))
    if tree.root() != head.checkpoint.root:
        raise ProofError(f"the {size} entries do not give the root that the log signed")
    return WholeLog(head, tree, check_tiles(tree, read), kinds, last_s)


def difference(log: WholeLog, other: SignedHead) -> Fork | None:
    """Return the evidence where another head, not larger, is not continued by this log; None where it is."""
    mine, theirs = log.head.checkpoint, other.checkpoint
    if mine.origin != theirs.origin:
        raise ProofError(f"the heads are of two logs, {mine.origin} and {theirs.origin}")
    if theirs.size > mine.size:
        raise ProofError(f"a log of {mine.size} entries cannot show that it continues one of {theirs.size}")
    if log.tree.root(theirs.size) == theirs.root:
        return None
    between = 0 < theirs.size < mine.size
    return Fork(other.data, log.head.data, log.tree.prefix(theirs.size, mine.size) if between else ())


def _read_all(given: Iterable[bytes], of_a_node: bool) -> tuple[Tree, Counter[str], float | None]:
    """Return the tree of all entries, and kinds and last time of statements; either all entries are such, or none."""
    tree, kinds, last_s, strange = Tree(), Counter[str](), None, ""
    for index, entry in enumerate(given):
        tree.append(leaf_hash(entry))
        try:
            header = read_header(entry)
        except ProofError as error:
            strange = strange or f"entry {index}: {error}"
            continue
        if header.index != index:
            raise ProofError(f"entry {index}: the statement was signed for place {header.index} of the log")
        kinds[header.kind] += 1
        last_s = header.time_s
    if strange and (kinds or of_a_node):
        raise ProofError(strange)
    return tree, kinds, last_s
