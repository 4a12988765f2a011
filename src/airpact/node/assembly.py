"""One desk put together: its home, its world as it was, its threads and helpers, and its end.

home ─► store, journal, snapshots ─► recover: the world as it was ─► engine ─► run_desk (threads, server, readers)
└► watchdog process, recorder process
"""

import logging
import shlex
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from airpact.node.clock import Clock, SystemClock
from airpact.node.desk import LIVE, SIGN_IN_OPEN, SIGN_IN_REQUIRED
from airpact.node.deskrecord import write_desk_record
from airpact.node.giving import Giver, Taker, ensure_key, read_cells
from airpact.node.home import Home, Layout, explained
from airpact.node.identity import Identity, ensure_identity
from airpact.node.journal import JournalWriter
from airpact.node.keeping import Keeper
from airpact.node.launch import HOST, PORT, Reader, Stop, listen, run_desk
from airpact.node.ledger.ledger import Ledger
from airpact.node.ledger.tiles import TileWriter
from airpact.node.live import Front, LiveEngine
from airpact.node.loop import DeskNode
from airpact.node.peers.card import peer_of
from airpact.node.peers.driver import PeerService
from airpact.node.peers.evidence import Evidence
from airpact.node.peers.link import Limits
from airpact.node.peers.pins import write_trust
from airpact.node.peers.transport import listen as peer_listener
from airpact.node.people.door import Door, House, cookie_name, first_words
from airpact.node.people.records import Records
from airpact.node.preparing import prepare
from airpact.node.recorder import RETENTION_H, Recorder
from airpact.node.recovery import recover
from airpact.node.rotating import announcement, finish
from airpact.node.setting import Setting
from airpact.node.store import Store
from airpact.node.watchdog import Heartbeat, launch
from airpact.node.world import World

CONSOLE: Final = Path(__file__).parent / "console"
HEARTBEAT_FILE: Final = "heartbeat"
KEEPER_STOP_S: Final = 5.0

_log = logging.getLogger("airpact.node")


def _say(text: str) -> None:
    print(f"airpact: {text}", flush=True)  # noqa: T201  what the person who started it waits for


def _say_address(address: str) -> None:
    _say(f"open {address}")


@dataclass(frozen=True, slots=True)
class DeskPlan:
    """Everything needed to run one desk; `readers` is asked once the world and its clock are known."""

    home: Path
    front: Front
    setting: Setting
    readers: Callable[[World, Clock], Sequence[Reader]]
    host: str = HOST
    port: int = PORT
    ready: Callable[[str], object] = _say_address
    stop: Stop | None = None
    peer_address: str = ""  # host:port on which peers call; "" = none can
    sign_in: str = SIGN_IN_REQUIRED
    distress: str = ""
    retention_h: float = RETENTION_H

    @property
    def party_name(self) -> str:
        """What the party of the desk is called."""
        names = {one.id: one.name for one in self.setting.rules.parties}
        return names.get(self.front.party, self.front.party)


def run_plan(plan: DeskPlan) -> int:
    """Run the desk until it is told to stop; return its exit code. Raises `OperatingError` where it cannot begin."""
    for port in (plan.port, plan.port + 1) if plan.port else ():
        listen(plan.host, port).close()  # a port in use is told before anything else is said or begun
    with Home.open(plan.home, plan.front.mode) as home:
        with explained(plan.home):
            write_desk_record(plan.home, plan.setting)
        finish(home.layout, time.time())
        identity = ensure_identity(home, plan.front.party, plan.party_name)
        write_trust(home.layout, identity)
        store = Store.open(home.layout)
        clock = SystemClock()
        ledger = Ledger(store, identity, clock.now_s)
        tiles = TileWriter(ledger, home.layout, clock.now_s)
        releasing = msgspec.structs.replace(plan.setting.releasing, key=ensure_key(home.layout))
        setting = replace(plan.setting, releasing=releasing)
        world, recovery = recover(home.layout, setting, ledger.order, store.alerts)
        for note in recovery.notes:
            _log.warning("%s", note)
        giver = Giver(releasing, read_cells(home.layout))
        engine = LiveEngine(world, plan.front, giver)
        clock.not_before(world.now_s)
        keeper = Keeper(home.layout, Recorder(home.layout, plan.retention_h), clock)
        journal = JournalWriter(home.layout, lambda: keeper.keep(engine.world, giver.kept()))
        heartbeat = Heartbeat.create(plan.home / HEARTBEAT_FILE)
        watchdog_port = plan.port + 1 if plan.port else 0

        def make_node() -> DeskNode:
            node = DeskNode(
                engine, ledger.order, store.alerts, journal, heartbeat,
                clock=clock, applied=world.applied, watchdog_port=watchdog_port, stored=tiles.due,
            )  # fmt: skip
            node.files_error = lambda: tiles.error
            return node

        calls = peer_listener(plan.peer_address) if plan.peer_address else None
        keeper.start()
        door = _door(plan, home.layout, identity, clock)
        try:
            with _watched(plan, watchdog_port):
                return run_desk(
                    make_node, plan.readers(world, clock), host=plan.host, port=plan.port, console=CONSOLE, door=door,
                    ready=plan.ready, stop=plan.stop,
                    beside=(
                        lambda node: prepare(node, lambda: engine.world.guidance_ready),
                        lambda node: _peers(node, ledger, store, home.layout, identity, plan, calls),
                    ),
                )  # fmt: skip
        finally:
            door.close()
            keeper.keep(engine.world, giver.kept())
            keeper.stop(KEEPER_STOP_S)
            journal.close()
            tiles.close()
            store.close()
            heartbeat.close()


async def _peers(
    node: DeskNode,
    ledger: Ledger,
    store: Store,
    layout: Layout,
    identity: Identity,
    plan: DeskPlan,
    listener: socket.socket | None,
) -> None:
    """Drive the links to other parties until cancelled."""
    clock_s = plan.setting.peers.clock_s
    evidence, limits = Evidence(store, layout), Limits(skew_s=clock_s)
    service = PeerService(
        node, ledger, evidence, layout, identity, listener=listener, limits=limits, clock_limit_s=clock_s,
        tracks=Taker(node.intake.put).take, released=plan.setting.releasing.policy,
        announcement=partial(announcement, layout),
    )  # fmt: skip
    await service.run()


def _door(plan: DeskPlan, layout: Layout, identity: Identity, clock: Clock) -> Door:
    """Return who may enter this desk; names the command for a desk that nobody can enter yet."""
    house = House(first_words(peer_of(identity).digest), plan.distress, layout)
    cookie = cookie_name(plan.front.party, identity.origin)
    if plan.sign_in == SIGN_IN_OPEN and plan.front.mode != LIVE:
        return Door(clock, None, cookie, house)
    records = Records(Store.open(layout))
    if not records.accounts():
        _say(
            "nobody has an account here yet, so the picture is shown to nobody. Type, in another terminal:\n"
            f"  airpact people invite --home {shlex.quote(str(plan.home))} --account adm-1 --roles administrator"
        )
    return Door(clock, records, cookie, house)


@contextmanager
def _watched(plan: DeskPlan, port: int) -> Iterator[None]:
    """Run the watchdog beside the desk; without a port of its own (tests on any free port) nothing is watched."""
    if not port:
        yield
        return
    names = (plan.host, "localhost", f"{plan.front.party.lower()}.localhost")
    origins = [f"http://{name}:{plan.port}" for name in names]
    watchdog: subprocess.Popen[bytes] = launch(plan.home / HEARTBEAT_FILE, port, origins)
    try:
        yield
    finally:
        watchdog.terminate()
        watchdog.wait(KEEPER_STOP_S)
