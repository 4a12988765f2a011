"""Two or three nodes in one thread and one seed: links, logs and witnesses over a network that loses, delays and cuts.

A node is its links and a store that forgets at a crash what it had not finished writing. A liar is such a node too, but
it keeps a history for each party and lays hands on what it sends. `World.step` does one random thing and then looks at
everything that must always hold; `World.heal` ends all trouble, and then everybody must come together again.
"""

from collections import deque
from collections.abc import Callable
from random import Random
from typing import Final

from airpact.node.peers.actions import Doubt, Keep, Unlogged
from airpact.node.peers.linktable import State
from airpact.node.peers.messages import FRAME_BYTES_MAX, LENGTH_BYTES
from airpact.node.peers.offering import STRETCH_ITEMS_MAX
from airpact.node.peers.refusals import Reason
from airpact.node.peers.taking import AHEAD_MAX
from airpact.proof.fork import check_fork, read_fork
from tests.node.peers.liar import Liar
from tests.node.peers.nodes import LIMITS, Copy, Node, Wire
from tests.node.peers.parties import CTF, ISR, NAG, tree_of

HEAL_STEPS: Final = 1500
START_S: Final = 1_445_428_800.0
STEP_S: Final = 0.4  # at most, between two events


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

    def asked_to_keep(self, node: Node, name: str) -> None:
        """Once a fork is known nothing more of that log is taken; what was being stored by then continues the log."""
        self.expect(name not in node.store.forks, f"{node.name} takes more of {name} after its fork")

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
