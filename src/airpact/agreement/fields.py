"""Asking a located document for typed values: every answer is checked, every problem collected, reading goes on.

A wrong or missing field reports itself once and answers with a stand-in of the right type, so that one pass finds all
mistakes; `Form.finish` raises before any stand-in can be used.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final, TypeVar

from airpact.agreement.document import (
    DocumentError,
    Located,
    Mapping,
    Node,
    Place,
    Problem,
    Scalar,
    Sequence,
    load_document,
)
from airpact.proof.canonical import Json

T = TypeVar("T")

TEXT_CHARS_MAX: Final = 20_000  # one clause text in one language; a page of print holds about 3,000
INTEGER_MAX: Final = 2**53 - 1  # RFC 8785: beyond it a JSON number is no longer exact
_NUMBER: Final = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,4})?")
_INTEGER: Final = re.compile(r"[-+]?\d{1,400}")
_WORDS: Final[MappingOf[str, bool | None]] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(slots=True)
class Form:
    """A document being read: its root field and the problems found so far."""

    name: str
    problems: list[Problem] = field(default_factory=list)

    def finish(self) -> None:
        """Raise `DocumentError` with every problem, or return when there is none."""
        if self.problems:
            raise DocumentError(self.problems)


@dataclass(frozen=True, slots=True)
class Field:
    """One place in a form: a node, or the gap where one is missing (then `place` is that of its parent)."""

    form: Form
    path: str
    place: Place
    node: Node | None

    @property
    def given(self) -> bool:
        """Whether the field stands in the document with a value; `null` counts as not given."""
        return self.node is not None and not _is_null(self.node)

    @property
    def is_mapping(self) -> bool:
        """Whether a mapping stands here."""
        return isinstance(self.node, Mapping)

    @property
    def is_scalar(self) -> bool:
        """Whether a single value stands here."""
        return self.given and isinstance(self.node, Scalar)

    def refuse(self, wrong: str, right: str) -> None:
        """Report one problem at this field."""
        self.form.problems.append(Problem(self.form.name, self.place.line, self.place.column, self.path, wrong, right))

    def refuse_repeats(self, names: Iterable[str]) -> None:
        """Report every name that comes a second time."""
        for name, times in Counter(names).items():
            if times > 1:
                self.refuse(f"names {name!r} {times} times", "name each once")

    def get(self, key: str) -> "Field":
        """Return a member by key; asking for a missing one is fine until its value is needed."""
        path = f"{self.path}.{key}" if self.path else key
        member = self.node.entries.get(key) if isinstance(self.node, Mapping) else None
        return Field(self.form, path, member.place if member else self.place, member)

    def expect(self, known: Collection[str]) -> bool:
        """Return whether this is a mapping; every key not in `known` is a problem."""
        if not isinstance(self.node, Mapping):
            self._refuse_kind("a mapping of " + ", ".join(known))
            return False
        for key in self.node.entries.keys() - set(known):
            near = get_close_matches(key, known, n=1)
            right = f"did you mean {near[0]!r}?" if near else "allowed here: " + ", ".join(known)
            Field(self.form, self.get(key).path, self.node.keys[key], None).refuse("is not a known field", right)
        return True

    def members(self) -> dict[str, "Field"]:
        """Return every member of a mapping by key; anything else is a problem and answers {}."""
        if isinstance(self.node, Mapping):
            return {key: self.get(key) for key in self.node.entries}
        self._refuse_kind("a mapping")
        return {}

    def items(self, at_least: int = 0) -> tuple["Field", ...]:
        """Return the items of a list; a missing list is empty, and too short a one is a problem."""
        nodes = self.node.items if isinstance(self.node, Sequence) else []
        if self.given and not isinstance(self.node, Sequence):
            self._refuse_kind("a list")
        elif len(nodes) < at_least:
            self.refuse("is empty" if self.given else "is missing", f"give at least {at_least}")
        return tuple(Field(self.form, f"{self.path}[{i}]", node.place, node) for i, node in enumerate(nodes))

    def text(self, default: str | None = None, *, pattern: str = "", right: str = "") -> str:
        """Return text (any scalar, as written), stripped; `pattern` must match it whole."""
        if default is not None and not self.given:
            return default
        if not isinstance(self.node, Scalar) or not self.given:
            self._refuse_kind(right or "text")
            return ""
        text = self.node.text.strip()
        if not text or len(text) > TEXT_CHARS_MAX:
            self.refuse(f"has {len(text)} characters", right or f"1 to {TEXT_CHARS_MAX} characters")
        elif pattern and not re.fullmatch(pattern, text):
            self.refuse(f"is {_shown(text)}", right or f"must match {pattern}")
        return text

    def texts(self, default: tuple[str, ...] | None = None, *, pattern: str = "", right: str = "") -> tuple[str, ...]:
        """Return a list of texts; one scalar stands for a list of one."""
        if default is not None and not self.given:
            return default
        if self.is_scalar:
            return (self.text(pattern=pattern, right=right),)
        return tuple(item.text(pattern=pattern, right=right) for item in self.items(at_least=1))

    def number(
        self, default: float | None = None, *, low: float = 0.0, high: float = math.inf, unit: str = ""
    ) -> float:
        """Return a finite number in [low, high]; digits in quotes are text, not a number."""
        if default is not None and not self.given:
            return default
        right = f"a number from {low:g} up" if math.isinf(high) else f"a number from {low:g} to {high:g}"
        value = _number(self.node)
        if self.given and low <= value <= high and math.isfinite(value):
            return value
        self._refuse_kind(f"{right}{' ' + unit if unit else ''}, without quotes or unit")
        return low

    def count(self, default: int, *, low: int = 0, high: int = 1_000_000) -> int:
        """Return a whole number in [low, high], or the default when not given."""
        value = self.number(float(default), low=float(low), high=float(high))
        if not value.is_integer():
            self.refuse(f"is {_shown_node(self.node)}", "must be a whole number")
        return int(value)

    def choice(self, table: MappingOf[str, T], default: T | None = None) -> T:
        """Return the table's value for the word written here."""
        if default is not None and not self.given:
            return default
        if isinstance(self.node, Scalar) and self.node.text in table:
            return table[self.node.text]
        self._refuse_kind("one of " + ", ".join(table))
        return next(iter(table.values()))

    def json(self) -> Json:
        """Return the value as JSON, plain scalars typed as in YAML 1.2; for content no reader understands."""
        if isinstance(self.node, Mapping):
            return {key: member.json() for key, member in self.members().items()}
        if isinstance(self.node, Sequence):
            return [item.json() for item in self.items()]
        return _plain(self) if self.node is not None else None

    def _refuse_kind(self, right: str) -> None:
        if self.given:
            self.refuse(f"is {_shown_node(self.node)}", f"must be {right}")
        else:
            self.refuse("is missing", f"give {right}")


def read_document(text: str | bytes, name: str, read: Callable[[Field], T]) -> T:
    """Return what `read` makes of a document; raises `DocumentError` with every problem, structural or typed."""
    located: Located = load_document(text, name)
    form = Form(name)
    value = read(Field(form, "", located.root.place, located.root))
    form.finish()
    return value


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.plain and _WORDS.get(node.text, True) is None


def _number(node: Node | None) -> float:
    if isinstance(node, Scalar) and node.plain and _NUMBER.fullmatch(node.text):
        return float(node.text)
    return math.nan


def _plain(at: Field) -> Json:
    """Return one scalar typed; a number JSON cannot hold exactly is a problem."""
    assert isinstance(at.node, Scalar)
    text = at.node.text
    if not at.node.plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        if abs(int(text)) > INTEGER_MAX:
            at.refuse(f"is {_shown(text)}", "a whole number beyond 2^53 is not exact: quote it")
        return int(text)
    if _NUMBER.fullmatch(text):
        if math.isinf(float(text)):
            at.refuse(f"is {_shown(text)}", "too large for a number: quote it")
        return float(text)
    return text


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")


def _shown_node(node: Node | None) -> str:
    kinds = {Sequence: "a list", Mapping: "a mapping"}
    if isinstance(node, Scalar):
        return _shown(node.text) if node.plain else f"the text {_shown(node.text)}"
    return kinds.get(type(node), "missing")
