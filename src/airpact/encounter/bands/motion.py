"""Where the ownship is, and how it moves, at step k of a manoeuvre (R1.3 to R1.6, R1.8, R1.9).

A manoeuvre is one of four dimensions: a turn, a change of ground speed, a change of vertical speed, or a level-out at
another altitude (`levelout`). Positions and velocities are 3-tuples (east, north, up) in m and m/s of one plane frame.
A dimension without rates is instantaneous: the new heading, speed or altitude holds at once.
"""

from math import cos, sin, sqrt
from typing import Final

from numba import njit

HDIR: Final = 0
HS: Final = 1
VS: Final = 2
ALT: Final = 3
DIMENSIONS: Final = ("hdir", "hs", "vs", "alt")


@njit(cache=True, inline="always")
def ground_speed(v):  # type: ignore[no-untyped-def]
    """Return the horizontal size of a velocity (3-tuple) in m/s."""
    return sqrt(v[0] * v[0] + v[1] * v[1])


@njit(cache=True)
def along_track(v):  # type: ignore[no-untyped-def]
    """Return (east, north) of length 1 along the track of a velocity; north for an aircraft at rest (C5)."""
    speed = ground_speed(v)
    return (v[0] / speed, v[1] / speed) if speed > 0.0 else (0.0, 1.0)


@njit(cache=True, inline="always")
def turning_velocity(v, least_mps):  # type: ignore[no-untyped-def]
    """Return the velocity a turn starts from: at least `least_mps` over the ground, so that it has a radius (R1.4)."""
    speed = ground_speed(v)
    if speed >= least_mps:
        return v
    east, north = along_track(v)
    return least_mps * east, least_mps * north, v[2]


@njit(cache=True)
def turn(s, v, rate_radps, time_s):  # type: ignore[no-untyped-def]
    """Return (position, velocity) after `time_s` of a turn at `rate_radps`, positive to the right (R1.4)."""
    c, n = cos(rate_radps * time_s), sin(rate_radps * time_s)
    east, north = v[0] * c + v[1] * n, -v[0] * n + v[1] * c
    x, y = s[0] + (v[1] - north) / rate_radps, s[1] + (east - v[0]) / rate_radps
    return (x, y, s[2] + v[2] * time_s), (east, north, v[2])


@njit(cache=True)
def change_speed(s, v, accel_mps2, time_s):  # type: ignore[no-untyped-def]
    """Return (position, velocity) after `time_s` of a change of ground speed by `accel_mps2` along the track (R1.5)."""
    east, north = along_track(v)
    speed = ground_speed(v)
    way = speed * time_s + 0.5 * accel_mps2 * time_s * time_s
    new = speed + accel_mps2 * time_s
    velocity = (v[0] * (new / speed), v[1] * (new / speed), v[2]) if speed > 0.0 else (new * east, new * north, v[2])
    return (s[0] + way * east, s[1] + way * north, s[2] + v[2] * time_s), velocity


@njit(cache=True)
def change_climb(s, v, accel_mps2, time_s):  # type: ignore[no-untyped-def]
    """Return (position, velocity) after `time_s` of a change of vertical speed by `accel_mps2` (R1.6)."""
    z = s[2] + v[2] * time_s + 0.5 * accel_mps2 * time_s * time_s
    return (s[0] + v[0] * time_s, s[1] + v[1] * time_s, z), (v[0], v[1], v[2] + accel_mps2 * time_s)


@njit(cache=True)
def stepped(dimension, s, v, k, step, every_s, limits):  # type: ignore[no-untyped-def]
    """Return (position, velocity) of HDIR, HS or VS at step `k`, negative to the left, slower or down, at |k| every_s.

    `step` in rad or m/s; `every_s` is 0 in an instantaneous dimension (R1.8), which leaves the position as it is.
    """
    side = 1.0 if k >= 0 else -1.0
    time_s = abs(k) * every_s
    if dimension == HDIR:
        start = turning_velocity(v, max(limits.hs_step_mps, limits.min_airspeed_mps))
        if every_s > 0.0:
            return turn(s, start, side * limits.turn_rate_radps, time_s)
        c, n = cos(k * step), sin(k * step)
        return s, (start[0] * c + start[1] * n, -start[0] * n + start[1] * c, v[2])
    if dimension == HS:
        if every_s > 0.0:
            return change_speed(s, v, side * limits.horizontal_accel_mps2, time_s)
        return s, change_speed(s, v, k * step, 1.0)[1]
    if every_s > 0.0:
        return change_climb(s, v, side * limits.vertical_accel_mps2, time_s)
    return s, (v[0], v[1], v[2] + k * step)


@njit(cache=True, inline="always")
def brought_back(s, v, time_s):  # type: ignore[no-untyped-def]
    """Return the position at time 0 from which straight flight at `v` passes `s` at `time_s` (R1.9)."""
    return s[0] - time_s * v[0], s[1] - time_s * v[1], s[2] - time_s * v[2]
