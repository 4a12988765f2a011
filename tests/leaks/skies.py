"""Own skies for the leak tests: pictures written as columns, second after second, and what an eavesdropper receives."""

from collections.abc import Callable, Collection
from math import cos, radians
from typing import Final, TypeVar

import numpy as np

from airpact.feeds.report import Report
from airpact.geo.units import AltitudeKind
from airpact.picture.flights import Flights
from airpact.picture.picture import Picture, _new_row
from airpact.picture.policy import ReleasePolicy
from airpact.picture.release import Memory, release
from airpact.picture.released import decode, encode
from airpact.picture.snapping import M_PER_DEG

T0: Final = 1_700_000_000.0
LAT, LON = 36.0, 35.0
OWN, PARTY = "NAG", "CTF"
KEY: Final = bytes(range(32))
FEED: Final = f"peer:{OWN}"


Number = TypeVar("Number", float, np.ndarray)


def metres(lat_deg: Number, lon_deg: Number) -> tuple[Number, Number]:
    """Return metres east and north of the middle, on a plane good to metres over some hundred kilometres east."""
    return (lon_deg - LON) * cos(radians(LAT)) * M_PER_DEG, (lat_deg - LAT) * M_PER_DEG


def degrees(east_m: Number, north_m: Number) -> tuple[Number, Number]:
    """Return latitude and longitude."""
    return LAT + north_m / M_PER_DEG, LON + east_m / (cos(radians(LAT)) * M_PER_DEG)


def put(picture: Picture, track_id: str, t: float, *, feed: str = "radar", party: str = OWN, **columns: float) -> int:
    """Write one track as heard `t` seconds after T0; columns as in `Tracks`."""
    row = picture.row_of.get(track_id)
    if row is None:
        row = _new_row(picture, track_id, Report(feed, track_id, "", T0 + t, T0 + t, 0.0, 0.0))
    one = picture.of(row)
    one.feed, one.party, one.callsign, one.squawk, one.category = feed, party, f"C{track_id[-4:]}", "4321", "A3"
    one.source, one.nic, one.nac_p = "adsb_icao", 8, 9
    given = {"valid_s": T0 + t, "velocity_s": T0 + t, "altitude_s": T0 + t, "altitude_m": 3000.0, "climb_mps": 0.0,
             "altitude_kind": float(AltitudeKind.PRESSURE), "radius_m": 0.0, "altitude_error_m": 0.0, "delay_s": 0.0,
             "speed_mps": 0.0, "track_deg": 0.0}  # fmt: skip
    for name, value in (given | columns).items():
        getattr(picture.tracks, name)[row] = value
    return row


def drop(picture: Picture, track_id: str) -> None:
    """Forget a track."""
    row = picture.row_of.pop(track_id)
    picture.identity[row] = None
    picture.received.discard(row)
    picture.free.append(row)


def memory_of(key: bytes = KEY) -> Memory:
    """Return an empty memory of the sender."""
    return Memory(PARTY, Flights(OWN, key))


def sent(
    picture: Picture, policy: ReleasePolicy, memory: Memory, t: float, lifts: Collection[str] = ()
) -> tuple[Report, ...]:
    """Return what the other side reads from the bytes that leave `t` seconds after T0."""
    batch = decode(encode(release(picture, policy, lifts, memory, T0 + t)), FEED, T0 + t)
    assert (batch.error, batch.rejected, batch.doubtful) == ("", {}, {}), "a sender's bytes are read whole"
    return batch.reports


Paths = Callable[[float], np.ndarray]
"""Seconds -> (n, 2) metres east and north of the middle."""


def listened(paths: Paths, policy: ReleasePolicy, seconds: int, noise_m: float = 0.0, seed: int = 0) -> np.ndarray:
    """Return (n, times, 5) of n flights: second, released east and north (m), true east and north."""
    picture, memory, heard = Picture(), memory_of(seed.to_bytes(32)), []
    chance, number = np.random.default_rng(seed), paths(0.0).shape[0]
    rows = np.array([put(picture, f"{k:06x}", 0.0) for k in range(number)])
    for t in range(0, seconds, max(1, int(policy.quantum_s))):
        true, t_ = paths(t), picture.tracks
        velocity = 2.0 * (paths(t + 0.5) - true)
        seen = true + (chance.normal(0.0, noise_m, true.shape) if noise_m else 0.0)
        t_.lat_deg[rows], t_.lon_deg[rows] = degrees(seen[:, 0], seen[:, 1])
        t_.valid_s[rows] = t_.velocity_s[rows] = t_.altitude_s[rows] = T0 + t
        t_.speed_mps[rows] = np.hypot(velocity[:, 0], velocity[:, 1])
        t_.track_deg[rows] = np.degrees(np.arctan2(velocity[:, 0], velocity[:, 1])) % 360.0
        reports = sent(picture, policy, memory, t)
        assert [one.id for one in reports] == [f"{k:06x}" for k in range(number)]
        east, north = metres(np.array([one.lat_deg for one in reports]), np.array([one.lon_deg for one in reports]))
        heard.append(np.column_stack((np.full(number, float(t)), east, north, true)))
    return np.stack(heard, axis=1)
