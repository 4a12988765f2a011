"""What to propose for each alerted pair: one joint answer for the instant its crews can act, or why there is none.

A proposal, never an order: a person decides. It is worked out by `encounter.answers` where the picture is good enough
for it (`encounter.withheld`), kept while it still verifies and is enough, renewed at most once a second, and for so
many pairs a tick, most urgent first, so that a tick stays short. All of it follows from the world and the tick: a
replay gives the same answers.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from math import degrees, inf, isfinite
from typing import Final, NamedTuple

import msgspec
import numpy as np
from msgspec.structs import replace

from airpact.agreement.table import LadderTable
from airpact.encounter.answers import Aircraft, Answer, Outcome, Part, answer, renew
from airpact.encounter.bands.motion import ALT, HDIR, HS, VS
from airpact.encounter.volumes import Volume
from airpact.encounter.withheld import AGE_MAX_S, REASON_OF, PairFacts, TrackFacts, Withheld, withheld
from airpact.geo.sphere import EARTH_RADIUS_M
from airpact.monitors.finding import Audience, Finding, Guidance, Proposal
from airpact.picture.gates import VELOCITY_LIFE_S
from airpact.picture.links import Link, Pair, linked
from airpact.picture.picture import Picture, heard_s, suspect
from airpact.picture.quality import Quality
from airpact.picture.rules import OWN, PEER

RENEW_S: Final = 1.0  # a pair is searched anew at most so often
PER_TICK: Final = 6  # pairs searched in one tick; the rest wait for the next one
LASTS_S: Final = 10.0  # an answer that lasts no longer, once the crews can act, gives way to one that does
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
MORE: Final = 1.25  # an answer that keeps less than the minimum gives way to one with a quarter more of it
TELL_S: Final = 5.0  # a time that moved by less stays as it was told


class Given(msgspec.Struct, frozen=True):
    """What stands for one pair, and when it was last searched for (-inf: withheld without a search)."""

    guidance: Guidance
    searched_s: float
    standing: Answer | None = None  # what the guidance says in words


@dataclass(slots=True)
class AdviceTable:
    """What was proposed, by key of the finding."""

    given: dict[str, Given] = field(default_factory=dict)


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
    if not findings:
        return Advised((), {})
    waiting = _withheld(view, advice, findings, now_s)
    waiting.sort(key=lambda finding: _turn(advice, finding, now_s))
    for finding in waiting[:PER_TICK]:
        _search(view, advice, finding, now_s)
    again_s = {}
    for finding in waiting[PER_TICK:]:
        again_s[finding.a, finding.b] = now_s + LEAST_WAIT_S
        old = advice.given.get(finding.key)
        if old is not None and not _stands(old.guidance, now_s):
            del advice.given[finding.key]
    told = []
    for finding in findings:
        given = advice.given.get(finding.key)
        told.append(finding if given is None else replace(finding, guidance=given.guidance))
        if given is not None and given.guidance.offers:
            pair = finding.a, finding.b
            again_s[pair] = min(again_s.get(pair, inf), _changes_s(view, pair, given, now_s))
    return Advised(tuple(told), again_s)


def _withheld(view: View, advice: AdviceTable, findings: Sequence[Finding], now_s: float) -> list[Finding]:
    """Note why there is nothing to propose where that is known without a search; return the findings to search for."""
    asked, addressed = _asked(view), []
    for finding in findings:
        first, second = view.picture.row_of[finding.a], view.picture.row_of[finding.b]
        if finding.duplicate or view.formation(first, second):  # one aircraft, or one declared flight
            advice.given.pop(finding.key, None)
        elif asked[first] or asked[second]:
            addressed.append((finding, first, second))
        else:
            _withhold(view, advice, finding, Withheld.NOT_ADDRESSED, now_s)
    facts = _facts(view, {row for _, *rows in addressed for row in rows}, now_s)
    waiting = []
    for finding, first, second in addressed:
        reason = withheld(_pair_facts(view, facts[first], facts[second]))
        if reason is not None:
            _withhold(view, advice, finding, reason, now_s)
        elif _due(advice.given.get(finding.key), now_s):
            waiting.append(finding)
    return waiting


def _asked(view: View) -> list[bool]:
    """Return, by row, whether an aircraft is of a party that can be asked."""
    by_group = np.array([view.roles.get(party) in AUDIENCE_OF for party, _ in view.table.groups], np.bool_)
    asked: list[bool] = by_group[view.picture.tracks.group[: view.picture.rows]].tolist()
    return asked


class _Facts(NamedTuple):
    """Which heights a track compares with, and what the picture says of it."""

    comparable: int
    track: TrackFacts


def _pair_facts(view: View, first: _Facts, second: _Facts) -> PairFacts:
    known = first.comparable != 0 and first.comparable == second.comparable
    return PairFacts(first.track, second.track, ready=view.ready, heights_comparable=known)


def forget(advice: AdviceTable, open_keys: Set[str]) -> None:
    """Remove what was proposed for pairs without an open alert."""
    for key in advice.given.keys() - open_keys:
        del advice.given[key]


def _turn(advice: AdviceTable, finding: Finding, now_s: float) -> tuple[float, int, float, str]:
    """Order of a search: pairs with nothing that stands, then the longest unsearched; most urgent among equals."""
    old = advice.given.get(finding.key)
    searched_s = old.searched_s if old is not None and _stands(old.guidance, now_s) else -inf
    return searched_s, -finding.level, finding.approach.t_in_s if finding.approach else inf, finding.key


def _due(old: Given | None, now_s: float) -> bool:
    return old is None or now_s - old.searched_s >= RENEW_S - TICK_S or not _stands(old.guidance, now_s)


def _stands(guidance: Guidance, now_s: float) -> bool:
    return guidance.good_until_s is None or now_s <= guidance.good_until_s


def _changes_s(view: View, pair: Pair, given: Given, now_s: float) -> float:
    """Return when an offered answer changes without a report: a track grows old, or the answer is no longer good."""
    rows = [view.picture.row_of[one] for one in pair]
    at_s = float(heard_s(view.picture)[rows].min())
    until_s = given.guidance.good_until_s or inf
    return max(now_s + LEAST_WAIT_S, min(at_s + AGE_MAX_S, until_s) + LEAST_WAIT_S)


def _facts(view: View, named: Set[int], now_s: float) -> dict[int, _Facts]:
    """Return what there is to know of the tracks in these rows."""
    rows = sorted(named)
    at = np.array(rows, np.int64)
    tracks, now = view.picture.tracks, view.picture.now
    age_s = now_s - heard_s(view.picture)[at]
    snapped = (tracks.radius_m[at] > 0.0) | (tracks.altitude_error_m[at] > 0.0)
    poor = np.isin(tracks.quality[at], (Quality.DEGRADED, Quality.SUSPECT)) | suspect(view.picture, at, now_s)
    known = now.steered[at] | (age_s > VELOCITY_LIFE_S)
    columns = age_s, known, poor, snapped, tracks.delay_s[at] > 0.0, now.turn_radps[at] != 0.0
    facts = (TrackFacts(*track) for track in zip(*(column.tolist() for column in columns), strict=True))
    return {row: _Facts(*one) for row, *one in zip(rows, now.comparable[at].tolist(), facts, strict=True)}


def _withhold(view: View, advice: AdviceTable, finding: Finding, reason: Withheld, now_s: float) -> None:
    old = advice.given.get(finding.key)
    if old is None or old.guidance.reason != reason.value:
        advice.given[finding.key] = Given(_information(view, finding, reason, now_s), -inf)


def _information(view: View, finding: Finding, reason: Withheld, now_s: float) -> Guidance:
    a, b = (Proposal(_audience(view, one)) for one in (finding.a, finding.b))
    return Guidance(reason=reason.value, issued_s=now_s, a=a, b=b)


def _audience(view: View, track_id: str) -> Audience:
    role = view.roles.get(view.picture.of(view.picture.row_of[track_id]).party, "")
    return AUDIENCE_OF.get(role, Audience.INFORMATION)


def _search(view: View, advice: AdviceTable, finding: Finding, now_s: float) -> None:
    """Verify the answer that stands, or look for one where it fails, lasts no longer, or is not enough."""
    scene, old = _scene(view, finding), advice.given.get(finding.key)
    renewed = renew(old.standing, *scene.pair, others=scene.others) if old is not None and old.standing else None
    if old is None or renewed is None or not _enough(renewed):
        found = answer(*scene.pair, others=scene.others, vertical=scene.vertical)
        if renewed is None or (found.outcome is Outcome.ANSWERED and _better(found, renewed)):
            advice.given[finding.key] = _given(view, finding, found, old, now_s)
            return
    assert old is not None
    advice.given[finding.key] = Given(_kept(old.guidance, renewed, now_s), now_s, renewed)


def _enough(one: Answer) -> bool:
    return one.clear and one.good_until_s >= one.for_s + LASTS_S


def _better(new: Answer, old: Answer) -> bool:
    """Return whether another answer is worth a change of mind: it keeps the minimum, or a good deal more of it."""
    if new.clear != old.clear:
        return new.clear
    return new.good_until_s > old.good_until_s + LASTS_S if new.clear else new.norm > MORE * old.norm


def _kept(guidance: Guidance, renewed: Answer, now_s: float) -> Guidance:
    """Return the guidance as it stands, its times and distances renewed where they moved enough to be told."""
    until_s = now_s + renewed.good_until_s
    if guidance.good_until_s is not None and abs(until_s - guidance.good_until_s) <= TELL_S:
        return guidance
    return replace(
        guidance, for_s=now_s + renewed.for_s, good_until_s=until_s, least_m=_known(renewed.slant_m),
        least_without_m=_known(renewed.slant_without_m),
    )  # fmt: skip


def _given(view: View, finding: Finding, found: Answer, old: Given | None, now_s: float) -> Given:
    """Return what a search found, in words."""
    pair = finding.a, finding.b
    if found.outcome is not Outcome.ANSWERED:
        reason = REASON_OF[found.outcome]
        same = old is not None and old.guidance.reason == reason.value
        return Given(old.guidance if old is not None and same else _information(view, finding, reason, now_s), now_s)
    dimension = DIMENSIONS[found.dimension]
    a, b = (_proposal(_audience(view, one), dimension, part) for one, part in zip(pair, found.parts, strict=True))
    guidance = Guidance(
        kind=Guidance.MANOEUVRE, issued_s=now_s, for_s=now_s + found.for_s, good_until_s=now_s + found.good_until_s,
        least_m=_known(found.slant_m), least_without_m=_known(found.slant_without_m), a=a, b=b,
    )  # fmt: skip
    return Given(guidance, now_s, found)


class _Scene(NamedTuple):
    """What a search is asked: the pair, its volume and times, who is to be spared, whether heights may be advised."""

    pair: tuple[Aircraft, Aircraft, Volume, float, float]
    others: np.ndarray
    vertical: bool


def _scene(view: View, finding: Finding) -> _Scene:
    ids = finding.a, finding.b
    first, second = (_aircraft(view, one) for one in ids)
    volume, look_s = _to_keep(view, finding)
    kinds = [view.picture.of(view.picture.row_of[one]).kind for one in ids]
    vertical = not any(MAY_CARRY_ACAS[kind] for kind in kinds)
    return _Scene((first, second, volume, view.relay_s, look_s), _others(view, ids), vertical)


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
