"""What is not known never means "no conflict": it comes back by name, and only where it could matter."""

from typing import Any, Final

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from airpact.encounter import find_alerts, find_conflicts, find_conflicts_of
from airpact.encounter.configurations import CONFIGURATIONS
from airpact.encounter.grid import UNKNOWN_SPEED_MPS
from airpact.encounter.sweep import Reason
from airpact.geo.sphere import EARTH_RADIUS_M
from tests.encounter.skies import EVERYWHERE, REGION, Columns, scattered, vectors

NAN: Final = np.nan
RULE: Final = {"horizontal_m": 9260.0, "vertical_m": 300.0, "lookahead_s": 300.0}
FIVE_KM: Final = np.degrees(5000.0 / EARTH_RADIUS_M)


def sky(*rows: tuple[float, float, float, float, float, float]) -> Columns:
    """Return columns of rows (lat, lon, altitude, track, ground speed, vertical speed)."""
    return Columns(*np.array(rows, np.float64).T)


def table(found: Any) -> list[tuple[int, int, Reason]]:
    rows = zip(*(column.tolist() for column in (found.unjudged.first, found.unjudged.second)), strict=True)
    return [(*row, Reason(reason)) for row, reason in zip(rows, found.unjudged.reason.tolist(), strict=True)]


def pairs(found: Any) -> list[tuple[int, int]]:
    return list(zip(found.first.tolist(), found.second.tolist(), strict=True))


LEVEL: Final = (36.0, 35.0, 3000.0, 90.0, 200.0, 0.0)


def test_an_unknown_position_comes_back_once_with_no_second() -> None:
    found = find_conflicts(*sky(LEVEL, (NAN, 35.0, 3000.0, 90.0, 200.0, 0.0), (36.0, NAN, 0.0, 0.0, 0.0, 0.0)), **RULE)
    assert table(found) == [(1, -1, Reason.POSITION_UNKNOWN), (2, -1, Reason.POSITION_UNKNOWN)]
    assert pairs(found) == []


def test_an_unknown_position_that_is_asked_for_against_nobody_does_not_matter() -> None:
    rows = sky(LEVEL, (NAN, NAN, 3000.0, 90.0, 200.0, 0.0))
    nothing = np.full(3, NAN)
    asked = np.array([9260.0, 300.0, 300.0])
    apart = np.array([[asked, nothing], [nothing, asked]])
    assert table(find_conflicts(*rows, group=np.array([0, 1]), minima=apart)) == [], "alone in its group"
    assert table(find_conflicts(*sky((NAN, 0.0, 0.0, 0.0, 0.0, 0.0)), **RULE)) == [], "alone in the sky"
    across = np.array([[nothing, asked], [asked, nothing]])
    assert table(find_conflicts(*rows, group=np.array([0, 1]), minima=across)) == [(1, -1, Reason.POSITION_UNKNOWN)]


def test_with_an_unknown_velocity_the_present_is_judged() -> None:
    """Inside now is a loss whatever the velocity; only what depends on it is NaN."""
    found = find_conflicts(*sky(LEVEL, (36.0 + FIVE_KM, 35.0, 3100.0, NAN, 200.0, 0.0)), **RULE)
    assert pairs(found) == [(0, 1)]
    assert found.in_loss.tolist() == [True]
    assert found.t_in_s.tolist() == [0.0]
    assert np.isnan([found.t_out_s[0], found.t_cpa_s[0], found.horizontal_cpa_m[0], found.vertical_cpa_m[0]]).all()
    assert table(found) == []


def test_who_could_come_is_unjudged_and_who_could_not_is_not_named() -> None:
    slow = (36.0 + 10 * FIVE_KM, 35.0, 3000.0, NAN, 100.0, 0.0)  # 50 km off, 30 km in five minutes
    fast = (36.0 + 10 * FIVE_KM, 35.0, 3000.0, NAN, 200.0, 0.0)  # 60 km
    wild = (36.0 + 60 * FIVE_KM, 35.0, 3000.0, 0.0, NAN, 0.0)  # 300 km off
    high = (36.0 + 10 * FIVE_KM, 35.0, 9000.0, NAN, 200.0, 0.0)
    hover = (36.0, 35.0, 3000.0, NAN, 0.0, 0.0)  # who does not move has no track, and a known velocity
    assert table(find_conflicts(*sky(hover, slow), **RULE)) == []
    assert table(find_conflicts(*sky(hover, fast), **RULE)) == [(0, 1, Reason.VELOCITY_UNKNOWN)]
    assert table(find_conflicts(*sky(hover, wild), **RULE)) == [(0, 1, Reason.VELOCITY_UNKNOWN)]
    assert table(find_conflicts(*sky(hover, high), **RULE)) == [], "six kilometres above, level"
    assert UNKNOWN_SPEED_MPS * 300.0 == 300_000.0


def test_too_fast_for_a_straight_line_is_unjudged() -> None:
    found = find_conflicts(*sky(LEVEL, (40.0, 35.0, 3000.0, 180.0, 90_000.0, 0.0)), **RULE)
    assert table(found) == [(0, 1, Reason.TOO_FAST)]
    assert all(reason.text for reason in Reason)


def test_heights_that_cannot_be_compared_conflict_horizontally() -> None:
    ahead = (36.0, 35.2, 9000.0, 270.0, 200.0, 0.0)
    known = find_conflicts(*sky(LEVEL, ahead), **RULE)
    assert pairs(known) == []
    for altitude, climb, kinds in (
        (NAN, 0.0, [1, 1]),
        (9000.0, NAN, [1, 1]),
        (9000.0, 0.0, [1, 3]),
        (9000.0, 0.0, [0, 0]),
    ):
        other = (*ahead[:2], altitude, *ahead[3:5], climb)
        found = find_conflicts(*sky(LEVEL, other), **RULE, altitude_kind=np.array(kinds))
        assert pairs(found) == [(0, 1)]
        assert found.vertical_known.tolist() == [False]
        assert np.isnan(found.vertical_cpa_m).all()
        assert not np.isnan(found.t_out_s).any()


def test_alerts_leave_nothing_out_either() -> None:
    levels = CONFIGURATIONS["do365b_p1"].levels
    rows = sky(LEVEL, (36.0 + FIVE_KM, 35.0, 3000.0, NAN, 200.0, 0.0), (NAN, 35.0, 0.0, 0.0, 0.0, 0.0),
               (36.0 + 0.1 * FIVE_KM, 35.0, NAN, NAN, NAN, NAN))  # fmt: skip
    found = find_alerts(*rows, alerter=levels)
    assert pairs(found) == [(0, 3)], "500 m apart, height unknown: inside now whatever the velocities"
    assert found.level.tolist() == [3]
    assert table(found) == [
        (0, 1, Reason.VELOCITY_UNKNOWN), (1, 3, Reason.VELOCITY_UNKNOWN), (2, -1, Reason.POSITION_UNKNOWN),
    ]  # fmt: skip


@given(st.integers(2, 60), st.integers(0, 2**32), st.sampled_from((REGION, EVERYWHERE)), st.sampled_from((5.0, 200.0)))
@settings(max_examples=60)
def test_any_sky_with_holes(count: int, seed: int, centres: tuple[tuple[float, float], ...], spread_km: float) -> None:
    """Against dense sampling of what an unknown velocity could fly: nothing missed, nothing named in vain."""
    draw = np.random.default_rng(seed)
    full = scattered(count, seed, centres, spread_km)
    holed = Columns(*(np.where(draw.random(count) < 1 / 8, NAN, column) for column in full))
    found = find_conflicts(*holed, **RULE)
    mine, nearly = could_come(holed, 0.0), could_come(holed, 0.3)
    judged = set(pairs(found))
    named = {(i, j) for i, j, reason in table(found) if reason == Reason.VELOCITY_UNKNOWN}
    assert mine - judged <= named, "missed"
    assert named <= nearly - judged, "in vain"
    lost = np.flatnonzero(np.isnan(holed.lat_deg) | np.isnan(holed.lon_deg)).tolist()
    assert [i for i, j, _ in table(found) if j == -1] == lost
    assert table(found) == sorted(table(found))


def could_come(holed: Columns, more_m: float) -> set[tuple[int, int]]:
    """Return the pairs with an unknown velocity that some velocity brings within the minima, sampled in time."""
    up, velocity = vectors(holed)
    hover = holed.ground_speed_mps == 0.0
    velocity = np.where(hover[:, None], 0.0, velocity)
    unknown = np.isnan(velocity[:, 0])
    most = np.where(unknown, np.where(np.isnan(holed.ground_speed_mps), UNKNOWN_SPEED_MPS, holed.ground_speed_mps), 0.0)
    velocity = np.where(unknown[:, None], 0.0, velocity)
    times, found = np.linspace(0.0, 300.0, 3001), set()
    for i in range(len(up)):
        for j in range(i + 1, len(up)):
            if not (unknown[i] or unknown[j]) or np.isnan(up[i] + up[j]).any():
                continue
            dz, vz = (
                holed.altitude_m[i] - holed.altitude_m[j],
                holed.vertical_speed_mps[i] - holed.vertical_speed_mps[j],
            )
            if np.abs(dz + vz * times).min() > 300.0 + more_m:  # false where not known
                continue
            middle = (up[i] + up[j]) / np.linalg.norm(up[i] + up[j])
            u = velocity[i] - velocity[j]
            u = u - (u @ middle) * middle
            ranges = np.linalg.norm(EARTH_RADIUS_M * (up[i] - up[j]) + times[:, None] * u, axis=1)
            if (ranges - (most[i] + most[j]) * times).min() <= 9260.0 + more_m:
                found.add((i, j))
    return found


def test_one_track_of_unknown_position_is_told_of_itself() -> None:
    rows = sky(LEVEL, (NAN, 35.0, 3000.0, 90.0, 200.0, 0.0))
    assert table(find_conflicts_of(1, *rows, **RULE)) == [(1, -1, Reason.POSITION_UNKNOWN)]
    assert table(find_conflicts_of(0, *rows, **RULE)) == [(1, -1, Reason.POSITION_UNKNOWN)], "it could meet row 0"
