"""Feeds that fell silent, froze or keep another time: findings of their own, because silence is never "no traffic"."""

from collections.abc import Mapping
from math import isnan

from airpact.encounter.levels import Level
from airpact.monitors.finding import Finding, Kind, Subject
from airpact.picture.feeds import CLOCK_ALARM_S, Feed, FeedState

Keys = tuple[str, ...]

KIND_OF = {FeedState.LOST: Kind.FEED_LOST, FeedState.FROZEN: Kind.FEED_FROZEN}
LEVEL_OF = {Kind.FEED_LOST: Level.CAUTION, Kind.FEED_FROZEN: Level.CAUTION, Kind.FEED_CLOCK: Level.ADVISORY}
SAYS = {
    Kind.FEED_LOST: "Nothing heard since it went silent. Aircraft there may be missing.",
    Kind.FEED_FROZEN: "It repeats the same data. Aircraft there may be missing or elsewhere.",
    Kind.FEED_CLOCK: "Its clock and ours differ. Positions are dated wrongly by that much.",
}


def silence(feeds: Mapping[str, Feed], faults: dict[str, Kind], now_s: float) -> tuple[tuple[Finding, ...], Keys]:
    """Return (findings of feeds that began a fault, keys of those that recovered); update `faults` in place."""
    findings, over = [], []
    for name in sorted(feeds):
        fault = _fault(feeds[name], now_s)
        if fault == faults.get(name):
            continue
        if fault is None:
            del faults[name]
            over.append(name)
        else:
            faults[name] = fault
            findings.append(_finding(feeds[name], fault, now_s))
    return tuple(findings), tuple(over)


def _fault(feed: Feed, now_s: float) -> Kind | None:
    kind = KIND_OF.get(feed.state(now_s))
    if kind is None and not isnan(feed.clock_offset_s) and abs(feed.clock_offset_s) > CLOCK_ALARM_S:
        return Kind.FEED_CLOCK
    return kind


def _finding(feed: Feed, kind: Kind, now_s: float) -> Finding:
    detail = f"{SAYS[kind]} {feed.error}".strip()
    return Finding(Subject.FEED, feed.name, kind, LEVEL_OF[kind], now_s, detail=detail)
