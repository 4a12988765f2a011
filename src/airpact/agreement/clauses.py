"""The clause types this version can check, one reader each; every other type is kept word for word, unchecked.

A new clause type is a value, a reader and a row in `READERS`. Units at rest are metres and seconds; a person may
write `horizontal_nm` and `vertical_ft` instead, converted here and nowhere later.
"""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from airpact.agreement.alerter import LEVELS, plain_alerter, read_alerter
from airpact.agreement.fields import Field
from airpact.agreement.ladder import EXCEPTIONS
from airpact.agreement.lengths import (
    HORIZONTAL_M_MAX,
    LENGTHS,
    LOOKAHEAD_S_MAX,
    VERTICAL_M_MAX,
    horizontal_m,
    vertical_m,
)
from airpact.agreement.parameters import ANY, CIVIL, NOT, PairMemory, Rung, Side
from airpact.encounter.levels import Level
from airpact.proof.canonical import Json

CLASSES: Final = ("fixed", "rotor", "uav", "unknown")
RUNGS_MAX: Final = 12  # three levels at four look-aheads

HEAD: Final = ("id", "type", "text", "source_note")
CLAUSE_ID: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}"
_CLAUSE_ID_RIGHT: Final = 'letters, digits, ".", "_" and "-", at most 32, as in 4.1'


class Head(msgspec.Struct, frozen=True):
    """What every clause has: a stable id, its type, its text by language and where its content comes from."""

    id: str
    type: str
    text: dict[str, str]
    source_note: str


class Separation(msgspec.Struct, frozen=True):
    """A separation clause: between whom, the ladder of minima or the levels of an alerter, what excepts a pair."""

    head: Head
    between: tuple[Side, Side]
    rungs: tuple[Rung, ...]
    exceptions: tuple[str, ...]
    memory: PairMemory | None = None  # of an alerter


class Unchecked(msgspec.Struct, frozen=True):
    """A clause no monitor of this version understands, kept as written and shown "not machine-checked"."""

    head: Head
    params: dict[str, Json]


Clause = Separation | Unchecked


class Scope(msgspec.Struct, frozen=True):
    """What a clause may refer to: the document's parties and languages."""

    parties: tuple[str, ...]
    languages: tuple[str, ...]


def read_clause(at: Field, scope: Scope) -> Clause:
    """Return one clause of any type; problems go to the form."""
    if not at.is_mapping:
        at.expect((*HEAD, "..."))
        return Unchecked(Head("", "", {}, ""), {})
    head = _read_head(at, scope)
    return READERS.get(head.type, _read_unchecked)(at, head, scope)


def plain_clause(clause: Clause) -> dict[str, Json]:
    """Return a clause as the JSON value it stands for in the document hash: SI units, defaults written out."""
    head: dict[str, Json] = msgspec.to_builtins(clause.head)
    if isinstance(clause, Unchecked):
        return {**clause.params, **head}
    return {
        **head,
        "between": msgspec.to_builtins(clause.between),
        **_plain_rungs(clause.rungs, clause.memory),
        "exceptions": clause.exceptions,
    }


def _plain_rungs(rungs: tuple[Rung, ...], memory: PairMemory | None) -> dict[str, Json]:
    if memory is not None:
        return {"alerter": plain_alerter(rungs, memory)}
    return {"rungs": [{**msgspec.to_builtins(rung), "level": rung.level.name.lower()} for rung in rungs]}


def read_texts(at: Field, languages: tuple[str, ...]) -> dict[str, str]:
    """Return a text in every language of the document; plain text stands for the only language."""
    if at.given and len(languages) == 1 and not at.is_mapping:
        return {languages[0]: at.text()}
    at.expect(languages)
    return {language: at.get(language).text() for language in languages} if at.is_mapping else {}


def _read_head(at: Field, scope: Scope) -> Head:
    return Head(
        id=at.get("id").text(pattern=CLAUSE_ID, right=_CLAUSE_ID_RIGHT),
        type=at.get("type").text(pattern=r"[a-z][a-z_]{0,31}", right="a clause type in lower case, as in separation"),
        text=read_texts(at.get("text"), scope.languages),
        source_note=at.get("source_note").text(right='where the content comes from, or "proposal"'),
    )


def _read_unchecked(at: Field, head: Head, _scope: Scope) -> Unchecked:
    params = {key: member.json() for key, member in at.members().items() if key not in HEAD}
    return Unchecked(head, params)


def _read_separation(at: Field, head: Head, scope: Scope) -> Separation:
    at.expect((*HEAD, "between", "rungs", "alerter", "exceptions"))
    sides = [_read_side(side, scope) for side in at.get("between").items()]
    if len(sides) != 2:
        at.get("between").refuse(f"names {len(sides)} sides", "give two: - {parties: [A], classes: ['*']} for each")
        sides = [Side(), Side()]
    rungs, memory = _read_rungs(at)
    exceptions = at.get("exceptions").items()
    table = {exception: exception for exception in EXCEPTIONS}
    return Separation(
        head=head,
        between=(sides[0], sides[1]),
        rungs=rungs,
        exceptions=tuple(exception.choice(table) for exception in exceptions),
        memory=memory,
    )


def _read_rungs(at: Field) -> tuple[tuple[Rung, ...], PairMemory | None]:
    """Return the ladder of a clause, or the levels and the memory of its alerter: one of the two stands there."""
    if at.get("alerter").given:
        if at.get("rungs").given:
            at.get("alerter").refuse("stands beside rungs", "give a ladder of rungs or an alerter")
        return read_alerter(at.get("alerter"))
    rungs = at.get("rungs").items(at_least=1)
    if len(rungs) > RUNGS_MAX:
        at.get("rungs").refuse(f"has {len(rungs)} rungs", f"at most {RUNGS_MAX}")
    return tuple(_read_rung(rung) for rung in rungs), None


def _read_side(at: Field, scope: Scope) -> Side:
    at.expect(("parties", "classes"))
    return Side(
        parties=_read_names(at.get("parties"), (*scope.parties, CIVIL)),
        classes=_read_names(at.get("classes"), CLASSES),
    )


def _read_names(at: Field, known: tuple[str, ...]) -> tuple[str, ...]:
    """Return names of one side, any by default, each known to the document."""
    names = at.texts(default=(ANY,))
    for name in names:
        if name != ANY and name.removeprefix(NOT) not in known:
            at.refuse(f"names {name!r}", f'must be "*", or one of {", ".join(known)}, or "!" before one for all others')
    if len(names) > 1 and any(name.startswith((ANY, NOT)) for name in names):
        at.refuse("mixes a name with all or all others", 'give "*" or one "!name" alone: together they mean everybody')
    return names


def _read_rung(at: Field) -> Rung:
    at.expect(("level", *LENGTHS, "lookahead_s"))
    if not at.is_mapping:
        return Rung(Level.WARNING, HORIZONTAL_M_MAX, VERTICAL_M_MAX, 0.0)
    return Rung(
        level=at.get("level").choice(LEVELS),
        horizontal_m=horizontal_m(at),
        vertical_m=vertical_m(at),
        lookahead_s=at.get("lookahead_s").number(high=LOOKAHEAD_S_MAX, unit="seconds (0 = now)"),
    )


READERS: Final[Mapping[str, Callable[[Field, Head, Scope], Clause]]] = {"separation": _read_separation}
