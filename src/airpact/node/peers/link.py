"""The link to one peer without sockets or clock: bytes and times go in, actions come out, by one table (`linktable`).

Both sides speak the same protocol (docs/peers-link.md). Each offers its own log in stretches and keeps the other's:
entries are provisional until a head signed by the peer's pinned log key covers them and the witness rule lets it be
cosigned. What is refused or doubted is handed out as evidence; nothing that arrives raises, and all that an unknown or
lying peer can make this side remember has a limit. Back-off between connections belongs to the driver.

The driver runs the actions in order. It calls `closed` after every end of a connection, `sent` whenever all bytes given
to `Send` have left, `tick` about once a second, and answers each `Fetch` with `fetched`, each `Keep` with `kept` or
`not_kept`, each `More` with `go_on`, each `Heard` note with `overheard` of the link to the peer whose log it is of. The
mirror handed in is the link's own: nobody else changes it. A link whose log was found forked is made again with
`forked=True`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple, TypeAlias

from airpact.node.ledger.values import Mirror, OwnHead, Passage
from airpact.node.peers import messages
from airpact.node.peers.actions import Action, Close, Doubt, Fetch, Fork, Heard, Keep, More, Received, Send
from airpact.node.peers.linktable import OPEN, TABLE, Effect, Event, State
from airpact.node.peers.messages import FRAME_BYTES_MAX, LENGTH_BYTES, PROTOCOL, AnyMessage, FrameError, MessageError
from airpact.node.peers.mirroring import Fault, Rules
from airpact.node.peers.offering import Offering
from airpact.node.peers.peer import Peer
from airpact.node.peers.refusals import REFUSALS, Outcome, Reason, shown
from airpact.node.peers.taking import AT_ONCE_ITEMS, Taking, parted
from airpact.proof.errors import ProofError
from airpact.proof.witness import Status

DOUBTS_REMEMBERED_MAX: Final = 256  # digests of evidence handed out, so that the same is not stored again


class Me(NamedTuple):
    """Who this side is on the link."""

    party: str
    mode: str
    origin: str
    kinds: tuple[str, ...]  # statement kinds this node understands
    product: str  # name and version, shown to the peer


class Limits(NamedTuple):
    """Times in seconds, and how much a peer may do wrong; each default with its reason."""

    head_every_s: float = 30.0  # a head is offered again at least so often: "not seen for minutes" then means something
    beat_every_s: float = 5.0  # three are missed before the link counts as dead
    silent_s: float = 15.0
    answer_s: float = 60.0  # a head is answered after one stretch was checked and stored, seconds on a bad disc
    skew_s: float = 5.0  # clocks set by NTP or GPS agree a thousand times better; five seconds is a broken clock
    tracks_every_s: float = 5.0  # tracks go out so often even where the driver never says `sent`
    doubts_max: int = 32  # different pieces of evidence from one connection; a peer that sends more is cut off


class LinkStatus(NamedTuple):
    """What the desk shows of a link; times are Unix seconds by our clock, None where nothing was measured yet."""

    state: State
    since_s: float
    why: str  # it was closed, the last time
    forked: bool
    delay_s: float | None  # half of the last round trip
    clock_offset_s: float | None  # the peer's clock minus ours
    waiting: int  # statements of ours that the peer has not cosigned
    cosigned: int  # entries of our log that the peer has cosigned
    refusal: str  # what the peer last answered instead of a cosignature
    held: int  # entries of the peer's log that are witnessed and stored here
    provisional: int  # entries that wait for a head
    last_head_s: float | None  # when a head of the peer was last cosigned here
    duplicates: int
    passed_over: int  # entries of refused stretches, and messages a forked link does not carry
    tracks_replaced: int  # live tracks that a newer one overtook, or that were too large
    bodies_withheld: int  # bodies of ours that no frame can carry
    kinds_not_understood: tuple[tuple[str, int], ...]  # statements by kind
    doubts: tuple[tuple[Reason, int], ...]  # how often, by reason


class Occasion(NamedTuple):
    """What an event brings: the time, and the message with its bytes where there is one."""

    now_s: float
    message: Any = None
    body: bytes = b""


class Link:
    """One link, through any number of connections."""

    def __init__(self, me: Me, peer: Peer, mirror: Mirror, limits: Limits, *, forked: bool = False) -> None:
        self.me, self.peer, self.limits = me, peer, limits
        self._state, self._since_s, self._why = State.CLOSED, 0.0, ""
        self._forked = forked
        self._leaving = False
        self._frames = messages.Frames()
        self._rest: tuple[AnyMessage, bytes] | None = None  # of a message of which others have to wait for the check
        self._checked = 0  # entries in this turn
        self._more = False  # `go_on` is to be called
        self._taking = Taking(Rules(peer, me.party, me.mode, limits.skew_s), mirror, me.kinds)
        self._offering = Offering()
        self._notes: tuple[bytes, ...] = ()
        self._tracks: bytes | None = None
        self._tracks_s: float | None = None  # when the last ones were given to the connection, while it is not empty
        self._heard_s = self._beat_s = 0.0
        self._delay_s: float | None = None
        self._offset_s: float | None = None
        self._replaced = self._passed_over = self._found = 0
        self._skewed = False
        self._doubts: Counter[Reason] = Counter()
        self._remembered: dict[bytes, None] = {}

    # --- what happens ------------------------------------------------------------------------------------------------

    def opened(self, now_s: float) -> tuple[Action, ...]:
        """A connection stands and its certificate is the pinned one."""
        self._frames, self._leaving, self._found, self._skewed = messages.Frames(), False, 0, False
        self._rest, self._more = None, False
        self._heard_s = self._beat_s = now_s
        event = Event.OPENED if self._taking.keeping is None else Event.OPENED_UNSETTLED
        return tuple(self._turn(event, Occasion(now_s)))

    def closed(self, why: str, now_s: float) -> tuple[Action, ...]:
        """The connection is gone; what was not answered is sent again on the next one."""
        self._why = why
        return tuple(self._turn(Event.CLOSED, Occasion(now_s)))

    def received(self, data: bytes, now_s: float) -> tuple[Action, ...]:
        """Take bytes of the connection; whatever they are, nothing is raised."""
        if self._state is State.CLOSED or self._leaving:
            return ()
        self._frames.feed(data)
        return () if self._more else tuple(self._read(now_s))

    def go_on(self, now_s: float) -> tuple[Action, ...]:
        """Answer to `More`: everybody else had a turn."""
        self._more = False
        return () if self._state is State.CLOSED or self._leaving else tuple(self._read(now_s))

    def tick(self, now_s: float) -> tuple[Action, ...]:
        """Time has passed: beat, offer a head again, give up a connection that is silent."""
        if self._state not in OPEN or self._leaving:
            return ()
        limits, offer = self.limits, self._offering.offer
        if due(self._heard_s, limits.silent_s, now_s):
            return tuple(self._leave("nothing was heard of the peer"))
        if offer is not None and due(offer.at_s, limits.answer_s, now_s):
            return tuple(self._leave("the peer did not answer a head"))
        if self._state is State.GREETING:
            return ()
        actions = self._offer(Occasion(now_s))
        if due(self._beat_s, limits.beat_every_s, now_s):
            self._beat_s = now_s
            actions.append(_send(messages.Beat(now_s)))
        if self._tracks_s is not None and due(self._tracks_s, limits.tracks_every_s, now_s):
            actions += self.sent(now_s)
        return tuple(actions)

    def own_head(self, own: OwnHead, now_s: float) -> tuple[Action, ...]:
        """The own log has this newest head."""
        self._offering.own = own
        return tuple(self._offer(Occasion(now_s)))

    def fetched(self, passage: Passage, now_s: float) -> tuple[Action, ...]:
        """Answer to `Fetch`."""
        if self._state is State.LINKED:
            return tuple(self._offering.fetched(passage, now_s))
        if self._state is State.FORKED:
            return (*self._offering.fetched_urgent(passage), *self._offering.next_urgent())
        return ()

    def kept(self, keep: Keep, lines: str, now_s: float) -> tuple[Action, ...]:
        """Answer to `Keep`: rows and memory are durable, and these are the signature lines under the head."""
        self._taking.kept(keep, now_s)
        if self._state is State.LINKED:
            answer = messages.Cosigned(keep.seen.size, lines)
            return (_send(answer), *self._forks(self._taking.reached(), now_s))
        return (*self._settled(now_s), *self._forks(self._taking.reached(), now_s))

    def not_kept(self, mirror: Mirror, why: str, now_s: float) -> tuple[Action, ...]:
        """Answer to `Keep`: the store refused it, for the log as it is stored has gone on; this is what it holds."""
        self._taking.mirror, self._taking.keeping = mirror, None
        if self._state is State.LINKED:
            return (_send(messages.Refused(int(Status.STALE), why[: messages.WHY_MAX], self._taking.held)),)
        return tuple(self._settled(now_s))

    def tracks(self, payload: bytes, now_s: float) -> tuple[Action, ...]:
        """Live tracks to be sent; they take the place of older ones that wait."""
        if self._state is not State.LINKED or len(payload) > messages.TRACKS_BYTES_MAX:
            self._replaced += 1
            return ()
        self._replaced += self._tracks is not None
        self._tracks = payload
        return () if self._tracks_s is not None else self.sent(now_s)

    def sent(self, now_s: float) -> tuple[Action, ...]:
        """All bytes given to `Send` have left: live tracks that waited may go."""
        payload, self._tracks, self._tracks_s = self._tracks, None, None
        if payload is None or self._state is not State.LINKED:
            return ()
        self._tracks_s = now_s
        return (_send(messages.Tracks(payload)),)

    def heads(self, notes: Sequence[bytes], now_s: float) -> tuple[Action, ...]:  # noqa: ARG002 - as all the others
        """Newest signed heads of other logs witnessed here, and both heads of each fork found, for all to compare."""
        fitting = tuple(note for note in notes if len(note) <= messages.NOTE_BYTES_MAX)[: messages.NOTES_MAX]
        if fitting == self._notes:
            return ()
        self._notes = fitting
        return (_send(messages.Heads(fitting)),) if self._state is State.LINKED else ()

    def overheard(self, note: bytes, now_s: float) -> tuple[Action, ...]:
        """A signed head of this peer's log, as another party has seen it."""
        return tuple(self._forks(self._taking.overheard(note), now_s))

    def leave(self, why: str, now_s: float) -> tuple[Action, ...]:  # noqa: ARG002 - as all the others
        """End the connection from this side."""
        return tuple(self._leave(why)) if self._state in OPEN else ()

    def next_fetch(self, own: OwnHead) -> Fetch | None:
        """Return what will be asked for when the own log has this head, None where nothing can be told of it yet."""
        return self._offering.next_fetch(own) if self._state is State.LINKED else None

    @property
    def status(self) -> LinkStatus:
        """Return what the desk shows."""
        taking, offering = self._taking, self._offering
        return LinkStatus(
            state=self._state,
            since_s=self._since_s,
            why=self._why,
            forked=self._forked,
            delay_s=self._delay_s,
            clock_offset_s=self._offset_s,
            waiting=offering.waiting,
            cosigned=offering.theirs,
            refusal=offering.refusal,
            held=taking.held,
            provisional=taking.provisional,
            last_head_s=taking.last_head_s,
            duplicates=taking.duplicates,
            passed_over=taking.passed_over + self._passed_over,
            tracks_replaced=self._replaced,
            bodies_withheld=offering.withheld,
            kinds_not_understood=tuple(sorted(taking.strange.items())),
            doubts=tuple(sorted(self._doubts.items())),
        )

    # --- how it is read ----------------------------------------------------------------------------------------------

    def _read(self, now_s: float) -> list[Action]:
        """Take the whole frames that are there, but no more than may be checked at once; none before the own hello."""
        actions: list[Action] = []
        if self._state is State.SETTLING:
            too_long = len(self._frames) > LENGTH_BYTES + FRAME_BYTES_MAX
            return self._doubt(Reason.TOO_LARGE, "more than a hello came first", b"") if too_long else actions
        self._checked = 0
        try:
            while not self._leaving and self._checked < AT_ONCE_ITEMS:
                if self._rest is not None:
                    actions += self._heed(*self._rest, now_s)
                elif (body := next(self._frames.cut(), None)) is not None:
                    actions += self._take(body, now_s)
                else:
                    return actions
        except FrameError as error:
            actions += self._doubt(Reason.TOO_LARGE, str(error), str(error).encode())
        self._more = not self._leaving
        return [*actions, More()] if self._more else actions

    def _take(self, body: bytes, now_s: float) -> list[Action]:
        self._heard_s = now_s
        try:
            message = messages.read(body)
        except MessageError as error:
            return self._doubt(Reason.NOT_A_MESSAGE, str(error), body)
        return self._heed(message, body, now_s)

    def _heed(self, message: AnyMessage, body: bytes, now_s: float) -> list[Action]:
        """Take as much of a message as may be checked at once."""
        message, rest = parted(message)
        self._rest = None if rest is None else (rest, body)
        items = getattr(message, "items", ())
        self._checked += len(items) if rest is None else AT_ONCE_ITEMS
        return self._turn(self._event(message), Occasion(now_s, message, body))

    def _event(self, message: AnyMessage) -> Event:
        """Return what a message means where the link stands."""
        event = Event(type(message).__name__.lower())
        if isinstance(message, messages.Hello):
            if _wrong(message, self.peer, self.me):
                return Event.HELLO_WRONG
            return Event.HELLO_FORKED if message.forked or self._forked else event
        if isinstance(message, messages.Refused) and message.status == Status.INCONSISTENT:
            return Event.REFUSED_AS_FORKED
        early = self._taking.keeping is not None and event in (Event.ENTRIES, Event.HEAD)
        return Event.EARLY if early else event

    def _turn(self, event: Event, at: Occasion) -> list[Action]:
        row = TABLE.get((self._state, event))
        if row is None:
            what = f"{event}, while {self._state}"
            return self._doubt(Reason.UNEXPECTED_MESSAGE, what, at.body) if at.message is not None else []
        if row.state is not self._state:
            self._state, self._since_s = row.state, at.now_s
        return [action for effect in row.effects for action in _EFFECTS[effect](self, at)]

    def _settled(self, now_s: float) -> list[Action]:
        if self._state is not State.SETTLING:
            return []
        return [*self._turn(Event.SETTLED, Occasion(now_s)), *self._read(now_s)]

    def _doubt(self, reason: Reason, detail: str, evidence: bytes) -> list[Action]:
        """Hand out evidence, once; close where the table says so, or where one connection brings too much of it."""
        self._doubts[reason] += 1
        actions: list[Action] = []
        detail = shown(detail)
        digest = sha256(reason.encode() + b"\n" + evidence).digest()
        if digest not in self._remembered:
            self._remembered[digest] = None
            self._found += REFUSALS[reason].outcome is not Outcome.KEPT
            actions.append(Doubt(reason, detail, evidence))
            if len(self._remembered) > DOUBTS_REMEMBERED_MAX:
                del self._remembered[next(iter(self._remembered))]
        if REFUSALS[reason].outcome is Outcome.CLOSED:
            return [*actions, *self._leave(f"{reason}: {detail}")]
        return [*actions, *self._leave("too much was refused")] if self._found >= self.limits.doubts_max else actions

    def _filtered(self, actions: Iterable[Action]) -> list[Action]:
        """Return actions with doubts counted and repeated ones left out."""
        kept: list[Action] = []
        for action in actions:
            kept += self._doubt(*action) if isinstance(action, Doubt) else [action]
        return kept

    def _forks(self, actions: list[Action], now_s: float) -> list[Action]:
        """Return actions with doubts filtered; where they hold a fork, the link turns with them."""
        found = any(isinstance(action, Fork) for action in actions)
        if not found:
            return self._filtered(actions)
        if self._forked:
            return []
        self._forked = True
        return [*self._filtered(actions), *self._turn(Event.FORK, Occasion(now_s))]

    def _leave(self, why: str) -> list[Action]:
        if self._leaving:
            return []
        self._leaving, why = True, shown(why)
        return [_send(messages.Bye(why[: messages.WHY_MAX])), Close(why)]

    # --- effects -----------------------------------------------------------------------------------------------------

    def _say_hello(self, at: Occasion) -> list[Action]:
        me, held = self.me, self._taking.held
        hello = messages.Hello(
            PROTOCOL, me.party, me.origin, me.mode, me.product, at.now_s, held, me.kinds, self._notes, self._forked
        )
        return [_send(hello)]

    def _greet(self, at: Occasion) -> list[Action]:
        hello: messages.Hello = at.message
        own = self._offering.own
        self._offering.begin(hello.held)
        self._beat_s = 0.0  # measure the clocks with the next tick
        actions: list[Action] = []
        if own is not None and hello.held > own.size:
            claim = f"the peer holds {hello.held} entries of our log, we wrote {own.size}"
            actions += self._doubt(Reason.HOLDS_MORE, claim, at.body)
        return [*actions, Heard(hello.heads)] if hello.heads else actions

    def _part(self, at: Occasion) -> list[Action]:
        fault = _wrong(at.message, self.peer, self.me)
        if fault is None:
            return []
        return [*self._doubt(*fault, at.body), *self._leave(f"{fault.reason}: {fault.detail}")]

    def _offer(self, at: Occasion) -> list[Action]:
        if self._leaving:
            return []
        if self._state is State.LINKED:
            return self._offering.next(at.now_s, self.limits.head_every_s)
        return self._offering.next_urgent() if self._state is State.FORKED else []

    def _collect(self, at: Occasion) -> list[Action]:
        return self._filtered(self._taking.entries(at.message, at.now_s))

    def _judge(self, at: Occasion) -> list[Action]:
        return self._forks(self._taking.head(at.message, at.body), at.now_s)

    def _take_cosignature(self, at: Occasion) -> list[Action]:
        if not self._offering.expects(at.message):
            return self._doubt(Reason.UNEXPECTED_MESSAGE, "a cosignature of a head that is not on its way", at.body)
        try:
            return [self._offering.cosigned(at.message, self.peer.witness)]
        except (ProofError, UnicodeEncodeError) as error:
            return self._doubt(Reason.BAD_SIGNATURE, str(error), at.body)

    def _take_refusal(self, at: Occasion) -> list[Action]:
        self._offering.refused(at.message)
        return []

    def _say_forked(self, _at: Occasion) -> list[Action]:
        why = "this log told two stories: only distress and hotline are carried"
        return [_send(messages.Refused(int(Status.INCONSISTENT), why, self._taking.held))]

    def _answer_beat(self, at: Occasion) -> list[Action]:
        beat: messages.Beat = at.message
        if not beat.echo_s:
            return [_send(messages.Beat(at.now_s, beat.now_s))]
        if beat.echo_s != self._beat_s:
            return []  # of a beat that a later one overtook
        self._delay_s = delay_s = max(0.0, at.now_s - beat.echo_s) / 2
        self._offset_s = offset_s = beat.now_s - (beat.echo_s + at.now_s) / 2
        # The measure is wrong by at most the delay. It is said once for each time it goes over the limit.
        before, self._skewed = self._skewed, abs(offset_s) - delay_s > self.limits.skew_s
        if before or not self._skewed:
            return []
        return self._doubt(Reason.CLOCK_SKEW, f"the peer's clock is {offset_s:+.1f} s from ours", at.body)

    def _hand_on_tracks(self, at: Occasion) -> list[Action]:
        return [Received(at.message.payload)]

    def _hand_on_heads(self, at: Occasion) -> list[Action]:
        return [Heard(at.message.notes)] if at.message.notes else []

    def _take_urgent(self, at: Occasion) -> list[Action]:
        return self._filtered(self._taking.urgent(at.message, at.now_s))

    def _count(self, _at: Occasion) -> list[Action]:
        self._passed_over += 1
        return []

    def _forget(self, _at: Occasion) -> list[Action]:
        self._taking.drop()
        self._offering.stop()
        self._tracks = self._tracks_s = None
        return []

    def _close(self, at: Occasion) -> list[Action]:
        return self._leave(f"the peer left: {at.message.why}")


_Handler: TypeAlias = Callable[[Link, Occasion], list[Action]]

_EFFECTS: Final[dict[Effect, _Handler]] = {
    Effect.SAY_HELLO: Link._say_hello,
    Effect.GREET: Link._greet,
    Effect.PART: Link._part,
    Effect.OFFER: Link._offer,
    Effect.OFFER_URGENT: Link._offer,
    Effect.COLLECT: Link._collect,
    Effect.JUDGE: Link._judge,
    Effect.TAKE_COSIGNATURE: Link._take_cosignature,
    Effect.TAKE_REFUSAL: Link._take_refusal,
    Effect.SAY_FORKED: Link._say_forked,
    Effect.ANSWER_BEAT: Link._answer_beat,
    Effect.HAND_ON_TRACKS: Link._hand_on_tracks,
    Effect.HAND_ON_HEADS: Link._hand_on_heads,
    Effect.TAKE_URGENT: Link._take_urgent,
    Effect.COUNT: Link._count,
    Effect.FORGET: Link._forget,
    Effect.LEAVE: Link._close,
}


def due(since_s: float, every_s: float, now_s: float) -> bool:
    """Return whether an interval is over; a clock that was set back ends it too."""
    return not 0 <= now_s - since_s < every_s


def _send(message: AnyMessage) -> Send:
    return Send(messages.frame(message))


def _wrong(hello: messages.Hello, peer: Peer, me: Me) -> Fault | None:
    """Return why a greeting is not the pinned peer's in our mode."""
    for reason, given, pinned in (
        (Reason.WRONG_PROTOCOL, str(hello.protocol), str(PROTOCOL)),
        (Reason.WRONG_PARTY, hello.party, peer.party),
        (Reason.WRONG_ORIGIN, hello.origin, peer.origin),
        (Reason.WRONG_MODE, hello.mode, me.mode),
    ):
        if given != pinned:
            return Fault(reason, f"the greeting says {given}, here it is {pinned}")
    return None
