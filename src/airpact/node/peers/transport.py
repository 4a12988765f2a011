"""Connections between nodes: one listener, a dialer for each peer that has an address, one live connection per party.

What comes is counted in reads of a fixed size; what goes waits in a buffer of a fixed size, and a peer that does not
empty it is dropped. Everything here runs on the event loop and knows nothing of what is said.
"""

import asyncio
import logging
import random
import socket
import ssl
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, Protocol, cast

from airpact.node.clock import Clock
from airpact.node.errors import OperatingError
from airpact.node.peers.peer import LINKED, Peer
from airpact.node.peers.tls import Failure, Pin, Pins, failure

READ_BYTES: Final = 64 * 1024  # four TLS records: a read never holds the loop for long
# A statement has at most some 100 kB and passages go in parts: more than this waiting is a peer that does not read.
WRITE_BYTES_MAX: Final = 8 << 20
WRITE_BYTES_PAUSE: Final = 1 << 20  # from here on the peer is late, and the clock of `STALL_S` runs
STALL_S: Final = 10.0
HANDSHAKE_S: Final = 5.0  # three passages over a satellite take 2 s
SHUTDOWN_S: Final = 1.0
DIAL_S: Final = 5.0
# Handshakes that have begun and not ended, in all and from one host: a host that stalls them keeps out only itself.
HANDSHAKES_MAX: Final = 64
HANDSHAKES_PER_HOST_MAX: Final = 8
ACCEPT_PAUSE_S: Final = 0.5  # after a fault of the machine (no descriptors left), before accepting again
# Back-off with full jitter: after a common outage the peers do not come back in step. A safety desk asks often: a dial
# costs a few packets, and a quarter of a minute is what an officer waits before reaching for the telephone.
BACKOFF_FIRST_S: Final = 0.25
BACKOFF_MAX_S: Final = 15.0
# A link that beats every five seconds is not silent that long: its connection gives way to a new one.
SILENT_S: Final = 7.0
# A connection that lasted so long was of use; one that ended sooner, perhaps for cause, is not made again at once.
LASTED_S: Final = 10.0
DOES_NOT_READ: Final = "does not read what it is sent"

_log = logging.getLogger("airpact.node.peers")


class Refused(NamedTuple):
    """What was refused: when (Unix s), by whom or from which address, the reason in few words, and what it was."""

    at_s: float
    party: str  # "" where it proved none
    address: str
    reason: str
    detail: str
    evidence: bytes = b""


class Owner(Protocol):
    """Who is told, on the loop, what happens to connections."""

    def opened(self, channel: "Channel") -> None:
        """A pinned party is at the other end; the connection is the live one of that party."""

    def received(self, channel: "Channel", data: bytes) -> None:
        """Bytes came."""

    def drained(self, channel: "Channel") -> None:
        """A peer that was late has read all it was sent."""

    def closed(self, channel: "Channel") -> None:
        """The live connection of a party ended; `channel.why` says why."""

    def refused(self, refused: Refused) -> None:
        """No connection came about, or one was ended for cause."""


class Channel(asyncio.BufferedProtocol):
    """One TLS connection; what comes is handed on once the network has admitted who is at the other end."""

    def __init__(self, network: "Network", dialled: str = "") -> None:
        """`dialled` is the party whose address was called; "" where the other side calls."""
        self.pin = Pin("", 0.0)
        self.der: bytes | None = None
        self.address = ""
        self.dialled = dialled
        self.why = ""  # it ended, or is about to
        self.heard_s: float | None = None  # by the clock of the loop, like all times of a channel
        self.made_s = 0.0
        self.ended = asyncio.Event()
        self._late_s: float | None = None
        self._network = network
        self._buffer = bytearray(READ_BYTES)
        self._live = False
        self._transport: asyncio.Transport

    @property
    def party(self) -> str:
        """The party at the other end."""
        return self.pin.party

    @property
    def late(self) -> bool:
        """Whether the peer has not yet read most of what it was sent."""
        return self._late_s is not None

    def stalled(self, now_s: float) -> bool:
        """Return whether the peer has read too little for too long (s by the loop's clock)."""
        return self._late_s is not None and now_s - self._late_s > STALL_S

    def send(self, data: bytes) -> None:
        """Queue bytes; a peer that lets more than a limit pile up is dropped."""
        if self.why:
            return
        self._transport.write(data)
        if self._transport.get_write_buffer_size() > WRITE_BYTES_MAX:
            self.drop(DOES_NOT_READ)

    def hold(self, held: bool) -> None:
        """Stop reading, or read on: what was read waits for storage."""
        if not self.why:
            (self._transport.pause_reading if held else self._transport.resume_reading)()

    def close(self, why: str) -> None:
        """End the connection once what was queued is sent."""
        self._end(why)
        asyncio.get_running_loop().call_soon(self._transport.close)

    def drop(self, why: str) -> None:
        """End the connection at once."""
        self._end(why)
        # Not here: uvloop 0.23 reads for ever where a protocol aborts while it is being called.
        asyncio.get_running_loop().call_soon(self._transport.abort)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Learn who it is (asyncio calls this when the handshake is over)."""
        self._transport = cast(asyncio.Transport, transport)  # as uvloop's is, but for its base class
        self._transport.set_write_buffer_limits(WRITE_BYTES_PAUSE, 0)
        self.der = transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
        self.address = spoken_address(transport.get_extra_info("peername"))
        self.made_s = asyncio.get_running_loop().time()
        if not self._network.admit(self):
            self.drop("not admitted")

    def go_live(self) -> None:
        """Hand on from now on what comes."""
        self._live = True

    def get_buffer(self, sizehint: int) -> bytearray:  # noqa: ARG002  asyncio's hint; our reads have one size
        """Return where the next read goes."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Hand on what was read."""
        if self._live and not self.why:
            self.heard_s = asyncio.get_running_loop().time()
            self._network.received(self, bytes(memoryview(self._buffer)[:nbytes]))

    def pause_writing(self) -> None:
        """Note that the peer is late."""
        self._late_s = asyncio.get_running_loop().time()

    def resume_writing(self) -> None:
        """Note that the peer caught up."""
        self._late_s = None
        if self._live and not self.why:
            self._network.drained(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that it ended."""
        self._end(str(exc) if exc else "closed by the other side")

    def _end(self, why: str) -> None:
        if self.why:
            return
        self.why = why
        self.ended.set()
        if self._live:
            self._live = False
            self._network.closed(self)


class Network:
    """The connections of one node: `change` names whom to trust, `run` accepts and dials until it is cancelled."""

    def __init__(self, party: str, owner: Owner, clock: Clock, listener: socket.socket | None = None) -> None:
        """`party` is our own short name; without a listener we only call."""
        self._me, self._owner, self._clock, self._listener = party, owner, clock, listener
        self._peers: Mapping[str, Peer] = {}
        self._pins: Pins
        self._live: dict[str, Channel] = {}
        self._dialers: dict[str, tuple[Peer, asyncio.Task[None]]] = {}
        self._greetings: set[asyncio.Task[None]] = set()
        self._greeted: Counter[str] = Counter()  # unfinished handshakes by host
        self._news = asyncio.Event()
        self.handshakes_lost = 0  # that ended before anyone was refused: nobody can be blamed for them
        self.trouble: dict[str, str] = {}  # by party, why it could not be reached at the last attempt

    def change(self, peers: Iterable[Peer], pins: Pins) -> None:
        """Trust these and no others from now on; a connection of a certificate no longer pinned ends at once."""
        self._peers = {peer.party: peer for peer in peers}
        self._pins = pins
        for channel in list(self._live.values()):
            if self._unfit(channel):
                channel.drop("its certificate is no longer pinned for a link")
        self._news.set()

    async def run(self) -> None:
        """Accept and dial until cancelled; then every connection ends; `shut` closes the listener."""
        accepting = [asyncio.create_task(self._accept())] if self._listener is not None else []
        try:
            while True:
                self._news.clear()
                self._dial_these({name: peer for name, peer in self._peers.items() if peer.how == LINKED})
                await self._news.wait()
        finally:
            tasks = [*accepting, *(task for _, task in self._dialers.values()), *self._greetings]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for channel in list(self._live.values()):
                channel.close("this node stops")

    def shut(self) -> None:
        """Give the port back."""
        if self._listener is not None:
            self._listener.close()

    def tick(self) -> None:
        """Drop who does not read, and whose certificate ended meanwhile; call it about once a second."""
        now_s, loop_s = self._clock.now_s(), asyncio.get_running_loop().time()
        for channel in list(self._live.values()):
            if channel.stalled(loop_s):
                self._turn_out(channel, Failure(DOES_NOT_READ, f"for {STALL_S:.0f} s"))
            elif channel.pin.expires_s <= now_s:
                self._turn_out(channel, Failure("certificate expired", "while it was linked"))

    # --- what a channel says ---

    def admit(self, channel: Channel) -> bool:
        """Decide whether a connection becomes the live one of its party."""
        unfit = self._unfit(channel)
        if unfit is not None:
            self._refuse(channel.address, unfit, channel.party or channel.dialled)
            return False
        standing = self._live.get(channel.party)
        if standing is not None:
            if not gives_way(standing, channel, self._me, channel.made_s):
                return False
            standing.drop("another connection of the same party took its place")
        self._live[channel.party] = channel
        self.trouble.pop(channel.party, None)
        channel.go_live()
        self._owner.opened(channel)
        return True

    def received(self, channel: Channel, data: bytes) -> None:
        """Hand on what came."""
        self._owner.received(channel, data)

    def drained(self, channel: Channel) -> None:
        """Hand on that a peer has caught up."""
        self._owner.drained(channel)

    def closed(self, channel: Channel) -> None:
        """Forget a live connection that ended."""
        del self._live[channel.party]
        self._owner.closed(channel)

    def _unfit(self, channel: Channel) -> Failure | None:
        """Return why the party at the other end may not be linked, and learn who it is."""
        pin = self._pins.whose(channel.der)
        if pin is None:
            return Failure("certificate not pinned", "it stands under a pinned one, or was pinned before")
        channel.pin = pin
        if channel.dialled not in ("", pin.party):
            return Failure("another party answers", f"{channel.dialled} was called")
        if self._peers[pin.party].how != LINKED:
            return Failure("not linked", "this party is kept by file or by voice")
        return None

    # --- calls that come ---

    async def _accept(self) -> None:
        assert self._listener is not None
        self._listener.setblocking(False)
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, address = await loop.sock_accept(self._listener)
            except OSError as error:
                _log.error("connections of peers cannot be accepted: %s", error)
                await asyncio.sleep(ACCEPT_PAUSE_S)
                continue
            self._greet_soon(connection, address)

    def _greet_soon(self, connection: socket.socket, address: tuple[str, int]) -> None:
        host = address[0]
        if len(self._greetings) >= HANDSHAKES_MAX or self._greeted[host] >= HANDSHAKES_PER_HOST_MAX:
            connection.close()
            words = f"{self._greeted[host]} from this host, {len(self._greetings)} in all"
            self._refuse(spoken_address(address), Failure("too many unfinished handshakes", words))
            return
        self._greeted[host] += 1
        task = asyncio.create_task(self._greet(connection, spoken_address(address)))
        self._greetings.add(task)
        task.add_done_callback(lambda done: self._greeting_over(done, host))

    async def _greet(self, connection: socket.socket, address: str) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.connect_accepted_socket(
                lambda: Channel(self),
                connection,
                ssl=self._pins.server,
                ssl_handshake_timeout=HANDSHAKE_S,
                ssl_shutdown_timeout=SHUTDOWN_S,
            )
        except OSError as error:  # as every fault of TLS is
            self._part(address, error)

    def _greeting_over(self, task: asyncio.Task[None], host: str) -> None:
        self._greetings.discard(task)
        self._greeted[host] -= 1
        self._greeted += Counter()  # without those at zero
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a connection could not be taken", exc_info=error)

    # --- calls that go ---

    def _dial_these(self, peers: Mapping[str, Peer]) -> None:
        for party, (peer, task) in list(self._dialers.items()):
            if party not in peers or peers[party].addresses != peer.addresses:
                task.cancel()
                del self._dialers[party]
        for party, peer in peers.items():
            if party not in self._dialers and peer.addresses:
                task = asyncio.create_task(self._dial_forever(peer), name=f"dial {party}")
                self._dialers[party] = (peer, task)

    async def _dial_forever(self, peer: Peer) -> None:
        failed, loop = 0, asyncio.get_running_loop()
        while True:
            channel = self._live.get(peer.party) or await self._dial(peer)
            if channel is not None:
                await channel.ended.wait()
            failed = 0 if channel is not None and loop.time() - channel.made_s > LASTED_S else failed + 1
            await asyncio.sleep(pause_s(failed, random.random()))

    async def _dial(self, peer: Peer) -> Channel | None:
        """Return the connection that the first address to answer gives; None where none does."""
        for address in peer.addresses:
            try:
                async with asyncio.timeout(DIAL_S + HANDSHAKE_S):
                    channel = await self._call(peer.party, address)
            except ssl.SSLError as error:
                why = self._part(address, error, peer.party)
                self.trouble[peer.party] = f"{address}: {why.reason if why else 'connection lost in the handshake'}"
            except (OSError, TimeoutError, ValueError) as error:
                self.trouble[peer.party] = f"{address}: {str(error) or 'no answer'}"
            else:
                return channel
        return None

    async def _call(self, party: str, address: str) -> Channel:
        host, port = parse_address(address)
        loop = asyncio.get_running_loop()
        _, channel = await loop.create_connection(
            lambda: Channel(self, party),
            host,
            port,
            ssl=self._pins.client,
            server_hostname="",
            ssl_handshake_timeout=HANDSHAKE_S,
            ssl_shutdown_timeout=SHUTDOWN_S,
        )
        return channel

    # --- what is told ---

    def _part(self, address: str, error: Exception, party: str = "") -> Failure | None:
        """Keep for what a handshake was refused; who only went away (a port scan, a call that crossed) is counted."""
        why = failure(error)
        if why is None:
            self.handshakes_lost += 1
        else:
            self._refuse(address, why, party)
        return why

    def _refuse(self, address: str, why: Failure, party: str = "") -> None:
        self._owner.refused(Refused(self._clock.now_s(), party, address, why.reason, why.detail))

    def _turn_out(self, channel: Channel, why: Failure) -> None:
        self._refuse(channel.address, why, channel.party)
        channel.drop(why.reason)


def listen(address: str) -> socket.socket:
    """Return a socket that listens on `host:port`, on any address of this machine; raises `OperatingError`."""
    try:
        host, port = parse_address(address)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=HANDSHAKES_MAX)
    except (OSError, ValueError) as error:
        raise OperatingError(
            f"The peer port {address} cannot be opened: {error}.",
            effect="No other party could call this desk, so it does not start.",
            remedy="Stop the program that has it, or give another one: peers, listen in desk.yaml.",
        ) from error


def gives_way(standing: Channel, coming: Channel, me: str, now_s: float) -> bool:
    """Return whether a new connection of a party takes the place of the one that stands (s by the loop's clock).

    Where both called at once, both keep the one that the party with the smaller name opened. Whoever calls again has
    lost the connection it opened before; and one that is silent is lost whoever opened it.
    """
    heard_s = standing.made_s if standing.heard_s is None else standing.heard_s
    opened_standing, opened_coming = (me if each.dialled else each.party for each in (standing, coming))
    return now_s - heard_s > SILENT_S or opened_coming <= opened_standing


def pause_s(failed: int, share: float) -> float:
    """Return how long to wait before the next call after `failed` calls in vain; `share` is drawn from [0, 1).

    Full jitter: anything from nothing to a bound that doubles (M. Brooker, Exponential Backoff And Jitter, 2015).
    """
    return share * min(BACKOFF_MAX_S, BACKOFF_FIRST_S * 2.0 ** min(failed, 30))


def parse_address(address: str) -> tuple[str, int]:
    """Return host and port of `host:port` or `[IPv6]:port`; raises `ValueError` with the reason."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise ValueError(f"{address!r} is no address: it is written host:port")
    return host.removeprefix("[").removesuffix("]"), int(port)


def spoken_address(name: tuple[str, int]) -> str:
    """Return a socket's address as `host:port`."""
    host, port = name[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
