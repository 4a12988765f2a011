"""Lifts: whether one own track is given exactly to one counterpart because the two fly into danger.

The rule is that a ghost must gain nothing. Whoever sends a track that does not exist, near our aircraft and lying
perfectly, must not learn from any answer or silence of ours where they are. So a lift rests on what our own monitors
say of an aircraft that our own sensors hold and our own rules call the counterpart's; a track known as released by
the counterpart counts only where the policy says so, and only if it is exact. The same test decides what a
counterpart may be told about a pair at all.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np

from airpact.encounter.levels import Level
from airpact.feeds.report import peer_of
from airpact.picture.picture import Picture, suspect
from airpact.picture.policy import ReleasePolicy
from airpact.picture.quality import STALE_S

# Real conflicts with one counterpart are a few a day; more an hour than a desk should be given alerts in all (ISA-18.2:
# six) means that something is wrong with the picture, or that somebody is trying it out.
LIFTS_PER_HOUR_ALARM: Final = 6
HOUR_S: Final = 3600.0
LIFTS_REMEMBERED: Final = 1_000  # per counterpart, far beyond the alarm

GIVEN: Final = "lift.given"
ENDED: Final = "lift.ended"


class Danger(NamedTuple):
    """A pair our own monitors alert on; ids of the picture."""

    a: str
    b: str
    level: Level


class Lift(msgspec.Struct, frozen=True):
    """One own track given exactly to one counterpart, because of one aircraft of theirs."""

    counterpart: str
    own: str  # id of the own track
    other: str
    since_s: float

    @property
    def key(self) -> str:
        """Name of the lift: who gets it and for which pair."""
        return f"{self.counterpart}:{self.own}|{self.other}"


class LiftAlarm(msgspec.Struct, frozen=True):
    """An unusual number of lifts given to one counterpart within an hour."""

    counterpart: str
    count: int


@dataclass(slots=True)
class LiftBook:
    """The lifts that stand, by key, and when each counterpart was given one (Unix seconds)."""

    standing: dict[str, Lift] = field(default_factory=dict)
    withheld: set[str] = field(default_factory=set)  # keys that a supervisor refused and that would stand
    given_s: dict[str, list[float]] = field(default_factory=dict)
    ended_s: dict[str, dict[str, float]] = field(default_factory=dict)  # by counterpart and own track: the last end


class Decision(msgspec.Struct, frozen=True):
    """What stands now and what changed; `given`, `ended` and `withheld` are new since the last call."""

    tracks: dict[str, frozenset[str]]  # counterpart -> own ids it gets exactly
    given: tuple[Lift, ...] = ()
    ended: tuple[Lift, ...] = ()
    withheld: tuple[Lift, ...] = ()
    alarms: tuple[LiftAlarm, ...] = ()  # as long as they hold


class Telling(StrEnum):
    """What a counterpart may be told about a pair; false where it is nothing."""

    NOTHING = ""
    RECEIPT = "receipt"  # that its own statement came and was shown, and nothing our picture adds to it
    STATE = "state"  # what our monitors and people make of the pair


def decide(
    picture: Picture,
    dangers: Iterable[Danger],
    own: str,
    policies: Mapping[str, ReleasePolicy],
    book: LiftBook,
    refused: Collection[str],
    now_s: float,
) -> Decision:
    """Return the lifts of this instant and update `book`; `refused`: counterparts or lift keys a supervisor refused."""
    wanted = {lift.key: lift for danger in dangers for lift in _wanted(picture, danger, own, policies, now_s)}
    barred = {key for key, lift in wanted.items() if key in refused or lift.counterpart in refused}
    withheld = tuple(wanted[key] for key in sorted(barred - book.withheld))
    book.withheld = barred
    ended = tuple(book.standing.pop(key) for key in sorted(book.standing.keys() - (wanted.keys() - barred)))
    given = tuple(wanted[key] for key in sorted(wanted.keys() - barred - book.standing.keys()))
    book.standing.update({lift.key: lift for lift in given})
    for lift in given:
        times_s = book.given_s.setdefault(lift.counterpart, [])
        book.given_s[lift.counterpart] = [*times_s, now_s][-LIFTS_REMEMBERED:]
    tracks = tracks_of(book)
    for lift in ended:
        if lift.own not in tracks.get(lift.counterpart, ()):
            book.ended_s.setdefault(lift.counterpart, {})[lift.own] = now_s
    return Decision(tracks, given, ended, withheld, _alarms(book, now_s))


def statement(aircraft: tuple[str, str], at_s: float) -> dict[str, Any]:
    """Return the body of the statement about a lift: for which pair and when, no position; keys as the party knows."""
    return {"aircraft": sorted(aircraft), "at_s": at_s}


def own_evidence(picture: Picture, track_id: str, party: str, now_s: float) -> bool:
    """Return whether our own sensors hold an aircraft of `party` under this id, freshly and without doubt."""
    row = picture.row_of.get(track_id)
    if row is None:
        return False
    one = picture.of(row)
    fresh = now_s - picture.tracks.valid_s[row] < STALE_S
    trusted = not suspect(picture, np.array([row]), now_s)[0]
    return bool(one.party == party and not peer_of(one.feed) and fresh and trusted)


def may_tell(
    picture: Picture, pair: tuple[str, str], counterpart: str, now_s: float, *, named: bool = False
) -> Telling:
    """Return what the counterpart may be told of a pair; `named`: it told us of this pair first.

    To a pair it named with an aircraft we do not see, we answer that we read it and no more: whether our monitors
    agree depends on where our aircraft really is, and asked often enough that would be a measurement.
    """
    if any(own_evidence(picture, track_id, counterpart, now_s) for track_id in pair):
        return Telling.STATE
    return Telling.RECEIPT if named else Telling.NOTHING


def _wanted(
    picture: Picture, danger: Danger, own: str, policies: Mapping[str, ReleasePolicy], now_s: float
) -> Iterable[Lift]:
    if danger.level < Level.CAUTION:
        return
    for ours, other in ((danger.a, danger.b), (danger.b, danger.a)):
        if not own_evidence(picture, ours, own, now_s) or other not in picture.row_of:
            continue
        counterpart = picture.of(picture.row_of[other]).party
        policy = policies.get(counterpart)
        if counterpart == own or policy is None or not policy.shares or not policy.lifts or policy.exact:
            continue
        if own_evidence(picture, other, counterpart, now_s) or (
            policy.lift_on_released and _released_exactly(picture, other, counterpart, now_s)
        ):
            yield Lift(counterpart, ours, other, now_s)


def _released_exactly(picture: Picture, track_id: str, party: str, now_s: float) -> bool:
    row, t = picture.row_of[track_id], picture.tracks
    exact = t.radius_m[row] == 0.0 and t.altitude_error_m[row] == 0.0 and t.delay_s[row] == 0.0
    return bool(exact and peer_of(picture.of(row).feed) == party and now_s - t.valid_s[row] < STALE_S)


def tracks_of(book: LiftBook) -> dict[str, frozenset[str]]:
    """Return the own tracks that each counterpart gets exactly now."""
    by_party: dict[str, set[str]] = {}
    for lift in book.standing.values():
        by_party.setdefault(lift.counterpart, set()).add(lift.own)
    return {party: frozenset(ids) for party, ids in sorted(by_party.items())}


def _alarms(book: LiftBook, now_s: float) -> tuple[LiftAlarm, ...]:
    alarms = []
    for party, times in sorted(book.given_s.items()):
        while times and now_s - times[0] > HOUR_S:
            del times[0]
        if len(times) > LIFTS_PER_HOUR_ALARM:
            alarms.append(LiftAlarm(party, len(times)))
    return tuple(alarms)
