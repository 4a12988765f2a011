"""What a desk was set to before it started: its agreement compiled, its party rules, its alert policy.

A setting never changes while the node runs; a world carries it so that one step needs nothing from outside.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import Final

import msgspec

from airpact.agreement.clauses import CLASSES
from airpact.agreement.parameters import CIVIL, Parameters, SeparationRules
from airpact.agreement.table import LadderTable, compile_table
from airpact.alerts.policy import AlertPolicy
from airpact.encounter.levels import Level
from airpact.monitors.peers import PeerLimits
from airpact.picture.picture import Assign
from airpact.picture.policy import SHARE_NOTHING, ReleasePolicy
from airpact.picture.rules import UNKNOWN, PartyRules, assign, formation_of

ASSIGNMENTS_KEPT: Final = 100_000  # answers remembered; each depends on six short strings alone
DEFAULT_LIMITS: Final = PeerLimits()


@dataclass(frozen=True, slots=True)
class FeedPace:
    """What the picture must know of a feed: its expected period (inf = a recording) and the error of its stamps."""

    period_s: float
    time_error_s: float


class Unfit(msgspec.Struct, frozen=True):
    """A clause whose alerter warns later than this desk can relay: it is judged as agreed, and shown as unfit."""

    clause: str
    alerting_s: float  # the soonest call it makes for action, before its volume is violated
    needed_s: float  # relay time and margin of this desk

    def __str__(self) -> str:
        """Return what to tell the person who starts the desk."""
        return (
            f"clause {self.clause}: its alerter calls {self.alerting_s:g} s ahead, this desk needs {self.needed_s:g} s "
            "to reach a crew; it is unfit for a desk. Agree on longer alerting times, or on a ladder"
        )


class Releasing(msgspec.Struct, frozen=True, kw_only=True):
    """What of the own tracks leaves for whom."""

    own: str = ""  # party whose tracks are the own ones
    policies: dict[str, ReleasePolicy] = {}  # by party
    default: ReleasePolicy = SHARE_NOTHING  # for a party that is not named
    key: bytes = b""  # secret of this home; a replay sends nothing and has none

    def policy(self, party: str) -> ReleasePolicy:
        """Return what a party may see."""
        return self.policies.get(party, self.default)


NO_RELEASE: Final = Releasing()


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything a step needs that does not change (seconds)."""

    parameters: Parameters
    rules: PartyRules
    policy: AlertPolicy
    relay_s: float
    table: LadderTable
    assign: Assign
    feeds: dict[str, FeedPace]
    unfit: tuple[Unfit, ...] = ()
    peers: PeerLimits = DEFAULT_LIMITS
    releasing: Releasing = NO_RELEASE

    @property
    def time_error_s(self) -> dict[str, float]:
        """Error of the stamps by feed."""
        return {name: pace.time_error_s for name, pace in self.feeds.items()}


def make_setting(
    parameters: Parameters,
    rules: PartyRules,
    policy: AlertPolicy,
    relay_s: float,
    feeds: dict[str, FeedPace],
    peers: PeerLimits = DEFAULT_LIMITS,
    releasing: Releasing = NO_RELEASE,
) -> Setting:
    """Compile a setting: one group per party and class, and the ladders between them."""
    classes = (*(name for name in CLASSES if name != UNKNOWN), UNKNOWN)
    parties = dict.fromkeys((*(party.id for party in rules.parties), CIVIL))
    groups = tuple((party, kind) for party in parties for kind in classes)
    needed_s = relay_s + policy.relay_margin_s
    table = compile_table(parameters.separation, groups, needed_s)
    unfit = unfit_clauses(parameters.separation, needed_s)
    return Setting(parameters, rules, policy, relay_s, table, _assigner(rules, groups), feeds, unfit, peers, releasing)


def unfit_clauses(rules: SeparationRules, needed_s: float) -> tuple[Unfit, ...]:
    """Return the clauses with an alerter whose cautions come too late; without a caution its warnings must do."""
    found = []
    for clause in rules.clauses:
        calls = [rung for rung in clause.rungs if rung.level is Level.CAUTION] or [
            rung for rung in clause.rungs if rung.level is Level.WARNING
        ]
        alerting_s = max((rung.lookahead_s for rung in calls), default=0.0)
        if clause.memory is not None and alerting_s < needed_s:
            found.append(Unfit(clause.id, alerting_s, needed_s))
    return tuple(found)


def _assigner(rules: PartyRules, groups: tuple[tuple[str, str], ...]) -> Assign:
    index = {group: number for number, group in enumerate(groups)}

    @lru_cache(maxsize=ASSIGNMENTS_KEPT)
    def assigned(track_id: str, callsign: str, feed: str, source: str, category: str) -> tuple[int, str, str]:
        party, kind = assign(rules, track_id, callsign, feed, source, category)
        # A peer the rules do not name keeps its name; no clause can bind it but those for everyone.
        return index.get((party, kind), index[CIVIL, kind]), party, kind

    return assigned


def formation_test(
    rules: PartyRules, words: Callable[[int], tuple[str, str]], now_s: float
) -> Callable[[int, int], bool]:
    """Return a test whether two rows fly in one formation declared for `now_s`; `words`: row -> (id, callsign)."""
    if not any(now_s < formation.until_s for formation in rules.formations):
        return lambda _a, _b: False

    def together(a: int, b: int) -> bool:
        name = formation_of(rules, *words(a), now_s)
        return name != "" and name == formation_of(rules, *words(b), now_s)

    return together


RECORDING: Final = FeedPace(inf, 1.0)
