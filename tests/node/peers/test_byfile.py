"""Statements by file: both directions, gaps, repetition, the wrong hands, and the same state as over a link."""

import gzip
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner, Result

from airpact.cli.main import app
from airpact.node.errors import OperatingError
from airpact.node.peers.carried import read_carried
from airpact.node.peers.dropbox import waiting
from airpact.node.peers.evidence import FORKED, FORKED_DETAIL, Evidence
from airpact.node.peers.parcel import Parcel, read_parcel, write_parcel
from airpact.node.peers.peer import BY_FILE
from airpact.node.peers.pins import pin_voice
from airpact.node.peers.transport import Refused
from airpact.node.store import Store
from airpact.proof.canonical import parse_canonical
from airpact.proof.errors import ProofError
from tests.node.peers.desks import PeerDesk, play, until

Make = Callable[[str], PeerDesk]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[PeerDesk] = []

    def desk(party: str) -> PeerDesk:
        made.append(PeerDesk(tmp_path / party.lower(), party))
        return made[-1]

    yield desk
    for each in made:
        each.listener.close()


@pytest.fixture
def both(make: Make) -> tuple[PeerDesk, PeerDesk]:
    """Return two desks that know each other by file."""
    nag, ctf = make("NAG"), make("CTF")
    nag.knows(ctf, how=BY_FILE)
    ctf.knows(nag, how=BY_FILE)
    return nag, ctf


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["peer", *map(str, words)], catch_exceptions=True)


def export(desk: PeerDesk, to: str, out: Path, *more: object) -> Parcel:
    result = run("export", "--home", desk.layout.root, to, "--out", out, *more)
    assert result.exit_code == 0, result.output
    return read_parcel(out.read_bytes())


def take(desk: PeerDesk, file: Path) -> str:
    """Return what import says, or the reason it refuses."""
    result = run("import", "--home", desk.layout.root, file)
    return str(result.exception) if isinstance(result.exception, OperatingError) else result.output


def said(desk: PeerDesk, *texts: str, to: tuple[str, ...] = ("CTF",)) -> None:
    """Let a desk run for as long as it takes to say something."""

    async def scenario() -> None:
        async with desk.running():
            for text in texts:
                await desk.say(text, *to)

    play(scenario)


def opened(desk: PeerDesk) -> tuple[int, int]:
    """Return how much of the other log a desk holds cosigned, and how much of its own the other cosigned."""
    sizes: list[int] = []

    async def scenario() -> None:
        async with desk.running():
            await until(lambda: desk.service.statuses())
            side = next(iter(desk.service.statuses().values()))
            sizes.extend((side.status.held, side.cosigned))

    play(scenario)
    return sizes[0], sizes[1]


def test_two_parties_by_file_alone_mirror_and_cosign_each_other(
    both: tuple[PeerDesk, PeerDesk], tmp_path: Path
) -> None:
    nag, ctf = both
    said(nag, "one", "two")
    out = tmp_path / "nag.parcel"
    export(nag, "CTF", out)
    assert "Statements 0 to 1 taken." in take(ctf, out)

    async def handed_over() -> None:
        async with ctf.running():
            await until(lambda: ctf.heard() == ["one", "two"])

    play(handed_over)
    back = tmp_path / "ctf.parcel"
    assert export(ctf, "NAG", back).cosigned is not None
    assert "CTF cosigned 2 of ours." in take(nag, back)
    assert [(each.direction, each.state) for each in read_carried(nag.layout)] == [("out", "written"), ("in", "read")]
    assert opened(nag) == (2, 2)  # what CTF put in its order, and what it cosigned of ours
    export(nag, "CTF", out)
    assert "NAG cosigned 2 of ours." in take(ctf, out)
    assert opened(ctf) == (2, 2)


def test_only_what_the_other_is_not_known_to_hold_goes_into_the_next_file(
    both: tuple[PeerDesk, PeerDesk], tmp_path: Path
) -> None:
    nag, ctf = both
    said(nag, "one", "two")
    file = tmp_path / "nag.parcel"
    export(nag, "CTF", file)
    take(ctf, file)
    answer = tmp_path / "ctf.parcel"
    export(ctf, "NAG", answer)
    take(nag, answer)
    said(nag, "three")
    parcel = export(nag, "CTF", file)
    assert (parcel.first, parcel.stop) == (2, 3)
    assert "Statement 2 taken." in take(ctf, file)


def test_a_file_that_came_before_changes_nothing_and_one_that_overlaps_brings_the_rest(
    both: tuple[PeerDesk, PeerDesk], tmp_path: Path
) -> None:
    nag, ctf = both
    said(nag, "one", "two")
    file = tmp_path / "nag.parcel"
    export(nag, "CTF", file)
    take(ctf, file)
    assert "Statements 0 to 1 already held, nothing lost." in take(ctf, file)
    said(nag, "three", "four")
    export(nag, "CTF", file)  # no cosignature came back: the file begins at 0 again
    assert "Statements 2 to 3 taken. Statements 0 to 1 already held, nothing lost." in take(ctf, file)
    assert opened(ctf)[0] == 4


def test_a_file_after_a_gap_is_not_taken_and_says_what_is_missing(
    both: tuple[PeerDesk, PeerDesk], tmp_path: Path
) -> None:
    nag, ctf = both
    said(nag, "one", "two", "three")
    file = tmp_path / "late.parcel"
    export(nag, "CTF", file, "--since", 2)
    answer = take(ctf, file)
    assert "Statements 0 to 1 missing" in answer
    assert "--since 0" in answer
    assert opened(ctf)[0] == 0


def test_words_for_others_are_not_in_the_file_and_another_party_cannot_take_it(make: Make, tmp_path: Path) -> None:
    nag, ctf, tbd = make("NAG"), make("CTF"), make("TBD")
    for one in (nag, ctf, tbd):
        for other in (nag, ctf, tbd):
            if one is not other:
                one.knows(other, how=BY_FILE)
    said(nag, "for both", to=("CTF", "TBD"))
    said(nag, "a secret of two", to=("TBD",))
    said(nag, "nobody's business", to=())
    file = tmp_path / "nag.parcel"
    export(nag, "CTF", file)
    value = file.read_bytes()
    bodies = [item.get("body") for message in json.loads(value)["messages"] for item in message.get("items", ())]
    assert [body is not None for body in bodies] == [True, False, False]
    assert "the file says CTF, here it is TBD" in take(tbd, file)
    assert "Statements 0 to 2 taken." in take(ctf, file)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda data: data[:-1], "not a parcel: Input data was truncated"),
        (lambda data: b" " + data, "canonical"),
        (lambda data: gzip.compress(data)[:-9], "not a parcel"),
        (lambda data: b"\x1f\x8bnothing", "not a parcel"),
    ],
)
def test_what_is_no_whole_parcel_is_refused_and_kept(
    change: Callable[[bytes], bytes], word: str, both: tuple[PeerDesk, PeerDesk], tmp_path: Path
) -> None:
    nag, ctf = both
    said(nag, "one")
    file = tmp_path / "nag.parcel"
    export(nag, "CTF", file)
    file.write_bytes(change(file.read_bytes()))
    assert word in take(ctf, file)
    assert len(list(ctf.layout.evidence.glob("*.refused"))) == 1


def test_a_statement_changed_on_its_way_is_refused_and_nothing_is_held(
    both: tuple[PeerDesk, PeerDesk], tmp_path: Path
) -> None:
    nag, ctf = both
    said(nag, "one")
    file = tmp_path / "nag.parcel"
    parcel = export(nag, "CTF", file)
    entries, head = parcel.messages
    item = entries.items[0]  # type: ignore[union-attr]
    other = msgspec.structs.replace(item, entry=item.entry.replace(b"notice.activity", b"notice.activitz"))
    bent = msgspec.structs.replace(entries, items=(other,))
    file.write_bytes(write_parcel(msgspec.structs.replace(parcel, messages=(bent, head))))
    assert "bad_signature" in take(ctf, file)
    assert opened(ctf)[0] == 0
    assert list(ctf.layout.evidence.glob("*.refused"))


def test_a_log_that_told_two_stories_in_two_files_is_found_and_the_evidence_verifies(
    both: tuple[PeerDesk, PeerDesk], tmp_path: Path
) -> None:
    nag, ctf = both
    home = nag.layout.root
    said(nag, "one", "two")
    first, second = tmp_path / "first.parcel", tmp_path / "second.parcel"
    backup = nag.layout.database.read_bytes()
    said(nag, "three")
    export(nag, "CTF", first)
    for path in home.glob("node.db*"):
        path.unlink()
    nag.layout.database.write_bytes(backup)
    said(nag, "another three")
    export(nag, "CTF", second)
    assert "taken" in take(ctf, first)
    assert "two stories" in take(ctf, second)
    (evidence,) = ctf.layout.evidence.glob("*.fork")
    result = CliRunner().invoke(app, ["verify", str(evidence), "--policy", str(ctf.layout.policy)])
    assert result.exit_code == 0, result.output
    assert "signed two heads" in result.output


def test_after_a_fork_no_file_continues_either_story(both: tuple[PeerDesk, PeerDesk], tmp_path: Path) -> None:
    nag, ctf = both
    said(nag, "one")
    file = tmp_path / "nag.parcel"
    export(nag, "CTF", file)
    assert "taken" in take(ctf, file)
    store = Store.open(ctf.layout)
    Evidence(store, ctf.layout).keep(Refused(1.0, "NAG", "", FORKED, FORKED_DETAIL, b"two heads"))
    store.close()
    said(nag, "two")
    export(nag, "CTF", file)
    answer = take(ctf, file)
    assert "told two stories" in answer
    assert opened(ctf)[0] == 1


def test_a_party_without_keys_is_no_sender_of_files(both: tuple[PeerDesk, PeerDesk], tmp_path: Path) -> None:
    nag, ctf = both
    pin_voice(ctf.layout, "RFU", "Relief")
    said(nag, "one")
    file = tmp_path / "nag.parcel"
    parcel = export(nag, "CTF", file)
    file.write_bytes(write_parcel(msgspec.structs.replace(parcel, party="RFU", origin="")))
    assert "no party with the log  is known here" in take(ctf, file)


def test_what_a_stranger_wrote_moves_no_cursor_and_forges_no_line(
    both: tuple[PeerDesk, PeerDesk], tmp_path: Path
) -> None:
    nag, ctf = both
    said(nag, "one")
    file = tmp_path / "nag.parcel"
    parcel = export(nag, "CTF", file)
    evil = "\x1b[2J\r\n2026-01-01T00:00:00Z airpact INFO all is well\u202e"
    for name in ("origin", "to", "party", "mode", "type"):
        file.write_bytes(write_parcel(msgspec.structs.replace(parcel, **{name: evil})))
        answer = take(ctf, file)
        assert not {"\x1b", "\r", "\u202e"} & set(answer)
        assert "\nairpact" not in answer
        assert len(answer.splitlines()) <= 2
    store = Store.open(ctf.layout)
    kept = Evidence(store, ctf.layout).newest()
    store.close()
    assert kept
    assert all(row.detail.isprintable() and row.address.isprintable() for row in kept)


@pytest.mark.parametrize("where", ["whole", "a member that is not known", "statements"])
def test_a_small_file_that_unpacks_to_much_is_refused_before_it_takes_long(where: str) -> None:
    bomb = b"[" + b"0," * 1_000_000 + b"0]"
    statement = b'{"body":null,"entry":"","index":0,"salt":null,"signatures":[]}'
    frame = write_parcel(Parcel("airpact-parcel/1", "NAG", "nag/log", "00", "LIVE", "CTF", 1.5, 0, 0, ()))
    data = {
        "whole": bomb,
        "a member that is not known": frame.replace(
            b'"messages":[]', b'"messages":[{"prefix":[],"request":"","type":"head","z":' + bomb + b"}]"
        ),
        "statements": frame.replace(
            b'"messages":[]',
            b'"messages":[{"first":0,"items":[' + b",".join([statement] * 200_001) + b'],"type":"entries"}]',
        ),
    }[where]
    packed = gzip.compress(data)
    assert len(packed) < len(data) / 100
    with pytest.raises(ProofError, match=r"Expected `object`|not known here|statements, at most"):
        read_parcel(packed)


def test_a_running_desk_takes_a_file_itself(both: tuple[PeerDesk, PeerDesk], tmp_path: Path) -> None:
    import asyncio

    from airpact.node.peers.dropbox import drop, wait_for_answer

    nag, ctf = both
    said(nag, "one", "two")
    file = tmp_path / "nag.parcel.gz"
    export(nag, "CTF", file)
    assert file.read_bytes().startswith(b"\x1f\x8b")

    async def scenario() -> None:
        async with ctf.running():
            path = drop(ctf.layout, file.name, file.read_bytes())
            answer = await asyncio.to_thread(wait_for_answer, path, 20.0)
            assert answer is not None
            assert answer.state == "read"
            await until(lambda: ctf.heard() == ["one", "two"])
            assert ctf.service.table().files[0].state == "read"
            assert ctf.service.statuses()["NAG"].status.held == 2

    play(scenario)


def test_what_is_no_file_in_the_drop_box_holds_up_nobody(both: tuple[PeerDesk, PeerDesk], tmp_path: Path) -> None:
    nag, ctf = both
    said(nag, "one")
    file = tmp_path / "nag.parcel"
    export(nag, "CTF", file)
    box = ctf.layout.parcels
    box.mkdir(parents=True)
    (box / "a-gone.parcel").symlink_to(tmp_path / "nowhere")
    (box / "a-link.parcel").symlink_to(ctf.layout.database)
    (box / "a-folder.parcel").mkdir()
    os.mkfifo(box / "a-pipe.parcel")
    assert waiting(ctf.layout) == []
    (box / "b.parcel").write_bytes(file.read_bytes())

    async def scenario() -> None:
        async with ctf.running():
            await until(lambda: ctf.heard() == ["one"])
            await until(lambda: not (box / "b.parcel").exists())

    play(scenario)
    assert (box / "b.answer").exists()
    assert (box / "a-link.parcel").is_symlink()


def test_a_parcel_reads_back_as_it_was_written() -> None:
    parcel = Parcel("airpact-parcel/1", "NAG", "nag/log", "00", "LIVE", "CTF", 1.5, 0, 0, ())
    assert read_parcel(write_parcel(parcel)) == read_parcel(write_parcel(parcel, compressed=True)) == parcel
    with pytest.raises(ProofError, match="its type"):
        read_parcel(write_parcel(msgspec.structs.replace(parcel, type="airpact-parcel/9")))
    assert parse_canonical(write_parcel(parcel))
