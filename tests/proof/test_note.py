"""Signed notes, heads and proofs of logging: what the C2SP standards print is read, verified and written again.

The printed examples are quoted from C2SP (CC BY 4.0): signed-note@v1.0.0, tlog-checkpoint@v1.0.0,
tlog-cosignature@v1.0.1, tlog-witness@v1.0.0. Keys are printed for the first only; of the others form, time and signed
bytes can be checked.
"""

import pytest

from airpact.proof.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from airpact.proof.cosignature import message
from airpact.proof.errors import ProofError
from airpact.proof.keys import LOG, WITNESS, Key, read_key
from airpact.proof.logproof import FIRST, LogProof, read_log_proof, write_log_proof
from airpact.proof.note import SIGNATURES_MAX, read_note, write_note
from airpact.proof.witness import read_request
from tests.proof.test_keys import PRINTED

SIGNED = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""
POEM = """\
Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore \
NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
"""
HEAD_TEXT = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
"""
LOG_LINE = (
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
WITNESS_LINE = (
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
COSIGNED = f"{HEAD_TEXT}\n{LOG_LINE}{WITNESS_LINE}"
REQUEST = f"""old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

{HEAD_TEXT}
{LOG_LINE}— example.com/behind-the-sofa \
opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
"""


def test_the_note_printed_in_the_standard_is_verified_by_the_key_printed_there() -> None:
    note, key = read_note(SIGNED.encode()), read_key(PRINTED)
    (line,) = note.signatures
    assert (line.name, line.key_id) == (key.name, key.key_id)
    assert key.purpose.scheme.holds(key.public, note.text.encode(), line.data)
    assert not key.purpose.scheme.holds(key.public, note.text.encode() + b"\n", line.data)


@pytest.mark.parametrize("printed", [SIGNED, POEM, COSIGNED], ids=["message", "poem", "head"])
def test_a_printed_note_is_read_and_written_byte_for_byte(printed: str) -> None:
    assert write_note(read_note(printed.encode())) == printed.encode()


def test_the_text_of_a_note_ends_at_its_last_empty_line() -> None:
    assert read_note(POEM.encode()).text.count("\n") == 4


def test_the_printed_head_is_read_and_written() -> None:
    checkpoint = read_checkpoint(read_note(COSIGNED.encode()).text)
    assert (checkpoint.origin, checkpoint.size, checkpoint.extensions) == ("example.com/behind-the-sofa", 20852163, ())
    assert write_checkpoint(checkpoint) == HEAD_TEXT


def test_the_bytes_a_witness_signs_are_those_printed() -> None:
    _, line = read_note(COSIGNED.encode()).signatures
    time_s = int.from_bytes(line.data[:8])
    assert (line.name, line.key_id.hex(), time_s, len(line.data)) == (
        "witness.example.com/w1",
        "8d66cf3f",
        1679315147,
        72,
    )
    key = Key("witness.example.com/w1", WITNESS, bytes(32))
    assert message(key, read_checkpoint(HEAD_TEXT), time_s).decode() == f"cosignature/v1\ntime 1679315147\n{HEAD_TEXT}"


def test_the_request_printed_for_witnesses_is_read() -> None:
    request = read_request(REQUEST.encode())
    assert (request.old, len(request.proof), request.checkpoint.size) == (20852014, 4, 20852163)
    assert [line.name for line in request.note.signatures] == ["example.com/behind-the-sofa"] * 2


def test_a_log_signs_the_text_of_its_head_and_nothing_else() -> None:
    checkpoint = Checkpoint("ctf.example/log", 7, bytes(32), ("more",))
    assert message(Key("ctf.example/log", LOG, bytes(32)), checkpoint) == write_checkpoint(checkpoint).encode()
    assert read_checkpoint(write_checkpoint(checkpoint)) == checkpoint


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", "not a signed note"),
        (SIGNED.encode()[:-1], "not a signed note"),
        (SIGNED.replace("\n\n", "\n").encode(), "not a signed note"),
        (SIGNED.encode() + b"\n", "not a signed note"),
        (SIGNED.replace("— ", "- ").encode(), "em dash"),
        (SIGNED.replace("\n\n", "\r\n\r\n").encode(), "control character"),
        (SIGNED.encode().replace(b"example m", b"ex\xffample m"), "not UTF-8"),
        (SIGNED.replace("example message", "ex\tample").encode(), "control character"),
        (SIGNED.replace("example.com/foo", "example.com+foo").encode(), "no name of a key"),
        (SIGNED.replace("example.com/foo", "example.com foo").encode(), "no name of a key"),
        (SIGNED.replace("IneyaQM=", "IneyaQM").encode(), "not base 64"),
        (SIGNED.replace("IneyaQM=", "IneyaQN=").encode(), "not base 64 as it is written"),
        (f"text\n\n— foo {'AAAA'}AA==\n".encode(), "is empty"),
        (f"text\n\n{LOG_LINE * (SIGNATURES_MAX + 1)}".encode(), "33 signatures"),
    ],
)
def test_what_is_no_note_is_refused(data: bytes, wanted: str) -> None:
    with pytest.raises(ProofError, match=wanted):
        read_note(data)


def test_as_many_signatures_as_the_standard_asks_for_are_read() -> None:
    assert len(read_note(f"text\n\n{LOG_LINE * 16}".encode()).signatures) == 16


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        HEAD_TEXT[:-1],
        HEAD_TEXT + "\n",
        HEAD_TEXT.replace("20852163", ""),
        HEAD_TEXT.replace("20852163", "020852163"),
        HEAD_TEXT.replace("20852163", "+20852163"),
        HEAD_TEXT.replace("20852163", "20_852_163"),
        HEAD_TEXT.replace("20852163", "٢٠"),
        HEAD_TEXT.replace("20852163", str(2**63)),
        HEAD_TEXT.replace("CsUY", "sUY"),
        HEAD_TEXT.replace("CsUY", ""),
        HEAD_TEXT.replace("q2I=", "q2J="),
        "\n".join(HEAD_TEXT.split("\n")[1:]),
    ],
)
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ProofError):
        read_checkpoint(text)


def test_a_proof_of_logging_is_read_and_written() -> None:
    for extra in (b"", b"more"):
        proof = LogProof(73894, (bytes(32), bytes(range(32))), COSIGNED.encode(), extra)
        assert read_log_proof(write_log_proof(proof)) == proof
    assert write_log_proof(LogProof(0, (), b"head\n")) == f"{FIRST}\nindex 0\n\nhead\n".encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"c2sp.org/tlog-proof@v2\nindex 0\n\nhead",
        b"c2sp.org/tlog-proof@v1\nindex 0\nhead",
        b"c2sp.org/tlog-proof@v1\n\nhead",
        b"c2sp.org/tlog-proof@v1\nextra AA==\n\nhead",
        b"c2sp.org/tlog-proof@v1\nindex 00\n\nhead",
        b"c2sp.org/tlog-proof@v1\nindex 0\nextra AA==\n\nhead",
        b"c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nhead",
        b"c2sp.org/tlog-proof@v1\nindex 0\n" + b"A" * 43 + b"=\n" * 64 + b"\nhead",
    ],
)
def test_what_is_no_proof_of_logging_is_refused(data: bytes) -> None:
    with pytest.raises(ProofError):
        read_log_proof(data)
