"""`airpact run` on three feeds, as a person who wants to break it: what fails is said, and is never an empty sky."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final, TypeAlias

import pytest

from tests.run.desks import Desk, Row, feed_of, running
from tests.run.sources import MANY_BYTES, Craft, FileReceiver, LineReceiver, Sky, WebReceiver, receiving

# Closing at 900 kt from 18 NM: inside 5 NM after 52 s, so the look-ahead of 120 s sees it from the first report.
EAST: Final = Craft("4b0001", "NAG01", 36.0, 36.0, 450.0)
WEST: Final = Craft("4b0002", "LINER2", 36.0, 36.0 + 18.0 / 60.0 / 0.809, -450.0)
BOTH: Final = Craft("4b0005", "NAG05", 36.4, 36.0, 300.0, 20_000, "A7")
OF_FILE: Final = Craft("4b0003", "FILE3", 36.6, 36.0, 400.0)
OF_LINES: Final = Craft("4b0004", "LINES4", 36.8, 36.0, 350.0)

DESK: Final = """\
party: NAG
mode: LIVE
relay_s: 45
procedures: en-route-5nm-1000ft
rules: rules.yaml
feeds:
  - {{name: roof, kind: readsb, url: "http://127.0.0.1:{web}/data/aircraft.json", timeout_s: 1}}
  - {{name: disk, kind: readsb, path: aircraft.json}}
  - {{name: hill, kind: sbs, host: 127.0.0.1, port: {lines}, silent_s: 2}}
"""
RULES: Final = """\
parties:
  - {id: NAG, name: Northern Air Group, role: own}
  - {id: CTF, name: Coastal Task Force, role: peer}
rules:
  - {party: NAG, callsign: ["NAG*"]}
  - {party: CTF, address: ["4b0003"], class: uav}
"""
FEEDS: Final = ("roof", "disk", "hill")
Fault: TypeAlias = tuple[str, str]  # state of the feed, words in its error
NO_DOCUMENT: Final = "not a usable aircraft.json"


@dataclass(frozen=True)
class Site:
    """A desk and the receivers it listens to."""

    desk: Desk
    web: WebReceiver
    file: FileReceiver
    lines: LineReceiver


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    with ExitStack() as stack:
        web = stack.enter_context(receiving(WebReceiver(Sky((EAST, WEST, BOTH)))))
        file = stack.enter_context(receiving(FileReceiver(folder / "aircraft.json", Sky((OF_FILE,)))))
        lines = stack.enter_context(receiving(LineReceiver(Sky((OF_LINES, BOTH)))))
        (folder / "desk.yaml").write_text(DESK.format(web=web.port, lines=lines.port))
        (folder / "rules.yaml").write_text(RULES)
        desk = stack.enter_context(running("run", "--home", folder / "home", "--desk", folder / "desk.yaml"))
        yield Site(desk, web, file, lines)


def test_tracks_of_every_feed_have_the_party_and_class_of_the_rules(site: Site) -> None:
    wanted = {
        "4b0001": ("NAG01", "NAG", "fixed"),
        "4b0002": ("LINER2", "civil", "fixed"),
        "4b0003": ("FILE3", "CTF", "uav"),
        "4b0004": ("LINES4", "civil", "unknown"),
        "4b0005": ("NAG05", "NAG", "rotor"),
    }
    picture = site.desk.await_picture(lambda now: set(now["id"]) == set(wanted), "all five tracks")
    columns = zip(picture["id"], picture["label"], picture["party"], picture["class"], strict=True)
    assert {row[0]: row[1:] for row in columns} == wanted
    assert {feed["state"] for feed in picture["feeds"]} <= {"in_time", "late"}


def test_one_address_of_two_feeds_is_one_track(site: Site) -> None:
    """Both feeds keep reporting it, and no picture ever shows it twice."""
    site.desk.await_picture(
        lambda now: "4b0005" in now["id"] and all(feed_of(now, name)["reports"] > 3 for name in ("roof", "hill")),
        "reports of both feeds",
    )
    assert all(picture["id"].count("4b0005") <= 1 for picture in site.desk.pictures)


def test_two_that_converge_raise_an_alert_with_the_clause_of_the_procedures(site: Site) -> None:
    alert = site.desk.await_alert(lambda row: row["subject"] == "pair", "an alert")
    assert {alert["a"]["id"], alert["b"]["id"]} == {"4b0001", "4b0002"}
    assert alert["clause"] == "1"
    assert alert["document"] == site.desk.get("/desk")["procedures"]["hash"]
    assert alert["approach"]["asked_horizontal_m"] == pytest.approx(9260.0)


def _unreachable(site: Site) -> None:
    site.web.stop()
    site.file.writes = False
    site.file.path.rename(site.file.path.with_suffix(".gone"))
    site.lines.refuse()


def _silent(site: Site) -> None:
    site.web.answer = lambda: None
    site.file.writes = False
    site.lines.say = lambda: b""


def _garbage(site: Site) -> None:
    site.web.answer = lambda: b"<html>Sign in to the access point</html>"
    site.file.writes = False
    site.file.put(b'{"now": "yesterday", "aircraft": 5}')
    site.lines.say = lambda: b"\x1a\x32\x00\x01\x02\x8d\xff\n" * 20


def _frozen(site: Site) -> None:
    same = site.web.sky.document()
    site.web.answer = lambda: same
    site.file.writes = False
    site.file.put(site.file.sky.document())
    site.lines.say = lambda: b""


def _flood(site: Site) -> None:
    many = b"[" * MANY_BYTES
    site.web.answer = lambda: many
    site.file.writes = False
    site.file.put(many)
    site.lines.say = lambda: many


def _heal(site: Site) -> None:
    site.web.stop()
    site.web.start()
    site.web.answer = site.web.sky.document
    site.file.writes = True
    site.lines.say = site.lines.sky.lines
    site.lines.start()


def failing(name: str, state: str, words: str) -> Callable[[Row], bool]:
    """Return whether a picture shows a feed in this state with these words."""
    return lambda now: feed_of(now, name)["state"] == state and words in feed_of(now, name)["error"]


def alert_of(name: str) -> Callable[[Row], bool]:
    """Return whether an alert is about this feed."""
    return lambda row: row["key"] == name


@pytest.mark.parametrize(
    ("fault", "roof", "disk", "hill"),
    [
        (_unreachable, ("lost", "cannot connect"), ("lost", "No such file"), ("lost", "cannot connect")),
        (_silent, ("lost", "no full answer within 1 s"), ("frozen", ""), ("lost", "no line came for 2 s")),
        (_garbage, ("lost", NO_DOCUMENT), ("lost", NO_DOCUMENT), ("lost", "cannot be read as sbs")),
        (_frozen, ("frozen", ""), ("frozen", ""), ("lost", "no line came for 2 s")),
        (_flood, ("lost", "larger than 64 MiB"), ("lost", "larger than 64 MiB"), ("lost", "no line came for 2 s")),
    ],
)
def test_a_feed_that_fails_is_lost_or_frozen_in_words_and_comes_back(
    site: Site, fault: Callable[[Site], None], roof: Fault, disk: Fault, hill: Fault
) -> None:
    """Within two periods, with a sentence in the feed's row or in its alert; then it recovers by itself."""
    for name in FEEDS:
        site.desk.await_feed(name, "in_time", "late")
    fault(site)
    try:
        for name, (state, words) in zip(FEEDS, (roof, disk, hill), strict=True):
            site.desk.await_picture(failing(name, state, words), f"{name} {state}: {words}")
            alert = site.desk.await_alert(alert_of(name), f"an alert of {name}")
            assert alert["kind"] == f"feed_{state}"
            assert "Aircraft there may be missing" in alert["detail"]
    finally:
        _heal(site)
    for name in FEEDS:
        site.desk.await_feed(name, "in_time", "late")


def test_refused_lines_are_counted_by_reason(site: Site) -> None:
    site.lines.say = lambda: b"MSG,3,1,1,4B0006,1\r\n" + site.lines.sky.lines()
    before = site.desk.feed("hill")["rejected"].get("framing", 0)
    hill = site.desk.await_picture(
        lambda now: feed_of(now, "hill")["rejected"].get("framing", 0) > before + 1, "counts"
    )
    assert feed_of(hill, "hill")["state"] in {"in_time", "late"}
    site.lines.say = site.lines.sky.lines
