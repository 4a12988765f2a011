"""Two ids that move as one aircraft, linked as "possible duplicate".

A link is never made between two 24-bit addresses, nor between two ids one sensor reported in one scan, nor where a
third track would fit as well (wingmen stay ambiguous). It is proven over time, ends when the two part, and a pair that
was once resolved apart must prove itself for a full minute again. The full correlator takes this module's place later.
"""

from collections.abc import Collection
from dataclasses import dataclass
from math import degrees, inf
from typing import Final

import numpy as np

from airpact.agreement.parameters import CIVIL
from airpact.encounter.index import candidates
from airpact.encounter.relative import relative
from airpact.feeds.report import peer_of
from airpact.geo.units import m_from_ft
from airpact.picture.columns import Bools, Ints
from airpact.picture.picture import ORDER_BYTES, Picture, heard_s
from airpact.picture.quality import STALE_S

NEAR_M: Final = 300.0  # wingmen fly 400 m and more apart; ids of one aircraft were seen at a median of 40 m
APART_M: Final = 600.0  # and only beyond this have two linked ids parted
HEIGHT_M: Final = m_from_ft(500)  # two sources of one aircraft were seen 300 ft apart: height alone decides nothing
SPEED_MPS: Final = 20.0
TRACK_DEG: Final = 30.0
SLOW_MPS: Final = 15.0  # below this a track angle means little
PROOFS: Final = 5
PROOF_S: Final = 20.0
REPROOF_S: Final = 60.0
MISSES_TO_PART: Final = 2
_REACH: Final = np.array([[[APART_M, inf, 0.0]]])

Pair = tuple[str, str]


@dataclass(slots=True)
class Link:
    """What is known about one pair of ids: proofs so far, when it was linked, and whether it ever parted."""

    since_s: float  # first proof of the present run
    proofs: int = 0
    misses: int = 0
    linked_s: float = inf  # +inf = not linked
    parted: bool = False


@dataclass(frozen=True, slots=True)
class _Look:
    near: bool
    apart: bool


def _may_be_one(picture: Picture, one: str, two: str) -> bool:
    """Whether two ids can belong to one aircraft: never where they hold two different 24-bit addresses.

    Nor where a party released one of them and the other is known to be somebody else's: it releases its own alone,
    and a link lowers the level of a pair, which no party may bring about for the aircraft of another.
    """
    for released, other in ((one, two), (two, one)):
        party = peer_of(picture.of(picture.row_of[released]).feed)
        if party and picture.of(picture.row_of[other]).party not in (party, CIVIL):
            return False
    first, second = one.partition("@")[0], two.partition("@")[0]
    return first == second or first.startswith("~") or second.startswith("~")


def _doubtful(order: Ints) -> Bools:
    """Return which rows have an id that is no plain address: "~..." or one that a second feed claims ("...@feed")."""
    doubtful: Bools = (order >> 8 * (ORDER_BYTES - 1) == ord("~")) | (order & 0xFF == ord("@"))
    return doubtful


def _one_scan(picture: Picture, a: int, b: int) -> bool:
    """Whether one sensor reported both ids in the same scan: then they are two aircraft."""
    one, two = picture.of(a), picture.of(b)
    if one.feed != two.feed or one.source.partition("_")[0] != two.source.partition("_")[0]:
        return False
    apart_s = abs(picture.tracks.valid_s[a] - picture.tracks.valid_s[b])
    return bool(apart_s <= max(picture.tracks.time_error_s[a], picture.tracks.time_error_s[b]))


def _look(picture: Picture, a: int, b: int) -> _Look:
    """Compare the motion of two rows at the present instant."""
    now = picture.now
    s2, _, v2 = relative(now.position[a], now.position[b], now.velocity[a], now.velocity[b])
    range_m = float(np.sqrt(s2))
    same_speed = abs(now.speed_mps[a] - now.speed_mps[b]) <= SPEED_MPS
    slow = min(now.speed_mps[a], now.speed_mps[b]) < SLOW_MPS
    turn = degrees(2 * np.arcsin(min(1.0, np.sqrt(v2) / max(now.speed_mps[a] + now.speed_mps[b], 1e-9))))
    comparable = now.comparable[a] == now.comparable[b] != 0
    level = not comparable or abs(now.altitude_m[a] - now.altitude_m[b]) <= HEIGHT_M
    near = range_m <= NEAR_M and same_speed and (slow or turn <= TRACK_DEG) and level
    return _Look(near, range_m > APART_M or not level)


def _near_pairs(picture: Picture) -> list[tuple[int, int]]:
    rows = picture.rows
    judged = picture.now.judged[:rows]
    asked = _doubtful(picture.tracks.order[:rows]) & judged
    if not asked.any():
        return []
    now, group, limit = picture.now, np.zeros(rows, np.int64), 1024
    while True:
        first, second, number = candidates(
            asked, judged, now.position, now.velocity, now.speed_mps, now.turn_radps, now.lat_rad, now.lon_rad,
            now.altitude_m, now.climb_mps, now.comparable, np.zeros(rows), np.zeros(rows), group, _REACH, limit,
        )  # fmt: skip
        if number <= limit:
            return list(zip(first[:number].tolist(), second[:number].tolist(), strict=True))
        limit = number


def correlate(picture: Picture, links: dict[Pair, Link], taken: set[int], now_s: float) -> None:
    """Update `links` in place from the rows heard this tick."""
    if not taken:
        return
    near = {_key(picture, a, b): (a, b) for a, b in _near_pairs(picture) if a in taken or b in taken}
    pairs = {key: rows for key, rows in near.items() if _may_be_one(picture, *key)}
    for key in links:
        a, b = picture.row_of[key[0]], picture.row_of[key[1]]
        if a in taken or b in taken:
            pairs[key] = (a, b)
    heard = heard_s(picture)
    for key, (a, b) in sorted(pairs.items()):
        fresh = now_s - min(heard[a], heard[b]) < STALE_S
        if fresh:
            _judge(picture, links, key, (a, b), now_s)


def forget(links: dict[Pair, Link], dropped: Collection[str]) -> None:
    """Remove every link with a dropped track."""
    for key in [key for key in links if key[0] in dropped or key[1] in dropped]:
        del links[key]


def _key(picture: Picture, a: int, b: int) -> Pair:
    one, two = picture.of(a).id, picture.of(b).id
    return (one, two) if one < two else (two, one)


def _judge(picture: Picture, links: dict[Pair, Link], key: Pair, rows: tuple[int, int], now_s: float) -> None:
    look = _look(picture, *rows)
    link = links.get(key)
    if _one_scan(picture, *rows):
        if link is not None:
            link.proofs, link.linked_s, link.parted = 0, inf, True
        elif look.near:
            links[key] = Link(now_s, parted=True)
        return
    if link is None:
        if look.near:
            links[key] = Link(now_s, proofs=1)
        return
    if look.near:
        if link.proofs == 0:
            link.since_s = now_s
        link.proofs, link.misses = link.proofs + 1, 0
        needed_s = REPROOF_S if link.parted else PROOF_S
        proven = link.proofs >= PROOFS and now_s - link.since_s >= needed_s
        if proven and link.linked_s == inf and not _rival(links, key):
            link.linked_s = now_s
        return
    link.misses += 1
    if link.linked_s == inf:
        link.proofs = 0
    elif look.apart and link.misses >= MISSES_TO_PART:
        link.proofs, link.linked_s, link.parted = 0, inf, True


def _rival(links: dict[Pair, Link], key: Pair) -> bool:
    """Whether another id fits either of the two as well."""
    return any(other.proofs > 0 and pair != key and (pair[0] in key or pair[1] in key) for pair, other in links.items())


def linked(links: dict[Pair, Link], key: Pair) -> bool:
    """Return whether the pair counts as a possible duplicate."""
    link = links.get(key)
    return link is not None and link.linked_s < inf
