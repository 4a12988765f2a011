"""One byte string for one value, so that two parties hash and sign the same thing (RFC 8785, JSON Canonicalization).

Numbers are IEEE doubles: 9260 and 9260.0 are one value. What has no such form is refused, never approximated; and what
arrives in any other form is refused as well, so that one statement has one digest whoever reads it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import rfc8785

from airpact.proof.errors import ProofError

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

INTEGER_MAX: Final = 2**53 - 1  # beyond it a double no longer tells neighbouring integers apart (RFC 8785, appendix D)


class CanonicalError(ProofError):
    """The value has no canonical form: NaN, infinity, an integer beyond 2^53, a lone surrogate, or no JSON type."""


def canonical_bytes(value: Any) -> bytes:
    """Return the RFC 8785 UTF-8 bytes of a JSON value; raises `CanonicalError` where there are none."""
    try:
        return rfc8785.dumps(value)
    except rfc8785.CanonicalizationError as error:
        raise CanonicalError(f"no canonical JSON form: {error}") from error
    except RecursionError as error:
        raise CanonicalError("no canonical JSON form: nested too deep") from error


def parse_canonical(data: bytes) -> Json:
    """Return the value whose canonical form these bytes are; raises `CanonicalError` for any other bytes (RFC 8785)."""
    try:
        value: Json = json.loads(data.decode(), parse_int=_integer)
    except ValueError as error:
        raise CanonicalError(f"not JSON: {error}") from error
    except RecursionError as error:
        raise CanonicalError("not canonical JSON: nested too deep") from error
    if canonical_bytes(value) != data:
        raise CanonicalError("not canonical JSON: the same value has another form (RFC 8785)")
    return value


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical bytes of a JSON value, 64 lower-case hex digits."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()


def _integer(digits: str) -> int | float:
    """Return the number of a run of digits: a double where an integer would be more exact than JSON is."""
    number = float(digits)
    return int(number) if abs(number) <= INTEGER_MAX else number
