"""Public keys by name and purpose: verifier keys, key ids, and fingerprints to read aloud (C2SP signed-note@v1.0.0).

A key has one purpose, and the purpose is part of its id: what signs a log's heads never signs a statement. The secret
halves are not here: a caller signs the bytes this layer gives it.
"""

import re
from base64 import b32encode
from collections.abc import Callable
from hashlib import sha256
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from airpact.proof.base64 import from_base64, to_base64
from airpact.proof.errors import ProofError

KEY_ID_BYTES: Final = 4
# 120 bits: nobody finds a second key that reads the same, and two people still read it to the end.
SPOKEN_BYTES: Final = 15
SPOKEN_GROUP: Final = 4  # words between two breaths

# Letters as in ICAO Annex 10, volume II, 5.2.1.3; digits in plain words. Base 32 (RFC 4648) has no 0, 1, 8 and 9.
ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
SPELLING: Final = """
    Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November Oscar Papa Quebec Romeo
    Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu two three four five six seven
"""
WORDS: Final = dict(zip(ALPHABET, SPELLING.split(), strict=True))


class Scheme(NamedTuple):
    """A signature algorithm: lengths in bytes, and the check of (public key, message, signature)."""

    name: str
    key_bytes: int
    signature_bytes: int
    holds: Callable[[bytes, bytes, bytes], bool]


class Purpose(NamedTuple):
    """What a key signs, and how: `mark` is the signature type that goes into its id."""

    what: str
    mark: bytes
    scheme: Scheme


def _ed25519_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _ml_dsa_44_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


ED25519: Final = Scheme("Ed25519", 32, 64, _ed25519_holds)  # RFC 8032
ML_DSA_44: Final = Scheme("ML-DSA-44", 1312, 2420, _ml_dsa_44_holds)  # FIPS 204

# The first three marks are assigned by C2SP signed-note; 0xff is left there for other types, with a name after it.
LOG: Final = Purpose("log", b"\x01", ED25519)
WITNESS: Final = Purpose("witness", b"\x04", ED25519)
WITNESS_ML_DSA: Final = Purpose("witness", b"\x06", ML_DSA_44)
STATEMENT: Final = Purpose("statement", b"\xffairpact-statement-ed25519\n", ED25519)
STATEMENT_ML_DSA: Final = Purpose("statement", b"\xffairpact-statement-ml-dsa-44\n", ML_DSA_44)
PURPOSES: Final = (LOG, WITNESS, WITNESS_ML_DSA, STATEMENT, STATEMENT_ML_DSA)


class Key(NamedTuple):
    """A public key under its owner's name, for one purpose."""

    name: str
    purpose: Purpose
    public: bytes

    @property
    def fingerprint(self) -> bytes:
        """Return SHA-256 over name, purpose and key, 32 bytes; the first four are the key id of C2SP signed-note."""
        return sha256(self.name.encode() + b"\n" + self.purpose.mark + self.public).digest()

    @property
    def key_id(self) -> bytes:
        """Return the short id, 4 bytes: it finds a key, it does not prove one."""
        return self.fingerprint[:KEY_ID_BYTES]

    @property
    def label(self) -> str:
        """Return name and short id as people and envelopes name the key: `name+hex`."""
        return f"{self.name}+{self.key_id.hex()}"


def read_key(text: str) -> Key:
    """Return the key of a verifier key `name+hex id+base 64` (C2SP signed-note); raises `ProofError`."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise ProofError("a key is written name+id+key (a vkey of C2SP signed-note)")
    name, key_id, material = parts
    check_name(name)
    data = from_base64(material, f"the key of {name}")
    for purpose in PURPOSES:
        if data.startswith(purpose.mark):
            key = Key(name, purpose, data[len(purpose.mark) :])
            return _checked(key, key_id)
    raise ProofError(f"the key of {name} is of a kind that is not known here")


def write_key(key: Key) -> str:
    """Return the verifier key of a key (C2SP signed-note)."""
    return f"{key.label}+{to_base64(key.purpose.mark + key.public)}"


def spoken(fingerprint: bytes) -> str:
    """Return the first 120 bits of a fingerprint as 24 spelling words in groups of four, to be compared by voice."""
    words = [WORDS[letter] for letter in b32encode(fingerprint[:SPOKEN_BYTES]).decode()]
    groups = (words[start : start + SPOKEN_GROUP] for start in range(0, len(words), SPOKEN_GROUP))
    return ", ".join(" ".join(group) for group in groups)


def check_name(name: str) -> None:
    """Accept the name of a key: text without blanks, control characters or plus (C2SP signed-note); or `ProofError`."""
    if not name or re.search(r"[\s+\x00-\x1f\ud800-\udfff]", name):
        raise ProofError(f"{name!r} is no name of a key: it must be there, without blanks or a plus sign")


def _checked(key: Key, key_id: str) -> Key:
    if len(key.public) != key.purpose.scheme.key_bytes:
        raise ProofError(f"the {key.purpose.scheme.name} key of {key.name} has {len(key.public)} bytes")
    if key_id != key.key_id.hex():
        raise ProofError(f"the key of {key.name} does not have the id {key_id} it is given")
    return key
