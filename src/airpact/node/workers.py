"""A thread with a bounded queue: the compute thread and the storage thread are each one `Worker`.

Jobs run in the order they came. A full queue refuses at once instead of growing: the caller is told, never blocked.
"""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from math import inf
from typing import Any, Final, ParamSpec, TypeVar

from airpact.node.clock import Clock

# A person's command is three short jobs; 64 waiting means the thread is stuck, and more waiting would not help.
QUEUE_LIMIT: Final = 64

P = ParamSpec("P")
T = TypeVar("T")


class BusyError(Exception):
    """The queue of a worker is full, or the worker has stopped; nothing was done."""


@dataclass(frozen=True, slots=True)
class Job:
    """One queued call, when it was queued (Unix s), and the future that carries its result."""

    queued_s: float
    function: Callable[[], Any]
    future: Future[Any] = field(default_factory=Future)

    def run(self) -> None:
        """Run the call; its result or its exception goes to the future."""
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            self.future.set_result(self.function())
        except BaseException as error:  # noqa: BLE001  every failure belongs to whoever holds the future
            self.future.set_exception(error)


class Worker:
    """One thread; `due` (optional) is called between jobs, does what is due and returns when it is due next (s)."""

    def __init__(
        self, name: str, clock: Clock, due: Callable[[], float] | None = None, queue_limit: int = QUEUE_LIMIT
    ) -> None:
        self._clock = clock
        self._due = due if due is not None else _never
        self._limit = queue_limit
        self._wake = threading.Condition()
        self._jobs: deque[Job] = deque()
        self._running_since_s = inf
        self._stopping = False
        self._failure: BaseException | None = None
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self.thread.start()

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue one call and return its future; raises `BusyError` when the queue is full or the worker has stopped."""
        job = Job(self._clock.now_s(), lambda: function(*args, **kwargs))
        with self._wake:
            if self._stopping or len(self._jobs) >= self._limit:
                raise BusyError(f"{self.thread.name}: {len(self._jobs)} calls are waiting, no more are taken")
            self._jobs.append(job)
            self._wake.notify()
        return job.future

    def waiting_since_s(self) -> float:
        """Return when the oldest unfinished call was queued (Unix s), +inf when there is none."""
        with self._wake:
            return min(self._running_since_s, self._jobs[0].queued_s if self._jobs else inf)

    def stop(self, timeout_s: float) -> bool:
        """Finish the calls already queued, end the thread, and return whether it ended within `timeout_s`."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self.thread.is_alive():
            self.thread.join(timeout_s)
        return not self.thread.is_alive()

    @property
    def failure(self) -> BaseException | None:
        """What ended the thread, when `due` raised; None while all is well."""
        return self._failure

    def _run(self) -> None:
        try:
            while self._turn():
                pass
        except BaseException as error:  # noqa: BLE001  kept for whoever started the thread: it must end the program
            self._failure = error
        finally:
            self._refuse_the_rest()

    def _turn(self) -> bool:
        """Run the calls present, then what is due, then sleep; False once stopped and empty."""
        for _ in range(len(self._jobs)):
            self._run_one()
        if self._stopping and not self._jobs:
            return False
        until_s = self._due()
        with self._wake:
            if not self._jobs and not self._stopping and self._clock.now_s() < until_s:
                self._clock.wait(self._wake, until_s)
        return True

    def _run_one(self) -> None:
        with self._wake:
            job = self._jobs.popleft()
            self._running_since_s = job.queued_s
        job.run()
        with self._wake:
            self._running_since_s = inf

    def _refuse_the_rest(self) -> None:
        with self._wake:
            self._stopping = True
            left, self._jobs = self._jobs, deque()
        for job in left:
            if job.future.set_running_or_notify_cancel():
                job.future.set_exception(BusyError(f"{self.thread.name} has stopped"))


def _never() -> float:
    return inf
