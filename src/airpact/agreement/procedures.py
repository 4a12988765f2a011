"""A procedures document: the text two or more parties agreed on, or that one chose, as validated values.

The identity of a document is the SHA-256 of its canonical JSON (RFC 8785) after validation: YAML or JSON, comments,
order of keys, spelled-out defaults and `horizontal_nm` beside `horizontal_m` change nothing; any number or word does.
"""

from typing import Final

import msgspec

from airpact.agreement.clauses import Clause, Scope, Separation, Unchecked, plain_clause, read_clause, read_texts
from airpact.agreement.fields import Field, read_document
from airpact.agreement.parameters import CIVIL, Parameters, SeparationClause, SeparationRules
from airpact.proof.canonical import Json, digest

PROFILE: Final = "profile"  # an example, or one party's own choice: shown "unilateral"
AGREED: Final = "agreed"  # in force between the parties it names
CLAUSES_MAX: Final = 500
PARTY_ID: Final = r"[A-Za-z][A-Za-z0-9_-]{0,31}"
PARTY_ID_RIGHT: Final = 'a letter, then letters, digits, "_" or "-", at most 32'
_ENVELOPE: Final = ("id", "version", "title", "status", "source", "parties", "languages", "clauses")


class Party(msgspec.Struct, frozen=True):
    """An organisation the document names."""

    id: str
    name: str


class Procedures(msgspec.Struct, frozen=True):
    """One validated procedures document (metres, seconds); `hash` is its identity."""

    id: str
    version: str
    title: dict[str, str]  # by language
    status: str
    source: str
    parties: tuple[Party, ...]
    languages: tuple[str, ...]
    clauses: tuple[Clause, ...]
    hash: str = ""


def read_procedures(text: str | bytes, name: str = "procedures") -> Procedures:
    """Return the procedures of a YAML or JSON text; raises `DocumentError` with the place of every problem."""
    procedures = read_document(text, name, _read)
    return msgspec.structs.replace(procedures, hash=digest(plain_procedures(procedures)))


def parameters_of(procedures: Procedures) -> Parameters:
    """Return the sections the monitors obey, carrying the document's hash, and the ids nothing checks."""
    separation = tuple(
        SeparationClause(clause.head.id, clause.between, clause.rungs, clause.exceptions, clause.memory)
        for clause in procedures.clauses
        if isinstance(clause, Separation)
    )
    return Parameters(
        document=procedures.hash,
        title=procedures.title[procedures.languages[0]],
        version=procedures.version,
        status=procedures.status,
        separation=SeparationRules(procedures.hash, separation),
        unchecked=tuple(clause.head.id for clause in procedures.clauses if isinstance(clause, Unchecked)),
    )


def plain_procedures(procedures: Procedures) -> dict[str, Json]:
    """Return the JSON value whose digest is the document's identity."""
    return {
        "id": procedures.id,
        "version": procedures.version,
        "title": procedures.title,
        "status": procedures.status,
        "source": procedures.source,
        "parties": [{"id": party.id, "name": party.name} for party in procedures.parties],
        "languages": procedures.languages,
        "clauses": [plain_clause(clause) for clause in procedures.clauses],
    }


def _read(at: Field) -> Procedures:
    at.expect(_ENVELOPE)
    language = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"
    languages = at.get("languages").texts(pattern=language, right="a language tag, as in en or ru") or ("en",)
    at.get("languages").refuse_repeats(languages)
    parties = tuple(_read_party(party) for party in at.get("parties").items())
    at.get("parties").refuse_repeats([party.id for party in parties])
    status = at.get("status").choice({PROFILE: PROFILE, AGREED: AGREED})
    if status == AGREED and len(parties) < 2:
        at.get("parties").refuse(f"names {len(parties)}", "an agreed document names at least two parties")
    return Procedures(
        id=at.get("id").text(pattern=r"[a-z0-9][a-z0-9.-]{0,63}", right="lower-case letters, digits, dots and dashes"),
        version=at.get("version").text(pattern=r"\S{1,32}", right="at most 32 characters without spaces, as in 1.0"),
        title=read_texts(at.get("title"), languages),
        status=status,
        source=at.get("source").text(right="who wrote this and on what basis"),
        parties=parties,
        languages=languages,
        clauses=_read_clauses(at.get("clauses"), Scope(tuple(party.id for party in parties), languages)),
    )


def _read_party(at: Field) -> Party:
    at.expect(("id", "name"))
    party = Party(at.get("id").text(pattern=PARTY_ID, right=PARTY_ID_RIGHT), at.get("name").text())
    if party.id == CIVIL:
        at.get("id").refuse(f"is {CIVIL!r}", "that word means aircraft of no party: choose another id")
    return party


def _read_clauses(at: Field, scope: Scope) -> tuple[Clause, ...]:
    items = at.items(at_least=1)
    if len(items) > CLAUSES_MAX:
        at.refuse(f"has {len(items)} clauses", f"at most {CLAUSES_MAX}")
        return ()
    clauses = tuple(read_clause(item, scope) for item in items)
    first: dict[str, Field] = {}
    for item, clause in zip(items, clauses, strict=True):
        earlier = first.setdefault(clause.head.id, item)
        if clause.head.id and earlier is not item:
            item.get("id").refuse(f"is {clause.head.id!r} again", f"line {earlier.place.line} has it: give a new id")
    return clauses
