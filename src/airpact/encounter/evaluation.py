"""One ownship and its intruders at one moment, judged as the DO-365 reference judges them.

`evaluate` projects the scene to the flat frame at the ownship, finds the interval of every alert level for every
intruder, measures the pairs, settles the alert level through the memory of a session, and asks `bands` for guidance.
Rules are cited by number (C6, R6.1 ...). Desks do not use this view: two parties would get two answers. They use the
canonical frame of the pair; this module is how the same kernels are shown to be equal to the reference.
"""

from dataclasses import dataclass, field
from math import inf, nan
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from airpact.encounter.alerting import QUEUE_MAX, fresh_states, held_level, raw_level, settle
from airpact.encounter.bands.guide import guide, new_memories
from airpact.encounter.bands.last_time import Given, find_last_times
from airpact.encounter.bands.memory import BandMemory
from airpact.encounter.configurations import Configuration
from airpact.encounter.frame import project
from airpact.encounter.guidance import Floats, Guidance, Ints
from airpact.encounter.metrics import COLUMNS, measure
from airpact.encounter.volumes import Volume, conflict, critical, interval

OWN: Final = 0  # its row in the arrays of one scene; the intruders follow


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """An ownship and n intruders at `time_s`.

    Positions are (x, y, z) in m (east, north, up), or latitude and longitude in degrees and altitude in m when
    `geodetic`; velocities are over ground, (east, north, up) in m/s. `own_position`, `own_velocity`: (3,).
    `positions`, `velocities`: (n, 3). `ids` name the intruders for a session (i1, i2, ... when not given).
    """

    geodetic: bool
    own_position: Floats
    own_velocity: Floats
    positions: Floats
    velocities: Floats
    time_s: float = 0.0
    ids: tuple[str, ...] = ()
    own_id: str = ""


class Metrics(NamedTuple):
    """Separation, closure and prediction of every pair: a column (n,) per metric, see `metrics` for each one's unit."""

    hsep: Floats
    vsep: Floats
    hclo: Floats
    vclo: Floats
    hmd: Floats
    vmd: Floats
    tcpa: Floats
    dcpa: Floats
    tcoa: Floats
    taumod: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What was found in one scene of n intruders, judged by an alerter of L levels.

    Positions and velocities are those of the flat frame (C6). `alert` (n,): level, 0 = none. `corrective_s` (n,): time
    to the corrective volume, inf = never (R7.3). `levels` (n, L, 5): conflict, t_in, t_out, t_crit, dist_crit within
    the look-ahead (R7.4). `last_times` (n, 4): last time to manoeuvre per dimension in s (R7.1), if asked for.
    """

    own_position: Floats
    own_velocity: Floats
    positions: Floats
    velocities: Floats
    alert: Ints
    corrective_s: Floats
    levels: Floats
    metrics: Metrics
    last_times: Floats | None = None
    guidance: Guidance | None = None


@dataclass(slots=True, eq=False)
class Session:
    """What one sequence of scenes remembers: the alert memory of every intruder by id, and the last moment."""

    own_id: str = ""
    last_s: float = nan
    ids: tuple[str, ...] = ()
    states: npt.NDArray[np.void] = field(default_factory=lambda: fresh_states(0))
    bands: tuple[BandMemory, ...] = ()  # one memory per dimension, made by the first step with bands

    def begin(self, own_id: str, now_s: float, hysteresis_s: float) -> None:
        """Go on to the next moment; forget all when it is of another ownship, earlier, or too long after (R6.0)."""
        if own_id != self.own_id or not 0.0 <= now_s - self.last_s <= hysteresis_s:
            self.ids, self.states, self.bands = (), fresh_states(0), ()
        self.own_id, self.last_s = own_id, now_s

    def rows(self, ids: tuple[str, ...], hysteresis_s: float) -> npt.NDArray[np.void]:
        """Return the alert memories, those of `ids` first in their order; of others only what can still be used."""
        if self.ids[: len(ids)] != ids:
            usable = self.last_s - self.states["last_s"] <= hysteresis_s
            known = {name: row for row, name in enumerate(self.ids) if usable[row]}
            names = (*ids, *(name for name in known if name not in set(ids)))
            states = fresh_states(len(names))
            for row, name in enumerate(names):
                if name in known:
                    states[row] = self.states[known[name]]
            self.ids, self.states = names, states
        return self.states


@njit(cache=True)
def project_scene(places, velocities, positions, speeds):  # type: ignore[no-untyped-def]
    """Write the flat positions and velocities of geodetic `places` (n, 3: deg, deg, m), tangent at the first (C6)."""
    lat_rad, lon_rad = np.radians(places[0, 0]), np.radians(places[0, 1])
    for i in range(len(places)):
        velocity = (velocities[i, 0], velocities[i, 1], velocities[i, 2])
        flat, moving = project(
            np.radians(places[i, 0]), np.radians(places[i, 1]), places[i, 2], velocity, lat_rad, lon_rad
        )
        for k in range(3):
            positions[i, k] = flat[k]
            speeds[i, k] = moving[k]


@njit(cache=True)
def judge_volume(volume, s, v, w, begin_s, end_s, out):  # type: ignore[no-untyped-def]
    """Write conflict (0 or 1), t_in, t_out, t_crit and dist_crit of one volume within [begin, end] to `out` (5)."""
    t_in, t_out = interval(volume, s, v, w, begin_s, end_s)
    found = conflict(t_in, t_out)
    if not found:
        t_in, t_out = inf, -inf
    out[0], out[1], out[2] = 1.0 if found else 0.0, t_in, t_out
    out[3], out[4] = critical(volume, s, v, w, t_in, t_out, begin_s, end_s)


@njit(cache=True)
def judge_scene(levels, lookahead_s, dmod_m, positions, velocities, found, measures):  # type: ignore[no-untyped-def]
    """Write the levels (n, L, 5) and the metrics (n, 10) of the pairs of row 0 with each further row (n + 1, 3)."""
    v = (velocities[0, 0], velocities[0, 1], velocities[0, 2])
    for i in range(len(found)):
        p = positions[i + 1]
        w = (velocities[i + 1, 0], velocities[i + 1, 1], velocities[i + 1, 2])
        s = (positions[0, 0] - p[0], positions[0, 1] - p[1], positions[0, 2] - p[2])
        for k in range(len(levels)):
            level = levels[k]
            volume = Volume(level.kind, level.horizontal_m, level.vertical_m, level.tau_s, level.coa_s)
            judge_volume(volume, s, v, w, 0.0, lookahead_s, found[i, k])
        measure(s, (v[0] - w[0], v[1] - w[1], v[2] - w[2]), lookahead_s, dmod_m, measures[i])


@njit(cache=True)
def settle_scene(levels, found, states, now_s, memory, alert):  # type: ignore[no-untyped-def]
    """Write the alert level of every intruder to `alert` (n), through its memory in `states` (n or more)."""
    for i in range(len(alert)):
        held = held_level(states[i], now_s, memory.hysteresis_s)
        alert[i] = settle(states, i, raw_level(levels, found[i], held), now_s, memory)


def evaluate(
    configuration: Configuration,
    scene: Scene,
    session: Session | None = None,
    *,
    bands: bool = True,
    last_times: bool = False,
) -> Evaluation:
    """Return everything the configuration says of a scene; without a session, as if nothing had gone before.

    Raises ValueError naming the argument and the row when the scene is not of matching, finite numbers.
    """
    levels, limits, memory = configuration.levels, configuration.limits, configuration.memory
    if memory.n > QUEUE_MAX:
        raise ValueError(f"memory.n: M of {memory.n} looks back further than {QUEUE_MAX} moments; choose a smaller N")
    positions, velocities = _flat(scene)
    count = len(scene.positions)
    found = np.empty((count, len(levels), 5))
    measures = np.empty((count, len(COLUMNS)))
    judge_scene(levels, limits.lookahead_s, limits.dmod_m, positions, velocities, found, measures)
    states = _states(scene, session, memory.hysteresis_s)
    alert = np.empty(count, np.int64)
    settle_scene(levels, found, states, scene.time_s, memory, alert)
    rise_s = states["rise_s"][:count].copy()
    guided = (positions, velocities, found, alert, rise_s, scene.time_s, _memories(configuration, session))
    corrective = np.flatnonzero(levels["region"] == limits.corrective)
    return Evaluation(
        own_position=positions[OWN],
        own_velocity=velocities[OWN],
        positions=positions[OWN + 1 :],
        velocities=velocities[OWN + 1 :],
        alert=alert,
        corrective_s=found[:, corrective[0], 1] if len(corrective) else np.full(count, inf),
        levels=found,
        metrics=Metrics(*measures.T),
        last_times=_last_times(configuration, scene, positions, velocities, found) if last_times else None,
        guidance=guide(configuration, *guided) if bands else None,
    )


def _memories(configuration: Configuration, session: Session | None) -> tuple[BandMemory, ...] | None:
    """Return the band memories of a session, made at its first step; None where every scene stands alone."""
    if session is None:
        return None
    session.bands = session.bands or new_memories(configuration.memory.n)
    return session.bands


def _last_times(
    configuration: Configuration, scene: Scene, positions: Floats, velocities: Floats, found: Floats
) -> Floats:
    """Return the last time to manoeuvre in s of every intruder and dimension (n, 4)."""
    places = np.vstack((scene.own_position, scene.positions))
    given = Given(scene.geodetic, places, np.vstack((scene.own_velocity, scene.velocities)))
    s, v = tuple(positions[OWN].tolist()), tuple(velocities[OWN].tolist())
    return find_last_times(configuration.levels, configuration.limits, given, s, v, found)


def _states(scene: Scene, session: Session | None, hysteresis_s: float) -> npt.NDArray[np.void]:
    if session is None:
        return fresh_states(len(scene.positions))
    session.begin(scene.own_id, scene.time_s, hysteresis_s)
    return session.rows(names(scene), hysteresis_s)


def names(scene: Scene) -> tuple[str, ...]:
    """Return the ids of the intruders, i1, i2, ... where the scene gives none."""
    return scene.ids or tuple(f"i{k + 1}" for k in range(len(scene.positions)))


def _flat(scene: Scene) -> tuple[Floats, Floats]:
    """Return positions and velocities (n + 1, 3) in the flat frame, the ownship in row 0."""
    check(scene)
    places = np.vstack((scene.own_position, scene.positions))
    velocities = np.vstack((scene.own_velocity, scene.velocities))
    if not scene.geodetic:
        return places, velocities
    flat, speeds = np.empty_like(places), np.empty_like(velocities)
    project_scene(places, velocities, flat, speeds)
    return flat, speeds


def check(scene: Scene) -> None:
    """Raise ValueError naming the argument and the row where a scene is not of matching, finite numbers."""
    count = len(scene.positions)
    shapes = {"own_position": (3,), "own_velocity": (3,), "positions": (count, 3), "velocities": (count, 3)}
    for name, shape in shapes.items():
        values = np.asarray(getattr(scene, name))
        if values.shape != shape or values.dtype != np.float64:
            raise ValueError(f"{name}: {values.dtype} of shape {values.shape}, expected float64 of shape {shape}")
        if not np.isfinite(values).all():
            row = int(np.flatnonzero(~np.isfinite(values.reshape(-1, 3)).all(axis=1))[0])
            raise ValueError(f"{name}, row {row}: {values.reshape(-1, 3)[row].tolist()} is not three finite numbers")
    if len(set(names(scene))) != count:
        raise ValueError(f"ids: {len(set(names(scene)))} different names for {count} intruders")
    if not np.isfinite(scene.time_s):
        raise ValueError(f"time_s: {scene.time_s} is not a time")
    if scene.geodetic:
        _check_latitudes(scene)


def _check_latitudes(scene: Scene) -> None:
    for name, values in (("own_position", scene.own_position[None]), ("positions", scene.positions)):
        beyond = np.flatnonzero(np.abs(values[:, 0]) > 90.0)
        if len(beyond):
            raise ValueError(f"{name}, row {beyond[0]}: latitude {values[beyond[0], 0]} lies beyond 90 degrees")
