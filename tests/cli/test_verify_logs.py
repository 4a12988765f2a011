"""`airpact verify` of the folder of a log: what a whole one proves, what is said of every broken one, and forks."""

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from airpact.cli.main import app
from airpact.node.errors import OperatingError
from airpact.proof import wholelog
from airpact.proof.checkpoint import Checkpoint
from airpact.proof.keys import LOG, write_key
from airpact.proof.statement import INTERNAL, Header, write_header
from airpact.proof.tiles import ENTRIES, WIDTH, tiles, write_entries, write_tile
from tests.proof import example
from tests.proof.builders import (
    CTF_LOG,
    HEADER,
    NAG_WITNESS,
    STRANGER,
    TIME_S,
    Signer,
    head_bytes,
    head_of,
    signer,
    tree,
)

PAGE = Path(__file__).resolve().parents[2] / "docs" / "proof.md"
WITNESS = {NAG_WITNESS: int(TIME_S) + 1}


def statements(size: int, branch: float = 0.0) -> list[bytes]:
    """Return so many statements, every third one internal; another branch is another history."""
    return [
        write_header(
            Header(INTERNAL, TIME_S + index + branch, index, HEADER.body)
            if index % 3 == 0
            else replace(HEADER, index=index, time_s=TIME_S + index + branch)
        )
        for index in range(size)
    ]


def write_log(folder: Path, data: Sequence[bytes], witnesses: Mapping[Signer, int] = WITNESS, **signers: Any) -> None:
    """Write a log as a node does."""
    whole = tree(data)
    for tile in tiles(len(data)):
        path = folder / tile.path
        path.parent.mkdir(parents=True, exist_ok=True)
        held = data[tile.number * WIDTH :][: tile.width]
        path.write_bytes(write_entries(held) if tile.level == ENTRIES else write_tile(whole, tile))
    folder.mkdir(exist_ok=True)
    (folder / "checkpoint").write_bytes(head_of(data, witnesses=witnesses, **signers))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a policy and a log of 300 statements in `log`, in which the command runs."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pact.policy").write_text(example.POLICY_TEXT)
    write_log(tmp_path / "log", statements(300))
    return tmp_path


def verify(*words: str) -> Result:
    return CliRunner().invoke(app, ["verify", *words, "--policy", "pact.policy"])


def said(*words: str) -> str:
    result = verify(*words)
    assert result.exit_code == 0, result.exception
    return result.stdout


def told(*words: str) -> str:
    result = verify(*words)
    assert isinstance(result.exception, OperatingError), result.output or result.exception
    assert result.stdout == ""
    return str(result.exception)


def test_a_whole_log_is_told_in_plain_words(here: Path) -> None:
    proven, _, rest = said("log").partition("Not proven")
    assert "The 300 entries are the log ctf.example/log as it was signed" in proven
    assert "at the place it was signed for: notice.activity 200, 100 of internal matters." in proven
    assert "The last names the time 2015-10-21 12:04:59 UTC." in proven
    assert "nag.example/witness saw the log at these 300 entries, at 2015-10-21 12:00:01 UTC" in proven
    for word in ("Truth", "Completeness", "Silence", "Authors", "Words", "Later entries", "One history", "Keys"):
        assert f"  - {word}: " in rest
    for key in (CTF_LOG.key, NAG_WITNESS.key):
        assert key.fingerprint.hex() in rest


def test_programs_get_one_object(here: Path) -> None:
    found = json.loads(said("log", "--json"))
    assert found["type"] == "log"
    assert found["kinds"] == {"internal": 100, "notice.activity": 200}
    assert (found["log"]["size"], found["tiles"]) == (300, 3)
    assert found["witnesses"] == [{"key": NAG_WITNESS.key.label, "time_s": int(TIME_S) + 1}]


@pytest.mark.parametrize("size", [0, 1, 256, 257])
def test_a_log_of_any_size_is_checked(here: Path, size: int) -> None:
    write_log(here / "other", statements(size))
    assert f"The {size} entries are the log" in said("other")


def test_a_public_log_is_checked_by_its_hashes(here: Path) -> None:
    write_log(here / "other", [b"go.sum database tree", bytes(range(256))])
    proven = said("other").partition("Not proven")[0]
    assert "The entries are no statements of airpact; what they mean was not looked at." in proven


def test_every_missing_or_damaged_file_is_named(here: Path) -> None:
    files = [path for path in (here / "log").rglob("*") if path.is_file()]
    assert len(files) == 6
    for path in files:
        whole = path.read_bytes()
        for wrong in (whole[:-1], whole + b"x", whole[:30] + bytes([whole[30] ^ 1]) + whole[31:], b""):
            path.write_bytes(wrong)
            words = told("log")
            assert words.startswith("log: ")
            assert "Nothing of the file is proven." in words
        path.unlink()
        assert path.relative_to(here / "log").as_posix() in told("log")
        path.write_bytes(whole)
    assert "Proven" in said("log")


def test_entries_that_are_not_those_signed_are_refused(here: Path) -> None:
    data = statements(20)
    for wrong in (data[::-1], [*data[:-1], data[0]], [*data[:7], data[8], data[7], *data[9:]]):
        write_log(here / "other", wrong)
        assert "the statement was signed for place" in told("other")
    write_log(here / "other", statements(20))
    shutil.copy(here / "log" / "checkpoint", here / "other" / "checkpoint")
    assert "is missing" in told("other")
    (here / "other" / "checkpoint").write_bytes(head_of(statements(20, branch=0.5), witnesses=WITNESS))
    assert "the 20 entries do not give the root that the log signed" in told("other")


def test_a_log_of_a_node_holds_statements_and_nothing_else(here: Path) -> None:
    ours = signer("nag-01234567.airpact/log", LOG, 9)
    (here / "pact.policy").write_text(f"log {write_key(ours.key)}\nquorum none\n")
    write_log(here / "other", [b"x"], {})
    head = Checkpoint(ours.key.name, 1, tree([b"x"]).root())
    (here / "other" / "checkpoint").write_bytes(head_bytes(head, (ours,)))
    assert "entry 0: not JSON" in told("other")


def test_an_entry_in_another_form_is_refused(here: Path) -> None:
    data = statements(4)
    write_log(here / "other", [*data[:2], data[2].replace(b":", b": ", 1), data[3]])
    assert "entry 2: not canonical JSON" in told("other")


def test_a_head_that_nobody_trusts_proves_nothing(here: Path) -> None:
    (here / "pact.policy").write_text("quorum none\n")
    assert "not signed by a log key of the policy" in told("log")
    (here / "pact.policy").write_text(f"log {write_key(CTF_LOG.key)}\nwitness w {write_key(STRANGER.key)}\nquorum w\n")
    assert "too few witnesses cosigned the head: the policy asks for w" in told("log")
    (here / "pact.policy").write_text(f"log {write_key(CTF_LOG.key)}\nquorum none\n")
    assert "One history: no witness cosigned" in said("log"), "whom the policy does not name, counts for nothing"
    forged = signer("ctf.example/log", LOG, 9)
    (here / "log" / "checkpoint").write_bytes(head_of(statements(300), logs=(forged,)))
    assert "not signed by a log key of the policy" in told("log")


def test_a_log_too_large_to_be_checked_says_so(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wholelog, "SIZE_MAX", 299)
    assert "a log of 300 entries is too large to be checked whole" in told("log")


def test_a_folder_without_a_log_says_so(here: Path) -> None:
    (here / "empty").mkdir()
    assert "empty: it holds no checkpoint" in told("empty")


# --- against ---------------------------------------------------------------------------------------------------------


def test_a_mirror_that_is_behind_is_continued(here: Path) -> None:
    for size in (0, 1, 255, 299, 300):
        write_log(here / "mirror", statements(size), {})
        for other in ("mirror", "mirror/checkpoint"):
            assert f"It continues the head of {size} entries in {other}" in said("log", "--against", other)
        shutil.rmtree(here / "mirror")


def test_a_log_that_is_behind_its_mirror_is_shown_by_the_mirror(here: Path) -> None:
    write_log(here / "mirror", statements(400))
    proven = said("log", "--against", "mirror").partition("Not proven")[0]
    assert "The log in mirror continues it: of its 400 entries the first 300 are these." in proven
    assert "Name the folder of the larger log" in told("log", "--against", "mirror/checkpoint")


@pytest.mark.parametrize("size", [10, 256, 300, 301])
def test_two_histories_are_evidence_that_anyone_can_check(here: Path, size: int) -> None:
    forked = statements(5) + statements(size, branch=0.5)[5:]
    write_log(here / "mirror", forked)
    for first, second in (("log", "mirror"), ("mirror", "log")):
        words = told(first, "--against", second)
        assert "signed two histories" in words
        assert "--write-fork" in words
    assert "the evidence is in two.fork" in told("log", "--against", "mirror", "--write-fork", "two.fork").lower()
    page = said("two.fork")
    assert "Whoever holds the log's key signed both." in page


def test_logs_of_two_parties_are_not_compared(here: Path) -> None:
    rfu = signer("rfu.example/log", LOG, 9)
    (here / "pact.policy").write_text(f"log {write_key(rfu.key)}\n{example.POLICY_TEXT}")
    (here / "rfu").write_bytes(head_bytes(Checkpoint("rfu.example/log", 3, tree(statements(3)).root()), (rfu,)))
    assert "rfu: is of the log rfu.example/log, not ctf.example/log" in told("log", "--against", "rfu")


def test_options_of_a_log_are_refused_for_a_file(here: Path) -> None:
    (here / "x").write_bytes(b"x")
    assert "for the folder of a log only" in told("x", "--against", "log")
    assert "with --against only" in told("log", "--write-fork", "y")
    assert "none: there is no such file" in told("log", "--against", "none")
    assert "x: not a signed note" in told("log", "--against", "x")


# --- docs/proof.md ---------------------------------------------------------------------------------------------------


def test_the_page_shows_what_is_printed(here: Path) -> None:
    write_log(here / "mirror", statements(5))
    shown = re.search(r"^```text log\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert shown
    assert shown[1] == said("mirror")
