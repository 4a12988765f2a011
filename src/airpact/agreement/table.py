"""Separation clauses compiled for the kernels: a ladder of rungs for every pair of groups.

A group is a (party, class). All clauses that bind a pair give their rungs to its ladder; the worst level wins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Final

import numpy as np

from airpact.agreement.ladder import DECLARED_FORMATION, excepted, rungs_between
from airpact.agreement.parameters import Rung, SeparationRules
from airpact.encounter.judge import RUNG, Rungs
from airpact.encounter.levels import Level

Group = tuple[str, str]  # party, class
NO_LADDER: Final = -1


@dataclass(frozen=True, slots=True)
class LadderTable:
    """Ladders by pair of groups; `formation_of` likewise for two aircraft of one declared formation."""

    document: str
    groups: tuple[Group, ...]
    clauses: tuple[str, ...]
    ladder_of: np.ndarray  # (g, g) int64, NO_LADDER where nothing was asked for
    formation_of: np.ndarray  # (g, g) int64, without the clauses that except declared formations
    start: np.ndarray  # (l + 1,) int64
    rungs: Rungs
    reach: np.ndarray  # (g, g, 3): largest horizontal m, vertical m, look-ahead s; NaN = not asked for


def compile_table(rules: SeparationRules, groups: Sequence[Group], caution_lookahead_s: float) -> LadderTable:
    """Return the table for these groups.

    `caution_lookahead_s` is the desk's relay time with its margin: a caution that looks ahead looks at least that far.
    """
    clauses = tuple(clause.id for clause in rules.clauses)
    ladders: dict[tuple[tuple[str, Rung], ...], int] = {}
    size = len(groups)
    ladder_of = np.full((size, size), NO_LADDER, np.int64)
    formation_of = ladder_of.copy()
    for a, one in enumerate(groups):
        for b, two in enumerate(groups):
            bound = tuple((name, _timely(rung, caution_lookahead_s)) for name, rung in rungs_between(rules, *one, *two))
            apart = tuple((name, rung) for name, rung in bound if not excepted(rules, name, (DECLARED_FORMATION,)))
            ladder_of[a, b], formation_of[a, b] = _index(ladders, bound), _index(ladders, apart)
    start = np.cumsum([0, *(len(ladder) for ladder in ladders)], dtype=np.int64)
    rungs = np.array([row for ladder in ladders for row in _rows(ladder, clauses)], dtype=RUNG)
    reach = _reach(ladder_of, start, rungs)
    return LadderTable(rules.document, tuple(groups), clauses, ladder_of, formation_of, start, rungs, reach)


def _timely(rung: Rung, caution_lookahead_s: float) -> Rung:
    if rung.level is not Level.CAUTION or not 0.0 < rung.lookahead_s < caution_lookahead_s:
        return rung
    return Rung(rung.level, rung.horizontal_m, rung.vertical_m, caution_lookahead_s)


def _index(ladders: dict[tuple[tuple[str, Rung], ...], int], ladder: tuple[tuple[str, Rung], ...]) -> int:
    return ladders.setdefault(ladder, len(ladders)) if ladder else NO_LADDER


def _rows(ladder: tuple[tuple[str, Rung], ...], clauses: tuple[str, ...]) -> list[tuple[float, ...]]:
    """Return RUNG records; the most severe rungs of each clause are its minimum."""
    severest = {name: max(rung.level for other, rung in ladder if other == name) for name, _ in ladder}
    return [
        (rung.horizontal_m, rung.vertical_m, rung.lookahead_s, rung.level, clauses.index(name),
         rung.level == severest[name])
        for name, rung in ladder
    ]  # fmt: skip


def _reach(ladder_of: np.ndarray, start: np.ndarray, rungs: Rungs) -> np.ndarray:
    reach = np.full((*ladder_of.shape, 3), nan)
    for a, b in zip(*np.nonzero(ladder_of != NO_LADDER), strict=True):
        ladder = rungs[start[ladder_of[a, b]] : start[ladder_of[a, b] + 1]]
        reach[a, b] = (
            ladder["horizontal_m"].max(),
            ladder["vertical_m"].max(),
            ladder["lookahead_s"].max(),
        )
    return reach
