"""A node that keeps a history for each party and lays hands on what it sends."""

from collections.abc import Callable, Iterator
from random import Random
from typing import TYPE_CHECKING, Final

import msgspec

from airpact.node.ledger.values import Item
from airpact.node.peers import messages
from airpact.node.peers.messages import FRAME_BYTES_MAX, LENGTH_BYTES
from tests.node.peers.nodes import Node, Store
from tests.node.peers.parties import STRANGER, Party, signed_head, statement, tree_of

if TYPE_CHECKING:
    from tests.node.peers.simulation import World


class Liar(Node):
    """A node that tells different parties different things, and lays hands on what it sends."""

    def __init__(self, party: Party, world: "World") -> None:
        super().__init__(party, world)
        self.shown: dict[str, Store] = {}
        self.sent: list[bytes] = []
        self.spoils = True

    def history(self, name: str) -> Store:
        return self.shown.get(name, self.store)

    def fork(self, name: str, at: int) -> None:
        """From now on show this party a history that parts from the other one at a place of the log."""
        shown = Store(self.party)
        for item in self.history(name).items[:at]:
            shown.append(item)
        shown.append(statement(self.party, at, self.now_s, words=f"only for {name} {self.world.steps}"))
        self.shown[name] = shown

    def swap(self) -> None:
        """Show everybody what another one was shown."""
        names = list(self.links)
        self.shown = dict(zip(names, [self.history(name) for name in reversed(names)], strict=True))

    def said(self, words: str, kind: str) -> None:
        for store in {id(each): each for each in [self.store, *self.shown.values()]}.values():
            store.append(statement(self.party, len(store.items), self.now_s, words=words, kind=kind))
        self.announce()

    def spoil(self, data: bytes) -> Iterator[bytes]:
        """Yield what goes out instead of a frame."""
        random = self.world.random
        self.sent = [*self.sent, data][-20:]
        whole = messages.read(data[LENGTH_BYTES:])
        log = isinstance(whole, messages.Entries | messages.Head)
        if not self.spoils or random.random() > (0.4 if log else 0.03):
            yield data
            return
        trick = random.choice(LOG_TRICKS if log else TRICKS)
        for message in trick(self, whole, random):
            yield message if isinstance(message, bytes) else messages.frame(message)


Spoiled = Iterator[messages.AnyMessage | bytes]


def _replay(liar: Liar, message: messages.AnyMessage, random: Random) -> Spoiled:
    yield message
    yield random.choice(liar.sent)


def _garbage(liar: Liar, message: messages.AnyMessage, random: Random) -> Spoiled:
    yield message
    body = random.randbytes(random.randint(0, 40))
    yield len(body).to_bytes(LENGTH_BYTES) + body


def _nothing(liar: Liar, message: messages.AnyMessage, random: Random) -> Spoiled:
    yield from ()


def _huge(liar: Liar, message: messages.AnyMessage, random: Random) -> Spoiled:
    yield message
    if random.random() < 0.2:
        yield (FRAME_BYTES_MAX + random.randint(1, 1 << 20)).to_bytes(LENGTH_BYTES)


def _other_items(liar: Liar, message: messages.AnyMessage, random: Random) -> Spoiled:
    """Edit one entry of a stretch: bytes, signature, key, mode, author, place, body."""
    if not isinstance(message, messages.Entries) or not message.items:
        yield message
        return
    items = list(message.items)
    place = random.randrange(len(items))
    item, me = items[place], liar.party
    at = (me, item.index, liar.now_s)
    other = "EXERCISE" if me.mode == "LIVE" else "LIVE"
    false: list[Callable[[], Item]] = [
        lambda: msgspec.structs.replace(item, entry=item.entry.replace(b"duty", b"daty")),
        lambda: msgspec.structs.replace(item, entry=b" " + item.entry),
        lambda: msgspec.structs.replace(item, signatures=((item.signatures[0][0], bytes(64)),)),
        lambda: msgspec.structs.replace(item, signatures=()),
        lambda: msgspec.structs.replace(item, body=b'{"body":{}}'),
        lambda: msgspec.structs.replace(item, body=None, salt=None),
        lambda: statement(*at, words="ghost", key=STRANGER.statement),
        lambda: statement(*at, words="exercise", mode=other),
        lambda: statement(STRANGER, item.index, liar.now_s, key=me.statement),
        lambda: statement(me, item.index + random.choice((-1, 1, 7)) % (item.index + 9), liar.now_s, words="elsewhere"),
        lambda: statement(me, item.index, liar.now_s + 3600, words="from tomorrow"),
        lambda: statement(*at, words="another"),
    ]
    items[place] = random.choice(false)()
    yield messages.Entries(message.first, tuple(items))


def _gap(liar: Liar, message: messages.AnyMessage, random: Random) -> Spoiled:
    """Leave out entries, or send them in another order."""
    if not isinstance(message, messages.Entries) or not message.items:
        yield message
        return
    yield messages.Entries(message.first + 1, message.items[1:])
    yield messages.Entries(message.first, tuple(reversed(message.items)))


def _other_head(liar: Liar, message: messages.AnyMessage, random: Random) -> Spoiled:
    """Send a smaller head, one of another root, one that nobody signed, or an answer nobody asked for."""
    if isinstance(message, messages.Head):
        items = liar.store.items
        size = random.randint(0, len(items))
        forks = liar.world.seed % 8 < 6 and random.random() < 0.2
        root = random.randbytes(32) if forks else tree_of(items[:size]).root()
        key = STRANGER.log if random.random() < 0.3 else None
        note = signed_head(liar.party, size, root, key).decode()
        yield messages.Head(f"old {random.randint(0, size)}\n\n{note}", (random.randbytes(32),))
    yield messages.Refused(random.choice((400, 403, 409)), "because", random.randint(0, 40))
    yield messages.Cosigned(random.randint(0, 40), "— ctf.example/witness AAAA\n")


TRICKS: Final = (_replay, _garbage, _nothing, _huge)
LOG_TRICKS: Final = (_replay, _other_items, _other_items, _other_items, _gap, _other_head)
