"""Deletes what other parties released from filed minutes once the agreed time is over, but for what a named case holds.

Part of the recorder process, a few minutes of the record at a time. A minute is written anew without those batches and
takes the place of the old one whole, so it may be killed at any moment, and doing it again gives the same. Own batches,
ticks and news of links stay as they were. A case is a file `held/<case>.json`:

    {"ranges": [{"from_s": 1790000000, "to_s": 1790003600}]}

A file there that cannot be read holds everything, until a person has put it right.
"""

from calendar import timegm
from collections.abc import Iterable, Iterator
from contextlib import closing
from math import isfinite
from pathlib import Path
from time import strptime
from typing import Annotated, Final

import duckdb
import msgspec
from msgspec import Meta

from airpact.feeds.report import PEER_FEED, peer_of
from airpact.node.errors import OperatingError
from airpact.node.home import Layout
from airpact.node.journal import MINUTE, DamagedError
from airpact.node.tick import TickRecord
from airpact.node.tracks import connect, filed_minutes, read_filed, write_minute

HOUR_S: Final = 3600.0
MINUTE_S: Final = 60.0
# Asked once a minute: a backlog of a month is worked off in a few days, and filing the newest minute waits seconds.
ERASED_AT_ONCE: Final = 5
LOOKED_AT_ONCE: Final = 200
CASE_BYTES_MAX: Final = 1 << 16
RANGES_MAX: Final = 1_000


class Range(msgspec.Struct, frozen=True):
    """A time of which nothing is deleted (Unix s, both ends included)."""

    from_s: float
    to_s: float


class _Case(msgspec.Struct, frozen=True):
    ranges: Annotated[tuple[Range, ...], Meta(max_length=RANGES_MAX)]


class Erased(msgspec.Struct, frozen=True):
    """What was done with one minute: reports deleted, or why they were not."""

    minute: str
    reports: int = 0
    error: str = ""


class Retention:
    """Knows which filed minutes hold nothing more to delete; one for the life of the recorder process."""

    def __init__(self, layout: Layout, kept_s: float) -> None:
        """`kept_s`: how long what others released is kept."""
        self._layout, self._kept_s = layout, kept_s
        self._done: set[str] = set()

    def erase(self, now_s: float) -> Iterator[Erased]:
        """Delete from the oldest minutes that are due at `now_s` (Unix s), some at a time."""
        try:
            held = held_ranges(self._layout)
        except OperatingError as error:
            yield Erased("", error=str(error))
            return
        looked = erased = 0
        for minute, path in filed_minutes(self._layout).items():
            from_s = start_s(minute)
            if from_s + MINUTE_S > now_s - self._kept_s or looked >= LOOKED_AT_ONCE or erased >= ERASED_AT_ONCE:
                return
            mine = tuple(one for one in held if one.from_s < from_s + MINUTE_S and one.to_s >= from_s)
            if minute in self._done or _all_held(mine, from_s):
                continue
            looked += 1
            done = self._erase(minute, path, mine)
            if done.reports or done.error:
                erased += 1
                yield done

    def _erase(self, minute: str, path: Path, held: tuple[Range, ...]) -> Erased:
        try:
            reports = erase_minute(path, held)
        except (OSError, OperatingError) as error:
            self._done.add(minute)  # told once, and looked at again by the next process
            return Erased(minute, error=str(error))
        if not held:
            self._done.add(minute)
        return Erased(minute, reports or 0)


def erase_minute(path: Path, held: tuple[Range, ...] = ()) -> int | None:
    """Delete from a filed minute what is not held and return how many reports, None where there was nothing.

    Raises `DamagedError`, `OSError`; the file is then as it was.
    """
    if not _holds_others(path, held):
        return None
    counts: list[int] = []
    write_minute(path, _own(read_filed(path), held, counts))
    return sum(counts)


def held_ranges(layout: Layout) -> tuple[Range, ...]:
    """Return the times that named cases hold; raises `OperatingError` where a case cannot be read."""
    return tuple(one for path in sorted(layout.held.glob("*.json")) for one in _ranges(path))


def start_s(minute: str) -> float:
    """Return when a minute of the record began (Unix s)."""
    return float(timegm(strptime(minute, MINUTE)))


def _ranges(path: Path) -> tuple[Range, ...]:
    try:
        with path.open("rb") as file:
            ranges = msgspec.json.decode(file.read(CASE_BYTES_MAX + 1), type=_Case).ranges
        for one in ranges:
            if not (isfinite(one.from_s) and isfinite(one.to_s) and one.from_s <= one.to_s):
                raise ValueError("a range ends before it begins")
    except (OSError, ValueError) as error:
        raise OperatingError(
            f"{path} cannot be read: {error}.",
            effect="Nothing that other parties released is deleted, so that the case keeps what it needs.",
            remedy='Write it as {"ranges": [{"from_s": 1790000000, "to_s": 1790003600}]}, or take it away.',
        ) from error
    return ranges


def _all_held(held: tuple[Range, ...], from_s: float) -> bool:
    return any(one.from_s <= from_s and one.to_s >= from_s + MINUTE_S for one in held)


def _is_held(held: tuple[Range, ...], at_s: float) -> bool:
    return any(one.from_s <= at_s <= one.to_s for one in held)


def _holds_others(path: Path, held: tuple[Range, ...]) -> bool:
    """Return whether a minute holds anything to delete, without reading its positions."""
    outside = "".join(f" AND NOT now_s BETWEEN {one.from_s!r} AND {one.to_s!r}" for one in held)
    query = f"SELECT count(*) FROM read_parquet($path) WHERE starts_with(batch_feed, $peer){outside}"
    try:
        with closing(connect()) as database:
            found = database.execute(query, {"path": str(path), "peer": PEER_FEED}).fetchone()
    except duckdb.Error as error:
        raise DamagedError(path, 0, str(error).splitlines()[0]) from error
    return bool(found and found[0])


def _own(records: Iterable[TickRecord], held: tuple[Range, ...], counts: list[int]) -> Iterator[TickRecord]:
    for record in records:
        if _is_held(held, record.now_s):
            yield record
            continue
        kept = tuple(batch for batch in record.batches if not peer_of(batch.feed))
        counts.append(sum(len(batch.reports) for batch in record.batches) - sum(len(batch.reports) for batch in kept))
        yield msgspec.structs.replace(record, batches=kept)
