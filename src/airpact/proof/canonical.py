"""One byte string for one value, so that two parties hash and sign the same thing (RFC 8785, JSON Canonicalization).

Numbers are IEEE doubles: 9260 and 9260.0 are one value. What has no such form is refused, never approximated.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import rfc8785

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"


class CanonicalError(ValueError):
    """The value has no canonical form: NaN, infinity, an integer beyond 2^53, a lone surrogate, or no JSON type."""


def canonical_bytes(value: Any) -> bytes:
    """Return the RFC 8785 UTF-8 bytes of a JSON value; raises `CanonicalError` where there are none."""
    try:
        return rfc8785.dumps(value)
    except rfc8785.CanonicalizationError as error:
        raise CanonicalError(f"no canonical JSON form: {error}") from error
    except RecursionError as error:
        raise CanonicalError("no canonical JSON form: nested too deep") from error


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical bytes of a JSON value, 64 lower-case hex digits."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()
