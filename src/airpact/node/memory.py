"""The parts of a desk that keep nothing on disk: what a replay uses in place of journal, order, history, heartbeat."""

from collections.abc import Iterator, Sequence

from airpact.node.engine import Timeline
from airpact.node.entries import Command, Entry, entry_of
from airpact.node.survey import Survey
from airpact.node.tick import TickRecord
from airpact.node.world import Outbox


class MemoryOrder:
    """Commands in the order given, for as long as the program runs; a replay takes sound checks only."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def append(self, command: Command, at_s: float) -> Entry:
        """Give the command the next index; the same idempotency key gives the first entry."""
        first = self.find(command.key) if command.key else None
        if first is not None:
            return first
        entry = entry_of(len(self._entries) + 1, command, at_s)
        self._entries.append(entry)
        return entry

    def append_many(self, commands: Sequence[tuple[Command, float]]) -> list[Entry]:
        """Append commands with their times, one after the other."""
        return [self.append(command, at_s) for command, at_s in commands]

    def since(self, index: int) -> Iterator[Entry]:
        """Yield every entry after `index`, in order."""
        return iter(self._entries[index:])

    def find(self, key: str) -> Entry | None:
        """Return the entry an idempotency key already made, if any."""
        return next((entry for entry in self._entries if entry.key == key), None)

    def last(self) -> int:
        """Return the index of the newest entry, 0 when there is none."""
        return len(self._entries)


class NoJournal:
    """Writes nothing: the recording is on disk already."""

    def append(self, record: TickRecord) -> None:
        """Let the record go."""

    def settled(self) -> None:
        """Keep nothing."""


class NoHeartbeat:
    """Tells nobody: a replay that stands still misses no aircraft."""

    def beat(self, now_s: float) -> None:
        """Say nothing."""


class SurveyHistory:
    """The alerts of the whole recording, as far as the survey has come."""

    def __init__(self, survey: Survey, from_s: float, to_s: float) -> None:
        self._survey, self._from_s, self._to_s = survey, from_s, to_s

    def add(self, outbox: Outbox) -> None:
        """Keep nothing: the survey finds every alert by itself."""

    def timeline(self, from_s: float, to_s: float) -> Timeline:  # noqa: ARG002  a console asks by the hour of the day
        """Return the whole recording, whatever the hours asked for."""
        return Timeline(self._from_s, self._to_s, self._survey.marks)
