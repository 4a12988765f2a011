"""The engine of a replay desk: recorded time moves under a transport, and the consoles see the desk of that hour.

The desk ticks as a live one does; each tick moves recorded time by its length times the speed and takes every recorded
tick up to there. What is shown is the world carried to that very instant, on a copy: the world itself only ever
takes recorded ticks, so that it depends on where the replay stands and never on how it got there.
"""

from dataclasses import replace
from time import gmtime, strftime
from typing import Any, Final

from msgspec.structs import replace as with_fields

from airpact.alerts.alert import Alert
from airpact.alerts.book import ordered
from airpact.node import commands
from airpact.node.clock import Clock
from airpact.node.engine import Health, Positions, TransportState
from airpact.node.entries import Command, Entry, Refusal
from airpact.node.live import Front, LiveEngine
from airpact.node.partners.state import Doubtful
from airpact.node.peercommands import ACTS
from airpact.node.reel import Reel, Run
from airpact.node.setting import Setting
from airpact.node.survey import Survey
from airpact.node.tick import TickRecord
from airpact.node.ticking import TICKS_PER_S
from airpact.node.world import Outbox, World
from airpact.picture.columns import empty_now
from airpact.picture.picture import carry

REPLAY: Final = "REPLAY"
SPEED_MIN, SPEED_MAX = 1.0, 60.0  # as it was, to a day in 24 minutes: faster, an alert passes before it is read
# The survey may take half of each 200 ms tick: ample is left for frames, and a day is surveyed in about ten seconds.
SURVEY_S: Final = 0.1

REFUSED: Final[dict[str, Refusal]] = {
    kind: Refusal("replay", f"This is a replay. {what} is for the live desk.")
    for kind, what in (
        (commands.ACKNOWLEDGE, "Acknowledging"),
        (commands.SHELVE, "Shelving"),
        (commands.UNSHELVE, "Shelving"),
        *((kind, "What goes between parties") for kind in ACTS),
    )
}


class Playback:
    """Engine and transport of one replay desk; every method on the compute thread."""

    def __init__(self, reel: Reel, setting: Setting, front: Front, survey: Survey, clock: Clock) -> None:
        """Stand at the first recorded tick, playing as it was."""
        self._reel, self._setting, self._survey, self._clock = reel, setting, survey, clock
        self._run = Run(reel, setting)
        self._state = TransportState(reel.from_s, reel.to_s, reel.from_s, SPEED_MIN, playing=True)
        self._told: frozenset[str] = frozenset()  # alerts the consoles have on their list
        self._jumped = False  # the next step tells the consoles everything that stands
        self._sound_proven_s: float | None = None
        self._face = LiveEngine(self._run.world, front)
        self._forward()
        self._show()

    @property
    def world(self) -> World:
        """The world as the recorded ticks left it."""
        return self._run.world

    def step(self, record: TickRecord) -> Outbox:
        """Move recorded time by one tick's length; the record itself says nothing here."""
        self._look_ahead()
        jumped, self._jumped = self._jumped, False
        changed: dict[str, Alert] = {}
        if self._state.playing:
            state = self._state
            at_s = min(state.to_s, state.at_s + state.speed / TICKS_PER_S)
            self._state = with_fields(state, at_s=at_s, playing=at_s < state.to_s)
            changed = self._forward()
        self._show()
        return self._outbox(record, None if jumped else changed)

    def move(self, at_s: float | None, speed: float | None, playing: bool | None) -> TransportState | Refusal:
        """Change what is given and return where the replay stands; on a refusal nothing changed."""
        refusal = self._refusal(at_s, speed)
        if refusal is not None:
            return refusal
        state = self._state
        if at_s is None and playing and state.at_s >= state.to_s:
            at_s = state.from_s  # play, at the end, means once more
        if at_s is not None:
            self._seek(at_s)
        speed = state.speed if speed is None else speed
        playing = state.playing if playing is None else playing
        self._state = with_fields(self._state, speed=speed, playing=playing and self._state.at_s < state.to_s)
        return self._state

    def decide(self, command: Command, now_s: float) -> Command | Refusal:
        """Take a sound check; refuse whatever would answer an alert of the past."""
        return REFUSED.get(command.kind) or commands.decide(self._face.world, command, now_s)

    def apply(self, entry: Entry) -> Outbox:
        """Carry out a sound check: it is about this room, not about the recording."""
        self._sound_proven_s = entry.at_s if entry.body["heard"] else None
        self._show()
        return Outbox(0, entry.at_s)

    def alert(self, alert_id: str) -> bytes:
        """Return one open alert as JSON, `null` when there is none of that id."""
        return self._face.alert(alert_id)

    def not_understood(self) -> dict[str, tuple[Doubtful, ...]]:
        """Return by party the newest statements that were kept and that this desk cannot read."""
        return self._face.not_understood()

    def voice_entries(self) -> bytes:
        """Return what was said by voice as JSON, newest first."""
        return self._face.voice_entries()

    def alerts_frame(
        self, seq: int, ids: tuple[str, ...] | None, ended: tuple[str, ...], unrecorded: frozenset[str]
    ) -> bytes:
        """Return the live message with the alerts named, or with all."""
        return self._face.alerts_frame(seq, ids, ended, unrecorded)

    def picture_frame(self, seq: int, health: Health) -> bytes:
        """Return the live message with the whole picture at the recorded instant, and the transport."""
        return self._face.picture_frame(seq, health)

    def positions(self) -> Positions:
        """Return where every track is at the recorded instant."""
        return replace(self._face.positions(), at_s=self._state.at_s)

    def released(self) -> dict[str, bytes]:
        """Return nothing: what is replayed leaves for nobody."""
        return {}

    def desk(self) -> dict[str, Any]:
        """Return what does not change while the node runs."""
        return self._face.desk()

    def _look_ahead(self) -> None:
        until_s = self._clock.now_s() + SURVEY_S
        self._survey.go_on(lambda: self._clock.now_s() >= until_s)

    def _forward(self) -> dict[str, Alert]:
        """Take the recorded ticks up to where the transport stands; return what changed, by id."""
        return {alert.id: alert for outbox in self._run.forward(self._state.at_s) for alert in outbox.changed}

    def _refusal(self, at_s: float | None, speed: float | None) -> Refusal | None:
        state = self._state
        if speed is not None and not SPEED_MIN <= speed <= SPEED_MAX:
            return Refusal("speed_out_of_range", f"A replay runs at {SPEED_MIN:g} to {SPEED_MAX:g} times the speed.")
        if at_s is None:
            return None
        if not state.from_s <= at_s <= state.to_s:
            ends = f"from {_words(state.from_s)} to {_words(state.to_s)} (at_s {state.from_s:.0f} to {state.to_s:.0f})"
            return Refusal("outside_recording", f"The recording runs {ends}.")
        known_s = max(self._survey.at_s, self._run.world.now_s)
        if at_s > known_s:
            return Refusal("not_read_yet", f"Read up to {_words(known_s)} so far; later times follow in a moment.")
        return None

    def _seek(self, at_s: float) -> None:
        """Go on from where the replay is, or from a kept world if that is nearer."""
        here_s = self._run.world.now_s
        kept = self._survey.before(at_s)
        if here_s > at_s or (kept is not None and kept.now_s > here_s):
            self._run = Run(self._reel, self._setting, kept)
        self._state, self._jumped = with_fields(self._state, at_s=at_s), True
        self._forward()

    def _show(self) -> None:
        """Carry a copy to where the transport stands; the columns of the reports are shared, and only read."""
        world, at_s = self._run.world, self._state.at_s
        picture = replace(world.picture, now=empty_now(world.picture.tracks.alive.shape[0]))
        carry(picture, at_s)
        self._face.world = replace(world, now_s=at_s, picture=picture, sound_proven_s=self._sound_proven_s)
        self._face.transport = self._state

    def _outbox(self, record: TickRecord, changed: dict[str, Alert] | None) -> Outbox:
        """Return what the consoles must hear: what changed (None: everything), and what left the list."""
        standing = {alert.id: alert for alert in ordered(self._run.world.alerts)}
        news = [alert for alert in standing.values() if changed is None or alert.id in changed]
        told, self._told = self._told, frozenset(standing)
        return Outbox(record.tick, record.now_s, tuple(news), tuple(sorted(told - self._told)))


def _words(at_s: float) -> str:
    return strftime("%Y-%m-%d %H:%M:%S UTC", gmtime(at_s))
