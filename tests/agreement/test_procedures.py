"""Procedures documents: what they mean, what changes their hash, and every error with its place."""

import copy
import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from airpact.agreement.clauses import Separation, Unchecked
from airpact.agreement.document import DocumentError
from airpact.agreement.lengths import HORIZONTAL_M_MAX, LOOKAHEAD_S_MAX, VERTICAL_M_MAX
from airpact.agreement.parameters import Rung, Side
from airpact.agreement.procedures import Procedures, parameters_of, plain_procedures, read_procedures
from airpact.encounter.levels import Level
from airpact.proof.canonical import digest

PLAIN: dict[str, Any] = {
    "id": "test-pact",
    "version": "1.0",
    "status": "agreed",
    "title": {"en": "Test pact", "ru": "Пробный пакт"},
    "source": "this test",
    "parties": [{"id": "NAG", "name": "North"}, {"id": "CTF", "name": "Coast"}],
    "languages": ["en", "ru"],
    "clauses": [
        {
            "id": "4.10",
            "type": "separation",
            "between": [{"parties": ["NAG"], "classes": ["*"]}, {"parties": ["!NAG"], "classes": ["uav", "rotor"]}],
            "rungs": [
                {"level": "caution", "horizontal_nm": 5, "vertical_ft": 1000, "lookahead_s": 120},
                {"level": "warning", "horizontal_m": 9260, "vertical_m": 304.8, "lookahead_s": 0},
            ],
            "exceptions": ["declared_formation"],
            "text": {"en": "Keep 5 NM.", "ru": "Держать 5 миль."},
            "source_note": "proposal",
        },
        {
            "id": "9",
            "type": "hotline",
            "test_interval_s": 86400,
            "text": {"en": "A line.", "ru": "Линия."},
            "source_note": "proposal",
        },
    ],
}


def read(value: object) -> Procedures:
    return read_procedures(json.dumps(value), "pact.json")


def changed(path: str, value: object) -> dict[str, Any]:
    """Return the plain document with one field set, or removed when `value` is `...`."""
    document: dict[str, Any] = copy.deepcopy(PLAIN)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    at: Any = document
    for step in steps:
        at = at[step]
    if value is ...:
        del at[last]
    else:
        at[last] = value
    return document


def refusal(text: object) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read_procedures(text if isinstance(text, str | bytes) else json.dumps(text), "pact.json")
    return caught.value


def test_a_document_becomes_typed_clauses_in_metres_and_seconds() -> None:
    clause = read(PLAIN).clauses[0]
    assert isinstance(clause, Separation)
    assert clause.head.id == "4.10"
    assert clause.between == (Side(("NAG",), ("*",)), Side(("!NAG",), ("uav", "rotor")))
    assert clause.rungs[0] == Rung(Level.CAUTION, 9260.0, 304.8, 120.0)
    assert clause.rungs[1] == Rung(Level.WARNING, 9260.0, 304.8, 0.0)


def test_parameters_carry_the_hash_the_title_in_the_first_language_and_what_nothing_checks() -> None:
    procedures = read(PLAIN)
    parameters = parameters_of(procedures)
    assert parameters.document == parameters.separation.document == procedures.hash
    assert (parameters.title, parameters.version, parameters.status) == ("Test pact", "1.0", "agreed")
    assert [clause.id for clause in parameters.separation.clauses] == ["4.10"]
    assert parameters.unchecked == ("9",)


def test_a_clause_of_an_unknown_type_is_kept_word_for_word() -> None:
    clause = read(PLAIN).clauses[1]
    assert isinstance(clause, Unchecked)
    assert clause.params == {"test_interval_s": 86400}


def test_yaml_and_json_of_the_same_content_have_one_hash() -> None:
    assert read_procedures(yaml.safe_dump(PLAIN, allow_unicode=True)).hash == read(PLAIN).hash
    assert read_procedures(json.dumps(PLAIN, indent="\t").encode()).hash == read(PLAIN).hash


def test_the_hash_is_the_digest_of_the_plain_document_and_does_not_move_between_versions() -> None:
    procedures = read(PLAIN)
    assert procedures.hash == digest(plain_procedures(procedures))
    assert procedures.hash == "f0f9a079812b0a792dad2eaf427cd564cecdd4567522f9d44e1d9fcd298f0693"


@pytest.mark.parametrize(
    "same",
    [
        changed("clauses/0/rungs/0/horizontal_nm", 5.0),
        changed("clauses/0/rungs/1", {"level": "warning", "horizontal_nm": 5, "vertical_ft": 1000, "lookahead_s": 0.0}),
        changed("clauses/0/between/0", {"parties": "NAG"}),
        dict(reversed(PLAIN.items())),
    ],
)
def test_spelling_units_defaults_and_order_of_keys_do_not_change_the_hash(same: dict[str, Any]) -> None:
    assert read(same).hash == read(PLAIN).hash


def test_comments_do_not_change_the_hash() -> None:
    text = yaml.safe_dump(PLAIN, allow_unicode=True)
    assert read_procedures("# note\n" + text.replace("\n", "  # why\n", 1)).hash == read_procedures(text).hash


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("clauses/0/rungs/0/horizontal_nm", 5.0001),
        ("clauses/0/rungs/0/level", "advisory"),
        ("clauses/0/text/ru", "Держать 6 миль."),
        ("clauses/0/id", "4.1"),
        ("clauses/0/exceptions", ...),
        ("clauses/1/test_interval_s", 3600),
        ("clauses/1/test_interval_s", "86400"),
        ("version", "1.1"),
        ("status", "profile"),
        ("source", "another"),
        ("parties/0/name", "Nord"),
    ],
)
def test_any_number_or_word_changes_the_hash(path: str, value: object) -> None:
    assert read(changed(path, value)).hash != read(PLAIN).hash


@pytest.mark.parametrize(
    ("path", "value", "field", "wrong"),
    [
        ("clauses/0/rungs/0/vertical_ft", ..., "clauses[0].rungs[0].vertical_m", "is missing"),
        ("clauses/0/rungs/0/vertical_m", 300, "clauses[0].rungs[0].vertical_m", "stands beside vertical_ft"),
        ("clauses/0/rungs/0/horizontal_nm", ..., "clauses[0].rungs[0].horizontal_m", "is missing"),
        ("clauses/0/rungs/0/horizontal_nm", -3, "clauses[0].rungs[0].horizontal_nm", "is '-3'"),
        ("clauses/0/rungs/0/horizontal_nm", 0, "clauses[0].rungs[0].horizontal_nm", "is '0'"),
        ("clauses/0/rungs/0/horizontal_nm", "5", "clauses[0].rungs[0].horizontal_nm", "is the text '5'"),
        ("clauses/0/rungs/0/horizontal_nm", True, "clauses[0].rungs[0].horizontal_nm", "is 'true'"),
        ("clauses/0/rungs/0/horizontal_nm", [5], "clauses[0].rungs[0].horizontal_nm", "is a list"),
        ("clauses/0/rungs/0/horizontal_nm", float("nan"), "clauses[0].rungs[0].horizontal_nm", "is 'NaN'"),
        ("clauses/0/rungs/0/horizontal_nm", float("inf"), "clauses[0].rungs[0].horizontal_nm", "is 'Infinity'"),
        ("clauses/0/rungs/1/horizontal_m", HORIZONTAL_M_MAX + 1, "clauses[0].rungs[1].horizontal_m", "is '370401.0'"),
        ("clauses/0/rungs/1/vertical_m", VERTICAL_M_MAX * 2, "clauses[0].rungs[1].vertical_m", "is '60960.0'"),
        ("clauses/0/rungs/0/lookahead_s", ..., "clauses[0].rungs[0].lookahead_s", "is missing"),
        ("clauses/0/rungs/0/lookahead_s", None, "clauses[0].rungs[0].lookahead_s", "is missing"),
        ("clauses/0/rungs/0/lookahead_s", -1, "clauses[0].rungs[0].lookahead_s", "is '-1'"),
        ("clauses/0/rungs/0/lookahead_s", LOOKAHEAD_S_MAX + 1, "clauses[0].rungs[0].lookahead_s", "is '1201.0'"),
        ("clauses/0/rungs/0/lookahead_s", "2 min", "clauses[0].rungs[0].lookahead_s", "is the text '2 min'"),
        ("clauses/0/rungs/0/level", "red", "clauses[0].rungs[0].level", "is the text 'red'"),
        ("clauses/0/rungs/0/level", ..., "clauses[0].rungs[0].level", "is missing"),
        ("clauses/0/rungs/0/slant_m", 5, "clauses[0].rungs[0].slant_m", "is not a known field"),
        ("clauses/0/rungs", [], "clauses[0].rungs", "is empty"),
        ("clauses/0/rungs", ..., "clauses[0].rungs", "is missing"),
        ("clauses/0/rungs", [{}] * 13, "clauses[0].rungs", "has 13 rungs"),
        ("clauses/0/rungs/0", "5 NM", "clauses[0].rungs[0]", "is the text '5 NM'"),
        ("clauses/0/between", ..., "clauses[0].between", "names 0 sides"),
        ("clauses/0/between/1", ..., "clauses[0].between", "names 1 sides"),
        ("clauses/0/between/0/parties", ["NGA"], "clauses[0].between[0].parties", "names 'NGA'"),
        ("clauses/0/between/0/parties", ["!NGA"], "clauses[0].between[0].parties", "names '!NGA'"),
        ("clauses/0/between/0/parties", ["NAG", "*"], "clauses[0].between[0].parties", "mixes"),
        ("clauses/0/between/0/parties", [], "clauses[0].between[0].parties", "is empty"),
        ("clauses/0/between/0/classes", ["drone"], "clauses[0].between[0].classes", "names 'drone'"),
        ("clauses/0/exceptions", ["formation"], "clauses[0].exceptions[0]", "is the text 'formation'"),
        ("clauses/0/area_ref", "box", "clauses[0].area_ref", "is not a known field"),
        ("clauses/0/text", "Keep 5 NM.", "clauses[0].text", "is the text 'Keep 5 NM.'"),
        ("clauses/0/text/ru", ..., "clauses[0].text.ru", "is missing"),
        ("clauses/0/text/en", "  ", "clauses[0].text.en", "has 0 characters"),
        ("clauses/0/source_note", ..., "clauses[0].source_note", "is missing"),
        ("clauses/0/id", "9", "clauses[1].id", "is '9' again"),
        ("clauses/0/id", "4 1", "clauses[0].id", "is '4 1'"),
        ("clauses/0/type", "Separation", "clauses[0].type", "is 'Separation'"),
        ("clauses/0", "4.1", "clauses[0]", "is the text '4.1'"),
        ("clauses/1/big", 2**60, "clauses[1].big", "is '1152921504606846976'"),
        ("clauses", [], "clauses", "is empty"),
        ("clauses", ..., "clauses", "is missing"),
        ("clauses", [{}] * 501, "clauses", "has 501 clauses"),
        ("status", "signed", "status", "is the text 'signed'"),
        ("parties/1", ..., "parties", "names 1"),
        ("parties/1/id", "NAG", "parties", "names 'NAG' 2 times"),
        ("parties/1/id", "civil", "parties[1].id", "is 'civil'"),
        ("parties/1/id", "C T F", "parties[1].id", "is 'C T F'"),
        ("languages", ["en", "en"], "languages", "names 'en' 2 times"),
        ("languages", ["English"], "languages[0]", "is 'English'"),
        ("valid_to", "2027-01-01", "valid_to", "is not a known field"),
        ("id", "Test Pact", "id", "is 'Test Pact'"),
        ("version", ..., "version", "is missing"),
    ],
)
def test_each_mistake_is_refused_by_field_and_reason(path: str, value: object, field: str, wrong: str) -> None:
    found = {(problem.path, wrong in problem.wrong): problem for problem in refusal(changed(path, value)).problems}
    assert (field, True) in found, "\n".join(map(str, found.values()))
    assert found[field, True].right


def test_an_error_names_file_line_and_column_in_yaml() -> None:
    text = yaml.safe_dump(PLAIN, allow_unicode=True, sort_keys=False).replace("horizontal_nm: 5", "horizontal_nm: five")
    lines = text.splitlines()
    line = next(number for number, content in enumerate(lines, 1) if "five" in content)
    assert f"pact.json:{line}:{lines[line - 1].index('five') + 1}: clauses[0].rungs[0].horizontal_nm: " in str(
        refusal(text)
    )


def test_all_mistakes_are_reported_at_once() -> None:
    broken = changed("clauses/0/rungs/0/level", "red") | {"status": "x", "id": "A B", "extra": 1}
    assert {problem.path for problem in refusal(broken).problems} == {
        "clauses[0].rungs[0].level",
        "status",
        "id",
        "extra",
    }


def test_a_mistyped_field_is_told_the_nearest_known_one() -> None:
    assert "did you mean 'lookahead_s'?" in str(refusal(changed("clauses/0/rungs/0/look_ahead_s", 5)))


def test_a_party_called_no_and_a_numeric_id_stay_text_without_quotes() -> None:
    text = """
id: norway
version: 1.10
status: profile
title: Short
source: test
parties: [{id: "NO", name: Norge}, {id: ON, name: Ontario}]
languages: [en]
clauses:
  - {id: 1.10, type: separation, between: [{parties: NO}, {parties: ON}], text: Keep away., source_note: test,
     rungs: [{level: warning, horizontal_nm: 3, vertical_ft: 1000, lookahead_s: 0}]}
"""
    procedures = read_procedures(text)
    assert procedures.version == "1.10"
    assert procedures.title == {"en": "Short"}
    assert procedures.clauses[0].head.id == "1.10"
    assert [party.id for party in procedures.parties] == ["NO", "ON"]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 3000), st.integers(0, 30))
def test_a_damaged_document_is_read_or_refused_with_the_typed_error(noise: bytes, at: int, cut: int) -> None:
    text = yaml.safe_dump(PLAIN, allow_unicode=True).encode()
    damaged = text[:at] + noise + text[at + cut :]
    try:
        assert len(read_procedures(damaged).hash) == 64
    except DocumentError as error:
        assert error.problems


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
PATHS = st.sampled_from(
    ["id", "version", "title", "status", "source", "parties", "parties/0", "languages", "clauses", "clauses/0",
     "clauses/0/between", "clauses/0/between/0", "clauses/0/between/0/parties", "clauses/0/rungs", "clauses/0/rungs/0",
     "clauses/0/rungs/0/level", "clauses/0/text", "clauses/0/exceptions", "clauses/1/extra", "clauses/0/id"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(PATHS, JUNK)
def test_any_value_in_any_field_is_read_or_refused_with_the_typed_error(path: str, value: object) -> None:
    text = json.dumps(changed(path, value))
    try:
        procedures = read_procedures(text)
    except DocumentError as error:
        assert error.problems
    else:
        assert parameters_of(procedures).document == digest(plain_procedures(procedures))
