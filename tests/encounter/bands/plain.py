"""Section 1 of the band rules in plain Python, step by step and without any short cut: what tests hold kernels against.

Only the detector itself (`volumes.hit`, held against its own definitions elsewhere) is shared with the kernels.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import atan2, ceil, cos, floor, hypot, pi, sin, sqrt, tau
from typing import Final

from airpact.encounter.almost import eq_b, eq_d, lt_b
from airpact.encounter.configurations import Limits
from airpact.encounter.volumes import Volume, hit

Vector = tuple[float, float, float]
State = tuple[Vector, Vector]
Interval = tuple[float, float]
HDIR, HS, VS, ALT = range(4)
DIMENSIONS: Final = (HDIR, HS, VS, ALT)


@dataclass(frozen=True)
class Asked:
    """One question of section 1: D1 on [begin, window], and D2 before, if any."""

    volume: Volume
    begin_s: float
    window_s: float
    guard: Volume | None = None


@dataclass(frozen=True)
class Scene:
    """An ownship and one intruder under limits."""

    limits: Limits
    s: Vector
    v: Vector
    p: Vector
    w: Vector

    def hit(self, volume: Volume, state: State, time_s: float, begin_s: float, end_s: float) -> bool:
        """Return C8 of a state at `time_s`, brought back to 0 (R1.9)."""
        (x, y, z), v = state
        back = (x - time_s * v[0], y - time_s * v[1], z - time_s * v[2])
        s = (back[0] - self.p[0], back[1] - self.p[1], back[2] - self.p[2])
        return bool(hit(volume, s, v, self.w, begin_s, end_s))

    def value(self, dimension: int) -> float:
        """Return the own value (C10)."""
        heading = track_of(self.v) % tau
        return (heading, hypot(self.v[0], self.v[1]), self.v[2], self.s[2])[dimension]


def track_of(v: Vector) -> float:
    """Return the track, north for an aircraft at rest, whatever the signs of its zeros (C5)."""
    return atan2(v[0], v[1]) if v[0] or v[1] else 0.0


def span(limits: Limits, dimension: int) -> tuple[float, float, float]:
    """Return (least, greatest, step) of a dimension."""
    return (
        (0.0, tau, limits.hdir_step_rad),
        (limits.hs_min_mps, limits.hs_max_mps, limits.hs_step_mps),
        (limits.vs_min_mps, limits.vs_max_mps, limits.vs_step_mps),
        (limits.alt_min_m, limits.alt_max_m, limits.alt_step_m),
    )[dimension]


def every(limits: Limits, dimension: int) -> float:
    """Return the time from step to step, 0 where the dimension is instantaneous (R1.3)."""
    rate = (limits.turn_rate_radps, limits.horizontal_accel_mps2, limits.vertical_accel_mps2)[dimension]
    return span(limits, dimension)[2] / rate if rate else 0.0


def counts(scene: Scene, dimension: int) -> tuple[int, int]:
    """Return the steps to the left and right (R1.2)."""
    low, high, step = span(scene.limits, dimension)
    if dimension == HDIR:
        n = ceil(pi / step)
        n -= lt_b(pi, n * step)
        return n, n
    value = scene.value(dimension)
    return ceil((value - low) / step), ceil((high - value) / step)


def moved(scene: Scene, dimension: int, side: int, k: int) -> State:
    """Return the own state at step k of a side (R1.4 to R1.6, R1.8)."""
    limits, (x, y, z), (vx, vy, vz) = scene.limits, scene.s, scene.v
    t, step = k * every(limits, dimension), span(limits, dimension)[2]
    gs, track = hypot(vx, vy), track_of(scene.v)
    if dimension == HDIR:
        fast = max(limits.hs_step_mps, limits.min_airspeed_mps, gs)
        vx, vy = fast * sin(track), fast * cos(track)
        if not t and limits.turn_rate_radps == 0.0:
            return (x, y, z), (fast * sin(track + side * k * step), fast * cos(track + side * k * step), vz)
        rate = side * limits.turn_rate_radps
        nx, ny = fast * sin(track + rate * t), fast * cos(track + rate * t)
        return (x + (vy - ny) / rate, y + (nx - vx) / rate, z + vz * t), (nx, ny, vz)
    if dimension == HS:
        new = gs + side * k * step
        way = (gs * t + side * limits.horizontal_accel_mps2 * t * t / 2.0) if t else 0.0
        position = (x + way * sin(track), y + way * cos(track), z + vz * t)
        return position, (new * sin(track), new * cos(track), vz)
    a = side * limits.vertical_accel_mps2
    return (x + vx * t, y + vy * t, z + vz * t + a * t * t / 2.0), (vx, vy, vz + side * k * step)


def is_clear(scene: Scene, state: State, t: float, volume: Volume, begin_s: float, end_s: float) -> bool:
    """Return R1.10 for one detector."""
    return t > end_s or begin_s > end_s or not scene.hit(volume, state, t, max(begin_s, t), end_s)


def is_green(scene: Scene, state: State, t: float, asked: Asked) -> bool:
    """Return the green test (R1.10)."""
    ahead = scene.limits.lookahead_s
    if not is_clear(scene, state, t, asked.volume, asked.begin_s, min(ahead, asked.window_s + t)):
        return False
    return asked.guard is None or is_clear(scene, state, t, asked.guard, 0.0, min(ahead, asked.begin_s))


def first_unusable(scene: Scene, dimension: int, side: int, asked: Asked) -> int:
    """Return N (R1.11)."""
    n = counts(scene, dimension)[side > 0]
    h, ahead = every(scene.limits, dimension), scene.limits.lookahead_s
    if h == 0.0:
        return n + 1

    def found(volume: Volume, ks: range) -> Iterator[int]:
        for k in ks:
            if k * h < ahead and scene.hit(volume, moved(scene, dimension, side, k), k * h, k * h, k * h + h):
                yield k

    first = next(found(asked.volume, range(ceil(asked.begin_s / h), min(floor(ahead / h), n) + 1)), n + 1)
    if asked.guard is None:
        return first
    return min(first, next(found(asked.guard, range(min(floor(asked.begin_s / h), n) + 1)), n + 1))


def green_runs(greens: list[bool]) -> list[tuple[int, int]]:
    """Return the maximal runs of True as (first, last)."""
    runs: list[tuple[int, int]] = []
    for k, green in enumerate(greens):
        if green and runs and runs[-1][1] == k - 1:
            runs[-1] = (runs[-1][0], k)
        elif green:
            runs.append((k, k))
    return runs


def step_runs(scene: Scene, dimension: int, asked: Asked) -> list[tuple[int, int]]:
    """Return the joined runs of both sides (R1.12)."""
    sides: dict[int, list[tuple[int, int]]] = {}
    for side in (-1, 1):
        n = first_unusable(scene, dimension, side, asked)
        h = every(scene.limits, dimension)
        runs = green_runs([is_green(scene, moved(scene, dimension, side, k), k * h, asked) for k in range(n)])
        sides[side] = [run for run in runs if run != (n - 1, n - 1)]
    left, right = [(-b, -a) for a, b in reversed(sides[-1])], sides[1]
    if left and right and right[0][0] - left[-1][1] <= 1:
        left, right = [*left[:-1], (left[-1][0], right[0][1])], right[1:]
    return [(a, b) for a, b in left + right if a != b]


def united(pieces: list[Interval]) -> list[Interval]:
    """Return a sorted union: pieces that overlap or almost touch are one; what is no wider than almost 0 is none."""
    union: list[Interval] = []
    for low, up in sorted(piece for piece in pieces if lt_b(*piece)):
        if union and (low <= union[-1][1] or eq_b(low, union[-1][1])):
            union[-1] = (union[-1][0], max(up, union[-1][1]))
        else:
            union.append((low, up))
    return union


def around(low: float, up: float) -> list[Interval]:
    """Return the pieces on [0, 2 pi] of headings from `low` clockwise to `up` (R1.13)."""
    low, up = (0.0 if eq_d(x % tau, tau) else x % tau for x in (low, up))
    if eq_b(low, up):
        return [(0.0, tau)]
    if low < up:
        return [(low, up)]
    kept = [piece for piece in ((0.0, up), (low, tau)) if lt_b(*piece)]
    return kept or [(0.0, tau)]


def none_set(scene: Scene, dimension: int, asked: Asked) -> list[Interval]:
    """Return the none-set of a dimension for one intruder (R1.12 to R1.14)."""
    low, high, step = span(scene.limits, dimension)
    if dimension == ALT:
        runs = green_runs([target_green(scene, target, asked) for target in targets(scene.limits)])
        return united([(max(low, low + step * a), min(high, low + step * b)) for a, b in runs])
    value = scene.value(dimension)
    edges = [(value + step * a, value + step * b) for a, b in step_runs(scene, dimension, asked)]
    edges = [(a, b) for a, b in edges if not eq_b(a, b)]
    if dimension == HDIR:
        return united([piece for a, b in edges for piece in around(a, b)])
    return united([(max(low, a), min(high, b)) for a, b in edges])


def any_red(scene: Scene, dimension: int, asked: Asked) -> bool:
    """Return whether some step is not clear, wherever the way there leads (R1.15)."""
    if dimension == ALT:
        return not all(target_green(scene, target, asked) for target in targets(scene.limits))
    h = every(scene.limits, dimension)
    return not all(
        is_green(scene, moved(scene, dimension, side, k), k * h, asked)
        for side, n in zip((-1, 1), counts(scene, dimension), strict=True)
        for k in range(n + 1)
    )


# --- altitude (R1.7, R1.14) -------------------------------------------------------------------------------------------


def targets(limits: Limits) -> list[float]:
    """Return the target altitudes."""
    low, high, step = span(limits, ALT)
    return [low + k * step for k in range(floor((high - low) / step) + 2)]


@dataclass(frozen=True)
class Climb:
    """A level-out as a list of (duration, acceleration) from (height, speed), then level at the target for ever."""

    phases: tuple[tuple[float, float], ...]
    target: float

    def at(self, z: float, v: float, t: float) -> tuple[float, float]:
        """Return (height, speed) at t."""
        for duration, a in self.phases:
            dt = min(t, duration)
            z, v, t = z + v * dt + a * dt * dt / 2.0, v + a * dt, t - dt
            if t <= 0.0:
                return z, v
        return self.target, 0.0


def climb(z: float, v: float, target: float, accel: float, rate: float) -> tuple[Climb, float, float, float]:
    """Return (Climb, t1, t2, t3) by physics: brake where needed, reach the rate if there is room, stop in time."""
    up = 1.0 if target >= z else -1.0
    stop = v * v / (2.0 * accel)
    towards = v == 0.0 or (v >= 0.0) == (up > 0.0)
    braking: tuple[tuple[float, float], ...] = ()
    if not towards or abs(target - z) < stop:
        a = -accel if v >= 0.0 else accel
        braking, z, v = ((abs(v) / accel, a),), z + (stop if v >= 0.0 else -stop), 0.0
        up = 1.0 if target >= z else -1.0
    way, speed = abs(target - z), abs(v)
    fast = max(rate, speed)
    t1 = (fast - speed) / accel
    need = speed * t1 + accel * t1 * t1 / 2.0 + fast * fast / (2.0 * accel)
    if way < need:
        fast = sqrt(accel * way + speed * speed / 2.0)
        t1, hold = (fast - speed) / accel, 0.0
    else:
        hold = (way - need) / fast
    t0 = braking[0][0] if braking else 0.0
    phases = (*braking, (t1, up * accel), (hold, 0.0), (fast / accel, -up * accel))
    return Climb(phases, target), t0 + t1, t0 + t1 + hold, t0 + t1 + hold + fast / accel


def target_green(scene: Scene, target: float, asked: Asked) -> bool:
    """Return the green test of a target altitude (R1.14)."""
    limits, (x, y, z), (vx, vy, vz) = scene.limits, scene.s, scene.v
    if limits.vertical_rate_mps == 0.0 or limits.vertical_accel_mps2 == 0.0:
        return is_green(scene, ((x, y, target), (vx, vy, 0.0)), 0.0, asked)
    path, t1, t2, t3 = climb(z, vz, target, limits.vertical_accel_mps2, limits.vertical_rate_mps)
    ahead, begin_s = limits.lookahead_s, asked.begin_s

    def state(t: float) -> State:
        height, speed = path.at(z, vz, t)
        return (x + vx * t, y + vy * t, height), (vx, vy, speed)

    for i in [*range(floor(t1) + 1), *range(ceil(t2), floor(t3 + 1.0) + 1)]:
        if i < ahead and i >= begin_s and scene.hit(asked.volume, state(i), i, i, i):
            return False
        if i < ahead and asked.guard and i <= begin_s and scene.hit(asked.guard, state(i), i, i, i):
            return False
    u = max(t1, 0.0)
    end_s = min(ahead, asked.window_s + u, t2)
    if t2 >= begin_s and not is_clear(scene, state(u), u, asked.volume, begin_s, end_s):
        return False
    if asked.guard and t2 >= 0.0 and not is_clear(scene, state(u), u, asked.guard, 0.0, min(ahead, begin_s, t2)):
        return False
    u = max(t3 + 1.0, 0.0)
    return is_green(scene, state(u), u, asked)
