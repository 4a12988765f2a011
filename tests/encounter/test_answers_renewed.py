"""An answer that stands is verified anew: the same values to fly, while they still do what was said of them."""

from math import cos, degrees, nan, pi, radians, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.encounter.answers import Aircraft, Answer, Outcome, answer, renew
from airpact.encounter.volumes import CYLINDER, Volume
from tests.geodesy import destination, unit_vector

VOLUME = Volume(CYLINDER, 5000.0, 300.0, 0.0, 0.0)
RELAY_S, LOOK_S = 60.0, 120.0
FAR_M, SPEED = 40_000.0, 120.0


def aircraft(east_m: float, north_m: float, track_deg: float, speed: float = SPEED, *, free: bool = True) -> Aircraft:
    """Return a level aircraft so far from 36 N 35 E."""
    lat, lon = destination(36.0, 35.0, 90.0, east_m)
    lat, lon = destination(lat, lon, 0.0, north_m)
    la, lo, track = radians(lat), radians(lon), radians(track_deg)
    north = np.array([-sin(la) * cos(lo), -sin(la) * sin(lo), cos(la)])
    east = np.array([-sin(lo), cos(lo), 0.0])
    velocity = speed * (cos(track) * north + sin(track) * east)
    return Aircraft(np.array(unit_vector(lat, lon)), velocity, 3000.0, 0.0, free)


def meeting(t: float = 0.0, aside_m: float = 800.0, first_track: float = 90.0) -> tuple[Aircraft, Aircraft]:
    return aircraft(SPEED * t, 0.0, first_track), aircraft(FAR_M - SPEED * t, aside_m, 270.0)


def found(pair: tuple[Aircraft, Aircraft]) -> Answer:
    one = answer(*pair, VOLUME, RELAY_S, LOOK_S)
    assert one.outcome is Outcome.ANSWERED
    return one


@given(st.floats(-3000.0, 3000.0), st.floats(-40.0, 40.0))
def test_an_answer_verifies_where_it_was_found(aside_m: float, off: float) -> None:
    pair = meeting(0.0, aside_m, 90.0 + off)
    one = answer(*pair, VOLUME, RELAY_S, LOOK_S)
    if one.outcome is not Outcome.ANSWERED:
        return
    again = renew(one, *pair, VOLUME, RELAY_S, LOOK_S)
    assert again is not None
    assert again.parts == one.parts
    assert again.good_until_s == pytest.approx(one.good_until_s, abs=0.51)
    assert again.norm == pytest.approx(one.norm, rel=1e-6)


def test_exchanging_the_aircraft_exchanges_the_parts() -> None:
    first, second = meeting()
    one = found((first, second))
    forth = renew(one, first, second, VOLUME, RELAY_S, LOOK_S)
    back = renew(one._replace(parts=one.parts[::-1]), second, first, VOLUME, RELAY_S, LOOK_S)
    assert forth is not None
    assert back is not None
    assert repr(back) == repr(forth._replace(parts=forth.parts[::-1]))


def test_it_stands_while_both_fly_on_and_falls_when_it_is_too_late() -> None:
    """They meet after 167 s, so an answer that needs 60 s to reach the crews does not hold for ever."""
    one = found(meeting())
    held = [renew(one, *meeting(t), VOLUME, RELAY_S, LOOK_S) for t in range(0, 170, 5)]
    assert held[0] is not None
    assert held[3] is not None
    assert held[3].parts == one.parts
    fell = [again is None for again in held]
    assert fell[-1]
    assert fell == sorted(fell), "once it has fallen it stays so"
    ends = [5 * n + again.good_until_s for n, again in enumerate(held) if again is not None and again.clear]
    assert max(ends) - min(ends) < 5.0, "the end of an answer that clears does not wander"


def test_a_part_that_was_flown_asks_for_nothing_more_and_the_other_part_stands() -> None:
    one = found(meeting())
    assert all(part.sense for part in one.parts)
    turned = degrees(one.parts[0].target)
    first, second = aircraft(0.0, 0.0, turned + 1.0), meeting()[1]
    again = renew(one, first, second, VOLUME, RELAY_S, LOOK_S)
    assert again is None or again.parts == one.parts
    both = aircraft(0.0, 0.0, turned), aircraft(FAR_M, 800.0, degrees(one.parts[1].target))
    assert renew(one, *both, VOLUME, RELAY_S, LOOK_S) is None, "nothing is left to fly"


def test_it_falls_where_it_would_now_turn_the_other_way() -> None:
    one = found(meeting())
    past = degrees(one.parts[0].target) + 20.0 * one.parts[0].sense
    assert renew(one, aircraft(0.0, 0.0, past), meeting()[1], VOLUME, RELAY_S, LOOK_S) is None


def test_it_falls_where_a_third_aircraft_has_come_into_its_way() -> None:
    pair = meeting()
    one = found(pair)
    assert renew(one, *pair, VOLUME, RELAY_S, LOOK_S, others=np.zeros((0, 8))) is not None
    side = 1.0 if one.parts[0].sense > 0 else -1.0
    others = []
    for ahead in range(6_000, 26_000, 2_000):
        for aside in range(6_000, 20_000, 2_000):
            third = aircraft(float(ahead), -side * aside, 90.0, 0.0)
            others.append([*third.position, nan, nan, nan, 3000.0, 0.0])
    assert renew(one, *pair, VOLUME, RELAY_S, LOOK_S, others=np.array(others)) is None
    assert abs(one.parts[0].change) < pi / 2
