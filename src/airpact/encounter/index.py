"""Which pairs can matter: a band index over the sphere, rebuilt each tick in linearithmic time and linear memory.

Tracks are sorted by latitude band, then longitude. A query looks at the bands its radius touches and, inside each,
at the longitudes a spherical cap of that radius can reach (the whole band where the cap holds a pole), wrapping at
the antimeridian. The cap's exact longitude reach is asin(sin r / cos lat), so nothing inside the radius is missed.

The sweep (`grid`) asks another question, and its boxes are no index: it bounds where each track flies straight and
meets all pairs at once, on every core, whoever reported. A tick asks for the few tracks just heard, on one thread, and
must keep pairs that a held turn could bring together: a disc of the greatest speed, not a path.
"""

from math import asin, cos, pi, sin, sqrt
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from numba import njit

from airpact.encounter.relative import relative
from airpact.geo.sphere import EARTH_RADIUS_M

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

BANDS_MAX: Final = 1024
SLACK: Final = 1e-9  # radians added to every reach: far above rounding, far below a metre


def build(lat: Floats, lon: Floats, rows: Ints, band_rad: float) -> tuple[Ints, Floats, Ints]:
    """Return (order, sorted longitudes, band starts): `rows` sorted by band and longitude (radians)."""
    band = ((lat[rows] + 0.5 * pi) / band_rad).astype(np.int64)
    by_key = np.argsort(band * 8.0 + (lon[rows] + pi), kind="stable")
    order = rows[by_key]
    starts = np.searchsorted(band[by_key], np.arange(int(pi / band_rad) + 2))
    return order, lon[order], starts


@njit(cache=True)
def _window(sorted_lon, first, last, low, high):  # type: ignore[no-untyped-def]
    section = sorted_lon[first:last]
    return first + np.searchsorted(section, low, side="left"), first + np.searchsorted(section, high, side="right")


@njit(cache=True)
def windows(lat, lon, reach, sorted_lon, starts, band_rad, out):  # type: ignore[no-untyped-def]
    """Write the (from, to) ranges of `order` within `reach` rad of a point to `out` (m, 2); return their number."""
    count = 0
    low_band = max(0, int((lat - reach + 0.5 * pi) / band_rad))
    high_band = min(starts.size - 2, int((lat + reach + 0.5 * pi) / band_rad))
    whole = abs(lat) + reach >= 0.5 * pi
    span = pi if whole else min(pi, asin(min(1.0, sin(reach) / cos(lat))) + SLACK)
    for band in range(low_band, high_band + 1):
        first, last = starts[band], starts[band + 1]
        if first == last:
            continue
        if span >= pi:
            out[count, 0], out[count, 1] = first, last
            count += 1
            continue
        low, high = lon - span, lon + span
        out[count, 0], out[count, 1] = _window(sorted_lon, first, last, low, high)
        count += 1
        if low < -pi:
            out[count, 0], out[count, 1] = _window(sorted_lon, first, last, low + 2 * pi, np.inf)
            count += 1
        elif high > pi:
            out[count, 0], out[count, 1] = _window(sorted_lon, first, last, -np.inf, high - 2 * pi)
            count += 1
    return count


@njit(cache=True)
def arc_rad(chord_m):  # type: ignore[no-untyped-def]
    """Return the angle at the earth's centre of a straight line of `chord_m` between two places, with slack."""
    return 2.0 * asin(min(1.0, 0.5 * chord_m / EARTH_RADIUS_M)) + SLACK


@njit(cache=True)
def within_reach(i, j, row, position, velocity, speed, turn, altitude, climb, comparable, widen_h, widen_v):  # type: ignore[no-untyped-def]
    """Return whether two rows could undercut the minima `row` (horizontal m, vertical m, horizon s); NaN = not asked.

    Sound: within the horizon neither range nor height difference can shrink by more than its relative speed (the sum
    of both speeds where one turns) times the horizon.
    """
    if np.isnan(row[0]):
        return False
    if comparable[i] != 0 and comparable[i] == comparable[j]:
        gap = row[1] + widen_v[i] + widen_v[j] + abs(climb[i] - climb[j]) * row[2]
        if abs(altitude[i] - altitude[j]) > gap + 1e-6:
            return False
    s2, _, v2 = relative(position[i], position[j], velocity[i], velocity[j])
    closing = sqrt(v2) if turn[i] == 0.0 and turn[j] == 0.0 else speed[i] + speed[j]
    return sqrt(s2) <= row[0] + widen_h[i] + widen_h[j] + closing * row[2] + 1e-3


def candidates(
    asked: Flags,
    alive: Flags,
    position: Floats,
    velocity: Floats,
    speed: Floats,
    turn: Floats,
    lat: Floats,
    lon: Floats,
    altitude: Floats,
    climb: Floats,
    comparable: npt.NDArray[Any],
    widen_h: Floats,
    widen_v: Floats,
    group: npt.NDArray[Any],
    reach: Floats,
    limit: int,
) -> tuple[Ints, Ints, int]:
    """Return (first, second, number): row pairs with a row in `asked` that could undercut a minimum they are asked for.

    `asked`: bool (n); `position`, `velocity`: (n, 3); `altitude` m, `climb` m/s, `comparable`: kind code (n), 0 = none;
    `reach`: (g, g, 3) largest horizontal and vertical minimum (m) and horizon (s) per pair of groups, NaN = not asked
    for. Each pair comes once, first < second. number > limit: the call must be repeated with a larger `limit`.
    """
    rows = np.nonzero(alive)[0]
    first, second = np.empty(limit, np.int64), np.empty(limit, np.int64)
    if rows.size < 2:
        return first, second, 0
    top_h, _, top_t = np.fmax.reduce(reach, axis=(0, 1)).tolist()
    fastest, widest = float(speed[rows].max()), float(widen_h[rows].max())
    band_rad = max(arc_rad(top_h + 2.0 * widest + 2.0 * fastest * top_t), pi / BANDS_MAX)
    order, sorted_lon, starts = build(lat, lon, rows, band_rad)
    new = np.nonzero(asked & alive)[0]
    far_m = top_h + widest + widen_h[new] + (speed[new] + fastest) * top_t + 1e-3
    number = _search(
        new, asked, order, sorted_lon, starts, band_rad, far_m, lat, lon, position, velocity,
        speed, turn, altitude, climb, comparable, widen_h, widen_v, group, reach, first, second,
    )  # fmt: skip
    return first, second, number


@njit(cache=True)
def _search(  # type: ignore[no-untyped-def]
    rows,
    asked,
    order,
    sorted_lon,
    starts,
    band_rad,
    far_m,
    lat,
    lon,
    position,
    velocity,
    speed,
    turn,
    altitude,
    climb,
    comparable,
    widen_h,
    widen_v,
    group,
    reach,
    first,
    second,
):
    """Write the pairs with one of `rows` that are within reach; return their number, also beyond what fits."""
    out = np.empty((2 * starts.size, 2), np.int64)
    number = 0
    for n in range(rows.size):
        i = rows[n]
        for k in range(windows(lat[i], lon[i], arc_rad(far_m[n]), sorted_lon, starts, band_rad, out)):
            for j in order[out[k, 0] : out[k, 1]]:
                if j == i or (asked[j] and j < i):
                    continue
                row = reach[group[i], group[j]]
                if not within_reach(
                    i, j, row, position, velocity, speed, turn, altitude, climb, comparable, widen_h, widen_v
                ):
                    continue
                if number < first.size:
                    first[number], second[number] = min(i, j), max(i, j)
                number += 1
    return number
