"""One whole step: skipped ticks, order of arrival, copies of a world, and a plain reference monitor beside it."""

import copy
from itertools import combinations
from math import cos, hypot, inf, nan, radians, sin

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airpact.alerts.alert import State
from airpact.feeds.report import FeedBatch, Report
from airpact.node.pipeline import step
from airpact.node.setting import FeedPace
from airpact.node.snapshot import Saved, freeze
from airpact.node.tick import TickRecord
from airpact.node.world import World, new_world
from tests.node.skies import HORIZONTAL_M, RUNGS, T0, VERTICAL_M, Desk, report, setting_of

IDS = ("a00001", "a00002", "b00003", "~c00004", "~d00005")
SECONDS = 90
FEEDS = {"radar": FeedPace(inf, 0.2), "second": FeedPace(5.0, 0.2)}


@st.composite
def traffic(draw: st.DrawFn) -> list[tuple[int, list[Report]]]:
    """Draw a sky of up to five aircraft within some kilometres, each heard at its own seconds, some without height."""
    by_second: dict[int, list[Report]] = {}
    for identity in draw(st.lists(st.sampled_from(IDS), min_size=2, max_size=5, unique=True)):
        east, north = (draw(st.integers(-8000, 8000)) for _ in range(2))
        track, speed = draw(st.sampled_from((0, 45, 90, 200, 270))), draw(st.sampled_from((0, 40, 90, 150)))
        height = draw(st.sampled_from((3000.0, 3100.0, 3290.0, 3600.0, nan)))
        climb = draw(st.sampled_from((0.0, 5.0, -5.0, nan)))
        feed = draw(st.sampled_from(("radar", "radar", "second")))
        given_velocity = draw(st.sampled_from((True, True, True, False)))
        for second in sorted(draw(st.sets(st.integers(0, SECONDS - 1), min_size=1, max_size=25))):
            moved = speed * second
            by_second.setdefault(second, []).append(
                report(
                    identity, second, east + moved * sin(radians(track)), north + moved * cos(radians(track)),
                    feed=feed, height_m=height, climb=climb, track=track if given_velocity else nan,
                    speed=speed if given_velocity else nan, on_ground=draw(st.sampled_from((False,) * 9 + (True,))),
                )
            )  # fmt: skip
    return sorted(by_second.items())


def batches_of(second: int, reports: list[Report]) -> tuple[FeedBatch, ...]:
    feeds = sorted({one.feed for one in reports})
    return tuple(FeedBatch(name, T0 + second, tuple(r for r in reports if r.feed == name)) for name in feeds)


def state(world: World) -> dict[str, object]:
    """Return everything a world holds that a tick without news may not change."""
    saved = msgspec.msgpack.decode(freeze(world))
    fields = dict(zip(Saved.__struct_fields__, saved, strict=True)) if isinstance(saved, list) else saved
    for moving in ("now_s", "tick", "due_s"):  # what a tick is counted and dated by
        del fields[moving]
    picture = fields["picture"]
    del picture["last_state_s"], picture["now"]  # when last looked at, and the rows carried to that instant
    return fields


@given(traffic())
@settings(max_examples=40)
def test_skipping_ticks_without_input_or_timer_changes_nothing(sky: list[tuple[int, list[Report]]]) -> None:
    news = dict(sky)
    every, needed = new_world(setting_of(feeds=FEEDS)), new_world(setting_of(feeds=FEEDS))
    told: tuple[list[object], list[object]] = ([], [])
    for second in range(SECONDS + 80):
        now_s, batches = T0 + second, batches_of(second, news.get(second, []))
        every, outbox = step(every, TickRecord(second, now_s, 0, batches))
        told[0].extend((*outbox.changed, *outbox.closed, *outbox.shown))
        if batches or needed.due_s <= now_s or second == 0:
            needed, outbox = step(needed, TickRecord(second, now_s, 0, batches))
            told[1].extend((*outbox.changed, *outbox.closed, *outbox.shown))
            assert repr(state(every)) == repr(state(needed))
    assert repr(told[0]) == repr(told[1])


@given(traffic(), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_of_arrival_within_a_tick_decides_nothing(sky: list[tuple[int, list[Report]]], chance) -> None:  # type: ignore[no-untyped-def]
    one, two = Desk(setting_of()), Desk(setting_of())
    for second, reports in sky:
        shuffled = list(reports)
        chance.shuffle(shuffled)
        first = one.step(second, tuple(FeedBatch(r.feed, T0 + second, (r,)) for r in reports))
        other = two.step(second, tuple(FeedBatch(r.feed, T0 + second, (r,)) for r in shuffled))
        assert repr((first.changed, first.closed, first.shown)) == repr((other.changed, other.closed, other.shown))
    assert repr(one.world.alerts) == repr(two.world.alerts)
    assert one.world.picture.refused == two.world.picture.refused


@given(traffic())
@settings(max_examples=25)
def test_a_world_stepped_in_place_and_one_copied_before_each_step_stay_equal(
    sky: list[tuple[int, list[Report]]],
) -> None:
    in_place, copied = new_world(setting_of()), new_world(setting_of())
    for second, reports in sky:
        record = TickRecord(second, T0 + second, 0, batches_of(second, reports))
        before = copied
        held = copy.copy(before)
        held.picture, held.alerts = copy.deepcopy(before.picture), copy.deepcopy(before.alerts)
        held.pairs, held.links = copy.deepcopy(before.pairs), copy.deepcopy(before.links)
        held.feeds, held.faults = copy.deepcopy(before.feeds), dict(before.faults)
        in_place, outbox = step(in_place, record)
        copied, other = step(held, record)
        assert freeze(in_place) == freeze(copied)
        assert repr(outbox) == repr(other)


# --- a reference monitor: plain arithmetic in a plane, second by second ----------------------------------------------

Flown = tuple[str, float, float, float, float, float, float]  # id, east, north, ve, vn, height, climb


def levels_by_hand(one: Flown, two: Flown) -> set[int]:
    """Return the worst level of a pair by flying both on in steps; several where it is closer than rounding allows."""
    answers = set()
    for scale in (0.995, 1.005):
        worst = 0
        for rung in RUNGS:
            for tenth in range(int(rung.lookahead_s * 10 / scale) + 1 if rung.lookahead_s else 1):
                t = tenth / 10
                x = two[1] - one[1] + (two[3] - one[3]) * t
                y = two[2] - one[2] + (two[4] - one[4]) * t
                z = two[5] - one[5] + (two[6] - one[6]) * t
                if hypot(x, y) < HORIZONTAL_M * scale and abs(z) < VERTICAL_M * scale:
                    worst = max(worst, rung.level)
                    break
        answers.add(worst)
    return answers


@given(
    st.lists(
        st.tuples(
            st.integers(-12000, 12000), st.integers(-12000, 12000), st.sampled_from((0, 60, 90, 180, 300)),
            st.sampled_from((0, 50, 110, 200)), st.sampled_from((3000, 3200, 3310, 4000)), st.sampled_from((0, 5, -10)),
        ),
        min_size=2, max_size=6,
    )
)  # fmt: skip
@settings(max_examples=100)
def test_levels_are_those_of_a_plain_reference_monitor(sky: list[tuple[int, int, int, int, int, int]]) -> None:
    desk, flown = Desk(setting_of()), []
    reports = []
    for n, (east, north, track, speed, height, climb) in enumerate(sky):
        identity = f"{0xA00000 + n:06x}"
        reports.append(report(identity, 0, east, north, track=track, speed=speed, height_m=height, climb=climb))
        ve, vn = speed * sin(radians(track)), speed * cos(radians(track))
        flown.append((identity, east, north, ve, vn, height, climb))
    desk.tick(0, reports)
    for one, two in combinations(flown, 2):
        alert = desk.alert(one[0], two[0])
        assert (0 if alert is None else alert.level) in levels_by_hand(one, two)


def test_reports_older_than_a_minute_start_and_end_a_track_without_an_alert() -> None:
    desk = Desk(setting_of())
    outbox = desk.tick(100, [report("a00001", 0), report("a00002", 0)])
    assert desk.ids == set()
    assert outbox.changed == ()


def test_the_next_due_time_always_lies_ahead() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 0, 0, track=90, speed=100), report("a00002", 0, 6000, track=270, speed=100)])
    for _ in range(100):
        assert desk.world.due_s > desk.world.now_s
        if desk.world.due_s == inf:
            break
        desk.tick(desk.world.due_s - T0)
    assert desk.ids == set(), "in the end everything has timed out"


def test_an_alert_whose_tracks_are_lost_ends_as_not_judged() -> None:
    desk = Desk(setting_of())
    pair = [report("a00001", 0, 0, track=90, speed=0), report("a00002", 0, 500, track=90, speed=0)]
    desk.tick(0, pair)
    assert desk.alert("a00001", "a00002").state is State.ACTIVE  # type: ignore[union-attr]
    desk.tick(60)
    alert = desk.alert("a00001", "a00002")
    assert alert is not None
    assert (alert.state, alert.ending) == (State.CLEARED, "unjudged")


@pytest.mark.parametrize("seconds", [0.2, 1.0])
def test_a_tick_may_be_repeated_from_a_copy_with_the_same_bytes(seconds: float) -> None:
    news = [report("a00001", 0, 0, track=90, speed=100), report("a00002", 0, 3000, track=270, speed=100)]
    runs = []
    for _ in range(2):
        desk = Desk(setting_of())
        desk.tick(0, news)
        desk.tick(seconds)
        runs.append(freeze(desk.world))
    assert runs[0] == runs[1]
