"""What a link refuses and why, forks and their evidence, and that nothing that arrives can break it."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from airpact.node.ledger.values import Item, Mirror
from airpact.node.peers import messages
from airpact.node.peers.actions import (
    Action,
    Close,
    Doubt,
    Fetch,
    Fork,
    Heard,
    Keep,
    Unlogged,
)
from airpact.node.peers.link import Link
from airpact.node.peers.linktable import State
from airpact.node.peers.messages import BODY_BYTES_MAX, FRAME_BYTES_MAX, LENGTH_BYTES, AnyMessage, frame
from airpact.node.peers.offering import STRETCH_ITEMS_MAX
from airpact.node.peers.refusals import REFUSALS, Outcome, Reason
from airpact.node.peers.taking import AHEAD_MAX
from airpact.proof.checkpoint import Checkpoint
from airpact.proof.fork import check_fork, read_fork
from airpact.proof.merkle import Tree
from tests.node.peers.linking import (
    LIMITS,
    LOG,
    MINE,
    OTHER,
    T0,
    doubts,
    head,
    hello,
    keep,
    linked,
    only,
    own,
    passage,
    sent,
    stretch,
    told,
)
from tests.node.peers.parties import (
    CTF,
    ISR,
    NAG,
    STRANGER,
    cosignature,
    signed_head,
    statement,
    statements,
    tree_of,
)

# --- what is refused, and why ----------------------------------------------------------------------------------------


def instead(place: int, item: Item, log: Sequence[Item] = LOG) -> tuple[AnyMessage, ...]:
    return (messages.Entries(0, (*log[:place], item, *log[place + 1 :])), head(log))


def said(**given: Any) -> tuple[AnyMessage, ...]:
    return stretch([statement(CTF, 0, T0, **given)])


BIG: Final = b'"' + b"x" * (BODY_BYTES_MAX + 1) + b'"'
TOO_MANY: Final = tuple(statements(CTF, STRETCH_ITEMS_MAX + 1, T0 - 999))
STRANGE_HEAD: Final = signed_head(STRANGER, 0, Tree().root()).decode()
WRONG: Final[list[tuple[Reason, tuple[AnyMessage, ...]]]] = [
    (Reason.TOO_LARGE, instead(1, replace(LOG[1], body=BIG))),
    (Reason.TOO_LARGE, (messages.Entries(0, TOO_MANY),)),
    (Reason.UNEXPECTED_MESSAGE, (hello(),)),
    (Reason.UNEXPECTED_MESSAGE, (messages.Urgent((LOG[0],)),)),
    (Reason.UNEXPECTED_MESSAGE, (messages.Cosigned(6, "— x AAAA\n"),)),
    (Reason.UNEXPECTED_MESSAGE, (*stretch(LOG[:2]), messages.Entries(2, tuple(LOG[2:])))),
    (Reason.WRONG_PARTY, instead(1, statement(STRANGER, 1, T0, key=CTF.statement))),
    (Reason.WRONG_ORIGIN, (messages.Head(f"old 0\n\n{STRANGE_HEAD}"),)),
    (Reason.WRONG_MODE, instead(1, statement(CTF, 1, T0, mode="EXERCISE"))),
    (Reason.CLOCK_SKEW, stretch([statement(CTF, 0, T0 + 60)])),
    (Reason.NOT_CANONICAL, instead(1, replace(LOG[1], entry=b" " + LOG[1].entry))),
    (Reason.NOT_CANONICAL, instead(1, replace(LOG[1], entry=b"\xff"))),
    (Reason.NOT_CANONICAL, instead(1, replace(LOG[1], body=b'{ "body":1}'))),
    (Reason.UNKNOWN_KEY, instead(1, statement(CTF, 1, T0, key=STRANGER.statement))),
    (Reason.UNKNOWN_KEY, (messages.Entries(0, tuple(LOG)), head(LOG, key=STRANGER.log))),
    (Reason.BAD_SIGNATURE, instead(1, replace(LOG[1], signatures=((LOG[1].signatures[0][0], bytes(64)),)))),
    (Reason.BAD_SIGNATURE, instead(1, replace(LOG[1], signatures=LOG[1].signatures * 9))),
    (Reason.REPLAYED, instead(1, replace(LOG[0], index=1))),
    (Reason.REORDERED, instead(1, replace(LOG[2], index=1))),
    (Reason.REORDERED, (messages.Entries(0, (LOG[0], LOG[2], LOG[1])),)),
    (Reason.INDEX_GAP, (messages.Entries(1, tuple(LOG[1:])),)),
    (Reason.INDEX_GAP, (messages.Entries(0, tuple(LOG[:5])), head(LOG))),
    (Reason.REWRITTEN, (messages.Entries(0, tuple(LOG)), messages.Entries(2, tuple(OTHER[2:])))),
    (Reason.DOES_NOT_HASH, instead(1, replace(LOG[1], body=LOG[2].body, salt=bytes(32)))),
    (Reason.DOES_NOT_HASH, instead(1, replace(LOG[1], salt=None))),
    (Reason.DOES_NOT_HASH, (messages.Entries(0, tuple(OTHER)), head(LOG))),
    (Reason.MISSING_BODY, stretch([replace(LOG[0], body=None, salt=None)])),
    (Reason.UNASKED_BODY, said(audience=("ISR",))),
    (Reason.MALFORMED_HEAD, (messages.Head("what"),)),
    (Reason.MALFORMED_HEAD, (messages.Head(head(LOG).request.replace("old 0", "old 9")),)),
]
WRONG_HELLOS: Final = [
    (Reason.WRONG_PROTOCOL, hello(protocol=2)),
    (Reason.WRONG_PARTY, hello(party="FAR")),
    (Reason.WRONG_ORIGIN, hello(origin="else.example/log")),
    (Reason.WRONG_MODE, hello(mode="EXERCISE")),
]


@pytest.mark.parametrize(("reason", "wrong"), WRONG, ids=[f"{row[0]}-{place}" for place, row in enumerate(WRONG)])
def test_what_is_wrong_is_named_kept_as_evidence_and_taken_only_where_the_table_says_so(
    reason: Reason, wrong: tuple[AnyMessage, ...]
) -> None:
    link = linked()
    actions = told(link, *wrong)
    assert doubts(actions) == [reason]
    doubt: Doubt = only(Doubt, actions)
    assert doubt.evidence
    assert doubt.detail
    outcome = REFUSALS[reason].outcome
    assert any(isinstance(each, Close) for each in actions) == (outcome is Outcome.CLOSED)
    early = reason is Reason.UNEXPECTED_MESSAGE and isinstance(wrong[-1], messages.Entries)
    assert any(isinstance(each, Keep) for each in actions) == (outcome is Outcome.KEPT or early)
    assert link.status.doubts == ((reason, 1),)


@pytest.mark.parametrize(("reason", "wrong"), WRONG_HELLOS)
def test_a_greeting_of_somebody_else_ends_the_connection(reason: Reason, wrong: messages.Hello) -> None:
    link = Link(NAG.me, CTF.peer, Mirror(CTF.origin), LIMITS)
    link.opened(T0)
    actions = told(link, wrong)
    assert doubts(actions) == [reason]
    assert only(Close, actions)
    assert told(link, hello()) == []  # nothing is read any more


def test_a_smaller_head_is_refused_and_a_head_that_shows_no_way_back_too() -> None:
    assert doubts(told(linked(LOG), head(LOG, old=3, size=4))) == [Reason.SMALLER_CHECKPOINT]
    unproven = messages.Head(head(OTHER, old=4).request)
    actions = told(linked(LOG[:4]), messages.Entries(4, tuple(OTHER[4:])), unproven)
    assert doubts(actions) == [Reason.NOT_CONTINUED]
    assert isinstance(sent(actions)[0], messages.Refused)


def test_another_entry_at_a_place_that_is_held_is_refused() -> None:
    assert doubts(told(linked(LOG), messages.Entries(2, (OTHER[2],)))) == [Reason.REWRITTEN]


def test_bytes_that_are_no_message_and_a_frame_over_the_limit() -> None:
    link = linked()
    assert doubts(link.received(b"\x00\x00\x00\x02{}", T0)) == [Reason.NOT_A_MESSAGE]
    actions = link.received((FRAME_BYTES_MAX + 1).to_bytes(4) + b"x", T0)
    assert doubts(actions) == [Reason.TOO_LARGE]
    assert only(Close, actions)


def test_a_peer_that_claims_more_of_our_log_than_there_is() -> None:
    link = Link(NAG.me, CTF.peer, Mirror(CTF.origin), LIMITS)
    link.own_head(own(3), T0)
    link.opened(T0)
    assert doubts(told(link, hello(held=4))) == [Reason.HOLDS_MORE]


def test_every_reason_of_the_table_is_met_in_these_tests() -> None:
    elsewhere = {Reason.NOT_A_MESSAGE, Reason.HOLDS_MORE, Reason.SMALLER_CHECKPOINT, Reason.NOT_CONTINUED}
    met = {reason for reason, _ in [*WRONG, *WRONG_HELLOS]} | elsewhere | {Reason.NOT_URGENT}
    assert met == set(Reason) == set(REFUSALS)


def test_the_same_evidence_is_handed_out_once_and_too_much_of_it_ends_the_connection() -> None:
    link = linked()
    junk = [len(body).to_bytes(4) + body for body in (f"{{{number}".encode() for number in range(40))]
    assert len(doubts(link.received(junk[0] * 50, T0))) == 1
    actions = link.received(b"".join(junk), T0)
    assert len(doubts(actions)) == LIMITS.doubts_max - 1
    assert only(Close, actions)
    assert link.status.doubts == ((Reason.NOT_A_MESSAGE, 50 + LIMITS.doubts_max),)


# --- forks -----------------------------------------------------------------------------------------------------------


def forks(actions: Iterable[Action]) -> list[bytes]:
    found = [each.evidence for each in actions if isinstance(each, Fork)]
    for evidence in found:
        check_fork(read_fork(evidence), CTF.policy)
    return found


@pytest.mark.parametrize(
    ("held", "wrong"),
    [
        pytest.param(LOG, head(OTHER, old=6), id="another root at the same size"),
        pytest.param(LOG, head(OTHER, old=2, size=4), id="another root inside the log"),
        pytest.param(LOG[:4], head(OTHER, old=4), id="a larger head with a path that shows another beginning"),
    ],
)
def test_two_stories_are_proven_by_both_heads_and_only_distress_and_hotline_go_on(
    held: list[Item], wrong: messages.Head
) -> None:
    link = linked(held)
    actions = told(link, wrong)
    assert len(forks(actions)) == 1
    assert [each.status for each in sent(actions) if isinstance(each, messages.Refused)] == [422]
    assert (link.status.state, link.status.forked) == (State.FORKED, True)
    urgent = statement(CTF, 9, T0, kind="distress.call")
    usual = statement(CTF, 10, T0)
    actions = told(link, messages.Urgent((urgent, usual, urgent)), messages.Tracks(b"x"), *stretch(LOG))
    assert only(Unlogged, actions).items == (urgent,)
    assert doubts(actions) == [Reason.NOT_URGENT]
    assert link.status.passed_over == 3
    assert link.tracks(b"x", T0) == ()


def test_a_head_that_another_party_saw_is_compared_at_once_or_when_the_mirror_gets_there() -> None:
    note = signed_head(CTF, 4, tree_of(OTHER).root(4))
    assert len(forks(linked(LOG).overheard(note, T0))) == 1
    assert forks(linked(OTHER).overheard(note, T0)) == []
    link = linked(LOG[:2])
    assert link.overheard(note, T0) == ()
    assert len(forks(keep(link, told(link, *stretch(LOG[:5], old=2))))) == 1
    assert link.status.state is State.FORKED


def test_a_head_that_the_log_did_not_sign_proves_nothing() -> None:
    link = linked(LOG)
    for note in (signed_head(CTF, 4, bytes(32), STRANGER.log), signed_head(ISR, 4, bytes(32)), b"what", b""):
        assert link.overheard(note, T0) == ()
    assert not link.status.forked


def test_of_heads_beyond_the_mirror_the_nearest_are_remembered() -> None:
    link = linked(LOG[:1])
    for size in range(60, 2, -1):
        link.overheard(signed_head(CTF, size, bytes(32)), T0)
    assert sorted(link._taking.ahead.values()) == list(range(3, 3 + AHEAD_MAX))


def test_a_fork_found_earlier_is_said_in_the_greeting_and_holds_on_both_sides() -> None:
    assert linked(LOG, forked=True).status.state is State.FORKED
    told_so = linked(LOG)
    told_so.closed("", T0)
    told_so.opened(T0)
    told(told_so, hello(forked=True))
    assert (told_so.status.state, told_so.status.forked) == (State.FORKED, False)


# --- anything at all -------------------------------------------------------------------------------------------------


ITEMS: Final = st.sampled_from([*LOG, *OTHER, *MINE[:2], replace(LOG[1], body=None), replace(LOG[1], entry=b"{}")])
NOTES: Final = st.lists(st.sampled_from([b"", b"x", signed_head(CTF, 4, bytes(32)), head(LOG).request.encode()]))
TEXT: Final = st.text(max_size=20)
SIZES: Final = st.integers(0, 9) | st.integers(0, 2**63 - 1)
MESSAGES: Final[st.SearchStrategy[AnyMessage]] = st.one_of(
    st.builds(hello, st.sampled_from([CTF, ISR]), SIZES, forked=st.booleans()),
    st.builds(messages.Entries, SIZES, st.lists(ITEMS, max_size=6).map(tuple)),
    st.sampled_from([head(LOG), head(LOG, old=4), head(OTHER, old=4), head(OTHER), head(LOG, size=3)]),
    st.builds(messages.Head, TEXT | st.just(head(LOG).request + "x"), st.just(()) | st.just((bytes(32),))),
    st.builds(messages.Cosigned, SIZES, TEXT | st.just(cosignature(CTF, Checkpoint(NAG.origin, 3, own(3).root), T0))),
    st.builds(messages.Refused, st.sampled_from([400, 403, 404, 409, 422, -1]), TEXT, SIZES),
    st.builds(messages.Beat, st.floats(0, 2**53), st.floats(0, 2**53)),
    st.builds(messages.Tracks, st.binary(max_size=9)),
    st.builds(messages.Heads, NOTES.map(tuple)),
    st.builds(messages.Urgent, st.lists(ITEMS, max_size=4).map(tuple)),
    st.builds(messages.Bye, TEXT),
)
OTHER_FRAMES: Final = st.binary(max_size=60).map(lambda body: len(body).to_bytes(4) + body)


@given(st.lists(MESSAGES.map(frame) | OTHER_FRAMES | st.binary(max_size=30) | st.floats(-5, 90), max_size=30))
def test_nothing_that_arrives_raises_or_makes_a_link_remember_without_limit(events: list[bytes | float]) -> None:
    link, now_s = linked(LOG[:4]), T0
    link.own_head(own(3), T0)
    for event in events:
        if isinstance(event, float):
            now_s += event
            actions: Sequence[Action] = link.tick(now_s)
        else:
            actions = link.received(event, now_s)
        for action in actions:
            if isinstance(action, Keep):
                link.kept(action, cosignature(NAG, action.cosign, T0), now_s)
            elif isinstance(action, Fetch):
                link.fetched(passage(action), now_s)
            elif isinstance(action, Heard):
                for note in action.notes:
                    link.overheard(note, now_s)
            elif isinstance(action, Close):
                link.closed(action.why, now_s)
                link.opened(now_s)
        assert link.status.provisional <= STRETCH_ITEMS_MAX
        assert len(link._frames) <= LENGTH_BYTES + FRAME_BYTES_MAX


@given(st.lists(MESSAGES, max_size=5), st.data())
def test_messages_arrive_whole_however_the_connection_cuts_them(said: list[AnyMessage], data: st.DataObject) -> None:
    stream = b"".join(map(frame, said))
    frames, found = messages.Frames(), []
    while stream:
        part = data.draw(st.integers(1, len(stream)))
        frames.feed(stream[:part])
        found += [messages.read(body) for body in frames.cut()]
        stream = stream[part:]
    assert found == said


@pytest.mark.parametrize("named", ["\x1b[2J\nforged", "x" * 900_000])
def test_what_is_told_of_a_refused_frame_is_one_short_line_whatever_the_peer_wrote(named: str) -> None:
    link = linked()
    for body in (json.dumps({"type": named}), json.dumps({"type": "beat", "now_s": named})):
        (doubt,) = [each for each in link.received(frame_of(body.encode()), T0) if isinstance(each, Doubt)]
        assert doubt.detail.isprintable()
        assert len(doubt.detail) < 600
    assert only(Close, told(link, messages.Bye(named[:1000]))).why.isprintable()
    wrong = Link(NAG.me, CTF.peer, Mirror(CTF.origin), LIMITS)
    wrong.opened(T0)
    parted = told(wrong, hello(party=named[:256]))
    assert only(Close, parted).why.isprintable()
    assert only(Doubt, parted).detail.isprintable()


def frame_of(body: bytes) -> bytes:
    return len(body).to_bytes(4) + body
