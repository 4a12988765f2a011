"""Nodes with keys of known seeds: the same party has the same keys on every machine and in every process."""

from pathlib import Path
from typing import Final

from airpact.node.identity import Identity, Secret
from airpact.proof.keys import LOG, STATEMENT, WITNESS, Purpose
from airpact.proof.receipt import Voice
from tests.proof.builders import signer

NOWHERE: Final = Path("nowhere")


def _secret(name: str, purpose: Purpose, seed: int) -> Secret:
    one = signer(name, purpose, seed)
    return Secret(one.key, one.secret.sign)


def identity(party: str = "NAG", seed: int = 40) -> Identity:
    """Return the keys of a party; another seed is another node."""
    origin = f"{party.lower()}.example/log"
    statement, log = _secret(party, STATEMENT, seed), _secret(origin, LOG, seed + 1)
    witness = _secret(f"{party.lower()}.example/witness", WITNESS, seed + 2)
    return Identity(party, f"The {party}", "EXERCISE", origin, (statement,), log, witness, NOWHERE, NOWHERE)


NAG: Final = identity()
CTF: Final = identity("CTF", 50)
PRESS: Final = identity("PRESS", 60)


def voices(*parties: Identity) -> tuple[Voice, ...]:
    return tuple(Voice(secret.key, one.origin) for one in parties for secret in one.statement)
