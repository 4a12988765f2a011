"""`airpact demo`: the exercise that a newcomer sees, a desk for each party, each in a process of its own.

The first process starts one desk per party and waits; whichever way it ends, the desks end with it, and when a desk
ends, all do. `--only` runs one of them alone.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from math import inf, isnan, nan
from pathlib import Path
from typing import Annotated, Final

import typer

from airpact.agreement.procedures import Procedures, parameters_of
from airpact.alerts.policy import AlertPolicy
from airpact.cli.running import HostOption, PortOption, say_unfit, serve_plan
from airpact.cli.warming import ensure_warm
from airpact.geo.units import m_from_ft, m_from_nm
from airpact.node.assembly import DeskPlan
from airpact.node.clock import Clock
from airpact.node.desk import EXERCISE, RELAY_S_EXERCISE, SIGN_IN_OPEN, View
from airpact.node.errors import OperatingError
from airpact.node.home import Home
from airpact.node.identity import ensure_identity
from airpact.node.launch import HOST, PORT, Reader, Stop, listen
from airpact.node.live import Front
from airpact.node.peers.introducing import introduce
from airpact.node.profiles import load_procedures, load_rules
from airpact.node.readers import Coverage
from airpact.node.setting import FeedPace, Releasing, make_setting
from airpact.node.world import World
from airpact.picture.policy import default_policy
from airpact.picture.rules import OWN, Party, PartyRules, seen_from
from airpact.sim.playing import scenario_reader
from airpact.sim.reading import load_scenario, shipped
from airpact.sim.scenario import Scenario
from airpact.sim.world import SimWorld

DEMO_HOME: Final = Path.home() / ".airpact" / "demo"
DEMO_SCENARIO: Final = "demo.yaml"
DEMO_RULES: Final = "demo-rules.yaml"
DEMO_PACT: Final = "demo-nag-ctf"
EPOCH_FILE: Final = "demo.json"
GO_ON_S: Final = 300.0  # a demonstration interrupted for less goes on where it was, so that its alerts still make sense
STAMP_ERROR_S: Final = 0.2  # simulated stamps are exact; the same allowance as for readsb
PEER_PORT_AFTER: Final = 2  # the console's port, the watchdog's, then this
PORTS_EACH: Final = 10  # console, watchdog and peers of one desk, and numbers that are easy to tell apart
LOOK_S: Final = 0.2  # between looks whether a desk, or the process that started it, has ended
END_S: Final = 10.0  # a desk takes two seconds to end; one that takes longer is cut off

HomeOption = Annotated[Path, typer.Option("--home", help="Directory with a home for each desk; with --only, that one.")]


def demo(
    home: HomeOption = DEMO_HOME,
    host: HostOption = HOST,
    port: PortOption = PORT,
    only: Annotated[str, typer.Option(help="Run the desk of this party alone, on --port.")] = "",
    scenario: Annotated[Path | None, typer.Option(help="Scenario file; default: the shipped demonstration.")] = None,
    rules: Annotated[Path | None, typer.Option(help="Party rules of that scenario.")] = None,
    pact: Annotated[str, typer.Option(help="Procedures file or shipped profile.")] = DEMO_PACT,
    seed: Annotated[int, typer.Option(help="Seed of the simulated sensor errors.")] = 1,
    started_by: Annotated[int, typer.Option(hidden=True)] = 0,
    epoch_s: Annotated[float, typer.Option(hidden=True)] = nan,
) -> None:
    """Run the demonstration, an exercise in which nothing flies.

    Example: airpact demo --port 8080

    Two invented parties and civil traffic, in a loop of 15 minutes, with a desk for each party; open the addresses it
    prints, and see README.md for the first five minutes. It keeps homes of its own and refuses one that ever belonged
    to a live desk.

    Exit codes as for run.
    """
    party_rules = load_rules(rules if rules is not None else shipped(DEMO_RULES))
    if not only:
        raise typer.Exit(_run_all(home, host, port, party_rules, _passed_on(scenario, rules, pact, seed)))
    played = load_scenario(scenario if scenario is not None else shipped(DEMO_SCENARIO))
    procedures = load_procedures(pact, Path())
    paces = {feed.name: FeedPace(feed.period_s, STAMP_ERROR_S) for feed in played.feeds}
    party = _known(party_rules, only)
    mine = seen_from(party_rules, party.id)
    releasing = Releasing(own=party.id, default=default_policy(exercise=True))
    setting = make_setting(parameters_of(procedures), mine, AlertPolicy(), RELAY_S_EXERCISE, paces, releasing=releasing)
    say_unfit(setting)
    readers = partial(_scenario_readers, SimWorld(played, seed), home, epoch_s)
    stop = Stop()
    if started_by:
        threading.Thread(target=_end_with, args=(started_by, stop), name="airpact-parent", daemon=True).start()
    ready = partial(_say, party)
    front = _front(played, mine, procedures)
    calls = _peer_address(port) if started_by else ""  # a desk alone calls, and is called by nobody
    serve_plan(DeskPlan(home, front, setting, readers, host, port, ready, stop, calls, SIGN_IN_OPEN))


def _say(party: Party, address: str) -> None:
    """Print where a desk is, under a name of its own: pages of two names share no cookie (RFC 6761, 6.3)."""
    named = address.replace(f"//{HOST}:", f"//{party.id.lower()}.localhost:")
    typer.echo(f"airpact: {party.name}: open {named}")


def _known(rules: PartyRules, short: str) -> Party:
    found = next((party for party in rules.parties if party.id == short), None)
    if found is None:
        names = ", ".join(party.id for party in rules.parties)
        raise OperatingError(f"--only {short}: no such party in this exercise.", remedy=f"Its parties are {names}.")
    return found


def _run_all(home: Path, host: str, port: int, rules: PartyRules, more: Sequence[str]) -> int:
    """Run a desk for each party until one of them ends; return the exit code to end with."""
    ports = [port + PORTS_EACH * number for number in range(len(rules.parties))]
    for number in ports:
        listen(host, number).close()  # a port in use is told once, before anything starts
    ensure_warm()
    _acquaint({home / party.id.lower(): (party, number) for party, number in zip(rules.parties, ports, strict=True)})
    epoch = home / EPOCH_FILE
    ran_s = epoch.stat().st_mtime if epoch.exists() else -inf
    words = [*more, "--epoch-s", str(_epoch_s(epoch, ran_s, time.time()))]
    desks = [
        _start(party, home / party.id.lower(), host, number, words)
        for party, number in zip(rules.parties, ports, strict=True)
    ]
    with _signals_passed_to(desks) as asked:
        while all(desk.poll() is None for desk in desks):
            time.sleep(LOOK_S)
            os.utime(epoch)  # says until when the exercise ran, whatever ends this process
    if not asked.is_set():
        for desk in desks:
            desk.terminate()
    return _await_end(desks)


def _acquaint(homes: Mapping[Path, tuple[Party, int]]) -> None:
    """Give each home its keys, and the card of every other; in an exercise nobody has to compare words."""
    for home, (party, _) in homes.items():
        with Home.open(home, EXERCISE) as held:
            ensure_identity(held, party.id, party.name)
    introduce({home: [_peer_address(port)] for home, (_, port) in homes.items()}, time.time())


def _peer_address(port: int) -> str:
    return f"{HOST}:{port + PEER_PORT_AFTER}"


def _start(party: Party, home: Path, host: str, port: int, more: Sequence[str]) -> subprocess.Popen[bytes]:
    words = ["--only", party.id, "--home", str(home), "--host", host, "--port", str(port), *more]
    command = [sys.executable, "-m", "airpact.cli.main", "demo", *words, "--started-by", str(os.getpid())]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL)


def _passed_on(scenario: Path | None, rules: Path | None, pact: str, seed: int) -> list[str]:
    files = [
        word for name, path in (("--scenario", scenario), ("--rules", rules)) if path for word in (name, str(path))
    ]
    return [*files, "--pact", pact, "--seed", str(seed)]


@contextmanager
def _signals_passed_to(desks: Sequence[subprocess.Popen[bytes]]) -> Iterator[threading.Event]:
    """Hand SIGTERM on; Ctrl-C reaches every process of the terminal by itself. What is given says that one came.

    A desk is asked once: a second signal would find it without handlers, at the very end of its work.
    """
    asked = threading.Event()

    def hand_on(number: int, _: object) -> None:
        if not asked.is_set():
            asked.set()
            for desk in desks:
                desk.send_signal(number)

    def note(_number: int, _frame: object) -> None:
        asked.set()

    handlers = {signal.SIGTERM: hand_on, signal.SIGINT: note}
    before = {name: signal.signal(name, handler) for name, handler in handlers.items()}
    try:
        yield asked
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _await_end(desks: Sequence[subprocess.Popen[bytes]]) -> int:
    """Wait until every desk has ended, and return the first exit code that is not 0."""
    for desk in desks:
        try:
            desk.wait(END_S)
        except subprocess.TimeoutExpired:
            desk.kill()
            desk.wait()
    return next((desk.returncode for desk in desks if desk.returncode), 0)


def _end_with(parent: int, stop: Stop) -> None:
    """Ask the desk to stop once the process that started it is gone, however that ended."""
    while os.getppid() == parent:
        time.sleep(LOOK_S)
    stop()


def _front(played: Scenario, rules: PartyRules, procedures: Procedures) -> Front:
    own = next(party.id for party in rules.parties if party.role == OWN)
    return Front(
        mode=played.mode,
        title=played.title,
        party=own,
        desk="desk 1",
        languages=procedures.languages,
        view=View(played.view.lat, played.view.lon, played.view.span_deg),
        coverage=tuple(
            (
                feed.name,
                Coverage(
                    feed.coverage.lat,
                    feed.coverage.lon,
                    m_from_nm(feed.coverage.radius_nm),
                    m_from_ft(feed.coverage.floor_ft),
                ),
            )
            for feed in played.feeds
        ),
    )


def _scenario_readers(sky: SimWorld, home: Path, epoch_s: float, world: World, clock: Clock) -> tuple[Reader, ...]:
    """Return the one reader of a scenario whose loop began at `epoch_s`; NaN: as this home has it."""
    if isnan(epoch_s):
        epoch_s = _epoch_s(home / EPOCH_FILE, world.now_s, clock.now_s())
    return (scenario_reader(sky, epoch_s, clock.now_s),)


def _epoch_s(path: Path, ran_s: float, now_s: float) -> float:
    """Return when the loop began, or begins now: one that ran until a moment ago goes on; kept in a file."""
    if path.exists() and now_s - ran_s < GO_ON_S:
        return float(json.loads(path.read_text())["epoch_s"])
    path.write_text(json.dumps({"epoch_s": now_s}) + "\n")
    return now_s
