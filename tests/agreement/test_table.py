"""Ladders compiled for every pair of groups, against the clauses read one by one."""

from itertools import product

import numpy as np
import pytest

from airpact.agreement.ladder import DECLARED_FORMATION, SAME_PARTY, rungs_between
from airpact.agreement.parameters import CIVIL, Rung, SeparationClause, SeparationRules, Side
from airpact.agreement.table import NO_LADDER, compile_table
from airpact.encounter.levels import Level

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


def test_an_empty_agreement_compiles_to_nothing() -> None:
    table = compile_table(SeparationRules("hash", ()), GROUPS, 50.0)
    assert table.rungs.size == 0
    assert (table.ladder_of == NO_LADDER).all()
