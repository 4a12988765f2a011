"""Which rungs stand between two aircraft, and what excepts the pair.

Overlapping clauses all apply (the stricter value per axis wins by raising the worse level), so nothing here picks one.
Matching is symmetric: who is named first never matters.
"""

from collections.abc import Collection
from typing import Final

from airpact.agreement.parameters import ANY, CIVIL, NOT, Rung, SeparationClause, SeparationRules, Side

SAME_PARTY: Final = "same_party"  # one organisation separates its own aircraft itself
DECLARED_FORMATION: Final = "declared_formation"  # both fly in one formation declared to the desk beforehand
EXCEPTIONS: Final = (DECLARED_FORMATION, SAME_PARTY)


def matches(names: Collection[str], name: str) -> bool:
    """Return whether `name` is meant: listed, any by `*`, or anything but `x` by `!x`."""
    return any(listed in (ANY, name) or (listed.startswith(NOT) and listed[1:] != name) for listed in names)


def _on_side(side: Side, party: str, kind: str) -> bool:
    return matches(side.parties, party) and matches(side.classes, kind)


def stands_between(clause: SeparationClause, a_party: str, a_class: str, b_party: str, b_class: str) -> bool:
    """Return whether the clause binds this pair of party and class, taken in either order."""
    if SAME_PARTY in clause.exceptions and a_party == b_party != CIVIL:  # civil aircraft share no organisation
        return False
    one, two = clause.between
    forth = _on_side(one, a_party, a_class) and _on_side(two, b_party, b_class)
    return forth or (_on_side(one, b_party, b_class) and _on_side(two, a_party, a_class))


def rungs_between(
    rules: SeparationRules, a_party: str, a_class: str, b_party: str, b_class: str
) -> tuple[tuple[str, Rung], ...]:
    """Return every (clause id, rung) that binds the pair, in document order; empty when nothing was agreed for it."""
    bound = (clause for clause in rules.clauses if stands_between(clause, a_party, a_class, b_party, b_class))
    return tuple((clause.id, rung) for clause in bound for rung in clause.rungs)


def excepted(rules: SeparationRules, clause_id: str, holding: Collection[str]) -> str:
    """Return the first exception of the clause among those `holding` for a pair, or "" when the clause binds it."""
    for clause in rules.clauses:
        if clause.id == clause_id:
            return next((exception for exception in clause.exceptions if exception in holding), "")
    return ""
