"""Separation held against the agreement: every pair a clause asks about, judged when there is something new.

A pair is judged when a report of either aircraft arrived, when one turned stale, or when its own verdict said it
would change by now; between those instants nothing about it can change, so ticks without them may be skipped. A pair
that an alerter remembers is judged every second, the moment that its M of N counts.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from math import inf, isfinite
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from airpact.agreement.ladder import DECLARED_FORMATION
from airpact.agreement.table import LadderTable
from airpact.encounter.alerting import fresh_states
from airpact.encounter.index import candidates
from airpact.encounter.judge import MOMENT_S, VERDICT, Verdicts, judge
from airpact.encounter.levels import Level
from airpact.geo.sphere import lat_lon_deg
from airpact.monitors.finding import Approach, Finding, Kind, Subject
from airpact.picture.columns import Now
from airpact.picture.gates import VELOCITY_LIFE_S
from airpact.picture.links import Link, Pair, linked
from airpact.picture.picture import Picture, heard_s
from airpact.picture.quality import LOST_S, STALE_S

States = npt.NDArray[Any]  # of dtype PAIR_STATE

FIRST_LIMIT: Final = 4096  # candidate pairs looked for at once; grows when a sky needs more
ROWS_MAX: Final = 1 << 31  # a pair of rows as one integer
LEAST_WAIT_S: Final = 1e-3  # a due time always lies ahead, so a step never asks for itself again
NO_VELOCITY: Final = "no velocity"
STALE: Final = "stale"
ONLY_PRESENT: Final = {
    NO_VELOCITY: "A velocity is not known: only the present was judged.",
    STALE: "Not heard for a while: only the present was judged.",
}


class Moments(msgspec.Struct, frozen=True):
    """What one alerter remembers of a pair (`encounter.alerting.PAIR_STATE`): Unix seconds, NaN = never."""

    queue: tuple[int, ...]
    output: int
    rise_s: float
    last_s: float


@dataclass(slots=True)
class PairTable:
    """What the monitor remembers between steps, by pair of ids."""

    due_s: dict[Pair, float] = field(default_factory=dict)  # when a verdict changes by itself
    unjudged: dict[Pair, str] = field(default_factory=dict)  # near, but could not be judged fully: why
    suppressed: dict[Pair, str] = field(default_factory=dict)  # excepted by clause: which exception
    moments: dict[Pair, dict[str, Moments]] = field(default_factory=dict)  # by clause; quiet: none
    limit: int = FIRST_LIMIT

    def by_pair(self) -> tuple[dict[Pair, Any], ...]:
        """Return every memory: what is forgotten when a pair is gone."""
        return self.due_s, self.unjudged, self.suppressed, self.moments


class Verdict(NamedTuple):
    """One VERDICT record in plain numbers, field by field: reading many fields of a record costs more than judging."""

    first: int
    second: int
    rung: int
    held: int
    loss: int
    known: int
    turning: int
    range_m: float
    height_m: float
    closing_mps: float
    t_in_s: float
    t_out_s: float
    t_cpa_s: float
    cpa_range_m: float
    cpa_height_m: float
    due_s: float
    cpa_first: np.ndarray
    cpa_second: np.ndarray


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdicts of one step: findings that hold, keys judged to be over, keys of pairs no longer in the air."""

    findings: tuple[Finding, ...] = ()
    over: tuple[str, ...] = ()
    unjudged: tuple[str, ...] = ()


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


def judge_new(sky: Sky, pairs: PairTable, taken: set[int], aged: set[int], now_s: float) -> Judged:
    """Judge what is new at `now_s`; update `pairs` in place."""
    chosen, landed = _choose(sky, pairs, taken | aged, now_s)
    findings, over = [], []
    if chosen.first.size:
        before = _remembered(sky, pairs, chosen)
        states = before.copy()
        verdicts = _verdicts(sky, chosen, sky.table.ladder_of, states, now_s)
        telling = _telling(sky, chosen, verdicts, states)
        for k, row in zip(telling, verdicts[telling].tolist(), strict=True):
            pair = _pair(sky, chosen, k)
            verdict, own, ladder_of = _weigh(sky, chosen, Verdict(*row), (before, states), k, now_s)
            _remember(sky, pairs, pair, verdict, near=bool(chosen.near[k]), now_s=now_s)
            _keep_moments(sky, pairs, pair, own, now_s)
            excepted = ladder_of is not sky.table.ladder_of and verdict.rung < 0
            _keep(pairs.suppressed, pair, DECLARED_FORMATION if excepted else "")
            if verdict.rung >= 0:
                findings.append(_finding(sky, ladder_of, pair, verdict, taken, now_s))
            elif not verdict.held:
                over.append(key_of(pair))
    for pair in landed:
        _drop(pairs, pair)
    unjudged = tuple(sorted(key for key in map(key_of, landed) if key in sky.open_keys))
    return Judged(tuple(sorted(findings, key=lambda f: f.key)), tuple(sorted(over)), unjudged)


def _telling(sky: Sky, chosen: "_Chosen", verdicts: Verdicts, states: States) -> list[int]:
    """Return the pairs whose verdict must be kept or told: remembered ones, and those something is said of."""
    steered = sky.picture.now.steered
    known = steered[chosen.first] & steered[chosen.second]
    telling = chosen.remembered | (verdicts["rung"] >= 0) | np.isfinite(verdicts["due_s"]) | ~known
    telling |= _stirred(states).any(axis=1)
    kept: list[int] = np.nonzero(telling)[0].tolist()
    return kept


def _weigh(
    sky: Sky, chosen: "_Chosen", verdict: Verdict, states: tuple[States, States], k: int, now_s: float
) -> tuple[Verdict, States, np.ndarray]:
    """Return the verdict on pair `k`, its memory and the ladders it came from: a declared formation has its own."""
    table, (before, after) = sky.table, states
    if verdict.rung < 0 or not sky.formation(verdict.first, verdict.second):
        return verdict, after[k], table.ladder_of
    own = before[k : k + 1].copy()
    (row,) = _verdicts(sky, chosen.only(k), table.formation_of, own, now_s).tolist()
    return Verdict(*row), own[0], table.formation_of


def _remembered(sky: Sky, pairs: PairTable, chosen: "_Chosen") -> States:
    """Return PAIR_STATE (pairs, alerters) as the table holds it; what it does not hold is fresh."""
    names = sky.table.remembering
    states = fresh_states(chosen.first.size * len(names)).reshape(chosen.first.size, len(names))
    if not names or not pairs.moments:
        return states
    for k in np.nonzero(chosen.remembered)[0].tolist():
        for clause, held in pairs.moments.get(_pair(sky, chosen, k), {}).items():
            state = states[k, names.index(clause)]
            state["queue"][: len(held.queue)] = held.queue
            state["output"], state["rise_s"], state["last_s"] = held.output, held.rise_s, held.last_s
    return states


def _stirred(states: States) -> np.ndarray:
    """Return which memories hold anything but quiet: those must be kept and moved on every second."""
    stirred: np.ndarray = (states["output"] > 0) | (states["queue"] > 0).any(axis=-1)
    return stirred


def _keep_moments(sky: Sky, pairs: PairTable, pair: Pair, states: States, now_s: float) -> None:
    """Keep what the alerters remember of a pair, and judge it again when the next moment comes."""
    if not states.size:
        return
    held = {
        clause: Moments(
            tuple(state["queue"][:n].tolist()), int(state["output"]), float(state["rise_s"]), float(state["last_s"])
        )
        for clause, n, state, stirred in zip(
            sky.table.remembering, sky.table.memories["n"].tolist(), states, _stirred(states).tolist(), strict=True
        )
        if stirred
    }
    if not held:
        pairs.moments.pop(pair, None)
        return
    pairs.moments[pair] = held
    next_s = max(now_s + LEAST_WAIT_S, min(one.last_s for one in held.values()) + MOMENT_S)
    pairs.due_s[pair] = min(pairs.due_s.get(pair, inf), next_s)


def _remember(sky: Sky, pairs: PairTable, pair: Pair, verdict: Verdict, *, near: bool, now_s: float) -> None:
    """Note when the verdict changes by itself, and whether a near pair was judged for the present only."""
    _keep(pairs.unjudged, pair, _why_unjudged(sky, verdict, now_s) if near else "")
    if isfinite(verdict.due_s):
        pairs.due_s[pair] = now_s + max(verdict.due_s, LEAST_WAIT_S)
    else:
        pairs.due_s.pop(pair, None)


def _drop(pairs: PairTable, pair: Pair) -> None:
    for memory in pairs.by_pair():
        memory.pop(pair, None)


def forget(pairs: PairTable, dropped: Collection[str]) -> None:
    """Remove every pair with a dropped track."""
    for memory in pairs.by_pair():
        for pair in [pair for pair in memory if pair[0] in dropped or pair[1] in dropped]:
            del memory[pair]


def look_again(pairs: PairTable, again_s: Mapping[Pair, float]) -> None:
    """Judge these pairs again at these times at the latest (Unix s)."""
    for pair, at_s in again_s.items():
        pairs.due_s[pair] = min(pairs.due_s.get(pair, inf), at_s)


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
    near: np.ndarray  # within reach of a minimum now

    def only(self, k: int) -> "_Chosen":
        """Return pair `k` alone."""
        return _Chosen(*(getattr(self, column.name)[k : k + 1] for column in fields(self)))


_NONE: Final = _Chosen(*(np.empty(0, kind) for kind in (np.int64, np.int64, np.bool_, np.bool_, np.bool_)))


def _choose(sky: Sky, pairs: PairTable, asked: set[int], now_s: float) -> tuple[_Chosen, list[Pair]]:
    """Pick near pairs with a row in `asked`, pairs whose time has come, and known ones with a row in `asked`.

    Known pairs of which one is no longer in the air come apart, in the second list.
    """
    first, second = _near(sky, pairs, asked, now_s)
    known, opened, landed = _known(sky, pairs, asked, now_s)
    if not first.size and not known:
        return _NONE, landed
    near, codes = first * ROWS_MAX + second, np.array(known, np.int64)
    every = np.union1d(near, codes)
    first, second = every // ROWS_MAX, every % ROWS_MAX
    swap = _out_of_order(sky.picture, first, second)
    remembered, widened = np.isin(every, codes), np.isin(every, np.array(opened, np.int64))
    columns = np.where(swap, second, first), np.where(swap, first, second), widened, remembered, np.isin(every, near)
    return _Chosen(*columns), landed


def _known(sky: Sky, pairs: PairTable, asked: set[int], now_s: float) -> tuple[list[int], list[int], list[Pair]]:
    """Return codes of remembered pairs to judge, of those only widened minima end, and the pairs that have landed."""
    remembered = {_split(key): widened for key, widened in sky.open_keys.items()}
    for memory in pairs.by_pair():
        for pair in memory:
            remembered.setdefault(pair, False)
    row_of, judged = sky.picture.row_of, sky.picture.now.judged
    known, opened, landed = [], [], []
    for pair, widened in remembered.items():
        a, b = row_of.get(pair[0]), row_of.get(pair[1])
        if a is None or b is None or not (a in asked or b in asked or pairs.due_s.get(pair, inf) <= now_s):
            continue
        if not (judged[a] and judged[b]):
            landed.append(pair)
            continue
        known.append(_code(a, b))
        if widened:
            opened.append(known[-1])
    return known, opened, landed


def _out_of_order(picture: Picture, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return which pairs must be swapped so that the id of the first is the lesser."""
    order = picture.tracks.order
    swap: np.ndarray = order[first] > order[second]
    for k in np.nonzero(order[first] == order[second])[0].tolist():  # ids that differ only beyond what `order` holds
        swap[k] = picture.of(int(first[k])).id > picture.of(int(second[k])).id
    return swap


def _code(a: int, b: int) -> int:
    return min(a, b) * ROWS_MAX + max(a, b)


def _split(key: str) -> Pair:
    first, _, second = key.partition("|")
    return first, second


def _near(sky: Sky, pairs: PairTable, asked: set[int], now_s: float) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs with a row in `asked` that could matter before that row is judged anew.

    That is when it is heard again, turns stale, or is lost, whichever comes first: so the search looks ahead by the
    look-ahead of the clauses and the longest such wait.
    """
    picture, now, rows = sky.picture, sky.picture.now, sky.picture.rows
    if not asked or not sky.table.rungs.size:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    mask = np.zeros(rows, np.bool_)
    mask[list(asked)] = True
    fresh = bool((heard_s(picture)[mask] + STALE_S > now_s).all())
    reach = sky.table.reach + np.array([0.0, 0.0, STALE_S if fresh else LOST_S - STALE_S])
    while True:
        first, second, number = candidates(
            mask, now.judged[:rows], now.position, now.velocity, now.speed_mps, now.turn_radps, now.lat_rad,
            now.lon_rad, now.altitude_m, now.climb_mps, now.comparable, now.widen_m, now.widen_vertical_m,
            picture.tracks.group, reach, pairs.limit,
        )  # fmt: skip
        if number <= pairs.limit:
            return first[:number], second[:number]
        pairs.limit = 2 * number


def _verdicts(sky: Sky, chosen: _Chosen, ladder_of: np.ndarray, states: States, now_s: float) -> Verdicts:
    """Judge the chosen pairs; `states` (pairs, alerters) is moved on to now."""
    picture, now, table = sky.picture, sky.picture.now, sky.table
    out = np.zeros(chosen.first.size, VERDICT)
    judge(
        chosen.first, chosen.second, chosen.opened, now.position, now.velocity, now.altitude_m, now.climb_mps,
        now.comparable, now.steered, now.turn_radps, now.speed_mps, now.widen_m, now.widen_vertical_m,
        picture.tracks.group, ladder_of, table.start, table.rungs, table.memories, states.reshape(-1), now_s,
        sky.clear_factor, out,
    )  # fmt: skip
    return out


def _pair(sky: Sky, chosen: _Chosen, k: int) -> Pair:
    return sky.picture.of(int(chosen.first[k])).id, sky.picture.of(int(chosen.second[k])).id


def _keep(memory: dict[Pair, str], pair: Pair, why: str) -> None:
    if why:
        memory[pair] = why
    else:
        memory.pop(pair, None)


def _why_unjudged(sky: Sky, verdict: Verdict, now_s: float) -> str:
    """Return why what is to come was not judged: a velocity never known outweighs one that is only old; "" = it was."""
    steered, heard = sky.picture.now.steered, heard_s(sky.picture)
    ages_s = [now_s - heard[row] for row in (verdict.first, verdict.second) if not steered[row]]
    if not ages_s:
        return ""
    return STALE if min(ages_s) > VELOCITY_LIFE_S else NO_VELOCITY


def _finding(sky: Sky, ladder_of: np.ndarray, pair: Pair, verdict: Verdict, taken: set[int], now_s: float) -> Finding:
    """Put a verdict into words: kind, level, clause, geometry and why."""
    table, now = sky.table, sky.picture.now
    a, b = verdict.first, verdict.second
    ladder = ladder_of[sky.picture.tracks.group[a], sky.picture.tracks.group[b]]
    rung = table.rungs[table.start[ladder] + verdict.rung]
    kind = Kind.VERTICAL_UNKNOWN if not verdict.known else Kind.LOSS if verdict.loss else Kind.PREDICTED
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
        detail=ONLY_PRESENT.get(_why_unjudged(sky, verdict, now_s), ""),
    )


def _approach(verdict: Verdict, rung: Any, now: Now, now_s: float) -> Approach:
    a, b = verdict.first, verdict.second
    return Approach(
        horizontal_m=verdict.range_m,
        vertical_m=verdict.height_m,
        closing_mps=verdict.closing_mps,
        t_in_s=now_s + verdict.t_in_s,
        t_out_s=now_s + verdict.t_out_s,
        t_cpa_s=now_s + verdict.t_cpa_s,
        cpa_horizontal_m=verdict.cpa_range_m,
        cpa_vertical_m=verdict.cpa_height_m,
        asked_horizontal_m=float(rung["horizontal_m"]),
        asked_vertical_m=float(rung["vertical_m"]),
        asked_tau_s=float(rung["tau_s"]),
        horizontal_uncertainty_m=float(now.uncertainty_m[a] + now.uncertainty_m[b]),
        vertical_uncertainty_m=float(now.vertical_uncertainty_m[a] + now.vertical_uncertainty_m[b]),
        inside=verdict.loss == 1,
        turning=verdict.turning == 1,
        a_cpa=lat_lon_deg(tuple(verdict.cpa_first.tolist())),
        b_cpa=lat_lon_deg(tuple(verdict.cpa_second.tolist())),
    )
