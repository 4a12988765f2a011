"""The one place where accepted commands get their order; the local log now, a replicated stream later."""

from collections.abc import Iterator
from typing import Protocol

from airpact.node.entries import Command, Entry


class Order(Protocol):
    """An append-only sequence of entries; `append` returns only when the entry is durable."""

    def append(self, command: Command, at_s: float) -> Entry:
        """Give the command the next index and make it durable; the same idempotency key gives the first entry."""

    def since(self, index: int) -> Iterator[Entry]:
        """Yield every entry after `index`, in order."""

    def find(self, key: str) -> Entry | None:
        """Return the entry an idempotency key already made, if any."""

    def last(self) -> int:
        """Return the index of the newest entry, 0 when there is none."""
