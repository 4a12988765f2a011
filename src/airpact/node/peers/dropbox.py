"""The folder from which a running desk takes files of other parties: whoever puts one there gets the answer beside it.

HOME/peers/in/NAME.parcel   as it came
HOME/peers/in/NAME.answer   what became of it; the parcel is gone then
"""

import os
import re
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG
from typing import Final

import msgspec

from airpact.node.home import PRIVATE, Layout, write_durably
from airpact.node.peers.parcel import PARCEL_BYTES_MAX, SUFFIX

ANSWER: Final = ".answer"
ANSWERS_MAX: Final = 100  # nobody may ask for them; the oldest leave first
LOOK_S: Final = 0.05
TAKEN: Final = (f"[!.]*{SUFFIX}", f"[!.]*{SUFFIX}.gz")
PLAIN: Final = re.compile(r"[^A-Za-z0-9._-]")
NAME_MAX: Final = 80
DIGEST_DIGITS: Final = 16


class Answer(msgspec.Struct, frozen=True):
    """What became of a file, as `airpact peer import` says it."""

    state: str  # read | again | gap | refused
    party: str
    first: int
    stop: int
    detail: str


def drop(layout: Layout, name: str, data: bytes) -> Path:
    """Put a file where the running desk takes it, and return where; raises `OSError`."""
    layout.parcels.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    plain = PLAIN.sub("", name.removesuffix(".gz").removesuffix(SUFFIX)).strip(".-")[:NAME_MAX]
    path = layout.parcels / f"{plain or 'file'}-{sha256(data).hexdigest()[:DIGEST_DIGITS]}{SUFFIX}"
    path.with_suffix(ANSWER).unlink(missing_ok=True)
    write_durably(path, data)
    return path


def wait_for_answer(path: Path, timeout_s: float) -> Answer | None:
    """Return what the desk says of a dropped file, None where it says nothing in time."""
    until_s = time.monotonic() + timeout_s
    while time.monotonic() < until_s:
        with suppress(FileNotFoundError):
            data = path.with_suffix(ANSWER).read_bytes()
            path.with_suffix(ANSWER).unlink(missing_ok=True)
            return msgspec.json.decode(data, type=Answer)
        time.sleep(LOOK_S)
    return None


def waiting(layout: Layout) -> list[Path]:
    """Return the files that wait, in the order they came; links, pipes and folders are none and stay where they lie."""
    if not layout.parcels.exists():
        return []
    found = [(path, _stat(path)) for pattern in TAKEN for path in layout.parcels.glob(pattern)]
    files = [(state.st_mtime_ns, path.name, path) for path, state in found if state and S_ISREG(state.st_mode)]
    return [path for _, _, path in sorted(files)]


def _stat(path: Path) -> os.stat_result | None:
    """Return what lies there itself, None where it is gone again."""
    try:
        return path.lstat()
    except FileNotFoundError:
        return None


def read_limited(path: Path) -> bytes:
    """Return the bytes of a file, one more than a parcel may have at most; raises `OSError`."""
    with path.open("rb") as file:
        return file.read(PARCEL_BYTES_MAX + 1)


def answer(path: Path, said: Answer) -> None:
    """Say what became of a file, and let go of it; raises `OSError`."""
    write_durably(path.with_suffix(ANSWER), msgspec.json.encode(said) + b"\n")
    path.unlink(missing_ok=True)
    answers = sorted(path.parent.glob(f"*{ANSWER}"), key=lambda each: each.stat().st_mtime_ns)
    for old in answers[:-ANSWERS_MAX]:
        old.unlink(missing_ok=True)
