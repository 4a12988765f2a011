"""The scenario language: who flies where, which feed sees whom, and what goes wrong when.

A scenario is a YAML file. It is an input adapter, so it speaks the units its authors speak (feet, knots, nautical
miles), each named in the key; everything behind `paths.flight_of` is SI. `docs/scenario.md` explains every key, and
`sim.reading` reads and checks a file.
"""

from typing import Annotated, Final, Literal

import msgspec

from airpact.geo.units import AltitudeKind
from airpact.sim.faults import Fault

RELEASE_S: Final = 60.0
"""A track is forgotten after 60 s without a report (readsb expiry); an id that comes back sooner would jump."""

CLOSURE_M: Final = 300.0
"""How far the two ends of a circuit may lie apart: a jet flies 250 m in one second, so no gate sees the seam."""

Latitude = Annotated[float, msgspec.Meta(ge=-85.0, le=85.0)]
Longitude = Annotated[float, msgspec.Meta(ge=-180.0, le=180.0)]
Heading = Annotated[float, msgspec.Meta(ge=0.0, le=360.0)]
Seconds = Annotated[float, msgspec.Meta(ge=0.0, le=86_400.0)]
WholeSeconds = Annotated[int, msgspec.Meta(ge=1, le=7_200)]
Period = Annotated[float, msgspec.Meta(ge=0.1, le=60.0)]
Knots = Annotated[float, msgspec.Meta(ge=0.0, le=2_000.0)]
Feet = Annotated[float, msgspec.Meta(ge=-1_500.0, le=100_000.0)]
Rate = Annotated[float, msgspec.Meta(gt=0.0, le=30.0)]
Address = Annotated[str, msgspec.Meta(pattern=r"^~?[0-9a-f]{6}$")]


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of every scenario value: a key nobody knows is an error, not a silent nothing."""


class Party(Value, frozen=True):
    """An organisation of the scenario; `feeds` see its aircraft unless an aircraft says otherwise."""

    id: str
    name: str
    role: Literal["own", "peer", "civil", "unknown"]
    feeds: tuple[str, ...]


class Coverage(Value, frozen=True):
    """The circle a feed watches, and the height below which it sees nothing."""

    lat: Latitude
    lon: Longitude
    radius_nm: float
    floor_ft: Feet = -1_500.0


class SimFeed(Value, frozen=True):
    """One feed: how often it reports, how late, how exactly, and what it says about its own quality."""

    name: str
    coverage: Coverage
    period_s: Period = 1.0
    delay_s: Seconds = 0.3
    sigma_m: Annotated[float, msgspec.Meta(ge=0.0)] = 15.0
    source: str = "adsb_icao"
    nic: int = -1
    nac_p: int = -1
    sil: int = -1
    containment_m: float | None = None
    altitude_kind: Literal["pressure", "qnh", "geometric"] = "pressure"

    @property
    def kind(self) -> AltitudeKind:
        """Return the kind of height this feed reports."""
        return AltitudeKind[self.altitude_kind.upper()]


class Aim(Value, frozen=True):
    """What an aircraft aims at from the start of a leg; it moves there at the given rate during this and later legs."""

    altitude_ft: Feet | None = None
    climb_fpm: Annotated[float, msgspec.Meta(gt=0.0, le=40_000.0)] = 1_500.0
    speed_kt: Knots | None = None


class Straight(Aim, frozen=True, kw_only=True, tag="straight", tag_field="fly"):
    """Hold the heading."""

    for_s: WholeSeconds


class Turn(Aim, frozen=True, kw_only=True, tag="turn", tag_field="fly"):
    """Turn to a heading at a steady rate; by the shorter way unless a side is given."""

    to_deg: Heading
    rate_dps: Rate = 1.5
    side: Literal["left", "right", "shorter"] = "shorter"


class Orbit(Aim, frozen=True, kw_only=True, tag="orbit", tag_field="fly"):
    """Circle at a steady rate."""

    for_s: WholeSeconds
    rate_dps: Rate = 1.5
    side: Literal["left", "right"] = "right"


class Repeat(Value, frozen=True, kw_only=True, tag="repeat", tag_field="fly"):
    """Fly a group of legs several times."""

    times: Annotated[int, msgspec.Meta(ge=1, le=100)]
    legs: tuple["Straight | Turn | Orbit", ...]


Flown = Straight | Turn | Orbit
Leg = Flown | Repeat


class Over(Value, frozen=True):
    """Pins a path made of legs: the aircraft is over this point at this second of its own flight."""

    at_s: Annotated[int, msgspec.Meta(ge=0)]
    lat: Latitude
    lon: Longitude


class ByLegs(Value, frozen=True, tag="legs", tag_field="by"):
    """A path drawn as a shape and pinned by one point in place and time."""

    heading_deg: Heading
    over: Over
    legs: tuple[Leg, ...]


class Waypoint(Aim, frozen=True, kw_only=True):
    """A point to fly to; its aims hold from the moment the aircraft turns towards it."""

    lat: Latitude
    lon: Longitude


class ByPoints(Value, frozen=True, tag="points", tag_field="by"):
    """A path through waypoints, turning early enough to roll out on the next leg."""

    points: tuple[Waypoint, ...]


class ByAirway(Value, frozen=True, tag="airway", tag_field="by"):
    """A path along a named airway, in its order or against it."""

    name: str
    reverse: bool = False


class Aircraft(Value, frozen=True):
    """One aircraft: its identity, and the path it flies once in every loop from `begins_s`."""

    id: Address
    party: str
    altitude_ft: Feet
    speed_kt: Knots
    path: ByLegs | ByPoints | ByAirway
    callsign: str = ""
    category: str = ""
    squawk: str = ""
    begins_s: Seconds = 0.0
    feeds: tuple[str, ...] | None = None
    reports_height: bool = True

    @property
    def label(self) -> str:
        """Return what people call it: the call sign, else the address."""
        return self.callsign or self.id


class Encounter(Value, frozen=True):
    """What the author meant to happen: two aircraft by label, when they are closest, and what it shows."""

    pair: tuple[str, str]
    closest_s: Seconds
    shows: str
    level: Literal["advisory", "caution", "warning", "suppressed"]


class View(Value, frozen=True):
    """Where the map opens."""

    lat: Latitude
    lon: Longitude
    span_deg: float


class Scenario(Value, frozen=True):
    """A whole scenario; always an exercise, because nothing in it is real."""

    title: str
    mode: Literal["EXERCISE"]
    length_s: Annotated[float, msgspec.Meta(ge=60.0, le=86_400.0)]
    view: View
    parties: tuple[Party, ...]
    feeds: tuple[SimFeed, ...]
    aircraft: tuple[Aircraft, ...]
    airways: dict[str, tuple[tuple[Latitude, Longitude], ...]] = {}
    faults: tuple[Fault, ...] = ()
    encounters: tuple[Encounter, ...] = ()

    def feeds_of(self, aircraft: Aircraft) -> tuple[str, ...]:
        """Return the names of the feeds that see an aircraft."""
        if aircraft.feeds is not None:
            return aircraft.feeds
        return next(party.feeds for party in self.parties if party.id == aircraft.party)
