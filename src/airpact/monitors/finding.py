"""What a monitor reports: a subject, a verdict, and why (clause, document, thresholds, inputs)."""

from enum import StrEnum
from math import nan

import msgspec

from airpact.encounter.levels import Level


class Subject(StrEnum):
    """What a finding is about; any stage and the node may raise one."""

    PAIR = "pair"
    FEED = "feed"


class Kind(StrEnum):
    """The verdict in one word; the same words stand in the replay output."""

    LOSS = "loss"  # inside minima now
    PREDICTED = "predicted"  # will be inside minima within the look-ahead of a rung
    VERTICAL_UNKNOWN = "vertical_unknown"  # conflicts horizontally, heights cannot be compared
    FEED_LOST = "feed_lost"
    FEED_FROZEN = "feed_frozen"
    FEED_CLOCK = "feed_clock"


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
    inside: bool = False  # inside a clause's own minimum now, not merely within one of its wider rungs
    turning: bool = False  # the held turn gave the worse answer than the straight line
    a_cpa: tuple[float, float] = (nan, nan)  # latitude, longitude of each at closest approach
    b_cpa: tuple[float, float] = (nan, nan)


class Finding(msgspec.Struct, frozen=True):
    """One verdict about one subject at one tick; `key` is stable while the condition lasts."""

    subject: Subject
    key: str  # pair: "a|b" with a < b; feed: its name
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

    @property
    def in_loss(self) -> bool:
        """Whether the pair is inside minima now rather than predicted to be."""
        return self.kind is Kind.LOSS or (self.approach is not None and self.approach.inside)
