"""Many pairs flown over the sphere side by side, step by step: an oracle for answers that shares nothing with kernels.

Every aircraft is a unit vector and a heading carried along a great circle; a turn rotates the heading a little each
step, an acceleration changes the speed, a level-out is steered by how far there is still to climb.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from airpact.geo.sphere import EARTH_RADIUS_M

Floats = npt.NDArray[np.float64]
STEP_S = 0.5
INSIDE = 8  # points looked at inside a step
GRAVITY = 9.80665
HOLD, TURN, SPEED, CLIMB, HEIGHT = -1, 0, 1, 2, 3


@dataclass
class Fleet:
    """One aircraft of each of n pairs: where it is, where it heads, and the one thing it is told to do."""

    place: Floats  # (n, 3) unit vectors
    heading: Floats  # (n, 3) unit tangents
    speed: Floats
    height: Floats
    climb: Floats
    kind: Floats
    change: Floats  # rad, m/s or m, signed
    target: Floats  # m, for HEIGHT
    begin_s: Floats
    gone: Floats = field(init=False)  # how much of the change has been flown

    def __post_init__(self) -> None:
        self.gone = np.zeros(len(self.speed))
        self.gain = np.zeros(len(self.speed))

    def step(self, now_s: float) -> None:
        """Fly one step on from `now_s`."""
        on = (now_s + 1e-9 >= self.begin_s) & (self.change != 0.0)
        self._turn(on & (self.kind == TURN))
        self._accelerate(on & (self.kind == SPEED))
        before = self.climb.copy()
        self._level(on & (self.kind == CLIMB))
        self._climb_to(on & (self.kind == HEIGHT))
        self.height += 0.5 * (before + self.climb) * STEP_S
        arc = ((self.speed + 0.5 * self.gain) * STEP_S / EARTH_RADIUS_M)[:, None]
        self.place, self.heading = (
            np.cos(arc) * self.place + np.sin(arc) * self.heading,
            np.cos(arc) * self.heading - np.sin(arc) * self.place,
        )
        self._rotate(self.half)
        self.speed = self.speed + self.gain
        self.gain[:] = 0.0

    def _turn(self, on: npt.NDArray[np.bool_]) -> None:
        """Half of each step's turn before its flight and half after, so that a step is the chord of its arc."""
        rate = np.minimum(np.radians(3.0), GRAVITY * np.tan(np.radians(25.0)) / np.maximum(self.speed, 1e-9))
        left = np.abs(self.change) - self.gone
        part = np.where(on, np.minimum(rate * STEP_S, np.maximum(left, 0.0)), 0.0)
        self.gone += part
        self.half = 0.5 * part * np.sign(self.change)
        self._rotate(self.half)

    def _rotate(self, angle: Floats) -> None:
        right = np.cross(self.heading, self.place)
        self.heading = np.cos(angle)[:, None] * self.heading + np.sin(angle)[:, None] * right

    def _accelerate(self, on: npt.NDArray[np.bool_]) -> None:
        left = np.abs(self.change) - self.gone
        part = np.where(on, np.minimum(2.0 * 0.3048 * STEP_S, np.maximum(left, 0.0)), 0.0)
        self.gone += part
        self.gain = part * np.sign(self.change)

    def _level(self, on: npt.NDArray[np.bool_]) -> None:
        part = np.where(on, np.minimum(5.0 * 0.3048 * STEP_S, np.abs(self.climb)), 0.0)
        self.climb = self.climb - part * np.sign(self.climb)

    def _climb_to(self, on: npt.NDArray[np.bool_]) -> None:
        most, accel = 500.0 * 0.3048 / 60.0, 5.0 * 0.3048
        left = self.target - self.height
        wanted = np.sign(left) * np.minimum(most, np.sqrt(2.0 * accel * np.abs(left)))
        part = np.clip(wanted - self.climb, -accel * STEP_S, accel * STEP_S)
        self.climb = np.where(on, self.climb + part, self.climb)


def fly(
    first: Fleet, second: Fleet, from_s: Floats, until_s: Floats, d_m: Floats, h_m: Floats
) -> tuple[Floats, Floats]:
    """Return the least (norm, slant range m) of each pair between `from_s` and `until_s`; both fleets are used up."""
    norm, slant = np.full(len(d_m), np.inf), np.full(len(d_m), np.inf)
    share = np.linspace(0.0, 1.0, INSIDE)[:, None]
    for k in range(int(np.ceil(until_s.max() / STEP_S))):
        now_s = k * STEP_S
        flat_0, tall_0 = _apart(first, second)
        first.step(now_s)
        second.step(now_s)
        flat_1, tall_1 = _apart(first, second)
        counts = (now_s >= from_s - 1e-9) & (now_s + STEP_S <= until_s + 1e-9)
        flat = np.linalg.norm(flat_0 + share[:, :, None] * (flat_1 - flat_0), axis=2)
        tall = np.abs(tall_0 + share * (tall_1 - tall_0))
        norm = np.where(counts, np.minimum(norm, np.maximum(flat / d_m, tall / h_m).min(axis=0)), norm)
        slant = np.where(counts, np.minimum(slant, np.hypot(flat, tall).min(axis=0)), slant)
    return norm, slant


def _apart(first: Fleet, second: Fleet) -> tuple[Floats, Floats]:
    return EARTH_RADIUS_M * (first.place - second.place), first.height - second.height
