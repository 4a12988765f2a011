"""Scenes and sessions: what is remembered of whom, what is independent of what, and what bad input is told.

Equality with the reference stands in `tests/oracle`.
"""

from dataclasses import replace
from math import inf, nan
from typing import Any, Final

import numpy as np
import pytest

from airpact.encounter.alerting import QUEUE_MAX
from airpact.encounter.configurations import CONFIGURATIONS, Region
from airpact.encounter.evaluation import Evaluation, Scene, Session, evaluate
from tests.oracle.daidalus import ALERTING, SAMPLE, Row, as_row, differences, read_scenes

PHASE_I: Final = CONFIGURATIONS["do365b_p1"]
CLOSING: Final = (-100.0, 0.0, 0.0)  # seen from an ownship that flies 100 m/s east: 200 m/s of closure


def scene(*entries_m: float, time_s: float = 0.0, ids: tuple[str, ...] = (), own_id: str = "") -> Scene:
    """Return intruders at these distances ahead, head-on at the same height."""
    return Scene(
        geodetic=False,
        own_position=np.array([0.0, 0.0, 3000.0]),
        own_velocity=np.array([100.0, 0.0, 0.0]),
        positions=np.array([[east, 0.0, 3000.0] for east in entries_m]).reshape(-1, 3),
        velocities=np.array([CLOSING for _ in entries_m]).reshape(-1, 3),
        time_s=time_s,
        ids=ids,
        own_id=own_id,
    )


def alerts(found: Evaluation) -> list[int]:
    """Return the alert levels."""
    return [int(level) for level in found.alert]


def judged(given: Scene, session: Session | None = None) -> list[int]:
    """Return the alert levels of a scene under Phase I."""
    return alerts(evaluate(PHASE_I, given, session, bands=False))


def row(name: str, found: Evaluation) -> Row:
    """Return an evaluation as a row of the corpus, so that rows can be compared."""
    return {"id": name} | dict(as_row(replace(found, guidance=None), ()))


NEAR: Final = 10_000.0  # level 3
LATER: Final = 18_000.0  # level 2
FAR: Final = 100_000.0  # nothing


def test_the_levels_follow_from_the_distance_ahead() -> None:
    """Modified tau of 35 s ends at 7.2 km, so 55 s before lies 18.2 km away and 25 s before 12.2 km."""
    assert judged(scene(NEAR, 12_100.0, 12_400.0, LATER, 18_500.0, FAR)) == [3, 3, 2, 2, 0, 0]


def test_every_intruder_is_judged_by_itself() -> None:
    scenes = read_scenes(SAMPLE / "multi.csv.gz")
    assert scenes
    for name, whole in scenes.items():
        together = evaluate(PHASE_I, whole, bands=False)
        for i in range(len(whole.positions)):
            part = replace(whole, positions=whole.positions[i : i + 1], velocities=whole.velocities[i : i + 1])
            alone = row(name, evaluate(PHASE_I, part, bands=False))
            expected = dict(row(name, together)) | {"ac": [row(name, together)["ac"][i]]}
            assert list(differences(expected, alone, ALERTING)) == []


def test_an_empty_sky_is_evaluated_and_holds_no_alert() -> None:
    found = evaluate(PHASE_I, scene(), bands=False)
    assert (found.alert.shape, found.levels.shape, found.metrics.hsep.shape) == ((0,), (0, 3, 5), (0,))


def test_time_to_the_corrective_volume_is_that_of_the_first_level_that_paints_it() -> None:
    found = evaluate(PHASE_I, scene(LATER, FAR), bands=False)
    assert found.corrective_s.tolist() == [found.levels[0, 1, 1], inf]
    levels = PHASE_I.levels.copy()
    levels["region"] = Region.NONE
    assert evaluate(replace(PHASE_I, levels=levels), scene(LATER), bands=False).corrective_s.tolist() == [inf]


# --- sessions ---------------------------------------------------------------------------------------------------------


def test_a_session_holds_a_level_that_the_moment_alone_no_longer_gives() -> None:
    session = Session()
    assert [judged(scene(NEAR, time_s=t), session) for t in (0.0, 1.0)] == [[3], [3]]
    assert judged(scene(FAR, time_s=2.0), session) == [3]
    assert judged(scene(FAR, time_s=2.0)) == [0]


@pytest.mark.parametrize(
    ("time_s", "own_id"), [(0.5, "A"), (6.1, "A"), (2.0, "B")], ids=["earlier", "too long after", "another ownship"]
)
def test_a_session_forgets_when_the_sequence_breaks(time_s: float, own_id: str) -> None:
    session = Session()
    for t in (0.0, 1.0):
        judged(scene(NEAR, time_s=t, own_id="A"), session)
    assert judged(scene(FAR, time_s=time_s, own_id=own_id), session) == [0]


def test_the_same_moment_twice_begins_anew() -> None:
    session = Session()
    assert judged(scene(NEAR, time_s=1.0), session) == [3]
    assert judged(scene(FAR, time_s=1.0), session) == [0]


def test_a_memory_belongs_to_the_id_whatever_the_order_and_company() -> None:
    session = Session()
    for t in (0.0, 1.0):
        judged(scene(NEAR, FAR, time_s=t, ids=("a", "b")), session)
    assert judged(scene(FAR, FAR, time_s=2.0, ids=("b", "a")), session) == [0, 3]
    assert judged(scene(FAR, FAR, time_s=3.0, ids=("c", "b")), session) == [0, 0]
    assert judged(scene(FAR, time_s=3.5, ids=("a",)), session) == [3], "remembered while it was not in the scene"


def test_an_intruder_that_was_away_longer_than_the_hysteresis_time_comes_as_new() -> None:
    session = Session()
    for t in (0.0, 1.0):
        judged(scene(NEAR, FAR, time_s=t, ids=("a", "b")), session)
    for t in (3.0, 5.0):
        judged(scene(FAR, time_s=t, ids=("b",)), session)
    assert judged(scene(FAR, FAR, time_s=6.5, ids=("a", "b")), session) == [0, 0]


def test_a_session_keeps_no_more_than_it_can_still_use() -> None:
    session = Session()
    for t in range(200):
        judged(scene(FAR, FAR, time_s=float(t), ids=(f"x{t}", f"y{t}")), session)
    assert len(session.states) <= 2 * (PHASE_I.memory.hysteresis_s + 1)


def test_without_memory_a_session_changes_nothing() -> None:
    session, forgetful = Session(), PHASE_I.forgetful()
    for t, east in enumerate((NEAR, FAR, LATER, NEAR, 18_500.0)):
        given = scene(east, time_s=float(t))
        alone = evaluate(forgetful, given, bands=False)
        assert alerts(evaluate(forgetful, given, session, bands=False)) == alerts(alone)


# --- bad input --------------------------------------------------------------------------------------------------------

BAD: Final[tuple[tuple[dict[str, Any], str], ...]] = (
    ({"own_position": np.zeros(2)}, "own_position: float64 of shape \\(2,\\)"),
    ({"own_velocity": np.zeros(3, np.float32)}, "own_velocity: float32"),
    ({"velocities": np.zeros((1, 3))}, "velocities: .*expected float64 of shape \\(2, 3\\)"),
    ({"positions": np.zeros((2, 2))}, "positions: .*expected"),
    ({"positions": np.array([[0.0, 0.0, 0.0], [nan, 0.0, 0.0]])}, "positions, row 1: .*not three finite numbers"),
    ({"velocities": np.array([[inf, 0.0, 0.0], [nan, 0.0, 0.0]])}, "velocities, row 0: "),
    ({"time_s": nan}, "time_s: nan is not a time"),
    ({"ids": ("a", "a")}, "ids: "),
    ({"ids": ("a",)}, "ids: "),
    ({"geodetic": True, "own_position": np.array([91.0, 0.0, 0.0])}, "own_position, row 0: latitude 91.0"),
    ({"geodetic": True, "positions": np.array([[0.0, 0.0, 0.0], [-90.5, 0.0, 0.0]])}, "positions, row 1: latitude"),
)


@pytest.mark.parametrize(("changes", "message"), BAD)
def test_bad_input_is_refused_with_its_name_and_row(changes: dict[str, Any], message: str) -> None:
    whole = replace(scene(NEAR, FAR), positions=np.zeros((2, 3)))
    with pytest.raises(ValueError, match=f"^{message}"):
        evaluate(PHASE_I, replace(whole, **changes), bands=False)


def test_a_memory_longer_than_a_row_can_hold_is_refused() -> None:
    long = replace(PHASE_I, memory=PHASE_I.memory._replace(n=QUEUE_MAX + 1))
    with pytest.raises(ValueError, match=r"^memory\.n"):
        evaluate(long, scene(NEAR), bands=False)


# --- frames -----------------------------------------------------------------------------------------------------------


def geodetic(lat_deg: float, lon_deg: float) -> Scene:
    """Return a head-on pair along a parallel, 0.15 degrees of longitude apart, ownship in the west."""
    return Scene(
        geodetic=True,
        own_position=np.array([lat_deg, lon_deg, 3000.0]),
        own_velocity=np.array([100.0, 0.0, 0.0]),
        positions=np.array([[lat_deg, (lon_deg + 0.15 + 180.0) % 360.0 - 180.0, 3000.0]]),
        velocities=np.array([[-100.0, 0.0, 0.0]]),
    )


@pytest.mark.parametrize("lat_deg", [0.0, 45.0, -60.0, 85.0])
def test_the_antimeridian_is_a_place_like_any_other(lat_deg: float) -> None:
    here = row("x", evaluate(PHASE_I, geodetic(lat_deg, 30.0), bands=False))
    there = row("x", evaluate(PHASE_I, geodetic(lat_deg, 179.9), bands=False))
    assert [each for each in differences(here, there, ALERTING - {"own"}) if abs_difference(each) > 1e-7] == []


def abs_difference(each: Any) -> float:
    """Return by how much two numbers differ."""
    return abs(float(each.reference) - float(each.ours))
