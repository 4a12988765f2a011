"""Taking reports into the columns, past the gates that hold back what an aircraft cannot have done.

Position and altitude gates follow readsb's values (track.c, 2024): a report that fails is counted and kept aside;
a second one that agrees with the first is believed, because then the old position was the wrong one.
"""

from math import atan2, cos, hypot, isnan, pi, radians, sin
from typing import Final

import numpy as np
from numba import njit

from airpact.encounter.relative import ground_range_m
from airpact.geo.sphere import EARTH_RADIUS_M
from airpact.geo.units import m_from_ft, mps_from_fpm, mps_from_kt

INTAKE: Final = np.dtype(
    [
        ("row", "i8"),
        ("valid_s", "f8"),
        ("lat_deg", "f8"),
        ("lon_deg", "f8"),
        ("altitude_m", "f8"),
        ("altitude_kind", "i8"),
        ("track_deg", "f8"),
        ("ground_speed_mps", "f8"),
        ("vertical_speed_mps", "f8"),
        ("epu_m", "f8"),
        ("radius_m", "f8"),  # of a coarsened position, 0 = as seen
        ("altitude_error_m", "f8"),
        ("delay_s", "f8"),
        ("quality", "i8"),
        ("time_error_s", "f8"),
        ("on_ground", "i8"),
        ("loose", "i8"),  # 1: multilateration, whose positions scatter more
    ],
    align=True,
)

TAKEN: Final = 0
LATE: Final = 1
DUPLICATE: Final = 2
POSITION_JUMP: Final = 3
ALTITUDE_JUMP: Final = 4  # the position was taken, the height held back

FITS_NOTHING: Final = 0
FITS_LAST: Final = 1
FITS_DOUBT: Final = 2

SLACK_M: Final = 30.0
UNKNOWN_SPEED_MPS: Final = mps_from_kt(900)
UNKNOWN_GROUND_SPEED_MPS: Final = mps_from_kt(120)
SPEED_CAP_MPS: Final = mps_from_kt(2000)
SPEED_DRIFT_MPS2: Final = mps_from_kt(3)  # speed that may have been gained per second unheard
LOOSE_FACTOR: Final = 1.4
LOOSE_SPEED_MPS: Final = mps_from_kt(50)
LOOSE_SLACK_M: Final = 250.0
ALTITUDE_FREE_M: Final = m_from_ft(300)
ALTITUDE_RATE_MPS: Final = mps_from_fpm(1500)
DOUBT_LIFE_S: Final = 30.0  # a held-back value older than this confirms nothing
VELOCITY_LIFE_S: Final = 30.0
DERIVE_MIN_S: Final = 3.0  # whole-second stamps: shorter intervals give nonsense
DERIVE_MAX_S: Final = 30.0
TURN_MIN_S: Final = 0.5
TURN_MAX_S: Final = 15.0
CLIMB_SMOOTH_S: Final = 10.0  # time constant for a vertical speed taken from 25 ft altitude steps


@njit(cache=True)
def reach_m(speed_mps, new_speed_mps, elapsed_s, time_error_s, on_ground, loose):  # type: ignore[no-untyped-def]
    """Return how far an aircraft can have come in `elapsed_s`; NaN speeds are unknown."""
    speed = UNKNOWN_GROUND_SPEED_MPS if on_ground else UNKNOWN_SPEED_MPS
    if not isnan(speed_mps) and not isnan(new_speed_mps):
        speed = max(speed_mps, new_speed_mps) + SPEED_DRIFT_MPS2 * elapsed_s
    elif not isnan(speed_mps):
        speed = speed_mps + SPEED_DRIFT_MPS2 * elapsed_s
    slack = SLACK_M
    if loose:
        speed, slack = speed * LOOSE_FACTOR + LOOSE_SPEED_MPS, slack + LOOSE_SLACK_M
    return slack + min(speed, SPEED_CAP_MPS) * (elapsed_s + time_error_s)


@njit(cache=True)
def _set_position(t, row, lat_deg, lon_deg):  # type: ignore[no-untyped-def]
    lat, lon = radians(lat_deg), radians(lon_deg)
    t.lat_deg[row], t.lon_deg[row] = lat_deg, lon_deg
    t.position[row, 0] = cos(lat) * cos(lon)
    t.position[row, 1] = cos(lat) * sin(lon)
    t.position[row, 2] = sin(lat)


@njit(cache=True)
def _set_heading(t, row, track_rad):  # type: ignore[no-untyped-def]
    lat, lon = radians(t.lat_deg[row]), radians(t.lon_deg[row])
    n, e = cos(track_rad), sin(track_rad)
    t.heading[row, 0] = -n * sin(lat) * cos(lon) - e * sin(lon)
    t.heading[row, 1] = -n * sin(lat) * sin(lon) + e * cos(lon)
    t.heading[row, 2] = n * cos(lat)


@njit(cache=True)
def _fit(t, row, r):  # type: ignore[no-untyped-def]
    """Return what a position fits: FITS_LAST, FITS_DOUBT (the one held back before it) or FITS_NOTHING."""
    elapsed = r.valid_s - t.valid_s[row]
    reach = reach_m(t.speed_mps[row], r.ground_speed_mps, elapsed, r.time_error_s, r.on_ground == 1, r.loose == 1)
    reach += t.radius_m[row] + r.radius_m  # a coarsened position steps from cell to cell
    if ground_range_m(t.lat_deg[row], t.lon_deg[row], r.lat_deg, r.lon_deg) <= reach:
        return FITS_LAST
    waited = r.valid_s - t.doubt_s[row]
    if isnan(waited) or waited <= 0.0 or waited > DOUBT_LIFE_S:  # the same instant again confirms nothing
        return FITS_NOTHING
    reach = reach_m(r.ground_speed_mps, r.ground_speed_mps, waited, r.time_error_s, r.on_ground == 1, r.loose == 1)
    near = ground_range_m(t.doubt_lat_deg[row], t.doubt_lon_deg[row], r.lat_deg, r.lon_deg) <= reach + 2.0 * r.radius_m
    return FITS_DOUBT if near else FITS_NOTHING


@njit(cache=True)
def _take_velocity(t, row, r, elapsed, old_lat, old_lon):  # type: ignore[no-untyped-def]
    """Store a stated velocity, or derive one from two positions; return the new track in degrees or NaN."""
    if not isnan(r.track_deg) and not isnan(r.ground_speed_mps):
        t.speed_mps[row], t.derived[row] = r.ground_speed_mps, False
        return r.track_deg
    if r.ground_speed_mps == 0.0:
        t.speed_mps[row], t.derived[row] = 0.0, False
        return 0.0 if isnan(t.track_deg[row]) else t.track_deg[row]
    if DERIVE_MIN_S <= elapsed <= DERIVE_MAX_S:
        east = radians((r.lon_deg - old_lon + 540.0) % 360.0 - 180.0) * cos(radians(r.lat_deg))
        north = radians(r.lat_deg - old_lat)
        t.speed_mps[row] = hypot(east, north) * EARTH_RADIUS_M / elapsed
        t.derived[row] = True
        return np.degrees(atan2(east, north)) % 360.0
    return np.nan


@njit(cache=True)
def _take_turn(t, row, track_deg, valid_s):  # type: ignore[no-untyped-def]
    """Measure the turn between stated tracks at least TURN_MIN_S apart, however fast the reports come."""
    elapsed = valid_s - t.turn_from_s[row]
    coarse = t.derived[row] or t.radius_m[row] > 0.0  # whose tracks are rounded
    if coarse or isnan(elapsed) or elapsed > TURN_MAX_S:
        t.turn_radps[row] = t.turn_before_radps[row] = 0.0
    elif elapsed >= TURN_MIN_S:
        change = radians((track_deg - t.turn_from_deg[row] + 540.0) % 360.0 - 180.0)
        t.turn_before_radps[row] = t.turn_radps[row]
        t.turn_radps[row] = change / elapsed
    else:
        return
    t.turn_from_deg[row], t.turn_from_s[row] = track_deg, np.nan if t.derived[row] else valid_s


@njit(cache=True)
def _take_altitude(t, row, r):  # type: ignore[no-untyped-def]
    """Store a height that the last one allows; return False when it is held back."""
    if isnan(r.altitude_m):
        return True
    elapsed = r.valid_s - t.altitude_s[row]
    same = r.altitude_kind == t.altitude_kind[row] and not isnan(elapsed) and elapsed <= DOUBT_LIFE_S
    if same:
        rate = 0.0 if isnan(t.climb_mps[row]) else t.climb_mps[row]
        step = r.altitude_m - t.altitude_m[row]
        free = ALTITUDE_FREE_M + t.altitude_error_m[row] + r.altitude_error_m
        window = free + ALTITUDE_RATE_MPS * elapsed
        waited = r.valid_s - t.doubt_altitude_s[row]
        confirmed = 0.0 <= waited <= DOUBT_LIFE_S and (
            abs(r.altitude_m - t.doubt_altitude_m[row]) <= free + ALTITUDE_RATE_MPS * waited
        )
        if abs(step) > free and abs(step - rate * elapsed) > window and not confirmed:
            t.doubt_altitude_s[row], t.doubt_altitude_m[row] = r.valid_s, r.altitude_m
            return False
        if t.altitude_error_m[row] > 0.0 or r.altitude_error_m > 0.0:  # a step between bands is no climb
            t.climb_mps[row] = r.vertical_speed_mps
        elif isnan(r.vertical_speed_mps) and elapsed > 0.0:
            raw = 0.0 if confirmed else step / elapsed
            t.climb_mps[row] = rate + (raw - rate) * (1.0 - np.exp(-elapsed / CLIMB_SMOOTH_S))
    elif isnan(r.vertical_speed_mps):
        t.climb_mps[row] = np.nan
    t.altitude_m[row], t.altitude_kind[row], t.altitude_s[row] = r.altitude_m, r.altitude_kind, r.valid_s
    t.altitude_error_m[row] = r.altitude_error_m
    t.doubt_altitude_s[row] = np.nan
    return True


@njit(cache=True)
def take(t, intake, verdict):  # type: ignore[no-untyped-def]
    """Take each INTAKE record into its row of `t` (Tracks), in order, and write its verdict code."""
    for k in range(intake.size):
        r = intake[k]
        row = r.row
        elapsed = r.valid_s - t.valid_s[row]
        if elapsed < 0.0:
            verdict[k] = LATE
            continue
        old_lat, old_lon = t.lat_deg[row], t.lon_deg[row]
        if elapsed == 0.0 and old_lat == r.lat_deg and old_lon == r.lon_deg:
            verdict[k] = DUPLICATE
            continue
        fit = FITS_LAST if isnan(elapsed) else _fit(t, row, r)
        if fit == FITS_NOTHING:
            t.doubt_s[row], t.doubt_lat_deg[row], t.doubt_lon_deg[row] = r.valid_s, r.lat_deg, r.lon_deg
            verdict[k] = POSITION_JUMP
            continue
        if fit == FITS_DOUBT:  # then the last position was the wrong one: nothing is derived from it
            t.jump_s[row] = r.valid_s
            old_lat, old_lon, elapsed = t.doubt_lat_deg[row], t.doubt_lon_deg[row], r.valid_s - t.doubt_s[row]
        t.doubt_s[row] = np.nan
        if t.radius_m[row] > 0.0 or r.radius_m > 0.0:
            elapsed = np.nan  # a step between cells is no movement
        t.valid_s[row], t.radius_m[row], t.delay_s[row] = r.valid_s, r.radius_m, r.delay_s
        _set_position(t, row, r.lat_deg, r.lon_deg)
        track_deg = _take_velocity(t, row, r, elapsed, old_lat, old_lon)
        if not isnan(track_deg):
            _take_turn(t, row, track_deg, r.valid_s)
            t.track_deg[row], t.velocity_s[row] = track_deg, r.valid_s
        if not isnan(t.track_deg[row]):
            _set_heading(t, row, t.track_deg[row] * pi / 180.0)
        if not isnan(r.vertical_speed_mps):
            t.climb_mps[row] = r.vertical_speed_mps
        t.epu_m[row], t.quality[row], t.time_error_s[row] = r.epu_m, r.quality, r.time_error_s
        t.on_ground[row] = r.on_ground == 1
        verdict[k] = TAKEN if _take_altitude(t, row, r) else ALTITUDE_JUMP
