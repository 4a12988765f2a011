"""A world as bytes and back: what a restart begins from.

Typed MessagePack, never pickle: a snapshot of another version is refused with a reason instead of running code. Only
the setting stays outside; it comes from the desk's own files.
"""

from typing import Any, Final

import msgspec
import numpy as np

from airpact import __version__
from airpact.alerts.book import AlertBook
from airpact.monitors.finding import Kind
from airpact.monitors.guidance import AdviceTable
from airpact.monitors.separation import PairTable
from airpact.node.partners.deskstate import OwnDesk
from airpact.node.partners.outgoing import Outgoing
from airpact.node.partners.shared import Sharing
from airpact.node.partners.state import PeerState
from airpact.node.setting import Setting
from airpact.node.world import Spoken, World
from airpact.picture.feeds import Feed
from airpact.picture.flights import Flown
from airpact.picture.lifts import LiftBook
from airpact.picture.links import Link, Pair
from airpact.picture.picture import Picture

FORMAT: Final = 5


class SnapshotError(Exception):
    """A snapshot that this version cannot use; the message says why."""


class Saved(msgspec.Struct, frozen=True):
    """Every field of a world but its setting, and the document its groups were numbered under."""

    format: int
    product_version: str
    document: str
    groups: tuple[tuple[str, str], ...]
    now_s: float
    tick: int
    applied: int
    due_s: float
    picture: Picture
    feeds: dict[str, Feed]
    faults: dict[str, Kind]
    links: dict[Pair, Link]
    pairs: PairTable
    advice: AdviceTable
    guidance_ready: bool
    alerts: AlertBook
    sound_proven_s: float | None
    peers: dict[str, PeerState]
    desk: OwnDesk
    sharing: Sharing
    outgoing: Outgoing
    spoken: list[Spoken]
    flown: Flown
    lifts: LiftBook


class _Array(msgspec.Struct, array_like=True):
    dtype: str
    shape: tuple[int, ...]
    data: bytes


def _to_plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return _Array(value.dtype.str, value.shape, value.tobytes())
    if isinstance(value, np.generic):
        return value.item()
    raise NotImplementedError(f"a snapshot cannot hold {type(value).__name__}")


def _from_plain(_kind: type, value: Any) -> Any:
    array = msgspec.convert(value, _Array)
    return np.frombuffer(array.data, np.dtype(array.dtype)).reshape(array.shape).copy()


_CARRIED: Final = tuple(
    name for name in Saved.__struct_fields__ if name not in ("format", "product_version", "document", "groups")
)
_encoder = msgspec.msgpack.Encoder(enc_hook=_to_plain)
_decoder = msgspec.msgpack.Decoder(Saved, dec_hook=_from_plain)


def freeze(world: World) -> bytes:
    """Return everything a world holds but its setting."""
    carried = {name: getattr(world, name) for name in _CARRIED}
    table = world.setting.table
    return _encoder.encode(Saved(FORMAT, __version__, table.document, table.groups, **carried))


def thaw(data: bytes, setting: Setting) -> World:
    """Return the world of `data` under `setting`; raises SnapshotError where the two do not belong together."""
    try:
        saved = _decoder.decode(data)
    except (msgspec.DecodeError, ValueError, TypeError) as error:
        raise SnapshotError(f"not a snapshot of this version: {error}") from error
    if (saved.format, saved.product_version) != (FORMAT, __version__):
        raise SnapshotError(f"written by version {saved.product_version}, this is {__version__}")
    if saved.groups != setting.table.groups or saved.document != setting.table.document:
        raise SnapshotError("written under other procedures or party rules")
    return World(setting, **{name: getattr(saved, name) for name in _CARRIED})
