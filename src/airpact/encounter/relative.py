"""Relative motion of two aircraft without a chosen frame: every quantity is a dot product of unit-sphere vectors.

With both positions on one sphere the line between them is perpendicular to the direction of their mid-point, so
range, range rate and relative speed in the mid-point's tangent plane need no axes. Swapping the two aircraft only
flips signs inside products: verdicts are equal bit for bit, at the antimeridian and over the poles as elsewhere.
"""

from math import asin, cos, hypot, radians, sin, sqrt

from numba import njit

from airpact.geo.sphere import EARTH_RADIUS_M

STILL_MPS2 = 1e-12  # squared relative speed below which two aircraft do not move against each other


@njit(cache=True)
def advance(position, velocity, time_s, out):  # type: ignore[no-untyped-def]
    """Write to `out` (3) the unit vector reached from `position` (3) at `velocity` (3, m/s, tangent) after `time_s`."""
    speed = sqrt(velocity[0] ** 2 + velocity[1] ** 2 + velocity[2] ** 2)
    arc = speed * time_s / EARTH_RADIUS_M
    along = sin(arc) / speed if speed > 0.0 else 0.0
    for k in range(3):
        out[k] = cos(arc) * position[k] + along * velocity[k]


@njit(cache=True)
def relative(p, q, v, w):  # type: ignore[no-untyped-def]
    """Return (range squared m2, range times range rate m2/s, relative speed squared m2/s2) of q, w seen from p, v.

    `p`, `q` are unit vectors (3), `v`, `w` velocities (3) in m/s tangent at them.
    """
    s2 = sv = v2 = wm = m2 = 0.0
    for k in range(3):
        d = EARTH_RADIUS_M * (q[k] - p[k])
        u = w[k] - v[k]
        m = p[k] + q[k]
        s2 += d * d
        sv += d * u
        v2 += u * u
        wm += u * m
        m2 += m * m
    v2 = max(0.0, v2 - wm * wm / m2) if m2 > 0.0 else v2
    return s2, sv, v2


@njit(cache=True)
def closest(s2, sv, v2):  # type: ignore[no-untyped-def]
    """Return (time s from now, range m) of the horizontal closest approach that is still to come, or now."""
    t = max(0.0, -sv / v2) if v2 >= STILL_MPS2 else 0.0
    return t, range_after(s2, sv, v2, t)


@njit(cache=True)
def range_after(s2, sv, v2, time_s):  # type: ignore[no-untyped-def]
    """Return the range in m after `time_s` of straight flight."""
    return sqrt(max(0.0, s2 + time_s * (2.0 * sv + time_s * v2)))


@njit(cache=True)
def plane(p, q, east, north):  # type: ignore[no-untyped-def]
    """Write orthonormal axes (3 each) of the tangent plane at the mid-point of two unit vectors."""
    mx, my, mz = p[0] + q[0], p[1] + q[1], p[2] + q[2]
    size = sqrt(mx * mx + my * my + mz * mz)
    mx, my, mz = mx / size, my / size, mz / size
    across = hypot(mx, my)
    if across > 1e-9:
        east[0], east[1], east[2] = -my / across, mx / across, 0.0
    else:  # at a pole every direction is east; any fixed choice serves
        east[0], east[1], east[2] = 0.0, 1.0, 0.0
    north[0] = my * east[2] - mz * east[1]
    north[1] = mz * east[0] - mx * east[2]
    north[2] = mx * east[1] - my * east[0]


@njit(cache=True)
def ground_range_m(lat_1_deg, lon_1_deg, lat_2_deg, lon_2_deg):  # type: ignore[no-untyped-def]
    """Return the great-circle distance in metres of two places in degrees."""
    half_lat, half_lon = radians(lat_2_deg - lat_1_deg) / 2, radians(lon_2_deg - lon_1_deg) / 2
    chord = sin(half_lat) ** 2 + cos(radians(lat_1_deg)) * cos(radians(lat_2_deg)) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(chord)))
