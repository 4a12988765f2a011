"""The picture carried to the present instant: dead reckoning, and what is not known grows with age.

Straight along the great circle at the last velocity; heights along the last vertical speed while it is fresh.
"""

from math import asin, atan2, cos, isnan, sin
from typing import Final

from numba import njit

from airpact.encounter.turn import TURN_HELD_RADPS
from airpact.geo.sphere import EARTH_RADIUS_M
from airpact.geo.units import AltitudeKind
from airpact.picture.gates import TURN_MAX_S, VELOCITY_LIFE_S
from airpact.picture.quality import (
    ALTIMETRY_M,
    ASSUMED_EPU_M,
    CLIMB_CHANGE_MPS,
    DERIVED_SPEED_ERROR_MPS,
    STALE_S,
    STANDARD_TURN_RADPS,
    WITHHELD_SPEED_MPS,
)

ALTITUDE_LIFE_S: Final = 30.0  # a height this much older than the position is not compared with anything
_GROUND: Final = int(AltitudeKind.GROUND)


@njit(cache=True)
def growth_m(speed_mps, derived, age_s):  # type: ignore[no-untyped-def]
    """Return how far (m) an aircraft may be off its dead-reckoned place after `age_s` without a report."""
    swing = min(0.5 * STANDARD_TURN_RADPS * age_s, 1.0) * speed_mps * age_s
    return swing + DERIVED_SPEED_ERROR_MPS * age_s if derived else swing


@njit(cache=True)
def _growth_m(t, row, known, speed_mps, age_s):  # type: ignore[no-untyped-def]
    """Growth of a row: one whose party coarsened or delayed it and withheld its speed may have flown any way."""
    if not known and (t.radius_m[row] > 0.0 or t.delay_s[row] > 0.0):
        return WITHHELD_SPEED_MPS * age_s
    return growth_m(speed_mps, t.derived[row], age_s)


@njit(cache=True)
def _project_motion(t, now, row, age_s):  # type: ignore[no-untyped-def]
    """Carry on the last velocity while the track lives; what is to come is judged only while that velocity is fresh."""
    known = t.valid_s[row] - t.velocity_s[row] <= VELOCITY_LIFE_S
    speed = t.speed_mps[row] if known else 0.0
    now.speed_mps[row] = speed
    now.steered[row] = known and age_s - t.delay_s[row] <= VELOCITY_LIFE_S
    arc = speed * age_s / EARTH_RADIUS_M
    c, s = cos(arc), sin(arc)
    for k in range(3):
        p, h = t.position[row, k], t.heading[row, k]
        now.position[row, k] = c * p + s * h if speed > 0.0 else p
        now.velocity[row, k] = speed * (c * h - s * p) if speed > 0.0 else 0.0
    held = abs(t.turn_radps[row]) > TURN_HELD_RADPS and abs(t.turn_before_radps[row]) > TURN_HELD_RADPS
    held = held and t.turn_radps[row] * t.turn_before_radps[row] > 0.0
    now.turn_radps[row] = t.turn_radps[row] if held and known and age_s <= TURN_MAX_S else 0.0
    now.uncertainty_m[row] = t.epu_m[row] + t.radius_m[row] + _growth_m(t, row, known, speed, max(0.0, age_s))
    # A stale track is said to be stale, and its circle goes on growing on the screen; to alert on a circle of
    # kilometres would be noise, so what widens the minima stops growing there.
    judged_s = min(max(0.0, age_s), STALE_S + t.delay_s[row])
    judged_m = t.epu_m[row] + t.radius_m[row] + _growth_m(t, row, known, speed, judged_s)
    now.widen_m[row] = max(0.0, judged_m - ASSUMED_EPU_M)
    now.lat_rad[row] = asin(max(-1.0, min(1.0, now.position[row, 2])))
    now.lon_rad[row] = atan2(now.position[row, 1], now.position[row, 0])


@njit(cache=True)
def _project_height(t, now, row, now_s):  # type: ignore[no-untyped-def]
    age_s = now_s - t.altitude_s[row]
    fresh = t.valid_s[row] - t.altitude_s[row] <= ALTITUDE_LIFE_S  # as old as the position, not as the silence
    usable = fresh and 0 < t.altitude_kind[row] < _GROUND
    climb = 0.0 if isnan(t.climb_mps[row]) else t.climb_mps[row]
    now.comparable[row] = t.altitude_kind[row] if usable else 0
    now.climb_mps[row] = climb if usable else 0.0
    now.altitude_m[row] = t.altitude_m[row] + climb * age_s if usable else t.altitude_m[row]
    late = CLIMB_CHANGE_MPS * max(0.0, age_s - STALE_S) if usable else 0.0
    late += t.altitude_error_m[row] if usable else 0.0
    now.vertical_uncertainty_m[row] = ALTIMETRY_M + late
    now.widen_vertical_m[row] = late


@njit(cache=True)
def project(t, now, rows, now_s):  # type: ignore[no-untyped-def]
    """Fill `now` (Now) for every alive row below `rows` of `t` (Tracks) at `now_s`."""
    for row in range(rows):
        now.judged[row] = t.alive[row] and not t.on_ground[row]
        if t.alive[row]:
            _project_motion(t, now, row, now_s - t.valid_s[row])
            _project_height(t, now, row, now_s)
