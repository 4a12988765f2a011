"""Pinned parties: written whole, never overwritten, refused with both fingerprints, and ready for `airpact verify`."""

import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from airpact.node.errors import OperatingError
from airpact.node.home import Layout
from airpact.node.identity import Identity, make_identity
from airpact.node.peers import pins
from airpact.node.peers.card import read_card, write_card, write_card_of
from airpact.node.peers.peer import BY_FILE, BY_VOICE, LINKED
from airpact.node.peers.pins import changed, load_peers, pin, pin_voice, told, unpin
from airpact.proof.policy import read_policy, satisfied
from airpact.proof.receipt import read_voices

NOW_S = 1_445_428_800.0  # 2015-10-21 12:00 UTC


def node(root: Path, party: str, mode: str = "LIVE") -> tuple[Layout, Identity, bytes]:
    """Return the home, the keys and the card of a new node."""
    layout = Layout(root)
    identity = make_identity(layout, party, f"The {party}", mode, now_s=NOW_S)
    return layout, identity, write_card(identity, [f"{party.lower()}.example:8792"], NOW_S)


def test_two_empty_directories_end_with_each_pinned_in_the_other(tmp_path: Path) -> None:
    (nag, nag_keys, nag_card), (ctf, ctf_keys, ctf_card) = (node(tmp_path / each, each) for each in ("NAG", "CTF"))
    there = pin(nag, ctf_card, compared=True, now_s=NOW_S)
    pin(ctf, nag_card, compared=False, how=BY_FILE, now_s=NOW_S)
    assert load_peers(nag, NOW_S) == {"CTF": there}
    assert (there.log, there.compared, there.how) == ((ctf_keys.log.key,), True, LINKED)
    back = load_peers(ctf, NOW_S)["NAG"]
    assert (back.witness, back.compared, back.how) == ((nag_keys.witness.key,), False, BY_FILE)
    assert told(back) == told(read_card(nag_card, NOW_S))


def test_a_home_without_peers_has_none_and_one_without_keys_pins_none(tmp_path: Path) -> None:
    layout, _, card = node(tmp_path / "NAG", "NAG")
    assert load_peers(layout) == {}
    with pytest.raises(OperatingError, match="this home has no keys") as refused:
        pin(Layout(tmp_path / "empty"), card, compared=True, now_s=NOW_S)
    assert "airpact init" in refused.value.remedy


def test_files_are_of_the_owner_alone(tmp_path: Path) -> None:
    layout = node(tmp_path / "NAG", "NAG")[0]
    pin(layout, node(tmp_path / "CTF", "CTF")[2], compared=True, now_s=NOW_S)
    assert stat.S_IMODE(layout.peers.stat().st_mode) == 0o700
    assert stat.S_IMODE((layout.peers / "CTF.json").stat().st_mode) == 0o600


def test_a_change_is_seen_and_nothing_else_is(tmp_path: Path) -> None:
    layout = node(tmp_path / "NAG", "NAG")[0]
    card = node(tmp_path / "CTF", "CTF")[2]
    before = changed(layout)
    pin(layout, card, compared=False, now_s=NOW_S)
    pinned = changed(layout)
    pin(layout, card, compared=True, now_s=NOW_S)
    again = changed(layout)
    assert again == changed(layout)
    unpin(layout, "CTF")
    assert len({before, pinned, again}) == 3
    assert changed(layout) == before


def test_the_own_card_is_refused(tmp_path: Path) -> None:
    layout, identity, card = node(tmp_path / "NAG", "NAG")
    with pytest.raises(OperatingError, match="that is this desk itself"):
        pin(layout, card, compared=True, now_s=NOW_S)
    _, other, _ = node(tmp_path / "other", "nag")
    with pytest.raises(OperatingError, match="that is this desk itself"):
        pin(layout, write_card(other, [], NOW_S), compared=True, now_s=NOW_S)
    assert identity.party == "NAG"
    assert load_peers(layout) == {}


@pytest.mark.parametrize(("here", "there"), [("LIVE", "EXERCISE"), ("EXERCISE", "LIVE")])
def test_exercise_and_live_never_meet(tmp_path: Path, here: str, there: str) -> None:
    layout = node(tmp_path / "NAG", "NAG", here)[0]
    with pytest.raises(OperatingError, match=f"of mode {there}, this desk is {here}"):
        pin(layout, node(tmp_path / "CTF", "CTF", there)[2], compared=True, now_s=NOW_S)


def test_other_keys_of_a_pinned_party_are_refused_with_both_fingerprints(tmp_path: Path) -> None:
    layout = node(tmp_path / "NAG", "NAG")[0]
    first, second = (node(tmp_path / each, "CTF")[2] for each in ("one", "two"))
    kept = pin(layout, first, compared=True, now_s=NOW_S)
    with pytest.raises(OperatingError, match="pinned with other keys") as refused:
        pin(layout, second, compared=True, now_s=NOW_S)
    for card in (first, second):
        for line in told(read_card(card, NOW_S)).splitlines():
            assert line in str(refused.value)
    assert "airpact peer remove CTF" in refused.value.remedy
    assert load_peers(layout, NOW_S) == {"CTF": kept}
    unpin(layout, "CTF")
    assert pin(layout, second, compared=True, now_s=NOW_S).digest != kept.digest


def test_a_party_is_not_pinned_twice_under_letters_of_another_size(tmp_path: Path) -> None:
    layout = node(tmp_path / "NAG", "NAG")[0]
    pin(layout, node(tmp_path / "one", "CTF")[2], compared=True, now_s=NOW_S)
    with pytest.raises(OperatingError, match="pinned with other keys"):
        pin(layout, node(tmp_path / "two", "ctf")[2], compared=True, now_s=NOW_S)


def test_keys_of_one_party_are_refused_for_another(tmp_path: Path) -> None:
    layout = node(tmp_path / "NAG", "NAG")[0]
    _, ctf, card = node(tmp_path / "CTF", "CTF")
    pin(layout, card, compared=True, now_s=NOW_S)
    _, rfu, _ = node(tmp_path / "RFU", "RFU")
    stolen = ctf.log.key._replace(name=rfu.origin)
    own = read_card(write_card(rfu, [], NOW_S), NOW_S)
    forged = write_card_of(replace(own, log=(stolen,)), rfu.statement, [], NOW_S)
    with pytest.raises(OperatingError, match="pinned as party CTF, not RFU"):
        pin(layout, forged, compared=True, now_s=NOW_S)


def test_an_expired_or_broken_card_pins_nothing(tmp_path: Path) -> None:
    layout = node(tmp_path / "NAG", "NAG")[0]
    card = node(tmp_path / "CTF", "CTF")[2]
    with pytest.raises(OperatingError, match="expired"):
        pin(layout, card, compared=True, now_s=NOW_S + 400 * 86_400)
    with pytest.raises(OperatingError, match="cannot be accepted: not JSON"):
        pin(layout, b"x", compared=True, now_s=NOW_S)
    assert load_peers(layout) == {}


def test_the_same_card_again_takes_its_addresses_and_forgets_no_comparison(tmp_path: Path) -> None:
    layout = node(tmp_path / "NAG", "NAG")[0]
    _, ctf, card = node(tmp_path / "CTF", "CTF")
    pin(layout, card, compared=True, now_s=NOW_S)
    moved = pin(layout, write_card(ctf, ["198.51.100.9:8792"], NOW_S), compared=False, now_s=NOW_S)
    assert moved.addresses == ("198.51.100.9:8792",)
    assert moved.compared, "the words did not change"


def test_a_party_by_voice_has_no_keys_until_it_gives_a_card(tmp_path: Path) -> None:
    layout = node(tmp_path / "NAG", "NAG")[0]
    spoken = pin_voice(layout, "CTF", "The CTF")
    assert (spoken.how, spoken.log, spoken.certificates, spoken.mode) == (BY_VOICE, (), (), "LIVE")
    assert load_peers(layout) == {"CTF": spoken}
    assert "CTF" not in layout.authors.read_text()
    pin(layout, node(tmp_path / "CTF", "CTF")[2], compared=True, now_s=NOW_S)
    assert load_peers(layout, NOW_S)["CTF"].how == LINKED
    with pytest.raises(OperatingError, match="pinned with other keys"):
        pin_voice(layout, "CTF", "The CTF")
    with pytest.raises(OperatingError, match="this desk itself"):
        pin_voice(layout, "NAG", "Us")
    with pytest.raises(OperatingError, match="cannot be used"):
        pin_voice(layout, "../CTF", "The CTF")


def test_one_more_than_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pins, "PEERS_MAX", 2)
    layout = node(tmp_path / "NAG", "NAG")[0]
    for party in ("A", "B"):
        pin_voice(layout, party, party)
    with pytest.raises(OperatingError, match="2 parties are pinned"):
        pin_voice(layout, "C", "C")


def test_a_damaged_pin_is_named_and_never_skipped(tmp_path: Path) -> None:
    layout = node(tmp_path / "NAG", "NAG")[0]
    pin(layout, node(tmp_path / "CTF", "CTF")[2], compared=True, now_s=NOW_S)
    path = layout.peers / "CTF.json"
    kept = path.read_text()
    for wrong in ("", "{}", kept[:-10], kept.replace('"CTF"', '"NAG"', 1), kept.replace("airpact-peer/1", "x")):
        path.write_text(wrong)
        with pytest.raises(OperatingError, match=r"CTF\.json"):
            load_peers(layout)
    path.write_text(kept)
    path.rename(layout.peers / "RFU.json")
    with pytest.raises(OperatingError, match=r"RFU\.json"):
        load_peers(layout)


def test_nothing_unknown_is_removed(tmp_path: Path) -> None:
    layout = node(tmp_path / "NAG", "NAG")[0]
    pin_voice(layout, "CTF", "The CTF")
    with pytest.raises(OperatingError, match="No party 'ctf' is known here") as refused:
        unpin(layout, "ctf")
    assert "CTF" in refused.value.remedy
    with pytest.raises(OperatingError, match="No party"):
        unpin(layout, "../keys/node/identity")


def test_changes_at_one_time_are_all_kept(tmp_path: Path) -> None:
    layout = node(tmp_path / "NAG", "NAG")[0]
    names = [f"P{number}" for number in range(8)]
    threads = [threading.Thread(target=pin_voice, args=(layout, name, name)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(load_peers(layout)) == names


def test_the_files_for_verify_hold_every_party(tmp_path: Path) -> None:
    layout, own, _ = node(tmp_path / "NAG", "NAG")
    _, ctf, card = node(tmp_path / "CTF", "CTF")
    pins.write_trust(layout, own)
    alone = read_policy(layout.policy.read_bytes())
    assert (alone.logs, alone.quorum) == ((own.log.key,), "none")
    pin(layout, card, compared=True, now_s=NOW_S)
    policy = read_policy(layout.policy.read_bytes())
    assert policy.logs == (own.log.key, ctf.log.key)
    assert set(policy.witnesses.values()) == {own.witness.key, ctf.witness.key}
    assert satisfied(policy, [ctf.witness.key])
    assert not satisfied(policy, [])
    voices = read_voices(layout.authors.read_bytes())
    assert {(voice.key, voice.origin) for voice in voices} == {
        (own.statement[0].key, own.origin),
        (ctf.statement[0].key, ctf.origin),
    }
    unpin(layout, "CTF")
    assert read_policy(layout.policy.read_bytes()) == alone
