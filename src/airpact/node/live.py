"""The engine of a running desk: one world behind the calls the loop makes, all on the compute thread."""

from typing import Any, Final

import msgspec
import numpy as np

from airpact import __version__
from airpact.agreement.parameters import CIVIL
from airpact.alerts.book import find
from airpact.node.commands import apply, decide
from airpact.node.desk import DeskConfig, View
from airpact.node.engine import Health, Positions, TransportState
from airpact.node.entries import Command, Entry, Refusal
from airpact.node.giving import Giver
from airpact.node.partners.state import Doubtful
from airpact.node.peerview import not_understood, voice_rows
from airpact.node.pipeline import step
from airpact.node.readers.config import Coverage
from airpact.node.view import alert_row, alerts_frame, alive_rows, picture_frame
from airpact.node.world import Outbox, TickRecord, World
from airpact.picture.rules import OWN, UNKNOWN

PROFILE: Final = "profile"
LATE: Final = "late"


class Front(msgspec.Struct, frozen=True, kw_only=True):
    """What a console is told once: whose desk this is, in which mode, where the map opens, what is watched."""

    mode: str  # LIVE, EXERCISE or REPLAY
    title: str
    party: str
    desk: str
    languages: tuple[str, ...]
    view: View
    coverage: tuple[tuple[str, Coverage], ...] = ()  # by feed; feeds without a stated coverage are left out
    attribution: str = ""


def front_of(desk: DeskConfig) -> Front:
    """Return the front of a configured desk."""
    return Front(
        mode=desk.mode,
        title=desk.title,
        party=desk.party,
        desk=desk.desk,
        languages=desk.languages,
        view=desk.view,
        coverage=tuple((feed.name, feed.coverage) for feed in desk.feeds if feed.coverage is not None),
    )


class LiveEngine:
    """Steps one world and turns it into what consoles read."""

    def __init__(self, world: World, front: Front, giver: Giver | None = None) -> None:
        """Take over `world`; nobody else may touch it from here on; without a giver nothing leaves for anybody."""
        self.world, self._front, self._giver = world, front, giver
        self.transport: TransportState | None = None

    def step(self, record: TickRecord) -> Outbox:
        """Take the step of one tick."""
        self.world, outbox = step(self.world, record)
        return outbox

    def decide(self, command: Command, now_s: float) -> Command | Refusal:
        """Return what to record of a command, or why it is refused."""
        return decide(self.world, command, now_s)

    def apply(self, entry: Entry) -> Outbox:
        """Carry out a durable entry."""
        return apply(self.world, entry)

    def alert(self, alert_id: str) -> bytes:
        """Return one open alert as JSON, `null` when there is none of that id."""
        alert = find(self.world.alerts, alert_id)
        return b"null" if alert is None else msgspec.json.encode(alert_row(self.world, alert, frozenset()))

    def not_understood(self) -> dict[str, tuple[Doubtful, ...]]:
        """Return by party the newest statements that were kept and that this desk cannot read."""
        return not_understood(self.world)

    def voice_entries(self) -> bytes:
        """Return what was said by voice as JSON, newest first."""
        return voice_rows(self.world)

    def alerts_frame(
        self, seq: int, ids: tuple[str, ...] | None, ended: tuple[str, ...], unrecorded: frozenset[str]
    ) -> bytes:
        """Return the live message with the alerts named, or with all."""
        return alerts_frame(self.world, seq, ids, ended, unrecorded)

    def picture_frame(self, seq: int, health: Health) -> bytes:
        """Return the live message with the whole picture."""
        extra = {"node": health, "storage": {"late_s": health.storage_late_s}, "transport": self.transport}
        return picture_frame(self.world, seq, self._front.mode, extra)

    def positions(self) -> Positions:
        """Return where every track is now, for trails."""
        rows = alive_rows(self.world)
        now = self.world.picture.now
        ids = tuple(self.world.picture.of(row).id for row in rows.tolist())
        return Positions(
            ids, np.degrees(now.lat_rad[rows]).astype(np.float32), np.degrees(now.lon_rad[rows]).astype(np.float32)
        )

    def released(self) -> dict[str, bytes]:
        """Return the live tracks that leave now, by party."""
        return {} if self._giver is None else self._giver.give(self.world)

    def desk(self) -> dict[str, Any]:
        """Return what does not change while the node runs."""
        front, setting = self._front, self.world.setting
        parameters = setting.parameters
        parties = [{"id": one.id, "name": one.name, "role": one.role} for one in setting.rules.parties]
        names = {party["id"]: party["name"] for party in parties if party["role"] == OWN}
        parties += [{"id": CIVIL, "name": CIVIL, "role": CIVIL}, {"id": UNKNOWN, "name": UNKNOWN, "role": UNKNOWN}]
        return {
            "product_version": __version__,
            "mode": front.mode,
            "title": front.title,
            "party": {"id": front.party, "name": names.get(front.party, front.party)},
            "desk": front.desk,
            "relay_s": setting.relay_s,
            "languages": list(front.languages),
            "parties": parties,
            "procedures": {
                "title": parameters.title,
                "version": parameters.version,
                "hash": parameters.document,
                "status": "unilateral" if parameters.status == PROFILE else parameters.status,
                "unchecked": list(parameters.unchecked),
            },
            "unfit": [
                {"clause": one.clause, "reason": LATE, "alerting_s": one.alerting_s, "needed_s": one.needed_s}
                for one in setting.unfit
            ],
            "alert_policy": {
                "supervisor_s": setting.policy.supervisor_s,
                "shelve_max_s": setting.policy.shelve_s_max,
                "rate_limit_per_h": setting.policy.rate_limit_per_h,
                "flood_per_10min": setting.policy.flood_count,
            },
            "view": {"lat": front.view.lat_deg, "lon": front.view.lon_deg, "span_deg": front.view.span_deg},
            "coverage": [
                {"feed": name, "lat": air.lat_deg, "lon": air.lon_deg, "radius_m": air.radius_m, "floor_m": air.floor_m}
                for name, air in front.coverage
            ],
            "attribution": front.attribution,
        }
