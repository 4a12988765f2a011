"""A desk among other parties, for tests: aircraft of three parties, news of links, statements, and its own words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from airpact.feeds.report import FeedBatch, Report
from airpact.node.commands import PEER_STATEMENT, apply, decide
from airpact.node.entries import Command, Entry, Refusal
from airpact.node.partners.outgoing import Tell
from airpact.node.pipeline import step
from airpact.node.tick import PeerNews, TickRecord
from airpact.node.view import alert_row
from airpact.node.world import Outbox, World, new_world
from airpact.picture.rules import Party, PartyRules, Rule
from tests.node.skies import T0, report, setting_of

NAG, CTF, RFU = "NAG", "CTF", "RFU"
RULES = PartyRules(
    parties=(Party(NAG, "Northern Air Group", "own"), Party(CTF, "Coastal", "peer"), Party(RFU, "Relief", "peer")),
    rules=(
        Rule(NAG, "fixed", addresses=frozenset({"a00001", "a00002"})),
        Rule(CTF, "fixed", addresses=frozenset({"b00001", "b00002", "cafe01"})),
        Rule(RFU, "fixed", addresses=frozenset({"c00001"})),
    ),
)


def linked(party: str = CTF, t: float = 0.0, **more: Any) -> PeerNews:
    """Return news of a link that stands."""
    values: dict[str, Any] = {"state": "linked", "since_s": T0, "head_seen_s": T0 + t, "clock_offset_s": 0.1, **more}
    return PeerNews(party, T0 + t, **values)


@dataclass
class Desk:
    """The desk of NAG: ticks and commands in the order a running node would give them."""

    world: World = field(default_factory=lambda: new_world(setting_of(rules=RULES)))
    entries: list[Entry] = field(default_factory=list)

    def tick(
        self, t: float, reports: Sequence[Report] = (), peers: Sequence[PeerNews] = (), impaired: tuple[str, ...] = ()
    ) -> Outbox:
        feeds = dict.fromkeys(one.feed for one in reports)
        batches = tuple(FeedBatch(name, T0 + t, tuple(r for r in reports if r.feed == name)) for name in feeds)
        record = TickRecord(self.world.tick + 1, T0 + t, len(self.entries), batches, False, tuple(peers), impaired)
        self.world, outbox = step(self.world, record)
        return outbox

    def meet(
        self, t: float, a: str = "a00001", b: str = "b00001", feed: str = "radar", apart_m: float = 500.0
    ) -> Outbox:
        """Let two aircraft stand within minima."""
        pair = [report(a, t, track=90, speed=0), report(b, t, apart_m, track=90, speed=0, feed=feed)]
        return self.tick(t, pair, [linked(CTF, t), linked(RFU, t)])

    def give(self, command: Command, t: float) -> Outbox | Refusal:
        """Take one command through decide and apply."""
        decided = decide(self.world, command, T0 + t)
        if isinstance(decided, Refusal):
            return decided
        place = (decided.key, decided.audience, decided.subject, decided.role, decided.alias)
        entry = Entry(len(self.entries) + 1, T0 + t, decided.kind, decided.person, decided.body, *place)
        self.entries.append(entry)
        return apply(self.world, entry)

    def say_all(self, t: float) -> list[Tell]:
        """Make every statement that waits, as the node does, and return them."""
        tells = list(self.world.outgoing.waiting.values())
        for tell in tells:
            assert not isinstance(self.give(command_of(tell), t), Refusal)
        return tells

    def hear(self, party: str, index: int, kind: str, body: Any, t: float = 0.0) -> Outbox | Refusal:
        """Take a statement of another party."""
        return self.give(Command(PEER_STATEMENT, party, statement(party, index, kind, body, t), f"{party}/{index}"), t)

    def row(self, a: str = "a00001", b: str = "b00001") -> dict[str, Any]:
        """Return an open alert as the console has it."""
        alert = self.world.alerts.alerts[f"{min(a, b)}|{max(a, b)}"]
        return alert_row(self.world, alert, frozenset())


def command_of(tell: Tell) -> Command:
    """Return the command in which the node says it."""
    return Command(tell.kind, "node", tell.body, tell.key, tell.audience, tell.subject)


def statement(party: str, index: int, kind: str, body: Any, t: float = 0.0) -> dict[str, Any]:
    """Return what the driver of a link hands over."""
    author = {"party": party, "role": "duty officer", "person": "p-1"}
    return {
        "origin": f"{party.lower()}.example/log", "index": index, "kind": kind, "author": author,
        "at_s": T0 + t, "subject": kind, "body": body,
    }  # fmt: skip


def encounter(
    a: str = "a00001",
    b: str = "b00001",
    state: str = "displayed",
    since: float = 0.0,
    until: float = 60.0,
    level: int = 2,
) -> dict[str, Any]:
    """Return the body of `encounter.state`, times after T0."""
    return {
        "aircraft": [a, b], "since_s": T0 + since, "until_s": T0 + until, "level": level, "state": state,
        "at_s": T0 + since, "withheld": state == "withheld",
    }  # fmt: skip
