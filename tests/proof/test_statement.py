"""Statements: what a header must hold, what its digest covers and does not, and the envelope around it."""

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from airpact.proof.canonical import canonical_bytes
from airpact.proof.envelope import Envelope, authors, read_envelope, to_sign, write_envelope
from airpact.proof.errors import ProofError
from airpact.proof.statement import ENTRY_BYTES_MAX, INTERNAL, Head, Header, body_digest, read_header, write_header
from tests.proof.builders import BODY, CTF, CTF_LOG, CTF_ML_DSA, HEADER, NAG, SALT, TIME_S, envelope

ENTRY = write_header(HEADER)
INSIDE = Header(INTERNAL, TIME_S, 4, bytes(32))


def changed(**members: Any) -> bytes:
    """Return the entry with members set, or left out where they are `...`."""
    value = json.loads(ENTRY) | members
    return canonical_bytes({name: each for name, each in value.items() if each is not ...})


def test_a_header_survives_being_written() -> None:
    assert read_header(ENTRY) == HEADER
    assert read_header(write_header(INSIDE)) == INSIDE


def test_an_internal_header_shows_kind_time_index_and_digest_alone() -> None:
    assert set(json.loads(write_header(INSIDE))) == {"kind", "time_s", "index", "body"}
    for member in ("author", "audience", "subject", "mode", "heads"):
        value = json.loads(write_header(INSIDE)) | {member: json.loads(ENTRY)[member]}
        with pytest.raises(ProofError, match=f"has '{member}', which is not known"):
            read_header(canonical_bytes(value))


def test_a_body_is_named_by_the_digest_of_salt_and_canonical_body() -> None:
    assert HEADER.body == sha256(SALT + canonical_bytes(BODY)).digest()
    assert body_digest(bytes(32), BODY) != HEADER.body
    for salt in (b"", SALT[:31], SALT + b"x"):
        with pytest.raises(ProofError, match="32 bytes"):
            body_digest(salt, BODY)


def test_a_kind_that_is_not_known_is_taken() -> None:
    assert read_header(changed(kind="weather.balloon-2")).kind == "weather.balloon-2"


@pytest.mark.parametrize("member", sorted(json.loads(ENTRY)))
def test_every_member_is_needed(member: str) -> None:
    with pytest.raises(ProofError, match=f"lacks {member}|lacks .*, {member}|lacks"):
        read_header(changed(**{member: ...}))


@pytest.mark.parametrize(
    ("members", "wanted"),
    [
        ({"more": 1}, "has 'more', which is not known"),
        ({"kind": ""}, "kind is not a line"),
        ({"kind": "Notice"}, "lower-case"),
        ({"kind": "a b"}, "lower-case"),
        ({"kind": 1}, "kind is not a text"),
        ({"mode": "live"}, "mode is none of LIVE"),
        ({"mode": ["LIVE"]}, "mode is none of LIVE"),
        ({"time_s": "now"}, "time_s is not a number"),
        ({"time_s": True}, "time_s is not a number"),
        ({"time_s": -1}, "between 1970 and 9999"),
        ({"time_s": 253_402_300_800}, "between 1970 and 9999"),
        ({"index": -1}, "index is not a whole number"),
        ({"index": 1.5}, "index is not a whole number"),
        ({"index": True}, "index is not a whole number"),
        ({"body": ""}, "body has 0 bytes"),
        ({"body": "AA"}, "body is not base 64"),
        ({"body": None}, "body is not a text"),
        ({"author": "ctf"}, "author is not an object"),
        ({"author": {"party": "ctf", "role": "duty officer"}}, "author lacks person"),
        ({"author": {"party": "ctf", "role": "", "person": "p"}}, "author.role is not a line"),
        ({"author": {"party": "ctf", "role": "x" * 257, "person": "p"}}, "author.role is not a line"),
        ({"author": {"party": "ctf", "role": "x\u202ey", "person": "p"}}, "author.role is not a line"),
        ({"subject": "two\nlines"}, "subject is not a line"),
        ({"heads": []}, "heads is not an object"),
        ({"heads": {"": {"size": 1, "root": "A" * 43 + "="}}}, "the origin of a head is not a line"),
        ({"heads": {"o": {"size": 1}}}, "a head lacks root"),
        ({"heads": {"o": {"size": 1, "root": "AAAA"}}}, "the root of a head has 3 bytes"),
        ({"heads": {"o": {"size": -1, "root": "A" * 43 + "="}}}, "the size of a head is not a whole"),
        ({"heads": {"o": {"size": 1e30, "root": "A" * 43 + "="}}}, "the size of a head is not a whole"),
        ({"audience": []}, "audience does not name"),
        ({"audience": "nag"}, "audience is not an array"),
        ({"audience": ["nag", "ctf"]}, "audience does not name"),
        ({"audience": ["nag", "nag"]}, "audience does not name"),
        ({"audience": ["nag", "public"]}, "beside the public"),
        ({"audience": [1]}, "a name in audience is not a text"),
    ],
)
def test_a_header_that_breaks_a_rule_is_refused(members: dict[str, Any], wanted: str) -> None:
    with pytest.raises(ProofError, match=wanted):
        read_header(changed(**members))


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"null", ENTRY + b"\n", ENTRY.replace(b":", b": ", 1), ENTRY[:-1] + b',"mode":"LIVE"}', b"\xff"],
)
def test_other_bytes_than_the_canonical_ones_are_refused(data: bytes) -> None:
    with pytest.raises(ProofError):
        read_header(data)


def test_a_header_has_a_limit() -> None:
    heads = {f"{number}.example/log": Head(1, bytes(32)) for number in range(1000)}
    assert len(write_header(replace(HEADER, heads=dict(list(heads.items())[:500])))) < ENTRY_BYTES_MAX
    with pytest.raises(ProofError, match="at most 65,535"):
        write_header(replace(HEADER, heads=heads))


def test_no_header_is_written_that_would_not_be_read() -> None:
    for header in (replace(HEADER, author=None), replace(HEADER, audience=()), replace(HEADER, mode="live")):
        with pytest.raises(ProofError):
            write_header(header)


# --- the envelope ----------------------------------------------------------------------------------------------------


def test_the_signed_bytes_are_those_of_the_dsse_example() -> None:
    """DSSE v1.0 protocol, section "Test Vectors": type http://example.com/HelloWorld, payload "hello world"."""
    assert to_sign("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_lengths_are_of_bytes() -> None:
    assert to_sign("é", b"\xff") == b"DSSEv1 2 \xc3\xa9 1 \xff"


def test_an_envelope_survives_being_written() -> None:
    given = envelope(ENTRY, CTF, CTF_ML_DSA)
    assert read_envelope(write_envelope(given)) == given


def test_authors_are_the_known_keys_that_signed() -> None:
    given = envelope(ENTRY, CTF, CTF_ML_DSA)
    assert authors(given, [CTF.key, CTF_ML_DSA.key, NAG.key]) == (CTF.key, CTF_ML_DSA.key)
    assert authors(given, [CTF_ML_DSA.key]) == (CTF_ML_DSA.key,)
    assert authors(given, [NAG.key]) == ()


def test_a_log_key_is_no_author() -> None:
    assert authors(envelope(ENTRY, CTF_LOG), [CTF_LOG.key]) == ()


@pytest.mark.parametrize("by", [CTF, CTF_ML_DSA], ids=["Ed25519", "ML-DSA-44"])
def test_a_known_key_with_a_signature_that_does_not_hold_is_refused(by: Any) -> None:
    given = envelope(ENTRY, by)
    label, data = given.signatures[0]
    for wrong in (
        given._replace(payload=ENTRY + b" "),
        given._replace(payload_type="text/plain"),
        given._replace(signatures=((label, data[:-1]),)),
        given._replace(signatures=((label, bytes(len(data))),)),
        given._replace(signatures=(*given.signatures, (label, b""))),
    ):
        with pytest.raises(ProofError, match="does not hold"):
            authors(wrong, [by.key])


def test_the_entry_stays_the_same_whoever_signs() -> None:
    assert envelope(ENTRY, CTF).payload == envelope(ENTRY, CTF, CTF_ML_DSA).payload == ENTRY


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"payload": "", "payloadType": ""},
        {"payload": "", "payloadType": "", "signatures": {}},
        {"payload": 1, "payloadType": "", "signatures": []},
        {"payload": "A", "payloadType": "", "signatures": []},
        {"payload": "", "payloadType": "", "signatures": [{"sig": ""}]},
        {"payload": "", "payloadType": "", "signatures": [{"keyid": 1, "sig": ""}]},
        {"payload": "", "payloadType": "", "signatures": [], "more": 1},
    ],
)
def test_what_is_no_envelope_is_refused(value: Any) -> None:
    with pytest.raises(ProofError):
        read_envelope(value)


def test_an_envelope_has_a_limit_of_signatures() -> None:
    value: dict[str, Any] = {"payload": "", "payloadType": "", "signatures": [{"keyid": "k", "sig": "AAAA"}] * 8}
    assert len(read_envelope(value).signatures) == 8
    with pytest.raises(ProofError, match="9 signatures"):
        read_envelope(value | {"signatures": [{"keyid": "k", "sig": "AAAA"}] * 9})


def test_an_envelope_of_nothing_is_one() -> None:
    assert read_envelope({"payload": "", "payloadType": "", "signatures": []}) == Envelope("", b"", ())
