"""What this desk knows of each other party: the link as its driver tells it, and what the party itself has said.

Everything a party said is kept by the index it has in that party's own log, and a higher index wins: so the order in
which independent statements arrive does not matter, and one that comes twice changes nothing. All of it is bounded;
what no longer fits is counted, and stays in the record.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf, isfinite, isnan, nan
from typing import Final

import msgspec

from airpact.feeds.report import PEER_FEED
from airpact.monitors.peers import HOUR_S, How, LinkState, PeerView, starts_anew
from airpact.node.tick import PeerNews
from airpact.picture.feeds import Feed

PEERS_MAX: Final = 32  # parties of one pact; the console and the intake show and hold no more
RECEIVED: Final = "received"
# Tracks come once a second, and newer ones overtake those that wait: five that do not come are no accident.
TRACKS_PERIOD_S: Final = 5.0
ENCOUNTERS_MAX: Final = 512  # per party, far beyond what one sky holds at once; the oldest leave first
ENCOUNTER_KEPT_S: Final = 3600.0  # after its end; a case takes what it needs from the record
EXPIRE_EVERY_S: Final = 1.0  # a flood must not make the desk look through all of them for every statement
DOUBTFUL_MAX: Final = 64  # statements shown as not understood, the newest; all are counted
STATEMENTS_HELD_MAX: Final = 4096  # indices of a party remembered against a repetition
# Answers to first words, each an entry of the own log for ever. One a second is more than any sky asks for; the burst
# is a link that comes back after an hour of alarms. A party that floods gets no more than that of this desk's log.
RECEIPTS_PER_S: Final = 1.0
RECEIPTS_BURST: Final = 60.0


class Encounter(msgspec.Struct, frozen=True):
    """What a party said of one shared encounter, newest word (Unix s); never where it is."""

    index: int  # in the party's log
    since_s: float
    until_s: float
    level: int
    state: str  # received | displayed | withheld | acknowledged | ended
    at_s: float
    withheld: bool = False

    @property
    def weight(self) -> tuple[bool, int]:
        """How this word ranks among those on one encounter: the newest, and a mere receipt below any other."""
        return self.state != RECEIVED, self.index


class Doubtful(msgspec.Struct, frozen=True):
    """A statement that was kept and not understood, or whose body is not what its kind asks for."""

    index: int
    kind: str
    at_s: float
    why: str


class Said(msgspec.Struct, frozen=True):
    """Where a party's word has its place: its index, and when its author wrote it."""

    index: int
    at_s: float


@dataclass(slots=True)
class PeerState:
    """One party: the view the monitor judges, the newest news of the link, and what was said."""

    view: PeerView
    news: PeerNews
    recorded: str = ""  # the link state last put in the order
    desk_index: int = -1
    desk_reason: str = ""
    presence_s: float = nan
    encounters: dict[str, list[Encounter]] = field(default_factory=dict)  # by "key|key" of the two aircraft
    doubtful: list[Doubtful] = field(default_factory=list)
    not_understood: int = 0
    taken: list[int] = field(default_factory=list)  # indices applied, rising, the highest STATEMENTS_HELD_MAX
    forgotten: int = 0  # encounters left out because too many were told
    lifts_open: int = 0
    receipts_left: float = RECEIPTS_BURST  # how many answers may be given at once, at `receipts_s`
    receipts_s: float = nan
    receipts_withheld: int = 0
    looked_s: float = -inf  # when encounters long over were last looked for


def peer_of(peers: dict[str, PeerState], party: str, at_s: float) -> PeerState | None:
    """Return the state of a party, begun where it is new; None where there are too many parties to be real."""
    state = peers.get(party)
    if state is None and len(peers) < PEERS_MAX:
        view = PeerView(party, how=How.FILE, state=LinkState.NONE, expected_s=at_s, told_s=at_s)
        state = peers[party] = PeerState(view, PeerNews(party, at_s, LinkState.NONE, How.FILE))
    return state


def observe(peers: dict[str, PeerState], news: Iterable[PeerNews], now_s: float, *, begins: bool) -> None:
    """Take what the drivers told of each link; where this desk did not listen, every silence begins anew."""
    if begins:
        for state in peers.values():
            starts_anew(state.view, now_s)
    for told in news:
        followed = peer_of(peers, told.party, now_s)
        if followed is not None:
            _follow(followed, told, now_s)


def expect_tracks(peers: dict[str, PeerState], feeds: dict[str, Feed]) -> None:
    """Miss the tracks of a party while its link stands and has carried any; a lost link is a finding of its own."""
    for party, state in peers.items():
        feed = feeds.get(PEER_FEED + party)
        if feed is not None:
            feed.period_s = TRACKS_PERIOD_S
            feed.expected = state.view.state == LinkState.LINKED and feed.heard_s >= state.news.since_s


def expire(peers: dict[str, PeerState], now_s: float) -> None:
    """Forget encounters long over, and lifts of more than an hour ago."""
    for state in peers.values():
        state.view.lifts_s = [given_s for given_s in state.view.lifts_s if given_s + HOUR_S > now_s]
        if 0.0 <= now_s - state.looked_s < EXPIRE_EVERY_S:
            continue
        state.looked_s = now_s
        for pair in [pair for pair, told in state.encounters.items() if _all_over(told, now_s)]:
            del state.encounters[pair]


def take_index(state: PeerState, index: int) -> bool:
    """Return whether a statement is new; remember that it came."""
    taken = state.taken
    place = bisect_left(taken, index)
    if taken[place : place + 1] == [index] or (len(taken) >= STATEMENTS_HELD_MAX and not place):
        return False
    taken.insert(place, index)
    del taken[:-STATEMENTS_HELD_MAX]
    return True


def may_answer(state: PeerState, now_s: float) -> bool:
    """Return whether one more first word of a party is answered now; what is over the rate is counted."""
    since_s = 0.0 if isnan(state.receipts_s) else max(0.0, now_s - state.receipts_s)
    state.receipts_left = min(RECEIPTS_BURST, state.receipts_left + since_s * RECEIPTS_PER_S)
    state.receipts_s = now_s
    if state.receipts_left < 1.0:
        state.receipts_withheld += 1
        return False
    state.receipts_left -= 1.0
    return True


def keep_encounter(state: PeerState, pair: str, told: Encounter) -> None:
    """Keep the newest word on one encounter of a pair; encounters of one pair differ in when they began."""
    others = state.encounters.get(pair, [])
    same = next((one for one in others if one.since_s == told.since_s), None)
    if same is not None and same.weight >= told.weight:
        return
    kept = [one for one in others if one is not same]
    state.encounters[pair] = sorted((*kept, told), key=lambda one: one.since_s)
    _bound(state)


def keep_doubtful(state: PeerState, doubtful: Doubtful) -> None:
    """Count a statement that was not understood, and show it while it is among the newest."""
    state.not_understood += 1
    state.doubtful = sorted((*state.doubtful, doubtful), key=lambda one: one.index)[-DOUBTFUL_MAX:]


def _follow(state: PeerState, told: PeerNews, now_s: float) -> None:
    view = state.view
    if told.how == How.LINKED != view.how or isnan(view.expected_s):
        view.expected_s = now_s  # only now is a link expected
    view.how, view.state, view.told_s = told.how, told.state, now_s
    view.clock_offset_s = told.clock_offset_s
    if told.state == LinkState.LINKED:
        view.linked_s = now_s
    if isfinite(told.head_seen_s):
        view.head_seen_s = told.head_seen_s
    state.news = told


def _all_over(told: list[Encounter], now_s: float) -> bool:
    return all(one.until_s < now_s - ENCOUNTER_KEPT_S for one in told)


def _bound(state: PeerState) -> None:
    """Leave out the encounters that began first, whatever order they came in."""
    count = sum(len(told) for told in state.encounters.values())
    if count <= ENCOUNTERS_MAX:
        return
    oldest = min(((told[0].since_s, pair) for pair, told in state.encounters.items()))[1]
    state.encounters[oldest] = state.encounters[oldest][1:]
    if not state.encounters[oldest]:
        del state.encounters[oldest]
    state.forgotten += 1
