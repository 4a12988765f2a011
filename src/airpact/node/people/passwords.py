"""Passwords: argon2id (RFC 9106), at most a few at a time, so that a flood cannot take the machine from the picture."""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from airpact.node.workers import BusyError

# OWASP Password Storage Cheat Sheet, Argon2id: 19 MiB, two passes, one lane.
MEMORY_KIB: Final = 19_456
PASSES: Final = 2
LANES: Final = 1
SALT_BYTES: Final = 16
HASH_BYTES: Final = 32

# A check takes some 30 ms of one core; two at a time leave the others to the sweep, and eight more wait briefly.
AT_ONCE: Final = 2
WAITING_MAX: Final = 8

LENGTH_MIN: Final = 12  # with lock-out and a slow hash; NIST SP 800-63B-4 §3.1.1 asks length of people, never symbols
LENGTH_MAX: Final = 256

T = TypeVar("T")

_HASHER: Final = PasswordHasher(PASSES, MEMORY_KIB, LANES, HASH_BYTES, SALT_BYTES)
# Checked where there is no account, so that an unknown name takes as long as a known one. Nobody knows its password.
NOBODY: Final = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def weak(password: str, account: str) -> str:
    """Return the code of what is wrong with a new password, "" when nothing is."""
    if len(password) < LENGTH_MIN:
        return "too_short"
    if len(password) > LENGTH_MAX:
        return "too_long"
    if len(set(password)) < 4 or account.lower() in password.lower():
        return "too_plain"
    return ""


def hashed(password: str) -> str:
    """Return the argon2id hash of a password."""
    return _HASHER.hash(_normal(password))


def holds(kept: str, password: str) -> bool:
    """Whether a password is the one a hash was made of; "" is nobody's and takes as long."""
    try:
        return _HASHER.verify(kept or NOBODY, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> bytes:
    """Return the bytes of a password however its keyboard composes letters (NIST SP 800-63B-4 §3.1.1.2)."""
    return unicodedata.normalize("NFKC", password[: LENGTH_MAX + 1]).encode("utf-8", "surrogatepass")


class Hashing:
    """The threads that hash, and the bound on how many callers wait for them."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, "airpact-password")
        self._waiting = 0

    async def hashed(self, password: str) -> str:
        """Return the hash of a password; raises `BusyError` when too many wait."""
        return await self._run(lambda: hashed(password))

    async def holds(self, kept: str, password: str) -> bool:
        """Whether a password is right; raises `BusyError` when too many wait."""
        return await self._run(lambda: holds(kept, password))

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= AT_ONCE + WAITING_MAX:
            raise BusyError(f"{self._waiting} passwords are being checked")
        self._waiting += 1
        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        future.add_done_callback(self._done)  # not when the caller leaves: the thread works on, and still counts
        return await asyncio.shield(future)

    def _done(self, _: object) -> None:
        self._waiting -= 1

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)
