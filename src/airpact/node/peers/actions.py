"""What a link asks its driver to do: values, in the order in which they are to be done."""

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from airpact.node.ledger.values import Item
from airpact.node.peers.refusals import Reason
from airpact.proof.checkpoint import Checkpoint
from airpact.proof.witness import Seen


class Send(NamedTuple):
    """Write these bytes to the connection, after all that was sent before."""

    data: bytes


class Fetch(NamedTuple):
    """Read a stretch of the own log for this peer and hand it to `Link.fetched`.

    Items first..first+limit-1, with the proofs from `old` to the end of the stretch; `limit` never goes beyond the
    newest own head. Bodies only where the audience names the peer or the public.
    """

    old: int
    first: int
    limit: int


@dataclass(frozen=True, slots=True)
class Keep:
    """Store in one transaction entries of the peer's log and the new memory of the witness, then sign `cosign`.

    Answered by `Link.kept` when all is durable, or by `Link.not_kept` when the store refused it.
    """

    origin: str
    items: tuple[Item, ...]
    seen: Seen
    cosign: Checkpoint


class Cosigned(NamedTuple):
    """The peer cosigned the own head of this size; the lines hold under its pinned witness key. Store them."""

    size: int
    lines: str


class Received(NamedTuple):
    """Live tracks of the peer, as it packed them."""

    payload: bytes


class Heard(NamedTuple):
    """Signed heads of other logs that the peer has seen; hand each to `Link.overheard` of the link it belongs to."""

    notes: tuple[bytes, ...]


class Unlogged(NamedTuple):
    """Distress and hotline statements of a peer whose log is not trusted any more: signed, in no witnessed log."""

    items: tuple[Item, ...]


class Doubt(NamedTuple):
    """Something the peer sent was refused or is questionable; the bytes are to be kept as evidence."""

    reason: Reason
    detail: str
    evidence: bytes


class Fork(NamedTuple):
    """The peer's log told two stories; the evidence is a file of `proof.fork`, complete."""

    evidence: bytes


class More(NamedTuple):
    """More waits to be checked: let everybody else have a turn, then call `Link.go_on`; read nothing until then."""


class Close(NamedTuple):
    """Close the connection, then call `Link.closed`; nothing that still arrives is read."""

    why: str


Action: TypeAlias = Send | Fetch | Keep | Cosigned | Received | Heard | Unlogged | Doubt | Fork | More | Close
