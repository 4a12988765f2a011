"""What recorded tracks did to each other: who was inside minima at which whole second, after the fact.

Each track is interpolated linearly between its own reports, never across a gap longer than `gap_s`; where two reports
carry the same time the later line counts at that time. Reports without a height have no place in three dimensions and
are left out by the caller. Positions interpolate in latitude and longitude on the reference sphere.
"""

from math import floor
from typing import Final

import numpy as np
from numba import njit

from airpact.encounter.almost import lt_d
from airpact.encounter.relative import ground_range_m
from airpact.geo.sphere import EARTH_RADIUS_M

NEAR: Final = np.dtype(
    [("time_s", "f8"), ("first", "i8"), ("second", "i8"), ("range_m", "f8"), ("height_m", "f8")], align=True
)


@njit(cache=True)
def place(time_s, lat, lon, altitude, at, low, high, now_s, gap_s):  # type: ignore[no-untyped-def]
    """Return (cursor, known, latitude, longitude, altitude) of one track at `now_s`.

    `low`, `high`: the track's slice of the columns; `at`: a cursor not past `now_s`, moved on and returned.
    """
    while at + 1 < high and time_s[at + 1] <= now_s:
        at += 1
    if time_s[at] > now_s or at < low:
        return at, False, np.nan, np.nan, np.nan
    if time_s[at] == now_s:
        return at, True, lat[at], lon[at], altitude[at]
    if at + 1 >= high or time_s[at + 1] - time_s[at] > gap_s:
        return at, False, np.nan, np.nan, np.nan
    share = (now_s - time_s[at]) / (time_s[at + 1] - time_s[at])
    turn = (lon[at + 1] - lon[at] + 540.0) % 360.0 - 180.0
    return (
        at,
        True,
        lat[at] + share * (lat[at + 1] - lat[at]),
        lon[at] + share * turn,
        altitude[at] + share * (altitude[at + 1] - altitude[at]),
    )


@njit(cache=True)
def within(range_m, height_m, horizontal_m, vertical_m):  # type: ignore[no-untyped-def]
    """Return whether two are inside a cylinder; touching is outside, by the detector's tolerance (C7)."""
    return lt_d(range_m, horizontal_m) and lt_d(height_m, vertical_m)


@njit(cache=True)
def near_seconds(time_s, lat, lon, altitude, start, horizontal_m, vertical_m, gap_s, limit):  # type: ignore[no-untyped-def]
    """Return (NEAR records, number): every pair of tracks below both limits at a whole second, by time.

    Columns are sorted by track, then time; `start` (n + 1) slices them by track. number > limit: call again with more.
    Linear in the seconds covered; per second the tracks present are swept in order of latitude.
    """
    out = np.empty(limit, NEAR)
    number = np.int64(0)  # typed, or what counts on is compiled once for 0 and once more
    tracks = start.size - 1
    begin = np.argsort(time_s[start[:-1]], kind="mergesort")
    cursor = start[:-1].copy()
    present = np.empty(tracks, np.int64)
    spot = np.empty((tracks, 3))
    kept, coming = 0, 0
    now_s = floor(time_s[start[begin[0]]]) if tracks else 0.0
    while coming < tracks or kept > 0:
        if kept == 0 and coming < tracks:
            now_s = max(now_s, floor(time_s[start[begin[coming]]]))
        while coming < tracks and time_s[start[begin[coming]]] <= now_s:
            present[kept] = begin[coming]
            kept, coming = kept + 1, coming + 1
        keep = 0
        seen = np.empty(kept, np.int64)
        known = 0
        for k in range(kept):
            track = present[k]
            if time_s[start[track + 1] - 1] < now_s:
                continue
            present[keep] = track
            keep += 1
            at, here, y, x, z = place(
                time_s, lat, lon, altitude, cursor[track], start[track], start[track + 1], now_s, gap_s
            )
            cursor[track] = at
            if here:
                spot[track, 0], spot[track, 1], spot[track, 2] = y, x, z
                seen[known] = track
                known += 1
        kept = keep
        number = _pairs_at(now_s, seen[:known], spot, horizontal_m, vertical_m, out, number)
        now_s += 1.0
    return out, number


@njit(cache=True)
def _pairs_at(now_s, seen, spot, horizontal_m, vertical_m, out, number):  # type: ignore[no-untyped-def]
    ordered = seen[np.argsort(spot[seen, 0], kind="mergesort")]
    band_deg = np.degrees(horizontal_m / EARTH_RADIUS_M) * (1.0 + 1e-9)
    for k in range(ordered.size):
        i = ordered[k]
        for m in range(k + 1, ordered.size):
            j = ordered[m]
            if spot[j, 0] - spot[i, 0] > band_deg:
                break
            height_m = abs(spot[i, 2] - spot[j, 2])
            if height_m >= vertical_m:
                continue
            range_m = ground_range_m(spot[i, 0], spot[i, 1], spot[j, 0], spot[j, 1])
            if not within(range_m, height_m, horizontal_m, vertical_m):
                continue
            if number < out.size:
                row = out[number]
                row.time_s, row.first, row.second = now_s, min(i, j), max(i, j)
                row.range_m, row.height_m = range_m, height_m
            number += 1
    return number


@njit(cache=True)
def pair_seconds(time_s, lat, lon, altitude, one, two, from_s, to_s, gap_s):  # type: ignore[no-untyped-def]
    """Return (times, ranges m, height differences m) of two tracks at every whole second both are known.

    `one`, `two`: (low, high) slices of the columns; NaN altitudes give NaN heights.
    """
    first, last = np.ceil(from_s), np.floor(to_s)
    size = int(max(0.0, last - first + 1.0))
    out = np.empty((3, size))
    count, a, b = 0, one[0], two[0]
    for k in range(size):
        now_s = first + k
        a, here, y1, x1, z1 = place(time_s, lat, lon, altitude, a, one[0], one[1], now_s, gap_s)
        b, there, y2, x2, z2 = place(time_s, lat, lon, altitude, b, two[0], two[1], now_s, gap_s)
        if here and there:
            out[0, count], out[1, count], out[2, count] = now_s, ground_range_m(y1, x1, y2, x2), abs(z1 - z2)
            count += 1
    return out[0, :count], out[1, :count], out[2, :count]
