"""Separation held against the agreement: every pair a clause asks about, judged when there is something new.

A pair is judged when a report of either aircraft arrived, when one turned stale, or when its own verdict said it
would change by now; between those instants nothing about it can change, so ticks without them may be skipped.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from math import inf, isfinite
from typing import Any, Final

import numpy as np

from airpact.agreement.ladder import DECLARED_FORMATION
from airpact.agreement.table import LadderTable
from airpact.encounter.index import candidates
from airpact.encounter.judge import VERDICT, Verdicts, judge
from airpact.encounter.levels import Level
from airpact.geo.sphere import lat_lon_deg
from airpact.monitors.finding import Approach, Finding, Kind, Subject
from airpact.picture.columns import Now
from airpact.picture.links import Link, Pair, linked
from airpact.picture.picture import Picture

FIRST_LIMIT: Final = 4096  # candidate pairs looked for at once; grows when a sky needs more
ROWS_MAX: Final = 1 << 31  # a pair of rows as one integer
LEAST_WAIT_S: Final = 1e-3  # a due time always lies ahead, so a step never asks for itself again
ONLY_PRESENT: Final = "A velocity is not known: only the present was judged."
NO_VELOCITY: Final = "no velocity"


@dataclass(slots=True)
class PairTable:
    """What the monitor remembers between steps, by pair of ids."""

    due_s: dict[Pair, float] = field(default_factory=dict)  # when a verdict changes by itself
    unjudged: dict[Pair, str] = field(default_factory=dict)  # near, but could not be judged fully: why
    suppressed: dict[Pair, str] = field(default_factory=dict)  # excepted by clause: which exception
    limit: int = FIRST_LIMIT


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdicts of one step: findings that hold, and keys judged to be over."""

    findings: tuple[Finding, ...] = ()
    over: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sky:
    """What one judgement looks at: the picture, its links, the agreed table, and which alerts are open."""

    picture: Picture
    links: dict[Pair, Link]
    table: LadderTable
    open_keys: Mapping[str, bool]  # keys of open alerts; True where only the widened minima end it
    clear_factor: float
    formation: Callable[[int, int], bool]  # two rows -> both in one declared formation now


def key_of(pair: Pair) -> str:
    """Return the key under which a pair's findings and its alert stand."""
    return f"{pair[0]}|{pair[1]}"


def separation(sky: Sky, pairs: PairTable, taken: set[int], aged: set[int], now_s: float) -> Judged:
    """Judge what is new at `now_s`; update `pairs` in place."""
    chosen = _choose(sky, pairs, taken | aged, now_s)
    if not chosen.first.size:
        return Judged()
    verdicts = _verdicts(sky, chosen, sky.table.ladder_of)
    telling = chosen.remembered | (verdicts["rung"] >= 0) | np.isfinite(verdicts["due_s"])
    if not sky.picture.now.steered[chosen.first].all() or not sky.picture.now.steered[chosen.second].all():
        telling = np.ones_like(telling)
    findings, over = [], []
    for k in np.nonzero(telling)[0].tolist():
        verdict, pair = verdicts[k], _pair(sky, verdicts[k])
        ladder_of = sky.table.ladder_of
        if verdict["rung"] >= 0 and sky.formation(int(verdict["first"]), int(verdict["second"])):
            ladder_of = sky.table.formation_of
            verdict = _verdicts(sky, chosen.only(k), ladder_of)[0]
        excepted = ladder_of is sky.table.formation_of and verdict["rung"] < 0
        _keep(pairs.suppressed, pair, DECLARED_FORMATION if excepted else "")
        _keep(pairs.unjudged, pair, _why_unjudged(sky, verdict))
        if isfinite(verdict["due_s"]):
            pairs.due_s[pair] = now_s + max(float(verdict["due_s"]), LEAST_WAIT_S)
        else:
            pairs.due_s.pop(pair, None)
        if verdict["rung"] >= 0:
            findings.append(_finding(sky, ladder_of, pair, verdict, taken, now_s))
        elif not verdict["held"]:
            over.append(key_of(pair))
    return Judged(tuple(sorted(findings, key=lambda f: f.key)), tuple(sorted(over)))


def forget(pairs: PairTable, dropped: Collection[str]) -> None:
    """Remove every pair with a dropped track."""
    for memory in (pairs.due_s, pairs.unjudged, pairs.suppressed):
        for pair in [pair for pair in memory if pair[0] in dropped or pair[1] in dropped]:
            del memory[pair]


def next_due_s(pairs: PairTable) -> float:
    """Return when a verdict next changes by itself."""
    return min(pairs.due_s.values(), default=inf)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Rows of the pairs to judge, in canonical order, and what is known of each from before."""

    first: np.ndarray
    second: np.ndarray
    opened: np.ndarray  # an alert is open that only the widened minima end
    remembered: np.ndarray  # named in the pair table or an open alert: its verdict matters even if uneventful

    def only(self, k: int) -> "_Chosen":
        """Return pair `k` alone."""
        return _Chosen(*(column[k : k + 1] for column in (self.first, self.second, self.opened, self.remembered)))


def _choose(sky: Sky, pairs: PairTable, asked: set[int], now_s: float) -> _Chosen:
    """Pick near pairs with a row in `asked`, pairs whose time has come, and known ones with a row in `asked`."""
    first, second = _near(sky, pairs, asked)
    known = {_split(key): widened for key, widened in sky.open_keys.items()}
    for memory in (pairs.due_s, pairs.unjudged, pairs.suppressed):
        for pair in memory:
            known.setdefault(pair, False)
    row_of = sky.picture.row_of
    codes, opened = [], []
    for pair, widened in known.items():
        a, b = row_of.get(pair[0]), row_of.get(pair[1])
        if a is not None and b is not None and (a in asked or b in asked or pairs.due_s.get(pair, inf) <= now_s):
            codes.append(_code(a, b))
            if widened:
                opened.append(codes[-1])
    every = np.union1d(first * ROWS_MAX + second, np.array(codes, np.int64))
    first, second = every // ROWS_MAX, every % ROWS_MAX
    order = sky.picture.tracks.order
    swap = order[first] > order[second]
    return _Chosen(
        np.where(swap, second, first),
        np.where(swap, first, second),
        np.isin(every, np.array(opened, np.int64)),
        np.isin(every, np.array(codes, np.int64)),
    )


def _code(a: int, b: int) -> int:
    return min(a, b) * ROWS_MAX + max(a, b)


def _split(key: str) -> Pair:
    first, _, second = key.partition("|")
    return first, second


def _near(sky: Sky, pairs: PairTable, asked: set[int]) -> tuple[np.ndarray, np.ndarray]:
    picture, now, rows = sky.picture, sky.picture.now, sky.picture.rows
    if not asked or not sky.table.rungs.size:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    mask = np.zeros(rows, np.bool_)
    mask[list(asked)] = True
    while True:
        first, second, number = candidates(
            mask, now.judged[:rows], now.position, now.velocity, now.speed_mps, now.turn_radps, now.lat_rad,
            now.lon_rad, now.altitude_m, now.climb_mps, now.comparable, now.widen_m, now.widen_vertical_m,
            picture.tracks.group, sky.table.reach, pairs.limit,
        )  # fmt: skip
        if number <= pairs.limit:
            return first[:number], second[:number]
        pairs.limit = 2 * number


def _verdicts(sky: Sky, chosen: _Chosen, ladder_of: np.ndarray) -> Verdicts:
    picture, now = sky.picture, sky.picture.now
    out = np.zeros(chosen.first.size, VERDICT)
    judge(
        chosen.first, chosen.second, chosen.opened, now.position, now.velocity, now.altitude_m, now.climb_mps,
        now.comparable, now.steered, now.turn_radps, now.speed_mps, now.widen_m, now.widen_vertical_m,
        picture.tracks.group, ladder_of, sky.table.start, sky.table.rungs, sky.clear_factor, out,
    )  # fmt: skip
    return out


def _pair(sky: Sky, verdict: Any) -> Pair:
    return sky.picture.of(int(verdict["first"])).id, sky.picture.of(int(verdict["second"])).id


def _keep(memory: dict[Pair, str], pair: Pair, why: str) -> None:
    if why:
        memory[pair] = why
    else:
        memory.pop(pair, None)


def _why_unjudged(sky: Sky, verdict: Any) -> str:
    steered = sky.picture.now.steered
    return "" if steered[verdict["first"]] and steered[verdict["second"]] else NO_VELOCITY


def _finding(sky: Sky, ladder_of: np.ndarray, pair: Pair, verdict: Any, taken: set[int], now_s: float) -> Finding:
    """Put a verdict into words: kind, level, clause, geometry and why."""
    table, now = sky.table, sky.picture.now
    a, b = int(verdict["first"]), int(verdict["second"])
    ladder = ladder_of[sky.picture.tracks.group[a], sky.picture.tracks.group[b]]
    rung = table.rungs[table.start[ladder] + verdict["rung"]]
    kind = Kind.VERTICAL_UNKNOWN if not verdict["known"] else Kind.LOSS if verdict["loss"] else Kind.PREDICTED
    duplicate = linked(sky.links, pair)
    return Finding(
        subject=Subject.PAIR,
        key=key_of(pair),
        kind=kind,
        level=Level.ADVISORY if duplicate else Level(int(rung["level"])),
        judged_s=now_s,
        clause=table.clauses[rung["clause"]],
        document=table.document,
        a=pair[0],
        b=pair[1],
        new_report=a in taken or b in taken,
        duplicate=duplicate,
        approach=_approach(verdict, rung, now, now_s),
        detail=ONLY_PRESENT if _why_unjudged(sky, verdict) else "",
    )


def _approach(verdict: Any, rung: Any, now: Now, now_s: float) -> Approach:
    a, b = int(verdict["first"]), int(verdict["second"])
    return Approach(
        horizontal_m=float(verdict["range_m"]),
        vertical_m=float(verdict["height_m"]),
        closing_mps=float(verdict["closing_mps"]),
        t_in_s=now_s + float(verdict["t_in_s"]),
        t_out_s=now_s + float(verdict["t_out_s"]),
        t_cpa_s=now_s + float(verdict["t_cpa_s"]),
        cpa_horizontal_m=float(verdict["cpa_range_m"]),
        cpa_vertical_m=float(verdict["cpa_height_m"]),
        asked_horizontal_m=float(rung["horizontal_m"]),
        asked_vertical_m=float(rung["vertical_m"]),
        horizontal_uncertainty_m=float(now.uncertainty_m[a] + now.uncertainty_m[b]),
        vertical_uncertainty_m=float(now.vertical_uncertainty_m[a] + now.vertical_uncertainty_m[b]),
        inside=bool(verdict["loss"]),
        turning=bool(verdict["turning"]),
        a_cpa=_place(verdict["cpa_first"]),
        b_cpa=_place(verdict["cpa_second"]),
    )


def _place(vector: Any) -> tuple[float, float]:
    return lat_lon_deg((float(vector[0]), float(vector[1]), float(vector[2])))
