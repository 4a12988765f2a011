"""How well a position is known: from stated accuracy to metres, and how that grows while nothing is heard.

NACp bounds: DO-260B / 14 CFR 91.227 (95 % estimated position uncertainty). Growth: an aircraft of known velocity may
have begun a standard-rate turn the moment after its last report.
"""

from enum import IntEnum
from math import isnan, radians
from typing import Final

from airpact.geo.units import m_from_ft, m_from_nm, mps_from_fpm


class Quality(IntEnum):
    """What a screen says of a track's position."""

    UNKNOWN = 0
    GOOD = 1
    DEGRADED = 2
    SUSPECT = 3


STALE_S: Final = 15.0  # readsb: a position is stale after 15 s
LOST_S: Final = 60.0  # readsb: and expires after 60 s
ASSUMED_EPU_M: Final = m_from_nm(0.05)  # 14 CFR 91.227: what every minimum presupposes of each aircraft
SUSPECT_S: Final = 60.0  # how long a believed jump keeps a track suspect: two places were claimed within a track's life
EPU_BY_NACP_M: Final = (
    m_from_nm(10),  # NACp 0: worse than 10 NM or unknown
    m_from_nm(10),
    m_from_nm(4),
    m_from_nm(2),
    m_from_nm(1),
    m_from_nm(0.5),
    m_from_nm(0.3),
    m_from_nm(0.1),
    m_from_nm(0.05),
    30.0,
    10.0,
    3.0,
)
EPU_UNSTATED_M: Final = {"adsb": ASSUMED_EPU_M, "adsr": m_from_nm(0.1), "tisb": m_from_nm(0.1), "mlat": 250.0}
"""Where a report states none, by the first word of its source: the rule for ADS-B, the next worse step for
rebroadcast radar and ADS-R, readsb's own allowance for multilateration."""
EPU_UNKNOWN_SOURCE_M: Final = m_from_nm(0.1)
EPU_CAP_M: Final = m_from_nm(1.0)  # beyond this a circle says nothing; the track is marked degraded instead
NIC_DEGRADED_BELOW: Final = 5  # containment of 1 NM or worse: procedural separation only
NACP_DEGRADED_BELOW: Final = 5
ALTIMETRY_M: Final = m_from_ft(125)  # agreed correspondence of reported and flown pressure altitude
STANDARD_TURN_RADPS: Final = radians(3.0)
CLIMB_CHANGE_MPS: Final = mps_from_fpm(500)  # a change of vertical speed that nobody has reported yet
WITHHELD_SPEED_MPS: Final = 250.0  # of an aircraft whose party gives no speed: an airliner's cruise, about 490 kt
DERIVED_SPEED_ERROR_MPS: Final = 10.0  # of a velocity taken from two whole-second positions some seconds apart


def epu_m(nac_p: int, containment_m: float, source: str) -> float:
    """Return the 95 % horizontal uncertainty in metres from NACp, else the containment radius, else the source."""
    if 0 <= nac_p < len(EPU_BY_NACP_M):
        return min(EPU_BY_NACP_M[nac_p], EPU_CAP_M)
    if not isnan(containment_m):
        return min(containment_m, EPU_CAP_M)
    return EPU_UNSTATED_M.get(source.partition("_")[0], EPU_UNKNOWN_SOURCE_M)


def quality_of(nic: int, nac_p: int) -> Quality:
    """Return the quality stated by NIC and NACp (-1 = not given); zero counts as degraded, missing as unknown."""
    if nic < 0 and nac_p < 0:
        return Quality.UNKNOWN
    if 0 <= nic < NIC_DEGRADED_BELOW or 0 <= nac_p < NACP_DEGRADED_BELOW:
        return Quality.DEGRADED
    return Quality.GOOD
