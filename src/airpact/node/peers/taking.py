"""The peer's log as it arrives: entries that are provisional until a head covers them, and the judgement of the head.

At most one stretch is provisional, within the limits that the sender keeps as well. A stretch with a refused entry is
spoiled: the rest of it is passed over, and its head is answered with the reason.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

from msgspec.structs import replace

from airpact.node.ledger.values import Item, Mirror
from airpact.node.peers import messages, mirroring
from airpact.node.peers.actions import Action, Doubt, Fork, Keep, Send, Unlogged
from airpact.node.peers.mirroring import Fault, Rules
from airpact.node.peers.offering import STRETCH_BYTES_MAX, STRETCH_ITEMS_MAX, item_bytes
from airpact.node.peers.refusals import Reason
from airpact.proof.checkpoint import read_checkpoint
from airpact.proof.cosignature import signers
from airpact.proof.errors import ProofError
from airpact.proof.merkle import leaf_hash
from airpact.proof.note import read_note
from airpact.proof.statement import INTERNAL
from airpact.proof.witness import Status, read_request

AHEAD_MAX: Final = 16  # heads heard of that our mirror has not reached; the smallest are kept, they are reached first
STRANGE_KINDS_MAX: Final = 64  # kinds not understood that are named
URGENT_REMEMBERED_MAX: Final = 1024  # digests of statements taken over a forked link


# Checked before everybody else on the loop has a turn: 3 ms, and a few times that on a small machine.
AT_ONCE_ITEMS: Final = 16
AT_ONCE_BYTES: Final = 64 << 10


class Taking:
    """The mirror of the peer's log, and what came but is not in it yet."""

    def __init__(self, rules: Rules, mirror: Mirror, kinds: Iterable[str]) -> None:
        self.rules = rules
        self.mirror = mirror
        self.duplicates = 0
        self.passed_over = 0  # entries of spoiled stretches
        self.strange: Counter[str] = Counter()  # kinds not understood, by name
        self.keeping: Keep | None = None
        self.last_head_s: float | None = None
        self.ahead: dict[bytes, int] = {}  # signed heads heard of beyond the mirror: size
        self._kinds = frozenset(kinds)
        self._items: list[Item] = []
        self._said: list[str] = []  # their kinds
        self._keeping_said: list[str] = []
        self._bytes = 0
        self._spoiled = ""
        self._urgent: dict[bytes, None] = {}

    @property
    def held(self) -> int:
        """Return how many entries of the peer's log are witnessed and stored here."""
        return self.mirror.seen.size

    @property
    def provisional(self) -> int:
        """Return how many entries wait for a head."""
        return len(self._items)

    def drop(self) -> None:
        """Forget what no head covered."""
        self._items, self._said, self._bytes, self._spoiled = [], [], 0, ""

    def entries(self, message: messages.Entries, now_s: float) -> list[Doubt]:
        """Take entries as provisional; return what is wrong with them."""
        doubts: list[Doubt] = []
        for place, item in enumerate(message.items, start=message.first):
            if self._spoiled:
                self.passed_over += 1
                continue
            faults, refused = self._entry(item, place, now_s)
            doubts += [Doubt(*fault, mirroring.as_evidence(item, fault.reason)) for fault in faults]
            if refused is not None:
                self._spoiled = f"{refused.reason}: {refused.detail}"
        return doubts

    def head(self, message: messages.Head, evidence: bytes) -> list[Action]:
        """Return what a head leads to: Keep, or the refusal with what is to be kept as evidence."""
        try:
            request = read_request(message.request.encode())
        except (ProofError, UnicodeEncodeError) as error:
            self.drop()
            return [Doubt(Reason.MALFORMED_HEAD, str(error), evidence), self._refuse(Status.MALFORMED, str(error))]
        if request.checkpoint.origin != self.rules.peer.origin:
            self.drop()
            what = f"a head of {request.checkpoint.origin}"
            return [Doubt(Reason.WRONG_ORIGIN, what, evidence), self._refuse(Status.UNKNOWN_LOG, what)]
        entries = [item.entry for item in self._items]
        found = mirroring.judge_head(request, message.prefix, self.mirror, entries, self.rules.peer.log)
        items, said, spoiled = self._items, self._said, self._spoiled
        self.drop()
        if isinstance(found, mirroring.Refused):
            return self._refused(found, spoiled, evidence)
        if spoiled or found.answer.cosign is None:
            return [self._refuse(Status.MALFORMED, spoiled)]
        taken = tuple(items[: found.covered])
        self._keeping_said = said[: found.covered]
        self.keeping = Keep(self.mirror.origin, taken, found.answer.seen, found.answer.cosign)
        return [self.keeping]

    def kept(self, keep: Keep, now_s: float) -> None:
        """Take what is stored into the mirror."""
        for item, kind in zip(keep.items, self._keeping_said, strict=True):
            if item.index == self.mirror.tree.size:
                self.mirror.tree.append(leaf_hash(item.entry))
                self._note_kind(kind)
        self.mirror.seen = keep.seen
        self.last_head_s = now_s
        self.keeping = None

    def urgent(self, message: messages.Urgent, now_s: float) -> list[Action]:
        """Return distress and hotline statements that no log vouches for, each once, and what is wrong with others."""
        actions: list[Action] = []
        taken = []
        for item in message.items:
            checked = mirroring.check_item(item, self.rules, now_s)
            faults = checked.faults
            if checked.header is not None and not mirroring.is_urgent(checked.header.kind):
                faults = (*faults, Fault(Reason.NOT_URGENT, f"entry {item.index} is {checked.header.kind}"))
            actions += [Doubt(*fault, mirroring.as_evidence(item, fault.reason)) for fault in faults]
            if not any(mirroring.refuses(fault) for fault in faults) and self._is_new(item):
                taken.append(checked.item)
        return [*actions, Unlogged(tuple(taken))] if taken else actions

    def overheard(self, data: bytes) -> list[Action]:
        """Return fork evidence where a head of this log that another party saw contradicts ours; else remember it."""
        try:
            note = read_note(data)
            head = read_checkpoint(note.text)
            known = head.origin == self.rules.peer.origin and signers(note, self.rules.peer.log)
        except ProofError:
            return []
        if not known:
            return []
        if head.size > self.held:
            self._remember(data, head.size)
            return []
        evidence = mirroring.contradiction(data, head.size, head.root, self.mirror)
        return [Fork(evidence)] if evidence else []

    def reached(self) -> list[Action]:
        """Return what heads that were ahead turn out to be, now that the mirror has grown."""
        due = [note for note, size in self.ahead.items() if size <= self.held]
        for note in due:
            del self.ahead[note]
        return [action for note in due for action in self.overheard(note)][:1]

    def _remember(self, note: bytes, size: int) -> None:
        self.ahead[note] = size
        if len(self.ahead) > AHEAD_MAX:
            del self.ahead[max(self.ahead, key=lambda each: self.ahead[each])]

    def _entry(self, item: Item, place: int, now_s: float) -> tuple[tuple[Fault, ...], Fault | None]:
        """Take one entry; return all that is wrong with it, and for what it is refused."""
        if found := self._misplaced(item, place):
            return (found,), found
        if place < self.mirror.tree.size + len(self._items):
            self.duplicates += 1
            return (), None
        checked = mirroring.check_item(item, self.rules, now_s)
        refused = checked.refused
        if refused is None:
            self._items.append(checked.item)
            self._said.append(checked.header.kind if checked.header else "")
            self._bytes += item_bytes(checked.item)
        return checked.faults, refused

    def _misplaced(self, item: Item, place: int) -> Fault | None:
        held = self.mirror.tree.size
        expected = held + len(self._items)
        if item.index != place:
            return Fault(Reason.REORDERED, f"entry {item.index} came where entry {place} belongs")
        if place > expected:
            return Fault(Reason.INDEX_GAP, f"entry {place} came, entry {expected} did not")
        if place < held:
            same = mirroring.is_held(self.mirror, item)
        elif place < expected:
            same = self._items[place - held].entry == item.entry
        elif len(self._items) >= STRETCH_ITEMS_MAX or (
            self._bytes and self._bytes + item_bytes(item) > STRETCH_BYTES_MAX
        ):
            return Fault(Reason.TOO_LARGE, "more entries came before one head than are held unproven")
        else:
            return None
        return None if same else Fault(Reason.REWRITTEN, f"entry {place} is held here with other bytes")

    def _refused(self, found: mirroring.Refused, spoiled: str, evidence: bytes) -> list[Action]:
        if found.fork:
            return [Fork(found.fork)]
        answer = self._refuse(found.status, spoiled or found.why)
        follows = spoiled and found.status == Status.STALE  # the entries it lacks were refused, and said so
        return [answer] if found.fault is None or follows else [Doubt(*found.fault, evidence), answer]

    def _refuse(self, status: Status, why: str) -> Send:
        return Send(messages.frame(messages.Refused(int(status), why[: messages.WHY_MAX], self.held)))

    def _note_kind(self, kind: str) -> None:
        if kind in self._kinds or kind == INTERNAL:
            return
        if kind in self.strange or len(self.strange) < STRANGE_KINDS_MAX:
            self.strange[kind] += 1

    def _is_new(self, item: Item) -> bool:
        digest = sha256(item.entry).digest()
        if digest in self._urgent:
            self.duplicates += 1
            return False
        self._urgent[digest] = None
        if len(self._urgent) > URGENT_REMEMBERED_MAX:
            del self._urgent[next(iter(self._urgent))]
        return True


def parted(message: messages.AnyMessage) -> tuple[messages.AnyMessage, messages.AnyMessage | None]:
    """Return what is checked at once of a message, and the rest of it; None where that is all."""
    if not isinstance(message, messages.Entries | messages.Urgent):
        return message, None
    count = _at_once(message.items)
    if count == len(message.items):
        return message, None
    rest = replace(message, items=message.items[count:])
    if isinstance(rest, messages.Entries):
        rest = replace(rest, first=rest.first + count)
    return replace(message, items=message.items[:count]), rest


def _at_once(items: Sequence[Item]) -> int:
    held = 0
    for count, item in enumerate(items[:AT_ONCE_ITEMS]):
        held += item_bytes(item)
        if count and held > AT_ONCE_BYTES:
            return count
    return min(len(items), AT_ONCE_ITEMS)
