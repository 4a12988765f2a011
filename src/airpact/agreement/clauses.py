"""The clause types this version can check, one reader each; every other type is kept word for word, unchecked.

A new clause type is a value, a reader and a row in `READERS`. Units at rest are metres and seconds; a person may
write `horizontal_nm` and `vertical_ft` instead, converted here and nowhere later.
"""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from airpact.agreement.fields import Field
from airpact.agreement.ladder import EXCEPTIONS
from airpact.agreement.parameters import ANY, CIVIL, NOT, Rung, Side
from airpact.encounter.levels import Level
from airpact.geo.units import m_from_ft, m_from_nm
from airpact.proof.canonical import Json

CLASSES: Final = ("fixed", "rotor", "uav", "unknown")
LEVELS: Final = {level.name.lower(): level for level in Level}
RUNGS_MAX: Final = 12  # three levels at four look-aheads
# Plausibility limits: beyond them a unit or a digit is wrong, not the wish of the parties.
LENGTH_M_MIN: Final = 1.0
HORIZONTAL_M_MAX: Final = m_from_nm(200.0)  # an order of magnitude above the widest separation in use
VERTICAL_M_MAX: Final = m_from_ft(100_000.0)  # the top of altitudes that surveillance reports (Mode S, 100 ft coding)
LOOKAHEAD_S_MAX: Final = 1200.0  # 20 min: what medium-term conflict detection looks ahead; beyond, plans decide

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
    """A separation clause: between whom, the ladder of minima, what excepts a pair."""

    head: Head
    between: tuple[Side, Side]
    rungs: tuple[Rung, ...]
    exceptions: tuple[str, ...]


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
        "rungs": [{**msgspec.to_builtins(rung), "level": rung.level.name.lower()} for rung in clause.rungs],
        "exceptions": clause.exceptions,
    }


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
    at.expect((*HEAD, "between", "rungs", "exceptions"))
    sides = [_read_side(side, scope) for side in at.get("between").items()]
    if len(sides) != 2:
        at.get("between").refuse(f"names {len(sides)} sides", "give two: - {parties: [A], classes: ['*']} for each")
        sides = [Side(), Side()]
    rungs = at.get("rungs").items(at_least=1)
    if len(rungs) > RUNGS_MAX:
        at.get("rungs").refuse(f"has {len(rungs)} rungs", f"at most {RUNGS_MAX}")
    exceptions = at.get("exceptions").items()
    table = {exception: exception for exception in EXCEPTIONS}
    return Separation(
        head=head,
        between=(sides[0], sides[1]),
        rungs=tuple(_read_rung(rung) for rung in rungs),
        exceptions=tuple(exception.choice(table) for exception in exceptions),
    )


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
    at.expect(("level", "horizontal_m", "horizontal_nm", "vertical_m", "vertical_ft", "lookahead_s"))
    if not at.is_mapping:
        return Rung(Level.WARNING, HORIZONTAL_M_MAX, VERTICAL_M_MAX, 0.0)
    return Rung(
        level=at.get("level").choice(LEVELS),
        horizontal_m=_length_m(at, "horizontal_m", "horizontal_nm", m_from_nm, HORIZONTAL_M_MAX),
        vertical_m=_length_m(at, "vertical_m", "vertical_ft", m_from_ft, VERTICAL_M_MAX),
        lookahead_s=at.get("lookahead_s").number(high=LOOKAHEAD_S_MAX, unit="seconds (0 = now)"),
    )


def _length_m(at: Field, metres: str, other: str, convert: Callable[[float], float], high_m: float) -> float:
    """Return a length in metres from exactly one of its two spellings."""
    given = [at.get(key) for key in (metres, other) if at.get(key).given]
    if len(given) != 1:
        wrong = "is missing" if not given else f"stands beside {other}"
        at.get(metres).refuse(wrong, f"give exactly one of {metres} and {other}")
        return high_m
    factor = 1.0 if at.get(metres).given else convert(1.0)
    unit = (metres if at.get(metres).given else other).rsplit("_", 1)[1]
    value = given[0].number(low=LENGTH_M_MIN / factor, high=high_m / factor, unit=unit)
    return value if unit == "m" else convert(value)


READERS: Final[Mapping[str, Callable[[Field, Head, Scope], Clause]]] = {"separation": _read_separation}
