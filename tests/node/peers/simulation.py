"""Two or three nodes in one thread and one seed: links, logs and witnesses over a network that loses, delays and cuts.

A node is its links and a store that forgets at a crash what it had not finished writing. A liar is such a node too, but
it keeps a history for each party and lays hands on what it sends. `World.step` does one random thing and then looks at
everything that must always hold; `World.heal` ends all trouble, and then everybody must come together again.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final

import msgspec

from airpact.node.ledger.values import Item, Mirror, OwnHead, Passage
from airpact.node.peers import messages
from airpact.node.peers.actions import Action, Close, Cosigned, Doubt, Fetch, Fork, Heard, Keep, Send, Unlogged
from airpact.node.peers.link import Limits, Link
from airpact.node.peers.linktable import State
from airpact.node.peers.messages import FRAME_BYTES_MAX, LENGTH_BYTES
from airpact.node.peers.offering import STRETCH_ITEMS_MAX
from airpact.node.peers.refusals import Reason
from airpact.node.peers.taking import AHEAD_MAX
from airpact.proof.fork import check_fork, read_fork
from airpact.proof.merkle import Tree, leaf_hash
from airpact.proof.witness import Seen
from tests.node.peers.parties import CTF, ISR, NAG, STRANGER, Party, cosignature, signed_head, statement, tree_of

START_S: Final = 1_445_428_800.0
LIMITS: Final = Limits(head_every_s=8.0, beat_every_s=2.0, silent_s=12.0, answer_s=20.0, skew_s=2.5)
STEP_S: Final = 0.4  # at most, between two events
LATE: Final = 6  # events a store may take to write
STRETCH: Final = 5  # entries a fetch gives at most, so that catching up takes several
HEAL_STEPS: Final = 1500


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
            self.later(lambda: self.keep(name, link, action))
        elif isinstance(action, Cosigned):
            self.store.cosigned[name] = max(self.store.cosigned[name], action.size)
            self.world.acknowledged(self, name, action.size)
        elif isinstance(action, Heard):
            for note in action.notes:
                for other, each in self.links.items():
                    self.run(other, each.overheard(note, self.now_s))
        elif isinstance(action, Doubt):
            self.doubts.append((name, action))
            self.world.doubted(self, name, action)
        elif isinstance(action, Fork):
            self.store.forks[name] = action.evidence
            self.world.found(self, name, action.evidence)
            self.gossip()
        elif isinstance(action, Close):
            self.world.cut(self, name)
        elif isinstance(action, Unlogged):
            self.world.unlogged(self, name, action)

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


class World:
    """The nodes, the network between them, the time, and what must always hold."""

    def __init__(self, seed: int, parties: int, liar: bool) -> None:
        self.random = Random(seed)
        self.seed = seed
        self.now_s, self.steps = START_S, 0
        self.calm = False
        self.nodes: dict[str, Node] = {}
        makers = [Node] * parties
        if liar:
            makers[-1] = Liar
        for make, party in zip(makers, (NAG, CTF, ISR), strict=False):
            self.nodes[party.name] = make(party, self)
        self.parted: set[frozenset[str]] = set()
        self.proven: set[str] = set()  # parties against whom fork evidence was found
        for node in self.nodes.values():
            off_s = 10.0 if seed % 5 == 0 else 1.0  # clocks that differ by more than is agreed, and clocks that do not
            node.offset_s = self.random.uniform(-off_s, off_s)
        for node in self.nodes.values():
            node.meet(*(other for other in self.nodes.values() if other is not node))

    @property
    def honest(self) -> list[Node]:
        return [node for node in self.nodes.values() if not isinstance(node, Liar)]

    @property
    def liar(self) -> Liar | None:
        return next((node for node in self.nodes.values() if isinstance(node, Liar)), None)

    def pairs(self) -> list[tuple[Node, Node]]:
        nodes = list(self.nodes.values())
        return [(one, other) for place, one in enumerate(nodes) for other in nodes[place + 1 :]]

    # --- the network -------------------------------------------------------------------------------------------------

    def connect(self, one: Node, other: Node) -> None:
        wire = Wire((one, other), {one.name: deque(), other.name: deque()})
        one.wires[other.name] = other.wires[one.name] = wire
        for node in (one, other):
            name = wire.other(node).name
            node.run(name, node.links[name].opened(node.now_s))

    def cut(self, node: Node, name: str) -> None:
        """End a connection; all bytes on their way are lost, and both sides learn of it."""
        wire = node.wires.pop(name, None)
        if wire is None:
            return
        other = self.nodes[name]
        other.wires.pop(node.name, None)
        for each, peer in ((node, name), (other, node.name)):
            if peer in each.links:
                each.run(peer, each.links[peer].closed("cut", each.now_s))

    def send(self, node: Node, name: str, data: bytes) -> None:
        wire = node.wires.get(name)
        if wire is None:
            return
        for each in node.spoil(data) if isinstance(node, Liar) else (data,):
            wire.ways[name].append(each)

    def deliver(self, node: Node, name: str) -> None:
        """Hand over some of the bytes on their way, cut anywhere."""
        wire = node.wires.get(name)
        if wire is None or not wire.ways[node.name]:
            return
        way = wire.ways[node.name]
        data = b"".join(way.popleft() for _ in range(self.random.randint(1, len(way))))
        part = self.random.randint(1, len(data)) if data and not self.calm else len(data)
        if data[part:]:
            way.appendleft(data[part:])
        node.run(name, node.links[name].received(data[:part], node.now_s))

    # --- one step ----------------------------------------------------------------------------------------------------

    def step(self) -> None:
        self.steps += 1
        self.now_s += self.random.random() * STEP_S
        for node in self.nodes.values():
            node.work()
        self.random.choices(*zip(*self.chances().items(), strict=True))[0]()
        self.check_bounds()

    def chances(self) -> dict[Callable[[], None], float]:
        usual = {self._deliver: 60.0, self._tick: 12.0, self._connect: 6.0}
        if self.calm:
            return usual
        return {**usual, self._say: 10.0, self._cut: 1.0, self._crash: 0.6, self._part: 0.6, self._lie: 3.0}

    def _any(self) -> tuple[Node, Node]:
        one, other = self.random.choice(self.pairs())
        return (one, other) if self.random.random() < 0.5 else (other, one)

    def _deliver(self) -> None:
        for one, other in self.pairs():
            if self.random.random() < 0.7:
                self.deliver(one, other.name)
            if self.random.random() < 0.7:
                self.deliver(other, one.name)

    def _tick(self) -> None:
        for node in self.nodes.values():
            for name, link in list(node.links.items()):
                node.run(name, link.sent(node.now_s))
                node.run(name, link.tick(node.now_s))
                if self.random.random() < 0.3:
                    node.run(name, link.tracks(b"tracks", node.now_s))

    def _connect(self) -> None:
        one, other = self._any()
        if other.name not in one.wires and frozenset((one.name, other.name)) not in self.parted:
            self.connect(one, other)

    def _say(self) -> None:
        kind = self.random.choice(("notice.activity", "notice.activity", "distress.call", "internal", "weather.report"))
        self.random.choice(list(self.nodes.values())).say(f"word {self.steps}", kind)

    def _cut(self) -> None:
        one, other = self._any()
        self.cut(one, other.name)

    def _crash(self) -> None:
        self.random.choice(list(self.nodes.values())).crash()

    def _part(self) -> None:
        one, other = self._any()
        self.parted ^= {frozenset((one.name, other.name))}
        self.cut(one, other.name)

    def _lie(self) -> None:
        liar = self.liar
        if liar is None or self.seed % 8 > 5 or self.random.random() > 0.05:
            return  # some liars never fork: they meddle with one history to the end
        name = self.random.choice(list(liar.links))
        if self.random.random() < 0.3:
            liar.swap()
        else:
            liar.fork(name, self.random.randint(0, len(liar.history(name).items)))
        liar.announce()

    def heal(self) -> None:
        """End all trouble and let everybody talk until nothing is left to say."""
        self.calm = True
        self.parted.clear()
        if self.liar:
            self.liar.spoils = False
        for one, other in self.pairs():
            self.cut(one, other.name)
        for _ in range(HEAL_STEPS):
            self.step()

    # --- what must always hold ---------------------------------------------------------------------------------------

    def fail(self, what: str) -> None:
        raise AssertionError(f"seed {self.seed}, step {self.steps}: {what}")

    def expect(self, holds: object, what: str) -> None:
        if not holds:
            self.fail(what)

    def keeps(self, node: Node, name: str, copy: Copy, keep: Keep) -> None:
        """Whatever an honest node is about to cosign continues all it cosigned before, and is what the log signed."""
        self.expect(keep.seen.size >= copy.seen.size, f"{node.name} goes back in the log of {name}")
        before = tree_of(copy.items)
        self.expect(before.root(copy.seen.size) == copy.seen.root, f"{node.name} holds another log than it cosigned")
        after = tree_of([*copy.items, *keep.items])
        self.expect(after.size == keep.seen.size, f"{node.name} cosigns entries of {name} that it does not hold")
        self.expect(after.root() == keep.seen.root == keep.cosign.root, f"{node.name} cosigns a fork of {name}")
        indexes = [item.index for item in [*copy.items, *keep.items]]
        self.expect(indexes == list(range(len(indexes))), f"{node.name} keeps a log of {name} with gaps")
        self.expect(name not in node.store.forks, f"{node.name} cosigns {name} after its fork")

    def acknowledged(self, node: Node, name: str, size: int) -> None:
        """What a peer has cosigned is stored there, as it was written."""
        other = self.nodes[name]
        if isinstance(node, Liar) or isinstance(other, Liar):
            return
        theirs = [item.entry for item in other.store.copies[node.name].items[:size]]
        self.expect(theirs == [item.entry for item in node.store.items[:size]], f"{name} lost what it acknowledged")

    def doubted(self, node: Node, name: str, doubt: Doubt) -> None:
        """Nobody honest is accused."""
        other = self.nodes[name]
        skewed = doubt.reason is Reason.CLOCK_SKEW and abs(node.offset_s - other.offset_s) > LIMITS.skew_s
        if not isinstance(node, Liar) and not isinstance(other, Liar) and not skewed:
            self.fail(f"{node.name} accuses {name}: {doubt.reason} {doubt.detail}")

    def found(self, node: Node, name: str, evidence: bytes) -> None:
        """Evidence of a fork stands for any reader who trusts the log's key, and only a liar has any against it."""
        check_fork(read_fork(evidence), self.nodes[name].party.policy)
        self.expect(isinstance(self.nodes[name], Liar), f"{node.name} found a fork of {name}, which is honest")
        self.proven.add(name)

    def unlogged(self, node: Node, name: str, action: Unlogged) -> None:
        for item in action.items:
            kinds = (b'"kind":"distress.', b'"kind":"hotline.')
            self.expect(any(kind in item.entry for kind in kinds), f"{node.name} took {item.entry!r} without a log")

    def check_bounds(self) -> None:
        """No peer makes a node remember more than its limits."""
        for node in self.honest:
            for name, link in node.links.items():
                self.expect(link.status.provisional <= STRETCH_ITEMS_MAX, f"{node.name} holds too much of {name}")
                self.expect(len(link._taking.ahead) <= AHEAD_MAX, f"{node.name} remembers too many heads of {name}")
                self.expect(len(link._frames) <= LENGTH_BYTES + FRAME_BYTES_MAX, f"{node.name} buffers {name}")
                self.expect(len(link._remembered) <= 256, f"{node.name} remembers too much evidence")

    def check_healed(self) -> None:
        """Honest parties hold all of each other's logs, and a liar who told two stories is found."""
        for node in self.honest:
            for other in self.honest:
                if other is not node:
                    theirs = node.store.copies[other.name].items
                    self.expect(
                        [item.entry for item in theirs] == [item.entry for item in other.store.items],
                        f"{node.name} holds {len(theirs)} of {len(other.store.items)} entries of {other.name}: "
                        f"{node.links[other.name].status} {other.links[node.name].status}",
                    )
                    self.expect(other.store.cosigned[node.name] == len(theirs), f"{other.name} was not told so")
                    self.expect(node.links[other.name].status.state is State.LINKED, f"{node.name} is not linked")
        if self.liar and len(self.honest) == 2:
            first, second = (node.store.copies[self.liar.name] for node in self.honest)
            size = min(first.seen.size, second.seen.size)
            told_two = size and tree_of(first.items).root(size) != tree_of(second.items).root(size)
            self.expect(not told_two or self.liar.name in self.proven, "two stories were told and not found")
