"""Writes the figures of `docs/alarm-rate.md`: one recorded day against every shipped profile.

`python -m tools.alarm_rate [FOLDER]` measures and writes the block between the two marks; a test measures again and
compares. FOLDER holds the recording (`AIRPACT_REFERENCE`, else `../shared`); it is not part of the project.
"""

import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from airpact.agreement.parameters import ANY
from airpact.agreement.procedures import Procedures, parameters_of, read_procedures
from airpact.alerts.policy import AlertPolicy
from airpact.alerts.rate import RateReport, rate_report
from airpact.encounter.levels import Level
from airpact.feeds.report import Report
from airpact.monitors.finding import Kind
from airpact.node.desk import RELAY_S_EXERCISE
from airpact.node.encounters import Encounter, join
from airpact.node.profiles import shipped_profiles
from airpact.node.readers.recording import read_recording
from airpact.node.replay import FEED, Replay, run_foreign
from airpact.node.setting import RECORDING, make_setting
from airpact.picture.rules import PartyRules, read_rules

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "alarm-rate.md"
DAY: Final = "traffic/watsonville/2025-06-01.jsonl.gz"
BLOCK: Final = re.compile(r"(<!-- figures -->\n).*?(<!-- end -->)", re.DOTALL)
RULES: Final = re.compile(r"```yaml rules\n(.*?)```", re.DOTALL)

Table = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Measured:
    """One profile held against the day: the replay, its encounters, and whether the split of the page was used."""

    profile: str
    split: bool
    replay: Replay
    found: tuple[Encounter, ...]

    @cached_property
    def rate(self) -> RateReport:
        """The alarm rate over the whole recording."""
        replay = self.replay
        return rate_report(replay.shown, replay.from_s, replay.to_s, replay.world.setting.policy)

    @cached_property
    def nuisance(self) -> Counter[Kind]:
        """Cautions and warnings about pairs that the recording never shows inside their minima, by kind."""
        loud = (each for each in self.found if each.level is not None and each.level >= Level.CAUTION)
        return Counter(each.kind for each in loud if each.kind is not Kind.LOSS)

    def count(self, kind: Kind) -> int:
        """Return how many encounters are of a kind."""
        return sum(each.kind is kind for each in self.found)


def needs_parties(procedures: Procedures) -> bool:
    """Return whether some separation clause of a document speaks of parties, so that an all-civil sky is not enough."""
    clauses = parameters_of(procedures).separation.clauses
    named = {party for clause in clauses for side in clause.between for party in side.parties}
    return named != {ANY}


def measure(day: Path, split: PartyRules) -> tuple[Measured, ...]:
    """Return what every shipped profile makes of a recording; `split` assigns parties where a profile needs them."""
    reports = tuple(_reports(day))
    return tuple(_measured(name, text, reports, split) for name, text in shipped_profiles().items())


def _reports(day: Path) -> Iterator[Report]:
    for chunk in read_recording([day], FEED):
        yield from chunk.decoded.reports


def _measured(name: str, text: str, reports: tuple[Report, ...], split: PartyRules) -> Measured:
    procedures = read_procedures(text, name)
    apart = needs_parties(procedures)
    rules = split if apart else PartyRules()
    setting = make_setting(parameters_of(procedures), rules, AlertPolicy(), RELAY_S_EXERCISE, {FEED: RECORDING})
    replay = run_foreign(reports, setting)
    return Measured(name, apart, replay, join(replay.episodes.values(), replay.positions, setting.table))


def figures(measured: tuple[Measured, ...]) -> str:
    """Return the block of the page: encounters, then the alarm rate, then nuisance, one row per profile."""
    encounters = (
        ("Profile", "Parties", "Tracks", "Encounters", "Loss", "Of these not alerted", "Predicted", "Height unknown",
         "Possible duplicates"),
        *(_encounters(each) for each in measured),
    )  # fmt: skip
    rates = (
        ("Profile", "Alerts per hour", "10-minute windows above 10", "Most in 10 minutes", "Chattering pairs"),
        *(_rates(each) for each in measured),
    )
    nuisance = (
        ("Profile", "Cautions and warnings", "Nuisance", "Predicted", "Height unknown"),
        *(_nuisance(each) for each in measured),
    )
    return "\n".join(_markdown(table) for table in (encounters, rates, nuisance))


def _encounters(each: Measured) -> tuple[str, ...]:
    unalerted = sum(encounter.level is None for encounter in each.found)
    duplicates = sum(encounter.duplicate for encounter in each.found)
    counts = (each.count(Kind.LOSS), unalerted, each.count(Kind.PREDICTED), each.count(Kind.VERTICAL_UNKNOWN))
    numbers = (len(each.replay.positions.ids), len(each.found), *counts, duplicates)
    return f"`{each.profile}`", "split" if each.split else "all civil", *(f"{number:,}" for number in numbers)


def _rates(each: Measured) -> tuple[str, ...]:
    rate = each.rate
    share = f"{rate.flood_share:.1%} ({rate.windows_in_flood} of {len(rate.windows)})"
    return f"`{each.profile}`", f"{rate.per_hour:.2f}", share, str(rate.window_peak), str(len(rate.chattering))


def _nuisance(each: Measured) -> tuple[str, ...]:
    loud = sum(encounter.level is not None and encounter.level >= Level.CAUTION for encounter in each.found)
    total = each.nuisance.total()
    share = f"{total} ({total / loud:.0%})" if loud else "0"
    kinds = (Kind.PREDICTED, Kind.VERTICAL_UNKNOWN)
    return f"`{each.profile}`", str(loud), share, *(str(each.nuisance[kind]) for kind in kinds)


def _markdown(rows: Table) -> str:
    head, *body = rows
    rule = "|---|" + "---:|" * (len(head) - 1)
    return "\n".join((_row(head), rule, *map(_row, body))) + "\n"


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"


def split_of(page: str) -> PartyRules:
    """Return the party rules the page shows."""
    found = RULES.search(page)
    if found is None:
        raise ValueError("docs/alarm-rate.md holds no `yaml rules` block")
    return read_rules(found[1], "docs/alarm-rate.md")


def written(page: str, day: Path) -> str:
    """Return the page with its figures measured anew."""
    block = figures(measure(day, split_of(page)))
    return BLOCK.sub(lambda found: found[1] + block + found[2], page)


def main(arguments: list[str]) -> None:
    """Measure and write the page."""
    folder = Path(arguments[0] if arguments else os.environ.get("AIRPACT_REFERENCE") or ROOT.parent / "shared")
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(written(page, folder / DAY), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
