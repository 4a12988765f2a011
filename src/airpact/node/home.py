"""The directory of one node: what lies where, whose it is, and who holds it now.

    mode         LIVE or EXERCISE, stamped once: the two never share a home
    lock         held by the running node (flock: the kernel lets go when the process dies)
    node.db      accepted commands and the alert history (SQLite)
    journal/     the inputs of each tick, a file a minute
    snapshots/   the newest two worlds
    tracks/      closed minutes as Parquet, by year, month and day
    evidence/    files named by their content
    held/        times of which a named case keeps what others released, a file each
    keys/        readable by the owner alone; keys/node/ holds those the node signs with
    log/         the own log as tiles that public tools read, made from node.db
    mirrors/     the same of every other log, by its origin
    peers/       the parties whose keys were accepted, a file each
    pact.policy, pact.authors   the same keys, as `airpact verify` asks for them

A fault of the disk becomes an `OperatingError` that names the file and says what to do.
"""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from airpact.node.errors import OperatingError

# The picture of other parties lies here: nobody but the account that runs the desk reads it.
PRIVATE: Final = 0o700
SECRET: Final = 0o600  # a file only that account reads
READABLE: Final = 0o666  # less the mask of the account, as any file is made
PID_BYTES_MAX: Final = 32

_FULL: Final = "Free space on that disk, or give another home with --home."
_CLOSED: Final = "Make the directory writable for this account, or give another home with --home."
_NO_FOLDER: Final = "Give a directory with --home; what stands at that path is none."
# What a person can do about the faults a disk has; anything else is the machine's own words.
REMEDIES: Final = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EROFS: _CLOSED,
    errno.EACCES: _CLOSED,
    errno.EPERM: _CLOSED,
    errno.ENOTDIR: _NO_FOLDER,
    errno.EEXIST: _NO_FOLDER,
}


class HomeInUseError(OperatingError):
    """Another process, as a rule a running desk, holds the home."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything lies under one root; names only, nothing need exist."""

    root: Path

    @property
    def mode(self) -> Path:
        """The stamp that says LIVE or EXERCISE."""
        return self.root / "mode"

    @property
    def lock(self) -> Path:
        """The file the running node holds locked."""
        return self.root / "lock"

    @property
    def database(self) -> Path:
        """Commands and alert history."""
        return self.root / "node.db"

    @property
    def journal(self) -> Path:
        """Folder of the minutes not yet filed."""
        return self.root / "journal"

    @property
    def snapshots(self) -> Path:
        """Folder of the newest worlds."""
        return self.root / "snapshots"

    @property
    def tracks(self) -> Path:
        """Folder of the filed minutes."""
        return self.root / "tracks"

    @property
    def evidence(self) -> Path:
        """Folder of files named by their content."""
        return self.root / "evidence"

    @property
    def held(self) -> Path:
        """Folder of the times that named cases hold."""
        return self.root / "held"

    @property
    def log(self) -> Path:
        """Folder of the own log as tiles."""
        return self.root / "log"

    @property
    def mirrors(self) -> Path:
        """Folder of the folders of other logs as tiles."""
        return self.root / "mirrors"

    @property
    def keys(self) -> Path:
        """Folder of the node's keys."""
        return self.root / "keys"

    @property
    def identity(self) -> Path:
        """Folder of the keys the node signs with, there as a whole or not at all."""
        return self.keys / "node"

    @property
    def parcels(self) -> Path:
        """Folder from which a running desk takes files of other parties."""
        return self.peers / "in"

    @property
    def release_key(self) -> Path:
        """The secret that draws shifts and aliases of released tracks."""
        return self.keys / "release.key"

    @property
    def release_cells(self) -> Path:
        """The cells in which released tracks were last shown."""
        return self.keys / "release.cells"

    @property
    def peers(self) -> Path:
        """Folder of the pinned parties."""
        return self.root / "peers"

    @property
    def policy(self) -> Path:
        """Logs and witnesses of the pact, for `airpact verify`."""
        return self.root / "pact.policy"

    @property
    def authors(self) -> Path:
        """Who may speak for the parties of the pact, for `airpact verify`."""
        return self.root / "pact.authors"


@dataclass(frozen=True, slots=True)
class Home:
    """A home this process holds until `close`."""

    layout: Layout
    mode: str
    lock: int  # descriptor of the locked file

    @classmethod
    def open(cls, root: Path, mode: str) -> Self:
        """Take the home of `root`, making what is missing; raises `OperatingError` where this node may not have it."""
        layout = Layout(root)
        with explained(root):
            root.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            lock = _take_lock(layout)
            try:
                _check_mode(layout, mode)
                for folder in (layout.journal, layout.snapshots, layout.tracks, layout.evidence, layout.keys):
                    folder.mkdir(mode=PRIVATE, exist_ok=True)
                sync_folder(root)
            except BaseException:
                os.close(lock)
                raise
        return cls(layout, mode, lock)

    def close(self) -> None:
        """Let the next node have it."""
        os.close(self.lock)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close it."""
        self.close()


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn an `OSError` of the block into an `OperatingError` that names the file and says what to do."""
    try:
        yield
    except OSError as error:
        where = error.filename or path
        raise OperatingError(
            f"The home {path} cannot be used: {where}: {error.strerror or error}.",
            effect="The desk records nothing there and does not start.",
            remedy=REMEDIES.get(error.errno or 0, "Give another home with --home, or repair the disk."),
        ) from error


def write_durably(path: Path, data: bytes, permissions: int = READABLE) -> None:
    """Put `data` at `path` as a whole or not at all, on the disk when this returns; raises `OSError`."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(
            os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, permissions), "wb"
        ) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def put_in_place(temporary: Path, path: Path) -> None:
    """Move a finished file to its name, on the disk when this returns; raises `OSError`."""
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; raises `OSError`."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _take_lock(layout: Layout) -> int:
    """Return the descriptor of the locked file; writing the process number into it also proves the disk takes bytes."""
    lock = os.open(layout.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        os.fsync(lock)
    except BlockingIOError as error:
        holder = os.pread(lock, PID_BYTES_MAX, 0).decode(errors="replace").strip()
        os.close(lock)
        raise HomeInUseError(
            f"The home {layout.root} is in use by another desk (process {holder or 'unknown'}).",
            effect="Two desks in one home would overwrite each other's record.",
            remedy="Stop that desk, or give this one a home of its own with --home.",
        ) from error
    except OSError:
        os.close(lock)
        raise
    return lock


def _check_mode(layout: Layout, mode: str) -> None:
    """Stamp a new home, and refuse one that was stamped with another mode or lost its stamp."""
    if layout.mode.exists():
        stamped = layout.mode.read_text().strip()
        if stamped != mode:
            raise OperatingError(
                f"The home {layout.root} belongs to a desk in mode {stamped or 'unknown'}, this desk is {mode}.",
                effect="EXERCISE has its own home, so that nothing exercised can ever be read as real.",
                remedy="Give this desk a home of its own with --home.",
            )
    elif layout.database.exists():
        raise OperatingError(
            f"The home {layout.root} holds a record but no longer says of which mode: {layout.mode} is missing.",
            remedy=f"Write LIVE or EXERCISE into {layout.mode}, whichever this home was used for.",
        )
    else:
        write_durably(layout.mode, f"{mode}\n".encode())
