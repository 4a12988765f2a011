"""A recording held in memory, packed by the minute, and a world that runs along it.

A recording carries no ticks of its own: they stand on whole seconds, and a second with neither input nor a due timer
is left out (`node.replay`). A `Run` takes exactly the ticks that the replay of the whole recording takes, from any
world that such a run left behind; so a world found by seeking is the world found by playing.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil, cos, inf, radians
from pathlib import Path
from typing import Final
from zlib import compress, decompress

import msgspec
import numpy as np

from airpact.feeds.report import FeedBatch, Report
from airpact.node.desk import View
from airpact.node.errors import OperatingError
from airpact.node.pipeline import step
from airpact.node.replay import FEED, answer_cleared, whole_second_ticks
from airpact.node.setting import Setting
from airpact.node.tick import TickRecord
from airpact.node.world import Outbox, World, new_world

MINUTE_S: Final = 60.0
PACK_LEVEL: Final = 1  # zlib's fastest: 37 bytes a position where the reports themselves take twenty times that
SHARE: Final = (5.0, 95.0)  # percent of the positions that the map must hold; a lone far one must not set its scale
VIEW_MARGIN: Final = 1.2
VIEW_ASPECT: Final = 1.5  # the map is about this much wider than high
SPAN_DEG_MIN: Final = 0.2  # 12 NM: closer in, a single circuit of an airfield would fill the screen

Group = tuple[float, tuple[Report, ...]]
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Group])


@dataclass(frozen=True, slots=True)
class Minute:
    """The ticks of one recorded minute that have input."""

    to_s: float  # time of its last tick
    packed: bytes


@dataclass(frozen=True, slots=True)
class Reel:
    """A whole recording: its minutes in time order, its ends (Unix s), and where its aircraft were."""

    minutes: tuple[Minute, ...]
    from_s: float
    to_s: float
    view: View

    def after(self, now_s: float) -> Iterator[Group]:
        """Yield the ticks with input later than `now_s`."""
        first = bisect_right(self.minutes, now_s, key=lambda minute: minute.to_s)
        for minute in self.minutes[first:]:
            yield from (group for group in _unpacked(minute) if group[0] > now_s)


def read_reel(reports: Iterable[Report], names: Iterable[str | Path] = ()) -> Reel:
    """Pack the reports of a recording in the order recorded; raises OperatingError where there is none."""
    lat_deg, lon_deg = array("d"), array("d")
    minutes: list[Minute] = []
    waiting: list[Group] = []
    from_s = inf
    for group in whole_second_ticks(reports):
        if waiting and group[0] // MINUTE_S > waiting[0][0] // MINUTE_S:
            minutes.append(_packed(waiting))
            waiting = []
        waiting.append(group)
        from_s = min(from_s, group[0])
        lat_deg.extend(report.lat_deg for report in group[1])
        lon_deg.extend(report.lon_deg for report in group[1])
    if not waiting:
        raise OperatingError(
            f"{', '.join(map(str, names)) or 'The recording'}: no position in it, nothing to replay.",
            remedy="Give a recording of positions: JSON lines, plain or gzip.",
        )
    minutes.append(_packed(waiting))
    return Reel(tuple(minutes), from_s, minutes[-1].to_s, view_of(np.array(lat_deg), np.array(lon_deg)))


def view_of(lat_deg: np.ndarray, lon_deg: np.ndarray) -> View:
    """Return a map view on the middle of the positions (degrees), wide enough for nine in ten of them."""
    # Longitudes are counted from their mean direction, so that positions on both sides of the antimeridian stay near.
    turned = np.radians(lon_deg)
    east_deg = float(np.degrees(np.arctan2(np.sin(turned).mean(), np.cos(turned).mean())))
    beside_deg = (lon_deg - east_deg + 180.0) % 360.0 - 180.0
    lat, beside = float(np.median(lat_deg)), float(np.median(beside_deg))
    high, wide = np.ptp(np.percentile(lat_deg, SHARE)), np.ptp(np.percentile(beside_deg, SHARE))
    span_deg = VIEW_MARGIN * max(float(high), float(wide) * cos(radians(lat)) / VIEW_ASPECT)
    lon = (east_deg + beside + 180.0) % 360.0 - 180.0
    return View(round(lat, 4), round(lon, 4), round(min(max(span_deg, SPAN_DEG_MIN), 180.0), 3))


class Run:
    """One world on its way along a reel; the world says by itself how far it has come."""

    def __init__(self, reel: Reel, setting: Setting, world: World | None = None) -> None:
        """Take over `world`, or begin before the first tick."""
        self.world = new_world(setting, guidance_ready=True) if world is None else world
        self._groups = reel.after(self.world.now_s)
        self._group = next(self._groups, None)

    @property
    def next_s(self) -> float:
        """When the next tick is: input, or a timer that is due before it; +inf after the last."""
        group_s = inf if self._group is None else self._group[0]
        if self.world.due_s == inf:
            return group_s
        return min(group_s, max(float(ceil(self.world.due_s)), self.world.now_s + 1.0))

    def forward(self, until_s: float) -> Iterator[Outbox]:
        """Take every tick up to `until_s`, one for each value asked for."""
        while (now_s := self.next_s) <= until_s and now_s < inf:
            batches: tuple[FeedBatch, ...] = ()
            if self._group is not None and self._group[0] == now_s:
                batches = (FeedBatch(FEED, now_s, self._group[1]),)
                self._group = next(self._groups, None)
            self.world, outbox = step(self.world, TickRecord(self.world.tick + 1, now_s, 0, batches))
            answer_cleared(self.world, outbox)
            yield outbox


def _packed(groups: list[Group]) -> Minute:
    return Minute(groups[-1][0], compress(_encoder.encode(groups), PACK_LEVEL))


def _unpacked(minute: Minute) -> list[Group]:
    return _decoder.decode(decompress(minute.packed))
