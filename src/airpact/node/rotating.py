"""New keys for a node: made beside the old ones, announced in its log, and used alone once the old ones end.

    now ────────── from_s ────────── old_ends_s ─────────►
    signs with old and new           new alone
    the card and the certificate: old│ new

The announcement is a statement signed by old and new keys (`peers.rotation`). Log and witness keys stay: what they are
worth is what was signed with them, and another key for a log is another log.
"""

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
from cryptography import x509

from airpact.node.entries import Command
from airpact.node.errors import OperatingError
from airpact.node.home import SECRET, Layout, explained, sync_folder, write_durably
from airpact.node.identity import (
    ROTATION,
    ROTATION_FILE,
    STATEMENT_PURPOSES,
    Record,
    Rotation,
    certificate_der,
    read_identity,
    read_record,
    read_rotation,
    rotated,
    write_certificate,
    write_record,
    write_secret,
)
from airpact.node.peers.card import peer_of, write_card_of
from airpact.node.peers.peer import Peer
from airpact.node.peers.rotation import KIND, rotation_body
from airpact.proof.keys import write_key

# A party may be cut off for days, and must have the announcement before the new certificate is used; and then as long
# again, so that what was signed on the way still finds both keys.
ANNOUNCED_S: Final = 7 * 86_400.0
OVERLAP_S: Final = 7 * 86_400.0


def rotate(layout: Layout, *, certificate_only: bool = False, now_s: float | None = None) -> Rotation:
    """Return a rotation that begins now, durable when this returns; raises `OperatingError` while one is under way.

    Without `certificate_only` the keys for statements are new as well. An old certificate that ends before the time of
    announcing is over is replaced when it ends.
    """
    now_s = time.time() if now_s is None else now_s
    with explained(layout.root):
        folder = layout.identity
        finish(layout, now_s)
        under_way = read_rotation(folder)
        if under_way is not None:
            raise _under_way(under_way)
        rotation = _make(folder, read_record(folder), certificate_only, now_s)
        data = msgspec.json.format(msgspec.json.encode(rotation)) + b"\n"
        write_durably(folder / ROTATION_FILE, data, SECRET)
    return rotation


def finish(layout: Layout, now_s: float) -> bool:
    """Forget the old keys of a rotation whose time is over, and return whether there was one; raises `OSError`."""
    folder = layout.identity
    rotation = read_rotation(folder)
    if rotation is None or now_s < rotation.old_ends_s:
        return False
    old, both = read_record(folder), read_identity(folder, rotation.from_s)
    past = [write_key(each.key) for each in both.statement[both.carded or len(both.statement) :]]
    new = msgspec.structs.replace(
        old,
        statement=rotation.statement,
        certificate=rotation.certificate,
        private_key=rotation.private_key,
        past=(*past, *old.past),
    )
    write_record(folder, new)
    (folder / ROTATION_FILE).unlink()
    for name in {*old.statement, old.certificate, old.private_key} - {*new.statement, new.certificate, new.private_key}:
        (folder / name).unlink()
    sync_folder(folder)
    return True


def announcement(layout: Layout, peers: Iterable[Peer]) -> Command | None:
    """Return the statement that tells peers of new keys, None where there is nothing to tell or nobody to be told.

    To be put in order at each start of the node, and when keys change: its key makes sure that it is said once.
    """
    rotation = read_rotation(layout.identity) if layout.identity.exists() else None
    told = tuple(sorted(peer.party for peer in peers if peer.log))
    if rotation is None or not told:
        return None
    own = read_record(layout.identity).party
    body = rotation_body(rotation.card.encode(), rotation.from_s, rotation.old_ends_s)
    subject = f"new keys of {own} from {_utc(rotation.from_s)}"
    return Command(
        KIND, own, body, key=f"{KIND}/{rotation.certificate}/{rotation.from_s}", audience=told, subject=subject
    )


def _make(folder: Path, record: Record, certificate_only: bool, now_s: float) -> Rotation:
    """Write the new keys and return what names them; nothing uses them before that is written."""
    own = read_identity(folder, now_s)
    statement = record.statement
    if not certificate_only:
        statement = tuple(_free(folder, "statement", number) for number, _ in enumerate(record.statement))
        for name, purpose in zip(statement, STATEMENT_PURPOSES, strict=False):
            write_secret(folder / name, purpose, record.party)
    certificate, private_key = _free(folder, "certificate"), _free(folder, "certificate-key")
    write_certificate(folder / certificate, folder / private_key, record.origin, now_s)
    old = x509.load_der_x509_certificate(certificate_der(own.certificate)).not_valid_after_utc.timestamp()
    from_s = max(now_s, min(now_s + ANNOUNCED_S, old))
    rotation = Rotation(ROTATION, statement, certificate, private_key, "", from_s, from_s + OVERLAP_S)
    new = rotated(own, folder, rotation, rotation.old_ends_s)
    card = write_card_of(peer_of(new), new.statement, (), now_s)
    return msgspec.structs.replace(rotation, card=card.decode())


def _free(folder: Path, stem: str, after: int = 0) -> str:
    """Return the name of a key file behind all that are there."""
    taken = [int(path.stem.removeprefix(f"{stem}-")) for path in folder.glob(f"{stem}-[0-9]*.pem")]
    return f"{stem}-{max(taken, default=0) + 1 + after}.pem"


def _under_way(rotation: Rotation) -> OperatingError:
    return OperatingError(
        f"Keys are being replaced already: the old ones end at {_utc(rotation.old_ends_s)}.",
        effect="Peers can follow one change at a time.",
        remedy="Wait for that time. Where a key was stolen, begin a new home with airpact init, and let the peers "
        "remove the old one and accept the new card.",
    )


def _utc(time_s: float) -> str:
    return f"{datetime.fromtimestamp(time_s, UTC):%Y-%m-%d %H:%M:%S} UTC"
