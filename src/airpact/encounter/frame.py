"""Two plane frames: the reference's, seen from the ownship, and one per pair that belongs to neither aircraft.

The reference projects orthographically on the tangent plane at the ownship and takes a velocity as a tenth of ten
seconds along the great circle (rule C6). Two observers of one encounter therefore differ by up to two milliseconds in
their times. The joint verdict uses the tangent plane at the mid-point of the pair instead: swapping the two aircraft
changes signs only, so both parties compute the same bits; the antimeridian and the poles are places like any other.
"""

from math import asin, atan2, cos, pi, sin, sqrt
from typing import Final

from numba import njit

from airpact.encounter.relative import plane
from airpact.geo.sphere import EARTH_RADIUS_M
from airpact.geo.units import M_PER_NM

PROJECTED_S: Final = 10.0  # a projected velocity is the mean over this long a flight
AT_POLE: Final = 1e-9  # cosine of the latitude: within a centimetre of a pole
ARC_PER_M: Final = pi / 10800.0 / M_PER_NM  # one minute of arc is one nautical mile


@njit(cache=True)
def great_circle(lat_rad, lon_rad, track_rad, ground_speed_mps, time_s):  # type: ignore[no-untyped-def]
    """Return (latitude, longitude) in rad reached along the great circle of `track_rad` after `time_s` (C6)."""
    arc = ground_speed_mps * time_s * ARC_PER_M
    sin_lat, cos_lat, sin_arc, cos_arc = sin(lat_rad), cos(lat_rad), sin(arc), cos(arc)
    sin_new = min(1.0, max(-1.0, sin_lat * cos_arc + cos_lat * sin_arc * cos(track_rad)))
    lat = asin(sin_new)
    if cos_lat < AT_POLE:  # the difference below is nothing but rounding here; the same quotient less cos(lat)
        lon = lon_rad + atan2(sin(track_rad) * sin_arc, cos_lat * cos_arc - sin_lat * sin_arc * cos(track_rad))
    else:
        lon = lon_rad + atan2(sin(track_rad) * sin_arc * cos_lat, cos_arc - sin_lat * sin(lat))
    if lon > pi:
        lon -= 2.0 * pi
    elif lon <= -pi:
        lon += 2.0 * pi
    return lat, lon


@njit(cache=True)
def _geocentric(lat_rad, lon_rad):  # type: ignore[no-untyped-def]
    theta, phi = 0.5 * pi - lat_rad, pi - lon_rad
    across = EARTH_RADIUS_M * sin(theta)
    return across * cos(phi), across * sin(phi), EARTH_RADIUS_M * cos(theta)


@njit(cache=True)
def _on_plane(lat_rad, lon_rad, ref_lat_rad, ref_lon_rad):  # type: ignore[no-untyped-def]
    """Return (east, north) in m of a place on the tangent plane at the reference point, in C6's own products."""
    px, py, pz = _geocentric(lat_rad, lon_rad)
    rx, ry, rz = _geocentric(ref_lat_rad, ref_lon_rad)
    qx, qy = ry, -rx
    q = sqrt(qx * qx + qy * qy)
    if q == 0.0:  # exactly at a pole: the limit along the meridian by which the place is named
        qx, qy, q = sin(pi - ref_lon_rad), -cos(pi - ref_lon_rad), 1.0
    cx, cy, cz = -rz * qy, rz * qx, rx * qy - ry * qx  # r x q with q_z = 0
    c = sqrt(cx * cx + cy * cy + cz * cz)
    east = qx / q * px + qy / q * py
    north = -(cx / c * px + cy / c * py + cz / c * pz)
    return east, north


@njit(cache=True)
def project(lat_rad, lon_rad, altitude_m, velocity, ref_lat_rad, ref_lon_rad):  # type: ignore[no-untyped-def]
    """Return (position, velocity), each (east, north, up) in m and m/s, on the tangent plane at the reference (C6).

    `velocity`: ground velocity (east, north, up) in m/s at the place itself. At a pole the axes are those of the
    meridian by whose longitude it is named.
    """
    x, y = _on_plane(lat_rad, lon_rad, ref_lat_rad, ref_lon_rad)
    gs = sqrt(velocity[0] * velocity[0] + velocity[1] * velocity[1])
    lat, lon = great_circle(lat_rad, lon_rad, atan2(velocity[0], velocity[1]), gs, PROJECTED_S)
    later_x, later_y = _on_plane(lat, lon, ref_lat_rad, ref_lon_rad)
    later_z = altitude_m + PROJECTED_S * velocity[2]
    moved = 1.0 / PROJECTED_S
    return (x, y, altitude_m), (moved * (later_x - x), moved * (later_y - y), moved * (later_z - altitude_m))


@njit(cache=True)
def pair_state(p, q, v, w, dz_m, climb_p_mps, climb_q_mps, east, north):  # type: ignore[no-untyped-def]
    """Return (s, v, w) of a pair in its own frame: position of p less that of q, and both velocities, as 3-tuples.

    `p`, `q`: unit vectors (3); `v`, `w`: velocities in m/s tangent at them (3); `dz_m`: height of p less that of q;
    `east`, `north`: scratch (3). Velocities are their parts along the plane at the mid-point, in which the straight
    line between the two lies. Swapping the aircraft changes the sign of s exactly and exchanges v and w.
    """
    plane(p, q, east, north)
    sx = sy = vx = vy = wx = wy = 0.0
    for k in range(3):
        d = EARTH_RADIUS_M * (p[k] - q[k])
        sx += d * east[k]
        sy += d * north[k]
        vx += v[k] * east[k]
        vy += v[k] * north[k]
        wx += w[k] * east[k]
        wy += w[k] * north[k]
    return (sx, sy, dz_m), (vx, vy, climb_p_mps), (wx, wy, climb_q_mps)
