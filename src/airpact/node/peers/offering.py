"""The own log as it goes to one peer: a stretch of entries, its head, and no more until the peer has answered.

Only one stretch is on its way at any time, so a peer never holds more than one unproven, and a slow one slows nobody
else. Over a forked link only distress and hotline statements go, without a head.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from msgspec.structs import replace

from airpact.node.ledger.values import Item, OwnHead, Passage
from airpact.node.peers import messages
from airpact.node.peers.actions import Action, Cosigned, Fetch, Send
from airpact.node.peers.messages import BODY_BYTES_MAX
from airpact.node.peers.mirroring import is_urgent
from airpact.node.peers.refusals import shown
from airpact.proof.base64 import to_base64
from airpact.proof.cosignature import signers
from airpact.proof.errors import ProofError
from airpact.proof.keys import Key
from airpact.proof.note import read_note
from airpact.proof.statement import read_header

# One stretch: some hundred milliseconds of signature checks on a small machine, and what a peer holds unproven.
STRETCH_ITEMS_MAX: Final = 256
STRETCH_BYTES_MAX: Final = 4 << 20
FRAME_FILL_BYTES: Final = 512 << 10  # of entries in one frame, before base 64; a single larger entry has its own


class Offer(NamedTuple):
    """A head on its way: its size and signed bytes, and when it was sent."""

    size: int
    note: bytes
    at_s: float


def item_bytes(item: Item) -> int:
    """Return how much an entry counts towards the limits: all its bytes, before base 64."""
    signatures = sum(len(label) + len(data) for label, data in item.signatures)
    return len(item.entry) + len(item.body or b"") + len(item.salt or b"") + signatures


class Offering:
    """What is known of the peer's copy of the own log, and what is on its way there."""

    def __init__(self) -> None:
        self.own: OwnHead | None = None
        self.theirs = 0  # entries the peer holds cosigned
        self.refusal = ""  # the last answer that was not a cosignature
        self.withheld = 0  # bodies too large to travel
        self.offer: Offer | None = None
        self._asked: Fetch | None = None
        self._target: OwnHead | None = None  # the own head when a stretch was asked for
        self._urgent_first = 0
        self._offered_s: float | None = None
        self._wait = False  # until the head is due: asking again at once would be refused again
        self._refused = False  # since the last cosignature

    def begin(self, held: int) -> None:
        """Begin a connection on which the peer said how much it holds; what was on its way before is lost."""
        self.theirs = self._urgent_first = held
        self._offered_s, self._wait, self._refused = None, False, False
        self.stop()

    def stop(self) -> None:
        """Forget what is on its way."""
        self._asked = self._target = self.offer = None

    @property
    def waiting(self) -> int:
        """Return how many entries of the own log the peer has not cosigned."""
        return max(0, self.own.size - self.theirs) if self.own else 0

    def next(self, now_s: float, every_s: float) -> list[Action]:
        """Return what is to go now: the next stretch, or the head again where it was not offered for `every_s`."""
        if self.own is None or self._asked or self.offer:
            return []
        due = self._offered_s is None or not 0 <= now_s - self._offered_s < every_s
        if self.theirs < self.own.size and (due or not self._wait):
            return self._ask(self.theirs, self.theirs, self.own)
        if self.theirs == self.own.size and due and self.own.note:
            return [self._offer(self.own.size, self.own.note, (), (), now_s)]
        return []

    def next_fetch(self, own: OwnHead) -> Fetch | None:
        """Return the stretch that goes once the own log has this head, where nothing is on its way before it."""
        if self._asked or self.offer or self.theirs >= own.size:
            return None
        return _stretch(self.theirs, self.theirs, own)

    def next_urgent(self) -> list[Action]:
        """Return the request for the next stretch to search for distress and hotline statements."""
        if self.own is None or self._asked or self._urgent_first >= self.own.size:
            return []
        return self._ask(self._urgent_first, self._urgent_first, self.own)  # no proof is needed

    def fetched(self, passage: Passage, now_s: float) -> list[Action]:
        """Return the frames of a stretch and its head; a request again where the stretch is too long."""
        if self._asked is None or (passage.old, passage.first) != (self._asked.old, self._asked.first):
            return []  # asked for on an earlier connection
        target, self._asked, self._target = self._target, None, None
        count = fitting(passage.items)
        if 0 < count < len(passage.items) and target is not None:
            return self._ask(passage.old, passage.first, target, count)
        newest = target.note if target is not None and target.size == passage.stop else b""
        note = passage.note or newest
        if not note or passage.stop <= passage.first:
            return []  # the log has no head there yet: asked again with the next one
        sent: list[Action] = [Send(messages.frame(each)) for each in self._frames(passage.first, passage.items)]
        return [*sent, self._offer(passage.stop, note, passage.consistency, passage.prefix, now_s)]

    def fetched_urgent(self, passage: Passage) -> list[Action]:
        """Return the distress and hotline statements of a stretch, in frames without a head."""
        if self._asked is None or passage.first != self._asked.first:
            return []
        self._asked = self._target = None
        self._urgent_first = max(passage.stop, passage.first)
        urgent = [item for item in passage.items if is_urgent(read_header(item.entry).kind)]
        return [Send(messages.frame(messages.Urgent(group))) for group in self._groups(urgent)]

    def expects(self, message: messages.Cosigned) -> bool:
        """Return whether this answers the head on its way."""
        return self.offer is not None and self.offer.size == message.size

    def cosigned(self, message: messages.Cosigned, keys: Sequence[Key]) -> Cosigned:
        """Return the cosignature of the head on its way; raises `ProofError` where it does not hold."""
        if self.offer is None:
            raise ProofError("no head is on its way")
        text = self.offer.note.decode().rpartition("\n\n")[0]
        if not signers(read_note(f"{text}\n\n{message.lines}".encode()), keys):
            raise ProofError("no pinned witness key of the peer cosigned the head")
        self.theirs, self.offer = message.size, None
        self.refusal, self._wait, self._refused = "", False, False
        return Cosigned(message.size, message.lines)

    def assume_cosigned(self) -> None:
        """Go on as if the head on its way had been cosigned: a file carries one stretch after the other."""
        if self.offer is not None:
            self.theirs, self.offer = self.offer.size, None

    def refused(self, message: messages.Refused) -> None:
        """Take note of a refusal: begin from the size the peer names at once, but only once in a row."""
        self._wait = self._refused or message.size == self.theirs
        self._refused = True
        self.theirs = message.size
        self.refusal = f"{message.status}: {shown(message.why)}"
        self.stop()

    def _ask(self, old: int, first: int, target: OwnHead, limit: int = STRETCH_ITEMS_MAX) -> list[Action]:
        self._asked, self._target = _stretch(old, first, target, limit), target
        return [self._asked]

    def _offer(
        self, size: int, note: bytes, consistency: Sequence[bytes], prefix: tuple[bytes, ...], now_s: float
    ) -> Action:
        self.offer, self._offered_s = Offer(size, note, now_s), now_s
        lines = [f"old {self.theirs}", *map(to_base64, consistency), "", ""]
        return Send(messages.frame(messages.Head("\n".join(lines) + note.decode(), prefix)))

    def _frames(self, first: int, items: Sequence[Item]) -> Iterator[messages.Entries]:
        for group in self._groups(items):
            yield messages.Entries(first, group)
            first += len(group)

    def _groups(self, items: Sequence[Item]) -> Iterator[tuple[Item, ...]]:
        group: list[Item] = []
        held = 0
        for item in map(self._slim, items):
            if group and held + item_bytes(item) > FRAME_FILL_BYTES:
                yield tuple(group)
                group, held = [], 0
            group.append(item)
            held += item_bytes(item)
        if group:
            yield tuple(group)

    def _slim(self, item: Item) -> Item:
        """Return the entry without a body that no frame can carry; the peer notes it as missing."""
        if len(item.body or b"") <= BODY_BYTES_MAX:
            return item
        self.withheld += 1
        return replace(item, body=None, salt=None)


def _stretch(old: int, first: int, target: OwnHead, limit: int = STRETCH_ITEMS_MAX) -> Fetch:
    return Fetch(old, first, min(limit, target.size - first))


def fitting(items: Sequence[Item]) -> int:
    """Return how many of the entries make one stretch; at least one, where there are any."""
    held = 0
    for count, item in enumerate(items[:STRETCH_ITEMS_MAX]):
        held += item_bytes(item)
        if count and held > STRETCH_BYTES_MAX:
            return count
    return min(len(items), STRETCH_ITEMS_MAX)
