"""Replaying a recording through the same step the live desk takes, and what it found.

A foreign recording is taken in ticks of one second on whole seconds; a second with neither input nor a due timer is
skipped, which changes nothing. Nobody sits at a replayed desk: an alert that is over is acknowledged at once, so that a
later approach of the same pair counts as an encounter of its own.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from math import ceil, inf
from typing import Final

from airpact.alerts.alert import State
from airpact.alerts.answers import apply_acknowledge
from airpact.alerts.rate import Shown
from airpact.feeds.report import FeedBatch, Reject, Report
from airpact.monitors.finding import Subject
from airpact.node.encounters import Episode
from airpact.node.pipeline import step
from airpact.node.recorded import Pair, Positions
from airpact.node.setting import Setting
from airpact.node.world import Outbox, TickRecord, World, new_world
from airpact.picture.picture import refuse

FEED: Final = "recording"
REPLAY_OFFICER: Final = "replay"
AHEAD_S: Final = 60.0  # a track is lost after as long: a step of the clock within it leaves the picture standing


@dataclass(slots=True)
class Replay:
    """The outcome of a replay."""

    world: World
    positions: Positions = field(default_factory=Positions)
    episodes: dict[str, Episode] = field(default_factory=dict)
    shown: list[Shown] = field(default_factory=list)
    excepted: set[Pair] = field(default_factory=set)  # pairs a clause excepted, however near they came
    ticks: int = 0
    from_s: float = inf
    to_s: float = -inf


def believed(reports: Iterable[Report], doubted: list[Report]) -> Iterator[Report]:
    """Yield the reports of a recording without those whose stamp the recording itself contradicts, kept in `doubted`.

    A stamp more than AHEAD_S ahead of all before waits for the next line: one that falls back behind it by more than
    that shows it to be false, any other bears it out. The last line of a recording has none to bear it out.
    """
    newest_s, held = -inf, None
    for report in reports:
        if held is not None:
            if report.valid_s >= held.valid_s - AHEAD_S:
                newest_s = held.valid_s
                yield held
            else:
                doubted.append(held)
            held = None
        if report.valid_s > newest_s + AHEAD_S:
            held = report
        else:
            newest_s = max(newest_s, report.valid_s)
            yield report
    if held is not None and newest_s == -inf:  # the only line there is contradicts nothing
        yield held
    elif held is not None:
        doubted.append(held)


def whole_second_ticks(
    reports: Iterable[Report], doubted: list[Report] | None = None
) -> Iterator[tuple[float, tuple[Report, ...]]]:
    """Group reports, in the order recorded, into ticks on whole seconds; time never runs backwards.

    Reports with a stamp the recording contradicts are left out and go to `doubted`: see `believed`.
    """
    now_s: float = -inf
    group: list[Report] = []
    for report in believed(reports, [] if doubted is None else doubted):
        at_s = max(now_s, float(ceil(report.valid_s)))
        if at_s > now_s and group:
            yield now_s, tuple(group)
            group = []
        now_s = at_s
        group.append(report)
    if group:
        yield now_s, tuple(group)


def run_foreign(
    reports: Iterable[Report], setting: Setting, on_tick: Callable[[World, Outbox], None] | None = None
) -> Replay:
    """Replay a recording that carries no ticks of its own."""
    replay, doubted = Replay(new_world(setting, guidance_ready=True)), list[Report]()
    for now_s, group in whole_second_ticks(reports, doubted):
        replay.positions.add(group)
        _run_due(replay, now_s, on_tick)
        _tick(replay, now_s, (FeedBatch(FEED, now_s, group),), on_tick)
        for report in group:
            row = replay.world.picture.row_of.get(report.id)
            if row is not None:
                replay.positions.group[report.id] = int(replay.world.picture.tracks.group[row])
    _run_due(replay, inf, on_tick)
    for report in doubted:
        refuse(replay.world.picture, report.feed, Reject.FUTURE)
    return replay


def _run_due(replay: Replay, before_s: float, on_tick: Callable[[World, Outbox], None] | None) -> None:
    """Take the whole-second ticks before `before_s` at which a timer is due."""
    while replay.world.due_s < inf:
        due_s = max(float(ceil(replay.world.due_s)), replay.world.now_s + 1.0)
        if due_s >= before_s:
            return
        _tick(replay, due_s, (), on_tick)


def _tick(
    replay: Replay, now_s: float, batches: tuple[FeedBatch, ...], on_tick: Callable[[World, Outbox], None] | None
) -> None:
    replay.ticks += 1
    replay.world, outbox = step(replay.world, TickRecord(replay.ticks, now_s, 0, batches))
    replay.from_s, replay.to_s = min(replay.from_s, now_s), max(replay.to_s, now_s)
    note(replay, outbox)
    answer_cleared(replay.world, outbox)
    if on_tick is not None:
        on_tick(replay.world, outbox)


def answer_cleared(world: World, outbox: Outbox) -> None:
    """Acknowledge what is over, as the officer of the replayed desk would."""
    for alert in outbox.changed:
        if alert.state is State.CLEARED:
            body = {"alert": alert.id, "level": int(alert.level)}
            apply_acknowledge(world.alerts, body, REPLAY_OFFICER, outbox.now_s, world.setting.policy)


def note(replay: Replay, outbox: Outbox) -> None:
    """Keep what the outcome needs of one step."""
    replay.shown.extend(outbox.shown)
    replay.excepted.update(replay.world.pairs.suppressed)
    for alert in (*outbox.changed, *outbox.closed):
        if alert.finding.subject is not Subject.PAIR:
            continue
        episode = replay.episodes.get(alert.id)
        if episode is None:
            episode = replay.episodes[alert.id] = Episode(alert, set())
        episode.alert = alert
        episode.kinds.add(alert.finding.kind)
        episode.duplicate |= alert.finding.duplicate
