"""Party rules: first match wins, everything else is civil, patterns are anchored globs, errors name the line."""

import fnmatch
import re
from math import inf
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from airpact.agreement.document import DocumentError
from airpact.picture.rules import CLASS_BY_CATEGORY, PartyRules, assign, formation_of, read_rules

TEXT = """
parties:
  - {id: NAG, name: Northern Air Group, role: own}
  - {id: CTF, name: Coastal Task Force, role: peer}
formations:
  - {name: Anvil, members: [NAG101, "4b8211"], until: 2026-11-22T12:00:00Z}
  - {name: Bell, members: [CTF1, CTF2]}
rules:
  - {party: CTF, class: uav, address: [123456, ~0000FF]}
  - {party: civil, block: 3c4000-3c4fff}
  - {party: NAG, block: 3c0000/8}
  - {party: NAG, callsign: [NAG*, "N?1"]}
  - {party: CTF, feed: coast, source: [mlat, tisb_other]}
  - {party: CTF, callsign: "*DRAKE*", class: rotor, feed: north}
"""
RULES = read_rules(TEXT)


def party_of(identity: str, callsign: str = "", feed: str = "", source: str = "") -> str:
    return assign(RULES, identity, callsign, feed, source, "")[0]


def refused(text: str) -> tuple[tuple[int, str, str], ...]:
    with pytest.raises(DocumentError) as caught:
        read_rules(text, "rules.yaml")
    return tuple((problem.line, problem.path, problem.wrong) for problem in caught.value.problems)


def rule(**conditions: Any) -> PartyRules:
    parties = [{"id": "NAG", "name": "North", "role": "own"}]
    return read_rules(yaml.safe_dump({"parties": parties, "rules": [{"party": "NAG", **conditions}]}))


@pytest.mark.parametrize(
    ("identity", "callsign", "feed", "source", "party"),
    [
        ("123456", "", "", "", "CTF"),  # written without quotes, still an address
        ("~0000ff", "", "", "", "CTF"),
        ("0000ff", "", "", "", "civil"),
        ("3c4abc", "", "", "", "civil"),  # an earlier rule excludes a part of a block
        ("3c4abc", "NAG1", "", "", "civil"),  # and the first that fits wins
        ("3c0000", "", "", "", "NAG"),
        ("3cffff", "", "", "", "NAG"),
        ("3bffff", "", "", "", "civil"),
        ("3d0000", "", "", "", "civil"),
        ("~3c0001", "", "", "", "civil"),  # no ICAO address, so in no block
        ("zzzzzz", "", "", "", "civil"),
        ("400000", "NAG", "", "", "NAG"),
        ("400000", " nag77 ", "", "", "NAG"),
        ("400000", "XNAG", "", "", "civil"),  # anchored
        ("400000", "NX1", "", "", "NAG"),
        ("400000", "NXX1", "", "", "civil"),
        ("400000", "", "coast", "mlat", "CTF"),
        ("400000", "", "coast", "adsb_icao", "civil"),  # every condition must hold
        ("400000", "", "north", "mlat", "civil"),
        ("400000", "ADRAKE9", "north", "", "CTF"),
        ("", "", "", "", "civil"),
    ],
)
def test_the_first_rule_whose_conditions_all_hold_gives_the_party(
    identity: str, callsign: str, feed: str, source: str, party: str
) -> None:
    assert party_of(identity, callsign, feed, source) == party


def test_without_rules_everyone_is_civil() -> None:
    assert assign(PartyRules(), "4ca123", "NAG1", "f", "mlat", "A3") == ("civil", "fixed")


@pytest.mark.parametrize(
    ("category", "kind"),
    [("A1", "fixed"), ("A5", "fixed"), ("A6", "fixed"), ("A7", "rotor"), ("B1", "fixed"), ("B4", "fixed"),
     ("B6", "uav"), ("A0", "unknown"), ("B2", "unknown"), ("B3", "unknown"), ("C1", "unknown"), ("", "unknown"),
     ("junk", "unknown")],
)  # fmt: skip
def test_the_class_comes_from_the_emitter_category(category: str, kind: str) -> None:
    assert assign(RULES, "3c0000", "", "", "", category) == ("NAG", kind)


def test_a_class_in_a_rule_beats_the_emitter_category() -> None:
    assert assign(RULES, "123456", "", "", "", "A3") == ("CTF", "uav")


def test_every_category_named_gives_a_class_a_clause_can_name() -> None:
    assert set(CLASS_BY_CATEGORY.values()) == {"fixed", "rotor", "uav"}


@given(st.text("AB?*", min_size=1, max_size=8), st.text("AB1", max_size=8))
def test_a_callsign_pattern_means_what_a_shell_glob_means(glob: str, callsign: str) -> None:
    expected = re.fullmatch(fnmatch.translate(glob), callsign) is not None
    assert (assign(rule(callsign=glob), "", callsign, "", "", "")[0] == "NAG") is expected


def test_a_hostile_pattern_and_a_long_callsign_do_not_stall_the_tick() -> None:
    # A backtracking matcher needs about 200^8 steps here, an anchored one without backtracking a few thousand.
    assert assign(rule(callsign="*A*A*A*A*A*A*A*B"), "", "A" * 200, "", "", "")[0] == "civil"


@given(st.integers(0, 2**24 - 1), st.integers(0, 24))
def test_a_prefix_holds_exactly_the_addresses_that_share_its_bits(address: int, bits: int) -> None:
    first = address >> (24 - bits) << (24 - bits)
    rules = rule(block=f"{first:06x}/{bits}")
    last = first + (1 << (24 - bits)) - 1
    for inside in (first, address, last):
        assert assign(rules, f"{inside:06x}", "", "", "", "")[0] == "NAG"
    for outside in [address for address in (first - 1, last + 1) if 0 <= address < 2**24]:
        assert assign(rules, f"{outside:06x}", "", "", "", "")[0] == "civil"


def test_a_formation_is_found_by_call_sign_or_address_until_its_time() -> None:
    until_s = RULES.formations[0].until_s
    assert until_s == 1795348800.0
    assert formation_of(RULES, "aaaaaa", "nag101 ", until_s - 1) == "Anvil"
    assert formation_of(RULES, "4B8211", "", until_s - 1) == "Anvil"
    assert formation_of(RULES, "4b8211", "NAG101", until_s) == ""
    assert formation_of(RULES, "aaaaaa", "CTF2", inf) == ""
    assert formation_of(RULES, "aaaaaa", "CTF2", 9e9) == "Bell"
    assert formation_of(RULES, "aaaaaa", "", 0.0) == ""


@pytest.mark.parametrize(
    ("old", "new", "line", "path", "wrong"),
    [
        ("party: CTF, class: uav", "party: CTX, class: uav", 9, "rules[0].party", "is 'CTX'"),
        ("class: uav", "class: drone", 9, "rules[0].class", "is 'drone'"),
        ("[123456", "[12345", 9, "rules[0].address[0]", "is '12345'"),
        ("3c4000-3c4fff", "3c4fff-3c4000", 10, "rules[1].block", "is '3c4fff-3c4000'"),
        ("3c0000/8", "3c0000/25", 11, "rules[2].block", "is '3c0000/25'"),
        ("3c0000/8", "3c0001/8", 11, "rules[2].block", "is '3c0001/8'"),
        ("3c0000/8", "3c0000/99", 11, "rules[2].block", "is '3c0000/99'"),
        ("3c0000/8", "everything", 11, "rules[2].block", "is 'everything'"),
        ("[NAG*,", '["(A+)+$",', 12, "rules[3].callsign[0]", "is '(A+)+$'"),
        ("feed: coast, source: [mlat, tisb_other]", "class: uav", 13, "rules[4]", "has no condition"),
        ('callsign: "*DRAKE*"', "callsing: X", 14, "rules[5].callsing", "is not a known field"),
        ("role: peer", "role: own", 3, "parties", "has more than one own party"),
        ("role: peer", "role: rival", 4, "parties[1].role", "is 'rival'"),
        ("id: CTF", "id: NAG", 3, "parties", "names 'NAG' 2 times"),
        ("id: CTF", "id: civil", 4, "parties[1].id", "is 'civil'"),
        ("12:00:00Z", "12:00:00", 6, "formations[0].until", "is not marked as UTC"),
        ("2026-11-22T12:00:00Z", "noon", 6, "formations[0].until", "is no time"),
        ("[CTF1, CTF2]", "[CTF1]", 7, "formations[1].members", "names 1"),
        ("[CTF1, CTF2]", "[CTF1, NAG101]", 6, "formations", "names 'NAG101' 2 times"),
        ("name: Bell", "name: Anvil", 6, "formations", "names 'Anvil' 2 times"),
    ],
)
def test_each_mistake_names_its_line_and_field(old: str, new: str, line: int, path: str, wrong: str) -> None:
    assert old in TEXT
    assert (line, path, wrong) in refused(TEXT.replace(old, new, 1))


def test_an_unquoted_leading_star_is_explained() -> None:
    with pytest.raises(DocumentError, match="quote a word that begins with"):
        read_rules("rules:\n  - {party: civil, callsign: *NAG}\n")


def test_a_flood_of_rules_is_refused() -> None:
    with pytest.raises(DocumentError, match="at most 2000"):
        read_rules("rules: [" + "{}," * 2001 + "]")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=40), st.integers(0, len(TEXT)), st.integers(0, 20))
def test_damaged_rules_are_read_or_refused_with_the_typed_error(noise: bytes, at: int, cut: int) -> None:
    text = TEXT.encode()
    try:
        rules = read_rules(text[:at] + noise + text[at + cut :])
    except DocumentError as error:
        assert error.problems
    else:
        assert assign(rules, "4ca123", "X", "f", "s", "A1")[1] in {"fixed", "rotor", "uav", "unknown"}
