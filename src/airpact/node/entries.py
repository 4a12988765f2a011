"""What the command path puts in order: one entry per accepted command, applied the same way live and in replay."""

from typing import Any

import msgspec


class Command(msgspec.Struct, frozen=True):
    """What a person asks for; `person` is who, filled by the accounts when they exist ("local" until then)."""

    kind: str  # acknowledge | shelve | unshelve
    person: str
    body: dict[str, Any]  # {"alert": id} plus {"minutes": n, "reason": text} for shelve
    key: str = ""  # idempotency key; the same key twice gives the first answer


class Entry(msgspec.Struct, frozen=True):
    """An accepted command with its place and time; `index` is given by `Order.append`, 1-based without gaps."""

    index: int
    at_s: float
    kind: str
    person: str
    body: dict[str, Any]
    key: str = ""


class Refusal(msgspec.Struct, frozen=True):
    """Why a command was not accepted, in words for the person who gave it; nothing changed."""

    code: str  # "no_such_alert", "warning_cannot_be_shelved", ...
    detail: str
