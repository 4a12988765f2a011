"""Whom a reader trusts: logs, witnesses, and how many witnesses are enough (C2SP tlog-policy).

    log <key>
    witness <name> <key>
    group <name> all|any|<number> <name>...
    quorum <name>|none

The names of witnesses and groups mean something inside the policy only.
"""

import re
from collections.abc import Callable, Collection
from typing import Final, NamedTuple

from airpact.proof.errors import ProofError
from airpact.proof.keys import LOG, WITNESS, WITNESS_ML_DSA, Key, Purpose, read_key

NONE: Final = "none"
LINES_MAX: Final = 1_000  # the standard asks for 32 logs, 32 witnesses and 32 groups; the rest is room for comments


class Group(NamedTuple):
    """So many of these witnesses and groups."""

    least: int
    members: tuple[str, ...]


class Policy(NamedTuple):
    """The keys a reader trusts, and the name of the witness or group that must have cosigned."""

    logs: tuple[Key, ...]
    witnesses: dict[str, Key]
    groups: dict[str, Group]
    quorum: str

    @property
    def keys(self) -> tuple[Key, ...]:
        """Return all keys of logs and witnesses."""
        return (*self.logs, *self.witnesses.values())


def read_policy(data: bytes) -> Policy:
    """Return the policy a file gives; raises `ProofError` that names the line."""
    policy, lines = Policy((), {}, {}, ""), _text(data).split("\n")
    if len(lines) > LINES_MAX:
        raise ProofError(f"the policy has {len(lines):,} lines, at most {LINES_MAX:,} are read")
    for number, line in enumerate(lines, start=1):
        words = [word for word in re.split("[ \t]+", line) if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            policy = _with_line(policy, *words)
        except ProofError as error:
            raise ProofError(f"line {number} of the policy: {error}") from error
    if not policy.quorum:
        raise ProofError("the policy has no quorum line (`quorum none` if no witness is needed)")
    return policy


def satisfied(policy: Policy, cosigners: Collection[Key]) -> bool:
    """Return whether the witnesses that cosigned are enough."""
    witnessed = {name for name, key in policy.witnesses.items() if key in cosigners} | {NONE}
    for name, group in policy.groups.items():  # a group names only what stands above it
        if len(witnessed.intersection(group.members)) >= group.least:
            witnessed.add(name)
    return policy.quorum in witnessed


def _text(data: bytes) -> str:
    if re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", data):
        raise ProofError("the policy holds a control character other than tab and newline")
    return data.decode(errors="surrogateescape")  # names are opaque bytes to the standard


def _with_line(policy: Policy, word: str, *rest: str) -> Policy:
    if word not in LINES:
        raise ProofError(f"{word!r} is none of {', '.join(LINES)}")
    least, most, read = LINES[word]
    if not least <= len(rest) <= most:
        raise ProofError(f"{word} has {len(rest)} words after it")
    return read(policy, *rest)


def _log(policy: Policy, text: str, _url: str = "") -> Policy:
    return policy._replace(logs=(*policy.logs, _new_key(text, LOG_PURPOSES, policy.logs)))


def _witness(policy: Policy, name: str, text: str, _url: str = "") -> Policy:
    key = _new_key(text, WITNESS_PURPOSES, policy.witnesses.values())
    return policy._replace(witnesses=policy.witnesses | {_new_name(policy, name): key})


def _group(policy: Policy, name: str, least: str, *members: str) -> Policy:
    taken = {member for group in policy.groups.values() for member in group.members}
    for index, member in enumerate(members):
        if member not in policy.witnesses and member not in policy.groups:
            raise ProofError(f"{member!r} is not named above")
        if member in taken or member in members[:index]:
            raise ProofError(f"{member!r} is in a group already")
    number = {"any": "1", "all": str(len(members))}.get(least, least)
    if not re.fullmatch(r"[1-9][0-9]{0,8}", number) or int(number) > len(members):
        raise ProofError(f"{least!r} is none of all, any and a number up to that of the members")
    return policy._replace(groups=policy.groups | {_new_name(policy, name): Group(int(number), members)})


def _quorum(policy: Policy, name: str) -> Policy:
    if policy.quorum:
        raise ProofError("there is a quorum already")
    if name not in policy.witnesses and name not in policy.groups and name != NONE:
        raise ProofError(f"{name!r} is not named above")
    return policy._replace(quorum=name)


def _new_key(text: str, purposes: Collection[Purpose], known: Collection[Key]) -> Key:
    key = read_key(text)
    if key.purpose not in purposes:
        raise ProofError(f"{key.label} is a {key.purpose.what} key")
    if key.public in {each.public for each in known}:
        raise ProofError(f"{key.label} stands in the policy already")
    return key


def _new_name(policy: Policy, name: str) -> str:
    if name == NONE or name in policy.witnesses or name in policy.groups:
        raise ProofError(f"{name!r} has a meaning already")
    return name


LOG_PURPOSES: Final = (
    LOG,
    WITNESS_ML_DSA,
)  # a log may sign its head in the way of a cosignature (C2SP tlog-checkpoint)
WITNESS_PURPOSES: Final = (WITNESS, WITNESS_ML_DSA)
MANY: Final = LINES_MAX

# Keyword: fewest and most words after it, and what reads them.
LINES: Final[dict[str, tuple[int, int, Callable[..., Policy]]]] = {
    "log": (1, 2, _log),
    "witness": (2, 3, _witness),
    "group": (3, MANY, _group),
    "quorum": (1, 1, _quorum),
}
