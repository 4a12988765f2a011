"""A party that floods within its rights: what it costs this desk is bounded and counted, and the picture goes on."""

import time
from typing import Any, Final

import pytest

from airpact.node.partners.outgoing import WAITING_MAX
from airpact.node.partners.state import (
    DOUBTFUL_MAX,
    ENCOUNTERS_MAX,
    RECEIPTS_BURST,
    RECEIPTS_PER_S,
    STATEMENTS_HELD_MAX,
)
from airpact.node.peerview import peer_rows
from airpact.node.snapshot import freeze
from tests.conftest import PROFILE
from tests.node.parties import CTF, RFU, Desk, encounter, linked

RATE: Final = 1000  # statements a second, far beyond what an honest desk says in an hour
TICKS_PER_S: Final = 5


def flood(number: int) -> tuple[str, Any]:
    """Return one of four kinds of nonsense, each within the rights of a party."""
    ways = (
        ("weather-note", {"text": "x" * 1000}),
        ("encounter.state", {"aircraft": ["only one"]}),
        ("encounter.state", encounter(a=f"x{number}", since=float(number), until=number + 60.0)),
        ("desk.state", {"state": "asleep"}),
    )
    return ways[number % len(ways)]


def flooded(desk: Desk, seconds: int, begins: int = 0) -> None:
    """Let a party say `RATE` things a second, with the ticks of a running desk between."""
    each = RATE // TICKS_PER_S
    for tick in range(seconds * TICKS_PER_S):
        t = begins + tick / TICKS_PER_S
        for number in range(each):
            index = (begins * TICKS_PER_S + tick) * each + number
            desk.hear(CTF, index, *flood(index), t)
        desk.tick(t, (), [linked(CTF, t)])


def test_a_flood_fills_what_has_a_limit_and_then_the_world_grows_no_more() -> None:
    desk = Desk()
    sizes = []
    for second in range(0, 9, 3):
        flooded(desk, 3, second)
        desk.say_all(second + 3)
        sizes.append(len(freeze(desk.world)))
    state = desk.world.peers[CTF]
    assert len(state.taken) == STATEMENTS_HELD_MAX
    assert sum(map(len, state.encounters.values())) == ENCOUNTERS_MAX
    assert len(state.doubtful) == DOUBTFUL_MAX
    assert sizes[-1] < 1.02 * sizes[1]  # numbers have more digits, and that is all
    assert state.not_understood == 9 * RATE * 3 // 4
    assert state.forgotten == 9 * RATE // 4 - ENCOUNTERS_MAX


def test_first_words_are_answered_at_a_rate_and_the_rest_counted_and_shown() -> None:
    desk, answered = Desk(), 0
    for second in range(5):
        flooded(desk, 1, second)
        answered += sum(tell.about.startswith("receipt/") for tell in desk.say_all(second + 1))
    assert answered <= RECEIPTS_BURST + 5 * RECEIPTS_PER_S
    assert answered >= RECEIPTS_BURST
    (row,) = peer_rows(desk.world)
    assert row["receipts_withheld"] == 5 * RATE // 4 - answered
    assert len(desk.world.outgoing.waiting) < WAITING_MAX
    assert desk.world.outgoing.left_out == 0


def test_one_party_that_floods_leaves_the_answers_of_another_alone() -> None:
    desk = Desk()
    flooded(desk, 2)
    desk.say_all(2)
    desk.hear(RFU, 1, "encounter.state", encounter(b="c00001"), 2)
    assert [tell.audience for tell in desk.say_all(2)] == [(RFU,)]


def test_after_a_flood_answers_come_again() -> None:
    desk = Desk()
    flooded(desk, 1)
    desk.say_all(1)
    desk.hear(CTF, 10**6, "encounter.state", encounter(a="late", since=1e5, until=1e5 + 60), 100)
    assert any(tell.about.startswith("receipt/") for tell in desk.say_all(100))


@pytest.mark.skipif(PROFILE != "nightly", reason="a measurement, for the night")
def test_a_step_takes_no_longer_while_a_flood_comes() -> None:
    """Compared with itself on the same machine, never with a time of another."""
    calm, wild = Desk(), Desk()
    flooded(wild, 8)

    def fastest_s(desk: Desk, begins: int, *, flooding: bool) -> float:
        times = []
        for number in range(50):
            t = begins + number / TICKS_PER_S
            if flooding:
                for each in range(RATE // TICKS_PER_S):
                    index = 10**6 + number * 1000 + each
                    desk.hear(CTF, index, *flood(index), t)
            started = time.perf_counter()
            desk.tick(t, (), [linked(CTF, t)])
            times.append(time.perf_counter() - started)
        return sorted(times)[len(times) // 2]

    assert fastest_s(wild, 10, flooding=True) < 3 * fastest_s(calm, 10, flooding=False) + 0.002
