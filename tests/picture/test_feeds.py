"""Feed health: lost and frozen within two periods, a clock of its own, and recovery."""

from math import inf, nan

from hypothesis import given
from hypothesis import strategies as st

from airpact.feeds.report import FeedBatch
from airpact.picture.feeds import Feed, FeedState, next_due_s, observe


def heard(*batches: FeedBatch, period_s: float = 5.0, now_s: float = 100.0) -> dict[str, Feed]:
    feeds = {"radar": Feed("radar", period_s)}
    observe(feeds, batches, now_s)
    return feeds


def test_a_feed_never_heard_is_starting_and_then_lost() -> None:
    feed = heard()["radar"]
    assert [feed.state(t) for t in (100.0, 109.9, 110.0)] == [FeedState.STARTING, FeedState.STARTING, FeedState.LOST]


def test_a_silent_feed_is_late_then_lost_within_two_periods() -> None:
    feed = heard(FeedBatch("radar", 100.0))["radar"]
    states = [feed.state(t) for t in (100.0, 107.4, 107.5, 109.9, 110.0)]
    assert states == [FeedState.IN_TIME, FeedState.IN_TIME, FeedState.LATE, FeedState.LATE, FeedState.LOST]


def test_a_feed_that_repeats_itself_is_frozen_within_two_periods() -> None:
    feeds = heard(FeedBatch("radar", 100.0))
    observe(feeds, [FeedBatch("radar", 109.0, unchanged=True)], 109.0)
    assert feeds["radar"].state(109.9) is FeedState.IN_TIME
    assert feeds["radar"].state(110.0) is FeedState.FROZEN
    assert feeds["radar"].state(119.0) is FeedState.LOST


def test_a_feed_frozen_from_the_first_batch_is_found_too() -> None:
    feeds = heard(FeedBatch("radar", 100.0, unchanged=True))
    observe(feeds, [FeedBatch("radar", 110.0, unchanged=True)], 110.0)
    assert feeds["radar"].state(110.0) is FeedState.FROZEN


def test_an_error_is_no_sign_of_life() -> None:
    feeds = heard(FeedBatch("radar", 100.0))
    observe(feeds, [FeedBatch("radar", 109.0, error="refused")], 109.0)
    assert feeds["radar"].state(110.0) is FeedState.LOST
    assert feeds["radar"].error == "refused"
    observe(feeds, [FeedBatch("radar", 111.0)], 111.0)
    assert (feeds["radar"].state(111.0), feeds["radar"].error) == (FeedState.IN_TIME, "")


def test_a_recording_has_no_liveness_to_lose() -> None:
    feeds = heard(FeedBatch("day", 100.0))
    assert feeds["day"].state(1e9) is FeedState.IN_TIME
    assert next_due_s({"day": feeds["day"]}, 200.0) == inf


def test_an_offset_stays_known_until_the_feed_states_another() -> None:
    feeds = heard(FeedBatch("radar", 100.0, clock_offset_s=8.0))
    observe(feeds, [FeedBatch("radar", 101.0, clock_offset_s=nan)], 101.0)
    assert feeds["radar"].clock_offset_s == 8.0


@given(st.lists(st.tuples(st.floats(0.0, 30.0), st.booleans(), st.booleans()), max_size=8))
def test_between_due_times_no_alarming_state_changes(batches: list[tuple[float, bool, bool]]) -> None:
    """Whoever looks only when something is due misses no loss and no freeze."""
    feeds, alarming = {"radar": Feed("radar", 3.0)}, (FeedState.LOST, FeedState.FROZEN)
    now_s = 0.0
    observe(feeds, [], now_s)
    for wait_s, unchanged, broken in batches:
        now_s += wait_s
        observe(feeds, [FeedBatch("radar", now_s, unchanged=unchanged, error="x" if broken else "")], now_s)
        feed, t = feeds["radar"], now_s
        while (due_s := next_due_s(feeds, t)) < inf:
            states = {feed.state(t + share * (due_s - t)) for share in (0.0, 0.3, 0.7, 0.999)}
            assert len({state if state in alarming else None for state in states}) == 1
            t = due_s


def test_a_desk_that_did_not_listen_blames_no_feed() -> None:
    """The silence while it was down is the desk's own: every feed starts anew, and is lost only if it stays silent."""
    feeds = heard(FeedBatch("radar", 100.0))
    observe(feeds, (), 500.0, listened_until_s=101.0)
    assert [feeds["radar"].state(t) for t in (500.0, 509.0, 510.0)] == [
        FeedState.STARTING,
        FeedState.STARTING,
        FeedState.LOST,
    ]


def test_a_feed_that_failed_before_the_desk_stopped_listening_stays_lost_until_it_is_heard() -> None:
    """What the desk slept through is no recovery: the alert goes on instead of ending and coming again."""
    feeds = heard(FeedBatch("radar", 100.0))
    observe(feeds, (), 500.0, listened_until_s=110.0)
    assert feeds["radar"].state(500.0) is FeedState.LOST
    observe(feeds, [FeedBatch("radar", 501.0)], 501.0)
    assert feeds["radar"].state(501.0) is FeedState.IN_TIME
