"""What people are shown of the links: news for the picture at every tick, and the table of `GET /peers`.

Pure functions of what the links say; nothing here is stored.
"""

from collections.abc import Iterable, Mapping
from math import nan
from typing import Final, NamedTuple

import msgspec

from airpact.monitors.peers import How, LinkState
from airpact.node.ledger.values import OwnHead
from airpact.node.peers.evidence import Kept
from airpact.node.peers.link import LinkStatus
from airpact.node.peers.linktable import State
from airpact.node.peers.peer import BY_FILE, BY_VOICE, LINKED, Peer
from airpact.node.peers.table import Certificate, LogHead, PeerRow, Refused, Released
from airpact.node.peers.tls import ends_s
from airpact.node.tick import PeerNews
from airpact.picture.policy import SHARE_ALL, ReleasePolicy
from airpact.proof.base64 import to_base64
from airpact.proof.checkpoint import read_checkpoint
from airpact.proof.keys import spoken
from airpact.proof.note import read_note

HOW: Final = {LINKED: How.LINKED, BY_FILE: How.FILE, BY_VOICE: How.VOICE}
NOTHING_SHARED: Final = Released("nothing")


class Side(NamedTuple):
    """What is known of one peer at one moment (Unix s; NaN = never)."""

    peer: Peer
    status: LinkStatus
    cosigned: int  # entries of our log that it cosigned
    lost_s: float
    head: bytes  # the newest head of its log that was cosigned here, b"" = none
    refused: int
    held_back: int = 0


def link_state(side: Side) -> LinkState:
    """Return what a link is, in the words of the console."""
    if side.status.forked or side.status.state is State.FORKED:
        return LinkState.FORKED
    if side.peer.how != LINKED:
        return LinkState.NONE
    if side.status.state is State.LINKED:
        return LinkState.LINKED
    return LinkState.LOST if side.lost_s == side.lost_s else LinkState.CONNECTING


def news_of(side: Side, now_s: float, own_size: int) -> PeerNews:
    """Return what the tick is told of one link."""
    status = side.status
    return PeerNews(
        party=side.peer.party,
        at_s=now_s,
        state=link_state(side),
        how=HOW[side.peer.how],
        since_s=status.since_s or nan,
        lost_s=side.lost_s,
        delay_s=_or_nan(status.delay_s),
        clock_offset_s=_or_nan(status.clock_offset_s),
        head_seen_s=_or_nan(status.last_head_s),
        head_size=status.held,
        cosigned_size=side.cosigned,
        own_size=own_size,
        waiting=max(0, own_size - side.cosigned),
        refused=side.refused,
    )


def heads_of(party: str, own: OwnHead | None, origin: str, sides: Iterable[Side]) -> tuple[LogHead, ...]:
    """Return the newest head of every log, the own one first, and what each was compared with."""
    sides = tuple(sides)
    seen = max((side.cosigned for side in sides), default=0)
    mine = LogHead(
        party, origin, own.size if own else 0, to_base64(own.root) if own else "", "own",
        "cosigned" if seen else "unseen", cosigned_size=seen or None,
    )  # fmt: skip
    return (mine, *(_head(side) for side in sides if side.peer.origin))


def released_row(policy: ReleasePolicy) -> Released:
    """Return what goes to a party, as the policy in force has it."""
    if not policy.shares:
        return NOTHING_SHARED
    whole = msgspec.structs.replace(policy, lifts=True, lift_on_released=False) == SHARE_ALL
    return Released(
        "all" if whole else "policy", policy.fields, policy.grid_m or None, policy.floor_m, policy.ceiling_m,
        policy.delay_s,
    )  # fmt: skip


def row_of(side: Side, own_fingerprint: bytes, clock_limit_s: float, policy: ReleasePolicy) -> PeerRow:
    """Return how a party is reached, and the keys that are pinned."""
    peer = side.peer
    return PeerRow(
        party=peer.party,
        name=peer.name,
        how=HOW[peer.how],
        addresses=peer.addresses,
        compared=peer.compared,
        own_words=_words(own_fingerprint),
        their_words=_words(peer.digest),
        own_fingerprint=own_fingerprint.hex(),
        their_fingerprint=peer.digest.hex(),
        certificate=_certificate(peer),
        released=released_row(policy),
        clock_limit_s=clock_limit_s,
        held_back=side.held_back,
    )


def refused_row(kept: Kept) -> Refused:
    """Return one refusal as it is listed."""
    detail = f"{kept.detail}, and {kept.more} more before it" if kept.more else kept.detail
    return Refused(kept.at_s, kept.party, kept.reason, detail, kept.address, kept.evidence)


def held_by_others(heads: Mapping[str, bytes], origin: str) -> tuple[bytes, ...]:
    """Return the heads of all logs but this one, for its party to compare with what it knows."""
    return tuple(head for name, head in sorted(heads.items()) if name != origin and head)


def _head(side: Side) -> LogHead:
    head = read_checkpoint(read_note(side.head).text) if side.head else None
    forked = link_state(side) is LinkState.FORKED
    compared = "forked" if forked else "unseen" if head is None else "consistent"
    return LogHead(
        side.peer.party, side.peer.origin, head.size if head else 0, to_base64(head.root) if head else "",
        HOW[side.peer.how], compared, seen_s=side.status.last_head_s, cosigned_size=side.cosigned or None,
    )  # fmt: skip


def _certificate(peer: Peer) -> Certificate:
    ends = [ends_s(der) for der in peer.certificates]
    if not ends:
        return Certificate("none" if peer.how == BY_VOICE else "ended")
    return Certificate("rotating" if len(ends) > 1 else "pinned", max(ends))


def _words(fingerprint: bytes) -> tuple[str, ...]:
    return tuple(spoken(fingerprint).replace(",", "").split()) if fingerprint else ()


def _or_nan(value: float | None) -> float:
    return nan if value is None else value
