"""Alerts joined with the recording: a loss nobody alerted is listed, and each loss belongs to one encounter."""

import json

from airpact.monitors.finding import Kind
from airpact.node.encounters import Encounter, join
from airpact.node.replay import FEED, Replay, run_foreign
from airpact.node.setting import RECORDING
from tests.node.skies import T0, flight, report, setting_of

SETTING = setting_of(feeds={FEED: RECORDING})
A, B = "a00001", "a00002"


def replayed(*reports) -> Replay:  # type: ignore[no-untyped-def]
    return run_foreign(sorted(reports, key=lambda r: r.valid_s), SETTING)


def beside(seconds: range, **more) -> list:  # type: ignore[no-untyped-def, type-arg]
    return flight(A, seconds, 0, 0, 90.0, 50.0, feed=FEED) + flight(B, seconds, 0, 800, 90.0, 50.0, feed=FEED, **more)


def test_a_loss_never_alerted_is_listed_without_a_level() -> None:
    replay = replayed(*beside(range(20)), *beside(range(100, 110)))
    found = join((), replay.positions, SETTING.table)
    assert [(one.kind, one.level, one.t_first - T0, one.t_last - T0) for one in found] == [
        (Kind.LOSS, None, 0.0, 19.0),
        (Kind.LOSS, None, 100.0, 109.0),
    ]
    assert found[0].row()["level"] is None
    assert found[0].clause == "1"


def test_a_loss_that_was_alerted_is_listed_once() -> None:
    replay = replayed(*beside(range(20)))
    (found,) = join(replay.episodes.values(), replay.positions, SETTING.table)
    assert (found.kind, found.t_first) == (Kind.LOSS, T0)
    assert found.t_last >= T0 + 19, "the alert outlives the last report: the tracks were still carried on"


def test_a_prediction_that_did_not_come_true_is_no_loss() -> None:
    """Head on, but the recording ends before they meet: alerted and never inside."""
    one = flight(A, range(40), 0, 0, 90.0, 100.0, feed=FEED)
    two = flight(B, range(40), 14_000, 0, 270.0, 100.0, feed=FEED)
    replay = replayed(*one, *two)
    (found,) = join(replay.episodes.values(), replay.positions, SETTING.table)
    assert (found.kind, found.level is not None) == (Kind.PREDICTED, True)
    assert found.min_horizontal_m is not None
    assert found.min_horizontal_m > 2000.0


def test_heights_that_were_never_known_stay_unknown() -> None:
    replay = replayed(*beside(range(20), height_m=float("nan")))
    (found,) = join(replay.episodes.values(), replay.positions, SETTING.table)
    assert (found.kind, found.min_vertical_m) == (Kind.VERTICAL_UNKNOWN, None)
    assert found.min_horizontal_m is not None


def test_a_row_is_json_with_the_published_keys() -> None:
    replay = replayed(*beside(range(20)))
    (found,) = join(replay.episodes.values(), replay.positions, SETTING.table)
    assert list(json.loads(json.dumps(found.row(), allow_nan=False))) == [
        "id", "a", "b", "kind", "level", "t_first", "t_last", "t_cpa", "min_horizontal_m", "min_vertical_m", "clause",
        "duplicate",
    ]  # fmt: skip


def test_an_encounter_is_named_by_its_pair_and_first_second() -> None:
    one = Encounter(A, B, Kind.LOSS, None, 12.9, 13.0, None, None, None, "1", False)
    assert one.id == f"{A}-{B}-12"


def test_rows_come_by_time_and_then_by_pair() -> None:
    third = [report("a00003", t, 50.0 * t, 400, track=90, speed=50, feed=FEED) for t in range(20)]
    replay = replayed(*beside(range(20)), *third)
    found = join(replay.episodes.values(), replay.positions, SETTING.table)
    assert [(one.t_first, one.a, one.b) for one in found] == sorted((one.t_first, one.a, one.b) for one in found)
    assert len(found) == 3


def test_a_pair_that_a_clause_excepts_is_no_missed_loss() -> None:
    replay = replayed(*beside(range(20)))
    assert join((), replay.positions, SETTING.table, {(A, B)}) == ()
    assert len(join((), replay.positions, SETTING.table, {(A, "a00003")})) == 1
