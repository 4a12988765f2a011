"""The witness: every row of its table, a memory that never goes back, and a log that lies refused whatever it sends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.proof.base64 import to_base64
from airpact.proof.checkpoint import Checkpoint
from airpact.proof.errors import ProofError
from airpact.proof.keys import LOG
from airpact.proof.merkle import EMPTY_ROOT
from airpact.proof.witness import RULES, Answer, Seen, Status, judge, read_request
from tests.proof.builders import CTF_LOG, ORIGIN, entries, head_bytes, head_of, signer, tree

KEYS = [CTF_LOG.key]


def body(old: int, proof: tuple[bytes, ...], head: bytes) -> bytes:
    """Return what a log posts to a witness."""
    return "".join(f"{line}\n" for line in (f"old {old}", *map(to_base64, proof), "")).encode() + head


def asked(log: list[bytes], old: int, seen: Seen | None, proof: tuple[bytes, ...] | None = None) -> Answer:
    """Return the answer to an honest request, or to one with another proof."""
    whole = tree(log)
    right = whole.consistency(old, len(log)) if proof is None else proof
    return judge(read_request(body(old, right, head_of(log))), seen, KEYS)


def seen_of(log: list[bytes]) -> Seen:
    return Seen(len(log), tree(log).root(), head_of(log))


def test_a_log_that_grows_is_cosigned_step_by_step() -> None:
    seen, log = Seen(), entries(40)
    for size in range(41):
        answer = asked(log[:size], seen.size, seen)
        assert answer.status is Status.COSIGNED
        assert answer.cosign == Checkpoint(ORIGIN, size, tree(log[:size]).root())
        assert answer.seen == seen_of(log[:size])
        seen = answer.seen
    assert asked(log, 40, seen).status is Status.COSIGNED  # the same head again: a fresh time


SEEN = seen_of(entries(5))
GROWN = tree(entries(9)).consistency(5, 9)


@pytest.mark.parametrize(
    ("request_body", "status"),
    [
        (body(5, GROWN, head_of(entries(9), logs=(signer(ORIGIN, LOG, 50),))), Status.UNSIGNED),
        (body(5, GROWN, head_of(entries(9)).replace(b"\n9\n", b"\n8\n")), Status.UNSIGNED),
        (body(9, (), head_of(entries(8))), Status.MALFORMED),
        (body(4, tree(entries(9)).consistency(4, 9), head_of(entries(9))), Status.STALE),
        (body(0, (), head_of(entries(9))), Status.STALE),
        (body(6, tree(entries(9)).consistency(6, 9), head_of(entries(9))), Status.STALE),
        (body(5, (), head_of(entries(9))), Status.INCONSISTENT),
        (body(5, GROWN[1:], head_of(entries(9))), Status.INCONSISTENT),
        (body(5, GROWN, head_of(entries(9, "x"))), Status.INCONSISTENT),
        (body(5, (), head_of(entries(5, "x"))), Status.INCONSISTENT),
        (body(5, (bytes(32),), head_of(entries(5))), Status.INCONSISTENT),
        (body(5, GROWN, head_of(entries(9))), Status.COSIGNED),
    ],
)
def test_every_row_of_the_table(request_body: bytes, status: Status) -> None:
    answer = judge(read_request(request_body), SEEN, KEYS)
    assert answer.status is status
    cosigned = status is Status.COSIGNED
    assert (answer.cosign is not None) == cosigned
    assert (answer.seen != SEEN) == cosigned
    assert (answer.doubted is not None) == (status is Status.INCONSISTENT)


def test_both_heads_of_a_doubted_step_are_kept() -> None:
    other = head_of(entries(5, "x"))
    assert judge(read_request(body(5, (), other)), SEEN, KEYS).doubted == (SEEN.head, other)


def test_a_log_that_is_not_known_is_not_cosigned() -> None:
    assert asked(entries(3), 0, None).status is Status.UNKNOWN_LOG


def test_a_key_of_another_log_does_not_count() -> None:
    other = signer("other.example/log", LOG, 51)
    request = read_request(body(0, (), head_of(entries(3), logs=(other,))))
    assert judge(request, Seen(), [other.key]).status is Status.UNSIGNED


@pytest.mark.parametrize(
    ("checkpoint", "status"),
    [
        (Checkpoint(ORIGIN, 0, EMPTY_ROOT), Status.COSIGNED),
        (Checkpoint(ORIGIN, 0, bytes(32)), Status.INCONSISTENT),
    ],
)
def test_an_empty_log_has_the_empty_root(checkpoint: Checkpoint, status: Status) -> None:
    assert judge(read_request(body(0, (), head_bytes(checkpoint))), Seen(), KEYS).status is status


def test_a_first_head_needs_no_proof_and_takes_none() -> None:
    assert asked(entries(3), 0, Seen(), (bytes(32),)).status is Status.INCONSISTENT


def test_every_status_but_the_unknown_log_has_a_row() -> None:
    assert {row.status for row in RULES} == set(Status) - {Status.UNKNOWN_LOG}


STEPS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.booleans(), st.booleans()), max_size=30)


@given(STEPS)
def test_whatever_a_lying_log_sends_the_witness_signs_one_history(steps: list[tuple[int, int, bool, bool]]) -> None:
    """A log with two branches sends heads of either, with proofs of either, from any size to any size."""
    branches = entries(12), [*entries(6), *entries(6, "x")]
    seen, signed = Seen(), list[Checkpoint]()
    for old, size, head_branch, proof_branch in steps:
        proof = tree(branches[proof_branch]).consistency(min(old, size), size)
        answer = judge(read_request(body(old, proof, head_of(branches[head_branch][:size]))), seen, KEYS)
        assert answer.seen.size >= seen.size
        seen = answer.seen
        signed += [answer.cosign] if answer.cosign else []
    assert any(all(head.root == tree(branch[: head.size]).root() for head in signed) for branch in branches), (
        "two histories were cosigned"
    )
    assert [head.size for head in signed] == sorted(head.size for head in signed)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"old 5\n",
        b"new 5\n\n" + head_of(entries(5)),
        b"old 05\n\n" + head_of(entries(5)),
        b"old -1\n\n" + head_of(entries(5)),
        b"old 5\nAAAA\n\n" + head_of(entries(5)),
        body(5, (bytes(32),) * 64, head_of(entries(5))),
        body(5, (), b"head\n"),
    ],
)
def test_what_is_no_request_is_refused(data: bytes) -> None:
    with pytest.raises(ProofError):
        read_request(data)
