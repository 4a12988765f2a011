"""The recorder: a process of its own that files closed journal minutes as Parquet and then drops them.

It is told the tick of the newest snapshot, once a minute, on its standard input; it files every minute that ended by
then, because a restart needs the snapshot and the journal after it, and answers a line for each on its standard
output. Then it deletes what other parties released and is kept no longer (`node.retention`). It ends when its input
does, so it never outlives its node, and it may be killed at any moment: a minute is dropped only once its Parquet file
is durable, and filing it again gives the same file.

    python -m airpact.node.recorder --home DIRECTORY
"""

import argparse
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import Final

import msgspec

from airpact.node.errors import OperatingError
from airpact.node.home import Layout, sync_folder
from airpact.node.journal import Cut, DamagedError, aside, journal_files
from airpact.node.retention import HOUR_S, Retention
from airpact.node.tick import TickRecord
from airpact.node.tracks import filed_minutes, last_tick, minute_path, recorded_minute, write_minute

TICKS_PER_S: Final = 5  # as in node.ticking, which would load every kernel
RETENTION_H: Final = 72.0  # three days: what an inquiry needs to begin, where nothing else is agreed
NICENESS: Final = 10  # filing can wait, the picture cannot
ANSWER_BYTES_MAX: Final = 1 << 16
STOP_S: Final = (
    5.0  # a minute of 10,000 aircraft is filed in about that time; after it the process is killed, harmlessly
)


_log = logging.getLogger("airpact.node")


class Filed(msgspec.Struct, frozen=True):
    """What the recorder did with one minute; `error` "" = filed, and dropped from the journal."""

    minute: str
    rows: int = 0
    seconds: float = 0.0
    lost_bytes: int = 0  # torn tail that could not be read
    error: str = ""
    erased: int = 0  # reports of other parties deleted from a minute filed long ago


class Recording(msgspec.Struct, frozen=True):
    """How the recorder does, for people: what it filed, how often it had to be started again, its last fault."""

    filed: int = 0
    failed: int = 0  # of these the journal minute stays, or was set aside as damaged
    restarts: int = 0
    error: str = ""  # of the last minute asked for; "" = it was filed


class Recorder:
    """The node's side: starts the process, tells it what may be filed, starts it again when it died; one thread."""

    def __init__(self, layout: Layout, retention_h: float = RETENTION_H) -> None:
        """Start nothing yet; `retention_h`: how long what other parties released is kept."""
        self._layout, self._retention_h = layout, retention_h
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""
        self.recording = Recording()

    def file_until(self, tick: int) -> None:
        """Ask that every closed minute with no tick above `tick` be filed; never waits for it; raises `OSError`."""
        self.look()
        if self._process is None or self._process.poll() is not None:
            self._start()
        assert self._process is not None
        assert self._process.stdin is not None
        with suppress(BrokenPipeError, BlockingIOError):  # dead or far behind: the next minute asks for this one too
            os.write(self._process.stdin.fileno(), b"%d\n" % tick)

    def look(self) -> Recording:
        """Take what the process answered meanwhile and return how it does; never waits."""
        for filed in self._answers():
            known, failed = self.recording, filed.error != ""
            if filed.erased:
                _log.info("minute %s: %d reports that other parties released are deleted", filed.minute, filed.erased)
                continue
            if failed:
                _log.error("minute %s: %s", filed.minute, filed.error)
            self.recording = Recording(known.filed + (not failed), known.failed + failed, known.restarts, filed.error)
        return self.recording

    def stop(self) -> None:
        """End the process: it finishes the minute at hand, or is killed, and then that minute stays in the journal."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def _start(self) -> None:
        if self._process is not None:
            code = self._process.returncode
            self.stop()
            known = self.recording
            _log.error("the recorder ended (code %s) and is started again", code)
            self.recording = Recording(known.filed, known.failed, known.restarts + 1, known.error)
        words = [sys.executable, "-m", "airpact.node.recorder", "--home", str(self._layout.root)]
        words += ["--retention-h", f"{self._retention_h:g}"]
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        assert process.stdin is not None
        assert process.stdout is not None
        os.set_blocking(process.stdin.fileno(), False)
        os.set_blocking(process.stdout.fileno(), False)
        self._process, self._rest = process, b""

    def _answers(self) -> Iterator[Filed]:
        if self._process is None or self._process.stdout is None:
            return
        with suppress(BlockingIOError):
            self._rest += os.read(self._process.stdout.fileno(), ANSWER_BYTES_MAX)
        *lines, self._rest = self._rest.split(b"\n")
        for line in lines:
            yield msgspec.json.decode(line, type=Filed)


def file_closed(layout: Layout, tick: int) -> Iterator[Filed]:
    """File every closed minute of the journal with no tick above `tick`, oldest first; the newest is never closed."""
    filed = filed_minutes(layout)
    for minute, path in list(journal_files(layout).items())[:-1]:
        found = file_minute(layout, minute, filed.get(minute), path, tick)
        if found is None:
            return
        yield found


def file_minute(layout: Layout, minute: str, filed: Path | None, journal: Path, tick: int) -> Filed | None:
    """File one minute and drop it from the journal; None, with nothing done, where it reaches beyond `tick`."""
    started_s = perf_counter()
    cuts: list[Cut] = []
    damage: list[str] = []
    try:
        records = _until(tick, _readable(recorded_minute(_usable(filed), journal, cuts), damage))
        rows = write_minute(minute_path(layout, minute), records)
        if damage:
            journal.rename(aside(journal))
        else:
            journal.unlink()
        sync_folder(layout.journal)
    except _BeyondError:
        return None
    except (OSError, OperatingError) as error:
        return Filed(minute, error=str(error))
    lost_bytes = sum(cut.lost_bytes for cut in cuts)
    return Filed(minute, rows, round(perf_counter() - started_s, 3), lost_bytes, " ".join(damage))


def _usable(filed: Path | None) -> Path | None:
    """Return the file where it can be read; one that cannot is set aside, not overwritten."""
    if filed is None:
        return None
    try:
        last_tick(filed)
    except DamagedError:
        filed.rename(aside(filed))
        return None
    return filed


class _BeyondError(Exception):
    """The minute holds ticks that a restart still needs."""


def _until(tick: int, records: Iterator[TickRecord]) -> Iterator[TickRecord]:
    for record in records:
        if record.tick > tick:
            raise _BeyondError
        yield record


def _readable(records: Iterator[TickRecord], damage: list[str]) -> Iterator[TickRecord]:
    """Yield records up to a damaged place, which goes to `damage`: what can be read is filed, the rest set aside."""
    try:
        yield from records
    except DamagedError as error:
        damage.append(error.what)


def erased(retention: Retention, tick: int) -> Iterator[Filed]:
    """Delete what others released and is due at a tick: its number is its time."""
    for one in retention.erase(tick / TICKS_PER_S):
        yield Filed(one.minute, error=one.error, erased=one.reports)


def main(words: Sequence[str] | None = None) -> int:
    """Run the recorder until its input ends; returns 0."""
    parser = argparse.ArgumentParser(prog="airpact.node.recorder", description="Files closed minutes as Parquet.")
    parser.add_argument("--home", type=Path, required=True, help="directory of the node")
    parser.add_argument("--retention-h", type=float, default=RETENTION_H, help="keep what others released so long")
    given = parser.parse_args(words)
    layout = Layout(given.home)
    retention = Retention(layout, given.retention_h * HOUR_S)
    for number in (signal.SIGINT, signal.SIGTERM):  # they reach the whole group; the node ends this one in order
        signal.signal(number, signal.SIG_IGN)
    os.nice(NICENESS)
    for line in sys.stdin:
        for filed in chain(file_closed(layout, int(line)), erased(retention, int(line))):
            sys.stdout.write(msgspec.json.encode(filed).decode() + "\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
