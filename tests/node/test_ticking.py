"""Ticks stand on an absolute grid, each journalled before it is stepped; an overrun is counted, not hidden."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.node.archive import LATE_S, Archive
from airpact.node.engine import Health, Positions
from airpact.node.entries import Entry
from airpact.node.feeding import Intake
from airpact.node.partners.intake import PeerIntake
from airpact.node.partners.outgoing import Tell
from airpact.node.publish import Frame, Passage
from airpact.node.ticking import ASLEEP_S, FULL_EVERY, TICKS_PER_S, Parts, Ticker
from airpact.node.world import Outbox, TickRecord
from tests.node.fakes import START_S, Fakes, ManualClock, alert, batch, positions


class Bench:
    """A ticker with its parts in reach, driven by hand on the test's own thread."""

    def __init__(
        self, script: Callable[[TickRecord], Outbox] | None = None, applied: int = 0, started_s: float = START_S
    ) -> None:
        self.fakes = Fakes(clock=ManualClock(started_s))
        if script is not None:
            self.fakes.engine.script = script
        fakes = self.fakes
        self.intake, self.passage, self.archive = Intake(), Passage(), Archive(fakes.history)
        self.kept: list[tuple[float, Positions]] = []
        self.told: list[tuple[Tell, ...]] = []
        self.given: list[dict[str, bytes]] = []
        parts = Parts(
            fakes.engine, fakes.journal, fakes.heartbeat, self.intake, self.passage, self.archive, fakes.clock,
            PeerIntake(), lambda _: (), self.told.append, self.given.append,
        )  # fmt: skip
        self.ticker = Ticker(
            parts, lambda _: Health(), lambda now_s, p: self.kept.append((now_s, p)), lambda: None, applied
        )

    def after(self, seconds: float) -> float:
        self.fakes.clock.advance(seconds)
        return self.ticker.due()

    def sent(self) -> list[Frame]:
        return [f for each in self.passage.take() for f in (each.alerts, each.full, each.picture) if f is not None]


def told(frames: list[Frame]) -> list[dict[str, object]]:
    return [json.loads(frame.text) for frame in frames]


def changing(record: TickRecord) -> Outbox:
    return Outbox(record.tick, record.now_s, (alert("a-b-1"),))


def test_a_tick_is_taken_once_and_the_next_is_due_a_fifth_of_a_second_later() -> None:
    bench = Bench()
    assert bench.after(0.0) == START_S + 0.2
    assert bench.after(0.1) == START_S + 0.2
    bench.after(0.11)
    assert [record.now_s for record in bench.fakes.engine.records] == [START_S, START_S + 0.2]


@given(st.lists(st.floats(0.0, 3.0), min_size=1, max_size=40))
def test_whatever_the_delays_ticks_rise_stay_on_the_grid_and_gaps_are_counted(delays: list[float]) -> None:
    bench = Bench()
    for delay in delays:
        until_s = bench.after(delay)
        assert until_s > bench.fakes.clock.now_s()
    records = bench.fakes.engine.records
    ticks = [record.tick for record in records]
    assert ticks == sorted(set(ticks))
    assert all(record.now_s == record.tick / TICKS_PER_S <= bench.fakes.clock.now_s() for record in records)
    assert bench.ticker.skipped == ticks[-1] - ticks[0] + 1 - len(ticks)


def test_a_tick_says_that_nobody_listened_before_it_at_the_start_and_after_a_sleep() -> None:
    """A machine that slept, or a process that was held, must not take its own silence for a feed's."""
    bench = Bench()
    for seconds in (0.0, 0.2, ASLEEP_S, ASLEEP_S + 0.2, 0.2, 3600.0):
        bench.after(seconds)
    assert [record.begins for record in bench.fakes.engine.records] == [True, False, False, True, False, True]


def test_the_journal_holds_the_very_record_that_is_stepped_with_stamped_reports_and_the_last_entry() -> None:
    bench = Bench(applied=7)
    bench.intake.put(batch(reports=2))
    bench.after(1.0)
    (record,) = bench.fakes.journal.records
    assert record is bench.fakes.engine.records[0]
    assert record.applied == 7
    assert {report.recorded_s for report in record.batches[0].reports} == {record.now_s}


def test_the_journal_is_written_before_the_step_and_the_heart_beats_after_it() -> None:
    seen: list[tuple[int, int]] = []
    bench = Bench()

    def script(record: TickRecord) -> Outbox:
        seen.append((len(bench.fakes.journal.records), len(bench.fakes.heartbeat.beats)))
        return Outbox(record.tick, record.now_s)

    bench.fakes.engine.script = script
    bench.after(0.0)
    assert seen == [(1, 0)]
    assert bench.fakes.heartbeat.beats == [START_S]


def test_a_full_disk_stops_neither_the_step_nor_the_alert_and_is_said_until_it_ends() -> None:
    bench = Bench(changing)
    bench.fakes.journal.trouble = OSError(28, "No space left on device")
    bench.after(0.0)
    assert [frame["type"] for frame in told(bench.sent())] == ["alerts", "alerts", "picture"]
    assert "No space left" in bench.ticker.journal_error
    bench.fakes.journal.trouble = None
    bench.after(0.2)
    assert bench.ticker.journal_error == ""


def test_a_picture_goes_out_once_a_second_and_keeps_a_column_of_the_trails() -> None:
    bench = Bench()
    bench.fakes.engine.positions_now = positions(a=(1.0, 2.0))
    for _ in range(16):
        bench.after(0.2)
    assert len(bench.fakes.engine.health) == 4
    assert [now_s % 1 for now_s, _ in bench.kept[1:]] == [0.0, 0.0, 0.0]


def test_a_step_that_overran_a_whole_second_still_sends_its_picture() -> None:
    bench = Bench()
    bench.after(0.0)
    bench.sent()
    bench.after(2.7)
    assert [frame["type"] for frame in told(bench.sent())] == ["picture"]
    assert bench.ticker.skipped == 12


def test_alert_frames_count_up_by_one_and_the_list_carries_the_number_of_the_last() -> None:
    bench = Bench(changing)
    for _ in range(7):
        bench.after(0.2)
    frames = told(bench.sent())
    deltas = [int(str(f["seq"])) for f in frames if f["type"] == "alerts" and not f["full"]]
    assert deltas == list(range(deltas[0], deltas[0] + 7))
    fulls = [int(str(f["seq"])) for f in frames if f["type"] == "alerts" and f["full"]]
    assert set(fulls) <= set(deltas)


def test_sequences_of_a_later_start_are_above_all_of_an_earlier_one() -> None:
    first = Bench(changing)
    for _ in range(50):
        first.after(0.2)
    restarted = Bench(changing, started_s=first.fakes.clock.now_s() + 1.0)
    restarted.after(0.0)
    assert min(_alert_seqs(restarted)) > max(_alert_seqs(first))


def _alert_seqs(bench: Bench) -> list[int]:
    return [int(str(frame["seq"])) for frame in told(bench.sent()) if frame["type"] == "alerts"]


def test_a_tick_that_changes_nothing_sends_no_alert_frame() -> None:
    bench = Bench()
    bench.after(0.0)
    bench.sent()
    for _ in range(4):
        bench.after(0.2)
        assert [f for f in bench.sent() if '"alerts"' in f.text[:20]] == []


def test_many_changes_within_one_second_renew_the_list_before_the_picture() -> None:
    bench = Bench()
    bench.after(0.0)
    bench.sent()
    bench.fakes.engine.alerts["a-b-1"] = alert("a-b-1")
    for index in range(1, FULL_EVERY + 1):
        bench.ticker.apply(Entry(index, START_S, "acknowledge", "local", {"alert": "a-b-1"}))
    frames = told(bench.sent())
    assert [frame["full"] for frame in frames].count(True) == 1


def test_an_alert_whose_record_is_late_is_sent_again_as_not_recorded_and_once_more_when_it_is() -> None:
    bench = Bench()
    bench.after(0.0)
    bench.fakes.engine.script = changing
    bench.fakes.history.trouble = OSError("disk full")
    bench.after(0.2)
    bench.fakes.engine.script = lambda record: Outbox(record.tick, record.now_s)
    first = [f for f in told(bench.sent()) if f["type"] == "alerts" and not f["full"]]
    assert first[-1]["alerts"] == [{"id": "a-b-1", "recorded": True}]
    bench.after(LATE_S + 0.2)
    late = [f for f in told(bench.sent()) if f["type"] == "alerts" and not f["full"]]
    assert [f["alerts"] for f in late] == [[{"id": "a-b-1", "recorded": False}]]
    bench.fakes.history.trouble = None
    bench.archive.flush()
    bench.after(0.2)
    again = [f for f in told(bench.sent()) if f["type"] == "alerts" and not f["full"]]
    assert [f["alerts"] for f in again] == [[{"id": "a-b-1", "recorded": True}]]


def test_an_entry_is_applied_once_in_order_and_shown_at_once() -> None:
    bench = Bench(changing)
    bench.after(0.0)
    bench.sent()
    entry = Entry(1, START_S, "acknowledge", "local", {"alert": "a-b-1"})
    bench.ticker.apply(entry)
    bench.ticker.apply(entry)
    assert bench.fakes.engine.entries == [entry]
    assert [frame["type"] for frame in told(bench.sent())] == ["alerts"]
    with pytest.raises(ValueError, match="entry 3 cannot follow entry 1"):
        bench.ticker.apply(Entry(3, START_S, "acknowledge", "local", {}))


def test_an_entry_that_breaks_the_world_ends_the_ticks() -> None:
    bench = Bench()
    bench.after(0.0)
    with pytest.raises(KeyError):
        bench.ticker.apply(Entry(1, START_S, "break", "local", {}))
    with pytest.raises(KeyError):
        bench.after(0.2)


def test_a_tick_is_told_before_the_journal_may_take_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Copying the world once a minute takes longer than a step; no alert may wait for it."""
    bench = Bench(changing)
    told: list[int] = []
    monkeypatch.setattr(bench.fakes.journal, "settled", lambda: told.append(len(bench.sent())))
    bench.after(1.0)
    assert told == [3], "alerts, the full list and the picture"


def test_tracks_leave_with_each_picture_and_a_fault_there_stops_no_picture() -> None:
    bench = Bench()
    bench.fakes.engine.released_now = {"CTF": b"tracks"}
    for _ in range(11):
        bench.ticker.due()
        bench.fakes.clock.advance(0.2)
    assert bench.given == [{"CTF": b"tracks"}] * len(bench.kept)
    pictures = len(bench.kept)
    bench.fakes.engine.released_now = ValueError("no such cell")
    for _ in range(5):
        bench.ticker.due()
        bench.fakes.clock.advance(0.2)
    assert bench.ticker.release_error == "no such cell"
    assert len(bench.kept) == pictures + 1
    assert len(bench.given) == pictures
