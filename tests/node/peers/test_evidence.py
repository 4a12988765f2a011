"""What was refused is kept, but no party fills the disk or the list with it."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.node.home import Layout
from airpact.node.peers import evidence
from airpact.node.peers.evidence import BURST, FORKED, Evidence, Throttle, is_forked
from airpact.node.peers.transport import Refused
from airpact.node.store import Store
from airpact.proof.fork import Fork, write_fork
from tests.node.peers.parties import CTF
from tests.proof.builders import ORIGIN, entries, head_of


@pytest.fixture
def kept(tmp_path: Path) -> Evidence:
    layout = Layout(tmp_path)
    return Evidence(Store.open(layout), layout)


def refused(at_s: float = 1.0, party: str = "CTF", data: bytes = b"bytes", reason: str = "bad_signature") -> Refused:
    return Refused(at_s, party, "127.0.0.1:9", reason, "detail", data)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "evidence").glob("*"))


def test_a_refusal_is_a_row_and_its_bytes_are_a_file_named_by_their_digest(kept: Evidence, tmp_path: Path) -> None:
    kept.keep(refused(), more=3)
    (row,) = kept.newest()
    assert (row.at_s, row.party, row.address, row.reason, row.more) == (1.0, "CTF", "127.0.0.1:9", "bad_signature", 3)
    assert (tmp_path / "evidence" / row.evidence).read_bytes() == b"bytes"


def test_the_oldest_rows_of_a_party_leave_with_their_bytes_and_those_of_others_stay(
    kept: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "ROWS_MAX", 2)
    kept.keep(refused(0.0, "TBD", b"of another"))
    for number in range(4):
        kept.keep(refused(float(number), data=b"%d" % number))
    assert [(row.party, row.at_s) for row in kept.newest()] == [("CTF", 3.0), ("CTF", 2.0), ("TBD", 0.0)]
    assert len(files(tmp_path)) == 3


def test_bytes_of_a_party_have_a_limit_and_the_same_bytes_are_kept_once(
    kept: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "BYTES_MAX", 10)
    kept.keep(refused(1.0, data=b"aaaaaa"))
    kept.keep(refused(2.0, data=b"bbbbbb"))
    assert [row.at_s for row in kept.newest()] == [2.0]
    kept.keep(refused(3.0, "TBD", b"bbbbbb"))
    assert len(files(tmp_path)) == 1


def test_evidence_of_a_fork_never_leaves(kept: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "ROWS_MAX", 1)
    kept.keep(refused(0.0, reason=FORKED, data=b"two heads"))
    for number in range(3):
        kept.keep(refused(1.0 + number, data=b"%d" % number))
    assert kept.forked() == {"CTF"}
    assert [name for name in files(tmp_path) if name.endswith(".fork")]


def test_a_fork_is_of_a_log_and_not_of_whoever_comes_after_it(kept: Evidence) -> None:
    """A party whose keys were removed and that begins a new log is not forked for ever."""
    one, other = head_of(entries(3, "a")), head_of(entries(3, "b"))
    kept.keep(refused(0.0, reason=FORKED, data=write_fork(Fork(one, other))))
    assert kept.forked() == {ORIGIN}
    gone = replace(CTF.peer, origin=ORIGIN)
    assert is_forked(gone, kept.forked())
    assert not is_forked(replace(gone, origin="ctf-00000000.airpact/log"), kept.forked())


@given(st.lists(st.floats(0, 2), max_size=200))
def test_what_a_throttle_holds_back_is_counted_in_a_later_row(pauses: list[float]) -> None:
    now_s = 0.0
    throttle = Throttle(lambda: now_s)
    rows, counted = 0, 0
    for pause_s in pauses:
        now_s += pause_s
        more = throttle.take("CTF")
        if more is not None:
            rows, counted = rows + 1, counted + more
    assert rows <= BURST + now_s * evidence.PER_S + 1
    now_s += 1000.0
    assert rows + counted + (throttle.take("CTF") or 0) == len(pauses)
