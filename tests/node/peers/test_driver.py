"""Whole nodes over real TLS: what is said arrives once and in order, is witnessed, and survives what links suffer."""

import asyncio
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from airpact.node.entries import Command
from airpact.node.ledger.values import Mirror
from airpact.node.peers import messages, transport
from airpact.node.peers.driven import Around, Driven
from airpact.node.peers.evidence import FORKED, FORKED_DETAIL
from airpact.node.peers.pins import load_peers, unpin
from airpact.node.peers.tls import pinned
from airpact.node.peers.transport import Refused, parse_address
from airpact.node.workers import BusyError
from tests.node.fakes import ManualClock
from tests.node.peers import linking
from tests.node.peers.desks import PeerDesk, play, run_for_ever, until
from tests.node.peers.linking import LIMITS, T0
from tests.node.peers.parties import CTF, NAG, statement


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let back-off take no time: what is tested is that a call is made again."""
    monkeypatch.setattr(transport, "BACKOFF_MAX_S", 0.05)


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[Callable[[str], PeerDesk]]:
    """Return what makes the home of a party; their ports are given back after the test."""
    made: list[PeerDesk] = []

    def make(party: str) -> PeerDesk:
        made.append(PeerDesk(tmp_path / party.lower(), party))
        return made[-1]

    yield make
    for desk in made:
        desk.listener.close()


@pytest.fixture
def nag(desks: Callable[[str], PeerDesk]) -> PeerDesk:
    return desks("NAG")


@pytest.fixture
def ctf(desks: Callable[[str], PeerDesk]) -> PeerDesk:
    return desks("CTF")


def test_what_one_desk_says_is_in_the_order_of_the_other_and_cosigned_by_it(nag: PeerDesk, ctf: PeerDesk) -> None:
    nag.knows(ctf)
    ctf.knows(nag)

    async def scenario() -> None:
        async with nag.running(), ctf.running():
            await until(lambda: nag.state(ctf) == ctf.state(nag) == "linked")
            await nag.say("tanker at 18,000", "CTF")
            await nag.say("not for you")
            await until(lambda: nag.cosigned.get("CTF") == 2 and ctf.heard() == ["tanker at 18,000"])
            await until(lambda: ctf.cosigned.get("NAG") == 1)  # what it heard is an entry of its own
            receipt = await nag.node.on_storage(nag.ledger.receipt, 0, None, [ctf.identity.witness.key])
            assert b"airpact-receipt/1" in receipt
            assert nag.service.table().refused == ctf.service.table().refused == ()

    play(scenario)


def test_what_was_said_while_the_other_was_away_arrives_in_order_and_once(nag: PeerDesk, ctf: PeerDesk) -> None:
    nag.knows(ctf)
    ctf.knows(nag, dials=False)
    texts = [f"word {number}" for number in range(300)]  # more than one stretch

    async def scenario() -> None:
        async with nag.running():
            await nag.say_all(texts, "CTF")
            async with ctf.running():
                await until(lambda: len(ctf.heard()) >= 300 and nag.cosigned.get("CTF") == 300)
                assert ctf.heard() == texts
            await nag.say("while it was away", "CTF")
            async with ctf.running():
                await until(lambda: nag.cosigned.get("CTF") == 301)
                await until(lambda: ctf.order_holds() == [*texts, "while it was away"])

    play(scenario)


def test_a_desk_killed_in_the_middle_of_it_all_loses_nothing_and_doubles_nothing(nag: PeerDesk, ctf: PeerDesk) -> None:
    nag.knows(ctf)
    ctf.knows(nag, dials=False)
    texts = [f"word {number}" for number in range(200)]
    context = multiprocessing.get_context("spawn")

    async def scenario() -> None:
        async with nag.running():
            for round_ in range(2):
                ready = context.Event()
                port = ctf.listener.getsockname()[1]
                ctf.listener.close()
                process = context.Process(target=run_for_ever, args=(ctf.layout.root, "CTF", port, ready))
                process.start()
                assert await asyncio.to_thread(ready.wait, 60)
                await nag.say_all(texts[round_ * 100 : round_ * 100 + 60], "CTF")
                await until(partial(has_cosigned, nag, "CTF", round_ * 100 + 1))
                process.kill()  # SIGKILL: nothing of it gets to finish anything
                process.join()
                await nag.say_all(texts[round_ * 100 + 60 : round_ * 100 + 100], "CTF")
                ctf.listen(port)
            async with ctf.running():
                await until(lambda: nag.cosigned.get("CTF") == 200)
                await until(lambda: len(ctf.order_holds()) >= 200)
                assert ctf.order_holds() == texts

    play(scenario)


def test_three_desks_hear_each_other_and_compare_the_heads_they_hold(
    nag: PeerDesk, ctf: PeerDesk, desks: Callable[[str], PeerDesk]
) -> None:
    three = [nag, ctf, desks("TBD")]
    for one in three:
        for other in three:
            if one is not other:
                one.knows(other)

    async def scenario() -> None:
        async with nag.running(), ctf.running(), three[2].running():
            for one in three:
                await one.say(f"{one.party} speaks", *sorted(other.party for other in three if other is not one))
            spoken = {f"{one.party} speaks" for one in three}
            await until(lambda: all({*one.heard(), f"{one.party} speaks"} == spoken for one in three))
            await until(lambda: all(one.service.table().comparisons > 4 for one in three))
            assert all(one.service.table().forks == 0 for one in three)
            assert [head.compared for head in nag.service.table().heads] == ["cosigned", "consistent", "consistent"]

    play(scenario)


def test_live_tracks_go_beside_the_log(nag: PeerDesk, ctf: PeerDesk) -> None:
    nag.knows(ctf)
    ctf.knows(nag)

    async def scenario() -> None:
        async with nag.running(), ctf.running():
            await until(lambda: nag.state(ctf) == "linked")
            nag.service.send_tracks("CTF", b"positions")
            await until(lambda: ctf.tracks == [("NAG", b"positions")])
            nag.service.send_tracks("nobody", b"")

    play(scenario)


def test_a_statement_the_desk_does_not_take_is_kept_and_the_next_is_not_held_up(nag: PeerDesk, ctf: PeerDesk) -> None:
    nag.knows(ctf)
    ctf.knows(nag)

    async def scenario() -> None:
        async with nag.running(), ctf.running():
            ctf.engine.refusing_texts.add("no")
            await nag.say("no", "CTF")
            await nag.say("yes", "CTF")
            await until(lambda: ctf.heard() == ["yes"])
            await until(lambda: ctf.service.table().refused)
            (row,) = ctf.service.table().refused
            assert (row.party, row.code) == ("NAG", "not_taken")
            assert (ctf.layout.evidence / row.evidence).exists()

    play(scenario)


def has_cosigned(desk: PeerDesk, party: str, least: int) -> bool:
    return desk.cosigned.get(party, 0) >= least


def hello(**changes: Any) -> bytes:
    given = {
        "party": "NAG",
        "origin": "",
        "mode": "EXERCISE",
        "protocol": 1,
        "product": "test",
        "now_s": 0.0,
        "held": 0,
    }
    return messages.frame(messages.Hello(**{**given, **changes}))


WRONG = [
    (lambda _: (1 << 30).to_bytes(4), "too_large"),
    (lambda _: b"\x00\x00\x00\x03abc", "not_a_message"),
    (lambda own: hello(origin=own, mode="LIVE"), "wrong_mode"),
    (lambda own: hello(origin=own, protocol=99), "wrong_protocol"),
    (lambda own: hello(origin=own, party="CTF"), "wrong_party"),
    (lambda _: messages.frame(messages.Cosigned(1, "")), "unexpected_message"),
]


@pytest.mark.parametrize(("said", "reason"), WRONG, ids=[reason for _, reason in WRONG])
def test_what_a_pinned_party_sends_against_the_protocol_is_kept_with_its_reason(
    said: Callable[[str], bytes], reason: str, nag: PeerDesk, ctf: PeerDesk
) -> None:
    ctf.knows(nag, dials=False)
    nag.knows(ctf, dials=False)

    async def scenario() -> None:
        async with ctf.running():
            await until(lambda: ctf.service.statuses())
            pins = pinned(load_peers(nag.layout).values(), nag.identity.certificate, nag.identity.private_key)
            host, port = parse_address(ctf.address)
            reader, writer = await asyncio.open_connection(host, port, ssl=pins.client, server_hostname="")
            await reader.readexactly(4)  # its greeting
            writer.write(said(nag.identity.origin))
            await until(lambda: ctf.service.table().refused)
            row = ctf.service.table().refused[0]
            assert (row.party, row.code) == ("NAG", reason)
            assert row.address.startswith("127.0.0.1:")
            writer.close()
            assert await ctf.say("the desk goes on") == 1

    play(scenario)


def test_a_stranger_is_listed_with_time_address_and_reason(nag: PeerDesk, ctf: PeerDesk) -> None:
    nag.knows(ctf)  # and CTF does not know NAG

    async def scenario() -> None:
        async with ctf.running(), nag.running():
            await until(lambda: ctf.service.table().refused)
            row = ctf.service.table().refused[0]
            assert (row.party, row.code) == ("", "certificate not pinned")
            assert row.at_s > 0
            assert row.address.startswith("127.0.0.1:")

    play(scenario)


def test_a_party_accepted_while_the_desk_runs_is_linked_and_one_removed_is_cut_off(
    nag: PeerDesk, ctf: PeerDesk
) -> None:
    ctf.knows(nag)

    async def scenario() -> None:
        async with nag.running(), ctf.running():
            nag.knows(ctf)
            await until(lambda: nag.state(ctf) == ctf.state(nag) == "linked")
            unpin(nag.layout, "CTF")
            await until(lambda: nag.service.statuses() == {} and ctf.state(nag) != "linked")

    play(scenario)


@pytest.mark.parametrize("name", ["keep", "newest"])
def test_a_fork_is_kept_and_the_links_go_on_where_storage_was_busy(
    nag: PeerDesk, ctf: PeerDesk, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    nag.knows(ctf)
    ctf.knows(nag)
    failing = 1

    async def scenario() -> None:
        nonlocal failing
        async with nag.running(), ctf.running():
            await until(lambda: nag.state(ctf) == "linked")
            whole = nag.node.on_storage

            async def busy(function: Callable[..., Any], *args: Any) -> Any:
                nonlocal failing
                if function == getattr(nag.evidence, name) and failing:
                    failing -= 1
                    raise BusyError("too much waits")
                return await whole(function, *args)

            monkeypatch.setattr(nag.node, "on_storage", busy)
            nag.service.refused(Refused(1.0, "CTF", "", FORKED, FORKED_DETAIL, b"two heads"))
            await until(lambda: failing == 0 and nag.evidence.forked() == {"CTF"})
            assert nag.state(ctf) == "linked"
            await nag.say("still here", "CTF")
            await until(lambda: ctf.heard() == ["still here"])

    play(scenario)


class Slow:
    """A desk whose storage takes nothing until it is let, and a connection that notes whether it is read."""

    def __init__(self) -> None:
        self.clock, self.open = ManualClock(T0), asyncio.Event()
        self.held = self.taken = 0
        self.address, self.late = "192.0.2.7:1", False

    def hold(self, held: bool) -> None:
        self.held = held

    def send(self, _data: bytes) -> None:
        """Write nowhere."""

    async def submit_all(self, commands: Sequence[Command]) -> list[Any]:
        await self.open.wait()
        self.taken += len(commands)
        return [None for _ in commands]


def test_a_forked_log_that_floods_urgent_words_is_read_no_faster_than_they_are_stored() -> None:
    async def scenario() -> None:
        slow: Any = Slow()
        nothing: Any = lambda *_: None  # noqa: E731
        around = Around(slow, nothing, NAG.me, LIMITS, *[nothing] * 6)
        driven = Driven(around, CTF.peer, Mirror(CTF.origin), forked=True)
        driven.opened(slow)
        driven.received(messages.frame(linking.hello()))
        sent = 0
        while not slow.held and sent < 1000:
            item = statement(CTF, sent, T0, kind="distress.call", audience=("NAG",))
            driven.received(messages.frame(messages.Urgent((item,))))
            sent += 1
        assert sent < 20
        slow.open.set()
        await until(lambda: not slow.held and slow.taken == sent)
        await driven.stop()

    play(scenario)
