"""One statement with everything that proves it stands in a log: to be kept by whoever was told, and checked offline.

A receipt is one canonical JSON object:

    type       "airpact-receipt/1"
    statement  the signed header (DSSE envelope)
    proof      its place in the log (C2SP tlog-proof text with the cosigned head)
    body, salt what was said, and 32 bytes in base 64; both missing where the holder may not see it
"""

from collections.abc import Collection
from typing import Final, NamedTuple

from airpact.proof.base64 import from_base64, to_base64
from airpact.proof.canonical import Json, canonical_bytes, parse_canonical
from airpact.proof.checkpoint import Checkpoint, read_checkpoint
from airpact.proof.cosignature import Signer, signers
from airpact.proof.envelope import Envelope, authors, read_envelope, write_envelope
from airpact.proof.errors import ProofError
from airpact.proof.keys import STATEMENT, STATEMENT_ML_DSA, Key, read_key
from airpact.proof.logproof import LogProof, read_log_proof, write_log_proof
from airpact.proof.merkle import inclusion_root, leaf_hash
from airpact.proof.note import read_note
from airpact.proof.policy import Policy, satisfied
from airpact.proof.shape import fields, text
from airpact.proof.statement import PAYLOAD_TYPE, SALT_BYTES, Header, body_digest, read_header

TYPE: Final = "airpact-receipt/1"


class Said(NamedTuple):
    """The body of a statement and its salt (32 bytes)."""

    body: Json
    salt: bytes


class Receipt(NamedTuple):
    """A signed header, its place in a log, and what was said where the holder may see it."""

    statement: Envelope
    proof: LogProof
    said: Said | None = None


class Voice(NamedTuple):
    """A key that may speak for the party it is named after, and the origin of the log that party speaks in."""

    key: Key
    origin: str


class Proven(NamedTuple):
    """What a receipt proves: header, who signed it, the head of the log, who signed the head and when."""

    header: Header
    party: str
    authors: tuple[Key, ...]
    head: Checkpoint
    log: tuple[Signer, ...]
    witnesses: tuple[Signer, ...]


def read_receipt(data: bytes) -> Receipt:
    """Return the parts of a receipt, nothing of it checked; raises `ProofError`."""
    given = fields(parse_canonical(data), "receipt", ("proof", "statement", "type"), ("body", "salt"))
    if given["type"] != TYPE:
        raise ProofError(f"not a receipt: its type is not {TYPE}")
    if ("body" in given) != ("salt" in given):
        raise ProofError("a receipt has a body with its salt, or neither")
    said = (
        Said(given["body"], from_base64(text(given["salt"], "salt"), "salt", SALT_BYTES)) if "salt" in given else None
    )
    proof = read_log_proof(text(given["proof"], "proof").encode())
    return Receipt(read_envelope(given["statement"]), proof, said)


def write_receipt(receipt: Receipt) -> bytes:
    """Return the canonical bytes of a receipt."""
    value: dict[str, Json] = {
        "type": TYPE,
        "statement": write_envelope(receipt.statement),
        "proof": write_log_proof(receipt.proof).decode(),
    }
    if receipt.said is not None:
        value |= {"body": receipt.said.body, "salt": to_base64(receipt.said.salt)}
    return canonical_bytes(value)


def read_voices(data: bytes) -> tuple[Voice, ...]:
    """Return who may speak, from lines `author <key> <origin of the party's log>`; raises `ProofError`."""
    voices = []
    for number, line in enumerate(data.decode(errors="replace").splitlines(), start=1):
        parts = line.split()
        if not parts or parts[0].startswith("#"):
            continue
        if len(parts) != 3 or parts[0] != "author":
            raise ProofError(f"line {number} of the authors: it does not read `author <key> <origin>`")
        key = read_key(parts[1])
        if key.purpose not in (STATEMENT, STATEMENT_ML_DSA):
            raise ProofError(f"line {number} of the authors: {key.label} is a {key.purpose.what} key")
        voices.append(Voice(key, parts[2]))
    return tuple(voices)


def check_receipt(receipt: Receipt, voices: Collection[Voice], policy: Policy) -> Proven:
    """Return what a receipt proves to a reader who trusts these keys; raises `ProofError` with the first gap."""
    header = _header(receipt.statement)
    if receipt.said is not None and body_digest(receipt.said.salt, receipt.said.body) != header.body:
        raise ProofError("the body is not the one that was signed")
    note = read_note(receipt.proof.head)
    head = read_checkpoint(note.text)
    party, keys = _speaker(receipt.statement, header, [voice for voice in voices if voice.origin == head.origin])
    if header.index != receipt.proof.index:
        raise ProofError(f"the statement was signed for place {header.index} of the log, not {receipt.proof.index}")
    if inclusion_root(leaf_hash(receipt.statement.payload), header.index, head.size, receipt.proof.path) != head.root:
        raise ProofError(f"the statement is not in the log of {head.origin} under this head")
    log, witnesses = trusted(signers(note, policy.keys), head.origin, policy)
    if not satisfied(policy, [signer.key for signer in witnesses]):
        raise ProofError(f"too few witnesses cosigned the head: the policy asks for {policy.quorum}")
    return Proven(header, party, keys, head, log, witnesses)


def trusted(found: Collection[Signer], origin: str, policy: Policy) -> tuple[tuple[Signer, ...], tuple[Signer, ...]]:
    """Return who of the signers is the log of this origin, and who a witness; raises `ProofError` without the log."""
    log = tuple(signer for signer in found if signer.key in policy.logs and signer.key.name == origin)
    if not log:
        raise ProofError(f"the head of {origin} is not signed by a log key of the policy")
    return log, tuple(signer for signer in found if signer.key in policy.witnesses.values())


def _header(statement: Envelope) -> Header:
    if statement.payload_type != PAYLOAD_TYPE:
        raise ProofError(f"the statement is of the type {statement.payload_type!r}, not {PAYLOAD_TYPE}")
    return read_header(statement.payload)


def _speaker(statement: Envelope, header: Header, voices: list[Voice]) -> tuple[str, tuple[Key, ...]]:
    """Return the party that signed; it must be the one that the header names, where the header names one."""
    keys = authors(statement, [voice.key for voice in voices])
    parties = sorted({key.name for key in keys})
    if header.author is not None:
        parties = [name for name in parties if name == header.author.party]
    if len(parties) != 1:
        who = f"the party {header.author.party}" if header.author else "one party"
        raise ProofError(f"the statement is not signed by {who} with a key that may speak in this log")
    return parties[0], tuple(key for key in keys if key.name == parties[0])
