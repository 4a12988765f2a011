"""What one party gives another so that both can be sure of each other's keys: a card, signed by the keys it names.

A card is canonical JSON in a DSSE envelope (RFC 8785, DSSE v1.0). That it is signed shows that its keys belong
together; that they belong to the party is for people to say, who compare the words of its fingerprint by voice or face
to face. The fingerprint covers party, origin, keys and certificates, not the addresses, which may change.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from airpact.agreement.procedures import PARTY_ID
from airpact.node.identity import LIVE_MODES, Identity, Secret, certificate_der, witness_name
from airpact.node.peers.peer import Peer
from airpact.proof.base64 import from_base64, to_base64
from airpact.proof.canonical import Json, canonical_bytes, parse_canonical
from airpact.proof.envelope import Envelope, authors, read_envelope, to_sign, write_envelope
from airpact.proof.errors import ProofError
from airpact.proof.keys import LOG, STATEMENT, STATEMENT_ML_DSA, WITNESS, Key, read_key, write_key
from airpact.proof.shape import fields, listed, seconds, text, words

TYPE: Final = "airpact-card/1"
PAYLOAD_TYPE: Final = "application/vnd.airpact.card.v1+json"
CARD_BYTES_MAX: Final = 64 << 10  # two statement keys, one of them ML-DSA-44, and two certificates are about 12 KiB
CERTIFICATES_MAX: Final = 2  # an old and a new one
CERTIFICATE_BYTES_MAX: Final = 8 << 10
ADDRESSES_MAX: Final = 8  # of one node: two networks, two families, two names
PORT_MAX: Final = 65_535

MEMBERS: Final = ("type", "party", "name", "mode", "origin", "keys", "certificates", "addresses", "made_s")
ORIGIN: Final = re.compile(r"([a-z][a-z0-9_-]{0,31})-[0-9a-f]{8}\.airpact/log")
ADDRESS: Final = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):([0-9]{1,5})")
# The keys of a card, in this order: so many of each purpose, at least and at most.
PURPOSES: Final = ((STATEMENT, 1, 1), (STATEMENT_ML_DSA, 0, 1), (LOG, 1, 1), (WITNESS, 1, 1))


def write_card(identity: Identity, addresses: Sequence[str], now_s: float) -> bytes:
    """Return the card of a node, signed with its statement keys; raises `ProofError` where it breaks its own rules."""
    return write_card_of(peer_of(identity), identity.statement, addresses, now_s)


def write_card_of(own: Peer, by: Sequence[Secret], addresses: Sequence[str], now_s: float) -> bytes:
    """Return the card of these public values; `by` must hold the secrets of its statement keys."""
    value: dict[str, Json] = {
        "type": TYPE,
        "party": own.party,
        "name": own.name,
        "mode": own.mode,
        "origin": own.origin,
        "keys": [write_key(key) for key in (*own.statement, *own.log, *own.witness)],
        "certificates": [to_base64(each) for each in own.certificates],
        "addresses": list(addresses),
        "made_s": now_s,
    }
    payload = canonical_bytes(value)
    message = to_sign(PAYLOAD_TYPE, payload)
    card = write_value(Envelope(PAYLOAD_TYPE, payload, tuple((each.key.label, each.sign(message)) for each in by)))
    read_card(card, now_s)
    return card


def write_value(envelope: Envelope) -> bytes:
    """Return the file of a signed card."""
    return canonical_bytes(write_envelope(envelope)) + b"\n"


def peer_of(identity: Identity) -> Peer:
    """Return the public half of an identity, as its peers pin it: without keys that come or go in a rotation."""
    statement = tuple(each.key for each in identity.statement[: identity.carded or None])
    der = certificate_der(identity.certificate)
    here = (identity.party, identity.name, identity.mode, identity.origin)
    own = Peer(*here, statement, (identity.log.key,), (identity.witness.key,), (der,))
    return replace(own, digest=fingerprint(own))


def read_card(data: bytes, now_s: float) -> Peer:
    """Return the party that a card names; raises `ProofError` for anything that is no whole, signed, current card."""
    if len(data) > CARD_BYTES_MAX:
        raise ProofError(f"a card has at most {CARD_BYTES_MAX:,} bytes")
    envelope = read_envelope(parse_canonical(data.removesuffix(b"\n")))
    if envelope.payload_type != PAYLOAD_TYPE:
        raise ProofError(f"not a card: it is of the type {envelope.payload_type!r}")
    peer = read_payload(envelope.payload, now_s)
    signed = authors(envelope, peer.statement)
    for key in peer.statement:
        if key not in signed:
            raise ProofError(f"the card is not signed by its own key {key.label}")
    return peer


def read_payload(payload: bytes, now_s: float) -> Peer:
    """Return the party of a card whose signatures nobody has looked at; raises `ProofError`."""
    given = fields(parse_canonical(payload), "card", MEMBERS)
    if given["type"] != TYPE:
        raise ProofError(f"not a card: its type is not {TYPE}")
    party, origin = _party(given["party"]), text(given["origin"], "origin")
    found = ORIGIN.fullmatch(origin)
    if not found or found[1] != party.lower():
        raise ProofError(f"origin is not the name of a log of {party}")
    if given["mode"] not in LIVE_MODES:
        raise ProofError(f"mode is none of {', '.join(LIVE_MODES)}")
    seconds(given["made_s"], "made_s")
    peer = Peer(party, words(given["name"], "name"), text(given["mode"], "mode"), origin, (), (), (), ())
    peer = replace(peer, certificates=_certificates(given["certificates"], origin, now_s))
    peer = replace(_with_keys(peer, given["keys"]), addresses=_addresses(given["addresses"]))
    return replace(peer, digest=fingerprint(peer))


def fingerprint(peer: Peer) -> bytes:
    """Return what people compare of a card: SHA-256 over canonical party, origin, keys and certificates, 32 bytes."""
    return sha256(
        canonical_bytes(
            {
                "type": TYPE,
                "party": peer.party,
                "origin": peer.origin,
                "keys": [write_key(key) for key in (*peer.statement, *peer.log, *peer.witness)],
                "certificates": [to_base64(each) for each in peer.certificates],
            }
        )
    ).digest()


def check_address(address: str) -> None:
    """Accept host:port of a name, an IPv4 address or an IPv6 address in brackets; raises `ProofError`."""
    found = ADDRESS.fullmatch(address)
    if not found or not 0 < int(found[1]) <= PORT_MAX:
        raise ProofError(f"{address!r} is no address: it is written host:port, as in 192.0.2.7:8792")


def certificate_ends_s(der: bytes) -> float:
    """Return when a certificate ends (Unix s); raises `ProofError` where it cannot be read."""
    return _parsed(der).not_valid_after_utc.timestamp()


def _party(value: Json) -> str:
    party = text(value, "party")
    if not re.fullmatch(PARTY_ID, party):
        raise ProofError("party is not the short name of a party")
    return party


def _with_keys(peer: Peer, value: Json) -> Peer:
    """Return the peer with the keys of a card, each under the name it must have, each once, in their order."""
    keys = [read_key(text(each, "a key")) for each in listed(value, "keys")]
    order = [purpose for purpose, _, _ in PURPOSES]
    if any(key.purpose not in order for key in keys):
        raise ProofError("the card holds a key for a purpose that no card has")
    if [order.index(key.purpose) for key in keys] != sorted(order.index(key.purpose) for key in keys):
        raise ProofError("the keys of the card do not stand in order: statement, log, witness")
    for purpose, least, most in PURPOSES:
        if not least <= [key.purpose for key in keys].count(purpose) <= most:
            raise ProofError(
                f"the card does not hold {least or 'at most one'} {purpose.scheme.name} {purpose.what} key"
            )
    if len({key.public for key in keys}) < len(keys):
        raise ProofError("the card holds one key for two purposes")
    names: Mapping[str, str] = {"statement": peer.party, "log": peer.origin, "witness": witness_name(peer.origin)}
    for key in keys:
        if key.name != names[key.purpose.what]:
            raise ProofError(f"the {key.purpose.what} key {key.label} is not named {names[key.purpose.what]}")
    statement, log, witness = (_of(keys, what) for what in names)
    return replace(peer, statement=statement, log=log, witness=witness)


def _of(keys: Sequence[Key], what: str) -> tuple[Key, ...]:
    return tuple(key for key in keys if key.purpose.what == what)


def _certificates(value: Json, origin: str, now_s: float) -> tuple[bytes, ...]:
    found = [from_base64(text(each, "a certificate"), "a certificate") for each in listed(value, "certificates")]
    if not 1 <= len(found) <= CERTIFICATES_MAX or len(set(found)) < len(found):
        raise ProofError(f"a card holds 1 to {CERTIFICATES_MAX} certificates, each once")
    for der in found:
        _check_certificate(der, origin, now_s)
    return tuple(found)


def _check_certificate(der: bytes, origin: str, now_s: float) -> None:
    certificate = _parsed(der)
    names = [name.value for name in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if names != [origin]:
        raise ProofError(f"the certificate is not issued to {origin}")
    ends = certificate.not_valid_after_utc
    if now_s >= ends.timestamp():
        raise ProofError(f"the certificate expired at {ends:%Y-%m-%d %H:%M:%S} UTC")
    begins = certificate.not_valid_before_utc
    if now_s < begins.timestamp():
        raise ProofError(f"the certificate is not valid before {begins:%Y-%m-%d %H:%M:%S} UTC: one clock is wrong")


def _parsed(der: bytes) -> x509.Certificate:
    """Return a certificate whose name and key can be read."""
    if len(der) > CERTIFICATE_BYTES_MAX:
        raise ProofError(f"a certificate has at most {CERTIFICATE_BYTES_MAX:,} bytes")
    try:
        certificate = x509.load_der_x509_certificate(der)
        _ = certificate.subject, certificate.extensions  # parsed when asked for, so ask now
        certificate.verify_directly_issued_by(certificate)
    except Exception as error:
        raise ProofError("a certificate cannot be read, or is not signed by its own key") from error
    return certificate


def _addresses(value: Json) -> tuple[str, ...]:
    found = tuple(text(each, "an address") for each in listed(value, "addresses"))
    if len(found) > ADDRESSES_MAX or len(set(found)) < len(found):
        raise ProofError(f"a card holds at most {ADDRESSES_MAX} addresses, each once")
    for address in found:
        check_address(address)
    return found
