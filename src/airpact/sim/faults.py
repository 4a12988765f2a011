"""What goes wrong in a scenario, and the window of the loop in which it does.

A fault changes what a feed delivers, never where an aircraft is: the world stays true, the picture of it suffers.
"""

from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Window(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="fault"):
    """The seconds of the loop in which a fault holds: from `from_s` until just before `to_s`."""

    from_s: Annotated[float, msgspec.Meta(ge=0.0)]
    to_s: float

    def holds(self, loop_s: Floats) -> Mask:
        """Return whether each second of the loop lies in the window (any shape)."""
        inside: Mask = (loop_s >= self.from_s) & (loop_s < self.to_s)
        return inside


class Stale(Window, frozen=True, tag="stale"):
    """A feed delivers nothing."""

    feed: str


class Dropout(Window, frozen=True, tag="dropout"):
    """One aircraft is missing from every feed."""

    aircraft: str


class Jump(Window, frozen=True, tag="jump"):
    """One aircraft reports a position that is wrong by a fixed offset, at the same stated quality (spoofed GNSS)."""

    aircraft: str
    distance_nm: float
    bearing_deg: float


class Duplicate(Window, frozen=True, tag="duplicate"):
    """A second feed reports the same aircraft under another id, offset and later, as a rebroadcast service does."""

    aircraft: str
    feed: str
    id: Annotated[str, msgspec.Meta(pattern=r"^~?[0-9a-f]{6}$")]
    source: str = "tisb_other"
    distance_m: float = 0.0
    bearing_deg: float = 0.0
    delay_s: Annotated[float, msgspec.Meta(ge=0.0, le=10.0)] = 0.0


Fault = Stale | Dropout | Jump | Duplicate
