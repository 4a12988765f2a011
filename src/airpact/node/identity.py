"""Who this node is: its party, its log, and the keys it signs with."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from airpact.proof.keys import Key


class Secret(NamedTuple):
    """A key this node holds: its public half, and what signs bytes with the other."""

    key: Key
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Identity:
    """A node's party and keys; origin and witness names end in the node's own id, so that no two nodes share them."""

    party: str  # short name, the id of the party in procedures and rules: "NAG"
    name: str  # "Northern Air Group"
    mode: str  # LIVE or EXERCISE; keys of one never speak in the other
    origin: str  # of the own log
    statement: tuple[Secret, ...]  # Ed25519 first; ML-DSA-44 second where there is one; named after the party
    log: Secret
    witness: Secret
    certificate: Path  # PEM, for mutual TLS
    private_key: Path  # PEM
