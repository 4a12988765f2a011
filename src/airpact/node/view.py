"""The world as the console reads it (docs/stream.md): columns of the picture, alerts, and what does not change.

Built on the compute thread from a world at rest; what leaves is bytes or a copy. NaN becomes null: a missing value is
missing, never a number.
"""

from collections.abc import Iterable, Mapping
from math import inf, isfinite, isnan
from typing import Any, Final

import msgspec
import numpy as np

from airpact.alerts.alert import Alert, Ending, State
from airpact.alerts.book import ordered
from airpact.alerts.rate import live_rate
from airpact.geo.units import AltitudeKind
from airpact.monitors.finding import Approach, Guidance, Proposal, Subject
from airpact.monitors.peers import party_of
from airpact.node.partners.shared import word_of
from airpact.node.peerview import peer_rows, presence_row, telling_row
from airpact.node.speaking import names_of
from airpact.node.world import World
from airpact.picture.feeds import Feed
from airpact.picture.gates import VELOCITY_LIFE_S
from airpact.picture.picture import heard_s, suspect
from airpact.picture.quality import STALE_S, Quality
from airpact.picture.received import NOT_JUDGED, held_by_own

KINDS: Final = tuple(kind.name.lower() for kind in AltitudeKind)
QUALITIES: Final = tuple(quality.name.lower() for quality in Quality)
_encode = msgspec.json.Encoder().encode

Json = Any


def _number(value: float, digits: int = 3) -> float | None:
    return round(float(value), digits) if isfinite(value) else None


def _column(values: np.ndarray, digits: int) -> list[float | None]:
    """Return a rounded list with None for what is not known."""
    rounded: list[float | None] = np.round(values, digits).tolist()
    if np.isfinite(values).all():
        return rounded
    return [value if known else None for value, known in zip(rounded, np.isfinite(values).tolist(), strict=True)]


def alive_rows(world: World) -> np.ndarray:
    """Return the rows of alive tracks, ordered by id."""
    return np.array([world.picture.row_of[track_id] for track_id in sorted(world.picture.row_of)], np.int64)


def picture_columns(world: World, rows: np.ndarray) -> dict[str, Json]:
    """Return the columns of the picture for these rows, dead-reckoned to the world's instant."""
    tracks, now, people = world.picture.tracks, world.picture.now, [world.picture.of(row) for row in rows.tolist()]
    age_s = np.maximum(0.0, world.now_s - tracks.valid_s[rows])
    silent_s = world.now_s - heard_s(world.picture)[rows]
    steered = now.steered[rows]
    return {
        "id": [one.id for one in people],
        "label": [one.label for one in people],
        "party": [one.party for one in people],
        "class": [one.kind for one in people],
        "lat": _column(np.degrees(now.lat_rad[rows]), 6),
        "lon": _column(np.degrees(now.lon_rad[rows]), 6),
        "altitude_m": _column(np.where(now.comparable[rows] != 0, now.altitude_m[rows], tracks.altitude_m[rows]), 1),
        "altitude_kind": [KINDS[kind] for kind in tracks.altitude_kind[rows].tolist()],
        "track_deg": _column(np.where(steered, tracks.track_deg[rows], np.nan), 1),
        "speed_mps": _column(np.where(steered, now.speed_mps[rows], np.nan), 1),
        "vertical_mps": _column(tracks.climb_mps[rows], 2),
        "age_s": _column(age_s, 1),
        "state": ["stale" if silent >= STALE_S else "fresh" for silent in silent_s.tolist()],
        "quality": _qualities(world, rows),
        "uncertainty_m": _column(now.uncertainty_m[rows], 0),
        "source": [one.source for one in people],
        "feed": [one.feed for one in people],
        "squawk": [one.squawk for one in people],
        "radius_m": _column(np.where(tracks.radius_m[rows] > 0.0, tracks.radius_m[rows], np.nan), 0),
        "delay_s": _column(tracks.delay_s[rows], 1),
    }


def _qualities(world: World, rows: np.ndarray) -> list[str]:
    """Return the stated quality, or suspect."""
    doubted = suspect(world.picture, rows, world.now_s)
    stated = world.picture.tracks.quality[rows]
    return [QUALITIES[quality] for quality in np.where(doubted, Quality.SUSPECT, stated).tolist()]


def feed_rows(world: World) -> list[dict[str, Json]]:
    """Return the health of every feed, by name; refusals of decoder and picture together."""
    return [_feed_row(world, world.feeds[name]) for name in sorted(world.feeds)]


def _feed_row(world: World, feed: Feed) -> dict[str, Json]:
    rejected = dict(feed.rejected)
    for reason, count in world.picture.refused.get(feed.name, {}).items():
        rejected[reason] = rejected.get(reason, 0) + count
    return {
        "name": feed.name,
        "state": feed.state(world.now_s).value,
        "age_s": _number(world.now_s - feed.heard_s, 1),
        "reports": feed.reports,
        "rejected": dict(sorted(rejected.items())),
        "doubtful": dict(sorted(feed.doubtful.items())),
        "clock_offset_s": _number(feed.clock_offset_s, 2),
        "error": feed.error,
    }


def counts(world: World, rows: np.ndarray) -> dict[str, Json]:
    """Return what is not judged, linked or suppressed: nothing is silent."""
    tracks, now = world.picture.tracks, world.picture.now
    age_s = world.now_s - heard_s(world.picture)[rows]
    unjudged = {
        "no velocity": int((~now.steered[rows] & now.judged[rows] & (age_s <= VELOCITY_LIFE_S)).sum()),
        NOT_JUDGED: held_by_own(world.picture),
        "on ground": int(tracks.on_ground[rows].sum()),
        "stale": int((age_s >= STALE_S).sum()),
    }
    suppressed: dict[str, int] = {}
    for reason in world.pairs.suppressed.values():
        suppressed[reason] = suppressed.get(reason, 0) + 1
    return {
        "tracks": int(rows.size),
        "stale": unjudged["stale"],
        "without_height": int((now.judged[rows] & (now.comparable[rows] == 0)).sum()),
        "unjudged": {reason: count for reason, count in unjudged.items() if count},
        "unjudged_pairs": [{"a": a, "b": b, "reason": why} for (a, b), why in sorted(world.pairs.unjudged.items())],
        "duplicates": [
            {"a": a, "b": b, "since_s": link.linked_s}
            for (a, b), link in sorted(world.links.items())
            if link.linked_s < inf
        ],
        "suppressed": suppressed,
        "suppressed_pairs": [{"a": a, "b": b, "reason": why} for (a, b), why in sorted(world.pairs.suppressed.items())],
    }


def picture_frame(world: World, seq: int, mode: str, extra: Mapping[str, Json]) -> bytes:
    """Return the `picture` message; `extra` adds what the node knows beside the world."""
    rows = alive_rows(world)
    rate = live_rate(world.alerts.shown, world.now_s, world.setting.policy)
    message = {
        "type": "picture",
        "seq": seq,
        "now_s": world.now_s,
        "tick": world.tick,
        "mode": mode,
        "as_of_s": world.now_s,
        **picture_columns(world, rows),
        "feeds": feed_rows(world),
        "counts": counts(world, rows),
        "rate": {"last_hour": rate.last_hour, "bins": rate.bins, "flood": rate.flood},
        "guidance": {"ready": world.guidance_ready},
        "sound": {"proven_s": world.sound_proven_s},
        "peers": peer_rows(world),
        "presence": presence_row(world),
        "telling": telling_row(world),
        **extra,
    }
    return _encode(message)


def alert_row(world: World, alert: Alert, unrecorded: frozenset[str]) -> dict[str, Json]:
    """Return one alert as docs/stream.md has it."""
    finding = alert.finding
    roles = {party.id: party.role for party in world.setting.rules.parties}
    return {
        "id": alert.id,
        "key": alert.key,
        "subject": finding.subject.value,
        "kind": finding.kind.value,
        "level": int(alert.level),
        "state": alert.state.value,
        "first_s": alert.first_s,
        "shown_s": _number(alert.shown_s),
        "a": _party_row(world, finding.a),
        "b": _party_row(world, finding.b),
        "clause": finding.clause,
        "document": finding.document,
        "duplicate": finding.duplicate,
        "recorded": alert.id not in unrecorded,
        "detail": finding.detail,
        "ending": alert.ending.value,
        "acknowledged": {"by": alert.acknowledged_by, "at_s": alert.acknowledged_s} if alert.acknowledged_by else None,
        "shelved": _shelf_row(alert) if alert.state is State.SHELVED else None,
        "supervisor_s": _number(alert.supervisor_s),
        "escalated": isfinite(alert.escalated_s),
        "approach": None if finding.approach is None else _approach_row(finding.approach),
        "guidance": _guidance_row(finding.guidance) if finding.guidance is not None and _holds(alert) else None,
        "party": party_of(alert.key) if finding.subject is Subject.PEER else "",
        "peer": word_of(world.sharing, world.picture, roles, names_of(world), world.peers, alert, world.now_s),
    }


def _shelf_row(alert: Alert) -> dict[str, Json]:
    return {"by": alert.shelved_by, "until_s": alert.shelved_until_s, "reason": alert.shelved_reason}


def _party_row(world: World, track_id: str) -> dict[str, Json] | None:
    """Return who an aircraft is; a track already dropped keeps its id and nothing else."""
    if not track_id:
        return None
    row = world.picture.row_of.get(track_id)
    if row is None:
        return {"id": track_id, "label": track_id, "party": "", "class": "unknown", "altitude_m": None,
                "altitude_kind": "unknown"}  # fmt: skip
    one, now, tracks = world.picture.of(row), world.picture.now, world.picture.tracks
    return {
        "id": one.id,
        "label": one.label,
        "party": one.party,
        "class": one.kind,
        "altitude_m": _number(now.altitude_m[row], 1) if now.comparable[row] else None,
        "altitude_kind": KINDS[int(tracks.altitude_kind[row])],
    }


def _approach_row(approach: Approach) -> dict[str, Json]:
    row: dict[str, Json] = {
        name: _number(getattr(approach, name), 2)
        for name in Approach.__struct_fields__
        if name not in ("turning", "inside", "a_cpa", "b_cpa")
    }
    places = {name: [_number(degrees, 6) for degrees in getattr(approach, name)] for name in ("a_cpa", "b_cpa")}
    return row | places | {"turning": approach.turning, "inside": approach.inside}


def _holds(alert: Alert) -> bool:
    """Return whether the condition holds as far as is known: what is over needs no manoeuvre."""
    return isnan(alert.clear_since_s) and alert.ending is Ending.NONE


def _guidance_row(guidance: Guidance) -> dict[str, Json]:
    times = {name: getattr(guidance, name) for name in ("issued_s", "for_s", "good_until_s")}
    least = {name: _rounded(getattr(guidance, name)) for name in ("least_m", "least_without_m")}
    parts = {"a": _proposal_row(guidance.a), "b": _proposal_row(guidance.b)}
    return {"kind": guidance.kind, "reason": guidance.reason, **times, **least, **parts}


def _proposal_row(part: Proposal) -> dict[str, Json]:
    return {**msgspec.structs.asdict(part), "to": _rounded(part.to), "by": _rounded(part.by)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def alerts_frame(
    world: World, seq: int, ids: Iterable[str] | None, ended: tuple[str, ...], unrecorded: frozenset[str]
) -> bytes:
    """Return the `alerts` message with the alerts named, or with all of them where `ids` is None."""
    wanted = None if ids is None else set(ids)
    listed = [alert for alert in ordered(world.alerts) if wanted is None or alert.id in wanted]
    message = {
        "type": "alerts",
        "seq": seq,
        "now_s": world.now_s,
        "full": ids is None,
        "alerts": [alert_row(world, alert, unrecorded) for alert in listed],
        "ended": ended,
    }
    return _encode(message)
