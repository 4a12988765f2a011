"""The other parties as the console reads them in each picture frame (docs/stream.md); NaN becomes null."""

from math import isfinite
from typing import Any, Final

import msgspec

from airpact.monitors.peers import DeskState
from airpact.node.partners.state import Doubtful, PeerState
from airpact.node.world import World

Json = Any
SHOWN_DOUBTFUL: Final = 5  # what one screen shows; all are counted, and all stand in the record


def peer_rows(world: World) -> list[dict[str, Json]]:
    """Return one row per party, by name."""
    names = {party.id: party.name for party in world.setting.rules.parties}
    return [_row(names.get(party, party), world.peers[party]) for party in sorted(world.peers)]


def presence_row(world: World) -> dict[str, Json]:
    """Return whether someone is known to be at this desk, and until when."""
    desk = world.desk
    return {
        "state": desk.state,
        "reason": desk.reason,
        "since_s": _time(desk.since_s),
        "confirmed_s": _time(desk.presence_s),
        "until_s": _time(desk.until_s),
    }


def telling_row(world: World) -> dict[str, Json]:
    """Return what waits to be said to other parties, and how often something was not said."""
    outgoing = world.outgoing
    return {"waiting": len(outgoing.waiting), "superseded": outgoing.superseded, "left_out": outgoing.left_out}


def voice_rows(world: World) -> bytes:
    """Return what was said by voice as JSON, newest first."""
    rows = [{**msgspec.structs.asdict(one), "signed": False} for one in reversed(world.spoken)]
    return msgspec.json.encode({"entries": rows})


def not_understood(world: World) -> dict[str, tuple[Doubtful, ...]]:
    """Return by party the newest statements that were kept and that this desk cannot read, newest first."""
    return {party: tuple(reversed(state.doubtful)) for party, state in world.peers.items()}


def _row(name: str, state: PeerState) -> dict[str, Json]:
    view, news = state.view, state.news
    return {
        "party": view.party,
        "name": name,
        "how": view.how,
        "state": view.state,
        "since_s": _time(news.since_s),
        "lost_s": _time(news.lost_s),
        "delay_s": _time(news.delay_s),
        "clock_offset_s": _time(view.clock_offset_s),
        "desk": view.desk,
        "desk_since_s": _time(view.desk_since_s) if view.desk != DeskState.UNKNOWN else None,
        "desk_reason": state.desk_reason,
        "presence_s": _time(state.presence_s),
        "presence_until_s": _time(view.presence_until_s),
        "head_seen_s": _time(view.head_seen_s),
        "head_size": news.head_size,
        "cosigned_size": news.cosigned_size,
        "own_size": news.own_size,
        "waiting": news.waiting,
        "not_understood": state.not_understood,
        "doubtful": [{"kind": one.kind, "index": one.index, "at_s": one.at_s, "why": one.why}
                     for one in state.doubtful[-SHOWN_DOUBTFUL:]],
        "refused": news.refused,
        "receipts_withheld": state.receipts_withheld,
        "lifts_open": state.lifts_open,
        "lifts_last_hour": len(view.lifts_s),
    }  # fmt: skip


def _time(time_s: float) -> float | None:
    return round(time_s, 3) if isfinite(time_s) else None
