"""The volumes two aircraft must stay out of, and when they will be in one: four well-clear volumes and the cylinder.

Rules C7, C8 and R7.4 of the detection rules, after the well-clear family of Munoz et al. (NASA/TM-2014-218280, NFM
2016). Positions and velocities are 3-tuples (east, north, up) in m and m/s of one plane frame; `s` is own position less
the intruder's, `v` own velocity, `w` the intruder's. Straight flight. Well-clear volumes are closed, the cylinder is
open: touching it is no conflict. Every path of the detection core asks these functions.
"""

from math import inf, nan, sqrt
from typing import Final, NamedTuple

from numba import njit

from airpact.encounter.almost import eq_d, lt_d

TAUMOD: Final = 0
TCPA: Final = 1
TEP: Final = 2
HZ: Final = 3  # modified tau with the vertical margin of a closing pair added: a hazard zone
CYLINDER: Final = 4
KINDS: Final = {"taumod": TAUMOD, "tcpa": TCPA, "tep": TEP, "hz": HZ, "cylinder": CYLINDER}


class Volume(NamedTuple):
    """One volume: `horizontal_m` and `vertical_m` are DTHR and ZTHR, or radius and half height of a cylinder."""

    kind: int
    horizontal_m: float
    vertical_m: float
    tau_s: float  # TTHR; a cylinder has none
    coa_s: float  # TCOA


@njit(cache=True)
def _circle(ss, sv, vv, radius_m):  # type: ignore[no-untyped-def]
    """Return (entry, exit) in s of a circle from s.s, s.v, v.v; NaN where it is not met."""
    if vv == 0.0:
        t = -(ss - radius_m * radius_m) / (2.0 * sv) if sv != 0.0 else nan
        return t, t
    c = ss - radius_m * radius_m
    if not (eq_d(sv * sv, vv * c) or sv * sv > vv * c):
        return nan, nan
    root = sqrt(max(0.0, sv * sv - vv * c))
    return (-sv - root) / vv, (-sv + root) / vv


@njit(cache=True)
def _touches(sx, sy, vx, vy, vv, radius_m):  # type: ignore[no-untyped-def]
    """Return Delta = D2 v2 - det(s, v)2: positive where the line crosses the circle, 0 where it touches."""
    det = sx * vy - sy * vx
    return radius_m * radius_m * vv - det * det


@njit(cache=True)
def _vertical(volume, sz, vz, begin_s, end_s):  # type: ignore[no-untyped-def]
    """Return (from, to) in s within [begin, end] of the vertical part of a well-clear volume; (end, begin) if none."""
    half = volume.vertical_m
    if eq_d(vz, 0.0):
        return (begin_s, end_s) if abs(sz) <= half else (end_s, begin_s)
    sign = 1.0 if vz >= 0.0 else -1.0
    if volume.kind == HZ:
        closing = 1.0 if sz * vz >= 0.0 else -1.0
        outer = max(half, half - closing * abs(vz) * volume.coa_s)
    else:
        outer = max(half, abs(vz) * volume.coa_s)
    entry, leave = (-sign * outer - sz) / vz, (sign * half - sz) / vz
    if end_s < entry or leave < begin_s:
        return end_s, begin_s
    return max(begin_s, entry), min(end_s, leave)


@njit(cache=True)
def _tau(volume, sx, sy, vx, vy):  # type: ignore[no-untyped-def]
    """Return the closing time in s that TTHR limits, of a pair outside the circle that closes: one per kind."""
    ss, sv, vv = sx * sx + sy * sy, sx * vx + sy * vy, vx * vx + vy * vy
    if volume.kind == TCPA:
        return -sv / vv
    if volume.kind == TEP:
        return _circle(ss, sv, vv, volume.horizontal_m)[0]
    return (volume.horizontal_m * volume.horizontal_m - ss) / sv


@njit(cache=True)
def _horizontal_now(volume, sx, sy, vx, vy):  # type: ignore[no-untyped-def]
    """Return whether the horizontal part of a well-clear volume is violated now: inside, or soon and near enough."""
    ss, sv, vv = sx * sx + sy * sy, sx * vx + sy * vy, vx * vx + vy * vy
    reach2 = volume.horizontal_m * volume.horizontal_m
    if ss <= reach2:
        return True
    if sv >= 0.0 or vv == 0.0:
        return False
    t = -sv / vv
    nearest_x, nearest_y = sx + t * vx, sy + t * vy
    if nearest_x * nearest_x + nearest_y * nearest_y > reach2:
        return False
    return 0.0 <= _tau(volume, sx, sy, vx, vy) <= volume.tau_s


@njit(cache=True)
def _taumod(volume, sx, sy, vx, vy, ss, sv, vv, length_s):  # type: ignore[no-untyped-def]
    reach2 = volume.horizontal_m * volume.horizontal_m
    a, b, c = vv, 2.0 * sv + volume.tau_s * vv, ss + volume.tau_s * sv - reach2
    discriminant = b * b - 4.0 * a * c
    if sv >= 0.0 or vv == 0.0 or discriminant < 0.0:  # vv: as in _cylinder
        return inf, -inf
    t = (-b - sqrt(discriminant)) / (2.0 * a)
    if _touches(sx, sy, vx, vy, vv, volume.horizontal_m) >= 0.0 and t <= length_s:
        _, leave = _circle(ss, sv, vv, volume.horizontal_m)
        return max(0.0, t), min(length_s, leave)
    return inf, -inf


@njit(cache=True)
def _tcpa(volume, sx, sy, vx, vy, ss, sv, vv, length_s):  # type: ignore[no-untyped-def]
    tcpa = -sv / vv
    nearest_x, nearest_y = sx + tcpa * vx, sy + tcpa * vy
    if nearest_x * nearest_x + nearest_y * nearest_y > volume.horizontal_m * volume.horizontal_m:
        return inf, -inf
    early = tcpa - volume.tau_s
    if _touches(sx, sy, vx, vy, vv, volume.horizontal_m) < 0.0:
        return (inf, -inf) if early > length_s else (max(0.0, early), min(length_s, tcpa))
    entry, leave = _circle(ss, sv, vv, volume.horizontal_m)
    t = min(entry, early)
    return (inf, -inf) if t > length_s else (max(0.0, t), min(length_s, leave))


@njit(cache=True)
def _tep(volume, sx, sy, vx, vy, ss, sv, vv, length_s):  # type: ignore[no-untyped-def]
    if _touches(sx, sy, vx, vy, vv, volume.horizontal_m) < 0.0:
        return inf, -inf
    entry, leave = _circle(ss, sv, vv, volume.horizontal_m)
    t = entry - volume.tau_s
    return (inf, -inf) if t > length_s else (max(0.0, t), min(length_s, leave))


@njit(cache=True)
def _horizontal(volume, sx, sy, vx, vy, length_s):  # type: ignore[no-untyped-def]
    """Return (from, to) in s within [0, length] of the horizontal part of a well-clear volume; (inf, -inf) if none."""
    ss, sv, vv = sx * sx + sy * sy, sx * vx + sy * vy, vx * vx + vy * vy
    inside = ss <= volume.horizontal_m * volume.horizontal_m
    if eq_d(vv, 0.0):
        if inside:
            return 0.0, length_s
        if volume.kind == TCPA or volume.kind == TEP:
            return inf, -inf
    if inside:
        _, leave = _circle(ss, sv, vv, volume.horizontal_m)
        return 0.0, min(length_s, leave)
    if sv > 0.0:
        return inf, -inf
    if volume.kind == TCPA:
        return _tcpa(volume, sx, sy, vx, vy, ss, sv, vv, length_s)
    if volume.kind == TEP:
        return _tep(volume, sx, sy, vx, vy, ss, sv, vv, length_s)
    return _taumod(volume, sx, sy, vx, vy, ss, sv, vv, length_s)


@njit(cache=True)
def _well_clear(volume, s, v, w, begin_s, end_s):  # type: ignore[no-untyped-def]
    vz = v[2] - w[2]
    low, high = _vertical(volume, s[2], vz, begin_s, end_s)
    if low > high:
        return inf, -inf
    vx, vy = v[0] - w[0], v[1] - w[1]
    px, py = s[0] + low * vx, s[1] + low * vy
    if eq_d(low, high):
        return (low, high) if _horizontal_now(volume, px, py, vx, vy) else (end_s, begin_s)
    first, last = _horizontal(volume, px, py, vx, vy, high - low)
    if not lt_d(first, last):
        return inf, -inf
    return first + low, last + low


@njit(cache=True)
def _same_ground_velocity(v, w):  # type: ignore[no-untyped-def]
    return eq_d(v[0], w[0]) and eq_d(v[1], w[1])


@njit(cache=True)
def _cylinder(volume, s, v, w, begin_s, end_s):  # type: ignore[no-untyped-def]
    radius_m, half_m = volume.horizontal_m, volume.vertical_m
    vx, vy, vz = v[0] - w[0], v[1] - w[1], v[2] - w[2]
    none = (end_s + 1.0, begin_s)
    enter, leave = -inf, inf
    if eq_d(v[2], w[2]):
        if abs(s[2]) >= half_m or eq_d(abs(s[2]), half_m):
            return none
    else:
        sign = 1.0 if vz >= 0.0 else -1.0
        enter, leave = (-sign * half_m - s[2]) / vz, (sign * half_m - s[2]) / vz
    ss = s[0] * s[0] + s[1] * s[1]
    inside = ss < radius_m * radius_m and not eq_d(ss, radius_m * radius_m)
    vv = vx * vx + vy * vy
    still = _same_ground_velocity(v, w) or vv == 0.0  # vv: motion too small to square leads nowhere
    if not (still and inside):
        if not _touches(s[0], s[1], vx, vy, vv, radius_m) > 0.0:
            return none
        first, last = _circle(ss, s[0] * vx + s[1] * vy, vv, radius_m)
        enter, leave = max(enter, first), min(leave, last)
    return min(max(enter, begin_s), end_s), min(max(leave, begin_s), end_s)


@njit(cache=True)
def interval(volume, s, v, w, begin_s, end_s):  # type: ignore[no-untyped-def]
    """Return (t_in, t_out) in s within [begin, end] of the stay in a volume (C7); see `conflict` for whether it is one.

    0 <= begin < end. s, v, w: 3-tuples of the file head, finite.
    """
    if volume.kind == CYLINDER:
        return _cylinder(volume, s, v, w, begin_s, end_s)
    return _well_clear(volume, s, v, w, begin_s, end_s)


@njit(cache=True)
def conflict(t_in_s, t_out_s):  # type: ignore[no-untyped-def]
    """Return whether an interval is a conflict: it lasts (C7)."""
    return lt_d(t_in_s, t_out_s)


@njit(cache=True)
def before(t_in_s, t_out_s, limit_s):  # type: ignore[no-untyped-def]
    """Return whether an interval is a conflict that begins now or before `limit_s` (C7)."""
    return lt_d(t_in_s, t_out_s) and (t_in_s == 0.0 or lt_d(t_in_s, limit_s))


@njit(cache=True)
def hit(volume, s, v, w, begin_s, end_s):  # type: ignore[no-untyped-def]
    """Return whether there is a conflict in [begin, end]; at that instant where both are equal, none reversed (C8)."""
    if eq_d(begin_s, end_s):
        t_in, t_out = interval(volume, s, v, w, begin_s, begin_s + 1.0)
        return lt_d(t_in, t_out) and eq_d(t_in, begin_s)
    if begin_s > end_s:
        return False
    t_in, t_out = interval(volume, s, v, w, begin_s, end_s)
    return lt_d(t_in, t_out)


@njit(cache=True)
def violation(volume, s, v, w):  # type: ignore[no-untyped-def]
    """Return whether the volume is violated at this instant, as the bands ask it: `hit` at 0 (C8)."""
    return hit(volume, s, v, w, 0.0, 0.0)


@njit(cache=True)
def violation_now(volume, s, v, w):  # type: ignore[no-untyped-def]
    """Return whether the volume's own definition holds at this instant, boundary included for well-clear volumes."""
    if volume.kind == CYLINDER:
        ss = s[0] * s[0] + s[1] * s[1]
        return ss < volume.horizontal_m * volume.horizontal_m and abs(s[2]) < volume.vertical_m
    vz, sz, half = v[2] - w[2], s[2], volume.vertical_m
    if abs(sz) > half and not _soon_level(volume, sz, vz):
        return False
    return _horizontal_now(volume, s[0], s[1], v[0] - w[0], v[1] - w[1])


@njit(cache=True)
def _soon_level(volume, sz, vz):  # type: ignore[no-untyped-def]
    """Return whether a pair outside the vertical threshold closes so fast that it counts as inside (TCOA)."""
    if sz * vz >= 0.0:
        return False
    if volume.kind == HZ:
        return abs(sz) <= volume.vertical_m + abs(vz) * volume.coa_s
    return -sz / vz <= volume.coa_s


@njit(cache=True)
def norm2(volume, s, v, w, time_s):  # type: ignore[no-untyped-def]
    """Return the squared cylindrical norm max((dx2 + dy2) / D2, (dz / H)2) after `time_s`: 1 on the boundary."""
    x, y = s[0] + time_s * (v[0] - w[0]), s[1] + time_s * (v[1] - w[1])
    z = (s[2] + time_s * (v[2] - w[2])) / volume.vertical_m
    return max((x * x + y * y) / (volume.horizontal_m * volume.horizontal_m), z * z)


@njit(cache=True)
def _nearest_in_norm(volume, s, v, w):  # type: ignore[no-untyped-def]
    """Return the time in s, not negative, at which the cylindrical norm is least (R7.4)."""
    vx, vy, vz = v[0] - w[0], v[1] - w[1], v[2] - w[2]
    best_s, best = 0.0, norm2(volume, s, v, w, 0.0)
    sv, vv = s[0] * vx + s[1] * vy, vx * vx + vy * vy
    times = (
        nan if _same_ground_velocity(v, w) or vv == 0.0 else -sv / vv,
        nan if eq_d(v[2], w[2]) else -s[2] / vz,
        _crossing(volume, s, vx, vy, vz, -1.0),
        _crossing(volume, s, vx, vy, vz, 1.0),
    )
    for t in times:
        if t > 0.0:
            here = norm2(volume, s, v, w, t)
            if here < best:
                best_s, best = t, here
    return best_s


@njit(cache=True)
def _crossing(volume, s, vx, vy, vz, side):  # type: ignore[no-untyped-def]
    """Return a root in s of equality between the horizontal and the vertical norm; NaN if there is none."""
    d2, h2 = volume.horizontal_m * volume.horizontal_m, volume.vertical_m * volume.vertical_m
    a = (vx * vx + vy * vy) / d2 - vz * vz / h2
    b = (s[0] * vx + s[1] * vy) / d2 - s[2] * vz / h2
    c = (s[0] * s[0] + s[1] * s[1]) / d2 - s[2] * s[2] / h2
    if a == 0.0:
        return -c / (2.0 * b) if b != 0.0 else nan
    if not (eq_d(b * b, a * c) or b * b > a * c):
        return nan
    return (-b + side * sqrt(max(0.0, b * b - a * c))) / a


@njit(cache=True)
def critical(volume, s, v, w, t_in_s, t_out_s, begin_s, end_s):  # type: ignore[no-untyped-def]
    """Return (time s, squared cylindrical norm) of the critical point of a stay (R7.4).

    Well-clear volumes: the middle of the stay, NaN without one. Cylinder: where the norm is least in [begin, end].
    """
    if volume.kind == CYLINDER:
        t = min(max(_nearest_in_norm(volume, s, v, w), begin_s), end_s)
    elif conflict(t_in_s, t_out_s):
        t = 0.5 * (t_in_s + t_out_s)
    else:
        return nan, nan
    return t, norm2(volume, s, v, w, t)
