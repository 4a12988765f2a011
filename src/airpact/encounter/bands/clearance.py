"""Whether one state of the ownship is clear of a volume around one intruder, and cheap proofs that it is (R1.10).

Nearly all of the thousands of states of one set of bands pass far from every intruder. `apart` proves that with a few
products, before the detector is asked; what it cannot prove, the detector decides. Its proof allows SLACK_M, a
thousand times what rounding can do to a detector for positions up to the radius of the earth, so no verdict depends on
it.
"""

from math import sqrt
from typing import Final, NamedTuple

from numba import njit

from airpact.encounter.bands.motion import HS
from airpact.encounter.volumes import Volume, hit

SLACK_M: Final = 1.0


class Question(NamedTuple):
    """What is asked of a step: clear of `volume` on [begin, window], of `guard` before `begin` if `guarded`."""

    volume: Volume
    begin_s: float
    window_s: float
    guarded: bool
    guard: Volume


@njit(cache=True)
def apart_vertically(volume, s, v, w, begin_s, end_s):  # type: ignore[no-untyped-def]
    """Return whether the height difference stays beyond every vertical threshold: it is linear, so its ends tell."""
    sz, vz = s[2], v[2] - w[2]
    outer = volume.vertical_m + abs(vz) * volume.coa_s + SLACK_M
    first, last = sz + vz * begin_s, sz + vz * end_s
    return (first > outer and last > outer) or (first < -outer and last < -outer)


@njit(cache=True)
def apart_horizontally(volume, s, v, w, begin_s, end_s):  # type: ignore[no-untyped-def]
    """Return whether the horizontal part is missed for sure.

    Every volume asks for a closest approach within D of the straight line. The circle lies behind an aircraft that is
    outside and opens at the beginning. One that still closes at the end has not been nearer than there, and a
    violation of tau_s or less to go lies within D + tau_s |v|: for the modified tau, D2 - r2 >= -tau r |v| gives
    r <= D + tau |v|; for the other two r2 = dcpa2 + (v t)2 with t <= tau.
    """
    sx, sy, vx, vy = s[0], s[1], v[0] - w[0], v[1] - w[1]
    reach = volume.horizontal_m + SLACK_M
    vv, det = vx * vx + vy * vy, sx * vy - sy * vx
    if det * det > reach * reach * vv:
        return True
    px, py = sx + begin_s * vx, sy + begin_s * vy
    if px * vx + py * vy > 0.0 and px * px + py * py > reach * reach:
        return True
    px, py = sx + end_s * vx, sy + end_s * vy
    far = reach + volume.tau_s * sqrt(vv)
    return px * vx + py * vy <= 0.0 and px * px + py * py > far * far


@njit(cache=True)
def apart(volume, s, v, w, begin_s, end_s):  # type: ignore[no-untyped-def]
    """Return whether `hit` is certain to be false on [begin, end]; false means only that it is not certain."""
    return apart_vertically(volume, s, v, w, begin_s, end_s) or apart_horizontally(volume, s, v, w, begin_s, end_s)


@njit(cache=True)
def clear(volume, s, v, w, time_s, begin_s, end_s):  # type: ignore[no-untyped-def]
    """Return whether the state held from `time_s` is clear of the volume on [begin, end] (R1.10).

    `s`: own position brought back to time 0, less the intruder's; `v`, `w`: own and intruder's velocity; 3-tuples.
    """
    if time_s > end_s or begin_s > end_s:
        return True
    start_s = max(begin_s, time_s)
    return apart(volume, s, v, w, start_s, end_s) or not hit(volume, s, v, w, start_s, end_s)


@njit(cache=True)
def aloof(volume, dimension, s, v, w, horizon_s):  # type: ignore[no-untyped-def]
    """Return whether no step of a whole dimension can hit before `horizon_s`.

    A turn and a change of speed leave the vertical motion as it is, a climb and a level-out the horizontal motion: if
    that half never meets the volume, no step does.
    """
    if dimension <= HS:
        return apart_vertically(volume, s, v, w, 0.0, horizon_s)
    return apart_horizontally(volume, s, v, w, 0.0, horizon_s)
