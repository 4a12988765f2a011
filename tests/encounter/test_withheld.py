"""The reasons for proposing nothing: each alone, all in their order, and none where there is none."""

from itertools import combinations
from math import inf, nan

import pytest

from airpact.encounter.answers import Outcome
from airpact.encounter.withheld import REASON_OF, WITHHELD_IF, PairFacts, TrackFacts, Withheld, withheld

FINE = TrackFacts(age_s=1.0)
ORDER = (
    "preparing", "no_velocity", "stale", "degraded", "snapped", "delayed", "inputs_differ", "height_unknown", "turning",
)  # fmt: skip
TRACK: dict[str, dict[str, object]] = {
    "no_velocity": {"velocity_known": False},
    "stale": {"age_s": 5.5},
    "degraded": {"degraded": True},
    "snapped": {"snapped": True},
    "delayed": {"delayed": True},
    "turning": {"turning": True},
}
PAIR: dict[str, dict[str, bool]] = {
    "preparing": {"ready": False},
    "inputs_differ": {"inputs_differ": True},
    "height_unknown": {"heights_comparable": False},
}


def pair_with(reasons: tuple[str, ...], which: int) -> PairFacts:
    """Return a pair of which exactly these reasons hold, those of a track for track `which`."""
    track = FINE._replace(**{k: v for reason in reasons for k, v in TRACK.get(reason, {}).items()})  # type: ignore[arg-type]
    tracks = (track, FINE) if which == 0 else (FINE, track)
    facts = {k: v for reason in reasons for k, v in PAIR.get(reason, {}).items()}
    return PairFacts(*tracks)._replace(**facts)  # type: ignore[arg-type]


def test_two_fresh_whole_tracks_get_an_answer() -> None:
    assert withheld(PairFacts(FINE, FINE)) is None
    assert withheld(PairFacts(FINE._replace(age_s=5.0), FINE._replace(age_s=5.0))) is None, "five seconds is not older"


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("reason", ORDER)
def test_one_reason_alone_is_told(reason: str, which: int) -> None:
    assert withheld(pair_with((reason,), which)) == reason


@pytest.mark.parametrize("which", [0, 1])
def test_of_two_reasons_the_first_in_the_order_is_told(which: int) -> None:
    for first, second in combinations(ORDER, 2):
        assert withheld(pair_with((second, first), which)) == first


@pytest.mark.parametrize("age_s", [nan, inf, 5.0001])
def test_an_age_that_is_not_known_is_old(age_s: float) -> None:
    assert withheld(PairFacts(FINE, FINE._replace(age_s=age_s))) is Withheld.STALE


def test_every_outcome_but_an_answer_has_a_reason_and_every_reason_a_cause() -> None:
    assert set(REASON_OF) == set(Outcome) - {Outcome.ANSWERED}
    assert {reason for reason, _ in WITHHELD_IF} | set(REASON_OF.values()) == set(Withheld)
    assert tuple(reason.value for reason, _ in WITHHELD_IF) == ORDER
