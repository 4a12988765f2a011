"""The release section of a desk file: what it means, and what it refuses."""

import pytest

from airpact.agreement.document import DocumentError
from airpact.agreement.fields import read_document
from airpact.node.releasing import read_release
from airpact.picture.policy import FIELDS_DEFAULT, OWN, ReleasePolicy


def read(text: str) -> dict[str, ReleasePolicy]:
    return read_document(text, "desk.yaml", read_release)


def test_a_party_that_is_named_gets_what_is_written_and_defaults_for_the_rest() -> None:
    policies = read("CTF: {grid_m: 2000, alias: true, fields: [velocity], floor_m: 300}\nOBS: {tracks: nothing}")
    assert policies["CTF"] == ReleasePolicy(tracks=OWN, grid_m=2000.0, alias=True, fields=("velocity",), floor_m=300.0)
    assert not policies["OBS"].shares
    assert policies["OBS"].fields == FIELDS_DEFAULT


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("CTF: {grid: 2000}", "grid_m"),
        ("CTF: {grid_m: 5}", "100 to 50000"),
        ("CTF: {altitude_band_m: 9000}", "3000"),
        ("CTF: {delay_s: 700}", "600"),
        ("CTF: {alias: true, fields: [callsign]}", "alias"),
        ("CTF: {alias: true, fields: [squawk, height]}", "alias"),
        ("CTF: {fields: [intent]}", "velocity"),
        ("CTF: {tracks: all}", "nothing"),
        ("CTF: {floor_m: 3000, ceiling_m: 1000}", "floor_m"),
        ("'c t f': {}", "party"),
    ],
)
def test_what_would_give_more_than_it_seems_to_is_refused_with_its_place(line: str, words: str) -> None:
    with pytest.raises(DocumentError, match=words):
        read(line)
