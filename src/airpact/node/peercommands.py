"""Commands about other parties: what they stated, presence at this desk, what was said by voice, lifts, and own words.

Each kind is one row here: may it be accepted and what is recorded, and carrying it out the same way live and in replay.
"""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Annotated, Any, Final, NamedTuple, TypeAlias

import msgspec
from msgspec import Meta

from airpact.alerts.answers import REASON_CHARS_MAX, Refused
from airpact.alerts.book import find, ordered
from airpact.node.entries import Entry
from airpact.node.partners import deskstate
from airpact.node.partners.outgoing import said
from airpact.node.partners.shared import answer_first_word, sides
from airpact.node.partners.state import PEERS_MAX, PeerState, expire, peer_of
from airpact.node.partners.statements import (
    DESK_STATE,
    ENCOUNTER_STATE,
    KEYS_ROTATION,
    LIFT_ENDED,
    LIFT_GIVEN,
    take_statement,
)
from airpact.node.speaking import LINK_STATE, tell_of
from airpact.node.world import Spoken, World

PEER_STATEMENT: Final = "peer.statement"
PRESENCE: Final = "presence"
VOICE_ENTRY: Final = "voice.entry"
LIFT_REFUSE: Final = "lift.refuse"
# Said by the node itself out of what waits in its world; anything else of these kinds is out of date.
OWN_WORDS: Final = frozenset((DESK_STATE, ENCOUNTER_STATE, LINK_STATE, LIFT_GIVEN, LIFT_ENDED))

SPOKEN_KEPT: Final = 200  # entries the console lists; all of them stand in the record
TEXT_CHARS_MAX: Final = 2000  # what one call holds; a longer one is two entries

Body: TypeAlias = dict[str, Any]


class _Author(msgspec.Struct, frozen=True):
    party: str
    role: str
    person: str


class _Statement(msgspec.Struct, frozen=True):
    """What the driver of a link hands over of one statement; only `body` is the party's own to shape."""

    origin: str
    index: Annotated[int, Meta(ge=0)]
    kind: str
    author: _Author
    at_s: float
    subject: str
    body: Any
    unlogged: bool = False


class _Voice(msgspec.Struct, frozen=True):
    party: Annotated[str, Meta(min_length=1, max_length=64)]
    at_s: float
    text: Annotated[str, Meta(min_length=1, max_length=TEXT_CHARS_MAX)]
    read_back: bool


class Act(NamedTuple):
    """One kind of command: `carry_out` returns the ids of alerts beside which other words stand now."""

    decide: Callable[[World, Mapping[str, Any], float], Body | Refused]
    carry_out: Callable[[World, Entry], tuple[str, ...]]


def _decide_statement(world: World, body: Mapping[str, Any], _now_s: float) -> Body | Refused:
    try:
        statement = msgspec.convert(dict(body), _Statement)
    except (msgspec.ValidationError, RecursionError, OverflowError) as error:
        return Refused("bad_statement", f"What the link handed over is not a statement: {error}.")
    if not isfinite(statement.at_s):
        return Refused("bad_statement", "What the link handed over has no time.")
    if len(world.peers) >= PEERS_MAX and statement.author.party not in world.peers:
        return Refused("too_many_parties", f"This desk follows {PEERS_MAX} parties and no more.")
    return dict(body)


def _take_statement(world: World, entry: Entry) -> tuple[str, ...]:
    """Carry out another party's statement, and show what it changes beside the alerts."""
    state = peer_of(world.peers, entry.person, entry.at_s)
    if state is None:
        return ()
    expire(world.peers, entry.at_s)
    known = sum(map(len, state.encounters.values())) + state.forgotten
    fresh = take_statement(state, entry.body)
    if entry.body["kind"] != ENCOUNTER_STATE or not fresh:
        return ()
    if sum(map(len, state.encounters.values())) + state.forgotten > known:
        answer_first_word(world.outgoing, state, entry.body, entry.at_s)
    roles = {party.id: party.role for party in world.setting.rules.parties}
    return tuple(alert.id for alert in ordered(world.alerts) if _about(world, roles, alert.id, entry.person))


def _about(world: World, roles: dict[str, str], alert_id: str, party: str) -> bool:
    told = world.sharing.told.get(alert_id)
    if told is not None:
        return told.party == party
    alert = find(world.alerts, alert_id)
    pair = sides(world.picture, roles, alert) if alert is not None else None
    return pair is not None and pair.party == party


def _decide_presence(_world: World, _body: Mapping[str, Any], _now_s: float) -> Body | Refused:
    return {}


def _confirm_presence(world: World, entry: Entry) -> tuple[str, ...]:
    deskstate.confirm(world.desk, entry.at_s)
    return ()


def _decide_voice(_world: World, body: Mapping[str, Any], _now_s: float) -> Body | Refused:
    try:
        voice = msgspec.convert(dict(body), _Voice)
    except msgspec.ValidationError as error:
        return Refused("bad_voice_entry", f"Say with whom, when, what, and whether it was read back: {error}.")
    text = voice.text.strip()
    if not text or not isfinite(voice.at_s):
        return Refused("bad_voice_entry", "Say what was said, in the words used, and when.")
    return {**msgspec.structs.asdict(voice), "text": text}


def _note_voice(world: World, entry: Entry) -> tuple[str, ...]:
    body = entry.body
    spoken = Spoken(entry.index, entry.at_s, entry.person, body["party"], body["at_s"], body["text"], body["read_back"])
    world.spoken = [*world.spoken, spoken][-SPOKEN_KEPT:]
    return ()


def _decide_refusal(world: World, body: Mapping[str, Any], _now_s: float) -> Body | Refused:
    alert = find(world.alerts, str(body.get("alert", "")))
    if alert is None:
        return Refused("no_such_alert", "No open alert has this id. It may have ended.")
    roles = {party.id: party.role for party in world.setting.rules.parties}
    if sides(world.picture, roles, alert) is None and alert.id not in world.sharing.told:
        return Refused("not_shared", "No position would be given: this is not one own and one other party's aircraft.")
    reason = str(body.get("reason") or "").strip()
    if not reason or len(reason) > REASON_CHARS_MAX:
        return Refused("bad_reason", f"Give a reason of 1 to {REASON_CHARS_MAX} characters.")
    return {"alert": alert.id, "reason": reason}


def _refuse_lift(world: World, entry: Entry) -> tuple[str, ...]:
    alert = find(world.alerts, entry.body["alert"])
    if alert is None:
        return ()
    world.sharing.refused[alert.id] = entry.body["reason"]
    tell_of(world, (alert,), entry.at_s)
    return (alert.id,)


def _as_given(_world: World, body: Mapping[str, Any], _now_s: float) -> Body | Refused:
    return dict(body)


def _said(world: World, entry: Entry) -> tuple[str, ...]:
    said(world.outgoing, entry.key)
    return ()


def _in_the_record(_world: World, _entry: Entry) -> tuple[str, ...]:
    return ()


def _lift(world: World, entry: Entry) -> tuple[str, ...]:
    for party in entry.audience:
        state = peer_of(world.peers, party, entry.at_s)
        if state is not None:
            _count_lift(state, entry)
    return _said(world, entry)


def _count_lift(state: PeerState, entry: Entry) -> None:
    if entry.kind == LIFT_GIVEN:
        state.view.lifts_s.append(entry.at_s)
        state.lifts_open += 1
    else:
        state.lifts_open = max(0, state.lifts_open - 1)
    expire({"": state}, entry.at_s)


ACTS: Final[dict[str, Act]] = {
    PEER_STATEMENT: Act(_decide_statement, _take_statement),
    PRESENCE: Act(_decide_presence, _confirm_presence),
    VOICE_ENTRY: Act(_decide_voice, _note_voice),
    LIFT_REFUSE: Act(_decide_refusal, _refuse_lift),
    LIFT_GIVEN: Act(_as_given, _lift),
    LIFT_ENDED: Act(_as_given, _lift),
    DESK_STATE: Act(_as_given, _said),
    ENCOUNTER_STATE: Act(_as_given, _said),
    LINK_STATE: Act(_as_given, _said),
    KEYS_ROTATION: Act(_as_given, _in_the_record),
}
