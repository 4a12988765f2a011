"""The level of a pair through time, against the rules written once more with lists; sequences worked out by hand."""

from dataclasses import dataclass, field
from math import inf, isnan, nan
from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.encounter.alerting import QUEUE_MAX, fresh_states, held_level, raw_level, settle
from airpact.encounter.configurations import CONFIGURATIONS, NO_MEMORY, Memory

PHASE_I: Final = CONFIGURATIONS["do365b_p1"]
STEADY: Final = PHASE_I.memory
LIMITS_S: Final = ((55.0, 75.0), (55.0, 75.0), (25.0, 55.0))  # alerting and early time of the levels of Phase I


@dataclass
class Remembered:
    """R6.1 to R6.4 with lists: what one pair remembers, and the level it is given."""

    memory: Memory
    queue: list[int] = field(default_factory=list)
    output: int = -1
    rise_s: float | None = None
    last_s: float | None = None

    def step(self, now_s: float, entries_s: list[float | None]) -> int:
        """Take the entry times of the three levels at a moment (None: no conflict) and return the level given out."""
        gap_s = None if self.last_s is None else now_s - self.last_s
        if gap_s is None or gap_s <= 0 or gap_s > self.memory.hysteresis_s:
            self.queue, self.output, self.rise_s = [], -1, None
        raw = raw_of(entries_s, self.output)
        self.last_s = now_s
        return self.give(now_s, self.filter(raw))

    def filter(self, raw: int) -> int:
        """M of N (R6.3)."""
        if self.memory.n == 0:
            return raw
        queue = self.queue or [raw] * self.memory.m + [-1] * (self.memory.n - self.memory.m)
        self.queue = [*queue[1:], raw]
        reached = [level for level in range(4) if sum(each >= level for each in self.queue) >= self.memory.m]
        return max(reached, default=-1)

    def give(self, now_s: float, level: int) -> int:
        """Persistence (R6.4)."""
        rose_s = -inf if self.rise_s is None else self.rise_s
        if self.output > 0 and level < self.output and now_s - rose_s < self.memory.persistence_s:
            return self.output
        if level > 0 and level > self.output:
            self.rise_s = now_s
        self.output = max(0, level)
        return self.output


def raw_of(entries_s: list[float | None], held: int) -> int:
    """Return the highest level entered now or before its time (R6.1)."""
    times_s = [early_s if k + 1 == held else alerting_s for k, (alerting_s, early_s) in enumerate(LIMITS_S)]
    entered = [
        entry is not None and (entry == 0 or entry < limit) for entry, limit in zip(entries_s, times_s, strict=True)
    ]
    return max((k + 1 for k, each in enumerate(entered) if each), default=0)


def intervals(entries_s: list[float | None]) -> np.ndarray:
    """Return the levels of a pair as an evaluation has them."""
    rows = [(0.0, inf, -inf) if entry is None else (1.0, entry, 181.0) for entry in entries_s]
    return np.array([(*row, nan, nan) for row in rows])


def played(memory: Memory, raws: list[int], step_s: float = 1.0) -> list[int]:
    """Return the levels given out for raw levels at equal steps."""
    states = fresh_states(1)
    return [int(settle(states, 0, raw, step_s * i, memory)) for i, raw in enumerate(raws)]


ENTRY: Final = st.one_of(st.none(), st.sampled_from((0.0, 24.9, 25.0, 54.9, 55.0, 74.9, 75.0)), st.floats(0.0, 180.0))
STEP: Final = st.sampled_from((0.5, 1.0, 1.0, 1.0, 2.0, 5.0, 5.5, 0.0, -1.0))
MEMORY: Final = st.one_of(
    st.sampled_from((STEADY, NO_MEMORY)),
    st.builds(
        lambda m, more, hysteresis_s, persistence_s: STEADY._replace(
            m=m, n=m + more, hysteresis_s=hysteresis_s, persistence_s=persistence_s
        ),
        st.integers(1, 5), st.integers(0, QUEUE_MAX - 5), st.sampled_from((0.0, 1.0, 5.0)), st.sampled_from((0.0, 4.0)),
    ),
)  # fmt: skip


@given(MEMORY, st.lists(st.tuples(STEP, st.lists(ENTRY, min_size=3, max_size=3)), min_size=1, max_size=30))
def test_a_sequence_is_given_the_levels_of_the_rules(
    memory: Memory, moments: list[tuple[float, list[float | None]]]
) -> None:
    states, plain, now_s = fresh_states(3), Remembered(memory), 1_760_000_000.0
    for step_s, entries_s in moments:
        now_s += step_s
        raw = raw_level(PHASE_I.levels, intervals(entries_s), held_level(states[1], now_s, memory.hysteresis_s))
        assert settle(states, 1, raw, now_s, memory) == plain.step(now_s, entries_s)
        rise_s = states["rise_s"][1]
        assert (None if isnan(rise_s) else rise_s) == plain.rise_s
    assert np.array_equal(states[[0, 2]].tobytes(), fresh_states(2).tobytes()), "a row is a pair's own"


def test_two_of_four_holds_back_a_single_moment_and_bridges_two_that_are_missing() -> None:
    """The worked example S01: raw 1 at 11 s alone, again from 16 s, raw 2 from 23 to 28 s, then nothing."""
    raws = [0] * 11 + [1] + [0] * 4 + [1] * 7 + [2] * 6 + [0] * 5
    given_out = played(STEADY, raws)
    assert given_out[11:17] == [0] * 6
    assert given_out[17:24] == [1] * 7
    assert given_out[24:31] == [2] * 7
    assert given_out[31:] == [0, 0, 0]


def test_the_first_moment_is_not_filtered() -> None:
    assert played(STEADY, [3]) == [3]
    assert played(STEADY, [3, 0]) == [3, 3], "held by persistence"


def test_a_fall_waits_for_the_persistence_time_since_the_last_rise_and_a_rise_does_not() -> None:
    once = STEADY._replace(m=1, n=1)
    assert played(once, [0, 2, 0, 0, 0, 0, 0]) == [0, 2, 2, 2, 2, 0, 0]
    assert played(once, [0, 2, 0, 3, 0, 0, 0, 0]) == [0, 2, 2, 3, 3, 3, 3, 0]


def test_a_fall_does_not_count_as_a_rise() -> None:
    """From 3 to 1 after the persistence time: the level 1 then has none of its own."""
    once = STEADY._replace(m=1, n=1)
    assert played(once, [3, 3, 3, 3, 1, 0]) == [3, 3, 3, 3, 1, 0]


def test_higher_levels_count_for_lower_ones() -> None:
    memory = STEADY._replace(persistence_s=0.0)
    assert played(memory, [0, 0, 0, 3, 1]) == [0, 0, 0, 0, 1]


def test_the_early_time_is_asked_only_of_the_level_that_was_given_out() -> None:
    at_60_s = intervals([60.0, 60.0, 60.0])
    assert [int(raw_level(PHASE_I.levels, at_60_s, held)) for held in (-1, 0, 1, 2, 3)] == [0, 0, 1, 2, 0]
    at_50_s = intervals([50.0, 50.0, 50.0])
    assert [int(raw_level(PHASE_I.levels, at_50_s, held)) for held in (-1, 2, 3)] == [2, 2, 3]


def test_a_conflict_that_is_there_now_counts_whatever_the_alerting_time() -> None:
    levels = PHASE_I.levels.copy()
    levels["alerting_s"] = levels["early_s"] = 0.0
    assert raw_level(levels, intervals([None, None, 0.0]), -1) == 3
    assert raw_level(levels, intervals([0.1, 0.1, 0.1]), -1) == 0


@pytest.mark.parametrize("step_s", [0.0, -1.0, 5.1, nan])
def test_a_gap_or_a_clock_that_does_not_advance_forgets_all(step_s: float) -> None:
    states = fresh_states(1)
    for now_s in range(5):
        settle(states, 0, 2, float(now_s), STEADY)
    assert settle(states, 0, 1, 4.0 + step_s, STEADY) == 1
    assert held_level(states[0], 4.0 + step_s, STEADY.hysteresis_s) == -1
    assert states["rise_s"][0] == 4.0 + step_s or isnan(step_s)


def test_a_gap_of_exactly_the_hysteresis_time_is_none() -> None:
    states = fresh_states(1)
    for now_s in (0.0, 1.0):
        settle(states, 0, 2, now_s, STEADY)
    assert held_level(states[0], 6.0, STEADY.hysteresis_s) == 2
    assert settle(states, 0, 0, 6.0, STEADY) == 2, "two of four still say so"


def test_without_memory_every_raw_level_is_given_out() -> None:
    raws = [0, 3, 0, 1, 2, 0, 0, 3, 1]
    assert played(NO_MEMORY, raws) == raws
    assert played(STEADY._replace(hysteresis_s=0.0), raws) == raws
