"""The store: the alert history survives, what cannot be kept is refused, and both are said in words."""

import sqlite3
from math import nan
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from airpact.alerts.alert import Alert, State
from airpact.encounter.levels import Level
from airpact.monitors.finding import Finding, Kind, Subject
from airpact.node.engine import Gap, Mark
from airpact.node.entries import Command, Entry
from airpact.node.errors import OperatingError
from airpact.node.home import Layout
from airpact.node.ledger.ledger import Ledger
from airpact.node.schema import SCHEMA
from airpact.node.store import Store, StoreError
from airpact.node.world import Outbox
from tests.node.identities import NAG


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(Layout(tmp_path))


def test_a_full_database_refuses_the_change_whole_and_goes_on_when_there_is_room(store: Store) -> None:
    pages = store.rows("PRAGMA page_count")[0][0]
    store.rows(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match=r"node\.db cannot be written.*full"):
        store.alerts.add(Outbox(1, 1.0, (replace(alert(), shelved_reason="x" * 20_000),)))
    assert store.rows("SELECT count(*) FROM alert_changes") == [(0,)]
    store.rows("PRAGMA max_page_count = 100000")
    store.alerts.add(Outbox(1, 1.0, (alert(),)))
    assert store.rows("SELECT count(*) FROM alert_changes") == [(1,)]


def test_a_store_error_is_an_os_error() -> None:
    """The loop and the archive treat it as any other fault of the disk."""
    assert issubclass(StoreError, OSError)


def test_acknowledged_means_on_the_disk(store: Store) -> None:
    assert store.rows("PRAGMA journal_mode") == [("wal",)]
    assert store.rows("PRAGMA synchronous") == [(2,)]  # FULL


def test_a_newer_schema_is_refused_and_untouched(tmp_path: Path) -> None:
    store = Store.open(Layout(tmp_path))
    with store.transaction() as connection:
        connection.execute("INSERT INTO schema_versions VALUES (?, '9.9')", (len(SCHEMA) + 1,))
    store.close()
    before = (tmp_path / "node.db").read_bytes()
    with pytest.raises(OperatingError, match=rf"airpact 9\.9 \(schema {len(SCHEMA) + 1}\)") as refused:
        Store.open(Layout(tmp_path))
    assert "newer" in refused.value.remedy
    assert (tmp_path / "node.db").read_bytes() == before


@pytest.mark.parametrize("content", [b"not a database" * 100, None])
def test_a_database_that_cannot_be_opened_is_told(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "node.db"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    for opened in (Store.open, Store.open_read_only):
        with pytest.raises(OperatingError, match=r"node\.db cannot be opened") as refused:
            opened(Layout(tmp_path))
        assert "--home" in refused.value.remedy


def test_a_recording_without_database_is_told_and_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(OperatingError, match=r"node\.db"):
        Store.open_read_only(Layout(tmp_path))
    assert list(tmp_path.iterdir()) == []


def heard(store: Store, at_s: float = 1.0) -> Entry:
    return Ledger(store, NAG, lambda: at_s).order.append(Command("sound_check", "local", {"heard": True}), at_s)


def test_a_copy_is_read_without_being_written(tmp_path: Path, store: Store) -> None:
    entry = heard(store)
    read = Store.open_read_only(Layout(tmp_path))
    assert list(read.entries.since(0)) == [entry]
    with pytest.raises(StoreError, match="readonly"):
        heard(read)
    read.close()


def test_a_recording_of_the_first_version_is_read(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "node.db", isolation_level=None)
    connection.execute("CREATE TABLE schema_versions (version INTEGER PRIMARY KEY, product_version TEXT NOT NULL)")
    for statement in SCHEMA[0]:
        connection.execute(statement)
    connection.execute("INSERT INTO schema_versions VALUES (1, '0.1.0')")
    connection.execute("INSERT INTO entries VALUES (1, 5.0, 'sound_check', 'local', '{\"heard\":true}', 'k')")
    connection.close()
    read = Store.open_read_only(Layout(tmp_path))
    assert list(read.entries.since(0)) == [Entry(1, 5.0, "sound_check", "local", {"heard": True}, "k")]
    read.close()


def alert(alert_id: str = "a-b-1", t_s: float = 10.0, **values: object) -> Alert:
    key = alert_id.rsplit("-", 1)[0].replace("-", "|")
    finding = Finding(Subject.PAIR, key, Kind.PREDICTED, Level.CAUTION, t_s, a="a", b="b")
    shown = Alert(alert_id, key, finding, State.ACTIVE, Level.CAUTION, Level.CAUTION, t_s, shown_s=t_s, last_s=t_s)
    return replace(shown, **values)


def test_only_what_people_see_change_is_recorded(store: Store) -> None:
    """Geometry moves with every report and is in the journal; level, state and answers are rows."""
    first = alert()
    moved = replace(first, last_s=11.0, finding=replace(first.finding, judged_s=11.0))
    warning = replace(moved, level=Level.WARNING, level_max=Level.WARNING)
    answered = replace(warning, state=State.ACKNOWLEDGED, acknowledged_by="local", acknowledged_s=13.0)
    over = replace(answered, state=State.ENDED, clear_since_s=14.0)
    for tick, one in enumerate((first, moved, warning, warning, answered)):
        store.alerts.add(Outbox(tick, 10.0 + tick, (one,)))
    store.alerts.add(Outbox(9, 19.0, closed=(over,), ended=(over.id,)))
    rows = store.rows("SELECT state, level, tick, t_s FROM alert_changes ORDER BY number")
    assert rows == [("active", 2, 0, 10.0), ("active", 3, 2, 12.0), ("acknowledged", 3, 4, 14.0), ("ended", 3, 9, 19.0)]
    assert store.alerts.last() == (9, 19.0)


def test_the_timeline_has_one_mark_per_alert_with_its_highest_level(store: Store) -> None:
    early, late = alert("a-b-5", 5.0), alert("c-d-20", 20.0)
    raised = replace(early, level=Level.WARNING, level_max=Level.WARNING)
    lowered = replace(raised, level=Level.ADVISORY)
    for tick, one in enumerate((early, raised, lowered, late)):
        store.alerts.add(Outbox(tick, float(tick), (one,)))
    marks = (Mark("a-b-5", 3, 5.0, "a / b"), Mark("c-d-20", 2, 20.0, "a / b"))
    assert store.alerts.timeline(5.0, 20.0).marks == marks
    assert store.alerts.timeline(5.1, 20.0).marks == marks[1:]
    assert store.alerts.timeline(5.0, 19.9).marks == marks[:1]
    assert store.alerts.timeline(0.0, 4.0).marks == ()


def feed_alert(kind: Kind, over_s: float = nan, state: State = State.ACTIVE) -> Alert:
    finding = Finding(Subject.FEED, "north", kind, Level.CAUTION, 10.0)
    return Alert(
        "feed:north-10", "north", finding, state, Level.CAUTION, Level.CAUTION, 10.0, shown_s=10.0, clear_since_s=over_s
    )


@pytest.mark.parametrize(
    ("changes", "gaps"),
    [
        ([(10.0, feed_alert(Kind.FEED_LOST))], [(10.0, 100.0)]),
        ([(10.0, feed_alert(Kind.FEED_LOST)), (30.0, feed_alert(Kind.FEED_LOST, 29.0))], [(10.0, 29.0)]),
        ([(10.0, feed_alert(Kind.FEED_LOST)), (20.0, feed_alert(Kind.FEED_FROZEN))], [(10.0, 100.0)]),
        ([(10.0, feed_alert(Kind.FEED_CLOCK))], []),
        ([(10.0, feed_alert(Kind.FEED_LOST)), (25.0, feed_alert(Kind.FEED_CLOCK))], [(10.0, 25.0)]),
        (
            [
                (10.0, feed_alert(Kind.FEED_LOST)),
                (15.0, feed_alert(Kind.FEED_LOST, 14.0)),
                (40.0, feed_alert(Kind.FEED_LOST)),
            ],
            [(10.0, 14.0), (40.0, 100.0)],
        ),
    ],
)  # fmt: skip
def test_gaps_are_the_times_a_feed_was_lost_or_frozen(
    store: Store, changes: list[tuple[float, Alert]], gaps: list[tuple[float, float]]
) -> None:
    for tick, (now_s, one) in enumerate(changes):
        store.alerts.add(Outbox(tick, now_s, (one,)))
    assert store.alerts.timeline(0.0, 100.0).gaps == tuple(Gap(low, high, "north") for low, high in gaps)
    later = store.alerts.timeline(20.0, 30.0).gaps
    assert later == tuple(Gap(max(low, 20.0), min(high, 30.0), "north") for low, high in gaps if low < 30 and high > 20)


def test_an_ended_feed_fault_before_the_window_is_no_gap_in_it(store: Store) -> None:
    lost = feed_alert(Kind.FEED_LOST)
    store.alerts.add(Outbox(1, 10.0, (lost,)))
    over = feed_alert(Kind.FEED_LOST, 12.0, State.ENDED)
    store.alerts.add(Outbox(2, 13.0, closed=(over,)))
    assert store.alerts.timeline(50.0, 60.0).gaps == ()
    assert store.alerts.timeline(0.0, 60.0).gaps == (Gap(10.0, 12.0, "north"),)


@settings(max_examples=15)
@given(st.lists(st.sampled_from((State.ACTIVE, State.ACKNOWLEDGED, State.SHELVED)), min_size=1, max_size=8), st.data())
def test_a_new_process_records_no_change_twice(states: list[State], data: st.DataObject) -> None:
    """What was last told of an alert comes from the file, not from memory alone."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        layout = Layout(Path(folder))
        store = Store.open(layout)
        for tick, state in enumerate(states):
            if data.draw(st.booleans()):
                store.close()
                store = Store.open(layout)
            store.alerts.add(Outbox(tick, float(tick), (alert(state=state),)))
        changes = sum(1 for before, after in zip([None, *states], states, strict=False) if before is not after)
        assert store.rows("SELECT count(*) FROM alert_changes") == [(changes,)]
        store.close()


def test_people_may_read_the_file_while_the_desk_writes(tmp_path: Path, store: Store) -> None:
    heard(store)
    with sqlite3.connect(tmp_path / "node.db") as other:
        other.execute("BEGIN")
        assert other.execute("SELECT count(*) FROM entries").fetchone() == (1,)
        heard(store, 2.0)
    other.close()
