"""Random skies over the awkward places of the sphere, and every pair of them judged one by one in plain numpy.

The oracle shares no code with the product: unit vectors, the plane at the mid-point of each pair, and the stay in an
open cylinder, all written anew.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from airpact.geo.sphere import EARTH_RADIUS_M

Column = npt.NDArray[np.float64]
Minima = npt.NDArray[np.float64]
Verdict = tuple[float, float, float, float, float]

REGION = ((36.0, 35.0),)
ANTIMERIDIAN = ((10.0, 179.9), (-40.0, -179.95), (65.0, 180.0))
NORTH_POLE = ((90.0, 0.0), (89.7, 120.0))
SOUTH_POLE = ((-90.0, 0.0), (-89.8, -60.0))
EVERYWHERE = (*REGION, *ANTIMERIDIAN, *NORTH_POLE, *SOUTH_POLE, (0.0, 0.0), (85.0, -179.0))


class Columns(NamedTuple):
    """What find_conflicts takes first."""

    lat_deg: Column
    lon_deg: Column
    altitude_m: Column
    track_deg: Column
    ground_speed_mps: Column
    vertical_speed_mps: Column


def scattered(count: int, seed: int, centres: tuple[tuple[float, float], ...], spread_km: float) -> Columns:
    """Return tracks scattered about the centres as on a disc laid on the sphere there: also across a pole."""
    draw = np.random.default_rng(seed)
    centre = np.radians(np.array(centres)[draw.integers(0, len(centres), count)])
    arc = spread_km * 1000.0 / EARTH_RADIUS_M * np.sqrt(draw.random(count))
    turn = draw.uniform(0.0, 2.0 * np.pi, count)
    sin_lat = np.sin(centre[:, 0]) * np.cos(arc) + np.cos(centre[:, 0]) * np.sin(arc) * np.cos(turn)
    lat = np.arcsin(np.clip(sin_lat, -1.0, 1.0))
    lon = centre[:, 1] + np.arctan2(
        np.sin(turn) * np.sin(arc) * np.cos(centre[:, 0]), np.cos(arc) - np.sin(centre[:, 0]) * sin_lat
    )
    speed = np.where(draw.random(count) < 0.1, 0.0, draw.choice((30.0, 120.0, 250.0, 700.0), count))
    return Columns(
        np.degrees(lat),
        (np.degrees(lon) + 180.0) % 360.0 - 180.0,
        draw.uniform(0.0, 12_000.0, count),
        draw.uniform(0.0, 360.0, count),
        speed,
        np.where(draw.random(count) < 0.5, 0.0, draw.uniform(-25.0, 25.0, count)),
    )


def vectors(sky: Columns) -> tuple[Column, Column]:
    """Return unit vectors and ground velocities in m/s, (n, 3) each."""
    lat, lon, track = np.radians(sky.lat_deg), np.radians(sky.lon_deg), np.radians(sky.track_deg)
    up = np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
    north = np.column_stack((-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)))
    east = np.column_stack((-np.sin(lon), np.cos(lon), np.zeros(lat.size)))
    moved = np.cos(track)[:, None] * north + np.sin(track)[:, None] * east
    return up, sky.ground_speed_mps[:, None] * moved


def _cylinder(s: Column, u: Column, dz: float, vz: float, row: Minima, known: bool) -> Verdict | None:
    """Return (t_in, t_out, t_cpa, range, height difference there) of one pair in its plane, None = no conflict."""
    horizontal, vertical, lookahead = row
    ss, su, uu = s @ s, s @ u, u @ u
    enter, leave = -np.inf, np.inf
    if uu < 1e-18:
        if ss >= horizontal * horizontal:
            return None
    else:
        root2 = su * su - uu * (ss - horizontal * horizontal)
        if root2 <= 0.0:
            return None
        enter, leave = (-su - np.sqrt(root2)) / uu, (-su + np.sqrt(root2)) / uu
    if known and vz == 0.0 and abs(dz) >= vertical:
        return None
    if known and vz != 0.0:
        edges = sorted(((vertical - dz) / vz, (-vertical - dz) / vz))
        enter, leave = max(enter, edges[0]), min(leave, edges[1])
    enter, leave = max(enter, 0.0), min(leave, lookahead)
    if enter >= leave:
        return None
    t = min(max(0.0, -su / uu), lookahead) if uu > 0.0 else 0.0
    return enter, leave, t, float(np.linalg.norm(s + t * u)), abs(dz + t * vz) if known else np.nan


def every_pair(sky: Columns, minima: Minima, options: dict[str, Any]) -> dict[tuple[int, int], Verdict]:
    """Return the verdict on each pair in conflict, every pair looked at; `minima` (g, g, 3), NaN = not asked."""
    count = sky.lat_deg.size
    up, velocity = vectors(sky)
    group = options.get("group", np.zeros(count, np.int64))
    wide_h = np.broadcast_to(options.get("horizontal_uncertainty_m", 0.0), (count,))
    wide_v = np.broadcast_to(options.get("vertical_uncertainty_m", 0.0), (count,))
    kind = np.broadcast_to(options.get("altitude_kind", 1), (count,))
    found = {}
    for i in range(count - 1):
        rest = np.arange(i + 1, count)
        row = minima[group[i], group[rest]]
        reach = row[:, 0] + wide_h[i] + wide_h[rest]
        reach = reach + (sky.ground_speed_mps[i] + sky.ground_speed_mps[rest]) * row[:, 2]
        apart = np.linalg.norm(up[rest] - up[i], axis=1) * EARTH_RADIUS_M
        for j in rest[apart <= reach * (1.0 + 1e-9)]:
            middle = (up[i] + up[j]) / np.linalg.norm(up[i] + up[j])
            u = velocity[i] - velocity[j]
            wider = minima[group[i], group[j]] + (wide_h[i] + wide_h[j], wide_v[i] + wide_v[j], 0.0)
            verdict = _cylinder(
                EARTH_RADIUS_M * (up[i] - up[j]), u - (u @ middle) * middle,
                sky.altitude_m[i] - sky.altitude_m[j], sky.vertical_speed_mps[i] - sky.vertical_speed_mps[j],
                wider, bool(kind[i] == kind[j] != 0),
            )  # fmt: skip
            if verdict:
                found[i, int(j)] = verdict
    return found
