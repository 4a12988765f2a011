"""When a pair is told of but no manoeuvre is proposed: the reasons in one table, the first that holds is shown.

A proposal rests on where both aircraft will be a minute or more from now. It is withheld when what is known today does
not carry that far; the traffic is told all the same. Nothing here looks at the geometry: `answers` does, and what it
finds no answer for has its reason in `REASON_OF`.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Final, NamedTuple

from airpact.encounter.answers import Outcome

AGE_MAX_S: Final = 5.0  # one radar turn or a few reports missed: an older track may have begun a turn unseen


class Withheld(StrEnum):
    """Why no manoeuvre is proposed; the values are what the stream says."""

    PREPARING = "preparing"
    NO_VELOCITY = "no_velocity"
    STALE = "stale"
    DEGRADED = "degraded"
    SNAPPED = "snapped"
    DELAYED = "delayed"
    INPUTS_DIFFER = "inputs_differ"
    HEIGHT_UNKNOWN = "height_unknown"
    TURNING = "turning"
    NOT_ADDRESSED = "not_addressed"
    TOO_LATE = "too_late"
    NO_WAY_OUT = "no_way_out"
    NOT_NEEDED = "not_needed"


class TrackFacts(NamedTuple):
    """What the picture says of one of the two tracks."""

    age_s: float  # since it was last heard
    velocity_known: bool = True
    degraded: bool = False  # its position is degraded or suspect
    snapped: bool = False  # coarsened before it was released
    delayed: bool = False  # held back before it was released
    turning: bool = False  # a turn is held: where it ends nobody knows


class PairFacts(NamedTuple):
    """What is known of a pair before its geometry is looked at."""

    first: TrackFacts
    second: TrackFacts
    ready: bool = True  # the machine has finished preparing
    inputs_differ: bool = False  # the nodes of the two parties hold different inputs
    heights_comparable: bool = True

    @property
    def tracks(self) -> tuple[TrackFacts, TrackFacts]:
        """Both tracks."""
        return self.first, self.second


WITHHELD_IF: Final[tuple[tuple[Withheld, Callable[[PairFacts], bool]], ...]] = (
    (Withheld.PREPARING, lambda pair: not pair.ready),
    (Withheld.NO_VELOCITY, lambda pair: not all(track.velocity_known for track in pair.tracks)),
    (Withheld.STALE, lambda pair: not all(track.age_s <= AGE_MAX_S for track in pair.tracks)),  # NaN is old
    (Withheld.DEGRADED, lambda pair: any(track.degraded for track in pair.tracks)),
    (Withheld.SNAPPED, lambda pair: any(track.snapped for track in pair.tracks)),
    (Withheld.DELAYED, lambda pair: any(track.delayed for track in pair.tracks)),
    (Withheld.INPUTS_DIFFER, lambda pair: pair.inputs_differ),
    (Withheld.HEIGHT_UNKNOWN, lambda pair: not pair.heights_comparable),
    (Withheld.TURNING, lambda pair: any(track.turning for track in pair.tracks)),
)
"""The first condition that holds is the reason."""

REASON_OF: Final = {
    Outcome.NOT_ADDRESSED: Withheld.NOT_ADDRESSED,
    Outcome.TOO_LATE: Withheld.TOO_LATE,
    Outcome.NO_WAY_OUT: Withheld.NO_WAY_OUT,
    Outcome.NOT_NEEDED: Withheld.NOT_NEEDED,
}
"""The reason of each outcome of a search that is no answer."""


def withheld(pair: PairFacts) -> Withheld | None:
    """Return the first reason not to look for an answer; None = look for one."""
    return next((reason for reason, holds in WITHHELD_IF if holds(pair)), None)
