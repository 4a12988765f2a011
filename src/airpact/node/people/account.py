"""What is kept of one person: account, roles, state; and why something asked for an account is refused."""

import re
from enum import StrEnum
from typing import Any, Final, NamedTuple

import msgspec

from airpact.node.people.roles import Permission, Role, permitted

ACCOUNT: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
LOCAL: Final = "local"  # whoever sits at the machine itself: no account, and no account may take the name
ALIAS_DIGITS: Final = 2


class State(StrEnum):
    """Where an account stands; waiting after wrong passwords is a time beside it."""

    INVITED = "invited"
    ACTIVE = "active"
    LOCKED = "locked"


class Account(msgspec.Struct, frozen=True):
    """One account; times are Unix seconds, None where it never happened."""

    id: str
    alias: str  # what other parties see
    roles: tuple[Role, ...]
    state: State
    has_password: bool
    passkeys: int
    signed_in_s: float | None
    seen_s: float | None  # last sign of presence of an open session
    wrong: int
    wait_until_s: float  # no password is taken before; 0 = none waits
    invited_until_s: float | None  # an invitation that is not used yet ends then


class Actor(NamedTuple):
    """Who did something: account, the role they acted in, and the pseudonym that leaves the node."""

    account: str
    role: str = ""
    alias: str = ""


MACHINE: Final = Actor(LOCAL)  # somebody with the files of the node in front of them: the command line


class Way(StrEnum):
    """How a caller proved who they are."""

    OPEN = "open"  # a desk without sign-in
    SESSION = "session"
    TOKEN = "token"


class Caller(msgspec.Struct, frozen=True):
    """Who asks: account, what they may, and what holds them to it."""

    account: str
    alias: str
    roles: tuple[Role, ...]
    way: Way
    secret: str = ""  # of the session or token; forms are bound to it

    def may(self, permission: Permission) -> bool:
        """Whether one of the roles has the permission."""
        return permission in permitted(self.roles)


class Refused(Exception):  # noqa: N818  it is an answer, as `node.entries.Refusal` is
    """Something asked for an account is not done; `code` has words in the catalogue."""

    def __init__(self, code: str, **values: Any) -> None:
        """Keep the code and what its sentence names."""
        super().__init__(code)
        self.code, self.values = code, values


def check_name(account: str) -> str:
    """Return a name that may be an account's; raises `Refused`."""
    if not ACCOUNT.fullmatch(account) or account == LOCAL:
        raise Refused("bad_account")
    return account
