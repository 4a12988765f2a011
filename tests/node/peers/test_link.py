"""One link by hand: what it sends and asks for, what it refuses and why, and that nothing that arrives can break it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from airpact.node.ledger.values import Mirror, Passage
from airpact.node.peers import messages
from airpact.node.peers.actions import (
    Close,
    Cosigned,
    Fetch,
    Heard,
    Keep,
    More,
    Received,
)
from airpact.node.peers.link import _EFFECTS, Link
from airpact.node.peers.linktable import TABLE, Effect, Event, State
from airpact.node.peers.messages import BODY_BYTES_MAX, LENGTH_BYTES, frame
from airpact.node.peers.offering import STRETCH_ITEMS_MAX
from airpact.node.peers.refusals import Reason
from airpact.node.peers.taking import AT_ONCE_ITEMS
from airpact.proof.checkpoint import Checkpoint
from airpact.proof.merkle import Tree
from airpact.proof.witness import Seen
from tests.node.peers.linking import (
    LIMITS,
    LOG,
    MINE,
    T0,
    doubts,
    head,
    hello,
    keep,
    linked,
    linked_holding,
    only,
    own,
    passage,
    sent,
    stretch,
    told,
)
from tests.node.peers.parties import (
    CTF,
    NAG,
    STRANGER,
    cosignature,
    signed_head,
    statement,
    statements,
    tree_of,
)
from tools import link_tables

# --- the peer's log --------------------------------------------------------------------------------------------------


def test_entries_count_once_a_signed_head_covers_them_and_all_is_stored() -> None:
    link = linked()
    assert told(link, messages.Entries(0, tuple(LOG))) == []
    assert (link.status.held, link.status.provisional) == (0, 6)
    actions = told(link, head(LOG))
    asked: Keep = only(Keep, actions)
    assert (asked.items, asked.seen.size, asked.cosign.root) == (tuple(LOG), 6, tree_of(LOG).root())
    assert sent(actions) == []  # nothing is said before it is stored
    answer = sent(keep(link, actions))[0]
    assert isinstance(answer, messages.Cosigned)
    assert answer.size == 6
    assert link.status[8:12] == ("", 6, 0, T0)


def test_an_unchanged_head_is_cosigned_again() -> None:
    link = linked(LOG)
    answer = keep(link, told(link, head(LOG, old=6), at_s=T0 + 30), T0 + 30)
    assert isinstance(sent(answer)[0], messages.Cosigned)
    assert link.status.last_head_s == T0 + 30


def test_entries_already_held_are_counted_and_nothing_else() -> None:
    link = linked(LOG[:4])
    assert told(link, messages.Entries(2, tuple(LOG[2:]))) == []
    assert (link.status.duplicates, link.status.provisional) == (2, 2)
    assert only(Keep, told(link, head(LOG, old=4))).items == tuple(LOG[4:])


def test_a_head_from_another_size_is_answered_with_the_size_and_accuses_nobody() -> None:
    actions = told(linked(LOG[:4]), head(LOG, old=2))
    assert doubts(actions) == []
    assert sent(actions) == [messages.Refused(409, "the last head cosigned here has another size", 4)]


def test_a_kind_nobody_understands_is_kept_and_named() -> None:
    strange = [statement(CTF, 0, T0, kind="weather.report"), statement(CTF, 1, T0, kind="internal")]
    link = linked()
    keep(link, told(link, *stretch(strange)))
    assert link.status.kinds_not_understood == (("weather.report", 1),)
    assert link.status.held == 2


def test_a_refused_entry_spoils_its_stretch_and_the_head_is_answered_with_the_reason() -> None:
    bad = [LOG[0], replace(LOG[1], signatures=()), *LOG[2:]]
    link = linked()
    actions = told(link, messages.Entries(0, tuple(bad)), head(LOG))
    assert doubts(actions) == [Reason.UNKNOWN_KEY]
    answer = sent(actions)[0]
    assert isinstance(answer, messages.Refused)
    assert (answer.status, answer.size, answer.why.partition(":")[0]) == (409, 0, "unknown_key")
    assert only(Keep, told(link, *stretch(LOG)))  # the same entries as they were signed are taken afterwards


def test_a_connection_that_ends_loses_what_no_head_covered() -> None:
    link = linked()
    told(link, messages.Entries(0, tuple(LOG[:3])))
    link.closed("cable", T0)
    link.opened(T0 + 1)
    told(link, hello())
    assert (link.status.provisional, link.status.why) == (0, "cable")
    assert only(Keep, told(link, *stretch(LOG)))


def test_a_new_connection_greets_once_the_last_stretch_is_stored() -> None:
    link = linked()
    asked: Keep = only(Keep, told(link, *stretch(LOG)))
    link.closed("cable", T0)
    assert link.opened(T0 + 1) == ()
    assert link.status.state is State.SETTLING
    assert told(link, hello()) == []
    actions = link.kept(asked, cosignature(NAG, asked.cosign, T0), T0 + 2)
    greeting = sent(actions)[0]
    assert isinstance(greeting, messages.Hello)
    assert (greeting.held, link.status.state) == (6, State.LINKED)


def test_a_store_that_went_on_by_another_way_is_answered_with_what_it_holds() -> None:
    link = linked()
    only(Keep, told(link, *stretch(LOG[:3])))
    tree = tree_of(LOG[:4])
    mirror = Mirror(CTF.origin, tree, Seen(4, tree.root(), signed_head(CTF, 4, tree.root())))
    assert sent(link.not_kept(mirror, "a file brought more", T0)) == [messages.Refused(409, "a file brought more", 4)]
    assert only(Keep, told(link, *stretch(LOG, old=4)))


# --- the own log -----------------------------------------------------------------------------------------------------


def test_the_own_log_goes_in_stretches_and_each_waits_for_its_cosignature() -> None:
    link = linked_holding(2)
    asked: Fetch = only(Fetch, link.own_head(own(10), T0))
    assert asked == Fetch(2, 2, 8)
    entries, request = sent(link.fetched(passage(asked, most=5), T0))
    assert isinstance(entries, messages.Entries)
    assert isinstance(request, messages.Head)
    assert (entries.first, entries.items) == (2, tuple(MINE[2:7]))
    assert request.request.startswith("old 2\n")
    assert link.own_head(own(10), T0) == ()  # one stretch at a time
    answer = messages.Cosigned(7, cosignature(CTF, Checkpoint(NAG.origin, 7, tree_of(MINE).root(7)), T0))
    actions = told(link, answer)
    assert only(Cosigned, actions).size == 7
    assert only(Fetch, actions) == Fetch(7, 7, 3)
    assert link.status.waiting == 3


def test_a_cosignature_that_does_not_hold_acknowledges_nothing() -> None:
    link = linked_holding(0)
    link.fetched(passage(only(Fetch, link.own_head(own(3), T0))), T0)
    for line in (
        cosignature(CTF, Checkpoint(NAG.origin, 3, bytes(32)), T0),
        cosignature(STRANGER, Checkpoint(NAG.origin, 3, tree_of(MINE).root(3)), T0),
        "",
    ):
        assert doubts(told(link, messages.Cosigned(3, line))) == [Reason.BAD_SIGNATURE]
    assert link.status.cosigned == 0


def test_a_refusal_begins_again_at_the_size_named_but_only_once_in_a_row() -> None:
    link = linked_holding(0)
    asked: Fetch = only(Fetch, link.own_head(own(10), T0))
    link.fetched(passage(asked), T0)
    again: Fetch = only(Fetch, told(link, messages.Refused(409, "at 4", 4)))
    assert again == Fetch(4, 4, 6)
    link.fetched(passage(again), T0)
    assert told(link, messages.Refused(409, "at 5", 5)) == []
    assert link.status.refusal == "409: at 5"
    told(link, messages.Beat(T0, 1.0), at_s=T0 + LIMITS.head_every_s - 1)
    assert only(Fetch, link.tick(T0 + LIMITS.head_every_s)) == Fetch(5, 5, 5)


def test_a_head_is_offered_again_after_a_while_without_new_entries() -> None:
    link = linked_holding(3)
    request = sent(link.own_head(own(3), T0))[0]
    assert isinstance(request, messages.Head)
    assert request.request.startswith("old 3\n\n")
    line = cosignature(CTF, Checkpoint(NAG.origin, 3, own(3).root), T0)
    told(link, messages.Cosigned(3, line), at_s=T0 + LIMITS.head_every_s - 1)
    assert not any(isinstance(each, messages.Head) for each in sent(link.tick(T0 + LIMITS.head_every_s - 0.1)))
    assert any(isinstance(each, messages.Head) for each in sent(link.tick(T0 + LIMITS.head_every_s)))


def test_a_stretch_beyond_the_limits_is_asked_for_again_shorter_and_a_body_no_frame_carries_stays() -> None:
    link = linked_holding(0)
    only(Fetch, link.own_head(own(10), T0))
    big = [replace(item, body=b"x" * BODY_BYTES_MAX) for item in MINE]
    long = Passage(0, 0, 10, tuple(big), (), (), own(10).note)
    again: Fetch = only(Fetch, link.fetched(long, T0))
    assert again == Fetch(0, 0, 7)  # of 512 KiB each, in 4 MiB
    huge = Passage(0, 0, 7, (replace(MINE[0], body=b"x" * (BODY_BYTES_MAX + 1)), *big[1:7]), (), (), own(7).note)
    *frames, _ = sent(link.fetched(huge, T0))
    items = [item for each in frames if isinstance(each, messages.Entries) for item in each.items]
    assert [item.body is None for item in items] == [True] + [False] * 6
    assert link.status.bodies_withheld == 1


def test_over_a_forked_link_only_distress_and_hotline_of_the_own_log_are_sent() -> None:
    link = linked_holding(0)
    told(link, messages.Refused(422, "two stories", 0))
    asked: Fetch = only(Fetch, link.own_head(own(10), T0))
    assert sent(link.fetched(passage(asked), T0)) == [messages.Urgent((MINE[1], MINE[5], MINE[9]))]
    assert sent(link.tick(T0 + 1)) == [messages.Beat(T0 + 1)]


# --- beats, tracks, gossip, silence ----------------------------------------------------------------------------------


def test_beats_measure_delay_and_clock_and_a_clock_over_the_limit_is_said_once() -> None:
    link = linked()
    link.tick(T0 + 1)
    assert doubts(told(link, messages.Beat(T0 + 9.5, T0 + 1), at_s=T0 + 2)) == [Reason.CLOCK_SKEW]
    assert (link.status.delay_s, link.status.clock_offset_s) == (0.5, 8.0)
    link.tick(T0 + 7)
    assert doubts(told(link, messages.Beat(T0 + 15.5, T0 + 7), at_s=T0 + 8)) == []
    assert sent(told(link, messages.Beat(T0), at_s=T0 + 9)) == [messages.Beat(T0 + 9, T0)]


def test_of_live_tracks_that_wait_only_the_newest_goes() -> None:
    link = linked()
    assert sent(link.tracks(b"1", T0)) == [messages.Tracks(b"1")]
    assert (link.tracks(b"2", T0), link.tracks(b"3", T0)) == ((), ())
    assert sent(link.sent(T0)) == [messages.Tracks(b"3")]
    assert link.sent(T0) == ()
    assert link.status.tracks_replaced == 1
    assert told(link, messages.Tracks(b"theirs")) == [Received(b"theirs")]


def test_heads_of_other_logs_go_with_the_greeting_and_whenever_they_change() -> None:
    link = Link(NAG.me, CTF.peer, Mirror(CTF.origin), LIMITS)
    assert link.heads([b"one"], T0) == ()
    greeting = sent(link.opened(T0))[0]
    assert isinstance(greeting, messages.Hello)
    assert greeting.heads == (b"one",)
    assert told(link, hello(heads=(b"two",))) == [Heard((b"two",))]
    assert sent(link.heads([b"three"], T0)) == [messages.Heads((b"three",))]
    assert link.heads([b"three"], T0) == ()
    assert told(link, messages.Heads((b"four",))) == [Heard((b"four",))]


def test_a_silent_connection_and_a_head_without_an_answer_are_given_up() -> None:
    link = linked()
    assert not any(isinstance(each, Close) for each in link.tick(T0 + LIMITS.silent_s - 0.1))
    assert only(Close, link.tick(T0 + LIMITS.silent_s))
    link = linked_holding(3)
    link.own_head(own(3), T0)
    told(link, messages.Beat(T0, 1.0), at_s=T0 + LIMITS.answer_s - 1)
    assert only(Close, link.tick(T0 + LIMITS.answer_s)).why == "the peer did not answer a head"


# --- the table, and anything at all ----------------------------------------------------------------------------------


def test_every_effect_has_a_row_and_a_function_and_every_state_can_be_left() -> None:
    assert {effect for row in TABLE.values() for effect in row.effects} == set(_EFFECTS) == set(Effect)
    assert all((state, Event.CLOSED) in TABLE for state in State if state is not State.CLOSED)
    assert {row.state for row in TABLE.values()} == set(State)


@given(st.integers(0, 70), st.integers(0, 70))
def test_the_root_with_leaves_behind_is_that_of_the_grown_tree(size: int, more: int) -> None:
    leaves = [bytes([number]) * 32 for number in range(size + more)]
    tree = Tree(leaves[:size])
    assert tree.root_with(leaves[size:]) == Tree(leaves).root()
    assert tree.size == size


def test_the_page_says_what_the_code_does() -> None:
    """docs/peers-link.md is written by tools/link_tables.py; run it after changing a table."""
    page = link_tables.PAGE.read_text(encoding="utf-8")
    assert link_tables.filled(page) == page
    assert all(f"<!-- {name} -->" in page for name in link_tables.tables())
    example = frame(messages.Beat(T0))
    assert f"{example[:LENGTH_BYTES].hex(' ')} {example[LENGTH_BYTES:].decode()}" in page


@pytest.mark.parametrize("held", [0, 3])
def test_what_will_be_fetched_can_be_told_while_the_entries_are_being_written(held: int) -> None:
    link = linked_holding(held)
    expected = link.next_fetch(own(10))
    assert list(link.own_head(own(10), T0)) == [expected]
    assert link.next_fetch(own(10)) is None  # something is on its way


def test_a_full_stretch_is_checked_in_turns_and_nothing_of_it_is_lost() -> None:
    log = statements(CTF, STRETCH_ITEMS_MAX, T0 - 60)
    link, asked = linked(), []
    actions = list(link.received(b"".join(frame(each) for each in stretch(log)), T0))
    while isinstance(actions[-1], More):
        before = link.status.provisional
        assert link.received(b"", T0) == ()  # what comes meanwhile waits
        actions = list(link.go_on(T0))
        asked += [each for each in actions if isinstance(each, Keep)]
        assert link.status.provisional - before <= AT_ONCE_ITEMS
    assert [item.index for item in asked[0].items] == list(range(STRETCH_ITEMS_MAX))


def test_a_turn_that_is_due_is_none_for_the_next_connection() -> None:
    link = linked()
    assert isinstance(
        link.received(b"".join(frame(each) for each in stretch(statements(CTF, 40, T0 - 60))), T0)[-1], More
    )
    link.closed("cut", T0)
    assert link.go_on(T0) == ()
    link.opened(T0)
    assert told(link, hello()) == []
    assert link.status.provisional == 0
