"""The tick never waits for the history; what is not durable yet is known, kept and tried again."""

from airpact.node.archive import LATE_S, Archive
from airpact.node.world import Outbox
from tests.node.fakes import MemoryHistory, alert


def outbox(alert_id: str, now_s: float = 0.0) -> Outbox:
    return Outbox(0, now_s, (alert(alert_id),))


def test_what_was_put_is_written_in_order_once() -> None:
    history = MemoryHistory()
    archive = Archive(history)
    for name in "abc":
        archive.put(outbox(name), 0.0)
    archive.flush()
    archive.flush()
    assert [each.changed[0].id for each in history.outboxes] == ["a", "b", "c"]
    assert not archive.waits()


def test_a_failed_write_is_kept_named_and_tried_again() -> None:
    history = MemoryHistory(trouble=OSError("disk full"))
    archive = Archive(history)
    archive.put(outbox("a"), 0.0)
    archive.flush()
    assert (archive.waits(), archive.error) == (True, "disk full")
    history.trouble = None
    archive.flush()
    assert (archive.waits(), archive.error) == (False, "")
    assert [each.changed[0].id for each in history.outboxes] == ["a"]


def test_only_changes_that_waited_longer_than_the_limit_count_as_not_recorded() -> None:
    archive = Archive(MemoryHistory())
    archive.put(outbox("a"), 10.0)
    archive.put(outbox("b"), 11.0)
    assert archive.late(10.0 + LATE_S) == frozenset()
    assert archive.late(10.1 + LATE_S) == {"a"}
    assert archive.late(11.1 + LATE_S) == {"a", "b"}
    assert archive.oldest_s(99.0) == 10.0
    archive.flush()
    assert archive.late(99.0) == frozenset()
    assert archive.oldest_s(99.0) == 99.0


def test_an_endless_outage_keeps_the_newest_and_counts_the_rest() -> None:
    history = MemoryHistory()
    archive = Archive(history, pending_max=3)
    for number in range(10):
        archive.put(outbox(str(number)), 0.0)
    assert archive.dropped == 7
    archive.flush()
    assert [each.changed[0].id for each in history.outboxes] == ["7", "8", "9"]
