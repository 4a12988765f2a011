"""Text with signatures under it, as public tools read it (C2SP signed-note@v1.0.0).

text, any number of lines
(empty line)
— key name, base 64 of key id (4 bytes) and signature
"""

from typing import Final, NamedTuple

from airpact.proof.base64 import from_base64, to_base64
from airpact.proof.errors import ProofError
from airpact.proof.keys import KEY_ID_BYTES, Key, check_name

SIGN: Final = "— "
# The standard asks for at least 16. A party and its witnesses sign with two keys each, an old and a new one while they
# rotate: twice that leaves room for eight parties.
SIGNATURES_MAX: Final = 32


class Signature(NamedTuple):
    """One line under a note: who is said to have signed, and the bytes after the key id."""

    name: str
    key_id: bytes
    data: bytes


class Note(NamedTuple):
    """A text that ends with a newline, and its signatures in their order; nothing of it is checked yet."""

    text: str
    signatures: tuple[Signature, ...]


def read_note(data: bytes) -> Note:
    """Return the parts of a signed note; raises `ProofError` for anything the standard does not allow."""
    text, divider, signatures = read_text(data).rpartition("\n\n")
    if not divider or not signatures.endswith("\n"):
        raise ProofError("not a signed note: a text, an empty line and signatures are needed")
    lines = signatures[:-1].split("\n")
    if len(lines) > SIGNATURES_MAX:
        raise ProofError(f"a note has {len(lines)} signatures, at most {SIGNATURES_MAX} are read")
    return Note(text + "\n", tuple(map(_read_signature, lines)))


def write_note(note: Note) -> bytes:
    """Return the bytes of a signed note."""
    return (note.text + "\n" + "".join(map(_write_signature, note.signatures))).encode()


def signed(key: Key, data: bytes) -> Signature:
    """Return the line of a key over the bytes it made (for a cosignature: time and signature)."""
    return Signature(key.name, key.key_id, data)


def read_text(data: bytes) -> str:
    """Return UTF-8 text without control characters but newline; raises `ProofError`."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise ProofError("the text is not UTF-8") from error
    if any(character < " " and character != "\n" for character in text):
        raise ProofError("the text holds a control character other than newline")
    return text


def _read_signature(line: str) -> Signature:
    name, _, material = line.removeprefix(SIGN).rpartition(" ")
    if not line.startswith(SIGN):
        raise ProofError("a line under a note does not begin as a signature does: em dash, blank")
    check_name(name)
    data = from_base64(material, f"the signature of {name}")
    if len(data) <= KEY_ID_BYTES:
        raise ProofError(f"the signature of {name} is empty")
    return Signature(name, data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])


def _write_signature(signature: Signature) -> str:
    return f"{SIGN}{signature.name} {to_base64(signature.key_id + signature.data)}\n"
