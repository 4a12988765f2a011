"""A desk among other parties, taken again: without its idle ticks, cut anywhere, and out of its home as a replay is."""

from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airpact.feeds.report import FeedBatch, Report
from airpact.node.commands import PRESENCE, SOUND_CHECK, VOICE_ENTRY, apply, decide
from airpact.node.entries import Command, Refusal
from airpact.node.home import Home
from airpact.node.journal import JournalWriter
from airpact.node.ledger.ledger import Ledger
from airpact.node.order import Order
from airpact.node.peercommands import PEER_STATEMENT
from airpact.node.peerview import peer_rows
from airpact.node.pipeline import step
from airpact.node.recovery import recover, replay_recorded
from airpact.node.snapshot import freeze, thaw
from airpact.node.store import Store
from airpact.node.tick import PeerNews, TickRecord
from airpact.node.world import Outbox, World, new_world
from tests.node.fakes import MemoryOrder
from tests.node.identities import NAG
from tests.node.parties import CTF, RFU, RULES, command_of, encounter, linked, statement
from tests.node.skies import T0, flight, report, setting_of
from tests.node.test_pipeline import state

SECONDS: Final = 50
SETTING: Final = setting_of(rules=RULES)


class Second(NamedTuple):
    """What one second brings: to the tick, and then to the order."""

    reports: tuple[Report, ...] = ()
    news: tuple[PeerNews, ...] = ()
    commands: tuple[Command, ...] = ()
    says: bool = False  # the desk finds the time to make the statements that wait


class Session:
    """One desk that takes seconds, skipping those in which nothing is due where it may."""

    def __init__(self, order: Order, *, skips: bool = False, journal: JournalWriter | None = None) -> None:
        self.world, self.order, self.skips, self.journal = new_world(SETTING), order, skips, journal
        self.told: list[str] = []
        self.ticks = 0

    def take(self, second: int, what: Second) -> None:
        now_s = T0 + second
        if what.reports or what.news or not self.skips or self.world.due_s <= now_s or not second:
            feeds = dict.fromkeys(one.feed for one in what.reports)
            batches = tuple(FeedBatch(name, now_s, tuple(r for r in what.reports if r.feed == name)) for name in feeds)
            record = TickRecord(second + 1, now_s, self.world.applied, batches, False, what.news)
            if self.journal is not None:
                self.journal.append(record)
            self.world, outbox = step(self.world, record)
            self.note(outbox)
            self.ticks += 1
            if self.journal is not None:
                self.journal.settled()
        waiting = tuple(self.world.outgoing.waiting.values()) if what.says else ()
        for command in (*what.commands, *map(command_of, waiting)):
            decided = decide(self.world, command, now_s)
            if not isinstance(decided, Refusal):
                self.note(apply(self.world, self.order.append(decided, now_s)))

    def note(self, outbox: Outbox) -> None:
        self.told += map(repr, (*outbox.changed, *outbox.closed, *outbox.shown))


def said(party: str, index: int, kind: str, body: Any, t: float) -> Command:
    return Command(PEER_STATEMENT, party, statement(party, index, kind, body, t), f"{party}/{index}")


def desk_said(how: str, t: float) -> dict[str, Any]:
    return {"state": how, "since_s": T0 + t, "presence_s": T0 + t, "presence_until_s": T0 + t + 25.0}


BODIES: Final = (
    ("encounter.state", lambda t: encounter(since=t, until=t + 30.0)),
    ("encounter.state", lambda t: encounter(state="ended", since=t, until=t)),
    ("desk.state", lambda t: desk_said("manned", t)),
    ("desk.state", lambda t: desk_said("unmanned", t)),
    ("weather.note", lambda _t: {"text": "fog"}),
)


@st.composite
def sessions(draw: st.DrawFn) -> list[Second]:
    """Draw a sky where an own and another party's aircraft meet, links that come and go, and what people say."""
    found = []
    one, two = (
        flight("a00001", range(SECONDS), -3000, 0, 90.0, 100.0),
        flight("b00001", range(SECONDS), 3000, 50, 270.0, 90.0),
    )
    for second in range(SECONDS):
        t = float(second)
        seen = draw(st.sampled_from(((), (one[second],), (one[second], two[second]), (two[second],))))
        news = draw(st.sampled_from(((), (), (linked(CTF, t),), (linked(RFU, t),), (linked(CTF, t, state="lost"),))))
        commands: list[Command] = []
        if draw(st.integers(0, 3)) == 0:
            kind, body = draw(st.sampled_from(BODIES))
            commands.append(said(draw(st.sampled_from((CTF, RFU))), second, kind, body(t), t))
        if draw(st.integers(0, 9)) == 0:
            commands.append(Command(draw(st.sampled_from((PRESENCE,))), "local", {}, f"presence/{second}"))
            commands.append(Command(SOUND_CHECK, "local", {"heard": True}, f"sound/{second}"))
        found.append(Second(tuple(seen), tuple(news), tuple(commands), draw(st.booleans())))
    return found


@given(sessions())
@settings(max_examples=25)
def test_skipping_ticks_changes_nothing_with_links_and_statements_of_others(seconds: list[Second]) -> None:
    every, needed = Session(MemoryOrder()), Session(MemoryOrder(), skips=True)
    for second, what in enumerate([*seconds, *[Second()] * 60]):
        before = needed.ticks
        every.take(second, what)
        needed.take(second, what)
        if needed.ticks > before:
            assert repr(state(every.world)) == repr(state(needed.world))
    assert every.told == needed.told
    assert needed.ticks < every.ticks


@given(sessions(), st.integers(0, SECONDS - 1))
@settings(max_examples=15)
def test_a_desk_thawed_in_the_middle_of_its_peers_goes_on_byte_for_byte(seconds: list[Second], cut: int) -> None:
    one, two = Session(MemoryOrder()), Session(MemoryOrder())
    for second, what in enumerate(seconds):
        one.take(second, what)
        two.take(second, what)
        if second == cut:
            two.world = thaw(freeze(two.world), SETTING)
    assert freeze(one.world) == freeze(two.world)
    assert one.told == two.told


def busy() -> list[Second]:
    """Return a session in which everything about peers happens."""
    seconds = []
    for second in range(SECONDS):
        t = float(second)
        pair = (report("a00001", t, 60.0 * t, track=90, speed=60), report("b00001", t, 2400, track=90, speed=0))
        news = (linked(CTF, t), linked(RFU, t)) if second < 30 else (linked(CTF, t, state="lost"),)
        commands = {
            2: [Command(PRESENCE, "local", {}), Command(SOUND_CHECK, "local", {"heard": True})],
            5: [said(CTF, 7, "desk.state", desk_said("manned", t), t)],
            8: [said(CTF, 8, "encounter.state", encounter(since=t, until=t + 30), t), said(RFU, 1, "fog", {}, t)],
            9: [Command(VOICE_ENTRY, "local", {"party": RFU, "at_s": T0 + t, "text": "on 121.5", "read_back": True})],
            20: [said(CTF, 9, "encounter.state", encounter(state="acknowledged", since=t, until=t + 30), t)],
        }
        seconds.append(Second(pair, news, tuple(commands.get(second, ())), says=second % 3 == 0))
    return seconds


@pytest.mark.parametrize("cut", [6, 21, SECONDS])
def test_a_home_is_replayed_and_recovered_to_the_same_alerts_and_peers(cut: int, tmp_path: Path) -> None:
    with Home.open(tmp_path, "EXERCISE") as home:
        store = Store.open(home.layout)
        ledger = Ledger(store, NAG, lambda: T0)
        journal = JournalWriter(home.layout, lambda: None)
        session = Session(ledger.order, journal=journal)
        for second, what in enumerate(busy()[:cut]):
            session.take(second, what)
        journal.close()
        again, recovery = recover(home.layout, SETTING, ledger.order)
        store.close()
        assert not [note for note in recovery.notes if "damaged" in note]
        assert freeze(again) == freeze(session.world)
        told: list[str] = []

        def note(_world: World, outbox: Outbox) -> None:
            told.extend(map(repr, (*outbox.changed, *outbox.closed, *outbox.shown)))

        replayed = replay_recorded(tmp_path, SETTING, on_tick=note)
        assert told == session.told[: len(told)]
        live = peer_rows(session.world)
        whole = session.world.applied == replayed.world.applied
        assert whole or cut < SECONDS
        if whole:  # what came after the last tick no recorded tick takes
            assert peer_rows(replayed.world) == live
            assert freeze(replayed.world) == freeze(session.world)
        assert {row["party"] for row in peer_rows(replayed.world)} == {CTF, RFU}
