"""Reading YAML and JSON with places: nothing but `DocumentError` comes out, and it names where."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airpact.agreement.document import (
    BYTES_MAX,
    DEPTH_MAX,
    NODES_MAX,
    PROBLEMS_MAX,
    DocumentError,
    Mapping,
    Place,
    Problem,
    Scalar,
    Sequence,
    load_document,
)

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x7f"), max_size=5)
YAML_PIECES = st.sampled_from(
    ["a", ": ", "\n", "  ", "- ", "{", "}", "[", "]", ",", '"', "'", "&x ", "*x", "!!python/object:os.system ", "|",
     ">", "---", "...", "#", "%YAML 1.1\n", "\t", "\\ud800", "\\U00110000", "? ", "<<: ", "é", "\u2028", "1e999"]
)  # fmt: skip


def problems(text: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(DocumentError) as caught:
        load_document(text, "f.yaml")
    return caught.value.problems


def test_every_value_keeps_its_characters_and_its_place() -> None:
    root = load_document('id: 4.10\nparty: NO\nlist:\n  - "007"\n', "f").root
    assert isinstance(root, Mapping)
    assert root.entries["id"] == Scalar(Place(1, 5), "4.10", True)
    assert root.entries["party"] == Scalar(Place(2, 8), "NO", True)
    assert root.entries["list"] == Sequence(Place(4, 3), [Scalar(Place(4, 5), "007", False)])
    assert root.keys["list"] == Place(3, 1)


def test_yaml_and_json_spellings_read_alike() -> None:
    yaml_root = load_document("a: 1\nb: [x, 'y']\n", "f").root
    json_root = load_document('{"a": 1,\n\t"b": ["x", "y"]}', "f").root
    assert isinstance(yaml_root, Mapping)
    assert isinstance(json_root, Mapping)
    assert list(yaml_root.entries) == list(json_root.entries)


def test_json_escapes_of_one_character_in_two_halves_are_joined() -> None:
    root = load_document(json.dumps({"a": "\U0001f600é/"}), "f").root
    assert isinstance(root, Mapping)
    assert isinstance(value := root.entries["a"], Scalar)
    assert value.text == "\U0001f600é/"


@pytest.mark.parametrize(
    ("text", "line", "column", "wrong"),
    [
        ("", 1, 1, "is empty"),
        ("# only a comment\n", 1, 1, "is empty"),
        ("a: 1\na: 2\n", 2, 1, "gives 'a' a second time"),
        ('{"a": 1, "b": {"c": 1, "c": 2}}', 1, 24, "gives 'c' a second time"),
        ("a: &x 1\nb: 2\n", 1, 4, "sets the anchor &x"),
        ("a: *x\n", 1, 4, "uses the alias *x"),
        ("a: !!int 1\n", 1, 4, "carries the tag"),
        ("a: !!python/object/apply:os.system [ls]\n", 1, 4, "carries the tag"),
        ("a: 1\n---\nb: 2\n", 2, 1, "starts a second document"),
        ("? [a, b]\n: 1\n", 1, 3, "uses a list or mapping as a key"),
        ("a: [1, 2\nb: 3\n", 2, 2, "is not valid YAML or JSON"),
        ("a:\n\t- 1\n", 2, 1, "is not valid YAML or JSON"),
        ('a: "\\ud800"\n', 1, 4, "half of a surrogate pair"),
        (b"a: 1\nb: \xff\n", 2, 4, "byte 0xff is not UTF-8"),
        ("a: \x00", 1, 1, "cannot be read"),
        ('a: "\\U7fffffff"', 1, 1, "cannot be read"),
        ("[" * (DEPTH_MAX + 5), 1, DEPTH_MAX + 2, "is nested deeper"),
    ],
)
def test_a_broken_document_names_line_column_and_what_is_wrong(
    text: str | bytes, line: int, column: int, wrong: str
) -> None:
    first = problems(text)[0]
    assert wrong in first.wrong
    assert (first.line, first.column) == (line, column)
    assert first.right


def test_all_structural_problems_are_reported_in_order_of_place() -> None:
    found = problems("a: &x 1\na: 2\nb: !t 3\nb: 4\n")
    assert [(problem.line, problem.column) for problem in found] == [(1, 4), (2, 1), (3, 4), (4, 1)]


def test_an_alias_bomb_is_refused_at_its_first_alias() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20)
    )
    assert [problem.line for problem in problems(bomb)] == [1, 2, 2]


def test_too_many_bytes_are_refused_before_reading() -> None:
    assert "bytes long" in problems(b"x" * (BYTES_MAX + 1))[0].wrong


def test_too_many_values_are_refused() -> None:
    assert f"more than {NODES_MAX} values" in problems("[" + "1," * NODES_MAX + "1]")[0].wrong


def test_a_flood_of_problems_is_cut_and_the_rest_counted() -> None:
    with pytest.raises(DocumentError, match="and 50 more problems") as caught:
        load_document("a: 1\n" * (PROBLEMS_MAX + 51), "f")
    assert len(caught.value.problems) == PROBLEMS_MAX


def test_a_problem_reads_as_one_line_a_person_can_act_on() -> None:
    assert str(Problem("f.yaml", 3, 5, "a.b", "is 'x'", "must be y")) == "f.yaml:3:5: a.b: is 'x'; must be y"


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=80) | st.text(max_size=80) | st.lists(YAML_PIECES, max_size=30).map("".join))
def test_any_bytes_and_any_text_give_a_tree_or_the_typed_error(text: str | bytes) -> None:
    try:
        root = load_document(text, "f").root
    except DocumentError as error:
        assert error.problems
        assert all(problem.line >= 1 and problem.column >= 1 for problem in error.problems)
    else:
        assert root.place.line >= 1


@given(st.recursive(WORDS | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner), max_leaves=9))
def test_any_json_within_the_limits_is_read(value: object) -> None:
    load_document(json.dumps(value), "f")
