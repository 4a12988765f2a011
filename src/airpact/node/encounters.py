"""Encounters after the fact: what was alerted, joined with what the recording says the pair did.

`loss` means inside an agreed minimum at a recorded whole second, whatever was alerted; a loss without an alert is
listed too, with no level. Distances are those at the recorded instant of least max(h/H, v/V).
"""

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from functools import partial
from math import isnan
from typing import Any, Final

from airpact.agreement.table import LadderTable
from airpact.alerts.alert import Alert
from airpact.encounter.levels import Level
from airpact.monitors.finding import Kind
from airpact.node.recorded import Columns, Least, Pair, Positions, columns_of, least, losses, minima_of

TAIL_S: Final = 30.0  # recorded seconds around an alert that belong to the same encounter

Window = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Encounter:
    """One encounter of a replay: what was alerted and what the recording says happened (SI, Unix seconds)."""

    a: str
    b: str
    kind: Kind
    level: Level | None  # None: inside minima on the recording, never alerted
    t_first: float
    t_last: float
    t_cpa: float | None
    min_horizontal_m: float | None
    min_vertical_m: float | None
    clause: str
    duplicate: bool

    @property
    def id(self) -> str:
        """Return "a-b-t_first"."""
        return f"{self.a}-{self.b}-{int(self.t_first)}"

    def row(self) -> dict[str, Any]:
        """Return the published row."""
        return {
            "id": self.id,
            "a": self.a,
            "b": self.b,
            "kind": self.kind.value,
            "level": None if self.level is None else self.level.name.lower(),
            "t_first": round(self.t_first, 3),
            "t_last": round(self.t_last, 3),
            "t_cpa": self.t_cpa,
            "min_horizontal_m": self.min_horizontal_m,
            "min_vertical_m": self.min_vertical_m,
            "clause": self.clause,
            "duplicate": self.duplicate,
        }


@dataclass(slots=True)
class Episode:
    """What is kept of one alert while it runs."""

    alert: Alert
    kinds: set[Kind]
    duplicate: bool = False


def join(
    episodes: Iterable[Episode], positions: Positions, table: LadderTable, excepted: Set[Pair] = frozenset()
) -> tuple[Encounter, ...]:
    """Join what was alerted with what the recording says happened, ordered by first time and pair."""
    level, flat = columns_of(positions, with_height=True), columns_of(positions, with_height=False)
    lost = losses(positions, level, table)
    found = []
    for episode in sorted(episodes, key=lambda e: (e.alert.first_s, e.alert.key)):
        alert = episode.alert
        pair = (alert.finding.a, alert.finding.b)
        seconds = _take(lost, pair, (alert.first_s - TAIL_S, _last_s(alert) + TAIL_S))
        columns = level if _has_height(episode) else flat
        found.append(_alerted(episode, seconds, partial(_least, positions, columns, table, pair)))
    for pair in sorted(lost.keys() - excepted):
        found.extend(
            _unalerted(pair, run, _least(positions, level, table, pair, (run[0], run[-1]))) for run in _runs(lost[pair])
        )
    return tuple(sorted(found, key=lambda e: (e.t_first, e.a, e.b)))


def _has_height(episode: Episode) -> bool:
    return episode.kinds != {Kind.VERTICAL_UNKNOWN}


def _last_s(alert: Alert) -> float:
    return alert.first_s if isnan(alert.last_s) else alert.last_s


def _take(lost: dict[Pair, list[float]], pair: Pair, window_s: tuple[float, float]) -> list[float]:
    """Take from `lost` the seconds of a pair that fall into a window."""
    seconds = lost.get(pair, [])
    inside = [second for second in seconds if window_s[0] <= second <= window_s[1]]
    if inside:
        lost[pair] = [second for second in seconds if not window_s[0] <= second <= window_s[1]]
    return inside


def _runs(seconds: list[float]) -> Iterator[list[float]]:
    """Split seconds into stays no more than TAIL_S apart."""
    run: list[float] = []
    for second in seconds:
        if run and second - run[-1] > TAIL_S:
            yield run
            run = []
        run.append(second)
    if run:
        yield run


def _minimum(positions: Positions, table: LadderTable, pair: Pair) -> tuple[float, float, str] | None:
    """Return the widest minimum that binds a pair, None where nothing does."""
    minima = minima_of(table, *(positions.group.get(track_id, 0) for track_id in pair))
    return minima[-1] if minima else None


def _least(
    positions: Positions, columns: Columns, table: LadderTable, pair: Pair, window_s: Window
) -> tuple[Least | None, str]:
    minimum = _minimum(positions, table, pair)
    if minimum is None:
        return None, ""
    return least(positions, columns, pair, window_s, minimum[:2]), minimum[2]


def _alerted(
    episode: Episode, seconds: list[float], least_in: Callable[[Window], tuple[Least | None, str]]
) -> Encounter:
    alert = episode.alert
    first_s, last_s = min([alert.first_s, *seconds]), max([_last_s(alert), *seconds])
    kind = Kind.PREDICTED if _has_height(episode) else Kind.VERTICAL_UNKNOWN
    closest, _ = least_in((first_s, last_s))
    return _encounter(
        (alert.finding.a, alert.finding.b), Kind.LOSS if seconds else kind, alert.level_max, (first_s, last_s),
        closest, alert.finding.clause, episode.duplicate,
    )  # fmt: skip


def _unalerted(pair: Pair, seconds: list[float], closest: tuple[Least | None, str]) -> Encounter:
    return _encounter(pair, Kind.LOSS, None, (seconds[0], seconds[-1]), *closest, False)


def _encounter(
    pair: Pair, kind: Kind, level: Level | None, window_s: Window, closest: Least | None, clause: str, duplicate: bool
) -> Encounter:
    return Encounter(
        a=pair[0],
        b=pair[1],
        kind=kind,
        level=level,
        t_first=window_s[0],
        t_last=window_s[1],
        t_cpa=None if closest is None else closest.t_s,
        min_horizontal_m=None if closest is None else round(closest.horizontal_m, 2),
        min_vertical_m=None if closest is None or isnan(closest.vertical_m) else round(closest.vertical_m, 2),
        clause=clause,
        duplicate=duplicate,
    )
