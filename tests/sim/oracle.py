"""Predicted losses of separation between true aircraft by brute force: every pair, every few seconds, straight on.

Shares nothing with the kernels it is held against but the units: it samples the next two minutes instead of solving.
"""

from dataclasses import dataclass, field

import numpy as np

from airpact.sim.world import SimWorld

M_PER_DEG = 111_120.0
LOOKAHEAD_S = 120.0
SAMPLE_S = 4.0


@dataclass
class Seen:
    """One pair over one loop: the seconds at which it is in or predicted into minima, and in them."""

    predicted_s: list[int] = field(default_factory=list)
    inside_s: list[int] = field(default_factory=list)
    closest_m: float = float("inf")


def conflicts(world: SimWorld, horizontal_m: float, vertical_m: float, every_s: int) -> dict[frozenset[str], Seen]:
    """Return every pair of labels that is, or straight on will be within 120 s, inside both minima at some time.

    Without a height a pair is inside vertically, unless both are civil: nobody judges those two.
    """
    craft = world.scenario.aircraft
    ids = np.arange(len(craft))
    high = np.array([one.reports_height for one in craft])
    civil = np.array([one.party == "civil" for one in craft])
    ahead_s = np.arange(0.0, LOOKAHEAD_S + 1, SAMPLE_S)
    found: dict[frozenset[str], Seen] = {}
    for second in range(0, int(world.scenario.length_s), every_s):
        truth = world.truth(ids, np.full(len(ids), float(second)))
        track = np.radians(truth.track_deg)[:, None]
        scale = M_PER_DEG * np.cos(np.radians(truth.lat_deg))
        east = (truth.lon_deg * scale)[:, None] + truth.speed_mps[:, None] * np.sin(track) * ahead_s
        north = (truth.lat_deg * M_PER_DEG)[:, None] + truth.speed_mps[:, None] * np.cos(track) * ahead_s
        height = truth.altitude_m[:, None] + truth.vertical_mps[:, None] * ahead_s
        for i in np.flatnonzero(truth.flying):
            others = np.flatnonzero(truth.flying & (ids > i))
            middle = np.cos(np.radians((truth.lat_deg[others] + truth.lat_deg[i]) / 2)) * M_PER_DEG
            gap = (truth.lon_deg[others] - truth.lon_deg[i]) * middle
            moved = (east[others] - east[others][:, :1]) - (east[i] - east[i][0])
            range_m = np.hypot(gap[:, None] + moved, north[others] - north[i])
            unknown = (~(high[others] & high[i])) & ~(civil[others] & civil[i])
            close = (np.abs(height[others] - height[i]) < vertical_m) | unknown[:, None]
            inside = (range_m < horizontal_m) & close & ~((~(high[others] & high[i])) & ~unknown)[:, None]
            for row in np.flatnonzero(inside.any(axis=1)):
                seen = found.setdefault(frozenset((craft[i].label, craft[others[row]].label)), Seen())
                seen.predicted_s.append(second)
                seen.closest_m = min(seen.closest_m, float(range_m[row, 0]))
                if inside[row, 0]:
                    seen.inside_s.append(second)
    return found
