"""Keys made from fixed seeds, and logs, heads and receipts signed with them: what a node will do, in a few lines."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from airpact.proof.canonical import Json
from airpact.proof.checkpoint import Checkpoint, write_checkpoint
from airpact.proof.cosignature import cosigned, message
from airpact.proof.envelope import Envelope, to_sign
from airpact.proof.keys import LOG, ML_DSA_44, STATEMENT, STATEMENT_ML_DSA, WITNESS, WITNESS_ML_DSA, Key, Purpose
from airpact.proof.keys import write_key as vkey
from airpact.proof.logproof import LogProof
from airpact.proof.merkle import Tree, leaf_hash
from airpact.proof.note import Note, Signature, signed, write_note
from airpact.proof.policy import Policy, read_policy
from airpact.proof.receipt import Receipt, Said, Voice
from airpact.proof.statement import PAYLOAD_TYPE, Author, Head, Header, body_digest, write_header

ORIGIN: Final = "ctf.example/log"
TIME_S: Final = 1_445_428_800.0  # 2015-10-21 12:00 UTC
SALT: Final = bytes(range(32))
BODY: Final[Json] = {"area": "35.5N 36.0E", "from_ft": 0, "to_ft": 12000, "remarks": "refuelling, two aircraft"}
SAID: Final = Said(BODY, SALT)
HEADER: Final = Header(
    kind="notice.activity",
    time_s=TIME_S,
    index=2,
    body=body_digest(SALT, BODY),
    author=Author("ctf", "duty officer", "p-41"),
    mode="LIVE",
    subject="notice 7",
    heads={"nag.example/log": Head(3, bytes(32))},
    audience=("nag",),
)


class Signer(NamedTuple):
    """A secret key and its public half."""

    key: Key
    secret: Ed25519PrivateKey | MLDSA44PrivateKey

    def sign(self, data: bytes) -> bytes:
        return self.secret.sign(data)


def signer(name: str, purpose: Purpose, seed: int) -> Signer:
    """Return the key of a seed; the same seed gives the same key on every machine."""
    kind = MLDSA44PrivateKey if purpose.scheme == ML_DSA_44 else None
    secret: Any = (
        kind.from_seed_bytes(bytes([seed] * 32)) if kind else Ed25519PrivateKey.from_private_bytes(bytes([seed] * 32))
    )
    return Signer(Key(name, purpose, secret.public_key().public_bytes_raw()), secret)


CTF: Final = signer("ctf", STATEMENT, 1)
CTF_ML_DSA: Final = signer("ctf", STATEMENT_ML_DSA, 2)
CTF_LOG: Final = signer(ORIGIN, LOG, 3)
NAG_WITNESS: Final = signer("nag.example/witness", WITNESS, 4)
PRESS_WITNESS: Final = signer("press.example/witness", WITNESS_ML_DSA, 5)
NAG: Final = signer("nag", STATEMENT, 6)
STRANGER: Final = signer("stranger.example/witness", WITNESS, 7)

POLICY_TEXT: Final = f"""# whom the desk of nag trusts
log {vkey(CTF_LOG.key)}
witness nag {vkey(NAG_WITNESS.key)}
witness press {vkey(PRESS_WITNESS.key)}
group both all nag press
quorum both
"""
POLICY: Final[Policy] = read_policy(POLICY_TEXT.encode())
VOICES: Final = (Voice(CTF.key, ORIGIN), Voice(CTF_ML_DSA.key, ORIGIN), Voice(NAG.key, "nag.example/log"))
VOICES_TEXT: Final = "".join(f"author {vkey(voice.key)} {voice.origin}\n" for voice in VOICES)


def entries(count: int, branch: str = "") -> list[bytes]:
    """Return that many log entries; another branch is another history."""
    return [f"{branch}{number}".encode() for number in range(count)]


def tree(data: Sequence[bytes]) -> Tree:
    return Tree(leaf_hash(entry) for entry in data)


def cosign(by: Signer, checkpoint: Checkpoint, time_s: int) -> Signature:
    return cosigned(by.key, time_s, by.sign(message(by.key, checkpoint, time_s)))


def head_bytes(
    checkpoint: Checkpoint, logs: Sequence[Signer] = (CTF_LOG,), witnesses: Mapping[Signer, int] | None = None
) -> bytes:
    """Return a head signed by logs and cosigned by witnesses at their times."""
    lines = [signed(log.key, log.sign(message(log.key, checkpoint))) for log in logs]
    lines += [cosign(by, checkpoint, time_s) for by, time_s in (witnesses or {}).items()]
    return write_note(Note(write_checkpoint(checkpoint), tuple(lines)))


def head_of(data: Sequence[bytes], **signers: Any) -> bytes:
    return head_bytes(Checkpoint(ORIGIN, len(data), tree(data).root()), **signers)


WITNESSED: Final = {NAG_WITNESS: int(TIME_S) + 1, PRESS_WITNESS: int(TIME_S) + 2}


def envelope(entry: bytes, *by: Signer) -> Envelope:
    data = to_sign(PAYLOAD_TYPE, entry)
    return Envelope(PAYLOAD_TYPE, entry, tuple((each.key.label, each.sign(data)) for each in by))


def receipt(
    header: Header = HEADER,
    size: int = 5,
    by: Sequence[Signer] = (CTF,),
    said: Said | None = SAID,
    **signers: Any,
) -> Receipt:
    """Return a receipt for a statement in a log of a given size."""
    entry = write_header(header)
    log = entries(size)
    log[header.index] = entry
    head = head_of(log, **({"witnesses": WITNESSED} | signers))
    return Receipt(envelope(entry, *by), LogProof(header.index, tree(log).inclusion(header.index, size), head), said)
