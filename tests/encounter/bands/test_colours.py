"""Painting against a list of small cells, each of which takes the most severe colour that is painted over it."""

from collections.abc import Sequence
from itertools import pairwise
from math import nan, tau

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.encounter.bands.colours import (
    Outline,
    covers,
    is_conflict,
    is_resolution,
    listed,
    new_outline,
    paint,
    paint_sets,
    severity,
    start,
    wrap,
)
from airpact.encounter.configurations import Region
from tests.encounter.bands.coloured import (
    FAR,
    MID,
    NEAR,
    NONE,
    RECOVERY,
    UNKNOWN,
    Interval,
    Row,
    none_sets,
    rows_of,
)

LOW, HIGH = 100.0, 200.0
CELLS = 50


def line(*painted: tuple[float, float, Region], low: float = LOW, high: float = HIGH) -> Outline:
    """Return a line with some parts painted in turn."""
    return outlined(False, low, high, painted)


def circle(*painted: tuple[float, float, Region]) -> Outline:
    """Return a circle with some parts painted in turn."""
    return outlined(True, 0.0, tau, painted)


def outlined(circular: bool, low: float, high: float, painted: Sequence[Row]) -> Outline:
    outline: Outline = new_outline(none_sets()[1], 2 * len(painted))
    start(outline, circular, low, high)
    for a, b, region in painted:
        paint(outline, a, b, int(region))
    return outline


def breakpoints(outline: Outline) -> list[tuple[int, float, int]]:
    return [(int(outline.left[k]), float(outline.value[k]), int(outline.right[k])) for k in range(outline.size[0])]


def settled(
    circular: bool, low: float, high: float, free: Sequence[Sequence[Interval] | None], entered: bool
) -> list[Row]:
    sets, counts = none_sets(*free)
    outline = new_outline(counts, 0)
    start(outline, circular, low, high)
    paint_sets(outline, sets, counts, entered, int(MID))
    assert outline.size[0] <= len(outline.value), "written beyond the room that was made"
    return rows_of(listed(outline, entered))


# --- colours ---------------------------------------------------------------------------------------------------------


def test_order_and_severity_are_those_of_c9() -> None:
    """C9: RECOVERY is highest in order but no conflict."""
    table = {UNKNOWN: (-1, False, False), NONE: (0, False, True), FAR: (1, True, False)}
    table |= {MID: (2, True, False), NEAR: (3, True, False), RECOVERY: (0, False, True)}
    for region, expected in table.items():
        assert (severity(int(region)), is_conflict(int(region)), is_resolution(int(region))) == expected
    assert [int(region) for region in (UNKNOWN, NONE, FAR, MID, NEAR, RECOVERY)] == [-1, 0, 1, 2, 3, 4]
    assert not covers(int(NEAR), int(UNKNOWN)), "what is unknown is never painted over"


@pytest.mark.parametrize(
    ("value", "modulus", "expected"),
    [(7.0, 0.0, 7.0), (-1.0, 10.0, 9.0), (10.0, 10.0, 0.0), (23.0, 10.0, 3.0), (10.0 * (1 - 1e-13), 10.0, 0.0)],
)
def test_mod_takes_what_is_almost_the_modulus_as_zero(value: float, modulus: float, expected: float) -> None:
    """C4."""
    assert wrap(value, modulus) == pytest.approx(expected, abs=0.0, rel=1e-15)


# --- painting (R3.3, R3.4) -------------------------------------------------------------------------------------------


def test_a_list_starts_as_one_part_with_nothing_known_beyond_a_line() -> None:
    """R3.3."""
    assert breakpoints(line()) == [(-1, LOW, 0), (0, HIGH, -1)]
    assert breakpoints(circle()) == [(0, 0.0, 0), (0, tau, 0)]


@pytest.mark.parametrize(
    ("low", "up"),
    [(150.0, 150.0), (150.0, 150.001), (160.0, 140.0), (20.0, 100.0), (20.0, 100.001), (199.99, 300.0), (nan, 150.0)],
)
def test_what_is_empty_or_beyond_the_ends_is_not_painted(low: float, up: float) -> None:
    """R3.4, with tolerance b: at 150 the edges 150 and 150.001 are equal, at 200 so are 199.99 and 200."""
    assert breakpoints(line((low, up, NEAR))) == breakpoints(line())


def test_paint_is_clipped_to_the_list() -> None:
    """R3.4."""
    assert rows_of(listed(line((0.0, 120.0, MID), (180.0, 999.0, NEAR)), False)) == [
        (LOW, 120.0, MID),
        (120.0, 180.0, NONE),
        (180.0, HIGH, NEAR),
    ]


def test_an_edge_snaps_to_a_breakpoint_within_tolerance() -> None:
    """R3.4: at 120 m tolerance b is 2^-6 m."""
    assert rows_of(listed(line((110.0, 120.0, NEAR), (120.01, 140.0, MID)), False)) == [
        (LOW, 110.0, NONE),
        (110.0, 120.0, NEAR),
        (120.0, 140.0, MID),
        (140.0, HIGH, NONE),
    ]
    apart = rows_of(listed(line((110.0, 120.0, NEAR), (120.04, 140.0, MID)), False))
    assert apart[2] == (120.0, 120.04, NONE)


def test_edges_of_altitude_fuse_within_half_a_metre() -> None:
    """R10.1, example: 3048.0 and 3048.3 m are equal, 3048.0 and 3048.9 m are not."""
    near = (2500.0, 3048.0, NEAR)
    assert len(listed(line(near, (3048.3, 3500.0, MID), low=30.48, high=15240.0), False).low) == 4
    assert len(listed(line(near, (3048.9, 3500.0, MID), low=30.48, high=15240.0), False).low) == 5


def test_a_milder_colour_leaves_no_breakpoint_in_a_more_severe_one() -> None:
    """R3.4: an edge is inserted only where the part is repainted."""
    painted = line((120.0, 160.0, NEAR))
    before = breakpoints(painted)
    paint(painted, 130.0, 150.0, int(MID))
    assert breakpoints(painted) == before
    paint(painted, 150.0, 170.0, int(MID))
    assert breakpoints(painted) == [*before[:2], (3, 160.0, 2), (2, 170.0, 0), before[-1]]


def test_a_circle_carries_its_colour_over_north() -> None:
    """R3.4: the first left colour is that of the other end, and the last right colour that of this one."""
    painted = breakpoints(circle((0.0, 1.0, NEAR), (5.0, tau, MID)))
    assert painted[0] == (2, 0.0, 3)
    assert painted[-1] == (2, tau, 3)
    assert breakpoints(line((LOW, 120.0, NEAR)))[0] == (-1, LOW, 3), "beyond a line nothing becomes known"


def test_recovery_covers_conflicts() -> None:
    """C9, R3.5: RECOVERY is painted last and over everything known."""
    assert rows_of(listed(line((LOW, HIGH, NEAR), (130.0, 150.0, RECOVERY)), True)) == [
        (LOW, 130.0, NEAR),
        (130.0, 150.0, RECOVERY),
        (150.0, HIGH, NEAR),
    ]


# --- sets to a list (R3.5, R3.6) -------------------------------------------------------------------------------------


def test_the_more_severe_region_is_seen_where_both_paint() -> None:
    """Section 3, example P0048 hs: NEAR green from 58.990 up, MID from 97.573 up."""
    free = [[(58.990, 360.111)], [(97.573, 360.111)]]
    assert settled(False, 5.144, 360.111, free, False) == [
        (5.144, 58.990, NEAR),
        (58.990, 97.573, MID),
        (97.573, 360.111, NONE),
    ]


def test_in_recovery_the_corrective_set_is_the_recovery_set() -> None:
    """Section 3, example P0052 alt: NONE nowhere."""
    assert settled(False, 30.48, 15240.0, [[(30.48, 5000.0)], [(30.48, 7620.0)]], True) == [
        (30.48, 7620.0, RECOVERY),
        (7620.0, 15240.0, NEAR),
    ]


def test_regions_milder_than_the_corrective_one_have_no_part_in_recovery() -> None:
    """R3.5: in recovery, down to the corrective region."""
    assert settled(False, LOW, HIGH, [[(LOW, HIGH)], [(LOW, 150.0)], []], True) == [
        (LOW, 150.0, RECOVERY),
        (150.0, HIGH, MID),
    ]


def test_a_region_that_was_not_processed_paints_nothing() -> None:
    """R3.2, R3.5: it has no level, as NEAR here, or a more severe region has no way out."""
    assert settled(False, LOW, HIGH, [None, [(LOW, 120.0)], None], False) == [(LOW, 120.0, NONE), (120.0, HIGH, MID)]
    assert settled(False, LOW, HIGH, [None, [(LOW, 120.0)], None], True) == [(LOW, 120.0, RECOVERY), (120.0, HIGH, MID)]
    assert settled(False, LOW, HIGH, [[], None, None], False) == [(LOW, HIGH, NEAR)]


def test_ways_out_have_one_colour_and_neighbours_are_joined() -> None:
    """R3.6: a breakpoint between equal colours is not in the list; direction is cut at north and not joined over it."""
    joined = line((120.0, 140.0, NEAR), (140.0, 160.0, MID), (130.0, 150.0, RECOVERY))
    assert len(joined.value[: joined.size[0]]) == 7
    assert rows_of(listed(joined, False)) == [
        (LOW, 120.0, NONE),
        (120.0, 130.0, NEAR),
        (130.0, 150.0, NONE),
        (150.0, 160.0, MID),
        (160.0, HIGH, NONE),
    ]
    assert {row[2] for row in rows_of(listed(joined, True))} == {RECOVERY, NEAR, MID}
    assert rows_of(listed(circle((1.0, 2.0, MID)), False)) == [(0.0, 1.0, NONE), (1.0, 2.0, MID), (2.0, tau, NONE)]


@st.composite
def unions(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Sorted intervals of cells that do not touch."""
    cuts = sorted(draw(st.sets(st.integers(0, CELLS), max_size=16)))
    return list(zip(cuts[0::2], cuts[1::2], strict=False))


@given(st.lists(unions(), min_size=1, max_size=3), st.booleans(), st.booleans())
def test_painting_equals_cells_that_take_the_most_severe_colour(
    unions: list[list[tuple[int, int]]], circular: bool, entered: bool
) -> None:
    low, high = (0.0, tau) if circular else (LOW, HIGH)
    edges = [low + (high - low) * k / CELLS for k in range(CELLS)] + [high]
    entered = entered and len(unions) > 1
    free = [[(edges[a], edges[b]) for a, b in union] for union in unions]
    got = settled(circular, low, high, free, entered)
    assert [(low, high)] == [(got[0][0], got[-1][1])]
    assert all(a[1] == b[0] and a[2] != b[2] for a, b in pairwise(got))
    for cell in range(CELLS):
        middle = (edges[cell] + edges[cell + 1]) / 2
        assert next(row[2] for row in got if row[0] < middle < row[1]) == cell_colour(unions, cell, entered)


def cell_colour(unions: list[list[tuple[int, int]]], cell: int, entered: bool) -> Region:
    """Return RECOVERY in the recovery set, else the first region that does not leave the cell out."""
    inside = [any(a <= cell < b for a, b in union) for union in unions]
    if entered and inside[1]:
        return RECOVERY
    for region, free in zip((NEAR, MID, FAR), inside, strict=False):
        if not free:
            return region
        if entered and region == MID:
            break
    return RECOVERY if entered else NONE


def test_the_most_edges_that_sets_can_have_fit() -> None:
    """Three full sets, each inside the other's parts, edges just apart by tolerance b; then as recovery."""
    edges = [LOW * 1.0005**k for k in range(8 * 512 + 1)]
    near, mid, far = ([(edges[8 * k + j], edges[8 * k + 7 - j]) for k in range(512)] for j in (1, 2, 3))
    got = settled(False, edges[0], edges[-1], [near, mid, far], False)
    assert len(got) == 6 * 512 + 1
    assert len(settled(False, edges[0], edges[-1], [near, mid, far], True)) == 4 * 512 + 1
    assert len(settled(False, edges[0], edges[-1], [[], mid, None], True)) == 2 * 512 + 1
