"""`airpact verify`: what it says of whole and of broken files, no more than is proven, and the page that shows it."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner, Result

from airpact.cli import verifying
from airpact.cli.main import app
from airpact.node.errors import OperatingError
from airpact.proof.fork import write_fork
from airpact.proof.keys import write_key
from airpact.proof.receipt import Receipt, Said, write_receipt
from airpact.proof.statement import INTERNAL, Header, body_digest
from tests.proof import example
from tests.proof.builders import CTF, CTF_LOG, HEADER, NAG_WITNESS, SALT, TIME_S, receipt

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "proof.md"
FENCE: Final = re.compile(r"^```([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
WITNESS: Final = {NAG_WITNESS: int(TIME_S) + 1}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the files of the example, which is also where the command runs."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "said.receipt").write_bytes(write_receipt(example.RECEIPT))
    (tmp_path / "two.fork").write_bytes(write_fork(example.FORK))
    (tmp_path / "pact.policy").write_text(example.POLICY_TEXT)
    (tmp_path / "pact.authors").write_text(example.AUTHORS_TEXT)
    return tmp_path


def verify(*words: str, trust: Sequence[str] = ("--policy", "pact.policy", "--authors", "pact.authors")) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, ["verify", *words, *trust])


def told(*words: str, **trust: Any) -> str:
    """Return what the command says of what it refuses; nothing else may be printed."""
    result = verify(*words, **trust)
    assert isinstance(result.exception, OperatingError), result.output or result.exception
    assert result.stdout == ""
    return str(result.exception)


def said(folder: Path, given: Receipt) -> str:
    """Return the page for a receipt."""
    (folder / "other.receipt").write_bytes(write_receipt(given))
    result = verify("other.receipt")
    assert result.exit_code == 0, result.exception
    return result.stdout


def test_a_receipt_is_told_in_plain_words(folder: Path) -> None:
    result = verify("said.receipt")
    assert result.exit_code == 0, result.exception
    proven, _, rest = result.stdout.partition("Not proven")
    assert "ctf said it: notice.activity, subject notice 7, by p-41 as duty officer, for nag." in proven
    assert "entry 2 (the first is 0) of the log ctf.example/log, which had 5 entries" in proven
    assert "Its author acknowledged 3 entries of nag.example/log." in proven
    assert (
        "nag.example/witness saw the log with this entry in it, at 2015-10-21 12:00:01 UTC by its own clock." in proven
    )
    assert '"remarks": "refuelling, two aircraft"' in proven
    for word in ("Truth", "Completeness", "Silence", "Time", "Person", "One history", "Keys"):
        assert f"  - {word}: " in rest
    assert "the author's own clock said 2015-10-21 12:00:00 UTC" in rest


def test_fork_evidence_is_told_in_plain_words(folder: Path) -> None:
    result = verify("two.fork", trust=("--policy", "pact.policy"))
    assert result.exit_code == 0, result.exception
    proven, _, rest = result.stdout.partition("Not proven")
    assert "The log ctf.example/log signed two heads, which cannot both be of a log that only grows: " in proven
    assert "The first 3 entries under the second head have root" in proven
    assert "Whoever holds the log's key signed both." in proven
    for word in ("Truth", "Completeness", "Silence", "Which of the two", "Why it happened", "Keys"):
        assert f"  - {word}" in rest


def test_without_a_body_the_words_are_not_proven(folder: Path) -> None:
    page = said(folder, receipt(said=None, witnesses=WITNESS))
    assert "What was said" not in page
    assert "  - Words: the file holds only a digest" in page


def test_an_exercise_and_a_replay_are_called_so(folder: Path) -> None:
    for mode, words in (("EXERCISE", "This was an EXERCISE."), ("REPLAY", "This was a REPLAY, not live.")):
        assert words in said(folder, receipt(replace(HEADER, mode=mode), witnesses=WITNESS))


def test_an_internal_statement_shows_no_more_than_its_party(folder: Path) -> None:
    page = said(folder, receipt(Header(INTERNAL, TIME_S, 2, HEADER.body), said=None, witnesses=WITNESS))
    assert "ctf logged something for itself alone" in page
    assert "Person" not in page


def test_without_witnesses_neither_time_nor_one_history_is_claimed(folder: Path) -> None:
    (folder / "pact.policy").write_text(f"log {write_key(CTF_LOG.key)}\nquorum none\n")
    page = said(folder, receipt(witnesses={}))
    assert " saw the log" not in page
    assert "One history: no witness cosigned" in page


def test_a_witness_far_in_the_future_is_shown_as_it_is(folder: Path) -> None:
    assert f"at Unix second {2**62} by its own clock." in said(folder, receipt(witnesses={NAG_WITNESS: 2**62}))


def test_words_of_any_language_are_shown_and_move_nothing_on_a_terminal(folder: Path) -> None:
    body = {"remarks": "Заправка \u202eтри\u009b2J самолёта"}
    page = said(
        folder, receipt(replace(HEADER, body=body_digest(SALT, body)), said=Said(body, SALT), witnesses=WITNESS)
    )
    assert "Заправка \\u202eтри\\u009b2J самолёта" in page


def test_a_time_after_a_witness_saw_it_is_called_impossible(folder: Path) -> None:
    for late_s, impossible in ((0.0, False), (1.9, False), (2.0, True)):
        page = said(folder, receipt(replace(HEADER, time_s=TIME_S + late_s), witnesses=WITNESS))
        assert ("and it cannot be: a witness saw it earlier" in page) == impossible


def test_programs_get_one_object(folder: Path) -> None:
    said_of = json.loads(verify("said.receipt", "--json").stdout)
    assert said_of["type"] == "receipt"
    assert (said_of["party"], said_of["statement"]["index"]) == ("ctf", 2)
    assert said_of["log"]["size"] == 5
    assert said_of["witnesses"] == [{"key": NAG_WITNESS.key.label, "time_s": int(TIME_S) + 1}]
    assert said_of["body"]["remarks"] == "refuelling, two aircraft"
    assert [key["what"] for key in said_of["keys"]] == ["statement", "log", "witness"]
    forked = json.loads(verify("two.fork", "--json").stdout)
    assert (forked["type"], [head["size"] for head in forked["heads"]]) == ("fork evidence", [3, 5])
    assert forked["prefix_root"] != forked["heads"][0]["root"]


def test_every_key_is_shown_to_be_compared(folder: Path) -> None:
    page = verify("said.receipt").stdout
    for each in (CTF, CTF_LOG, NAG_WITNESS):
        assert each.key.label in page
        assert each.key.fingerprint.hex() in page


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        (b"two aircraft", b"six aircraft", "said.receipt: the body is not the one that was signed."),
        (b"airpact-receipt/1", b"airpact-receipt/2", "said.receipt: neither a receipt"),
        (b'"body"', b' "body"', "said.receipt: not canonical JSON"),
        (b"{", b"[", "said.receipt: not JSON"),
        (b"tlog-proof@v1\\nindex 2", b"tlog-proof@v1\\nindex 3", "signed for place 2 of the log, not 3"),
    ],
)
def test_a_changed_file_proves_nothing(folder: Path, old: bytes, new: bytes, wanted: str) -> None:
    whole = write_receipt(example.RECEIPT)
    assert old in whole
    (folder / "said.receipt").write_bytes(whole.replace(old, new, 1))
    words = told("said.receipt")
    assert re.search(wanted, words)
    assert "Nothing of the file is proven." in words


def test_what_is_missing_is_asked_for(folder: Path) -> None:
    assert "--policy: is missing" in told("said.receipt", trust=())
    assert "--authors: is missing" in told("said.receipt", trust=("--policy", "pact.policy"))


def test_a_policy_that_trusts_others_proves_nothing(folder: Path) -> None:
    (folder / "pact.policy").write_text("quorum none\n")
    assert "not signed by a log key of the policy" in told("said.receipt")
    assert "not signed by a log key of the policy" in told("two.fork")


def test_wrong_key_files_are_named(folder: Path) -> None:
    (folder / "pact.policy").write_text("log x\n")
    assert "pact.policy: line 1 of the policy" in told("said.receipt")
    (folder / "pact.policy").write_text(example.POLICY_TEXT)
    (folder / "pact.authors").write_text("x\n")
    assert "pact.authors: line 1 of the authors" in told("said.receipt")


def test_a_file_that_is_not_there_or_too_large_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = verify("none.receipt")
    assert isinstance(result.exception, FileNotFoundError)
    assert result.exception.filename == "none.receipt"
    monkeypatch.setattr(verifying, "FILE_BYTES_MAX", 10)
    assert "said.receipt: has more than 10 bytes" in told("said.receipt")


# --- docs/proof.md ---------------------------------------------------------------------------------------------------


def test_every_block_of_the_page_is_what_the_example_gives() -> None:
    shown = dict(FENCE.findall(PAGE.read_text(encoding="utf-8")))
    for label, block in example.page_blocks().items():
        assert shown.get(label) == block, label


def test_the_commands_of_the_page_print_what_it_shows(folder: Path) -> None:
    shown = dict(FENCE.findall(PAGE.read_text(encoding="utf-8")))
    assert shown["text verdict"] == verify("said.receipt").stdout
    assert shown["text forked"] == verify("two.fork", trust=("--policy", "pact.policy")).stdout
