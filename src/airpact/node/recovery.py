"""How a restart comes to the same state: the newest usable world, then every tick and entry after it.

Live, an entry is applied between two ticks; each tick's record names the last entry applied before it, so going through
the record applies every entry at the very place it had. Entries after the last recorded tick follow at the end.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

from airpact.feeds.report import iter_reports
from airpact.node.commands import apply
from airpact.node.home import Layout
from airpact.node.journal import Cut, DamagedError, journal_files
from airpact.node.keeping import Snapshots
from airpact.node.order import Entries
from airpact.node.pipeline import step
from airpact.node.replay import Replay, note
from airpact.node.setting import Setting
from airpact.node.snapshot import SnapshotError, thaw
from airpact.node.store import AlertLog, Store
from airpact.node.tick import TickRecord
from airpact.node.tracks import filed_minutes, last_tick, read_recorded, recorded_minute
from airpact.node.world import Outbox, World, new_world
from airpact.picture.feeds import Feed


@dataclass(slots=True)
class Recovery:
    """What a restart found; `notes` are sentences for the person who starts the desk."""

    from_tick: int = 0  # tick of the snapshot; 0 = began with an empty world
    tick: int = 0
    ticks: int = 0  # taken again
    entries: int = 0  # applied again
    notes: list[str] = field(default_factory=list)


def recover(
    layout: Layout, setting: Setting, order: Entries, history: AlertLog | None = None
) -> tuple[World, Recovery]:
    """Return the world as it was after the last whole tick and every durable entry.

    Alert changes that a crash kept from `history` are recorded there. Raises `OSError` where the disk cannot be read.
    """
    recovery = Recovery()
    world = _begin(layout, setting, order, recovery)
    told: list[Outbox] = []
    named = 0
    for record in _ticks_after(layout, world, recovery):
        told += take(world, record, order)
        recovery.ticks += 1
        named = record.applied
    if named > order.last():
        recovery.notes.append(
            f"The journal names {named} accepted commands, {layout.database.name} holds {order.last()}:"
            " the others are lost. Give them again where they still matter."
        )
    told += apply_until(world, order, inf)
    recovery.entries = world.applied - recovery.entries
    recovery.tick = world.tick
    if history is not None:
        _complete(history, told)
    return world, recovery


def take(world: World, record: TickRecord, order: Entries) -> list[Outbox]:
    """Apply the entries that came before a recorded tick, take its step, and return what each told."""
    told = apply_until(world, order, record.applied) if record.applied > world.applied else []
    _, outbox = step(world, record)
    return [*told, outbox]


def apply_until(world: World, order: Entries, index: float) -> list[Outbox]:
    """Apply the entries after the last one applied, up to `index`, and return what each told."""
    told = []
    for entry in order.since(world.applied):
        if entry.index > index:
            break
        told.append(apply(world, entry))
    return told


def replay_recorded(
    root: Path,
    setting: Setting,
    from_s: float = -inf,
    to_s: float = inf,
    on_tick: Callable[[World, Outbox], None] | None = None,
) -> Replay:
    """Replay the ticks and entries of a home, or a copy of one, within [from_s, to_s] (Unix s).

    Raises `DamagedError` where the record cannot be read, `OperatingError` where there is no database of entries.
    """
    layout = Layout(root)
    store = Store.open_read_only(layout)
    replay = Replay(new_world(setting))
    try:
        for record in read_recorded(layout, from_s, to_s):
            reports = tuple(iter_reports(record.batches))
            replay.positions.add(reports)
            for outbox in take(replay.world, record, store.entries):
                note(replay, outbox)
                if on_tick is not None:
                    on_tick(replay.world, outbox)
            replay.ticks += 1
            replay.from_s, replay.to_s = min(replay.from_s, record.now_s), record.now_s
            for track_id in {report.id for report in reports}:
                row = replay.world.picture.row_of.get(track_id)
                if row is not None:
                    replay.positions.group[track_id] = int(replay.world.picture.tracks.group[row])
    finally:
        store.close()
    return replay


def _begin(layout: Layout, setting: Setting, order: Entries, recovery: Recovery) -> World:
    """Return the newest world that can be used, or an empty one; say why others could not."""
    last = order.last()
    for path, data in Snapshots(layout).newest():
        try:
            world = thaw(_found(data), setting)
            if world.applied > last:
                raise SnapshotError(f"it knows {world.applied} accepted commands, {layout.database.name} holds {last}")
        except SnapshotError as error:
            recovery.notes.append(f"The world in {path.name} cannot be used: {error}.")
            continue
        _match_feeds(world, setting)
        recovery.from_tick, recovery.entries = world.tick, world.applied
        return world
    if recovery.notes or journal_files(layout):
        recovery.notes.append("The desk begins with an empty picture and takes the ticks still in the journal.")
    return new_world(setting)


def _found(data: bytes | None) -> bytes:
    if data is None:
        raise SnapshotError("the file is not whole")
    return data


def _match_feeds(world: World, setting: Setting) -> None:
    """Follow the desk's feeds where they changed while it was down: a new one is missed, one taken away never again."""
    for name, feed in world.feeds.items():
        feed.period_s = setting.feeds[name].period_s if name in setting.feeds else inf
    for name in sorted(setting.feeds.keys() - world.feeds.keys()):
        world.feeds[name] = Feed(name, setting.feeds[name].period_s)


def _ticks_after(layout: Layout, world: World, recovery: Recovery) -> Iterator[TickRecord]:
    """Yield what is recorded after the world's tick; what is damaged is said and passed over, for a desk must start."""
    filed, journal = filed_minutes(layout), journal_files(layout)
    after_tick = world.tick
    for minute in sorted({*filed, *journal} if after_tick else journal):
        cuts: list[Cut] = []
        try:
            path = filed.get(minute)
            if path is not None and minute not in journal and last_tick(path) <= after_tick:
                continue
            for record in recorded_minute(path, journal.get(minute), cuts):
                if record.tick > after_tick:
                    yield record
        except DamagedError as error:
            recovery.notes.append(
                f"{error.what} The ticks after that place in this minute are missing from the picture."
            )
        for cut in cuts:
            recovery.notes.append(
                f"{cut.path.name} ended in {cut.lost_bytes} bytes of an unfinished tick; they were cut."
            )


def _complete(history: AlertLog, told: list[Outbox]) -> None:
    """Record what came after the last outbox of which the history holds anything."""
    last = history.last()
    places = [number for number, outbox in enumerate(told) if (outbox.tick, outbox.now_s) == last]
    rest = told[places[-1] + 1 :] if places else [outbox for outbox in told if last is None or outbox.tick > last[0]]
    for outbox in rest:
        history.add(outbox)
