"""Homes that come to know each other at once: exercises only, and never over keys that are already known."""

from pathlib import Path
from typing import Final

import pytest

from airpact.node.errors import OperatingError
from airpact.node.home import Layout
from airpact.node.identity import make_identity
from airpact.node.peers.introducing import introduce
from airpact.node.peers.pins import load_peers, unpin

NOW_S: Final = 1_763_900_000.0
NAMES: Final = {"NAG": "Northern Air Group", "CTF": "Coastal Task Force", "RFU": "Relief Flight Union"}


def home_of(folder: Path, short: str, mode: str = "EXERCISE") -> Path:
    home = folder / short.lower()
    home.mkdir()
    make_identity(Layout(home), short, NAMES[short], mode, now_s=NOW_S)
    return home


def test_each_home_knows_every_other_and_where_it_is(tmp_path: Path) -> None:
    homes = {home_of(tmp_path, short): [f"127.0.0.1:{8800 + n}"] for n, short in enumerate(NAMES)}
    introduce(homes, NOW_S)
    introduce(homes, NOW_S)  # again, as every start of the demonstration does
    for home, short in zip(homes, NAMES, strict=True):
        known = load_peers(Layout(home), NOW_S)
        assert set(known) == set(NAMES) - {short}
        assert all(peer.compared and peer.addresses for peer in known.values())


def test_a_home_without_an_address_is_known_all_the_same(tmp_path: Path) -> None:
    north, coast = home_of(tmp_path, "NAG"), home_of(tmp_path, "CTF")
    introduce({north: [], coast: ["127.0.0.1:8802"]}, NOW_S)
    assert load_peers(Layout(coast), NOW_S)["NAG"].addresses == ()


def test_a_third_home_that_knows_no_addresses_takes_none_away(tmp_path: Path) -> None:
    """`airpact peer introduce` reads addresses from desk.yaml, and the homes of the demonstration have none."""
    north, coast, relief = (home_of(tmp_path, short) for short in NAMES)
    introduce({north: ["127.0.0.1:8792"], coast: ["127.0.0.1:8802"]}, NOW_S)
    introduce({relief: ["127.0.0.1:8812"], north: [], coast: []}, NOW_S)
    for home, short in ((north, "CTF"), (coast, "NAG"), (relief, "NAG"), (relief, "CTF"), (north, "RFU")):
        assert load_peers(Layout(home), NOW_S)[short].addresses


def test_a_live_desk_is_introduced_to_nobody(tmp_path: Path) -> None:
    north, coast = home_of(tmp_path, "NAG"), home_of(tmp_path, "CTF", "LIVE")
    with pytest.raises(OperatingError, match="LIVE desk"):
        introduce({north: [], coast: []}, NOW_S)
    assert load_peers(Layout(north), NOW_S) == {}


def test_keys_that_are_known_are_not_replaced(tmp_path: Path) -> None:
    north, coast = home_of(tmp_path, "NAG"), home_of(tmp_path, "CTF")
    introduce({north: [], coast: []}, NOW_S)
    (tmp_path / "again").mkdir()
    other = home_of(tmp_path / "again", "CTF")
    with pytest.raises(OperatingError):
        introduce({north: [], other: []}, NOW_S)
    unpin(Layout(north), "CTF")
    introduce({north: [], other: []}, NOW_S)
