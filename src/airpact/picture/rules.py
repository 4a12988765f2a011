"""Which party an aircraft belongs to, from a rules file a desk writes; the first rule that fits wins.

Emitter categories are those of ADS-B (RTCA DO-260B, table 2-16; readsb's `category`). Matching is a pure function
of six short strings, so callers may remember its answers; callsign patterns are globs (`*`, `?`), whose matching
time is bounded, never regular expressions from a file.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import inf
from typing import Final

import msgspec

from airpact.agreement.clauses import CLASSES
from airpact.agreement.fields import Field, read_document
from airpact.agreement.parameters import CIVIL
from airpact.agreement.procedures import PARTY_ID, PARTY_ID_RIGHT
from airpact.feeds.report import peer_of

UNKNOWN: Final = "unknown"
OWN: Final = "own"
PEER: Final = "peer"
RULES_MAX: Final = 2_000  # a fleet list of single addresses fits in one rule; more rules than this is generated text
ADDRESS_BITS: Final = 24
CLASS_BY_CATEGORY: Final = {
    "A1": "fixed",  # light
    "A2": "fixed",  # small
    "A3": "fixed",  # large
    "A4": "fixed",  # high-vortex large
    "A5": "fixed",  # heavy
    "A6": "fixed",  # high performance, above 5 g and 400 kt
    "A7": "rotor",
    "B1": "fixed",  # glider
    "B4": "fixed",  # ultralight, hang-glider, paraglider
    "B6": "uav",
    # B2 (lighter than air), B3 (parachutist), B7 (space), C and D (surface, reserved) fit no class: unknown.
}
_ADDRESS: Final = r"~?[0-9a-fA-F]{6}"
_BLOCK: Final = r"[0-9a-fA-F]{6}(-[0-9a-fA-F]{6}|/\d{1,2})"
_GLOB: Final = r"[A-Za-z0-9?*-]{1,16}"  # Annex 10 call signs hold 8 characters


class Party(msgspec.Struct, frozen=True):
    """A party as the desk knows it: `role` is own or peer."""

    id: str
    name: str
    role: str


class Formation(msgspec.Struct, frozen=True):
    """Aircraft declared to fly as one flight, by address or call sign, until a time (Unix seconds, +inf = open)."""

    name: str
    members: frozenset[str]
    until_s: float = inf


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of assignment: every condition given must hold, any entry of a condition will do."""

    party: str
    kind: str  # aircraft class, "" = from the emitter category
    addresses: frozenset[str] = frozenset()
    blocks: tuple[tuple[int, int], ...] = ()  # first and last address, both included
    callsign: re.Pattern[str] | None = None
    feeds: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()

    def fits(self, identity: str, callsign: str, feed: str, source: str) -> bool:
        """Return whether every condition of the rule holds."""
        return (
            self._address_fits(identity)
            and (self.callsign is None or self.callsign.fullmatch(callsign) is not None)
            and (not self.feeds or feed in self.feeds)
            and (not self.sources or source in self.sources)
        )

    def _address_fits(self, identity: str) -> bool:
        if not self.addresses and not self.blocks:
            return True
        return identity in self.addresses or _in_blocks(self.blocks, identity)


@dataclass(frozen=True, slots=True)
class PartyRules:
    """A rules file: the parties a desk knows, its rules in order, and declared formations; empty = everyone civil."""

    parties: tuple[Party, ...] = ()
    rules: tuple[Rule, ...] = ()
    formations: tuple[Formation, ...] = ()


def read_rules(text: str | bytes, name: str = "rules") -> PartyRules:
    """Return the rules of a YAML or JSON text; raises `DocumentError` naming file, line and field of each problem."""
    return read_document(text, name, _read)


def assign(rules: PartyRules, identity: str, callsign: str, feed: str, source: str, category: str) -> tuple[str, str]:
    """Return (party, class) of an aircraft; `civil` when no rule fits, class from the category unless the rule says."""
    if party := peer_of(feed):  # what a party released is its own, whatever the call sign says
        return party, CLASS_BY_CATEGORY.get(category, UNKNOWN)
    identity, callsign = identity.lower(), callsign.strip().upper()
    for rule in rules.rules:
        if rule.fits(identity, callsign, feed, source):
            return rule.party, rule.kind or CLASS_BY_CATEGORY.get(category, UNKNOWN)
    return CIVIL, CLASS_BY_CATEGORY.get(category, UNKNOWN)


def formation_of(rules: PartyRules, identity: str, callsign: str, now_s: float) -> str:
    """Return the name of the declared formation an aircraft flies in at `now_s`, or ""."""
    names = {identity.lower(), callsign.strip().upper()}
    flying = (formation for formation in rules.formations if now_s < formation.until_s)
    return next((formation.name for formation in flying if names & formation.members), "")


def seen_from(rules: PartyRules, own: str) -> PartyRules:
    """Return the same rules as another of the parties writes them: itself own, the others peers."""
    return replace(
        rules, parties=tuple(Party(one.id, one.name, OWN if one.id == own else PEER) for one in rules.parties)
    )


def _in_blocks(blocks: tuple[tuple[int, int], ...], identity: str) -> bool:
    """Return whether an ICAO address lies in a block; a "~" id is no ICAO address and lies in none."""
    if not blocks or not re.fullmatch(r"[0-9a-f]{6}", identity):
        return False
    address = int(identity, 16)
    return any(low <= address <= high for low, high in blocks)


def _read(at: Field) -> PartyRules:
    at.expect(("parties", "rules", "formations"))
    parties = tuple(_read_party(party) for party in at.get("parties").items())
    at.get("parties").refuse_repeats(party.id for party in parties)
    if sum(party.role == OWN for party in parties) > 1:
        at.get("parties").refuse("has more than one own party", "a desk belongs to one: make the others role: peer")
    items = at.get("rules").items()
    if len(items) > RULES_MAX:
        at.get("rules").refuse(f"has {len(items)} rules", f"at most {RULES_MAX}: list several addresses in one rule")
        items = ()
    known = {party.id: party.id for party in parties} | {CIVIL: CIVIL}
    formations = tuple(_read_formation(item) for item in at.get("formations").items())
    at.get("formations").refuse_repeats(formation.name for formation in formations)
    at.get("formations").refuse_repeats(member for formation in formations for member in formation.members)
    return PartyRules(parties, tuple(_read_rule(item, known) for item in items), formations)


def _read_party(at: Field) -> Party:
    at.expect(("id", "name", "role"))
    party = at.get("id").text(pattern=PARTY_ID, right=PARTY_ID_RIGHT)
    if party == CIVIL:
        at.get("id").refuse(f"is {CIVIL!r}", "that word means aircraft of no party: choose another id")
    return Party(party, at.get("name").text(), at.get("role").choice({PEER: PEER, OWN: OWN}))


def _read_rule(at: Field, known: dict[str, str]) -> Rule:
    conditions = ("address", "block", "callsign", "feed", "source")
    at.expect(("party", "class", *conditions))
    if at.is_mapping and not any(at.get(condition).given for condition in conditions):
        at.refuse("has no condition", "give one of " + ", ".join(conditions) + ': "*" as callsign means every aircraft')
    return Rule(
        party=at.get("party").choice(known),
        kind=at.get("class").choice({kind: kind for kind in CLASSES}, default=""),
        addresses=frozenset(map(str.lower, _texts(at.get("address"), _ADDRESS, "six hex digits, as in 4ca123"))),
        blocks=tuple(_read_block(block) for block in _each(at.get("block"))),
        callsign=_compiled(_texts(at.get("callsign"), _GLOB, "1 to 16 letters, digits, - and the wildcards * and ?")),
        feeds=frozenset(_texts(at.get("feed"), r"\S{1,64}", "the name of a feed of this desk")),
        sources=frozenset(_texts(at.get("source"), r"[a-z0-9_]{1,32}", "a source type, as in adsb_icao or mlat")),
    )


def _texts(at: Field, pattern: str, right: str) -> tuple[str, ...]:
    return at.texts(default=(), pattern=pattern, right=right)


def _each(at: Field) -> tuple[Field, ...]:
    """Return the items of a list, or the field itself where one value stands for a list of one."""
    return (at,) if at.is_scalar else at.items()


def _read_block(at: Field) -> tuple[int, int]:
    text = at.text(pattern=_BLOCK, right="first and last address (700000-70ffff) or address and bits (700000/12)")
    if re.fullmatch(_BLOCK, text) is None:
        return 0, 0
    first = int(text[:6], 16)
    if text[6] == "-":
        last = int(text[7:], 16)
        if last < first:
            at.refuse(f"is {text!r}", "the first address must not be above the last")
        return first, last
    size = 1 << max(0, ADDRESS_BITS - int(text[7:]))
    if int(text[7:]) > ADDRESS_BITS or first % size:
        at.refuse(f"is {text!r}", f"0 to {ADDRESS_BITS} bits, and no bit of the address set behind them")
    return first, first + size - 1


def _compiled(globs: tuple[str, ...]) -> re.Pattern[str] | None:
    """Return one anchored pattern for all globs; atomic groups keep the first fit of a part, so it never backtracks."""
    if not globs:
        return None
    return re.compile("|".join(f"(?:{_from_glob(glob.upper())})" for glob in globs))


def _from_glob(glob: str) -> str:
    head, *parts = (re.escape(part).replace(r"\?", ".") for part in glob.split("*"))
    if not parts:
        return head
    middle = "".join(f"(?>.*?{part})" for part in parts[:-1] if part)
    return f"{head}{middle}.*{parts[-1]}"


def _read_formation(at: Field) -> Formation:
    at.expect(("name", "members", "until"))
    right = "a call sign or an address"
    members = at.get("members").texts(pattern=r"~?[A-Za-z0-9-]{1,16}", right=right)
    if at.is_mapping and len(members) < 2:
        at.get("members").refuse(f"names {len(members)}", "a formation has at least two members")
    at.get("members").refuse_repeats(members)
    both = frozenset(form(member) for member in members for form in _member_forms(member))
    return Formation(at.get("name").text(), both, _read_until(at.get("until")))


def _member_forms(member: str) -> tuple[Callable[[str], str], ...]:
    """Return how a member may be spelled by a feed: six hex digits can be an address as well as a call sign."""
    return (str.lower, str.upper) if re.fullmatch(_ADDRESS, member) else (str.upper,)


def _read_until(at: Field) -> float:
    """Return Unix seconds of an ISO 8601 time with its offset, or +inf when none is given."""
    if not at.given:
        return inf
    right = "an ISO 8601 time in UTC, as in 2026-11-22T12:00:00Z"
    try:
        until = datetime.fromisoformat(at.text(right=right))
    except ValueError:
        at.refuse("is no time", right)
        return inf
    if until.utcoffset() != timedelta(0):
        at.refuse("is not marked as UTC", right)
        return inf
    return until.timestamp()
