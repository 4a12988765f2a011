"""What a step has to say to other parties: its desk's state, the state of its links, the encounters it shares.

All of it waits in the world until the entry that says it is applied (`partners.outgoing`); nothing here waits.
"""

from collections.abc import Iterable
from math import isfinite
from typing import Final

from airpact.alerts.alert import Alert
from airpact.alerts.book import Changes
from airpact.monitors.peers import DeskState, How, LinkState
from airpact.node.partners import deskstate
from airpact.node.partners.outgoing import say
from airpact.node.partners.shared import Names, tell_alerts
from airpact.node.partners.statements import DESK_STATE
from airpact.node.world import World
from airpact.picture.lifts import tracks_of

LINK_STATE: Final = "link.state"
# What the record keeps of a link; a desk that is still calling has said nothing new.
RECORDED: Final = (LinkState.LINKED, LinkState.LOST, LinkState.FORKED)


def speak(world: World, changes: Changes, impaired: tuple[str, ...]) -> None:
    """Let wait what there is to tell after one step."""
    now_s = world.now_s
    if world.peers or isfinite(world.desk.presence_s):  # a desk alone owes nobody its presence
        deskstate.follow(world.desk, world.faults, impaired, now_s, heard=world.sound_proven_s is not None)
    tell_of(world, (*changes.changed, *changes.closed), now_s)
    _tell_links(world)
    _tell_desk(world)


def tell_of(world: World, alerts: Iterable[Alert], now_s: float) -> None:
    """Let wait what other parties are to know of these alerts."""
    roles = {party.id: party.role for party in world.setting.rules.parties}
    tell_alerts(world.sharing, world.outgoing, alerts, world.picture, roles, names_of(world), now_s)


def names_of(world: World) -> Names:
    """Return what decides under which keys other parties know our aircraft now."""
    return Names(world.setting.releasing, world.flown, world.peers.keys(), tracks_of(world.lifts))


def _tell_links(world: World) -> None:
    for party in sorted(world.peers):
        state = world.peers[party]
        if state.view.state in RECORDED and state.view.state != state.recorded:
            body = {"party": party, "state": state.view.state, "at_s": world.now_s}
            if say(world.outgoing, f"link/{party}", LINK_STATE, body):
                state.recorded = state.view.state


def _tell_desk(world: World) -> None:
    desk = world.desk
    parties = tuple(sorted(party for party, state in world.peers.items() if state.view.how != How.VOICE))
    told = (desk.state, desk.reason, desk.until_s, parties)
    if not parties or desk.state == DeskState.UNKNOWN or told == desk.told:
        return
    body = {
        "state": desk.state,
        "since_s": desk.since_s,
        "presence_s": desk.presence_s if isfinite(desk.presence_s) else None,
        "presence_until_s": desk.until_s,
        "reason": desk.reason,
    }
    if say(world.outgoing, "desk", DESK_STATE, body, audience=parties, subject="desk"):
        desk.told = told
