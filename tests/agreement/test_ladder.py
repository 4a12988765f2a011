"""Who a separation clause binds: symmetric, "*" binds all, overlapping clauses all apply, exceptions are named."""

from hypothesis import given
from hypothesis import strategies as st

from airpact.agreement.ladder import DECLARED_FORMATION, SAME_PARTY, excepted, matches, rungs_between
from airpact.agreement.parameters import Rung, SeparationClause, SeparationRules, Side
from airpact.encounter.levels import Level

PARTIES = ("NAG", "CTF", "civil", "UNMENTIONED")
CLASSES = ("fixed", "rotor", "uav", "unknown")
NAMES = st.sampled_from(("*", "NAG", "CTF", "civil", "!civil", "!NAG"))
SIDES = st.builds(
    Side,
    st.lists(NAMES, min_size=1, max_size=2).map(tuple),
    st.lists(st.sampled_from(("*", "!uav", *CLASSES)), min_size=1, max_size=2).map(tuple),
)
RUNGS = st.builds(
    Rung, st.sampled_from(Level), st.floats(1, 40_000), st.floats(1, 2_000), st.sampled_from((0.0, 45.0, 120.0))
)
CLAUSES = st.builds(
    SeparationClause,
    st.sampled_from(("1", "2", "3")),
    st.tuples(SIDES, SIDES),
    st.lists(RUNGS, min_size=1, max_size=3).map(tuple),
    st.sampled_from(((), (SAME_PARTY,), (DECLARED_FORMATION,), (DECLARED_FORMATION, SAME_PARTY))),
)
RULES = st.builds(SeparationRules, st.just("hash"), st.lists(CLAUSES, max_size=4).map(tuple))
PARTY, CLASS = st.sampled_from(PARTIES), st.sampled_from(CLASSES)

NOW = Rung(Level.WARNING, 1000.0, 100.0, 0.0)
ANYONE = Side()


def rules(*clauses: SeparationClause) -> SeparationRules:
    return SeparationRules("hash", clauses)


@given(RULES, PARTY, CLASS, PARTY, CLASS)
def test_it_never_matters_who_is_named_first(
    given_rules: SeparationRules, a_party: str, a_class: str, b_party: str, b_class: str
) -> None:
    forth = rungs_between(given_rules, a_party, a_class, b_party, b_class)
    assert forth == rungs_between(given_rules, b_party, b_class, a_party, a_class)


@given(RULES, PARTY, CLASS, PARTY, CLASS)
def test_it_never_matters_which_side_a_clause_writes_first(
    given_rules: SeparationRules, a_party: str, a_class: str, b_party: str, b_class: str
) -> None:
    turned = rules(
        *(SeparationClause(c.id, (c.between[1], c.between[0]), c.rungs, c.exceptions) for c in given_rules.clauses)
    )
    pair = (a_party, a_class, b_party, b_class)
    assert rungs_between(given_rules, *pair) == rungs_between(turned, *pair)


@given(PARTY, CLASS, PARTY, CLASS)
def test_a_star_on_both_sides_binds_every_pair(a_party: str, a_class: str, b_party: str, b_class: str) -> None:
    anyone = rules(SeparationClause("1", (ANYONE, ANYONE), (NOW,)))
    assert rungs_between(anyone, a_party, a_class, b_party, b_class) == (("1", NOW),)


@given(RULES, RULES, PARTY, CLASS, PARTY, CLASS)
def test_every_clause_that_binds_applies_whatever_else_stands_in_the_document(
    one: SeparationRules, two: SeparationRules, a_party: str, a_class: str, b_party: str, b_class: str
) -> None:
    pair = (a_party, a_class, b_party, b_class)
    both = rungs_between(rules(*one.clauses, *two.clauses), *pair)
    assert both == rungs_between(one, *pair) + rungs_between(two, *pair)


def test_a_clause_between_two_parties_binds_neither_with_itself_nor_with_others() -> None:
    between = rules(SeparationClause("4.1", (Side(("NAG",)), Side(("CTF",))), (NOW,)))
    bound = {(a, b) for a in PARTIES for b in PARTIES if rungs_between(between, a, "fixed", b, "fixed")}
    assert bound == {("NAG", "CTF"), ("CTF", "NAG")}


def test_a_class_on_one_side_must_belong_to_the_party_of_that_side() -> None:
    drones = rules(SeparationClause("4.2", (Side(("NAG",), ("uav",)), Side(("CTF",))), (NOW,)))
    assert rungs_between(drones, "NAG", "uav", "CTF", "fixed")
    assert not rungs_between(drones, "NAG", "fixed", "CTF", "uav")


def test_all_but_one_means_everybody_else() -> None:
    assert [party for party in PARTIES if matches(("!civil",), party)] == ["NAG", "CTF", "UNMENTIONED"]


def test_the_same_party_exception_spares_one_party_but_never_two_civil_aircraft() -> None:
    own = rules(SeparationClause("1", (ANYONE, ANYONE), (NOW,), (SAME_PARTY,)))
    assert not rungs_between(own, "NAG", "uav", "NAG", "uav")
    assert rungs_between(own, "NAG", "uav", "CTF", "uav")
    assert rungs_between(own, "civil", "fixed", "civil", "fixed")


def test_an_exception_is_named_only_when_the_clause_has_it_and_it_holds() -> None:
    formation = rules(
        SeparationClause("1", (ANYONE, ANYONE), (NOW,), (DECLARED_FORMATION,)),
        SeparationClause("2", (ANYONE, ANYONE), (NOW,)),
    )
    assert excepted(formation, "1", {DECLARED_FORMATION}) == DECLARED_FORMATION
    assert excepted(formation, "1", ()) == ""
    assert excepted(formation, "2", {DECLARED_FORMATION}) == ""
    assert excepted(formation, "no such clause", {DECLARED_FORMATION}) == ""
