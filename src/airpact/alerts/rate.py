"""The alarm rate of a desk, measured and never used to drop, delay or lower an alert.

Figures after EEMUA 191: alerts per hour, ten-minute windows in flood, chattering. Every time an alert
begins to ask for attention counts once: first shown, raised, halved, returned, off the shelf.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from math import ceil, inf, nan
from typing import Final

import msgspec

from airpact.alerts.policy import AlertPolicy
from airpact.encounter.levels import Level
from airpact.monitors.finding import Kind

HOUR_S: Final = 3600.0
BIN_S: Final = 600.0
BINS: Final = 7  # the console draws six whole ten-minute bins and the one that is filling
KEPT_S: Final = 4200.0  # BINS x BIN_S: all that the live figures need
KEPT_MAX: Final = 20_000  # about five new showings a second for 70 min: far beyond what any desk can read
CHATTER_COUNT: Final = 3  # EEMUA 191 practice: three times within a minute is a chattering alarm
CHATTER_WINDOW_S: Final = 60.0


class Shown(msgspec.Struct, frozen=True, array_like=True):
    """One time an alert began to ask for attention; `again` where the same encounter had asked before."""

    t_s: float
    level: Level
    kind: Kind
    key: str = ""
    again: bool = False


class LiveRate(msgspec.Struct, frozen=True):
    """The alarm counter of the console: the last hour, seven ten-minute counts (newest last), and flood now."""

    last_hour: int
    bins: tuple[int, ...]
    flood: bool


class RateReport(msgspec.Struct, frozen=True):
    """The alarm rate of a period; shares are 0..1, NaN where there was no time to measure."""

    shown: int
    first_shown: int  # without repeats of one encounter
    hours: float
    per_hour: float
    windows: tuple[int, ...]  # showings in each ten-minute window from the start of the period; the last may be short
    windows_in_flood: int
    flood_share: float
    window_peak: int  # most showings in any ten minutes, wherever they start
    chattering: dict[str, int]  # by key, showings in its worst minute, where that is chattering


def remember(kept: list[Shown], new: Sequence[Shown]) -> None:
    """Append to a list in time order and forget what is too old for the live figures."""
    if not new:
        return
    kept.extend(new)
    old = bisect_left(kept, new[-1].t_s - KEPT_S, key=_t_s)
    del kept[: max(old, len(kept) - KEPT_MAX)]


def live_rate(shown: Sequence[Shown], now_s: float, policy: AlertPolicy) -> LiveRate:
    """Return the counter for `now_s`; bins stand on whole ten minutes of UTC, flood on the window up to now."""
    first_s = (now_s // BIN_S - BINS + 1) * BIN_S
    edges_s = [*(first_s + i * BIN_S for i in range(BINS)), inf]
    places = [bisect_left(shown, edge_s, key=_t_s) for edge_s in edges_s]
    bins = tuple(to - since for since, to in pairwise(places))
    recent = len(shown) - bisect_right(shown, now_s - policy.flood_window_s, key=_t_s)
    last_hour = len(shown) - bisect_right(shown, now_s - HOUR_S, key=_t_s)
    return LiveRate(last_hour, bins, recent > policy.flood_count)


def rate_report(shown: Sequence[Shown], from_s: float, to_s: float, policy: AlertPolicy) -> RateReport:
    """Return the alarm rate of [from_s, to_s] (Unix seconds) from its showings in any order."""
    inside = sorted((s for s in shown if from_s <= s.t_s <= to_s), key=_t_s)
    times_s = [s.t_s for s in inside]
    hours = max(to_s - from_s, 0.0) / HOUR_S
    windows = _windows(times_s, from_s, to_s, policy.flood_window_s)
    in_flood = sum(count > policy.flood_count for count in windows)
    return RateReport(
        shown=len(inside),
        first_shown=sum(not s.again for s in inside),
        hours=hours,
        per_hour=len(inside) / hours if hours else nan,
        windows=windows,
        windows_in_flood=in_flood,
        flood_share=in_flood / len(windows) if windows else nan,
        window_peak=_peak(times_s, policy.flood_window_s),
        chattering=_chattering(inside),
    )


def _t_s(item: Shown) -> float:
    return item.t_s


def _windows(times_s: Sequence[float], from_s: float, to_s: float, width_s: float) -> tuple[int, ...]:
    counts = [0] * ceil(max(to_s - from_s, 0.0) / width_s)
    for t_s in times_s:
        if counts:
            counts[min(int((t_s - from_s) // width_s), len(counts) - 1)] += 1
    return tuple(counts)


def _peak(times_s: Sequence[float], width_s: float) -> int:
    """Return the most of the sorted times that fall within less than `width_s` of each other."""
    return max((bisect_left(times_s, t_s + width_s) - i for i, t_s in enumerate(times_s)), default=0)


def _chattering(shown: Sequence[Shown]) -> dict[str, int]:
    times_s: dict[str, list[float]] = {}
    for s in shown:
        times_s.setdefault(s.key, []).append(s.t_s)
    peaks = {key: _peak(times_s[key], CHATTER_WINDOW_S) for key in sorted(times_s)}
    return {key: peak for key, peak in peaks.items() if peak >= CHATTER_COUNT}
