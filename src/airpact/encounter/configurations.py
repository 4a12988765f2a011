"""The reference's configurations as one table: alerters, limits of the bands, memory of a sequence.

Values of DO-365B (without sensor uncertainty), of its buffered well-clear variants and of the 5 NM cylinder, as the
reference implementation DAIDALUS 2.0.4 ships them. They are examples to measure against and to adopt: what binds a
desk stands in its agreement.
"""

from dataclasses import dataclass
from enum import IntEnum
from math import radians
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from airpact.encounter.volumes import CYLINDER, TAUMOD
from airpact.geo.units import M_PER_FT, M_PER_NM, MPS_PER_FPM, MPS_PER_KT

GRAVITY_MPS2: Final = 9.80665


class Region(IntEnum):
    """The colour of a band, in order of severity but for RECOVERY, which is a way out (C9)."""

    UNKNOWN = -1
    NONE = 0
    FAR = 1
    MID = 2
    NEAR = 3
    RECOVERY = 4


LEVEL: Final = np.dtype(
    [
        ("kind", "i8"),  # of volume: volumes.KINDS
        ("horizontal_m", "f8"),
        ("vertical_m", "f8"),
        ("tau_s", "f8"),
        ("coa_s", "f8"),
        ("alerting_s", "f8"),
        ("early_s", "f8"),  # alerting time of a level that was given out at the step before
        ("region", "i8"),  # Region the level paints; NONE paints nothing
    ],
    align=True,
)

Levels = npt.NDArray[Any]  # of dtype LEVEL, least severe first: an alerter


class Limits(NamedTuple):
    """What bands, recovery and last times obey; SI, angles in rad."""

    lookahead_s: float
    hdir_step_rad: float
    hs_step_mps: float
    vs_step_mps: float
    alt_step_m: float
    hs_min_mps: float
    hs_max_mps: float
    vs_min_mps: float
    vs_max_mps: float
    alt_min_m: float
    alt_max_m: float
    min_airspeed_mps: float
    turn_rate_radps: float  # 0: instantaneous
    horizontal_accel_mps2: float
    vertical_accel_mps2: float
    vertical_rate_mps: float
    nmac_horizontal_m: float
    nmac_vertical_m: float
    recovery_horizontal_m: float
    recovery_vertical_m: float
    ca_factor: float
    recovery_stability_s: float
    corrective: int  # Region
    dmod_m: float  # of the modified tau shown among the metrics


class Memory(NamedTuple):
    """How a sequence is steadied: M of N, persistence, hysteresis; all zero = every step stands alone."""

    hysteresis_s: float
    persistence_s: float
    bands_persistence: bool
    m: int
    n: int
    delta_hdir_rad: float
    delta_hs_mps: float
    delta_vs_mps: float
    delta_alt_m: float


NO_MEMORY: Final = Memory(0.0, 0.0, False, 0, 0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Configuration:
    """One named configuration of the reference."""

    name: str
    source: str
    levels: Levels
    limits: Limits
    memory: Memory

    def forgetful(self) -> "Configuration":
        """Return the same without memory: every step is judged by itself."""
        return Configuration(self.name, self.source, self.levels, self.limits, NO_MEMORY)


def alerter(*rows: tuple[float, ...]) -> Levels:
    """Return LEVEL records of (kind, horizontal m, vertical m, tau s, coa s, alerting s, early s, region) rows."""
    return np.array(list(rows), LEVEL)


_LIMITS: Final = Limits(
    lookahead_s=180.0,
    hdir_step_rad=radians(1.0),
    hs_step_mps=5.0 * MPS_PER_KT,
    vs_step_mps=100.0 * MPS_PER_FPM,
    alt_step_m=100.0 * M_PER_FT,
    hs_min_mps=10.0 * MPS_PER_KT,
    hs_max_mps=700.0 * MPS_PER_KT,
    vs_min_mps=-6000.0 * MPS_PER_FPM,
    vs_max_mps=6000.0 * MPS_PER_FPM,
    alt_min_m=100.0 * M_PER_FT,
    alt_max_m=50_000.0 * M_PER_FT,
    min_airspeed_mps=10.0 * MPS_PER_KT,
    turn_rate_radps=radians(3.0),
    horizontal_accel_mps2=2.0,
    vertical_accel_mps2=0.25 * GRAVITY_MPS2,
    vertical_rate_mps=500.0 * MPS_PER_FPM,
    nmac_horizontal_m=500.0 * M_PER_FT,
    nmac_vertical_m=100.0 * M_PER_FT,
    recovery_horizontal_m=0.66 * M_PER_NM,
    recovery_vertical_m=450.0 * M_PER_FT,
    ca_factor=0.1,
    recovery_stability_s=3.0,
    corrective=int(Region.MID),
    dmod_m=0.66 * M_PER_NM,
)
_BUFFERED: Final = _LIMITS._replace(recovery_horizontal_m=M_PER_NM)
_INSTANT: Final = _LIMITS._replace(
    turn_rate_radps=0.0,
    horizontal_accel_mps2=0.0,
    vertical_accel_mps2=0.0,
    vertical_rate_mps=0.0,
    recovery_horizontal_m=5.0 * M_PER_NM,
    recovery_vertical_m=1000.0 * M_PER_FT,
    corrective=int(Region.NEAR),
)
_STEADY: Final = Memory(5.0, 4.0, True, 2, 4, radians(15.0), 100.0 * MPS_PER_KT, 250.0 * MPS_PER_FPM, 250.0 * M_PER_FT)

_DTHR_1: Final = 0.66 * M_PER_NM
_DTHR_2: Final = 1500.0 * M_PER_FT
_DTHR_NC: Final = 2200.0 * M_PER_FT
_FT_450: Final = 450.0 * M_PER_FT
_FT_700: Final = 700.0 * M_PER_FT
_FT_750: Final = 750.0 * M_PER_FT

_PHASE_I: Final = alerter(
    (TAUMOD, _DTHR_1, _FT_700, 35.0, 0.0, 55.0, 75.0, Region.NONE),
    (TAUMOD, _DTHR_1, _FT_450, 35.0, 0.0, 55.0, 75.0, Region.MID),
    (TAUMOD, _DTHR_1, _FT_450, 35.0, 0.0, 25.0, 55.0, Region.NEAR),
)
_PHASE_II: Final = alerter(
    (TAUMOD, _DTHR_2, _FT_450, 0.0, 0.0, 45.0, 75.0, Region.NONE),
    (TAUMOD, _DTHR_2, _FT_450, 0.0, 0.0, 45.0, 75.0, Region.MID),
    (TAUMOD, _DTHR_2, _FT_450, 0.0, 0.0, 45.0, 75.0, Region.NEAR),
)
_NON_COOPERATIVE: Final = alerter(
    (TAUMOD, _DTHR_NC, _FT_450, 0.0, 0.0, 55.0, 110.0, Region.NONE),
    (TAUMOD, _DTHR_NC, _FT_450, 0.0, 0.0, 55.0, 110.0, Region.MID),
    (TAUMOD, _DTHR_NC, _FT_450, 0.0, 0.0, 25.0, 90.0, Region.NEAR),
)
_BUFFERED_WELL_CLEAR: Final = alerter(
    (TAUMOD, M_PER_NM, _FT_750, 35.0, 20.0, 60.0, 75.0, Region.NONE),
    (TAUMOD, M_PER_NM, _FT_450, 35.0, 20.0, 60.0, 75.0, Region.MID),
    (TAUMOD, M_PER_NM, _FT_450, 35.0, 20.0, 30.0, 55.0, Region.NEAR),
)
_CD3D: Final = alerter((CYLINDER, 5.0 * M_PER_NM, 1000.0 * M_PER_FT, 0.0, 0.0, 180.0, 180.0, Region.NEAR))

_SLOW_TURN: Final = _BUFFERED._replace(turn_rate_radps=radians(1.5))

CONFIGURATIONS: Final = {
    one.name: one
    for one in (
        Configuration("do365b_p1", "DO-365B without SUM, Phase I", _PHASE_I, _LIMITS, _STEADY),
        Configuration("do365b_p2", "DO-365B without SUM, Phase II", _PHASE_II, _LIMITS, _STEADY),
        Configuration("do365b_nc", "DO-365B without SUM, Non-Cooperative", _NON_COOPERATIVE, _LIMITS, _STEADY),
        Configuration("nom_a", "buffered well clear, 1.5 deg/s turns", _BUFFERED_WELL_CLEAR, _SLOW_TURN, NO_MEMORY),
        Configuration("nom_b", "buffered well clear, 3 deg/s turns", _BUFFERED_WELL_CLEAR, _BUFFERED, NO_MEMORY),
        Configuration("cd3d", "5 NM / 1000 ft cylinder, instantaneous bands", _CD3D, _INSTANT, NO_MEMORY),
    )
}
"""Every configuration by name."""
