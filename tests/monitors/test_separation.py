"""The separation monitor through whole steps: what alerts, what does not, and what is listed as not judged."""

from math import nan

import pytest

from airpact.agreement.alerter import shipped
from airpact.agreement.ladder import DECLARED_FORMATION
from airpact.agreement.parameters import PairMemory, Rung
from airpact.alerts.alert import State
from airpact.alerts.policy import AlertPolicy
from airpact.encounter.configurations import CONFIGURATIONS
from airpact.encounter.judge import VERDICT
from airpact.encounter.levels import Level
from airpact.geo.units import AltitudeKind
from airpact.monitors.finding import Kind
from airpact.monitors.separation import NO_VELOCITY, ONLY_PRESENT, STALE, Verdict
from airpact.node.snapshot import freeze, thaw
from airpact.node.view import alive_rows, counts
from airpact.picture.rules import Formation, PartyRules
from tests.node.skies import T0, Desk, report, setting_of

A, B = "a00001", "a00002"


def pair(t: float, apart_m: float, *, speed: float = 100.0, **more):  # type: ignore[no-untyped-def]
    """Return two aircraft side by side, both flying east."""
    return [
        report(A, t, speed * t, track=90, speed=speed),
        report(B, t, speed * t, apart_m, track=90, speed=speed, **more),
    ]


def head_on(t: float, far_m: float) -> list:  # type: ignore[type-arg]
    return [report(A, t, track=90, speed=100), report(B, t, far_m, track=270, speed=100)]


def test_a_pair_inside_minima_is_a_warning_at_once() -> None:
    desk = Desk(setting_of())
    desk.tick(0, pair(0, 1000))
    alert = desk.alert(A, B)
    assert alert is not None
    assert (alert.level, alert.state, alert.finding.kind) == (Level.WARNING, State.ACTIVE, Kind.LOSS)
    assert alert.finding.approach is not None
    assert alert.finding.approach.horizontal_m == pytest.approx(1000, rel=1e-3)
    assert (alert.finding.clause, alert.finding.document) == ("1", "d" * 64), "why: clause and document"


def test_a_predicted_pair_rises_by_itself_when_its_time_comes() -> None:
    """12 km at 200 m/s: entry in 50 s, so a caution now and a warning in 25 s, though nothing more is heard."""
    desk = Desk(setting_of())
    desk.tick(0, head_on(0, 12_000))
    assert desk.alert(A, B).level is Level.CAUTION  # type: ignore[union-attr]
    due = desk.world.due_s - T0
    assert due == pytest.approx(15.0) or due == pytest.approx(25.0, abs=0.3)
    desk.tick(26)
    assert desk.alert(A, B).level is Level.WARNING  # type: ignore[union-attr]


def test_heights_that_cannot_be_compared_alert_as_height_unknown() -> None:
    for more in ({"height_m": nan, "kind": AltitudeKind.UNKNOWN}, {"kind": AltitudeKind.GEOMETRIC, "height_m": 9000.0}):
        desk = Desk(setting_of())
        desk.tick(0, pair(0, 1000, **more))
        alert = desk.alert(A, B)
        assert alert is not None
        assert (alert.finding.kind, alert.level) == (Kind.VERTICAL_UNKNOWN, Level.WARNING)


def test_an_aircraft_on_the_ground_is_not_judged() -> None:
    desk = Desk(setting_of())
    desk.tick(0, pair(0, 500, on_ground=True))
    assert desk.alert(A, B) is None
    assert desk.ids == {A, B}


def test_landing_ends_an_alert_as_no_longer_judged_and_takes_the_pair_off_every_list() -> None:
    desk = Desk(setting_of())
    desk.tick(0, pair(0, 500))
    desk.tick(1, pair(1, 500, on_ground=True))
    alert = desk.alert(A, B)
    assert alert is not None
    assert (alert.state, alert.ending) == (State.CLEARED, "unjudged")
    assert desk.world.pairs.due_s == {}


def test_a_pair_without_a_velocity_is_judged_for_the_present_and_listed_with_the_reason() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report(A, 0, track=90, speed=0), report(B, 0, 1500)])
    alert = desk.alert(A, B)
    assert alert is not None
    assert alert.finding.detail == ONLY_PRESENT[NO_VELOCITY]
    assert desk.world.pairs.unjudged == {(A, B): NO_VELOCITY}


def test_a_pair_of_which_one_fell_silent_is_listed_as_stale_and_not_as_without_a_velocity() -> None:
    """Its velocity was known, and is too old to say where it goes."""
    desk = Desk(setting_of())
    desk.tick(0, pair(0, 1500))
    for t in range(1, 32):
        assert desk.world.pairs.unjudged == {}
        desk.tick(t, [report(A, t, 100.0 * t, track=90, speed=100)])
    assert desk.world.pairs.unjudged == {(A, B): STALE}
    alert = desk.alert(A, B)
    assert alert is not None
    assert alert.finding.detail == ONLY_PRESENT[STALE]
    assert counts(desk.world, alive_rows(desk.world))["unjudged"] == {"stale": 1}


def test_a_pair_that_flew_apart_is_no_longer_listed_as_near() -> None:
    desk = Desk(setting_of())
    for t in range(60):
        desk.tick(t, [report(A, t, 0, track=90, speed=0), report(B, t, 1500 + 300 * t)])
    assert desk.world.pairs.unjudged == {}


def test_relay_time_makes_a_caution_look_further_and_leaves_a_warning_alone() -> None:
    """Entry in 100 s: beyond a 60 s caution, within one that allows 90 s of relay and 30 s of margin."""
    for relay_s, level in ((20.0, None), (90.0, Level.CAUTION)):
        desk = Desk(setting_of(relay_s=relay_s))
        desk.tick(0, head_on(0, 22_000))
        alert = desk.alert(A, B)
        assert (None if alert is None else alert.level) is level


def test_a_declared_formation_is_excepted_and_counted_until_it_ends() -> None:
    rules = PartyRules(formations=(Formation("two", frozenset({A, B}), T0 + 5),))
    desk = Desk(setting_of(rules=rules, exceptions=(DECLARED_FORMATION,)))
    desk.tick(0, pair(0, 500))
    assert desk.alert(A, B) is None
    assert desk.world.pairs.suppressed == {(A, B): DECLARED_FORMATION}
    desk.tick(6, pair(6, 500))
    assert desk.world.pairs.suppressed == {}
    assert desk.alert(A, B).level is Level.WARNING  # type: ignore[union-attr]


def test_a_clause_without_the_exception_binds_a_formation_too() -> None:
    rules = PartyRules(formations=(Formation("two", frozenset({A, B})),))
    desk = Desk(setting_of(rules=rules))
    desk.tick(0, pair(0, 500))
    assert desk.alert(A, B) is not None
    assert desk.world.pairs.suppressed == {}


def test_an_alert_ends_beyond_the_widened_minima_after_the_hold() -> None:
    desk = Desk(setting_of())
    desk.tick(0, pair(0, 1900, speed=0))
    for t in range(1, 30):
        desk.tick(t, pair(t, 2300 if t < 15 else 2500, speed=0))
        alert = desk.alert(A, B)
        assert alert is not None
        if t < 15:
            assert alert.clear_since_s != alert.clear_since_s, "between minima and minima x 1.2 nothing is over"
    over = desk.alert(A, B)
    assert over is not None
    assert (over.state, over.ending) == (State.CLEARED, "beyond")


def test_ids_that_differ_only_behind_the_seventh_byte_keep_one_order() -> None:
    """The same two tracks whichever came first: the key, the link and the alert are the same."""
    keys = set()
    for first, second in (("mlat", "tisb"), ("tisb", "mlat")):
        desk = Desk(setting_of())
        desk.tick(0, [report(A, 0, 0, track=90, speed=0)])
        for t, feed in ((1, first), (2, second)):
            desk.tick(t, [report(A, t, 40_000, 100 if feed == "mlat" else 900, track=90, speed=0, feed=feed)])
        keys.add(tuple(sorted(desk.world.alerts.alerts)))
    assert keys == {(f"{A}@mlat|{A}@tisb",)}


def test_overlapping_rungs_raise_the_worse_level() -> None:
    rungs = (Rung(Level.ADVISORY, 9000, 900, 0), Rung(Level.CAUTION, 5000, 600, 0), Rung(Level.WARNING, 2000, 300, 0))
    for apart, level in ((8000, Level.ADVISORY), (4000, Level.CAUTION), (1000, Level.WARNING)):
        desk = Desk(setting_of(rungs))
        desk.tick(0, pair(0, apart))
        desk.tick(1, pair(1, apart))
        assert desk.alert(A, B).level is level  # type: ignore[union-attr]


def test_nothing_agreed_means_nothing_judged() -> None:
    desk = Desk(setting_of(()))
    desk.tick(0, pair(0, 100))
    assert desk.world.alerts.alerts == {}


def alerter_desk(memory: PairMemory | None = None) -> Desk:
    """Return a desk under the alerter of DO-365B, Phase I, that shows an alert at its first finding."""
    rungs, shipped_memory = shipped(CONFIGURATIONS["do365b_p1"])
    policy = AlertPolicy(on_delay_hits=1, on_delay_window=1)
    return Desk(setting_of(rungs, policy=policy, memory=shipped_memory if memory is None else memory))


def test_an_alerter_calls_at_its_second_moment_and_is_judged_every_second_until_it_is_quiet() -> None:
    """2 of 4: the first moment is not called; then reports stop and its memory goes on by itself."""
    desk = alerter_desk()
    desk.tick(0, head_on(0, 14_000))
    assert desk.alert(A, B) is None
    assert desk.world.pairs.moments[A, B]["1"].queue == (0, 0, 0, 2)
    assert desk.world.due_s == pytest.approx(T0 + 1.0)
    desk.tick(0.4)
    assert desk.alert(A, B) is None, "a moment is a second long"
    desk.tick(1.0)
    alert = desk.alert(A, B)
    assert alert is not None
    assert (alert.level, alert.finding.kind) == (Level.CAUTION, Kind.PREDICTED)
    assert alert.finding.approach is not None
    assert alert.finding.approach.asked_vertical_m == pytest.approx(450 * 0.3048)


def test_the_memory_of_an_alerter_survives_a_restart_and_goes_with_the_pair() -> None:
    desk = alerter_desk()
    desk.tick(0, head_on(0, 14_000))
    desk.tick(1)
    again = thaw(freeze(desk.world), desk.setting)
    assert again.pairs.moments == desk.world.pairs.moments
    desk.tick(61)
    assert desk.world.pairs.moments == {}


def test_a_memory_that_is_quiet_again_is_dropped_and_the_pair_is_no_longer_judged_by_itself() -> None:
    desk = alerter_desk()
    for t in range(40):
        track = 270 if t < 3 else 90  # then it flies away at the same speed
        far = 6_000.0 + (-t if t < 3 else t)
        desk.tick(t, [report(A, t, track=90, speed=0), report(B, t, far, track=track, speed=100)])
        if not 3 <= t < 12:
            assert ((A, B) in desk.world.pairs.moments) == (t < 3)


def test_an_alerter_without_a_memory_calls_at_once() -> None:
    desk = alerter_desk(PairMemory())
    desk.tick(0, head_on(0, 14_000))
    assert desk.alert(A, B).level is Level.CAUTION  # type: ignore[union-attr]
    assert desk.world.pairs.moments == {}


def test_a_verdict_in_plain_numbers_has_the_fields_of_the_record_in_their_order() -> None:
    assert Verdict._fields == VERDICT.names
