"""The two figures an acknowledgement remembers: time to loss and distance."""

from math import inf, nan

import pytest
from msgspec.structs import replace

from airpact.alerts.alert import distance_m, time_to_loss_s
from tests.alerts.builders import feed_lost, finding


@pytest.mark.parametrize(
    ("in_s", "loss", "now_s", "expected_s"),
    [(60.0, False, 100.0, 60.0), (60.0, False, 130.0, 30.0), (60.0, False, 170.0, 0.0), (60.0, True, 100.0, 0.0)],
)
def test_time_to_loss_runs_down_to_zero(in_s: float, loss: bool, now_s: float, expected_s: float) -> None:
    """It counts from now, not from the judgement, and never goes below zero."""
    assert time_to_loss_s(finding(100.0, in_s=in_s, loss=loss), now_s) == expected_s


def test_unknown_geometry_is_far_away_not_near() -> None:
    """A feed has no time and no distance; unknown entry is not zero."""
    assert (time_to_loss_s(feed_lost(), 100.0), distance_m(feed_lost())) == (inf, inf)
    assert time_to_loss_s(finding(in_s=nan), 100.0) == inf
    assert distance_m(finding(horizontal_m=nan)) == inf


def test_distance_is_slant_where_heights_are_known() -> None:
    """3-4-5; with an unknown height the horizontal distance stands alone."""
    assert distance_m(finding(horizontal_m=3000.0, vertical_m=4000.0)) == pytest.approx(5000.0, abs=1e-9)
    assert distance_m(finding(horizontal_m=3000.0, vertical_m=nan)) == 3000.0
    assert distance_m(replace(finding(), approach=None)) == inf
