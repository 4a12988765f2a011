"""`airpact verify` for the folder of a log: its own, a mirror, or any public one in the layout of C2SP tlog-tiles."""

from pathlib import Path
from typing import NamedTuple

from airpact.node.errors import OperatingError
from airpact.node.home import write_durably
from airpact.node.verdict import KEYS, NEVER, Verdict, keys, one_history, proved, seen, utc
from airpact.proof.base64 import to_base64
from airpact.proof.errors import ProofError
from airpact.proof.fork import Fork, check_fork, write_fork
from airpact.proof.policy import Policy
from airpact.proof.statement import INTERNAL
from airpact.proof.tiles import CHECKPOINT, TILE_BYTES_MAX
from airpact.proof.wholelog import SignedHead, WholeLog, check_head, check_log, difference


class Against(NamedTuple):
    """The folder of a log, another copy or head of it, and where evidence goes if they differ."""

    folder: Path
    other: Path
    evidence: Path | None


def read_log(folder: Path, policy: Policy) -> WholeLog:
    """Return the checked log of a folder; raises `ProofError`, or `OSError` for a file that cannot be read."""

    def read(path: str) -> bytes | None:
        return _read(folder / path)

    return check_log(read, policy)


def compare(log: WholeLog, paths: Against, policy: Policy) -> str:
    """Return how one of two copies of a log continues the other; raises `OperatingError` where neither does.

    The smaller one may be a head alone; the larger one must be a folder, for only its entries show what came before.
    """
    name = str(paths.other)
    other = proved(name, lambda: _head(paths.other, policy))
    here, there = log.head.checkpoint, other.checkpoint
    if here.origin != there.origin:
        raise OperatingError(
            f"{name}: is of the log {there.origin}, not {here.origin}.", remedy="Name another copy of the same log."
        )
    if there.size <= here.size:
        fork = difference(log, other)
        told = f"It continues the head of {there.size} entries in {name}: the first {there.size} are the same."
    else:
        if not paths.other.is_dir():
            raise OperatingError(
                f"{name}: is a head of {there.size} entries, the log in {paths.folder} has {here.size}.",
                effect="Whether the larger one continues the smaller cannot be seen without the larger one's entries.",
                remedy="Name the folder of the larger log; the head of the smaller one after --against is enough.",
            )
        fork = difference(proved(name, lambda: read_log(paths.other, policy)), log.head)
        told = f"The log in {name} continues it: of its {there.size} entries the first {here.size} are these."
    if fork is not None:
        raise _forked(fork, paths, policy)
    return told


def log_verdict(log: WholeLog, compared: str = "") -> Verdict:
    """Return what a whole log proves and does not."""
    head = log.head.checkpoint
    whole = (
        f"The {head.size} entries are the log {head.origin} as it was signed, root {to_base64(head.root)}: none was "
        "changed, moved, added or taken out. Every hash was computed anew, and is the one in the tiles."
    )
    said = [
        whole,
        *_statements(log),
        *seen(log.head.witnesses, f"the log at these {head.size} entries"),
        *([compared] if compared else []),
    ]
    unproven = [
        *NEVER,
        "Authors: who made each entry. The log's key signed their order; a receipt holds the author's own signature.",
        "Words: the log holds digests of what was said.",
        "Later entries: that the log ends here.",
        one_history(head.origin, log.head.witnesses),
        KEYS,
    ]
    facts = {
        "log": {"origin": head.origin, "size": head.size, "root": to_base64(head.root)},
        "witnesses": [{"key": each.key.label, "time_s": each.time_s} for each in log.head.witnesses],
        "kinds": dict(sorted(log.kinds.items())),
        "tiles": log.tiles,
    }
    return Verdict("log", said, unproven, facts, keys(log.head.log, log.head.witnesses))


def _statements(log: WholeLog) -> list[str]:
    """Return what the entries are, as far as their headers show."""
    if not log.kinds:
        return ["The entries are no statements of airpact; what they mean was not looked at."] if log.tree.size else []
    shown = [f"{kind} {count}" for kind, count in sorted(log.kinds.items()) if kind != INTERNAL]
    parts = [*shown, f"{log.kinds.get(INTERNAL, 0)} of internal matters"]
    place = f"Every entry is a statement at the place it was signed for: {', '.join(parts)}."
    return [f"{place} The last names the time {utc(log.last_s or 0.0)}."]


def _forked(fork: Fork, paths: Against, policy: Policy) -> OperatingError:
    """Write the evidence where it was asked for, and return what to tell."""
    forked = check_fork(fork, policy)
    told = " and ".join(
        f"{head.size} entries with root {to_base64(head.root)}" for head in (forked.first, forked.second)
    )
    what = f"{paths.folder} and {paths.other}: the log {forked.first.origin} signed two histories, {told}."
    if paths.evidence is None:
        remedy = "Keep both. To write the evidence as one file that anyone can check, add --write-fork FILE."
    else:
        write_durably(paths.evidence, write_fork(fork))
        remedy = f"The evidence is in {paths.evidence}: keep it, and show it with airpact verify {paths.evidence}"
    return OperatingError(
        what, effect="Neither continues the other; both were signed with the log's key.", remedy=remedy
    )


def _head(path: Path, policy: Policy) -> SignedHead:
    place = path / CHECKPOINT if path.is_dir() else path
    data = _read(place)
    if data is None:
        raise ProofError(f"there is no {CHECKPOINT}" if path.is_dir() else "there is no such file")
    return check_head(data, policy)


def _read(path: Path) -> bytes | None:
    """Return the bytes of a file, None where there is none; more than any tile has are refused."""
    try:
        with path.open("rb") as file:
            data = file.read(TILE_BYTES_MAX + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if len(data) > TILE_BYTES_MAX:
        raise ProofError(f"{path.name} has more than {TILE_BYTES_MAX:,} bytes")
    return data
