"""Guidance through whole steps: who is asked for what, when nothing is offered and why, how long an answer stands."""

from math import cos, degrees, hypot, nan, radians, sin
from typing import Any

import msgspec
import pytest

from airpact.agreement.ladder import DECLARED_FORMATION
from airpact.agreement.parameters import Rung
from airpact.encounter.levels import Level
from airpact.feeds.report import Report
from airpact.geo.units import AltitudeKind
from airpact.monitors.finding import Audience, Guidance
from airpact.monitors.guidance import LASTS_S, PER_TICK
from airpact.node.commands import GUIDANCE, apply
from airpact.node.entries import Entry
from airpact.node.snapshot import freeze, thaw
from airpact.node.view import alert_row
from airpact.picture.rules import Formation, PartyRules, read_rules
from tests.node.skies import T0, Desk, report, setting_of

RULES = read_rules(
    "parties: [{id: blue, name: Blue, role: own}, {id: red, name: Red, role: peer}]\n"
    "rules: [{party: blue, callsign: 'BLUE*'}, {party: red, callsign: 'RED*'}]\nformations: []\n"
)
RUNGS = (Rung(Level.CAUTION, 5000.0, 300.0, 240.0), Rung(Level.WARNING, 5000.0, 300.0, 0.0))
A, B = "a00001", "b00002"
RELAY_S = 45.0
SPEED = 120.0
FAR_M = 40_000.0


def ready(desk: Desk) -> Desk:
    apply(desk.world, Entry(desk.world.applied + 1, T0, GUIDANCE, "node", {"ready": True}))
    return desk


def desk_of(rules: PartyRules = RULES, **more: object) -> Desk:
    return ready(Desk(setting_of(RUNGS, rules=rules, relay_s=RELAY_S, **more)))  # type: ignore[arg-type]


def head_on(t: float, signs: tuple[str, str] = ("BLUE1", "RED1"), aside_m: float = 800.0, **more) -> list[Report]:  # type: ignore[no-untyped-def]
    """Return two that meet after FAR_M / 240 m/s, the second passing a little to the north."""
    return [
        report(A, t, SPEED * t, track=90, speed=SPEED, callsign=signs[0]),
        report(B, t, FAR_M - SPEED * t, aside_m, track=270, speed=SPEED, callsign=signs[1], **more),
    ]


def guidance_of(desk: Desk, a: str = A, b: str = B) -> Guidance | None:
    alert = desk.alert(a, b)
    assert alert is not None
    return alert.finding.guidance


def given(desk: Desk) -> Guidance:
    guidance = guidance_of(desk)
    assert guidance is not None
    return guidance


def test_two_parties_get_one_joint_answer_for_the_instant_their_crews_can_act() -> None:
    desk = desk_of()
    desk.tick(0, head_on(0))
    guidance = given(desk)
    assert (guidance.kind, guidance.reason) == (Guidance.MANOEUVRE, "")
    assert (guidance.a.audience, guidance.b.audience) == (Audience.INSTRUCTION, Audience.REQUEST)
    assert guidance.issued_s == T0
    assert guidance.for_s == T0 + RELAY_S
    assert guidance.good_until_s is not None
    assert guidance.good_until_s >= guidance.for_s
    assert {guidance.a.dimension, guidance.b.dimension} <= {"track", ""}, "a turn solves it"
    assert "track" in (guidance.a.dimension, guidance.b.dimension)
    assert guidance.least_m is not None
    assert guidance.least_without_m is not None
    assert guidance.least_m > guidance.least_without_m


def flown(t: float, east: float, north: float, track_deg: float, to_deg: float | None) -> tuple[float, float]:
    """Fly on the plane in steps of 0.1 s: straight until RELAY_S, then the shorter turn at 3 deg/s, then straight."""
    track, step = radians(track_deg), 0.1
    for k in range(round(t / step)):
        if to_deg is not None and k * step >= RELAY_S:
            left = (to_deg - degrees(track) + 180.0) % 360.0 - 180.0
            track += radians(max(-0.3, min(0.3, left)))
        east, north = east + SPEED * sin(track) * step, north + SPEED * cos(track) * step
    return east, north


@pytest.mark.parametrize("flies", [(True, True), (True, False), (False, True), (False, False)])
@pytest.mark.parametrize("aside_m", [0.0, 800.0, -2500.0])
def test_flying_it_from_then_on_never_brings_them_nearer(flies: tuple[bool, bool], aside_m: float) -> None:
    desk = desk_of()
    desk.tick(0, head_on(0, aside_m=aside_m))
    guidance = given(desk)
    assert guidance.offers
    to_a, to_b = (part.to if fly else None for part, fly in zip((guidance.a, guidance.b), flies, strict=True))
    least, without = 1e9, 1e9
    for t in range(0, 260, 2):
        one, two = flown(t, 0.0, 0.0, 90.0, to_a), flown(t, FAR_M, aside_m, 270.0, to_b)
        least = min(least, hypot(one[0] - two[0], one[1] - two[1]))
        one, two = flown(t, 0.0, 0.0, 90.0, None), flown(t, FAR_M, aside_m, 270.0, None)
        without = min(without, hypot(one[0] - two[0], one[1] - two[1]))
    assert least >= without - 1.0
    if all(flies):
        assert least >= 5000.0 - 1.0, "both together keep the minimum"


@pytest.mark.parametrize(
    ("signs", "audiences"),
    [
        (("BLUE1", "BLUE2"), (Audience.INSTRUCTION, Audience.INSTRUCTION)),
        (("BLUE1", "ABC12"), (Audience.INSTRUCTION, Audience.INFORMATION)),
        (("ABC12", "RED1"), (Audience.INFORMATION, Audience.REQUEST)),
    ],
)
def test_civil_aircraft_are_told_of_traffic_and_asked_for_nothing(
    signs: tuple[str, str], audiences: tuple[Audience, Audience]
) -> None:
    desk = desk_of()
    desk.tick(0, head_on(0, signs))
    guidance = given(desk)
    assert guidance.offers
    assert (guidance.a.audience, guidance.b.audience) == audiences
    for part in (guidance.a, guidance.b):
        if part.audience is Audience.INFORMATION:
            assert (part.dimension, part.sense, part.to, part.by) == ("", "hold", None, None)


def test_two_civil_aircraft_get_traffic_information_alone() -> None:
    desk = desk_of()
    desk.tick(0, head_on(0, ("ABC12", "DEF34")))
    assert (given(desk).kind, given(desk).reason) == (Guidance.INFORMATION, "not_addressed")


def test_until_it_is_prepared_the_reason_is_that_and_then_the_next_report_brings_an_answer() -> None:
    desk = Desk(setting_of(RUNGS, rules=RULES, relay_s=RELAY_S))
    desk.tick(0, head_on(0))
    assert given(desk).reason == "preparing"
    ready(desk).tick(1, head_on(1))
    assert given(desk).offers


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"height_m": nan, "kind": AltitudeKind.UNKNOWN}, "height_unknown"),
        ({"kind": AltitudeKind.GEOMETRIC}, "height_unknown"),
        ({"nac_p": 3}, "degraded"),
    ],
)
def test_what_is_not_known_well_is_told_and_not_advised_on(more: dict[str, Any], reason: str) -> None:
    desk = desk_of()
    desk.tick(0, head_on(0, **more))
    guidance = given(desk)
    assert (guidance.kind, guidance.reason) == (Guidance.INFORMATION, reason)
    assert (guidance.good_until_s, guidance.for_s, guidance.least_m) == (None, None, None)


def test_a_pair_without_a_velocity_is_told_and_not_advised_on() -> None:
    desk = desk_of()
    desk.tick(0, [report(A, 0, track=90, speed=0, callsign="BLUE1"), report(B, 0, 1500, callsign="RED1")])
    assert given(desk).reason == "no_velocity"


def test_an_answer_is_withdrawn_when_a_track_is_older_than_five_seconds_though_nothing_is_heard() -> None:
    desk = desk_of()
    desk.tick(0, head_on(0))
    assert given(desk).offers
    assert desk.world.due_s <= T0 + 5.01
    desk.tick(5.2)
    assert (given(desk).kind, given(desk).reason) == (Guidance.INFORMATION, "stale")
    desk.tick(6, head_on(6))
    assert given(desk).offers


def test_an_answer_stands_while_it_verifies_though_tracks_wander_by_a_degree_or_two() -> None:
    desk = desk_of()
    told = []
    for t in range(20):
        one, two = head_on(t)
        wander = (0.7, -1.1, 1.6, -0.4)[t % 4]
        desk.tick(t, [msgspec.structs.replace(one, track_deg=90 + wander), two])
        told.append(given(desk))
    assert len({(one.a, one.b) for one in told}) == 1


def test_an_answer_stands_while_it_verifies() -> None:
    desk = desk_of()
    told = []
    for t in range(20):
        desk.tick(t, head_on(t))
        told.append(given(desk))
    assert {one.issued_s for one in told} == {T0}
    first = told[0]
    assert all(one == first for one in told)
    assert first.good_until_s is not None
    assert first.good_until_s > T0 + 19 + LASTS_S


def test_an_answer_that_lasts_no_longer_is_replaced_before_it_ends() -> None:
    desk = desk_of()
    for t in range(150):
        desk.tick(t, head_on(t))
        if desk.alert(A, B) is None:
            break
        guidance = given(desk)
        assert guidance.good_until_s is None or guidance.good_until_s >= T0 + t
    assert t > 60


def test_so_many_pairs_are_searched_a_tick_and_the_rest_at_the_next() -> None:
    desk = desk_of()
    pairs = PER_TICK + 3
    reports = []
    for k in range(pairs):
        north = 100_000.0 * k
        reports += [
            report(f"a{k:05}", 0, 0, north, track=90, speed=SPEED, callsign="BLUE1"),
            report(f"b{k:05}", 0, FAR_M - 500.0 * k, north + 800, track=270, speed=SPEED, callsign="RED1"),
        ]
    desk.tick(0, reports)
    found = [guidance_of(desk, f"a{k:05}", f"b{k:05}") for k in range(pairs)]
    assert [one is not None for one in found] == [False] * 3 + [True] * PER_TICK, "the nearest to loss first"
    assert desk.world.due_s <= T0 + 0.01
    desk.tick(0.2)
    assert all(guidance_of(desk, f"a{k:05}", f"b{k:05}") is not None for k in range(pairs))


def test_a_declared_formation_is_not_advised() -> None:
    rules = PartyRules(RULES.parties, RULES.rules, (Formation("two", frozenset({A, B})),))
    desk = desk_of(rules)
    desk.tick(0, head_on(0))
    assert guidance_of(desk) is None
    excepted = desk_of(rules, exceptions=(DECLARED_FORMATION,))
    excepted.tick(0, head_on(0))
    assert excepted.world.advice.given == {}


def test_guidance_goes_when_the_alert_does_and_survives_a_restart() -> None:
    desk = desk_of()
    desk.tick(0, head_on(0))
    again = thaw(freeze(desk.world), desk.setting)
    assert again.advice == desk.world.advice
    assert again.guidance_ready
    desk.tick(61)
    assert desk.world.advice.given == {}


def test_the_alert_row_carries_it_as_the_stream_has_it() -> None:
    desk = desk_of()
    desk.tick(0, head_on(0, ("BLUE1", "ABC12")))
    alert = desk.alert(A, B)
    assert alert is not None
    row = msgspec.json.decode(msgspec.json.encode(alert_row(desk.world, alert, frozenset())["guidance"]))
    assert row["kind"] == "manoeuvre"
    assert row["a"]["audience"] == "instruction"
    assert row["a"]["dimension"] == "track"
    assert row["a"]["by"] >= 5.0
    assert row["b"] == {"audience": "information", "dimension": "", "sense": "hold", "to": None, "by": None}
    assert row["good_until_s"] >= row["for_s"] == T0 + RELAY_S


def test_what_is_over_carries_no_guidance() -> None:
    desk = desk_of()
    desk.tick(0, head_on(0))
    desk.tick(1, head_on(1))
    shown = desk.alert(A, B)
    assert shown is not None
    assert alert_row(desk.world, shown, frozenset())["guidance"] is not None
    desk.tick(62)
    alert = desk.alert(A, B)
    assert alert is not None
    assert alert.finding.guidance is not None, "the last finding says what it said"
    assert alert_row(desk.world, alert, frozenset())["guidance"] is None
