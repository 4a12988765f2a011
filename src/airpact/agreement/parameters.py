"""The agreed numbers, one section per consumer; a function receives only its own section, never the whole.

Built from a procedures file by `agreement.procedures`; no stage holds an agreed number of its own.
"""

from typing import Final

import msgspec

from airpact.encounter.levels import Level

ANY: Final = "*"
NOT: Final = "!"  # "!civil" means every party except civil
CIVIL: Final = "civil"  # whoever no rule assigns to a party


class Rung(msgspec.Struct, frozen=True):
    """One step of a separation ladder: minima that must not both be undercut within a look-ahead (0 s = now)."""

    level: Level
    horizontal_m: float
    vertical_m: float
    lookahead_s: float


class Side(msgspec.Struct, frozen=True):
    """One side of "between": parties and aircraft classes; `("*",)` any, `("!civil",)` any but civil."""

    parties: tuple[str, ...] = (ANY,)
    classes: tuple[str, ...] = (ANY,)


class SeparationClause(msgspec.Struct, frozen=True):
    """A separation clause: its stable id, the two sides it stands between, its ladder and its exceptions."""

    id: str
    between: tuple[Side, Side]
    rungs: tuple[Rung, ...]
    exceptions: tuple[str, ...] = ()  # known: `agreement.ladder.EXCEPTIONS`


class SeparationRules(msgspec.Struct, frozen=True):
    """What the separation monitor obeys: every separation clause and the hash of the document they stand in."""

    document: str  # SHA-256 of the canonical procedures document, hex
    clauses: tuple[SeparationClause, ...]


class Parameters(msgspec.Struct, frozen=True):
    """All sections taken from one procedures document, with its identity for screens and records."""

    document: str
    title: str
    version: str
    status: str  # "profile" (an example or a party's own choice: "unilateral") or "agreed"
    separation: SeparationRules
    unchecked: tuple[str, ...] = ()  # ids of clauses no monitor understands: shown "not machine-checked"
