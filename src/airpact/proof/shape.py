"""The parts of a JSON value that a format asks for, by name; anything else is a `ProofError` that says which."""

from collections.abc import Collection, Mapping, Sequence
from math import isfinite

from airpact.proof.canonical import Json
from airpact.proof.errors import ProofError

TEXT_MAX = 256  # characters of a name or subject; longer words belong into a body


def fields(value: Json, what: str, needed: Collection[str], allowed: Collection[str] = ()) -> Mapping[str, Json]:
    """Return an object with all needed members and no others than the allowed."""
    if not isinstance(value, Mapping):
        raise ProofError(f"{what} is not an object")
    if missing := sorted(set(needed) - set(value)):
        raise ProofError(f"{what} lacks {', '.join(missing)}")
    if unknown := sorted(set(value) - set(needed) - set(allowed)):
        raise ProofError(f"{what} has {', '.join(map(repr, unknown))}, which is not known here")
    return value


def listed(value: Json, what: str) -> Sequence[Json]:
    """Return an array."""
    if not isinstance(value, list):
        raise ProofError(f"{what} is not an array")
    return value


def text(value: Json, what: str) -> str:
    """Return a text of any length."""
    if not isinstance(value, str):
        raise ProofError(f"{what} is not a text")
    return value


def words(value: Json, what: str) -> str:
    """Return a text that a person can read: not empty, without control characters, up to 256 characters."""
    said = text(value, what)
    if not 0 < len(said) <= TEXT_MAX or not said.isprintable():
        raise ProofError(f"{what} is not a line of 1 to {TEXT_MAX} printable characters")
    return said


def count(value: Json, what: str) -> int:
    """Return a whole number from 0."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ProofError(f"{what} is not a whole number from 0")
    return value


def seconds(value: Json, what: str) -> float:
    """Return Unix seconds in the years 1970 to 9999."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ProofError(f"{what} is not a number")
    if not 0 <= value < 253_402_300_800:
        raise ProofError(f"{what} is not a time between 1970 and 9999, in seconds")
    return value
