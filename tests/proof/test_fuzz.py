"""Every reader of this layer, given anything: it reads it, or refuses it with the one documented error."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.proof.base64 import from_base64
from airpact.proof.canonical import canonical_bytes, parse_canonical
from airpact.proof.checkpoint import read_checkpoint
from airpact.proof.cosignature import signers
from airpact.proof.envelope import read_envelope
from airpact.proof.errors import ProofError
from airpact.proof.fork import check_fork, read_fork, write_fork
from airpact.proof.keys import read_key, write_key
from airpact.proof.logproof import read_log_proof
from airpact.proof.merkle import check_consistency, inclusion_root, prefix_roots
from airpact.proof.note import read_note
from airpact.proof.policy import read_policy
from airpact.proof.receipt import check_receipt, read_receipt, read_voices, write_receipt
from airpact.proof.statement import read_header, write_header
from airpact.proof.witness import Seen, judge, read_request
from tests.proof.builders import CTF_LOG, HEADER, POLICY, POLICY_TEXT, VOICES, VOICES_TEXT, entries, head_of, receipt
from tests.proof.test_canonical import VALUES
from tests.proof.test_fork import EVIDENCE
from tests.proof.test_note import COSIGNED, REQUEST
from tests.proof.test_witness import GROWN, SEEN, body

RECEIPT = receipt()

# Each reader with something it reads; behind the reading stands the check, where there is one.
READERS: dict[str, tuple[Callable[[bytes], Any], bytes]] = {
    "canonical": (parse_canonical, canonical_bytes({"a": [1, 2.5, "é", None, True]})),
    "base64": (lambda data: from_base64(data.decode(errors="replace"), "it", 3), b"AAAA"),
    "key": (lambda data: read_key(data.decode(errors="surrogateescape")), write_key(CTF_LOG.key).encode()),
    "note": (lambda data: signers(read_note(data), POLICY.keys), RECEIPT.proof.head),
    "printed note": (read_note, COSIGNED.encode()),
    "checkpoint": (lambda data: read_checkpoint(data.decode(errors="replace")), b"ctf\n7\n" + b"A" * 43 + b"=\n"),
    "policy": (read_policy, POLICY_TEXT.encode()),
    "authors": (read_voices, VOICES_TEXT.encode()),
    "log proof": (read_log_proof, b"c2sp.org/tlog-proof@v1\nextra AA==\nindex 1\n" + b"A" * 43 + b"=\n\nhead"),
    "header": (read_header, write_header(HEADER)),
    "receipt": (lambda data: check_receipt(read_receipt(data), VOICES, POLICY), write_receipt(RECEIPT)),
    "fork": (lambda data: check_fork(read_fork(data), POLICY), write_fork(EVIDENCE)),
    "request": (lambda data: judge(read_request(data), SEEN, [CTF_LOG.key]), body(5, GROWN, head_of(entries(9)))),
    "printed request": (lambda data: judge(read_request(data), Seen(), ()), REQUEST.encode()),
}


def refused_or_read(read: Callable[[Any], Any], data: Any) -> None:
    try:
        read(data)
    except ProofError as error:
        assert str(error)


@pytest.mark.parametrize("name", READERS)
def test_what_each_reader_is_broken_from_is_read_whole(name: str) -> None:
    read, whole = READERS[name]
    read(whole)


@pytest.mark.parametrize("name", READERS)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode(errors="surrogatepass")))
def test_a_reader_takes_or_refuses_any_bytes(name: str, data: bytes) -> None:
    refused_or_read(READERS[name][0], data)


@pytest.mark.parametrize("name", READERS)
@given(st.data())
def test_a_reader_takes_or_refuses_what_was_damaged(name: str, data: st.DataObject) -> None:
    read, whole = READERS[name]
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 50)))
    middle = data.draw(
        st.binary(max_size=20) | st.sampled_from([whole[start:end] * 2, b"\n", b"\n\n", b"0", b"9" * 5000])
    )
    refused_or_read(read, whole[:start] + middle + whole[end:])


@pytest.mark.parametrize("read", [read_envelope, lambda value: read_header(canonical_bytes(value))])
@given(st.data())
def test_a_reader_takes_or_refuses_any_json(read: Callable[[Any], Any], data: st.DataObject) -> None:
    whole: Any = dict(data.draw(st.sampled_from([parse_canonical(write_header(HEADER)), {"payload": "", "sig": ""}])))
    for name in data.draw(st.lists(st.sampled_from(sorted(whole)), max_size=3)):
        whole[name] = data.draw(VALUES)
    refused_or_read(read, whole)


HASHES = st.lists(st.binary(min_size=31, max_size=33) | st.just(bytes(32)), max_size=8)
SIZES = st.integers(-2, 300) | st.integers(2**60, 2**66)


@given(SIZES, SIZES, HASHES)
def test_a_proof_of_anything_is_refused_or_hashed(first: int, second: int, path: list[bytes]) -> None:
    refused_or_read(lambda proof: inclusion_root(bytes(32), first, second, proof), path)
    refused_or_read(lambda proof: prefix_roots(first, second, proof), path)
    refused_or_read(lambda proof: check_consistency(first, bytes(32), second, bytes(32), proof), path)
