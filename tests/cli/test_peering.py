"""From two empty directories to two desks that know each other, as docs/peers.md tells it, and what is refused."""

import re
import shlex
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner, Result

from airpact.cli import running
from airpact.cli.main import app
from airpact.node.assembly import DeskPlan
from airpact.node.desk import load_desk
from airpact.node.errors import OperatingError
from airpact.node.home import Layout
from airpact.node.identity import load_identity
from airpact.node.peers.card import peer_of
from airpact.node.peers.peer import BY_FILE, BY_VOICE, LINKED
from airpact.node.peers.pins import load_peers, told
from airpact.node.starter import party_line, with_party
from airpact.picture.rules import OWN, PEER, read_rules

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "peers.md"
BLOCK: Final = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
NAMES: Final = {"nag": "Northern Air Group", "ctf": "Coastal Task Force"}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder, in which the commands run."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def airpact(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, words, input=typed)


def done(*words: str, typed: str = "") -> str:
    result = airpact(*words, typed=typed)
    assert result.exit_code == 0, (words, result.exception, result.output)
    return result.output


def refused(*words: str, typed: str = "") -> str:
    result = airpact(*words, typed=typed)
    assert isinstance(result.exception, OperatingError), (words, result.output, result.exception)
    return str(result.exception)


def begin(*parties: str, mode: str = "EXERCISE") -> None:
    for short in parties:
        done("init", "--home", short, "--party", NAMES.get(short, short), "--short", short.upper(), "--mode", mode)


def own(home: str) -> str:
    """Return the fingerprint lines of a home."""
    identity = load_identity(Layout(Path(home)))
    assert identity is not None
    return told(peer_of(identity))


def test_a_new_home_has_all_that_a_desk_of_an_exercise_needs(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = done("init", "--home", "nag", "--party", "Northern Air Group", "--short", "NAG")
    assert own("nag") in said
    assert "airpact run --home nag" in said
    started: list[DeskPlan] = []
    monkeypatch.setattr(running, "serve_plan", started.append)
    result = airpact("run", "--home", "nag")
    assert result.exit_code == 0, result.exception
    assert "note:" not in result.output, "a fresh desk has nothing to complain of"
    (plan,) = started
    assert (plan.front.party, plan.front.mode) == ("NAG", "EXERCISE")
    desk = load_desk(here / "nag" / "desk.yaml")
    assert (desk.peers.listen, desk.title) == ("127.0.0.1:8792", "Exercise of Northern Air Group")
    assert (here / "nag" / "mode").read_text() == "EXERCISE\n"


def test_a_live_desk_says_what_must_be_filled_in(here: Path) -> None:
    said = done("init", "--home", "nag", "--party", "N", "--short", "NAG", "--mode", "LIVE", "--ml-dsa")
    assert "fill in relay_s and feeds" in said
    result = airpact("run", "--home", "nag")
    for field in ("relay_s", "feeds"):
        assert f"{field}: is missing" in str(result.exception)
    path = here / "nag" / "desk.yaml"
    text = path.read_text()
    filled = re.sub(r"^# (relay_s|feeds| +- )", r"\1", text, flags=re.MULTILINE).replace("#   -", "   -")
    path.write_text(filled)
    assert load_desk(path).relay_s == 45.0


def test_a_home_has_keys_once(here: Path) -> None:
    begin("nag")
    before = own("nag")
    assert "has keys already" in refused("init", "--home", "nag", "--party", "N", "--short", "NAG")
    assert "belongs to a desk in mode EXERCISE" in refused(
        "init", "--home", "nag", "--party", "N", "--short", "NAG", "--mode", "LIVE"
    )
    assert own("nag") == before


WRONG: Final = (
    ("--party", "N", "--short", "N G"),
    ("--party", " ", "--short", "N"),
    ("--party", "N", "--short", "N", "--peer-listen", "nowhere"),
)


@pytest.mark.parametrize("words", WRONG)
def test_a_wrong_name_makes_nothing(here: Path, words: tuple[str, ...]) -> None:
    refused("init", "--home", "nag", *words)
    assert list(here.iterdir()) == []


def test_settings_that_are_there_are_kept(here: Path) -> None:
    (here / "nag").mkdir()
    (here / "nag" / "desk.yaml").write_text("mine")
    assert "nag/desk.yaml was there and is kept." in done("init", "--home", "nag", "--party", "N", "--short", "NAG")
    assert (here / "nag" / "desk.yaml").read_text() == "mine"


def test_two_empty_directories_end_with_each_pinned_in_the_other(here: Path) -> None:
    begin("nag", "ctf")
    for short in NAMES:
        assert own(short) in done("peer", "invite", "--home", short, "--address", f"{short}.example:8792")
    for home, card, other in (("nag", "CTF.card", "ctf"), ("ctf", "NAG.card", "nag")):
        said = done("peer", "accept", "--home", home, card, typed="y\n")
        assert own("nag") in said
        assert own("ctf") in said
        assert "Did both sides read the same words, of both cards?" in said
        known = load_peers(Layout(here / home))[other.upper()]
        assert (known.name, known.how, known.compared) == (NAMES[other], LINKED, True)
        assert known.addresses == (f"{other}.example:8792",)
        rules = read_rules((here / home / "rules.yaml").read_text())
        assert {(party.id, party.role) for party in rules.parties} == {(home.upper(), OWN), (other.upper(), PEER)}
        assert own(other).replace("\n", "\n    ") in done("peer", "list", "--home", home)


def test_the_address_of_the_card_is_the_one_the_desk_listens_on(here: Path) -> None:
    begin("nag")
    assert "127.0.0.1:8792" in done("peer", "invite", "--home", "nag", "--out", "x.card")
    assert (here / "x.card").exists()
    (here / "nag" / "desk.yaml").unlink()
    assert "no address" in done("peer", "invite", "--home", "nag")
    assert "--address: 'x' is no address" in refused("peer", "invite", "--home", "nag", "--address", "x")


@pytest.mark.parametrize("typed", ["n\n", "\n", ""])
def test_words_that_were_not_compared_pin_nothing(here: Path, typed: str) -> None:
    begin("nag", "ctf")
    done("peer", "invite", "--home", "ctf")
    assert "were not compared" in refused("peer", "accept", "--home", "nag", "CTF.card", typed=typed)
    assert load_peers(Layout(here / "nag")) == {}


def test_by_file_and_by_voice(here: Path) -> None:
    begin("nag", "ctf")
    done("peer", "invite", "--home", "ctf")
    done("peer", "accept", "--home", "nag", "CTF.card", "--by-file", "--compared")
    done("peer", "voice", "--home", "nag", "--short", "RFU", "--party", "Relief Flight Union")
    assert {name: each.how for name, each in load_peers(Layout(here / "nag")).items()} == {
        "CTF": BY_FILE,
        "RFU": BY_VOICE,
    }
    listed = done("peer", "list", "--home", "nag")
    assert "CTF, Coastal Task Force (EXERCISE); by file" in listed
    assert "RFU, Relief Flight Union (EXERCISE); by voice, unsigned." in listed


def test_a_removed_party_is_forgotten(here: Path) -> None:
    begin("nag")
    done("peer", "voice", "--home", "nag", "--short", "RFU", "--party", "Relief Flight Union")
    assert "Forgotten: RFU" in done("peer", "remove", "--home", "nag", "RFU")
    assert "No other party is known here" in done("peer", "list", "--home", "nag")
    assert "No party 'RFU'" in refused("peer", "remove", "--home", "nag", "RFU")


def test_what_is_wrong_with_a_card_is_told_before_anyone_compares_words(here: Path) -> None:
    begin("nag", "ctf")
    (here / "x.card").write_text("x")
    assert "x.card: not JSON" in refused("peer", "accept", "--home", "nag", "x.card", "--compared")
    result = airpact("peer", "accept", "--home", "nag", "none.card", "--compared")
    assert isinstance(result.exception, FileNotFoundError)
    done("init", "--home", "live", "--party", "C", "--short", "LCF", "--mode", "LIVE")
    done("peer", "invite", "--home", "live", "--address", "a:1")
    assert "of mode LIVE, this desk is EXERCISE" in refused("peer", "accept", "--home", "nag", "LCF.card", "--compared")
    done("peer", "invite", "--home", "nag")
    assert "that is this desk itself" in refused("peer", "accept", "--home", "nag", "NAG.card", "--compared")


def test_a_home_without_keys_says_how_to_make_them(here: Path) -> None:
    for words in (("invite",), ("list",), ("remove", "CTF"), ("voice", "--short", "A", "--party", "A")):
        assert "airpact init" in refused("peer", words[0], "--home", "nowhere", *words[1:])
    assert list(here.iterdir()) == []


# --- rules.yaml ------------------------------------------------------------------------------------------------------


def test_rules_that_a_person_took_over_are_left_alone(here: Path) -> None:
    begin("nag")
    path = here / "nag" / "rules.yaml"
    for text in ("parties:\n  - {id: NAG, name: N, role: own}\n", path.read_text().replace("init", "hand"), "{"):
        path.write_text(text)
        said = done("peer", "voice", "--home", "nag", "--short", "RFU", "--party", "R")
        assert "add under parties, in nag/rules.yaml:\n  - {id: RFU" in said
        assert path.read_text() == text
        done("peer", "remove", "--home", "nag", "RFU")
    path.unlink()
    assert "add under parties" in done("peer", "voice", "--home", "nag", "--short", "RFU", "--party", "R")


def test_a_party_that_the_rules_know_is_not_added_twice(here: Path) -> None:
    begin("nag")
    path = here / "nag" / "rules.yaml"
    done("peer", "voice", "--home", "nag", "--short", "RFU", "--party", "R")
    done("peer", "remove", "--home", "nag", "RFU")
    kept = path.read_text()
    assert "knows RFU already" in done("peer", "voice", "--home", "nag", "--short", "RFU", "--party", "R")
    assert path.read_text() == kept


@pytest.mark.parametrize("name", ['a "b" c', "Беркут", "x: y # z", "{a}, [b]", "\\", "it's"])
def test_any_name_of_a_party_survives_the_rules(here: Path, name: str) -> None:
    done("init", "--home", "nag", "--party", name, "--short", "NAG")
    done("peer", "voice", "--home", "nag", "--short", "RFU", "--party", name)
    parties = read_rules((here / "nag" / "rules.yaml").read_text()).parties
    assert [party.name for party in parties] == [name, name]
    assert name in load_desk(here / "nag" / "desk.yaml").title


def test_a_line_that_the_rules_would_refuse_is_not_added() -> None:
    text = "# Made by airpact init.\nparties:\n  - {id: NAG, name: N, role: own}\n"
    more = with_party(text, "RFU", "R")
    assert more == text + party_line("RFU", "R") + "\n"
    assert with_party(more, "RFU", "R") is None
    assert with_party(text, "civil", "C") is None
    assert with_party(text.replace("  - ", "-   "), "RFU", "R") is None


# --- docs/peers.md ---------------------------------------------------------------------------------------------------


def test_the_ceremony_of_the_page_followed_to_the_letter(here: Path) -> None:
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    lines = [shlex.split(line[2:]) for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    ran = [words for _, *words in lines if words[0] in ("init", "peer", "keys", "verify")]
    assert [words[0] for words in ran[:2]] == ["init", "init"]
    for words in ran:
        done(*words, typed="y\n")
    (known,) = load_peers(Layout(here / "ctf")).values()
    assert (known.party, known.compared, known.addresses) == ("NAG", True, ("127.0.0.1:8792",))
    assert set(load_peers(Layout(here / "nag"))) == {"RFU"}, "the page ends with one removed and one by voice"


# --- keys ------------------------------------------------------------------------------------------------------------


def test_the_keys_are_shown_with_their_words(here: Path) -> None:
    done("init", "--home", "nag", "--party", "N", "--short", "NAG", "--ml-dsa")
    shown = done("keys", "show", "--home", "nag")
    assert own("nag") in shown
    for what in ("statement key NAG+", "(ML-DSA-44)", "log key nag-", "witness key nag-", "certificate until "):
        assert what in shown


def test_new_keys_have_a_card_and_a_time(here: Path) -> None:
    begin("nag")
    before = own("nag")
    said = done("keys", "rotate", "--home", "nag")
    assert "Peers must accept NAG-new.card, words compared" in said
    assert own("nag") == before, "until they count, the card is the old one"
    begin("ctf")
    accepted = done("peer", "accept", "--home", "ctf", "NAG-new.card", "--compared")
    assert accepted.count("words compared") == 1
    assert "being replaced already" in refused("keys", "rotate", "--home", "nag", "--certificate-only")
