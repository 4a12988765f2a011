"""Two whole desks with a picture each: presence, link and a shared encounter reach the other over the real link."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from airpact.feeds.report import FeedBatch
from airpact.node.commands import ACKNOWLEDGE, PRESENCE, SOUND_CHECK
from airpact.node.desk import View
from airpact.node.entries import Command
from airpact.node.live import Front, LiveEngine
from airpact.node.loop import Accepted
from airpact.node.peers import transport
from airpact.node.view import alert_row
from airpact.node.world import World, new_world
from airpact.picture.rules import Party, PartyRules, Rule
from tests.node.peers import desks as peer_desks
from tests.node.peers.desks import PeerDesk, play, until
from tests.node.skies import T0, report, setting_of

KEY = "a00001|b00001"


def engine_of(own: str, other: str) -> LiveEngine:
    """Return the picture of one of the two parties; both know whose aircraft is whose."""
    roles = {own: "own", other: "peer"}
    rules = PartyRules(
        parties=tuple(Party(name, name, roles[name]) for name in ("NAG", "CTF")),
        rules=(
            Rule("NAG", "fixed", addresses=frozenset({"a00001"})), Rule("CTF", "fixed", addresses=frozenset({"b00001"}))
        ),
    )  # fmt: skip
    front = Front(mode="EXERCISE", title="test", party=own, desk="desk 1", languages=("en",), view=View())
    return LiveEngine(new_world(setting_of(rules=rules)), front)


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[PeerDesk, PeerDesk]]:
    monkeypatch.setattr(transport, "BACKOFF_MAX_S", 0.05)
    engines = iter([engine_of("NAG", "CTF"), engine_of("CTF", "NAG")])
    monkeypatch.setattr(peer_desks, "AnyCommand", lambda: next(engines))
    nag, ctf = PeerDesk(tmp_path / "nag", "NAG"), PeerDesk(tmp_path / "ctf", "CTF")
    nag.knows(ctf)
    ctf.knows(nag)
    yield nag, ctf
    for desk in (nag, ctf):
        desk.listener.close()


def world_of(desk: PeerDesk) -> World:
    """Return the world of a running desk."""
    engine: Any = desk.engine
    world: World = engine.world
    return world


def see(desk: PeerDesk) -> None:
    """Let a desk's own sensors see both aircraft within minima, now."""
    now_s = desk.clock.now_s()
    places = (("a00001", 0.0), ("b00001", 500.0))
    seen = [report(name, now_s - T0, east_m, track=90.0, speed=0.0) for name, east_m in places]
    desk.node.intake.put(FeedBatch("radar", now_s, tuple(seen)))


def word(desk: PeerDesk) -> dict[str, Any]:
    """Return what stands beside the alert about the other desk."""
    world = world_of(desk)
    alert = world.alerts.alerts.get(KEY)
    return {} if alert is None else alert_row(world, alert, frozenset())["peer"] or {}


def test_each_desk_sees_whether_the_other_is_manned_and_what_it_did_about_a_shared_encounter(
    pair: tuple[PeerDesk, PeerDesk],
) -> None:
    nag, ctf = pair

    def seen(condition: Callable[[], object]) -> Callable[[], object]:
        def look() -> object:
            see(nag)
            see(ctf)
            return condition()

        return look

    async def scenario() -> None:
        async with nag.running(), ctf.running():
            for command in (Command(SOUND_CHECK, "local", {"heard": True}), Command(PRESENCE, "local", {})):
                assert isinstance(await ctf.node.submit(command), Accepted)
            await until(lambda: "CTF" in world_of(nag).peers)
            known = world_of(nag).peers["CTF"]
            await until(lambda: (known.view.desk, known.view.state) == ("manned", "linked"))
            await until(seen(lambda: word(nag).get("state") == word(ctf).get("state") == "displayed"))
            alert = world_of(nag).alerts.alerts[KEY].id
            assert isinstance(await nag.node.submit(Command(ACKNOWLEDGE, "local", {"alert": alert})), Accepted)
            await until(seen(lambda: word(ctf).get("state") == "acknowledged"))
            assert word(nag)["state"] == "displayed"
            assert world_of(ctf).alerts.alerts[KEY].state == "active", "their answer is not ours"

    play(scenario)
