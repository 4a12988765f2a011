"""Reading recordings for a command: progress on the terminal, every refusal counted, every damage named."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from airpact.feeds.report import Decoded, Reject, Rejection, Report, doubtful_by_field
from airpact.node.errors import OperatingError
from airpact.node.readers.recording import RecordingChunk, read_recording
from airpact.node.replay import FEED

NAMED_MAX: Final = 20  # damaged lines named one by one; the rest are counted
DAMAGE: Final = frozenset(
    {Reject.FRAMING, Reject.TOO_LONG, Reject.TRUNCATED, Reject.RANGE, Reject.NO_IDENTITY, Reject.NO_TIME}
)
"""Refusals that mean the recording itself is wrong; the others are what a live sky does."""


@dataclass(slots=True)
class Reading:
    """What was refused while recordings were read; filled as they are."""

    rejected: Counter[str] = field(default_factory=Counter)
    doubtful: Counter[str] = field(default_factory=Counter)
    damaged: int = 0
    named: list[str] = field(default_factory=list)  # "file:line: field: what", the first few

    def add(self, path: str, decoded: Decoded) -> None:
        """Count what one chunk refused."""
        self.rejected.update(rejection.reason.value for rejection in decoded.rejections)
        self.doubtful.update(doubtful_by_field(decoded.doubtful))
        for rejection in decoded.rejections:
            if rejection.reason in DAMAGE:
                self.damaged += 1
                if len(self.named) < NAMED_MAX:
                    self.named.append(_name(path, rejection))

    def check(self) -> None:
        """Raise `OperatingError` where a recording was damaged, once everything readable has been used."""
        if self.damaged:
            more = self.damaged - len(self.named)
            raise OperatingError(
                "\n".join([*self.named, *([f"and {more:,} more"] if more else [])]),
                effect=f"Lines that could not be read: {self.damaged:,}; everything else was replayed and written.",
                remedy="Record the file again or mend these lines, then replay it once more.",
            )


def _name(path: str, rejection: Rejection) -> str:
    place = f"{path}:{rejection.line}" if rejection.line else path
    words = (rejection.reason.value, rejection.field, rejection.detail)
    return f"{place}: {': '.join(word for word in words if word)}"


def reports(files: Iterable[Path], reading: Reading) -> Iterator[Report]:
    """Yield every report of the files, showing how far they are read and keeping what is refused in `reading`."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        tasks: dict[str, TaskID] = {}
        for chunk in read_recording(files, FEED):
            _show(progress, tasks, chunk)
            reading.add(chunk.path, chunk.decoded)
            yield from chunk.decoded.reports


def _show(progress: Progress, tasks: dict[str, TaskID], chunk: RecordingChunk) -> None:
    if chunk.path not in tasks:
        tasks[chunk.path] = progress.add_task(Path(chunk.path).name, total=chunk.size_bytes)
    progress.update(tasks[chunk.path], completed=chunk.read_bytes)
