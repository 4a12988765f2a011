"""Two aircraft flown ahead, each on a straight line or through one manoeuvre, and how near they come to each other.

A manoeuvre begins after a wait and is one turn, one change of ground speed or one change of height, with the motion of
the bands; before and after it the flight is straight. Separation is told twice: in the cylindrical norm of the agreed
minima, max(horizontal / D, vertical / H), 1 on the boundary, and as slant range. Plane frame (east, north, up).

Straight parts are solved exactly. While something bends, chords of `CHORD_S` stand for the path: at 25 degrees of bank
on both sides they lie within 0.3 m of it. Parts too far away to matter are passed over: in t seconds no separation
falls by more than speed and acceleration allow, so nothing that could be the least is left out.
"""

from math import hypot, inf, sqrt
from typing import Final

import numpy as np
from numba import njit

from airpact.encounter.bands.levelout import Profile, height_at
from airpact.encounter.bands.motion import ALT, HDIR, HS, VS, change_climb, change_speed, turn
from airpact.encounter.volumes import conflict, interval

CHORD_S: Final = 0.5
TINY: Final = 1e-12  # keeps a rate of zero out of a quotient
STRAIGHT: Final = -1  # the dimension of a path without manoeuvre

PATH: Final = np.dtype(
    [
        ("x", "f8"),  # at 0 s, m
        ("y", "f8"),
        ("z", "f8"),  # NaN: the height is not known
        ("vx", "f8"),  # m/s
        ("vy", "f8"),
        ("vz", "f8"),
        ("wait_s", "f8"),  # straight until then
        ("until_s", "f8"),  # manoeuvre flown, straight on; at most `wait_s` without one
        ("dimension", "i8"),  # STRAIGHT, or HDIR, HS, VS, ALT
        ("rate", "f8"),  # rad/s positive right, or m/s2 along the track or upwards
        ("t1_s", "f8"),  # the level-out of a change of height, and where it ends
        ("t2_s", "f8"),
        ("t3_s", "f8"),
        ("a1_mps2", "f8"),
        ("a2_mps2", "f8"),
        ("target_m", "f8"),
    ],
    align=True,
)


@njit(cache=True)
def set_straight(path, s, v):  # type: ignore[no-untyped-def]
    """Write the path without manoeuvre from a position and velocity (3-tuples, m, m/s)."""
    path.x, path.y, path.z = s
    path.vx, path.vy, path.vz = v
    path.wait_s = path.until_s = path.rate = path.t1_s = path.t2_s = path.t3_s = 0.0
    path.a1_mps2 = path.a2_mps2 = path.target_m = 0.0
    path.dimension = STRAIGHT


@njit(cache=True)
def _bent(path, gone_s):  # type: ignore[no-untyped-def]
    """Return (position, velocity) `gone_s` into the manoeuvre of a path."""
    v, wait_s = (path.vx, path.vy, path.vz), path.wait_s
    s = path.x + path.vx * wait_s, path.y + path.vy * wait_s, path.z + path.vz * wait_s
    if path.dimension == HDIR:
        return turn(s, v, path.rate, gone_s)
    if path.dimension == HS:
        return change_speed(s, v, path.rate, gone_s)
    if path.dimension == VS:
        return change_climb(s, v, path.rate, gone_s)
    plan = Profile(path.t1_s, path.t2_s, path.t3_s, path.a1_mps2, path.a2_mps2)
    z, climb = height_at(plan, s[2], v[2], path.target_m, gone_s)
    return (s[0] + v[0] * gone_s, s[1] + v[1] * gone_s, z), (v[0], v[1], climb)


@njit(cache=True)
def state_at(path, time_s):  # type: ignore[no-untyped-def]
    """Return (x, y, z, vx, vy, vz) of a path at `time_s`."""
    if time_s <= path.wait_s or path.dimension == STRAIGHT:
        x, y, z = path.x + path.vx * time_s, path.y + path.vy * time_s, path.z + path.vz * time_s
        return x, y, z, path.vx, path.vy, path.vz
    s, v = _bent(path, min(time_s, path.until_s) - path.wait_s)
    rest_s = max(0.0, time_s - path.until_s)
    return s[0] + v[0] * rest_s, s[1] + v[1] * rest_s, s[2] + v[2] * rest_s, v[0], v[1], v[2]


@njit(cache=True)
def apart(a, b, time_s):  # type: ignore[no-untyped-def]
    """Return relative position and velocity (6) of two paths; an unknown height counts as the same height."""
    s, t = state_at(a, time_s), state_at(b, time_s)
    z, climb = s[2] - t[2], s[5] - t[5]
    known = z == z and climb == climb
    return s[0] - t[0], s[1] - t[1], z if known else 0.0, s[3] - t[3], s[4] - t[4], climb if known else 0.0


@njit(cache=True)
def _least_straight(r, length_s, d2, h2):  # type: ignore[no-untyped-def]
    """Return the least (squared norm, squared slant range) of relative motion r over `length_s`, exact.

    The squared norm is the greater of two parabolas, hence convex: it is least at an end, at the foot of one of them,
    or where they cross.
    """
    x, y, z, vx, vy, vz = r
    vv, sv, ss = vx * vx + vy * vy, x * vx + y * vy, x * x + y * y
    a, b, c = vv / d2 - vz * vz / h2, sv / d2 - z * vz / h2, ss / d2 - z * z / h2
    root = sqrt(max(0.0, b * b - a * c))
    near_s = -(sv + z * vz) / (vv + vz * vz) if vv + vz * vz > 0.0 else 0.0
    times = (
        0.0,
        length_s,
        near_s,
        -sv / vv if vv > 0.0 else 0.0,
        -z / vz if vz != 0.0 else 0.0,
        (-b - root) / a if a != 0.0 else 0.0,
        (-b + root) / a if a != 0.0 else (-c / (2.0 * b) if b != 0.0 else 0.0),
    )
    norm2 = slant2 = inf
    for time_s in times:
        t = min(max(0.0, time_s), length_s)
        fx, fy, fz = x + vx * t, y + vy * t, z + vz * t
        flat2 = fx * fx + fy * fy
        norm2, slant2 = min(norm2, max(flat2 / d2, fz * fz / h2)), min(slant2, flat2 + fz * fz)
    return norm2, slant2


@njit(cache=True)
def _bounds(path):  # type: ignore[no-untyped-def]
    """Return the greatest (ground speed, climb, horizontal acceleration, vertical acceleration) on a path, SI.

    An unknown climb counts as none.
    """
    ground, climb = sqrt(path.vx * path.vx + path.vy * path.vy), abs(path.vz)
    flat = tall = 0.0
    if path.dimension == HDIR:
        flat = abs(path.rate) * ground
    elif path.dimension == HS:
        flat = abs(path.rate)
        ground = max(ground, ground + path.rate * (path.until_s - path.wait_s))
    elif path.dimension == VS:
        tall = abs(path.rate)
    elif path.dimension == ALT:
        tall = abs(path.a1_mps2)
        climb = max(climb, abs(path.vz + path.a1_mps2 * path.t1_s))
    return ground, climb if climb == climb else 0.0, flat, tall


@njit(cache=True)
def _passed_over(gap, rate_now, rate_max, accel):  # type: ignore[no-untyped-def]
    """Return for how many seconds a separation above the least by `gap` must stay above it.

    It falls by no more than rate_max t, nor by more than rate_now t + accel t2 / 2.
    """
    if gap <= 0.0:
        return 0.0
    return max(gap / rate_max, 2.0 * gap / (rate_now + sqrt(rate_now * rate_now + 2.0 * accel * gap) + TINY))


@njit(cache=True)
def least(a, b, length_s, horizontal_m, vertical_m):  # type: ignore[no-untyped-def]
    """Return the least (norm, slant range in m) of two paths over `length_s` > 0."""
    d2, h2 = horizontal_m * horizontal_m, vertical_m * vertical_m
    bent_s = min(max(a.until_s, b.until_s), length_s)
    norm2, slant2 = _least_straight(apart(a, b, bent_s), length_s - bent_s, d2, h2)
    ground_a, climb_a, flat_a, tall_a = _bounds(a)
    ground_b, climb_b, flat_b, tall_b = _bounds(b)
    fast, climb, flat, tall = ground_a + ground_b, climb_a + climb_b, flat_a + flat_b, tall_a + tall_b
    norm_rate, slant_rate = max(fast / horizontal_m, climb / vertical_m, TINY), max(hypot(fast, climb), TINY)
    norm_accel, slant_accel = max(flat / horizontal_m, tall / vertical_m), hypot(flat, tall)
    t, here = 0.0, apart(a, b, 0.0)
    while t < bent_s:
        far2, near2 = here[0] * here[0] + here[1] * here[1], here[3] * here[3] + here[4] * here[4]
        gap = sqrt(max(far2 / d2, here[2] * here[2] / h2)) - sqrt(norm2)
        now = max(sqrt(near2) / horizontal_m, abs(here[5]) / vertical_m)
        took = _passed_over(gap, now, norm_rate, norm_accel)
        gap = sqrt(far2 + here[2] * here[2]) - sqrt(slant2)
        took = min(took, _passed_over(gap, sqrt(near2 + here[5] * here[5]), slant_rate, slant_accel))
        chord = took <= CHORD_S
        took = min(max(took, CHORD_S), bent_s - t)
        there = apart(a, b, t + took)
        if chord:
            x, y, z = (there[0] - here[0]) / took, (there[1] - here[1]) / took, (there[2] - here[2]) / took
            chord_norm2, chord_slant2 = _least_straight((here[0], here[1], here[2], x, y, z), took, d2, h2)
            norm2, slant2 = min(norm2, chord_norm2), min(slant2, chord_slant2)
        t, here = t + took if t + took < bent_s else bent_s, there
    return sqrt(norm2), sqrt(slant2)


@njit(cache=True)
def stay(a, b, volume, length_s):  # type: ignore[no-untyped-def]
    """Return (t_in, t_out) in s of the stay in `volume` once both fly straight, within `length_s`; (inf, -inf) = none.

    Unknown heights count as equal.
    """
    bent_s = max(a.until_s, b.until_s)
    if bent_s >= length_s:
        return inf, -inf
    s, t = state_at(a, bent_s), state_at(b, bent_s)
    x, y, z, _, _, vz = apart(a, b, bent_s)
    climb_a, climb_b = (0.0, 0.0) if vz == 0.0 else (s[5], t[5])  # equal, or not known
    v, w = (s[3], s[4], climb_a), (t[3], t[4], climb_b)
    begin, end = interval(volume, (x, y, z), v, w, 0.0, length_s - bent_s)
    return (begin + bent_s, end + bent_s) if conflict(begin, end) else (inf, -inf)
