"""One step of the desk: reports in, alerts out. Reading `step` from top to bottom is the architecture."""

from math import nan

from airpact.alerts import book
from airpact.monitors import separation
from airpact.monitors.separation import Sky
from airpact.monitors.silence import silence
from airpact.node.setting import formation_test
from airpact.node.world import Outbox, TickRecord, World
from airpact.picture import feeds, links, picture


def step(world: World, tick: TickRecord) -> tuple[World, Outbox]:
    """Move the world to the tick's instant with the tick's reports; return it and what there is to tell."""
    setting, now_s = world.setting, tick.now_s
    feeds.observe(world.feeds, tick.batches, now_s, world.now_s if tick.begins else nan)
    world.now_s, world.tick = now_s, tick.tick

    taken = picture.ingest(world.picture, tick.batches, now_s, setting.assign, setting.time_error_s)
    dropped = picture.drop_lost(world.picture, now_s)
    if dropped:
        separation.forget(world.pairs, dropped)
        links.forget(world.links, dropped)
    taken = {row for row in taken if world.picture.tracks.alive[row]}
    aged = picture.turned_stale(world.picture, now_s)

    picture.carry(world.picture, now_s)
    links.correlate(world.picture, world.links, taken, now_s)

    verdicts = separation.judge_new(_sky(world), world.pairs, taken, aged, now_s)
    faults, recovered = silence(world.feeds, world.faults, now_s)
    changes = book.update(
        world.alerts,
        (*verdicts.findings, *faults),
        (*verdicts.over, *recovered),
        (*verdicts.unjudged, *(book.keys_of(world.alerts, dropped) if dropped else ())),
        now_s,
        setting.policy,
    )
    world.due_s = next_due_s(world)
    return world, Outbox(tick.tick, now_s, changes.changed, changes.ended, changes.closed, changes.shown)


def next_due_s(world: World) -> float:
    """Return the earliest time at which a step without input would change something."""
    return min(
        picture.next_due_s(world.picture, world.now_s),
        feeds.next_due_s(world.feeds, world.now_s),
        separation.next_due_s(world.pairs),
        book.next_due_s(world.alerts),
    )


def _sky(world: World) -> Sky:
    people, setting = world.picture, world.setting

    def words(row: int) -> tuple[str, str]:
        identity = people.of(row)
        return identity.id.partition("@")[0], identity.callsign

    return Sky(
        picture=people,
        links=world.links,
        table=setting.table,
        open_keys={key: book.widens(world.alerts, key) for key in world.alerts.alerts if "|" in key},
        clear_factor=setting.policy.clear_factor,
        formation=formation_test(setting.rules, words, world.now_s),
    )
