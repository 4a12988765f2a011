"""Ladders compiled for every pair of groups, against the clauses read one by one."""

from itertools import product
from math import atan2, cos, hypot, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.agreement.alerter import shipped
from airpact.agreement.ladder import DECLARED_FORMATION, SAME_PARTY, rungs_between
from airpact.agreement.parameters import CIVIL, PairMemory, Rung, SeparationClause, SeparationRules, Side
from airpact.agreement.table import NO_LADDER, compile_table
from airpact.encounter.configurations import CONFIGURATIONS
from airpact.encounter.levels import Level
from airpact.encounter.volumes import KINDS, Volume, before, interval

GROUPS = tuple(product(("blue", "red", CIVIL), ("fixed", "uav", "unknown")))
WIDE = (Rung(Level.ADVISORY, 9000, 900, 120), Rung(Level.CAUTION, 5000, 600, 45), Rung(Level.WARNING, 2000, 300, 0))
CLAUSES = (
    SeparationClause("1", (Side(("blue",)), Side(("red",))), WIDE, (DECLARED_FORMATION,)),
    SeparationClause("2", (Side(("!civil",)), Side((CIVIL,), ("fixed",))), WIDE[1:], ()),
    SeparationClause("3", (Side(), Side(("*",), ("uav",))), WIDE[2:], (SAME_PARTY,)),
)
TABLE = compile_table(SeparationRules("hash", CLAUSES), GROUPS, 50.0)


def ladder(a: int, b: int, of: np.ndarray = TABLE.ladder_of) -> list[tuple[str, float, float, float, int]]:
    if of[a, b] == NO_LADDER:
        return []
    rungs = TABLE.rungs[TABLE.start[of[a, b]] : TABLE.start[of[a, b] + 1]]
    return [
        (TABLE.clauses[r["clause"]], r["horizontal_m"], r["vertical_m"], r["lookahead_s"], r["level"]) for r in rungs
    ]


@pytest.mark.parametrize(("a", "b"), list(product(range(len(GROUPS)), repeat=2)))
def test_every_pair_of_groups_gets_the_rungs_of_the_clauses_that_bind_it(a: int, b: int) -> None:
    expected = [
        (
            name,
            r.horizontal_m,
            r.vertical_m,
            50.0 if r.level is Level.CAUTION and r.lookahead_s else r.lookahead_s,
            r.level,
        )
        for name, r in rungs_between(SeparationRules("hash", CLAUSES), *GROUPS[a], *GROUPS[b])
    ]
    assert ladder(a, b) == expected
    assert TABLE.ladder_of[a, b] == TABLE.ladder_of[b, a]


def test_only_cautions_that_look_ahead_are_stretched_and_never_shortened() -> None:
    rungs = (Rung(Level.CAUTION, 1, 1, 0), Rung(Level.CAUTION, 1, 1, 300), Rung(Level.WARNING, 1, 1, 10))
    clause = SeparationClause("1", (Side(), Side()), rungs)
    table = compile_table(SeparationRules("hash", (clause,)), GROUPS, 50.0)
    assert table.rungs["lookahead_s"].tolist() == [0.0, 300.0, 10.0]


def test_the_minimum_of_a_clause_is_its_most_severe_rung() -> None:
    blue, red = GROUPS.index(("blue", "fixed")), GROUPS.index(("red", "fixed"))
    at = TABLE.start[TABLE.ladder_of[blue, red]]
    assert TABLE.rungs[at : at + 3]["minimum"].tolist() == [0, 0, 1]


def test_a_declared_formation_has_a_ladder_of_its_own() -> None:
    blue, red = GROUPS.index(("blue", "uav")), GROUPS.index(("red", "uav"))
    assert {row[0] for row in ladder(blue, red)} == {"1", "3"}
    assert {row[0] for row in ladder(blue, red, TABLE.formation_of)} == {"3"}


def test_reach_is_the_largest_of_each_axis_and_empty_where_nothing_was_asked() -> None:
    for a, b in product(range(len(GROUPS)), repeat=2):
        rows = ladder(a, b)
        if not rows:
            assert np.isnan(TABLE.reach[a, b]).all()
        else:
            expected = [max(r[1] for r in rows), max(r[2] for r in rows), max(r[3] for r in rows)]
            assert TABLE.reach[a, b].tolist() == expected


@given(
    st.sampled_from(tuple(KINDS)), st.floats(100, 5000), st.floats(50, 400), st.floats(0, 60), st.floats(0, 40),
    st.floats(1, 180), st.tuples(*[st.floats(-40_000, 40_000)] * 2, st.floats(-3000, 3000)),
    st.tuples(*[st.floats(-300, 300)] * 2, st.floats(-40, 40)), st.floats(-0.05, 0.05),
)  # fmt: skip
def test_no_volume_is_entered_within_its_time_from_beyond_reach(
    kind: str, wide: float, high: float, tau_s: float, coa_s: float, ahead_s: float, s: tuple[float, float, float],
    v: tuple[float, float, float], off: float,
) -> None:  # fmt: skip
    """Aimed nearly at each other, so that most of the pairs are entered sooner or later."""
    speed, far = hypot(v[0], v[1]), hypot(s[0], s[1])
    course = atan2(-s[1], -s[0]) + off
    v = (speed * cos(course), speed * sin(course), v[2])
    rung = Rung(Level.WARNING, wide, high, ahead_s, kind, tau_s, coa_s)
    rules = SeparationRules("hash", (SeparationClause("1", (Side(), Side()), (rung,), (), PairMemory()),))
    h_m, v_m, t_s = compile_table(rules, GROUPS[:1], 0.0).reach[0, 0]
    times = (0.0, 0.0) if kind == "cylinder" else (tau_s, coa_s)
    t_in, t_out = interval(Volume(KINDS[kind], wide, high, *times), s, v, (0.0, 0.0, 0.0), 0.0, ahead_s)
    if before(t_in, t_out, ahead_s):
        assert far <= h_m + speed * t_s + 1e-6
        assert abs(s[2]) <= v_m + abs(v[2]) * t_s + 1e-6


def test_an_alerter_keeps_its_times_and_its_memory_and_says_how_far_it_matters() -> None:
    rungs, memory = shipped(CONFIGURATIONS["do365b_p1"])
    clause = SeparationClause("1", (Side(), Side()), rungs, (), memory)
    table = compile_table(SeparationRules("hash", (clause,)), GROUPS[:1], 90.0)
    assert table.rungs["lookahead_s"].tolist() == [55.0, 55.0, 25.0]
    assert table.rungs["early_s"].tolist() == [75.0, 75.0, 55.0]
    assert table.rungs["minimum"].tolist() == [0, 0, 1]
    assert table.rungs["memory"].tolist() == [0, 0, 0]
    assert table.memories.tolist() == [(5.0, 4.0, 2, 4)]
    assert table.remembering == ("1",)
    assert table.reach[0, 0, 2] == 75.0 + 35.0
    forgetful = SeparationClause("1", (Side(), Side()), rungs, (), PairMemory())
    table = compile_table(SeparationRules("hash", (forgetful,)), GROUPS[:1], 90.0)
    assert table.rungs["memory"].tolist() == [-1, -1, -1]
    assert table.remembering == ()


def test_an_empty_agreement_compiles_to_nothing() -> None:
    table = compile_table(SeparationRules("hash", ()), GROUPS, 50.0)
    assert table.rungs.size == 0
    assert (table.ladder_of == NO_LADDER).all()
