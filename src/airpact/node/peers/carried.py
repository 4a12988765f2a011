"""Which files carried statements out of a home and into it: the newest, a line of JSON each, for people to look up.

HOME/peers/files.jsonl   oldest first; written by the running desk and by `airpact peer export` and `import` beside it

What a file held is in the logs; this says only that there was one, so that nobody has to remember it.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import msgspec

from airpact.node.home import PRIVATE, Layout, write_durably
from airpact.node.peers.evidence import SHOWN_MAX
from airpact.node.peers.table import Carried

NAME: Final = "files.jsonl"
SECRET: Final = 0o600


def note_carried(layout: Layout, carried: Carried) -> None:
    """Add one file to the list, durable when this returns; raises `OSError`."""
    with _alone(layout):
        kept = [*read_carried(layout), carried][-SHOWN_MAX:]
        write_durably(layout.peers / NAME, msgspec.json.Encoder().encode_lines(kept), SECRET)


def read_carried(layout: Layout) -> tuple[Carried, ...]:
    """Return the files of a home, oldest first; a line that cannot be read is left out. Raises `OSError`."""
    try:
        lines = (layout.peers / NAME).read_bytes().splitlines()
    except FileNotFoundError:
        return ()
    return tuple(found for line in lines if (found := _carried(line)) is not None)


def _carried(line: bytes) -> Carried | None:
    try:
        return msgspec.json.decode(line, type=Carried)
    except msgspec.DecodeError:
        return None


@contextmanager
def _alone(layout: Layout) -> Iterator[None]:
    layout.peers.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    lock = os.open(layout.peers / f".{NAME}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, SECRET)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
