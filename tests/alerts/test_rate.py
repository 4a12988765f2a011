"""The alarm rate: counted once per showing, never fed back."""

from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.alerts.rate import KEPT_MAX, KEPT_S, Shown, live_rate, rate_report, remember
from airpact.monitors.finding import Kind
from tests.alerts.builders import ADVISORY, CAUTION, POLICY, WARNING

times_s = st.lists(st.floats(0.0, 7200.0), max_size=80).map(sorted)


def shown(*at_s: float, key: str = "a|b") -> list[Shown]:
    return [Shown(t_s, CAUTION, Kind.PREDICTED, key) for t_s in at_s]


def test_ten_in_ten_minutes_is_not_yet_a_flood() -> None:
    """More than 10: the eleventh makes it one, in the live figure and in the report."""
    ten, eleven = shown(*range(0, 100, 10)), shown(*range(0, 110, 10))
    for some, flood in ((ten, False), (eleven, True)):
        assert live_rate(some, 110.0, POLICY).flood is flood
        assert rate_report(some, 0.0, 3600.0, POLICY).windows_in_flood == int(flood)
    assert not live_rate(eleven, 600.0, POLICY).flood


def test_bins_stand_on_whole_ten_minutes_and_the_newest_is_filling() -> None:
    """At 01:05 the seven bins begin at 00:00; the last hour begins at 00:05."""
    live = live_rate(shown(0.0, 299.9, 599.9, 600.0, 3600.0, 3899.0), 3900.0, POLICY)
    assert live.bins == (3, 1, 0, 0, 0, 0, 2)
    assert live.last_hour == 4
    assert live_rate(shown(300.0, 300.1), 3900.0, POLICY).last_hour == 1


def test_an_empty_hour_is_zero_and_no_time_is_unknown() -> None:
    """Nothing shown is a measurement; no period is not."""
    report = rate_report([], 0.0, 3600.0, POLICY)
    assert (report.shown, report.per_hour, report.flood_share, report.windows) == (0, 0.0, 0.0, (0,) * 6)
    assert rate_report(shown(600.0), 0.0, 600.0, POLICY).windows == (1,)  # the last instant belongs to the period
    none = rate_report(shown(5.0), 5.0, 5.0, POLICY)
    assert isnan(none.per_hour)
    assert isnan(none.flood_share)
    assert live_rate([], 0.0, POLICY).bins == (0,) * 7


def test_the_report_counts_repeats_apart() -> None:
    """Repeats of one encounter are load, and stand apart from first showings."""
    some = [
        Shown(10.0, WARNING, Kind.LOSS, "a|b"),
        Shown(20.0, ADVISORY, Kind.PREDICTED, "c|d"),
        Shown(30.0, WARNING, Kind.LOSS, "a|b", True),
        Shown(9999.0, WARNING, Kind.LOSS, "a|b", True),
    ]
    report = rate_report(some, 0.0, 1800.0, POLICY)
    assert (report.shown, report.first_shown, report.per_hour) == (3, 2, 6.0)


def test_three_within_a_minute_is_chattering() -> None:
    """The worst minute counts, wherever it starts, and each pair for itself."""
    some = shown(0.0, 59.0, 60.0, 118.9, key="a|b") + shown(0.0, 30.0, 60.0, key="c|d") + shown(1.0, 2.0, key="e|f")
    assert rate_report(some, 0.0, 600.0, POLICY).chattering == {"a|b": 3}


def test_a_flood_across_a_window_border_shows_in_the_peak() -> None:
    """Six before and six after the border: no window floods, the worst ten minutes hold twelve."""
    report = rate_report(shown(*range(594, 606)), 0.0, 1200.0, POLICY)
    assert (report.windows, report.windows_in_flood, report.window_peak) == ((6, 6), 0, 12)


@given(times_s, st.floats(1.0, 7200.0))
def test_every_showing_is_counted_once(at_s: list[float], to_s: float) -> None:
    """Windows add up to the count, against a plain count of the same times."""
    report = rate_report(shown(*reversed(at_s)), 0.0, to_s, POLICY)
    inside = [t_s for t_s in at_s if t_s <= to_s]
    assert sum(report.windows) == report.shown == len(inside)
    assert report.window_peak == max((sum(t <= u < t + 600.0 for u in inside) for t in inside), default=0)


@given(times_s, st.floats(0.0, 3600.0))
def test_the_live_figures_agree_with_a_plain_count(at_s: list[float], later_s: float) -> None:
    """Also after old showings were forgotten."""
    kept: list[Shown] = []
    for t_s in at_s:
        remember(kept, shown(t_s))
    now_s = (at_s[-1] if at_s else 0.0) + later_s
    live = live_rate(kept, now_s, POLICY)
    assert live.last_hour == sum(t_s > now_s - 3600.0 for t_s in at_s)
    assert live.flood == (sum(t_s > now_s - 600.0 for t_s in at_s) > 10)
    starts_s = [(now_s // 600.0 - back) * 600.0 for back in range(6, -1, -1)]
    assert live.bins == tuple(sum(start <= t < start + 600.0 for t in at_s) for start in starts_s)


@pytest.mark.parametrize("per_s", [1, 50])
def test_the_memory_is_bounded_in_time_and_in_number(per_s: int) -> None:
    """70 minutes, and never more than the limit."""
    kept: list[Shown] = []
    for second in range(0, int(KEPT_S) + 600, 10):
        remember(kept, shown(*[float(second)] * per_s * 10))
    assert len(kept) <= KEPT_MAX
    assert kept[0].t_s >= kept[-1].t_s - KEPT_S
    remember(kept, [])
    assert kept[-1].t_s == int(KEPT_S) + 590.0
