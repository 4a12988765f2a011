"""What a replay prints when it is done: totals, refusals, encounters by kind, alarm rate."""

from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from airpact.alerts.policy import AlertPolicy
from airpact.alerts.rate import RateReport, rate_report
from airpact.cli.reading import Reading
from airpact.encounter.levels import Level
from airpact.monitors.finding import Kind
from airpact.node.encounters import Encounter
from airpact.node.replay import Replay


def summary(console: Console, result: Replay, found: tuple[Encounter, ...], reading: Reading, out: Path | None) -> None:
    """Print the outcome of a replay."""
    rate = rate_report(result.shown, result.from_s, result.to_s, result.world.setting.policy)
    console.print(_totals(result, found, reading.rejected))
    for title, counts in (("Lines rejected", reading.rejected), ("Fields left out of kept lines", reading.doubtful)):
        if counts:
            console.print(_counted(title, counts))
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
        ("pairs excepted by a clause", len(result.excepted)),
        ("possible duplicates", sum(encounter.duplicate for encounter in found)),
        ("lines rejected", sum(rejected.values())),
    ):
        table.add_row(name, f"{value:,}")
    return table


def _counted(title: str, counts: Counter[str]) -> Table:
    table = Table("", "count", title=title)
    for word, count in sorted(counts.items()):
        table.add_row(word, f"{count:,}")
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
