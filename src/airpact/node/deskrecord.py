"""What a desk was set to, kept in its home so that its days replay under the same setting."""

from pathlib import Path
from typing import Final

import msgspec

from airpact.alerts.policy import AlertPolicy
from airpact.monitors.peers import PeerLimits
from airpact.node.errors import OperatingError
from airpact.node.home import write_durably
from airpact.node.setting import DEFAULT_LIMITS, NO_RELEASE, FeedPace, Releasing, Setting

FILE: Final = "setting.json"


class DeskRecord(msgspec.Struct, frozen=True):
    """The part of a setting that is neither procedures nor party rules, and the hash of those procedures."""

    document: str
    relay_s: float
    policy: AlertPolicy
    feeds: dict[str, FeedPace]
    peers: PeerLimits = DEFAULT_LIMITS
    releasing: Releasing = NO_RELEASE  # without the secret


def write_desk_record(home: Path, setting: Setting) -> None:
    """Keep the setting a desk starts with; raises `OSError`."""
    releasing = msgspec.structs.replace(setting.releasing, key=b"")
    record = DeskRecord(
        setting.parameters.document, setting.relay_s, setting.policy, setting.feeds, setting.peers, releasing
    )
    write_durably(home / FILE, msgspec.json.format(msgspec.json.encode(record), indent=1))


def read_desk_record(home: Path) -> DeskRecord:
    """Return what a home keeps; raises `OperatingError` where the folder is no home of a desk."""
    path = home / FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=DeskRecord)
    except (OSError, msgspec.DecodeError) as error:
        raise OperatingError(
            f"{path}: {error}.",
            effect="Without it nobody knows how the desk was set, and its days cannot be replayed.",
            remedy="Give the home of a desk that has run, or recordings of positions.",
        ) from error
