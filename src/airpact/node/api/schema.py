"""The bodies of the API, docs/stream.md in types: what OpenAPI shows and what is checked on the way in."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

AlertId = Annotated[str, Field(min_length=1, max_length=256, description="id of an alert")]


class Body(BaseModel):
    """A request body: a field that is not known is an error, not ignored; no type is guessed."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Acknowledgement(Body):
    """Stops the sound of one alert; it stays on the list."""

    alert: AlertId


class Shelving(Body):
    """Sets one advisory or caution aside for a while, with the reason that the next watch will read."""

    alert: AlertId
    minutes: float = Field(ge=1, le=15, description="how long, at most a quarter of an hour")
    reason: str = Field(min_length=1, max_length=500, description="why, in words")


class SoundCheck(Body):
    """Says whether the person at the desk heard the test sound."""

    heard: bool


class TransportMove(Body):
    """Moves a replay; a field left out stays as it is."""

    at_s: float | None = Field(default=None, allow_inf_nan=False, description="Unix seconds within the recording")
    speed: float | None = Field(default=None, gt=0, le=100, description="1 is as it happened")
    playing: bool | None = None


class Taken(BaseModel):
    """A command that is durable: its place in the order, its time, and the alert as it stands now."""

    index: int
    at_s: float
    alert: dict[str, Any] | None = Field(description="Alert of docs/stream.md; null once it is over")


class Transport(BaseModel):
    """Where a replay stands."""

    from_s: float
    to_s: float
    at_s: float
    speed: float
    playing: bool


class Mark(BaseModel):
    """One alert on the timeline."""

    id: str
    level: Literal[1, 2, 3]
    t_s: float
    label: str


class Gap(BaseModel):
    """A time in which a feed gave nothing."""

    from_s: float
    to_s: float
    feed: str


class Timeline(BaseModel):
    """What happened between two instants."""

    from_s: float
    to_s: float
    marks: list[Mark]
    gaps: list[Gap]


class Trails(BaseModel):
    """The last three minutes: one row per track, one column per second kept; null where there was no position."""

    t: list[float]
    id: list[str]
    lat: list[list[float | None]]
    lon: list[list[float | None]]


class Party(BaseModel):
    """One party of the picture."""

    id: str
    name: str
    role: Literal["own", "peer", "civil", "unknown"]


class OwnParty(BaseModel):
    """The party this desk belongs to."""

    id: str
    name: str


class Procedures(BaseModel):
    """The document every minimum comes from."""

    title: str
    version: str
    hash: str
    status: Literal["unilateral", "agreed"]
    unchecked: list[str] = Field(description="ids of clauses no monitor understands: shown as not machine-checked")


class Unfit(BaseModel):
    """A clause whose alerter calls later than this desk can relay."""

    clause: str
    reason: Literal["late"]
    alerting_s: float
    needed_s: float = Field(description="relay time and margin of this desk")


class Policy(BaseModel):
    """How this desk alerts."""

    supervisor_s: float
    shelve_max_s: float
    rate_limit_per_h: float
    flood_per_10min: float


class View(BaseModel):
    """Where the map opens."""

    lat: float
    lon: float
    span_deg: float


class Coverage(BaseModel):
    """What one feed watches; outside is drawn as not watched."""

    feed: str
    lat: float
    lon: float
    radius_m: float
    floor_m: float


class Person(BaseModel):
    """Who is signed in."""

    account: str
    roles: list[str]
    csrf: str = Field(description="the form that signs out carries it")
    may: list[str] = Field(description="what these roles let the person see and do, see docs/people.md")
    presence_s: float = Field(description="a session in which nothing was done for so long is over")


class Desk(BaseModel):
    """What does not change while the node runs."""

    product_version: str
    mode: Literal["LIVE", "EXERCISE", "REPLAY", "DEGRADED"]
    title: str
    party: OwnParty
    desk: str
    relay_s: float
    languages: list[str]
    parties: list[Party]
    procedures: Procedures
    unfit: list[Unfit] = Field(description="clauses to be shown as unfit for this desk")
    alert_policy: Policy
    view: View
    coverage: list[Coverage]
    watchdog_port: int = Field(description="0 when no watchdog runs")
    attribution: str
    person: Person | None = Field(default=None, description="left out where there was no signing in")


class ProblemDetails(BaseModel):
    """Every error of every route (RFC 9457)."""

    title: str
    status: int
    code: str = Field(description="stable word for programs")
    detail: str = Field(default="", description="for a person")
