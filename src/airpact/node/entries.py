"""What the command path puts in order: one entry per accepted command, applied the same way live and in replay."""

from typing import Any, Final

import msgspec

ERASED: Final = "erased"  # the kind of what stands in place of an entry that was erased; it does nothing


class Command(msgspec.Struct, frozen=True):
    """What a person, a peer or the node itself asks for; what it says to others goes out under `role` and `alias`."""

    kind: str  # one of node.commands
    person: str  # account of the person, "local" at a desk without sign-in
    body: dict[str, Any]  # {"alert": id} plus {"minutes": n, "reason": text} for shelve
    key: str = ""  # idempotency key; the same key twice gives the first answer
    audience: tuple[str, ...] = ()  # parties the body is for, or "public" alone; none: internal, nobody else reads it
    subject: str = ""  # one line that stands in the header of the statement; "" = the kind
    role: str = ""  # in which the person acts; other parties see it
    alias: str = ""  # pseudonym of the person; other parties see this, never the account


class Entry(msgspec.Struct, frozen=True):
    """An accepted command with its place and time; `index` is given by `Order.append`, 1-based without gaps."""

    index: int
    at_s: float
    kind: str
    person: str
    body: dict[str, Any]
    key: str = ""
    audience: tuple[str, ...] = ()
    subject: str = ""
    role: str = ""
    alias: str = ""


def entry_of(index: int, command: Command, at_s: float) -> Entry:
    """Return a command as the entry it becomes; the parties it names stand once each, in order."""
    return Entry(
        index, at_s, command.kind, command.person, command.body, command.key, tuple(sorted(set(command.audience))),
        command.subject, command.role, command.alias,
    )  # fmt: skip


class Refusal(msgspec.Struct, frozen=True):
    """Why a command was not accepted, in words for the person who gave it; nothing changed."""

    code: str  # "no_such_alert", "warning_cannot_be_shelved", ...
    detail: str
