"""`airpact replay`: a recorded day through the live step, and what came of it."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Final, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from airpact.agreement.procedures import Procedures, parameters_of
from airpact.alerts.policy import AlertPolicy
from airpact.alerts.rate import RateReport, rate_report
from airpact.cli.serving import serve as serve_replay
from airpact.encounter.levels import Level
from airpact.feeds.report import Report
from airpact.monitors.finding import Kind
from airpact.node.desk import RELAY_S_EXERCISE, read_limited, unbound_parties
from airpact.node.encounters import Encounter, join
from airpact.node.errors import OperatingError
from airpact.node.launch import PORT
from airpact.node.profiles import load_procedures, shipped_profiles
from airpact.node.readers.recording import RecordingChunk, read_recording
from airpact.node.replay import FEED, Replay, run_foreign
from airpact.node.setting import RECORDING, Setting, make_setting
from airpact.picture.rules import PartyRules, read_rules

EXAMPLE: Final = "airpact replay day.jsonl.gz --pact close-pass-0.3nm-400ft --json encounters.jsonl"

Files = Annotated[list[Path], typer.Argument(help="Recordings: JSON lines of positions, plain or gzip, in time order.")]
Pact = Annotated[str, typer.Option(help="Procedures file, or the name of a shipped profile.", metavar="F")]
Rules = Annotated[Path | None, typer.Option(help="Rules file that assigns aircraft to parties; default: all civil.")]
Out = Annotated[Path | None, typer.Option("--json", help="Write one JSON object a line per encounter to this file.")]
RelayS = Annotated[float, typer.Option(help="Seconds from detection to crew action; cautions look ahead 30 s more.")]
Serve = Annotated[bool, typer.Option("--serve", help="Open the Watch page over the recording instead of a summary.")]
Port = Annotated[int, typer.Option(help="Port of the Watch page, on this machine only; 0 = any that is free.")]
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
    """Replay recordings against a procedures file and list every encounter.

    Example: airpact replay day.jsonl.gz --pact close-pass-0.3nm-400ft --json encounters.jsonl

    Recordings without ticks of their own are taken in ticks of one second. Ends with tracks, encounters, rejected lines
    by reason and the alarm rate. Exit code 0: done. 2: a file, a field or the pact is wrong; the message says where.

    With --serve the day opens in the browser instead, with a timeline to move in it; Ctrl-C ends it.
    """
    setting = replay_setting(pact, rules, relay_s)
    rejected: Counter[str] = Counter()
    if serve:
        if out is not None:
            raise OperatingError("--serve opens a page and --json writes a file.", remedy="Give one of the two.")
        serve_replay(files, _reports(files, rejected), rejected, setting, port=port, attribution=attribution)
        return
    sink = None if out is None else _open_for_writing(out)
    result = run_foreign(_reports(files, rejected), setting)
    for reasons in result.world.picture.refused.values():
        rejected.update(reasons)
    found = join(result.episodes.values(), result.positions, setting.table)
    if sink is not None:
        with sink:
            sink.writelines(json.dumps(encounter.row()) + "\n" for encounter in found)
    _summary(Console(stderr=False), result, found, rejected, out)


def replay_setting(pact: str, rules: Path | None, relay_s: float) -> Setting:
    """Return the setting of a replay; raises OperatingError when no pact is named."""
    if not pact:
        names = "\n".join(f"  {name}" for name in shipped_profiles())
        raise OperatingError(
            "A replay needs to know which minima to hold the day against: --pact is missing.",
            effect=f"Shipped profiles, examples to adopt:\n{names}",
            remedy=f"Type for example: {EXAMPLE}",
        )
    procedures: Procedures = load_procedures(pact, Path())
    party_rules = PartyRules() if rules is None else read_rules(read_limited(rules), str(rules))
    for line in unbound_parties(procedures, party_rules):
        typer.echo(f"note: {line}", err=True)
    return make_setting(parameters_of(procedures), party_rules, AlertPolicy(), relay_s, {FEED: RECORDING})


def _open_for_writing(path: Path) -> TextIO:
    try:
        return path.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise OperatingError(
            f"{path} cannot be written: {error.strerror}.", remedy="Name another file with --json."
        ) from error


def _reports(files: Iterable[Path], rejected: Counter[str]) -> Iterator[Report]:
    """Yield every report of the files, showing how far they are read and counting what is refused."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        tasks: dict[str, int] = {}
        for chunk in read_recording(files, FEED):
            _show(progress, tasks, chunk)
            rejected.update(rejection.reason.value for rejection in chunk.decoded.rejections)
            for rejection in chunk.decoded.rejections[:1]:
                if rejection.reason.value == "truncated":
                    typer.echo(f"{chunk.path}: {rejection.detail}", err=True)
            yield from chunk.decoded.reports


def _show(progress: Progress, tasks: dict[str, int], chunk: RecordingChunk) -> None:
    if chunk.path not in tasks:
        tasks[chunk.path] = progress.add_task(Path(chunk.path).name, total=chunk.size_bytes)
    progress.update(tasks[chunk.path], completed=chunk.read_bytes)


def _summary(
    console: Console, result: Replay, found: tuple[Encounter, ...], rejected: Counter[str], out: Path | None
) -> None:
    rate = rate_report(result.shown, result.from_s, result.to_s, result.world.setting.policy)
    console.print(_totals(result, found, rejected))
    if rejected:
        console.print(_rejected(rejected))
    if found:
        console.print(_by_kind(found))
    console.print(_rate_line(rate, result.world.setting.policy))
    if out is not None:
        console.print(f"{len(found)} encounters in {out}")


def _totals(result: Replay, found: tuple[Encounter, ...], rejected: Counter[str]) -> Table:
    parameters = result.world.setting.parameters
    table = Table(title=f"{parameters.title} (version {parameters.version}, {parameters.status})", show_header=False)
    missed = sum(encounter.level is None for encounter in found)
    for name, value in (
        ("ticks taken", result.ticks),
        ("positions", len(result.positions.time_s)),
        ("tracks", len(result.positions.ids)),
        ("encounters", len(found)),
        ("inside minima on the recording", sum(encounter.kind is Kind.LOSS for encounter in found)),
        ("of these never alerted", missed),
        ("possible duplicates", sum(encounter.duplicate for encounter in found)),
        ("lines rejected", sum(rejected.values())),
    ):
        table.add_row(name, f"{value:,}")
    return table


def _rejected(rejected: Counter[str]) -> Table:
    table = Table("reason", "lines", title="Rejected")
    for reason, count in sorted(rejected.items()):
        table.add_row(reason, f"{count:,}")
    return table


def _by_kind(found: tuple[Encounter, ...]) -> Table:
    """Alerts that the recording did not bear out, by kind: what an officer would call nuisance."""
    table = Table("kind", "level", "encounters", "share of alerts", title="Encounters; only loss was borne out")
    alerted = [encounter for encounter in found if encounter.level is not None]
    kinds = Counter((e.kind, e.level, e.duplicate) for e in found)
    for (kind, level, duplicate), count in sorted(kinds.items(), key=lambda item: (item[0][0], -(item[0][1] or 0))):
        word = "not alerted" if level is None else Level(level).name.lower()
        share = "" if level is None else f"{count / len(alerted):.0%}"
        table.add_row(f"{kind}{', possible duplicate' if duplicate else ''}", word, str(count), share)
    return table


def _rate_line(rate: RateReport, policy: AlertPolicy) -> str:
    return (
        f"Alarm rate: {rate.per_hour:.2f} alerts per hour over {rate.hours:.1f} h (limit {policy.rate_limit_per_h:g}); "
        f"{rate.flood_share:.1%} of 10-minute windows above {policy.flood_count} "
        f"({rate.windows_in_flood} of {len(rate.windows)}); peak {rate.window_peak} in 10 minutes; "
        f"{len(rate.chattering)} chattering."
    )
