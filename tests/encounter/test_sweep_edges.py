"""Edge cases with answers computed by hand, and mistakes of the caller, each refused by name."""

from typing import Any, Final

import numpy as np
import pytest

from airpact.encounter import find_alerts, find_conflicts, find_conflicts_of
from airpact.encounter.configurations import CONFIGURATIONS
from airpact.geo.sphere import EARTH_RADIUS_M
from tests.encounter.skies import Columns

NM: Final = 1852.0
FT: Final = 0.3048
RULE: Final = {"horizontal_m": 5 * NM, "vertical_m": 1000 * FT, "lookahead_s": 300.0}
P1: Final = CONFIGURATIONS["do365b_p1"].levels


def sky(*rows: tuple[float, float, float, float, float, float]) -> Columns:
    return Columns(*np.array(rows, np.float64).T)


def north_of(metres: float, lat_deg: float = 0.0) -> float:
    """Return the latitude whose chord from `lat_deg` is `metres`: the distance of the pair's plane."""
    return lat_deg + float(np.degrees(2.0 * np.arcsin(metres / (2.0 * EARTH_RADIUS_M))))


LEVEL: Final = (0.0, 10.0, 3000.0, 90.0, 200.0, 0.0)


def only(*rows: tuple[float, float, float, float, float, float]) -> tuple[float, ...] | None:
    """Return (t_in, t_out, t_cpa, horizontal, vertical, in loss) of the one conflict of two rows, None = none."""
    found = find_conflicts(*sky(*rows), **RULE)
    assert len(found.first) <= 1
    columns = (found.t_in_s, found.t_out_s, found.t_cpa_s, found.horizontal_cpa_m, found.vertical_cpa_m, found.in_loss)
    return tuple(float(column[0]) for column in columns) if len(found.first) else None


def test_formation_inside_lasts_the_whole_look_ahead() -> None:
    inside = only(LEVEL, (north_of(NM), *LEVEL[1:]))
    assert inside is not None
    assert inside[:2] == (0.0, 300.0)
    assert inside[3:] == pytest.approx((NM, 0.0, 1.0), rel=1e-9)


def test_formation_outside_is_none() -> None:
    assert only(LEVEL, (north_of(5.1 * NM), *LEVEL[1:])) is None


def test_two_that_hover_in_one_place() -> None:
    hover = (0.0, 10.0, 100.0, 0.0, 0.0, 0.0)
    assert only(hover, hover) == (0.0, 300.0, 0.0, 0.0, 0.0, 1.0)


def test_touching_the_cylinder_is_no_conflict() -> None:
    hover = (0.0, 10.0, 3000.0, 0.0, 0.0, 0.0)
    assert only(hover, (north_of(5 * NM), 10.0, 3000.0, 0.0, 0.0, 0.0)) is None
    assert only(hover, (north_of(5 * NM - 1e-3), 10.0, 3000.0, 0.0, 0.0, 0.0)) is not None


def test_exactly_at_the_vertical_limit_is_no_conflict_for_either() -> None:
    above = (0.0, 10.1, 3000.0 + 1000 * FT, 270.0, 200.0, 0.0)
    assert only(LEVEL, above) is None
    assert only(above, LEVEL) is None
    assert only(LEVEL, (*above[:2], above[2] - 0.01, *above[3:])) is not None


def test_vertical_only() -> None:
    """Same place and ground velocity, 2,000 ft apart, closing at 10 m/s: in at 1,000 ft, out 2,000 ft later."""
    found = only(LEVEL, (*LEVEL[:2], 3000.0 + 2000 * FT, *LEVEL[3:5], -10.0))
    assert found is not None
    assert found[:2] == pytest.approx((30.48, 91.44))


def test_climbing_through_a_level_ahead() -> None:
    """Head-on from 20 NM at 400 m/s: within 5 NM from 69 s to 116 s; the climber within 1,000 ft from 80 s."""
    separation = 20 * NM
    climber = (north_of(separation), 10.0, 3000.0 - 80 * 10.0 - 1000 * FT, 180.0, 200.0, 10.0)
    found = only((0.0, 10.0, 3000.0, 0.0, 200.0, 0.0), climber)
    assert found is not None
    closing = 400.0 * np.cos(np.arcsin(separation / (2 * EARTH_RADIUS_M)))  # both tilt half the arc to the plane
    assert found[0] == pytest.approx(80.0, rel=1e-9)
    assert found[1] == pytest.approx((separation + 5 * NM) / closing, rel=1e-9)
    assert found[2] == pytest.approx(separation / closing, rel=1e-9)


def test_past_is_none() -> None:
    assert only((0.0, 10.0, 3000.0, 270.0, 200.0, 0.0), (0.0, 10.2, 3000.0, 90.0, 200.0, 0.0)) is None


@pytest.mark.parametrize("shift", [0.0, 179.9, 180.0, -180.0, -179.95, 359.9, -360.0])
def test_head_on_is_the_same_at_the_antimeridian(shift: float) -> None:
    found = find_conflicts(
        *sky((0.0, shift, 3000.0, 90.0, 200.0, 0.0), (0.0, shift + 0.3, 3000.0, 270.0, 200.0, 0.0))
        if shift < 359
        else sky((0.0, shift, 3000.0, 90.0, 200.0, 0.0), (0.0, shift - 359.7, 3000.0, 270.0, 200.0, 0.0)),
        **RULE,
    )
    chord = 2 * EARTH_RADIUS_M * np.sin(np.radians(0.15))
    assert found.t_in_s.tolist() == [pytest.approx((chord - 5 * NM) / (400.0 * np.cos(np.radians(0.15))), rel=1e-9)]


@pytest.mark.parametrize("pole", [1, -1])
def test_head_on_over_the_pole(pole: int) -> None:
    """Opposite meridians, 0.3 degrees of arc over the pole, both towards it."""
    towards = 0.0 if pole == 1 else 180.0
    rows = sky((pole * 89.85, 20.0, 3000.0, towards, 200.0, 0.0), (pole * 89.85, -160.0, 3000.0, towards, 200.0, 0.0))
    chord = 2 * EARTH_RADIUS_M * np.sin(np.radians(0.15))
    wanted = (chord - 5 * NM) / (400.0 * np.cos(np.radians(0.15)))
    assert find_conflicts(*rows, **RULE).t_in_s.tolist() == [pytest.approx(wanted, rel=1e-9)]


def test_on_the_pole_itself() -> None:
    rows = sky((90.0, 0.0, 3000.0, 0.0, 0.0, 0.0), (89.9, 77.0, 3000.0, 0.0, 100.0, 0.0))
    assert find_conflicts(*rows, **RULE).t_in_s.tolist() == [pytest.approx(18.7, abs=0.5)]


def test_very_fast_and_very_slow() -> None:
    fast = only(LEVEL, (0.0, 12.0, 3000.0, 270.0, 3000.0, 0.0))
    assert fast is not None
    assert fast[0] == pytest.approx((222_211 - 9260) / 3199.5, rel=1e-3)
    slow = only((0.0, 10.0, 0.0, 0.0, 0.01, 0.0), (north_of(5 * NM + 1.0), 10.0, 0.0, 180.0, 0.0, 0.0))
    assert slow is not None
    assert slow[0] == pytest.approx(100.0, rel=1e-6)


def test_an_empty_and_a_lonely_sky() -> None:
    for rows in (Columns(*np.empty((6, 0))), sky(LEVEL)):
        found = find_conflicts(*rows, **RULE)
        assert len(found.first) == len(found.unjudged.first) == 0


def test_a_fine_mixture_of_types_is_taken() -> None:
    rows = sky(LEVEL, (0.0, 10.05, 3000.0, 270.0, 200.0, 0.0))
    wanted = find_conflicts(*rows, **RULE)
    lists = find_conflicts(*(column.tolist() for column in rows), **RULE)
    single = find_conflicts(*(column.astype(np.float32) for column in rows), **RULE)
    strided = find_conflicts(*(np.repeat(column, 2)[::2] for column in rows), **RULE)
    for column in rows:
        column.flags.writeable = False
    frozen = find_conflicts(*rows, **RULE)
    for other in (lists, strided, frozen):
        assert other.t_in_s.tobytes() == wanted.t_in_s.tobytes()
    assert single.first.tolist() == [0]


# --- mistakes --------------------------------------------------------------------------------------------------------

TWO: Final = sky(LEVEL, (0.0, 10.05, 3000.0, 270.0, 200.0, 0.0))
PAIR: Final = np.array([[[9260.0, 300.0, 300.0]]])


def changed(name: str, row: int, value: float) -> Columns:
    column = getattr(TWO, name).copy()
    column[row] = value
    return TWO._replace(**{name: column})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lat_deg", 90.001), ("lat_deg", -91.0), ("lon_deg", 361.0), ("ground_speed_mps", -1.0), ("altitude_m", np.inf),
        ("vertical_speed_mps", -np.inf), ("track_deg", np.inf), ("ground_speed_mps", np.inf), ("track_deg", 721.0),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused_with_its_row(name: str, value: float) -> None:
    for call in (find_conflicts, lambda *rows, **rule: find_conflicts_of(0, *rows, **rule)):
        with pytest.raises(ValueError, match=rf"^{name}\[1\] is "):
            call(*changed(name, 1, value), **RULE)


@pytest.mark.parametrize("name", Columns._fields)
def test_a_column_of_another_length_or_type_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match="rows"):
        find_conflicts(*TWO._replace(**{name: np.zeros(3)}), **RULE)
    for wrong in (np.array(["1", "2"]), np.array([1j, 2j]), np.array([True, False]), np.array([None, 1.0])):
        with pytest.raises(TypeError, match=f"^{name} has dtype"):
            find_conflicts(*TWO._replace(**{name: wrong}), **RULE)
    with pytest.raises(ValueError, match=f"^{name} has shape"):
        find_conflicts(*TWO._replace(**{name: np.zeros((2, 1))}), **RULE)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "give horizontal_m, vertical_m and lookahead_s"),
        ({"horizontal_m": 1.0}, "give horizontal_m, vertical_m and lookahead_s"),
        ({**RULE, "minima": PAIR}, "both given"),
        ({**RULE, "group": [0, 0]}, "group is given without minima"),
        ({"minima": PAIR}, "minima is given without group"),
        ({**RULE, "lookahead_s": 0.0}, "above 0"),
        ({**RULE, "horizontal_m": -1.0}, "above 0"),
        ({**RULE, "lookahead_s": np.inf}, "above 0"),
        ({"group": [0, 0], "minima": np.zeros((1, 1, 2))}, "shape"),
        ({"group": [0, 0], "minima": np.ones((1, 2, 3))}, "shape"),
        ({"group": [0, 0], "minima": np.array([[[1.0, np.nan, 1.0]]])}, r"minima"),
        ({"group": [0, 1], "minima": PAIR}, r"group\[1\] is 1: there are 0 to 0"),
        ({"group": [-1, 0], "minima": PAIR}, r"group\[0\] is -1"),
        ({"group": [0], "minima": PAIR}, "group has 1 rows"),
        ({**RULE, "horizontal_uncertainty_m": [1.0, -1.0]}, r"horizontal_uncertainty_m\[1\] is -1"),
        ({**RULE, "vertical_uncertainty_m": [np.nan, 1.0]}, r"vertical_uncertainty_m\[0\] is NaN"),
        ({**RULE, "vertical_uncertainty_m": np.nan}, r"vertical_uncertainty_m\[0\] is NaN"),
        ({**RULE, "altitude_kind": [1]}, "altitude_kind has 1 rows"),
        ({**RULE, "altitude_kind": [1, 256]}, r"altitude_kind\[1\] is 256"),
    ],
)
def test_minima_and_options_that_cannot_be_meant_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        find_conflicts(*TWO, **options)


def test_a_table_of_minima_has_no_order() -> None:
    minima = np.tile(PAIR, (2, 2, 1))
    minima[0, 1, 0] = 1.0
    with pytest.raises(ValueError, match=r"minima\[0, 1\] differs from minima\[1, 0\]"):
        find_conflicts(*TWO, group=[0, 1], minima=minima)


def test_groups_and_kinds_are_whole_numbers() -> None:
    with pytest.raises(TypeError, match="group has dtype float64"):
        find_conflicts(*TWO, group=[0.0, 0.0], minima=PAIR)
    with pytest.raises(TypeError, match="altitude_kind has dtype"):
        find_conflicts(*TWO, **RULE, altitude_kind=[1.0, 1.0])


def test_alerters_that_cannot_be_meant_are_refused() -> None:
    with pytest.raises(ValueError, match="one alerter"):
        find_alerts(*TWO)
    with pytest.raises(TypeError, match="alerter is no alerter"):
        find_alerts(*TWO, alerter=np.zeros(3))
    with pytest.raises(ValueError, match="square"):
        find_alerts(*TWO, group=[0, 0], alerters=[[P1, P1]])
    with pytest.raises(ValueError, match=r"alerters\[1\]\[0\] differs"):
        find_alerts(*TWO, group=[0, 0], alerters=[[P1, P1], [None, P1]])
    with pytest.raises(ValueError, match="together"):
        find_alerts(*TWO, alerter=P1, group=[0, 0])
    with pytest.raises(ValueError, match="lookahead_s"):
        find_alerts(*TWO, alerter=P1, lookahead_s=0.0)
    broken = P1.copy()
    broken["kind"][1] = 17
    with pytest.raises(ValueError, match=r"alerter\[1\] is"):
        find_alerts(*TWO, alerter=broken)


def test_a_track_that_is_not_there_is_refused() -> None:
    with pytest.raises(IndexError, match="track is 2: there are rows 0 to 1"):
        find_conflicts_of(2, *TWO, **RULE)
