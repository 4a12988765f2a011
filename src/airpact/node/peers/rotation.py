"""A party's new keys, as its log announces them: what the old key may vouch for, and what people must compare.

The statement of kind `keys.rotation` has the new card as body, and when it begins and the old one ends. The old key
vouches for a new certificate, so the link goes on by itself. New keys for statements are only offered: the old key may
have been stolen, so people compare the words of the new card before it is pinned (`airpact peer accept`).
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final, NamedTuple

from airpact.node.errors import OperatingError
from airpact.node.home import Layout
from airpact.node.ledger.statements import what_was_said
from airpact.node.ledger.values import Item
from airpact.node.partners.statements import KEYS_ROTATION
from airpact.node.peers.card import read_card
from airpact.node.peers.peer import Peer
from airpact.node.peers.pins import change, load_peers, merged
from airpact.proof.canonical import Json, canonical_bytes, parse_canonical
from airpact.proof.envelope import Envelope, authors
from airpact.proof.errors import ProofError
from airpact.proof.keys import Key
from airpact.proof.shape import fields, seconds
from airpact.proof.statement import PAYLOAD_TYPE

KIND: Final = KEYS_ROTATION
# Old and new certificate are both trusted for so long at most; a party that wants longer has it in two steps.
OVERLAP_S_MAX: Final = 90 * 86_400.0
CERTIFICATES_MAX: Final = 4  # of one party at a time; a fifth waits until an old one has ended


class Refused(NamedTuple):
    """Why an announcement changes nothing, in words for a person."""

    why: str


def rotation_body(card: bytes, from_s: float, old_ends_s: float) -> dict[str, Any]:
    """Return the body of the statement that announces a card."""
    return {"card": parse_canonical(card.removesuffix(b"\n")), "from_s": from_s, "old_ends_s": old_ends_s}


def judge_rotation(peer: Peer, body: Json, signed_by: Collection[Key], now_s: float) -> Peer | Refused:
    """Return what is pinned of a party after its announcement, or why nothing changes.

    `signed_by` are the known keys whose signatures over the statement hold. A new certificate is pinned beside the old
    one; other keys for statements only become `offered`.
    """
    try:
        given, ends_s = _read(body, now_s)
    except ProofError as error:
        return Refused(f"the announcement cannot be taken: {error}")
    if not peer.statement or peer.statement[0] not in signed_by:
        return Refused("the announcement is not signed by the key that is pinned")
    if (given.party, given.mode, given.origin) != (peer.party, peer.mode, peer.origin):
        return Refused(f"the announcement of {peer.party} has the card of {given.party}, log {given.origin}")
    if given.log != peer.log or given.witness != peer.witness:
        return Refused("the key of a log or witness cannot change under one name: it would be another log")
    if given.digest in (peer.digest, peer.offered):
        return peer
    if ends_s > now_s + OVERLAP_S_MAX:
        return Refused("the old certificate would be trusted for more than 90 days beside the new one")
    after = merged(peer, replace(given, addresses=given.addresses or peer.addresses), ends_s)
    if len(after.certificates) > CERTIFICATES_MAX:
        return Refused(f"{len(peer.certificates)} certificates of {peer.party} are pinned, and none has ended yet")
    if set(given.statement) <= set(peer.statement):
        return replace(after, compared=peer.compared, how=peer.how)
    return replace(peer, certificates=after.certificates, ending=after.ending, offered=given.digest)


def take_rotation(layout: Layout, party: str, item: Item, now_s: float) -> str:
    """Change what is pinned of a party as its statement asks, and return why nothing changed, "" where all is well."""
    try:
        peer = load_peers(layout, now_s)[party]
        signed_by = authors(Envelope(PAYLOAD_TYPE, item.entry, item.signatures), peer.statement)
        found = judge_rotation(peer, what_was_said(item), signed_by, now_s)
        if isinstance(found, Refused):
            return found.why
        if found != peer:
            change(layout, peer, found, now_s)
    except (ProofError, OperatingError, OSError) as error:
        return str(error)
    except KeyError:
        return f"{party} is no longer pinned"
    return ""


def _read(body: Json, now_s: float) -> tuple[Peer, float]:
    """Return the party of the new card, and when the old one ends."""
    given = fields(body, "the body", ("card", "from_s", "old_ends_s"))
    from_s, ends_s = seconds(given["from_s"], "from_s"), seconds(given["old_ends_s"], "old_ends_s")
    if ends_s < from_s:
        raise ProofError("the old keys end before the new ones begin")
    return read_card(canonical_bytes(given["card"]), now_s), ends_s
