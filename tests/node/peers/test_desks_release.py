"""Two whole desks over a real link: what one lets the other see, a lift while two are in danger, and its end."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from airpact.feeds.report import FeedBatch
from airpact.node.commands import LIFT_REFUSE
from airpact.node.desk import View
from airpact.node.entries import Command
from airpact.node.giving import Giver, Taker
from airpact.node.live import Front, LiveEngine
from airpact.node.loop import Accepted
from airpact.node.peers import transport
from airpact.node.setting import Releasing
from airpact.node.view import alert_row, picture_frame
from airpact.node.world import World, new_world
from airpact.picture.policy import OWN, ReleasePolicy
from airpact.picture.released import decode
from airpact.picture.rules import Party, PartyRules, Rule
from tests.node.peers import desks as peer_desks
from tests.node.peers.desks import PeerDesk, play, until
from tests.node.skies import LAT, LON, T0, report, setting_of

COARSE = ReleasePolicy(tracks=OWN, grid_m=2_000.0, altitude_band_m=300.0, fields=("velocity", "height"))
OURS, THEIRS = "a00001", "b00001"


def engine_of(own: str, other: str, policy: ReleasePolicy) -> LiveEngine:
    """Return the picture of one of the two parties; both know whose aircraft is whose."""
    roles = {own: "own", other: "peer"}
    rules = PartyRules(
        parties=tuple(Party(name, name, roles[name]) for name in ("NAG", "CTF")),
        rules=(
            Rule("NAG", "fixed", addresses=frozenset({OURS})), Rule("CTF", "fixed", addresses=frozenset({THEIRS}))
        ),
    )  # fmt: skip
    releasing = Releasing(own=own, policies={other: policy}, key=bytes(32))
    front = Front(mode="EXERCISE", title="test", party=own, desk="desk 1", languages=("en",), view=View())
    return LiveEngine(new_world(setting_of(rules=rules, releasing=releasing)), front, Giver(releasing))


class Desk(PeerDesk):
    """A desk that keeps the payloads it hears and takes them for its picture."""

    def __init__(self, folder: Path, party: str) -> None:
        super().__init__(folder, party)
        self.taker: Taker | None = None

    def _tracks(self, party: str, payload: bytes, now_s: float) -> None:
        super()._tracks(party, payload, now_s)
        self.taker = self.taker or Taker(self.node.intake.put)
        self.taker.take(party, payload, now_s)

    def payloads(self) -> list[bytes]:
        return [payload for _, payload in self.tracks]


class Pair(NamedTuple):
    """NAG releases coarsely to CTF, CTF releases all it has."""

    nag: Desk
    ctf: Desk


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    monkeypatch.setattr(transport, "BACKOFF_MAX_S", 0.05)
    everything = ReleasePolicy(tracks=OWN, fields=("velocity", "vertical_speed", "height", "callsign", "category"))
    engines = iter([engine_of("NAG", "CTF", COARSE), engine_of("CTF", "NAG", everything)])
    monkeypatch.setattr(peer_desks, "AnyCommand", lambda: next(engines))
    nag, ctf = Desk(tmp_path / "nag", "NAG"), Desk(tmp_path / "ctf", "CTF")
    nag.knows(ctf)
    ctf.knows(nag)
    yield Pair(nag, ctf)
    for desk in (nag, ctf):
        desk.listener.close()


def world_of(desk: PeerDesk) -> World:
    """Return the world of a running desk."""
    engine: Any = desk.engine
    world: World = engine.world
    return world


def see(desk: PeerDesk, *tracks: tuple[str, float]) -> None:
    """Let a desk's own sensors see aircraft, so many metres east of the middle, now."""
    now_s = desk.clock.now_s()
    seen = [report(name, now_s - T0, east_m, track=90.0, speed=0.0) for name, east_m in tracks]
    desk.node.intake.put(FeedBatch("radar", now_s, tuple(seen)))


def shown(desk: PeerDesk, name: str, column: str) -> Any:
    """Return what the picture frame of a desk says of one track."""
    frame = msgspec.json.decode(picture_frame(world_of(desk), 1, "EXERCISE", {}))
    return frame[column][frame["id"].index(name)] if name in frame["id"] else None


def exact(payload: bytes) -> list[Any]:
    """Return the tracks of a payload that are not coarsened."""
    batch = decode(payload, "peer:NAG", T0 * 2)
    assert not batch.error
    return [one for one in batch.reports if not one.radius_m > 0.0]


def test_a_coarse_release_reaches_the_other_picture_and_nothing_finer_is_on_the_link(pair: Pair) -> None:
    nag, ctf = pair

    def seen(condition: Callable[[], object]) -> Callable[[], object]:
        def look() -> object:
            see(nag, (OURS, 300.0))
            see(ctf, (THEIRS, 90_000.0))
            return condition()

        return look

    async def scenario() -> None:
        async with nag.running(), ctf.running():
            await until(seen(lambda: shown(ctf, f"{OURS}@peer:NAG", "radius_m")))
            await until(seen(lambda: shown(nag, f"{THEIRS}@peer:CTF", "lat")))
            await until(seen(lambda: len(ctf.payloads()) >= 3))
            assert 2_000.0 < shown(ctf, f"{OURS}@peer:NAG", "radius_m") < 4_500.0
            assert shown(nag, f"{THEIRS}@peer:CTF", "radius_m") is None
            assert world_of(ctf).feeds["peer:NAG"].expected

    play(scenario)
    for payload in ctf.payloads():
        assert not exact(payload)
        for one in decode(payload, "peer:NAG", T0 * 2).reports:
            assert one.id == OURS, "what CTF released never comes back out"
            assert abs(one.lat_deg - LAT) > 1e-6 or abs(one.lon_deg - LON) > 1e-6
    assert all(one.id == THEIRS for payload in nag.payloads() for one in exact(payload))


def test_an_aircraft_in_danger_is_given_exactly_until_a_supervisor_refuses(pair: Pair) -> None:
    nag, ctf = pair

    def seen(condition: Callable[[], object]) -> Callable[[], object]:
        def look() -> object:
            see(nag, (OURS, 0.0), (THEIRS, 500.0))
            see(ctf, (THEIRS, 500.0))
            return condition()

        return look

    def alert() -> dict[str, Any]:
        found = world_of(nag).alerts.alerts.get(f"{OURS}|{THEIRS}")
        return {} if found is None else alert_row(world_of(nag), found, frozenset())

    async def scenario() -> None:
        async with nag.running(), ctf.running():
            await until(seen(lambda: ctf.payloads() and exact(ctf.payloads()[-1])))
            (given,) = exact(ctf.payloads()[-1])
            assert (given.id, round(given.lat_deg, 4), round(given.lon_deg, 4)) == (OURS, LAT, LON)
            assert (given.callsign, given.squawk, given.category) == ("", "", "")
            await until(seen(lambda: world_of(nag).peers["CTF"].lifts_open == 1))
            await until(seen(lambda: world_of(ctf).peers["NAG"].taken))
            assert not world_of(ctf).peers["NAG"].doubtful, "its words are understood"
            assert alert()["peer"]["party"] == "CTF"
            body = {"alert": alert()["id"], "reason": "own reasons"}
            assert isinstance(await nag.node.submit(Command(LIFT_REFUSE, "local", body)), Accepted)
            await until(seen(lambda: world_of(nag).peers["CTF"].lifts_open == 0))
            assert not world_of(nag).lifts.standing
            assert world_of(nag).lifts.ended_s["CTF"].keys() == {OURS}

    play(scenario)
