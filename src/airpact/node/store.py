"""What must be durable before anyone is told: accepted commands and the history of alerts, in one SQLite file.

WAL with `synchronous=FULL`: a committed transaction survives a power cut, and people may read the file while the desk
runs. One connection, used by one thread at a time (the storage thread once the desk runs).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from itertools import groupby
from math import isnan
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, Self

import msgspec

from airpact import __version__
from airpact.alerts.alert import Alert, State
from airpact.monitors.finding import Kind, Subject
from airpact.node.engine import Gap, Mark, Timeline
from airpact.node.entries import Entry
from airpact.node.errors import OperatingError
from airpact.node.home import Layout
from airpact.node.schema import SCHEMA
from airpact.node.world import Outbox

# A person with the file open in sqlite3 may hold it for a moment; a desk that waits longer says that storage is late.
BUSY_TIMEOUT_S: Final = 5.0
GAP_KINDS: Final = frozenset((Kind.FEED_LOST.value, Kind.FEED_FROZEN.value))
# An alert follows its pair at every report; the journal has those. The history keeps what people see change.
TOLD: Final = (
    "state", "level", "level_max", "shown_s", "sounded_s", "ending", "acknowledged_by", "acknowledged_s",
    "shelved_by", "shelved_until_s", "shelved_reason", "escalated_s",
)  # fmt: skip


class StoreError(OSError):
    """The database did not take or give what was asked; nothing of it was done."""


class Store:
    """The open database of one node."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        """Use `open` or `open_read_only`."""
        self._path, self._connection = path, connection
        self.entries = EntryLog(self)
        self.alerts = AlertLog(self)

    @classmethod
    def open(cls, layout: Layout) -> Self:
        """Open or make the database; raises `OperatingError` (not writable, damaged, of a newer version)."""
        path = layout.database
        connection = _connect(path)
        try:
            return cls.over(path, connection)
        except (sqlite3.Error, StoreError) as error:
            connection.close()
            raise _cannot_open(path, error) from error
        except OperatingError:
            connection.close()
            raise

    @classmethod
    def over(cls, path: Path, connection: sqlite3.Connection) -> Self:
        """Make a connection to the file durable and its tables whole; raises what `open` explains."""
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten, not only unlinked
        store = cls(path, connection)
        store._migrate()
        return store

    @classmethod
    def open_read_only(cls, layout: Layout) -> Self:
        """Open the database of a recording, perhaps on a medium that cannot be written; raises `OperatingError`."""
        path = layout.database
        for immutable in ("", "&immutable=1"):  # WAL needs a file beside it, which such a medium cannot have
            connection = _connect(path, f"?mode=ro{immutable}")
            store = cls(path, connection)
            try:
                store.rows("SELECT 1 FROM schema_versions")
                return store
            except StoreError as error:
                connection.close()
                if immutable:
                    raise _cannot_open(path, error) from error
        raise AssertionError("one of the two returned or raised")

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what a query gives; raises `StoreError`."""
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: {error}") from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Do all of the block, durable when it ends, or nothing of it; raises `StoreError`."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection
            self._connection.execute("COMMIT")
        except BaseException as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise StoreError(f"{self._path} cannot be written: {error}") from error
            raise

    def forget(self) -> None:
        """Take what was erased out of the write-ahead log too; raises `StoreError` where a reader holds it open."""
        if self.rows("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]:
            raise StoreError(
                f"{self._path}: what was erased still lies in its write-ahead log, another program reads it"
            )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _migrate(self) -> None:
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER PRIMARY KEY, product_version TEXT NOT NULL)"
        )
        ((found, by),) = self.rows("SELECT coalesce(max(version), 0), product_version FROM schema_versions")
        if found > len(SCHEMA):
            raise OperatingError(
                f"{self._path} was written by airpact {by} (schema {found}); this is {__version__} ({len(SCHEMA)}).",
                effect="An older version would not understand the record, and does not touch it.",
                remedy=f"Run airpact {by} or newer, or give this version a home of its own with --home.",
            )
        for version, statements in enumerate(SCHEMA[found:], start=found + 1):
            with self.transaction() as connection:
                for statement in statements:
                    connection.execute(statement)
                connection.execute("INSERT INTO schema_versions VALUES (?, ?)", (version, __version__))


class EntryLog:
    """The accepted commands as they are kept, to be read (`node.order.Entries`)."""

    def __init__(self, store: Store) -> None:
        """Take the open store."""
        self._store = store

    def since(self, index: int) -> Iterator[Entry]:
        """Yield every entry after `index`, in order."""
        for row in self._store.rows('SELECT * FROM entries WHERE "index" > ? ORDER BY "index"', index):
            yield _entry(row)

    def find(self, key: str) -> Entry | None:
        """Return the entry an idempotency key already made, if any."""
        rows = self._store.rows("SELECT * FROM entries WHERE key = ? AND key <> ''", key)
        return _entry(rows[0]) if rows else None

    def last(self) -> int:
        """Return the index of the newest entry, 0 when there is none."""
        return int(self._store.rows('SELECT coalesce(max("index"), 0) FROM entries')[0][0])


class AlertLog:
    """The durable history of alerts (`node.engine.AlertHistory`): a row for each change that people see."""

    def __init__(self, store: Store) -> None:
        """Take the open store."""
        self._store = store
        self._told: dict[str, bytes] = {}  # by id, what was last recorded of each alert that is not over

    def add(self, outbox: Outbox) -> None:
        """Record what one step or entry changed; returns when durable, raises `StoreError` when it cannot."""
        told = {alert.id: _told(alert) for alert in (*outbox.changed, *outbox.closed)}
        news = [a for a in (*outbox.changed, *outbox.closed) if self._last_told(a.id) != told[a.id]]
        if news:
            with self._store.transaction() as connection:
                connection.executemany(_ADD_CHANGE, [_change(alert, outbox, told[alert.id]) for alert in news])
                connection.executemany(_ADD_ALERT, [_summary(alert, outbox.now_s) for alert in news])
        self._told.update(told)
        for alert in outbox.closed:
            self._told.pop(alert.id, None)

    def last(self) -> tuple[int, float] | None:
        """Return tick and time (Unix s) of the last outbox of which something is recorded."""
        rows = self._store.rows("SELECT tick, t_s FROM alert_changes ORDER BY number DESC LIMIT 1")
        return rows[0] if rows else None

    def timeline(self, from_s: float, to_s: float) -> Timeline:
        """Return one mark per alert shown in [from_s, to_s] with its highest level, and what the feeds missed."""
        marks = self._store.rows(
            "SELECT id, level, shown_s, label FROM alerts WHERE shown_s BETWEEN ? AND ? ORDER BY shown_s, id",
            from_s,
            to_s,
        )
        return Timeline(from_s, to_s, tuple(Mark(*row) for row in marks), tuple(self._gaps(from_s, to_s)))

    def _gaps(self, from_s: float, to_s: float) -> Iterator[Gap]:
        """Yield when feeds were lost or frozen, cut to the window; one that still is ends with the window."""
        changes = self._store.rows(
            "SELECT c.id, c.key, c.kind, c.t_s, c.over_s FROM alert_changes c JOIN alerts a USING (id)"
            " WHERE a.subject = ? AND a.shown_s <= ? AND (a.changed_s >= ? OR a.state <> ?) ORDER BY c.id, c.number",
            Subject.FEED.value, to_s, from_s, State.ENDED.value,
        )  # fmt: skip
        for (_, feed), rows in groupby(changes, key=itemgetter(0, 1)):
            for since_s, until_s in _lost([row[2:] for row in rows], to_s):
                if until_s > from_s and since_s < to_s:
                    yield Gap(max(since_s, from_s), min(until_s, to_s), feed)

    def _last_told(self, alert_id: str) -> bytes | None:
        if alert_id not in self._told:
            rows = self._store.rows(
                "SELECT told FROM alert_changes WHERE id = ? ORDER BY number DESC LIMIT 1", alert_id
            )
            if not rows:
                return None
            self._told[alert_id] = rows[0][0]
        return self._told[alert_id]


def _lost(changes: list[tuple[str, float, float | None]], to_s: float) -> Iterator[tuple[float, float]]:
    """Yield (from, to) of each stretch in which one alert said lost or frozen; `changes`: (kind, time, over since)."""
    since_s: float | None = None
    for kind, t_s, over_s in changes:
        lost = kind in GAP_KINDS and over_s is None
        if lost and since_s is None:
            since_s = t_s
        elif not lost and since_s is not None:
            yield since_s, t_s if over_s is None else over_s
            since_s = None
    if since_s is not None:
        yield since_s, to_s


_ADD_CHANGE: Final = (
    "INSERT INTO alert_changes (id, key, kind, level, state, tick, t_s, over_s, label, alert, told)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_ADD_ALERT: Final = (
    "INSERT INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
    " level = max(level, excluded.level), shown_s = coalesce(shown_s, excluded.shown_s), state = excluded.state,"
    " changed_s = excluded.changed_s"
)


def _connect(path: Path, options: str = "") -> sqlite3.Connection:
    address = path.absolute().as_uri() + options
    try:
        return sqlite3.connect(address, BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False, uri=True)
    except sqlite3.Error as error:
        raise _cannot_open(path, error) from error


def _told(alert: Alert) -> bytes:
    values = (*(getattr(alert, name) for name in TOLD), alert.finding.kind, alert.finding.duplicate)
    over = isnan(alert.clear_since_s)
    return blake2b(msgspec.msgpack.encode((values, over)), digest_size=16).digest()


def _change(alert: Alert, outbox: Outbox, told: bytes) -> tuple[Any, ...]:
    text = msgspec.json.encode(alert).decode()
    return (
        alert.id, alert.key, alert.finding.kind.value, int(alert.level), alert.state.value, outbox.tick, outbox.now_s,
        _or_none(alert.clear_since_s), _label(alert), text, told,
    )  # fmt: skip


def _summary(alert: Alert, now_s: float) -> tuple[Any, ...]:
    subject, state = alert.finding.subject.value, alert.state.value
    shown_s = _or_none(alert.shown_s)
    return alert.id, alert.key, subject, int(alert.level_max), shown_s, state, now_s, _label(alert)


def _label(alert: Alert) -> str:
    """Return what the alert is about, in the ids of the record: call signs change, these do not."""
    return " / ".join(one for one in (alert.finding.a, alert.finding.b) if one) or alert.key


def _or_none(value: float) -> float | None:
    return None if isnan(value) else value


def _entry(row: tuple[Any, ...]) -> Entry:
    index, at_s, kind, person, body, key, *said = row  # a recording of an older version says nothing of an audience
    audience = msgspec.json.decode(said.pop(0), type=tuple[str, ...]) if said else ()
    return Entry(index, at_s, kind, person, msgspec.json.decode(body), key, audience, *said)


def _cannot_open(path: Path, error: Exception) -> OperatingError:
    return OperatingError(
        f"The record {path} cannot be opened: {error}.",
        effect="Without it nothing could be acknowledged, so the desk does not start.",
        remedy="Free space on the disk, make the file writable, or give another home with --home; keep the file.",
    )
