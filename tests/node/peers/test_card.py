"""A card says who a party is, signed by the keys it names; anything else is refused with the reason."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from airpact.node.home import Layout
from airpact.node.identity import Identity, Secret, make_identity, write_certificate
from airpact.node.peers.card import PAYLOAD_TYPE, fingerprint, peer_of, read_card, write_card, write_value
from airpact.proof.base64 import from_base64, to_base64
from airpact.proof.canonical import canonical_bytes
from airpact.proof.envelope import Envelope, to_sign
from airpact.proof.errors import ProofError
from airpact.proof.keys import LOG, WITNESS, Key, spoken, write_key

NOW_S = 1_445_428_800.0  # 2015-10-21 12:00 UTC
YEAR_S = 365 * 86_400.0
ADDRESSES = ("192.0.2.7:8792", "[2001:db8::7]:8792", "nag.example:443")


@pytest.fixture(scope="module")
def nag(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    root = tmp_path_factory.mktemp("nag")
    return make_identity(Layout(root), "NAG", "Northern Air Group", "LIVE", ml_dsa=True, now_s=NOW_S)


@pytest.fixture(scope="module")
def card(nag: Identity) -> bytes:
    return write_card(nag, ADDRESSES, NOW_S)


def signed(identity: Identity, value: Any, by: tuple[Secret, ...] | None = None, kind: str = PAYLOAD_TYPE) -> bytes:
    """Return a card of any content, signed as cards are."""
    payload = canonical_bytes(value)
    secrets = identity.statement if by is None else by
    lines = tuple((each.key.label, each.sign(to_sign(kind, payload))) for each in secrets)
    return write_value(Envelope(kind, payload, lines))


def content(card: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(from_base64(json.loads(card)["payload"], "payload"))
    return found


def test_a_card_is_read_as_it_was_written(nag: Identity, card: bytes) -> None:
    peer = read_card(card, NOW_S)
    assert (peer.party, peer.name, peer.mode, peer.origin) == ("NAG", "Northern Air Group", "LIVE", nag.origin)
    assert [key.label for key in peer.statement] == [each.key.label for each in nag.statement]
    assert (peer.log, peer.witness) == ((nag.log.key,), (nag.witness.key,))
    pem = x509.load_pem_x509_certificate(nag.certificate.read_bytes())
    assert peer.certificates == (pem.public_bytes(Encoding.DER),)
    assert peer.addresses == ADDRESSES
    assert not peer.compared, "nobody compared anything yet"
    assert peer == replace(peer_of(nag), addresses=ADDRESSES)


def test_the_fingerprint_covers_all_but_the_addresses(nag: Identity, card: bytes) -> None:
    peer = read_card(card, NOW_S)
    moved = read_card(write_card(nag, ["198.51.100.9:8792"], NOW_S + 60), NOW_S + 60)
    assert peer.digest == moved.digest == fingerprint(peer)
    other = Key("NAG", peer.statement[0].purpose, bytes(32))
    for changed in (
        replace(peer, party="CTF"),
        replace(peer, origin="x"),
        replace(peer, certificates=()),
        replace(peer, statement=(other,)),
        replace(peer, log=()),
        replace(peer, witness=(Key("w", WITNESS, bytes(32)),)),
    ):
        assert fingerprint(changed) != peer.digest
    assert len(spoken(peer.digest).replace(",", "").split()) == 24


def test_no_card_is_written_that_would_not_be_read(nag: Identity) -> None:
    with pytest.raises(ProofError, match="no address"):
        write_card(nag, ["nag.example"], NOW_S)
    with pytest.raises(ProofError, match="expired"):
        write_card(nag, [], NOW_S + 2 * YEAR_S)


def test_a_card_is_good_while_its_certificate_is(card: bytes) -> None:
    read_card(card, NOW_S - 3599)
    with pytest.raises(ProofError, match="not valid before 2015-10-21 11:00:00 UTC: one clock is wrong"):
        read_card(card, NOW_S - 3601)
    with pytest.raises(ProofError, match="the certificate expired at 2016-11-21 12:00:00 UTC"):
        read_card(card, NOW_S + 397 * 86_400)


def test_every_key_for_statements_must_have_signed(nag: Identity, card: bytes) -> None:
    for by in (nag.statement[:1], nag.statement[1:], ()):
        with pytest.raises(ProofError, match="not signed by its own key"):
            read_card(signed(nag, content(card), by), NOW_S)
    with pytest.raises(ProofError, match="of the type 'text/plain'"):
        read_card(signed(nag, content(card), kind="text/plain"), NOW_S)


def test_anything_changed_breaks_the_signature(card: bytes) -> None:
    whole = json.loads(card)
    inner = from_base64(whole["payload"], "payload")
    forged = whole | {"payload": to_base64(inner.replace(b"Northern", b"Southern"))}
    with pytest.raises(ProofError, match="does not hold"):
        read_card(canonical_bytes(forged), NOW_S)


def key_of(name: str, purpose: Any, public: bytes = bytes(range(32))) -> str:
    return write_key(Key(name, purpose, public))


Change = Callable[[dict[str, Any]], dict[str, Any]]
CHANGES: list[tuple[Change, str]] = [
    (lambda v: v | {"type": "airpact-card/2"}, "not a card"),
    (lambda v: v | {"extra": 1}, "has 'extra'"),
    (lambda v: {name: each for name, each in v.items() if name != "origin"}, "lacks origin"),
    (lambda v: v | {"party": "N G"}, "party is not the short name"),
    (lambda v: v | {"party": "CTF"}, "origin is not the name of a log of CTF"),
    (lambda v: v | {"origin": "nag.example/log"}, "origin is not the name"),
    (lambda v: v | {"origin": 7}, "origin is not a text"),
    (lambda v: v | {"name": "a\nb"}, "name is not a line"),
    (lambda v: v | {"mode": "REPLAY"}, "mode is none of LIVE, EXERCISE"),
    (lambda v: v | {"mode": 7}, "mode is none of"),
    (lambda v: v | {"made_s": -1}, "made_s is not a time"),
    (lambda v: v | {"keys": []}, "does not hold 1 Ed25519 statement key"),
    (lambda v: v | {"keys": v["keys"][:-1]}, "does not hold 1 Ed25519 witness key"),
    (lambda v: v | {"keys": [*v["keys"], v["keys"][-1]]}, "does not hold 1 Ed25519 witness key"),
    (lambda v: v | {"keys": [*v["keys"][1:], v["keys"][0]]}, "do not stand in order"),
    (lambda v: v | {"keys": [*v["keys"][:-1], key_of("CTF", WITNESS)]}, "is not named nag-"),
    (lambda v: v | {"keys": ["x", *v["keys"]]}, "a key is written"),
    (lambda v: v | {"keys": [7]}, "a key is not a text"),
    (lambda v: v | {"certificates": []}, "1 to 2 certificates"),
    (lambda v: v | {"certificates": v["certificates"] * 2}, "1 to 2 certificates, each once"),
    (lambda v: v | {"certificates": [to_base64(b"x")]}, "cannot be read"),
    (lambda v: v | {"certificates": [to_base64(bytes(9000))]}, "at most 8,192 bytes"),
    (lambda v: v | {"certificates": ["x"]}, "not base 64"),
    (lambda v: v | {"addresses": ["nag.example:0"]}, "no address"),
    (lambda v: v | {"addresses": ["nag.example:65536"]}, "no address"),
    (lambda v: v | {"addresses": ["a:1"] * 2}, "each once"),
    (lambda v: v | {"addresses": [f"a:{port}" for port in range(1, 10)]}, "at most 8 addresses"),
    (lambda v: v | {"addresses": "a:1"}, "not an array"),
]


@pytest.mark.parametrize(("change", "wanted"), CHANGES)
def test_a_card_that_breaks_a_rule_is_refused_with_the_reason(
    nag: Identity, card: bytes, change: Change, wanted: str
) -> None:
    with pytest.raises(ProofError, match=wanted):
        read_card(signed(nag, change(content(card))), NOW_S)


def test_one_key_has_one_purpose(nag: Identity, card: bytes) -> None:
    value = content(card)
    value["keys"][2] = write_key(Key(nag.origin, LOG, nag.witness.key.public))
    with pytest.raises(ProofError, match="one key for two purposes"):
        read_card(signed(nag, value), NOW_S)


def test_the_certificate_is_of_this_node_and_signed_by_itself(nag: Identity, card: bytes, tmp_path: Path) -> None:
    def with_certificate(name: str, spoil: int = 0) -> bytes:
        write_certificate(tmp_path / "c.pem", tmp_path / "k.pem", name, NOW_S)
        pem = x509.load_pem_x509_certificate((tmp_path / "c.pem").read_bytes())
        der = bytearray(pem.public_bytes(Encoding.DER))
        der[-1] ^= spoil
        return signed(nag, content(card) | {"certificates": [to_base64(bytes(der))]})

    assert read_card(with_certificate(nag.origin), NOW_S).party == "NAG"
    with pytest.raises(ProofError, match="not issued to nag-"):
        read_card(with_certificate("ctf-01234567.airpact/log"), NOW_S)
    with pytest.raises(ProofError, match="not signed by its own key"):
        read_card(with_certificate(nag.origin, spoil=1), NOW_S)


def test_a_card_has_one_form(card: bytes) -> None:
    assert read_card(card.removesuffix(b"\n"), NOW_S).party == "NAG", "an editor may have taken the last newline"
    for wrong in (b"", b"\n", card + b"\n", b" " + card, card[:-2], b"[" * 70_000, bytes(100)):
        with pytest.raises(ProofError):
            read_card(wrong, NOW_S)


@given(st.binary(max_size=400))
def test_no_bytes_make_it_fall(data: bytes) -> None:
    with pytest.raises(ProofError):
        read_card(data, NOW_S)


@given(data=st.data())
def test_no_damage_to_a_card_makes_it_fall(card: bytes, data: st.DataObject) -> None:
    spoiled = bytearray(card)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(spoiled) - 1))
        spoiled[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        read = read_card(bytes(spoiled), NOW_S)
    except ProofError:
        return
    assert read == read_card(card, NOW_S), "what can still be read says what was signed"


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(data=st.data())
def test_no_signed_content_makes_it_fall(nag: Identity, card: bytes, data: st.DataObject) -> None:
    value = content(card)
    for name in data.draw(st.lists(st.sampled_from(sorted(value)), min_size=1, max_size=3, unique=True)):
        value[name] = data.draw(JSON)
    try:
        read_card(signed(nag, value), NOW_S)
    except ProofError:
        return


@given(data=st.data())
def test_no_certificate_makes_it_fall(nag: Identity, card: bytes, data: st.DataObject) -> None:
    value = content(card)
    der = bytearray(from_base64(value["certificates"][0], "a certificate"))
    for _ in range(data.draw(st.integers(1, 3))):
        der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    value["certificates"] = [to_base64(bytes(der))]
    try:
        read_card(signed(nag, value), NOW_S)
    except ProofError:
        return
