"""Closed minutes as Parquet, `tracks/<YYYY>/<MM>/<DD>/<HHMM>.parquet`, and the reading of everything recorded.

One row per report in the order recorded: when the tick was (`tick`, `now_s`), which batch of it (`batch`, `batch_feed`,
...), then every field of the report. A batch without reports, and a tick without batches, is one row with `place` -1.
A number that was not given is NULL, as in any table; nothing else is changed, so the ticks come back exactly.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from itertools import islice
from math import inf, nan
from pathlib import Path
from typing import Any, Final

import duckdb
import msgspec
import numpy as np

from airpact.feeds.report import FeedBatch, Report
from airpact.geo.units import AltitudeKind
from airpact.node.home import PRIVATE, Layout, put_in_place
from airpact.node.journal import Cut, DamagedError, journal_files, minute_of, read_minute
from airpact.node.tick import PeerNews, TickRecord

SUFFIX: Final = ".parquet"
# The recorder works beside a running desk: one thread, and memory for a minute of 10,000 aircraft before it spills.
DUCKDB_SETTINGS: Final = {"threads": "1", "memory_limit": "256MB", "preserve_insertion_order": "true"}
ROWS_AT_ONCE: Final = 8192  # rows held as Python values at a time
NONE: Final = -1  # `batch` of a tick without batches, `place` of a row without a report

# What a row says of its tick and its batch, before the fields of the report.
TICK_COLUMNS: Final[dict[str, type]] = {
    "tick": int,
    "now_s": float,
    "applied": int,
    "begins": bool,
    "news": str,  # of the links to other parties, and what the node could not do; JSON, "" = nothing
    "batch": int,
    "place": int,
    "batch_feed": str,
    "batch_received_s": float,
    "rejected": str,  # JSON object of counts, as are the doubtful fields
    "unchanged": bool,
    "error": str,
    "clock_offset_s": float,
    "doubtful": str,
}
COLUMNS: Final[dict[str, type]] = {
    **TICK_COLUMNS,
    **{field.name: field.type for field in msgspec.structs.fields(Report)},
}
SQL_TYPES: Final[dict[type, str]] = {
    str: "VARCHAR", float: "DOUBLE", int: "BIGINT", bool: "BOOLEAN", AltitudeKind: "BIGINT",
}  # fmt: skip
NUMPY_TYPES: Final[dict[type, type]] = {
    str: np.object_, float: np.float64, int: np.int64, bool: np.bool_, AltitudeKind: np.int64,
}  # fmt: skip
KIND_AT: Final = list(COLUMNS).index("altitude_kind")
DEFAULTS: Final = {field.name: field.default for field in msgspec.structs.fields(Report) if not field.required}
REPORT_AT: Final = len(TICK_COLUMNS)
NO_REPORT: Final = msgspec.structs.astuple(Report("", "", "", nan, nan, nan, nan))
NO_BATCH: Final = FeedBatch("", nan)

Row = tuple[Any, ...]


def minute_path(layout: Layout, minute: str) -> Path:
    """Return where a minute (`YYYYmmddTHHMM`) is filed."""
    return layout.tracks / minute[:4] / minute[4:6] / minute[6:8] / (minute[9:] + SUFFIX)


def filed_minutes(layout: Layout) -> dict[str, Path]:
    """Return the file of each filed minute, oldest first."""
    paths = sorted(layout.tracks.glob(f"[0-9]*/[0-9]*/[0-9]*/[0-9]*{SUFFIX}"))
    return {"{}{}{}T{}".format(*path.with_suffix("").parts[-4:]): path for path in paths}


def write_minute(path: Path, records: Iterable[TickRecord]) -> int:
    """File one minute, whole or not at all, and return its rows; raises `OSError`."""
    path.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    spill = path.with_name(f".{path.name}.spill")
    try:
        with closing(connect(temp_directory=str(spill))) as database:
            database.execute(f"CREATE TABLE minute ({_sql_columns()})")
            rows = _rows(records)
            count = 0
            while chunk := list(islice(rows, ROWS_AT_ONCE)):
                _insert(database, chunk)
                count += len(chunk)
            database.execute("COPY minute TO $path (FORMAT parquet, COMPRESSION zstd)", {"path": str(temporary)})
        put_in_place(temporary, path)
    except duckdb.Error as error:
        raise OSError(f"{path} cannot be written: {error}") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    return count


def read_filed(path: Path) -> Iterator[TickRecord]:
    """Yield the records of one filed minute exactly as they were; raises `DamagedError`."""
    fields = ", ".join(map(_read_column, COLUMNS))
    try:
        with closing(connect()) as database:
            # A file of an older version lacks the newest columns: what it could not say was not given.
            database.execute(f"CREATE TABLE minute ({_sql_columns()})")
            found = database.execute(
                f"SELECT {fields} FROM (FROM minute UNION ALL BY NAME FROM read_parquet($path))", {"path": str(path)}
            )
            yield from _records(_fetch(found))
    except duckdb.Error as error:
        raise DamagedError(path, 0, str(error).splitlines()[0]) from error


def last_tick(path: Path) -> int:
    """Return the last tick of a filed minute, from the file's own statistics; raises `DamagedError`."""
    try:
        with closing(connect()) as database:
            found = database.execute("SELECT max(tick) FROM read_parquet($path)", {"path": str(path)}).fetchone()
    except duckdb.Error as error:
        raise DamagedError(path, 0, str(error).splitlines()[0]) from error
    return int(found[0]) if found and found[0] is not None else NONE


def read_recorded(
    layout: Layout, from_s: float = -inf, to_s: float = inf, cuts: list[Cut] | None = None
) -> Iterator[TickRecord]:
    """Yield every record of [from_s, to_s] (Unix s): filed minutes, then the journal's; raises `DamagedError`."""
    filed, journal = filed_minutes(layout), journal_files(layout)
    first = minute_of(from_s) if from_s > -inf else ""
    last = minute_of(to_s) if to_s < inf else "~"
    for minute in sorted({*filed, *journal}):
        if first <= minute <= last:
            found = recorded_minute(filed.get(minute), journal.get(minute), cuts)
            yield from (record for record in found if from_s <= record.now_s <= to_s)


def recorded_minute(filed: Path | None, journal: Path | None, cuts: list[Cut] | None = None) -> Iterator[TickRecord]:
    """Yield one minute: what is filed of it, then what the journal holds beyond that (after a kill in between)."""
    tick = NONE
    for record in read_filed(filed) if filed else ():
        yield record
        tick = record.tick
    for record in read_minute(journal, cuts) if journal else ():
        if record.tick > tick:
            yield record


def connect(**more: str) -> duckdb.DuckDBPyConnection:
    """Return a database in memory that stays within the recorder's bounds."""
    return duckdb.connect(":memory:", config={**DUCKDB_SETTINGS, **more})


def _sql_columns() -> str:
    return ", ".join(f"{name} {SQL_TYPES[kind]}" for name, kind in COLUMNS.items())


def _read_column(name: str) -> str:
    """Return a column as SQL: a number that is missing was not given, a delay that is missing was none."""
    if COLUMNS[name] is not float:
        return name
    missing = "0.0" if DEFAULTS.get(name) == 0.0 else "'nan'::DOUBLE"
    return f"coalesce({name}, {missing}) AS {name}"


def _insert(database: duckdb.DuckDBPyConnection, chunk: list[Row]) -> None:
    arrays: dict[str, Any] = {
        name: np.array(values, NUMPY_TYPES[kind])
        for (name, kind), values in zip(COLUMNS.items(), zip(*chunk, strict=True), strict=True)
    }
    database.register("arrays", arrays)  # NaN arrives as NULL
    database.execute("INSERT INTO minute SELECT * FROM arrays")
    database.unregister("arrays")


def _rows(records: Iterable[TickRecord]) -> Iterator[Row]:
    for record in records:
        tick = (record.tick, record.now_s, record.applied, record.begins, _news_text(record))
        for number, batch in enumerate(record.batches):
            told = _batch_columns(batch)
            for place, report in enumerate(batch.reports):
                yield (*tick, number, place, *told, *msgspec.structs.astuple(report))
            if not batch.reports:
                yield (*tick, number, NONE, *told, *NO_REPORT)
        if not record.batches:
            yield (*tick, NONE, NONE, *_batch_columns(NO_BATCH), *NO_REPORT)


def _batch_columns(batch: FeedBatch) -> Row:
    counts = [msgspec.json.encode(counted).decode() for counted in (batch.rejected, batch.doubtful)]
    return (
        batch.feed, batch.received_s, counts[0], batch.unchanged, batch.error, batch.clock_offset_s, counts[1],
    )  # fmt: skip


def _fetch(found: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    while rows := found.fetchmany(ROWS_AT_ONCE):
        yield from rows


def _records(rows: Iterator[Row]) -> Iterator[TickRecord]:
    """Put the rows of each tick together again."""
    tick: tuple[int, float, int, bool, str | None] | None = None
    batches: list[list[Row]] = []
    for row in rows:
        if row[:1] != (tick or ())[:1]:
            if tick is not None:
                yield _tick(tick, batches)
            tick, batches = row[:5], []
        number = row[5]
        if number == len(batches):
            batches.append([])
        if number != NONE:
            batches[number].append(row)
    if tick is not None:
        yield _tick(tick, batches)


def _tick(tick: tuple[int, float, int, bool, str | None], batches: list[list[Row]]) -> TickRecord:
    number, now_s, applied, begins, text = tick
    peers, impaired = _news(text)
    return TickRecord(number, now_s, applied, tuple(_batch(group) for group in batches), begins, peers, impaired)


def _news_text(record: TickRecord) -> str:
    return msgspec.json.encode((record.peers, record.impaired)).decode() if record.peers or record.impaired else ""


def _news(text: str | None) -> tuple[tuple[PeerNews, ...], tuple[str, ...]]:
    """Return the news of one tick; JSON has no NaN, and no time of a link is null otherwise."""
    if not text:
        return (), ()
    peers, impaired = msgspec.json.decode(text)
    rows = [[nan if value is None else value for value in row] for row in peers]
    return msgspec.convert(rows, tuple[PeerNews, ...]), tuple(impaired)


def _batch(rows: list[Row]) -> FeedBatch:
    _, _, _, _, _, _, place, feed, received_s, rejected, unchanged, error, clock_offset_s, doubtful = rows[0][
        :REPORT_AT
    ]
    reports = () if place == NONE else tuple(_report(row) for row in rows)
    counts = [msgspec.json.decode(text, type=dict[str, int]) for text in (rejected, doubtful)]
    return FeedBatch(feed, received_s, reports, counts[0], unchanged, error, clock_offset_s, counts[1])


def _report(row: Row) -> Report:
    values = list(row)
    values[KIND_AT] = AltitudeKind(row[KIND_AT])
    return Report(*values[REPORT_AT:])
