"""The parties whose keys were accepted: one file each in `HOME/peers`, changed by commands while the node may run.

No home lock is needed: every file is replaced as a whole, and changes wait for each other. A running node asks
`changed` now and then and loads them anew. Keys of a pinned party are never overwritten; it rotates them with a signed
statement (`rotation`), or is removed and accepted again.
"""

import fcntl
import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Final

import msgspec

from airpact.node.errors import OperatingError
from airpact.node.home import PRIVATE, SECRET, Layout, explained, sync_folder, write_durably
from airpact.node.identity import Identity, check_names, load_identity
from airpact.node.peers.card import certificate_ends_s, peer_of, read_card
from airpact.node.peers.pact import authors_text, policy_text
from airpact.node.peers.peer import BY_VOICE, LINKED, Peer
from airpact.proof.base64 import from_base64, to_base64
from airpact.proof.errors import ProofError
from airpact.proof.keys import read_key, spoken, write_key

TYPE: Final = "airpact-peer/1"
SUFFIX: Final = ".json"
FILE_BYTES_MAX: Final = 256 << 10  # two cards at most
# Under a head stand at most 32 signatures (`proof.note`): the log's, and two of each witness while it rotates.
PEERS_MAX: Final = 15
DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class Pin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file of a party holds; keys as verifier keys, bytes as base 64, times in Unix seconds."""

    type: str
    party: str
    name: str
    mode: str
    origin: str
    statement: tuple[str, ...]
    log: tuple[str, ...]
    witness: tuple[str, ...]
    certificates: tuple[str, ...]
    addresses: tuple[str, ...]
    compared: bool
    how: str
    digest: str
    ending: dict[str, float]
    offered: str


def load_peers(layout: Layout, now_s: float | None = None) -> dict[str, Peer]:
    """Return the pinned parties by short name; a certificate whose time is over is left out.

    Raises `OperatingError` for a file that cannot be read: a party is never forgotten silently.
    """
    now_s = time.time() if now_s is None else now_s
    with explained(layout.root):
        peers = [_current(_read(path), now_s) for path in _files(layout)]
    return {peer.party: peer for peer in peers}


def changed(layout: Layout) -> object:
    """Return a stamp that differs from an earlier one when any pinned party may have changed."""
    with explained(layout.root):
        stats = [(path.name, path.stat()) for path in _files(layout)]
    return tuple((name, found.st_ino, found.st_mtime_ns, found.st_size) for name, found in stats)


def pin(layout: Layout, card: bytes, compared: bool, how: str = LINKED, now_s: float | None = None) -> Peer:
    """Pin the party of a card and return it; raises `OperatingError` where it may not be, and then nothing changed."""
    now_s = time.time() if now_s is None else now_s
    own = own_identity(layout)
    try:
        given = read_card(card, now_s)
    except ProofError as error:
        raise OperatingError(
            f"The card cannot be accepted: {error}.",
            effect="Nothing was pinned.",
            remedy="Ask the other party for a new card: airpact peer invite",
        ) from error
    with _changing(layout, own):
        peers = load_peers(layout, now_s)
        _check_stranger(own, given)
        old = _check_known(peers, given)
        known = old is not None and old.compared and old.digest == given.digest
        peer = replace(given if old is None else merged(old, given), compared=compared or known, how=how)
        write_pin(layout, peer)
    return peer


def pin_voice(layout: Layout, party: str, name: str) -> Peer:
    """Keep a party without keys, whose words an officer writes down; raises `OperatingError` where it may not be."""
    own = own_identity(layout)
    check_names(party, name, own.mode)
    peer = Peer(party, name, own.mode, "", (), (), (), (), how=BY_VOICE)
    with _changing(layout, own):
        _check_stranger(own, peer)
        _check_known(load_peers(layout), peer)
        write_pin(layout, peer)
    return peer


def unpin(layout: Layout, party: str) -> Peer:
    """Forget the keys of a party and return what they were; raises `OperatingError` for one that is not there."""
    own = own_identity(layout)
    with _changing(layout, own):
        peers = load_peers(layout)
        if party not in peers:
            known = ", ".join(peers) or "none"
            raise OperatingError(f"No party {party!r} is known here.", remedy=f"Name one of these: {known}.")
        _path(layout, party).unlink()
        sync_folder(layout.peers)
    return peers[party]


def change(layout: Layout, before: Peer, peer: Peer, now_s: float | None = None) -> None:
    """Replace what is kept of a party that is pinned as `before`, as a rotation does; raises `OperatingError`."""
    own = own_identity(layout)
    with _changing(layout, own):
        found = load_peers(layout, now_s).get(before.party)
        if found is None:
            raise OperatingError(f"No party {peer.party!r} is known here.", remedy="Accept its card first.")
        if found != before:  # a person pinned it anew meanwhile, perhaps because these very keys were stolen
            raise OperatingError(f"What is pinned of {peer.party} was changed meanwhile.", remedy="Look at it anew.")
        write_pin(layout, peer)


def write_trust(layout: Layout, own: Identity) -> None:
    """Write `pact.policy` and `pact.authors` from the own keys and those pinned, durable when this returns."""
    peers = list(load_peers(layout).values())
    here = peer_of(own)
    here = replace(here, statement=(*(each.key for each in own.statement), *own.past))
    with explained(layout.root):
        write_durably(layout.policy, policy_text(here, peers).encode())
        write_durably(layout.authors, authors_text(here, peers).encode())


def merged(old: Peer, given: Peer, until_s: float = inf) -> Peer:
    """Return a party by its new card, with the keys and certificates of before after the new ones.

    Old keys stay known for what they signed; old certificates are trusted until `until_s`, or until they expire.
    """
    kept = tuple(der for der in old.certificates if der not in given.certificates)
    ends_s = dict(old.ending)
    return replace(
        given,
        statement=tuple(dict.fromkeys((*given.statement, *old.statement))),
        witness=tuple(dict.fromkeys((*given.witness, *old.witness))),
        certificates=(*given.certificates, *kept),
        ending=tuple((der, min(ends_s.get(der, until_s), certificate_ends_s(der))) for der in kept),
    )


def own_identity(layout: Layout) -> Identity:
    """Return the identity of a home; raises `OperatingError` where it has none."""
    own = load_identity(layout)
    if own is None:
        raise OperatingError(
            f"{layout.root}: this home has no keys.",
            effect="Without keys it is no party to anything.",
            remedy="Make them: airpact init --home DIR --party NAME --short ABC",
        )
    return own


def told(peer: Peer) -> str:
    """Return the fingerprint of a party in hexadecimal and in words, a line each."""
    return f"{peer.digest.hex()}\n{spoken(peer.digest)}"


def write_pin(layout: Layout, peer: Peer) -> None:
    """Write the file of a party, durable when this returns; raises `OSError`. Only with changes held off."""
    data = msgspec.json.format(msgspec.json.encode(_pin(peer))) + b"\n"
    write_durably(_path(layout, peer.party), data, SECRET)


@contextmanager
def _changing(layout: Layout, own: Identity) -> Iterator[None]:
    """Hold off other changes for the block, and write what `airpact verify` needs after it."""
    with explained(layout.root):
        layout.peers.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        lock = os.open(layout.peers / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, SECRET)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
            write_trust(layout, own)
        finally:
            os.close(lock)


def _check_stranger(own: Identity, given: Peer) -> None:
    """Refuse a card that is our own in any part, or of another mode."""
    if given.mode != own.mode:
        raise OperatingError(
            f"The card of {given.party} is of mode {given.mode}, this desk is {own.mode}.",
            effect="EXERCISE and LIVE never meet, so that nothing exercised can be read as real.",
            remedy=f"Ask {given.party} for the card of its {own.mode} desk.",
        )
    ours = peer_of(own)
    if given.party.lower() == ours.party.lower() or given.origin == ours.origin or _shared(given, ours):
        raise OperatingError(
            f"The card names {given.party} with the log {given.origin or 'of nobody'}: that is this desk itself.",
            effect="A party cannot be its own peer.",
            remedy="Accept the card of the other party; give yours (airpact peer invite) to them.",
        )


def _check_known(peers: dict[str, Peer], given: Peer) -> Peer | None:
    """Return what is pinned of the party of a card; refuse other keys for it, and its keys under another name."""
    for peer in peers.values():
        same_party = peer.party.lower() == given.party.lower()
        if not same_party and ((given.origin and peer.origin == given.origin) or _shared(given, peer)):
            raise OperatingError(
                f"The log {peer.origin} or a key of it is pinned as party {peer.party}, not {given.party}.",
                effect="One log speaks for one party.",
                remedy=f"Ask which card is right; airpact peer remove {peer.party} forgets the pinned one.",
            )
        if same_party and not _may_replace(peer, given):
            raise OperatingError(
                f"{peer.party} is pinned with other keys.\npinned:  {_line(peer)}\nthe card: {_line(given)}",
                effect="Pinned keys are never overwritten.",
                remedy=f"Let {peer.party} rotate its keys (airpact keys rotate), or forget them first: "
                f"airpact peer remove {peer.party}",
            )
    if given.party not in peers and len(peers) >= PEERS_MAX:
        raise OperatingError(f"{PEERS_MAX} parties are pinned, and more cannot be.", remedy="Remove one first.")
    return peers.get(given.party)


def _may_replace(peer: Peer, given: Peer) -> bool:
    """Whether a card may take the place of what is pinned: nothing was, it is the same, or it is the one offered."""
    if peer.party != given.party:
        return False
    return not peer.log or (bool(given.log) and given.digest in (peer.digest, peer.offered))


def _shared(one: Peer, other: Peer) -> bool:
    """Whether any key or certificate is in both."""
    return bool(_publics(one) & _publics(other))


def _publics(peer: Peer) -> set[bytes]:
    return {key.public for key in (*peer.statement, *peer.log, *peer.witness)} | set(peer.certificates)


def _line(peer: Peer) -> str:
    return told(peer).replace("\n", "\n          ") if peer.log else "no keys: its words come by voice"


def _files(layout: Layout) -> Sequence[Path]:
    found = layout.peers.glob(f"[!.]*{SUFFIX}") if layout.peers.exists() else ()
    return sorted(found)


def _path(layout: Layout, party: str) -> Path:
    return layout.peers / f"{party}{SUFFIX}"


def _current(peer: Peer, now_s: float) -> Peer:
    """Return a peer without the certificates whose time is over."""
    over = {der for der, until_s in peer.ending if now_s >= until_s}
    return replace(
        peer,
        certificates=tuple(der for der in peer.certificates if der not in over),
        ending=tuple(each for each in peer.ending if each[0] not in over),
    )


def _read(path: Path) -> Peer:
    """Return the party of a file; raises `OperatingError` for one that is damaged, `OSError` for one that is away."""
    with path.open("rb") as file:
        data = file.read(FILE_BYTES_MAX + 1)
    try:
        kept = msgspec.json.decode(data, type=Pin)
        if len(data) > FILE_BYTES_MAX or kept.type != TYPE or f"{kept.party}{SUFFIX}" != path.name:
            raise ProofError(f"it is no {TYPE}")
        return _peer(kept)
    except (msgspec.DecodeError, ProofError) as error:
        raise OperatingError(
            f"{path}: {error}.",
            effect="The keys of that party cannot be told from a stranger's, so nothing of it is taken.",
            remedy="Put the file back as it was, or remove it and accept the party's card again, words compared.",
        ) from error


def _pin(peer: Peer) -> Pin:
    return Pin(
        type=TYPE,
        party=peer.party,
        name=peer.name,
        mode=peer.mode,
        origin=peer.origin,
        statement=tuple(map(write_key, peer.statement)),
        log=tuple(map(write_key, peer.log)),
        witness=tuple(map(write_key, peer.witness)),
        certificates=tuple(map(to_base64, peer.certificates)),
        addresses=peer.addresses,
        compared=peer.compared,
        how=peer.how,
        digest=peer.digest.hex(),
        ending={to_base64(der): until_s for der, until_s in peer.ending},
        offered=peer.offered.hex(),
    )


def _peer(kept: Pin) -> Peer:
    return Peer(
        party=kept.party,
        name=kept.name,
        mode=kept.mode,
        origin=kept.origin,
        statement=tuple(map(read_key, kept.statement)),
        log=tuple(map(read_key, kept.log)),
        witness=tuple(map(read_key, kept.witness)),
        certificates=tuple(from_base64(each, "a certificate") for each in kept.certificates),
        addresses=kept.addresses,
        compared=kept.compared,
        how=kept.how,
        digest=_digest(kept.digest),
        ending=tuple((from_base64(each, "a certificate"), until_s) for each, until_s in kept.ending.items()),
        offered=_digest(kept.offered),
    )


def _digest(text: str) -> bytes:
    """Return a fingerprint, or nothing where there is none."""
    if text and not DIGEST.fullmatch(text):
        raise ProofError("it holds a fingerprint that is none")
    return bytes.fromhex(text)
