"""Separation clauses compiled for the kernels: a ladder of rungs for every pair of groups.

A group is a (party, class). All clauses that bind a pair give their rungs to its ladder, whether they were written as a
ladder or as an alerter; the worst level wins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Final, TypeGuard

import numpy as np
from msgspec.structs import replace

from airpact.agreement.ladder import DECLARED_FORMATION, excepted, rungs_between
from airpact.agreement.parameters import PairMemory, Rung, SeparationRules
from airpact.encounter.judge import MEMORY, RUNG, Memories, Rungs
from airpact.encounter.levels import Level
from airpact.encounter.volumes import KINDS

Group = tuple[str, str]  # party, class
Ladder = tuple[tuple[str, Rung], ...]  # (clause, rung) in document order
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
    reach: np.ndarray  # (g, g, 3): largest horizontal m, vertical m, time s that may matter; NaN = not asked for
    memories: Memories  # of the alerters that have one, in document order
    remembering: tuple[str, ...]  # their clauses


def compile_table(rules: SeparationRules, groups: Sequence[Group], caution_lookahead_s: float) -> LadderTable:
    """Return the table for these groups.

    `caution_lookahead_s` is the desk's relay time with its margin: a caution that looks ahead looks at least that far.
    """
    clauses = tuple(clause.id for clause in rules.clauses)
    memories = {clause.id: clause.memory for clause in rules.clauses if _remembers(clause.memory)}
    alerters = {clause.id for clause in rules.clauses if clause.memory is not None}
    ladders: dict[Ladder, int] = {}
    size = len(groups)
    ladder_of = np.full((size, size), NO_LADDER, np.int64)
    formation_of = ladder_of.copy()

    def timely(bound: Ladder) -> Ladder:
        # An alerter's times belong together: it is shown as unfit where they are too short, never stretched.
        return tuple((name, rung if name in alerters else _timely(rung, caution_lookahead_s)) for name, rung in bound)

    for a, one in enumerate(groups):
        for b, two in enumerate(groups):
            bound = timely(rungs_between(rules, *one, *two))
            apart = tuple((name, rung) for name, rung in bound if not excepted(rules, name, (DECLARED_FORMATION,)))
            ladder_of[a, b], formation_of[a, b] = _index(ladders, bound), _index(ladders, apart)
    start = np.cumsum([0, *(len(ladder) for ladder in ladders)], dtype=np.int64)
    rows = [row for ladder in ladders for row in _rows(ladder, clauses, tuple(memories))]
    rungs = np.array(rows, dtype=RUNG)
    return LadderTable(
        rules.document, tuple(groups), clauses, ladder_of, formation_of, start, rungs,
        _reach(ladder_of, start, rungs),
        np.array([(m.hysteresis_s, m.persistence_s, m.m, m.n) for m in memories.values()], MEMORY),
        tuple(memories),
    )  # fmt: skip


def _remembers(memory: PairMemory | None) -> TypeGuard[PairMemory]:
    return memory is not None and memory.hysteresis_s > 0.0


def _timely(rung: Rung, caution_lookahead_s: float) -> Rung:
    if rung.level is not Level.CAUTION or not 0.0 < rung.lookahead_s < caution_lookahead_s:
        return rung
    return replace(rung, lookahead_s=caution_lookahead_s)


def _index(ladders: dict[Ladder, int], ladder: Ladder) -> int:
    return ladders.setdefault(ladder, len(ladders)) if ladder else NO_LADDER


def _rows(ladder: Ladder, clauses: tuple[str, ...], remembering: tuple[str, ...]) -> list[tuple[float, ...]]:
    """Return RUNG records; the most severe rungs of each clause are its minimum."""
    severest = {name: max(rung.level for other, rung in ladder if other == name) for name, _ in ladder}
    return [
        (KINDS[rung.volume], rung.horizontal_m, rung.vertical_m, rung.tau_s, rung.coa_s, rung.lookahead_s,
         rung.early_s or rung.lookahead_s, rung.level, clauses.index(name), rung.level == severest[name],
         remembering.index(name) if name in remembering else -1)
        for name, rung in ladder
    ]  # fmt: skip


def _reach(ladder_of: np.ndarray, start: np.ndarray, rungs: Rungs) -> np.ndarray:
    """Return the largest lengths of each ladder and the longest time over which a closure must be counted.

    A volume entered within T seconds is one whose closing time is violated then. Each closing time below TTHR bounds
    the range by DTHR + TTHR |v|, v the relative velocity:
    - tau_mod: (|s|2 - DTHR2) / -s.v <= TTHR gives |s|2 <= DTHR2 + TTHR |s| |v|, so |s| <= DTHR + TTHR |v|;
    - tcpa: |s + tcpa v| <= DTHR and 0 <= tcpa <= TTHR, so |s| <= DTHR + tcpa |v|;
    - entry point: |s + t v| = DTHR at an entry t <= TTHR, likewise.
    Heights: |sz| <= max(ZTHR, TCOA |vz|) <= ZTHR + TCOA |vz|, of the hazard zone as well. So within T + max(TTHR, TCOA)
    of a closure nothing is missed.
    """
    reach = np.full((*ladder_of.shape, 3), nan)
    for a, b in zip(*np.nonzero(ladder_of != NO_LADDER), strict=True):
        ladder = rungs[start[ladder_of[a, b]] : start[ladder_of[a, b] + 1]]
        time_s = np.maximum(ladder["lookahead_s"], ladder["early_s"]) + np.maximum(ladder["tau_s"], ladder["coa_s"])
        reach[a, b] = ladder["horizontal_m"].max(), ladder["vertical_m"].max(), time_s.max()
    return reach
