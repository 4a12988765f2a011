"""The desk's clock never runs backwards, whatever is done to the machine's."""

import threading
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.node.clock import SLEW_RATE, SystemClock, disciplined

SECONDS = st.floats(0.0, 1e4)


@given(SECONDS, st.lists(st.tuples(SECONDS, st.floats(-1e6, 1e6)), max_size=50))
def test_time_never_runs_backwards_and_never_stands_still(start_s: float, moves: list[tuple[float, float]]) -> None:
    now_s = start_s
    for elapsed_s, machine_s in moves:
        later_s, ahead_s = disciplined(now_s, elapsed_s, machine_s)
        assert later_s >= now_s + elapsed_s * (1 - SLEW_RATE)
        assert ahead_s >= 0
        now_s = later_s


def test_a_clock_set_forward_is_followed_at_once() -> None:
    assert disciplined(100.0, 1.0, 500.0) == (500.0, 0.0)


def test_a_clock_set_back_is_followed_by_running_slow_until_both_agree() -> None:
    now_s, machine_s, ahead_s = 100.0, 99.0, 1.0
    for _ in range(int(1 / SLEW_RATE) + 1):
        machine_s += 1.0
        now_s, ahead_s = disciplined(now_s, 1.0, machine_s)
    assert now_s == pytest.approx(machine_s)
    assert ahead_s == pytest.approx(0.0)


def test_a_notified_waiter_wakes_although_its_time_never_comes() -> None:
    clock, condition, woken = SystemClock(), threading.Condition(), threading.Event()

    def wait() -> None:
        with condition:
            clock.wait(condition, inf)
        woken.set()

    thread = threading.Thread(target=wait)
    thread.start()
    while not woken.is_set():
        with condition:
            condition.notify()
        woken.wait(0.01)
    thread.join()


def test_waiting_for_a_time_gone_by_returns() -> None:
    clock, condition = SystemClock(), threading.Condition()
    with condition:
        clock.wait(condition, clock.now_s() - 1.0)
    assert clock.ahead_s < 1.0
