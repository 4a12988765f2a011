"""Trails are where tracks were, one column a second, bounded in memory and in what is sent."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.node.engine import Positions
from airpact.node.trails import Trails
from tests.node.fakes import positions


def as_json(trails: Trails, **limits: int) -> dict[str, list[object]]:
    answer: dict[str, list[object]] = json.loads(trails.table(**limits).json())
    return answer


def test_nothing_flown_is_an_empty_table() -> None:
    assert as_json(Trails()) == {"t": [], "id": [], "lat": [], "lon": []}


def test_a_track_that_came_and_went_has_null_where_it_was_not() -> None:
    trails = Trails(kept=4)
    trails.add(1.0, positions(a=(36.12345, 35.5)))
    trails.add(2.0, positions(a=(36.2, 35.6), b=(-1.0, 179.5)))
    trails.add(3.0, positions(b=(-1.1, -179.5)))
    assert as_json(trails) == {
        "t": [1.0, 2.0, 3.0],
        "id": ["a", "b"],
        "lat": [[36.12345, 36.2, None], [None, -1.0, -1.1]],
        "lon": [[35.5, 35.6, None], [None, 179.5, -179.5]],
    }


def test_the_oldest_column_is_written_over_and_a_track_out_of_the_ring_is_gone() -> None:
    trails = Trails(kept=3)
    trails.add(0.0, positions(gone=(1.0, 1.0)))
    for second in range(1, 4):
        trails.add(float(second), positions(here=(2.0, second)))
    assert as_json(trails) == {"t": [1.0, 2.0, 3.0], "id": ["here"], "lat": [[2.0] * 3], "lon": [[1.0, 2.0, 3.0]]}


def test_a_day_of_tracks_leaves_only_those_of_the_ring() -> None:
    trails = Trails(kept=4)
    for second in range(400):
        trails.add(float(second), positions(**{f"t{second // 2}": (1.0, 2.0)}))
    assert as_json(trails)["id"] == ["t198", "t199"]


def test_tracks_beyond_the_limit_are_left_out_and_counted() -> None:
    trails = Trails(kept=2, tracks_max=3)
    trails.add(1.0, positions(**dict.fromkeys("abcde", (1.0, 2.0))))
    assert trails.tracks_left_out == 2
    assert as_json(trails)["id"] == ["a", "b", "c"]
    trails.add(2.0, positions(a=(1.0, 2.0)))
    assert trails.tracks_left_out == 0


def test_a_large_table_is_thinned_and_keeps_the_newest_column() -> None:
    trails = Trails(kept=10)
    for second in range(10):
        trails.add(float(second), positions(a=(1.0, 2.0), b=(1.0, 2.0)))
    assert as_json(trails, points_max=8)["t"] == [0.0, 3.0, 6.0, 9.0]


@given(st.lists(st.dictionaries(st.sampled_from("abcdef"), st.floats(-89, 89, width=32)), max_size=30))
def test_the_table_is_the_last_columns_whatever_came(columns: list[dict[str, float]]) -> None:
    kept = 5
    trails = Trails(kept)
    for second, column in enumerate(columns):
        trails.add(float(second), positions(**{track: (lat, 0.0) for track, lat in column.items()}))
    table = trails.table()
    last = columns[-kept:]
    assert table.ids == tuple(sorted({track for column in last for track in column}))
    for track, row in zip(table.ids, table.lat_deg, strict=True):
        expected = [column.get(track, np.nan) for column in last]
        np.testing.assert_allclose(row, expected, rtol=1e-6)


def test_positions_of_unequal_length_are_an_error_not_a_shift() -> None:
    with pytest.raises(ValueError, match="2 ids for 1"):
        Trails().add(1.0, Positions(("a", "b"), np.zeros(1, np.float32), np.zeros(1, np.float32)))
