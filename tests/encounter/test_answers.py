"""Joint answers: flown by an independent simulator they never bring a pair closer; swapping changes no bit.

Encounters are drawn with a fixed seed: head-on, overtaking, converging, side by side, hovering; over the equator, at
mid-latitude, at both poles and at the antimeridian; some inside their minimum from the start.
"""

from functools import cache
from math import cos, degrees, isnan, nan, pi, radians, sin
from typing import Any, NamedTuple

import numpy as np
import pytest

from airpact.encounter.answers import ANY_AIRCRAFT, Aircraft, Answer, Outcome, Part, answer
from airpact.encounter.bands.motion import ALT, HDIR, HS, VS
from airpact.encounter.configurations import CONFIGURATIONS, NO_MEMORY, Configuration, Region, alerter
from airpact.encounter.evaluation import Scene, evaluate
from airpact.encounter.trials import STATE, lay_out
from airpact.encounter.volumes import CYLINDER, TAUMOD, Volume
from tests.flights import HEIGHT, HOLD, Fleet, fly
from tests.geodesy import destination, unit_vector

SEED = 20260
PAIRS = 1200
RELAY_S, LOOKAHEAD_S = 60.0, 180.0
END_S = RELAY_S + 120.0 + LOOKAHEAD_S
PLACES = ((0.0, 0.0), (48.0, 10.0), (89.95, 40.0), (-89.9, -10.0), (10.0, 179.98), (-60.0, -179.99), (90.0, 0.0))
CIVIL = Volume(CYLINDER, 9260.0, 304.8, 0.0, 0.0)
MIDDLE = Volume(CYLINDER, 3000.0, 200.0, 0.0, 0.0)
SMALL = Volume(CYLINDER, 1000.0, 150.0, 0.0, 0.0)
WELL_CLEAR = Volume(TAUMOD, 0.66 * 1852.0, 137.16, 35.0, 0.0)
SLACK_M = 3.0  # the plane of a pair against the sphere over 100 km, and chords of half a second


class Encounter(NamedTuple):
    """Two aircraft as (lat, lon, track deg, speed m/s, altitude m, climb m/s), and what they must stay out of."""

    a: tuple[float, ...]
    b: tuple[float, ...]
    volume: Volume


def aircraft(state: tuple[float, ...], *, free: bool = True) -> Aircraft:
    """Return the aircraft of a state."""
    lat, lon, track, speed, altitude, climb = state
    la, lo, tr = radians(lat), radians(lon), radians(track)
    north = np.array([-sin(la) * cos(lo), -sin(la) * sin(lo), cos(la)])
    east = np.array([-sin(lo), cos(lo), 0.0])
    velocity = speed * (cos(tr) * north + sin(tr) * east)
    return Aircraft(np.array(unit_vector(lat, lon)), velocity, altitude, climb, free)


def meeting(
    place: tuple[float, float], tracks: tuple[float, float], speeds: tuple[float, float], time_s: float, miss_m: float,
    heights: tuple[float, float] = (3000.0, 3000.0), climbs: tuple[float, float] = (0.0, 0.0), volume: Volume = CIVIL,
) -> Encounter:  # fmt: skip
    """Return two aircraft that pass `place` after `time_s`, the second `miss_m` to the right of its track."""
    states = []
    for k in range(2):
        there = destination(*place, tracks[k] + 90.0, miss_m * k)
        here = destination(*there, tracks[k] + 180.0, speeds[k] * time_s)
        on = destination(*there, tracks[k] + 180.0, speeds[k] * time_s - 10.0)  # ten metres further
        track = _track_deg(here, on) if speeds[k] else 0.0
        states.append((*here, track, speeds[k], heights[k] - climbs[k] * time_s, climbs[k]))
    return Encounter(states[0], states[1], volume)


def _track_deg(here: tuple[float, float], ahead: tuple[float, float]) -> float:
    la, lo = radians(here[0]), radians(here[1])
    way = np.array(unit_vector(*ahead)) - np.array(unit_vector(*here))
    north = np.array([-sin(la) * cos(lo), -sin(la) * sin(lo), cos(la)])
    east = np.array([-sin(lo), cos(lo), 0.0])
    return degrees(np.arctan2(way @ east, way @ north))


@cache
def encounters() -> tuple[Encounter, ...]:
    """Return the drawn encounters."""
    print(f"seed {SEED}")
    draw = np.random.default_rng(SEED)
    every = []
    for n in range(PAIRS):
        place, kind = PLACES[n % len(PLACES)], n % 6
        track = float(draw.uniform(0.0, 360.0))
        speed = float(draw.choice((25.0, 60.0, 120.0, 230.0)))
        other = float(speed * draw.choice((0.6, 0.8, 1.0, 1.3)))
        low, high = ((180.0, 180.0), (3.0, 3.0), (20.0, 160.0), (0.0, 0.0), (0.0, 360.0), (165.0, 195.0))[kind]
        turned = draw.uniform(low, high)
        other = {3: speed, 4: float(draw.choice((0.0, 2.0)))}.get(kind, other)  # side by side, and one that hovers
        volume = (CIVIL, WELL_CLEAR, MIDDLE)[n % 3] if speed > 60.0 else SMALL
        miss = float(draw.uniform(-1.2, 1.2) * volume.horizontal_m)
        heights = (2000.0, 2000.0 + float(draw.uniform(-0.8, 0.8) * volume.vertical_m) * (n % 5 != 0))
        climbs = (0.0, float(draw.choice((0.0, 0.0, 2.0, -3.0))))
        time_s = float(draw.uniform(30.0, 260.0))
        tracks = (track, track + float(turned))
        every.append(meeting(place, tracks, (speed, other), time_s, miss, heights, climbs, volume))
    return tuple(every)


@cache
def answers() -> tuple[Answer, ...]:
    """Return the answers to the drawn encounters."""
    return tuple(answer(aircraft(e.a), aircraft(e.b), e.volume, RELAY_S, LOOKAHEAD_S) for e in encounters())


def fleet(rows: list[int], which: int, begin_s: np.ndarray, *, acts: bool) -> Fleet:
    """Return the aircraft `which` of some answered encounters, told their part of the answer or nothing."""
    flying = [aircraft(encounters()[n][which]) for n in rows]
    parts = [answers()[n].parts[which] if acts else Part() for n in rows]
    velocity = np.array([one.velocity for one in flying])
    speed = np.linalg.norm(velocity, axis=1)
    some = np.array([np.cross(one.position, [0.36, 0.48, 0.8]) for one in flying])
    heading = np.where(speed[:, None] > 0.0, velocity, some)
    return Fleet(
        np.array([one.position for one in flying]),
        heading / np.linalg.norm(heading, axis=1)[:, None],
        speed,
        np.array([one.altitude_m for one in flying]),
        np.array([one.climb_mps for one in flying]),
        np.array([answers()[n].dimension if part.sense else HOLD for n, part in zip(rows, parts, strict=True)]),
        np.array([part.change for part in parts]),
        np.zeros(len(rows)),
        begin_s,
    )


def least(
    rows: list[int], begin: tuple[np.ndarray, np.ndarray], acts: tuple[bool, bool]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the simulator's least (norm, slant) of some pairs from the earlier of two starts on."""
    first, second = (fleet(rows, k, begin[k], acts=acts[k]) for k in range(2))
    d = np.array([encounters()[n].volume.horizontal_m for n in rows])
    h = np.array([encounters()[n].volume.vertical_m for n in rows])
    return fly(first, second, np.minimum(*begin), np.full(len(rows), END_S), d, h)


def answered() -> list[int]:
    """Return which of the drawn encounters have an answer."""
    return [n for n, one in enumerate(answers()) if one.outcome is Outcome.ANSWERED]


def slack(rows: list[int]) -> np.ndarray:
    """Return what `SLACK_M` is in the norm of each pair, with a hair for the vertical."""
    return np.array([SLACK_M / encounters()[n].volume.horizontal_m for n in rows]) + 1e-6


def not_nearer(rows: list[int], begin: tuple[np.ndarray, np.ndarray], acts: tuple[bool, bool]) -> np.ndarray:
    """Return whether each pair, so flown, comes no nearer than with no manoeuvre, in norm and in slant range."""
    norm, slant = least(rows, begin, acts)
    norm_without, slant_without = least(rows, begin, (False, False))
    held: np.ndarray = (norm >= norm_without - slack(rows)) & (slant >= slant_without - SLACK_M)
    return held


def test_the_draw_has_answers_of_every_sort() -> None:
    found = answered()
    assert len(found) > PAIRS // 3, f"{len(found)} of {PAIRS} answered"
    sorts = {(one.dimension, one.clear) for one in answers() if one.outcome is Outcome.ANSWERED}
    assert {(HDIR, True), (HDIR, False)} <= sorts
    assert {one.outcome for one in answers()} >= {Outcome.ANSWERED, Outcome.NOT_NEEDED, Outcome.TOO_LATE}


@pytest.mark.parametrize("acts", [(True, True), (True, False), (False, True)])
def test_flown_by_both_or_by_one_an_answer_never_brings_them_nearer(acts: tuple[bool, bool]) -> None:
    rows = answered()
    begin = np.full(len(rows), RELAY_S)
    held = not_nearer(rows, (begin, begin), acts)
    assert held.all(), f"seed {SEED}: {[rows[n] for n in np.flatnonzero(~held)]}"


def test_begun_at_any_moment_while_it_is_good_an_answer_never_brings_them_nearer() -> None:
    rows = answered()
    good = np.array([answers()[n].good_until_s for n in rows])
    draw = np.random.default_rng(SEED + 1)
    relay = np.full(len(rows), RELAY_S)
    together = np.floor(draw.uniform(0.0, 1.0, len(rows)) * good)
    for begin in ((together, together), (relay, np.floor(good)), (np.floor(good), relay)):
        held = not_nearer(rows, begin, (True, True))
        assert held.all(), f"seed {SEED}: {[rows[n] for n in np.flatnonzero(~held)]}"


def test_what_is_said_to_clear_the_volume_clears_it_and_the_figures_are_those_flown() -> None:
    rows = answered()
    begin = np.full(len(rows), RELAY_S)
    norm, slant = least(rows, (begin, begin), (True, True))
    norm_without, slant_without = least(rows, (begin, begin), (False, False))
    said = np.array([[a.norm, a.norm_without] for a in map(answers().__getitem__, rows)])
    slants = np.array([[a.slant_m, a.slant_without_m] for a in map(answers().__getitem__, rows)])
    assert np.abs(norm - said[:, 0]) == pytest.approx(0.0, abs=slack(rows).max())
    assert norm_without == pytest.approx(said[:, 1], abs=slack(rows).max())
    assert np.abs(slant - slants[:, 0]).max() < SLACK_M
    assert np.abs(slant_without - slants[:, 1]).max() < SLACK_M
    clear = np.array([answers()[n].clear for n in rows])
    assert clear.any()
    assert (norm[clear] >= 1.0 - slack(rows)[clear]).all()
    assert (said[:, 0] >= said[:, 1]).all()


def test_swapping_the_two_aircraft_swaps_the_two_parts_bit_for_bit() -> None:
    for n, one in enumerate(encounters()):
        swapped = answer(aircraft(one.b), aircraft(one.a), one.volume, RELAY_S, LOOKAHEAD_S)
        assert repr(swapped) == repr(answers()[n]._replace(parts=answers()[n].parts[::-1])), n


HEAD_ON = meeting((48.0, 10.0), (90.0, 270.0), (120.0, 120.0), 150.0, 0.0)


def ahead(state: tuple[float, ...], range_m: float) -> tuple[float, float]:
    """Return where an aircraft is so much further on."""
    return destination(state[0], state[1], state[2], range_m)


def asked(one: Encounter, **kwargs: Any) -> Answer:
    """Return the answer to an encounter."""
    return answer(aircraft(one.a), aircraft(one.b), one.volume, RELAY_S, LOOKAHEAD_S, **kwargs)


def test_head_on_both_turn_right_by_the_same() -> None:
    one = asked(HEAD_ON)
    assert one.outcome is Outcome.ANSWERED
    assert one.dimension == HDIR
    assert one.clear
    assert [part.sense for part in one.parts] == [1, 1]
    assert one.parts[0].change == one.parts[1].change >= radians(10.0)
    assert one.norm_without < 0.01
    assert one.norm >= 1.0
    assert one.good_until_s >= RELAY_S + 30.0, "with the margin of a caution"


@pytest.mark.parametrize("place", [*PLACES, (80.0, 179.9)])
def test_a_track_to_fly_is_true_north_at_the_place_of_the_aircraft_itself(place: tuple[float, float]) -> None:
    """Over a pole, and where meridians converge, the two have different norths; each is told its own."""
    one = meeting(place, (90.0, 270.0), (120.0, 120.0), 150.0, 0.0)
    given = asked(one)
    for state, part in zip((one.a, one.b), given.parts, strict=True):
        here = ahead(state, state[3] * RELAY_S)
        track = radians(_track_deg(here, ahead(state, state[3] * RELAY_S + 10.0)))
        assert (part.target - track - part.change + pi) % (2.0 * pi) - pi == pytest.approx(0.0, abs=1e-6)
        assert 0.0 <= part.target < 2.0 * pi


def test_overtaking_they_part_to_opposite_sides() -> None:
    one = asked(meeting((0.0, 0.0), (90.0, 90.0), (150.0, 90.0), 260.0, 100.0, volume=MIDDLE))
    assert one.dimension == HDIR
    assert one.parts[0].sense == -one.parts[1].sense != 0


@pytest.mark.parametrize("free", [(True, False), (False, True)])
def test_who_cannot_be_asked_holds_and_the_other_does_it_alone(free: tuple[bool, bool]) -> None:
    a, b = aircraft(HEAD_ON.a, free=free[0]), aircraft(HEAD_ON.b, free=free[1])
    one = answer(a, b, CIVIL, RELAY_S, LOOKAHEAD_S)
    assert one.outcome is Outcome.ANSWERED
    assert [part.sense != 0 for part in one.parts] == list(free)
    still = one.parts[free.index(False)]
    assert isnan(still.target)
    assert still.change == 0.0


def test_where_nobody_can_be_asked_nothing_is_worked_out() -> None:
    one = answer(aircraft(HEAD_ON.a, free=False), aircraft(HEAD_ON.b, free=False), CIVIL, RELAY_S, LOOKAHEAD_S)
    assert one.outcome is Outcome.NOT_ADDRESSED


def test_a_hovering_aircraft_is_not_told_to_turn() -> None:
    one = asked(meeting((48.0, 10.0), (90.0, 0.0), (60.0, 0.0), 150.0, 100.0, volume=SMALL))
    assert one.outcome is Outcome.ANSWERED
    assert [part.sense != 0 for part in one.parts] == [True, False]


def test_two_that_hover_inside_the_minimum_have_no_way_out_that_can_be_asked_for() -> None:
    one = asked(meeting((48.0, 10.0), (0.0, 0.0), (0.0, 0.0), 10.0, 500.0, volume=SMALL))
    assert one.outcome is Outcome.NO_WAY_OUT


def test_side_by_side_inside_the_minimum_they_part_and_leave_it_sooner() -> None:
    one = asked(meeting((48.0, 10.0), (90.0, 90.0), (120.0, 120.0), 10.0, 4000.0))
    assert one.outcome is Outcome.ANSWERED
    assert not one.clear
    assert one.norm_without == pytest.approx(4000.0 / 9260.0, rel=1e-3)
    assert [part.sense for part in one.parts] == [-1, 1], "the second flies to the right of the first"


def test_side_by_side_outside_the_minimum_nothing_is_needed() -> None:
    assert asked(meeting((48.0, 10.0), (90.0, 90.0), (120.0, 120.0), 10.0, 9300.0)).outcome is Outcome.NOT_NEEDED


def test_what_is_over_before_a_crew_can_act_is_too_late() -> None:
    one = asked(meeting((48.0, 10.0), (90.0, 200.0), (230.0, 230.0), 15.0, 500.0, volume=SMALL))
    assert one.outcome is Outcome.TOO_LATE
    assert one.parts == (Part(), Part()) or all(isnan(part.target) for part in one.parts)


def test_two_that_cannot_be_told_apart_get_no_answer() -> None:
    a = aircraft(HEAD_ON.a)
    assert answer(a, a, CIVIL, RELAY_S, LOOKAHEAD_S).outcome is Outcome.NO_WAY_OUT


def test_unknown_heights_count_as_the_same_height_in_whichever_order() -> None:
    a, b = (aircraft(state)._replace(altitude_m=nan, climb_mps=nan) for state in (HEAD_ON.a, HEAD_ON.b))
    one = answer(a, b, Volume(CYLINDER, 9260.0, np.inf, 0.0, 0.0), RELAY_S, LOOKAHEAD_S, vertical=True)
    other = answer(b, a, Volume(CYLINDER, 9260.0, np.inf, 0.0, 0.0), RELAY_S, LOOKAHEAD_S, vertical=True)
    assert one.dimension == HDIR
    assert one.parts == asked(HEAD_ON).parts
    assert one.parts == other.parts[::-1]


def test_a_well_clear_volume_is_cleared_in_time_too() -> None:
    """Passing outside its radius is not enough: nobody may come so soon so near."""
    one = asked(meeting((48.0, 10.0), (90.0, 270.0), (100.0, 100.0), 170.0, 300.0, volume=WELL_CLEAR))
    assert one.clear
    assert one.norm > 2.0, "35 s of warning at 200 m/s of closure ask for more than the radius"


STRAIGHT_ONLY = ANY_AIRCRAFT._replace(turn_steps=1)


def test_speed_is_changed_where_turns_are_not_to_be_had() -> None:
    crossing = meeting((48.0, 10.0), (90.0, 0.0), (150.0, 150.0), 260.0, 1500.0, volume=MIDDLE)
    one = asked(crossing, can=STRAIGHT_ONLY)
    assert one.outcome is Outcome.ANSWERED
    assert one.dimension == HS
    for state, part in zip((crossing.a, crossing.b), one.parts, strict=True):
        assert part.sense == (part.change > 0.0) - (part.change < 0.0)
        assert part.sense == 0 or part.target == pytest.approx(state[3] + part.change)
        assert -0.2001 <= part.change / state[3] <= 0.1001


def in_the_way(part: Part, state: tuple[float, ...]) -> np.ndarray:
    """Return one aircraft standing where the manoeuvre of `part` leads, 100 s after it began."""
    there = destination(*ahead(state, state[3] * RELAY_S), degrees(part.target), state[3] * 100.0)
    return np.array([[*unit_vector(*there), 0.0, 0.0, 0.0, state[4], 0.0]])


@pytest.mark.parametrize("which", [0, 1])
def test_nobody_is_turned_into_a_third_aircraft(which: int) -> None:
    one = meeting((48.0, 10.0), (90.0, 270.0), (120.0, 120.0), 150.0, 0.0, volume=SMALL)
    first = asked(one)
    third = in_the_way(first.parts[which], (one.a, one.b)[which])
    other = asked(one, others=third)
    assert other.outcome is Outcome.ANSWERED
    assert other.parts != first.parts
    far = third.copy()
    far[0, 6] += 5000.0
    assert asked(one, others=far) == first, "one far above is in nobody's way"
    swapped = answer(aircraft(one.b), aircraft(one.a), SMALL, RELAY_S, LOOKAHEAD_S, others=third)
    assert swapped.parts == other.parts[::-1]
    doubtful = third.copy()
    doubtful[0, 3:] = nan
    assert asked(one, others=doubtful) == other, "what is not known of it does not take it out of the way"


SLOW = Volume(CYLINDER, 100.0, 40.0, 0.0, 0.0)  # two that hardly move: neither turns nor changes speed


def slow(time_s: float, climbs: tuple[float, float] = (0.0, 0.0)) -> Encounter:
    """Return two slow aircraft that meet head-on after `time_s`."""
    return meeting((48.0, 10.0), (90.0, 270.0), (4.0, 4.0), time_s, 0.0, (120.0, 120.0), climbs, SLOW)


def test_height_is_spoken_of_only_where_no_collision_avoidance_can_be_aboard() -> None:
    assert asked(slow(180.0)).outcome is Outcome.NO_WAY_OUT
    one = asked(slow(180.0), vertical=True)
    assert one.outcome is Outcome.ANSWERED
    assert one.dimension == ALT
    assert one.clear
    assert sorted(part.sense for part in one.parts) == [0, 1], "one climbs, the other holds; nobody is sent down"
    assert max(part.target for part in one.parts if part.sense) == pytest.approx(120.0 + 152.4)
    assert asked(HEAD_ON, vertical=True).dimension == HDIR, "a turn comes before a climb"


@pytest.mark.parametrize(("time_s", "spoken"), [(60.0 + 60.0 + 12.5 + 1.0, True), (60.0 + 60.0 + 12.5 - 1.0, False)])
def test_height_is_not_spoken_of_within_sixty_seconds_of_loss(time_s: float, spoken: bool) -> None:
    """100 m at 8 m/s is 12.5 s: loss, not the meeting, must be 60 s away when the crews act."""
    assert (asked(slow(time_s), vertical=True).outcome is Outcome.ANSWERED) == spoken


def test_who_climbs_into_another_is_told_to_level_off() -> None:
    one = meeting((48.0, 10.0), (90.0, 270.0), (4.0, 4.0), 180.0, 0.0, (120.0, 130.0), (0.5, 0.0), SLOW)
    given = asked(one, vertical=True)
    assert given.dimension == VS
    assert given.clear
    assert [part.sense for part in given.parts] == [-1, 0]
    assert given.parts[0].target == 0.0
    assert given.parts[0].change == -0.5


def test_a_climb_flown_by_an_independent_hand_clears_as_said() -> None:
    one, n = asked(slow(180.0), vertical=True), 1
    fleets = []
    for state, part in zip((slow(180.0).a, slow(180.0).b), one.parts, strict=True):
        own = aircraft(state)
        speed = float(np.linalg.norm(own.velocity))
        fleets.append(Fleet(
            own.position[None], own.velocity[None] / speed, np.full(n, speed), np.full(n, own.altitude_m), np.zeros(n),
            np.full(n, HEIGHT if part.sense else HOLD), np.full(n, part.change),
            np.full(n, part.target if part.sense else 0.0), np.full(n, RELAY_S),
        ))  # fmt: skip
    norm, slant = fly(fleets[0], fleets[1], np.full(n, RELAY_S), np.full(n, END_S), np.full(n, 100.0), np.full(n, 40.0))
    assert norm[0] == pytest.approx(one.norm, abs=0.02)
    assert norm[0] >= 1.0
    assert slant[0] == pytest.approx(one.slant_m, abs=2.0)


def test_a_turn_that_clears_alone_is_outside_the_bands_of_the_aircraft_that_turns() -> None:
    """At speeds at which both turn at 3 deg/s, and with the other aircraft holding as the bands assume."""
    limits = CONFIGURATIONS["do365b_p1"].limits._replace(corrective=Region.NEAR)
    checked = 0
    for one in encounters():
        if one.volume.kind != CYLINDER or not 20.0 < one.a[3] < 80.0:
            continue
        a, b = aircraft(one.a), aircraft(one.b, free=False)
        alone = answer(a, b, one.volume, RELAY_S, LOOKAHEAD_S)
        if not alone.clear or alone.dimension != HDIR:
            continue
        carried, states = np.zeros((2, 2, 3)), np.zeros(2, STATE)
        rows = [[*x.position, *x.velocity, x.altitude_m, x.climb_mps] for x in (a, b)]
        lay_out(np.array(rows), RELAY_S, carried, states)
        velocity = np.column_stack([states[name] for name in ("vx", "vy", "vz")])
        place = np.column_stack([states[name] for name in "xyz"]) + RELAY_S * velocity
        levels = alerter((*one.volume, 180.0, 180.0, Region.NEAR))
        configuration = Configuration("cylinder", "a test", levels, limits, NO_MEMORY)
        scene = Scene(False, place[0], velocity[0], place[1:], velocity[1:])
        guidance = evaluate(configuration, scene).guidance
        assert guidance is not None
        track = (np.arctan2(velocity[0, 0], velocity[0, 1]) + alone.parts[0].change) % (2.0 * pi)
        band = guidance.hdir
        at = np.flatnonzero((band.low - 1e-3 <= track) & (track <= band.up + 1e-3))
        assert Region.NONE in band.region[at], one
        checked += 1
    assert checked > 50
