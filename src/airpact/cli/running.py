"""`airpact run` and `airpact demo`: one desk, live on real feeds or exercising on a scenario."""

import json
import logging
import random
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from airpact.agreement.procedures import Procedures, parameters_of
from airpact.alerts.policy import AlertPolicy
from airpact.cli.warming import ensure_warm
from airpact.geo.units import m_from_ft, m_from_nm
from airpact.node.assembly import DeskPlan, run_plan
from airpact.node.clock import Clock
from airpact.node.desk import RELAY_S_EXERCISE, View, load_desk, mismatches
from airpact.node.errors import OperatingError
from airpact.node.launch import HOST, PORT, Reader
from airpact.node.live import Front, front_of
from airpact.node.profiles import load_procedures, load_rules
from airpact.node.readers import Coverage, FeedConfig, Outlet, open_reader, run_reader
from airpact.node.setting import FeedPace, Setting, make_setting
from airpact.node.world import World
from airpact.picture.rules import OWN, PartyRules
from airpact.sim.playing import scenario_reader
from airpact.sim.reading import load_scenario, shipped
from airpact.sim.scenario import Scenario
from airpact.sim.world import SimWorld

DESK_FILE: Final = "desk.yaml"
LIVE_HOME: Final = Path.home() / ".airpact" / "live"
DEMO_HOME: Final = Path.home() / ".airpact" / "demo"
DEMO_SCENARIO: Final = "demo.yaml"
DEMO_RULES: Final = "demo-rules.yaml"
DEMO_PACT: Final = "demo-nag-ctf"
EPOCH_FILE: Final = "demo.json"
GO_ON_S: Final = 300.0  # a demonstration interrupted for less goes on where it was, so that its alerts still make sense
STAMP_ERROR_S: Final = 0.2  # simulated stamps are exact; the same allowance as for readsb

HomeOption = Annotated[Path, typer.Option("--home", help="Directory that holds everything this desk keeps.")]
PortOption = Annotated[
    int,
    typer.Option(min=1, max=65_534, help="Port of the console and the API; the watchdog takes the next one."),
]
HostOption = Annotated[str, typer.Option(help="Address to listen on, of this machine only: there is no sign-in yet.")]


def run(
    home: HomeOption = LIVE_HOME,
    desk: Annotated[Path | None, typer.Option(help="Desk file; default: desk.yaml in the home.")] = None,
    host: HostOption = HOST,
    port: PortOption = PORT,
) -> None:
    """Run a desk on the feeds of its desk.yaml, until Ctrl-C.

    Example: airpact run --home /var/lib/airpact --desk desk.yaml

    The desk file says whose desk this is, which feeds it listens to, which procedures it obeys and how long a call to a
    crew takes; README.md holds a whole one. A desk that is started again goes on with the alerts and answers it had.

    Exit code 0: stopped. 2: a file, a feed's settings, the port or the home is wrong; the message says which. 70: the
    desk stopped rather than show a wrong picture; start it again, and report it.
    """
    path = desk if desk is not None else home / DESK_FILE
    if not path.exists():
        raise OperatingError(
            f"{path}: there is no desk file.",
            effect="A desk needs to know whose it is, its feeds, its procedures and its relay time.",
            remedy="Write one (README, Connect a feed), or see the demonstration first: airpact demo",
        )
    config = load_desk(path)
    procedures = load_procedures(config.procedures, path.parent, f"{path}: procedures")
    rules = load_rules(Path(config.rules), f"{path}: rules") if config.rules else PartyRules()
    for line in mismatches(config, procedures, rules):
        typer.echo(f"note: {line}", err=True)
    for feed in config.feeds:
        open_reader(feed)  # a feed that no reader can serve is told now, not after the desk has started
    paces = {feed.name: FeedPace(feed.expected_period_s, feed.stamp_error_s) for feed in config.feeds}
    setting = make_setting(parameters_of(procedures), rules, config.alerts, config.relay_s, paces)
    say_unfit(setting)
    _serve(DeskPlan(home, front_of(config), setting, partial(_feed_readers, config.feeds), host, port))


def demo(
    home: HomeOption = DEMO_HOME,
    host: HostOption = HOST,
    port: PortOption = PORT,
    scenario: Annotated[Path | None, typer.Option(help="Scenario file; default: the shipped demonstration.")] = None,
    rules: Annotated[Path | None, typer.Option(help="Party rules of that scenario.")] = None,
    pact: Annotated[str, typer.Option(help="Procedures file or shipped profile.")] = DEMO_PACT,
    seed: Annotated[int, typer.Option(help="Seed of the simulated sensor errors.")] = 1,
) -> None:
    """Run the demonstration, an exercise in which nothing flies.

    Example: airpact demo --port 8080

    Two invented parties and civil traffic, in a loop of 15 minutes; open the address it prints, and see README.md for
    the first five minutes. It keeps a home of its own and refuses one that ever belonged to a live desk.

    Exit codes as for run.
    """
    played = load_scenario(scenario if scenario is not None else shipped(DEMO_SCENARIO))
    party_rules = load_rules(rules if rules is not None else shipped(DEMO_RULES))
    procedures = load_procedures(pact, Path())
    paces = {feed.name: FeedPace(feed.period_s, STAMP_ERROR_S) for feed in played.feeds}
    setting = make_setting(parameters_of(procedures), party_rules, AlertPolicy(), RELAY_S_EXERCISE, paces)
    say_unfit(setting)
    readers = partial(_scenario_readers, played, seed, home)
    _serve(DeskPlan(home, _demo_front(played, party_rules, procedures), setting, readers, host, port))


def _serve(plan: DeskPlan) -> None:
    ensure_warm()
    logging.basicConfig(format="%(asctime)sZ %(name)s %(levelname)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%S")
    logging.Formatter.converter = time.gmtime
    raise typer.Exit(run_plan(plan))


def say_unfit(setting: Setting) -> None:
    """Name every clause whose alerter calls too late for this desk."""
    for one in setting.unfit:
        typer.echo(f"note: {one}.", err=True)


def _feed_readers(feeds: Sequence[FeedConfig], _: World, clock: Clock) -> tuple[Reader, ...]:
    def reader(feed: FeedConfig) -> Reader:
        return lambda sink: run_reader(feed, Outlet(sink, clock.now_s, random.random))

    return tuple(map(reader, feeds))


def _demo_front(played: Scenario, rules: PartyRules, procedures: Procedures) -> Front:
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


def _scenario_readers(played: Scenario, seed: int, home: Path, world: World, clock: Clock) -> tuple[Reader, ...]:
    """Return the one reader of a scenario; a desk restarted soon goes on in the same loop."""
    path = home / EPOCH_FILE
    epoch_s = now_s = clock.now_s()
    if path.exists() and now_s - world.now_s < GO_ON_S:
        epoch_s = float(json.loads(path.read_text())["epoch_s"])
    path.write_text(json.dumps({"epoch_s": epoch_s}) + "\n")
    return (scenario_reader(SimWorld(played, seed), epoch_s, clock.now_s),)
