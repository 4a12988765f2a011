"""Whose bands they are, how regions are asked, recovery, and the last time to manoeuvre: by hand and by definition.

Equality with the reference on whole scenes is tested with the corpus (tests/oracle). Here stands what it does not
reach: regions it has none of, dimensions beyond their limits, times of memory it seldom has, settings it never has.
"""

from collections.abc import Sequence
from math import inf, isnan, nan, radians
from typing import Any

import numpy as np
import pytest

from airpact.encounter.bands.clearance import Question
from airpact.encounter.bands.greens import Own, any_red, new_work
from airpact.encounter.bands.guide import guide, new_memories
from airpact.encounter.bands.last_time import Given, find_last_times
from airpact.encounter.bands.recovery import cylinder
from airpact.encounter.bands.regions import Traffic, common_set, level_of, mark_conflicts
from airpact.encounter.bands.sets import CAPACITY
from airpact.encounter.bands.steps import STEPS_MAX, new_table, prepare
from airpact.encounter.configurations import CONFIGURATIONS, Configuration, Region, alerter
from airpact.encounter.evaluation import Scene, Session, evaluate
from airpact.encounter.guidance import Guidance
from airpact.encounter.volumes import TAUMOD, Volume, interval
from tests.encounter.bands import plain

P1, CD3D = CONFIGURATIONS["do365b_p1"], CONFIGURATIONS["cd3d"]
OWN = ((0.0, 0.0, 3000.0), (0.0, 90.0, 0.0))
State = tuple[tuple[float, float, float], tuple[float, float, float]]
NEAR, MID, FAR = range(3)


def head_on(time_s: float, height_m: float = 0.0) -> State:
    """Return an intruder that meets the ownship head-on after `time_s`."""
    return (0.0, 180.0 * time_s, 3000.0 + height_m), (0.0, -90.0, 0.0)


def scene_of(*others: State, own: State = OWN, time_s: float = 0.0) -> Scene:
    positions = np.array([state[0] for state in others]).reshape(-1, 3)
    velocities = np.array([state[1] for state in others]).reshape(-1, 3)
    return Scene(False, np.array(own[0]), np.array(own[1]), positions, velocities, time_s=time_s)


def guided(configuration: Configuration, *others: State, own: State = OWN) -> Guidance:
    found = evaluate(configuration, scene_of(*others, own=own)).guidance
    assert found is not None
    return found


def listed(band: Any) -> list[tuple[float, float, str]]:
    rows = zip(band.low.tolist(), band.up.tolist(), band.region.tolist(), strict=True)
    return [(low, up, Region(region).name) for low, up, region in rows]


# --- who makes bands (section 2) ------------------------------------------------------------------------------------


def conflicts(found: Sequence[Sequence[float]], alert: Sequence[int], rise_s: Sequence[float], now_s: float) -> Traffic:
    """Return the Traffic of intruders whose levels 2 and 3 both have the interval `found` (t_in, t_out)."""
    count = len(found)
    levels = np.zeros((count, 3, 5))
    levels[:, :, 1:3] = np.array(found)[:, None, :]
    mask, violation_s = np.zeros((3, count), np.bool_), np.zeros((3, 2))
    traffic = Traffic(np.zeros((count, 3)), np.zeros((count, 3)), levels, mask, violation_s)
    mark_conflicts(P1.levels, traffic, np.array(alert), np.array(rise_s, np.float64), now_s)
    return traffic


def test_an_aircraft_is_in_conflict_before_the_alerting_time_of_the_level() -> None:
    mask = conflicts([(24.9, 60.0), (25.0, 60.0), (54.9, 60.0), (55.0, 60.0), (inf, -inf)], [0] * 5, [nan] * 5, 10.0)
    assert mask.conflicts.tolist() == [
        [True, False, False, False, False],
        [True, True, True, False, False],
        [False] * 5,
    ]


@pytest.mark.parametrize(
    ("alert", "rise_s", "expected"),
    [(2, 9.0, True), (2, 10.0, False), (2, 11.0, False), (2, nan, False), (3, 9.0, False), (1, 9.0, False)],
)
def test_the_early_time_holds_for_the_level_given_out_since_before_now(
    alert: int, rise_s: float, expected: bool
) -> None:
    """R2.2: strictly before: a level that rises at this very step is asked with its plain alerting time."""
    assert bool(conflicts([(70.0, 90.0)], [alert], [rise_s], 10.0).conflicts[MID, 0]) is expected


def test_a_violation_spans_all_intervals_of_its_level_in_conflict_or_not() -> None:
    """R2.5: an interval later than the alerting time counts as well."""
    traffic = conflicts([(30.0, 50.0), (100.0, 170.0), (inf, -inf)], [0] * 3, [nan] * 3, 0.0)
    assert traffic.violation_s.tolist() == [[30.0, 170.0], [30.0, 170.0], [inf, -inf]]
    assert conflicts([(inf, -inf)], [0], [nan], 0.0).violation_s.tolist() == [[inf, -inf]] * 3


def test_an_aircraft_may_be_in_conflict_by_the_early_time_and_peripheral_by_the_plain_one() -> None:
    """R2.2 and R2.3 use different times: both lists name it then."""
    session = Session()
    steps = [evaluate(P1, scene_of(head_on(80.0 + shift), time_s=t), session) for t, shift in enumerate((0.0, 22.0))]
    guidance = steps[1].guidance
    assert guidance is not None
    assert steps[0].alert.tolist() == steps[1].alert.tolist() == [2]
    assert 55.0 < steps[1].corrective_s[0] < 75.0
    assert guidance.conflict_aircraft[MID] == (0,)
    assert guidance.peripheral_aircraft[MID][1] == (0,), "slower or faster within 55 s and the time it takes"


def test_the_first_level_of_a_region_is_the_one_that_paints_it() -> None:
    assert [level_of(P1.levels, region) for region in (Region.NEAR, Region.MID, Region.FAR)] == [2, 1, -1]
    assert level_of(alerter(P1.levels[1].item(), P1.levels[1].item()), Region.MID) == 0


def far_alerter() -> Configuration:
    """Return Phase I whose first level paints FAR, with a wider volume."""
    rows = [level.item() for level in P1.levels]
    rows[0] = (TAUMOD, 3000.0, 213.36, 35.0, 0.0, 55.0, 75.0, int(Region.FAR))
    return Configuration("far", "made for this test", alerter(*rows), P1.limits, P1.memory)


def test_a_far_region_is_painted_outside_the_more_severe_ones() -> None:
    guidance = guided(far_alerter(), head_on(80.0))
    assert [name for _, _, name in listed(guidance.hdir)] == ["MID", "FAR", "NONE", "FAR", "MID"]
    assert [name for _, _, name in listed(guidance.vs)] == ["NONE", "FAR", "MID", "FAR", "NONE"]
    assert guidance.conflict_aircraft == ((), (0,), (0,))
    assert guidance.violation_s[FAR, 0] < guidance.violation_s[MID, 0]


def test_intruders_are_named_by_their_place_and_make_one_band_together() -> None:
    crossing: State = ((6000.0, 6000.0, 3000.0), (-90.0, 0.0, 0.0))
    alone, other = guided(P1, head_on(50.0)), guided(P1, crossing)
    both = guided(P1, head_on(500.0), head_on(50.0), crossing)
    assert both.conflict_aircraft[MID] == (1, 2)

    def green(guidance: Guidance, at: float) -> bool:
        return any(low <= at <= up and name == "NONE" for low, up, name in listed(guidance.hdir))

    sampled = np.linspace(0.01, 6.27, 500)
    assert all(green(both, at) == (green(alone, at) and green(other, at)) for at in sampled)


# --- dimensions beyond their limits, and nothing to do --------------------------------------------------------------


def test_a_value_beyond_its_limits_has_no_band_and_leaves_the_others() -> None:
    """R1.1: an empty list, no recovery, no peripheral aircraft, last time infinite."""
    found = evaluate(P1, scene_of(head_on(40.0, 12_500.0), own=((0.0, 0.0, 15_500.0), (0.0, 90.0, 40.0))), bands=True)
    assert found.guidance is not None
    assert listed(found.guidance.alt) == listed(found.guidance.vs) == []
    assert not found.guidance.alt.recovery.computed
    assert listed(found.guidance.hdir) != []
    own: State = ((0.0, 0.0, 3000.0), (0.0, 90.0, 40.0))
    climbing = evaluate(P1, scene_of(((0.0, 4500.0, 3000.0), (0.0, -90.0, 40.0)), own=own), last_times=True)
    assert climbing.last_times is not None
    assert climbing.last_times[0, 2] == inf
    assert climbing.guidance is not None
    assert all(names[2] == () for names in climbing.guidance.peripheral_aircraft)


def test_no_traffic_leaves_every_value() -> None:
    guidance = guided(P1)
    assert [listed(band)[0][2] for band in (guidance.hdir, guidance.hs, guidance.vs, guidance.alt)] == ["NONE"] * 4
    assert len(listed(guidance.hdir)) == 1
    assert guidance.conflict_aircraft == ((), (), ())


def test_a_session_without_memory_answers_like_no_session() -> None:
    """An own beyond its limits in between leaves the memory alone (R1.1)."""
    session, plain_p1 = Session(), P1.forgetful()
    for t in range(4):
        own: State = (OWN[0], (0.0, 90.0, 40.0 if t == 2 else 0.0))
        scene = scene_of(head_on(60.0 - t), own=own, time_s=float(t))
        one, two = evaluate(plain_p1, scene, session).guidance, evaluate(plain_p1, scene).guidance
        assert one is not None
        assert two is not None
        assert [listed(getattr(one, d)) for d in ("hdir", "hs", "vs", "alt")] == [
            listed(getattr(two, d)) for d in ("hdir", "hs", "vs", "alt")
        ]


def test_steps_that_are_too_fine_are_refused() -> None:
    fine = Configuration("fine", "", P1.levels, P1.limits._replace(hdir_step_rad=radians(0.1)), P1.memory)
    with pytest.raises(ValueError, match="hdir_step_rad"):
        guided(fine, head_on(40.0))


# --- recovery (section 4) -------------------------------------------------------------------------------------------


def asked(own: State, other: State, begin_s: float, window_s: float, guarded: bool) -> list[tuple[float, float]]:
    """Return the set of headings of one peripheral aircraft with a short window."""
    table, limits = new_table(), P1.limits
    cut = prepare(0, *own, limits, table)
    traffic = Traffic(
        np.array([other[0]]), np.array([other[1]]), np.zeros((1, 3, 5)), np.zeros((3, 1), np.bool_), np.zeros((3, 2))
    )
    volume, guard = Volume(TAUMOD, 1222.32, 137.16, 35.0, 0.0), cylinder(1222.32, 137.16)
    question = Question(volume, begin_s, window_s, guarded, guard)
    out = np.empty((CAPACITY, 2))
    owner = Own(*own, cut, table, limits.lookahead_s)
    count = common_set(owner, traffic, NEAR, np.array([True]), question, new_work(), out)
    return [(float(low), float(up)) for low, up in out[:count]]


def test_a_window_that_ends_before_the_question_begins_leaves_the_guard_alone() -> None:
    """R4.4: with a guard, its own set from 0 to the window's end; without one, everything."""
    other = head_on(20.0)
    assert asked(OWN, other, 30.0, 25.0, False) == [(0.0, 2.0 * np.pi)]
    scene = plain.Scene(P1.limits, *OWN, *other)
    expected = plain.none_set(scene, 0, plain.Asked(cylinder(1222.32, 137.16), 0.0, 25.0))
    found = asked(OWN, other, 30.0, 25.0, True)
    assert found == [pytest.approx(piece) for piece in expected]
    assert found != [(0.0, 2.0 * np.pi)]


def test_a_recovery_time_is_the_earliest_within_half_a_second() -> None:
    """R4.3: at the reported time some step is free; half a second and the margin earlier none is."""
    other = head_on(22.0)
    recovery = guided(P1, other).hdir.recovery
    assert recovery.computed
    assert not recovery.saturated
    scene = plain.Scene(P1.limits, *OWN, *other)
    volume = Volume(*[P1.levels[1][name].item() for name in Volume._fields])
    guard = cylinder(recovery.horizontal_m, recovery.vertical_m)

    def free(begin_s: float) -> bool:
        return plain.none_set(scene, 0, plain.Asked(volume, begin_s, 180.0, guard)) != []

    raw_s = recovery.time_s - P1.limits.recovery_stability_s
    assert free(recovery.time_s)
    assert free(raw_s)
    assert not free(raw_s - 0.5)
    shrunk = 0.9**recovery.n_factor
    assert recovery.horizontal_m == pytest.approx(max(152.4, 1222.32 * shrunk))
    assert recovery.vertical_m == pytest.approx(max(30.48, 137.16 * shrunk))


def test_no_way_out_of_a_near_collision_is_saturated() -> None:
    recovery = guided(P1, head_on(0.5)).hdir.recovery
    assert recovery == (True, True, -inf, 0, -inf, -inf)


def test_without_collision_avoidance_bands_the_distance_is_not_given_up() -> None:
    """R4.3 d: a factor of 0 would shrink nothing, for ever; it means saturated at once."""
    firm = Configuration("firm", "", P1.levels, P1.limits._replace(ca_factor=0.0), P1.memory)
    for time_s in np.linspace(2.0, 24.0, 12):
        shrinking, held = guided(P1, head_on(time_s)).hdir.recovery, guided(firm, head_on(time_s)).hdir.recovery
        assert held.saturated == (shrinking.saturated or shrinking.n_factor > 0)


def test_an_instantaneous_dimension_in_violation_recovers_at_once() -> None:
    """R3.2: where something stays free, time 0 and the recovery sizes; the free values are the way back."""
    guidance = guided(CD3D, ((0.0, 9000.0, 3000.0), (0.0, 90.0, 0.0)))
    assert guidance.violation_s[NEAR, 0] == 0.0
    alt = guidance.alt
    assert alt.recovery == (True, False, 0.0, 0, CD3D.limits.recovery_horizontal_m, CD3D.limits.recovery_vertical_m)
    assert {name for _, _, name in listed(alt)} == {"NEAR", "RECOVERY"}


def test_a_corrective_region_without_a_level_has_no_recovery() -> None:
    only_near = Configuration("near", "", P1.levels[2:].copy(), P1.limits, P1.memory)
    guidance = guided(only_near, head_on(12.0))
    assert {name for _, _, name in listed(guidance.hdir)} == {"NEAR"}
    assert guidance.hdir.recovery[:2] == (False, False)
    assert isnan(guidance.hdir.recovery.time_s)


# --- last time to manoeuvre (R7.1, R7.2) ----------------------------------------------------------------------------


def test_after_the_last_time_every_step_is_of_no_use() -> None:
    """R7.1 by its definition: at the last time the plain rules find a way, half a second later they find none."""
    other: State = ((1500.0, 30000.0, 3000.0), (-10.0, -90.0, 0.0))
    found = evaluate(P1, scene_of(other), last_times=True)
    assert found.last_times is not None
    for dimension in (0, 1, 2):
        last_s = float(found.last_times[0, dimension])
        assert 0.0 < last_s < found.corrective_s[0]
        for time_s, useless in ((last_s, False), (last_s + 0.5, True)):
            s, p = moved(OWN, time_s), moved(other, time_s)
            scene = plain.Scene(P1.limits, s, OWN[1], p, other[1])
            assert all_red(scene, dimension) is useless


def moved(state: State, time_s: float) -> tuple[float, float, float]:
    (x, y, z), v = state
    return x + time_s * v[0], y + time_s * v[1], z + time_s * v[2]


def all_red(scene: plain.Scene, dimension: int) -> bool:
    """Return R1.15 in plain Python: on neither side a green step before the first that is inside."""
    volume = Volume(*[P1.levels[1][name].item() for name in Volume._fields])
    question, h = plain.Asked(volume, 0.0, 180.0), plain.every(scene.limits, dimension)
    if scene.hit(volume, (scene.s, scene.v), 0.0, 0.0, 0.0):
        return True
    for side, n in zip((-1, 1), plain.counts(scene, dimension), strict=True):
        for k in range(n + 1):
            state = plain.moved(scene, dimension, side, k)
            if k * h < 180.0 and scene.hit(volume, state, k * h, k * h, k * h):
                break
            if plain.is_green(scene, state, k * h, question):
                return False
    return True


def test_the_last_time_is_infinite_without_conflict_and_past_inside() -> None:
    found = evaluate(P1, scene_of(head_on(30.0, 2000.0), head_on(2.0)), last_times=True)
    assert found.last_times is not None
    assert found.last_times[0].tolist() == [inf] * 4
    assert found.last_times[1].tolist() == [-inf] * 4


def test_an_alerter_without_the_corrective_region_has_no_last_time() -> None:
    given = Given(False, np.zeros((2, 3)), np.zeros((2, 3)))
    found = find_last_times(P1.levels[2:], P1.limits, given, *OWN, np.ones((1, 1, 5)))
    assert found.tolist() == [[inf] * 4]


def test_on_the_sphere_the_last_time_is_that_of_the_plane_near_the_equator() -> None:
    """R7.2 goes back to the great circle; at 25 km that moves no last time by more than its half second."""
    degree_m = 1852.0 * 60.0
    positions = np.array([[1500.0, 13000.0, 3000.0]])
    velocities = np.array([[-10.0, -90.0, 0.0]])
    flat = evaluate(P1, scene_of(((1500.0, 13000.0, 3000.0), (-10.0, -90.0, 0.0))), bands=False, last_times=True)
    round_ = Scene(
        True,
        np.array([0.0, 0.0, 3000.0]),
        np.array(OWN[1]),
        np.array([[positions[0, 1] / degree_m, positions[0, 0] / degree_m, 3000.0]]),
        velocities,
    )
    sphere = evaluate(P1, round_, bands=False, last_times=True)
    assert flat.last_times is not None
    assert sphere.last_times is not None
    assert sphere.last_times == pytest.approx(flat.last_times, abs=0.51)


# --- what the product may call directly -----------------------------------------------------------------------------


def test_guide_takes_states_of_any_plane_frame() -> None:
    """A scene moved and turned as a whole gives the same speeds, climbs and altitudes; headings turn with it."""
    other, angle = ((1500.0, 9000.0, 3000.0), (-10.0, -90.0, 2.0)), radians(30.0)

    def turned(v: tuple[float, float, float]) -> list[float]:
        c, n = np.cos(angle), np.sin(angle)
        return [v[0] * c + v[1] * n, -v[0] * n + v[1] * c, v[2]]

    frames = [
        (np.array([OWN[0], other[0]]), np.array([OWN[1], other[1]])),
        (
            np.array([turned(OWN[0]), turned(other[0])]) + np.array([5000.0, -7000.0, 0.0]),
            np.array([turned(OWN[1]), turned(other[1])]),
        ),
    ]
    answers = [direct(*frame) for frame in frames]
    for name in ("hs", "vs", "alt"):
        one, two = (listed(getattr(answer, name)) for answer in answers)
        assert [row[2] for row in one] == [row[2] for row in two]
        assert [row[0] for row in one] == pytest.approx([row[0] for row in two])
    assert answers[0].hdir.resolution.up + angle == pytest.approx(answers[1].hdir.resolution.up)


def direct(positions: np.ndarray, velocities: np.ndarray) -> Guidance:
    """Return the guidance of plane states without a scene."""
    s = tuple((positions[0] - positions[1]).tolist())
    v, w = (tuple(row.tolist()) for row in velocities)
    volume = Volume(*[P1.levels[1][name].item() for name in Volume._fields])
    t_in, t_out = interval(volume, s, v, w, 0.0, 180.0)
    found = np.zeros((1, 3, 5))
    found[:, :, 1:3] = t_in, t_out
    return guide(P1, positions, velocities, found, np.array([0]), np.array([nan]), 0.0, None)


def test_memories_are_one_per_dimension_and_as_deep_as_the_settings() -> None:
    memories = new_memories(4)
    assert len(memories) == 4
    assert memories[0].left.shape[1] == 4
    assert new_memories(0)[0].left.size == 0


def test_any_red_is_the_question_of_a_whole_dimension() -> None:
    table = new_table()
    cut = prepare(1, *OWN, P1.limits, table)
    own = Own(*OWN, cut, table, 180.0)
    volume = Volume(TAUMOD, 1222.32, 137.16, 35.0, 0.0)
    flags = np.empty(STEPS_MAX, np.bool_)
    question = Question(volume, 0.0, 25.0, False, volume)
    assert any_red(own, *head_on(60.0), question, flags)
    assert not any_red(own, *head_on(60.0, 500.0), question, flags)
