"""Encounters of one own aircraft and one of another party: which are told to that party, and what it says of them.

Two desks mean one encounter when the unordered pair of aircraft keys is the same and their intervals overlap. A key is
the 24-bit address, or the alias under which a track was released: what the counterpart knows, and never more. An own
aircraft that is not released to a party has no key there, and of its encounters that party is told nothing.

A pair is told, with what our monitors and people make of it, only where our own sensors hold the other aircraft freshly
and without doubt: else a party could make an aircraft up and read from our answers where ours are. The first word of a
party on a pair is answered `received`, in its own words, whatever our picture shows. Nothing told holds a position.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite, isnan
from typing import Any, Final, NamedTuple

import msgspec

from airpact.alerts.alert import Alert, State
from airpact.monitors.finding import Subject
from airpact.node.partners.outgoing import Outgoing, say
from airpact.node.partners.state import RECEIVED, Encounter, PeerState, may_answer
from airpact.node.partners.statements import ENCOUNTER_STATE, pair_of
from airpact.node.setting import Releasing
from airpact.picture.flights import Flown, known_as
from airpact.picture.lifts import Telling, may_tell
from airpact.picture.picture import Picture
from airpact.picture.release import stays_home
from airpact.picture.rules import OWN, PEER

# Two desks judge one encounter from other reports and clocks apart by up to the agreed limit: what one saw end, the
# other may see begin a few seconds later. Ten seconds is the clear hold of an alert.
SLACK_S: Final = 10.0
DISPLAYED: Final = "displayed"
WITHHELD: Final = "withheld"
ACKNOWLEDGED: Final = "acknowledged"
ENDED: Final = "ended"
NOT_TOLD: Final = "not_told"

# What is told of an alert's state. The shelf is no acknowledgement: no more than "displayed" is true of it.
TOLD_AS: Final[dict[State, str]] = {
    State.ACTIVE: DISPLAYED,
    State.SHELVED: DISPLAYED,
    State.ACKNOWLEDGED: ACKNOWLEDGED,
    State.CLEARED: ENDED,
    State.ENDED: ENDED,
}


class Told(msgspec.Struct, frozen=True):
    """What was last told of one alert, and to whom."""

    party: str
    aircraft: tuple[str, str]
    state: str
    level: int
    at_s: float


@dataclass(slots=True)
class Sharing:
    """What was told of the alerts that stand, and the lifts a supervisor refused, both by alert id."""

    told: dict[str, Told] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)  # reason


class Names(NamedTuple):
    """What decides under which keys other parties know our aircraft."""

    releasing: Releasing
    flown: Flown
    parties: Container[str]  # those that are followed at all
    lifted: Mapping[str, Container[str]]  # own tracks given exactly, by party


class Sides(NamedTuple):
    """One own and one other aircraft, as rows of the picture."""

    party: str
    own: int
    other: int


def sides(picture: Picture, roles: dict[str, str], alert: Alert) -> Sides | None:
    """Return whose aircraft a pair is, None where it is not one own and one of a peer, or a track is gone."""
    if alert.finding.subject is not Subject.PAIR:
        return None
    rows = [picture.row_of.get(track_id) for track_id in (alert.finding.a, alert.finding.b)]
    if rows[0] is None or rows[1] is None:
        return None
    a, b = rows[0], rows[1]
    role_a, role_b = (roles.get(picture.of(row).party, "") for row in (a, b))
    if (role_a, role_b) == (OWN, PEER):
        return Sides(picture.of(b).party, a, b)
    return Sides(picture.of(a).party, b, a) if (role_a, role_b) == (PEER, OWN) else None


def aircraft_keys(picture: Picture, names: Names, pair: Sides) -> tuple[str, str] | None:
    """Return the keys of the two aircraft as the other party knows them, in order; None: it knows ours by none."""
    policy, own = names.releasing.policy(pair.party), picture.of(pair.own).id
    lifted = own in names.lifted.get(pair.party, ())
    if pair.party not in names.parties or not (lifted or not stays_home(picture, policy, pair.own)):
        return None
    return _ordered(known_as(names.releasing.key, names.flown, policy, pair.party, own), _address(picture, pair.other))


def _address(picture: Picture, row: int) -> str:
    return picture.of(row).id.partition("@")[0]


def _ordered(one: str, two: str) -> tuple[str, str]:
    return (one, two) if one < two else (two, one)


def interval_s(alert: Alert, now_s: float) -> tuple[float, float]:
    """Return from when to when an encounter lasts, as far as is known (Unix s)."""
    approach = alert.finding.approach
    t_out_s = approach.t_out_s if approach is not None else now_s
    over_s = alert.clear_since_s
    ends_s = over_s if not isnan(over_s) else max(now_s, t_out_s) if isfinite(t_out_s) else now_s
    return alert.first_s, max(alert.first_s, ends_s)


def matching(state: PeerState, aircraft: tuple[str, str], from_s: float, to_s: float) -> Encounter | None:
    """Return what a party last said of an encounter of these two in this time; of several, the one that began last."""
    told = state.encounters.get(pair_of(aircraft), ())
    found = [one for one in told if one.since_s <= to_s + SLACK_S and from_s <= one.until_s + SLACK_S]
    return _best(found)


def _best(found: Iterable[Encounter | None]) -> Encounter | None:
    words = (one for one in found if one is not None)
    return max(words, key=lambda one: (one.state != RECEIVED, one.since_s, one.index), default=None)


def tell_alerts(
    sharing: Sharing,
    outgoing: Outgoing,
    alerts: Iterable[Alert],
    picture: Picture,
    roles: dict[str, str],
    names: Names,
    now_s: float,
) -> None:
    """Let wait what the other party is to know of alerts that changed; at most one word per change."""
    for alert in alerts:
        told = sharing.told.get(alert.id)
        to = told if told is not None else _addressee(picture, roles, names, alert, now_s)
        if to is not None:
            _tell(sharing, outgoing, alert, to, now_s)
        if alert.state is State.ENDED:
            sharing.told.pop(alert.id, None)
            sharing.refused.pop(alert.id, None)


def word_of(
    sharing: Sharing,
    picture: Picture,
    roles: dict[str, str],
    names: Names,
    peers: dict[str, PeerState],
    alert: Alert,
    now_s: float,
) -> dict[str, Any] | None:
    """Return what stands beside an alert about the other desk (`Alert.peer` of docs/stream.md)."""
    told = sharing.told.get(alert.id)
    pair = sides(picture, roles, alert)
    if told is None and pair is None:
        return None
    party = told.party if told is not None else pair.party if pair is not None else ""
    state = peers.get(party)
    keys = _possible_keys(picture, names, told, pair)
    said = _best(matching(state, each, *interval_s(alert, now_s)) for each in keys) if state is not None else None
    return {
        "party": party,
        "state": NOT_TOLD if said is None else said.state,
        "at_s": None if said is None else said.at_s,
        "level": None if said is None else said.level,
        "withheld": said is not None and said.withheld,
        "told_s": None if told is None else told.at_s,
        "refused": alert.id in sharing.refused,
    }


def _possible_keys(picture: Picture, names: Names, told: Told | None, pair: Sides | None) -> set[tuple[str, str]]:
    """Return the keys a party may use of a pair: those it was told, those it was released, and plain addresses."""
    found = {told.aircraft} if told is not None else set()
    if pair is not None:
        found.add(_ordered(_address(picture, pair.own), _address(picture, pair.other)))
        keys = aircraft_keys(picture, names, pair)
        found |= {keys} if keys is not None else set()
    return found


def _addressee(picture: Picture, roles: dict[str, str], names: Names, alert: Alert, now_s: float) -> Told | None:
    """Return to whom an alert is told for the first time, and under which keys; None: to nobody."""
    if alert.state in (State.PENDING, State.CLEARED, State.ENDED):
        return None
    pair = sides(picture, roles, alert)
    if pair is None or not _seen_here(picture, pair, now_s):
        return None
    keys = aircraft_keys(picture, names, pair)
    return None if keys is None else Told(pair.party, keys, "", 0, now_s)


def _seen_here(picture: Picture, pair: Sides, now_s: float) -> bool:
    ids = picture.of(pair.own).id, picture.of(pair.other).id
    return may_tell(picture, ids, pair.party, now_s) is Telling.STATE


def answer_first_word(outgoing: Outgoing, state: PeerState, statement: Mapping[str, Any], now_s: float) -> None:
    """Let wait the answer to the first word of a party on an encounter: that it came, and nothing we know.

    It repeats what the party said, so it is the same whether our picture holds the two aircraft or not. A party that
    names encounters faster than any sky makes them is not answered for each.
    """
    pair = pair_of(tuple(statement["body"]["aircraft"]))
    told = next((one for one in state.encounters.get(pair, ()) if one.index == statement["index"]), None)
    if told is None or told.state in (RECEIVED, ENDED) or not may_answer(state, now_s):
        return
    answer = {
        "aircraft": pair.split("|"),
        "since_s": told.since_s,
        "until_s": told.until_s,
        "level": told.level,
        "state": RECEIVED,
        "at_s": now_s,
        "withheld": False,
    }
    about = f"receipt/{state.view.party}/{pair}/{told.since_s}"
    say(outgoing, about, ENCOUNTER_STATE, answer, audience=(state.view.party,), subject="encounter")


def _tell(sharing: Sharing, outgoing: Outgoing, alert: Alert, to: Told, now_s: float) -> None:
    withheld = alert.id in sharing.refused
    word = TOLD_AS[alert.state]
    word = WITHHELD if withheld and word == DISPLAYED else word
    if to.state == word and alert.level <= to.level:
        return
    since_s, until_s = interval_s(alert, now_s)
    body = {
        "aircraft": list(to.aircraft),
        "since_s": since_s,
        "until_s": until_s,
        "level": int(alert.level),
        "state": word,
        "at_s": now_s,
        "withheld": withheld,
    }
    # The subject stands in the header, which every party may keep: it names no aircraft.
    if say(outgoing, f"encounter/{alert.id}", ENCOUNTER_STATE, body, audience=(to.party,), subject="encounter"):
        sharing.told[alert.id] = Told(to.party, to.aircraft, word, int(alert.level), now_s)
