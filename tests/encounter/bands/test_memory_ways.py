"""Ways out and the preferred side through a sequence: rules R6.10 and R6.11 by hand."""

from math import inf, isnan, radians

import pytest

from tests.encounter.bands.coloured import DECIDED, FAR, HDIR, MID, NEAR, Dimension, Row

# --- resolutions (R6.10) ---------------------------------------------------------------------------------------------


def test_ways_out_stay_while_they_are_fresh() -> None:
    """R6.10: within the persistence time; then the difference of 2 is no longer less than delta 1."""
    one = Dimension(DECIDED)
    assert one.ways(0.0, (140.0, 160.0, MID)) == (140.0, 160.0, True)
    assert one.ways(1.0, (142.0, 158.0, MID)) == (140.0, 160.0, True)
    assert one.ways(3.9, (142.0, 158.0, MID)) == (140.0, 160.0, True)
    assert one.ways(4.0, (142.0, 158.0, MID)) == (142.0, 158.0, True)


def test_ways_out_stay_while_the_change_is_small() -> None:
    """R6.10, delta."""
    one = Dimension(DECIDED)
    one.ways(0.0, (140.0, 160.0, MID))
    assert one.ways(5.0, (140.9, 158.0, MID)) == (140.0, 158.0, True)


def test_a_way_out_that_became_hard_is_left_at_once() -> None:
    """R6.10: the segment of the old value must be softer than corrective."""
    one = Dimension(DECIDED)
    one.ways(0.0, (140.0, 160.0, MID))
    assert one.ways(1.0, (130.0, 170.0, MID)) == (130.0, 170.0, True)


def test_the_small_change_has_a_sign_on_a_line() -> None:
    """R6.10: old 160, raw 160.01 differ by less than any delta; the same on a circle is nearly a whole turn."""
    line = Dimension(DECIDED._replace(delta_hs_mps=0.001))
    line.ways(0.0, (140.0, 160.0, MID))
    assert line.ways(5.0, (139.99, 160.01, MID)) == (140.0, 160.0, True)
    circle = Dimension(DECIDED._replace(delta_hdir_rad=0.0001), HDIR)
    circle.ways(0.0, (2.0, 4.5, MID), value=3.0)
    assert circle.ways(5.0, (1.9999, 4.5004, MID), value=3.0) == (1.9999, 4.5004, False)


def test_a_way_out_on_the_wrong_side_is_left() -> None:
    """R6.10, left(): the heading has turned past the old way out, and around the circle all is open."""
    one = Dimension(DECIDED, HDIR)
    assert one.ways(0.0, (2.0, 2.5, MID), value=2.4) == (2.0, 2.5, True)
    assert one.ways(1.0, (2.6, 3.2, MID), value=3.0) == (2.0, 3.2, True)
    other = Dimension(DECIDED, HDIR)
    other.ways(0.0, (3.0, 3.5, MID), value=3.1)
    assert other.ways(1.0, (2.2, 2.9, MID), value=2.5) == (2.2, 3.5, False)


def test_every_segment_on_the_way_must_be_open() -> None:
    """R6.10: behind a NEAR band that has appeared, the old way out is none."""
    one = Dimension(DECIDED)
    assert one.ways(0.0, (100.0, 185.0, MID)) == (-inf, 185.0, True)
    assert one.ways(1.0, (130.0, 184.0, MID))[1:] == (185.0, True)
    assert one.ways(2.0, (130.0, 160.0, MID), (170.0, 180.0, NEAR))[1:] == (160.0, True)


@pytest.mark.parametrize(("first", "kept"), [((115.0, 175.0, MID), True), ((135.0, 175.0, MID), False)])
def test_both_walks_go_in_the_preferred_direction(first: Row, kept: bool) -> None:
    """R6.10: up through a FAR part to the old way out above, but only when up is preferred."""
    one = Dimension(DECIDED)
    assert one.ways(0.0, first) == (first[0], 175.0, kept)
    later = ((130.0, 160.0, MID), (160.0, 170.0, FAR))
    assert one.ways(1.0, *later) == (first[0] if first[0] < 130.0 else 130.0, 175.0 if kept else 160.0, kept)


def test_a_cheaper_recovery_keeps_its_way_out() -> None:
    """R6.10, N-factor: an old way out of N = 0 stays when today's costs N = 1, and not when it costs the same."""
    for n, expected in ((1, (140.0, 160.0, True)), (0, (143.0, 157.0, True))):
        one = Dimension(DECIDED)
        assert one.ways(0.0, (140.0, 160.0, MID), entered=True, n=0) == (140.0, 160.0, True)
        assert one.ways(4.0, (143.0, 157.0, MID), entered=True, n=n) == expected


def test_without_a_delta_ways_out_follow_every_step() -> None:
    """R6.10."""
    one = Dimension(DECIDED._replace(delta_hs_mps=0.0))
    one.ways(0.0, (140.0, 160.0, MID))
    assert one.ways(1.0, (142.0, 151.0, MID)) == (142.0, 151.0, True)
    assert one.ways(2.0, (149.0, 158.0, MID)) == (149.0, 158.0, False)


# --- preferred side (R6.11) ------------------------------------------------------------------------------------------


def test_the_preferred_side_stays_until_the_other_is_clearly_nearer_and_time_has_passed() -> None:
    """R6.11."""
    one = Dimension(DECIDED)
    assert one.ways(0.0, (130.0, 160.0, MID)) == (130.0, 160.0, True)
    assert one.ways(3.0, (145.0, 170.0, MID))[2], "too early"
    assert one.ways(4.0, (145.0, 155.5, MID))[2], "by less than delta"
    assert one.ways(5.0, (145.0, 170.0, MID)) == (145.0, 170.0, False)
    assert one.ways(8.9, (120.0, 152.0, MID)) == (120.0, 170.0, False), "the time counts from the switch"
    assert one.ways(9.0, (120.0, 152.0, MID)) == (120.0, 152.0, True)


def test_one_open_side_is_preferred_at_once() -> None:
    """R6.11: only up finite, only low finite; no side open resets to left or down."""
    one = Dimension(DECIDED)
    assert one.ways(0.0, (100.0, 160.0, MID)) == (-inf, 160.0, True)
    assert one.ways(1.0, (140.0, 200.0, MID)) == (140.0, inf, False)
    assert one.ways(2.0, (100.0, 160.0, MID)) == (-inf, 160.0, True)
    assert one.ways(3.0, (100.0, 200.0, NEAR)) == (-inf, inf, False)
    assert isnan(one.memory.state["preferred_since_s"][0])


def test_preferring_a_side_the_first_time_starts_the_time_only_by_a_switch() -> None:
    """R6.11: down alone is what an empty memory prefers, so nothing is fresh and ways out follow."""
    one = Dimension(DECIDED)
    assert one.ways(0.0, (140.0, 200.0, MID)) == (140.0, inf, False)
    assert one.ways(1.0, (142.0, 200.0, MID)) == (142.0, inf, False)


def test_no_switch_to_a_side_of_greater_n_factor() -> None:
    """R6.11: down is nearer, but its N = 1 costs more than the remembered up of N = 0."""
    for n, expected in ((1, (128.0, 160.0, True)), (0, (128.0, 158.0, False))):
        one = Dimension(DECIDED)
        assert one.ways(0.0, (130.0, 160.0, MID), entered=True, n=0) == (130.0, 160.0, True)
        assert one.ways(4.0, (128.0, 158.0, MID), value=142.0, entered=True, n=n) == expected


def test_a_switch_lets_go_of_ways_out_that_cost_no_less() -> None:
    """R6.11, switch: an old way out of N = 0 is cheaper than today's N = 1 and stays; at N = 0 it goes."""
    for n, down, up in ((1, 140.0, 160.0), (0, 145.0, 155.0)):
        settings = DECIDED._replace(delta_hs_mps=6.0)
        one = Dimension(settings)
        assert one.ways(0.0, (140.0, 155.0, MID), entered=True, n=0) == (140.0, 155.0, True)
        assert one.ways(4.0, (145.0, 170.0, MID), entered=True, n=n) == (down, 170.0, False)
        other = Dimension(settings)
        assert other.ways(0.0, (145.0, 160.0, MID), entered=True, n=0) == (145.0, 160.0, False)
        assert other.ways(4.0, (130.0, 155.0, MID), entered=True, n=n) == (130.0, up, True)


def test_a_way_out_within_the_time_is_kept_as_in_the_example() -> None:
    """Section 6, example S01 hdir: the list moves, `up` is kept 4 s, `down` is no longer green; then both are raw."""
    one = Dimension(DECIDED._replace(delta_hdir_rad=radians(15.0)), HDIR)
    assert one.ways(23.0, (5.056097, 5.427921, MID), value=5.2) == (5.056097, 5.427921, False)
    assert one.ways(24.0, (4.886869, 5.426465, MID), value=5.3) == (4.886869, 5.427921, False)
    assert one.ways(26.0, (4.886869, 5.426465, MID), value=5.3) == (4.886869, 5.427921, False)
    assert one.ways(27.0, (4.788527, 5.381939, MID), value=5.3) == (4.788527, 5.381939, True)
    assert one.ways(29.0, value=5.426261)[2] is False
