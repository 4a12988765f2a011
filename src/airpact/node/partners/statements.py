"""What another party's statement changes here: one table, kind -> body it must have and what it does.

A kind that stands in no row is kept and shown "not understood"; so is a body that is not what its kind asks for.
Neither is an error of this desk: the statement is signed, logged and witnessed whatever it says. Nothing here raises.
"""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Annotated, Any, Final, Literal, NamedTuple

import msgspec
from msgspec import Meta

from airpact.node.partners.state import Doubtful, Encounter, PeerState, Said, keep_doubtful, keep_encounter, take_index

DESK_STATE: Final = "desk.state"
ENCOUNTER_STATE: Final = "encounter.state"
LIFT_GIVEN: Final = "lift.given"
LIFT_ENDED: Final = "lift.ended"
KEYS_ROTATION: Final = "keys.rotation"

UNLOGGED: Final = "signed, in no log: it came after two stories were found"

KEY_CHARS_MAX: Final = 64  # a 24-bit address has 6; a released alias is a short word
REASON_CHARS_MAX: Final = 500
PRESENCE_S_MAX: Final = 3600.0  # nobody is believed to be present for longer than twice the usual half hour
ENCOUNTER_S_MAX: Final = 86_400.0  # an encounter of more than a day is a mistake

# A 24-bit address or an alias; what parts two keys of a pair cannot stand in one.
_Name = Annotated[str, Meta(min_length=1, max_length=KEY_CHARS_MAX, pattern=r"^[0-9A-Za-z~_.-]+$")]


class DeskSaid(msgspec.Struct, frozen=True):
    """Body of `desk.state` (Unix s)."""

    state: Literal["manned", "unmanned", "degraded"]
    since_s: float
    presence_s: float | None = None  # when presence was last confirmed
    presence_until_s: float | None = None
    reason: Annotated[str, Meta(max_length=REASON_CHARS_MAX)] = ""


class EncounterSaid(msgspec.Struct, frozen=True):
    """Body of `encounter.state` (Unix s): which two aircraft, when, how grave, and what that desk did; not where."""

    aircraft: tuple[_Name, _Name]
    since_s: float
    until_s: float
    level: Annotated[int, Meta(ge=1, le=3)]
    state: Literal["received", "displayed", "withheld", "acknowledged", "ended"]
    at_s: float
    withheld: bool = False


class LiftSaid(msgspec.Struct, frozen=True):
    """Body of `lift.given` and `lift.ended` (Unix s): for which pair, until when; the position goes beside the log."""

    aircraft: tuple[_Name, _Name]
    at_s: float
    until_s: float | None = None
    reason: Annotated[str, Meta(max_length=REASON_CHARS_MAX)] = ""


class KeysSaid(msgspec.Struct, frozen=True):
    """Body of `keys.rotation` (Unix s): the new card, when it begins and the old one ends (`peers.rotation`)."""

    card: dict[str, Any]
    from_s: float
    old_ends_s: float


class Row(NamedTuple):
    """What a kind must look like, what it does, and a test that no type can make."""

    body: type
    carry_out: Callable[[PeerState, Any, Said], None]
    fits: Callable[[Any], bool]


def pair_of(aircraft: tuple[str, str]) -> str:
    """Return the name of an unordered pair of aircraft keys."""
    return "|".join(sorted(aircraft))


def take_statement(state: PeerState, statement: Mapping[str, Any]) -> bool:
    """Carry out one statement of a party, once, and return whether that was now; what is not understood is kept."""
    said = Said(int(statement["index"]), float(statement["at_s"]))
    kind = str(statement["kind"])
    if statement.get("unlogged"):  # the index it names is that of another story: it must not hide, or be hidden by, one
        keep_doubtful(state, Doubtful(said.index, kind, said.at_s, UNLOGGED))
        return False
    if not take_index(state, said.index):
        return False
    row = STATEMENTS.get(kind)
    if row is None:
        keep_doubtful(state, Doubtful(said.index, kind, said.at_s, "unknown kind"))
        return False
    try:
        body: Any = msgspec.convert(statement.get("body"), row.body)
    except (msgspec.ValidationError, RecursionError, OverflowError) as error:
        keep_doubtful(state, Doubtful(said.index, kind, said.at_s, f"malformed: {error}"[:REASON_CHARS_MAX]))
        return False
    if not row.fits(body):
        keep_doubtful(state, Doubtful(said.index, kind, said.at_s, "malformed: times that cannot be"))
        return False
    row.carry_out(state, body, said)
    return True


def _desk(state: PeerState, body: DeskSaid, said: Said) -> None:
    if said.index <= state.desk_index:
        return
    view = state.view
    state.desk_index, state.desk_reason = said.index, body.reason
    view.desk, view.desk_since_s = body.state, body.since_s
    state.presence_s = _or_nan(body.presence_s)
    view.presence_until_s = min(_or_nan(body.presence_until_s), said.at_s + PRESENCE_S_MAX)


def _encounter(state: PeerState, body: EncounterSaid, said: Said) -> None:
    told = Encounter(said.index, body.since_s, body.until_s, body.level, body.state, body.at_s, body.withheld)
    keep_encounter(state, pair_of(body.aircraft), told)


def _lift(_state: PeerState, _body: LiftSaid, _said: Said) -> None:
    """Nothing changes here: the exact position itself comes with the tracks; the word stands in the record."""


def _keys(_state: PeerState, _body: KeysSaid, _said: Said) -> None:
    """Nothing changes in the world: what is pinned is changed where the statement arrives."""


def _desk_fits(body: DeskSaid) -> bool:
    return all(isfinite(_or_zero(time_s)) for time_s in (body.since_s, body.presence_s, body.presence_until_s))


def _encounter_fits(body: EncounterSaid) -> bool:
    finite = all(isfinite(time_s) for time_s in (body.since_s, body.until_s, body.at_s))
    return finite and 0.0 <= body.until_s - body.since_s <= ENCOUNTER_S_MAX and body.aircraft[0] != body.aircraft[1]


def _lift_fits(body: LiftSaid) -> bool:
    return isfinite(body.at_s) and isfinite(_or_zero(body.until_s))


def _keys_fit(body: KeysSaid) -> bool:
    return isfinite(body.from_s) and isfinite(body.old_ends_s)


def _or_nan(time_s: float | None) -> float:
    return float("nan") if time_s is None else time_s


def _or_zero(time_s: float | None) -> float:
    return 0.0 if time_s is None else time_s


STATEMENTS: Final[dict[str, Row]] = {
    DESK_STATE: Row(DeskSaid, _desk, _desk_fits),
    ENCOUNTER_STATE: Row(EncounterSaid, _encounter, _encounter_fits),
    LIFT_GIVEN: Row(LiftSaid, _lift, _lift_fits),
    LIFT_ENDED: Row(LiftSaid, _lift, _lift_fits),
    KEYS_ROTATION: Row(KeysSaid, _keys, _keys_fit),
}
