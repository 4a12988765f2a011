"""What a desk sets about the release of its own tracks, read from `peers: {release: {CTF: {...}}}` of `desk.yaml`."""

import re
from typing import Final

from airpact.agreement.fields import Field
from airpact.agreement.procedures import PARTY_ID, PARTY_ID_RIGHT
from airpact.picture.policy import (
    ALTITUDE_BAND_MAX_M,
    DELAY_MAX_S,
    FIELDS,
    FIELDS_DEFAULT,
    GRID_MAX_M,
    NAMING,
    NOTHING,
    OWN,
    ReleasePolicy,
)

HEIGHT_LOW_M: Final = -500.0
HEIGHT_HIGH_M: Final = 30_000.0  # above any aircraft that reports to a desk
GRID_MIN_M: Final = 100.0  # a finer one hides nothing that own uncertainty does not hide
ALTITUDE_BAND_MIN_M: Final = 30.0
PARTIES_MAX: Final = 32
PARTY: Final = re.compile(PARTY_ID)


def read_release(at: Field) -> dict[str, ReleasePolicy]:
    """Return the policy of each counterpart named; a party not named gets the default of the mode."""
    policies = {}
    members = at.members() if at.given else {}
    if len(members) > PARTIES_MAX:
        at.refuse(f"names {len(members)} parties", f"at most {PARTIES_MAX}")
    for party, member in members.items():
        if PARTY.fullmatch(party) is None:
            member.refuse(f"stands for party {party!r}", PARTY_ID_RIGHT)
        policies[party] = read_policy(member)
    return policies


def read_policy(at: Field) -> ReleasePolicy:
    """Return what one counterpart may see; everything that would give more than it seems to is a problem."""
    at.expect(ReleasePolicy.__struct_fields__)
    fields = at.get("fields").texts(default=FIELDS_DEFAULT, pattern="|".join(FIELDS), right=", ".join(FIELDS))
    alias = at.get("alias").choice({"true": True, "false": False}, default=False)
    for name in NAMING:
        if alias and name in fields:
            at.get("fields").refuse(f"lists {name} with an alias", "leave it out: it says whose aircraft it is")
    policy = ReleasePolicy(
        tracks=at.get("tracks").choice({NOTHING: NOTHING, OWN: OWN}, default=OWN),
        fields=fields,
        grid_m=_coarse(at.get("grid_m"), GRID_MIN_M, GRID_MAX_M),
        altitude_band_m=_coarse(at.get("altitude_band_m"), ALTITUDE_BAND_MIN_M, ALTITUDE_BAND_MAX_M),
        delay_s=at.get("delay_s").number(default=0.0, high=DELAY_MAX_S, unit="seconds"),
        alias=alias,
        floor_m=_height(at.get("floor_m")),
        ceiling_m=_height(at.get("ceiling_m")),
        lifts=at.get("lifts").choice({"true": True, "false": False}, default=True),
        lift_on_released=at.get("lift_on_released").choice({"true": True, "false": False}, default=False),
    )
    if policy.floor_m is not None and policy.ceiling_m is not None and policy.ceiling_m <= policy.floor_m:
        at.get("ceiling_m").refuse("is not above floor_m", "then no aircraft at all is released: say tracks: nothing")
    return policy


def _coarse(at: Field, low: float, high: float) -> float:
    """Return a step in metres, 0 = exact; a step too fine to hide anything is a mistake."""
    step_m = at.number(default=0.0, high=high, unit="metres")
    if 0.0 < step_m < low:
        at.refuse(f"is {step_m:g}", f"0 for exact, or {low:g} to {high:g} metres")
    return step_m


def _height(at: Field) -> float | None:
    return at.number(low=HEIGHT_LOW_M, high=HEIGHT_HIGH_M, unit="metres") if at.given else None
