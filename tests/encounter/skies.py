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
Verdict = tuple[float, ...]

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


def _cylinder(s: Column, u: Column, dz: Column, vz: Column, rows: Minima, known: npt.NDArray[np.bool_]) -> Column:
    """Return (t_in, t_out, t_cpa, range, height difference there) per pair in its plane; t_in >= t_out: none."""
    horizontal, vertical, lookahead = rows.T
    ss, su, uu = (s * s).sum(1), (s * u).sum(1), (u * u).sum(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt(su * su - uu * (ss - horizontal * horizontal))  # NaN where the disc is missed
        still, level = uu < 1e-18, vz == 0.0
        inside = np.where(still, ss < horizontal * horizontal, root > 0.0)
        across = np.where(still, [[-np.inf], [np.inf]], np.stack(((-su - root) / uu, (-su + root) / uu)))
        edges = np.sort(np.stack(((vertical - dz) / vz, (-vertical - dz) / vz)), axis=0)
        between = np.where(level, abs(dz) < vertical, True)
        heights = np.where(level, [[-np.inf], [np.inf]], edges)
        heights = np.where(known, heights, [[-np.inf], [np.inf]])
        enter = np.maximum(np.maximum(across[0], heights[0]), 0.0)
        leave = np.minimum(np.minimum(across[1], heights[1]), lookahead)
        enter = np.where(inside & (between | ~known), enter, np.inf)
        t = np.clip(np.where(uu > 0.0, -su / uu, 0.0), 0.0, lookahead)
    return np.column_stack(
        (enter, leave, t, np.linalg.norm(s + t[:, None] * u, axis=1), np.where(known, abs(dz + t * vz), np.nan))
    )


def every_pair(sky: Columns, minima: Minima, options: dict[str, Any]) -> dict[tuple[int, int], Verdict]:
    """Return the verdict on each pair in conflict, every pair looked at; `minima` (g, g, 3), NaN = not asked."""
    count = sky.lat_deg.size
    up, velocity = vectors(sky)
    group = np.broadcast_to(options.get("group", 0), (count,))
    wide_h = np.broadcast_to(options.get("horizontal_uncertainty_m", 0.0), (count,))
    wide_v = np.broadcast_to(options.get("vertical_uncertainty_m", 0.0), (count,))
    kind = np.broadcast_to(options.get("altitude_kind", 1), (count,))
    found = {}
    for i in range(count - 1):
        rest = np.arange(i + 1, count)
        rows = minima[group[i], group[rest]]
        rows = rows + np.column_stack((wide_h[i] + wide_h[rest], wide_v[i] + wide_v[rest], np.zeros(rest.size)))
        reach = rows[:, 0] + (sky.ground_speed_mps[i] + sky.ground_speed_mps[rest]) * rows[:, 2]
        near = np.linalg.norm(up[rest] - up[i], axis=1) * EARTH_RADIUS_M <= reach * (
            1.0 + 1e-9
        )  # false where not asked
        rest, rows = rest[near], rows[near]
        middle = up[i] + up[rest]
        middle = middle / np.linalg.norm(middle, axis=1)[:, None]
        u = velocity[i] - velocity[rest]
        verdicts = _cylinder(
            EARTH_RADIUS_M * (up[i] - up[rest]), u - (u * middle).sum(1)[:, None] * middle,
            sky.altitude_m[i] - sky.altitude_m[rest], sky.vertical_speed_mps[i] - sky.vertical_speed_mps[rest],
            rows, (kind[i] == kind[rest]) & (kind[i] != 0),
        )  # fmt: skip
        for j, verdict in zip(rest.tolist(), verdicts.tolist(), strict=True):
            if verdict[0] < verdict[1]:
                found[i, j] = tuple(verdict)
    return found
