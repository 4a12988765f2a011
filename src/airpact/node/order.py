"""The one place where accepted commands get their order; the log of this node now, a replicated stream later."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from airpact.node.entries import Command, Entry


class Entries(Protocol):
    """A sequence of entries to be read."""

    def since(self, index: int) -> Iterator[Entry]:
        """Yield every entry after `index`, in order."""

    def find(self, key: str) -> Entry | None:
        """Return the entry an idempotency key already made, if any."""

    def last(self) -> int:
        """Return the index of the newest entry, 0 when there is none."""


class Order(Entries, Protocol):
    """An append-only sequence of entries; whatever appends returns only when its entries are durable."""

    def append(self, command: Command, at_s: float) -> Entry:
        """Give the command the next index and make it durable; the same idempotency key gives the first entry."""

    def append_many(self, commands: Sequence[tuple[Command, float]]) -> list[Entry]:
        """Append commands with their times (Unix s) as `append` does, durable together or not at all."""
