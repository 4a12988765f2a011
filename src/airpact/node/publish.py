"""One picture to many consoles: frames are encoded once and handed to every client's own bounded queue.

Two kinds of frame, two promises. A picture is only worth having while it is new: a client holds at most one, and the
newest replaces it. An alert is never dropped: a client that cannot take its alerts is closed, told why and counted, and
comes back with `since`. A ring of the last alert frames serves that return; where the ring no longer reaches, the
client gets everything that stands (docs/stream.md).

`Hub` and `Client` belong to the loop thread; `Passage` is the bounded passage from the compute thread to it.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

# Frames kept for a console that comes back. At one alert frame a tick this is over three minutes of alarm flood.
RING: Final = 1024
# Alert frames one console may have waiting; a browser tab that sleeps longer than this is better served by a full list.
CLIENT_ALERTS_MAX: Final = 256
# A console that takes no frame for this long is gone or hung; its officer must see the link as cut, not as quiet.
STALLED_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Frame:
    """One encoded live message and its place among its kind."""

    seq: int
    text: str


@dataclass(frozen=True, slots=True)
class Publication:
    """What the compute thread sends out at once: a picture, an alert frame, all that stands; each may be absent."""

    picture: Frame | None = None
    alerts: Frame | None = None
    full: Frame | None = None


class Passage:
    """The passage from the compute thread to the loop: bounded, newest picture wins, never blocks the step."""

    def __init__(self, alerts_max: int = RING) -> None:
        self._lock = threading.Lock()
        self._alerts: deque[Frame] = deque(maxlen=alerts_max)  # an overflow shows in the hub as a gap in `seq`
        self._picture: Frame | None = None
        self._full: Frame | None = None
        self._wake: Callable[[], object] | None = None
        self._woken = False

    def connect(self, wake: Callable[[], object] | None) -> None:
        """Name what to call (from any thread) when something waits to be taken; None when the loop has gone."""
        with self._lock:
            self._wake, self._woken = wake, False

    def put(self, publication: Publication) -> None:
        """Leave a publication for the loop; called on the compute thread."""
        with self._lock:
            if publication.alerts is not None:
                self._alerts.append(publication.alerts)
            self._picture = publication.picture or self._picture
            self._full = publication.full or self._full
            wake, self._woken = (None if self._woken else self._wake), True
        if wake is not None:
            wake()

    def take(self) -> tuple[Publication, ...]:
        """Return everything left since the last call: alert frames in order, then the newest picture and full list."""
        with self._lock:
            alerts = tuple(Publication(alerts=frame) for frame in self._alerts)
            rest = Publication(picture=self._picture, full=self._full)
            self._alerts.clear()
            self._picture = self._full = None
            self._woken = False
        return (*alerts, rest)


class Client:
    """The outgoing queue of one console."""

    def __init__(self, alerts_max: int = CLIENT_ALERTS_MAX) -> None:
        self._alerts_max = alerts_max
        self._picture: Frame | None = None
        self._alerts: deque[Frame] = deque()
        self._wake = asyncio.Event()
        self.sending_since_s: float | None = None  # loop time at which the frame now being sent was handed over
        self.lost = ""  # why this console was given up; "" while it keeps up
        self._lost = asyncio.Event()

    def put_picture(self, frame: Frame) -> None:
        """Hold this picture instead of any older one."""
        self._picture = frame
        self._wake.set()

    def put_alerts(self, frames: Iterable[Frame]) -> None:
        """Queue alert frames; a console with too many waiting is given up instead of losing one."""
        self._alerts.extend(frames)
        if len(self._alerts) > self._alerts_max:
            self.give_up(f"{len(self._alerts)} alert messages were waiting")
        self._wake.set()

    def give_up(self, reason: str) -> None:
        """Mark this console as not keeping up; whoever sends to it closes it."""
        self.lost = self.lost or reason
        self._lost.set()
        self._wake.set()

    async def until_lost(self) -> str:
        """Wait until this console is given up and return why."""
        await self._lost.wait()
        return self.lost

    def next_now(self) -> Frame | None:
        """Return the next frame to send, alerts before pictures; None when none waits or the console was given up."""
        if self.lost:
            return None
        if self._alerts:
            return self._alerts.popleft()
        frame, self._picture = self._picture, None
        return frame

    async def next(self) -> Frame | None:
        """Wait for the next frame to send; None once the console was given up."""
        while (frame := self.next_now()) is None and not self.lost:
            self._wake.clear()
            await self._wake.wait()
        return frame


class Hub:
    """Every console on the live socket, the last picture, the last full list and the ring of alert frames."""

    def __init__(self, ring: int = RING, client_alerts_max: int = CLIENT_ALERTS_MAX) -> None:
        self._clients: set[Client] = set()
        self._client_alerts_max = client_alerts_max
        self._ring: deque[Frame] = deque(maxlen=ring)
        self._picture: Frame | None = None
        self._full: Frame | None = None
        self._last = -1  # seq of the newest alert frame
        self._gap = True  # until the first full list: whoever waits gets it when it comes
        self.dropped = 0  # consoles closed because they could not keep up

    def __len__(self) -> int:
        return len(self._clients)

    def publish(self, publication: Publication, loop_s: float) -> None:
        """Hand each frame to every console; `loop_s` is the loop's own time, for noticing a stalled console."""
        if publication.alerts is not None:
            self._alerts(publication.alerts)
        if publication.full is not None:
            self._keep_full(publication.full)
        if publication.picture is not None:
            self._picture = publication.picture
            for client in self._clients:
                client.put_picture(publication.picture)
            self._give_up_stalled(loop_s)

    def join(self, since: int | None) -> Client:
        """Add a console, with the alert frames it missed (or all that stands) and the last picture already queued."""
        client = Client(self._client_alerts_max)
        client.put_alerts(self._missed(since))
        if self._picture is not None:
            client.put_picture(self._picture)
        self._clients.add(client)
        return client

    def leave(self, client: Client) -> None:
        """Forget a console; one that was given up is counted."""
        self._clients.discard(client)
        self.dropped += bool(client.lost)

    def _alerts(self, frame: Frame) -> None:
        self._gap = self._gap or frame.seq != self._last + 1
        self._last = frame.seq
        self._ring.append(frame)
        if not self._gap:
            for client in self._clients:
                client.put_alerts((frame,))

    def _keep_full(self, frame: Frame) -> None:
        """Keep the list for those who join; one that mends a gap goes to everyone and the ring starts anew."""
        self._full = frame
        if not self._gap and frame.seq <= self._last:
            return
        self._last = max(frame.seq, self._last)
        after = [kept for kept in self._ring if kept.seq > frame.seq]
        self._gap = len(after) != self._last - frame.seq  # a hole behind this list needs the next one
        if not self._gap:
            self._ring = deque(after, self._ring.maxlen)
            for client in self._clients:
                client.put_alerts((frame, *after))

    def _missed(self, since: int | None) -> list[Frame]:
        if self._full is None:
            return []
        if self._gap:  # the ring has a hole; the list that mends it will go to everyone, this console included
            return [] if since is not None and since >= self._full.seq else [self._full]
        if since is not None and self._ring and self._ring[0].seq - 1 <= since <= self._ring[-1].seq:
            missed = [frame for frame in self._ring if frame.seq > since]
            if len(missed) <= self._client_alerts_max // 2:  # beyond that the list that stands is the shorter story
                return missed
        return [self._full, *(frame for frame in self._ring if frame.seq > self._full.seq)]

    def _give_up_stalled(self, loop_s: float) -> None:
        for client in self._clients:
            if client.sending_since_s is not None and loop_s - client.sending_since_s > STALLED_S:
                client.give_up(f"took no message for {STALLED_S:.0f} s")
