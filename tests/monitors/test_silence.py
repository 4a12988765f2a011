"""Findings of feeds: one when a fault begins, none while it lasts, one recovery when it ends."""

from airpact.encounter.levels import Level
from airpact.feeds.report import FeedBatch
from airpact.monitors.finding import Kind, Subject
from airpact.monitors.silence import silence
from airpact.picture.feeds import Feed, observe


def test_a_fault_is_found_once_and_its_end_once() -> None:
    feeds, faults, told = {"radar": Feed("radar", 5.0)}, {}, []  # type: ignore[var-annotated]
    for t in range(60):
        observe(feeds, [FeedBatch("radar", t)] if t < 10 or t >= 40 else [], t)
        findings, over = silence(feeds, faults, t)
        told += [(t, one.kind) for one in findings] + [(t, key) for key in over]
    assert told == [(19, Kind.FEED_LOST), (40, "radar")]


def test_a_frozen_feed_that_then_falls_silent_is_said_to_be_lost() -> None:
    feeds, faults, told = {"radar": Feed("radar", 5.0)}, {}, []  # type: ignore[var-annotated]
    for t in range(40):
        observe(feeds, [FeedBatch("radar", t, unchanged=t > 0)] if t < 20 else [], t)
        findings, over = silence(feeds, faults, t)
        told += [(t, one.kind, one.level) for one in findings]
        assert over == ()
    assert told == [(10, Kind.FEED_FROZEN, Level.CAUTION), (29, Kind.FEED_LOST, Level.CAUTION)]


def test_a_clock_two_seconds_off_is_an_advisory_until_it_is_right() -> None:
    feeds, faults = {"radar": Feed("radar", 5.0)}, {}  # type: ignore[var-annotated]
    observe(feeds, [FeedBatch("radar", 0.0, clock_offset_s=-8.0)], 0.0)
    (finding,), _ = silence(feeds, faults, 0.0)
    assert (finding.kind, finding.level, finding.subject) == (Kind.FEED_CLOCK, Level.ADVISORY, Subject.FEED)
    assert silence(feeds, faults, 1.0) == ((), ())
    observe(feeds, [FeedBatch("radar", 2.0, clock_offset_s=2.0)], 2.0)
    assert silence(feeds, faults, 2.0) == ((), ("radar",))


def test_the_words_say_what_may_be_missing_and_carry_the_error() -> None:
    feeds, faults = {"radar": Feed("radar", 5.0, 0.0)}, {}  # type: ignore[var-annotated]
    observe(feeds, [FeedBatch("radar", 1.0, error="Connection refused.")], 10.0)
    (finding,), _ = silence(feeds, faults, 10.0)
    assert "may be missing" in finding.detail
    assert finding.detail.endswith("Connection refused.")


def test_feeds_are_reported_in_the_order_of_their_names() -> None:
    feeds = {name: Feed(name, 1.0, 0.0) for name in ("b", "c", "a")}
    findings, _ = silence(feeds, {}, 10.0)
    assert [finding.key for finding in findings] == ["a", "b", "c"]
