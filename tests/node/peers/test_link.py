"""One link by hand: what it sends and asks for, what it refuses and why, and that nothing that arrives can break it."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from airpact.node.ledger.values import Item, Mirror, OwnHead, Passage
from airpact.node.peers import messages
from airpact.node.peers.actions import (
    Action,
    Close,
    Cosigned,
    Doubt,
    Fetch,
    Fork,
    Heard,
    Keep,
    Received,
    Send,
    Unlogged,
)
from airpact.node.peers.link import _EFFECTS, Limits, Link
from airpact.node.peers.linktable import TABLE, Effect, Event, State
from airpact.node.peers.messages import BODY_BYTES_MAX, FRAME_BYTES_MAX, LENGTH_BYTES, PROTOCOL, AnyMessage, frame
from airpact.node.peers.offering import STRETCH_ITEMS_MAX
from airpact.node.peers.refusals import REFUSALS, Outcome, Reason
from airpact.node.peers.taking import AHEAD_MAX
from airpact.proof.base64 import to_base64
from airpact.proof.checkpoint import Checkpoint
from airpact.proof.fork import check_fork, read_fork
from airpact.proof.merkle import Tree
from airpact.proof.witness import Seen
from tests.node.peers.parties import (
    CTF,
    ISR,
    NAG,
    STRANGER,
    Party,
    cosignature,
    signed_head,
    statement,
    statements,
    tree_of,
)
from tests.proof.builders import Signer
from tools import link_tables

T0: Final = 1_445_428_800.0
LIMITS: Final = Limits()


def hello(by: Party = CTF, held: int = 0, **given: Any) -> messages.Hello:
    said = {"protocol": PROTOCOL, "party": by.name, "origin": by.origin, "mode": by.mode, "product": "x", "now_s": T0}
    return messages.Hello(**{**said, "held": held, **given})


def told(link: Link, *said: AnyMessage, at_s: float = T0) -> list[Action]:
    """Return what a link does about messages."""
    return [action for message in said for action in link.received(frame(message), at_s)]


def sent(actions: Iterable[Action]) -> list[AnyMessage]:
    return [messages.read(each.data[LENGTH_BYTES:]) for each in actions if isinstance(each, Send)]


def doubts(actions: Iterable[Action]) -> list[Reason]:
    return [each.reason for each in actions if isinstance(each, Doubt)]


def only(kind: type[Any], actions: Iterable[Action]) -> Any:
    found = [each for each in actions if isinstance(each, kind)]
    assert len(found) == 1, actions
    return found[0]


def linked(held: Sequence[Item] = (), forked: bool = False, **given: Any) -> Link:
    """Return the link of NAG to CTF after both greeted, with these entries of CTF's log held."""
    tree = tree_of(held)
    seen = Seen(tree.size, tree.root(), signed_head(CTF, tree.size, tree.root())) if held else Seen()
    link = Link(NAG.me, CTF.peer, Mirror(CTF.origin, tree, seen), LIMITS, forked=forked)
    link.opened(T0)
    told(link, hello(**given))
    return link


def head(items: Sequence[Item], old: int = 0, size: int | None = None, key: Signer | None = None) -> messages.Head:
    """Return the request to cosign a log, as an honest party makes it."""
    tree = tree_of(items)
    size = tree.size if size is None else size
    proof = [to_base64(each) for each in tree.consistency(old, size)]
    prefix = tree.prefix(old, size) if 0 < old < size else ()
    note = signed_head(CTF, size, tree.root(size), key).decode()
    return messages.Head("\n".join([f"old {old}", *proof, "", ""]) + note, prefix)


def stretch(items: Sequence[Item], old: int = 0, **given: Any) -> tuple[messages.Entries, messages.Head]:
    return messages.Entries(old, tuple(items[old:])), head(items, old, **given)


LOG: Final = statements(CTF, 6, T0 - 60)
OTHER: Final = [*LOG[:2], *statements(CTF, 6, T0 - 60, words="other")[2:]]


def keep(link: Link, actions: Iterable[Action], at_s: float = T0) -> list[Action]:
    """Carry out a Keep."""
    asked: Keep = only(Keep, actions)
    return list(link.kept(asked, cosignature(NAG, asked.cosign, at_s), at_s))


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
    (Reason.WRONG_PARTY, hello(party="XXX")),
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


# --- the own log -----------------------------------------------------------------------------------------------------

MINE: Final = [
    statement(NAG, index, T0, kind="hotline.message" if index % 4 == 1 else "notice.activity") for index in range(10)
]


def own(size: int) -> OwnHead:
    root = tree_of(MINE).root(size)
    return OwnHead(size, root, signed_head(NAG, size, root))


def passage(asked: Fetch, most: int = 100) -> Passage:
    tree, stop = tree_of(MINE), asked.first + min(asked.limit, most)
    prefix = tree.prefix(asked.old, stop) if 0 < asked.old < stop else ()
    items = tuple(MINE[asked.first : stop])
    return Passage(asked.old, asked.first, stop, items, tree.consistency(asked.old, stop), prefix, own(stop).note)


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


def linked_holding(held: int) -> Link:
    """Return a link whose peer holds that many entries of our log."""
    link = Link(NAG.me, CTF.peer, Mirror(CTF.origin), LIMITS)
    link.opened(T0)
    told(link, hello(held=held))
    return link


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
