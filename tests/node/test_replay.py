"""Replaying a foreign recording: whole seconds, stamps nobody believes, encounters joined, the same twice."""

import json
from math import ceil, inf

from hypothesis import given
from hypothesis import strategies as st

from airpact.feeds.report import Report
from airpact.monitors.finding import Kind
from airpact.node.encounters import join
from airpact.node.replay import AHEAD_S, FEED, run_foreign, whole_second_ticks
from airpact.node.setting import RECORDING
from tests.node.skies import T0, flight, report, setting_of

SETTING = setting_of(feeds={FEED: RECORDING})
YEAR_S = 365.0 * 86_400.0
A, B = "a00001", "a00002"


def recorded(identity: str, *times: float) -> list[Report]:
    return [report(identity, t, feed=FEED) for t in times]


def seconds(reports: list[Report]) -> list[float]:
    return [report.valid_s - T0 for report in reports]


def grouped(reports: list[Report]) -> tuple[list[tuple[float, list[float]]], list[float]]:
    """Return (ticks with the seconds of their reports, seconds of the reports left out)."""
    doubted: list[Report] = []
    ticks = [(now_s - T0, seconds(list(group))) for now_s, group in whole_second_ticks(reports, doubted)]
    return ticks, seconds(doubted)


def test_reports_are_taken_at_the_next_whole_second() -> None:
    assert grouped(recorded(A, 0.0, 0.25, 1.0, 1.5, 3.0)) == (
        [(0.0, [0.0]), (1.0, [0.25, 1.0]), (2.0, [1.5]), (3.0, [3.0])],
        [],
    )


def test_a_clock_that_runs_backwards_moves_no_tick_back() -> None:
    assert grouped(recorded(A, 5.0, 6.0, 2.0, 3.0, 7.0)) == ([(5.0, [5.0]), (6.0, [6.0, 2.0, 3.0]), (7.0, [7.0])], [])


def test_one_line_years_ahead_is_left_out_and_the_rest_of_the_day_is_taken() -> None:
    assert grouped(recorded(A, 0.0, 1.0, YEAR_S, 2.0, 3.0)) == (
        [(0.0, [0.0]), (1.0, [1.0]), (2.0, [2.0]), (3.0, [3.0])],
        [YEAR_S],
    )


def test_a_false_first_and_a_false_last_line_are_left_out() -> None:
    assert grouped(recorded(A, YEAR_S, 0.0, 1.0)) == ([(0.0, [0.0]), (1.0, [1.0])], [YEAR_S])
    assert grouped(recorded(A, 0.0, 1.0, YEAR_S)) == ([(0.0, [0.0]), (1.0, [1.0])], [YEAR_S])


def test_a_quiet_night_is_no_false_stamp() -> None:
    """A sparse sky with minutes between its lines loses none of them."""
    quiet = [0.0, 300.0, 900.0, 2000.0, 2001.0]
    assert grouped(recorded(A, *quiet)) == ([(t, [t]) for t in quiet], [])


def test_a_recording_of_one_line_holds_one_line() -> None:
    assert grouped(recorded(A, 5.0)) == ([(5.0, [5.0])], [])
    assert grouped([]) == ([], [])


@given(st.lists(st.floats(0.0, 400.0), max_size=30))
def test_every_report_is_in_one_tick_or_left_out_and_time_only_rises(times: list[float]) -> None:
    ticks, doubted = grouped(recorded(A, *times))
    assert sorted([t for _, group in ticks for t in group] + doubted) == sorted(seconds(recorded(A, *times)))
    assert all(now >= ceil(t) for now, group in ticks for t in group)
    instants = [now for now, _ in ticks]
    assert instants == sorted(set(instants))
    assert all(now == int(now) for now in instants)


@given(st.lists(st.floats(0.0, AHEAD_S), min_size=2, max_size=30), st.integers(0, 28))
def test_a_single_false_stamp_never_takes_a_true_one_with_it(steps: list[float], at: int) -> None:
    """Whatever the sky, as long as its own lines are at most a minute apart."""
    times = [sum(steps[: k + 1]) for k in range(len(steps))]
    where = min(at, len(times) - 1) + 1
    _, doubted = grouped(recorded(A, *times[:where], YEAR_S, *times[where:]))
    assert doubted == [YEAR_S]


def passing() -> list[Report]:
    one = flight(A, range(0, 200, 2), -10_000, 0, 90.0, 100.0, feed=FEED)
    two = flight(B, range(1, 200, 2), 10_000, 500, 270.0, 100.0, feed=FEED)
    return sorted(one + two, key=lambda r: r.valid_s)


def rows(reports: list[Report]) -> list[str]:
    replay = run_foreign(reports, SETTING)
    return [json.dumps(one.row()) for one in join(replay.episodes.values(), replay.positions, SETTING.table)]


def test_a_pass_is_one_loss_with_its_closest_instant() -> None:
    (row,) = (json.loads(line) for line in rows(passing()))
    assert (row["a"], row["b"], row["kind"], row["level"], row["duplicate"]) == (A, B, "loss", "warning", False)
    assert row["id"] == f"{A}-{B}-{int(row['t_first'])}"
    assert row["t_cpa"] == T0 + 100.0
    assert abs(row["min_horizontal_m"] - 500.0) < 2.0
    assert row["min_vertical_m"] == 0.0


def test_two_runs_give_the_same_bytes() -> None:
    assert rows(passing()) == rows(passing())


def test_a_false_stamp_is_counted_and_changes_no_encounter() -> None:
    sky = passing()
    false = report("a00003", YEAR_S, feed=FEED)
    replay = run_foreign([*sky[:70], false, *sky[70:]], SETTING)
    assert replay.world.picture.refused[FEED] == {"future stamp": 1}
    assert replay.to_s < T0 + 400.0
    assert rows([*sky[:70], false, *sky[70:]]) == rows(sky)


def test_after_the_last_line_every_timer_still_runs_out() -> None:
    replay = run_foreign(passing(), SETTING)
    assert replay.world.picture.row_of == {}
    assert replay.world.due_s == inf
    assert replay.world.alerts.alerts == {}, "what is over is acknowledged at once, so a later pass is one of its own"


def test_a_later_approach_of_the_same_pair_is_an_encounter_of_its_own() -> None:
    first = passing()
    second = sorted(
        flight(A, range(600, 800, 2), -70_000, 0, 90.0, 100.0, feed=FEED)
        + flight(B, range(601, 800, 2), 70_000, 500, 270.0, 100.0, feed=FEED),
        key=lambda r: r.valid_s,
    )
    kinds = [json.loads(line)["kind"] for line in rows([*first, *second])]
    assert kinds == [Kind.LOSS, Kind.LOSS]


def test_an_empty_recording_has_no_encounter() -> None:
    assert rows([]) == []


def test_a_replay_of_a_recording_is_not_told_that_guidance_is_being_prepared() -> None:
    """No process of it compiles anything beside its ticks, so nothing would ever end the wait."""
    assert run_foreign(passing(), SETTING).world.guidance_ready
