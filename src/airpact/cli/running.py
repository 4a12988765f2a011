"""`airpact run`: one desk on its feeds."""

import logging
import random
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from airpact.agreement.procedures import parameters_of
from airpact.cli.warming import ensure_warm
from airpact.monitors.peers import PeerLimits
from airpact.node.assembly import DeskPlan, run_plan
from airpact.node.clock import Clock
from airpact.node.desk import EXERCISE, load_desk, mismatches
from airpact.node.errors import OperatingError
from airpact.node.launch import HOST, PORT, Reader
from airpact.node.live import front_of
from airpact.node.profiles import load_procedures, load_rules
from airpact.node.readers import FeedConfig, Outlet, open_reader, run_reader
from airpact.node.setting import FeedPace, Releasing, Setting, make_setting
from airpact.node.world import World
from airpact.picture.policy import default_policy
from airpact.picture.rules import PartyRules

DESK_FILE: Final = "desk.yaml"
LIVE_HOME: Final = Path.home() / ".airpact" / "live"

HomeOption = Annotated[Path, typer.Option("--home", help="Directory that holds everything this desk keeps.")]
PortOption = Annotated[
    int,
    typer.Option(min=1, max=65_534, help="Port of the console and the API; the watchdog takes the next one."),
]
HostOption = Annotated[str, typer.Option(help="Address to listen on, of this machine only: beyond it TLS is needed.")]


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
    limits = PeerLimits(head_unseen_s=config.peers.head_unseen_s, clock_s=config.peers.clock_skew_s)
    releasing = Releasing(
        own=config.party, policies=config.peers.release, default=default_policy(exercise=config.mode == EXERCISE)
    )
    setting = make_setting(parameters_of(procedures), rules, config.alerts, config.relay_s, paces, limits, releasing)
    say_unfit(setting)
    readers = partial(_feed_readers, config.feeds)
    serve_plan(
        DeskPlan(
            home, front_of(config), setting, readers, host, port,
            peer_address=config.peers.listen, sign_in=config.sign_in, distress=config.distress,
            retention_h=config.peers.retention_h,
        )
    )  # fmt: skip


def serve_plan(plan: DeskPlan) -> None:
    """Run a desk in this process and exit with its code."""
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
