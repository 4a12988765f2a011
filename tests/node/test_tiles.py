"""The folders of a log: what an independent reader finds there, and what is left after crashes and damage."""

import logging
import struct
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from airpact.node.errors import OperatingError
from airpact.node.home import Layout
from airpact.node.ledger.tiles import EVERY_S, TileWriter, folder_name
from airpact.proof.note import read_note
from tests.node.identities import CTF, NAG
from tests.node.ledgers import Desk, cosignature, seen_at
from tests.proof.test_merkle import mth


class Home(Desk):
    """A desk whose folders are written."""

    def open(self) -> None:
        super().open()
        self.layout = Layout(self.folder)
        self.tiles = TileWriter(self.ledger, self.layout, lambda: self.now_s)

    def end(self) -> None:
        self.tiles.close()
        self.store.close()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    found = Home(tmp_path / "nag")
    yield found
    found.store.close()


def number(value: int) -> str:
    """Return N as tlog-tiles writes it, by hand."""
    text = str(value)
    while len(text) % 3:
        text = "0" + text
    groups = [text[place : place + 3] for place in range(0, len(text), 3)]
    return "/".join("x" + group for group in groups[:-1]) + ("/" if len(groups) > 1 else "") + groups[-1]


def parsed(folder: Path) -> tuple[int, list[bytes]]:
    """Read a folder as the standard says, with none of the product's code: size and entries, the tiles checked."""
    origin, size_text, _, *_ = (folder / "checkpoint").read_text().split("\n")
    assert origin
    size, entries = int(size_text), []
    for place in range(0, size, 256):
        width = min(256, size - place)
        data = (folder / f"tile/entries/{number(place // 256)}{f'.p/{width}' if width < 256 else ''}").read_bytes()
        at = 0
        for _ in range(width):
            (length,) = struct.unpack_from(">H", data, at)
            entries.append(data[at + 2 : at + 2 + length])
            at += 2 + length
        assert at == len(data)
    level, hashes = 0, [sha256(b"\x00" + entry).digest() for entry in entries]
    while hashes:
        for place in range(0, len(hashes), 256):
            part = hashes[place : place + 256]
            partial = f".p/{len(part)}" if len(part) < 256 else ""
            assert (folder / f"tile/{level}/{number(place // 256)}{partial}").read_bytes() == b"".join(part)
        full = len(hashes) // 256
        hashes = [mth(hashes[place * 256 : place * 256 + 256]) for place in range(full)]
        level += 1
    return size, entries


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_independent_reader_finds_the_log_at_every_size_and_nothing_else(home: Home) -> None:
    chance = Random(1)
    while home.ledger.order.tree.size < 600:
        home.say(*("SECRET" for _ in range(chance.choice((1, 2, 40, 120)))), audience=("CTF",))
        home.now_s += 1.0
        home.tiles.due()
        size, entries = parsed(home.layout.log)
        assert entries == home.ledger.entries(NAG.origin, 0, size)
        assert size == home.ledger.order.tree.size
        assert not any(b"SECRET" in data for data in files(home.layout.log).values())
        partial = [path for path in files(home.layout.log) if ".p/" in path]
        assert len(partial) == sum(1 for width in (size % 256, size % 256, size // 256) if width)


def test_written_at_most_once_a_second_and_at_the_end(home: Home) -> None:
    home.say("a")
    home.tiles.due()
    home.say("b")
    assert home.tiles.due() == home.now_s + EVERY_S
    assert parsed(home.layout.log)[0] == 1
    home.now_s += EVERY_S
    home.tiles.due()
    assert parsed(home.layout.log)[0] == 2
    assert home.tiles.due() == float("inf")
    home.say("c")
    home.tiles.due()
    home.end()
    assert parsed(home.layout.log)[0] == 3
    home.open()


def test_a_cosignature_reaches_the_checkpoint(home: Home) -> None:
    home.say("a")
    home.tiles.due()
    note = home.ledger.passage(0, 0, 1, "CTF").note
    home.ledger.cosigned(1, cosignature(CTF, note), [CTF.witness.key])
    home.tiles.close()
    assert len(read_note((home.layout.log / "checkpoint").read_bytes()).signatures) == 2


def test_a_mirror_has_a_folder_of_its_own_that_stays_inside_the_home(home: Home, tmp_path: Path) -> None:
    other = Desk(tmp_path / "ctf", CTF)
    other.say(*map(str, range(300)))
    items = list(other.ledger.passage(0, 0, 1_000, "NAG").items)
    home.ledger.keep(CTF.origin, items, seen_at(CTF, items))
    home.tiles.due()
    assert parsed(home.layout.mirrors / "ctf.example%2Flog") == (300, [item.entry for item in items])
    other.store.close()
    for origin in ("../../x", "..", ".", "a/b", "a%2Fb", "/etc"):
        name = folder_name(origin)
        assert "/" not in name
        assert not name.startswith(".")
    assert folder_name("a/b") != folder_name("a%2Fb")


DAMAGES = ("cut", "flip", "gone", "empty", "stale", "all")


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_missing_or_damaged_is_written_again_and_said(
    home: Home, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    home.say(*map(str, range(300)))
    home.end()
    whole = files(home.layout.log)
    for name in sorted(whole):
        path = home.layout.log / name
        match damage:
            case "cut":
                path.write_bytes(whole[name][:-1])
            case "flip":
                path.write_bytes(bytes([whole[name][0] ^ 1]) + whole[name][1:])
            case "gone" | "all":
                path.unlink()
            case "empty":
                path.write_bytes(b"")
            case _:
                path.with_name("77").write_bytes(b"left by a crash")
        if damage != "all":
            with caplog.at_level(logging.WARNING, "airpact.node"):
                home.open()
            assert (damage in ("cut", "flip", "empty")) == (str(path) in caplog.text)
            assert {key: data for key, data in files(home.layout.log).items() if ".p/" in key or key in whole} == whole
            home.store.close()
    home.open()
    assert parsed(home.layout.log)[0] == 300


def test_a_database_older_than_the_head_beside_it_does_not_start(home: Home) -> None:
    home.say("a")
    home.end()
    old = {path: path.read_bytes() for path in home.folder.glob("node.db*")}
    home.open()
    home.say("b")
    home.end()
    for path in home.folder.glob("node.db*"):
        path.unlink()
    for path, data in old.items():
        path.write_bytes(data)
    with pytest.raises(OperatingError, match="head of 2 statements that it signed"):
        home.open()
    home.store.close()
    (home.layout.log / "checkpoint").unlink()  # and a history that goes another way from there
    home.open()
    home.say("another")
    home.end()
    (home.layout.log / "checkpoint").write_bytes(b"nag.example/log\n2\n")
    home.open()


def test_a_head_that_another_key_signed_is_no_reason_to_stop(home: Home) -> None:
    home.say("a")
    home.end()
    forged = seen_at(CTF, []).head.replace(CTF.origin.encode(), NAG.origin.encode()).replace(b"\n0\n", b"\n9\n")
    (home.layout.log / "checkpoint").write_bytes(forged)
    home.open()
    assert parsed(home.layout.log)[0] == 1


def test_a_full_disk_is_said_and_made_good_later(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    home.say("a")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", lambda self, target: (_ for _ in ()).throw(OSError(28, "No space left")))
        assert home.tiles.due() == home.now_s + EVERY_S
        home.now_s += EVERY_S
        home.tiles.due()
    assert caplog.text.count("could not be written") == 1
    assert "No space" in home.tiles.error
    home.now_s += EVERY_S
    home.tiles.due()
    assert home.tiles.error == ""
    assert parsed(home.layout.log)[0] == 1
