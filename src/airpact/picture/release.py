"""What leaves for one counterpart: own tracks, filtered by its policy before any byte is made.

`release` is a function of picture, policy, lifts and a memory the caller keeps: the shifts and cells of flights
(`picture.snapping`), pictures held back for a delay, and the lifts now given. A delayed release is a picture made
`delay_s` ago and kept whole, so nothing newer can show through any field, count or order. docs/release.md says why,
and what someone who listens for long can and cannot learn.
"""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
from math import floor, inf, nan
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from airpact.geo.units import AltitudeKind
from airpact.picture.columns import Tracks
from airpact.picture.flights import Flight, Flights, known_as, observe
from airpact.picture.gates import UNKNOWN_SPEED_MPS, VELOCITY_LIFE_S
from airpact.picture.picture import Identity, Picture
from airpact.picture.policy import (
    CALLSIGN,
    CATEGORY,
    HEIGHT,
    OWN,
    SHARE_NOTHING,
    SQUAWK,
    VELOCITY,
    VERTICAL_SPEED,
    ReleasePolicy,
)
from airpact.picture.projection import ALTITUDE_LIFE_S
from airpact.picture.quality import STANDARD_TURN_RADPS
from airpact.picture.released import TRACKS_MAX, Released, joined, none_released, some
from airpact.picture.snapping import (
    LATITUDE_MAX_DEG,
    M_PER_DEG,
    ROUNDED_UP_M,
    Floats,
    fresh,
    height_error_m,
    shift,
    snap,
    snap_height,
)

LIFT_GAP_S: Final = 30.0  # at 200 m/s a standard turn hides 4.7 km by then; only then does a new shift begin
SPEED_STEP_MPS: Final = 5.0  # coarse tracks are rounded: exact ground speed against degrees flown tells the latitude
TRACK_STEP_DEG: Final = 5.0
CLIMB_STEP_MPS: Final = 1.0
LIFTED: Final = ReleasePolicy(tracks=OWN, fields=(VELOCITY, VERTICAL_SPEED, HEIGHT))
COLUMNS_OF: Final = {
    VELOCITY: ("track_deg", "speed_mps"),
    VERTICAL_SPEED: ("climb_mps",),
    HEIGHT: ("altitude_m", "altitude_kind", "altitude_error_m"),
    CALLSIGN: ("callsign",),
    SQUAWK: ("squawk",),
    CATEGORY: ("category",),
}
BLANK: Final[dict[str, float | int | str]] = {
    "track_deg": nan, "speed_mps": nan, "climb_mps": nan, "altitude_m": nan, "altitude_kind": 0,
    "altitude_error_m": 0.0, "callsign": "", "squawk": "", "category": "",
}  # fmt: skip
ON_GROUND, NO_HEIGHT, OUTSIDE, POLAR, TOO_MANY = (
    "on the ground",
    "height not known",
    "outside heights",
    "polar",
    "limit",
)


class Cell(NamedTuple):
    """The cell a flight was last seen in, kept over a restart: what `HELD` knows beside the shifts, and for which."""

    since_s: float
    epoch_s: float
    grid_m: float
    altitude_band_m: float
    east_step_deg: float
    lat: float
    lon: float
    alt: float


class _Placed(NamedTuple):
    """Slots and keys of the own tracks, good while the same ones fly the same flights."""

    begun: int
    ids: list[str]
    slots: npt.NDArray[np.int64]
    keys: npt.NDArray[np.object_]


class _Frame(NamedTuple):
    made_s: float
    ids: npt.NDArray[np.object_]  # own ids, by row of `released`
    released: Released


@dataclass(slots=True)
class _Given:
    """The last exact row of a lift, and when it ended."""

    row: Released
    ended_s: float = inf


@dataclass(slots=True)
class Memory:
    """What the sender remembers for one counterpart; bounded by its own tracks and DELAY_FRAMES pictures."""

    counterpart: str
    flights: Flights
    policy: ReleasePolicy = SHARE_NOTHING
    slot_of: dict[str, int] = field(default_factory=dict)
    free: list[int] = field(default_factory=list)
    flown: list[Flight | None] = field(default_factory=list)  # by slot: the flight its record belongs to
    epochs: list[float] = field(default_factory=list)  # by slot: when the last lift of the flight ended, 0 = none did
    ended: dict[str, float] = field(default_factory=dict)  # when the last lift of an own track ended
    cells: dict[str, Cell] = field(default_factory=dict)  # as they were before a restart, by own track
    keys: list[str] = field(default_factory=list)
    held: npt.NDArray[np.void] = field(default_factory=lambda: fresh(0))
    placed: _Placed | None = None
    frames: deque[_Frame] = field(default_factory=deque)
    given: dict[str, _Given] = field(default_factory=dict)
    withheld: dict[str, int] = field(default_factory=dict)  # own tracks that stay at home now, by reason


def release(picture: Picture, policy: ReleasePolicy, lifts: Collection[str], memory: Memory, now_s: float) -> Released:
    """Return what the counterpart may see at `now_s`; `lifts`: ids of own tracks given exactly."""
    observe(memory.flights, picture, now_s)
    if memory.policy != policy:
        memory.policy, memory.frames = policy, deque()
        _forget(memory, tuple(memory.slot_of))
    _give(picture, memory, lifts, now_s)
    _make_frame(picture, memory, now_s)
    exact = [given.row for given in memory.given.values() if now_s < given.ended_s + LIFT_GAP_S]
    framed = _due(memory, now_s)
    room = max(0, TRACKS_MAX - len(exact))
    if framed.key.size > room:
        memory.withheld[TOO_MANY] = framed.key.size - room
    framed = some(framed, slice(room))
    return joined((*exact, framed)) if exact else framed


def key_of(memory: Memory, track_id: str) -> str:
    """Return under which key the counterpart knows an own track: its address, or an alias for this flight."""
    flights = memory.flights
    return known_as(flights.key, flights.flown, memory.policy, memory.counterpart, track_id)


def _give(picture: Picture, memory: Memory, lifts: Collection[str], now_s: float) -> None:
    """Take the exact rows of the lifts; one that ended is repeated as it was, growing old, until LIFT_GAP_S is over.

    Meanwhile nothing else is said of that track: its next cell, beside the exact place, would tell the new shift.
    """
    flights, policy = memory.flights, memory.policy
    rows = dict(zip(flights.ids, flights.rows.tolist(), strict=True)) if lifts else {}
    for track_id in sorted(set(lifts) & rows.keys()):
        row = np.array([rows[track_id]], np.int64)
        people, key = [picture.of(rows[track_id])], np.array([key_of(memory, track_id)], object)
        state = _state(picture.tracks, people, LIFTED, row, key, now_s)
        memory.given[track_id] = _Given(_listed(state, LIFTED.fields))
    for track_id, given in list(memory.given.items()):
        if given.ended_s == inf and not (track_id in lifts and track_id in rows):
            given.ended_s = now_s
            memory.ended[track_id] = max(memory.ended.get(track_id, 0.0), now_s)
        if now_s > given.ended_s + LIFT_GAP_S + policy.delay_s + policy.frame_s:
            del memory.given[track_id]
    _end(memory, now_s)


def _end(memory: Memory, now_s: float) -> None:
    """Let new shifts begin where lifts ended, also those of before a restart, of which no row is left to repeat."""
    for track_id, ended_s in list(memory.ended.items()):
        flight = memory.flights.flown.by_id.get(track_id)
        if flight is None or ended_s < flight.since_s:
            del memory.ended[track_id]
            continue
        if track_id not in memory.given and now_s < ended_s + LIFT_GAP_S:
            memory.given[track_id] = _Given(none_released(), ended_s)
        slot = memory.slot_of.get(track_id)
        if slot is not None and memory.epochs[slot] != ended_s:
            _shift(memory, track_id, slot)


def _make_frame(picture: Picture, memory: Memory, now_s: float) -> None:
    """Make the picture of this instant where one is due, with what is known now and nothing else."""
    policy, frames = memory.policy, memory.frames
    if frames and frames[-1].made_s > now_s:  # the clock was set back: these are of a time to come
        frames.clear()
    if not policy.shares or (frames and _same_quantum(frames[-1].made_s, now_s, policy.frame_s)):
        return
    frames.append(_frame(picture, memory, now_s))


def _same_quantum(one_s: float, two_s: float, quantum_s: float) -> bool:
    return one_s == two_s if quantum_s == 0.0 else floor(one_s / quantum_s) == floor(two_s / quantum_s)


def _due(memory: Memory, now_s: float) -> Released:
    """Return the newest picture that is old enough, without tracks that a lift told since; forget older ones."""
    frames, until_s = memory.frames, now_s - memory.policy.delay_s
    while len(frames) > 1 and frames[1].made_s <= until_s:
        frames.popleft()
    if not frames or frames[0].made_s > until_s:
        return none_released()
    frame = frames[0]
    told = {name for name, given in memory.given.items() if frame.made_s < given.ended_s + LIFT_GAP_S}
    if not told:
        return frame.released
    return some(frame.released, np.array([name not in told for name in frame.ids.tolist()], np.bool_))


def _frame(picture: Picture, memory: Memory, now_s: float) -> _Frame:
    flights, policy = memory.flights, memory.policy
    placed = _placed(memory)
    state = _state(picture.tracks, flights.people, policy, flights.rows, placed.keys, now_s)
    kept = _coarsened(state, memory, placed.slots)
    stays = _staying(picture, policy, flights.rows, kept)
    memory.withheld = {reason: int(mask.sum()) for reason, mask in stays.items() if mask.any()}
    leaves = ~np.logical_or.reduce(list(stays.values()))
    ids = np.array(flights.ids, object)[leaves]
    order = np.array(sorted(range(ids.size), key=kept.key[leaves].tolist().__getitem__), np.int64)
    return _Frame(now_s, ids[order], _listed(some(some(kept, leaves), order), policy.fields))


def _placed(memory: Memory) -> _Placed:
    """Return slots and keys of the own tracks in the air, found anew when one came, went or began another flight."""
    flights, placed = memory.flights, memory.placed
    begun = flights.flown.begun
    if placed is None or placed.begun != begun or placed.ids != flights.ids:
        _forget(memory, [name for name in memory.slot_of if name not in flights.flown.by_id])
        slots = _slots(memory, flights.ids)
        keys = np.array([memory.keys[slot] for slot in slots.tolist()], object)
        placed = memory.placed = _Placed(begun, flights.ids, slots, keys)
    return placed


def _slots(memory: Memory, ids: list[str]) -> npt.NDArray[np.int64]:
    """Return the slot of each track, placing a new flight with shifts and key of its own."""
    slots = np.empty(len(ids), np.int64)
    for k, track_id in enumerate(ids):
        flight = memory.flights.flown.by_id.get(track_id)
        slot = memory.slot_of.get(track_id, -1)
        if slot < 0 or memory.flown[slot] is not flight:
            slot = _place(memory, track_id, flight)
        slots[k] = slot
    return slots


def _place(memory: Memory, track_id: str, flight: Flight | None) -> int:
    slot = memory.slot_of.get(track_id, -1)
    if slot < 0:
        if not memory.free:
            size = len(memory.flown)
            more = max(64, size)
            memory.held = np.concatenate((memory.held, fresh(more)))
            memory.flown += [None] * more
            memory.epochs += [0.0] * more
            memory.keys += [""] * more
            memory.free += range(size, size + more)
        slot = memory.slot_of[track_id] = memory.free.pop()
    memory.flown[slot] = flight
    memory.keys[slot] = key_of(memory, track_id)
    _shift(memory, track_id, slot)
    return slot


def _shift(memory: Memory, track_id: str, slot: int) -> None:
    """Give a flight the shifts of its epoch; the same for counterparts on one grid, so comparing notes adds nothing."""
    policy, flight = memory.policy, memory.flown[slot]
    since_s = flight.since_s if flight else 0.0
    ended_s = memory.ended.get(track_id, 0.0)
    epoch_s = memory.epochs[slot] = ended_s if ended_s >= since_s else 0.0
    parts = (track_id, repr(since_s), repr(policy.grid_m), repr(policy.altitude_band_m), repr(epoch_s))
    memory.held[slot : slot + 1] = fresh(1)
    one = memory.held[slot]
    one["north"], one["east"], one["up"] = shift(memory.flights.key, *parts)
    cell = memory.cells.pop(track_id, None)
    if cell is not None and cell[:4] == (since_s, epoch_s, policy.grid_m, policy.altitude_band_m):
        one["east_step_deg"], one["lat"], one["lon"], one["alt"] = cell[4:]


def cells_of(memory: Memory) -> dict[str, Cell]:
    """Return the cells of all flights placed now: given to the memory of the next start, they go on as they were."""
    policy, flown = memory.policy, memory.flown
    placed = [(name, slot, flight) for name, slot in memory.slot_of.items() if (flight := flown[slot]) is not None]
    held = memory.held[np.array([slot for _, slot, _ in placed], np.int64)]
    places = zip(*(held[name].tolist() for name in ("east_step_deg", "lat", "lon", "alt")), strict=True)
    return {
        name: Cell(flight.since_s, memory.epochs[slot], policy.grid_m, policy.altitude_band_m, *place)
        for (name, slot, flight), place in zip(placed, places, strict=True)
    }


def _forget(memory: Memory, names: Collection[str]) -> None:
    memory.placed = None
    for name in names:
        slot = memory.slot_of.pop(name)
        memory.flown[slot] = None
        memory.free.append(slot)


def _state(
    t: Tracks,
    people: list[Identity],
    policy: ReleasePolicy,
    rows: npt.NDArray[np.int64],
    keys: npt.NDArray[np.object_],
    now_s: float,
) -> Released:
    """Return everything known of the rows, at their own instants or reckoned to the policy's whole seconds."""
    quantum_s, fields, blank = policy.quantum_s, policy.fields, np.full(rows.size, "", object)
    valid_s, velocity_s = t.valid_s[rows], t.velocity_s[rows]
    steered = (valid_s - velocity_s <= VELOCITY_LIFE_S) & np.isfinite(t.track_deg[rows] + t.speed_mps[rows])
    at_s = valid_s
    if quantum_s:  # never later than the report by more than one quantum: a silent track must look silent
        at_s = np.minimum(now_s // quantum_s * quantum_s, valid_s // quantum_s * quantum_s + quantum_s)
    lat, lon = _reckoned(t, rows, np.where(steered, at_s - valid_s, 0.0))
    altitude, kind = _heights(t, rows, at_s)
    lag_m = np.where(steered, 0.5 * STANDARD_TURN_RADPS * quantum_s, 1.0) * UNKNOWN_SPEED_MPS * quantum_s
    return Released(
        key=keys,
        valid_s=at_s,
        lat_deg=lat,
        lon_deg=lon,
        radius_m=lag_m,
        delay_s=np.full(rows.size, policy.delay_s),
        altitude_m=altitude,
        altitude_kind=kind,
        altitude_error_m=np.zeros(rows.size),
        track_deg=np.where(steered, t.track_deg[rows], np.nan),
        speed_mps=np.where(steered, t.speed_mps[rows], np.nan),
        climb_mps=t.climb_mps[rows],
        nic=np.array([one.nic for one in people], np.int64),
        nac_p=np.array([one.nac_p for one in people], np.int64),
        source=np.array([one.source for one in people], object),
        callsign=np.array([one.callsign for one in people], object) if CALLSIGN in fields else blank,
        squawk=np.array([one.squawk for one in people], object) if SQUAWK in fields else blank,
        category=np.array([one.category for one in people], object) if CATEGORY in fields else blank,
    )


def _reckoned(t: Tracks, rows: npt.NDArray[np.int64], ahead_s: Floats) -> tuple[Floats, Floats]:
    """Return latitude and longitude some seconds on or back: so short that the sphere is flat."""
    way_deg = np.where(ahead_s == 0.0, 0.0, t.speed_mps[rows] * ahead_s) / M_PER_DEG
    track = np.radians(np.where(ahead_s == 0.0, 0.0, t.track_deg[rows]))
    narrow = np.maximum(np.cos(np.radians(t.lat_deg[rows])), 0.01)
    lon = t.lon_deg[rows] + way_deg * np.sin(track) / narrow
    turned = np.where(np.abs(lon) > 180.0, (lon + 180.0) % 360.0 - 180.0, lon)
    return np.clip(t.lat_deg[rows] + way_deg * np.cos(track), -90.0, 90.0), turned


def _heights(t: Tracks, rows: npt.NDArray[np.int64], at_s: Floats) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Return height and its kind at those instants; NaN where it is older than a height may be."""
    kind = t.altitude_kind[rows]
    known = (t.valid_s[rows] - t.altitude_s[rows] <= ALTITUDE_LIFE_S) & (kind > 0) & (kind < int(AltitudeKind.GROUND))
    climb = np.nan_to_num(t.climb_mps[rows])
    altitude = np.where(known, t.altitude_m[rows] + climb * (at_s - t.altitude_s[rows]), np.nan)
    return altitude, np.where(known, kind, 0)


def _coarsened(state: Released, memory: Memory, slots: npt.NDArray[np.int64]) -> Released:
    """Return the rows on the policy's grid and bands; nothing of their own precision is left in any column."""
    policy, held = memory.policy, memory.held[slots]
    if not policy.coarse:
        return state
    if policy.altitude_band_m:
        error_m = np.full(slots.size, height_error_m(policy.altitude_band_m))
        altitude = snap_height(held, state.altitude_m, policy.altitude_band_m)
        state = state._replace(altitude_m=altitude, altitude_error_m=error_m)
    if policy.grid_m:
        lat, lon, radius = snap(held, state.lat_deg, state.lon_deg, policy.grid_m)
        radius = ROUNDED_UP_M * np.ceil((radius + state.radius_m) / ROUNDED_UP_M)
        state = state._replace(lat_deg=lat, lon_deg=lon, radius_m=radius)
    memory.held[slots] = held
    unstated = np.full(slots.size, -1, np.int64)
    return state._replace(
        track_deg=np.rint(state.track_deg / TRACK_STEP_DEG) * TRACK_STEP_DEG % 360.0,
        speed_mps=np.rint(state.speed_mps / SPEED_STEP_MPS) * SPEED_STEP_MPS,
        climb_mps=np.rint(state.climb_mps / CLIMB_STEP_MPS) * CLIMB_STEP_MPS,
        nic=unstated,
        nac_p=unstated,
        source=np.full(slots.size, "", object),
    )


def stays_home(picture: Picture, policy: ReleasePolicy, row: int) -> bool:
    """Return whether an own track is not released under a policy, by its own height."""
    t, height_m = picture.tracks, float(picture.tracks.altitude_m[row])
    bounded = policy.floor_m is not None or policy.ceiling_m is not None
    low = -inf if policy.floor_m is None else policy.floor_m
    high = inf if policy.ceiling_m is None else policy.ceiling_m
    polar = abs(float(t.lat_deg[row])) > LATITUDE_MAX_DEG and policy.grid_m > 0.0
    return not policy.shares or bool(t.on_ground[row]) or polar or (bounded and not low <= height_m <= high)


def _staying(
    picture: Picture, policy: ReleasePolicy, rows: npt.NDArray[np.int64], state: Released
) -> dict[str, npt.NDArray[np.bool_]]:
    """Return by reason which rows stay at home; heights are compared as they would be released."""
    low = -inf if policy.floor_m is None else policy.floor_m
    high = inf if policy.ceiling_m is None else policy.ceiling_m
    bounded = policy.floor_m is not None or policy.ceiling_m is not None
    return {
        ON_GROUND: picture.tracks.on_ground[rows],
        NO_HEIGHT: np.isnan(state.altitude_m) & bounded,
        OUTSIDE: (state.altitude_m < low) | (state.altitude_m > high),
        POLAR: (np.abs(picture.tracks.lat_deg[rows]) > LATITUDE_MAX_DEG) & (policy.grid_m > 0.0),
    }


def _listed(state: Released, fields: Collection[str]) -> Released:
    """Return the columns with every field blank that is not listed: the one place that decides it."""
    blanked = {}
    for name, columns in COLUMNS_OF.items():
        if name not in fields:
            blanked.update({column: np.full_like(getattr(state, column), BLANK[column]) for column in columns})
    return state._replace(**blanked)
