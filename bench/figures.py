"""One measured figure, and how a list of them is printed and kept."""

import json
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its spread and the bar it is held against; `bar` None = for information."""

    name: str
    median: float
    low: float
    high: float
    unit: str
    bar: float | None = None
    note: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the median is within the bar; None where there is none."""
        return None if self.bar is None else self.median <= self.bar


def figure(name: str, values: Sequence[float], unit: str, bar: float | None = None, note: str = "") -> Figure:
    """Return the figure of several runs."""
    return Figure(name, statistics.median(values), min(values), max(values), unit, bar, note)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def machine() -> str:
    """Return what the figures were measured on."""
    cpu = next((line for line in _cpuinfo() if line.startswith("model name")), "").partition(":")[2].strip()
    return f"{os.cpu_count()} cores, {cpu or platform.machine()}, Python {platform.python_version()}"


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


def show(figures: Iterable[Figure], out: Path) -> bool:
    """Print the table, write the JSON, and return whether every bar holds."""
    figures = list(figures)
    table = Table("figure", "median", "least", "most", "unit", "bar", "", "beside it", title=machine())
    for one in figures:
        verdict = {None: "", True: "holds", False: "MISSED"}[one.holds]
        bar = "" if one.bar is None else f"{one.bar:g}"
        table.add_row(
            one.name, f"{one.median:.3g}", f"{one.low:.3g}", f"{one.high:.3g}", one.unit, bar, verdict, one.note
        )
    Console(width=180).print(table)
    out.parent.mkdir(parents=True, exist_ok=True)
    rows = {"machine": machine(), "figures": [asdict(one) for one in figures]}
    out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return all(one.holds is not False for one in figures)
