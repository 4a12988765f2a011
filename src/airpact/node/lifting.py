"""Lifts in a running desk: which own tracks go out exactly now, and the statements that say so (docs/release.md)."""

from typing import Final

from airpact.alerts.alert import Alert, State
from airpact.monitors.finding import Subject
from airpact.monitors.peers import LinkState
from airpact.node.partners.outgoing import say
from airpact.node.partners.shared import sides
from airpact.node.partners.statements import LIFT_ENDED, LIFT_GIVEN
from airpact.node.world import World
from airpact.picture.flights import known_as
from airpact.picture.lifts import Danger, Lift, decide, statement

STANDING: Final = (State.ACTIVE, State.ACKNOWLEDGED, State.SHELVED)  # shown, and not over


def follow(world: World) -> None:
    """Begin and end lifts as alerts, links and refusals stand now, and let the statements about them wait."""
    alerts = [
        alert
        for alert in world.alerts.alerts.values()
        if alert.finding.subject is Subject.PAIR and alert.state in STANDING
    ]
    if not alerts and not world.lifts.standing and not world.lifts.withheld:
        return
    releasing = world.setting.releasing
    policies = {
        party: releasing.policy(party)
        for party, state in world.peers.items()
        if state.view.state == LinkState.LINKED  # without a link no position can go
    }
    dangers = [Danger(alert.finding.a, alert.finding.b, alert.level) for alert in alerts]
    refused = {key for alert in alerts if alert.id in world.sharing.refused for key in _keys(world, alert)}
    decision = decide(world.picture, dangers, releasing.own, policies, world.lifts, refused, world.now_s)
    for lift in decision.given:
        _say(world, LIFT_GIVEN, lift)
    for lift in decision.ended:
        _say(world, LIFT_ENDED, lift)
    if decision.ended:
        _forget(world)


def _keys(world: World, alert: Alert) -> tuple[str, ...]:
    roles = {party.id: party.role for party in world.setting.rules.parties}
    pair = sides(world.picture, roles, alert)
    if pair is None:
        return ()
    own, other = (world.picture.of(row).id for row in (pair.own, pair.other))
    return (Lift(pair.party, own, other, world.now_s).key,)


def _say(world: World, kind: str, lift: Lift) -> None:
    """Let a statement wait; each has a matter of its own, so that none takes the place of another."""
    releasing, party = world.setting.releasing, lift.counterpart
    own = known_as(releasing.key, world.flown, releasing.policy(party), party, lift.own)
    body = statement((own, lift.other.partition("@")[0]), world.now_s)
    say(world.outgoing, f"{kind}/{lift.key}/{lift.since_s}", kind, body, audience=(party,), subject="lift")


def _forget(world: World) -> None:
    """Forget ends of lifts of flights that are over themselves: the next flight has shifts of its own."""
    for ended_s in world.lifts.ended_s.values():
        for track_id in [one for one in ended_s if one not in world.flown.by_id]:
            del ended_s[track_id]
