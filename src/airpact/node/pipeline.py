"""One step of the desk: reports in, alerts out. Reading `step` from top to bottom is the architecture."""

from collections.abc import Callable
from math import nan

from airpact.alerts import book
from airpact.monitors import guidance, peers, separation
from airpact.monitors.peers import PeerView
from airpact.monitors.separation import Sky
from airpact.monitors.silence import silence
from airpact.node import lifting, speaking
from airpact.node.partners import deskstate, state
from airpact.node.setting import formation_test
from airpact.node.world import Outbox, TickRecord, World
from airpact.picture import feeds, flights, links, picture, received


def step(world: World, tick: TickRecord) -> tuple[World, Outbox]:
    """Move the world to the tick's instant with the tick's reports; return it and what there is to tell."""
    setting, now_s = world.setting, tick.now_s
    feeds.observe(world.feeds, tick.batches, now_s, world.now_s if tick.begins else nan)
    state.observe(world.peers, tick.peers, now_s, begins=tick.begins)
    state.expect_tracks(world.peers, world.feeds)
    world.now_s, world.tick = now_s, tick.tick
    world.guidance_ready &= not tick.begins  # a process that begins has its kernels still to load, and says when

    taken = picture.ingest(world.picture, tick.batches, now_s, setting.assign, setting.time_error_s)
    dropped = picture.drop_lost(world.picture, now_s)
    if dropped:
        separation.forget(world.pairs, dropped)
        links.forget(world.links, dropped)
    taken = {row for row in taken if world.picture.tracks.alive[row]}
    flights.heard(world.flown, world.picture, taken, setting.releasing.own)
    aged = picture.turned_stale(world.picture, now_s)

    picture.carry(world.picture, now_s)
    received.prefer_own(world.picture, taken, now_s)
    links.correlate(world.picture, world.links, taken, now_s)

    verdicts = separation.judge_new(_sky(world), world.pairs, taken, aged, now_s)
    advised = guidance.advise(_view(world), world.advice, verdicts.findings, now_s)
    separation.look_again(world.pairs, advised.again_s)
    faults, recovered = silence(world.feeds, world.faults, now_s)
    troubles, settled = peers.watch(_views(world).values(), setting.peers, now_s)
    changes = book.update(
        world.alerts,
        (*advised.findings, *faults, *troubles),
        (*verdicts.over, *recovered, *settled),
        (*verdicts.unjudged, *(book.keys_of(world.alerts, dropped) if dropped else ())),
        now_s,
        setting.policy,
    )
    guidance.forget(world.advice, world.alerts.alerts.keys())
    lifting.follow(world)
    speaking.speak(world, changes, tick.impaired)
    world.due_s = next_due_s(world)
    tell = tuple(world.outgoing.waiting.values())
    return world, Outbox(tick.tick, now_s, changes.changed, changes.ended, changes.closed, changes.shown, (), tell)


def next_due_s(world: World) -> float:
    """Return the earliest time at which a step without input would change something."""
    return min(
        picture.next_due_s(world.picture, world.now_s),
        feeds.next_due_s(world.feeds, world.now_s),
        separation.next_due_s(world.pairs),
        book.next_due_s(world.alerts),
        peers.next_due_s(_views(world), world.setting.peers, world.now_s),
        deskstate.next_due_s(world.desk, world.now_s),
    )


def _views(world: World) -> dict[str, PeerView]:
    return {party: state.view for party, state in world.peers.items()}


def _together(world: World) -> Callable[[int, int], bool]:
    people = world.picture

    def words(row: int) -> tuple[str, str]:
        identity = people.of(row)
        return identity.id.partition("@")[0], identity.callsign

    return formation_test(world.setting.rules, words, world.now_s)


def _sky(world: World) -> Sky:
    setting = world.setting
    return Sky(
        picture=world.picture,
        links=world.links,
        table=setting.table,
        open_keys={key: book.widens(world.alerts, key) for key in world.alerts.alerts if "|" in key},
        clear_factor=setting.policy.clear_factor,
        formation=_together(world),
    )


def _view(world: World) -> guidance.View:
    setting = world.setting
    return guidance.View(
        picture=world.picture,
        links=world.links,
        table=setting.table,
        roles={party.id: party.role for party in setting.rules.parties},
        formation=_together(world),
        relay_s=setting.relay_s,
        ready=world.guidance_ready,
    )
