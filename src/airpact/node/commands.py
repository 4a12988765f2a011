"""The command path: may a command be accepted now, and carrying out an entry the same way live and in replay."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from airpact.alerts.answers import (
    Refused,
    apply_acknowledge,
    apply_shelve,
    apply_unshelve,
    decide_acknowledge,
    decide_shelve,
    decide_unshelve,
)
from airpact.alerts.book import NOTHING, Changes
from airpact.node.entries import ERASED, Command, Entry, Refusal
from airpact.node.partners.outgoing import waits
from airpact.node.peercommands import ACTS, OWN_WORDS
from airpact.node.peercommands import LIFT_REFUSE as LIFT_REFUSE
from airpact.node.peercommands import PEER_STATEMENT as PEER_STATEMENT
from airpact.node.peercommands import PRESENCE as PRESENCE
from airpact.node.peercommands import VOICE_ENTRY as VOICE_ENTRY
from airpact.node.speaking import tell_of
from airpact.node.world import Outbox, World

ACKNOWLEDGE: Final = "acknowledge"
SHELVE: Final = "shelve"
UNSHELVE: Final = "unshelve"
SOUND_CHECK: Final = "sound_check"
GUIDANCE: Final = "guidance"  # from the node itself: its kernels are prepared, or are not yet
# What people did that changes nothing in the sky, with the fields it may have: kept in the order, applied to nothing.
PEOPLE: Final[dict[str, frozenset[str]]] = {
    "people.signed_in": frozenset({"with", "done_s"}),
    "people.signed_out": frozenset({"done_s"}),
    "people.invited": frozenset({"account", "roles", "until_s", "done_s"}),
    "people.joined": frozenset({"with", "done_s"}),
    "people.locked": frozenset({"account", "done_s"}),
    "people.unlocked": frozenset({"account", "done_s"}),
    "people.roles": frozenset({"account", "roles", "done_s"}),
    "people.waits": frozenset({"account", "wrong", "until_s", "done_s"}),
    "people.token": frozenset({"name", "roles", "until_s", "certificate", "done_s"}),
    "people.token_ended": frozenset({"number", "done_s"}),
}

Body = dict[str, Any]


def _decide_sound(_world: World, body: Mapping[str, Any], _now_s: float) -> Body | Refused:
    heard = body.get("heard")
    if not isinstance(heard, bool):
        return Refused("heard_missing", "Say whether the tones were heard: true or false.")
    return {"heard": heard}


def _apply_sound(world: World, entry: Entry) -> Changes | Refused:
    world.sound_proven_s = entry.at_s if entry.body["heard"] else None
    return NOTHING


def _decide_guidance(_world: World, body: Mapping[str, Any], _now_s: float) -> Body | Refused:
    ready = body.get("ready")
    if not isinstance(ready, bool):
        return Refused("ready_missing", "Say whether guidance is prepared: true or false.")
    return {"ready": ready}


def _apply_guidance(world: World, entry: Entry) -> Changes | Refused:
    world.guidance_ready = entry.body["ready"]
    return NOTHING


def _decide_people(fields: frozenset[str]) -> Callable[[World, Mapping[str, Any], float], Body | Refused]:
    def decide_people(_world: World, body: Mapping[str, Any], _now_s: float) -> Body | Refused:
        if body.keys() != fields:
            return Refused("people_fields", f"An entry of this kind says {', '.join(sorted(fields))}, and no more.")
        return dict(body)

    return decide_people


def _apply_people(_world: World, _entry: Entry) -> Changes | Refused:
    return NOTHING


DECIDE: Final[dict[str, Callable[[World, Mapping[str, Any], float], Body | Refused]]] = {
    ACKNOWLEDGE: lambda world, body, now_s: decide_acknowledge(world.alerts, body, now_s, world.setting.policy),
    SHELVE: lambda world, body, now_s: decide_shelve(world.alerts, body, now_s, world.setting.policy),
    UNSHELVE: lambda world, body, now_s: decide_unshelve(world.alerts, body, now_s, world.setting.policy),
    SOUND_CHECK: _decide_sound,
    GUIDANCE: _decide_guidance,
    **{kind: act.decide for kind, act in ACTS.items()},
    **{kind: _decide_people(fields) for kind, fields in PEOPLE.items()},
}
APPLY: Final[dict[str, Callable[[World, Entry], Changes | Refused]]] = {
    ACKNOWLEDGE: lambda world, e: apply_acknowledge(world.alerts, e.body, e.person, e.at_s, world.setting.policy),
    SHELVE: lambda world, e: apply_shelve(world.alerts, e.body, e.person, e.at_s, world.setting.policy),
    UNSHELVE: lambda world, e: apply_unshelve(world.alerts, e.body, e.person, e.at_s, world.setting.policy),
    SOUND_CHECK: _apply_sound,
    GUIDANCE: _apply_guidance,
    ERASED: lambda _world, _entry: NOTHING,
    **dict.fromkeys(PEOPLE, _apply_people),
}


def decide(world: World, command: Command, now_s: float) -> Command | Refusal:
    """Return the command with the body to record, or why it is refused; changes nothing."""
    judge = DECIDE.get(command.kind)
    if judge is None:
        return Refusal("unknown_command", f"This desk knows no command {command.kind!r}; it knows {', '.join(DECIDE)}.")
    if command.kind in OWN_WORDS and not waits(world.outgoing, command.key):
        return Refusal("superseded", "This desk has newer words on the matter, or has said these.")
    answer = judge(world, command.body, now_s)
    if isinstance(answer, Refused):
        return Refusal(answer.code, answer.detail)
    return msgspec.structs.replace(command, body=answer)


def apply(world: World, entry: Entry) -> Outbox:
    """Carry out an entry; where the alert changed since it was accepted, nothing happens and nothing is told."""
    world.applied = entry.index
    act = ACTS.get(entry.kind)
    touched = act.carry_out(world, entry) if act is not None else ()
    changes = APPLY[entry.kind](world, entry) if act is None else NOTHING
    if isinstance(changes, Refused):
        changes = NOTHING
    tell_of(world, (*changes.changed, *changes.closed), entry.at_s)
    # What a command about parties changed is looked at by the next step, whether or not anything else is heard.
    world.due_s = min(world.due_s, world.alerts.next_due_s if act is None else entry.at_s)
    return Outbox(
        world.tick, entry.at_s, changes.changed, changes.ended, changes.closed, changes.shown,
        touched, tuple(world.outgoing.waiting.values()),
    )  # fmt: skip
