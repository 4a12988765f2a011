"""What a monitor reports: a subject, a verdict, and why (clause, document, thresholds, inputs)."""

from enum import StrEnum
from math import nan
from typing import ClassVar

import msgspec

from airpact.encounter.levels import Level


class Subject(StrEnum):
    """What a finding is about; any stage and the node may raise one."""

    PAIR = "pair"
    FEED = "feed"
    PEER = "peer"


class Kind(StrEnum):
    """The verdict in one word; the same words stand in the replay output."""

    LOSS = "loss"  # inside minima now
    PREDICTED = "predicted"  # will be inside minima within the look-ahead of a rung
    VERTICAL_UNKNOWN = "vertical_unknown"  # conflicts horizontally, heights cannot be compared
    FEED_LOST = "feed_lost"
    FEED_FROZEN = "feed_frozen"
    FEED_CLOCK = "feed_clock"
    PEER_LOST = "peer_lost"  # no link where one is expected
    PEER_HEAD_UNSEEN = "peer_head_unseen"  # its log was not seen for the agreed time
    PEER_FORK = "peer_fork"  # it signed two histories
    PEER_UNMANNED = "peer_unmanned"  # nobody is at the other desk
    PEER_CLOCK = "peer_clock"  # its clock and ours differ too much to compare times
    LIFTS_UNUSUAL = "lifts_unusual"  # it was given exact positions unusually often


class Approach(msgspec.Struct, frozen=True):
    """The geometry of one pair at one judgement (SI units; times are Unix seconds; NaN = not known)."""

    horizontal_m: float  # now
    vertical_m: float  # now, absolute difference
    closing_mps: float  # positive while the horizontal range shrinks
    t_in_s: float  # predicted entry into the minima of `asked`; <= judged_s while inside; +inf = none
    t_out_s: float
    t_cpa_s: float  # predicted horizontal closest approach
    cpa_horizontal_m: float
    cpa_vertical_m: float
    asked_horizontal_m: float  # the rung that decided the level, without widening
    asked_vertical_m: float
    horizontal_uncertainty_m: float = nan  # of the pair, now
    vertical_uncertainty_m: float = nan
    asked_tau_s: float = 0.0  # so short a closing time counts as inside already; 0 = the distances alone
    inside: bool = False  # inside a clause's own minimum now, not merely within one of its wider rungs
    turning: bool = False  # the held turn gave the worse answer than the straight line
    a_cpa: tuple[float, float] = (nan, nan)  # latitude, longitude of each at closest approach
    b_cpa: tuple[float, float] = (nan, nan)


class Audience(StrEnum):
    """To whom a proposal speaks: own crews are told, another party is asked, anyone else hears of the traffic."""

    INSTRUCTION = "instruction"
    REQUEST = "request"
    INFORMATION = "information"


class Proposal(msgspec.Struct, frozen=True):
    """One aircraft's part of an answer: the value to fly and the change (degrees true, m/s or m); hold asks none."""

    audience: Audience
    dimension: str = ""  # track | speed | vertical_speed | altitude
    sense: str = "hold"  # left | right | slower | faster | down | up
    to: float | None = None
    by: float | None = None


class Guidance(msgspec.Struct, frozen=True, kw_only=True):
    """What is proposed for a pair, or why nothing is (Unix seconds, metres); `a` and `b` belong together."""

    MANOEUVRE: ClassVar[str] = "manoeuvre"
    INFORMATION: ClassVar[str] = "information"

    kind: str = INFORMATION
    reason: str = ""  # encounter.withheld.Withheld where no manoeuvre is proposed
    issued_s: float
    for_s: float | None = None  # the instant the answer is worked out for
    good_until_s: float | None = None  # the latest start for which it was verified
    least_m: float | None = None  # least slant separation ahead with both parts flown
    least_without_m: float | None = None
    a: Proposal
    b: Proposal

    @property
    def offers(self) -> bool:
        """Whether a manoeuvre is proposed."""
        return self.kind == self.MANOEUVRE


class Finding(msgspec.Struct, frozen=True):
    """One verdict about one subject at one tick; `key` is stable while the condition lasts."""

    subject: Subject
    key: str  # pair: "a|b" with a < b; feed: its name; peer: "PARTY/kind"
    kind: Kind
    level: Level
    judged_s: float
    clause: str = ""
    document: str = ""
    a: str = ""  # track ids, a < b; b is "" where the subject is no pair
    b: str = ""
    new_report: bool = True  # a report of either aircraft arrived since the last judgement
    duplicate: bool = False  # linked as a possible duplicate: level already lowered to advisory
    approach: Approach | None = None
    detail: str = ""  # why, where numbers do not say it
    guidance: Guidance | None = None  # None: none was worked out

    @property
    def in_loss(self) -> bool:
        """Whether the pair is inside minima now rather than predicted to be."""
        return self.kind is Kind.LOSS or (self.approach is not None and self.approach.inside)
