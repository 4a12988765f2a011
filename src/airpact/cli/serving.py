"""`airpact replay --serve`: a recording on the Watch page, with a transport to move in it."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import typer

from airpact.feeds.report import Report
from airpact.node.clock import SystemClock
from airpact.node.launch import HOST, listen, run_desk
from airpact.node.live import Front
from airpact.node.loop import DeskNode
from airpact.node.memory import MemoryOrder, NoHeartbeat, NoJournal, SurveyHistory
from airpact.node.playback import REPLAY, Playback
from airpact.node.reel import Reel, read_reel
from airpact.node.setting import Setting
from airpact.node.survey import Survey
from airpact.picture.rules import OWN

NOBODY: Final = "recording"  # whose desk it is when the rules call no party own


def serve(
    files: Sequence[Path],
    reports: Iterable[Report],
    rejected: Mapping[str, int],
    setting: Setting,
    *,
    port: int,
    attribution: str,
) -> None:
    """Open the Watch page over a recording until Ctrl-C; raises OperatingError for a port in use or an empty recording.

    `rejected` is filled while `reports` are read, and told once they are.
    """
    listen(HOST, port).close()  # told before a long recording is read, not after
    reel = read_reel(reports, files)
    if rejected:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(rejected.items()))
        typer.echo(f"note: lines rejected by reason: {reasons}", err=True)
    front = front_of(files, reel, setting, attribution)

    def ready(address: str) -> None:
        typer.echo(f"Replay of {front.title}: {address}  (Ctrl-C ends it)")

    code = run_desk(lambda: replay_node(reel, setting, front), port=port, ready=ready)
    if code:
        raise typer.Exit(code)


def replay_node(reel: Reel, setting: Setting, front: Front) -> DeskNode:
    """Return a desk that plays a reel and writes nothing."""
    clock = SystemClock()
    survey = Survey(reel, setting)
    playback = Playback(reel, setting, front, survey, clock)
    history = SurveyHistory(survey, reel.from_s, reel.to_s)
    return DeskNode(playback, MemoryOrder(), history, NoJournal(), NoHeartbeat(), clock=clock, transport=playback)


def front_of(files: Sequence[Path], reel: Reel, setting: Setting, attribution: str) -> Front:
    """Return what consoles are told: the files as title, and the map on the recorded positions."""
    title = files[0].name if len(files) == 1 else f"{len(files)} recordings"
    return Front(
        mode=REPLAY,
        title=title,
        party=next((party.id for party in setting.rules.parties if party.role == OWN), NOBODY),
        desk=title,  # where a live desk says its name, a replay says what is played
        languages=("en", "ru"),
        view=reel.view,
        attribution=attribution,
    )
