"""New keys: signed with both while they change, a certificate taken on the old key's word, keys only once compared."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.node.errors import OperatingError
from airpact.node.home import Layout
from airpact.node.identity import Identity, certificate_der, make_identity, read_identity
from airpact.node.ledger.values import Item
from airpact.node.peers import pins
from airpact.node.peers.card import peer_of, read_card, write_card
from airpact.node.peers.peer import Peer
from airpact.node.peers.pins import load_peers, pin
from airpact.node.peers.rotation import KIND, OVERLAP_S_MAX, Refused, judge_rotation, take_rotation
from airpact.node.rotating import ANNOUNCED_S, OVERLAP_S, announcement, finish, rotate
from airpact.proof.canonical import canonical_bytes
from airpact.proof.envelope import to_sign
from airpact.proof.receipt import read_voices
from airpact.proof.statement import PAYLOAD_TYPE, Author, Header, body_digest, write_header

NOW_S = 1_445_428_800.0  # 2015-10-21 12:00 UTC
FROM_S = NOW_S + ANNOUNCED_S
ENDS_S = FROM_S + OVERLAP_S


class Two:
    """The homes of NAG and CTF, with CTF pinned at NAG."""

    def __init__(self, root: Path) -> None:
        self.nag, self.ctf = Layout(root / "nag"), Layout(root / "ctf")
        make_identity(self.nag, "NAG", "The NAG", "LIVE", now_s=NOW_S)
        self.before = make_identity(self.ctf, "CTF", "The CTF", "LIVE", ml_dsa=True, now_s=NOW_S)
        self.peer = pin(self.nag, write_card(self.before, ["a:1"], NOW_S), compared=True, now_s=NOW_S)

    def at(self, now_s: float) -> Identity:
        """Return the keys of CTF at a time."""
        return read_identity(self.ctf.identity, now_s)

    def body(self) -> Any:
        command = announcement(self.ctf, [replace(self.peer, party="NAG")])
        assert command is not None
        assert (command.kind, command.audience) == (KIND, ("NAG",))
        return command.body

    def judged(self, now_s: float = NOW_S, **changes: Any) -> Peer | Refused:
        return judge_rotation(self.peer, self.body() | changes, self.peer.statement, now_s)


@pytest.fixture
def two(tmp_path: Path) -> Two:
    return Two(tmp_path)


def keys(identity: Identity) -> list[str]:
    return [each.key.label for each in identity.statement]


def test_a_new_certificate_is_taken_on_the_word_of_the_old_key(two: Two) -> None:
    rotate(two.ctf, certificate_only=True, now_s=NOW_S)
    after = two.judged()
    assert isinstance(after, Peer)
    new = read_card(write_card(two.at(FROM_S), [], NOW_S), NOW_S)
    assert after.certificates == (*new.certificates, *two.peer.certificates)
    assert after.ending == ((two.peer.certificates[0], ENDS_S),)
    assert (after.compared, after.offered, after.addresses, after.digest) == (True, b"", ("a:1",), new.digest)
    assert after.statement == two.peer.statement
    pins.change(two.nag, two.peer, after, NOW_S)
    assert len(load_peers(two.nag, ENDS_S - 1)["CTF"].certificates) == 2
    assert load_peers(two.nag, ENDS_S)["CTF"].certificates == new.certificates


def test_the_certificate_changes_when_it_was_announced_long_enough(two: Two) -> None:
    old = certificate_der(two.before.certificate)
    rotate(two.ctf, certificate_only=True, now_s=NOW_S)
    assert certificate_der(two.at(FROM_S - 1).certificate) == old
    assert certificate_der(two.at(FROM_S).certificate) != old
    assert two.at(FROM_S).carded == 0


def test_an_ending_certificate_is_replaced_when_it_ends(two: Two) -> None:
    late_s = NOW_S + 396 * 86_400
    rotation = rotate(two.ctf, certificate_only=True, now_s=late_s)
    assert rotation.from_s == NOW_S + 397 * 86_400
    finish(two.ctf, rotation.old_ends_s)
    over_s = rotation.from_s + 800 * 86_400
    assert rotate(two.ctf, certificate_only=True, now_s=over_s).from_s == over_s


def test_new_keys_for_statements_sign_beside_the_old_until_those_end(two: Two) -> None:
    old = keys(two.before)
    rotate(two.ctf, now_s=NOW_S)
    announced, changed, over = two.at(NOW_S), two.at(FROM_S), two.at(ENDS_S)
    assert keys(announced)[:2] == old
    assert keys(changed) == keys(announced)[2:] + old
    assert keys(over) == keys(changed)[:2]
    assert not set(keys(over)) & set(old)
    assert peer_of(announced).digest == peer_of(two.before).digest
    assert peer_of(changed).digest == peer_of(over).digest != peer_of(two.before).digest
    assert announced.log.key == over.log.key
    assert announced.origin == over.origin
    assert over.witness.key == two.before.witness.key


def test_new_keys_are_offered_until_people_compared_them(two: Two) -> None:
    rotate(two.ctf, now_s=NOW_S)
    after = two.judged()
    assert isinstance(after, Peer)
    new = peer_of(two.at(FROM_S))
    assert (after.statement, after.digest) == (two.peer.statement, two.peer.digest)
    assert (after.offered, len(after.certificates)) == (new.digest, 2)
    pins.change(two.nag, two.peer, after, NOW_S)
    card = write_card(two.at(FROM_S), ["b:2"], FROM_S)
    taken = pin(two.nag, card, compared=True, now_s=FROM_S)
    assert taken.statement == (*new.statement, *two.peer.statement), "old keys stay known for what they signed"
    assert (taken.digest, taken.offered, taken.addresses) == (new.digest, b"", ("b:2",))
    assert load_peers(two.nag, ENDS_S)["CTF"].certificates == new.certificates


def test_a_card_that_nobody_offered_is_still_refused(two: Two) -> None:
    rotate(two.ctf, now_s=NOW_S)
    with pytest.raises(OperatingError, match="pinned with other keys"):
        pin(two.nag, write_card(two.at(FROM_S), [], FROM_S), compared=True, now_s=FROM_S)


def test_the_same_announcement_again_changes_nothing(two: Two) -> None:
    rotate(two.ctf, now_s=NOW_S)
    first = two.judged()
    assert isinstance(first, Peer)
    two.peer = first
    assert two.judged() == first


def test_only_the_pinned_key_announces(two: Two) -> None:
    rotate(two.ctf, now_s=NOW_S)
    new = peer_of(two.at(FROM_S)).statement
    for signed_by in ((), new, two.peer.statement[1:]):
        found = judge_rotation(two.peer, two.body(), signed_by, NOW_S)
        assert found == Refused("the announcement is not signed by the key that is pinned")


def test_a_log_key_cannot_change_under_one_name(two: Two) -> None:
    rotate(two.ctf, now_s=NOW_S)
    other = two.peer.log[0]._replace(public=bytes(32))
    two.peer = replace(two.peer, log=(other,))
    found = two.judged()
    assert isinstance(found, Refused)
    assert "it would be another log" in found.why


@pytest.mark.parametrize("change", [{"party": "RFU"}, {"mode": "EXERCISE"}, {"origin": "ctf-00000000.airpact/log"}])
def test_the_card_of_another_announces_nothing(two: Two, change: dict[str, str]) -> None:
    rotate(two.ctf, now_s=NOW_S)
    body = two.body()
    found = judge_rotation(replace(two.peer, **change), body, two.peer.statement, NOW_S)  # type: ignore[arg-type]
    assert isinstance(found, Refused)
    assert "has the card of CTF" in found.why


def test_nothing_is_trusted_for_ever(two: Two) -> None:
    rotate(two.ctf, certificate_only=True, now_s=NOW_S)
    found = two.judged(old_ends_s=NOW_S + OVERLAP_S_MAX + 1)
    assert isinstance(found, Refused)
    assert "more than 90 days" in found.why
    found = two.judged(old_ends_s=NOW_S)
    assert isinstance(found, Refused)
    assert "end before the new ones begin" in found.why
    two.peer = replace(two.peer, certificates=(b"1", *two.peer.certificates) * 2)
    assert isinstance(two.judged(NOW_S + 400 * 86_400), Refused)


def item(two: Two, by: Identity, body: Any) -> Item:
    """Return an announcement as it arrives from the log of CTF."""
    salt, author, body = bytes(32), Author("CTF", "node", "node"), {"body": body}
    digest = body_digest(salt, body)
    entry = write_header(Header(KIND, NOW_S, 7, digest, author, "LIVE", "new keys", audience=("NAG",)))
    message = to_sign(PAYLOAD_TYPE, entry)
    signatures = tuple((each.key.label, each.sign(message)) for each in by.statement)
    return Item(7, entry, signatures, canonical_bytes(body), salt)


def test_an_announcement_that_arrives_changes_what_is_pinned(two: Two) -> None:
    rotate(two.ctf, certificate_only=True, now_s=NOW_S)
    came = item(two, two.at(NOW_S), two.body())
    assert take_rotation(two.nag, "CTF", came, NOW_S) == ""
    assert len(load_peers(two.nag, NOW_S)["CTF"].certificates) == 2
    stamp = pins.changed(two.nag)
    assert take_rotation(two.nag, "CTF", came, NOW_S) == ""
    assert pins.changed(two.nag) == stamp, "the same again writes nothing"


def test_an_announcement_never_writes_over_what_a_person_pinned_meanwhile(two: Two) -> None:
    rotate(two.ctf, certificate_only=True, now_s=NOW_S)
    after = two.judged()
    assert isinstance(after, Peer)
    before = load_peers(two.nag, NOW_S)["CTF"]
    meanwhile = replace(before, addresses=("c:3",))
    pins.change(two.nag, before, meanwhile, NOW_S)
    with pytest.raises(OperatingError, match="changed meanwhile"):
        pins.change(two.nag, before, after, NOW_S)
    assert load_peers(two.nag, NOW_S)["CTF"] == meanwhile


def test_an_announcement_that_cannot_be_taken_says_why(two: Two) -> None:
    rotate(two.ctf, certificate_only=True, now_s=NOW_S)
    came = item(two, two.at(NOW_S), two.body())
    stamp = pins.changed(two.nag)
    (label, _), *rest = came.signatures
    forged = msgspec.structs.replace(came, signatures=((label, bytes(64)), *rest))
    assert "does not hold" in take_rotation(two.nag, "CTF", forged, NOW_S)
    unsigned = msgspec.structs.replace(came, signatures=())
    assert "not signed by the key that is pinned" in take_rotation(two.nag, "CTF", unsigned, NOW_S)
    assert take_rotation(two.nag, "CTF", msgspec.structs.replace(came, body=None), NOW_S) != ""
    assert take_rotation(two.nag, "RFU", came, NOW_S) == "RFU is no longer pinned"
    assert pins.changed(two.nag) == stamp


WRONG: list[Callable[[Any], Any]] = [
    lambda body: None,
    lambda body: body | {"x": 1},
    lambda body: body | {"card": "x"},
    lambda body: body | {"from_s": "x"},
    lambda body: {},
]


@pytest.mark.parametrize("change", WRONG)
def test_what_cannot_be_read_is_refused(two: Two, change: Callable[[Any], Any]) -> None:
    rotate(two.ctf, now_s=NOW_S)
    found = judge_rotation(two.peer, change(two.body()), two.peer.statement, NOW_S)
    assert isinstance(found, Refused)
    assert "cannot be taken" in found.why


PEER = Peer("CTF", "The CTF", "LIVE", "ctf-00000000.airpact/log", (), (), (), ())


@given(st.recursive(st.none() | st.floats() | st.text(), lambda inner: st.dictionaries(st.text(), inner), max_leaves=8))
def test_no_body_makes_it_fall(body: Any) -> None:
    assert isinstance(judge_rotation(PEER, body, (), NOW_S), Refused)


def test_one_change_at_a_time(two: Two) -> None:
    rotate(two.ctf, now_s=NOW_S)
    with pytest.raises(OperatingError, match="being replaced already"):
        rotate(two.ctf, now_s=ENDS_S - 1)
    first = keys(two.at(ENDS_S))
    rotate(two.ctf, now_s=ENDS_S)
    assert keys(two.at(ENDS_S))[:2] == first


def test_what_is_over_is_forgotten_but_not_what_it_signed(two: Two) -> None:
    rotate(two.ctf, now_s=NOW_S)
    assert not finish(two.ctf, ENDS_S - 1)
    over = two.at(ENDS_S)
    assert finish(two.ctf, ENDS_S)
    after = two.at(ENDS_S)
    assert keys(after) == keys(over)
    assert [key.label for key in after.past] == keys(two.before)
    assert sorted(path.name for path in two.ctf.identity.iterdir()) == [
        "certificate-1.pem",
        "certificate-key-1.pem",
        "identity.json",
        "log.pem",
        "statement-3.pem",
        "statement-4.pem",
        "witness.pem",
    ]
    assert announcement(two.ctf, [two.peer]) is None
    pins.write_trust(two.ctf, after)
    assert {voice.key.label for voice in read_voices(two.ctf.authors.read_bytes())} == {*keys(after), *keys(two.before)}


def test_a_crash_while_old_keys_are_forgotten_loses_none_that_count(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    rotate(two.ctf, now_s=NOW_S)
    over = two.at(ENDS_S)
    kept = (two.ctf.identity / "rotation.json").read_bytes()
    finish(two.ctf, ENDS_S)
    (two.ctf.identity / "rotation.json").write_bytes(kept)
    (two.ctf.identity / "rotation.json").chmod(0o600)
    assert keys(two.at(ENDS_S)) == keys(over)
    assert finish(two.ctf, ENDS_S)
    assert keys(two.at(ENDS_S)) == keys(over)


def test_nobody_is_told_of_nothing(two: Two) -> None:
    assert announcement(two.ctf, [two.peer]) is None
    rotate(two.ctf, now_s=NOW_S)
    assert announcement(two.ctf, []) is None
    assert announcement(Layout(two.ctf.root / "none"), [two.peer]) is None


def test_a_damaged_rotation_is_named(two: Two) -> None:
    rotate(two.ctf, now_s=NOW_S)
    path = two.ctf.identity / "rotation.json"
    for wrong in (b"", b"{}", path.read_bytes().replace(b"statement-3.pem", b"../x.pem")):
        path.write_bytes(wrong)
        with pytest.raises(OperatingError, match=r"rotation\.json"):
            two.at(NOW_S)
