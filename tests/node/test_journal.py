"""The journal: what was written comes back, a torn tail is told and cut, damage in the middle is never passed over."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.feeds.report import FeedBatch
from airpact.node.home import Layout
from airpact.node.journal import (
    Cut,
    DamagedError,
    JournalWriter,
    framed,
    frames,
    journal_files,
    minute_of,
    read_minute,
)
from airpact.node.tick import TickRecord
from tests.node.records import START_S, plain, tick_records


def made(folder: Path) -> Layout:
    """A layout whose journal folder exists."""
    layout = Layout(folder)
    layout.journal.mkdir()
    return layout


def read_journal(layout: Layout, after_tick: int = -1, cuts: list[Cut] | None = None) -> Iterator[TickRecord]:
    """Every record after a tick, as a restart takes them."""
    for path in journal_files(layout).values():
        yield from (one for one in read_minute(path, cuts) if one.tick > after_tick)


def record(tick: int, now_s: float = START_S, text: str = "") -> TickRecord:
    """A record of one batch."""
    return TickRecord(tick, now_s, 0, (FeedBatch("north", now_s, error=text),))


@given(tick_records(), st.data())
def test_what_was_written_comes_back_in_files_of_one_minute(records: list[TickRecord], data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        layout = made(Path(folder))
        writer = JournalWriter(layout)
        for one in records:
            writer.append(one)
        writer.close()
        assert plain(read_journal(layout)) == plain(records)
        after = data.draw(st.sampled_from(records)).tick
        assert plain(read_journal(layout, after)) == plain([one for one in records if one.tick > after])
        for minute, path in journal_files(layout).items():
            assert {minute_of(one.now_s) for one in read_minute(path)} == {minute}


@given(tick_records(6), st.data())
def test_cut_anywhere_gives_the_whole_records_before_and_continues(
    records: list[TickRecord], data: st.DataObject
) -> None:
    """Whatever byte a killed process got to: what is whole is read, the rest is counted, and writing goes on."""
    records = [TickRecord(one.tick, START_S, one.applied, one.batches) for one in records]  # all in one minute
    with TemporaryDirectory() as folder:
        layout = made(Path(folder))
        writer, ends = JournalWriter(layout), [0]
        path = layout.journal / f"{minute_of(START_S)}.jnl"
        for one in records:
            writer.append(one)
            ends.append(path.stat().st_size)
        writer.close()
        size = data.draw(st.integers(0, ends[-1]))
        os.truncate(path, size)
        whole = sum(end <= size for end in ends[1:])
        cuts: list[Cut] = []
        assert plain(read_journal(layout, cuts=cuts)) == plain(records[:whole])
        lost = size - ends[whole]
        assert cuts == ([Cut(path, ends[whole], lost)] if lost else [])
        second = JournalWriter(layout)
        second.append(record(2**50))
        second.close()
        cuts.clear()
        assert plain(read_journal(layout, cuts=cuts)) == plain([*records[:whole], record(2**50)])
        assert not cuts, "the torn tail was not cut before writing went on"


@given(st.integers(0, 2), st.data())
def test_a_damaged_middle_names_file_and_offset(number: int, data: st.DataObject) -> None:
    """Any flipped bit in a record that others follow is found, be it in magic, length, sum or body."""
    with TemporaryDirectory() as folder:
        layout = made(Path(folder))
        path = layout.journal / "20260101T0000.jnl"
        bodies = [framed(b"a" * 20), framed(b"bb"), framed(b""), framed(b"dddd")]
        whole = b"".join(bodies)
        start = sum(map(len, bodies[:number]))
        at = data.draw(st.integers(start, start + len(bodies[number]) - 1))
        bit = data.draw(st.integers(0, 7))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << bit)]) + whole[at + 1 :])
        with pytest.raises(DamagedError, match=f"{path.name} is damaged at byte {start}") as damaged:
            list(frames(path))
        assert (damaged.value.path, damaged.value.offset) == (path, start)
        assert "mv " in damaged.value.remedy


def test_zeros_after_a_power_cut_are_a_torn_tail(tmp_path: Path) -> None:
    layout = made(tmp_path)
    path = layout.journal / "20260101T0000.jnl"
    path.write_bytes(framed(b"a") + bytes(4096))
    cuts: list[Cut] = []
    assert list(frames(path, cuts)) == [b"a"]
    assert cuts == [Cut(path, 13, 4096)]


def test_a_record_of_another_version_is_told_not_skipped(tmp_path: Path) -> None:
    layout = made(tmp_path)
    (layout.journal / "20260101T0000.jnl").write_bytes(framed(b"\xc0") + framed(b"\xc0"))
    with pytest.raises(DamagedError, match="record 1 was written by another version"):
        list(read_journal(layout))


def test_a_damaged_minute_is_set_aside_before_writing_goes_on(tmp_path: Path) -> None:
    layout = made(tmp_path)
    path = layout.journal / f"{minute_of(START_S)}.jnl"
    bad = b"x" + framed(b"a")[1:] + framed(b"b")
    path.write_bytes(bad)
    JournalWriter(layout).append(record(1))
    assert plain(read_minute(path)) == plain([record(1)])
    assert path.with_name(path.name + ".damaged").read_bytes() == bad


def test_ticks_that_do_not_rise_are_refused_and_the_journal_stays_whole(tmp_path: Path) -> None:
    layout = made(tmp_path)
    writer = JournalWriter(layout)
    writer.append(record(5))
    for tick in (5, 4):
        with pytest.raises(OSError, match="does not follow tick 5"):
            writer.append(record(tick))
    writer.append(record(6))
    assert [one.tick for one in read_journal(layout)] == [5, 6]


def test_the_world_is_kept_as_each_minute_begins_and_after_every_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record lost to a full disk makes the journal after it useless until there is a newer world."""
    kept: list[int] = []
    writer = JournalWriter(made(tmp_path), lambda: kept.append(tick))
    write = os.write

    def half(file: int, data: bytes) -> int:
        return write(file, bytes(data)[: len(data) // 2])

    def full(file: int, data: bytes) -> int:
        half(file, data)
        raise OSError(errno.ENOSPC, "No space left on device")

    for tick, now_s, broken in (
        (1, START_S, None),
        (2, START_S, None),
        (3, START_S + 60.0, None),
        (4, START_S + 60.0, half),
        (5, START_S + 60.0, full),
        (6, START_S + 60.0, None),
        (7, START_S + 60.0, None),
    ):
        monkeypatch.setattr("os.write", broken or write)
        if broken is None:
            writer.append(record(tick, now_s))
        else:
            with pytest.raises(OSError, match=r"disk is full|No space"):
                writer.append(record(tick, now_s))
        writer.settled()
    cuts: list[Cut] = []
    assert [one.tick for one in read_journal(Layout(tmp_path), cuts=cuts)] == [1, 2, 3, 6, 7]
    assert not cuts, "half a record was left behind"
    assert kept == [1, 3, 6]


def test_a_really_full_device_is_an_os_error(tmp_path: Path) -> None:
    layout = made(tmp_path)
    (layout.journal / f"{minute_of(START_S)}.jnl").symlink_to("/dev/full")
    with pytest.raises(OSError):
        JournalWriter(layout).append(record(1))


CHILD = """
import sys
from collections.abc import Iterator
from pathlib import Path
from airpact.node.home import Layout
from airpact.node.journal import JournalWriter
from tests.node.test_journal import record
writer = JournalWriter(Layout(Path(sys.argv[1])))
for tick in range(1, 1_000_000):
    writer.append(record(tick, 1.79e9 + tick / 200, "x" * (tick % 997)))
    sys.stdout.write(f"{tick}\\n")
    sys.stdout.flush()
"""


def test_nothing_written_is_lost_to_kill_9(tmp_path: Path) -> None:
    layout = made(tmp_path)
    with subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        for _ in range(3000):
            child.stdout.readline()
        child.send_signal(signal.SIGKILL)
        said = 3000 + len(child.stdout.read().splitlines())
    ticks = [one.tick for one in read_journal(layout)]
    assert ticks == list(range(1, len(ticks) + 1))
    assert len(ticks) >= said - 1, "a record that was written and told is missing"  # the last told line may be torn
