"""One desk's own settings, `desk.yaml`: who it is, what it watches, which procedures it obeys, how it alerts.

Nothing here is agreed with anybody: minima come from the procedures file, everything in this file is the desk's choice.
Paths may be relative to the file that names them.
"""

from pathlib import Path
from typing import Any, Final

import msgspec

from airpact.agreement.document import BYTES_MAX
from airpact.agreement.fields import Field, read_document
from airpact.agreement.procedures import PARTY_ID, PARTY_ID_RIGHT, Procedures
from airpact.alerts.policy import SHELVE_S_LIMIT, AlertPolicy
from airpact.node.peers.card import ADDRESS, PORT_MAX
from airpact.node.readers import READERS
from airpact.node.readers.config import Coverage, FeedConfig, FeedKind, Transport
from airpact.node.releasing import read_release
from airpact.picture.policy import ReleasePolicy
from airpact.picture.rules import OWN, PartyRules

LIVE: Final = "LIVE"
EXERCISE: Final = "EXERCISE"
RELAY_S_EXERCISE: Final = 60.0  # demo and exercise only: a LIVE desk must state what its drills measured
SIGN_IN_REQUIRED: Final = "required"
SIGN_IN_OPEN: Final = "open"  # whoever sits at the machine is let in: in an exercise nothing flies
WORDS_MAX: Final = 400  # what fits the box for distress on a phone
RELAY_S_MAX: Final = 900.0  # a desk that needs more than 15 min to reach a crew cannot act on any caution
FEEDS_MAX: Final = 32

# Bounds of the alert policy, (lowest, highest): a desk tunes inside them, beyond them an alert loses its meaning.
ALERT_BOUNDS: Final[dict[str, tuple[float, float]]] = {
    "on_delay_hits": (1, 5),
    "on_delay_window": (1, 5),  # at 5 s a radar turn, a longer window would eat a third of a two-minute look-ahead
    "clear_factor": (1.0, 3.0),
    "clear_hold_s": (0.0, 60.0),
    "realert_factor": (0.1, 0.9),
    "supervisor_s": (5.0, 120.0),
    "shelve_s_max": (60.0, SHELVE_S_LIMIT),
    "relay_margin_s": (0.0, 300.0),
    "rate_limit_per_h": (1.0, 60.0),
    "flood_count": (1, 100),
    "flood_window_s": (60.0, 3600.0),
}
# Bounds of a feed's pace; what is not said keeps the reader's default.
FEED_BOUNDS: Final[dict[str, tuple[float, float]]] = {
    "period_s": (0.2, 60.0),  # below a tick nothing is gained; above a minute every track is lost between two answers
    "timeout_s": (0.5, 60.0),
    "silent_s": (1.0, 600.0),
    "utc_offset_s": (-86_400.0, 86_400.0),
}
# Bounds of the link to other parties: an alarm within ten seconds would follow every lost packet, one after a day none.
PEER_BOUNDS: Final[dict[str, tuple[float, float]]] = {
    "head_unseen_s": (10.0, 86_400.0),
    "clock_skew_s": (0.1, 60.0),
    "retention_h": (1.0, 8_760.0),  # an hour for whoever takes over a watch; what is needed longer belongs to a case
}
LISTEN_RIGHT: Final = "an address and a port, as in 127.0.0.1:8792"
FEED_DEFAULTS: Final = msgspec.structs.asdict(FeedConfig("-", FeedKind.READSB, path="."))
_PLACE_WORDS: Final = {Transport.HTTP: "url", Transport.FILE: "path", Transport.TCP: "host and port"}


class View(msgspec.Struct, frozen=True):
    """Where the map opens and how many degrees of latitude it shows."""

    lat_deg: float = 35.5
    lon_deg: float = 35.5
    span_deg: float = 4.0


class PeerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How other parties reach this desk, and when their silence or their clock is an alarm."""

    listen: str = ""  # host:port of mutual TLS; "" = no peer port
    head_unseen_s: float = 300.0  # five minutes without a peer's head: longer than a restart, shorter than a watch
    clock_skew_s: float = 2.0  # beyond it the order of what two desks did can no longer be told from their times
    retention_h: float = 72.0  # how long what other parties released is kept in the record
    release: dict[str, ReleasePolicy] = {}  # by party; one not named gets the default of the mode


class DeskConfig(msgspec.Struct, frozen=True, kw_only=True):
    """A validated `desk.yaml` (seconds, degrees)."""

    party: str
    desk: str
    mode: str
    title: str
    relay_s: float  # detection to crew action, as measured in drills
    languages: tuple[str, ...]
    procedures: str  # a path, or the name of a shipped profile
    rules: str  # a path, "" = everyone civil
    feeds: tuple[FeedConfig, ...]
    alerts: AlertPolicy
    view: View
    peers: PeerSettings = PeerSettings()
    sign_in: str = SIGN_IN_REQUIRED
    distress: str = ""  # whom to reach without an account, "" = the words of the catalogue


def load_desk(path: Path) -> DeskConfig:
    """Return the desk of a file, paths resolved beside it; raises `DocumentError` or `OSError`."""
    desk = read_desk(read_limited(path), str(path))
    feeds = tuple(msgspec.structs.replace(feed, path=beside(path, feed.path)) for feed in desk.feeds)
    return msgspec.structs.replace(desk, rules=beside(path, desk.rules), feeds=feeds)


def read_desk(text: str | bytes, name: str = "desk.yaml") -> DeskConfig:
    """Return the desk of a YAML or JSON text; raises `DocumentError` naming file, line and field of each problem."""
    return read_document(text, name, _read)


def read_limited(path: Path) -> bytes:
    """Return the bytes of a settings file, one more than the limit at most, so that a wrong file cannot fill memory."""
    with path.open("rb") as file:
        return file.read(BYTES_MAX + 1)


def beside(path: Path, other: str) -> str:
    """Return `other` as a path relative to the folder of `path`; "" stays ""."""
    return str(path.parent / other) if other else ""


def _read(at: Field) -> DeskConfig:
    at.expect(DeskConfig.__struct_fields__)
    mode = at.get("mode").choice({LIVE: LIVE, EXERCISE: EXERCISE})
    items = at.get("feeds").items(at_least=1 if mode == LIVE else 0)
    if len(items) > FEEDS_MAX:
        at.get("feeds").refuse(f"has {len(items)} feeds", f"at most {FEEDS_MAX}")
    at.get("feeds").refuse_repeats(item.get("name").text(default="") or str(i) for i, item in enumerate(items))
    title = at.get("title").text(default="" if mode == LIVE else None, right="what exercise this is, for the banner")
    languages = at.get("languages").texts(default=("en",), pattern="en|ru", right="en or ru: what the console speaks")
    return DeskConfig(
        party=at.get("party").text(pattern=PARTY_ID, right=PARTY_ID_RIGHT),
        desk=at.get("desk").text(default="desk 1"),
        mode=mode,
        title=title,
        relay_s=_read_relay(at.get("relay_s"), mode),
        languages=languages,
        procedures=at.get("procedures").text(right="a procedures file, or the name of a shipped profile"),
        rules=at.get("rules").text(default=""),
        feeds=tuple(_read_feed(item) for item in items[:FEEDS_MAX]),
        alerts=_read_alerts(at.get("alerts")),
        view=_read_view(at.get("view")),
        peers=_read_peers(at.get("peers")),
        sign_in=_read_sign_in(at.get("sign_in"), mode),
        distress=at.get("distress").text(
            default="", pattern=rf"[^\n]{{1,{WORDS_MAX}}}", right=f"one line of {WORDS_MAX} characters at most"
        ),
    )


def _read_sign_in(at: Field, mode: str) -> str:
    """Return who may enter; a LIVE desk asks everybody."""
    default = SIGN_IN_REQUIRED if mode == LIVE else SIGN_IN_OPEN
    if not at.given:
        return default
    asked = at.choice({SIGN_IN_REQUIRED: SIGN_IN_REQUIRED, SIGN_IN_OPEN: SIGN_IN_OPEN})
    if mode == LIVE and asked == SIGN_IN_OPEN:
        at.refuse("is 'open' at a LIVE desk", "only an EXERCISE may be open; leave it out")
    return asked


def _read_relay(at: Field, mode: str) -> float:
    if mode == LIVE and not at.given:
        at.refuse("is missing", "give the seconds from detection to crew action that your drills measured")
    return at.number(default=RELAY_S_EXERCISE, low=1.0, high=RELAY_S_MAX, unit="seconds")


def _read_feed(at: Field) -> FeedConfig:
    """Return one feed; what its reader would refuse is refused here first, with its place."""
    at.expect(FeedConfig.__struct_fields__)
    kind = at.get("kind").choice({kind.value: kind for kind in FeedKind})
    if at.is_mapping:
        _check_place(at, kind)
    error_s = at.get("time_error_s")
    values: dict[str, Any] = {
        "name": at.get("name").text(pattern=r"[\w.-]{1,64}", right="letters, digits, dots and dashes, at most 64"),
        "kind": kind,
        "url": at.get("url").text(
            default="", pattern=r"https?://[\w\[].{0,2000}", right="http:// or https:// and a host"
        ),
        "path": at.get("path").text(default=""),
        "host": at.get("host").text(default="", pattern=r"[\w.:-]{1,253}", right="a host name or address"),
        "port": at.get("port").count(default=0, low=1, high=65535),
        **{key: _read_bounded(at.get(key), FEED_DEFAULTS[key], *bounds) for key, bounds in FEED_BOUNDS.items()},
        "time_error_s": error_s.number(high=30.0, unit="seconds") if error_s.given else None,
        "coverage": _read_coverage(at.get("coverage")) if at.get("coverage").given else None,
    }
    if at.form.problems:  # then the values are stand-ins and the document is refused as a whole
        return FeedConfig(str(at.place.line), kind, path=".")
    try:
        return FeedConfig(**values)
    except ValueError as error:
        at.refuse(f"cannot be read: {error}", "see the fields of a feed in docs/procedures.md")
        return FeedConfig(str(at.place.line), kind, path=".")


def _check_place(at: Field, kind: FeedKind) -> None:
    """Refuse a feed that does not say where it is, or says it twice, or in a way its kind cannot be read."""
    stated = [transport for transport in Transport if at.get(transport.value).given]
    allowed = [transport for known, transport in READERS if known is kind]
    if len(stated) != 1 or stated[0] not in allowed:
        wrong = " and ".join(_PLACE_WORDS[transport] for transport in stated) or "no place"
        at.get("kind").refuse(
            f"is {kind.value!r} with {wrong}", "give " + " or ".join(_PLACE_WORDS[transport] for transport in allowed)
        )
    elif at.get("port").given != (stated[0] is Transport.TCP):
        at.get("port").refuse(
            "is missing" if stated[0] is Transport.TCP else "has no host", "host and port go together"
        )


def _read_coverage(at: Field) -> Coverage:
    at.expect(Coverage.__struct_fields__)
    if not at.is_mapping:
        return Coverage(0.0, 0.0, 1.0)
    return Coverage(
        lat_deg=_degrees(at.get("lat_deg"), 90.0),
        lon_deg=_degrees(at.get("lon_deg"), 180.0),
        radius_m=at.get("radius_m").number(low=100.0, high=1_000_000.0, unit="metres"),
        floor_m=at.get("floor_m").number(default=0.0, low=-500.0, high=30_000.0, unit="metres"),
    )


def _read_view(at: Field) -> View:
    if not at.given:
        return View()
    at.expect(View.__struct_fields__)
    span = at.get("span_deg").number(default=View().span_deg, low=0.01, high=180.0, unit="degrees")
    return View(_degrees(at.get("lat_deg"), 90.0), _degrees(at.get("lon_deg"), 180.0), span)


def _degrees(at: Field, limit: float) -> float:
    return at.number(low=-limit, high=limit, unit="degrees")


def _read_alerts(at: Field) -> AlertPolicy:
    """Return the alert policy; a field not given keeps its default."""
    policy = AlertPolicy()
    if not at.given:
        return policy
    at.expect(AlertPolicy.__struct_fields__)
    values = {key: _read_bounded(at.get(key), getattr(policy, key), *ALERT_BOUNDS[key]) for key in ALERT_BOUNDS}
    policy = msgspec.structs.replace(policy, **values)
    if policy.on_delay_hits > policy.on_delay_window:
        wrong = f"is above on_delay_window ({policy.on_delay_window})"
        at.get("on_delay_hits").refuse(wrong, "no alert could ever come: make it at most that")
    return policy


def _read_peers(at: Field) -> PeerSettings:
    """Return the settings of the peer link; without the section there is no peer port."""
    default = PeerSettings()
    if not at.given:
        return default
    at.expect(PeerSettings.__struct_fields__)
    listen = at.get("listen").text(default="", pattern=ADDRESS.pattern, right=LISTEN_RIGHT)
    found = ADDRESS.fullmatch(listen)
    if found and not 0 < int(found[1]) <= PORT_MAX:
        at.get("listen").refuse(f"is {listen!r}", LISTEN_RIGHT)
    values = {key: _read_bounded(at.get(key), getattr(default, key), *PEER_BOUNDS[key]) for key in PEER_BOUNDS}
    return PeerSettings(listen=listen, release=read_release(at.get("release")), **values)


def _read_bounded(at: Field, default: Any, low: float, high: float) -> float:
    if isinstance(default, int):
        return at.count(default, low=int(low), high=int(high))
    return at.number(default=default, low=low, high=high)


def unbound_parties(procedures: Procedures, rules: PartyRules) -> tuple[str, ...]:
    """Return a sentence for every party of the procedures that no rule assigns an aircraft to."""
    known = {party.id for party in rules.parties}
    return tuple(
        f"the procedures name party {party.id}, the party rules do not: clauses for {party.id} bind no aircraft"
        for party in procedures.parties
        if party.id not in known
    )


def mismatches(desk: DeskConfig, procedures: Procedures, rules: PartyRules) -> tuple[str, ...]:
    """Return what does not fit between the three files, in words for a person; a clause could bind nobody."""
    own = [party.id for party in rules.parties if party.role == OWN]
    feeds = {feed.name for feed in desk.feeds}
    named = {name for rule in rules.rules for name in rule.feeds}
    return (
        *unbound_parties(procedures, rules),
        *(f"the desk belongs to {desk.party}, the party rules call {name} own" for name in own if name != desk.party),
        *(f"the party rules name feed {name}, the desk has no such feed" for name in sorted(named - feeds)),
    )
