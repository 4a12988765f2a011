"""What a dimension remembers: against lists per cell, by hand where a rule is seldom seen, and on the corpus."""

import gzip
from collections.abc import Callable, Sequence
from itertools import groupby
from math import isnan, pi, tau
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.encounter.bands.colours import new_outline, paint, start
from airpact.encounter.bands.memory import (
    MEMORY_FULL,
    SETTLED,
    BandMemory,
    Settled,
    colour_at,
    new_band_memory,
    push,
    require_settled,
    settle_dimension,
)
from airpact.encounter.configurations import CONFIGURATIONS, NO_MEMORY, Region
from tests.encounter.bands.coloured import (
    DIMENSIONS,
    FAR,
    HDIR,
    HIGH,
    HOLDING,
    HS,
    LOW,
    MID,
    NEAR,
    NONE,
    QUIET,
    RECOVERY,
    UNKNOWN,
    Dimension,
    Row,
    band,
    none_sets,
    outside,
    own_value,
    reference_list,
    reference_number,
    reference_rows,
    rows_of,
    same_number,
)

# --- the whole -------------------------------------------------------------------------------------------------------


def test_an_invalid_dimension_is_empty_and_remembers_nothing() -> None:
    """R1.1: memory is untouched, so the next step still knows the one before."""
    one = Dimension(HOLDING)
    one.settle(0.0, (140.0, 160.0, MID))
    before = one.memory.state.copy()
    settled = one.settle(1.0, valid=False)
    assert (settled.status, len(settled.segments.low), settled.preferred_up) == (SETTLED, 0, False)
    assert isnan(settled.down)
    assert isnan(settled.up)
    assert one.memory.state.tobytes() == before.tobytes()
    assert one.rows(2.0) == band(140.0, 160.0)


@pytest.mark.parametrize(("now_s", "kept"), [(5.0, True), (5.001, False), (0.0, False), (-1.0, False)])
def test_a_gap_or_a_step_back_clears_the_memory(now_s: float, kept: bool) -> None:
    """R6.6: exactly the hysteresis time is no gap; the same moment again is a step back."""
    one = Dimension(QUIET._replace(m=1, n=4))
    one.settle(0.0, (140.0, 160.0, MID))
    assert one.rows(now_s) == (band(140.0, 160.0) if kept else [(LOW, HIGH, NONE)])


def test_without_hysteresis_every_step_stands_alone() -> None:
    """R6.5."""
    one = Dimension(CONFIGURATIONS["do365b_p1"].memory._replace(hysteresis_s=0.0))
    assert one.ways(0.0, (140.0, 160.0, MID), (155.0, 158.0, NEAR)) == (140.0, 160.0, True)
    assert one.ways(1.0, (141.0, 155.0, MID)) == (141.0, 155.0, True)
    assert one.rows(2.0) == [(LOW, HIGH, NONE)]


# --- M of N (R6.7) ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("queue", "m", "region", "after", "result"),
    [  # section 6.1, example S01, and the first step of a memory
        ([0, 0, 0, 0], 2, 1, [0, 0, 0, 1], 0),
        ([0, 0, 0, 1], 2, 1, [0, 0, 1, 1], 1),
        ([1, 1, 1, 1], 2, 2, [1, 1, 1, 2], 1),
        ([1, 1, 2, 2], 2, 0, [1, 2, 2, 0], 2),
        ([2, 2, 0, 0], 2, 0, [2, 0, 0, 0], 0),
        ([3, 3, -1, -1], 2, 3, [3, -1, -1, 3], 3),
        ([-1, -1, -1, -1], 2, -1, [-1, -1, -1, -1], -1),
        ([2, 4, 3], 3, 3, [4, 3, 3], 3),
        ([1], 1, 4, [4], 4),
    ],
)
def test_the_highest_colour_that_m_of_n_reach(
    queue: list[int], m: int, region: int, after: list[int], result: int
) -> None:
    """R6.2, R6.3."""
    kept = np.array(queue, np.int8)
    assert push(kept, m, region) == result
    assert kept.tolist() == after


def test_colours_come_and_go_by_two_of_four() -> None:
    """R6.7: the first step is unfiltered, a colour shows from its second step and stays for two steps more."""
    one = Dimension(QUIET._replace(m=2, n=4))
    seen = [True, False, False, True, True, False, False, False]
    shown = [len(one.rows(float(t), *([(140.0, 160.0, MID)] if there else []))) == 3 for t, there in enumerate(seen)]
    assert shown == [True, False, False, True, True, True, True, False]
    assert one.points == 4, "a step is still remembered"
    one.rows(8.0)
    assert one.points == 2, "equal queues on both sides are forgotten"


def test_list_and_memory_keep_their_own_values_within_tolerance() -> None:
    """R6.7 (i): 160.01 is 160 by tolerance b, in the list it stays 160.01; unseen, the remembered 160 comes back."""
    one = Dimension(QUIET._replace(m=1, n=3))
    one.rows(0.0, (140.0, 160.0, MID))
    assert one.rows(1.0, (140.01, 160.01, MID)) == band(140.01, 160.01)
    assert one.rows(2.0) == band(140.0, 160.0)


def test_a_new_breakpoint_knows_what_stood_there_before() -> None:
    """R6.7 (iii): its queues are those left of the next remembered breakpoint, without this step's colour."""
    one = Dimension(QUIET._replace(m=2, n=3))
    one.rows(0.0, (120.0, 160.0, NEAR))
    one.rows(1.0, (120.0, 160.0, NEAR))
    assert one.rows(2.0, (130.0, 150.0, MID)) == band(120.0, 160.0, NEAR)
    assert one.rows(3.0, (130.0, 150.0, MID)) == band(130.0, 150.0, MID)


@st.composite
def colourings(draw: st.DrawFn) -> list[list[Region]]:
    """Steps of 24 cells each."""
    run = st.tuples(st.sampled_from([NONE, NONE, FAR, MID, NEAR]), st.integers(1, 9))
    steps = draw(st.lists(st.lists(run, min_size=1, max_size=6), min_size=1, max_size=9))
    return [([region for region, length in runs for _ in range(length)] + [NONE] * 24)[:24] for runs in steps]


@given(
    colourings(),
    st.integers(0, 4),
    st.integers(1, 4),
    st.lists(st.tuples(st.sampled_from([1.0, 1.0, 1.0, 0.5, 5.0, 5.5, 0.0]), st.booleans()), min_size=9, max_size=9),
    st.sampled_from([HDIR, HS]),
)
def test_m_of_n_equals_a_list_of_colours_per_cell(
    steps: list[list[Region]], m: int, n: int, moments: list[tuple[float, bool]], dimension: int
) -> None:
    one = Dimension(QUIET._replace(m=m, n=n), dimension)
    low, size = (0.0, tau / 24) if dimension == HDIR else (LOW, (HIGH - LOW) / 24)
    filtered = 0 < m <= n
    past: list[list[Region]] = []
    now_s = 0.0
    for step, (gap_s, recovering) in zip(steps, moments, strict=False):
        now_s += gap_s
        entered = recovering and (MID in step or NEAR in step)
        step = [NONE if entered and region == FAR else region for region in step]
        colours = [RECOVERY if entered and region == NONE else region for region in step]
        if not past or not 0.0 < gap_s <= 5.0:
            past = [[colour] * m + [UNKNOWN] * (n - m) for colour in colours] if filtered else [[]] * 24
        past = [[*queue[1:], colour] for queue, colour in zip(past, colours, strict=True)]
        hard = [(low + size * a, low + size * b, region) for a, b, region in runs(step) if region != NONE]
        settled = one.settle(now_s, *hard, value=low + size / 3, entered=entered)
        assert settled.status == SETTLED
        rows = rows_of(settled.segments)
        for cell, (queue, colour) in enumerate(zip(past, colours, strict=True)):
            best = max((v for v in Region if sum(c >= v for c in queue) >= m), default=UNKNOWN) if filtered else colour
            expected = (RECOVERY if entered else NONE) if best in (NONE, RECOVERY) else best
            middle = low + size * (cell + 0.5)
            assert next(row[2] for row in rows if row[0] < middle < row[1]) == expected


def runs(cells: Sequence[Region]) -> list[tuple[int, int, Region]]:
    """Return (first cell, cell behind the last, colour) of every run of one colour."""
    found = []
    for region, run in groupby(range(len(cells)), key=lambda k: cells[k]):
        inside = list(run)
        found.append((inside[0], inside[-1] + 1, region))
    return found


@pytest.mark.parametrize("capacity", [0, 1, 3, 4, 5])
def test_a_full_memory_is_told_and_nothing_is_written_beyond_it(capacity: int) -> None:
    """Capacity is a limit, not a silent loss."""
    one = Dimension(QUIET._replace(m=2, n=4))
    value, left, right = np.full(32, -9.0), np.full((32, 4), -9, np.int8), np.full((32, 4), -9, np.int8)
    one.memory = BandMemory(one.memory.state, value[:capacity], left[:capacity], right[:capacity])
    first = one.settle(0.0, (140.0, 160.0, MID))
    assert first.status == (SETTLED if capacity >= 4 else MEMORY_FULL)
    second = one.settle(1.0, (120.0, 130.0, MID))
    assert second.status == MEMORY_FULL
    assert len(second.segments.low) == 0
    assert (value[capacity:] == -9.0).all()
    assert (left[capacity:] == -9).all()
    assert (right[capacity:] == -9).all()
    with pytest.raises(MemoryError, match="capacity"):
        require_settled(second.status)
    require_settled(SETTLED)


# --- the held band (R6.8, R6.9) --------------------------------------------------------------------------------------


def test_a_band_around_the_own_value_is_held_for_the_persistence_time() -> None:
    """R6.8: from its first step, not from its last; [hl, hu] as it stood."""
    one = Dimension(HOLDING)
    one.rows(0.0, (140.0, 160.0, MID))
    assert one.rows(1.0, (145.0, 155.0, MID)) == band(145.0, 155.0)
    assert one.rows(3.0) == band(145.0, 155.0)
    assert one.rows(4.0) == [(LOW, HIGH, NONE)]


def test_a_band_elsewhere_is_not_held() -> None:
    """R6.8, R6.9: and one that the own value leaves is forgotten."""
    one = Dimension(HOLDING)
    one.rows(0.0, (140.0, 160.0, MID), (170.0, 180.0, NEAR))
    assert one.rows(1.0, value=175.0) == band(140.0, 160.0), "it is painted again where it stood"
    assert isnan(one.memory.state["held_low"][0])
    assert one.rows(2.0, value=150.0) == [(LOW, HIGH, NONE)]


def test_without_bands_persistence_nothing_is_held() -> None:
    """R6.8."""
    for settings in (HOLDING._replace(bands_persistence=False), HOLDING._replace(persistence_s=0.0)):
        one = Dimension(settings)
        one.rows(0.0, (140.0, 160.0, MID))
        assert one.rows(1.0) == [(LOW, HIGH, NONE)]


def test_a_rise_starts_the_holding_time_anew() -> None:
    """R6.8, th on a rise: NEAR from 3 s is held until 7 s, over the MID that is seen."""
    one = Dimension(HOLDING)
    mid, near = (140.0, 160.0, MID), (145.0, 155.0, NEAR)
    one.rows(0.0, mid)
    one.rows(3.0, mid, near)
    held = [(LOW, 140.0, NONE), (140.0, 145.0, MID), (145.0, 155.0, NEAR), (155.0, 160.0, MID), (160.0, HIGH, NONE)]
    assert one.rows(4.0, mid) == held
    assert one.rows(6.9, mid) == held
    assert one.rows(7.0, mid) == band(140.0, 160.0)


def test_a_held_band_covers_what_is_milder_only() -> None:
    """R6.8 with R3.4."""
    one = Dimension(HOLDING)
    one.rows(0.0, (140.0, 160.0, MID))
    assert one.rows(1.0, (155.0, 170.0, NEAR)) == [
        (LOW, 140.0, NONE),
        (140.0, 155.0, MID),
        (155.0, 170.0, NEAR),
        (170.0, HIGH, NONE),
    ]


@pytest.mark.parametrize("value", [0.5, 6.0])
def test_a_band_over_north_is_held_whole(value: float) -> None:
    """R6.9, edges joined over north, from either end; R6.8, painted on both sides of it."""
    one = Dimension(HOLDING, HDIR)
    over = [(0.0, 1.0, MID), (1.0, 5.0, NONE), (5.0, tau, MID)]
    assert one.rows(0.0, (0.0, 1.0, MID), (5.0, tau, MID), value=value) == over
    assert (one.memory.state["held_low"][0], one.memory.state["held_up"][0]) == (5.0, 1.0)
    assert one.rows(1.0, value=value) == over
    other = Dimension(HOLDING, HDIR)
    other.rows(0.0, (0.0, 1.0, MID), (5.0, tau, NEAR), value=value)
    alone = [(0.0, 1.0, MID), (1.0, tau, NONE)] if value == 0.5 else [(0.0, 5.0, NONE), (5.0, tau, NEAR)]
    assert other.rows(1.0, value=value) == alone, "of another colour, the other end is not joined"


@pytest.mark.parametrize(
    ("painted", "value", "expected"),
    [
        ([(120.0, 140.0, MID)], 130.0, MID),
        ([(120.0, 140.0, MID)], 120.0, NONE),
        ([(120.0, 140.0, MID)], 139.99, NONE),
        ([(120.0, 140.0, MID), (140.0, 160.0, NEAR)], 140.0, MID),
        ([(120.0, 140.0, NEAR), (140.0, 160.0, MID)], 140.0, MID),
        ([(100.0, 140.0, NEAR)], 100.0, NEAR),
        ([(160.0, 200.0, NEAR)], 200.0, NEAR),
        ([(160.0, 200.0, NEAR)], 210.0, UNKNOWN),
        ([(160.0, 200.0, NEAR)], 90.0, UNKNOWN),
    ],
)
def test_the_colour_at_a_value_is_the_softer_known_one(painted: list[Row], value: float, expected: Region) -> None:
    """R6.8, `cur`."""
    outline = new_outline(none_sets()[1], 2 * len(painted))
    start(outline, False, LOW, HIGH)
    for low, up, region in painted:
        paint(outline, low, up, int(region))
    assert colour_at(outline, value) == expected


# --- the first step, and the corpus ----------------------------------------------------------------------------------


@given(colourings(), st.floats(LOW, HIGH), st.booleans())
def test_a_first_step_equals_one_without_memory(steps: list[list[Region]], value: float, circular: bool) -> None:
    """R6.3, R6.5: also at a value upon an edge, and with memory arrays that hold nothing at all."""
    dimension = HDIR if circular else HS
    low, size = (0.0, tau / 24) if circular else (LOW, (HIGH - LOW) / 24)
    value = (value - LOW) / (HIGH - LOW) * 2.0 * pi if circular else value
    hard = [(low + size * a, low + size * b, region) for a, b, region in runs(steps[0]) if region != NONE]
    steady, alone = Dimension(CONFIGURATIONS["do365b_p1"].memory, dimension), Dimension(NO_MEMORY, dimension)
    alone.memory = new_band_memory(0, 0)
    with_memory, without = steady.settle(7.0, *hard, value=value), alone.settle(7.0, *hard, value=value)
    assert rows_of(with_memory.segments) == rows_of(without.segments)
    assert same_number(with_memory.down, without.down)
    assert same_number(with_memory.up, without.up)
    assert with_memory.preferred_up == without.preferred_up


def test_sequences_of_the_reference_follow_from_their_lists_without_memory(reference: Callable[[str], Path]) -> None:
    """Sections 5 and 6 on 20 runs of 90 steps.

    The lists without memory are the raw lists of the same steps, where both name the same aircraft; elsewhere, and
    until the memory must have forgotten it, a step is not compared.
    """
    names = [f"oracle/daidalus/seq_do365b_p1{suffix}.jsonl.gz" for suffix in ("", "_nohyst")]
    compared = 0
    with gzip.open(reference(names[0]), "rt") as steady, gzip.open(reference(names[1]), "rt") as raw:
        lives: dict[tuple[str, int], Dimension] = {}
        doubtful: dict[tuple[str, int], int] = {}
        for row, source in zip(reference_rows(steady), reference_rows(raw), strict=True):
            run, _, time_s = row["id"].partition("@")
            for dimension, field in enumerate(DIMENSIONS):
                key = run, dimension
                one = lives.setdefault(key, Dimension(CONFIGURATIONS["do365b_p1"].memory, dimension))
                rows, entered = reference_list(source[field]["b"]), source[field]["rec"][0]
                settled = replay(
                    one, rows, entered, int(source[field]["rec"][3]), own_value(row, dimension), float(time_s)
                )
                if aircraft(row, dimension) != aircraft(source, dimension):
                    doubtful[key] = 12
                elif doubtful.get(key, 0) > 1 or row[field]["res"] == [None, None]:
                    doubtful[key] = max(0, doubtful.get(key, 0) - 1)
                if not doubtful.get(key, 0):
                    assert_equal(settled, row[field], f"{row['id']} {field}")
                    compared += 1
    assert compared > 6000


def aircraft(row: dict[str, Any], dimension: int) -> object:
    return row["conf_ac"], [lists[dimension] for lists in row["per_ac"].values()]


def replay(one: Dimension, rows: list[Row], entered: bool, n: int, value: float, now_s: float) -> Settled:
    near, mid = outside(rows, NEAR), outside(rows, NEAR, MID)
    sets, counts = none_sets(near, mid if near or entered else None, None)
    low, high = rows[0][0], rows[-1][1]
    settled: Settled = settle_dimension(
        sets, counts, entered, n, one.dimension, True, value, low, high, int(MID), one.settings, now_s, one.memory
    )
    require_settled(settled.status)
    return settled


def assert_equal(settled: Settled, answer: dict[str, Any], where: str) -> None:
    rows, expected = rows_of(settled.segments), reference_list(answer["b"])
    assert [row[2] for row in rows] == [row[2] for row in expected], where
    for (low, up, _), (expected_low, expected_up, _) in zip(rows, expected, strict=True):
        assert same_number(low, expected_low), where
        assert same_number(up, expected_up), where
    assert same_number(settled.down, reference_number(answer["res"][0])), where
    assert same_number(settled.up, reference_number(answer["res"][1])), where
    assert settled.preferred_up == answer["pref"], where


def test_nothing_is_remembered_of_an_unset_time() -> None:
    """NaN marks what is not set in a fresh memory."""
    state = new_band_memory(4, 8).state[0]
    assert all(isnan(state[name]) for name in ("last_s", "held_low", "held_since_s", "down", "preferred_since_s"))
    assert (state["down_n"], state["points"], state["preferred_up"]) == (-1, 0, 0)
