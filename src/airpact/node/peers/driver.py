"""The peers of one node: a link for each pinned party, its connections, what is refused, and what people are shown.

    pins ─► links, connections        loop ─► a link ─► bytes out
    own order ─► heads ─► every link  storage ─► passages, mirrors, cosignatures, evidence

`PeerService.run` goes on beside the desk until it is cancelled. Nothing of it holds the picture up, and a fault in one
link ends that link's connection alone.
"""

import asyncio
import logging
import socket
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from math import inf
from pathlib import Path
from typing import Final, ParamSpec

from airpact import __version__
from airpact.node.entries import Command
from airpact.node.errors import OperatingError, StorageError
from airpact.node.home import Layout
from airpact.node.identity import Identity, load_identity, read_rotation
from airpact.node.ledger.ledger import Ledger
from airpact.node.ledger.values import OwnHead, Passage
from airpact.node.partners.statements import STATEMENTS
from airpact.node.peers import dropbox, pins
from airpact.node.peers.byfile import READ, REFUSED, Holder, opened, take
from airpact.node.peers.card import peer_of
from airpact.node.peers.carried import note_carried, read_carried
from airpact.node.peers.driven import BUSY_S, FAULT_HERE, RETRY_S, Around, Desk, Driven
from airpact.node.peers.evidence import FORKED, SHOWN_MAX, Evidence, Kept, Throttle, forked_log, is_forked
from airpact.node.peers.link import Limits, Me
from airpact.node.peers.peer import Peer
from airpact.node.peers.refusals import shown
from airpact.node.peers.rotation import take_rotation
from airpact.node.peers.showing import Side, heads_of, held_by_others, news_of, refused_row, row_of
from airpact.node.peers.table import Carried, PeersTable
from airpact.node.peers.tls import pinned
from airpact.node.peers.transport import Channel, Network, Refused
from airpact.node.workers import BusyError
from airpact.picture.policy import SHARE_NOTHING, ReleasePolicy
from airpact.proof.checkpoint import read_checkpoint
from airpact.proof.errors import ProofError
from airpact.proof.note import read_note

TICK_S: Final = 1.0
# Rows that wait for storage to be kept; beyond it they are counted, as those a throttle holds back are.
REFUSED_WAITING_MAX: Final = 256
# Two signed heads come once, and a fault here is to be seen just when storage is away: these wait for it.
LASTING: Final = frozenset((FORKED, FAULT_HERE))

_log = logging.getLogger("airpact.node.peers")
P = ParamSpec("P")


def _nothing(_party: str) -> ReleasePolicy:
    return SHARE_NOTHING


def _no_news(_peers: Iterable[Peer]) -> Command | None:
    return None


class PeerService:
    """Everything between one desk and its peers."""

    def __init__(
        self,
        node: Desk,
        ledger: Ledger,
        evidence: Evidence,
        layout: Layout,
        identity: Identity,
        *,
        listener: socket.socket | None = None,
        limits: Limits = Limits(),  # noqa: B008  a frozen value
        clock_limit_s: float = 2.0,
        tracks: Callable[[str, bytes, float], None] | None = None,
        cosigned: Callable[[str, int], None] | None = None,
        released: Callable[[str], ReleasePolicy] = _nothing,
        announcement: Callable[[Iterable[Peer]], Command | None] = _no_news,
    ) -> None:
        """`tracks` gets party, payload and time, `cosigned` how much of our log a party has; `released`: its policy.

        `announcement` returns what tells peers of new keys, None where there are none.
        """
        self._announcement = announcement
        self._node, self._ledger, self._evidence = node, ledger, evidence
        self._layout, self._identity, self._clock_limit_s = layout, identity, clock_limit_s
        self._network = Network(identity.party, self, node.clock, listener)
        self._driven: dict[str, Driven] = {}
        self._heads: dict[str, bytes] = {}  # newest head of each other log that was cosigned here
        self._released = released
        self._comparisons = 0
        self._forked: set[str] = set()
        self._fingerprint = b""
        self._stamp: object = None
        self._announcing = True  # new keys may lie in the home that peers were not told of
        self._next_end_s = inf  # when the next certificate begins or ends without a file being changed
        self._throttle = Throttle(node.clock.now_s)
        self._refusing: asyncio.Queue[tuple[Refused, int]] = asyncio.Queue(REFUSED_WAITING_MAX)
        self._rows: deque[Kept] = deque(maxlen=SHOWN_MAX)  # newest first
        self._files: tuple[Carried, ...] = ()  # oldest first
        self._refused: Counter[str] = Counter()
        self._uncounted = 0
        me = Me(identity.party, identity.mode, identity.origin, tuple(sorted(STATEMENTS)), f"airpact {__version__}")
        self._around = Around(
            node, ledger, me, limits, self.refused, self._overhear, self._witnessed,
            tracks or _no_tracks, cosigned or _nobody, partial(take_rotation, layout),
        )  # fmt: skip

    async def run(self) -> None:
        """Drive the links until cancelled; the listener is closed then."""
        tasks: list[asyncio.Task[None]] = []
        try:
            await self._begin()
            works = self._network.run(), self._keep_refused(), self._every_second(), self._take_files()
            tasks = [asyncio.create_task(work) for work in works]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.gather(*(task for task in tasks if task.done()))  # none ends but by a fault
        finally:
            self._node.appended = self._node.peers = self._node.handover.send = None
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.gather(*(driven.stop() for driven in self._driven.values()))
            self._network.shut()

    async def _begin(self) -> None:
        await self._read_rows()
        self._forked.update(await self._node.on_storage(self._evidence.forked))
        await self._follow_pins()
        self._loop = asyncio.get_running_loop()
        self._node.appended, self._node.peers = self._appended, self.table
        self._node.handover.send = self.send_tracks

    def statuses(self) -> dict[str, Side]:
        """Return what is known of each peer now."""
        return {party: self._side(driven) for party, driven in sorted(self._driven.items())}

    def table(self) -> PeersTable:
        """Return what people are shown in full."""
        sides = tuple(self.statuses().values())
        own = self._identity
        fingerprint = self._fingerprint
        return PeersTable(
            party=own.party,
            origin=own.origin,
            comparisons=self._comparisons,
            forks=len(self._forked),
            heads=heads_of(own.party, self._ledger.head(), own.origin, sides),
            peers=tuple(
                row_of(side, fingerprint, self._clock_limit_s, self._released(side.peer.party)) for side in sides
            ),
            refused=tuple(map(refused_row, self._rows)),
            files=self._files[::-1],
            handshakes_lost=self._network.handshakes_lost,
        )

    def send_tracks(self, party: str, payload: bytes) -> None:
        """Send live tracks to a party; newer ones take the place of those that wait."""
        if party in self._driven:
            self._driven[party].send_tracks(payload)

    # --- connections (`transport.Owner`) ---

    def opened(self, channel: Channel) -> None:
        """A pinned party is at the other end."""
        self._driven[channel.party].opened(channel)

    def received(self, channel: Channel, data: bytes) -> None:
        """Bytes came."""
        driven = self._driven.get(channel.party)
        if driven is not None and driven.channel is channel:
            driven.received(data)

    def drained(self, channel: Channel) -> None:
        """All that was sent has left."""
        driven = self._driven.get(channel.party)
        if driven is not None and driven.channel is channel:
            driven.drained()

    def closed(self, channel: Channel) -> None:
        """The connection of a party ended."""
        driven = self._driven.get(channel.party)
        if driven is not None and driven.channel is channel:
            driven.closed(channel.why)

    def refused(self, refused: Refused) -> None:
        """Keep what was refused, as far as it comes no faster than it can be kept."""
        self._refused[refused.party] += 1
        if refused.reason == FORKED:
            self._forked.add(forked_log(refused.evidence) or refused.party)
        more = 0 if refused.reason == FORKED else self._throttle.take(refused.party)
        if more is None:
            return
        try:
            self._refusing.put_nowait((refused, more + self._uncounted))
            self._uncounted = 0
        except asyncio.QueueFull:
            self._uncounted += more + 1

    async def _keep_refused(self) -> None:
        while True:
            refused, more = await self._refusing.get()
            _log.warning("refused: %s %s: %s: %s", refused.party, refused.address, refused.reason, refused.detail)
            if await self._is_kept(refused, more):
                continue
            if refused.reason not in LASTING:
                self._uncounted += more + 1
                continue
            at_s, party, address, reason, detail, _ = refused
            self._rows.appendleft(Kept(at_s, party, address, reason, detail, "", more))  # seen now, and kept later
            await self._keep_when_it_can_be(refused, more)

    async def _keep_when_it_can_be(self, refused: Refused, more: int) -> None:
        """Wait for storage, and let all behind this wait."""
        await asyncio.sleep(RETRY_S)
        while not await self._is_kept(refused, more):
            await asyncio.sleep(RETRY_S)

    async def _is_kept(self, refused: Refused, more: int) -> bool:
        try:
            await self._node.on_storage(self._evidence.keep, refused, more)
        except (BusyError, OSError) as error:
            _log.error("what was refused could not be kept: %s", error)
            await asyncio.sleep(BUSY_S)
            return False
        try:
            await self._read_rows()
        except (BusyError, OSError) as error:  # the list is read anew with the next row
            _log.error("what was refused could not be listed: %s", error)
        return True

    async def _read_rows(self) -> None:
        rows = await self._node.on_storage(self._evidence.newest)
        self._rows.clear()
        self._rows.extend(rows)

    # --- files ---

    async def _take_files(self) -> None:
        while True:
            try:
                for path in await asyncio.to_thread(dropbox.waiting, self._layout):
                    await self._take_or_leave(path)
                self._files = await asyncio.to_thread(read_carried, self._layout)
            except OSError as error:
                _log.error("files of other parties cannot be looked for: %s", error)
            await asyncio.sleep(TICK_S)

    async def _take_or_leave(self, path: Path) -> None:
        try:
            await self._take_file(path)
        except (BusyError, OperatingError, OSError) as error:  # it waits, and those behind it do not
            _log.error("%s of another party could not be taken yet: %s", shown(path.name), error)
            self._stamp = None  # its link may have been taken down for it

    async def _take_file(self, path: Path) -> None:
        """Take one file in steps, between which the storage thread does what else there is to do."""
        data = await asyncio.to_thread(dropbox.read_limited, path)
        parcel = await asyncio.to_thread(opened, data)  # a hostile one takes long: people's commands do not wait for it
        now_s, skew_s = self._node.clock.now_s, self._around.limits.skew_s
        holder = Holder(self._layout, self._identity, self._ledger, self._evidence, now_s, skew_s)
        steps = take(holder, path.name, data, parcel)
        taken = None
        while taken is None:
            taken = await self._node.on_storage(next, steps)
        words = taken.state, taken.party, taken.first, taken.stop, taken.detail
        if taken.doubts or taken.fork:
            await self._read_rows()
        if taken.party in self._driven and taken.state in (READ, REFUSED):
            self._forked.update({forked_log(taken.fork) or taken.party} if taken.fork else ())
            driven = self._driven[taken.party]
            await self._unlink(driven, "statements of this party came by file")
            await self._relink(driven.peer)
        carried = Carried(now_s(), path.name, taken.party, "in", taken.state, taken.first, taken.stop, taken.detail)
        await asyncio.to_thread(note_carried, self._layout, carried)
        await asyncio.to_thread(dropbox.answer, path, dropbox.Answer(*words))

    # --- what grows ---

    def _appended(self) -> None:
        """Read what each peer is to get while the storage thread is at it; the loop only sends it."""
        head, ready = self._ledger.head(), {}
        if head is None:
            return
        for party, driven in list(self._driven.items()):  # in one step: the loop may change them
            try:
                ready[party] = driven.passage(head)
            except Exception:  # noqa: BLE001  what was said is durable: a peer that cannot be told now asks later
                _log.exception("what goes to %s could not be read", party)
        self._loop.call_soon_threadsafe(self._grown, head, ready)

    def _grown(self, head: OwnHead, ready: Mapping[str, Passage | None]) -> None:
        for party, driven in self._driven.items() if self._node.appended is not None else ():
            self._guarded(driven, driven.own_head, head, ready.get(party))

    def _witnessed(self, origin: str, head: bytes) -> None:
        self._comparisons += 1
        if self._heads.get(origin) != head:
            self._heads[origin] = head
            for driven in self._driven.values():
                driven.heads(held_by_others(self._heads, driven.peer.origin))

    def _overhear(self, note: bytes) -> None:
        with suppress(ProofError):  # what is no head says nothing about anyone
            origin = read_checkpoint(read_note(note).text).origin
            self._comparisons += 1
            for driven in self._driven.values():
                if driven.peer.origin == origin:
                    driven.overheard(note)

    # --- every second ---

    async def _every_second(self) -> None:
        while True:
            try:
                await self._follow_pins()
                await self._announce()
            except (BusyError, OperatingError, OSError, StorageError) as error:
                _log.error("the pinned parties cannot be read or told of new keys, it is tried again: %s", error)
            self._network.tick()
            for driven in list(self._driven.values()):
                self._guarded(driven, driven.tick)
            self._tell()
            await asyncio.sleep(TICK_S)

    def _guarded(self, driven: Driven, call: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Let a fault in one link end its connection, and nothing else."""
        try:
            call(*args, **kwargs)
        except Exception as error:  # noqa: BLE001  a person's command or another party's link must not end with this one
            _log.exception("the link to %s stopped at a fault here", driven.peer.party)
            driven.show_fault(error)
            if driven.channel is not None:
                driven.channel.drop("a fault here")

    def _tell(self) -> None:
        now_s, own = self._node.clock.now_s(), self._ledger.head()
        for side in self.statuses().values():
            self._node.peer_intake.put(news_of(side, now_s, own.size if own else 0))

    async def _follow_pins(self) -> None:
        """Take pins and the own certificate as they lie in the home, where they changed."""
        now_s = self._node.clock.now_s()
        stamp = await asyncio.to_thread(_stamp, self._layout)
        if stamp == self._stamp and now_s < self._next_end_s:
            return
        identity, peers, changes_s = await asyncio.to_thread(_read, self._layout, now_s)
        own = self._identity
        if _signs_with(own, identity):
            own = replace(own, certificate=identity.certificate, private_key=identity.private_key)
        trust = await asyncio.to_thread(pinned, peers.values(), own.certificate, own.private_key)
        self._identity, self._announcing = own, _signs_with(own, identity)
        self._fingerprint = peer_of(self._identity).digest
        self._next_end_s = min((changes_s, *(end_s for peer in peers.values() for _, end_s in peer.ending)))
        await self._link(peers)
        self._network.change((driven.peer for driven in self._driven.values()), trust)
        self._stamp = stamp  # only now: what storage was too busy for is done with the next look

    async def _announce(self) -> None:
        """Tell the pinned parties of new keys of this desk; the key of the command makes sure that it is said once."""
        if self._announcing:
            peers = [driven.peer for driven in self._driven.values()]
            command = await asyncio.to_thread(self._announcement, peers)
            if command is not None:
                await self._node.submit_all([command])
            self._announcing = False

    async def _link(self, peers: dict[str, Peer]) -> None:
        """Let there be one link for each party that has keys."""
        for party, driven in list(self._driven.items()):
            if party not in peers or _keys(peers[party]) != _keys(driven.peer):
                await self._unlink(driven, "what is pinned of this party changed")
        for party, peer in peers.items():
            if party in self._driven:
                self._driven[party].peer = peer
            else:
                await self._relink(peer)

    async def _unlink(self, driven: Driven, why: str) -> None:
        if driven.channel is not None:
            driven.channel.drop(why)
        del self._driven[driven.peer.party]
        await driven.stop()

    async def _relink(self, peer: Peer) -> None:
        mirror = await self._node.on_storage(self._ledger.mirror, peer.origin)
        driven = Driven(self._around, peer, mirror, forked=is_forked(peer, self._forked))
        driven.cosigned = await self._node.on_storage(self._ledger.cosigned_by, peer.witness)
        self._driven[peer.party] = driven
        if mirror.seen.size:
            self._heads[peer.origin] = mirror.seen.head
        head = self._ledger.head()
        if head is not None:
            driven.own_head(head)
        driven.deliver_soon()

    def _side(self, driven: Driven) -> Side:
        return Side(
            driven.peer, driven.link.status, driven.cosigned, driven.lost_s,
            self._heads.get(driven.peer.origin, b""), self._refused[driven.peer.party],
            driven.held_back,
        )  # fmt: skip


def _stamp(layout: Layout) -> object:
    """Return what differs as soon as a pinned party or the own certificate may have changed."""
    folder = layout.identity
    own = [(path.name, path.stat()) for path in sorted(folder.iterdir())]
    return pins.changed(layout), tuple((name, each.st_ino, each.st_mtime_ns, each.st_size) for name, each in own)


def _read(layout: Layout, now_s: float) -> tuple[Identity, dict[str, Peer], float]:
    """Return the own keys, the pinned parties, and when a rotation changes the own certificate (s), +inf for none."""
    identity = load_identity(layout, now_s)
    if identity is None:
        raise OperatingError(f"{layout.root}: this home has lost its keys.", effect="Nothing can be said to peers.")
    rotation = read_rotation(layout.identity)
    changes_s = rotation.from_s if rotation is not None and now_s < rotation.from_s else inf
    return identity, pins.load_peers(layout, now_s), changes_s


def _signs_with(own: Identity, found: Identity) -> bool:
    """Whether a desk signs with all the keys that lie in its home; else it tells of them when it is started anew."""
    return {each.key for each in found.statement} <= {each.key for each in own.statement}


def _keys(peer: Peer) -> tuple[object, ...]:
    """Return what a link is made of; addresses and certificates may change under it."""
    return peer.name, peer.mode, peer.origin, peer.statement, peer.log, peer.witness


def _no_tracks(_party: str, _payload: bytes, _now_s: float) -> None:
    """Take no live tracks."""


def _nobody(_party: str, _size: int) -> None:
    """Tell nobody."""
