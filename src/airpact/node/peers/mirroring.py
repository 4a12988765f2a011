"""Judging a stretch of another party's log: each entry as it comes, and the head that must cover all of them.

Nothing here remembers anything. An entry is a statement: canonical, in its place, signed by the party, in our mode, its
body the one that was signed. A head is judged by the one witness rule (`proof.witness`); before that our own tree tells
whether it covers the entries that came, and whether it contradicts what was witnessed.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final, NamedTuple

import msgspec
from msgspec.structs import replace

from airpact.node.ledger.values import Item, Mirror
from airpact.node.peers.messages import BODY_BYTES_MAX
from airpact.node.peers.peer import Peer
from airpact.node.peers.refusals import REFUSALS, Outcome, Reason
from airpact.proof.canonical import parse_canonical
from airpact.proof.cosignature import signers
from airpact.proof.envelope import SIGNATURES_MAX, Envelope, authors
from airpact.proof.errors import ProofError
from airpact.proof.fork import Fork, write_fork
from airpact.proof.keys import Key
from airpact.proof.merkle import inclusion_root, leaf_hash, prefix_roots
from airpact.proof.note import Note
from airpact.proof.statement import PAYLOAD_TYPE, PUBLIC, SALT_BYTES, Header, read_header
from airpact.proof.witness import Answer, Request, Seen, Status, judge

URGENT_KINDS: Final = ("distress.", "hotline.")  # what a forked link still carries (ARCHITECTURE, between parties)
LABEL_CHARACTERS_MAX: Final = 300  # the name of a key, a plus sign and its id
SIGNATURE_BYTES_MAX: Final = 2420  # ML-DSA-44, the largest that is known (FIPS 204)


class Rules(NamedTuple):
    """What an entry is held to: who speaks, to whom, in which mode, and how far ahead a clock may be."""

    peer: Peer
    party: str  # ours
    mode: str
    skew_s: float


class Fault(NamedTuple):
    """One thing that is wrong with an entry."""

    reason: Reason
    detail: str


class Checked(NamedTuple):
    """An entry after its checks: as it is to be kept, its header where it could be read, and what is wrong."""

    item: Item
    header: Header | None
    faults: tuple[Fault, ...] = ()

    @property
    def refused(self) -> Fault | None:
        """Return the first fault for which the entry is not taken."""
        return next(filter(refuses, self.faults), None)


def refuses(fault: Fault) -> bool:
    """Return whether something with this fault is not taken."""
    return REFUSALS[fault.reason].outcome is not Outcome.KEPT


class Refused(NamedTuple):
    """A head that is not cosigned: the answer, what is wrong with it if anything is, and evidence of two histories.

    A head that begins from another size than the one cosigned here is no fault: answers get lost with connections.
    """

    status: Status
    why: str
    fault: Fault | None = None
    fork: bytes = b""


class Covered(NamedTuple):
    """A head that is to be cosigned: how many of the entries it covers, and the memory to store."""

    covered: int
    answer: Answer


def check_item(item: Item, rules: Rules, now_s: float) -> Checked:
    """Return what one entry of the peer's log is worth, without looking at its place among others."""
    try:
        header = read_header(item.entry)
    except ProofError as error:
        return Checked(item, None, (Fault(Reason.NOT_CANONICAL, str(error)),))
    found = _place(item, header) or _signed(item, rules.peer) or _speaker(header, rules)
    if found is not None:
        return Checked(item, header, (found,))
    kept, faults = _body(item, header, rules)
    if header.time_s > now_s + rules.skew_s:
        ahead = f"entry {item.index} is {header.time_s - now_s:.1f} s ahead of our clock"
        faults = (*faults, Fault(Reason.CLOCK_SKEW, ahead))
    return Checked(kept, header, faults)


def is_urgent(kind: str) -> bool:
    """Return whether a statement of this kind travels over a forked link."""
    return kind.startswith(URGENT_KINDS)


def is_held(mirror: Mirror, item: Item) -> bool:
    """Return whether the entry at this place of the mirror has these very bytes; the place must be held."""
    size = mirror.tree.size
    path = mirror.tree.inclusion(item.index, size)
    return inclusion_root(leaf_hash(item.entry), item.index, size, path) == mirror.tree.root()


def judge_head(
    request: Request, prefix: Sequence[bytes], mirror: Mirror, entries: Sequence[bytes], keys: Sequence[Key]
) -> Covered | Refused:
    """Return whether a head is to be cosigned, given the entries that came after those in the mirror."""
    answer = judge(request, mirror.seen, keys)
    if answer.status == Status.UNSIGNED:
        return _refused(answer.status, _unsigned(request.note, keys), answer.why)
    head, seen = request.checkpoint, mirror.seen
    if evidence := contradiction(request.head, head.size, head.root, mirror) or from_prefix(request, prefix, seen):
        return Refused(Status.INCONSISTENT, "the log told two stories: both heads are kept", fork=evidence)
    if head.size < seen.size:
        smaller = f"a head of {head.size} entries after one of {seen.size}"
        return _refused(Status.STALE, Reason.SMALLER_CHECKPOINT, smaller)
    if answer.status == Status.STALE:
        return Refused(answer.status, answer.why)
    if answer.status != Status.COSIGNED:
        inconsistent = answer.status == Status.INCONSISTENT
        reason = Reason.NOT_CONTINUED if inconsistent else Reason.MALFORMED_HEAD
        return _refused(answer.status, reason, answer.why)
    count = head.size - mirror.tree.size
    if count > len(entries):
        missing = f"the head has {head.size} entries, {mirror.tree.size + len(entries)} came"
        return _refused(Status.STALE, Reason.INDEX_GAP, missing)
    if mirror.tree.root_with(map(leaf_hash, entries[:count])) != head.root:
        edited = "the entries that came do not give the root of the head"
        return _refused(Status.MALFORMED, Reason.DOES_NOT_HASH, edited)
    return Covered(count, answer)


def contradiction(note: bytes, size: int, root: bytes, mirror: Mirror) -> bytes:
    """Return fork evidence where a signed head inside the witnessed log has another root; else nothing.

    The path comes from our own mirror: whoever signed both heads has nothing to add.
    """
    seen = mirror.seen
    if not 0 < size <= seen.size or mirror.tree.root(size) == root:
        return b""
    prefix = mirror.tree.prefix(size, seen.size) if size < seen.size else ()
    return write_fork(Fork(note, seen.head, prefix))


def from_prefix(request: Request, prefix: Sequence[bytes], seen: Seen) -> bytes:
    """Return fork evidence where the path sent with a larger head shows another beginning; else nothing."""
    head = request.checkpoint
    if not 0 < seen.size < head.size:
        return b""
    try:
        before, after = prefix_roots(seen.size, head.size, prefix)
    except ProofError:
        return b""
    if after != head.root or before == seen.root:
        return b""
    return write_fork(Fork(seen.head, request.head, tuple(prefix)))


def as_evidence(item: Item, reason: Reason) -> bytes:
    """Return an entry as it is kept when it is doubted: as it came, but for a body that is not for us."""
    kept = replace(item, body=None, salt=None) if reason is Reason.UNASKED_BODY else item
    return msgspec.json.encode(kept)


def _refused(status: Status, reason: Reason, detail: str) -> Refused:
    return Refused(status, f"{reason}: {detail}", Fault(reason, detail))


def _unsigned(note: Note, keys: Sequence[Key]) -> Reason:
    try:
        signers(note, keys)
    except ProofError:
        return Reason.BAD_SIGNATURE
    return Reason.UNKNOWN_KEY


def _place(item: Item, header: Header) -> Fault | None:
    if header.index == item.index:
        return None
    reason = Reason.REPLAYED if header.index < item.index else Reason.REORDERED
    return Fault(reason, f"a statement signed for place {header.index} came as entry {item.index}")


def _signed(item: Item, peer: Peer) -> Fault | None:
    if len(item.signatures) > SIGNATURES_MAX or any(
        len(label) > LABEL_CHARACTERS_MAX or len(data) > SIGNATURE_BYTES_MAX for label, data in item.signatures
    ):
        return Fault(Reason.BAD_SIGNATURE, f"entry {item.index} has more signatures, or longer ones, than are read")
    mine = [key for key in peer.statement if key.name == peer.party]
    try:
        found = authors(Envelope(PAYLOAD_TYPE, item.entry, item.signatures), mine)
    except ProofError as error:
        return Fault(Reason.BAD_SIGNATURE, f"entry {item.index}: {error}")
    return None if found else Fault(Reason.UNKNOWN_KEY, f"entry {item.index} is not signed by a key of {peer.party}")


def _speaker(header: Header, rules: Rules) -> Fault | None:
    if header.author is None:  # internal: neither author nor mode is shown
        return None
    if header.mode != rules.mode:
        return Fault(Reason.WRONG_MODE, f"entry {header.index} is {header.mode}, this desk is {rules.mode}")
    if header.author.party != rules.peer.party:
        return Fault(Reason.WRONG_PARTY, f"entry {header.index} speaks for {header.author.party}")
    return None


def _body(item: Item, header: Header, rules: Rules) -> tuple[Item, tuple[Fault, ...]]:
    """Return the entry with the body we may have, and what is wrong with the one that came."""
    ours = rules.party in header.audience or PUBLIC in header.audience
    if item.body is None and item.salt is None:
        missing = Fault(Reason.MISSING_BODY, f"entry {item.index} is for us and came without its body")
        return item, (missing,) if ours else ()
    if not ours:
        unasked = Fault(Reason.UNASKED_BODY, f"entry {item.index} came with a body that is not for us")
        return replace(item, body=None, salt=None), (unasked,)
    found = _digest(item, header)
    return item, (found,) if found else ()


def _digest(item: Item, header: Header) -> Fault | None:
    body, salt = item.body or b"", item.salt or b""
    if len(body) > BODY_BYTES_MAX:
        return Fault(Reason.TOO_LARGE, f"entry {item.index} has a body of {len(body):,} bytes")
    try:
        parse_canonical(body)
    except ProofError as error:
        return Fault(Reason.NOT_CANONICAL, f"the body of entry {item.index}: {error}")
    if len(salt) != SALT_BYTES or sha256(salt + body).digest() != header.body:
        return Fault(Reason.DOES_NOT_HASH, f"the body of entry {item.index} is not the one that was signed")
    return None
