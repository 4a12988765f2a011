"""Live tracks beside the log: once a second what leaves for each linked party, and what comes from one as a feed.

    compute thread: Giver ─► Handover ─► loop: the links          a link ─► Taker ─► Intake (feed "peer:CTF")

What decides the shifts lives over a restart: the secret in `keys/release.key`, flights and lifts in the world, and the
cells in `keys/release.cells`, saved with each world. Else whoever listens would be given a second draw.
"""

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from secrets import token_bytes
from typing import Final

import msgspec

from airpact.feeds.report import PEER_FEED, FeedBatch, Report
from airpact.monitors.peers import LinkState
from airpact.node.errors import OperatingError
from airpact.node.home import SECRET, Layout, explained, write_durably
from airpact.node.setting import Releasing
from airpact.node.world import World
from airpact.picture.flights import Flights
from airpact.picture.lifts import tracks_of
from airpact.picture.release import Cell, Memory, cells_of, release
from airpact.picture.released import decode, encode

KEY_BYTES: Final = 32
# A party sends once a second; what comes faster than this would only take the loop's time.
APART_S: Final = 0.25
TOO_OFTEN: Final = "too often"

_log = logging.getLogger("airpact.node")
_Place = tuple[str, float, float, float]
_Cells = dict[str, dict[str, Cell]]
_decoder: Final = msgspec.msgpack.Decoder(_Cells)


def ensure_key(layout: Layout) -> bytes:
    """Return the secret of this home that draws shifts and aliases, made once; raises `OperatingError`."""
    path = layout.release_key
    with explained(layout.root):
        if not path.exists():
            write_durably(path, token_bytes(KEY_BYTES), SECRET)
        key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise OperatingError(
            f"{path} holds {len(key)} bytes and no secret of {KEY_BYTES}.",
            effect="Positions released under another secret would let a listener work out where aircraft were.",
            remedy="Put the file back from a copy; without one, release nothing until all aircraft have landed, "
            "then remove it and start the desk again.",
        )
    return key


def read_cells(layout: Layout) -> _Cells:
    """Return the cells of the last run; a file that cannot be read only lets edges be found anew, and is told."""
    try:
        return _decoder.decode(layout.release_cells.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError) as error:
        _log.warning("%s cannot be read (%s): the cells of released tracks are found anew", layout.release_cells, error)
        return {}


class Giver:
    """Makes the payload of each party; on the compute thread alone."""

    def __init__(self, releasing: Releasing, cells: Mapping[str, dict[str, Cell]] = {}) -> None:
        """Remember nothing yet but the cells of the last run."""
        self._releasing = releasing
        self._flights = Flights(releasing.own, releasing.key)
        self._cells = dict(cells)
        self._memories: dict[str, Memory] = {}

    def give(self, world: World) -> dict[str, bytes]:
        """Return what leaves now, by party: linked ones to which anything is released at all."""
        self._flights.flown = world.flown
        lifted = tracks_of(world.lifts)
        payloads = {}
        for party, state in sorted(world.peers.items()):
            policy = self._releasing.policy(party)
            if policy.shares and state.view.state == LinkState.LINKED:
                memory = self._memory(party)
                memory.ended.update(world.lifts.ended_s.get(party, {}))
                tracks = release(world.picture, policy, lifted.get(party, ()), memory, world.now_s)
                payloads[party] = encode(tracks)
        return payloads

    def kept(self) -> bytes:
        """Return the cells as bytes, for the next start."""
        now = {party: memory.cells | cells_of(memory) for party, memory in self._memories.items()}
        return msgspec.msgpack.encode(self._cells | now)

    def _memory(self, party: str) -> Memory:
        memory = self._memories.get(party)
        if memory is None:
            memory = self._memories[party] = Memory(party, self._flights, cells=self._cells.pop(party, {}))
        return memory


class Handover:
    """Carries payloads from the compute thread to the loop; newer ones take the place of those that wait."""

    def __init__(self) -> None:
        self.send: Callable[[str, bytes], None] | None = None  # set by whoever drives the links; on the loop
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()
        self._waiting: dict[str, bytes] = {}

    def connect(self, loop: asyncio.AbstractEventLoop | None) -> None:
        """Deliver on this loop; None: no more."""
        self._loop = loop

    def put(self, payloads: dict[str, bytes]) -> None:
        """Let payloads be sent soon; from any thread, and never waits."""
        with self._lock:
            asked, self._waiting = bool(self._waiting), payloads
        loop = self._loop
        if payloads and not asked and loop is not None:
            try:
                loop.call_soon_threadsafe(self._deliver)
            except RuntimeError:  # the loop has just ended, and every link with it
                self._loop = None

    def _deliver(self) -> None:
        with self._lock:
            payloads, self._waiting = self._waiting, {}
        if self.send is not None:
            for party, payload in payloads.items():
                self.send(party, payload)


class Taker:
    """Turns payloads of parties into batches of their feeds; what comes too often is counted with the next batch."""

    def __init__(self, put: Callable[[FeedBatch], None]) -> None:
        """`put` takes each batch."""
        self._put = put
        self._taken_s: dict[str, float] = {}
        self._left_out: Counter[str] = Counter()
        self._newest: dict[str, frozenset[_Place]] = {}  # of each party, as last taken

    def take(self, party: str, payload: bytes, now_s: float) -> None:
        """Take one payload; never raises."""
        if 0.0 <= now_s - self._taken_s.get(party, -APART_S) < APART_S:
            self._left_out[party] += 1
            return
        self._taken_s[party] = now_s
        batch = self._new(party, decode(payload, PEER_FEED + party, now_s))
        count = self._left_out.pop(party, 0)
        if count:
            batch = msgspec.structs.replace(batch, rejected={**batch.rejected, TOO_OFTEN: count})
        self._put(batch)

    def _new(self, party: str, batch: FeedBatch) -> FeedBatch:
        """Return the batch without what the payload before held: all is sent each time, and nothing of it refused."""
        known = self._newest.get(party, frozenset())
        if not batch.error:
            self._newest[party] = frozenset(map(_place, batch.reports))
        reports = tuple(report for report in batch.reports if _place(report) not in known)
        return msgspec.structs.replace(batch, reports=reports)


def _place(report: Report) -> _Place:
    return report.id, report.valid_s, report.lat_deg, report.lon_deg
