"""`airpact replay`: a recorded day through the live step, and what came of it."""

import json
from pathlib import Path
from typing import Annotated, Final, TextIO

import typer
from rich.console import Console

from airpact.agreement.procedures import Procedures, parameters_of
from airpact.alerts.policy import AlertPolicy
from airpact.cli.reading import Reading, reports
from airpact.cli.serving import serve as serve_replay
from airpact.cli.summary import summary
from airpact.node.desk import RELAY_S_EXERCISE, unbound_parties
from airpact.node.deskrecord import DeskRecord, read_desk_record
from airpact.node.encounters import join
from airpact.node.errors import OperatingError
from airpact.node.launch import PORT
from airpact.node.profiles import load_procedures, load_rules, shipped_profiles
from airpact.node.recovery import replay_recorded
from airpact.node.replay import FEED, Replay, run_foreign
from airpact.node.setting import RECORDING, Setting, make_setting
from airpact.picture.rules import PartyRules

EXAMPLE: Final = "airpact replay day.jsonl.gz --pact close-pass-0.3nm-400ft --json encounters.jsonl"

Files = Annotated[
    list[Path],
    typer.Argument(help="Recordings: JSON lines of positions, plain or gzip, in time order; or the home of a desk."),
]
Pact = Annotated[str, typer.Option(help="Procedures file, or the name of a shipped profile.", metavar="F")]
Rules = Annotated[Path | None, typer.Option(help="Rules file that assigns aircraft to parties; default: all civil.")]
Out = Annotated[Path | None, typer.Option("--json", help="Write one JSON object a line per encounter to this file.")]
RelayS = Annotated[float, typer.Option(help="Seconds from detection to crew action; cautions look ahead 30 s more.")]
Serve = Annotated[bool, typer.Option("--serve", help="Open the Watch page over the recording instead of a summary.")]
Port = Annotated[
    int, typer.Option(min=0, max=65_535, help="Port of the Watch page, on this machine only; 0 = any that is free.")
]
Attribution = Annotated[str, typer.Option(help="Where the recording comes from; shown on the map.", metavar="TEXT")]


def replay(
    files: Files,
    pact: Pact = "",
    rules: Rules = None,
    out: Out = None,
    relay_s: RelayS = RELAY_S_EXERCISE,
    serve: Serve = False,
    port: Port = PORT,
    attribution: Attribution = "",
) -> None:
    """Judge recorded traffic against a procedures file.

    Example: airpact replay day.jsonl.gz --pact close-pass-0.3nm-400ft --json encounters.jsonl

    Recordings without ticks of their own are taken in ticks of one second; the home of a desk replays the ticks and the
    answers it recorded. Ends with tracks, encounters, rejected lines by reason and the alarm rate.

    With --serve the day opens in the browser instead, with a timeline to move in it; Ctrl-C ends it.

    Exit code 0: done. 2: a file, a field or the pact is wrong (the message says where), or some lines could not be read
    (they are named; everything else was replayed and written).
    """
    reading = Reading()
    if serve:
        _check_served(files, out)
        setting = replay_setting(pact, rules, relay_s)
        serve_replay(files, reports(files, reading), reading.rejected, setting, port=port, attribution=attribution)
        return
    sink = None if out is None else _open_for_writing(out)
    result = _replayed(files, pact, rules, relay_s, reading)
    for reasons in result.world.picture.refused.values():
        reading.rejected.update(reasons)
    found = join(result.episodes.values(), result.positions, result.world.setting.table, result.excepted)
    if sink is not None:
        with sink:
            sink.writelines(json.dumps(encounter.row()) + "\n" for encounter in found)
    summary(Console(), result, found, reading, out)
    reading.check()


def _check_served(files: list[Path], out: Path | None) -> None:
    """Raise OperatingError for what --serve cannot do."""
    if out is not None:
        raise OperatingError("--serve opens a page and --json writes a file.", remedy="Give one of the two.")
    for path in files:
        if path.is_dir():
            raise OperatingError(
                f"{path} is the home of a desk, and --serve plays recordings of positions only so far.",
                remedy="Leave --serve out: the home replays tick by tick, with the answers that were given, as a list.",
            )


def _replayed(files: list[Path], pact: str, rules: Path | None, relay_s: float, reading: Reading) -> Replay:
    """Replay foreign recordings, or the one home that is given."""
    homes = [path for path in files if path.is_dir()]
    if not homes:
        return run_foreign(reports(files, reading), replay_setting(pact, rules, relay_s))
    if len(files) > 1:
        raise OperatingError(f"{homes[0]} is a home and replays alone.", remedy="Give one home, or only files.")
    desk = read_desk_record(homes[0])
    return replay_recorded(homes[0], replay_setting(pact, rules, desk.relay_s, desk))


def replay_setting(pact: str, rules: Path | None, relay_s: float, desk: DeskRecord | None = None) -> Setting:
    """Return the setting of a replay, as the recorded `desk` was set; raises OperatingError when no pact is named."""
    if not pact:
        names = "\n".join(f"  {name}" for name in shipped_profiles())
        raise OperatingError(
            "A replay needs to know which minima to hold the day against: --pact is missing.",
            effect=f"Shipped profiles, examples to adopt:\n{names}",
            remedy=f"Type for example: {EXAMPLE}",
        )
    procedures: Procedures = load_procedures(pact, Path())
    party_rules = PartyRules() if rules is None else load_rules(rules)
    for line in unbound_parties(procedures, party_rules):
        typer.echo(f"note: {line}", err=True)
    parameters = parameters_of(procedures)
    if desk is None:
        return make_setting(parameters, party_rules, AlertPolicy(), relay_s, {FEED: RECORDING})
    if desk.document != parameters.document:
        typer.echo("note: the desk obeyed other procedures; its alerts will differ from these", err=True)
    return make_setting(parameters, party_rules, desk.policy, relay_s, desk.feeds, desk.peers, desk.releasing)


def _open_for_writing(path: Path) -> TextIO:
    try:
        return path.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise OperatingError(
            f"{path} cannot be written: {error.strerror}.", remedy="Name another file with --json."
        ) from error
