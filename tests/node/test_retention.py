"""What other parties released leaves the record when it must, nothing else does, and a kill changes nothing."""

import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest

from airpact.feeds.report import FeedBatch, Report, peer_of
from airpact.node import tracks
from airpact.node.home import Layout
from airpact.node.journal import minute_of
from airpact.node.recorder import TICKS_PER_S, erased
from airpact.node.retention import ERASED_AT_ONCE, Erased, Retention, erase_minute, held_ranges, start_s
from airpact.node.tick import TickRecord
from airpact.node.tracks import filed_minutes, minute_path, read_filed, write_minute
from tests.node.records import plain

START_S = 1_790_000_040.0  # a whole minute
KEPT_S = 3_600.0


def records(from_s: float, ticks: int = 60) -> list[TickRecord]:
    """A tick a second: own reports, reports of CTF on its own feed, and ticks with one, both or none of them."""
    found = []
    for number in range(ticks):
        now_s = from_s + number
        both = [
            FeedBatch(feed, now_s, tuple(Report(feed, f"{k:06x}", "", now_s, now_s, 36.0 + k, 35.0) for k in range(3)))
            for feed in ("north", "peer:CTF", "south")
        ]
        batches = (tuple(both), tuple(both[1:2]), (), tuple(both[:1]))[number % 4]
        found.append(TickRecord(int(now_s * TICKS_PER_S), now_s, number, batches, number == 0))
    return found


def own(found: list[TickRecord]) -> list[TickRecord]:
    return [
        msgspec.structs.replace(one, batches=tuple(each for each in one.batches if not peer_of(each.feed)))
        for one in found
    ]


def with_others(found: list[TickRecord]) -> list[TickRecord]:
    return [one for one in found if any(peer_of(each.feed) for each in one.batches)]


def filed(folder: Path, minutes: int = 1) -> tuple[Layout, dict[str, list[TickRecord]]]:
    layout, all_of = Layout(folder), {}
    for number in range(minutes):
        minute = minute_of(START_S + 60 * number)
        all_of[minute] = records(START_S + 60 * number)
        write_minute(minute_path(layout, minute), all_of[minute])
    return layout, all_of


def hold(layout: Layout, from_s: float, to_s: float, case: str = "case-1") -> None:
    layout.held.mkdir(exist_ok=True)
    (layout.held / f"{case}.json").write_text(json.dumps({"ranges": [{"from_s": from_s, "to_s": to_s}]}))


def rows(asked: str) -> list[tuple[Any, ...]]:
    with closing(duckdb.connect()) as database:
        return database.execute(asked).fetchall()


def peers_in(path: Path) -> int:
    """Rows of other parties, read by nothing of the product."""
    asked = f"SELECT count(*) FROM '{path}' WHERE batch_feed LIKE 'peer:%' OR feed LIKE 'peer:%'"
    return int(rows(asked)[0][0])


def test_a_minute_past_its_time_loses_what_others_released_and_nothing_else(tmp_path: Path) -> None:
    layout, all_of = filed(tmp_path, 2)
    first, second = all_of
    retention = Retention(layout, KEPT_S)
    assert list(retention.erase(START_S + 60.0 + KEPT_S - 1.0)) == []
    (done,) = retention.erase(START_S + 60.0 + KEPT_S)
    assert done == Erased(first, 90)
    paths = filed_minutes(layout)
    assert plain(read_filed(paths[first])) == plain(own(all_of[first]))
    assert plain(read_filed(paths[second])) == plain(all_of[second])
    assert (peers_in(paths[first]), peers_in(paths[second])) == (0, 90)
    assert list(retention.erase(START_S + 60.0 + KEPT_S)) == []


def test_own_rows_are_the_same_values_in_the_file_itself(tmp_path: Path) -> None:
    layout, _ = filed(tmp_path)
    (path,) = filed_minutes(layout).values()
    asked = f"SELECT * EXCLUDE (batch) FROM '{path}' WHERE feed <> '' AND feed NOT LIKE 'peer:%' ORDER BY ALL"
    before = rows(asked)
    erase_minute(path)
    assert repr(rows(asked)) == repr(before)


def test_a_named_case_keeps_its_times_and_what_is_let_go_is_deleted(tmp_path: Path) -> None:
    layout, all_of = filed(tmp_path, 3)
    hold(layout, START_S + 30.0, START_S + 125.0)
    retention, now_s = Retention(layout, KEPT_S), START_S + 180.0 + KEPT_S
    assert [one.minute for one in retention.erase(now_s)] == [sorted(all_of)[0], sorted(all_of)[2]]
    left = [one.now_s for path in filed_minutes(layout).values() for one in with_others(list(read_filed(path)))]
    flown = [one.now_s for found in all_of.values() for one in with_others(found)]
    assert left == [at_s for at_s in flown if START_S + 30.0 <= at_s <= START_S + 125.0]
    assert list(retention.erase(now_s)) == []
    (layout.held / "case-1.json").unlink()
    assert sum(one.reports for one in retention.erase(now_s)) > 0
    assert [peers_in(path) for path in filed_minutes(layout).values()] == [0, 0, 0]


@pytest.mark.parametrize("text", ["", "[]", '{"ranges": [{"from_s": 5, "to_s": 1}]}', '{"ranges": 1}', "x" * 100_000])
def test_a_case_that_cannot_be_read_keeps_everything_and_says_so(tmp_path: Path, text: str) -> None:
    layout, all_of = filed(tmp_path)
    layout.held.mkdir()
    (layout.held / "case-2.json").write_text(text)
    (done,) = Retention(layout, KEPT_S).erase(START_S + 1e6)
    assert "case-2.json" in done.error
    assert plain(read_filed(minute_path(layout, minute_of(START_S)))) == plain(all_of[minute_of(START_S)])
    assert [one.error for one in erased(Retention(layout, KEPT_S), int((START_S + 1e6) * 5))] == [done.error]


def test_a_backlog_is_worked_off_some_at_a_time_and_a_damaged_minute_holds_up_no_other(tmp_path: Path) -> None:
    layout, all_of = filed(tmp_path, ERASED_AT_ONCE + 2)
    damaged = minute_path(layout, sorted(all_of)[0])
    damaged.write_bytes(b"PAR1 and no more")
    retention, now_s = Retention(layout, KEPT_S), START_S + 1e6
    first = list(retention.erase(now_s))
    assert len(first) == ERASED_AT_ONCE
    assert [one.minute for one in first if one.error] == [sorted(all_of)[0]]
    assert len(list(retention.erase(now_s))) == 2
    assert list(retention.erase(now_s)) == []


def test_a_disk_that_fails_in_the_middle_leaves_the_minute_and_the_next_try_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout, all_of = filed(tmp_path)
    path = minute_path(layout, minute_of(START_S))

    def full(_temporary: Path, _path: Path) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(tracks, "put_in_place", full)
        (done,) = Retention(layout, KEPT_S).erase(START_S + 1e6)
        assert "No space" in done.error
    assert plain(read_filed(path)) == plain(all_of[minute_of(START_S)])
    assert [one.reports for one in Retention(layout, KEPT_S).erase(START_S + 1e6)] == [90]
    assert plain(read_filed(path)) == plain(own(all_of[minute_of(START_S)]))


def test_a_recorder_killed_at_any_moment_ends_up_the_same(tmp_path: Path) -> None:
    """The real process, killed after its first answer; the next one goes on, and every minute is whole at each time."""
    layout, all_of = filed(tmp_path, 4)
    words = [sys.executable, "-m", "airpact.node.recorder", "--home", str(tmp_path), "--retention-h", "1"]
    asked = b"%d\n" % int((START_S + 1e6) * TICKS_PER_S)
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(asked)
    process.stdin.flush()
    assert b'"erased":90' in process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    for minute, path in filed_minutes(layout).items():
        assert plain(read_filed(path)) in (plain(all_of[minute]), plain(own(all_of[minute])))
    subprocess.run(words, input=asked, check=True, capture_output=True, timeout=120)
    for minute, path in filed_minutes(layout).items():
        assert plain(read_filed(path)) == plain(own(all_of[minute]))


def test_times_of_minutes_and_cases(tmp_path: Path) -> None:
    assert start_s(minute_of(START_S)) == START_S
    assert held_ranges(Layout(tmp_path)) == ()
