"""The engine of a running desk: one world behind the calls the loop makes, all on the compute thread."""

from typing import Any, Final

import msgspec
import numpy as np

from airpact import __version__
from airpact.agreement.parameters import CIVIL
from airpact.alerts.book import find
from airpact.node.commands import apply, decide
from airpact.node.desk import DeskConfig
from airpact.node.engine import Health, Positions, TransportState
from airpact.node.entries import Command, Entry, Refusal
from airpact.node.pipeline import step
from airpact.node.view import alert_row, alerts_frame, alive_rows, picture_frame
from airpact.node.world import Outbox, TickRecord, World
from airpact.picture.rules import OWN, UNKNOWN

PROFILE: Final = "profile"


class LiveEngine:
    """Steps one world and turns it into what consoles read."""

    def __init__(self, world: World, desk: DeskConfig, mode: str, attribution: str = "") -> None:
        """Take over `world`; nobody else may touch it from here on."""
        self.world, self._desk, self._mode, self._attribution = world, desk, mode, attribution
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

    def alerts_frame(
        self, seq: int, ids: tuple[str, ...] | None, ended: tuple[str, ...], unrecorded: frozenset[str]
    ) -> bytes:
        """Return the live message with the alerts named, or with all."""
        return alerts_frame(self.world, seq, ids, ended, unrecorded)

    def picture_frame(self, seq: int, health: Health) -> bytes:
        """Return the live message with the whole picture."""
        extra = {"node": health, "storage": {"late_s": health.storage_late_s}, "transport": self.transport}
        return picture_frame(self.world, seq, self._mode, extra)

    def positions(self) -> Positions:
        """Return where every track is now, for trails."""
        rows = alive_rows(self.world)
        now = self.world.picture.now
        ids = tuple(self.world.picture.of(row).id for row in rows.tolist())
        return Positions(
            ids, np.degrees(now.lat_rad[rows]).astype(np.float32), np.degrees(now.lon_rad[rows]).astype(np.float32)
        )

    def desk(self) -> dict[str, Any]:
        """Return what does not change while the node runs."""
        desk, setting = self._desk, self.world.setting
        parameters = setting.parameters
        parties = [{"id": one.id, "name": one.name, "role": one.role} for one in setting.rules.parties]
        names = {party["id"]: party["name"] for party in parties if party["role"] == OWN}
        parties += [{"id": CIVIL, "name": CIVIL, "role": CIVIL}, {"id": UNKNOWN, "name": UNKNOWN, "role": UNKNOWN}]
        return {
            "product_version": __version__,
            "mode": self._mode,
            "title": desk.title,
            "party": {"id": desk.party, "name": names.get(desk.party, desk.party)},
            "desk": desk.desk,
            "relay_s": setting.relay_s,
            "languages": list(desk.languages),
            "parties": parties,
            "procedures": {
                "title": parameters.title,
                "version": parameters.version,
                "hash": parameters.document,
                "status": "unilateral" if parameters.status == PROFILE else parameters.status,
                "unchecked": list(parameters.unchecked),
            },
            "alert_policy": {
                "supervisor_s": setting.policy.supervisor_s,
                "shelve_max_s": setting.policy.shelve_s_max,
                "rate_limit_per_h": setting.policy.rate_limit_per_h,
                "flood_per_10min": setting.policy.flood_count,
            },
            "view": {"lat": desk.view.lat_deg, "lon": desk.view.lon_deg, "span_deg": desk.view.span_deg},
            "coverage": [
                {
                    "feed": feed.name,
                    "lat": feed.coverage.lat_deg,
                    "lon": feed.coverage.lon_deg,
                    "radius_m": feed.coverage.radius_m,
                    "floor_m": feed.coverage.floor_m,
                }
                for feed in desk.feeds
                if feed.coverage is not None
            ],
            "attribution": self._attribution,
        }
