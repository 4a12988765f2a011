"""What this desk has to say to other parties and has not said yet: part of the world, so that a restart loses none.

A `Tell` waits here until the entry with its key is applied. A newer word on the same matter takes the place of one that
still waits, and that is counted; the order of matters is kept. `node.telling` submits what waits, beside the desk.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

# A flood of pairs with one peer's aircraft; beyond it the other desk sees them itself, and what is not told is counted.
WAITING_MAX: Final = 256


class Tell(msgspec.Struct, frozen=True):
    """One statement to be made: a command of the node itself, with the key that makes it at most one."""

    about: str  # the matter: a newer word about it takes the place of this one while it waits
    kind: str
    body: dict[str, Any]
    key: str
    audience: tuple[str, ...] = ()
    subject: str = ""


@dataclass(slots=True)
class Outgoing:
    """What waits, oldest matter first, and how often something was not said."""

    waiting: dict[str, Tell] = field(default_factory=dict)  # by matter
    number: int = 0  # of the last one; makes keys that never come twice
    superseded: int = 0  # a newer word came before it was said
    left_out: int = 0  # too much waited


def say(
    outgoing: Outgoing,
    about: str,
    kind: str,
    body: dict[str, Any],
    *,
    audience: tuple[str, ...] = (),
    subject: str = "",
) -> bool:
    """Let one statement wait to be made; return False where it was left out and counted."""
    if about in outgoing.waiting:
        outgoing.superseded += 1
    elif len(outgoing.waiting) >= WAITING_MAX:
        outgoing.left_out += 1
        return False
    outgoing.number += 1
    outgoing.waiting[about] = Tell(about, kind, body, f"tell/{about}/{outgoing.number}", audience, subject)
    return True


def said(outgoing: Outgoing, key: str) -> None:
    """Strike what has been said."""
    for about, tell in outgoing.waiting.items():
        if tell.key == key:
            del outgoing.waiting[about]
            return


def waits(outgoing: Outgoing, key: str) -> bool:
    """Return whether the statement of this key still waits to be made."""
    return any(tell.key == key for tell in outgoing.waiting.values())
