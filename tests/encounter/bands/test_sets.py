"""The set algebra of bands: against the meaning of sets on a grid, and by hand where almost-equality rules."""

from collections.abc import Sequence
from itertools import pairwise
from math import nextafter, tau

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.encounter.bands.colours import wrap
from airpact.encounter.bands.sets import CAPACITY, add, intersect
from tests.encounter.bands import plain

Interval = tuple[float, float]
GRID = 40  # integers 0..GRID: far wider apart than almost-equality reaches
PIECES = st.lists(st.tuples(st.integers(0, GRID), st.integers(0, GRID)).map(sorted), max_size=12)


def as_set(pieces: Sequence[Interval]) -> tuple[np.ndarray, int]:
    """Return pieces added one by one, as (array, count)."""
    union, count = np.full((CAPACITY, 2), np.nan), 0
    for low, up in pieces:
        count = add(union, count, float(low), float(up))
    return union, count


def listed(union: np.ndarray, count: int) -> list[Interval]:
    return [(float(low), float(up)) for low, up in union[:count]]


def crossed(held: Sequence[Interval], new: Sequence[Interval]) -> list[Interval]:
    """Return the intersection of two sets given as sorted pieces."""
    out = np.full((CAPACITY, 2), np.nan)
    return listed(out, intersect(*as_set(held), *as_set(new), out))


def cells(pieces: Sequence[Interval]) -> set[int]:
    """Return which unit cells of the grid a set covers."""
    return {cell for low, up in pieces for cell in range(int(low), int(up))}


@given(PIECES)
def test_a_union_covers_what_was_added_sorted_and_apart(pieces: list[Interval]) -> None:
    found = listed(*as_set(pieces))
    assert cells(found) == cells(pieces)
    assert all(low < up for low, up in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))
    assert found == plain.united([(float(low), float(up)) for low, up in pieces])


@given(PIECES, PIECES)
def test_an_intersection_covers_what_both_cover(held: list[Interval], new: list[Interval]) -> None:
    found = crossed(held, new)
    assert cells(found) == cells(held) & cells(new)
    assert all(one[1] < other[0] for one, other in pairwise(found))


def test_edges_within_tolerance_merge() -> None:
    """R10.1: 3048.0 and 3048.3 m are one edge, 3048.0 and 3048.9 are two."""
    assert listed(*as_set([(3000.0, 3048.0), (3048.3, 3100.0)])) == [(3000.0, 3100.0)]
    assert listed(*as_set([(3000.0, 3048.0), (3048.9, 3100.0)])) == [(3000.0, 3048.0), (3048.9, 3100.0)]
    assert listed(*as_set([(3048.3, 3100.0), (3000.0, 3048.0)])) == [(3000.0, 3100.0)]


def test_an_interval_no_wider_than_the_tolerance_is_none() -> None:
    assert listed(*as_set([(3048.0, 3048.3)])) == []
    assert crossed([(3000.0, 3048.3)], [(3048.0, 3100.0)]) == []


def test_an_intersection_prefers_the_edges_of_the_set_that_was_there() -> None:
    """R10.3: where edges are almost equal, those of the accumulated set stay."""
    assert crossed([(3048.0, 6096.0)], [(3048.3, 6096.5)]) == [(3048.0, 6096.0)]
    assert crossed([(3048.3, 6096.5)], [(3048.0, 6096.0)]) == [(3048.3, 6096.5)]
    assert crossed([(3048.0, 6096.5)], [(3148.0, 6096.0)]) == [(3148.0, 6096.0)]


def test_pieces_that_share_an_edge_are_one() -> None:
    assert crossed([(0.0, 10.0)], [(2.0, 5.0), (5.0 + 1.0, 8.0)]) == [(2.0, 5.0), (6.0, 8.0)]
    held, count = as_set([(0.0, 10.0)])
    new = np.array([[2.0, 5.0], [5.0, 8.0]])
    out = np.empty((CAPACITY, 2))
    assert listed(out, intersect(held, count, new, 2, out)) == [(2.0, 8.0)]


def test_an_angle_is_wrapped_and_the_whole_circle_is_nothing() -> None:
    """C4: what comes out within tolerance of the whole circle is 0."""
    assert wrap(-1.0, tau) == pytest.approx(tau - 1.0)
    assert wrap(tau + 2.0, tau) == pytest.approx(2.0)
    assert wrap(nextafter(tau, 0.0), tau) == 0.0
    assert wrap(-1e-18, tau) == 0.0
    assert wrap(-123.4, 0.0) == -123.4


def test_a_set_as_full_as_steps_can_make_it_fits() -> None:
    """Every second of two steps green: intervals of two steps with a red one between."""
    pieces = [(3.0 * k, 3.0 * k + 1.0) for k in range(341)]
    assert len(listed(*as_set(pieces))) == len(pieces) < CAPACITY
    assert crossed(pieces, pieces) == pieces
