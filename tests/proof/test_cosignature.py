"""Who signed a head: known keys only, each signature checked, and none of a key that is known but does not hold."""

import pytest

from airpact.proof.checkpoint import Checkpoint, write_checkpoint
from airpact.proof.cosignature import cosigned, message, signers
from airpact.proof.errors import ProofError
from airpact.proof.keys import Key
from airpact.proof.note import Note, read_note
from tests.proof.builders import (
    CTF,
    CTF_LOG,
    NAG_WITNESS,
    ORIGIN,
    POLICY,
    PRESS_WITNESS,
    STRANGER,
    Signer,
    cosign,
    head_bytes,
)

HEAD = Checkpoint(ORIGIN, 5, bytes(range(32)))
TIME_S = 1_445_428_801


def under(*signatures: object) -> Note:
    return Note(write_checkpoint(HEAD), signatures)  # type: ignore[arg-type]


def test_log_and_witnesses_are_found_with_their_times() -> None:
    note = read_note(head_bytes(HEAD, witnesses={NAG_WITNESS: TIME_S, PRESS_WITNESS: TIME_S + 1}))
    assert signers(note, POLICY.keys) == (
        (CTF_LOG.key, None),
        (NAG_WITNESS.key, TIME_S),
        (PRESS_WITNESS.key, TIME_S + 1),
    )


def test_unknown_keys_are_ignored_even_under_a_known_name() -> None:
    masked = Signer(STRANGER.key._replace(name=NAG_WITNESS.key.name), STRANGER.secret)
    note = read_note(head_bytes(HEAD, witnesses={STRANGER: TIME_S, masked: TIME_S}))
    assert [each.key for each in signers(note, POLICY.keys)] == [CTF_LOG.key]


@pytest.mark.parametrize("by", [NAG_WITNESS, PRESS_WITNESS], ids=["Ed25519", "ML-DSA-44"])
def test_a_cosignature_holds_for_its_head_and_time_alone(by: Signer) -> None:
    line = cosign(by, HEAD, TIME_S)
    assert signers(under(line), [by.key]) == ((by.key, TIME_S),)
    later = line._replace(data=(TIME_S + 1).to_bytes(8) + line.data[8:])
    for note in (
        under(later),
        under(line._replace(data=line.data[:-1] + bytes((line.data[-1] ^ 1,)))),
        under(line._replace(data=line.data[:5])),
        Note(write_checkpoint(HEAD._replace(size=6)), (line,)),
        Note(write_checkpoint(HEAD._replace(root=bytes(32))), (line,)),
        Note(write_checkpoint(HEAD._replace(origin="other")), (line,)),
    ):
        with pytest.raises(ProofError):
            signers(note, [by.key])


def test_an_ml_dsa_witness_signs_its_name_too() -> None:
    other = PRESS_WITNESS.key._replace(name="other.example")
    line = cosign(PRESS_WITNESS, HEAD, TIME_S)._replace(name=other.name, key_id=other.key_id)
    with pytest.raises(ProofError, match="does not hold"):
        signers(under(line), [other])


def test_the_ml_dsa_message_is_laid_out_as_the_standard_says() -> None:
    """C2SP tlog-cosignature@v1.0.1, struct cosigned_message, written out by hand."""
    name, origin = PRESS_WITNESS.key.name.encode(), ORIGIN.encode()
    wanted = b"subtree/v1\n\0" + bytes((len(name),)) + name + bytes((0, 0, 0, 0)) + TIME_S.to_bytes(4)
    wanted += bytes((len(origin),)) + origin + bytes(8) + bytes(7) + b"\x05" + bytes(range(32))
    assert message(PRESS_WITNESS.key, HEAD, TIME_S) == wanted


@pytest.mark.parametrize("time_s", [0, -1, 2**63])
def test_a_witness_names_a_time(time_s: int) -> None:
    with pytest.raises(ProofError, match="names no time"):
        message(NAG_WITNESS.key, HEAD, time_s)


def test_a_cosignature_without_a_time_is_not_one() -> None:
    line = cosigned(NAG_WITNESS.key, 0, NAG_WITNESS.sign(f"cosignature/v1\ntime 0\n{write_checkpoint(HEAD)}".encode()))
    with pytest.raises(ProofError, match="names no time"):
        signers(under(line), [NAG_WITNESS.key])


def test_a_statement_key_signs_no_heads() -> None:
    with pytest.raises(ProofError, match="a key for statements"):
        message(CTF.key, HEAD, TIME_S)


def test_names_that_do_not_fit_are_refused() -> None:
    for key, head in (
        (Key("x" * 256, *PRESS_WITNESS.key[1:]), HEAD),
        (PRESS_WITNESS.key, HEAD._replace(origin="x" * 256)),
    ):
        with pytest.raises(ProofError, match="256 bytes"):
            message(key, head, TIME_S)
