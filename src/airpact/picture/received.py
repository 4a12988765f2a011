"""Tracks that another party released beside what our own sensors hold: the own sensor wins.

A released track is a row of its own ("4ca123@peer:CTF"). While our own sensors hold the same address freshly and the
two agree, only the own row is judged, so that one aircraft is one alert, as exact as we see it. Where they do not agree
both are judged and the released one is suspect; where ours falls silent the released one is judged again.
"""

from collections.abc import Collection
from typing import Final

import numpy as np

from airpact.geo.sphere import EARTH_RADIUS_M
from airpact.picture.links import APART_M
from airpact.picture.picture import Picture, suspect
from airpact.picture.quality import STALE_S

NOT_JUDGED: Final = "held by own sensors"


def prefer_own(picture: Picture, taken: Collection[int], now_s: float) -> None:
    """Take released tracks out of judgement that own sensors hold as well; `taken`: rows heard this tick."""
    for row in sorted(picture.received):
        own = _own_row(picture, row, now_s)
        if own is None or not picture.now.judged[row]:
            continue
        if _agree(picture, row, own):
            picture.now.judged[row] = False
        elif row in taken:
            picture.of(row).clash = True  # of the released track alone: nobody else's word makes our own doubtful


def held_by_own(picture: Picture) -> int:
    """Return how many released tracks stand back for one of our own sensors."""
    rows = sorted(picture.received)
    t, now = picture.tracks, picture.now
    return int((t.alive[rows] & ~t.on_ground[rows] & ~now.judged[rows]).sum())


def _own_row(picture: Picture, row: int, now_s: float) -> int | None:
    address = picture.of(row).id.partition("@")[0]
    own = None if address.startswith("~") else picture.row_of.get(address)
    if own is None or now_s - picture.tracks.valid_s[own] >= STALE_S or not picture.now.judged[own]:
        return None
    return None if suspect(picture, np.array([own]), now_s)[0] else own


def _agree(picture: Picture, row: int, own: int) -> bool:
    now = picture.now
    range_m = EARTH_RADIUS_M * float(np.linalg.norm(now.position[row] - now.position[own]))
    return bool(range_m <= APART_M + now.uncertainty_m[row] + now.uncertainty_m[own])
