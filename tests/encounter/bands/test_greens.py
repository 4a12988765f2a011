"""Which values a dimension leaves free for one intruder: against section 1 in plain Python, and by hand."""

from dataclasses import replace
from math import cos, pi, radians, sin, tau

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airpact.encounter.bands.clearance import Question
from airpact.encounter.bands.greens import UNASKED, Own, any_red, is_aloof, mark, new_work, none_set, runs_of, values_of
from airpact.encounter.bands.sets import CAPACITY
from airpact.encounter.bands.steps import STEPS_MAX, check_steps, new_table, plan, prepare, rows_of
from airpact.encounter.configurations import CONFIGURATIONS, Limits
from airpact.encounter.volumes import CYLINDER, KINDS, Volume
from tests.encounter.bands import plain
from tests.encounter.bands.plain import ALT, DIMENSIONS, HDIR, HS, VS, Asked, Interval, Scene

GRADUAL, INSTANT = CONFIGURATIONS["do365b_p1"].limits, CONFIGURATIONS["cd3d"].limits
# Coarse steps make a plain answer quick; every rule stays in play.
COARSE = GRADUAL._replace(hdir_step_rad=radians(6.0), hs_step_mps=12.0, vs_step_mps=2.0, alt_step_m=300.0)
SLOW = COARSE._replace(turn_rate_radps=radians(1.5), horizontal_accel_mps2=0.5, lookahead_s=60.0)
AT_ONCE = INSTANT._replace(hdir_step_rad=radians(6.0), hs_step_mps=12.0, vs_step_mps=2.0, alt_step_m=300.0)


def changed(field: str, value: float) -> Limits:
    """Return the gradual limits with one of them changed."""
    return Limits(**(GRADUAL._asdict() | {field: value}))


def own_of(scene: Scene, dimension: int) -> Own:
    """Return the ownship as kernels take it."""
    table = new_table()
    cut = prepare(dimension, scene.s, scene.v, scene.limits, table)
    return Own(scene.s, scene.v, cut, table, scene.limits.lookahead_s)


def question_of(asked: Asked) -> Question:
    return Question(asked.volume, asked.begin_s, asked.window_s, asked.guard is not None, asked.guard or asked.volume)


def free(scene: Scene, dimension: int, asked: Asked) -> list[Interval]:
    """Return the none-set as kernels find it."""
    out = np.full((CAPACITY, 2), np.nan)
    count = none_set(own_of(scene, dimension), scene.p, scene.w, question_of(asked), new_work(), out)
    return [(float(low), float(up)) for low, up in out[:count]]


VOLUMES = st.sampled_from(sorted(KINDS.values())).flatmap(
    lambda kind: st.just(Volume(kind, 1852.0, 137.16, *((0.0, 0.0) if kind == CYLINDER else (35.0, 20.0))))
)
GUARDS = st.one_of(st.none(), st.builds(lambda d: Volume(CYLINDER, d, d / 9.0, 0.0, 0.0), st.floats(200.0, 2000.0)))


def polar(least: float) -> st.SearchStrategy[tuple[float, float, float]]:
    """Return velocities of at least `least` m/s over ground."""
    return st.tuples(st.floats(least, 250.0), st.floats(-pi, pi), st.sampled_from([0.0, -12.0, 8.0])).map(
        lambda parts: (parts[0] * sin(parts[1]), parts[0] * cos(parts[1]), parts[2])
    )


@st.composite
def encounters(draw: st.DrawFn) -> tuple[Scene, Asked]:
    """Return an encounter that comes close within the look-ahead, and a question."""
    limits = draw(st.sampled_from([COARSE, SLOW, AT_ONCE]))
    v, w = draw(polar(12.0)), draw(polar(0.0))
    t, miss = (
        draw(st.floats(0.0, 120.0)),
        draw(st.tuples(st.floats(-3e3, 3e3), st.floats(-3e3, 3e3), st.floats(-400, 400))),
    )
    z = draw(st.floats(1000.0, 4000.0))
    p = tuple(m + t * (a - b) for m, a, b in zip(miss, v, w, strict=True))
    guard = draw(GUARDS)
    begin_s = draw(st.floats(0.0, 50.0)) if guard else 0.0
    window_s = draw(st.sampled_from([limits.lookahead_s, 55.0]))
    return Scene(limits, (0.0, 0.0, z), v, (p[0], p[1], z + p[2]), w), Asked(draw(VOLUMES), begin_s, window_s, guard)


@pytest.mark.parametrize("dimension", DIMENSIONS)
@settings(max_examples=40)
@given(case=encounters())
def test_a_none_set_is_what_the_rules_leave(case: tuple[Scene, Asked], dimension: int) -> None:
    scene, asked = case
    found, expected = free(scene, dimension, asked), plain.none_set(scene, dimension, asked)
    assert len(found) == len(expected)
    assert [edge for piece in found for edge in piece] == pytest.approx([edge for piece in expected for edge in piece])


@pytest.mark.parametrize("dimension", DIMENSIONS)
@settings(max_examples=30)
@given(case=encounters())
def test_any_red_is_what_the_rules_say(case: tuple[Scene, Asked], dimension: int) -> None:
    scene, asked = case
    asked = replace(asked, begin_s=0.0, guard=None)
    own = own_of(scene, dimension)
    flags = np.empty(STEPS_MAX, np.bool_)
    assert any_red(own, scene.p, scene.w, question_of(asked), flags) == plain.any_red(scene, dimension, asked)


TOUCHING = (0.0, 1222.32, 0.0)  # as far as the volume reaches
SPEEDS_ODD = [0.0, 1.0, GRADUAL.hs_min_mps, GRADUAL.hs_max_mps, 400.0]
TRACKS_ODD = [0.0, -1e-16, 1e-6, pi / 2, pi, -pi, pi - 1e-12]
CLIMBS_ODD = [0.0, -0.0, 2.54, GRADUAL.vs_max_mps, -GRADUAL.vs_max_mps]


@settings(max_examples=80)
@given(
    limits=st.sampled_from([COARSE, AT_ONCE]),
    speed=st.sampled_from(SPEEDS_ODD),
    track=st.sampled_from(TRACKS_ODD),
    climb=st.sampled_from(CLIMBS_ODD),
    z=st.sampled_from([GRADUAL.alt_min_m, 3048.0, GRADUAL.alt_max_m]),
    p=st.sampled_from([(0.0, 0.0, 0.0), TOUCHING, (0.0, 6000.0, 137.16), (-4000.0, 3000.0, -50.0)]),
    same=st.booleans(),
    guard=GUARDS,
)
def test_odd_own_states_are_judged_as_the_rules_say(
    limits: Limits,
    speed: float,
    track: float,
    climb: float,
    z: float,
    p: tuple[float, float, float],
    same: bool,
    guard: Volume | None,
) -> None:
    """At rest, too slow to turn, on and beyond limits, due north and south; hovering traffic or the same velocity."""
    if p == TOUCHING:
        track = 0.0  # on any other, whether the edge is touched rests on the last bit of a sine, not on the rules
    v = (speed * sin(track), speed * cos(track), climb)
    scene = Scene(limits, (0.0, 0.0, z), v, (p[0], p[1], z + p[2]), v if same else (0.0, 0.0, 0.0))
    asked = Asked(Volume(0, 1222.32, 137.16, 35.0, 0.0), 20.0 if guard else 0.0, 180.0, guard)
    for dimension in DIMENSIONS:
        low, high, _ = plain.span(limits, dimension)
        if dimension != HDIR and not low <= scene.value(dimension) <= high:
            assert not own_of(scene, dimension).cut.valid
            continue
        found, expected = free(scene, dimension, asked), plain.none_set(scene, dimension, asked)
        assert len(found) == len(expected), dimension
        assert [edge for piece in found for edge in piece] == pytest.approx(
            [edge for piece in expected for edge in piece], abs=1e-9
        )


def test_traffic_that_no_step_can_reach_leaves_every_value() -> None:
    """The short cut gives what all green steps give, last tried steps and all."""
    volume = Volume(0, 1222.32, 137.16, 35.0, 0.0)
    for dimension, p in ((HDIR, (0.0, 9e3, 5e3)), (HS, (0.0, 9e3, 5e3)), (VS, (9e4, 0.0, 3e3)), (ALT, (9e4, 0.0, 3e3))):
        scene = Scene(GRADUAL, (0.0, 0.0, 3000.0), (3.0, 90.0, 0.0), p, (0.0, -20.0, 0.0))
        own, asked = own_of(scene, dimension), Asked(volume, 0.0, 180.0)
        assert is_aloof(own, scene.p, scene.w, question_of(asked))
        work, out = new_work(), np.empty((CAPACITY, 2))
        left, right = mark(own, scene.p, scene.w, question_of(asked), own.cut.every_s, work.flags)
        assert work.flags[: rows_of(own.cut)].all()
        count = values_of(own.cut, work.runs, runs_of(own.cut, work.flags, left, right, work.runs), out)
        assert free(scene, dimension, asked) == [tuple(row) for row in out[:count].tolist()]
        low, high, _ = plain.span(GRADUAL, dimension)
        assert free(scene, dimension, asked) == [(low, high)]


# --- runs and edges by hand (R1.12, R1.13) ---------------------------------------------------------------------------


def runs(flags: str, here: int, left: int, right: int) -> list[tuple[int, int]]:
    """Return the runs of a line of steps: `g` green, `.` red; step 0 at index `here`; tried from -left to right."""
    scene = Scene(GRADUAL, (0.0, 0.0, 3000.0), (3.0, 90.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    cut = own_of(scene, HS).cut._replace(left=here, right=len(flags) - 1 - here)
    out = np.empty((CAPACITY, 2), np.int64)
    count = runs_of(cut, np.array([flag == "g" for flag in flags]), left, right, out)
    return [(int(a), int(b)) for a, b in out[:count]]


def test_runs_of_both_sides_are_joined_at_the_present_value() -> None:
    assert runs("gg.ggg.gg", 4, 4, 4) == [(-4, -3), (-1, 1), (3, 4)]


def test_a_run_of_the_last_tried_step_alone_is_dropped() -> None:
    """R1.12: the last step before the way out closes does not count by itself; of two it does."""
    assert runs("ggg.g.", 0, 0, 4) == [(0, 2)]
    assert runs("ggg.gg", 0, 0, 5) == [(0, 2), (4, 5)]
    assert runs("g.g.ggg", 6, 6, 0) == [(-4, -4), (-2, 0)]
    assert runs("g.ggg", 2, 2, 2) == [(0, 2)], "dropped on the left before the sides are joined"


def test_a_run_of_the_present_step_alone_joins_or_is_dropped() -> None:
    assert runs("gg", 0, 0, 1) == [(0, 1)], "the left side tried one step, and it was its last"
    assert runs("..ggg", 2, 2, 2) == [(0, 2)]


def test_unreached_steps_are_no_part_of_a_run() -> None:
    assert runs("ggggggg", 3, 1, 2) == [(-1, 2)]


def edges(scene: Scene, dimension: int, *pairs: tuple[int, int]) -> list[Interval]:
    """Return the values of some runs of steps."""
    out, table = np.empty((CAPACITY, 2)), np.array(pairs, np.int64).reshape(-1, 2)
    count = values_of(own_of(scene, dimension).cut, table, len(pairs), out)
    return [(float(low), float(up)) for low, up in out[:count]]


def heading(track: float) -> Scene:
    v = (90.0 * sin(track), 90.0 * cos(track), 0.0)
    return Scene(GRADUAL, (0.0, 0.0, 3000.0), v, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))


def test_headings_wrap_at_north_and_all_of_them_are_the_whole_circle() -> None:
    one = radians(1.0)
    assert edges(heading(1.0), HDIR, (-180, 180)) == [(0.0, tau)]
    assert edges(heading(0.1), HDIR, (-20, 20))[0] == pytest.approx((0.0, 0.1 + 20 * one))
    assert edges(heading(0.1), HDIR, (-20, 20))[1] == pytest.approx((tau + 0.1 - 20 * one, tau))
    assert edges(heading(3.0), HDIR, (-20, 20)) == [pytest.approx((3.0 - 20 * one, 3.0 + 20 * one))]


def test_a_heading_interval_that_vanishes_on_both_sides_of_north_is_the_whole_circle() -> None:
    """R1.13: steps a millionth too wide reach past the far side: [0, 3e-6] and [2 pi - 3e-6, 2 pi] are nothing."""
    wide = GRADUAL._replace(hdir_step_rad=radians(1.0) * (1.0 + 1e-6))
    scene = replace(heading(pi), limits=wide, v=(0.0, -90.0, 0.0))
    assert own_of(scene, HDIR).cut.left == 180
    assert edges(scene, HDIR, (-180, 180)) == [(0.0, tau)]
    assert edges(scene, HDIR, (-180, 180)) == plain.around(pi - 180 * wide.hdir_step_rad, pi + 180 * wide.hdir_step_rad)


def test_edges_are_clipped_to_the_limits_and_single_steps_leave_nothing() -> None:
    scene = heading(1.0)
    assert edges(scene, HS, (3, 3)) == []
    ((low, up),) = edges(scene, HS, (-5, 500))
    assert (low, up) == pytest.approx((90.0 - 5 * GRADUAL.hs_step_mps, GRADUAL.hs_max_mps))
    assert edges(scene, ALT, (0, 500)) == [(GRADUAL.alt_min_m, GRADUAL.alt_max_m)]
    assert edges(scene, ALT, (10, 12)) == [pytest.approx((335.28, 396.24))]


# --- plans (R1.1 to R1.3) ---------------------------------------------------------------------------------------------


def test_the_worked_plan() -> None:
    """P0048 of the corpus: 180 steps each way, 27 and 112 speeds, 52 and 69 climbs, 501 targets."""
    s, v = (42549.25, 43404.5, 3397.5), (-61.692, 41.628, -4.123357)
    cuts = [plan(dimension, s, v, GRADUAL) for dimension in DIMENSIONS]
    assert [(cut.left, cut.right) for cut in cuts] == [(180, 180), (27, 112), (52, 69), (0, 500)]
    assert [cut.every_s for cut in cuts] == pytest.approx([1 / 3, 1.28611, 0.207206, 1.0], abs=1e-5)
    assert all(cut.valid for cut in cuts)


@pytest.mark.parametrize(("field", "none"), [("turn_rate_radps", HDIR), ("horizontal_accel_mps2", HS)])
def test_a_dimension_without_its_rate_is_instantaneous(field: str, none: int) -> None:
    limits = changed(field, 0.0)
    assert [plan(d, (0.0, 0.0, 3e3), (0.0, 90.0, 0.0), limits).every_s == 0.0 for d in DIMENSIONS] == [
        d == none for d in DIMENSIONS
    ]


@pytest.mark.parametrize("field", ["vertical_accel_mps2", "vertical_rate_mps"])
def test_altitude_needs_a_rate_and_an_acceleration(field: str) -> None:
    assert plan(ALT, (0.0, 0.0, 3e3), (0.0, 90.0, 0.0), changed(field, 0.0)).every_s == 0.0


@pytest.mark.parametrize(
    ("dimension", "s", "v"),
    [
        (HS, (0.0, 0.0, 3000.0), (0.0, 400.0, 0.0)),
        (HS, (0.0, 0.0, 3000.0), (0.0, 1.0, 0.0)),
        (VS, (0.0, 0.0, 3000.0), (0.0, 90.0, 31.0)),
        (ALT, (0.0, 0.0, 10.0), (0.0, 90.0, 0.0)),
        (ALT, (0.0, 0.0, 16000.0), (0.0, 90.0, 0.0)),
    ],
)
def test_a_value_beyond_its_limits_makes_the_dimension_invalid(
    dimension: int, s: tuple[float, float, float], v: tuple[float, float, float]
) -> None:
    assert not plan(dimension, s, v, GRADUAL).valid
    assert plan(HDIR, s, v, GRADUAL).valid


def test_a_value_on_its_limit_is_valid() -> None:
    cut = plan(ALT, (0.0, 0.0, GRADUAL.alt_max_m), (0.0, 90.0, GRADUAL.vs_max_mps), GRADUAL)
    assert cut.valid
    assert plan(VS, (0.0, 0.0, 3e3), (0.0, 90.0, GRADUAL.vs_max_mps), GRADUAL).right == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [("hdir_step_rad", 0.005), ("hs_step_mps", 0.1), ("vs_step_mps", 0.0), ("alt_step_m", float("nan"))],
)
def test_steps_that_no_set_could_hold_are_refused_with_a_remedy(field: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{field}: .* give one of"):
        check_steps(changed(field, value))


def test_the_finest_steps_that_are_admitted_fit() -> None:
    limits: Limits = GRADUAL._replace(hdir_step_rad=tau / 1000.0)
    check_steps(limits)
    scene = Scene(limits, (0.0, 0.0, 3e3), (0.0, 90.0, 0.0), (0.0, 8e3, 3e3), (0.0, -90.0, 0.0))
    assert rows_of(own_of(scene, HDIR).cut) <= STEPS_MAX
    asked = Asked(Volume(0, 1222.32, 137.16, 35.0, 0.0), 0.0, 180.0)
    assert free(scene, HDIR, asked) == [pytest.approx(piece) for piece in plain.none_set(scene, HDIR, asked)]


def test_the_way_to_a_step_may_be_left_unasked() -> None:
    """R1.15: any-red has no R1.11; a step beyond a conflict on the way counts as long as it is clear itself."""
    scene = Scene(GRADUAL, (0.0, 0.0, 3e3), (0.0, 90.0, 0.0), (0.0, 6e3, 3e3), (0.0, -90.0, 0.0))
    own, asked = own_of(scene, HS), Asked(Volume(0, 1222.32, 137.16, 35.0, 0.0), 0.0, 180.0)
    flags, question = np.empty(STEPS_MAX, np.bool_), question_of(asked)
    tried = mark(own, scene.p, scene.w, question, own.cut.every_s, flags)
    assert tried < mark(own, scene.p, scene.w, question, UNASKED, flags) == (own.cut.left, own.cut.right)
