"""A desk that is killed, stopped, held or without disk: what was shown and answered stays."""

import json
import os
import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from airpact.encounter.levels import Level
from tests.run.desks import WAIT_S, Desk, Row, airpact, mounted, running
from tests.run.sources import Craft, Sky, WebReceiver, receiving

PACT: Final = "en-route-5nm-1000ft"
# Closing at 900 kt from 32 NM: a caution from the first report, inside 5 NM only after 108 s.
APART_DEG: Final = 32.0 / 60.0 / 0.809
SEED: Final = 20_151_020
DESK: Final = """\
party: NAG
mode: LIVE
relay_s: 45
procedures: en-route-5nm-1000ft
feeds:
  - {{name: roof, kind: readsb, url: "http://127.0.0.1:{port}/data/aircraft.json"}}
"""


def pair(number: int) -> tuple[Craft, Craft]:
    """Return two that converge, far from every other pair."""
    lat_deg = 35.7 + 0.3 * number
    return (
        Craft(f"4c00{number}a", f"EAST{number}", lat_deg, 36.0, 450.0),
        Craft(f"4c00{number}b", f"WEST{number}", lat_deg, 36.0 + APART_DEG, -450.0),
    )


def pairs(*numbers: int) -> Sky:
    """Return a sky of such pairs, all of them now at their beginning."""
    return Sky([craft for number in numbers for craft in pair(number)])


class Place:
    """A receiver, the folder of a desk that listens to it, and one port for as often as it is started."""

    def __init__(self, folder: Path, web: WebReceiver) -> None:
        self.folder, self.web, self.home = folder, web, folder / "home"
        (folder / "desk.yaml").write_text(DESK.format(port=web.port))

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Run the desk for a while."""
        with running("run", "--home", self.home, "--desk", self.folder / "desk.yaml") as desk:
            yield desk


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with receiving(WebReceiver(pairs(0, 1, 2))) as web:
        yield Place(tmp_path, web)


def of(number: int) -> str:
    """Return what an alert about a pair has in its key."""
    return f"4c00{number}a"


def await_pair(desk: Desk, number: int) -> Row:
    """Return the alert about a pair."""
    return desk.await_alert(lambda row: of(number) in row["key"], f"an alert of pair {number}")


def answers(desk: Desk) -> dict[str, Any]:
    """Return by id what people did about each alert of a pair, and when it came."""
    names = ("state", "acknowledged", "shelved", "first_s", "shown_s", "clause")
    return {id_: [row[name] for name in names] for id_, row in desk.alerts.items() if row["subject"] == "pair"}


def test_kill_9_at_any_moment_keeps_every_alert_and_every_answer(place: Place) -> None:
    """Acknowledged, shelved and untouched alerts are what they were, and so is the history; then the day replays."""
    chance = random.Random(SEED)
    with place.desk() as desk:
        ids = [str(await_pair(desk, number)["id"]) for number in range(3)]
        time.sleep(chance.uniform(0.0, 1.5))
        first = desk.post("/acknowledgements", {"alert": ids[0]}, "first")
        assert first.status_code == 200
        desk.kill()
    with place.desk() as desk:
        desk.await_alert(lambda row: row["id"] == ids[0] and row["acknowledged"], "the acknowledgement")
        shelving = {"alert": ids[1], "minutes": 5, "reason": "both crews have each other in sight"}
        assert desk.post("/shelvings", shelving).status_code == 200
        desk.await_alert(lambda row: row["id"] == ids[1] and row["state"] == "shelved", "the shelf")
        before = answers(desk)
        marks = desk.get("/timeline")["marks"]
        time.sleep(chance.uniform(0.0, 1.5))
        desk.kill()
    with place.desk() as desk:
        desk.await_alert(lambda row: row["id"] == ids[2], "the list")
        assert answers(desk) == before
        assert [desk.alerts[id_]["state"] for id_ in ids] == ["acknowledged", "shelved", "active"]
        assert desk.get("/timeline")["marks"] == marks
        assert desk.post("/acknowledgements", {"alert": ids[0]}, "first").json()["index"] == first.json()["index"]
        code, _ = desk.terminate()
        assert code == 0
    assert list((place.home / "snapshots").glob("*.snap"))
    _check_replay(place, ids)


def _check_replay(place: Place, ids: list[str]) -> None:
    """Replay the home twice: the same bytes, and the encounters that the desk recorded at their highest levels."""
    written = []
    for name in ("one.jsonl", "two.jsonl"):
        ended = airpact("replay", place.home, "--pact", PACT, "--json", place.folder / name)
        assert ended.returncode == 0, ended.stderr
        written.append((place.folder / name).read_bytes())
    assert written[0] == written[1]
    replayed = {row["id"]: Level[row["level"].upper()] for row in map(json.loads, written[0].splitlines())}
    with sqlite3.connect(place.home / "node.db") as connection:
        recorded = dict(connection.execute("SELECT id, level FROM alerts WHERE subject = 'pair'"))
    connection.close()
    assert replayed == recorded
    assert set(ids) <= set(replayed)


def test_a_desk_told_to_stop_leaves_its_world_and_no_helper(place: Place) -> None:
    with place.desk() as desk:
        await_pair(desk, 0)
        code, _ = desk.terminate()
        assert code == 0
        assert not [line for line in desk.log if "ERROR" in line]
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{desk.port + 1}/health")
    assert list((place.home / "snapshots").glob("*.snap"))


def test_a_desk_that_was_held_is_called_frozen_and_blames_no_feed(place: Place) -> None:
    """The silence was its own: the feed is never called lost, and the picture goes on."""
    with place.desk() as desk:
        await_pair(desk, 0)
        health = f"http://127.0.0.1:{desk.port + 1}/health"
        with desk.stopped():
            end = time.monotonic() + WAIT_S
            held_s = time.monotonic()
            while httpx.get(health).json()["state"] != "frozen" or time.monotonic() - held_s < 5.0:
                assert time.monotonic() < end
                time.sleep(0.1)
            tick = desk.picture["tick"]
        desk.await_picture(lambda now: now["tick"] > tick + 25 and now["node"]["ticks_skipped"] >= 20, "new ticks")
        desk.await_feed("roof", "in_time")
        end_s = desk.picture["now_s"] + 3.0
        desk.await_picture(lambda now: now["now_s"] > end_s, "three seconds more")
        assert not [row for row in desk.seen if row["subject"] == "feed"]
        assert httpx.get(health).json()["state"] == "ticking"


def fill_disk(path: Path) -> None:
    """Write into a file until the disk takes no more."""
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk_stops_no_alert_and_loses_nothing_once_there_is_space(place: Place) -> None:
    place.home.mkdir()
    with mounted(place.home, "-t", "tmpfs", "-o", "size=4m", "none"), place.desk() as desk:
        first = await_pair(desk, 0)
        fill = place.home / "fill"
        fill_disk(fill)
        place.web.answer = pairs(0, 1, 2, 3).document
        late = desk.await_alert(lambda row: of(3) in row["key"] and not row["recorded"], "an alert not yet recorded")
        picture = desk.await_picture(
            lambda now: now["node"]["journal_error"] and now["storage"]["late_s"] > 2.0, "a word about the disk"
        )
        assert "No space left" in picture["node"]["journal_error"] or "disk is full" in picture["node"]["journal_error"]
        assert "full" in picture["node"]["storage_error"]
        assert late["id"] in picture["node"]["unrecorded"]
        refused = desk.post("/acknowledgements", {"alert": first["id"]}, "again")
        assert (refused.status_code, refused.json()["code"]) == (503, "not_recorded")
        assert "Send it again" in refused.json()["detail"]
        assert desk.alerts[first["id"]]["acknowledged"] is None
        fill.unlink()
        desk.await_alert(lambda row: row["id"] == late["id"] and row["recorded"], "its record")
        desk.await_picture(
            lambda now: not any(now["node"][name] for name in ("journal_error", "storage_error", "storage_late_s")),
            "the disk is well again",
        )
        assert desk.post("/acknowledgements", {"alert": first["id"]}, "again").status_code == 200
        assert {first["id"], late["id"]} <= {mark["id"] for mark in desk.get("/timeline")["marks"]}
        desk.kill()
        with place.desk() as desk:
            desk.await_alert(lambda row: row["id"] == first["id"] and row["acknowledged"], "the acknowledgement")
            assert late["id"] in {mark["id"] for mark in desk.get("/timeline")["marks"]}
