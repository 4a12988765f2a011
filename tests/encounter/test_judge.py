"""Verdicts: swapping the aircraft changes no bit, the worse answer counts, touching is no loss, silence says why."""

from math import cos, inf, isnan, nan, radians, sin
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.encounter.alerting import fresh_states
from airpact.encounter.judge import MEMORY, RUNG, VERDICT, judge
from airpact.encounter.volumes import CYLINDER, TAUMOD
from airpact.geo.sphere import EARTH_RADIUS_M, lat_lon_deg
from tests.geodesy import destination, unit_vector

RUNGS = np.array(
    [
        (CYLINDER, 2000.0, 300.0, 0.0, 0.0, lookahead_s, lookahead_s, level, 0, level == 3, -1)
        for lookahead_s, level in ((60.0, 2), (25.0, 3), (0.0, 3))
    ],
    RUNG,
)
SAME = [name for name in VERDICT.names or () if name not in ("first", "second", "cpa_first", "cpa_second")]


def motion(lat: float, lon: float, track_deg: float, speed: float) -> tuple[np.ndarray, np.ndarray]:
    """Return unit vector and tangent velocity."""
    la, lo, tr = radians(lat), radians(lon), radians(track_deg)
    north = np.array([-sin(la) * cos(lo), -sin(la) * sin(lo), cos(la)])
    east = np.array([-sin(lo), cos(lo), 0.0])
    return np.array(unit_vector(lat, lon)), speed * (cos(tr) * north + sin(tr) * east)


def verdict(
    one: tuple[float, float, float, float],
    two: tuple[float, float, float, float],
    *,
    height: tuple[float, float] = (3000.0, 3000.0),
    climb: tuple[float, float] = (0.0, 0.0),
    kind: tuple[int, int] = (1, 1),
    steered: tuple[bool, bool] = (True, True),
    turn: tuple[float, float] = (0.0, 0.0),
    widen: tuple[float, float] = (0.0, 0.0),
    opened: bool = False,
    rungs: np.ndarray = RUNGS,
    swap: bool = False,
    memory: tuple[np.ndarray, np.ndarray, float] | None = None,
) -> np.void:
    """Judge one pair, each (lat, lon, track, speed), in either order."""
    (p, v), (q, w) = motion(*one), motion(*two)
    columns = (
        np.array([p, q]), np.array([v, w]), np.array(height), np.array(climb), np.array(kind), np.array(steered),
        np.array(turn), np.array([one[3], two[3]]), np.array(widen), np.zeros(2), np.zeros(2, np.int64),
    )  # fmt: skip
    out = np.zeros(1, VERDICT)
    first, second = np.array([int(swap)]), np.array([int(not swap)])
    start, ladder = np.array([0, rungs.size]), np.zeros((1, 1), np.int64)
    remembered = (np.zeros(0, MEMORY), fresh_states(0), 0.0) if memory is None else memory
    arguments: tuple[Any, ...] = (*columns, ladder, start, rungs, *remembered, 1.2, out)
    judge(first, second, np.array([opened]), *arguments)
    found: np.void = out[0]
    return found


def east_of(place: tuple[float, float], metres: float) -> tuple[float, float]:
    return destination(*place, 90.0, metres)


HERE = (36.0, 35.0)


@given(
    st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 360), st.floats(0, 30_000), st.floats(0, 360),
    st.sampled_from((0.0, 40.0, 233.3)), st.floats(0, 360), st.sampled_from((0.0, 40.0, 233.3)),
    st.sampled_from((0.0, 299.9, 300.0, 512.3, nan)), st.sampled_from((0.0, 7.7, -11.1)),
    st.sampled_from((0.0, 0.0, 0.05, -0.07)), st.booleans(), st.booleans(),
)  # fmt: skip
def test_swapping_the_aircraft_changes_no_bit(
    lat: float, lon: float, to: float, far: float, track_1: float, v_1: float, track_2: float, v_2: float, dz: float,
    climb: float, turn: float, steered: bool, opened: bool,
) -> None:  # fmt: skip
    one, two = (lat, lon, track_1, v_1), (*destination(lat, lon, to, far), track_2, v_2)
    more = {
        "height": (3000.0, 3000.0 + dz), "climb": (0.0, climb), "kind": (1, 0 if isnan(dz) else 1),
        "turn": (turn, 0.03), "steered": (True, steered), "opened": opened, "widen": (12.5, 700.1),
    }  # fmt: skip
    forth, back = verdict(one, two, **more), verdict(one, two, swap=True, **more)  # type: ignore[arg-type]
    for name in SAME:
        assert forth[name].tobytes() == back[name].tobytes(), name
    assert forth["cpa_first"].tobytes() == back["cpa_second"].tobytes()
    assert forth["cpa_second"].tobytes() == back["cpa_first"].tobytes()


@pytest.mark.parametrize(
    ("far_m", "rung", "loss"),
    [(1500.0, 2, 1), (2000.1, 1, 0), (6000.0, 1, 0), (6990.0, 1, 0), (7010.0, 0, 0), (13990.0, 0, 0), (14010.0, -1, 0)],
)
def test_head_on_at_200_m_per_s_holds_the_rung_its_time_asks_for(far_m: float, rung: int, loss: int) -> None:
    """Entry at (range - 2000 m) / 200 m/s: 25 s from 7 km, 60 s from 14 km."""
    found = verdict((*HERE, 90.0, 100.0), (*east_of(HERE, far_m), 270.0, 100.0))
    expected_in = max(0.0, (far_m - 2000.0) / 200.0)
    assert found["rung"] in ((1, 2) if loss else (rung,))
    assert found["loss"] == loss
    assert found["closing_mps"] == pytest.approx(200.0, rel=1e-3)
    if rung >= 0:
        assert found["t_in_s"] == pytest.approx(expected_in, abs=0.05)
        assert found["t_cpa_s"] == pytest.approx(far_m / 200.0, abs=0.05)
    else:
        assert found["due_s"] == pytest.approx(expected_in - 60.0, abs=0.05), "when the first rung will hold by itself"


def test_a_formation_is_a_loss_inside_and_nothing_outside() -> None:
    inside = verdict((*HERE, 90.0, 100.0), (*east_of(HERE, 1900.0), 90.0, 100.0))
    outside = verdict((*HERE, 90.0, 100.0), (*east_of(HERE, 2100.0), 90.0, 100.0))
    assert (inside["rung"], inside["loss"], inside["t_in_s"]) == (1, 1, 0.0)
    assert (outside["rung"], outside["loss"], outside["due_s"]) == (-1, 0, inf)


def test_two_hovering_at_one_place_exactly_at_the_vertical_limit_do_not_touch() -> None:
    at_limit = verdict((*HERE, 0.0, 0.0), (*HERE, 0.0, 0.0), height=(3000.0, 3300.0))
    within = verdict((*HERE, 0.0, 0.0), (*HERE, 0.0, 0.0), height=(3000.0, 3299.99))
    assert (at_limit["rung"], at_limit["loss"]) == (-1, 0)
    assert (within["rung"], within["loss"], within["closing_mps"]) == (1, 1, 0.0)


def test_a_vertical_crossing_at_equal_ground_velocity_is_seen() -> None:
    """600 m apart closing at 10 m/s, minimum 300 m: entry in 30 s."""
    place = (*HERE, 90.0, 100.0)
    found = verdict(place, place, height=(3000.0, 3600.0), climb=(0.0, -10.0))
    assert (found["rung"], found["t_in_s"], found["t_out_s"]) == (0, 30.0, 90.0)


def test_an_unknown_height_is_judged_horizontally() -> None:
    found = verdict((*HERE, 90.0, 100.0), (*east_of(HERE, 1000.0), 90.0, 100.0), height=(3000.0, nan), kind=(1, 0))
    assert (found["known"], found["rung"], found["loss"]) == (0, 1, 1)
    assert isnan(found["height_m"])
    mixed = verdict((*HERE, 90.0, 100.0), (*HERE, 90.0, 100.0), height=(3000.0, 9000.0), kind=(1, 3))
    assert (mixed["known"], mixed["rung"]) == (0, 1), "pressure and geometric height are not compared"


def test_without_a_velocity_only_the_present_is_judged() -> None:
    coming = verdict((*HERE, 90.0, 100.0), (*east_of(HERE, 5000.0), 270.0, 0.0), steered=(True, False))
    there = verdict((*HERE, 90.0, 100.0), (*east_of(HERE, 500.0), 270.0, 0.0), steered=(True, False))
    assert (coming["rung"], coming["due_s"]) == (-1, inf)
    assert (there["rung"], there["due_s"]) == (1, inf), "nothing says when it ends"


def test_the_worse_of_straight_line_and_held_turn_counts() -> None:
    across = 2 * 100.0 / radians(3.0)
    one, two = (*HERE, 0.0, 100.0), (*east_of(HERE, across), 0.0, 0.0)
    straight, held = verdict(one, two), verdict(one, two, turn=(radians(3.0), 0.0))
    assert straight["rung"] == -1
    assert (held["rung"], held["turning"]) == (0, 1)
    meets = verdict((*HERE, 90.0, 100.0), (*east_of(HERE, 6000.0), 270.0, 100.0), turn=(radians(3.0), 0.0))
    alone = verdict((*HERE, 90.0, 100.0), (*east_of(HERE, 6000.0), 270.0, 100.0))
    assert meets["rung"] == alone["rung"] == 1
    assert meets["t_in_s"] == alone["t_in_s"], "a turn away does not make a straight conflict later"


def test_the_places_at_closest_approach_lie_on_the_path_that_decided() -> None:
    across = 2 * 100.0 / radians(3.0)
    found = verdict((*HERE, 0.0, 100.0), (*east_of(HERE, across), 0.0, 0.0), turn=(radians(3.0), 0.0))
    p, q = (np.array(unit_vector(*lat_lon_deg(tuple(found[name])))) for name in ("cpa_first", "cpa_second"))
    assert EARTH_RADIUS_M * np.linalg.norm(p - q) == pytest.approx(found["cpa_range_m"], abs=5.0)


def test_an_open_alert_ends_only_beyond_the_widened_minima() -> None:
    two = (*east_of(HERE, 2200.0), 90.0, 100.0)
    assert verdict((*HERE, 90.0, 100.0), two)["held"] == 0
    assert verdict((*HERE, 90.0, 100.0), two, opened=True)["held"] == 1
    assert verdict((*HERE, 90.0, 100.0), (*east_of(HERE, 2401.0), 90.0, 100.0), opened=True)["held"] == 0


def test_what_is_not_known_widens_the_minima_but_makes_no_loss() -> None:
    found = verdict((*HERE, 90.0, 0.0), (*east_of(HERE, 2500.0), 90.0, 0.0), widen=(300.0, 300.0))
    assert (found["rung"], found["loss"]) == (1, 0)


def test_no_ladder_means_no_verdict() -> None:
    assert verdict((*HERE, 90.0, 0.0), (*HERE, 90.0, 0.0), rungs=RUNGS[:0])["rung"] == -1


def test_the_closest_approach_is_the_one_while_the_conflict_lasts() -> None:
    """Two almost side by side, one climbing through: nearest in half an hour, but out of the minima in a minute."""
    ahead = (*east_of(HERE, 1500.0), 0.2, 100.0)
    found = verdict((*HERE, 0.2001, 100.0), ahead, height=(3000.0, 3100.0), climb=(0.0, 5.0))
    assert found["loss"] == 1
    assert found["t_out_s"] == pytest.approx(40.0, abs=0.5)
    assert found["t_cpa_s"] <= found["t_out_s"]
    assert found["cpa_range_m"] == pytest.approx(1500.0, abs=5.0)


def test_a_closest_approach_beyond_ten_minutes_is_not_told() -> None:
    ahead = (*east_of(HERE, 9000.0), 269.99, 50.0)
    found = verdict((*HERE, 270.0, 51.0), ahead)
    assert found["rung"] == -1
    assert found["t_cpa_s"] <= 600.0


NM, FT = 1852.0, 0.3048
PHASE_I = np.array(
    [
        (TAUMOD, 0.66 * NM, 700 * FT, 35.0, 0.0, 55.0, 75.0, 1, 0, 0, 0),
        (TAUMOD, 0.66 * NM, 450 * FT, 35.0, 0.0, 55.0, 75.0, 2, 0, 0, 0),
        (TAUMOD, 0.66 * NM, 450 * FT, 35.0, 0.0, 25.0, 55.0, 3, 0, 1, 0),
    ],
    RUNG,
)
TWO_OF_FOUR = np.array([(5.0, 4.0, 2, 4)], MEMORY)


class Remembered:
    """R6.1 to R6.4 in lists, for 2 of 4 moments, 5 s and 4 s; an unknown pair counts as having been quiet."""

    def __init__(self) -> None:
        self.queue: list[int] | None = None
        self.output, self.rise, self.last = 0, -inf, -inf

    def step(self, now: float, t_in: float, dz: float) -> int:
        gap = now - self.last > 5.0
        held = -1 if self.queue is None or gap else self.output
        raw = 0
        for level, high, alerting, early in ((1, 700, 55, 75), (2, 450, 55, 75), (3, 450, 25, 55)):
            if dz <= high * FT and t_in < (early if held == level else alerting):
                raw = level
        if self.queue is None:
            if raw == 0:
                return 0
            self.queue = [0, 0, 0, 0]
        elif gap:
            self.queue, self.output, self.rise = [raw, raw, -1, -1], -1, -inf
        self.queue = [*self.queue[1:], raw]
        level = max(k for k in (-1, 0, 1, 2, 3) if k == -1 or sum(one >= k for one in self.queue) >= 2)
        self.last = now
        if self.output > 0 and level < self.output and now - self.rise < 4.0:
            return self.output
        if level > 0 and level > self.output:
            self.rise = now
        self.output = max(0, level)
        return self.output


@given(
    st.lists(
        st.tuples(st.sampled_from((5.0, 40.0, 40.0, 65.0, 100.0)), st.sampled_from((0.0, 0.0, 180.0, 250.0)),
                  st.sampled_from((1.0, 1.0, 1.0, 1.0, 3.0, 6.0))),
        max_size=25,
    )
)  # fmt: skip
def test_an_alerter_with_a_memory_gives_out_what_its_moments_say(moments: list[tuple[float, float, float]]) -> None:
    """Head-on at 200 m/s: modified tau reaches 35 s at the range r with r2 - D2 = 35 s x 200 m/s x r."""
    held, states, now = Remembered(), fresh_states(1), 1000.0
    entry_m = (7000.0 + (7000.0**2 + 4 * (0.66 * NM) ** 2) ** 0.5) / 2
    for t_in, dz, dt in moments:
        now += dt
        two = (*east_of(HERE, entry_m + 200.0 * t_in), 270.0, 100.0)
        memory = (TWO_OF_FOUR, states, now)
        found = verdict((*HERE, 90.0, 100.0), two, height=(3000.0, 3000.0 + dz), rungs=PHASE_I, memory=memory)
        expected = held.step(now, t_in, dz)
        assert (0 if found["rung"] < 0 else PHASE_I["level"][found["rung"]]) == expected
        within = verdict(
            (*HERE, 90.0, 100.0), two, rungs=PHASE_I, memory=(TWO_OF_FOUR, states, now + 0.4),
            height=(3000.0, 3000.0 + dz),
        )  # fmt: skip
        assert (within["rung"] >= 0) == (expected > 0), "between two moments the level stands"


def test_without_a_memory_an_alerter_is_judged_by_the_moment_alone() -> None:
    rungs = PHASE_I.copy()
    rungs["memory"] = -1
    entry_m = (7000.0 + (7000.0**2 + 4 * (0.66 * NM) ** 2) ** 0.5) / 2
    for t_in, rung in ((60.0, -1), (50.0, 1), (20.0, 2), (0.0, 2)):
        found = verdict((*HERE, 90.0, 100.0), (*east_of(HERE, entry_m + 200.0 * t_in), 270.0, 100.0), rungs=rungs)
        assert found["rung"] == rung
        assert found["loss"] == 0
        assert (found["t_in_s"] if rung >= 0 else t_in) == pytest.approx(t_in, abs=0.05)
        if rung < 0:
            assert found["due_s"] == pytest.approx(t_in - 55.0, abs=0.05)
    inside = verdict((*HERE, 90.0, 100.0), (*east_of(HERE, entry_m - 50.0), 270.0, 100.0), rungs=rungs)
    assert (inside["loss"], inside["t_in_s"]) == (1, 0.0), "the closing time is violated eight kilometres apart"


def test_without_a_velocity_a_closing_time_says_nothing() -> None:
    rungs = PHASE_I.copy()
    rungs["memory"] = -1
    far = verdict((*HERE, 90.0, 100.0), (*east_of(HERE, 5000.0), 270.0, 100.0), rungs=rungs, steered=(True, False))
    near = verdict((*HERE, 90.0, 100.0), (*east_of(HERE, 1000.0), 270.0, 100.0), rungs=rungs, steered=(True, False))
    assert (far["rung"], near["rung"]) == (-1, 2)


def test_a_ladder_and_an_alerter_bind_one_pair_side_by_side() -> None:
    """The ladder is inside its minimum at once; the alerter waits for its second moment, and then is as severe."""
    ladder = RUNGS.copy()
    ladder["level"] = np.where(ladder["level"] == 3, 2, 1)
    rungs, states = np.concatenate([ladder, PHASE_I]), fresh_states(1)
    two = (*east_of(HERE, 1000.0), 270.0, 100.0)
    first = verdict((*HERE, 90.0, 100.0), two, rungs=rungs, memory=(TWO_OF_FOUR, states, 100.0))
    assert rungs["level"][first["rung"]] == 2
    assert first["rung"] < ladder.size
    second = verdict((*HERE, 90.0, 100.0), two, rungs=rungs, memory=(TWO_OF_FOUR, states, 101.0))
    assert (rungs["level"][second["rung"]], second["rung"]) == (3, ladder.size + 2)
