"""What others get of the own log, what is kept of theirs, and receipts: never a body too many, never a step back."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airpact.node.commands import apply
from airpact.node.entries import ERASED, Command
from airpact.node.errors import LocalError, OperatingError
from airpact.node.identity import Identity
from airpact.node.ledger.rows import read_items
from airpact.node.ledger.statements import key_of, unlogged_key, what_was_said
from airpact.node.ledger.values import Item
from airpact.node.world import new_world
from airpact.proof.cosignature import signers
from airpact.proof.errors import ProofError
from airpact.proof.keys import write_key
from airpact.proof.merkle import check_consistency, prefix_roots
from airpact.proof.note import read_note
from airpact.proof.policy import Policy, read_policy
from airpact.proof.receipt import check_receipt, read_receipt
from airpact.proof.statement import PUBLIC, read_header
from airpact.proof.witness import Seen
from tests.node.identities import CTF, NAG, PRESS, voices
from tests.node.ledgers import START_S, Desk, cosignature, seen_at, seen_of
from tests.node.records import small_setting


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(tmp_path / "nag")
    yield found
    found.store.close()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(tmp_path / "ctf", CTF)
    yield found
    found.store.close()


def trusting(log: Identity, *witnesses: Identity) -> Policy:
    """Return the policy of a reader who asks for all these witnesses."""
    named = "".join(f"witness {one.party} {write_key(one.witness.key)}\n" for one in witnesses)
    group = f"group all-of-them all {' '.join(one.party for one in witnesses)}\nquorum all-of-them\n"
    return read_policy(f"log {write_key(log.log.key)}\n{named}{group if witnesses else 'quorum none'}\n".encode())


def items_of(desk: Desk, party: str) -> list[Item]:
    """Return everything a party gets of a log."""
    return list(desk.ledger.passage(0, 0, 1_000, party).items)


# --- what goes out ---------------------------------------------------------------------------------------------------

AUDIENCES = st.sampled_from(((), ("CTF",), ("PRESS",), ("CTF", "PRESS"), ("NAG",), (PUBLIC,), ("CTFX",), ("CT",)))


@settings(max_examples=20)
@given(
    st.lists(st.tuples(st.integers(), AUDIENCES), min_size=1, max_size=8),
    st.sampled_from(("CTF", "PRESS", "NAG", "ctf", "", "STRANGER")),
    st.data(),
)
def test_no_body_ever_leaves_for_a_party_it_is_not_for(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[int, tuple[str, ...]]], party: str, data: st.DataObject
) -> None:
    desk = Desk(tmp_path_factory.mktemp("home"))
    texts = [f"SECRET-{place}-{chance}" for place, (chance, _) in enumerate(said)]
    for text, (_, audience) in zip(texts, said, strict=True):
        desk.say(text, audience=audience)
    first = data.draw(st.integers(0, len(said)))
    passage = desk.ledger.passage(0, first, data.draw(st.integers(0, 9)), party)
    for item in passage.items:
        audience = said[item.index][1]
        told = party in audience or audience == (PUBLIC,)
        assert (item.body is not None) == (item.salt is not None) == told
        if told:
            assert what_was_said(item) == {"text": texts[item.index]}
        receipt = desk.ledger.receipt(item.index, party)
        assert (texts[item.index].encode() in receipt) == told
        assert (b'"salt"' in receipt) == told
    hidden = [
        text for text, (_, audience) in zip(texts, said, strict=True) if party not in audience and audience != (PUBLIC,)
    ]
    sent = b"".join(item.entry + (item.body or b"") for item in passage.items) + passage.note
    assert not any(text.encode() in sent for text in hidden)
    desk.store.close()


@pytest.mark.parametrize("seed", range(4))
def test_a_passage_continues_what_was_cosigned_and_ends_in_a_signed_head(desk: Desk, seed: int) -> None:
    chance = Random(seed)
    while desk.ledger.order.tree.size < 40:
        desk.say(*map(str, range(chance.randrange(1, 6))))
    tree = desk.ledger.order.tree
    for _ in range(60):
        old = chance.randrange(tree.size + 1)
        first, most = chance.randrange(old, tree.size + 1), chance.randrange(50)
        passage = desk.ledger.passage(old, first, most, "CTF")
        assert [item.index for item in passage.items] == list(range(first, passage.stop))
        assert passage.stop == min(first + most, tree.size)
        assert passage.old == old
        if passage.stop == 0:
            assert passage.note == b""
            continue
        head = seen_of(passage.note)
        assert (head.size, head.root) == (passage.stop, tree.root(passage.stop))
        assert signers(read_note(passage.note), [NAG.log.key])
        old_root = tree.root(old)
        check_consistency(old, old_root, head.size, head.root, passage.consistency)
        if 0 < old < passage.stop:
            assert prefix_roots(old, head.size, passage.prefix) == (old_root, head.root)
        else:
            assert passage.prefix == ()


def test_a_cosignature_is_kept_under_its_head_and_a_wrong_one_is_refused(desk: Desk) -> None:
    desk.say("a", "b", "c")
    head = desk.ledger.head()
    assert head is not None
    line = cosignature(CTF, head.note)
    keys = [CTF.witness.key]
    with pytest.raises(ProofError, match="no known witness"):
        desk.ledger.cosigned(3, line, [PRESS.witness.key])
    with pytest.raises(ProofError, match="does not hold"):
        desk.ledger.cosigned(3, cosignature(CTF, desk.ledger.passage(0, 0, 2, "CTF").note), keys)
    for wrong in ("", "no line\n", line + "\n", line[:-1]):
        with pytest.raises(ProofError):
            desk.ledger.cosigned(3, wrong, keys)
    assert desk.ledger.head() == head
    desk.ledger.cosigned(3, line + cosignature(PRESS, head.note), keys)  # one nobody knows here is left out
    later = cosignature(CTF, head.note, int(START_S) + 9)
    again = desk.ledger.cosigned(3, later, keys)
    assert again.note == head.note + later.encode()
    desk.reopen()
    assert desk.ledger.head() == again
    with pytest.raises(LocalError, match="no head of 4"):
        desk.ledger.cosigned(4, line, keys)


def test_a_head_in_the_middle_of_a_batch_can_be_cosigned_too(desk: Desk) -> None:
    desk.say("a", "b", "c")
    passage = desk.ledger.passage(0, 0, 2, "CTF")
    desk.ledger.cosigned(2, cosignature(CTF, passage.note), [CTF.witness.key])
    desk.reopen()
    receipt = read_receipt(desk.ledger.receipt(1, witnesses=[CTF.witness.key]))
    assert check_receipt(receipt, voices(NAG), trusting(NAG, CTF)).head.size == 2


# --- receipts --------------------------------------------------------------------------------------------------------


def test_a_receipt_rests_on_the_newest_head_that_every_witness_cosigned(desk: Desk) -> None:
    for number in range(5):
        desk.say(str(number), audience=("CTF",))
        note = desk.ledger.passage(0, 0, 99, "CTF").note
        by = [CTF, PRESS] if number in (1, 2) else [CTF]
        keys = [one.witness.key for one in by]
        desk.ledger.cosigned(number + 1, "".join(cosignature(one, note) for one in by), keys)
    both = [CTF.witness.key, PRESS.witness.key]
    for index, witnesses, size in ((0, (), 5), (0, both[:1], 5), (0, both, 3), (2, both, 3), (3, both, 5)):
        receipt = read_receipt(desk.ledger.receipt(index, "CTF", witnesses))
        proven = check_receipt(receipt, voices(NAG), trusting(NAG))
        assert (proven.head.size, proven.header.index, proven.party) == (size, index, "NAG")
        assert receipt.said is not None
    proven = check_receipt(read_receipt(desk.ledger.receipt(2, "CTF", both)), voices(NAG), trusting(NAG, CTF, PRESS))
    assert {signer.key for signer in proven.witnesses} == set(both)
    with pytest.raises(LocalError, match="no statement 5"):
        desk.ledger.receipt(5)


def test_a_mirrored_statement_has_a_receipt_cosigned_by_this_node(desk: Desk, other: Desk) -> None:
    other.say("to nag", audience=("NAG",))
    other.say("to nobody")
    items = items_of(other, "NAG")
    desk.ledger.keep(CTF.origin, items, seen_at(CTF, items))
    desk.reopen()
    for index, said in ((0, True), (1, False)):
        receipt = read_receipt(desk.ledger.receipt_of(CTF.origin, index))
        proven = check_receipt(receipt, voices(CTF), trusting(CTF, NAG))
        assert proven.witnesses == ((NAG.witness.key, int(START_S)),)
        assert (receipt.said is not None) == said
    for origin, index in ((CTF.origin, 2), (PRESS.origin, 0)):
        with pytest.raises(LocalError, match="no head of"):
            desk.ledger.receipt_of(origin, index)


def test_what_was_erased_is_gone_from_the_disk_and_the_rest_still_verifies(desk: Desk, other: Desk) -> None:
    desk.say("kept", "SECRET-OWN", audience=("CTF",))
    other.say("SECRET-PEER", audience=("NAG",))
    theirs = items_of(other, "NAG")
    desk.ledger.keep(CTF.origin, theirs, seen_at(CTF, theirs))
    before, head = desk.ledger.order.tree.root(), desk.ledger.head()
    salts = [read_items(desk.store, NAG.origin, 1, 2)[0].salt, theirs[0].salt]
    desk.ledger.erase(1)
    desk.ledger.erase(0, CTF.origin)
    on_disk = b"".join(path.read_bytes() for path in desk.folder.glob("node.db*"))
    for gone in (b"SECRET-OWN", b"SECRET-PEER", *salts):
        assert gone is not None
        assert gone not in on_disk
    desk.reopen()
    assert (desk.ledger.order.tree.root(), desk.ledger.head()) == (before, head)
    for data, author in ((desk.ledger.receipt(1), NAG), (desk.ledger.receipt_of(CTF.origin, 0), CTF)):
        receipt = read_receipt(data)
        assert receipt.said is None
        assert check_receipt(receipt, voices(author), trusting(author)).party == author.party
    assert read_receipt(desk.ledger.receipt(0)).said is not None
    assert desk.ledger.passage(0, 1, 1, "CTF").items[0].body is None
    with pytest.raises(LocalError, match="no statement 9"):
        desk.ledger.erase(9)


@pytest.mark.parametrize("unlogged", [False, True])
def test_what_a_peer_said_is_erased_where_the_own_order_repeats_it_too(desk: Desk, other: Desk, unlogged: bool) -> None:
    other.say("SECRET-PEER", "kept", audience=("NAG",))
    theirs = items_of(other, "NAG")
    desk.ledger.keep(CTF.origin, theirs, seen_at(CTF, theirs))
    for item in theirs:
        key = unlogged_key(CTF.origin, item.entry) if unlogged else key_of(CTF.origin, item.index)
        body = {"origin": CTF.origin, "index": item.index, "body": what_was_said(item)}
        desk.ledger.order.append(Command("peer.statement", "CTF", body, key), 1.0)
    desk.ledger.erase(0, CTF.origin)
    on_disk = b"".join(path.read_bytes() for path in desk.folder.glob("node.db*"))
    assert b"SECRET-PEER" not in on_disk
    assert b"kept" in on_disk
    desk.reopen()
    assert [entry.kind for entry in desk.ledger.order.since(0)] == [ERASED, "peer.statement"]


def test_an_erased_entry_keeps_its_place_and_does_nothing(desk: Desk) -> None:
    desk.ledger.order.append(Command("acknowledge", "jane.doe", {"alert": "a-b"}, "k", ("CTF",), "s", "r", "p-1"), 1.0)
    desk.ledger.erase(0)
    (entry,) = desk.ledger.order.since(0)
    assert (entry.index, entry.kind, entry.body, entry.person, entry.alias) == (1, ERASED, {}, "", "")
    world = new_world(small_setting())
    assert apply(world, entry).changed == ()
    assert world.applied == 1


# --- what is kept of others ------------------------------------------------------------------------------------------


def test_a_mirror_comes_back_as_it_was_and_bodies_for_us_wait_for_the_desk(desk: Desk, other: Desk) -> None:
    for number, audience in enumerate((("NAG",), (), (PUBLIC,), ("PRESS",), ("NAG", "PRESS"))):
        other.say(str(number), audience=audience)
    items = items_of(other, "NAG")
    desk.ledger.keep(CTF.origin, items[:3], seen_at(CTF, items[:3]))
    desk.ledger.keep(CTF.origin, items[3:], seen_at(CTF, items))
    for _ in range(2):
        mirror = desk.ledger.mirror(CTF.origin)
        assert (mirror.tree.size, mirror.tree.root()) == (5, other.ledger.order.tree.root())
        assert mirror.seen == seen_at(CTF, items)
        assert [item.index for item in desk.ledger.undelivered(CTF.origin)] == [0, 2, 4]
        desk.reopen()
    desk.ledger.delivered(CTF.origin, 2)
    assert [item.index for item in desk.ledger.undelivered(CTF.origin)] == [4]
    desk.ledger.delivered(CTF.origin, 0)  # an answer that came late takes nothing back
    desk.reopen()
    assert desk.ledger.undelivered(CTF.origin) == [items[4]]
    desk.ledger.delivered(CTF.origin, 4)
    assert desk.ledger.undelivered(CTF.origin) == desk.ledger.undelivered("nobody.example/log") == []
    assert desk.ledger.mirror("nobody.example/log").seen == Seen()


def test_changing_a_mirror_that_was_handed_out_changes_nothing_here(desk: Desk, other: Desk) -> None:
    other.say("a")
    items = items_of(other, "NAG")
    desk.ledger.keep(CTF.origin, items, seen_at(CTF, items))
    desk.ledger.mirror(CTF.origin).tree.append(bytes(32))
    assert desk.ledger.mirror(CTF.origin).tree.size == 1


def test_statements_that_no_head_covered_are_asked_for_again_after_a_restart(desk: Desk, other: Desk) -> None:
    other.say(*"abcde", audience=("NAG",))
    items = items_of(other, "NAG")
    desk.ledger.keep(CTF.origin, items[:2], seen_at(CTF, items[:2]))
    desk.ledger.keep(CTF.origin, items[2:4], seen_at(CTF, items[:2]))
    assert desk.ledger.mirror(CTF.origin).tree.size == 4
    assert [item.index for item in desk.ledger.undelivered(CTF.origin)] == [0, 1]
    desk.reopen()
    assert desk.ledger.mirror(CTF.origin).tree.size == 2
    desk.ledger.keep(CTF.origin, items[2:], seen_at(CTF, items))
    assert desk.ledger.mirror(CTF.origin).seen.size == 5


def test_a_body_that_comes_later_is_filled_in_and_handed_to_the_desk(desk: Desk, other: Desk) -> None:
    other.say("a", "b", "c", audience=("NAG",))
    items = items_of(other, "NAG")
    bare = [Item(item.index, item.entry, item.signatures) for item in items]
    desk.ledger.keep(CTF.origin, [bare[0], bare[1], items[2]], seen_at(CTF, items))
    assert desk.ledger.undelivered(CTF.origin) == [items[2]]
    desk.ledger.delivered(CTF.origin, 2)
    desk.ledger.keep(CTF.origin, [items[1]], seen_at(CTF, items))
    assert [item.index for item in desk.ledger.undelivered(CTF.origin)] == [1, 2]
    desk.reopen()
    assert [item.index for item in desk.ledger.undelivered(CTF.origin)] == [1, 2]


def test_the_next_statement_names_the_heads_seen(desk: Desk, other: Desk) -> None:
    other.say("a", "b")
    items = items_of(other, "NAG")
    desk.ledger.keep(CTF.origin, items, seen_at(CTF, items))
    desk.say("after", audience=("CTF",))
    (item,) = read_items(desk.store, NAG.origin, 0, 1)
    assert read_header(item.entry).heads == {CTF.origin: (2, other.ledger.order.tree.root())}


def test_the_memory_of_a_witness_never_goes_back_and_nothing_is_half_kept(desk: Desk, other: Desk) -> None:
    other.say(*"abcdef")
    items = items_of(other, "NAG")
    desk.ledger.keep(CTF.origin, items[:4], seen_at(CTF, items[:4]))
    forged = seen_at(CTF, items[:4])._replace(root=bytes(32))
    wrong: list[tuple[list[Item], Seen]] = [
        ([], seen_at(CTF, items[:3])),
        ([], Seen()),
        ([], forged),
        ([], seen_at(CTF, items[:5])),
        (items[4:], seen_at(CTF, items)._replace(root=bytes(32))),
        (items[4:], seen_at(PRESS, items)),
        (items[4:], seen_at(CTF, items)._replace(head=seen_at(CTF, items[:4]).head)),
        (items[5:], seen_at(CTF, items[:4])),
        ([Item(2, items[3].entry, ())], seen_at(CTF, items[:4])),
    ]
    for given_items, seen in wrong:
        before = desk.ledger.mirror(CTF.origin)
        with pytest.raises(LocalError):
            desk.ledger.keep(CTF.origin, given_items, seen)
        after = desk.ledger.mirror(CTF.origin)
        assert (after.tree.size, after.tree.root(), after.seen) == (before.tree.size, before.tree.root(), before.seen)
        desk.reopen()
        assert desk.ledger.mirror(CTF.origin).seen == before.seen
    with pytest.raises(LocalError, match="own log"):
        desk.ledger.keep(NAG.origin, [], Seen())
    desk.ledger.keep(CTF.origin, items[4:], seen_at(CTF, items))


def test_a_mirror_that_was_changed_on_the_disk_does_not_start(desk: Desk, other: Desk) -> None:
    other.say("a", "b")
    items = items_of(other, "NAG")
    desk.ledger.keep(CTF.origin, items, seen_at(CTF, items))
    with desk.store.transaction() as connection:
        connection.execute('UPDATE leaves SET entry = ? WHERE "index" = 0', (items[1].entry,))
    with pytest.raises(OperatingError, match=rf"{CTF.origin} it cosigned 2"):
        desk.reopen()


def test_a_log_of_many_statements_opens_as_it_was(desk: Desk) -> None:
    texts = [str(number) for number in range(2_345)]  # more than are read at once
    desk.say(*texts)
    head = desk.ledger.head()
    desk.reopen()
    assert desk.ledger.head() == head
    assert desk.ledger.order.tree.size == len(texts)
