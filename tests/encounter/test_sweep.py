"""The sweep against every pair looked at one by one: the same pairs, the same times, nothing twice, nothing lost."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airpact.encounter import find_alerts, find_conflicts, find_conflicts_of
from airpact.encounter.configurations import CONFIGURATIONS
from airpact.encounter.frame import pair_state
from airpact.encounter.sweep import Conflicts
from airpact.encounter.volumes import Volume, before, interval
from tests.encounter.skies import (
    ANTIMERIDIAN,
    EVERYWHERE,
    NORTH_POLE,
    REGION,
    SOUTH_POLE,
    Columns,
    every_pair,
    scattered,
    vectors,
)

NM, FT = 1852.0, 0.3048
RULE = (5 * NM, 1000 * FT, 300.0)
NAN3 = (np.nan, np.nan, np.nan)
MINIMA = np.array(
    [
        [NAN3, RULE, (2000.0, 150.0, 60.0)],
        [RULE, (1000.0, 90.0, 120.0), NAN3],
        [(2000.0, 150.0, 60.0), NAN3, (30_000.0, np.inf, 20.0)],
    ]
)
PLACES = {"region": REGION, "antimeridian": ANTIMERIDIAN, "north": NORTH_POLE, "south": SOUTH_POLE, "all": EVERYWHERE}


def options_of(count: int, seed: int, groups: int) -> dict[str, Any]:
    """Return groups, uncertainties and mixed altitude kinds."""
    draw = np.random.default_rng(seed)
    return {
        "group": draw.integers(0, groups, count).astype(np.uint16),
        "minima": MINIMA[:groups, :groups],
        "horizontal_uncertainty_m": draw.choice((0.0, 50.0, 3000.0), count),
        "vertical_uncertainty_m": draw.choice((0.0, 30.0), count),
        "altitude_kind": draw.choice((0, 1, 1, 1, 3), count),
    }


def one_rule(rule: tuple[float, float, float] = RULE) -> dict[str, float]:
    return dict(zip(("horizontal_m", "vertical_m", "lookahead_s"), rule, strict=True))


def pairs(found: Any) -> list[tuple[int, int]]:
    return list(zip(found.first.tolist(), found.second.tolist(), strict=True))


def same_as_every_pair(sky: Columns, minima: Any, options: dict[str, Any], found: Conflicts) -> int:
    """Hold the result against the oracle, pair by pair; return how many there are."""
    mine = every_pair(sky, minima, options)
    assert pairs(found) == sorted(mine), "the same pairs, each once, in order"
    columns = (found.t_in_s, found.t_out_s, found.t_cpa_s, found.horizontal_cpa_m, found.vertical_cpa_m)
    theirs = np.array(list(zip(*columns, strict=True))).reshape(-1, 5)
    wanted = np.array([mine[pair] for pair in pairs(found)]).reshape(-1, 5)
    np.testing.assert_allclose(theirs, wanted, rtol=1e-6, atol=1e-5)
    assert (found.in_loss == (wanted[:, 0] == 0.0)).all()
    return len(mine)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("count", "seed"), [(100, 1), (1000, 2)])
def test_the_sweep_finds_what_every_pair_looked_at_finds(place: str, count: int, seed: int) -> None:
    sky = scattered(count, seed, PLACES[place], 12.0 * count**0.5)
    plain = same_as_every_pair(sky, np.array([[RULE]]), {}, find_conflicts(*sky, **one_rule()))
    options = options_of(count, seed, 3)
    grouped = same_as_every_pair(sky, MINIMA, options, find_conflicts(*sky, **options))
    assert plain > 0
    assert grouped > 0


@pytest.mark.parametrize("mixed", [False, True], ids=["plain", "groups, uncertainty, kinds"])
def test_ten_thousand_tracks_across_the_pole_and_the_antimeridian(mixed: bool) -> None:
    sky = scattered(10_000, 3, EVERYWHERE, 700.0)
    options = options_of(10_000, 4, 3) if mixed else {}
    asked = options if mixed else one_rule()
    number = same_as_every_pair(sky, MINIMA if mixed else np.array([[RULE]]), options, find_conflicts(*sky, **asked))
    assert number > 1000


@given(
    st.integers(2, 80), st.integers(0, 2**32), st.sampled_from(sorted(PLACES)), st.sampled_from((0.5, 20.0, 300.0)),
    st.integers(1, 3),
)  # fmt: skip
@settings(max_examples=60)
def test_any_small_sky(count: int, seed: int, place: str, spread_km: float, groups: int) -> None:
    sky = scattered(count, seed, PLACES[place], spread_km)
    options = options_of(count, seed, groups)
    same_as_every_pair(sky, options["minima"], options, find_conflicts(*sky, **options))


@given(st.integers(2, 60), st.integers(0, 2**32), st.sampled_from((1.0, 900.0, 3600.0)))
@settings(max_examples=40)
def test_any_reach_up_to_the_longest(count: int, seed: int, lookahead_s: float) -> None:
    """Far minima and long look-aheads: boxes that go round the pole, and meet themselves from behind."""
    sky = scattered(count, seed, EVERYWHERE, 3000.0)
    slow = sky._replace(ground_speed_mps=np.minimum(sky.ground_speed_mps, 400.0))
    rule = (400_000.0, 3000.0, lookahead_s)
    same_as_every_pair(slow, np.array([[rule]]), {}, find_conflicts(*slow, **one_rule(rule)))


def test_a_crowd_in_one_place_is_every_pair_once() -> None:
    """More pairs than a search begins with room for."""
    sky = scattered(700, 5, NORTH_POLE[:1], 1.0)
    sky = sky._replace(altitude_m=np.full(700, 3000.0), vertical_speed_mps=np.zeros(700))
    found = find_conflicts(*sky, **one_rule())
    assert len(found.first) == 700 * 699 // 2
    assert found.in_loss.all()


@given(st.integers(0, 2**32), st.sampled_from(sorted(PLACES)))
@settings(max_examples=20)
def test_another_order_of_the_tracks_changes_no_bit(seed: int, place: str) -> None:
    sky = scattered(120, seed, PLACES[place], 60.0)
    order = np.random.default_rng(seed + 1).permutation(120)
    one = find_conflicts(*sky, **one_rule())
    other = find_conflicts(*(column[order] for column in sky), **one_rule())
    back = np.sort(order[np.column_stack((other.first, other.second))], axis=1)
    again = np.lexsort((back[:, 1], back[:, 0]))
    assert back[again].tolist() == np.column_stack((one.first, one.second)).tolist()
    for name in ("t_in_s", "t_out_s", "t_cpa_s", "horizontal_cpa_m", "vertical_cpa_m"):
        assert getattr(one, name).tobytes() == getattr(other, name)[again].tobytes(), name


@given(st.integers(2, 100), st.integers(0, 2**32), st.sampled_from(sorted(PLACES)), st.booleans())
@settings(max_examples=40)
def test_one_track_sees_its_part_of_the_whole(count: int, seed: int, place: str, holes: bool) -> None:
    sky = (
        with_holes(scattered(count, seed, PLACES[place], 60.0), seed)
        if holes
        else scattered(count, seed, PLACES[place], 60.0)
    )
    options = options_of(count, seed, 2)
    whole = find_conflicts(*sky, **options)
    track = seed % count
    mine = find_conflicts_of(track, *sky, **options)
    part = (whole.first == track) | (whole.second == track)
    for name in ("first", "second", "t_in_s", "t_out_s", "t_cpa_s", "horizontal_cpa_m", "vertical_cpa_m", "in_loss"):
        assert getattr(mine, name).tobytes() == getattr(whole, name)[part].tobytes(), name
    named = {one for one in zip(*unjudged(whole), strict=True) if track in one[:2]}
    assert named <= set(zip(*unjudged(mine), strict=True))
    assert all(track in one[:2] or one[1] == -1 for one in zip(*unjudged(mine), strict=True))


def unjudged(found: Any) -> tuple[list[int], list[int], list[int]]:
    table = found.unjudged
    return table.first.tolist(), table.second.tolist(), table.reason.tolist()


def with_holes(sky: Columns, seed: int) -> Columns:
    """Return the sky with one value in twelve of every column unknown."""
    draw = np.random.default_rng(seed)
    return Columns(*(np.where(draw.random(column.size) < 1 / 12, np.nan, column) for column in sky))


@pytest.mark.parametrize("name", sorted(CONFIGURATIONS))
def test_alerts_are_those_of_the_detector_on_every_pair(name: str) -> None:
    """`find_alerts` only leaves out pairs: on the others it says what the core says."""
    levels = CONFIGURATIONS[name].levels
    sky = scattered(500, 7, EVERYWHERE, 4.0)
    found = find_alerts(*sky, alerter=levels)
    up, velocity = vectors(sky)
    east, north, mine = np.empty(3), np.empty(3), {}
    for i in range(500):
        for j in range(i + 1, 500):
            if np.linalg.norm(up[i] - up[j]) > 0.05:  # 318 km: no volume here reaches as far
                continue
            state = pair_state(
                up[i], up[j], velocity[i], velocity[j], sky.altitude_m[i] - sky.altitude_m[j],
                sky.vertical_speed_mps[i], sky.vertical_speed_mps[j], east, north,
            )  # fmt: skip
            for number, level in reversed(list(enumerate(levels, start=1))):
                volume = Volume(
                    *(level[key].item() for key in ("kind", "horizontal_m", "vertical_m", "tau_s", "coa_s"))
                )
                t_in, t_out = interval(volume, state[0], state[1], state[2], 0.0, 180.0)
                if before(t_in, t_out, level["alerting_s"]):
                    mine[i, j] = (number, t_in, t_out)
                    break
    assert pairs(found) == sorted(mine)
    assert len(mine) >= 10
    assert found.level.tolist() == [mine[pair][0] for pair in sorted(mine)]
    times = np.column_stack((found.t_in_s, found.t_out_s))
    np.testing.assert_allclose(times, [mine[pair][1:] for pair in sorted(mine)], rtol=1e-9, atol=1e-6)


def test_each_pair_of_groups_has_its_own_alerter() -> None:
    sky = scattered(400, 8, REGION, 30.0)
    group = np.random.default_rng(9).integers(0, 2, 400)
    phase, cylinder = CONFIGURATIONS["do365b_p1"].levels, CONFIGURATIONS["cd3d"].levels
    both = find_alerts(*sky, group=group, alerters=[[None, cylinder], [cylinder, phase]])
    parts = [(find_alerts(*sky, alerter=cylinder), 1), (find_alerts(*sky, alerter=phase), 2)]
    wanted = {
        (i, j, level)
        for found, groups in parts
        for i, j, level in zip(found.first.tolist(), found.second.tolist(), found.level.tolist(), strict=True)
        if group[i] + group[j] == groups
    }
    mine = set(zip(both.first.tolist(), both.second.tolist(), both.level.tolist(), strict=True))
    assert mine == wanted
    assert {group[i] + group[j] for i, j, _ in mine} == {1, 2}
