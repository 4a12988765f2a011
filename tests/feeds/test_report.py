"""The values every decoder yields, and how they are counted."""

from airpact.feeds.report import (
    Decoded,
    FeedBatch,
    Reject,
    Rejection,
    Report,
    doubtful_by_field,
    iter_reports,
    rejected_by_reason,
)

REPORT = Report("f", "4ca2d6", "", 1.0, 2.0, 3.0, 4.0)
LATE, RANGE = Rejection(Reject.LATE, 1), Rejection(Reject.RANGE, 2, "lat", "91")


def test_rejections_are_counted_by_reason_in_order_of_name() -> None:
    assert list(rejected_by_reason((RANGE, LATE, RANGE)).items()) == [("older than last", 1), ("out of range", 2)]


def test_left_out_fields_are_counted_by_field_and_reason() -> None:
    assert doubtful_by_field((RANGE, RANGE)) == {"lat: out of range": 2}


def test_two_results_join_in_order() -> None:
    joined = Decoded((REPORT,), (LATE,)) + Decoded((), (RANGE,), (LATE,))
    assert joined == Decoded(joined.reports, (LATE, RANGE), (LATE,))
    assert joined.reports[0] is REPORT


def test_reports_of_several_batches_come_in_order() -> None:
    batches = (FeedBatch("a", 0.0, (REPORT,)), FeedBatch("b", 0.0), FeedBatch("c", 0.0, (REPORT, REPORT)))
    assert len(list(iter_reports(batches))) == 3
