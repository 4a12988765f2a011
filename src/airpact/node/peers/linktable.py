"""The life of a link as one table: (state, event) -> next state and effects.

A message without a row is refused as `unexpected_message`; anything else without a row changes nothing. Table and
diagram in `docs/peers-link.md` are written from `TABLE`, and the reasons for refusals from `refusals.REFUSALS`.
"""

from enum import StrEnum
from typing import Final, NamedTuple


class State(StrEnum):
    """Where the link stands."""

    CLOSED = "closed"
    SETTLING = "settling"
    GREETING = "greeting"
    LINKED = "linked"
    FORKED = "forked"


class Event(StrEnum):
    """What can happen: to the connection, by the peer's messages, and by what is found."""

    OPENED = "opened"
    OPENED_UNSETTLED = "opened while a stretch is being stored"
    SETTLED = "stretch stored"
    CLOSED = "connection closed"
    FORK = "fork found"
    HELLO = "hello"
    HELLO_FORKED = "hello where one side holds a fork"
    HELLO_WRONG = "hello of another party, log, mode or protocol"
    ENTRIES = "entries"
    HEAD = "head"
    EARLY = "entries or head before the last head was answered"
    COSIGNED = "cosigned"
    REFUSED = "refused"
    REFUSED_AS_FORKED = "refused with 422"
    BEAT = "beat"
    TRACKS = "tracks"
    HEADS = "heads"
    URGENT = "urgent"
    BYE = "bye"


class Effect(StrEnum):
    """What a row does beside the state, in the words the documentation prints."""

    SAY_HELLO = "say hello"
    GREET = "note what the peer holds"
    PART = "say why and close"
    OFFER = "offer the own log"
    OFFER_URGENT = "offer distress and hotline statements"
    COLLECT = "check the entries, hold them as provisional"
    JUDGE = "judge the head: keep and cosign, or refuse"
    TAKE_COSIGNATURE = "check and hand on the cosignature"
    TAKE_REFUSAL = "begin again from the size named"
    SAY_FORKED = "refuse with 422"
    ANSWER_BEAT = "answer, or measure the clock"
    HAND_ON_TRACKS = "hand on the tracks"
    HAND_ON_HEADS = "hand on the heads"
    TAKE_URGENT = "check and hand on, marked as in no log"
    COUNT = "count it, take nothing"
    FORGET = "forget what was on its way"
    LEAVE = "close"


class Row(NamedTuple):
    """One cell of the table: the state after the event, and its effects in order."""

    state: State
    effects: tuple[Effect, ...] = ()


_S, _E, _F = State, Event, Effect

TABLE: Final[dict[tuple[State, Event], Row]] = {
    (_S.CLOSED, _E.OPENED): Row(_S.GREETING, (_F.SAY_HELLO,)),
    (_S.CLOSED, _E.OPENED_UNSETTLED): Row(_S.SETTLING),
    (_S.SETTLING, _E.SETTLED): Row(_S.GREETING, (_F.SAY_HELLO,)),
    (_S.SETTLING, _E.CLOSED): Row(_S.CLOSED, (_F.FORGET,)),
    (_S.GREETING, _E.HELLO): Row(_S.LINKED, (_F.GREET, _F.OFFER)),
    (_S.GREETING, _E.HELLO_FORKED): Row(_S.FORKED, (_F.GREET, _F.OFFER_URGENT)),
    (_S.GREETING, _E.HELLO_WRONG): Row(_S.GREETING, (_F.PART,)),
    (_S.GREETING, _E.FORK): Row(_S.GREETING, (_F.SAY_FORKED,)),
    (_S.GREETING, _E.BYE): Row(_S.GREETING, (_F.LEAVE,)),
    (_S.GREETING, _E.CLOSED): Row(_S.CLOSED, (_F.FORGET,)),
    (_S.LINKED, _E.ENTRIES): Row(_S.LINKED, (_F.COLLECT,)),
    (_S.LINKED, _E.HEAD): Row(_S.LINKED, (_F.JUDGE,)),
    (_S.LINKED, _E.COSIGNED): Row(_S.LINKED, (_F.TAKE_COSIGNATURE, _F.OFFER)),
    (_S.LINKED, _E.REFUSED): Row(_S.LINKED, (_F.TAKE_REFUSAL, _F.OFFER)),
    (_S.LINKED, _E.REFUSED_AS_FORKED): Row(_S.FORKED, (_F.TAKE_REFUSAL, _F.OFFER_URGENT)),
    (_S.LINKED, _E.FORK): Row(_S.FORKED, (_F.SAY_FORKED, _F.FORGET, _F.OFFER_URGENT)),
    (_S.LINKED, _E.BEAT): Row(_S.LINKED, (_F.ANSWER_BEAT,)),
    (_S.LINKED, _E.TRACKS): Row(_S.LINKED, (_F.HAND_ON_TRACKS,)),
    (_S.LINKED, _E.HEADS): Row(_S.LINKED, (_F.HAND_ON_HEADS,)),
    (_S.LINKED, _E.BYE): Row(_S.LINKED, (_F.LEAVE,)),
    (_S.LINKED, _E.CLOSED): Row(_S.CLOSED, (_F.FORGET,)),
    (_S.FORKED, _E.URGENT): Row(_S.FORKED, (_F.TAKE_URGENT,)),
    (_S.FORKED, _E.BEAT): Row(_S.FORKED, (_F.ANSWER_BEAT,)),
    (_S.FORKED, _E.ENTRIES): Row(_S.FORKED, (_F.COUNT,)),
    (_S.FORKED, _E.HEAD): Row(_S.FORKED, (_F.COUNT,)),
    (_S.FORKED, _E.EARLY): Row(_S.FORKED, (_F.COUNT,)),
    (_S.FORKED, _E.COSIGNED): Row(_S.FORKED, (_F.COUNT,)),
    (_S.FORKED, _E.REFUSED): Row(_S.FORKED, (_F.COUNT,)),
    (_S.FORKED, _E.REFUSED_AS_FORKED): Row(_S.FORKED, (_F.COUNT,)),
    (_S.FORKED, _E.TRACKS): Row(_S.FORKED, (_F.COUNT,)),
    (_S.FORKED, _E.HEADS): Row(_S.FORKED, (_F.COUNT,)),
    (_S.FORKED, _E.BYE): Row(_S.FORKED, (_F.LEAVE,)),
    (_S.FORKED, _E.CLOSED): Row(_S.CLOSED, (_F.FORGET,)),
}
OPEN: Final = frozenset((State.GREETING, State.LINKED, State.FORKED))  # messages are read


def table_markdown() -> str:
    """Return `TABLE` as a Markdown table."""
    head = ["| State | Event | Next state | Effects |", "|---|---|---|---|"]
    rows = (
        f"| {state} | {event} | {row.state if row.state is not state else '(same)'} | {'; '.join(row.effects) or '-'} |"
        for (state, event), row in TABLE.items()
    )
    return "\n".join([*head, *rows]) + "\n"


def diagram_mermaid() -> str:
    """Return the changes of state in `TABLE` as a Mermaid diagram."""
    moves = (f"    {state} --> {row.state}: {event}" for (state, event), row in TABLE.items() if row.state is not state)
    return "\n".join(["```mermaid", "stateDiagram-v2", f"    [*] --> {State.CLOSED}", *moves, "```"]) + "\n"
