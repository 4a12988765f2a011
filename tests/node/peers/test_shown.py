"""What goes wrong or by the way is shown: faults of this desk, files carried, and what stands in no log."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from airpact.node.engine import Health
from airpact.node.entries import Command
from airpact.node.home import Layout
from airpact.node.launch import _beside
from airpact.node.loop import DeskNode
from airpact.node.partners.deskstate import WORK
from airpact.node.peers.carried import NAME, note_carried, read_carried
from airpact.node.peers.driven import statement_of
from airpact.node.peers.evidence import SHOWN_MAX
from airpact.node.peers.table import Carried
from airpact.node.peerview import not_understood
from tests.node.fakes import Fakes
from tests.node.parties import CTF, Desk, encounter, linked, statement
from tests.node.peers.desks import PeerDesk, play, until
from tests.node.peers.parties import CTF as CTF_PARTY
from tests.node.peers.parties import statement as signed


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[PeerDesk, PeerDesk]]:
    nag, ctf = PeerDesk(tmp_path / "nag", "NAG"), PeerDesk(tmp_path / "ctf", "CTF")
    nag.knows(ctf)
    ctf.knows(nag)
    yield nag, ctf
    for desk in (nag, ctf):
        desk.listener.close()


def test_a_fault_here_in_one_link_is_listed_and_the_link_comes_back(two: tuple[PeerDesk, PeerDesk]) -> None:
    nag, ctf = two

    async def scenario() -> None:
        async with nag.running(), ctf.running():
            await until(lambda: nag.state(ctf) == "linked")
            driven = nag.service._driven["CTF"]

            def broken(*_: Any) -> None:
                raise RuntimeError("our own mistake")

            driven.tick, honest = broken, driven.tick  # type: ignore[method-assign]
            await until(lambda: any(row.code == "fault_here" for row in nag.service.table().refused))
            driven.tick = honest  # type: ignore[method-assign]
            row = nag.service.table().refused[0]
            assert (row.party, row.evidence) == ("CTF", "")
            assert "RuntimeError: our own mistake" in row.detail
            await until(lambda: nag.state(ctf) == "linked")
            await nag.say("it works again", "CTF")
            await until(lambda: ctf.heard() == ["it works again"])

    play(scenario)


def test_work_that_ends_by_a_fault_is_in_the_health_of_the_node_and_degrades_the_desk() -> None:
    node = Fakes().node()

    async def links(_: DeskNode) -> None:
        raise RuntimeError("the links are gone")

    asyncio.run(_beside(links, node))
    assert node.health(0.0).work_ended == ("RuntimeError: the links are gone",)
    assert node._impaired(0.0) == (WORK,)
    assert Health().work_ended == ()


def test_the_files_of_the_logs_that_cannot_be_written_are_a_storage_error() -> None:
    node = Fakes().node()
    node.files_error = lambda: "No space left on device"
    assert node.health(0.0).storage_error == "No space left on device"
    assert node._impaired(0.0) == ("storage",)


def carried(number: int) -> Carried:
    return Carried(float(number), f"{number}.parcel", "CTF", "out", "written", number, number + 1)


def test_files_that_carried_statements_are_listed_after_a_restart_and_the_list_is_bounded(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    assert read_carried(layout) == ()
    for number in range(SHOWN_MAX + 3):
        note_carried(layout, carried(number))
    listed = read_carried(Layout(tmp_path))
    assert [one.first for one in listed] == list(range(3, SHOWN_MAX + 3))
    path = layout.peers / NAME
    path.write_bytes(path.read_bytes() + b"torn")
    assert read_carried(layout) == listed


def test_what_came_over_a_forked_link_says_that_it_stands_in_no_log() -> None:
    item = signed(CTF_PARTY, 4, 0.0, kind="distress.call")
    assert statement_of(item, CTF_PARTY.peer, "key", unlogged=True).body["unlogged"] is True
    assert "unlogged" not in statement_of(item, CTF_PARTY.peer, "key").body


def test_a_statement_of_no_log_neither_hides_nor_is_hidden_by_the_one_at_its_index() -> None:
    for first in (True, False):
        desk = Desk()
        desk.tick(0, (), [linked()])
        logged = statement(CTF, 7, "encounter.state", encounter())
        for body in (logged, {**logged, "kind": "distress.call", "unlogged": True})[:: 1 if first else -1]:
            desk.give(Command("peer.statement", CTF, body, f"{CTF}/7/{'unlogged' in body}"), 1)
        state = desk.world.peers[CTF]
        assert len(state.encounters) == 1
        ((doubt,),) = not_understood(desk.world).values()
        assert (doubt.kind, doubt.index) == ("distress.call", 7)
        assert "no log" in doubt.why


def test_what_the_world_does_not_understand_is_in_the_table_of_peers(two: tuple[PeerDesk, PeerDesk]) -> None:
    nag, ctf = two
    world = Desk()
    world.hear("CTF", 3, "weather.note", {})

    async def scenario() -> None:
        async with nag.running(), ctf.running():
            await until(lambda: nag.service.statuses())
            nag.engine.not_understood = lambda: not_understood(world.world)  # type: ignore[method-assign]
            (row,) = (await nag.node.peers_table()).peers
            assert [(one.kind, one.index, one.why) for one in row.not_understood] == [
                ("weather.note", 3, "unknown kind")
            ]

    play(scenario)
