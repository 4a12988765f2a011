"""The intake never blocks and never grows without limit; whatever it drops is counted and shown."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from airpact.feeds.report import FeedBatch
from airpact.node.feeding import DROPPED, Intake
from tests.node.fakes import START_S, batch


def test_a_tick_takes_everything_feeds_in_name_order_reports_in_their_own() -> None:
    intake = Intake()
    for feed, received_s in (("south", 1.0), ("north", 2.0), ("south", 3.0)):
        intake.put(batch(feed, received_s=received_s))
    assert [(b.feed, b.received_s) for b in intake.drain(5.0)] == [("north", 2.0), ("south", 1.0), ("south", 3.0)]
    assert intake.drain(6.0) == ()


def test_reports_carry_the_tick_that_took_them_and_nothing_else_changes() -> None:
    intake, given_batch = Intake(), batch(reports=3)
    intake.put(given_batch)
    (taken,) = intake.drain(START_S + 7)
    assert {report.recorded_s for report in taken.reports} == {START_S + 7}
    assert [msgspec.structs.replace(r, recorded_s=0.0) for r in taken.reports] == [
        msgspec.structs.replace(r, recorded_s=0.0) for r in given_batch.reports
    ]


def test_the_newest_batches_win_and_the_dropped_reports_are_a_count_on_the_feed() -> None:
    intake = Intake(batches_max=2)
    for second in range(5):
        intake.put(batch(reports=10, received_s=float(second)))
    taken = intake.drain(9.0)
    assert [b.received_s for b in taken] == [3.0, 4.0]
    assert taken[0].rejected == {DROPPED: 30}
    assert taken[1].rejected == {}
    assert intake.dropped() == {"north": 30}


def test_a_flooding_feed_takes_nothing_from_another() -> None:
    intake = Intake(batches_max=2)
    intake.put(batch("quiet"))
    for _ in range(50):
        intake.put(batch("loud"))
    assert [b.feed for b in intake.drain(1.0)] == ["loud", "loud", "quiet"]
    assert intake.dropped() == {"loud": 48}


def test_one_batch_beyond_the_limit_is_still_taken() -> None:
    intake = Intake(reports_max=5)
    intake.put(batch(reports=50))
    assert len(intake.drain(1.0)[0].reports) == 50
    assert intake.dropped() == {}


COUNTS = st.dictionaries(st.sampled_from(["framing", "no time", "late"]), st.integers(1, 9))


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 8), COUNTS), max_size=40), st.integers(1, 4))
def test_every_report_and_every_rejected_line_is_either_taken_or_counted(
    puts: list[tuple[str, int, dict[str, int]]], batches_max: int
) -> None:
    intake = Intake(batches_max, reports_max=12)
    for feed, reports, rejected in puts:
        intake.put(FeedBatch(feed, START_S, batch(feed, reports).reports, rejected))
    taken = intake.drain(START_S)
    put_reports = sum(reports for _, reports, _ in puts)
    taken_reports = sum(len(b.reports) for b in taken)
    empty = sum(reports == 0 for _, reports, _ in puts)  # a dropped batch without reports counts one
    assert put_reports <= taken_reports + sum(intake.dropped().values()) <= put_reports + empty
    assert sum(b.rejected.get(DROPPED, 0) for b in taken) == sum(intake.dropped().values())
    for reason in ("framing", "no time", "late"):
        assert sum(b.rejected.get(reason, 0) for b in taken) == sum(r.get(reason, 0) for _, _, r in puts)
    assert max((sum(b.feed == feed for b in taken) for feed in "ab"), default=0) <= batches_max
