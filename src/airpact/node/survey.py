"""The pass over a whole recording that runs ahead of a replay: one mark per alert, and worlds to seek from.

Both come as they are found. Worlds are kept every recorded minute; where a long recording would make too many, every
second one is let go and the distance doubles, so that memory stays bounded and a seek takes longer instead.
"""

from bisect import bisect_right
from collections.abc import Callable
from math import inf, isnan
from typing import Final
from zlib import compress, decompress

from airpact.alerts.alert import Alert
from airpact.node.engine import Mark
from airpact.node.reel import PACK_LEVEL, Reel, Run
from airpact.node.setting import Setting
from airpact.node.snapshot import freeze, thaw
from airpact.node.world import Outbox, World

KEEP_EVERY_S: Final = 60.0  # a minute of a busy day is stepped in a tenth of a tick
KEPT_MAX: Final = 2048  # 34 recorded hours a minute apart; about 10 kB each for 250 rows


class Survey:
    """A run of its own from end to end; `go_on` a little at a time, on the compute thread."""

    def __init__(
        self, reel: Reel, setting: Setting, *, keep_every_s: float = KEEP_EVERY_S, kept_max: int = KEPT_MAX
    ) -> None:
        self._run = Run(reel, setting)
        self._setting, self._to_s = setting, reel.to_s
        self._every_s, self._kept_max = keep_every_s, kept_max
        self._kept: list[tuple[float, bytes]] = []  # time and packed world, in time order
        self._marks: dict[str, Mark] = {}
        self.marks: tuple[Mark, ...] = ()  # replaced as a whole, so that any thread may read it

    @property
    def at_s(self) -> float:
        """How far the pass has come: everything before this instant is known (Unix s)."""
        return min(self._run.next_s, self._to_s)

    @property
    def done(self) -> bool:
        """Whether the pass has reached the end of the recording."""
        return self._run.next_s > self._to_s

    def go_on(self, enough: Callable[[], bool]) -> None:
        """Take ticks until `enough` says so or the recording ends; at least one, where any is left."""
        if self.done:
            return
        self._keep()
        for outbox in self._run.forward(self._to_s):
            self._note(outbox)
            if enough():
                break
            self._keep()
        self.marks = tuple(sorted(self._marks.values(), key=lambda mark: (mark.t_s, mark.id)))

    def before(self, at_s: float) -> World | None:
        """Return the newest kept world not later than `at_s`; None: begin at the beginning."""
        place = bisect_right(self._kept, at_s, key=lambda kept: kept[0])
        return thaw(decompress(self._kept[place - 1][1]), self._setting) if place else None

    def __len__(self) -> int:
        return len(self._kept)

    def _keep(self) -> None:
        """Keep the world as it stands before the first tick of a new interval."""
        now_s, next_s = self._run.world.now_s, self._run.next_s
        if now_s == -inf or next_s // self._every_s == now_s // self._every_s:
            return
        if self._kept and self._kept[-1][0] == now_s:
            return
        self._kept.append((now_s, compress(freeze(self._run.world), PACK_LEVEL)))
        if len(self._kept) > self._kept_max:
            del self._kept[1::2]
            self._every_s *= 2.0

    def _note(self, outbox: Outbox) -> None:
        for alert in (*outbox.changed, *outbox.closed):
            if not isnan(alert.shown_s):
                self._marks[alert.id] = Mark(alert.id, int(alert.level_max), alert.shown_s, label_of(alert))


def label_of(alert: Alert) -> str:
    """Return what an alert is about, in the ids of the record: call signs change, these do not."""
    return " / ".join(one for one in (alert.finding.a, alert.finding.b) if one) or alert.key
