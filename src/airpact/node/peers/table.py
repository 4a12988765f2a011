"""What a person is shown of the other parties in full: links, keys, logs, what was refused, and files.

Values only. The driver of the links fills them on the loop; the console reads them as `GET /peers` (docs/stream.md).
What changes by the second (delay, desk, presence) stands in the picture frame instead. Times are Unix seconds.
"""

import msgspec


class LogHead(msgspec.Struct, frozen=True):
    """The newest head of one log as it is held here, and what it was compared with."""

    party: str
    origin: str
    size: int
    root: str  # base 64
    how: str  # own | linked | file
    compared: str  # cosigned | consistent | unseen | forked
    from_size: int | None = None  # entries under the head it was found to continue
    cosigned_size: int | None = None  # of the own log: how much of it this party cannot deny having seen
    seen_s: float | None = None


class Certificate(msgspec.Struct, frozen=True):
    """The certificate of a link."""

    state: str  # pinned | rotating | ended | none
    ends_s: float | None = None


class Released(msgspec.Struct, frozen=True):
    """What of the own picture goes to a party."""

    share: str  # nothing | policy | all
    fields: tuple[str, ...] = ()
    grid_m: float | None = None
    floor_m: float | None = None
    ceiling_m: float | None = None
    delay_s: float = 0.0


class NotUnderstood(msgspec.Struct, frozen=True):
    """A statement that was kept and witnessed, and that this desk cannot read."""

    kind: str
    index: int
    at_s: float
    why: str = "unknown kind"


class PeerRow(msgspec.Struct, frozen=True, kw_only=True):
    """One party: how it is reached, and the keys that are pinned."""

    party: str
    name: str
    how: str
    addresses: tuple[str, ...] = ()
    compared: bool  # people compared the words
    own_words: tuple[str, ...]  # to read to them
    their_words: tuple[str, ...]  # that they read
    own_fingerprint: str
    their_fingerprint: str
    certificate: Certificate
    released: Released
    clock_limit_s: float
    not_understood: tuple[NotUnderstood, ...] = ()
    held_back: int = 0  # statements that came faster than this desk takes them, and waited in the mirror


class Refused(msgspec.Struct, frozen=True):
    """Something refused and kept."""

    at_s: float
    party: str  # "" where nobody could be named
    code: str
    detail: str
    address: str = ""
    evidence: str = ""  # name of the file kept


class Carried(msgspec.Struct, frozen=True):
    """A file that carried statements."""

    at_s: float
    name: str
    party: str
    direction: str  # out | in
    state: str  # written | read | again | gap | refused
    first: int | None = None
    stop: int | None = None
    detail: str = ""


class PeersTable(msgspec.Struct, frozen=True):
    """Everything about the other parties that changes by the hour rather than by the second."""

    party: str
    origin: str
    comparisons: int  # heads compared since the start
    forks: int
    heads: tuple[LogHead, ...] = ()
    peers: tuple[PeerRow, ...] = ()
    refused: tuple[Refused, ...] = ()  # newest first
    files: tuple[Carried, ...] = ()  # newest first
    home: str = ""  # folder of the node, for who types its commands; "" for everybody else
    handshakes_lost: int = 0  # since the start: the other side went away, or stopped, before anyone was refused


EMPTY = PeersTable("", "", 0, 0)
