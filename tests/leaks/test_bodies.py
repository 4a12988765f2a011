"""Nothing that leaves a node holds a body or a salt outside its audience, and no digest can be guessed without it.

Three parties over real links: every byte that NAG writes to a connection, every file it exports, every tile, receipt,
piece of evidence and row of a refusal is searched for what it hides, in plain, base 64 and hex.
"""

import gzip
from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256
from itertools import product
from pathlib import Path

import pytest

from airpact.node.entries import Command
from airpact.node.home import Layout
from airpact.node.ledger.ledger import Ledger
from airpact.node.ledger.rows import read_items
from airpact.node.ledger.tiles import TileWriter
from airpact.node.ledger.values import Mirror
from airpact.node.peers import transport
from airpact.node.peers.actions import Fetch, Send
from airpact.node.peers.byfile import pack
from airpact.node.peers.link import Link
from airpact.node.peers.linktable import State
from airpact.node.peers.parcel import write_parcel
from airpact.node.peers.pins import load_peers
from airpact.node.peers.transport import Channel
from airpact.proof.canonical import canonical_bytes
from airpact.proof.merkle import leaf_hash
from airpact.proof.statement import PUBLIC, read_header
from tests.leaks.wire import Secret, plain, revealed, salted, secrets_of
from tests.node.ledgers import Desk
from tests.node.peers.desks import PeerDesk, play, until
from tests.node.peers.linking import LIMITS, hello, told
from tests.node.peers.parties import CTF, NAG

AUDIENCES = ((), ("CTF",), ("RFU",), ("CTF", "RFU"), (PUBLIC,))
KINDS = ("notice.activity", "hotline.message", "distress.call")
Written = dict[str, bytearray]  # by the party it was written to


@pytest.fixture
def parties(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[PeerDesk, PeerDesk, PeerDesk]]:
    """Return three desks that know each other."""
    monkeypatch.setattr(transport, "BACKOFF_MAX_S", 0.05)
    nag, ctf, rfu = (PeerDesk(tmp_path / name.lower(), name) for name in ("NAG", "CTF", "RFU"))
    for one, other in ((nag, ctf), (nag, rfu), (ctf, rfu), (ctf, nag), (rfu, nag), (rfu, ctf)):
        one.knows(other)
    yield nag, ctf, rfu
    for each in (nag, ctf, rfu):
        each.listener.close()


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> dict[str, Written]:
    """Return all that is ever written to connections: by sender, then by receiver."""
    found: dict[str, Written] = defaultdict(lambda: defaultdict(bytearray))
    send = Channel.send

    def recorded(self: Channel, data: bytes) -> None:
        found[self._network._me][self.party] += data
        send(self, data)

    monkeypatch.setattr(Channel, "send", recorded)
    return found


async def speak(desk: PeerDesk, word: str) -> None:
    """Say one thing of every urgency to every audience."""
    for number, (kind, audience) in enumerate(product(KINDS, AUDIENCES)):
        text = f"SECRET-{word}-{number:02d}"
        await desk.node.submit(Command(kind, "jane-doe", {"text": text}, "", audience))


def hidden(secrets: list[Secret], party: str) -> list[Secret]:
    return [each for each in secrets if not each.is_for(party)]


def shown(secrets: list[Secret], party: str) -> set[int]:
    return {each.place for each in secrets if each.is_for(party)}


def every_byte(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_link_a_catch_up_and_a_restart_carry_bodies_to_their_audience_alone(
    parties: tuple[PeerDesk, PeerDesk, PeerDesk], written: dict[str, Written], caplog: pytest.LogCaptureFixture
) -> None:
    nag, ctf, rfu = parties
    secrets: list[Secret] = []

    async def scenario() -> None:
        async with ctf.running():
            async with nag.running():
                await speak(nag, "early")
                await until(lambda: nag.cosigned.get("CTF", 0) >= 15)
            address = nag.address
            nag.listener.close()
            nag.listen(int(address.rpartition(":")[2]))
            async with nag.running(), rfu.running():  # a restart for one, all of it to catch up with for the other
                await speak(nag, "late")
                await until(lambda: min(nag.cosigned.get("CTF", 0), nag.cosigned.get("RFU", 0)) >= 30)
                await until(lambda: len(ctf.service.statuses()) == 2 and ctf.state(rfu) == "linked")
                await until(lambda: nag.ledger.cosigned_by([ctf.identity.witness.key]) >= 30)
                secrets.extend(secrets_of(nag.store, nag.identity.origin))
                for origin, desk in ((nag.identity.origin, ctf), (nag.identity.origin, rfu)):
                    held = {each.place for each in secrets_of(desk.store, origin)}
                    assert held <= shown(secrets, desk.party)

    play(scenario)
    assert len(secrets) == 2 * len(KINDS) * len(AUDIENCES)
    for desk in (ctf, rfu):
        data = bytes(written["NAG"][desk.party])
        assert revealed(secrets, data) == shown(secrets, desk.party)
        passed_on = bytes(written[desk.party]["RFU" if desk is ctf else "CTF"])  # heads of third logs, and nothing else
        assert passed_on
        assert revealed(secrets, passed_on) == set()
        assert b"jane-doe" not in plain(data)
    assert revealed(secrets, caplog.text.encode()) == set()
    _check_homes(nag, ctf, rfu, secrets)


def _check_homes(nag: PeerDesk, ctf: PeerDesk, rfu: PeerDesk, secrets: list[Secret]) -> None:
    """Search what lies in the homes beside the database, and what can be taken out of it for others."""
    for desk in (nag, ctf, rfu):
        desk.store = desk.store.open(desk.layout)
        try:
            ledger = Ledger(desk.store, desk.identity, desk.clock.now_s)
            TileWriter(ledger, desk.layout, desk.clock.now_s).close()
            assert revealed(secrets, every_byte(desk.layout.log) + every_byte(desk.layout.mirrors)) == set()
            assert revealed(secrets, every_byte(desk.layout.peers)) == set()
            for peer in load_peers(desk.layout).values():
                _check_files(ledger, desk, peer.party, secrets)
        finally:
            desk.store.close()


def _check_files(ledger: Ledger, desk: PeerDesk, party: str, secrets: list[Secret]) -> None:
    peer = load_peers(desk.layout)[party]
    file = write_parcel(pack(ledger, desk.identity, peer, 1.9e9, 0), compressed=True)
    mine = desk.party == "NAG"
    assert revealed(secrets, gzip.decompress(file)) == (shown(secrets, party) if mine else set())
    for each in secrets if mine else ():
        receipt = ledger.receipt(each.place, party)
        assert revealed(secrets, receipt) == ({each.place} if each.is_for(party) else set())


def test_over_a_forked_link_urgent_words_go_to_their_audience_alone(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "nag")
    commands = [
        Command(kind, "jane-doe", {"text": f"SECRET-{number:02d}"}, audience=audience)
        for number, (kind, audience) in enumerate(product(KINDS, (*AUDIENCES, ("PRESS",))))
    ]
    desk.ledger.order.append_many([(command, desk.now_s) for command in commands])
    secrets = secrets_of(desk.store, desk.identity.origin)
    link = Link(NAG.me, CTF.peer, Mirror(CTF.origin), LIMITS, forked=True)
    head = desk.ledger.head()
    assert head is not None
    waiting = [*link.opened(desk.now_s), *told(link, hello()), *link.own_head(head, desk.now_s)]
    data = bytearray()
    while waiting:
        action = waiting.pop(0)
        if isinstance(action, Fetch):
            passage = desk.ledger.passage(action.old, action.first, action.limit, "CTF")
            waiting += link.fetched(passage, desk.now_s)
        elif isinstance(action, Send):
            data += action.data
    assert link.status.state is State.FORKED
    urgent = {each.place for each in secrets if each.place >= len(AUDIENCES) + 1}
    assert revealed(secrets, bytes(data)) == shown(secrets, "CTF") & urgent
    desk.store.close()


def test_evidence_of_a_body_that_came_to_the_wrong_party_does_not_keep_the_body(
    parties: tuple[PeerDesk, PeerDesk, PeerDesk], monkeypatch: pytest.MonkeyPatch
) -> None:
    nag, ctf, _ = parties
    secrets: list[Secret] = []
    passage = Ledger.passage
    everybody = "RFU"  # NAG errs: what is for RFU goes to whoever asks

    def wrong(self: Ledger, old: int, first: int, most: int, _party: str) -> object:
        return passage(self, old, first, most, everybody)

    async def scenario() -> None:
        async with nag.running(), ctf.running():
            monkeypatch.setattr(Ledger, "passage", wrong)
            await nag.node.submit(Command("notice.activity", "jane-doe", {"text": "SECRET-stray"}, "", ("RFU",)))
            await until(lambda: any(row.reason == "unasked_body" for row in ctf.evidence.newest()))
            secrets.extend(secrets_of(nag.store, nag.identity.origin))
            assert ctf.evidence.newest()[0].evidence
            assert secrets_of(ctf.store, nag.identity.origin) == []

    play(scenario)
    assert revealed(secrets, every_byte(ctf.layout.root)) == set()


def test_no_digest_in_a_header_can_be_confirmed_by_trying_bodies(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "nag")
    guesses = [{"text": word} for word in ("yes", "no", "SECRET-1")]
    commands = [Command("notice.activity", "j", guess, audience=to) for guess in guesses for to in (("CTF",), ())]
    desk.ledger.order.append_many([(command, desk.now_s) for command in commands * 2])
    items = read_items(desk.store, desk.identity.origin, 0, len(commands) * 2)
    digests = [read_header(item.entry).body for item in items]
    assert len(set(digests)) == len(digests)  # what is said twice does not look the same
    kept = [item.body for item in items if item.body is not None]
    tried = [*kept, *(canonical_bytes(guess) for guess in guesses), *(canonical_bytes({"body": g}) for g in guesses)]
    salts = [b"", bytes(32), *(digest for digest in digests), *(sha256(item.entry).digest() for item in items)]
    salts += [leaf_hash(item.entry) for item in items]
    for salt, body in product(salts, tried):
        assert sha256(salt + body).digest() not in digests
    desk.store.close()


def test_salts_never_come_twice_and_stand_in_no_header(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "nag")
    for start in range(0, 3000, 500):
        texts = [f"{start + number}" for number in range(500)]
        desk.say(*texts, audience=("CTF",) if start % 1000 else ())
    items = read_items(desk.store, desk.identity.origin, 0, 3000)
    salts = {item.salt for item in items}
    assert len(salts) == 3000
    assert all(salt is not None and len(salt) == 32 for salt in salts)
    TileWriter(desk.ledger, Layout(desk.folder), lambda: desk.now_s).close()
    marked = [Secret(item.index, (), b"\0", item.salt or b"") for item in items]
    assert salted(marked, every_byte(desk.folder / "log")) == set()
    desk.store.close()
