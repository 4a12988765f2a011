"""The worked example of docs/proof.md: one notice from keys of known seeds, and every block of the page it gives."""

import json
from typing import Final

from airpact.proof.canonical import canonical_bytes
from airpact.proof.envelope import to_sign
from airpact.proof.fork import Fork, write_fork
from airpact.proof.keys import spoken, write_key
from airpact.proof.merkle import leaf_hash
from airpact.proof.policy import Policy, read_policy
from airpact.proof.receipt import write_receipt
from airpact.proof.statement import PAYLOAD_TYPE, body_digest
from tests.proof.builders import (
    BODY,
    CTF,
    CTF_LOG,
    NAG_WITNESS,
    ORIGIN,
    SALT,
    TIME_S,
    entries,
    head_of,
    receipt,
    tree,
)

POLICY_TEXT: Final = f"""# The desk of nag trusts the log of ctf when nag's own witness has cosigned it.
log {write_key(CTF_LOG.key)}
witness nag {write_key(NAG_WITNESS.key)}
quorum nag
"""
POLICY: Final[Policy] = read_policy(POLICY_TEXT.encode())
AUTHORS_TEXT: Final = f"author {write_key(CTF.key)} {ORIGIN}\n"
RECEIPT: Final = receipt(witnesses={NAG_WITNESS: int(TIME_S) + 1})
FORK: Final = Fork(
    head_of([*entries(2), b"said"]),
    head_of([*entries(2), b"never said", *entries(2)]),
    tree([*entries(2), b"never said", *entries(2)]).prefix(3, 5),
)


def page_blocks() -> dict[str, str]:
    """Return the fenced blocks of the page by their labels."""
    entry = RECEIPT.statement.payload
    return {
        "json body": canonical_bytes(BODY).decode() + "\n",
        "json header": entry.decode() + "\n",
        "text digests": (
            f"salt       {SALT.hex()}\n"
            f"body       {body_digest(SALT, BODY).hex()}\n"
            f"leaf       {leaf_hash(entry).hex()}\n"
        ),
        "text signed": to_sign(PAYLOAD_TYPE, entry)[:60].decode() + "\n",
        "text proof": json.loads(write_receipt(RECEIPT))["proof"],
        "text policy": POLICY_TEXT,
        "text authors": AUTHORS_TEXT,
        "json receipt": write_receipt(RECEIPT).decode() + "\n",
        "json fork": write_fork(FORK).decode() + "\n",
        "text fingerprint": f"{CTF.key.label}\n{CTF.key.fingerprint.hex()}\n{spoken(CTF.key.fingerprint)}\n",
    }
