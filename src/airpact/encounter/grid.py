"""Which pairs of a whole sky can meet: swept boxes on the sphere, cut into rows, each row scanned from west to east.

A track's *box* bounds, in latitude, longitude and height, every place from which it could be in a volume it shares with
another within the time asked for. Boxes that do not overlap belong to pairs that cannot meet, and that is proved:

* In the frame of a pair (`frame.pair_state`) both fly straight in the tangent plane at their mid-point m. The distance
  there is that of two points A(t), B(t) which fly straight in space, along the tangents at their own positions p and q,
  seen along m. Seeing along m hides at most `drop` = (a + b) tan(c / 2), with a, b the paths flown and c the arc p q;
  a pair d apart that meets within H has d <= H + a + b, so drop <= (a + b)(H + a + b) / (2 R cos(c / 2)). With
  h = H / 2 + own uncertainty per aircraft and e = h + a, (e + f)^2 <= 2 (e^2 + f^2) gives each its own share
  e^2 / (R cos(c / 2)), and by Minkowski |A - B| <= r + r' with r = hypot(h, share).
* A and B lie outside the sphere, and drawing points onto a ball brings none apart. So the directions of A and B, which
  run along great circles, come within the chord r + r', that is within rho + rho' with rho = asin(r / R) (convex).
* The middle of that arc lies within rho of one track's great-circle path and rho' of the other's: in both boxes, which
  bound the path's latitudes and longitudes and are widened by rho and, in longitude, by asin(sin rho / cos latitude).
  Close to a pole a box goes all the way round. Height is linear in time, so its interval is plain.
* Angles and heights are whole counts, rounded outwards. Longitudes are counts modulo a circle: the antimeridian is no
  place of its own.

A box is entered in every row it touches, at the column of its west edge. A pair is met in the first row both are in,
by the track whose scan east from its west edge reaches the other's west edge; where both do, by the one entered first.
So each pair is met once. Rows are twice as high as the mean box: at most 2 1/2 entries per track, and linear memory.

The monitors' `index` is kept apart: it answers for the few tracks just heard, turns included, and this for all at once.
"""

from math import asin, atan2, ceil, cos, floor, isnan, nan, pi, sin, sqrt
from typing import Final

import numpy as np
from numba import njit, prange

from airpact.geo.sphere import EARTH_RADIUS_M

COUNTS: Final = 2**32  # of a circle; one is 9 mm on the sphere
PER_RAD: Final = COUNTS / (2.0 * pi)
PER_M: Final = 100.0  # heights are counted in centimetres
HEIGHT_MAX: Final = 2**31 - 1  # counts; higher is clipped, and then overlaps the more
PATH_MAX_M: Final = 0.25 * EARTH_RADIUS_M  # farther, a straight line says nothing of a flight
HALF_MAX_M: Final = 500_000.0  # half a minimum and a track's own uncertainty
SHARE: Final = 1.1  # 1 / cos(c / 2) where sin(c / 2) <= (1.1 PATH_MAX_M + HALF_MAX_M) / R: 1.07, rounded up
UNKNOWN_SPEED_MPS: Final = 1000.0  # what a track of unknown speed may fly: faster than any crewed aircraft in service
SLACK_RAD: Final = 1e-7  # 0.6 m: far above the rounding of every function used
ROUND_RAD: Final = 1.57  # a box that comes within 5 km of a pole goes all the way round

ROWS_PER_MEAN: Final = 2.0  # height of a row in mean boxes
COLUMN_BITS: Final = 14  # most columns of a row
CELLS_MAX: Final = 360  # of a circle, when tracks are gathered with their neighbours
TASKS: Final = 64  # of a parallel loop; the same for any number of threads
BLOCK: Final = 256  # entries a task takes at a time: neighbours, and no task all the dense ones

# columns of `state`, one row per track
P, V, ALT, CLIMB, WIDE_H, WIDE_V, SPEED, KIND, STATE = 0, 3, 6, 7, 8, 9, 10, 11, 12
KIND_BITS: Final = 255  # of a span, 2 m on the sphere: they hold the kind of the height, and count as set

# columns of `box` and `entries`
SOUTH, NORTH, WEST, SPAN, LOW, HIGH, SLOT, ROW = 0, 1, 2, 3, 4, 5, 6, 7


@njit(cache=True)
def _arc(sin_lat, cos_lat, cos_track, path_m):  # type: ignore[no-untyped-def]
    """Return (least, greatest sine of latitude; cos, sin of the arc) of a path along a great circle."""
    x = path_m / EARTH_RADIUS_M
    cos_arc = 1.0 / sqrt(1.0 + x * x)
    sin_arc = x * cos_arc
    rise = cos_lat * cos_track
    end, later = sin_lat * cos_arc + rise * sin_arc, rise * cos_arc - sin_lat * sin_arc
    low, high = min(sin_lat, end), max(sin_lat, end)
    top = min(1.0, sqrt(sin_lat * sin_lat + rise * rise))
    if rise > 0.0 and later < 0.0:
        high = top
    elif rise < 0.0 and later > 0.0:
        low = -top
    return low, high, cos_arc, sin_arc


@njit(cache=True)
def _write_box(i, south, north, west, east, rho, top, box):  # type: ignore[no-untyped-def]
    """Write a box widened by `rho`; `top`: greatest absolute sine of latitude inside it."""
    box[i, SOUTH] = floor((south - rho) * PER_RAD)
    box[i, NORTH] = ceil((north + rho) * PER_RAD)
    if max(north, -south) + rho > ROUND_RAD:
        box[i, WEST], box[i, SPAN] = 0, -1
        return
    widen = asin(min(1.0, sin(rho) / sqrt(1.0 - top * top))) + SLACK_RAD
    first, last = floor((west - widen) * PER_RAD), ceil((east + widen) * PER_RAD)
    box[i, WEST] = np.int32(np.int64(first) & (COUNTS - 1))
    box[i, SPAN] = np.int32(np.int64(min(COUNTS - 1.0, last - first)))


@njit(cache=True)
def _height_box(i, altitude_m, climb_mps, half_m, time_s, box):  # type: ignore[no-untyped-def]
    later = altitude_m + climb_mps * time_s
    if isnan(later):
        box[i, LOW], box[i, HIGH] = -HEIGHT_MAX, HEIGHT_MAX
        return
    box[i, LOW] = max(-HEIGHT_MAX, floor((min(altitude_m, later) - half_m) * PER_M) - 1.0)
    box[i, HIGH] = min(HEIGHT_MAX, ceil((max(altitude_m, later) + half_m) * PER_M) + 1.0)


@njit(cache=True)
def flown(speed, track_deg, time_s):  # type: ignore[no-untyped-def]
    """Return (speed, track rad, greatest speed); both NaN where unknown or too fast. Who hovers needs no track."""
    if speed == 0.0:
        return 0.0, 0.0, 0.0
    most = min(UNKNOWN_SPEED_MPS if isnan(speed) else speed, PATH_MAX_M / time_s)
    if isnan(track_deg) or not speed <= most:
        return nan, nan, most
    return speed, track_deg * (pi / 180.0), most


@njit(cache=True)
def trace_one(  # type: ignore[no-untyped-def]
    k, i, lat, lon, altitude_m, track_deg, ground_speed_mps, vertical_speed_mps, wide_h, wide_v, kind, time_s, state
):
    """Write the state of track `i`, at (lat, lon) rad, to row `k`: unit vector, velocity, heights, uncertainties.

    `wide_h`, `wide_v`, `kind`: columns, or one value for all tracks. Returns (sin, cos of the latitude, sin, cos of the
    track), the last two NaN where the velocity is unknown.
    """
    speed, track, most = flown(ground_speed_mps, track_deg, time_s)
    sin_lat, cos_lat, sin_lon, cos_lon = sin(lat), cos(lat), sin(lon), cos(lon)
    sin_track, cos_track = sin(track), cos(track)
    to_north, to_east = speed * cos_track, speed * sin_track
    state[k, P], state[k, P + 1], state[k, P + 2] = cos_lat * cos_lon, cos_lat * sin_lon, sin_lat
    state[k, V] = -to_north * sin_lat * cos_lon - to_east * sin_lon
    state[k, V + 1] = -to_north * sin_lat * sin_lon + to_east * cos_lon
    state[k, V + 2] = to_north * cos_lat
    state[k, SPEED] = most
    state[k, WIDE_H] = wide_h[i if wide_h.size > 1 else 0]
    state[k, WIDE_V] = wide_v[i if wide_v.size > 1 else 0]
    state[k, KIND] = kind[i if kind.size > 1 else 0]
    known = state[k, KIND] != 0.0 and not isnan(altitude_m + vertical_speed_mps)
    state[k, ALT] = altitude_m if known else nan
    state[k, CLIMB] = vertical_speed_mps if known else nan
    return sin_lat, cos_lat, sin_track, cos_track


@njit(cache=True)
def _box(i, lat, lon, turned, halves, g, state, box):  # type: ignore[no-untyped-def]
    """Write the box of row `i` of state, of group `g`; `turned`: what `trace_one` returned."""
    sin_lat, cos_lat, sin_track, cos_track = turned
    steered = not isnan(cos_track)
    half_m = halves[g, 0] + state[i, WIDE_H]
    path_m = state[i, SPEED] * halves[g, 1] * (1.0 if steered else SHARE)
    share = SHARE * (half_m + path_m) * (half_m + path_m) / EARTH_RADIUS_M
    rho = asin(sqrt(half_m * half_m + share * share) / EARTH_RADIUS_M) + SLACK_RAD
    _height_box(i, state[i, ALT], state[i, CLIMB], halves[g, 2] + state[i, WIDE_V], halves[g, 3], box)
    south, north, west, east, top = lat, lat, lon, lon, abs(sin_lat)
    if steered:
        low, high, cos_arc, sin_arc = _arc(sin_lat, cos_lat, cos_track, path_m)
        turn = atan2(sin_track * sin_arc, cos_lat * cos_arc - sin_lat * cos_track * sin_arc)
        south, north, top = asin(low), asin(high), max(abs(low), abs(high))
        west, east = lon + min(0.0, turn), lon + max(0.0, turn)
    else:
        rho += path_m / EARTH_RADIUS_M
    _write_box(i, south, north, west, east, rho, top, box)
    box[i, SPAN] = (box[i, SPAN] & ~KIND_BITS) | np.int32(state[i, KIND])


@njit(cache=True)
def _trace(begin, end, order, seen, wide_h, wide_v, kind, group, halves, state, box):  # type: ignore[no-untyped-def]
    """Write state and box of the tracks order[begin:end], whose columns are the rows of `seen`."""
    for k in range(begin, end):
        i, at = order[k], k - begin
        g = group[i if group.size > 1 else 0]
        lat, lon = seen[at, 0] * (pi / 180.0), seen[at, 1] * (pi / 180.0)
        if isnan(lat + lon + halves[g, 0]):
            box[k, SOUTH], box[k, NORTH] = 1, 0
            continue
        turned = trace_one(
            k, i, lat, lon, seen[at, 2], seen[at, 3], seen[at, 4], seen[at, 5], wide_h, wide_v, kind, halves[g, 1],
            state,
        )  # fmt: skip
        _box(k, lat, lon, turned, halves, g, state, box)


@njit(cache=True)
def gather(lat_deg, lon_deg):  # type: ignore[no-untyped-def]
    """Return the tracks (n, int32) by coarse cell of latitude and longitude: neighbours in the sky and in memory."""
    tracks = lat_deg.size
    side = min(CELLS_MAX, int(sqrt(tracks)) + 1)
    start, cells = np.zeros(side * side + 1, np.int32), np.empty(tracks, np.int32)
    for i in range(tracks):
        y, x = (lat_deg[i] + 90.0) * (1.0 / 180.0), (lon_deg[i] + 360.0) * (1.0 / 360.0)
        x = x - floor(x)
        cells[i] = 0 if isnan(x + y) else min(side - 1, int(y * side)) * side + min(side - 1, int(x * side))
        start[cells[i] + 1] += 1
    for cell in range(1, start.size):
        start[cell] += start[cell - 1]
    order = np.empty(tracks, np.int32)
    for i in range(tracks):
        order[start[cells[i]]] = i
        start[cells[i]] += 1
    return order


@njit(cache=True, parallel=True)
def trace(  # type: ignore[no-untyped-def]
    order,
    lat_deg,
    lon_deg,
    altitude_m,
    track_deg,
    ground_speed_mps,
    vertical_speed_mps,
    wide_h,
    wide_v,
    kind,
    group,
    halves,
    state,
    box,
):
    """Write state (n, STATE) and box (n, 6) of every track in `order`; an empty box where the position is unknown.

    Columns (n) in the units of their names, NaN = unknown; `wide_h`, `wide_v`, `kind`, `group`: (n), or (1) for all;
    `halves`: (groups, 4) half minimum (m) and time (s), across and in height, NaN = asked with nobody.
    """
    tracks = order.size
    for part in prange(TASKS):
        task = np.int64(part)  # as it comes it is unsigned, and would turn sums into floats
        seen = np.empty((BLOCK, 6))
        for begin in range(tracks * task // TASKS, tracks * (task + 1) // TASKS, BLOCK):
            end = min(begin + BLOCK, tracks * (task + 1) // TASKS)
            for k in range(begin, end):  # all reads from far memory at once, which takes a tenth of one by one
                i, at = order[k], k - begin
                seen[at, 0], seen[at, 1], seen[at, 2] = lat_deg[i], lon_deg[i], altitude_m[i]
                seen[at, 3], seen[at, 4], seen[at, 5] = track_deg[i], ground_speed_mps[i], vertical_speed_mps[i]
            _trace(begin, end, order, seen, wide_h, wide_v, kind, group, halves, state, box)


@njit(cache=True)
def _layout(box):  # type: ignore[no-untyped-def]
    """Return (south edge, height, number) of the rows and the bits by which a longitude becomes a column."""
    count, total = 0, np.int64(0)
    south, north = np.int64(COUNTS), np.int64(-COUNTS)
    for i in range(box.shape[0]):
        low, high = np.int64(box[i, SOUTH]), np.int64(box[i, NORTH])
        if low > high:
            continue
        count += 1
        total += high - low
        south, north = min(south, low), max(north, high)
    if count == 0:
        return np.int64(0), np.int64(1), np.int64(0), np.int64(32)
    height = np.int64(ROWS_PER_MEAN * total / count) + 1
    rows = np.int64((north - south) // height + 1)
    bits = np.int64(0)
    while bits < COLUMN_BITS and rows << (bits + 1) <= 8 * count + 1024:
        bits += 1
    return south, height, rows, 32 - bits


@njit(cache=True)
def _west(rows, k):  # type: ignore[no-untyped-def]
    return np.int64(rows[k, WEST]) & (COUNTS - 1)


@njit(cache=True)
def arrange(box):  # type: ignore[no-untyped-def]
    """Return (entries, cell starts, column shift): boxes by row and column, in their own order within a cell.

    `entries`: (m, 8) int32, a box with its number and twice its row, + 1 in its first row. Linear in time and memory.
    """
    south, height, rows, shift = _layout(box)
    columns = np.int64(1) << (32 - shift)
    start = np.zeros(rows * columns + 2, np.int32)
    for i in range(box.shape[0]):
        if box[i, SOUTH] <= box[i, NORTH]:
            for row in range((box[i, SOUTH] - south) // height, (box[i, NORTH] - south) // height + 1):
                start[row * columns + (_west(box, i) >> shift) + 2] += 1
    for cell in range(2, start.size):
        start[cell] += start[cell - 1]
    entries = np.empty((start[-1], 8), np.int32)
    for i in range(box.shape[0]):
        if box[i, SOUTH] <= box[i, NORTH]:
            first = (box[i, SOUTH] - south) // height
            for row in range(first, (box[i, NORTH] - south) // height + 1):
                cell = row * columns + (_west(box, i) >> shift) + 1
                at = start[cell]
                start[cell] += 1
                for k in range(6):
                    entries[at, k] = box[i, k]
                entries[at, SLOT] = i
                entries[at, ROW] = 2 * row + int(row == first)
    return entries, start[:-1], shift


@njit(cache=True)
def _span(rows, k):  # type: ignore[no-untyped-def]
    return (np.int64(rows[k, SPAN]) & (COUNTS - 1)) | KIND_BITS


@njit(cache=True)
def ahead(k, entries, start, shift):  # type: ignore[no-untyped-def]
    """Return (number, row start, row end): how many entries after `k`, round the row, start where its box reaches."""
    columns = np.int64(1) << (32 - shift)
    west = _west(entries, k)
    row = np.int64(entries[k, ROW]) >> 1
    first, last = np.int64(start[row * columns]), np.int64(start[(row + 1) * columns])
    column = (west + _span(entries, k)) >> shift
    if column < columns:
        return np.int64(start[row * columns + column + 1]) - k - 1, first, last
    column -= columns
    if column >= west >> shift:
        return last - first - 1, first, last
    return last - k - 1 + np.int64(start[row * columns + column + 1]) - first, first, last


@njit(cache=True)
def overlapping(k, begin, end, entries, near):  # type: ignore[no-untyped-def]
    """Write to `near` which entries of begin..end - 1 overlap entry `k` in latitude and, of one kind, in height.

    Of a pair both must be in the first row they share. Written without a branch: most of these comparisons are a toss.
    """
    low, high, south, north = entries[k, LOW], entries[k, HIGH], entries[k, SOUTH], entries[k, NORTH]
    row, kind, count = entries[k, ROW], entries[k, SPAN], np.int64(0)
    for m in range(begin, end):
        near[count] = m
        level = (entries[m, LOW] <= high) & (entries[m, HIGH] >= low)
        unlike = (entries[m, SPAN] ^ kind) & KIND_BITS != 0
        across = (entries[m, SOUTH] <= north) & (entries[m, NORTH] >= south)
        count += np.int64(across & (level | unlike) & ((entries[m, ROW] | row) & 1 != 0))
    return count


@njit(cache=True)
def met_before(k, m, entries, start, shift):  # type: ignore[no-untyped-def]
    """Return whether the pair of entries that `k` meets at `m` is met by `m`, too, which comes first."""
    if m > k:
        return False
    number, _, _ = ahead(m, entries, start, shift)
    return k - m <= number
