"""Ways out against a walk in small cells, the edges of the rules by hand, and every list of the reference corpus."""

import gzip
from collections.abc import Callable, Sequence
from itertools import groupby
from math import inf, isfinite, isnan, nan, pi, tau
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.encounter.bands.resolutions import (
    NOWHERE,
    Ways,
    distances,
    find,
    is_left,
    modulus_of,
    nearer_up,
    raw_ways,
)
from airpact.encounter.configurations import CONFIGURATIONS, Region
from tests.encounter.bands.coloured import (
    DIMENSIONS,
    FAR,
    MID,
    NEAR,
    NONE,
    RECOVERY,
    UNKNOWN,
    Row,
    own_value,
    reference_list,
    reference_number,
    reference_rows,
    same_number,
    segments_of,
)

CELLS = 48


def ways(rows: Sequence[Row], value: float, modulus: float = 0.0, corrective: Region = MID) -> Ways:
    found: Ways = raw_ways(segments_of(rows), value, int(corrective), modulus)
    return found


def out(rows: Sequence[Row], value: float, modulus: float = 0.0, corrective: Region = MID) -> tuple[float, float]:
    found = ways(rows, value, modulus, corrective)
    return float(found.down), float(found.up)


# --- the segment of a value (R5.1) -----------------------------------------------------------------------------------

THREE = [(100.0, 120.0, MID), (120.0, 140.0, NEAR), (140.0, 160.0, MID)]


@pytest.mark.parametrize(
    ("rows", "value", "expected"),
    [
        (THREE, 130.0, 1),
        (THREE, 139.99, 2),  # equal to the edge by tolerance b, and the neighbour is softer
        (THREE, 140.0, 2),
        ([(100.0, 120.0, MID), (120.0, 140.0, NEAR)], 120.0, 0),  # first that holds it, and softer than its neighbour
        ([(100.0, 120.0, NEAR), (120.0, 140.0, MID)], 120.0, 1),
        ([(100.0, 120.0, MID), (120.0, 140.0, NONE)], 120.0, 1),
        ([(100.0, 120.0, NONE), (120.0, 140.0, MID)], 120.0, 0),
        ([(100.0, 120.0, RECOVERY), (120.0, 140.0, MID)], 120.0, 0),
        ([(90.0, 100.0, NONE), (100.0, 120.0, MID), (120.0, 140.0, UNKNOWN)], 120.0, 1),  # unknown is no neighbour
        (THREE, 160.01, NOWHERE),  # upon the last edge by tolerance, and nothing beyond
        (THREE, 100.0, NOWHERE),  # upon the first edge of a conflict: what lies before is not in the list
        ([(100.0, 120.0, NONE), (120.0, 140.0, MID)], 100.0, 0),
        (THREE, 170.0, NOWHERE),
        (THREE, nan, NOWHERE),
        ([], 100.0, NOWHERE),
    ],
)
def test_a_value_upon_an_edge_belongs_to_the_softer_side(rows: list[Row], value: float, expected: int) -> None:
    """R5.1 on a line."""
    assert find(segments_of(rows), value, 0.0) == expected


def test_the_first_segment_as_neighbour_wins_whatever_its_severity() -> None:
    """R5.1, neighbour 0: a MID value upon the edge of a NEAR first segment counts as NEAR."""
    rows = [(0.0, 2.0, NEAR), (2.0, 4.0, NONE), (4.0, tau, MID)]
    assert find(segments_of(rows), tau - 1e-5, tau) == 0
    beside_second = [(0.0, 1.0, NONE), (1.0, 2.0, NEAR), (2.0, 4.0, MID), (4.0, tau, NONE)]
    assert find(segments_of(beside_second), 2.0, tau) == 2


def test_a_circle_wraps_values_and_neighbours() -> None:
    """R5.1 on a circle: upon north the last segment is the neighbour of the first."""
    rows = [(0.0, 2.0, NEAR), (2.0, 4.0, NONE), (4.0, tau, MID)]
    assert find(segments_of(rows), -1.0, tau) == 2
    assert find(segments_of(rows), 3.0 + tau, tau) == 1
    assert find(segments_of(rows), 0.0, tau) == 2
    assert find(segments_of([(0.0, tau, NEAR)]), 0.0, tau) == 0


# --- left (R5.3) -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "modulus", "expected"),
    [
        (100.0, 120.0, 0.0, True),
        (120.0, 100.0, 0.0, False),
        (100.01, 100.0, 0.0, True),
        (1.0, 2.0, tau, True),
        (2.0, 1.0, tau, False),
        (6.0, 0.5, tau, True),
        (0.5, 6.0, tau, False),
        (1.0, 1.0 + pi, tau, False),  # a half turn is neither left nor right
        (1.0 + pi, 1.0, tau, False),
        (1.0, 1.0 + pi - 1e-5, tau, False),
        (1.0, 0.9 + pi, tau, True),
    ],
)
def test_left_is_less_than_a_half_turn(a: float, b: float, modulus: float, expected: bool) -> None:
    """R5.3."""
    assert is_left(a, b, modulus) == expected


# --- raw ways out (R5.2, R5.4) ---------------------------------------------------------------------------------------


def test_no_way_out_is_needed_from_a_colour_that_is_not_hard() -> None:
    """R5.2: resolution colours, and conflicts milder than the corrective region."""
    rows = [(100.0, 120.0, FAR), (120.0, 140.0, NONE), (140.0, 160.0, RECOVERY), (160.0, 200.0, MID)]
    for value in (110.0, 130.0, 150.0, 500.0):
        assert all(isnan(edge) for edge in out(rows, value))
    assert out(rows, 180.0) == (160.0, inf)
    assert isnan(out(rows, 180.0, corrective=NEAR)[0])
    assert out(rows, 110.0, corrective=FAR) == (-inf, 120.0)


def test_a_search_goes_on_through_hard_segments_of_any_colour() -> None:
    """R5.4, and a milder conflict is a way out."""
    rows = [(90.0, 100.0, FAR), *THREE, (160.0, 180.0, NEAR), (180.0, 200.0, NONE)]
    assert out(rows, 130.0) == (100.0, 180.0)
    assert out(rows, 130.0, corrective=NEAR) == (120.0, 140.0)


def test_unknown_is_no_way_out() -> None:
    """R5.4: found and known."""
    assert out([(100.0, 110.0, UNKNOWN), (110.0, 150.0, NEAR), (150.0, 160.0, UNKNOWN)], 130.0) == (-inf, inf)


def test_a_list_that_is_hard_all_over_has_no_way_out() -> None:
    """R5.4: back at the start, or over the end of a line."""
    assert out([(100.0, 200.0, NEAR)], 150.0) == (-inf, inf)
    assert out([(0.0, tau, NEAR)], 1.0, tau) == (-inf, inf)
    assert out([(0.0, 2.0, NEAR), (2.0, tau, MID)], 1.0, tau) == (-inf, inf)


def test_an_edge_a_half_turn_away_is_no_way_out() -> None:
    """R5.4, example P0052: val + pi is not less than a half turn to the left."""
    rows = [(0.0, 2.449951, NEAR), (2.449951, 5.574090, NONE), (5.574090, tau, NEAR)]
    assert out(rows, 5.574090 - pi, tau) == (-inf, 2.449951)
    assert out(rows, 5.574090 - pi - 0.1, tau) == (5.574090, 2.449951)


def test_a_way_out_at_north_is_zero_on_either_side() -> None:
    """R5.4: the upper edge of the last segment of a circle is 0."""
    rows = [(0.0, 1.0, NEAR), (1.0, tau, NONE)]
    assert out(rows, 0.5, tau) == (0.0, 1.0)
    assert ways(rows, 0.5, tau).down_at == 1
    assert out([(0.0, 5.0, NONE), (5.0, tau, NEAR)], 6.0, tau) == (5.0, 0.0)


def test_examples_of_the_text() -> None:
    """Section 5, P0048 and P0052."""
    middle = [(0.0, 4.938814, NONE), (4.938814, 5.427506, MID), (5.427506, tau, NONE)]
    found = ways(middle, 5.305333, tau)
    assert (found.down, found.up) == (4.938814, 5.427506)
    down, up = distances(found, 5.305333, tau)
    assert (round(down, 4), round(up, 4)) == (0.3665, 0.1222)
    assert nearer_up(found, 5.305333, tau)


def test_of_ways_out_as_near_as_each_other_the_upper_is_preferred() -> None:
    """R5.5: <=b."""
    assert nearer_up(ways([(80.0, 100.0, NONE), (100.0, 120.0, MID), (120.0, 130.0, NONE)], 110.0), 110.0, 0.0)
    assert nearer_up(ways([(80.0, 100.0, NONE), (100.0, 120.001, MID), (120.001, 130.0, NONE)], 110.0), 110.0, 0.0)
    assert not nearer_up(ways([(80.0, 100.0, NONE), (100.0, 121.0, MID), (121.0, 130.0, NONE)], 110.0), 110.0, 0.0)


@st.composite
def painted_cells(draw: st.DrawFn) -> list[Region]:
    runs = draw(st.lists(st.tuples(st.sampled_from([NONE, RECOVERY, FAR, MID, NEAR]), st.integers(1, 20)), min_size=1))
    cells = [region for region, length in runs for _ in range(length)][:CELLS]
    return cells + [NONE] * (CELLS - len(cells))


@given(painted_cells(), st.integers(0, CELLS - 1), st.booleans(), st.sampled_from([MID, NEAR]))
def test_ways_out_equal_a_walk_from_cell_to_cell(
    cells: list[Region], at: int, circular: bool, corrective: Region
) -> None:
    low, high = (0.0, tau) if circular else (100.0, 200.0)
    size = (high - low) / CELLS
    edge = [low + size * k for k in range(CELLS)] + [high]
    rows = []
    for region, run in groupby(range(CELLS), key=lambda k: cells[k]):
        inside = list(run)
        rows.append((edge[inside[0]], edge[inside[-1] + 1], region))
    value = low + size * (at + 0.4)
    down, up = out(rows, value, high - low if circular else 0.0, corrective)
    hard = [region in (MID, NEAR) and region >= corrective for region in cells]
    if not hard[at]:
        assert isnan(down)
        assert isnan(up)
        return
    for way, by, none in ((down, -1, -inf), (up, 1, inf)):
        steps = walk(hard, at, by, circular)
        if steps is None:
            assert way == none
            continue
        border = at + steps if by > 0 else at - steps + 1
        expected = edge[border % CELLS] if circular else edge[border]
        assert way == pytest.approx(expected, abs=1e-12)


def walk(hard: list[bool], at: int, by: int, circular: bool) -> int | None:
    """Return after how many cells a soft one is reached, less than a half turn away; None if none is."""
    for steps in range(1, CELLS // 2 + 1 if circular else CELLS):
        cell = at + by * steps
        if not circular and not 0 <= cell < CELLS:
            return None
        if not hard[cell % CELLS]:
            offset = steps - 0.4 if by > 0 else steps - 0.6  # of the border, in cells
            return steps if not circular or offset < CELLS / 2 else None
    return None


# --- the reference corpus --------------------------------------------------------------------------------------------

FILES = [f"{kind}_{name}" for kind in ("pairs", "multi") for name in ("do365b_p1", "nom_a", "nom_b", "cd3d")]


@pytest.mark.parametrize("name", [*FILES, "seq_do365b_p1_nohyst", "seq_nom_b"])
def test_resolutions_follow_from_the_lists_of_the_reference(name: str, reference: Callable[[str], Path]) -> None:
    """Section 5 on every list without memory: resolutions and preferred side recomputed from the published bands."""
    corrective = CONFIGURATIONS[name.partition("_")[2].removesuffix("_nohyst")].limits.corrective
    lists = needed = 0
    with gzip.open(reference(f"oracle/daidalus/{name}.jsonl.gz"), "rt") as text:
        for row in reference_rows(text):
            for dimension, field in enumerate(DIMENSIONS):
                value, modulus = own_value(row, dimension), modulus_of(dimension)
                found = ways(reference_list(row[field]["b"]), value, modulus, Region(corrective))
                both = isfinite(found.down) and isfinite(found.up)
                preferred = nearer_up(found, value, modulus) if both else isfinite(found.up)
                expected = [reference_number(edge) for edge in row[field]["res"]]
                assert same_number(found.down, expected[0]), (row["id"], field)
                assert same_number(found.up, expected[1]), (row["id"], field)
                assert preferred == row[field]["pref"], (row["id"], field)
                lists += 1
                needed += not isnan(found.down)
    assert lists >= 600
    assert needed > 100
