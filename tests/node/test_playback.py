"""A replay stands where it stands, however it got there; what the consoles hear is the difference, and nothing more."""

from itertools import pairwise
from math import cos, inf, radians
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airpact.agreement.procedures import parameters_of
from airpact.alerts.policy import AlertPolicy
from airpact.cli.serving import front_of, replay_node
from airpact.feeds.report import Report
from airpact.geo.units import AltitudeKind
from airpact.node.desk import View
from airpact.node.engine import Health, TransportState
from airpact.node.entries import Command, Entry, Refusal
from airpact.node.errors import OperatingError
from airpact.node.memory import MemoryOrder, SurveyHistory
from airpact.node.playback import Playback
from airpact.node.profiles import load_procedures
from airpact.node.reel import Reel, Run, read_reel, view_of
from airpact.node.replay import FEED, Replay, run_foreign
from airpact.node.setting import RECORDING, Setting, make_setting
from airpact.node.snapshot import freeze
from airpact.node.survey import Survey
from airpact.node.tick import TickRecord
from airpact.node.world import Outbox
from airpact.picture.rules import PartyRules
from tests.node.fakes import ManualClock

FROM_S: Final = 1_748_750_007.0  # not on a whole minute
SPEED_MPS: Final = 60.0
M_PER_DEG: Final = 111_120.0
LAT: Final = 36.9


def made_setting() -> Setting:
    parameters = parameters_of(load_procedures("close-pass-0.3nm-400ft", Path()))
    return make_setting(parameters, PartyRules(), AlertPolicy(), 60.0, {FEED: RECORDING})


SETTING: Final = made_setting()


def sighting(meet_s: float, t_s: float, pair: int, side: int, height_m: float) -> Report:
    """Return one report of an aircraft that meets the other of its pair at `meet_s`, flying east (0) or west (1)."""
    west_m = (1 - 2 * side) * SPEED_MPS * (meet_s - t_s)
    return Report(
        FEED,
        f"{0xA00000 + 2 * pair + side:06x}",
        "adsb_icao",
        t_s + 0.4 * side,
        t_s,
        LAT + 0.1 * pair,
        -121.8 - west_m / (M_PER_DEG * cos(radians(LAT))),
        altitude_m=900.0 + side * height_m,
        altitude_kind=AltitudeKind.PRESSURE,
        track_deg=90.0 + 180.0 * side,
        ground_speed_mps=SPEED_MPS,
        vertical_speed_mps=0.0,
    )


def crossing(meet_s: float, pair: int, height_m: float = 0.0) -> list[Report]:
    """Return two aircraft head on, from two minutes before they meet to one after, a report every 3 s each."""
    times = np.arange(meet_s - 120.0, meet_s + 60.0, 3.0).tolist()
    return [sighting(meet_s, t_s, pair, side, height_m) for t_s in times for side in (0, 1)]


def recording() -> list[Report]:
    """Return ten minutes with three meetings and a silence of two minutes in which every track is lost."""
    meetings = (*crossing(FROM_S + 120.0, 0), *crossing(FROM_S + 150.0, 1, 60.0), *crossing(FROM_S + 420.0, 2))
    return sorted(meetings, key=lambda report: report.valid_s)


REEL: Final = read_reel(recording())
SPAN_S: Final = REEL.to_s - REEL.from_s


class Desk:
    """A playback with a clock of its own, stepped by hand."""

    def __init__(self, reel: Reel = REEL, *, surveyed: bool = True, keep_every_s: float = 60.0) -> None:
        self.clock = ManualClock()
        self.survey = Survey(reel, SETTING, keep_every_s=keep_every_s)
        if surveyed:
            self.survey.go_on(lambda: False)
        self.play = Playback(reel, SETTING, front_of([], reel, SETTING, ""), self.survey, self.clock)
        self.tick = 0

    def step(self, times: int = 1) -> Outbox:
        if times > 1:
            self.step(times - 1)
        self.tick += 1
        return self.play.step(TickRecord(self.tick, self.clock.now_s() + self.tick / 5, 0))

    def move(self, **change: Any) -> TransportState:
        state = self.play.move(change.get("at_s"), change.get("speed"), change.get("playing"))
        assert isinstance(state, TransportState)
        return state

    def picture(self) -> dict[str, Any]:
        frame: dict[str, Any] = msgspec.json.decode(self.play.picture_frame(1, Health()))
        return frame


def played_to(at_s: float) -> bytes:
    run = Run(REEL, SETTING)
    for _ in run.forward(at_s):
        pass
    return freeze(run.world)


@pytest.mark.parametrize("empty", [[], iter(())])
def test_a_recording_without_a_position_is_refused_with_its_name(empty: Any) -> None:
    with pytest.raises(OperatingError, match=r"day\.jsonl"):
        read_reel(empty, ["day.jsonl"])


def test_packing_loses_nothing() -> None:
    unpacked = [report for _, group in REEL.after(-inf) for report in group]
    assert msgspec.msgpack.encode(unpacked) == msgspec.msgpack.encode(recording())
    assert len(REEL.minutes) > 5


def test_a_run_takes_the_ticks_of_the_whole_replay_and_ends_in_the_same_world() -> None:
    instants: list[tuple[int, float]] = []
    whole: Replay = run_foreign(recording(), SETTING, lambda world, _: instants.append((world.tick, world.now_s)))
    run = Run(REEL, SETTING)
    assert [(outbox.tick, outbox.now_s) for outbox in run.forward(inf)] == instants
    assert freeze(run.world) == freeze(whole.world)
    assert len(whole.episodes) == 3


@given(st.lists(st.floats(0.0, SPAN_S), min_size=1, max_size=4), st.sampled_from([10.0, 60.0, 1e9]))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_world_after_any_seeks_is_the_world_of_playing_there(places: list[float], keep_every_s: float) -> None:
    desk = Desk(keep_every_s=keep_every_s)
    for place in places:
        desk.move(at_s=REEL.from_s + place, playing=False)
        desk.step(2)
        assert freeze(desk.play.world) == played_to(REEL.from_s + place)


@given(st.floats(1.0, 60.0), st.integers(1, 60))
@settings(max_examples=10, deadline=None)
def test_the_world_does_not_depend_on_the_speed_it_was_played_at(speed: float, steps: int) -> None:
    desk = Desk()
    desk.move(speed=speed)
    desk.step(steps)
    assert freeze(desk.play.world) == played_to(desk.move().at_s)
    assert desk.move().at_s == pytest.approx(min(REEL.to_s, REEL.from_s + steps * speed / 5))


def test_what_is_shown_is_carried_to_the_instant_and_the_world_is_not() -> None:
    desk = Desk()
    desk.move(at_s=REEL.from_s + 60.2, playing=False)
    desk.step()
    before, frozen = desk.picture(), freeze(desk.play.world)
    desk.move(at_s=REEL.from_s + 60.9)
    desk.step()
    after = desk.picture()
    assert freeze(desk.play.world) == frozen
    assert (before["now_s"], after["now_s"]) == (REEL.from_s + 60.2, REEL.from_s + 60.9)
    moved_m = [(b - a) * M_PER_DEG * cos(radians(LAT)) for a, b in zip(before["lon"], after["lon"], strict=True)]
    assert [abs(m) for m in moved_m] == pytest.approx([0.7 * SPEED_MPS] * len(moved_m), rel=0.05)
    assert desk.play.positions().at_s == REEL.from_s + 60.9


def test_pause_stands_still_and_play_goes_on() -> None:
    desk = Desk()
    desk.step(5)
    paused = desk.move(playing=False)
    desk.step(50)
    assert desk.move() == paused
    desk.move(playing=True)
    desk.step(5)
    assert desk.move().at_s == pytest.approx(paused.at_s + 1.0)


def test_the_end_stops_playing_and_play_begins_again() -> None:
    desk = Desk()
    desk.move(at_s=REEL.to_s - 3.0, speed=60)
    desk.step()
    assert desk.move() == TransportState(REEL.from_s, REEL.to_s, REEL.to_s, 60.0, False)
    desk.step(3)
    assert desk.picture()["transport"]["at_s"] == REEL.to_s
    assert desk.move(playing=True) == TransportState(REEL.from_s, REEL.to_s, REEL.from_s, 60.0, True)
    assert desk.move(at_s=REEL.to_s, playing=True).playing is False


@pytest.mark.parametrize("mode_change", [{"at_s": REEL.from_s - 0.1}, {"at_s": REEL.to_s + 1}, {"at_s": 0.0}])
def test_an_instant_outside_is_refused_with_the_range_and_nothing_changes(mode_change: dict[str, float]) -> None:
    desk = Desk()
    before = desk.move()
    answer = desk.play.move(mode_change["at_s"], 10.0, False)
    assert isinstance(answer, Refusal)
    assert answer.code == "outside_recording"
    assert f"{REEL.from_s:.0f}" in answer.detail
    assert f"{REEL.to_s:.0f}" in answer.detail
    assert desk.move() == before


@pytest.mark.parametrize("speed", [0.0, 0.99, 60.01, -1.0, inf, float("nan")])
def test_a_speed_outside_is_refused_and_the_place_stays(speed: float) -> None:
    desk = Desk()
    before = desk.move()
    answer = desk.play.move(REEL.to_s, speed, None)
    assert isinstance(answer, Refusal)
    assert answer.code == "speed_out_of_range"
    assert desk.move() == before


def test_a_place_the_survey_has_not_reached_is_refused_until_it_has() -> None:
    desk = Desk(surveyed=False)
    answer = desk.play.move(REEL.to_s, None, None)
    assert isinstance(answer, Refusal)
    assert answer.code == "not_read_yet"
    desk.step()  # this clock stands still, so the survey is never told that it was long enough
    assert desk.survey.done
    assert desk.move(at_s=REEL.to_s).at_s == REEL.to_s


def test_the_survey_stops_when_told_and_goes_on_later() -> None:
    survey, calls = Survey(REEL, SETTING), 0
    places = [survey.at_s]
    while not survey.done:
        survey.go_on(lambda: True)
        places.append(survey.at_s)
        calls += 1
    assert all(earlier <= later for earlier, later in pairwise(places))
    assert places[-1] == REEL.to_s
    assert calls > 100
    whole = Survey(REEL, SETTING)
    whole.go_on(lambda: False)
    assert (survey.marks, len(survey)) == (whole.marks, len(whole))


def test_marks_are_the_alerts_of_the_whole_recording() -> None:
    survey = Survey(REEL, SETTING)
    survey.go_on(lambda: False)
    episodes = run_foreign(recording(), SETTING).episodes
    assert {mark.id: (mark.level, mark.t_s) for mark in survey.marks} == {
        alert_id: (int(episode.alert.level_max), episode.alert.shown_s) for alert_id, episode in episodes.items()
    }
    assert [mark.label for mark in survey.marks if mark.id.startswith("a00000")] == ["a00000 / a00001"]
    assert [mark.t_s for mark in survey.marks] == sorted(mark.t_s for mark in survey.marks)
    line = SurveyHistory(survey, REEL.from_s, REEL.to_s).timeline(0.0, 1.0)
    assert (line.from_s, line.to_s, line.marks) == (REEL.from_s, REEL.to_s, survey.marks)


@pytest.mark.parametrize("kept_max", [1, 2, 5, 9])
def test_kept_worlds_are_thinned_to_their_limit_and_still_lead_to_the_same_world(kept_max: int) -> None:
    survey = Survey(REEL, SETTING, keep_every_s=5.0, kept_max=kept_max)
    survey.go_on(lambda: False)
    assert 1 <= len(survey) <= kept_max
    for at_s in (REEL.from_s, REEL.from_s + 100.0, REEL.to_s):
        world = survey.before(at_s)
        assert world is None or world.now_s <= at_s
        run = Run(REEL, SETTING, world)
        for _ in run.forward(at_s):
            pass
        assert freeze(run.world) == played_to(at_s)


def test_a_kept_world_is_never_further_than_one_interval_away() -> None:
    survey = Survey(REEL, SETTING, keep_every_s=5.0)
    survey.go_on(lambda: False)
    for outbox in Run(REEL, SETTING).forward(REEL.to_s):
        world = survey.before(outbox.now_s)
        ticks_since = [at_s for at_s, _ in REEL.after(-inf if world is None else world.now_s) if at_s <= outbox.now_s]
        assert len(ticks_since) <= 5


def test_the_consoles_list_follows_every_step_and_every_jump() -> None:
    """Play the console: what a frame names is put on the list, what has ended is taken off."""
    desk = Desk()
    listed: dict[str, Any] = {}
    seen: set[str] = set()

    def hear(outbox: Outbox) -> None:
        ids = tuple(alert.id for alert in outbox.changed)
        frame = msgspec.json.decode(desk.play.alerts_frame(1, ids, outbox.ended, frozenset()))
        for ended in frame["ended"]:
            listed.pop(ended, None)
        listed.update({alert["id"]: alert for alert in frame["alerts"]})
        full = msgspec.json.decode(desk.play.alerts_frame(1, None, (), frozenset()))["alerts"]
        assert set(listed) == {alert["id"] for alert in full}
        assert {i: listed[i]["state"] for i in listed} == {alert["id"]: alert["state"] for alert in full}
        seen.update(listed)

    hear(desk.step())
    desk.move(speed=30)
    for _ in range(30):
        hear(desk.step())
    for place in (400.0, 110.0, 0.0, 145.0, 149.0, SPAN_S):
        desk.move(at_s=REEL.from_s + place, playing=False)
        hear(desk.step())
    assert len(seen) == 3


def test_acknowledging_and_shelving_are_for_the_live_desk() -> None:
    desk = Desk()
    desk.move(at_s=REEL.from_s + 115.0, playing=False)
    desk.step()
    alert_id = msgspec.json.decode(desk.play.alerts_frame(1, None, (), frozenset()))["alerts"][0]["id"]
    for kind in ("acknowledge", "shelve", "unshelve"):
        answer = desk.play.decide(Command(kind, "local", {"alert": alert_id}), 0.0)
        assert isinstance(answer, Refusal)
        assert answer.code == "replay"
        assert answer.detail.startswith("This is a replay.")
    assert msgspec.json.decode(desk.play.alert(alert_id))["acknowledged"] is None
    assert desk.play.alert("nobody") == b"null"


def test_a_sound_check_is_of_this_room_and_outlives_a_seek() -> None:
    desk = Desk()
    decided = desk.play.decide(Command("sound_check", "local", {"heard": True}), 5.0)
    assert isinstance(decided, Command)
    assert isinstance(desk.play.decide(Command("sound_check", "local", {}), 5.0), Refusal)
    desk.play.apply(Entry(1, 5.0, decided.kind, decided.person, decided.body))
    desk.move(at_s=REEL.from_s + 200.0, playing=False)
    desk.step()
    assert desk.picture()["sound"]["proven_s"] == 5.0
    assert freeze(desk.play.world) == played_to(REEL.from_s + 200.0)
    desk.play.apply(Entry(2, 6.0, "sound_check", "local", {"heard": False}))
    assert desk.picture()["sound"]["proven_s"] is None


def test_every_picture_says_replay_and_where_it_stands() -> None:
    desk = Desk()
    desk.step()
    picture = desk.picture()
    assert picture["mode"] == "REPLAY"
    assert picture["now_s"] == picture["as_of_s"] == picture["transport"]["at_s"]
    assert picture["transport"] == {
        "from_s": REEL.from_s, "to_s": REEL.to_s, "at_s": REEL.from_s + 0.2, "speed": 1.0, "playing": True,
    }  # fmt: skip
    assert desk.play.desk()["mode"] == "REPLAY"


def test_the_map_opens_where_most_positions_are_whatever_one_of_them_says() -> None:
    lat, lon = np.full(1000, 36.9), np.linspace(-122.3, -121.3, 1000)
    lat[0], lon[0] = -80.0, 60.0
    view = view_of(lat, lon)
    assert (view.lat_deg, view.lon_deg) == pytest.approx((36.9, -121.8), abs=0.01)
    assert 0.3 < view.span_deg < 1.5


def test_the_map_opens_on_the_antimeridian() -> None:
    lon = np.concatenate([np.linspace(179.0, 180.0, 100), np.linspace(-180.0, -179.0, 100)])
    view = view_of(np.full(200, -17.0), lon)
    assert abs(view.lon_deg) == pytest.approx(180.0, abs=0.1)
    assert view.span_deg < 3.0


def test_one_position_still_gives_a_map() -> None:
    assert view_of(np.array([10.0]), np.array([20.0])) == View(10.0, 20.0, 0.2)


def test_a_memory_order_gives_places_without_gaps_and_one_answer_a_key() -> None:
    order = MemoryOrder()
    first = order.append(Command("sound_check", "local", {"heard": True}, "k"), 1.0)
    assert order.append(Command("sound_check", "local", {"heard": True}, "k"), 2.0) == first
    second = order.append(Command("sound_check", "local", {"heard": False}), 3.0)
    assert (first.index, second.index, order.last()) == (1, 2, 2)
    assert list(order.since(1)) == [second]
    assert order.find("none") is None


def test_a_replay_desk_is_built_from_a_reel_alone() -> None:
    node = replay_node(REEL, SETTING, front_of([], REEL, SETTING, "by whom"))
    assert (node.desk["mode"], node.desk["attribution"], node.desk["watchdog_port"]) == ("REPLAY", "by whom", 0)
