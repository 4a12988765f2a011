"""What another party released, at the receiver: read without trust, kept apart, and judged as coarsely as it is."""

from math import isnan, nan

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.feeds.report import FeedBatch, Reject, Report
from airpact.picture.picture import Picture
from airpact.picture.policy import FIELDS, ReleasePolicy
from airpact.picture.policy import OWN as SHARED
from airpact.picture.quality import ASSUMED_EPU_M, WITHHELD_SPEED_MPS
from airpact.picture.received import held_by_own
from airpact.picture.release import release
from airpact.picture.released import PAYLOAD_BYTES_MAX, Released, decode, encode
from airpact.picture.rules import Party, PartyRules, Rule
from tests.leaks.skies import LAT, LON, memory_of, put
from tests.leaks.skies import T0 as LEAK_T0
from tests.node.skies import T0, Desk, report, setting_of

PEER = "peer:CTF"
PARTIES = Party("NAG", "North", "own"), Party("CTF", "Coalition", "peer")
RULES = PartyRules(PARTIES, (Rule("NAG", "fixed", feeds=frozenset({"radar"})),))
ADDRESS = "c00001"
SCOPED = f"{ADDRESS}@{PEER}"


def released(t: float, east_m: float = 0.0, *, radius_m: float = nan, error_m: float = nan, delay_s: float = 0.0,
             identity: str = ADDRESS, track: float = nan, speed: float = nan) -> Report:  # fmt: skip
    one = report(identity, t - delay_s, east_m, feed=PEER, source="", track=track, speed=speed, climb=nan)
    return msgspec.structs.replace(one, radius_m=radius_m, altitude_error_m=error_m, delay_s=delay_s)


def column(desk: Desk, name: str, track_id: str = SCOPED) -> float:
    picture = desk.world.picture
    owner = picture.now if hasattr(picture.now, name) else picture.tracks
    return float(getattr(owner, name)[picture.row_of[track_id]])


def test_what_leaves_is_what_is_read() -> None:
    picture, memory = Picture(), memory_of()
    put(picture, "a00001", 0, lat_deg=LAT, lon_deg=LON, speed_mps=123.4, track_deg=271.0, climb_mps=-2.5)
    policy = ReleasePolicy(tracks=SHARED, fields=FIELDS, delay_s=0.0)
    batch = decode(encode(release(picture, policy, (), memory, LEAK_T0)), "peer:NAG", LEAK_T0 + 0.3)
    (one,) = batch.reports
    assert (one.feed, one.id, one.valid_s, one.received_s) == ("peer:NAG", "a00001", LEAK_T0, LEAK_T0 + 0.3)
    assert (one.ground_speed_mps, one.track_deg, one.vertical_speed_mps) == (123.4, 271.0, -2.5)
    assert isnan(one.radius_m)
    assert (one.nic, one.nac_p, one.delay_s) == (8, 9, 0.0)


def columns(**changes: object) -> bytes:
    """Return a payload of one row, with columns as given."""
    row = {"key": "c00001", "valid_s": T0, "lat_deg": 1.0, "lon_deg": 2.0, "radius_m": 0.0, "delay_s": 0.0,
           "altitude_m": 1000.0, "altitude_kind": 1, "altitude_error_m": 0.0, "track_deg": 1.0, "speed_mps": 1.0,
           "climb_mps": 0.0, "nic": -1, "nac_p": -1, "source": "", "callsign": "", "squawk": "",
           "category": ""}  # fmt: skip
    assert tuple(row) == Released._fields
    return msgspec.msgpack.encode([1, *([value] for value in (row | changes).values())])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"key": "C00001"}, Reject.NO_IDENTITY),
        ({"key": "c00001@peer:OBS"}, Reject.NO_IDENTITY),
        ({"lat_deg": 91.0}, Reject.RANGE),
        ({"lon_deg": nan}, Reject.RANGE),
        ({"valid_s": nan}, Reject.RANGE),
        ({"radius_m": -1.0}, Reject.RANGE),
        ({"radius_m": nan}, Reject.RANGE),
        ({"altitude_error_m": 1e9}, Reject.RANGE),
        ({"delay_s": -3.0}, Reject.RANGE),
        ({"altitude_kind": 4}, Reject.RANGE),
        ({"altitude_kind": 77}, Reject.RANGE),
    ],
)
def test_a_row_that_cannot_be_used_is_counted_and_nothing_else(changes: dict[str, object], reason: Reject) -> None:
    batch = decode(columns(**changes), PEER, T0)
    assert (batch.reports, batch.rejected, batch.error) == ((), {reason.value: 1}, "")


def test_values_out_of_range_are_left_out_and_noted() -> None:
    batch = decode(columns(speed_mps=1e6, squawk="9999", callsign="\n", nic=44), PEER, T0)
    (one,) = batch.reports
    assert isnan(one.ground_speed_mps)
    assert (one.squawk, one.nic) == ("", -1)
    assert len(batch.doubtful) >= 3


def test_a_delay_cannot_make_a_dead_track_look_alive() -> None:
    (one,) = decode(columns(delay_s=500.0), PEER, T0 + 20.0).reports
    assert one.delay_s == 20.0


@pytest.mark.parametrize("data", [b"", b"\x00", b"[1]", msgspec.msgpack.encode([1]), columns()[:-3],
                                  msgspec.msgpack.encode([2, *[[]] * 18]), b"x" * (PAYLOAD_BYTES_MAX + 1),
                                  msgspec.msgpack.encode([1, ["c00001"], *[[]] * 17])])  # fmt: skip
def test_a_payload_that_cannot_be_read_says_so_and_is_no_sign_of_life(data: bytes) -> None:
    batch = decode(data, PEER, T0)
    assert batch.reports == ()
    assert sum(batch.rejected.values()) == 1
    assert batch.error


@given(st.binary(max_size=300) | st.lists(st.integers(0, 400), max_size=5).map(lambda cuts: _torn(columns(), cuts)))
def test_reading_never_raises(data: bytes) -> None:
    assert isinstance(decode(data, PEER, T0), FeedBatch)


def _torn(data: bytes, cuts: list[int]) -> bytes:
    torn = bytearray(data)
    for cut in cuts:
        torn[cut % len(torn)] ^= 0xFF
    return bytes(torn)


def test_a_released_track_is_its_partys_whatever_its_call_sign_and_never_merged() -> None:
    desk = Desk(setting_of(rules=RULES))
    desk.tick(0, [report(ADDRESS, 0, track=90, speed=0), msgspec.structs.replace(released(0), callsign="NAG1")])
    picture = desk.world.picture
    assert desk.ids == {ADDRESS, SCOPED}
    assert picture.of(picture.row_of[SCOPED]).party == "CTF"
    assert picture.received == {picture.row_of[SCOPED]}


def test_radius_and_altitude_error_widen_what_is_judged() -> None:
    desk = Desk(setting_of(rules=RULES))
    desk.tick(0, [released(0, track=90, speed=0, radius_m=3_000.0, error_m=400.0)])
    assert column(desk, "widen_m") >= 3_000.0 - ASSUMED_EPU_M, "only what exceeds the rule widens, as of any track"
    assert column(desk, "uncertainty_m") >= 3_000.0
    assert column(desk, "widen_vertical_m") == pytest.approx(400.0)


def test_a_delay_is_age_but_no_silence() -> None:
    desk = Desk(setting_of(rules=RULES))
    for t in range(120):
        desk.tick(t, [released(t, delay_s=100.0)])
    assert desk.ids == {SCOPED}, "not lost, though its position is 100 s old"
    assert column(desk, "widen_m") >= 100.0 * WITHHELD_SPEED_MPS - ASSUMED_EPU_M
    desk.tick(170)
    assert desk.ids == {SCOPED}
    desk.tick(180)
    assert desk.ids == set(), "unheard for a minute"


def test_steps_between_cells_are_no_jump_no_speed_and_no_climb() -> None:
    desk = Desk(setting_of(rules=RULES))
    for t in range(0, 60, 2):
        one = released(t, 5_000.0 * (t // 20), radius_m=7_800.0, error_m=330.0)
        desk.tick(t, [msgspec.structs.replace(one, altitude_m=3_000.0 + 300.0 * (t // 20))])
    picture = desk.world.picture
    row = picture.row_of[SCOPED]
    assert desk.refused(PEER) == {}
    assert np.isnan(picture.tracks.speed_mps[row])
    assert np.isnan(picture.tracks.climb_mps[row])
    assert not picture.now.steered[row]


def test_the_own_sensor_wins_until_it_falls_silent() -> None:
    """One aircraft is one alert: the released copy is not judged beside the one our sensors hold."""
    desk = Desk(setting_of(rules=RULES))

    def judged() -> bool:
        return bool(desk.world.picture.now.judged[desk.world.picture.row_of[SCOPED]])

    for t in range(5):
        desk.tick(t, [report(ADDRESS, t, 100.0 * t, track=90, speed=100, feed="mlat"),
                      released(t, 100.0 * t + 400.0, track=90, speed=100, radius_m=1_000.0)])  # fmt: skip
        assert not judged()
    assert held_by_own(desk.world.picture) == 1
    assert desk.alert(ADDRESS, SCOPED) is None
    for t in range(5, 25):
        desk.tick(t, [released(t, 100.0 * t + 400.0, track=90, speed=100, radius_m=1_000.0)])
    assert judged()


def test_a_released_track_that_claims_an_address_elsewhere_doubts_itself_alone() -> None:
    desk = Desk(setting_of(rules=RULES))
    for t in range(5):
        desk.tick(t, [report(ADDRESS, t, 100.0 * t, track=90, speed=100), released(t, 60_000.0, track=0, speed=0)])
    picture = desk.world.picture
    assert picture.of(picture.row_of[SCOPED]).clash
    assert not picture.of(picture.row_of[ADDRESS]).clash
    assert picture.now.judged[picture.row_of[SCOPED]], "it may be another aircraft all the same"


def test_a_released_track_is_never_linked_to_an_aircraft_of_ours() -> None:
    """A link lowers an alert: a wingman's alias, or a ghost that flies with us, must not bring that about."""
    desk = Desk(setting_of(rules=RULES))
    for t in range(90):
        desk.tick(t, [report("a00001", t, 100.0 * t, track=90, speed=100),
                      released(t, 100.0 * t + 50.0, identity="~abcdef", track=90, speed=100)])  # fmt: skip
    assert desk.world.links == {}
    alert = desk.alert("a00001", f"~abcdef@{PEER}")
    assert alert is not None
    assert not alert.finding.duplicate
