"""Small skies for tests of the core: a setting from a few rungs, reports from plain numbers, a desk run by ticks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, nan
from typing import Any

from airpact.agreement.parameters import PairMemory, Parameters, Rung, SeparationClause, SeparationRules, Side
from airpact.alerts.alert import Alert
from airpact.alerts.policy import AlertPolicy
from airpact.encounter.levels import Level
from airpact.feeds.report import FeedBatch, Report
from airpact.geo.units import AltitudeKind
from airpact.node.pipeline import step
from airpact.node.setting import FeedPace, Releasing, Setting, make_setting
from airpact.node.tick import TickRecord
from airpact.node.world import Outbox, World, new_world
from airpact.picture.policy import SHARE_ALL
from airpact.picture.rules import PartyRules
from tests.geodesy import destination

T0 = 1_700_000_000.0
LAT, LON = 36.0, 35.0
HORIZONTAL_M, VERTICAL_M = 2000.0, 300.0
RUNGS = (
    Rung(Level.CAUTION, HORIZONTAL_M, VERTICAL_M, 60.0),
    Rung(Level.WARNING, HORIZONTAL_M, VERTICAL_M, 25.0),
    Rung(Level.WARNING, HORIZONTAL_M, VERTICAL_M, 0.0),
)
EXERCISE = Releasing(own="NAG", default=SHARE_ALL, key=bytes(range(32)))


def setting_of(
    rungs: Sequence[Rung] = RUNGS,
    *,
    rules: PartyRules | None = None,
    exceptions: tuple[str, ...] = (),
    relay_s: float = 20.0,
    policy: AlertPolicy | None = None,
    feeds: Mapping[str, FeedPace] | None = None,
    memory: PairMemory | None = None,
    releasing: Releasing = EXERCISE,
) -> Setting:
    """Return a setting with one clause between everyone."""
    clause = SeparationClause("1", (Side(), Side()), tuple(rungs), exceptions, memory)
    parameters = Parameters("d" * 64, "A test", "1", "profile", SeparationRules("d" * 64, (clause,)))
    paces = {"radar": FeedPace(inf, 0.2)} if feeds is None else dict(feeds)
    return make_setting(parameters, rules or PartyRules(), policy or AlertPolicy(), relay_s, paces, releasing=releasing)


def report(
    identity: str,
    t: float,
    east_m: float = 0.0,
    north_m: float = 0.0,
    *,
    feed: str = "radar",
    source: str = "adsb_icao",
    height_m: float = 3000.0,
    kind: AltitudeKind = AltitudeKind.PRESSURE,
    track: float = nan,
    speed: float = nan,
    climb: float = 0.0,
    callsign: str = "",
    on_ground: bool = False,
    nac_p: int = 9,
) -> Report:
    """Return a report `t` seconds after T0, so many metres east and north of the middle."""
    lat, lon = destination(LAT, LON, 90.0, east_m)
    lat, lon = destination(lat, lon, 0.0, north_m)
    return Report(
        feed, identity, source, T0 + t, T0 + t, lat, lon, altitude_m=height_m, altitude_kind=kind, track_deg=track,
        ground_speed_mps=speed, vertical_speed_mps=climb, callsign=callsign, on_ground=on_ground, nac_p=nac_p, nic=8,
    )  # fmt: skip


def flight(
    identity: str, times: Iterable[float], east_m: float, north_m: float, track: float, speed: float, **more: Any
) -> list[Report]:
    """Return reports of a straight flight along the grid: track 0 is north, 90 is east."""
    east, north = {0.0: (0, 1), 90.0: (1, 0), 180.0: (0, -1), 270.0: (-1, 0)}[track]
    return [
        report(identity, t, east_m + east * speed * t, north_m + north * speed * t, track=track, speed=speed, **more)
        for t in times
    ]


@dataclass
class Desk:
    """A desk under test: a world and all it told."""

    setting: Setting
    world: World = field(init=False)
    told: list[Outbox] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.world = new_world(self.setting)

    def tick(self, t: float, reports: Sequence[Report] = ()) -> Outbox:
        """Take one step `t` seconds after T0; reports are put into one batch per feed."""
        feeds = dict.fromkeys(one.feed for one in reports)
        batches = tuple(FeedBatch(name, T0 + t, tuple(r for r in reports if r.feed == name)) for name in feeds)
        return self.step(t, batches)

    def step(self, t: float, batches: tuple[FeedBatch, ...]) -> Outbox:
        """Take one step with these batches."""
        self.world, outbox = step(self.world, TickRecord(self.world.tick + 1, T0 + t, 0, batches))
        self.told.append(outbox)
        return outbox

    def run(self, reports: Iterable[Report], until: float | None = None) -> "Desk":
        """Take reports in ticks of a second, every second from the first to `until`."""
        by_second: dict[int, list[Report]] = {}
        for one in reports:
            by_second.setdefault(int(one.valid_s - T0), []).append(one)
        last = int(max(by_second) if until is None else until)
        for second in range(min(by_second), last + 1):
            self.tick(second, by_second.get(second, []))
        return self

    def alert(self, a: str, b: str) -> Alert | None:
        """Return the open alert of a pair."""
        return self.world.alerts.alerts.get(f"{min(a, b)}|{max(a, b)}")

    def refused(self, feed: str = "radar") -> dict[str, int]:
        """Return what the picture refused of a feed, by reason."""
        return self.world.picture.refused.get(feed, {})

    @property
    def ids(self) -> set[str]:
        """Ids of the tracks that live."""
        return set(self.world.picture.row_of)
