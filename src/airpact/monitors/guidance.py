"""What to propose for each alerted pair: one joint answer for the instant its crews can act, or why there is none.

A proposal, never an order: a person decides. It is worked out by `encounter.answers` where the picture is good enough
for it (`encounter.withheld`), kept while a new search agrees with it, renewed at most once a second, and for so many
pairs a tick, most urgent first, so that a tick stays short. All of it follows from the world and the tick: a replay
gives the same answers.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import degrees, inf, isfinite
from typing import Final

import msgspec
import numpy as np
from msgspec.structs import replace

from airpact.agreement.table import LadderTable
from airpact.encounter.answers import Aircraft, Outcome, Part, answer
from airpact.encounter.bands.motion import ALT, HDIR, HS, VS
from airpact.encounter.volumes import Volume
from airpact.encounter.withheld import AGE_MAX_S, REASON_OF, PairFacts, TrackFacts, Withheld, withheld
from airpact.geo.sphere import EARTH_RADIUS_M
from airpact.monitors.finding import Audience, Finding, Guidance, Proposal
from airpact.picture.gates import VELOCITY_LIFE_S
from airpact.picture.links import Link, Pair, linked
from airpact.picture.picture import Picture, suspect
from airpact.picture.quality import Quality
from airpact.picture.rules import OWN, PEER

RENEW_S: Final = 1.0  # a pair is searched anew at most so often
PER_TICK: Final = 6  # pairs searched in one tick; the rest wait for the next one
LASTS_S: Final = 10.0  # an answer good for less is replaced by a newer one even if they agree
LEAST_WAIT_S: Final = 1e-3
LOOK_LEAST_S: Final = 60.0  # a clause may look at the present only; an answer must hold a while after it is flown
OTHERS_M: Final = 30_000.0  # two minutes at 250 m/s: whoever is nearer must not be turned into
OTHERS_MAX: Final = 16
TICK_S: Final = 0.1  # half of the grid: a renewal is not put off by a tick that falls a little short of the second

AUDIENCE_OF: Final = {OWN: Audience.INSTRUCTION, PEER: Audience.REQUEST}
"""By role of the party; everyone else is told of the traffic and asked for nothing."""

MAY_CARRY_ACAS: Final = {"fixed": True, "rotor": True, "unknown": True, "uav": False}
"""By class: whether a collision avoidance system may speak to the crew, vertically, against our advice.

Large aeroplanes and some helicopters carry TCAS II, and nothing we hear says which; an uncrewed aircraft has no crew
for it to speak to, and ACAS Xu is not yet in use.
"""

DIMENSIONS: Final = {HDIR: "track", HS: "speed", VS: "vertical_speed", ALT: "altitude"}
SENSES: Final = {
    "track": ("left", "hold", "right"),
    "speed": ("slower", "hold", "faster"),
    "vertical_speed": ("down", "hold", "up"),
    "altitude": ("down", "hold", "up"),
}
AGREES: Final = {"track": 5.0, "speed": 10.0, "vertical_speed": 2.5, "altitude": 152.4}
"""Targets that differ by no more than this say the same to a crew: one step of the search (deg, m/s, m/s, m)."""


class Given(msgspec.Struct, frozen=True):
    """What stands for one pair, and when it was last searched for (-inf: withheld without a search)."""

    guidance: Guidance
    searched_s: float


@dataclass(slots=True)
class AdviceTable:
    """What was proposed, by pair of ids."""

    given: dict[Pair, Given] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class View:
    """What guidance looks at: the picture, the agreed table, whose aircraft is whose, and what the desk needs."""

    picture: Picture
    links: dict[Pair, Link]
    table: LadderTable
    roles: Mapping[str, str]  # party -> role
    formation: Callable[[int, int], bool]
    relay_s: float
    ready: bool


@dataclass(frozen=True, slots=True)
class Advised:
    """The findings with guidance, and when a pair must be judged again because its guidance changes by itself."""

    findings: tuple[Finding, ...]
    again_s: dict[Pair, float]


def advise(view: View, advice: AdviceTable, findings: Sequence[Finding], now_s: float) -> Advised:
    """Put guidance on the findings of one step; update `advice` in place."""
    waiting: list[Finding] = []
    for finding in findings:
        pair = finding.a, finding.b
        if not _asks(view, finding):
            advice.given.pop(pair, None)
        elif (reason := withheld(_facts(view, pair, now_s))) is not None:
            _withhold(view, advice, pair, reason, now_s)
        elif _due(advice.given.get(pair), now_s):
            waiting.append(finding)
    waiting.sort(key=lambda finding: _turn(advice, finding, now_s))
    for finding in waiting[:PER_TICK]:
        _search(view, advice, finding, now_s)
    again_s = {}
    for finding in waiting[PER_TICK:]:
        pair = finding.a, finding.b
        again_s[pair] = now_s + LEAST_WAIT_S
        old = advice.given.get(pair)
        if old is not None and not _stands(old.guidance, now_s):
            del advice.given[pair]
    told = []
    for finding in findings:
        pair = finding.a, finding.b
        given = advice.given.get(pair)
        told.append(finding if given is None else replace(finding, guidance=given.guidance))
        if given is not None and given.guidance.offers:
            again_s[pair] = min(again_s.get(pair, inf), _changes_s(view, pair, given, now_s))
    return Advised(tuple(told), again_s)


def forget(advice: AdviceTable, open_keys: Collection[str]) -> None:
    """Remove every pair without an open alert."""
    for pair in [pair for pair in advice.given if f"{pair[0]}|{pair[1]}" not in open_keys]:
        del advice.given[pair]


def _asks(view: View, finding: Finding) -> bool:
    """Return whether guidance belongs to a finding: not where the two may be one, nor one declared formation."""
    rows = view.picture.row_of
    return not finding.duplicate and not view.formation(rows[finding.a], rows[finding.b])


def _turn(advice: AdviceTable, finding: Finding, now_s: float) -> tuple[float, int, float, str]:
    """Order of a search: pairs with nothing that stands, then the longest unsearched; most urgent among equals."""
    old = advice.given.get((finding.a, finding.b))
    searched_s = old.searched_s if old is not None and _stands(old.guidance, now_s) else -inf
    return searched_s, -finding.level, finding.approach.t_in_s if finding.approach else inf, finding.key


def _due(old: Given | None, now_s: float) -> bool:
    return old is None or now_s - old.searched_s >= RENEW_S - TICK_S or not _stands(old.guidance, now_s)


def _stands(guidance: Guidance, now_s: float) -> bool:
    return guidance.good_until_s is None or now_s <= guidance.good_until_s


def _changes_s(view: View, pair: Pair, given: Given, now_s: float) -> float:
    """Return when an offered answer changes without a report: a track grows old, or the answer is no longer good."""
    heard_s = min(float(view.picture.tracks.valid_s[view.picture.row_of[one]]) for one in pair)
    until_s = given.guidance.good_until_s or inf
    return max(now_s + LEAST_WAIT_S, min(heard_s + AGE_MAX_S, until_s) + LEAST_WAIT_S)


def _facts(view: View, pair: Pair, now_s: float) -> PairFacts:
    now, rows = view.picture.now, [view.picture.row_of[one] for one in pair]
    doubted = suspect(view.picture, np.array(rows), now_s).tolist()
    first, second = (_track_facts(view, row, doubt, now_s) for row, doubt in zip(rows, doubted, strict=True))
    a, b = now.comparable[rows].tolist()
    return PairFacts(first, second, ready=view.ready, heights_comparable=a != 0 and a == b)


def _track_facts(view: View, row: int, doubted: bool, now_s: float) -> TrackFacts:
    tracks, now = view.picture.tracks, view.picture.now
    age_s = now_s - float(tracks.valid_s[row])
    return TrackFacts(
        age_s=age_s,
        velocity_known=bool(now.steered[row]) or age_s > VELOCITY_LIFE_S,
        degraded=doubted or int(tracks.quality[row]) in (Quality.DEGRADED, Quality.SUSPECT),
        turning=float(now.turn_radps[row]) != 0.0,
    )


def _withhold(view: View, advice: AdviceTable, pair: Pair, reason: Withheld, now_s: float) -> None:
    old = advice.given.get(pair)
    if old is None or old.guidance.reason != reason.value:
        advice.given[pair] = Given(_information(view, pair, reason, now_s), -inf)


def _information(view: View, pair: Pair, reason: Withheld, now_s: float) -> Guidance:
    a, b = (Proposal(_audience(view, one)) for one in pair)
    return Guidance(reason=reason.value, issued_s=now_s, a=a, b=b)


def _audience(view: View, track_id: str) -> Audience:
    role = view.roles.get(view.picture.of(view.picture.row_of[track_id]).party, "")
    return AUDIENCE_OF.get(role, Audience.INFORMATION)


def _search(view: View, advice: AdviceTable, finding: Finding, now_s: float) -> None:
    """Look for an answer, and keep the one that stands where the two say the same."""
    pair = finding.a, finding.b
    found = _found(view, finding, now_s)
    old = advice.given.get(pair)
    keep = old is not None and _agree(old.guidance, found, now_s)
    advice.given[pair] = Given(old.guidance if keep and old is not None else found, now_s)


def _agree(old: Guidance, new: Guidance, now_s: float) -> bool:
    """Return whether the older of two says the same to both crews and lasts a while yet."""
    if old.good_until_s is None or new.good_until_s is None:
        return not old.offers and not new.offers and old.reason == new.reason
    same = all(_same(one, two) for one, two in ((old.a, new.a), (old.b, new.b)))
    return same and now_s + LASTS_S <= old.good_until_s


def _same(one: Proposal, two: Proposal) -> bool:
    if (one.audience, one.dimension, one.sense) != (two.audience, two.dimension, two.sense):
        return False
    if one.to is None or two.to is None:
        return one.to is two.to
    apart = abs(one.to - two.to)
    return min(apart, 360.0 - apart if one.dimension == DIMENSIONS[HDIR] else inf) <= AGREES[one.dimension]


def _found(view: View, finding: Finding, now_s: float) -> Guidance:
    """Return what the search gives for a pair, in words."""
    pair = finding.a, finding.b
    first, second = (_aircraft(view, one) for one in pair)
    volume, look_s = _to_keep(view, finding)
    kinds = [view.picture.of(view.picture.row_of[one]).kind for one in pair]
    found = answer(
        first, second, volume, view.relay_s, look_s,
        others=_others(view, pair), vertical=not any(MAY_CARRY_ACAS[kind] for kind in kinds),
    )  # fmt: skip
    if found.outcome is not Outcome.ANSWERED:
        return _information(view, pair, REASON_OF[found.outcome], now_s)
    dimension = DIMENSIONS[found.dimension]
    a, b = (_proposal(_audience(view, one), dimension, part) for one, part in zip(pair, found.parts, strict=True))
    return Guidance(
        kind=Guidance.MANOEUVRE, issued_s=now_s, for_s=now_s + found.for_s, good_until_s=now_s + found.good_until_s,
        least_m=_known(found.slant_m), least_without_m=_known(found.slant_without_m), a=a, b=b,
    )  # fmt: skip


def _known(value: float) -> float | None:
    return float(value) if isfinite(value) else None


def _proposal(audience: Audience, dimension: str, part: Part) -> Proposal:
    if part.sense == 0:
        return Proposal(audience)
    unit = degrees(1.0) if dimension == DIMENSIONS[HDIR] else 1.0
    return Proposal(audience, dimension, SENSES[dimension][part.sense + 1], unit * part.target, abs(unit * part.change))


def _aircraft(view: View, track_id: str) -> Aircraft:
    now, row = view.picture.now, view.picture.row_of[track_id]
    free = _audience(view, track_id) is not Audience.INFORMATION
    return Aircraft(now.position[row], now.velocity[row], float(now.altitude_m[row]), float(now.climb_mps[row]), free)


def _to_keep(view: View, finding: Finding) -> tuple[Volume, float]:
    """Return the widest minimum of the clause, widened by what is not known, and how far ahead the clause looks."""
    table, now = view.table, view.picture.now
    a, b = view.picture.row_of[finding.a], view.picture.row_of[finding.b]
    groups = view.picture.tracks.group
    ladder = table.ladder_of[groups[a], groups[b]]
    rungs = table.rungs[table.start[ladder] : table.start[ladder + 1]]
    own = rungs[rungs["clause"] == table.clauses.index(finding.clause)]
    minima = own[own["minimum"] == 1]
    widest = minima[int(np.argmax(minima["horizontal_m"]))]
    volume = Volume(
        int(widest["kind"]),
        float(widest["horizontal_m"] + now.widen_m[a] + now.widen_m[b]),
        float(widest["vertical_m"] + now.widen_vertical_m[a] + now.widen_vertical_m[b]),
        float(widest["tau_s"]),
        float(widest["coa_s"]),
    )
    return volume, max(LOOK_LEAST_S, float(own["lookahead_s"].max()))


def _others(view: View, pair: Pair) -> np.ndarray:
    """Return (m, 8) of the nearest others to be spared: unit vector, velocity, height, climb (NaN = not known)."""
    picture, now = view.picture, view.picture.now
    a, b = (picture.row_of[one] for one in pair)
    size = picture.rows
    middle = 0.5 * (now.position[a] + now.position[b])
    range_m = EARTH_RADIUS_M * np.linalg.norm(now.position[:size] - middle, axis=1)
    near = np.nonzero(now.judged[:size] & (range_m < OTHERS_M))[0]
    near = near[np.lexsort((near, range_m[near]))]
    rows = [row for row in near.tolist() if row not in (a, b) and not _belongs(view, pair, row)][:OTHERS_MAX]
    known = (now.comparable[rows] == now.comparable[a]) & (now.comparable[rows] != 0)
    columns = now.position[rows], now.velocity[rows], now.altitude_m[rows, None], now.climb_mps[rows, None]
    others = np.concatenate(columns, axis=1)
    others[~known, 6:] = np.nan
    return others


def _belongs(view: View, pair: Pair, row: int) -> bool:
    """Return whether a track may be one of the pair seen twice, or flies in formation with one."""
    other = view.picture.of(row).id
    return any(
        linked(view.links, (min(one, other), max(one, other))) or view.formation(view.picture.row_of[one], row)
        for one in pair
    )
