"""The way back when no step of a dimension keeps well clear: get out in time T, keeping a shrinking distance (R4)."""

from math import inf, nan
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from airpact.encounter.bands.clearance import Question
from airpact.encounter.bands.greens import Own, Work
from airpact.encounter.bands.regions import Traffic, common_set
from airpact.encounter.configurations import Limits
from airpact.encounter.guidance import Floats, Recovery
from airpact.encounter.volumes import CYLINDER, Volume

TIME_STEP_S: Final = 0.5  # bisection ends when the time is known this well

NOT_NEEDED: Final = Recovery(False, False, nan, -1, nan, nan)


class Problem(NamedTuple):
    """What to recover from: the ownship among the aircraft of the corrective region, whose level has `volume`."""

    own: Own
    traffic: Traffic
    region: int
    peripheral: npt.NDArray[np.bool_]
    window_s: float
    volume: Volume
    work: Work

    def free(self, volume: Volume, begin_s: float, guard: Volume | None, out: Floats) -> int:
        """Write what stays clear of `volume` from `begin_s` on, and of `guard` before, to `out`; return its count."""
        question = Question(volume, begin_s, self.window_s, guard is not None, guard or volume)
        found: int = common_set(self.own, self.traffic, self.region, self.peripheral, question, self.work, out)
        return found


def recover(problem: Problem, limits: Limits, out: Floats) -> tuple[int, Recovery]:
    """Write the recovery set of a dimension to `out` (CAPACITY, 2); return its count and the Recovery (R4.2, R4.3)."""
    nmac_d, nmac_h = limits.nmac_horizontal_m, limits.nmac_vertical_m
    if not problem.free(cylinder(nmac_d, nmac_h), 0.0, None, out):
        return 0, saturated(0)
    d, h, n = limits.recovery_horizontal_m, limits.recovery_vertical_m, 0
    while d > nmac_d or h > nmac_h:
        guard = cylinder(d, h)
        if problem.free(guard, 0.0, None, out):
            time_s = time_to_recover(problem, guard, limits, out)
            size = problem.free(problem.volume, time_s, guard, out)
            if size:
                return size, Recovery(True, False, time_s, n, d, h)
        if limits.ca_factor <= 0.0:  # no collision-avoidance bands: the distance is not given up
            break
        n += 1
        d, h = max(nmac_d, d * (1.0 - limits.ca_factor)), max(nmac_h, h * (1.0 - limits.ca_factor))
    return 0, saturated(n)


def time_to_recover(problem: Problem, guard: Volume, limits: Limits, out: Floats) -> float:
    """Return the time in s after which some step stays clear of the volume, with time to settle added (R4.3 b, c)."""
    lookahead_s = limits.lookahead_s
    red_s, green_s, tried_s = 0.0, lookahead_s + 1.0, lookahead_s
    while green_s - red_s > TIME_STEP_S:
        if problem.free(problem.volume, tried_s, guard, out):
            green_s = tried_s
        else:
            red_s = tried_s
        tried_s = 0.5 * (red_s + green_s)
    return min(lookahead_s, green_s + limits.recovery_stability_s) if green_s <= lookahead_s else red_s


def cylinder(horizontal_m: float, vertical_m: float) -> Volume:
    """Return the cylinder of a radius and a half height as a Volume."""
    return Volume(CYLINDER, horizontal_m, vertical_m, 0.0, 0.0)


def saturated(n_factor: int) -> Recovery:
    """Return the recovery of a dimension in which no way leads out."""
    return Recovery(True, True, -inf, n_factor, -inf, -inf)
