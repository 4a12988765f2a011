"""Frames for the console: the keys of docs/stream.md, null for what is not known, and never a NaN."""

import json
import re
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from airpact.geo.units import AltitudeKind
from airpact.node.engine import Health, TransportState
from airpact.node.view import alerts_frame, alive_rows, picture_frame
from airpact.node.world import new_world
from airpact.sim.load import load_batches
from tests.node.skies import T0, Desk, flight, report, setting_of

STREAM = (Path(__file__).parents[2] / "docs" / "stream.md").read_text()


def parsed(frame: bytes) -> Any:
    """Read strict JSON: a NaN or Infinity is an error."""

    def refuse(word: str) -> None:
        pytest.fail(f"{word} in a frame")

    return json.loads(frame, parse_constant=refuse)


def sparse() -> Desk:
    """Return a desk that knows as little as possible of its aircraft, and has one alert of unknown height."""
    desk = Desk(setting_of())
    unknown = {"height_m": nan, "kind": AltitudeKind.UNKNOWN, "climb": nan}
    desk.tick(0, [report("b00002", 0, 500, **unknown), report("a00001", 0, 0, **unknown)])  # type: ignore[arg-type]
    return desk


def picture(desk: Desk) -> dict[str, Any]:
    extra = {"node": Health(), "storage": {"late_s": 0.0}, "transport": TransportState(T0, T0, T0, 1.0, True)}
    result: dict[str, Any] = parsed(picture_frame(desk.world, 1, "EXERCISE", extra))
    return result


def keys_in(block: str) -> set[str]:
    """Return the keys a block of the interface description names."""
    plain = re.sub(r"//.*|/\*.*?\*/", "", block)
    return set(re.findall(r'"(\w+)"\s*:', plain))


def test_what_is_not_known_is_null() -> None:
    frame = picture(sparse())
    for name in ("altitude_m", "track_deg", "speed_mps", "vertical_mps"):
        assert frame[name] == [None, None], name
    assert frame["altitude_kind"] == ["unknown", "unknown"]


def test_rows_are_ordered_by_id_and_every_column_has_one_entry_for_each() -> None:
    frame = picture(sparse())
    assert frame["id"] == ["a00001", "b00002"]
    columns = ("label", "party", "class", "lat", "lon", "age_s", "state", "quality", "uncertainty_m", "source", "feed")
    assert all(len(frame[name]) == 2 for name in columns)


def test_the_picture_has_the_keys_of_the_interface_description() -> None:
    block = STREAM[STREAM.index('{ "type":"picture"') : STREAM.index("3. `alerts`")]
    sent = json.dumps(picture(sparse()))
    assert {name for name in keys_in(block) if f'"{name}"' not in sent} <= {"declared_formation", "a", "b", "since_s"}


def test_an_alert_has_the_keys_of_the_interface_description() -> None:
    (alert,) = parsed(alerts_frame(sparse().world, 1, None, (), frozenset()))["alerts"]
    block = STREAM[STREAM.index("Alert = {") : STREAM.index("Order on screen")]
    plain = "id key subject kind level state first_s shown_s a b clause document duplicate recorded detail"
    for name in f"{plain} acknowledged shelved supervisor_s escalated".split():
        assert name in block
        assert name in alert
    approach = set(re.findall(r"\w+", block[block.index("approach:") :])) & set(alert["approach"])
    assert approach >= {"horizontal_m", "vertical_m", "closing_mps", "t_in_s", "t_cpa_s", "turning", "a_cpa", "b_cpa"}
    assert alert["kind"] == "vertical_unknown"
    assert alert["approach"]["vertical_m"] is None
    assert alert["approach"]["t_out_s"] is None, "without a velocity nobody knows when it ends"


def test_a_world_that_has_heard_nothing_makes_a_frame() -> None:
    frame = parsed(picture_frame(new_world(setting_of()), 1, "LIVE", {}))
    assert frame["id"] == []
    assert frame["now_s"] is None
    (feed,) = frame["feeds"]
    assert (feed["name"], feed["state"], feed["age_s"]) == ("radar", "starting", None)


def test_an_alert_whose_track_is_gone_still_names_it() -> None:
    desk = sparse()
    desk.tick(60)
    (alert,) = parsed(alerts_frame(desk.world, 1, None, (), frozenset()))["alerts"]
    assert alert["a"]["id"] == "a00001"
    assert alert["a"]["altitude_m"] is None


def test_only_the_alerts_named_are_sent_and_unrecorded_ones_say_so() -> None:
    world = sparse().world
    (alert,) = parsed(alerts_frame(world, 1, None, (), frozenset()))["alerts"]
    assert parsed(alerts_frame(world, 2, (), ("old-1",), frozenset())) == {
        "type": "alerts", "seq": 2, "now_s": T0, "full": False, "alerts": [], "ended": ["old-1"],
    }  # fmt: skip
    (named,) = parsed(alerts_frame(world, 2, (alert["id"],), (), frozenset({alert["id"]})))["alerts"]
    assert (alert["recorded"], named["recorded"]) == (True, False)


def test_nothing_is_silent_stale_unjudged_suppressed_and_linked_are_counted() -> None:
    sky = flight("a00001", range(30), 0, 0, 90.0, 100.0)
    sky += flight("~00002b", [t + 0.5 for t in range(30)], 0, 60, 90.0, 100.0, source="tisb_other")
    sky += [report("c00003", 28, 90_000, on_ground=True), report("d00004", 10, 50_000, height_m=nan)]
    counts = picture(Desk(setting_of()).run(sky))["counts"]
    assert (counts["tracks"], counts["stale"], counts["without_height"]) == (4, 1, 1)
    assert counts["unjudged"] == {"no velocity": 1, "on ground": 1, "stale": 1}
    assert [(one["a"], one["b"]) for one in counts["duplicates"]] == [("a00001", "~00002b")]


def test_refusals_of_the_picture_stand_beside_those_of_the_decoder() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 0), report("a00001", 999)])
    (feed,) = picture(desk)["feeds"]
    assert feed["rejected"] == {"future stamp": 1}


def test_a_held_back_position_makes_the_track_suspect() -> None:
    desk = Desk(setting_of())
    desk.tick(0, [report("a00001", 0, track=90, speed=100)])
    assert picture(desk)["quality"] == ["good"]
    desk.tick(1, [report("a00001", 1, 90_000, track=90, speed=100)])
    assert picture(desk)["quality"] == ["suspect"]


def test_ten_thousand_tracks_make_one_frame() -> None:
    desk = Desk(setting_of(()))
    for now_s, batch in load_batches(10_000, 1, 1, T0):
        desk.step(now_s - T0, (batch,))
    frame = picture(desk)
    assert len(frame["id"]) == len(frame["lat"]) == len(frame["speed_mps"]) == 10_000
    assert frame["id"] == sorted(frame["id"])
    rows = alive_rows(desk.world)
    assert np.abs(np.array(frame["lat"]) - np.degrees(desk.world.picture.now.lat_rad[rows])).max() < 1e-6
