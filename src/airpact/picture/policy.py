"""What one counterpart may see of the own tracks: a table of a few numbers per party.

Nothing leaves by default in LIVE, everything does in EXERCISE. What each number protects, and what it does not, is in
docs/release.md.
"""

from typing import Final

import msgspec

NOTHING: Final = "nothing"
OWN: Final = "own"

VELOCITY: Final = "velocity"
VERTICAL_SPEED: Final = "vertical_speed"
HEIGHT: Final = "height"
CALLSIGN: Final = "callsign"
SQUAWK: Final = "squawk"
CATEGORY: Final = "category"
FIELDS: Final = (VELOCITY, VERTICAL_SPEED, HEIGHT, CALLSIGN, SQUAWK, CATEGORY)
NAMING: Final = (CALLSIGN, SQUAWK)  # beside an alias they would say whose it is
FIELDS_DEFAULT: Final = (HEIGHT, CATEGORY)  # what separation cannot be judged without; the rest must be listed

HYSTERESIS: Final = 0.1  # of a cell: noise of a hovering aircraft at an edge flips nothing
SPEED_AT_MOST_MPS: Final = 500.0  # twice an airliner's: a crossing is told no finer than a grid over this speed ...
QUANTUM_MAX_S: Final = 5.0  # ... and no coarser than what guidance still calls fresh
DELAY_FRAMES: Final = 60  # a delayed picture is held as so many pictures: 10 s apart at a delay of 10 min
DELAY_MAX_S: Final = 600.0
GRID_MAX_M: Final = 50_000.0
ALTITUDE_BAND_MAX_M: Final = 3_000.0


class ReleasePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """What one counterpart receives (metres, seconds); position is implied, 0 = exact or at once."""

    tracks: str = NOTHING
    fields: tuple[str, ...] = FIELDS_DEFAULT
    grid_m: float = 0.0
    altitude_band_m: float = 0.0
    delay_s: float = 0.0
    alias: bool = False  # the address is replaced
    floor_m: float | None = None  # aircraft below, above or of unknown height stay at home
    ceiling_m: float | None = None
    lifts: bool = True  # an aircraft in danger may be given exactly; never where nothing is released
    lift_on_released: bool = False  # also where the other aircraft is known from its own party alone

    @property
    def shares(self) -> bool:
        """Whether anything leaves at all."""
        return self.tracks == OWN

    @property
    def exact(self) -> bool:
        """Whether a lift would add nothing."""
        whole = {VELOCITY, VERTICAL_SPEED, HEIGHT} <= set(self.fields)
        return self.shares and whole and not (self.grid_m or self.altitude_band_m or self.delay_s)

    @property
    def coarse(self) -> bool:
        """Whether anything is snapped."""
        return self.grid_m > 0.0 or self.altitude_band_m > 0.0

    @property
    def quantum_s(self) -> float:
        """Whole seconds on which states are taken: the instant of a crossing says no more than the grid does."""
        if not self.coarse:
            return 0.0
        return min(QUANTUM_MAX_S, max(1.0, float(self.grid_m // SPEED_AT_MOST_MPS)))

    @property
    def frame_s(self) -> float:
        """How far the pictures lie apart that leave; 0 = as often as asked."""
        return max(self.quantum_s, self.delay_s / DELAY_FRAMES)


SHARE_NOTHING: Final = ReleasePolicy()
SHARE_ALL: Final = ReleasePolicy(tracks=OWN, fields=FIELDS)


def default_policy(*, exercise: bool) -> ReleasePolicy:
    """Return what a counterpart gets for whom nothing is set: everything in an exercise, else nothing."""
    return SHARE_ALL if exercise else SHARE_NOTHING
