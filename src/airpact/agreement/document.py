"""YAML or JSON text read into a tree that remembers where everything stands, so that every error names its line.

The accepted language is what JSON can say, in YAML 1.2 or JSON spelling (RFC 8259): mappings with text keys, sequences
and scalars. Anchors, aliases, tags and a second document are refused: an alias expands without limit, and two people
must read the same text in the same way. Scalars keep the characters they were written with; their type is decided
by the field that asks (`agreement.fields`), so that clause 4.10 stays "4.10" and a party called NO is no boolean.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
import yaml

BYTES_MAX: Final = 512 * 1024  # the longest treaty annex known to us is under 100 KiB; parsing costs about 1 s a MiB
DEPTH_MAX: Final = 16  # procedures need 6; bounds recursion in everything that walks the tree
NODES_MAX: Final = 50_000  # a document of 2,000 clauses
_NO_ALIAS: Final = "anchors and aliases are not read: write the value out, or quote a word that begins with * or &"
PROBLEMS_MAX: Final = 100  # more is one mistake repeated: the rest is counted in the last line


class Problem(msgspec.Struct, frozen=True, order=True):
    """One mistake in a document: where (1-based line and column, field path), what is wrong, what would be right."""

    document: str
    line: int
    column: int
    path: str
    wrong: str
    right: str

    def __str__(self) -> str:
        path = f"{self.path}: " if self.path else ""
        return f"{self.document}:{self.line}:{self.column}: {path}{self.wrong}; {self.right}"


class DocumentError(ValueError):
    """A document that cannot be used, with every problem found in it in order of place (`problems`)."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems)[:PROBLEMS_MAX])
        more = len(problems) - len(self.problems)
        lines = [str(problem) for problem in self.problems] + ([f"and {more} more problems"] if more else [])
        super().__init__("\n".join(lines))


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the text, both numbers 1-based."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value as written; `plain` when it stood without quotes."""

    place: Place
    text: str
    plain: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    place: Place
    items: list["Node"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Nodes by key, in the order written, and where each key stands."""

    place: Place
    entries: dict[str, "Node"] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)


Node = Scalar | Sequence | Mapping


@dataclass(frozen=True, slots=True)
class Located:
    """A document read: its name for messages and its root."""

    name: str
    root: Node


def load_document(text: str | bytes, name: str) -> Located:
    """Return the tree of a YAML or JSON document; raises `DocumentError` with every structural problem."""
    builder = _Builder(name)
    try:
        for event in _events(_decoded(text, name)):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        builder.report(_place(error.problem_mark or error.context_mark), *_syntax(error))
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        if isinstance(error, DocumentError):
            raise
        builder.report(Place(1, 1), f"cannot be read: {error}", "save it as UTF-8 text in YAML or JSON")
    except _Stop:
        pass
    return builder.finish()


def _decoded(text: str | bytes, name: str) -> str:
    right = f"at most {BYTES_MAX // 1024} KiB; leave out what is not procedures or rules"
    if len(text) > BYTES_MAX:
        raise DocumentError([Problem(name, 1, 1, "", f"is {len(text)} bytes long", right)])
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = text[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        wrong = f"byte 0x{text[error.start]:02x} is not UTF-8"
        raise DocumentError([Problem(name, line, column, "", wrong, "save the file as UTF-8")]) from error


def _events(text: str) -> Iterator[Any]:
    """Yield parser events; JSON may be indented with tabs, which YAML forbids (one column each either way)."""
    if text.lstrip().startswith(("{", "[")):
        text = text.replace("\t", " ")
    yield from yaml.parse(text, Loader=yaml.SafeLoader)


def _place(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)


def _syntax(error: yaml.MarkedYAMLError) -> tuple[str, str]:
    context = f" {error.context}" if error.context else ""
    return f"is not valid YAML or JSON: {error.problem}{context}", "check quotes, brackets and indentation here"


class _Stop(Exception):  # noqa: N818 - ends reading early; the problem is already reported
    """Reading on would not help."""


class _Builder:
    """Grows the tree from parser events with its own stack, so that depth and size are bounded before memory is."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.open: list[Sequence | Mapping] = []
        self.pending: list[Scalar | None] = []  # the key waiting for its value, one per open collection
        self.root: Node | None = None
        self.nodes = 0
        self.documents = 0

    def report(self, place: Place, wrong: str, right: str) -> None:
        self.problems.append(Problem(self.name, place.line, place.column, "", wrong, right))

    def take(self, event: Any) -> None:
        place = _place(event.start_mark)
        if isinstance(event, yaml.NodeEvent):
            self.count(event, place)
        if isinstance(event, yaml.ScalarEvent):
            self.add(Scalar(place, self.joined(event.value, place), event.style is None and not event.tag))
        elif isinstance(event, yaml.SequenceStartEvent):
            self.enter(Sequence(place))
        elif isinstance(event, yaml.MappingStartEvent):
            self.enter(Mapping(place))
        elif isinstance(event, yaml.CollectionEndEvent):
            self.leave()
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.stop(place, "starts a second document", "one document per file: remove everything from this line")

    def count(self, event: Any, place: Place) -> None:
        """Hold the limits and refuse what JSON cannot say."""
        self.nodes += 1
        if isinstance(event, yaml.AliasEvent):
            self.stop(place, f"uses the alias *{event.anchor}", _NO_ALIAS)
        if event.anchor:
            self.report(place, f"sets the anchor &{event.anchor}", _NO_ALIAS)
        if getattr(event, "tag", None):
            self.report(place, f"carries the tag {event.tag}", "write the plain value; tags are not read")
        if len(self.open) > DEPTH_MAX:
            self.stop(place, f"is nested deeper than {DEPTH_MAX} levels", "no field needs that: check the brackets")
        if self.nodes > NODES_MAX:
            self.stop(place, f"holds more than {NODES_MAX} values", "split the document")

    def stop(self, place: Place, wrong: str, right: str) -> None:
        self.report(place, wrong, right)
        raise _Stop

    def joined(self, text: str, place: Place) -> str:
        """Return text with JSON's escaped surrogate pairs joined; a lone half is a problem."""
        if text.isascii():
            return text
        try:
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self.report(place, "holds half of a surrogate pair", "write the character itself")
            return ""

    def enter(self, collection: Sequence | Mapping) -> None:
        self.add(collection)
        self.open.append(collection)
        self.pending.append(None)

    def leave(self) -> None:
        self.open.pop()
        self.pending.pop()

    def add(self, node: Node) -> None:
        if not self.open:
            self.root = node
        elif isinstance(parent := self.open[-1], Sequence):
            parent.items.append(node)
        elif (key := self.pending[-1]) is not None:
            self.pending[-1] = None
            self.enter_value(parent, key, node)
        elif isinstance(node, Scalar):
            self.pending[-1] = node
        else:
            self.stop(node.place, "uses a list or mapping as a key", "keys are words")

    def enter_value(self, parent: Mapping, key: Scalar, node: Node) -> None:
        if key.text in parent.entries:
            first = parent.keys[key.text].line
            self.report(key.place, f"gives {key.text!r} a second time", f"keep one; the first stands in line {first}")
        else:
            parent.entries[key.text] = node
            parent.keys[key.text] = key.place

    def finish(self) -> Located:
        if self.root is None and not self.problems:
            self.report(Place(1, 1), "is empty", "write a mapping of fields")
        if self.problems or self.root is None:
            raise DocumentError(self.problems)
        return Located(self.name, self.root)
