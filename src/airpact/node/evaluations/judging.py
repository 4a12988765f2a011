"""Cases through the detection core, one after the other; the memory of a run lives as long as its steps come.

Encounters that stand alone are judged as if nothing had gone before.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from airpact.encounter.configurations import Configuration
from airpact.encounter.evaluation import Evaluation, Session, evaluate
from airpact.node.errors import OperatingError
from airpact.node.evaluations.cases import Case

RUNS_MAX: Final = 1_000  # runs remembered at a time; a file may mix their steps


class Options(NamedTuple):
    """What is asked of each case."""

    bands: bool = True
    last_times: bool = False
    hysteresis: bool = True


@dataclass(slots=True)
class Runs:
    """The memories of the runs of a file whose steps came last, and the names of those that were given up."""

    file: str
    open: dict[str, Session] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)

    def session(self, run: str) -> Session:
        """Return the memory of a run, new at its first step; raises OperatingError for a run that was given up."""
        if run in self.closed:
            raise OperatingError(
                f"{self.file}: run {run} goes on after steps of {RUNS_MAX:,} other runs; its memory is gone by then.",
                remedy="Sort the file by run, or evaluate with --no-hysteresis.",
            )
        session = self.open.pop(run, None) or Session()
        self.open[run] = session  # behind all others: the first is the one that waited longest
        if len(self.open) > RUNS_MAX:
            oldest = next(iter(self.open))
            del self.open[oldest]
            self.closed.add(oldest)
        return session


def judged(
    file: str, cases: Iterable[Case], configuration: Configuration, options: Options
) -> Iterator[tuple[Case, Evaluation]]:
    """Yield every case with what the configuration says of it, in order."""
    runs = Runs(file)
    for case in cases:
        session = runs.session(case.run) if case.run and options.hysteresis else None
        found = evaluate(configuration, case.scene, session, bands=options.bands, last_times=options.last_times)
        yield case, found
