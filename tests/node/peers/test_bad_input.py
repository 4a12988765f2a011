"""What is bad of a pinned party at a LIVE desk, over real TLS: refused in one word, kept as evidence, and all goes on.

Who gets no further than the door (certificates) is in `test_transport`, what the desk shows of a kind it does not
understand in `tests/node/test_statements`; docs/peers.md has the table of all.
"""

import asyncio
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import pytest
from msgspec.structs import replace

from airpact.node.home import Home
from airpact.node.identity import make_identity
from airpact.node.ledger.values import Item
from airpact.node.peers import messages
from airpact.node.peers.messages import BODY_BYTES_MAX, AnyMessage, Entries, Head
from airpact.node.peers.pins import load_peers
from airpact.node.peers.refusals import REFUSALS, Outcome, Reason
from airpact.node.peers.tls import pinned
from airpact.node.peers.transport import parse_address
from airpact.proof.base64 import to_base64
from tests.node.peers.desks import PeerDesk, play, until
from tests.node.peers.parties import STRANGER, Party, signed_head, statement, tree_of

PAGE: Final = (Path(__file__).parents[3] / "docs" / "peers.md").read_text(encoding="utf-8")
STATEMENTS: Final = 6
BIG: Final = b'"' + b"x" * (BODY_BYTES_MAX + 1) + b'"'


class Liar(NamedTuple):
    """A party that holds the pinned keys, and its log as an honest one would have written it."""

    party: Party
    log: list[Item]

    def says(self, index: int, **given: Any) -> Item:
        return statement(self.party, index, time.time() - 10 + index, audience=("CTF",), **given)

    def instead(self, place: int, item: Item) -> tuple[AnyMessage, ...]:
        """Return the stretch with another entry at a place, under the head of the honest log."""
        return Entries(0, (*self.log[:place], item, *self.log[place + 1 :])), self.head(self.log)

    def stretch(self, items: Sequence[Item]) -> tuple[AnyMessage, ...]:
        return Entries(0, tuple(items)), self.head(items)

    def head(self, items: Sequence[Item], old: int = 0, size: int | None = None) -> Head:
        tree = tree_of(items)
        size = tree.size if size is None else size
        proof = map(to_base64, tree.consistency(old, size))
        note = signed_head(self.party, size, tree.root(size)).decode()
        return Head("\n".join([f"old {old}", *proof, "", ""]) + note, tree.prefix(old, size) if old else ())


Lie = Callable[[Liar], tuple[AnyMessage, ...]]
LIES: Final[dict[str, tuple[Reason, Lie]]] = {
    "unknown key": (Reason.UNKNOWN_KEY, lambda he: he.instead(1, he.says(1, key=STRANGER.statement))),
    "bad signature": (
        Reason.BAD_SIGNATURE,
        lambda he: he.instead(1, replace(he.log[1], signatures=((he.log[1].signatures[0][0], bytes(64)),))),
    ),
    "replayed statement": (Reason.REPLAYED, lambda he: he.instead(1, replace(he.log[0], index=1))),
    "reordered statement": (Reason.REORDERED, lambda he: he.instead(1, replace(he.log[2], index=1))),
    "index gap": (Reason.INDEX_GAP, lambda he: (Entries(1, tuple(he.log[1:])), he.head(he.log))),
    "body over the limit": (Reason.TOO_LARGE, lambda he: he.instead(1, replace(he.log[1], body=BIG))),
    "JSON that is not canonical": (
        Reason.NOT_CANONICAL,
        lambda he: he.instead(1, replace(he.log[1], entry=b" " + he.log[1].entry)),
    ),
    "a clock beyond the agreed limit": (
        Reason.CLOCK_SKEW,
        lambda he: he.stretch([*he.log[:5], statement(he.party, 5, time.time() + 60, audience=("CTF",))]),
    ),
    "a checkpoint smaller than the last": (
        Reason.SMALLER_CHECKPOINT,
        lambda he: (he.head(he.log, old=3, size=4),),
    ),
    "entries that do not hash to their head": (
        Reason.DOES_NOT_HASH,
        lambda he: (Entries(0, tuple(he.says(index, words="else") for index in range(6))), he.head(he.log)),
    ),
    "an exercise statement at a LIVE desk": (
        Reason.WRONG_MODE,
        lambda he: he.instead(1, he.says(1, mode="EXERCISE")),
    ),
}


AFTERWARDS: Final = ("a checkpoint smaller than the last",)  # bad only after an honest stretch


@pytest.fixture
def live(tmp_path: Path) -> Iterator[tuple[PeerDesk, PeerDesk]]:
    """Two LIVE desks that have pinned each other: the one that lies, and the one under test."""
    desks = []
    for party in ("NAG", "CTF"):
        folder = tmp_path / party.lower()
        with Home.open(folder, "LIVE") as opened:
            make_identity(opened.layout, party, f"The {party}", "LIVE")
        desks.append(PeerDesk(folder, party))
    nag, ctf = desks
    nag.knows(ctf, dials=False)
    ctf.knows(nag, dials=False)
    yield nag, ctf
    for desk in desks:
        desk.listener.close()


def liar_of(desk: PeerDesk) -> Liar:
    own = desk.identity
    party = Party(own.party, own.statement[0], own.log, own.witness, own.mode)  # type: ignore[arg-type]  # a key signs
    he = Liar(party, [])
    he.log.extend(he.says(index) for index in range(STATEMENTS))
    return he


async def call(nag: PeerDesk, ctf: PeerDesk, *said: AnyMessage) -> asyncio.StreamWriter:
    """Connect as the pinned party, greet, and say it; what comes back is read and let go."""
    pins = pinned(load_peers(nag.layout).values(), nag.identity.certificate, nag.identity.private_key)
    host, port = parse_address(ctf.address)
    reader, writer = await asyncio.open_connection(host, port, ssl=pins.client, server_hostname="")
    own = nag.identity
    hello = messages.Hello(1, own.party, own.origin, own.mode, "test", time.time(), 0)
    writer.write(b"".join(map(messages.frame, (hello, *said))))

    async def read_on() -> None:
        with suppress(OSError):
            while await reader.read(1 << 16):
                pass

    writer.task = asyncio.create_task(read_on())  # type: ignore[attr-defined]  # kept with what it belongs to
    return writer


def taken(desk: PeerDesk) -> int:
    return sum(entry.kind == "peer.statement" for entry in desk.engine.entries)


@pytest.mark.parametrize("what", LIES)
def test_what_is_bad_is_refused_with_its_reason_kept_as_evidence_and_all_goes_on(
    what: str, live: tuple[PeerDesk, PeerDesk]
) -> None:
    nag, ctf = live
    he = liar_of(nag)
    reason, lie = LIES[what]

    async def scenario() -> None:
        async with ctf.running():
            await until(lambda: ctf.service.statuses())
            begun = he.stretch(he.log) if what in AFTERWARDS else ()
            writer = await call(nag, ctf, *begun)
            await until(lambda: taken(ctf) == STATEMENTS * bool(begun))
            writer.write(b"".join(map(messages.frame, lie(he))))
            await until(lambda: ctf.service.table().refused)
            row = ctf.service.table().refused[0]
            assert (row.party, row.code) == ("NAG", reason)
            assert row.at_s > 0
            assert row.detail
            assert (ctf.layout.evidence / row.evidence).read_bytes()
            outcome = REFUSALS[reason].outcome
            if outcome is Outcome.CLOSED:
                await until(lambda: ctf.state(nag) != "linked")
                writer.close()
                writer = await call(nag, ctf)
            if (
                not begun and outcome is not Outcome.KEPT
            ):  # the same as it should have been, over the same link where that one stands
                writer.write(b"".join(map(messages.frame, he.stretch(he.log))))
            await until(lambda: taken(ctf) == STATEMENTS)
            assert ctf.state(nag) == "linked"
            assert await ctf.say("the desk goes on") == STATEMENTS + 1
            writer.close()

    play(scenario)


def test_a_kind_nobody_knows_is_taken_named_and_blocks_nothing(live: tuple[PeerDesk, PeerDesk]) -> None:
    nag, ctf = live
    he = liar_of(nag)
    log = [*he.log[:2], he.says(2, kind="weather.note"), *he.log[3:]]

    async def scenario() -> None:
        async with ctf.running():
            await until(lambda: ctf.service.statuses())
            writer = await call(nag, ctf, *he.stretch(log))
            await until(lambda: taken(ctf) == STATEMENTS)
            status = ctf.service.statuses()["NAG"].status
            assert ("weather.note", 1) in status.kinds_not_understood
            assert ctf.service.table().refused == ()
            writer.close()

    play(scenario)


def test_the_page_has_each_of_them_with_the_word_under_which_it_is_kept() -> None:
    rows = dict(re.findall(r"^\| ([^|]+?) \| `(\w+)`", PAGE, re.MULTILINE))
    assert {what: str(reason) for what, (reason, _) in LIES.items()} == rows


def test_evidence_of_an_entry_can_be_read_again(live: tuple[PeerDesk, PeerDesk]) -> None:
    nag, ctf = live
    he = liar_of(nag)
    wrong = he.says(1, mode="EXERCISE")

    async def scenario() -> None:
        async with ctf.running():
            await until(lambda: ctf.service.statuses())
            writer = await call(nag, ctf, *he.instead(1, wrong))
            await until(lambda: ctf.service.table().refused)
            row = ctf.service.table().refused[0]
            assert msgspec.json.decode((ctf.layout.evidence / row.evidence).read_bytes(), type=Item) == wrong
            writer.close()

    play(scenario)
