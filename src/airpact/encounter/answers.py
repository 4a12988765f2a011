"""One joint and complementary pair of answers for two aircraft in conflict, for the instant their crews can act.

Two desks that look at one pair must offer the same way out, and each part must be safe even if the other crew does
nothing. So the pair is searched in its own frame, carried `relay_s` ahead on straight lines, the lesser state first:
whoever calls, in whatever order, gets the same bits. A candidate is one manoeuvre in one dimension, a turn before a
change of speed before a change of height; by both at once in equal steps, by one alone only where both do not solve it.
Each is verified by flying it with the motion of the bands: both comply, only the first does, only the second does. In
none of the three may the pair come nearer than with no manoeuvre, neither in the norm of the minima nor in metres; both
together must do at least as well as either alone, which is what complementary means here; and neither may be turned
into a third aircraft. The least change that clears the volume wins, if it does so for every start between now and
`GOOD_LEAST_S` after the crews can act, by both together or by one earlier than the other. Where nothing clears it, what
leaves the most of the minimum, or leaves it soonest, in the steps of a tenth by which recovery bands shrink it (R4.3).

An answer names values to fly (a track, a speed, a height), so it can be begun at any moment until `good_until_s`.
"""

from collections.abc import Iterator
from enum import IntEnum
from math import atan2, hypot, inf, nan, pi, radians
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from airpact.encounter.bands.motion import ALT, HDIR, HS, VS
from airpact.encounter.flown import PATH
from airpact.encounter.relative import plane
from airpact.encounter.trials import GRADES, PAIR, PATHS, STATE, TRIAL, WEIGHT, lay_out, spares, time_to_stay, weigh
from airpact.encounter.volumes import Volume
from airpact.geo.units import M_PER_FT, MPS_PER_FPM, MPS_PER_KT

GOOD_LEAST_S: Final = 30.0  # what clears only if begun on the second is no answer: the margin a caution is given too
LASTS_S: Final = (GOOD_LEAST_S, GOOD_LEAST_S / 2, GOOD_LEAST_S / 4)  # where nothing lasts so long, what lasts longest
GOOD_MAX_S: Final = 120.0  # an answer older than this was worked out from another sky
GOOD_STEP_S: Final = 4.0  # how far apart later starts are verified, and to what the last good one is refined
GOOD_EXACT_S: Final = 0.5
EARLY_STARTS: Final = 6  # starts verified between now and `relay_s`
VERTICAL_LEAST_S: Final = 60.0  # no advice on height nearer to loss: collision avoidance systems speak vertically then
LEAST_TURN_STEPS: Final = 2

Floats = npt.NDArray[np.float64]
Records = npt.NDArray[Any]


class Outcome(IntEnum):
    """What came of the search; only ANSWERED carries a manoeuvre."""

    ANSWERED = 0
    NOT_NEEDED = 1  # on their present courses they stay apart
    NO_WAY_OUT = 2  # every candidate brings them closer, or none changes anything
    TOO_LATE = 3  # they are closest before a crew can act
    NOT_ADDRESSED = 4  # neither aircraft can be asked


class Performance(NamedTuple):
    """What an aircraft of unknown type may be asked to fly; SI, angles in rad."""

    turn_radps: float = radians(3.0)  # ICAO Doc 8168: 3 deg/s or 25 degrees of bank, whichever needs the lesser bank
    bank_rad: float = radians(25.0)
    accel_mps2: float = 2.0 * M_PER_FT  # BADA's limits of civil flight: 2 ft/s2 along the path, 5 ft/s2 across it
    rise_mps2: float = 5.0 * M_PER_FT
    rise_mps: float = 500.0 * MPS_PER_FPM  # DO-365
    slowest_mps: float = 10.0 * MPS_PER_KT  # DO-365; below it no turn and no change of speed is asked for
    turn_step_rad: float = radians(5.0)  # crews speak of tens and fives; less than ten is lost in the flying
    turn_steps: int = 18  # a right angle; beyond it an aircraft flies back where it came from
    speed_step: float = 0.05  # share of the ground speed
    slower_steps: int = 4  # a fifth slower is flown by any aircraft not already at its least speed,
    faster_steps: int = 2  # a tenth faster by most
    height_step_m: float = 500.0 * M_PER_FT
    height_steps: int = 4


ANY_AIRCRAFT: Final = Performance()


class Aircraft(NamedTuple):
    """One aircraft of the pair: unit vector (3), tangent velocity (3) in m/s, height in m and climb in m/s.

    Height and climb are NaN where the two heights cannot be compared. `free`: it may be asked to manoeuvre.
    """

    position: Floats
    velocity: Floats
    altitude_m: float
    climb_mps: float
    free: bool = True


class Part(NamedTuple):
    """One aircraft's part of the answer."""

    sense: int = 0  # -1 left, slower, down; +1 right, faster, up; 0 hold
    target: float = nan  # track in rad true [0, 2 pi), ground speed or climb in m/s, altitude in m; NaN = hold
    change: float = 0.0  # signed, in the unit of the target


class Answer(NamedTuple):
    """The joint answer of a pair, parts in the order asked; times in s from now."""

    outcome: Outcome
    dimension: int = HDIR  # motion.HDIR, HS, VS or ALT
    parts: tuple[Part, Part] = (Part(), Part())
    for_s: float = nan  # the instant it is worked out for
    good_until_s: float = nan  # the latest start that still verifies
    norm: float = nan  # least cylindrical norm with both parts flown from `for_s` on; 1 = on the boundary
    norm_without: float = nan
    slant_m: float = nan  # least slant range likewise; horizontal where a height is not known
    slant_without_m: float = nan
    clear: bool = False  # the volume is never met; else it is the best there is


class _Scene(NamedTuple):
    """A pair laid out, the lesser state first, and the scratch of its trials."""

    pairs: Records
    states: Records
    free: tuple[bool, bool]
    can: Performance
    paths: Records

    @property
    def relay_s(self) -> float:
        return float(self.pairs[0]["relay_s"])

    def weigh(self, trials: Records, limit: int = -1) -> tuple[Records, int]:
        """Return the weights of trials, and how many there are before the first beyond `limit`; -1 weighs all."""
        weights = np.zeros(trials.size, WEIGHT)
        return weights, weigh(self.pairs, self.states, trials, self.paths, limit, weights)


class _Found(NamedTuple):
    trial: Records  # (1)
    weight: Any
    clears: bool


def answer(
    first: Aircraft,
    second: Aircraft,
    volume: Volume,
    relay_s: float,
    lookahead_s: float,
    *,
    others: Floats | None = None,
    vertical: bool = False,
    can: Performance = ANY_AIRCRAFT,
) -> Answer:
    """Return the joint answer of two aircraft to staying out of `volume`; exchanging them exchanges its parts.

    `volume` is widened already by what the positions are not known to. `vertical`: neither aircraft can carry a
    collision avoidance system. `others` (m, 8): unit vector, velocity, altitude, climb of those to be spared; one whose
    velocity is not known (NaN) counts as staying where it is, one whose height is not known as being at any height.
    """
    if not (first.free or second.free):
        return Answer(Outcome.NOT_ADDRESSED)
    swapped = _order(first) > _order(second)
    if swapped:
        first, second = second, first
    scene, carried = _laid_out(first, second, volume, relay_s, lookahead_s, others, can)
    alike = _order(first) == _order(second)  # nothing tells them apart, so no answer could
    joint = _solved(scene, carried, vertical=vertical, alike=alike)
    return joint._replace(parts=joint.parts[::-1]) if swapped else joint


def renew(
    standing: Answer,
    first: Aircraft,
    second: Aircraft,
    volume: Volume,
    relay_s: float,
    lookahead_s: float,
    *,
    others: Floats | None = None,
    can: Performance = ANY_AIRCRAFT,
) -> Answer | None:
    """Return an answer that stands, verified anew from the present states: the same values to fly; None if it fails.

    Arguments as in `answer`, parts of `standing` in the order of the aircraft. A part that its crew has flown, or
    passed by less than half a step, asks for nothing more; where both parts are flown nothing stands.
    """
    swapped = _order(first) > _order(second)
    parts = standing.parts[::-1] if swapped else standing.parts
    if swapped:
        first, second = second, first
    scene, carried = _laid_out(first, second, volume, relay_s, lookahead_s, others, can)
    one, other = (_left_to_fly(scene, standing.dimension, part, carried, k) for k, part in enumerate(parts))
    if one is None or other is None or (one, other) == (0.0, 0.0):
        return None
    trial = _trials(standing.dimension, [(one, other)], [(relay_s, 0.0, 0.0)])
    (weight,), _ = scene.weigh(trial)
    found = _Found(trial, weight, bool(weight["grade"] == 0))
    if not 0 <= weight["grade"] < weight["grade_without"] or not _sound(scene, found):
        return None
    return standing._replace(
        for_s=relay_s,
        good_until_s=_good_until_s(scene, found),
        norm=float(weight["norm"]),
        norm_without=float(weight["norm_without"]),
        slant_m=float(weight["slant_m"]),
        slant_without_m=float(weight["slant_without_m"]),
        clear=found.clears,
    )


def _laid_out(
    first: Aircraft,
    second: Aircraft,
    volume: Volume,
    relay_s: float,
    lookahead_s: float,
    others: Floats | None,
    can: Performance,
) -> tuple[_Scene, Floats]:
    """Return the scene of two aircraft in their order, and where they and the others are at `relay_s`."""
    aircraft = np.array([_row(first), _row(second), *([] if others is None else others.tolist())])
    aircraft[2:, 3:6] = np.nan_to_num(aircraft[2:, 3:6])
    carried, states = np.zeros((len(aircraft), 2, 3)), np.zeros(len(aircraft), STATE)
    lay_out(aircraft, relay_s, carried, states)
    pairs = np.zeros(1, PAIR)
    pairs[0] = (*volume, relay_s, relay_s + GOOD_MAX_S + lookahead_s, *can[:5])
    return _Scene(pairs, states, (first.free, second.free), can, np.zeros(PATHS, PATH)), carried


def _left_to_fly(scene: _Scene, dimension: int, part: Part, carried: Floats, k: int) -> float | None:
    """Return the change still needed to reach a part's target; None where that would be the other way round."""
    if part.sense == 0:
        return 0.0
    state, can = scene.states[k], scene.can
    speed = hypot(state["vx"], state["vy"])
    change, step = {
        HDIR: ((part.target - _track_rad(*carried[k]) + pi) % (2.0 * pi) - pi, can.turn_step_rad),
        HS: (part.target - speed, can.speed_step * speed),
        VS: (part.target - float(state["vz"]), can.rise_mps),
        ALT: (part.target - float(state["z"] + state["vz"] * scene.relay_s), can.height_step_m),
    }[dimension]
    if change * part.sense > 0.0:
        return float(change)
    return 0.0 if abs(change) < step / 2 else None


def _row(aircraft: Aircraft) -> list[float]:
    return [*aircraft.position.tolist(), *aircraft.velocity.tolist(), aircraft.altitude_m, aircraft.climb_mps]


def _order(aircraft: Aircraft) -> list[float]:
    """Return what puts the two into one order whoever asks; what is not known comes last."""
    return [inf if value != value else value for value in _row(aircraft)]


def _solved(scene: _Scene, carried: Floats, *, vertical: bool, alike: bool) -> Answer:
    """Return the answer of a scene, parts in its order."""
    nothing, _ = scene.weigh(_trials(HDIR, [(0.0, 0.0)] * 2, [(0.0, 0.0, 0.0), (scene.relay_s, 0.0, 0.0)]))
    without = nothing[1]
    joint = Answer(
        _unsolved(nothing[0], without),
        for_s=scene.relay_s,
        norm_without=float(without["norm"]),
        slant_without_m=float(without["slant_m"]),
    )
    if alike or without["grade"] == 0:
        return joint
    climb = vertical and _may_climb(scene)
    found = _search(scene, int(without["grade"]), climb=climb)
    if found is None:
        return joint
    return joint._replace(
        outcome=Outcome.ANSWERED,
        dimension=int(found.trial["dimension"][0]),
        parts=(_part(scene, found.trial[0], carried, 0), _part(scene, found.trial[0], carried, 1)),
        good_until_s=_good_until_s(scene, found),
        norm=float(found.weight["norm"]),
        slant_m=float(found.weight["slant_m"]),
        clear=found.clears,
    )


def _unsolved(ahead: Any, without: Any) -> Outcome:
    """Return why there is no answer, should there be none: from the weights of doing nothing, now and from later."""
    if ahead["grade"] == 0:
        return Outcome.NOT_NEEDED
    passed = without["grade"] == 0 or ahead["norm"] < without["norm"]
    return Outcome.TOO_LATE if passed else Outcome.NO_WAY_OUT


def _may_climb(scene: _Scene) -> bool:
    """Return whether heights are known and loss is still `VERTICAL_LEAST_S` away when the crews act."""
    known = bool(np.isfinite(scene.states["z"][:2]).all() and np.isfinite(scene.states["vz"][:2]).all())
    return known and time_to_stay(scene.pairs, scene.states, scene.paths) - scene.relay_s >= VERTICAL_LEAST_S


def _trials(dimension: int, changes: list[tuple[float, float]], starts: list[tuple[float, float, float]]) -> Records:
    """Return one TRIAL per change and start (at, first later, second later); a single one of either is repeated."""
    trials = np.zeros(max(len(changes), len(starts)), TRIAL)
    trials["dimension"], trials["change"] = dimension, changes
    starts_of = np.array(starts)
    trials["at_s"], trials["late_s"] = starts_of[:, 0], starts_of[:, 1:]
    return trials


def _search(scene: _Scene, grade_without: int, *, climb: bool) -> _Found | None:
    """Return the best candidate: what clears the volume and lasts, or lasts longest, or else has the least grade."""
    found, best = None, grade_without
    for dimension, changes in _candidates(scene, climb=climb):
        trials = _trials(dimension, changes, [(scene.relay_s, 0.0, 0.0)])
        weights, _ = scene.weigh(trials)
        grades = weights["grade"].tolist()
        for n in sorted((n for n, grade in enumerate(grades) if 0 <= grade < best), key=grades.__getitem__):
            if grades[n] >= best:
                break
            new = _Found(trials[n : n + 1], weights[n], grades[n] == 0)
            grade = _short(scene, new, best) if new.clears else grades[n]
            if grade < best and _sound(scene, new):
                found, best = new, grade
            if best == 0:
                return found
    return found


def _candidates(scene: _Scene, *, climb: bool) -> Iterator[tuple[int, list[tuple[float, float]]]]:
    """Yield (dimension, changes) in the order of preference: both before one alone, inside of that the least first.

    Of equal changes those to the right come first, and of two that turn alike: head-on, both turn right (SERA.3210).
    """
    for dimension in (HDIR, HS, VS, ALT) if climb else (HDIR, HS):
        first, second = (
            _changes(dimension, state, scene.can) if free else ([], [])
            for state, free in zip(scene.states, scene.free, strict=False)
        )
        both = [
            (a, b)
            for k in range(max(map(len, (*first, *second))))
            for one, other in ((1, 1), (0, 0), (1, 0), (0, 1))
            for a, b in [(_at(first[one], k), _at(second[other], k))]
            if a and b and (k < len(first[one]) or k < len(second[other]))
        ]
        alone = [
            pair
            for k in range(max(map(len, (*first, *second))))
            for side in (1, 0)
            for pair in ((_at(first[side], k), 0.0), (0.0, _at(second[side], k)))
            if pair != (0.0, 0.0) and k < len(first[side] if pair[0] else second[side])
        ]
        yield from ((dimension, changes) for changes in (both, alone) if changes)


def _at(changes: list[float], k: int) -> float:
    """Return change `k`, or the greatest there is; 0.0 where there is none."""
    return changes[min(k, len(changes) - 1)] if changes else 0.0


def _changes(dimension: int, state: Any, can: Performance) -> tuple[list[float], list[float]]:
    """Return the signed changes that may be asked of an aircraft, to the left (slower, down) and to the right.

    Of heights only two things are asked: to level off, or to climb. The desk knows no terrain, so it sends nobody down.
    """
    speed, climb = hypot(state["vx"], state["vy"]), float(state["vz"])
    if dimension == VS:
        return ([-climb], []) if climb > 0.0 else ([], [-climb] if climb < 0.0 else [])
    if dimension == ALT:
        return [], [can.height_step_m * k for k in range(1, can.height_steps + 1)]
    if dimension == HDIR:
        turns = [can.turn_step_rad * k for k in range(LEAST_TURN_STEPS, can.turn_steps + 1)]
        return ([-turn for turn in turns], turns) if speed >= can.slowest_mps else ([], [])
    step = can.speed_step * speed
    slower = [-step * k for k in range(1, can.slower_steps + 1) if speed - step * k >= can.slowest_mps]
    return slower, [step * k for k in range(1, can.faster_steps + 1)] if slower else []


def _holds(scene: _Scene, found: _Found, starts: list[tuple[float, float, float]]) -> bool:
    """Return whether a candidate does what was said of it from every start: clears the volume, or at least helps."""
    trial = found.trial[0]
    trials = _trials(trial["dimension"], [tuple(trial["change"])], starts)
    weights, held = scene.weigh(trials, 0 if found.clears else GRADES * GRADES)
    if held < trials.size or found.clears:
        return held == trials.size
    return bool(((weights["grade"] == 0) | (weights["grade"] < weights["grade_without"])).all())


def _sound(scene: _Scene, found: _Found) -> bool:
    """Return whether a candidate spares every other aircraft, and holds if a crew is reached before `relay_s`."""
    return spares(scene.pairs, scene.states, found.trial, scene.paths) and _holds(scene, found, _early(scene))


def _early(scene: _Scene) -> list[tuple[float, float, float]]:
    """Return the starts before `relay_s`: a crew may be reached sooner."""
    return [(scene.relay_s * n / EARLY_STARTS, 0.0, 0.0) for n in range(EARLY_STARTS)]


def _later(scene: _Scene, later_s: float) -> list[tuple[float, float, float]]:
    """Return the starts so much later: by both then, or by one of the two."""
    relay_s = scene.relay_s
    return [(relay_s + later_s, 0.0, 0.0), (relay_s, later_s, 0.0), (relay_s, 0.0, later_s)]


def _short(scene: _Scene, found: _Found, best: int) -> int:
    """Return by how many of `LASTS_S` a candidate that clears falls short of lasting; `best` if not by fewer."""
    short = min(best, len(LASTS_S))
    for still in range(short - 1, -1, -1):
        if not _holds(scene, found, _later(scene, LASTS_S[still])):
            break
        short = still
    return short


def _good_until_s(scene: _Scene, found: _Found) -> float:
    """Return the latest start that verifies, with every `GOOD_STEP_S` before it."""
    later_s, step_s = 0.0, GOOD_STEP_S
    while later_s < GOOD_MAX_S and step_s >= GOOD_EXACT_S:
        if _holds(scene, found, _later(scene, later_s + step_s)):
            later_s += step_s
        else:
            step_s /= 2
    return scene.relay_s + later_s


def _part(scene: _Scene, trial: Any, carried: Floats, k: int) -> Part:
    """Return what aircraft `k` is to fly, said at its own place on the sphere at `relay_s`."""
    change, state = float(trial["change"][k]), scene.states[k]
    if change == 0.0:
        return Part()
    targets = {
        HDIR: (_track_rad(*carried[k]) + change) % (2.0 * pi),
        HS: float(np.linalg.norm(carried[k, 1])) + change,
        VS: 0.0,
        ALT: float(state["z"] + state["vz"] * scene.relay_s) + change,
    }
    return Part(1 if change > 0.0 else -1, float(targets[int(trial["dimension"])]), change)


def _track_rad(place: Floats, velocity: Floats) -> float:
    east, north = np.zeros(3), np.zeros(3)
    plane(place, place, east, north)
    return atan2(float(velocity @ east), float(velocity @ north))
