"""Worlds on disk: the newest two snapshots, and the thread that saves one a minute and then lets the recorder go on."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from airpact.node.clock import Clock
from airpact.node.home import SECRET, Layout, write_durably
from airpact.node.journal import DamagedError, framed, frames
from airpact.node.recorder import Recorder
from airpact.node.snapshot import freeze
from airpact.node.workers import BusyError, Worker
from airpact.node.world import World

SUFFIX: Final = ".snap"
KEPT: Final = 2  # the newest, and one more should that be unreadable
WAITING_MAX: Final = 2  # snapshots of a minute each; a disk two minutes behind would only be held up by more

_log = logging.getLogger("airpact.node")


class Snapshots:
    """The newest worlds of one home, by tick."""

    def __init__(self, layout: Layout) -> None:
        """Use the folder, which must exist to save."""
        self._folder = layout.snapshots

    def save(self, tick: int, data: bytes) -> None:
        """Keep one world, on the disk when this returns, and drop all but the newest two; raises `OSError`."""
        write_durably(self._folder / f"{tick:016d}{SUFFIX}", framed(data))
        for path in self._files()[KEPT:]:
            path.unlink(missing_ok=True)

    def newest(self) -> Iterator[tuple[Path, bytes | None]]:
        """Yield file and bytes of each snapshot, newest first; None where the file is not whole."""
        for path in self._files():
            yield path, _whole(path)

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob(f"*{SUFFIX}"), reverse=True)


class Keeper:
    """Saves worlds on a thread of its own, then tells the recorder which minutes no restart needs any more."""

    def __init__(self, layout: Layout, recorder: Recorder, clock: Clock) -> None:
        """Start nothing yet."""
        self._snapshots = Snapshots(layout)
        self._cells = layout.release_cells
        self._recorder = recorder
        self._worker = Worker("airpact-keeping", clock, queue_limit=WAITING_MAX)
        self.error = ""  # why the last world was not kept; "" = it was
        self.skipped = 0  # worlds not kept because the disk was behind

    def start(self) -> None:
        """Start the thread."""
        self._worker.start()

    def keep(self, world: World, cells: bytes = b"") -> None:
        """Take a copy of the world now and save it soon, with the cells of released tracks; never blocks.

        On the thread that owns the world.
        """
        if not world.tick:
            return
        data = freeze(world)
        try:
            self._worker.call(self._save, world.tick, data, cells)
        except BusyError:
            self.skipped += 1

    def stop(self, timeout_s: float) -> bool:
        """Save what waits, end the recorder and the thread; False when the thread did not end in time."""
        try:
            self._worker.call(self._recorder.stop)
        except BusyError:
            self._recorder.stop()
        return self._worker.stop(timeout_s)

    def _save(self, tick: int, data: bytes, cells: bytes) -> None:
        try:
            if cells:
                write_durably(self._cells, cells, SECRET)
            self._snapshots.save(tick, data)
            self._recorder.file_until(tick)
            self.error = ""
        except OSError as error:  # the journal minutes stay: a restart then takes longer, and loses nothing
            _log.error("the world of tick %d was not kept: %s", tick, error)
            self.error = str(error)


def _whole(path: Path) -> bytes | None:
    try:
        found = list(frames(path))
    except (OSError, DamagedError):
        return None
    return found[0] if len(found) == 1 else None
