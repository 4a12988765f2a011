"""A worker runs calls in order on its one thread, refuses beyond its limit, and leaves no caller waiting."""

import threading
from collections.abc import Iterator
from math import inf

import pytest

from airpact.node.workers import BusyError, Worker
from tests.node.fakes import START_S, ManualClock


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker("test", ManualClock(), queue_limit=4)
    yield worker
    assert worker.stop(5)


def test_calls_run_in_the_order_they_came_on_one_thread(worker: Worker) -> None:
    seen: list[tuple[int, str]] = []
    futures = [worker.call(lambda n=n: seen.append((n, threading.current_thread().name))) for n in range(4)]  # type: ignore[misc]
    worker.start()
    for future in futures:
        future.result(5)
    assert seen == [(n, "test") for n in range(4)]


def test_a_full_queue_refuses_at_once_and_does_nothing(worker: Worker) -> None:
    futures = [worker.call(int) for _ in range(4)]
    with pytest.raises(BusyError, match="4 calls are waiting"):
        worker.call(int)
    worker.start()
    assert [future.result(5) for future in futures] == [0, 0, 0, 0]


def test_the_exception_of_a_call_belongs_to_its_caller_and_ends_nothing(worker: Worker) -> None:
    worker.start()
    with pytest.raises(ZeroDivisionError):
        worker.call(divmod, 1, 0).result(5)
    assert worker.call(divmod, 7, 2).result(5) == (3, 1)
    assert worker.failure is None


def test_a_cancelled_call_is_not_run(worker: Worker) -> None:
    seen: list[int] = []
    future = worker.call(seen.append, 1)
    assert future.cancel()
    worker.start()
    worker.call(int).result(5)
    assert seen == []


def test_the_oldest_unfinished_call_tells_how_long_it_has_waited(worker: Worker) -> None:
    assert worker.waiting_since_s() == inf
    entered, gate = threading.Event(), threading.Event()

    def hold() -> None:
        entered.set()
        gate.wait(5)

    future = worker.call(hold)
    worker.start()
    assert entered.wait(5)
    assert worker.waiting_since_s() == START_S  # also while it runs
    gate.set()
    future.result(5)
    worker.call(int).result(5)
    assert worker.waiting_since_s() in (START_S, inf)  # the last call is answered just before it is forgotten


def test_stopping_finishes_what_was_queued_and_refuses_the_rest() -> None:
    worker = Worker("test", ManualClock())
    seen: list[int] = []
    for n in range(3):
        worker.call(seen.append, n)
    worker.start()
    assert worker.stop(5)
    assert seen == [0, 1, 2]
    with pytest.raises(BusyError):
        worker.call(int)


def test_what_is_due_breaking_ends_the_thread_and_answers_who_waits() -> None:
    clock, entered, gate = ManualClock(), threading.Event(), threading.Event()

    def due() -> float:
        entered.set()
        gate.wait(5)
        raise RuntimeError("broken world")

    worker = Worker("test", clock, due)
    worker.start()
    assert entered.wait(5)
    late = worker.call(int)
    gate.set()
    with pytest.raises(BusyError, match="has stopped"):
        late.result(5)
    worker.thread.join(5)
    assert str(worker.failure) == "broken world"


def test_what_is_due_runs_between_calls_even_when_calls_never_cease() -> None:
    clock, ran = ManualClock(), threading.Event()

    def due() -> float:
        ran.set()
        return inf

    worker = Worker("test", clock, due, queue_limit=8)
    seen: list[int] = []

    def again(n: int) -> None:
        seen.append(n)
        if not ran.is_set():
            worker.call(again, n + 1)

    worker.call(again, 0)
    worker.start()
    assert ran.wait(5)
    assert worker.stop(5)
