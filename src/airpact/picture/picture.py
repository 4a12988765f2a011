"""The picture: which row is which aircraft, and taking one tick's reports into the columns.

An aircraft is its 24-bit address, whichever own feed reports it, as long as the positions agree. The same address
from another feed at a place the aircraft cannot be is a second track, "address@feed", and an identity clash; an id
that is no address ("~...") belongs to the feed that gave it. What another party released ("peer:CTF") is always a
track of its own, "address@peer:CTF", so that nothing a party sends can move, hide or rename what our own sensors hold.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import inf, isfinite, isnan, nan
from operator import attrgetter
from typing import Final

import numpy as np

from airpact.feeds.report import FeedBatch, Reject, Report, iter_reports, peer_of
from airpact.picture.columns import GROW_ROWS, Now, Tracks, empty_now, empty_tracks, grown_tracks
from airpact.picture.gates import ALTITUDE_JUMP, DUPLICATE, INTAKE, LATE, POSITION_JUMP, TAKEN, take
from airpact.picture.projection import project
from airpact.picture.quality import LOST_S, STALE_S, SUSPECT_S, epu_m, quality_of

HOLD_AHEAD_S: Final = 1.0  # a stamp further ahead than this waits until its time comes
REFUSE_AHEAD_S: Final = 10.0  # and further than this is refused
HELD_MAX: Final = 10_000  # reports waiting; more means a broken clock, and the rest are refused as future
TIME_ERROR_S: Final = 0.2  # readsb's allowance, where the feed states no coarser one
ORDER_BYTES: Final = 7  # "~" and six hex digits; int64 holds them
REASON: Final = {
    LATE: Reject.LATE,
    DUPLICATE: Reject.DUPLICATE,
    POSITION_JUMP: Reject.POSITION_JUMP,
    ALTITUDE_JUMP: Reject.ALTITUDE_JUMP,
}

_IN_ORDER: Final = attrgetter("valid_s", "id", "feed")  # so that the order of arrival within a tick decides nothing

Assign = Callable[[str, str, str, str, str], tuple[int, str, str]]
"""(id, callsign, feed, source, category) -> (group, party, class)."""


@dataclass(slots=True)
class Identity:
    """The words of one track: what does not belong in a numeric column."""

    id: str
    feed: str
    source: str = ""
    callsign: str = ""
    squawk: str = ""
    category: str = ""
    party: str = ""
    kind: str = ""  # aircraft class
    nic: int = -1
    nac_p: int = -1
    containment_m: float = nan
    clash: bool = False

    @property
    def label(self) -> str:
        """What a person calls it."""
        return self.callsign or self.id


@dataclass(slots=True)
class Picture:
    """All tracks at one instant; consumed and updated in place by each step."""

    tracks: Tracks = field(default_factory=empty_tracks)
    now: Now = field(default_factory=empty_now)
    identity: list[Identity | None] = field(default_factory=list)
    row_of: dict[str, int] = field(default_factory=dict)
    free: list[int] = field(default_factory=list)
    received: set[int] = field(default_factory=set)  # rows that another party released to us
    held: list[Report] = field(default_factory=list)
    refused: dict[str, dict[str, int]] = field(default_factory=dict)  # feed -> reason -> count
    last_state_s: float = -inf

    @property
    def rows(self) -> int:
        """Rows ever used; some may be free."""
        return len(self.identity)

    def of(self, row: int) -> Identity:
        """Return the identity of an alive row."""
        identity = self.identity[row]
        assert identity is not None, f"row {row} is free"
        return identity


def refuse(picture: Picture, feed: str, reason: Reject) -> None:
    """Count a report that was not taken."""
    reasons = picture.refused.setdefault(feed, {})
    reasons[reason.value] = reasons.get(reason.value, 0) + 1


def _due_reports(picture: Picture, reports: Iterable[Report], now_s: float) -> list[Report]:
    """Return what may be taken now; hold what is up to 10 s ahead and refuse what is further."""
    waiting, picture.held = picture.held, []
    due = []
    for report in (*waiting, *reports):
        ahead_s = report.valid_s - now_s
        if ahead_s <= HOLD_AHEAD_S:
            due.append(report)
        elif ahead_s <= REFUSE_AHEAD_S and len(picture.held) < HELD_MAX:
            picture.held.append(report)
        else:
            refuse(picture, report.feed, Reject.FUTURE)
    return due


def _new_row(picture: Picture, track_id: str, report: Report) -> int:
    if picture.free:
        row = picture.free.pop()
        picture.identity[row] = Identity(track_id, report.feed)
    else:
        row = picture.rows
        picture.identity.append(Identity(track_id, report.feed))
        if row >= picture.tracks.alive.shape[0]:
            size = max(2 * row, row + GROW_ROWS)
            picture.tracks, picture.now = grown_tracks(picture.tracks, size), empty_now(size)
    picture.row_of[track_id] = row
    if peer_of(report.feed):
        picture.received.add(row)
    picture.tracks.alive[row] = True
    picture.tracks.order[row] = int.from_bytes(track_id.encode()[:ORDER_BYTES].ljust(ORDER_BYTES, b"\0"))
    return row


def _row_for(picture: Picture, report: Report) -> int:
    """Return the row a report belongs to, making one for a new aircraft."""
    if peer_of(report.feed):
        released = picture.row_of.get(_scoped(report))
        return _new_row(picture, _scoped(report), report) if released is None else released
    row = picture.row_of.get(report.id)
    if row is not None and picture.of(row).feed == report.feed:
        return row
    other = picture.row_of.get(_scoped(report))
    if other is not None:
        return other
    if row is None:
        return _new_row(picture, report.id, report)
    return _new_row(picture, _scoped(report), report) if report.id.startswith("~") else row


def _scoped(report: Report) -> str:
    """Return the id of an aircraft as one feed alone sees it."""
    return f"{report.id}@{report.feed}"


def _stated(identity: Identity, report: Report) -> tuple[str, int, int, float]:
    """Return (source, NIC, NACp, containment m) a report leaves standing; a new source states its own or nothing."""
    source = report.source or identity.source
    if report.nic >= 0 or report.nac_p >= 0 or not isnan(report.containment_m):
        return source, report.nic, report.nac_p, report.containment_m
    if source != identity.source:
        return source, -1, -1, nan
    return source, identity.nic, identity.nac_p, identity.containment_m


def _describe(picture: Picture, row: int, report: Report, assign: Assign) -> None:
    """Keep the words of a report; ask for the party again only when something it depends on changed."""
    identity = picture.of(row)
    before = identity.source, identity.callsign, identity.category
    identity.source, identity.nic, identity.nac_p, identity.containment_m = _stated(identity, report)
    identity.callsign = report.callsign or identity.callsign
    identity.category = report.category or identity.category
    identity.squawk = report.squawk or identity.squawk
    if not identity.party or before != (identity.source, identity.callsign, identity.category):
        group, identity.party, identity.kind = assign(
            report.id, identity.callsign, identity.feed, identity.source, identity.category
        )
        picture.tracks.group[row] = group


def _record(identity: Identity, row: int, report: Report, time_error_s: Mapping[str, float]) -> tuple[float, ...]:
    source, nic, nac_p, containment_m = _stated(identity, report)
    return (
        row,
        report.valid_s,
        report.lat_deg,
        report.lon_deg,
        report.altitude_m,
        report.altitude_kind,
        report.track_deg,
        report.ground_speed_mps,
        report.vertical_speed_mps,
        epu_m(nac_p, containment_m, source),
        report.radius_m if isfinite(report.radius_m) else 0.0,
        report.altitude_error_m if isfinite(report.altitude_error_m) else 0.0,
        report.delay_s,
        quality_of(nic, nac_p),
        time_error_s.get(report.feed, TIME_ERROR_S),
        report.on_ground,
        source == "mlat",
    )


def ingest(
    picture: Picture,
    batches: tuple[FeedBatch, ...],
    now_s: float,
    assign: Assign,
    time_error_s: Mapping[str, float],
) -> set[int]:
    """Take a tick's reports; return the rows whose position is new. Every refusal is counted by feed and reason."""
    due = sorted(_due_reports(picture, iter_reports(batches), now_s), key=_IN_ORDER)
    if not due:
        return set()
    rows = [_row_for(picture, report) for report in due]
    taken, clashing = _take(picture, rows, due, assign, time_error_s)
    if clashing:
        taken |= _take(picture, [_clash(picture, report) for report in clashing], clashing, assign, time_error_s)[0]
    return taken


def _take(
    picture: Picture, rows: list[int], reports: list[Report], assign: Assign, time_error_s: Mapping[str, float]
) -> tuple[set[int], list[Report]]:
    """Pass reports through the gates into their rows; return (rows taken, reports of a feed that sees another place).

    Only what the gates let in changes what is known of an aircraft.
    """
    records = [_record(picture.of(row), row, report, time_error_s) for row, report in zip(rows, reports, strict=True)]
    verdicts = np.zeros(len(reports), np.int64)
    take(picture.tracks, np.array(records, dtype=INTAKE), verdicts)
    taken, clashing = set(), []
    for row, report, verdict in zip(rows, reports, verdicts.tolist(), strict=True):
        if verdict in (TAKEN, ALTITUDE_JUMP):
            taken.add(row)
            _describe(picture, row, report, assign)
        if verdict == POSITION_JUMP and picture.of(row).feed != report.feed:  # never of a released track
            clashing.append(report)
        elif verdict != TAKEN:
            refuse(picture, report.feed, REASON[verdict])
    return taken, clashing


def _clash(picture: Picture, report: Report) -> int:
    """Return the row of a second track for an address that another feed sees where the aircraft cannot be."""
    row = picture.row_of.get(_scoped(report))
    if row is None:
        row = _new_row(picture, _scoped(report), report)
    picture.of(row).clash = picture.of(picture.row_of[report.id]).clash = True
    return row


def heard_s(picture: Picture) -> np.ndarray:
    """Return by row when it was last heard, as far as its party lets us hear (Unix s): a delay is no silence."""
    heard: np.ndarray = picture.tracks.valid_s[: picture.rows] + picture.tracks.delay_s[: picture.rows]
    return heard


def suspect(picture: Picture, rows: np.ndarray, now_s: float) -> np.ndarray:
    """Return which rows are suspect: a position held back, a jump just borne out, an address that clashes."""
    tracks = picture.tracks
    doubted: np.ndarray = ~np.isnan(tracks.doubt_s[rows]) | (now_s - tracks.jump_s[rows] < SUSPECT_S)
    return doubted | np.array([picture.of(row).clash for row in rows.tolist()], np.bool_)


def carry(picture: Picture, now_s: float) -> None:
    """Dead-reckon every track to `now_s`."""
    project(picture.tracks, picture.now, picture.rows, now_s)


def turned_stale(picture: Picture, now_s: float) -> set[int]:
    """Return the rows that became stale since the last call, which must be judged anew."""
    if not picture.rows:
        return set()
    at = heard_s(picture) + STALE_S
    crossed = picture.tracks.alive[: picture.rows] & (at <= now_s) & (at > picture.last_state_s)
    picture.last_state_s = now_s
    return set(np.nonzero(crossed)[0].tolist())


def drop_lost(picture: Picture, now_s: float) -> tuple[str, ...]:
    """Forget tracks unheard for 60 s; return their ids, in order."""
    if not picture.rows:
        return ()
    alive = picture.tracks.alive[: picture.rows]
    lost = np.nonzero(alive & (heard_s(picture) + LOST_S <= now_s))[0]
    ids = []
    for row in lost.tolist():
        identity = picture.of(row)
        ids.append(identity.id)
        del picture.row_of[identity.id]
        picture.identity[row] = None
        picture.free.append(row)
        picture.received.discard(row)
        for column in picture.tracks:
            column[row] = np.nan if column.dtype == np.float64 else 0
    return tuple(sorted(ids))


def next_due_s(picture: Picture, now_s: float) -> float:
    """Return when a track next turns stale or is lost, or a held report comes due; +inf if never."""
    due = min((report.valid_s - HOLD_AHEAD_S for report in picture.held), default=inf)
    if not picture.rows:
        return due
    alive = picture.tracks.alive[: picture.rows]
    heard = heard_s(picture)
    stale, lost = heard + STALE_S, heard + LOST_S
    waits = np.where(stale > now_s, stale, lost)[alive]
    return min(due, float(waits.min())) if waits.size else due
