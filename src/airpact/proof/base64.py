"""Base 64 that has one form only (RFC 4648, section 4): padded, no blanks, no stray bits at the end."""

from base64 import b64decode, b64encode

from airpact.proof.errors import ProofError


def to_base64(data: bytes) -> str:
    """Return bytes as padded base 64."""
    return b64encode(data).decode()


def from_base64(text: str, what: str, length: int | None = None) -> bytes:
    """Return the bytes of a base 64 text, `length` of them where given; raises `ProofError` naming `what`."""
    try:
        data = b64decode(text, validate=True)
    except ValueError as error:
        raise ProofError(f"{what} is not base 64") from error
    if to_base64(data) != text:
        raise ProofError(f"{what} is not base 64 as it is written by everyone else (RFC 4648, section 3.5)")
    if length is not None and len(data) != length:
        raise ProofError(f"{what} has {len(data)} bytes instead of {length}")
    return data
