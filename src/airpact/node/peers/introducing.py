"""Homes on one machine that come to know each other at once, for exercises: whoever holds all of them trusts itself."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations
from pathlib import Path

from airpact.node.errors import OperatingError
from airpact.node.home import Layout
from airpact.node.peers.card import write_card
from airpact.node.peers.pins import load_peers, own_identity, pin
from airpact.proof.statement import LIVE


def introduce(homes: Mapping[Path, Sequence[str]], now_s: float) -> None:
    """Pin each home's card in every other; `homes` gives the addresses (host:port) at which each is reached.

    A home that names no address stays where one of the others calls it already.
    Raises `OperatingError` for a home without keys, of a LIVE desk, or that knows one of the parties with other keys.
    """
    own = {home: own_identity(Layout(home)) for home in homes}
    if live := [home for home, identity in own.items() if identity.mode == LIVE]:
        raise OperatingError(
            f"The home {live[0]} belongs to a LIVE desk.",
            effect="Its keys count only once people of both sides have compared words.",
            remedy="Exchange cards with airpact peer invite and airpact peer accept.",
        )
    cards = {
        home: write_card(own[home], list(addresses or _known_at(own[home].origin, homes)), now_s)
        for home, addresses in homes.items()
    }
    for home, other in permutations(cards, 2):
        pin(Layout(home), cards[other], compared=True, now_s=now_s)


def _known_at(origin: str, homes: Iterable[Path]) -> tuple[str, ...]:
    """Return where one of these homes calls the party of a log already, nothing where none does."""
    known = (peer for home in homes for peer in load_peers(Layout(home)).values() if peer.origin == origin)
    return next((peer.addresses for peer in known if peer.addresses), ())
