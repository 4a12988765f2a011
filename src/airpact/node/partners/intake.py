"""What the links tell the tick: the newest news of each party, and nothing older, so that it is bounded by parties."""

import threading

from airpact.node.partners.state import PEERS_MAX
from airpact.node.tick import PeerNews


class PeerIntake:
    """Takes news of links on any thread and hands the newest of each party to the next tick."""

    def __init__(self, parties_max: int = PEERS_MAX) -> None:
        self._parties_max = parties_max
        self._lock = threading.Lock()
        self._newest: dict[str, PeerNews] = {}
        self.left_out = 0  # news of more parties than a desk follows

    def put(self, news: PeerNews) -> None:
        """Take the news of one party in place of what waits of it. Never blocks."""
        with self._lock:
            if news.party in self._newest or len(self._newest) < self._parties_max:
                self._newest[news.party] = news
            else:
                self.left_out += 1

    def drain(self) -> tuple[PeerNews, ...]:
        """Return what waits, parties in name order."""
        with self._lock:
            newest, self._newest = self._newest, {}
        return tuple(newest[party] for party in sorted(newest))
