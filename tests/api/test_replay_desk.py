"""A replay on a real server: the transport moves it, every frame says where it stands, nothing of the past is answered.

The recording is ten minutes made by tests/node/test_playback.py; the command is tried in a process of its own.
"""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner
from websockets.sync.client import ClientConnection

from airpact.cli.main import app, main
from airpact.cli.serving import front_of, replay_node
from airpact.node.api import schema
from airpact.node.launch import Stop, listen, run_desk
from airpact.node.loop import DeskNode
from airpact.node.reel import Reel
from airpact.node.survey import Survey
from tests.api.serving import WAIT_S, Served, is_type, receive
from tests.api.test_problem import assert_problem
from tests.node.fakes import Fakes
from tests.node.test_playback import REEL, SETTING, recording

PACT = "close-pass-0.3nm-400ft"


@contextmanager
def replaying(reel: Reel = REEL) -> Iterator[Served]:
    nodes: list[DeskNode] = []
    addresses, codes, started, stop = list[str](), list[int](), threading.Event(), Stop()

    def make() -> DeskNode:
        nodes.append(replay_node(reel, SETTING, front_of([Path("day.jsonl")], reel, SETTING, "")))
        return nodes[0]

    def ready(address: str) -> None:
        addresses.append(address)
        started.set()

    thread = threading.Thread(target=lambda: codes.append(run_desk(make, port=0, ready=ready, stop=stop)))
    thread.start()
    try:
        assert started.wait(60)
        served = Served(addresses[0], nodes[0], Fakes())
        with served.http:
            yield served
    finally:
        stop()
        thread.join(WAIT_S)
    assert codes == [0]


@pytest.fixture(scope="module")
def desk() -> Iterator[Served]:
    """A replay whose survey has come to the end, shared by the tests of this module."""
    Survey(REEL, SETTING).go_on(lambda: False)  # compiles what is not compiled yet, before anybody waits for an answer
    with replaying() as served:
        with served.live() as live:
            while served.post("/replay", {"at_s": REEL.to_s}).status_code == 409:
                receive(live, is_type("picture"))
        yield served


def move(desk: Served, **change: Any) -> dict[str, Any]:
    response = desk.post("/replay", change)
    assert response.status_code == 200, response.text
    schema.Transport.model_validate_json(response.content, strict=True)
    state: dict[str, Any] = response.json()
    return state


def next_picture(live: ClientConnection, at_s: float | None = None) -> dict[str, Any]:
    """Return the next picture, or the next one of an instant."""
    return receive(live, lambda frame: frame["type"] == "picture" and (at_s is None or frame["now_s"] == at_s))


def test_play_pause_seek_back_and_forth(desk: Served) -> None:
    with desk.live() as live:
        move(desk, at_s=REEL.from_s + 50.0, playing=False, speed=1)
        still = next_picture(live, REEL.from_s + 50.0)
        assert (still["mode"], still["transport"]["playing"]) == ("REPLAY", False)
        assert next_picture(live)["now_s"] == REEL.from_s + 50.0
        move(desk, at_s=REEL.from_s + 400.0)
        later = next_picture(live, REEL.from_s + 400.0)
        assert set(later["id"]).isdisjoint(still["id"])
        move(desk, at_s=REEL.from_s + 50.0)
        again = next_picture(live, REEL.from_s + 50.0)
        own = ("seq", "tick", "node")
        assert {k: v for k, v in again.items() if k not in own} == {k: v for k, v in still.items() if k not in own}
        move(desk, playing=True, speed=20)
        first, second = next_picture(live), next_picture(live)
        assert second["now_s"] > first["now_s"] >= REEL.from_s + 50.0
        assert second["transport"]["at_s"] == second["now_s"]


def test_the_end_stops_playing(desk: Served) -> None:
    with desk.live() as live:
        move(desk, at_s=REEL.to_s - 5.0, playing=True, speed=60)
        frame = next_picture(live, REEL.to_s)
    assert frame["transport"] == {
        "from_s": REEL.from_s, "to_s": REEL.to_s, "at_s": REEL.to_s, "speed": 60.0, "playing": False,
    }  # fmt: skip


def test_a_jump_takes_alerts_off_the_list_and_puts_them_back(desk: Served) -> None:
    with desk.live() as live:
        move(desk, at_s=REEL.from_s + 118.0, playing=False)
        shown = receive(live, lambda frame: frame["type"] == "alerts" and bool(frame["alerts"]))
        ids = {alert["id"] for alert in shown["alerts"]}
        move(desk, at_s=REEL.from_s + 1.0)
        gone = receive(live, lambda frame: frame["type"] == "alerts" and bool(frame["ended"]))
        assert ids <= set(gone["ended"])
        move(desk, at_s=REEL.from_s + 118.0)
        back = receive(live, lambda frame: frame["type"] == "alerts" and bool(frame["alerts"]))
        assert ids <= {alert["id"] for alert in back["alerts"]}


def test_acknowledging_in_a_replay_is_refused_with_words(desk: Served) -> None:
    response = desk.post("/acknowledgements", {"alert": "a00000-a00001-1"})
    assert_problem(response, 409, "replay")
    assert response.json()["detail"] == "This is a replay. Acknowledging is for the live desk."
    assert_problem(desk.post("/shelvings", {"alert": "x", "minutes": 5, "reason": "drill"}), 409, "replay")
    assert_problem(desk.http.delete("/api/v1/shelvings/x"), 409, "replay")


def test_a_sound_check_is_taken(desk: Served) -> None:
    assert desk.post("/sound-checks", {"heard": True}).status_code == 200
    with desk.live() as live:
        receive(live, lambda frame: frame["type"] == "picture" and frame["sound"]["proven_s"] is not None)


@pytest.mark.parametrize("at_s", [0, REEL.from_s - 1, REEL.to_s + 1])
def test_a_place_outside_is_refused_with_the_range(desk: Served, at_s: float) -> None:
    response = desk.post("/replay", {"at_s": at_s})
    assert_problem(response, 422, "outside_recording")
    assert f"{REEL.to_s:.0f}" in response.json()["detail"]


@pytest.mark.parametrize("speed", [0.5, 61, 100])
def test_a_speed_outside_is_refused(desk: Served, speed: float) -> None:
    assert_problem(desk.post("/replay", {"speed": speed}), 422, "speed_out_of_range")


def test_the_timeline_is_the_whole_recording_with_one_mark_an_alert(desk: Served) -> None:
    response = desk.http.get("/api/v1/timeline", params={"hours": 2})
    line = schema.Timeline.model_validate_json(response.content)
    assert (line.from_s, line.to_s) == (REEL.from_s, REEL.to_s)
    assert sorted(mark.label for mark in line.marks) == ["a00000 / a00001", "a00002 / a00003", "a00004 / a00005"]


def test_trails_carry_recorded_time(desk: Served) -> None:
    with desk.live() as live:
        move(desk, at_s=REEL.from_s + 60.0, playing=False)
        next_picture(live, REEL.from_s + 60.0)
    times = desk.http.get("/api/v1/trails").json()["t"]
    assert times
    assert all(REEL.from_s <= t_s <= REEL.to_s for t_s in times)


def test_the_desk_says_what_is_played(desk: Served) -> None:
    told = schema.Desk.model_validate_json(desk.http.get("/api/v1/desk").content)
    assert (told.mode, told.title, told.desk, told.watchdog_port) == ("REPLAY", "day.jsonl", "day.jsonl", 0)
    assert (told.view.lat, told.view.lon) == pytest.approx((37.0, -121.8), abs=0.2)


def written(folder: Path) -> Path:
    """Return the recording as a file in the format of recorded positions."""
    path = folder / "day.jsonl"
    lines = [
        {"hex": report.id, "now": int(report.valid_s), "lat": report.lat_deg, "lon": report.lon_deg, "alt_baro": 3000}
        for report in recording()
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_the_command_prints_its_address_serves_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    words = ["replay", str(written(tmp_path)), "--pact", PACT, "--serve", "--port", "0"]
    program = [sys.executable, "-c", "from airpact.cli.main import main; main()", *words]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("Replay of day.jsonl: http://127.0.0.1:"), process.communicate(timeout=WAIT_S)
            assert httpx.get(line.split()[3] + "api/v1/desk", timeout=WAIT_S).json()["mode"] == "REPLAY"
            process.send_signal(signal.SIGINT)
            assert process.wait(WAIT_S) == 0
        finally:
            process.kill()


def test_a_busy_port_ends_with_2_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        words = ["airpact", "replay", str(written(tmp_path)), "--pact", PACT, "--serve", "--port", str(port)]
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as ended:
            main()
    assert ended.value.code == 2
    assert f"--port {port + 1}" in capsys.readouterr().err


def test_an_empty_recording_and_two_ways_out_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    for more, said in (([], "nothing to replay"), (["--json", str(tmp_path / "out")], "Give one of the two")):
        argv = ["airpact", "replay", str(empty), "--pact", PACT, "--serve", "--port", "0", *more]
        monkeypatch.setattr(sys, "argv", argv)
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 2
        assert said in capsys.readouterr().err


def test_help_names_the_page() -> None:
    text = CliRunner().invoke(app, ["replay", "--help"]).output
    assert "--serve" in text
    assert "--attribution" in text
