"""What travels between two nodes: frames of a length and one JSON message, at most 1 MiB each.

A frame is its length (4 bytes, big-endian, without the length itself) and one JSON object; `type` names the message.
Bytes are base 64 (RFC 4648, section 4). Members that are not known are ignored, so that a later version may add some.
"""

from collections.abc import Iterator
from typing import Annotated, Final, TypeAlias, get_args

import msgspec
from msgspec import Meta

from airpact.node.ledger.values import Item

PROTOCOL: Final = 1
LENGTH_BYTES: Final = 4
# Large enough for one entry of 65,535 bytes with a body of 512 KiB and eight signatures; small enough that a peer
# which is not yet known to be honest cannot make a node hold much.
FRAME_BYTES_MAX: Final = 1 << 20
BODY_BYTES_MAX: Final = 512 << 10
TRACKS_BYTES_MAX: Final = 512 << 10
NOTES_MAX: Final = 16  # heads of third logs in one message: twice the parties a pact is made for
NOTE_BYTES_MAX: Final = 16 << 10  # a head with several ML-DSA cosignatures
KINDS_MAX: Final = 512
WHY_MAX: Final = 1024  # characters of a reason given to the other side

Text: TypeAlias = Annotated[str, Meta(max_length=256)]
Size: TypeAlias = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Time: TypeAlias = Annotated[float, Meta(ge=0, le=2**53)]  # Unix seconds
Notes: TypeAlias = Annotated[tuple[Annotated[bytes, Meta(max_length=NOTE_BYTES_MAX)], ...], Meta(max_length=NOTES_MAX)]
Hash: TypeAlias = Annotated[bytes, Meta(min_length=32, max_length=32)]


class Message(msgspec.Struct, frozen=True, tag_field="type", tag=str.lower):
    """Any message; the name in lower case is its `type`."""


class Hello(Message, frozen=True):
    """The first message of either side: who speaks, what it understands, and how much of the other's log it holds."""

    protocol: int
    party: Text
    origin: Text
    mode: Text
    product: Text
    now_s: Time
    held: Size  # entries of the receiver's log that the sender holds witnessed
    kinds: Annotated[tuple[Text, ...], Meta(max_length=KINDS_MAX)] = ()  # statement kinds the sender understands
    heads: Notes = ()  # newest signed heads of other logs the sender witnesses
    forked: bool = False  # the sender holds evidence that the receiver's log forked


class Entries(Message, frozen=True):
    """Entries of the sender's log, in order and without gaps; they count only under a head that covers them."""

    first: Size
    items: tuple[Item, ...]


class Head(Message, frozen=True):
    """A request to cosign: the body of add-checkpoint (C2SP tlog-witness), and a prefix path (RFC 9162, SUBPROOF)."""

    request: str
    prefix: Annotated[tuple[Hash, ...], Meta(max_length=64)] = ()


class Cosigned(Message, frozen=True):
    """The answer 200 to a head: the witness's signature lines, as they stand under the head."""

    size: Size
    lines: Annotated[str, Meta(max_length=NOTE_BYTES_MAX)]


class Refused(Message, frozen=True):
    """Any other answer to a head or its entries: C2SP status, why, and how much of the log the witness holds."""

    status: int
    why: Annotated[str, Meta(max_length=WHY_MAX)]
    size: Size


class Beat(Message, frozen=True):
    """A sign of life: the sender's clock; in the answer to a beat also the time that beat named, else 0."""

    now_s: Time
    echo_s: Time = 0.0


class Tracks(Message, frozen=True):
    """Live tracks as the release policy left them; a newer one replaces an older one that was not yet sent."""

    payload: bytes


class Heads(Message, frozen=True):
    """Signed heads of other logs, so that a log that tells two stories is found."""

    notes: Notes


class Urgent(Message, frozen=True):
    """Distress and hotline statements over a forked link: signed, under no head."""

    items: tuple[Item, ...]


class Bye(Message, frozen=True):
    """The last message: why the sender leaves."""

    why: Annotated[str, Meta(max_length=WHY_MAX)]


AnyMessage: TypeAlias = Hello | Entries | Head | Cosigned | Refused | Beat | Tracks | Heads | Urgent | Bye

_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(AnyMessage)


class MessageError(ValueError):
    """The bytes are no message; one sentence says why."""


class FrameError(ValueError):
    """A frame announces more than is read; where the next one begins is not known any more."""


def frame(message: AnyMessage) -> bytes:
    """Return a message as it travels; raises `FrameError` where it would be over the limit."""
    body = _ENCODER.encode(message)
    if len(body) > FRAME_BYTES_MAX:
        raise FrameError(f"a message of {len(body):,} bytes, at most {FRAME_BYTES_MAX:,}")
    return len(body).to_bytes(LENGTH_BYTES) + body


def read(body: bytes) -> AnyMessage:
    """Return the message of a frame; raises `MessageError` for any other bytes."""
    try:
        message: AnyMessage = _DECODER.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise MessageError(f"no message of this protocol: {error}") from error
    return message


class Frames:
    """Cuts what a connection delivers into frames; holds at most one frame that is not whole."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> None:
        """Add what arrived; `cut` must be run to its end before the next call."""
        self._held += data

    def cut(self) -> Iterator[bytes]:
        """Yield the body of each whole frame; raises `FrameError` at one that is over the limit."""
        while len(self._held) >= LENGTH_BYTES:
            length = int.from_bytes(self._held[:LENGTH_BYTES])
            if length > FRAME_BYTES_MAX:
                raise FrameError(f"a frame of {length:,} bytes, at most {FRAME_BYTES_MAX:,}")
            if len(self._held) < LENGTH_BYTES + length:
                return
            body = bytes(self._held[LENGTH_BYTES : LENGTH_BYTES + length])
            del self._held[: LENGTH_BYTES + length]
            yield body

    def __len__(self) -> int:
        return len(self._held)


def messages_markdown() -> str:
    """Return the messages and their members as the Markdown table that stands in `docs/peers-link.md`."""
    head = ["| `type` | Members | What it is |", "|---|---|---|"]
    rows = (
        f"| `{kind.__struct_config__.tag}` | {', '.join(f'`{name}`' for name in kind.__struct_fields__)} "
        f"| {(kind.__doc__ or '').strip()} |"
        for kind in get_args(AnyMessage)
    )
    return "\n".join([*head, *rows]) + "\n"
