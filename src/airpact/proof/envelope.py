"""Signatures around bytes, as in-toto and others write them (DSSE v1.0, secure-systems-lab/dsse)."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from airpact.proof.base64 import from_base64, to_base64
from airpact.proof.canonical import Json
from airpact.proof.errors import ProofError
from airpact.proof.keys import STATEMENT, STATEMENT_ML_DSA, Key
from airpact.proof.shape import fields, listed, text

# An author signs with two keys at most, and with an old and a new pair of them while they rotate.
SIGNATURES_MAX: Final = 8


class Envelope(NamedTuple):
    """Bytes of a named type, and signatures over both as (label of the key, signature)."""

    payload_type: str
    payload: bytes
    signatures: tuple[tuple[str, bytes], ...]


def to_sign(payload_type: str, payload: bytes) -> bytes:
    """Return the bytes that are signed: lengths, type and payload (DSSE protocol, PAE)."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def read_envelope(value: Json) -> Envelope:
    """Return the envelope of a JSON value, nothing of it checked; raises `ProofError`."""
    given = fields(value, "envelope", ("payload", "payloadType", "signatures"))
    signatures = listed(given["signatures"], "signatures")
    if len(signatures) > SIGNATURES_MAX:
        raise ProofError(f"an envelope has {len(signatures)} signatures, at most {SIGNATURES_MAX} are read")
    return Envelope(
        text(given["payloadType"], "payloadType"),
        from_base64(text(given["payload"], "payload"), "payload"),
        tuple(map(_read_signature, signatures)),
    )


def write_envelope(envelope: Envelope) -> Mapping[str, Json]:
    """Return the JSON value of an envelope."""
    signatures = [{"keyid": label, "sig": to_base64(data)} for label, data in envelope.signatures]
    return {"payload": to_base64(envelope.payload), "payloadType": envelope.payload_type, "signatures": signatures}


def authors(envelope: Envelope, keys: Iterable[Key]) -> tuple[Key, ...]:
    """Return which of the known statement keys signed the envelope; unknown signatures are ignored.

    Raises `ProofError` where a known key stands there with a signature that does not hold.
    """
    known = {key.label: key for key in keys if key.purpose in (STATEMENT, STATEMENT_ML_DSA)}
    message = to_sign(envelope.payload_type, envelope.payload)
    found = [(known[label], data) for label, data in envelope.signatures if label in known]
    for key, data in found:
        if not key.purpose.scheme.holds(key.public, message, data):
            raise ProofError(f"the signature of {key.label} over the statement does not hold")
    return tuple(key for key, _ in found)


def _read_signature(value: Json) -> tuple[str, bytes]:
    given = fields(value, "signature", ("keyid", "sig"))
    return text(given["keyid"], "keyid"), from_base64(text(given["sig"], "sig"), "sig")
