"""An honest node of the simulation: its links, and a store that forgets at a crash what it had not finished writing."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from airpact.node.ledger.values import Item, Mirror, OwnHead, Passage
from airpact.node.peers.actions import Action, Close, Cosigned, Doubt, Fetch, Fork, Heard, Keep, More, Send, Unlogged
from airpact.node.peers.link import Limits, Link
from airpact.proof.fork import read_fork
from airpact.proof.merkle import Tree, leaf_hash
from airpact.proof.witness import Seen
from tests.node.peers.parties import Party, cosignature, signed_head, statement, tree_of

if TYPE_CHECKING:
    from tests.node.peers.simulation import World

LIMITS: Final = Limits(head_every_s=8.0, beat_every_s=2.0, silent_s=12.0, answer_s=20.0, skew_s=2.5)
LATE: Final = 6  # events a store may take to write
STRETCH: Final = 5  # entries a fetch gives at most, so that catching up takes several


@dataclass
class Copy:
    """What a node has stored of another log."""

    items: list[Item] = field(default_factory=list)
    seen: Seen = field(default_factory=Seen)

    def mirror(self, origin: str) -> Mirror:
        return Mirror(origin, tree_of(self.items), self.seen)


@dataclass
class Wire:
    """One connection: bytes on their way in either direction, in order."""

    ends: tuple["Node", "Node"]
    ways: dict[str, deque[bytes]]  # by the name of the receiver

    def other(self, node: "Node") -> "Node":
        return self.ends[self.ends[0] is node]


class Store:
    """A history and the copies of others; what is in `writing` is lost in a crash."""

    def __init__(self, owner: Party) -> None:
        self.owner = owner
        self.items: list[Item] = []
        self.tree = Tree()
        self.copies: dict[str, Copy] = {}
        self.cosigned: dict[str, int] = {}  # by peer
        self.forks: dict[str, bytes] = {}  # by peer
        self.writing: list[tuple[int, Callable[[], None]]] = []

    def append(self, item: Item) -> None:
        self.items.append(item)
        self.tree.append(leaf_hash(item.entry))

    def head(self) -> OwnHead:
        root = self.tree.root()
        return OwnHead(self.tree.size, root, signed_head(self.owner, self.tree.size, root))

    def passage(self, asked: Fetch) -> Passage:
        stop = min(asked.first + min(asked.limit, STRETCH), len(self.items))
        tree = self.tree
        prefix = tree.prefix(asked.old, stop) if 0 < asked.old < stop else ()
        consistency = tree.consistency(asked.old, stop) if asked.old <= stop else ()  # a liar's log may have shrunk
        note = signed_head(self.owner, stop, tree.root(stop))
        return Passage(asked.old, asked.first, stop, tuple(self.items[asked.first : stop]), consistency, prefix, note)


class Node:
    """An honest node: it runs the actions of its links as the driver does."""

    def __init__(self, party: Party, world: "World") -> None:
        self.party, self.world = party, world
        self.store = Store(party)
        self.offset_s = 0.0
        self.links: dict[str, Link] = {}
        self.wires: dict[str, Wire] = {}
        self.doubts: list[tuple[str, Doubt]] = []

    @property
    def name(self) -> str:
        return self.party.name

    @property
    def now_s(self) -> float:
        return self.world.now_s + self.offset_s

    def meet(self, *others: "Node") -> None:
        for other in others:
            self.store.copies[other.name] = Copy()
            self.store.cosigned[other.name] = 0
        self.start()

    def start(self) -> None:
        """Begin from what is stored."""
        for name, copy in self.store.copies.items():
            peer = self.world.nodes[name].party.peer
            forked = name in self.store.forks
            link = Link(self.party.me, peer, copy.mirror(peer.origin), LIMITS, forked=forked)
            self.links[name] = link
        self.gossip()
        for name, link in self.links.items():
            self.run(name, link.own_head(self.history(name).head(), self.now_s))

    def crash(self) -> None:
        """Lose all that is not stored, and start again."""
        for name in list(self.wires):
            self.world.cut(self, name)
        self.store.writing.clear()
        self.links.clear()
        self.start()

    def history(self, _name: str) -> Store:
        """Return the log that a peer is shown."""
        return self.store

    def say(self, words: str, kind: str) -> None:
        """Write a statement; nobody hears of it before it is stored."""
        self.later(lambda: self.said(words, kind))

    def said(self, words: str, kind: str) -> None:
        self.store.append(statement(self.party, len(self.store.items), self.now_s, words=words, kind=kind))
        self.announce()

    def announce(self) -> None:
        for name, link in self.links.items():
            self.run(name, link.own_head(self.history(name).head(), self.now_s))

    def run(self, name: str, actions: tuple[Action, ...]) -> None:
        for action in actions:
            self.do(name, action)

    def do(self, name: str, action: Action) -> None:
        link = self.links.get(name)
        if isinstance(action, Send):
            self.world.send(self, name, action.data)
        elif isinstance(action, Fetch):
            self.later(lambda: self.run(name, self.links[name].fetched(self.history(name).passage(action), self.now_s)))
        elif isinstance(action, Keep):
            assert link is not None
            self.world.asked_to_keep(self, name)
            self.later(lambda: self.keep(name, link, action))
        elif isinstance(action, Cosigned):
            self.store.cosigned[name] = max(self.store.cosigned[name], action.size)
            self.world.acknowledged(self, name, action.size)
        elif isinstance(action, Heard):
            for note in action.notes:
                for other, each in self.links.items():
                    self.run(other, each.overheard(note, self.now_s))
        elif isinstance(action, Doubt | Fork):
            self.note(name, action)
        elif isinstance(action, Close):
            self.world.cut(self, name)
        elif isinstance(action, More):
            self.later(lambda: self.go_on(name, link))
        elif isinstance(action, Unlogged):
            self.world.unlogged(self, name, action)

    def note(self, name: str, action: Doubt | Fork) -> None:
        if isinstance(action, Doubt):
            self.doubts.append((name, action))
            self.world.doubted(self, name, action)
        else:
            self.store.forks[name] = action.evidence
            self.world.found(self, name, action.evidence)
            self.gossip()

    def go_on(self, name: str, link: Link | None) -> None:
        if link is not None and link is self.links.get(name):
            self.run(name, link.go_on(self.now_s))

    def later(self, do: Callable[[], None]) -> None:
        """Do something when the store comes to it, in order."""
        self.store.writing.append((self.world.steps + self.world.random.randint(0, LATE), do))

    def work(self) -> None:
        """Finish what the store has finished."""
        while self.store.writing and self.store.writing[0][0] <= self.world.steps:
            self.store.writing.pop(0)[1]()

    def keep(self, name: str, link: Link, keep: Keep) -> None:
        copy = self.store.copies[name]
        self.world.keeps(self, name, copy, keep)
        copy.items += keep.items
        copy.seen = keep.seen
        line = cosignature(self.party, keep.cosign, self.now_s)
        self.run(name, link.kept(keep, line, self.now_s))
        self.gossip()

    def gossip(self) -> None:
        """Tell everybody the newest heads of the others, and both heads of each fork."""
        notes = [copy.seen.head for copy in self.store.copies.values() if copy.seen.head]
        notes += [head for evidence in self.store.forks.values() for head in read_fork(evidence)[:2]]
        for name, link in self.links.items():
            self.run(name, link.heads(notes, self.now_s))
