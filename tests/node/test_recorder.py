"""The recorder: what it files comes back exactly, and a minute leaves the journal only when it may."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airpact.feeds.report import Report
from airpact.node import recorder as recorder_module
from airpact.node.errors import OperatingError
from airpact.node.home import Home, Layout
from airpact.node.journal import DamagedError, JournalWriter, journal_files, minute_of, read_minute
from airpact.node.keeping import Keeper, Snapshots
from airpact.node.recorder import Recorder, file_closed
from airpact.node.tick import TickRecord
from airpact.node.tracks import (
    COLUMNS,
    NUMPY_TYPES,
    SQL_TYPES,
    filed_minutes,
    last_tick,
    minute_path,
    read_filed,
    read_recorded,
    write_minute,
)
from airpact.node.world import new_world
from tests.node.fakes import ManualClock
from tests.node.records import START_S, TICKS_PER_S, plain, sky, small_setting, tick_records

WAIT_S = 60.0  # a fresh process loads its libraries; the wait ends as soon as it has answered


def written(layout: Layout, records: list[TickRecord]) -> None:
    writer = JournalWriter(layout)
    for one in records:
        writer.append(one)
    writer.close()


def newest_whole(snapshots: Snapshots) -> bytes | None:
    """The newest world that is whole."""
    return next((data for _, data in snapshots.newest() if data is not None), None)


def until(true: Callable[[], bool]) -> None:
    """Wait for another process; fails after a minute."""
    end_s = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < end_s, "the recorder did not do it"
        time.sleep(0.02)


def test_every_field_of_a_report_has_a_column_of_a_known_type() -> None:
    assert set(Report.__struct_fields__) <= set(COLUMNS)
    assert {*COLUMNS.values()} <= {*SQL_TYPES} & {*NUMPY_TYPES}


@settings(max_examples=20)
@given(tick_records())
def test_a_filed_minute_gives_back_exactly_its_ticks(records: list[TickRecord]) -> None:
    """NaN, infinities, empty strings, any text, ticks without batches, several batches, counts and errors."""
    with TemporaryDirectory() as folder:
        path = minute_path(Layout(Path(folder)), minute_of(START_S))
        write_minute(path, records)
        assert plain(read_filed(path)) == plain(records)
        assert last_tick(path) == records[-1].tick
        assert [one.name for one in path.parent.iterdir()] == [path.name]


@settings(max_examples=12)
@given(tick_records(), st.data())
def test_a_record_partly_filed_reads_as_if_nothing_had_been(records: list[TickRecord], data: st.DataObject) -> None:
    with TemporaryDirectory() as folder, Home.open(Path(folder), "LIVE") as home:
        written(home.layout, records)
        minutes = list(journal_files(home.layout))
        newest = data.draw(st.sampled_from(records)).tick
        filed = list(file_closed(home.layout, newest))
        assert all(one.error == "" for one in filed)
        ended = [m for m in minutes[:-1] if max(r.tick for r in records if minute_of(r.now_s) == m) <= newest]
        assert [one.minute for one in filed] == ended == list(filed_minutes(home.layout))
        assert list(journal_files(home.layout)) == [minute for minute in minutes if minute not in ended]
        assert plain(read_recorded(home.layout)) == plain(records)
        low, high = sorted(data.draw(st.sampled_from(records)).now_s for _ in range(2))
        assert plain(read_recorded(home.layout, low, high)) == plain([r for r in records if low <= r.now_s <= high])


def test_a_kill_between_filing_and_dropping_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """The minute stands in both places; reading takes each tick once, and the next filing ends it."""
    records = list(sky(1, 40))
    with Home.open(tmp_path, "LIVE") as home:
        written(home.layout, records)
        minute, path = next(iter(journal_files(home.layout).items()))
        half = list(read_minute(path))[:7]
        write_minute(minute_path(home.layout, minute), half)
        assert plain(read_recorded(home.layout)) == plain(records)
        assert [one.error for one in file_closed(home.layout, records[-1].tick)] == [""]
        assert plain(read_recorded(home.layout)) == plain(records)
        assert not path.exists()


def test_the_newest_minute_is_never_filed(tmp_path: Path) -> None:
    with Home.open(tmp_path, "LIVE") as home:
        written(home.layout, list(sky(1, 10)))
        assert list(file_closed(home.layout, 2**62)) == []


def test_a_filed_minute_is_a_table_anybody_can_ask(tmp_path: Path) -> None:
    """A number not given is NULL, so an average leaves it out."""
    path = tmp_path / "x.parquet"
    reports = (Report("n", "a", "", 1.0, 1.0, 36.0, 35.0, altitude_m=100.0), Report("n", "b", "", 1.0, 1.0, 36.0, 35.0))
    tick = next(one for one in sky(1, 20) if one.batches)
    batch = msgspec.structs.replace(tick.batches[0], reports=reports)
    assert write_minute(path, [TickRecord(1, 1.0, 0, (batch,)), TickRecord(2, 2.0, 0)]) == 3
    with duckdb.connect() as database:
        asked = database.execute(
            "SELECT avg(altitude_m), count(*), count(altitude_m) FROM read_parquet(?) WHERE place >= 0", [str(path)]
        )
        assert asked.fetchone() == (100.0, 2, 1)


def test_a_minute_that_cannot_be_written_stays_in_the_journal_and_is_told(tmp_path: Path) -> None:
    records = list(sky(1, 40))
    with Home.open(tmp_path, "LIVE") as home:
        written(home.layout, records)
        year = home.layout.tracks / minute_of(START_S)[:4]
        year.write_text("in the way")
        (failed,) = file_closed(home.layout, records[-1].tick)
        assert "2026" in failed.error
        assert plain(read_recorded(home.layout)) == plain(records)
        year.unlink()
        assert [one.error for one in file_closed(home.layout, records[-1].tick)] == [""]


def test_a_failed_filing_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "t" / "x.parquet"
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_minute(path, sky(1, 5))
    assert list(path.parent.iterdir()) == []


def test_a_damaged_minute_is_filed_up_to_the_damage_and_set_aside(tmp_path: Path) -> None:
    records = list(sky(1, 40))
    with Home.open(tmp_path, "LIVE") as home:
        written(home.layout, records)
        path = next(iter(journal_files(home.layout).values()))
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        with pytest.raises(DamagedError, match="is damaged at byte"):
            list(read_recorded(home.layout))
        (filed,) = file_closed(home.layout, records[-1].tick)
        assert "is damaged at byte" in filed.error
        assert path.with_name(f"{path.name}.damaged").read_bytes() == data, "doubtful data is kept"
        found = plain(read_recorded(home.layout))
        assert len(found) < len(records)
        assert found[: filed.rows and 3] == plain(records)[:3]
        assert list(file_closed(home.layout, records[-1].tick)) == [], "it is not tried again for ever"


def test_a_damaged_filed_minute_is_told_and_never_overwritten(tmp_path: Path) -> None:
    records = list(sky(1, 40))
    with Home.open(tmp_path, "LIVE") as home:
        written(home.layout, records)
        path = minute_path(home.layout, minute_of(START_S))
        path.parent.mkdir(parents=True)
        path.write_bytes(b"PAR1 no more")
        with pytest.raises(OperatingError, match=path.name):
            list(read_recorded(home.layout))
        assert [one.error for one in file_closed(home.layout, records[-1].tick)] == [""]
        assert path.with_name(f"{path.name}.damaged").read_bytes() == b"PAR1 no more"
        assert plain(read_recorded(home.layout)) == plain(records)


def test_a_recorder_that_dies_is_started_again_counted_and_loses_nothing(tmp_path: Path) -> None:
    records = list(sky(1, 100))
    third = next(one for one in records if minute_of(one.now_s) > minute_of(START_S + 60.0))
    with Home.open(tmp_path, "LIVE") as home:
        written(home.layout, records)
        recorder = Recorder(home.layout)
        recorder.file_until(int((START_S + 30.0) * TICKS_PER_S))
        until(lambda: recorder.look().filed == 1)
        process = recorder._process
        assert process is not None
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert plain(read_recorded(home.layout)) == plain(records)
        recorder.file_until(third.tick)
        until(lambda: recorder.look().filed == 2)
        assert recorder.recording.restarts == 1
        assert recorder.recording.error == ""
        assert plain(read_recorded(home.layout)) == plain(records)
        recorder.stop()


def test_the_recorder_ends_with_its_node_and_not_by_ctrl_c(tmp_path: Path) -> None:
    with Home.open(tmp_path, "LIVE") as home:
        written(home.layout, list(sky(1, 40)))
        recorder = Recorder(home.layout)
        recorder.file_until(2**62)
        process = recorder._process
        assert process is not None
        until(lambda: recorder.look().filed == 1)
        os.kill(process.pid, signal.SIGINT)
        recorder.stop()
        assert process.returncode == 0
        recorder.stop()  # and a second stop is no harm


def test_the_recorder_loads_no_kernel() -> None:
    """Half of its memory would be a compiler it never uses."""
    import subprocess
    import sys

    program = "import sys, airpact.node.recorder; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
    assert recorder_module.NICENESS > 0


def test_the_keeper_saves_worlds_and_lets_the_recorder_go_on(tmp_path: Path) -> None:
    """Only what the newest snapshot makes needless is filed; a disk that fails is told and the journal stays."""
    with Home.open(tmp_path, "LIVE") as home:
        records = list(sky(1, 40))
        written(home.layout, records)
        recorder = Recorder(home.layout)
        keeper = Keeper(home.layout, recorder, ManualClock())
        world = new_world(small_setting())
        keeper.start()
        keeper.keep(world)  # a world that has heard nothing is not worth a file
        world.tick = records[0].tick
        keeper.keep(world)
        until(lambda: newest_whole(Snapshots(home.layout)) is not None)
        assert len(journal_files(home.layout)) == 2
        world.tick = records[-1].tick
        keeper.keep(world)
        until(lambda: recorder.look().filed == 1)
        assert keeper.error == ""
        home.layout.snapshots.rename(tmp_path / "gone")
        keeper.keep(world)
        until(lambda: "gone" not in keeper.error and keeper.error != "")
        assert keeper.stop(WAIT_S)


def test_two_snapshots_are_kept_and_a_torn_one_is_passed_over(tmp_path: Path) -> None:
    with Home.open(tmp_path, "LIVE") as home:
        snapshots = Snapshots(home.layout)
        assert newest_whole(snapshots) is None
        for tick in (3, 20, 100):
            snapshots.save(tick, b"world %d" % tick)
        assert [path.name.lstrip("0") for path, _ in snapshots.newest()] == ["100.snap", "20.snap"]
        assert newest_whole(snapshots) == b"world 100"
        newest = next(path for path, _ in snapshots.newest())
        for damaged in (newest.read_bytes()[:-1], newest.read_bytes() * 2, b""):
            newest.write_bytes(damaged)
            assert newest_whole(snapshots) == b"world 20"
