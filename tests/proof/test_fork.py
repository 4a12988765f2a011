"""Fork evidence: two histories are proven for every pair of sizes, and one history never looks like two."""

import json
from typing import Any

import pytest

from airpact.proof.canonical import canonical_bytes
from airpact.proof.checkpoint import Checkpoint
from airpact.proof.errors import ProofError
from airpact.proof.fork import Fork, check_fork, read_fork, write_fork
from airpact.proof.keys import LOG
from airpact.proof.merkle import EMPTY_ROOT
from tests.proof.builders import (
    CTF_LOG,
    NAG_WITNESS,
    ORIGIN,
    POLICY,
    TIME_S,
    entries,
    head_bytes,
    head_of,
    signer,
    tree,
)

SIZES = 20


def fork(first: list[bytes], second: list[bytes]) -> Fork:
    """Return the evidence that two histories of a log give, as whoever holds the second one makes it."""
    needed = 0 < len(first) < len(second)
    prefix = tree(second).prefix(len(first), len(second)) if needed else ()
    return Fork(head_of(first), head_of(second), prefix)


EVIDENCE = fork([*entries(5), b"said"], [*entries(5), b"never said", *entries(4)])


@pytest.mark.parametrize("size", range(1, SIZES))
def test_two_histories_are_proven_at_every_size(size: int) -> None:
    for more in range(SIZES - size):
        for at in range(size):
            first = entries(size)
            second = [*first[:at], b"other", *first[at + 1 :], *entries(more, "more")]
            proven = check_fork(fork(first, second), POLICY)
            assert (proven.first.size, proven.second.size) == (size, size + more)
            assert proven.prefix_root == tree(second[:size]).root() != proven.first.root


@pytest.mark.parametrize("size", range(SIZES))
def test_one_history_is_no_fork(size: int) -> None:
    for more in range(SIZES - size):
        with pytest.raises(ProofError, match="no fork: the log"):
            check_fork(fork(entries(size), entries(size + more)), POLICY)


@pytest.mark.parametrize("size", range(1, SIZES))
def test_a_made_up_path_proves_nothing_against_an_honest_log(size: int) -> None:
    for more in range(1, SIZES - size):
        honest = fork(entries(size), entries(size + more))
        for at, each in enumerate(honest.prefix):
            wrong = (*honest.prefix[:at], bytes((each[0] ^ 1,)) + each[1:], *honest.prefix[at + 1 :])
            with pytest.raises(ProofError, match="shows nothing"):
                check_fork(honest._replace(prefix=wrong), POLICY)
        for wrong in (honest.prefix[1:], honest.prefix[:-1], (*honest.prefix, bytes(32)), ()):
            with pytest.raises(ProofError):
                check_fork(honest._replace(prefix=wrong), POLICY)


def test_both_signers_are_named_and_witnesses_are_not_needed() -> None:
    assert check_fork(EVIDENCE, POLICY).signers == (((CTF_LOG.key, None),), ((CTF_LOG.key, None),))


def test_an_empty_log_with_a_root_is_a_fork() -> None:
    odd, empty = Checkpoint(ORIGIN, 0, bytes(32)), Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    for first, second in ((odd, empty), (empty, odd), (odd, Checkpoint(ORIGIN, 3, bytes(32)))):
        check_fork(Fork(head_bytes(first), head_bytes(second)), POLICY)


def test_evidence_survives_being_written() -> None:
    assert read_fork(write_fork(EVIDENCE)) == EVIDENCE
    assert check_fork(read_fork(write_fork(EVIDENCE)), POLICY) == check_fork(EVIDENCE, POLICY)


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"first": EVIDENCE.second, "second": EVIDENCE.first}, "the smaller head comes first"),
        ({"first": head_of(entries(6), logs=())}, "not a signed note"),
        ({"first": head_of(entries(6), logs=(), witnesses={NAG_WITNESS: int(TIME_S)})}, "not signed by a log key"),
        ({"second": head_of(entries(10), logs=(signer(ORIGIN, LOG, 40),))}, "not signed by a log key"),
        ({"second": head_bytes(Checkpoint("other", 10, bytes(32)))}, "of two logs"),
        ({"second": EVIDENCE.second.replace(b"\n10\n", b"\n11\n")}, "does not hold"),
        ({"prefix": ()}, "too short"),
        ({"first": head_of(entries(10))}, "need no prefix path"),
        ({"first": head_of([])}, "need no prefix path"),
    ],
)
def test_what_is_no_evidence_is_refused(change: dict[str, Any], wanted: str) -> None:
    with pytest.raises(ProofError, match=wanted):
        check_fork(EVIDENCE._replace(**change), POLICY)


@pytest.mark.parametrize(
    "members",
    [
        {"type": "airpact-fork/2"},
        {"heads": []},
        {"heads": ["a", "b", "c"]},
        {"heads": [1, 2]},
        {"prefix": ["AA"]},
        {"prefix": ["A" * 43 + "="] * 64},
        {"prefix": None},
        {"more": 1},
    ],
)
def test_evidence_of_another_form_is_refused(members: dict[str, Any]) -> None:
    value: Any = json.loads(write_fork(EVIDENCE)) | members
    with pytest.raises(ProofError):
        read_fork(canonical_bytes(value))


def test_no_bit_of_the_evidence_can_be_turned() -> None:
    data = write_fork(EVIDENCE)
    for place in range(len(data)):
        turned = data[:place] + bytes((data[place] ^ (1 << place % 8),)) + data[place + 1 :]
        with pytest.raises(ProofError):
            check_fork(read_fork(turned), POLICY)
