"""Trials of a joint answer: one candidate begun at one instant, flown, and weighed against doing nothing.

A candidate is one dimension and a signed change for each of two aircraft, 0 for the one that holds. A trial is a
candidate, when it is begun, and by how much either aircraft begins later than that. `answers` says what is searched
for and why; this is what it asks the machine. All positions lie in the plane frame of the pair.
"""

from math import ceil, cos, inf, log, sin, sqrt, tan
from typing import Final

import numpy as np
from numba import njit

from airpact.encounter.bands.levelout import profile
from airpact.encounter.bands.motion import ALT, HDIR, VS
from airpact.encounter.configurations import GRAVITY_MPS2
from airpact.encounter.flown import least, set_straight, stay
from airpact.encounter.relative import advance, plane
from airpact.encounter.volumes import CYLINDER, Volume
from airpact.geo.sphere import EARTH_RADIUS_M

SHRINK: Final = 0.9  # a recovery band gives up a tenth of the volume at a time (1 - ca_factor, R4.3)
LEAVE_STEP_S: Final = 10.0  # leaving a minimum sooner by less is not worth a greater change
GRADES: Final = 1000  # grades of leaving time below one grade of the norm
WORST: Final = 100  # grades of the norm: 0.9 ** 100 of a minimum is nothing
FAILED: Final = -1

PAIR: Final = np.dtype(
    [
        ("kind", "i8"),  # of the volume to stay out of
        ("horizontal_m", "f8"),
        ("vertical_m", "f8"),
        ("tau_s", "f8"),
        ("coa_s", "f8"),
        ("relay_s", "f8"),
        ("end_s", "f8"),  # how far ahead is looked, from now
        ("turn_radps", "f8"),
        ("bank_rad", "f8"),
        ("accel_mps2", "f8"),
        ("rise_mps2", "f8"),
        ("rise_mps", "f8"),
    ],
    align=True,
)
STATE: Final = np.dtype([("x", "f8"), ("y", "f8"), ("z", "f8"), ("vx", "f8"), ("vy", "f8"), ("vz", "f8")], align=True)
TRIAL: Final = np.dtype(
    [("dimension", "i8"), ("change", "f8", (2,)), ("at_s", "f8"), ("late_s", "f8", (2,))], align=True
)
WEIGHT: Final = np.dtype(
    [
        ("grade", "i8"),  # FAILED, or how bad: 0 = the volume is not met
        ("grade_without", "i8"),
        ("norm", "f8"),
        ("norm_without", "f8"),
        ("slant_m", "f8"),
        ("slant_without_m", "f8"),
    ],
    align=True,
)
PATHS: Final = 4  # scratch: two straight on, two flown
_KEPT: Final = 0
_FLOWN: Final = 2


@njit(cache=True)
def _set_kept(path, state, start_s):  # type: ignore[no-untyped-def]
    x, y, z = state.x + state.vx * start_s, state.y + state.vy * start_s, state.z + state.vz * start_s
    set_straight(path, (x, y, z), (state.vx, state.vy, state.vz))


@njit(cache=True)
def _set_flown(path, state, trial, k, pair):  # type: ignore[no-untyped-def]
    """Write the path of aircraft `k`, counted from the start of the trial: waits, makes its change, flies on."""
    _set_kept(path, state, trial.at_s)
    change, wait_s = trial.change[k], trial.late_s[k]
    if change == 0.0:
        return
    side = 1.0 if change > 0.0 else -1.0
    path.dimension, path.wait_s = trial.dimension, wait_s
    if trial.dimension == ALT:
        path.target_m = state.z + state.vz * pair.relay_s + change
        plan = profile(path.z + path.vz * wait_s, path.vz, path.target_m, pair.rise_mps2, pair.rise_mps)
        path.t1_s, path.t2_s, path.t3_s, path.a1_mps2, path.a2_mps2 = plan
        path.until_s = wait_s + plan.t3_s
        return
    rate = pair.rise_mps2 if trial.dimension == VS else pair.accel_mps2
    if trial.dimension == HDIR:
        speed = sqrt(state.vx * state.vx + state.vy * state.vy)
        rate = min(pair.turn_radps, GRAVITY_MPS2 * tan(pair.bank_rad) / speed)
    path.rate, path.until_s = side * rate, wait_s + abs(change) / rate


@njit(cache=True)
def _grade(a, b, norm, pair, length_s):  # type: ignore[no-untyped-def]
    """Return how bad two flown paths are: 0 = volume not met, then by how much of the minimum is left, and how long."""
    kind = pair.kind if norm >= 1.0 else CYLINDER
    t_in, left_s = stay(a, b, Volume(kind, pair.horizontal_m, pair.vertical_m, pair.tau_s, pair.coa_s), length_s)
    if norm >= 1.0:
        return 0 if t_in == inf else GRADES
    shrunk = min(WORST, ceil(log(norm) / log(SHRINK))) if norm > 0.0 else WORST
    if t_in == inf:
        left_s = max(a.until_s, b.until_s)
    late = GRADES - 1 if left_s >= length_s else min(GRADES - 1, int(left_s / LEAVE_STEP_S))
    return GRADES * (1 + shrunk) + late


@njit(cache=True)
def weigh(pairs, states, trials, paths, limit, weights):  # type: ignore[no-untyped-def]
    """Write the WEIGHT of each TRIAL, flown by nobody, by both, by the first alone and by the second alone.

    Return how many were weighed before one that failed or whose grade exceeds `limit`; a `limit` below 0 stops at none.

    A trial fails if in any case the pair comes nearer than with nobody, in norm or in slant range, or if both together
    do worse than one alone. `pairs` (1) of PAIR, `states` (2 or more) of STATE at 0 s, `paths` (PATHS) scratch.
    """
    pair = pairs[0]
    for n in range(trials.size):
        trial, weight, grade_both = trials[n], weights[n], FAILED
        length_s = pair.end_s - trial.at_s
        for k in range(2):
            _set_kept(paths[_KEPT + k], states[k], trial.at_s)
            _set_flown(paths[_FLOWN + k], states[k], trial, k, pair)
        cases = 2 if trial.change[0] == 0.0 or trial.change[1] == 0.0 else 4
        for case in range(cases):
            a = paths[_FLOWN if case == 1 or case == 2 else _KEPT]
            b = paths[_FLOWN + 1 if case == 1 or case == 3 else _KEPT + 1]
            norm, slant_m = least(a, b, length_s, pair.horizontal_m, pair.vertical_m)
            grade = _grade(a, b, norm, pair, length_s)
            if case == 0:
                weight.norm_without, weight.slant_without_m, weight.grade_without = norm, slant_m, grade
            elif norm < weight.norm_without or slant_m < weight.slant_without_m or grade < grade_both:
                grade_both = FAILED
                break
            elif case == 1:
                weight.norm, weight.slant_m, grade_both = norm, slant_m, grade
        weight.grade = grade_both
        if limit >= 0 and (grade_both < 0 or grade_both > limit):
            return n
    return trials.size


@njit(cache=True)
def time_to_stay(pairs, states, paths):  # type: ignore[no-untyped-def]
    """Return when in s from now the first two come into the pair's volume straight on; inf = not within its end."""
    pair = pairs[0]
    for k in range(2):
        _set_kept(paths[k], states[k], 0.0)
    volume = Volume(pair.kind, pair.horizontal_m, pair.vertical_m, pair.tau_s, pair.coa_s)
    return stay(paths[0], paths[1], volume, pair.end_s)[0]


@njit(cache=True)
def spares(pairs, states, trials, paths):  # type: ignore[no-untyped-def]
    """Return whether the first trial brings neither aircraft into the minimum of any of states[2:], nor deeper into it.

    Each is flown alone, the other aircraft straight on.
    """
    pair, trial = pairs[0], trials[0]
    length_s = pair.end_s - trial.at_s
    for k in range(2):
        _set_kept(paths[0], states[k], trial.at_s)
        _set_flown(paths[1], states[k], trial, k, pair)
        for n in range(2, states.size if trial.change[k] != 0.0 else 0):
            _set_kept(paths[2], states[n], trial.at_s)
            allowed = 1.0
            for flown in range(2):
                norm, _ = least(paths[flown], paths[2], length_s, pair.horizontal_m, pair.vertical_m)
                if flown == 1 and norm < allowed:
                    return False
                allowed = min(1.0, norm)
    return True


@njit(cache=True)
def _carry(p, v, time_s, place, velocity):  # type: ignore[no-untyped-def]
    """Write the unit vector and the velocity after `time_s` along the great circle."""
    advance(p, v, time_s, place)
    speed = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2])
    arc = speed * time_s / EARTH_RADIUS_M
    for k in range(3):
        velocity[k] = cos(arc) * v[k] - sin(arc) * speed * p[k]


@njit(cache=True)
def lay_out(aircraft, relay_s, carried, states):  # type: ignore[no-untyped-def]
    """Write to `carried` (n, 2, 3) where each aircraft is `relay_s` ahead on its great circle, and its velocity there.

    And to `states` (n) its STATE at 0 s in the plane of the first two, whose straight flight leads there.
    `aircraft` (n, 8): unit vector, tangent velocity, altitude, climb.
    """
    axes = np.zeros((2, 3))
    for n in range(states.size):
        _carry(aircraft[n, 0:3], aircraft[n, 3:6], relay_s, carried[n, 0], carried[n, 1])
    plane(carried[0, 0], carried[1, 0], axes[0], axes[1])
    for n in range(states.size):
        state, place, velocity = states[n], carried[n, 0], carried[n, 1]
        state.vx = velocity[0] * axes[0, 0] + velocity[1] * axes[0, 1] + velocity[2] * axes[0, 2]
        state.vy = velocity[0] * axes[1, 0] + velocity[1] * axes[1, 1] + velocity[2] * axes[1, 2]
        east = place[0] * axes[0, 0] + place[1] * axes[0, 1] + place[2] * axes[0, 2]
        north = place[0] * axes[1, 0] + place[1] * axes[1, 1] + place[2] * axes[1, 2]
        state.x, state.y = EARTH_RADIUS_M * east - state.vx * relay_s, EARTH_RADIUS_M * north - state.vy * relay_s
        state.z, state.vz = aircraft[n, 6], aircraft[n, 7]
