"""The one table of roles: what each sees and may do.

The pages, docs/people.md and the test of every route are made from it; a route names the permission it needs in
`node.api.access`. A permission that no route needs yet is reserved, with the reason, so that none stands here idle.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, NamedTuple


class Permission(StrEnum):
    """One thing a person may see or do."""

    SEE_PICTURE = "see_picture"
    SEE_TIMELINE = "see_timeline"
    ACKNOWLEDGE = "acknowledge"
    SHELVE = "shelve"
    SOUND_CHECK = "sound_check"
    MOVE_REPLAY = "move_replay"
    SEE_PEOPLE = "see_people"
    INVITE = "invite"
    LOCK = "lock"
    SEE_KEYS = "see_keys"
    CONFIRM_PRESENCE = "confirm_presence"
    TAKE_OVER = "take_over"
    REFUSE_LIFT = "refuse_lift"
    ROTATE_KEYS = "rotate_keys"
    SEE_PEERS = "see_peers"
    PIN_PEER = "pin_peer"
    EXCHANGE_FILES = "exchange_files"
    VOICE_ENTRY = "voice_entry"
    SEE_HEALTH = "see_health"
    RESTART = "restart"

    @property
    def is_sight(self) -> bool:
        """Whether it lets a person read, not act."""
        return self.value.startswith("see_")


class Role(StrEnum):
    """A task a person has at a node; one person may have several."""

    DUTY_OFFICER = "duty_officer"
    SUPERVISOR = "supervisor"
    NEGOTIATOR = "negotiator"
    INTERPRETER = "interpreter"
    INVESTIGATOR = "investigator"
    RESCUE_COORDINATOR = "rescue_coordinator"
    RELEASE_AUTHORITY = "release_authority"
    LIAISON = "liaison"
    PUBLISHER = "publisher"
    SOURCE_VERIFIER = "source_verifier"
    ADMINISTRATOR = "administrator"
    MAINTAINER = "maintainer"
    OBSERVER = "observer"


class Row(NamedTuple):
    """What one role sees and may do, and why it is no more."""

    role: Role
    has: frozenset[Permission]
    reason: str


_P = Permission
_DESK: Final = frozenset(
    {_P.SEE_PICTURE, _P.SEE_TIMELINE, _P.ACKNOWLEDGE, _P.SHELVE, _P.SOUND_CHECK, _P.CONFIRM_PRESENCE, _P.MOVE_REPLAY}
    | {_P.SEE_PEERS, _P.VOICE_ENTRY, _P.EXCHANGE_FILES}
)

TABLE: Final[tuple[Row, ...]] = (
    Row(Role.DUTY_OFFICER, _DESK, "answers for the picture during a watch"),
    Row(Role.SUPERVISOR, _DESK | {_P.TAKE_OVER, _P.REFUSE_LIFT, _P.SEE_PEOPLE}, "answers for every desk of the watch"),
    Row(Role.NEGOTIATOR, frozenset({_P.SEE_PEERS}), "speaks for the party in talks, which do not show aircraft"),
    Row(Role.INTERPRETER, frozenset({_P.SEE_PEERS, _P.VOICE_ENTRY}), "notes what was said and read back"),
    Row(
        Role.INVESTIGATOR,
        frozenset({_P.SEE_TIMELINE, _P.MOVE_REPLAY}),
        "works on what happened; the picture of now is not needed for it",
    ),
    Row(
        Role.RESCUE_COORDINATOR,
        frozenset({_P.SEE_PICTURE, _P.SEE_TIMELINE, _P.VOICE_ENTRY}),
        "needs to know who is near, and answers no alert",
    ),
    Row(Role.RELEASE_AUTHORITY, frozenset(), "decides on what is asked to leave the node, case by case"),
    Row(Role.LIAISON, frozenset({_P.SEE_PEERS, _P.VOICE_ENTRY}), "passes notices on; sees no other party's aircraft"),
    Row(Role.PUBLISHER, frozenset(), "sees drafts for the public, which hold no picture"),
    Row(Role.SOURCE_VERIFIER, frozenset(), "sees claims and sources"),
    Row(
        Role.ADMINISTRATOR,
        frozenset({_P.SEE_PEOPLE, _P.INVITE, _P.LOCK, _P.SEE_KEYS, _P.ROTATE_KEYS})
        | {_P.SEE_PEERS, _P.PIN_PEER, _P.EXCHANGE_FILES},
        "keeps accounts and keys, and for that needs no picture",
    ),
    Row(Role.MAINTAINER, frozenset({_P.SEE_HEALTH, _P.RESTART}), "keeps the machine running, not the watch"),
    Row(Role.OBSERVER, frozenset(), "would get a delayed, coarse picture; until there is one, no picture at all"),
)
GRANTED: Final[Mapping[Role, frozenset[Permission]]] = {row.role: row.has for row in TABLE}

# What no route of this version needs. A route that comes takes its line away here, or a test fails.
RESERVED: Final[Mapping[Permission, str]] = {
    _P.TAKE_OVER: "taking over another desk's warning needs more than one desk at a node",
    _P.ROTATE_KEYS: "keys are rotated on the command line, beside the files that hold them",
    _P.PIN_PEER: "peers are accepted on the command line, after their words were compared in person",
    _P.EXCHANGE_FILES: "files are exported and imported on the command line, where the disc is",
    _P.SEE_HEALTH: "the health of the node goes out with the picture; a page without one comes later",
    _P.RESTART: "a restart after two signatures comes with updates",
}

# Who sits at a desk without sign-in may watch, supervise and see to accounts and keys: nothing flies in an exercise.
OPEN_ROLES: Final = (Role.DUTY_OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.MAINTAINER)


def permitted(roles: Iterable[Role]) -> frozenset[Permission]:
    """Return what a person with these roles sees and may do."""
    return frozenset(permission for role in roles for permission in GRANTED[role])


def acting(roles: Iterable[Role], permission: Permission) -> Role | None:
    """Return the first role of the table in which a person with `roles` may do this; None when in none."""
    held = frozenset(roles)
    return next((row.role for row in TABLE if row.role in held and permission in row.has), None)


def holders(permission: Permission) -> tuple[Role, ...]:
    """Return the roles that have a permission, in the order of the table."""
    return tuple(row.role for row in TABLE if permission in row.has)


def read_roles(names: Iterable[str]) -> tuple[Role, ...]:
    """Return roles by name in the order of the table, each once; raises `ValueError` naming what is none."""
    wanted = [name.strip() for name in names if name.strip()]
    unknown = sorted(set(wanted) - {role.value for role in Role})
    if unknown:
        raise ValueError(f"there is no role {', '.join(unknown)}; there are {', '.join(Role)}")
    if not wanted:
        raise ValueError(f"no role is named; there are {', '.join(Role)}")
    return tuple(row.role for row in TABLE if row.role.value in wanted)
