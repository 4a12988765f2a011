"""A party whose keys were accepted here: what is pinned, and how it is reached."""

from dataclasses import dataclass

from airpact.proof.keys import Key

LINKED = "linked"
BY_FILE = "file"
BY_VOICE = "voice"


@dataclass(frozen=True, slots=True)
class Peer:
    """The pinned keys of one party; more than one of a kind while the party rotates."""

    party: str  # its short name
    name: str
    mode: str
    origin: str  # of its log
    statement: tuple[Key, ...]
    log: tuple[Key, ...]
    witness: tuple[Key, ...]
    certificates: tuple[bytes, ...]  # DER, the only ones trusted on a link
    addresses: tuple[str, ...] = ()  # host:port to dial; none: it calls, or the link is by file
    compared: bool = False  # people compared the words of both fingerprints
    how: str = LINKED
    digest: bytes = b""  # fingerprint of its card, of which people compare the words; keys of before are not in it
    ending: tuple[tuple[bytes, float], ...] = ()  # which of the certificates are trusted until then only (Unix s)
    offered: bytes = b""  # fingerprint of the card it rotates to; its keys are not pinned until people compared it
