"""What other parties state: applied once and in any order, and whatever it holds, nothing raises."""

import itertools
import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airpact.node.commands import PEER_STATEMENT
from airpact.node.entries import Command, Refusal
from airpact.node.partners.state import DOUBTFUL_MAX, ENCOUNTERS_MAX, PEERS_MAX
from airpact.node.partners.statements import STATEMENTS
from airpact.node.peerview import peer_rows
from airpact.node.snapshot import freeze, thaw
from tests.node.parties import CTF, NAG, RFU, Desk, encounter, statement
from tests.node.skies import T0

KINDS = (*STATEMENTS, "weather-note", "notice.activity", "")
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
names = st.sampled_from(("a00001", "b00001", "b00002", "cafe01", "~abc", "a|b", "", 7))
nearly = st.fixed_dictionaries(
    {},
    optional={
        "aircraft": st.lists(names, max_size=3) | anything,
        "state": st.sampled_from(("displayed", "ended", "manned", "unmanned", "resolved", 3)),
        "since_s": st.floats() | st.integers(-(10**400), 10**400),
        "until_s": st.floats(),
        "at_s": st.floats() | st.none(),
        "level": st.integers(-1, 5),
        "presence_s": st.floats() | st.none(),
        "presence_until_s": st.floats() | st.none(),
        "reason": st.text(max_size=600),
        "withheld": anything,
    },
)


def desk_said(state: str, t: float = 0.0, **more: Any) -> dict[str, Any]:
    return {"state": state, "since_s": T0 + t, "presence_s": T0 + t, "presence_until_s": T0 + t + 1800.0, **more}


def row(desk: Desk, party: str = CTF) -> dict[str, Any]:
    return next(each for each in peer_rows(desk.world) if each["party"] == party)


@given(st.sampled_from(KINDS), anything | nearly)
def test_whatever_a_party_states_nothing_raises_and_it_is_kept(kind: str, body: Any) -> None:
    desk = Desk()
    desk.tick(0)
    desk.hear(CTF, 4, kind, body)
    desk.tick(1)
    state = desk.world.peers[CTF]
    assert state.taken == [4]
    assert state.not_understood == len(state.doubtful) <= 1
    if kind not in STATEMENTS:
        assert [(one.kind, one.why) for one in state.doubtful] == [(kind, "unknown kind")]
    assert freeze(thaw(freeze(desk.world), desk.world.setting)) == freeze(desk.world)
    row(desk)


@pytest.mark.parametrize(
    "body",
    [
        encounter(state="resolved"), encounter(level=0), encounter(a="b00001"), encounter(until=-1), encounter(a="a|b"),
        encounter(until=math.inf), encounter() | {"aircraft": ["a00001"]}, {}, [], None, "displayed",
    ],
)  # fmt: skip
def test_a_malformed_encounter_is_kept_flagged_counted_and_shown(body: Any) -> None:
    desk = Desk()
    desk.hear(CTF, 1, "encounter.state", body)
    assert not desk.world.peers[CTF].encounters
    shown = row(desk)
    assert shown["not_understood"] == 1
    assert shown["doubtful"][0]["why"].startswith("malformed")


@pytest.mark.parametrize("name", ["origin", "index", "kind", "author", "at_s", "subject"])
def test_what_is_no_statement_at_all_is_our_own_links_fault_and_is_refused(name: str) -> None:
    desk = Desk()
    handed = statement(CTF, 1, "desk.state", {})
    del handed[name]
    refusal = desk.give(Command(PEER_STATEMENT, CTF, handed), 0)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "bad_statement"
    assert not desk.world.peers


heard = st.lists(
    st.tuples(
        st.sampled_from((CTF, RFU)),
        st.integers(0, 30),
        st.one_of(
            st.tuples(st.just("desk.state"), st.sampled_from(("manned", "unmanned", "degraded")).map(desk_said)),
            st.tuples(
                st.just("encounter.state"),
                st.builds(
                    encounter,
                    st.sampled_from(("a00001", "a00002")),
                    st.sampled_from(("b00001", "b00002")),
                    st.sampled_from(("received", "displayed", "withheld", "acknowledged", "ended")),
                    st.sampled_from((0.0, 30.0)),
                ),
            ),
            st.tuples(st.just("weather-note"), st.just({})),
            st.tuples(st.just("desk.state"), st.just({"state": "asleep"})),
        ),
    ),
    max_size=8,
    unique_by=lambda each: each[:2],
)


@given(heard, st.randoms(use_true_random=False), st.data())
def test_neither_order_nor_repetition_changes_what_is_known(told: list[Any], chance: Any, data: st.DataObject) -> None:
    shuffled = list(told)
    chance.shuffle(shuffled)
    again = data.draw(st.lists(st.sampled_from(told), max_size=4)) if told else []
    known = []
    for order in (told, [*shuffled, *again]):
        desk = Desk()
        for party in (CTF, RFU):  # both are known before either speaks
            desk.hear(party, 99, "lift.ended", {"aircraft": ["a", "b"], "at_s": T0})
        for party, index, (kind, body) in order:
            desk.hear(party, index, kind, body)
        known.append(msgspec.json.encode(desk.world.peers, order="sorted"))
    assert known[0] == known[1]


def test_the_word_with_the_higher_index_stands_whichever_comes_first() -> None:
    for order in itertools.permutations(((3, "unmanned"), (5, "manned"), (4, "degraded"))):
        desk = Desk()
        for index, state in order:
            desk.hear(CTF, index, "desk.state", desk_said(state))
        assert desk.world.peers[CTF].view.desk == "manned"


def test_nobody_is_believed_to_be_present_for_days() -> None:
    desk = Desk()
    desk.hear(CTF, 1, "desk.state", desk_said("manned") | {"presence_until_s": T0 + 1e7})
    assert desk.world.peers[CTF].view.presence_until_s == T0 + 3600.0


def test_what_a_flood_of_statements_takes_is_bounded_and_counted() -> None:
    desk = Desk()
    for index in range(ENCOUNTERS_MAX + 10):
        desk.hear(CTF, index, "encounter.state", encounter(a=f"x{index}", since=float(index), until=float(index)))
    for index in range(DOUBTFUL_MAX + 5):
        desk.hear(CTF, 10_000 + index, "weather-note", {})
    state = desk.world.peers[CTF]
    assert sum(map(len, state.encounters.values())) == ENCOUNTERS_MAX
    assert state.forgotten == 10
    assert (len(state.doubtful), state.not_understood) == (DOUBTFUL_MAX, DOUBTFUL_MAX + 5)
    assert len(row(desk)["doubtful"]) == 5


def test_an_encounter_long_over_is_forgotten() -> None:
    desk = Desk()
    desk.hear(CTF, 1, "encounter.state", encounter(until=10))
    desk.hear(CTF, 2, "weather-note", {}, 3000)
    assert desk.world.peers[CTF].encounters
    desk.hear(CTF, 3, "weather-note", {}, 4000)
    assert not desk.world.peers[CTF].encounters


def test_more_parties_than_a_pact_has_are_refused_in_words() -> None:
    desk = Desk()
    for number in range(PEERS_MAX):
        assert not isinstance(desk.hear(f"P{number}", 1, "weather-note", {}), Refusal)
    refusal = desk.hear("ONE-MORE", 1, "weather-note", {})
    assert isinstance(refusal, Refusal)
    assert refusal.code == "too_many_parties"
    assert NAG not in desk.world.peers
