"""Receipts: what a whole one proves, and that no part of it can be missing, changed or taken from elsewhere."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from airpact.proof.canonical import canonical_bytes
from airpact.proof.checkpoint import Checkpoint
from airpact.proof.errors import ProofError
from airpact.proof.keys import LOG, WITNESS, write_key
from airpact.proof.policy import read_policy
from airpact.proof.receipt import Receipt, Said, check_receipt, read_receipt, write_receipt
from airpact.proof.statement import INTERNAL, Author, Header, body_digest, write_header
from tests.proof.builders import (
    BODY,
    CTF,
    CTF_LOG,
    CTF_ML_DSA,
    HEADER,
    NAG,
    NAG_WITNESS,
    ORIGIN,
    POLICY,
    PRESS_WITNESS,
    SALT,
    STRANGER,
    TIME_S,
    VOICES,
    WITNESSED,
    Signer,
    entries,
    envelope,
    head_bytes,
    head_of,
    receipt,
    signer,
    tree,
)

WHOLE = receipt()


def refused(given: Receipt, wanted: str, **trusted: Any) -> None:
    with pytest.raises(ProofError, match=wanted):
        check_receipt(given, trusted.get("voices", VOICES), trusted.get("policy", POLICY))


def under(head: bytes) -> Receipt:
    """Return the receipt with another head."""
    return WHOLE._replace(proof=replace(WHOLE.proof, head=head))


def test_a_whole_receipt_proves_statement_place_and_witnesses() -> None:
    proven = check_receipt(WHOLE, VOICES, POLICY)
    assert (proven.header, proven.party, proven.authors) == (HEADER, "ctf", (CTF.key,))
    assert (proven.head.origin, proven.head.size) == (ORIGIN, 5)
    assert proven.log == ((CTF_LOG.key, None),)
    assert proven.witnesses == ((NAG_WITNESS.key, int(TIME_S) + 1), (PRESS_WITNESS.key, int(TIME_S) + 2))


@pytest.mark.parametrize("size", [1, 2, 3, 64, 65, 100])
def test_receipts_hold_in_logs_of_any_size(size: int) -> None:
    given = receipt(replace(HEADER, index=size - 1), size)
    assert check_receipt(given, VOICES, POLICY).head.size == size


def test_a_receipt_survives_being_written() -> None:
    for given in (WHOLE, receipt(said=None), receipt(by=(CTF, CTF_ML_DSA)), receipt(replace(HEADER, index=0), 1)):
        assert read_receipt(write_receipt(given)) == given


def test_a_body_that_is_null_is_a_body() -> None:
    given = receipt(replace(HEADER, body=body_digest(SALT, None)), said=Said(None, SALT))
    assert read_receipt(write_receipt(given)).said == Said(None, SALT)
    check_receipt(given, VOICES, POLICY)


def test_both_signatures_of_an_author_are_named() -> None:
    assert check_receipt(receipt(by=(CTF, CTF_ML_DSA)), VOICES, POLICY).authors == (CTF.key, CTF_ML_DSA.key)


def test_an_internal_statement_is_its_signers() -> None:
    given = receipt(Header(INTERNAL, TIME_S, 2, HEADER.body), said=None)
    proven = check_receipt(given, VOICES, POLICY)
    assert (proven.party, proven.header.author) == ("ctf", None)


def test_without_the_body_the_statement_is_still_proven() -> None:
    assert check_receipt(receipt(said=None), VOICES, POLICY).header == HEADER


def test_an_old_log_key_beside_a_new_one_is_enough() -> None:
    newer = signer(ORIGIN, LOG, 30)
    assert check_receipt(receipt(logs=(newer, CTF_LOG)), VOICES, POLICY).log == ((CTF_LOG.key, None),)


OTHER_LOG = signer("other.example/log", LOG, 31)
POLICY_KEY_OF_OTHER = write_key(OTHER_LOG.key).encode()


@pytest.mark.parametrize(
    ("make", "wanted"),
    [
        (lambda: WHOLE._replace(said=Said("other words", SALT)), "not the one that was signed"),
        (lambda: WHOLE._replace(said=Said(BODY, bytes(32))), "not the one that was signed"),
        (lambda: receipt(by=()), "not signed by the party ctf"),
        (lambda: receipt(by=(NAG,)), "not signed by the party ctf"),
        (lambda: receipt(by=(CTF_LOG,)), "not signed by the party ctf"),
        (lambda: receipt(replace(HEADER, author=Author("nag", "r", "p"))), "not signed by the party nag"),
        (lambda: receipt(Header(INTERNAL, TIME_S, 2, HEADER.body), by=(), said=None), "not signed by one party"),
        (
            lambda: WHOLE._replace(statement=envelope(write_header(replace(HEADER, subject="notice 8")), CTF)),
            "not in the log",
        ),
        (lambda: WHOLE._replace(statement=WHOLE.statement._replace(payload_type="text/plain")), "of the type"),
        (lambda: WHOLE._replace(proof=replace(WHOLE.proof, index=3)), "signed for place 2 of the log, not 3"),
        (lambda: WHOLE._replace(proof=replace(WHOLE.proof, path=WHOLE.proof.path[1:])), "too short"),
        (lambda: WHOLE._replace(proof=replace(WHOLE.proof, path=(*WHOLE.proof.path, bytes(32)))), "too long"),
        (lambda: WHOLE._replace(proof=replace(WHOLE.proof, path=(bytes(32), *WHOLE.proof.path[1:]))), "not in the log"),
        (
            lambda: WHOLE._replace(proof=replace(WHOLE.proof, head=head_of(entries(5), witnesses=WITNESSED))),
            "not in the",
        ),
        (
            lambda: WHOLE._replace(proof=replace(WHOLE.proof, head=head_of(entries(2), witnesses=WITNESSED))),
            "no entry 2",
        ),
        (lambda: receipt(logs=()), "not signed by a log key"),
        (lambda: receipt(logs=(OTHER_LOG,)), "not signed by a log key"),
        (lambda: receipt(witnesses={}), "too few witnesses"),
        (lambda: receipt(witnesses={NAG_WITNESS: 9}), "too few witnesses"),
        (lambda: receipt(witnesses={NAG_WITNESS: 9, STRANGER: 9}), "too few witnesses"),
    ],
)
def test_a_receipt_with_a_gap_is_refused(make: Callable[[], Receipt], wanted: str) -> None:
    refused(make(), wanted)


def test_a_party_speaks_in_its_own_log_only() -> None:
    entry = write_header(replace(HEADER, author=Author("nag", "duty officer", "p-1")))
    log = [*entries(2), entry]
    place = replace(WHOLE.proof, path=tree(log).inclusion(2, 3), head=head_of(log, witnesses=WITNESSED))
    refused(Receipt(envelope(entry, NAG), place), "not signed by the party nag with a key that may speak in this log")


def test_a_log_key_counts_for_its_own_log_only() -> None:
    policy = read_policy(b"log " + POLICY_KEY_OF_OTHER + b"\nquorum none")
    refused(receipt(logs=(OTHER_LOG,)), "not signed by a log key", policy=policy)


def test_a_witness_under_the_name_of_a_log_is_not_that_log() -> None:
    masked = signer(ORIGIN, WITNESS, 32)
    policy = read_policy(f"witness w {write_key(masked.key)}\nquorum w".encode())
    refused(receipt(logs=(), witnesses={masked: 9}), "not signed by a log key", policy=policy)


def test_a_cosignature_of_another_head_is_refused() -> None:
    head = head_bytes(Checkpoint(ORIGIN, 5, bytes(32)), witnesses={NAG_WITNESS: 9})
    line = head.decode().splitlines(keepends=True)[-1]
    mixed = receipt(witnesses={}).proof.head + line.encode()
    refused(under(mixed), "does not hold")


def test_a_signature_may_stand_twice_and_still_counts_once() -> None:
    head = WHOLE.proof.head + receipt(witnesses={NAG_WITNESS: 9}).proof.head.splitlines(keepends=True)[-1]
    proven = check_receipt(under(head), VOICES, POLICY)
    assert [each.key for each in proven.witnesses] == [NAG_WITNESS.key, PRESS_WITNESS.key, NAG_WITNESS.key]
    twice = receipt(witnesses={NAG_WITNESS: 9}).proof.head
    refused(under(twice + twice.splitlines(keepends=True)[-1]), "too few")


@pytest.mark.parametrize("member", ["type", "statement", "proof"])
def test_every_member_but_the_body_is_needed(member: str) -> None:
    value: Any = json.loads(write_receipt(WHOLE))
    del value[member]
    with pytest.raises(ProofError, match=f"lacks {member}"):
        read_receipt(canonical_bytes(value))


@pytest.mark.parametrize(
    "members", [{"body": ...}, {"salt": ...}, {"salt": "AAAA"}, {"type": "airpact-receipt/2"}, {"x": 1}]
)
def test_a_receipt_of_another_form_is_refused(members: dict[str, Any]) -> None:
    value: Any = json.loads(write_receipt(WHOLE)) | members
    with pytest.raises(ProofError):
        read_receipt(canonical_bytes({name: each for name, each in value.items() if each is not ...}))


@pytest.mark.parametrize("by", [CTF, CTF_ML_DSA], ids=["Ed25519", "ML-DSA-44"])
def test_no_bit_of_a_receipt_can_be_turned(by: Signer) -> None:
    """One bit in one byte after another; all lines are of known keys, so that none may be lost either."""
    data = write_receipt(receipt(by=(by,)))
    step = max(1, len(data) // 1500)
    for place in range(0, len(data), step):
        turned = data[:place] + bytes((data[place] ^ (1 << place % 8),)) + data[place + 1 :]
        with pytest.raises(ProofError):
            check_receipt(read_receipt(turned), VOICES, POLICY)
