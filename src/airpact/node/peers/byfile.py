"""Statements by file: the same offering, checks and witness rule as over a link, with a parcel between them.

Nothing is taken from a file that leaves a gap: it says what is missing and waits. What is held already is passed over,
for the receiver replays every entry against its own tree and makes the consistency proof from there itself. Every call
is made on the storage thread, or by a program that holds the home.
"""

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from math import inf
from typing import Final, NamedTuple

from airpact.node.errors import LocalError
from airpact.node.home import Layout
from airpact.node.identity import Identity
from airpact.node.ledger.ledger import Ledger
from airpact.node.partners.statements import STATEMENTS
from airpact.node.peers import messages
from airpact.node.peers.actions import Action, Doubt, Fetch, Fork, Keep, Send
from airpact.node.peers.card import peer_of
from airpact.node.peers.evidence import FORKED, FORKED_DETAIL, Evidence, is_forked
from airpact.node.peers.messages import LENGTH_BYTES, Cosigned, Entries, Head
from airpact.node.peers.mirroring import Rules
from airpact.node.peers.offering import Offering
from airpact.node.peers.parcel import TYPE, Parcel, read_parcel
from airpact.node.peers.peer import Peer
from airpact.node.peers.pins import load_peers
from airpact.node.peers.refusals import REFUSALS, Outcome, Reason, shown
from airpact.node.peers.taking import Taking
from airpact.node.peers.transport import Refused
from airpact.proof.base64 import to_base64
from airpact.proof.errors import ProofError
from airpact.proof.merkle import leaf_hash
from airpact.proof.witness import Request, read_request

READ: Final = "read"
AGAIN: Final = "again"
GAP: Final = "gap"
REFUSED: Final = "refused"


class Taken(NamedTuple):
    """What became of a parcel: its state, the statements it was about, a sentence, and what is to be kept of it."""

    state: str  # READ | AGAIN | GAP | REFUSED
    party: str
    first: int
    stop: int
    detail: str
    doubts: tuple[Doubt, ...] = ()
    fork: bytes = b""


class Holder(NamedTuple):
    """Whoever holds a home: what parcels are taken into."""

    layout: Layout
    own: Identity
    ledger: Ledger
    evidence: Evidence
    now_s: Callable[[], float]
    skew_s: float


def pack(ledger: Ledger, own: Identity, peer: Peer, now_s: float, since: int | None = None) -> Parcel:
    """Return the parcel for a party from what it is known to have cosigned, or from `since`.

    Raises `LocalError` or `ProofError` for a place beyond the log.
    """
    offering, head = Offering(), ledger.head()
    offering.own = head
    offering.begin(ledger.cosigned_by(peer.witness) if since is None else since)
    first, said = offering.theirs, []
    if head is not None and first > head.size:
        raise LocalError(f"the log has {head.size} statements, it does not begin with {first}")
    waiting: list[Action] = offering.next(now_s, 0.0)
    while waiting:
        action = waiting.pop(0)
        if isinstance(action, Fetch):
            passage = ledger.passage(action.old, action.first, action.limit, peer.party)
            waiting = [*offering.fetched(passage, now_s), *waiting]
        elif isinstance(action, Send):
            said.append(messages.read(action.data[LENGTH_BYTES:]))
            if offering.offer is not None and not waiting:
                offering.assume_cosigned()
                waiting = offering.next(now_s, inf)
    return Parcel(
        TYPE, own.party, own.origin, peer_of(own).digest.hex(), own.mode, peer.party, now_s, first, offering.theirs,
        tuple(each for each in said if isinstance(each, Entries | Head)), _cosignature(ledger, peer),
    )  # fmt: skip


def opened(data: bytes) -> Parcel | ProofError:
    """Return the parcel in a file, or why there is none; it may take long, and needs nothing of the home."""
    try:
        return read_parcel(data)
    except ProofError as error:
        return error


def take(home: Holder, name: str, data: bytes, parcel: Parcel | ProofError) -> Iterator[Taken | None]:
    """Take a file step by step, each durable when it is done; yields None between steps and, last, what became of it.

    `parcel` is what `opened` found in the file.
    What is refused or doubted is kept as evidence. Raises `OSError` where the disk does not take it, and
    `OperatingError` where pins cannot be read.
    """
    taken: Taken | None = None
    for taken in _unpacked(home, data, parcel):
        if taken is None:
            yield None
    if taken is not None:
        _keep_evidence(home, name, taken)
    yield taken


def _unpacked(home: Holder, data: bytes, parcel: Parcel | ProofError) -> Iterator[Taken | None]:
    if isinstance(parcel, ProofError):
        why = shown(str(parcel))
        yield Taken(REFUSED, "", 0, 0, f"{why}.", (Doubt(Reason.NOT_A_MESSAGE, why, data),))
        return
    known = (each for each in load_peers(home.layout).values() if each.log)
    peer = next((each for each in known if each.origin == parcel.origin), None)
    wrong = _not_for_us(parcel, home.own, peer)
    if wrong is not None or peer is None:
        detail = wrong or "no party is known here"
        yield Taken(REFUSED, "", parcel.first, parcel.stop, f"{detail}.", (Doubt(Reason.WRONG_PARTY, detail, data),))
        return
    if is_forked(peer, home.evidence.forked()):  # over its link only distress and hotline come: they wait for no disc
        detail = f"the log of {peer.party} told two stories, and nothing that continues either is taken"
        doubt = Doubt(Reason.NOT_CONTINUED, detail, data)
        yield Taken(REFUSED, peer.party, parcel.first, parcel.stop, f"{detail}.", (doubt,))
        return
    now_s = home.now_s()
    taking = Taking(
        Rules(peer, home.own.party, home.own.mode, home.skew_s), home.ledger.mirror(peer.origin), STATEMENTS
    )
    held = taking.held
    if parcel.first > held:
        yield Taken(GAP, peer.party, parcel.first, parcel.stop, _gap(parcel, held))
        return
    unpacking = _Unpacking(home.ledger, taking, now_s)
    for message in parcel.messages:
        if not unpacking.stopped:
            unpacking.message(message)
            yield None
    if parcel.cosigned is not None:
        unpacking.cosigned(parcel.cosigned, peer)
    yield unpacking.taken(parcel, held)


def _keep_evidence(home: Holder, name: str, taken: Taken) -> None:
    now_s, address = home.now_s(), f"file {shown(name)}"
    for doubt in taken.doubts:
        home.evidence.keep(Refused(now_s, taken.party, address, doubt.reason, shown(doubt.detail), doubt.evidence))
    if taken.fork:
        home.evidence.keep(Refused(now_s, taken.party, address, FORKED, FORKED_DETAIL, taken.fork))


class _Unpacking:
    """One parcel on its way into the ledger."""

    def __init__(self, ledger: Ledger, taking: Taking, now_s: float) -> None:
        self._ledger, self._taking, self._now_s = ledger, taking, now_s
        self._tree = deepcopy(taking.mirror.tree)
        self._doubts: list[Doubt] = []
        self._fork = b""
        self._cosigned = 0
        self.stopped = False

    def message(self, message: Entries | Head) -> None:
        """Take what would have come over a link."""
        if isinstance(message, Entries):
            self._doubts += self._taking.entries(message, self._now_s)
            for item in message.items:
                if item.index == self._tree.size:
                    self._tree.append(leaf_hash(item.entry))
        else:
            self._carry_out(self._judged(message))

    def cosigned(self, message: Cosigned, peer: Peer) -> None:
        """Take the cosignature of the own log."""
        try:
            self._cosigned = self._ledger.cosigned(message.size, message.lines, peer.witness).size
        except LocalError as error:
            self._doubts.append(Doubt(Reason.HOLDS_MORE, str(error), messages.frame(message)))
        except ProofError as error:
            self._doubts.append(Doubt(Reason.BAD_SIGNATURE, str(error), messages.frame(message)))

    def taken(self, parcel: Parcel, held: int) -> Taken:
        """Return what became of all of it."""
        now_held, party = self._taking.held, parcel.party
        refused = self._fork or any(REFUSALS[doubt.reason].outcome is not Outcome.KEPT for doubt in self._doubts)
        state = REFUSED if refused else READ if now_held > held else AGAIN
        words = [f"The log of {party} told two stories; both heads are kept."] if self._fork else []
        words += [_span(held, now_held) + " taken."] if now_held > held else []
        if parcel.first < held:
            words.append(_span(parcel.first, min(held, parcel.stop)) + " already held, nothing lost.")
        if not words and not refused:
            words.append(f"Nothing new: {held} statements of {party} are held, and the file has none after them.")
        if self._cosigned:
            words.append(f"{party} cosigned {self._cosigned} of ours.")
        words += [f"{doubt.reason}: {shown(doubt.detail)}." for doubt in self._doubts]
        return Taken(state, party, parcel.first, parcel.stop, " ".join(words), tuple(self._doubts), self._fork)

    def _judged(self, message: Head) -> Iterable[Action]:
        evidence = messages.frame(message)
        try:
            request = read_request(message.request.encode())
        except (ProofError, UnicodeEncodeError):
            return self._taking.head(message, evidence)
        if request.checkpoint.size <= self._taking.held:
            return self._taking.overheard(request.head)  # seen before, or the other of two stories
        return self._taking.head(self._from_here(message, request), evidence)

    def _from_here(self, message: Head, request: Request) -> Head:
        """Return the request as it is judged from what is held here, with the proof that our own tree gives."""
        held, size = self._taking.held, request.checkpoint.size
        if request.old == held or size > self._tree.size:
            return message
        proof = map(to_base64, self._tree.consistency(held, size))
        return Head("\n".join([f"old {held}", *proof, "", ""]) + request.head.decode())

    def _carry_out(self, actions: Iterable[Action]) -> None:
        for action in actions:
            if isinstance(action, Keep):
                self._ledger.keep(action.origin, action.items, action.seen)
                self._taking.kept(action, self._now_s)
            elif isinstance(action, Doubt):
                self._doubts.append(action)
            elif isinstance(action, Fork):
                self._fork = action.evidence
            self.stopped = self.stopped or not isinstance(action, Keep)


def _cosignature(ledger: Ledger, peer: Peer) -> Cosigned | None:
    lines = ledger.cosignature(peer.origin)
    return Cosigned(ledger.mirror(peer.origin).seen.size, lines) if lines else None


def _not_for_us(parcel: Parcel, own: Identity, peer: Peer | None) -> str | None:
    """Return why a parcel is not ours to take, None where it is."""
    if peer is None:
        return f"no party with the log {shown(parcel.origin)} is known here"
    wrong = ((parcel.to, own.party), (parcel.party, peer.party), (parcel.mode, own.mode))
    return next((f"the file says {shown(given)}, here it is {ours}" for given, ours in wrong if given != ours), None)


def _gap(parcel: Parcel, held: int) -> str:
    return (
        f"{_span(held, parcel.first)} missing, so nothing was taken. Take the file that has them first, or ask"
        f" {parcel.party} for one: airpact peer export --since {held}"
    )


def _span(first: int, stop: int) -> str:
    return f"Statement {first}" if stop == first + 1 else f"Statements {first} to {stop - 1}"
