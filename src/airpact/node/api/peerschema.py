"""The bodies of the routes about other parties, docs/stream.md in types."""

from typing import Literal

from pydantic import BaseModel, Field

from airpact.node.api.schema import Body

How = Literal["linked", "file", "voice"]


class Presence(Body):
    """Confirms that an officer is at the desk, for half an hour from now."""


class VoiceEntry(Body):
    """What was said by voice; it stands unsigned, as this desk noted it."""

    party: str = Field(min_length=1, max_length=64, description="who was spoken with")
    at_s: float = Field(allow_inf_nan=False, description="when it was said, Unix seconds")
    text: str = Field(min_length=1, max_length=2000, description="what was said, in the words used")
    read_back: bool = Field(description="whether it was read back and found equal")


class LiftRefusal(Body):
    """Refuses the exact position for one pair: the alert goes out with its position withheld."""

    reason: str = Field(min_length=1, max_length=500, description="why, in words")


class VoiceRow(BaseModel):
    """One entry of what was said by voice, unsigned, per our record."""

    index: int
    noted_s: float
    by: str
    party: str
    at_s: float
    text: str
    read_back: bool
    signed: Literal[False]


class VoiceEntries(BaseModel):
    """What was said by voice, newest first; older entries stay in the record."""

    entries: list[VoiceRow]


class LogHead(BaseModel):
    """The newest head of one log as it is held here, and what it was compared with."""

    party: str
    origin: str
    size: int
    root: str
    how: Literal["own", "linked", "file"]
    compared: Literal["cosigned", "consistent", "unseen", "forked"]
    from_size: int | None
    cosigned_size: int | None
    seen_s: float | None


class Certificate(BaseModel):
    """The certificate of a link."""

    state: Literal["pinned", "rotating", "ended", "none"]
    ends_s: float | None


class Released(BaseModel):
    """What of the own picture goes to a party."""

    share: Literal["nothing", "policy", "all"]
    fields: list[str]
    grid_m: float | None
    floor_m: float | None
    ceiling_m: float | None
    delay_s: float


class NotUnderstood(BaseModel):
    """A statement that was kept and witnessed, and that this desk cannot read."""

    kind: str
    index: int
    at_s: float
    why: str


class PeerRow(BaseModel):
    """One party: how it is reached, and the keys that are pinned."""

    party: str
    name: str
    how: How
    addresses: list[str]
    compared: bool = Field(description="people compared the words")
    own_words: list[str]
    their_words: list[str]
    own_fingerprint: str
    their_fingerprint: str
    certificate: Certificate
    released: Released
    clock_limit_s: float
    not_understood: list[NotUnderstood]
    held_back: int


class Refused(BaseModel):
    """Something refused and kept."""

    at_s: float
    party: str
    code: str
    detail: str
    address: str
    evidence: str


class Carried(BaseModel):
    """A file that carried statements."""

    at_s: float
    name: str
    party: str
    direction: Literal["out", "in"]
    state: Literal["written", "read", "again", "gap", "refused"]
    first: int | None
    stop: int | None
    detail: str


class PeersTable(BaseModel):
    """Everything about the other parties that changes by the hour rather than by the second."""

    party: str
    origin: str
    comparisons: int
    forks: int
    heads: list[LogHead]
    peers: list[PeerRow]
    refused: list[Refused]
    files: list[Carried]
    home: str = Field(description="folder of the node for who may see its keys and types its commands, else empty")
    handshakes_lost: int
