"""The agreed numbers, one section per consumer; a function receives only its own section, never the whole.

Built from a procedures file by `agreement.procedures`; no stage holds an agreed number of its own.
"""

from typing import Final

import msgspec

from airpact.encounter.levels import Level

ANY: Final = "*"
NOT: Final = "!"  # "!civil" means every party except civil
CIVIL: Final = "civil"  # whoever no rule assigns to a party


CYLINDER: Final = "cylinder"


class Rung(msgspec.Struct, frozen=True, omit_defaults=True):
    """One step of a separation clause: a volume that must not be violated within a look-ahead (0 s = now).

    A cylinder is one step of a ladder. A well-clear volume adds closing times to the same two lengths (DTHR, ZTHR).
    What stands at its default is left out of the document's identity, so a ladder reads as it always did.
    """

    level: Level
    horizontal_m: float
    vertical_m: float
    lookahead_s: float
    volume: str = CYLINDER  # encounter.volumes.KINDS
    tau_s: float = 0.0  # TTHR: how long before the horizontal volume
    coa_s: float = 0.0  # TCOA: how long before co-altitude
    early_s: float = 0.0  # look-ahead while this level is given out; 0 = no other than `lookahead_s`


class PairMemory(msgspec.Struct, frozen=True):
    """How an alerter steadies the level of a pair (rules R6.1 to R6.4): M of N moments, and how long a fall waits."""

    m: int = 0
    n: int = 0
    hysteresis_s: float = 0.0  # a gap longer than this forgets; 0 = every moment stands alone
    persistence_s: float = 0.0


class Side(msgspec.Struct, frozen=True):
    """One side of "between": parties and aircraft classes; `("*",)` any, `("!civil",)` any but civil."""

    parties: tuple[str, ...] = (ANY,)
    classes: tuple[str, ...] = (ANY,)


class SeparationClause(msgspec.Struct, frozen=True):
    """A separation clause: its stable id, the two sides it stands between, its rungs and its exceptions.

    `memory` is given where the rungs are the levels of an alerter, one rung for each level.
    """

    id: str
    between: tuple[Side, Side]
    rungs: tuple[Rung, ...]
    exceptions: tuple[str, ...] = ()  # known: `agreement.ladder.EXCEPTIONS`
    memory: PairMemory | None = None


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
