"""Keys: the vector that C2SP signed-note prints, ids bound to name and purpose, fingerprints fit for the telephone."""

import pytest

from airpact.proof.errors import ProofError
from airpact.proof.keys import LOG, PURPOSES, SPELLING, STATEMENT, WITNESS, Key, read_key, spoken, write_key
from tests.proof.builders import CTF, CTF_LOG, CTF_ML_DSA, NAG_WITNESS, PRESS_WITNESS, Signer

# C2SP signed-note@v1.0.0, "Verifier keys", example (CC BY 4.0)
PRINTED = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
ALL = (CTF, CTF_ML_DSA, CTF_LOG, NAG_WITNESS, PRESS_WITNESS)


def test_the_verifier_key_printed_in_the_standard_is_read_and_written() -> None:
    key = read_key(PRINTED)
    assert (key.name, key.purpose, key.key_id.hex()) == ("example.com/foo", LOG, "530d903a")
    assert write_key(key) == PRINTED


@pytest.mark.parametrize("signer", ALL, ids=lambda each: each.key.label)
def test_a_key_survives_being_written(signer: Signer) -> None:
    assert read_key(write_key(signer.key)) == signer.key


@pytest.mark.parametrize("signer", ALL, ids=lambda each: each.key.label)
def test_a_signature_holds_for_its_key_and_bytes_alone(signer: Signer) -> None:
    scheme, public, signature = signer.key.purpose.scheme, signer.key.public, signer.sign(b"said")
    assert scheme.holds(public, b"said", signature)
    assert not scheme.holds(public, b"sait", signature)
    assert not scheme.holds(public, b"said", signature[:-1] + bytes((signature[-1] ^ 1,)))
    assert not scheme.holds(public, b"said", signature[:-1])
    assert not scheme.holds(bytes(len(public)), b"said", signature)
    assert not scheme.holds(public[:-1], b"said", signature)


def test_name_and_purpose_are_part_of_the_fingerprint() -> None:
    prints = {Key(name, purpose, bytes(32)).fingerprint for name in ("ctf", "nag") for purpose in PURPOSES}
    assert len(prints) == 2 * len(PURPOSES)


def test_a_fingerprint_is_read_aloud_in_spelling_words() -> None:
    # RFC 4648, section 10: base 32 of "foobar" begins MZXW6YTBOI
    assert spoken(b"foobar" + bytes(26)).startswith("Mike Zulu X-ray Whiskey, six Yankee Tango Bravo, Oscar India")
    assert spoken(bytes(32)) == ", ".join(["Alfa Alfa Alfa Alfa"] * 6)
    assert len(set(SPELLING.split())) == 32


def test_any_bit_of_the_first_fifteen_bytes_changes_what_is_read() -> None:
    heard = {spoken((1 << bit).to_bytes(15) + bytes(17)) for bit in range(120)}
    assert len(heard) == 120


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "name\\+id\\+key"),
        ("ctf+530d903a", "name\\+id\\+key"),
        ("+530d903a+AA==", "no name"),
        ("c f+530d903a+AA==", "no name"),
        ("c\u2003f+530d903a+AA==", "no name"),
        ("c\ud800f+530d903a+AA==", "no name"),
        ("ctf+530d903a+A*==", "not base 64"),
        ("ctf+530d903a+AB==", "not base 64 as it is written"),
        ("ctf+530d903a+Av8=", "of a kind that is not known"),
        ("ctf+530d903a+AQAA", "has 2 bytes"),
        (PRINTED.replace("530d903a", "530d903b"), "does not have the id"),
        (PRINTED.replace("530d903a", "530D903A"), "does not have the id"),
        (PRINTED.replace("/foo", "/fop"), "does not have the id"),
    ],
)
def test_a_key_that_is_not_written_as_the_standard_says_is_refused(text: str, wanted: str) -> None:
    with pytest.raises(ProofError, match=wanted):
        read_key(text)


def test_purposes_are_told_apart_by_their_marks() -> None:
    marks = [purpose.mark for purpose in PURPOSES]
    assert not any(one != other and one.startswith(other) for one in marks for other in marks)
    assert (LOG.mark, WITNESS.mark, STATEMENT.mark[:1]) == (b"\x01", b"\x04", b"\xff")
