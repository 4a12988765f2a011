"""A restart reaches the same state: any run, cut at any byte, comes back as the uninterrupted desk was."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from airpact.node.commands import apply
from airpact.node.entries import Entry
from airpact.node.home import Home, Layout
from airpact.node.journal import HEADER, JournalWriter, frames, journal_files
from airpact.node.keeping import Snapshots
from airpact.node.ledger.ledger import Ledger
from airpact.node.ledger.order import LedgerOrder
from airpact.node.pipeline import step
from airpact.node.recorder import file_closed
from airpact.node.recovery import recover, replay_recorded
from airpact.node.setting import Setting
from airpact.node.snapshot import freeze
from airpact.node.store import AlertLog, Store
from airpact.node.world import Outbox, World, new_world
from tests.node.fakes import MemoryOrder
from tests.node.identities import NAG
from tests.node.records import Officer, sky, small_setting

SETTING = small_setting()


@dataclass
class Run:
    """An uninterrupted run: its state after every tick and entry, and everything it put on disk."""

    world: World
    states: dict[tuple[int, int], bytes] = field(default_factory=dict)  # by tick and last entry applied
    ticks: list[tuple[int, int]] = field(default_factory=list)  # each tick, and the entries durable when it began
    entries: tuple[Entry, ...] = ()
    snapshots: dict[int, bytes] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    told: list[Outbox] = field(default_factory=list)


def run(layout: Layout, seed: int, seconds: int, history: AlertLog | None = None, order: object = None) -> Run:
    """Fly one small sky with an officer at the desk, journal and snapshots as the node writes them."""
    found = Run(new_world(SETTING))
    kept = MemoryOrder()
    officer = Officer(order or kept, Random(seed + 1))  # type: ignore[arg-type]  # either keeps the protocol
    snapshots = Snapshots(layout)

    def keep() -> None:
        if found.world.tick:
            found.snapshots[found.world.tick] = freeze(found.world)
            snapshots.save(found.world.tick, found.snapshots[found.world.tick])

    writer = JournalWriter(layout, keep)
    for told in sky(seed, seconds):
        record = replace(told, applied=found.world.applied)
        found.ticks.append((record.tick, record.applied))
        writer.append(record)
        found.world, outbox = step(found.world, record)
        found.told.append(outbox)
        found.states[record.tick, found.world.applied] = freeze(found.world)
        while (entry := officer.act(found.world)) is not None:
            found.told.append(apply(found.world, entry))
            found.states[record.tick, entry.index] = freeze(found.world)
        writer.settled()
    writer.close()
    found.entries = tuple(officer.answered)
    found.files = {name: path.read_bytes() for name, path in journal_files(layout).items()}
    for outbox in found.told if history is not None else ():
        assert history is not None
        history.add(outbox)
    return found


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    """Three runs of 100 s, over two whole minutes each."""
    found = []
    for seed in range(3):
        with Home.open(tmp_path_factory.mktemp("run"), "EXERCISE") as home:
            found.append(run(home.layout, seed, 100))
    return found


def test_the_runs_hold_what_the_searches_below_need(runs: list[Run]) -> None:
    """Alerts, a lost feed, several entries of each kind, and snapshots; else those tests would prove nothing."""
    for one in runs:
        assert len(one.snapshots) == 3
        assert len(one.entries) > 5
        kinds = {alert.finding.kind for outbox in one.told for alert in outbox.changed}
        assert {"feed_lost", "loss"} <= kinds
    asked = {entry.kind for one in runs for entry in one.entries}
    assert asked == {"acknowledge", "shelve", "sound_check"}


def crash(run: Run, layout: Layout, minute: str, size: int) -> tuple[int, int]:
    """Lay out what a kill at that byte of that minute leaves; return the last whole tick and how many were whole."""
    for name, data in run.files.items():
        if name < minute:
            (layout.journal / f"{name}.jnl").write_bytes(data)
    path = layout.journal / f"{minute}.jnl"
    path.write_bytes(run.files[minute][:size])
    whole = sum(1 for file in journal_files(layout).values() for _ in frames(file))
    tick = run.ticks[whole - 1][0] if whole else 0
    for at, data in run.snapshots.items():
        if at < tick:  # it is saved after the first step of its minute, so it may be missing when that is the last
            Snapshots(layout).save(at, data)
    return tick, whole


@settings(max_examples=25)
@given(st.integers(0, 2), st.data())
def test_killed_at_any_byte_a_desk_comes_back_as_it_was(runs: list[Run], number: int, data: st.DataObject) -> None:
    run = runs[number]
    minute = data.draw(st.sampled_from(sorted(run.files)))
    size = data.draw(st.integers(0, len(run.files[minute])))
    with TemporaryDirectory() as folder, Home.open(Path(folder), "EXERCISE") as home:
        tick, whole = crash(run, home.layout, minute, size)
        low = run.ticks[whole - 1][1] if whole else 0
        high = run.ticks[whole][1] if whole < len(run.ticks) else len(run.entries)
        durable = data.draw(st.integers(low if whole else 0, high))
        if data.draw(st.booleans()):
            newest = max((at for at in run.snapshots if at < tick), default=-1)
            assert all(filed.error == "" for filed in file_closed(home.layout, newest))
        world, recovery = recover(home.layout, SETTING, MemoryOrder(run.entries[:durable]))
        expected = run.states[tick, durable] if whole else freeze(new_world(SETTING))
        assert freeze(world) == expected
        assert (recovery.tick, world.applied) == (tick, durable)
        cut = size - sum(HEADER.size + len(body) for body in frames(home.layout.journal / f"{minute}.jnl"))
        assert any(f"{cut} bytes" in one for one in recovery.notes) == (cut > 0)


@pytest.mark.parametrize("filed", [False, True])
def test_an_unreadable_world_is_said_and_the_one_before_serves(runs: list[Run], tmp_path: Path, filed: bool) -> None:
    """Also when the minute between the two worlds is already filed and gone from the journal."""
    run = runs[0]
    with Home.open(tmp_path, "EXERCISE") as home:
        newest = sorted(run.files)[-1]
        tick, _ = crash(run, home.layout, newest, len(run.files[newest]))
        if filed:
            assert list(file_closed(home.layout, max(run.snapshots)))
        first = sorted(home.layout.snapshots.iterdir())[-1]
        first.write_bytes(first.read_bytes()[:-1])
        world, recovery = recover(home.layout, SETTING, MemoryOrder(run.entries))
        assert freeze(world) == run.states[tick, len(run.entries)]
        assert f"The world in {first.name} cannot be used" in recovery.notes[0]


def test_without_any_usable_world_the_desk_begins_empty_and_says_so(runs: list[Run], tmp_path: Path) -> None:
    run = runs[0]
    with Home.open(tmp_path, "EXERCISE") as home:
        newest = sorted(run.files)[-1]
        tick, _ = crash(run, home.layout, newest, len(run.files[newest]))
        for path in home.layout.snapshots.iterdir():
            path.write_bytes(b"")
        world, recovery = recover(home.layout, SETTING, MemoryOrder(run.entries))
        assert (world.tick, world.applied) == (tick, len(run.entries))
        assert "begins with an empty picture" in recovery.notes[-1]
        assert recovery.from_tick == 0


def test_a_new_home_begins_empty_without_a_word(tmp_path: Path) -> None:
    with Home.open(tmp_path, "EXERCISE") as home:
        world, recovery = recover(home.layout, SETTING, MemoryOrder())
        assert freeze(world) == freeze(new_world(SETTING))
        assert recovery.notes == []


def test_a_world_that_knows_lost_commands_is_not_used(runs: list[Run], tmp_path: Path) -> None:
    """Else the next command would get an index that the world takes for one it already has."""
    run = runs[0]
    with Home.open(tmp_path, "EXERCISE") as home:
        newest = sorted(run.files)[-1]
        crash(run, home.layout, newest, len(run.files[newest]))
        world, recovery = recover(home.layout, SETTING, MemoryOrder(run.entries[:1]))
        assert world.applied == 1
        assert any("accepted commands" in one and "cannot be used" in one for one in recovery.notes)
        assert any("are lost" in one for one in recovery.notes)


def test_a_damaged_minute_is_said_and_does_not_keep_a_desk_from_starting(runs: list[Run], tmp_path: Path) -> None:
    run = runs[0]
    with Home.open(tmp_path, "EXERCISE") as home:
        newest = sorted(run.files)[-1]
        tick, _ = crash(run, home.layout, newest, len(run.files[newest]))
        path = home.layout.journal / f"{newest}.jnl"
        data = bytearray(path.read_bytes())
        data[2000] ^= 1
        path.write_bytes(data)
        world, recovery = recover(home.layout, SETTING, MemoryOrder(run.entries))
        assert max(run.snapshots) <= world.tick < tick
        assert world.applied == len(run.entries)
        assert any(f"{newest}.jnl is damaged at byte" in one for one in recovery.notes)


@pytest.mark.parametrize(("paces", "lost"), [({"north": 2.0, "south": 2.0}, True), ({"south": 2.0}, True)])
def test_feeds_that_changed_while_the_desk_was_down_are_followed(
    runs: list[Run], tmp_path: Path, paces: dict[str, float], lost: bool
) -> None:
    """A feed added to the desk file is missed when it stays silent; one taken out is not."""
    run = runs[0]
    other: Setting = small_setting(**paces)
    with Home.open(tmp_path, "EXERCISE") as home:
        newest = sorted(run.files)[-1]
        crash(run, home.layout, newest, len(run.files[newest]))
        world, _ = recover(home.layout, other, MemoryOrder(run.entries))
        assert world.feeds["south"].period_s == 2.0
        assert world.feeds["north"].period_s == paces.get("north", inf)


def order_of(store: Store) -> LedgerOrder:
    return Ledger(store, NAG, lambda: 0.0).order


def lines(home: Home, store: Store) -> Iterator[object]:
    """Everything the alert history holds but the numbering of its rows."""
    yield from store.rows("SELECT * FROM alerts ORDER BY id")
    yield from store.rows("SELECT id, kind, level, state, tick, t_s, alert FROM alert_changes ORDER BY number")


def test_alert_changes_a_crash_kept_from_the_history_are_recorded_at_the_restart(tmp_path: Path) -> None:
    """Wherever the history stopped, a restart from the empty world completes it to the very same rows."""
    with Home.open(tmp_path / "whole", "EXERCISE") as home:
        store = Store.open(home.layout)
        whole = run(home.layout, 1, 60, store.alerts, order_of(store))
        expected = list(lines(home, store))
        store.close()
    with Home.open(tmp_path / "cut", "EXERCISE") as home:
        for name, data in whole.files.items():
            (home.layout.journal / f"{name}.jnl").write_bytes(data)
        changed = [number for number, outbox in enumerate(whole.told) if outbox.changed]
        for stop in (0, changed[0] + 1, changed[len(changed) // 2] + 1, len(whole.told)):
            for path in home.layout.root.glob("node.db*"):
                path.unlink()
            store = Store.open(home.layout)
            for outbox in whole.told[:stop]:
                store.alerts.add(outbox)
            again = Store.open(home.layout)  # a new process remembers nothing
            recover(home.layout, SETTING, MemoryOrder(whole.entries), again.alerts)
            assert list(lines(home, again)) == expected
            again.close()
            store.close()


def test_a_recording_replays_to_the_same_alerts(tmp_path: Path) -> None:
    """Ticks and entries as they were, partly filed: the same world and the same sequence of changes."""
    with Home.open(tmp_path, "EXERCISE") as home:
        store = Store.open(home.layout)
        live = run(home.layout, 2, 100, order=order_of(store))
        assert len(list(file_closed(home.layout, max(live.snapshots)))) >= 1
        told: list[Outbox] = []
        replay = replay_recorded(tmp_path, SETTING, on_tick=lambda _, outbox: told.append(outbox))
        store.close()
    assert [outbox.changed for outbox in told] == [outbox.changed for outbox in live.told[: len(told)]]
    after = len(live.entries) - live.ticks[-1][1]  # answered after the last tick: nothing recorded comes after them
    assert len(told) == len(live.told) - after
    assert freeze(replay.world) == live.states[live.ticks[-1]]
    assert replay.ticks == len(live.ticks)
    assert replay.shown
    assert (replay.from_s, replay.to_s) == (live.ticks[0][0] / 5, live.ticks[-1][0] / 5)
