"""The order of a node is its log: durable, once, without gaps; every entry a signed statement under a signed head."""

import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from math import nan
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from airpact.node.entries import Command, Entry, entry_of
from airpact.node.errors import OperatingError
from airpact.node.home import Layout
from airpact.node.identity import Identity
from airpact.node.ledger.ledger import Ledger
from airpact.node.ledger.rows import read_items
from airpact.node.ledger.statements import envelope_of, what_was_said
from airpact.node.schema import SCHEMA
from airpact.node.store import Store, StoreError
from airpact.proof.canonical import parse_canonical
from airpact.proof.checkpoint import read_checkpoint
from airpact.proof.cosignature import signers
from airpact.proof.envelope import authors
from airpact.proof.note import read_note
from airpact.proof.statement import INTERNAL, PUBLIC, body_digest, read_header
from tests.node.identities import CTF, NAG, identity
from tests.node.ledgers import START_S, Desk
from tests.proof.test_merkle import mth

words = st.text(st.characters(codec="utf-8"), max_size=4)
WHOLE = 2**53 - 1  # beyond it JSON has no whole numbers (RFC 8785)
json = st.recursive(
    st.none() | st.booleans() | st.integers(-WHOLE, WHOLE) | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
lines = st.text(st.characters(codec="ascii", categories=("L", "N")), max_size=5)
commands = st.builds(
    Command, st.sampled_from(("acknowledge", "talks.offer")), words, st.dictionaries(words, json, max_size=3),
    st.sampled_from(("", "k1", "k2", "k3")),
    st.sampled_from(((), (), ("CTF",), ("PRESS", "CTF"), (PUBLIC,))), lines, lines, lines,
)  # fmt: skip


class OrderModel(RuleBasedStateMachine):
    """The order against a plain list, opened anew at any moment; its log against a tree built from nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.temporary = TemporaryDirectory()
        self.desk = Desk(Path(self.temporary.name))
        self.entries: list[Entry] = []

    @rule(batch=st.lists(st.tuples(commands, st.floats(0, 2e9)), max_size=4))
    def append(self, batch: list[tuple[Command, float]]) -> None:
        expected = [self.expect(command, at_s) for command, at_s in batch]
        assert self.desk.ledger.order.append_many(batch) == expected

    @rule(command=commands, at_s=st.floats(0, 2e9))
    def append_one(self, command: Command, at_s: float) -> None:
        expected = self.expect(command, at_s)
        assert self.desk.ledger.order.append(command, at_s) == expected

    def expect(self, command: Command, at_s: float) -> Entry:
        first = next((one for one in self.entries if command.key and one.key == command.key), None)
        if first is None:
            first = entry_of(len(self.entries) + 1, command, at_s)
            self.entries.append(first)
        return first

    @rule()
    def reopen(self) -> None:
        self.desk.reopen()

    @invariant()
    def holds_exactly_what_was_appended(self) -> None:
        order = self.desk.ledger.order
        assert list(order.since(0)) == self.entries
        assert list(order.since(1)) == self.entries[1:]
        assert order.last() == len(self.entries)
        for entry in self.entries:
            assert order.find(entry.key) == (entry if entry.key else None)
        assert order.find("never") is None

    @invariant()
    def its_head_is_over_its_statements(self) -> None:
        check_log(self.desk, NAG)

    def teardown(self) -> None:
        self.desk.store.close()
        self.temporary.cleanup()


def check_log(desk: Desk, own: Identity) -> None:
    """Hold the log to the order: one signed statement for each entry, and the newest head over all of them."""
    entries = list(desk.ledger.order.since(0))
    items = read_items(desk.store, own.origin, 0, len(entries) + 1)
    assert [item.index for item in items] == list(range(len(entries)))
    for entry, item in zip(entries, items, strict=True):
        header = read_header(item.entry)
        assert authors(envelope_of(item), [secret.key for secret in own.statement])
        assert (header.index, header.time_s) == (entry.index - 1, entry.at_s)
        assert item.body is not None
        assert item.salt is not None
        assert body_digest(item.salt, parse_canonical(item.body)) == header.body
        assert what_was_said(item) == entry.body if entry.audience else header.kind == INTERNAL
        assert header.audience == entry.audience
    head = desk.ledger.head()
    if not entries:
        assert head is None
        return
    assert head is not None
    note = read_note(head.note)
    assert [signer.key for signer in signers(note, [own.log.key])] == [own.log.key]
    checkpoint = read_checkpoint(note.text)
    assert tuple(checkpoint) == (
        own.origin,
        len(entries),
        mth([sha256(b"\x00" + item.entry).digest() for item in items]),
        (),
    )
    assert (head.size, head.root) == (checkpoint.size, checkpoint.root)


OrderModel.TestCase.settings = settings(max_examples=15, stateful_step_count=12)  # each step waits for the disk
TestOrder = OrderModel.TestCase


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(tmp_path)
    yield found
    found.store.close()


@pytest.mark.parametrize("body", [{"x": nan}, {"x": (1, 2)}, {"x": b"raw"}, {"x": 2**53}, {"x": "\ud800"}])
def test_a_body_that_would_come_back_different_is_refused_with_its_whole_batch(
    desk: Desk, body: dict[str, object]
) -> None:
    desk.say("before")
    good = Command("sound_check", "local", {})
    with pytest.raises(ValueError, match=r".+"):
        desk.ledger.order.append_many([(good, 1.0), (Command("shelve", "local", body), 1.0)])
    assert desk.ledger.order.last() == desk.ledger.order.tree.size == 1
    desk.say("after")
    check_log(desk, NAG)


@pytest.mark.parametrize(
    "wrong", [{"kind": "Not a kind"}, {"subject": "two\nlines"}, {"subject": "x" * 257}, {"audience": ("CTF", PUBLIC)}]
)
def test_what_cannot_be_said_to_others_is_refused(desk: Desk, wrong: dict[str, object]) -> None:
    said: dict[str, object] = {"kind": "notice", "person": "local", "body": {}, "audience": ("CTF",)} | wrong
    with pytest.raises(ValueError, match=r".+"):
        desk.ledger.order.append(Command(**said), 1.0)  # type: ignore[arg-type]  # the test names the fields it sets
    assert desk.ledger.head() is None


def test_the_header_for_others_names_pseudonym_and_role_but_never_the_account(desk: Desk) -> None:
    told = Command("notice.activity", "jane.doe", {"area": "x"}, "", ("CTF",), "notice 7", "duty officer", "p-41")
    desk.ledger.order.append(told, START_S)
    (item,) = read_items(desk.store, NAG.origin, 0, 1)
    header = read_header(item.entry)
    assert header.author == ("NAG", "duty officer", "p-41")
    assert (header.mode, header.subject, header.audience) == ("EXERCISE", "notice 7", ("CTF",))
    assert item.body == b'{"body":{"area":"x"}}'
    assert b"jane" not in item.entry + item.body


def test_an_internal_statement_shows_only_that_something_was_logged(desk: Desk) -> None:
    desk.ledger.order.append(Command("shelve", "jane.doe", {"alert": "a-b"}, "k", subject="s"), START_S)
    (item,) = read_items(desk.store, NAG.origin, 0, 1)
    assert set(parse_canonical(item.entry)) == {"kind", "time_s", "index", "body"}  # type: ignore[arg-type]
    assert read_header(item.entry).kind == INTERNAL
    assert parse_canonical(item.body or b"") == {
        "body": {"alert": "a-b"}, "key": "k", "kind": "shelve", "person": "jane.doe", "subject": "s",
    }  # fmt: skip


def test_two_statements_of_the_same_words_have_two_salts(desk: Desk) -> None:
    desk.say("same", "same")
    one, two = read_items(desk.store, NAG.origin, 0, 2)
    assert one.salt != two.salt
    assert read_header(one.entry).body != read_header(two.entry).body


def test_a_batch_is_one_transaction_with_one_head(desk: Desk) -> None:
    desk.say(*map(str, range(40)))
    assert desk.store.rows("SELECT size FROM heads") == [(40,)]


def test_a_full_database_refuses_the_entry_whole_and_goes_on_when_there_is_room(desk: Desk) -> None:
    command = Command("shelve", "local", {"reason": "x" * 20_000})
    desk.store.rows(f"PRAGMA max_page_count = {desk.store.rows('PRAGMA page_count')[0][0]}")
    with pytest.raises(StoreError, match="full"):
        desk.ledger.order.append(command, 1.0)
    assert desk.ledger.order.last() == 0
    assert desk.ledger.head() is None
    desk.store.rows("PRAGMA max_page_count = 100000")
    assert desk.ledger.order.append(command, 2.0).index == 1
    check_log(desk, NAG)


def first_version(folder: Path, count: int) -> list[Entry]:
    """Leave a home as it was before there was a log."""
    connection = sqlite3.connect(folder / "node.db", isolation_level=None)
    connection.execute("CREATE TABLE schema_versions (version INTEGER PRIMARY KEY, product_version TEXT NOT NULL)")
    for statement in SCHEMA[0]:
        connection.execute(statement)
    connection.execute("INSERT INTO schema_versions VALUES (1, '0.1.0')")
    for index in range(1, count + 1):
        row = (index, float(index), "sound_check", "local", '{"heard":true}', "")
        connection.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)", row)
    connection.close()
    return [Entry(index, float(index), "sound_check", "local", {"heard": True}) for index in range(1, count + 1)]


def test_a_home_from_before_the_log_gets_internal_statements_once(tmp_path: Path) -> None:
    entries = first_version(tmp_path, 5)
    desk = Desk(tmp_path)
    assert list(desk.ledger.order.since(0)) == entries
    check_log(desk, NAG)
    head = desk.ledger.head()
    desk.reopen()
    assert desk.ledger.head() == head
    assert {read_header(item.entry).kind for item in read_items(desk.store, NAG.origin, 0, 9)} == {INTERNAL}
    desk.say("more")
    check_log(desk, NAG)
    desk.store.close()


CHANGES = [
    "UPDATE leaves SET entry = CAST(replace(CAST(entry AS TEXT), 'internal', 'external') AS BLOB) WHERE \"index\" = 1",
    'DELETE FROM leaves WHERE "index" = 2',
    'DELETE FROM leaves WHERE "index" = 0',
    "DELETE FROM leaves",
    "DELETE FROM heads WHERE size = 3",
    "DELETE FROM heads",
    'DELETE FROM entries WHERE "index" = 3',
    "UPDATE heads SET note = CAST(replace(CAST(note AS TEXT), '3', '4') AS BLOB) WHERE size = 3",
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_record_that_was_changed_does_not_start(desk: Desk, change: str) -> None:
    for text in ("a", "b", "c"):
        desk.say(text)
    with desk.store.transaction() as connection:
        connection.execute(change)
    with pytest.raises(OperatingError, match="is not the one it signed") as refused:
        desk.reopen()
    assert "changed or restored from an old copy" in refused.value.effect
    assert "other parties" in refused.value.remedy


def test_keys_of_another_log_are_refused(desk: Desk) -> None:
    desk.say("a")
    for other in (CTF, identity(seed=90)):
        with pytest.raises(OperatingError, match="is not the one it signed"):
            Ledger(Store.open(Layout(desk.folder)), other, lambda: START_S)
