"""What guidance consists of: bands per dimension with their recovery, resolutions and preferred direction, as values.

Rules: sections 1 to 6 of the bands rules, reference DO-365B; `bands` fills these values, `evaluation` hands them on.
Dimensions are always in the order hdir (rad), hs (m/s), vs (m/s), alt (m); regions in the order NEAR, MID, FAR.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Recovery(NamedTuple):
    """The way back when every step of a dimension is in conflict (R4.5); nan and -1 when not computed."""

    computed: bool
    saturated: bool
    time_s: float
    n_factor: int
    horizontal_m: float
    vertical_m: float


class Resolution(NamedTuple):
    """The nearest way out on either side: nan when none is needed, -inf or inf when there is none."""

    down: float
    up: float


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """One dimension in segments [low, up] of one `region` each, from its least to its greatest value, all (m,)."""

    low: Floats
    up: Floats
    region: Ints
    recovery: Recovery
    resolution: Resolution
    preferred_up: bool


@dataclass(frozen=True, slots=True, eq=False)
class Guidance:
    """The four bands of an ownship and the aircraft that make them.

    `conflict_aircraft[region]` are indexes of intruders; `peripheral_aircraft[region][dimension]` likewise (section 2).
    `violation_s` (3, 2): from when to when each region is violated, (inf, -inf) if never (R2.5).
    """

    hdir: Band
    hs: Band
    vs: Band
    alt: Band
    conflict_aircraft: tuple[tuple[int, ...], ...]
    peripheral_aircraft: tuple[tuple[tuple[int, ...], ...], ...]
    violation_s: Floats
