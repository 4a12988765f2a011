"""What was refused, kept: a row in `node.db` for each, and the bytes themselves in `evidence/`, named by their SHA-256.

    <sha256>.refused   what a party sent, as it came; kept while its row is
    <sha256>.fork      two signed heads (docs/proof.md), kept for good: airpact verify reads it

A party that floods the desk fills neither the disk nor the list: rows and bytes of one party have limits, the oldest
leave first, and what comes faster than it can be read is counted in the next row. Every call is made on the storage
thread, but for `Throttle`.
"""

from collections.abc import Callable, Collection
from hashlib import sha256
from typing import Final, NamedTuple

from airpact.node.home import Layout, write_durably
from airpact.node.peers.peer import Peer
from airpact.node.peers.transport import Refused
from airpact.node.store import Store
from airpact.proof.checkpoint import read_checkpoint
from airpact.proof.errors import ProofError
from airpact.proof.fork import read_fork
from airpact.proof.note import read_note

ROWS_MAX: Final = 500  # of one party, and of all who proved to be none; ten screens
BYTES_MAX: Final = 64 << 20  # of evidence of one party: a quarter of an hour of the largest frames at the rate below
ITEM_BYTES_MAX: Final = 2 << 20  # twice the largest frame; of anything longer the beginning is kept
# What a person can follow, and a burst for what one broken connection brings.
PER_S: Final = 1.0
BURST: Final = 40.0
PARTIES_MAX: Final = 64  # allowances remembered; parties are 16 at most (`pins.PEERS_MAX`)
FORKED: Final = "forked"
FORKED_DETAIL: Final = "the log signed two heads that contradict each other"
REFUSED_SUFFIX: Final = ".refused"
FORK_SUFFIX: Final = ".fork"
SHOWN_MAX: Final = 200

ADD: Final = (
    "INSERT INTO refusals (at_s, party, address, reason, detail, evidence, bytes, more) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
OLDEST: Final = "SELECT number, evidence, bytes FROM refusals WHERE party = ? AND reason <> ? ORDER BY number"
COLUMNS: Final = "at_s, party, address, reason, detail, evidence, more"


class Kept(NamedTuple):
    """One row: when (Unix s), who or from where, why, the name of the file kept, how many alike were only counted."""

    at_s: float
    party: str
    address: str
    reason: str
    detail: str
    evidence: str
    more: int


class Evidence:
    """The refusals of one home."""

    def __init__(self, store: Store, layout: Layout) -> None:
        """Take the open store and the home."""
        self._store, self._folder = store, layout.evidence

    def keep(self, refused: Refused, more: int = 0) -> None:
        """Keep one refusal with its evidence, durable when this returns; `more` were counted since the last one.

        Raises `OSError` (`StoreError` is one) where the disk does not take it.
        """
        data = refused.evidence[:ITEM_BYTES_MAX]
        suffix = FORK_SUFFIX if refused.reason == FORKED else REFUSED_SUFFIX
        name = sha256(data).hexdigest() + suffix if data else ""
        if name and not (self._folder / name).exists():
            self._folder.mkdir(mode=0o700, exist_ok=True)
            write_durably(self._folder / name, data)
        row = (refused.at_s, refused.party, refused.address, refused.reason, refused.detail, name, len(data), more)
        with self._store.transaction() as connection:
            connection.execute(ADD, row)
        self._make_room(refused.party)

    def newest(self, most: int = SHOWN_MAX) -> tuple[Kept, ...]:
        """Return what was refused, newest first."""
        sql = f"SELECT {COLUMNS} FROM refusals ORDER BY number DESC LIMIT ?"
        return tuple(Kept(*row) for row in self._store.rows(sql, most))

    def forked(self) -> frozenset[str]:
        """Return the logs that told two stories, by origin; by party where the evidence can no longer be read."""
        rows = self._store.rows("SELECT party, evidence FROM refusals WHERE reason = ?", FORKED)
        return frozenset(forked_log(self._read(name)) or party for party, name in rows)

    def _read(self, name: str) -> bytes:
        try:
            return (self._folder / name).read_bytes() if name else b""
        except OSError:
            return b""

    def _make_room(self, party: str) -> None:
        rows = self._store.rows(OLDEST, party, FORKED)
        held = sum(size for _, _, size in rows)
        left = len(rows)
        for number, name, size in rows:
            if left <= ROWS_MAX and held <= BYTES_MAX:
                return
            with self._store.transaction() as connection:
                connection.execute("DELETE FROM refusals WHERE number = ?", (number,))
            if name and not self._store.rows("SELECT 1 FROM refusals WHERE evidence = ? LIMIT 1", name):
                (self._folder / name).unlink(missing_ok=True)
            left, held = left - 1, held - size


def forked_log(evidence: bytes) -> str:
    """Return the origin of the log that fork evidence is about, "" where it is none that can be read."""
    try:
        return read_checkpoint(read_note(read_fork(evidence).first).text).origin
    except ProofError:
        return ""


def is_forked(peer: Peer, forked: Collection[str]) -> bool:
    """Whether the log that is pinned for a party told two stories; one of keys that were removed no longer counts."""
    return peer.origin in forked or peer.party in forked


class Throttle:
    """An allowance for each party: what goes beyond it is counted, and the count goes into its next row."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        """Take a clock (s)."""
        self._now_s = now_s
        self._left: dict[str, tuple[float, float, int]] = {}  # by party: allowance, when that was (s), counted since

    def take(self, party: str) -> int | None:
        """Return how many were counted since the last row of this party; None where this one is counted as well."""
        now_s = self._now_s()
        left, at_s, counted = self._left.pop(party, (BURST, now_s, 0))
        left = min(BURST, left + max(0.0, now_s - at_s) * PER_S)
        passes = left >= 1.0
        self._left[party] = (left - 1.0, now_s, 0) if passes else (left, now_s, counted + 1)
        if len(self._left) > PARTIES_MAX:
            del self._left[next(iter(self._left))]
        return counted if passes else None
