"""The flights of own tracks: how long the shift and the alias of one last, and under which name a counterpart knows it.

A flight lasts from the first report until its track was unheard for GAP_S. What the world holds of flights is enough to
draw the same shifts and aliases after a restart.
"""

from base64 import b32encode
from collections.abc import Collection
from dataclasses import dataclass, field
from hashlib import blake2b
from math import inf
from typing import Final

import numpy as np
import numpy.typing as npt

from airpact.feeds.report import peer_of
from airpact.picture.picture import Identity, Picture
from airpact.picture.policy import ReleasePolicy

GAP_S: Final = 600.0  # unheard for ten minutes, well past the minute that makes it lost: a flight of its own
FLIGHTS_MAX: Final = 20_000  # flights remembered; beyond it the longest unseen are new ones when they come back
ALIAS_PERSON: Final = b"airpact-alias"
ALIAS_BYTES: Final = 7  # 56 bits, 12 letters


@dataclass(slots=True)
class Flight:
    """One flight of an own track (Unix seconds, of its reports); its alias and shifts last as long."""

    since_s: float
    seen_s: float


@dataclass(slots=True)
class Flown:
    """The own flights by track, as their reports came; part of the world, or a restart would draw every shift anew."""

    by_id: dict[str, Flight] = field(default_factory=dict)
    begun: int = 0  # goes up with every flight that begins


@dataclass(slots=True)
class Flights:
    """The own flights, shared by the memories of all counterparts, and the secret that draws their shifts."""

    own: str  # party
    key: bytes  # secret, 16 to 64 bytes
    flown: Flown = field(default_factory=Flown)
    now_s: float = -inf
    rows: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    ids: list[str] = field(default_factory=list)
    people: list[Identity] = field(default_factory=list)


def observe(flights: Flights, picture: Picture, now_s: float) -> None:
    """Note which own tracks fly at `now_s`, once for all counterparts: own party, own feeds, nothing else."""
    if flights.now_s == now_s:
        return
    flights.now_s, flights.ids, flights.people, rows = now_s, [], [], []
    for track_id, row in picture.row_of.items():
        one = picture.identity[row]
        if one is not None and _is_own(one, flights.own):
            rows.append(row)
            flights.ids.append(track_id)
            flights.people.append(one)
    flights.rows = np.array(rows, np.int64)
    note(flights.flown, flights.ids, picture.tracks.valid_s[flights.rows].tolist())


def heard(flown: Flown, picture: Picture, taken: Collection[int], own: str) -> None:
    """Note the own tracks among rows heard now: what `observe` finds later is known then."""
    rows = [row for row in sorted(taken) if (one := picture.identity[row]) and _is_own(one, own)]
    note(flown, [picture.of(row).id for row in rows], picture.tracks.valid_s[rows].tolist())


def note(flown: Flown, ids: Collection[str], heard_s: Collection[float]) -> None:
    """Note when own tracks were last heard; again the same changes nothing."""
    for track_id, at_s in zip(ids, heard_s, strict=True):
        known = flown.by_id.get(track_id)
        if known is None or at_s - known.seen_s > GAP_S:
            flown.by_id[track_id] = Flight(at_s, at_s)
            flown.begun += 1
            if len(flown.by_id) > FLIGHTS_MAX:
                _prune(flown, at_s)
        elif at_s > known.seen_s:
            known.seen_s = at_s


def _is_own(one: Identity, own: str) -> bool:
    return one.party == own and not peer_of(one.feed)


def _prune(flown: Flown, now_s: float) -> None:
    """Forget the flights that are over, and of the rest those unheard the longest."""
    flights = flown.by_id
    over = [name for name, flight in flights.items() if now_s - flight.seen_s > GAP_S]
    excess = len(flights) - len(over) - FLIGHTS_MAX
    if excess > 0:
        over += sorted(flights.keys() - set(over), key=lambda name: flights[name].seen_s)[:excess]
    for name in over:
        del flights[name]


def known_as(key: bytes, flown: Flown, policy: ReleasePolicy, counterpart: str, track_id: str) -> str:
    """Return the same, of a policy: two tracks of one address have two names, so an "@" makes an alias as well."""
    if not (policy.alias or "@" in track_id):
        return track_id
    flight = flown.by_id.get(track_id)
    parts = (counterpart, track_id, repr(flight.since_s if flight else 0.0))
    digest = blake2b("\0".join(parts).encode(), digest_size=ALIAS_BYTES, key=key, person=ALIAS_PERSON).digest()
    return "~" + b32encode(digest).decode().rstrip("=").lower()
