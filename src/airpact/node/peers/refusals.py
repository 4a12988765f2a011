"""Why something a peer sent is refused or doubted: one word each, what it means, and what becomes of the thing."""

from enum import StrEnum
from typing import Final, NamedTuple

SHOWN_CHARACTERS_MAX: Final = 500  # of what a stranger wrote, in one row of a list; evidence has the whole


class Reason(StrEnum):
    """The stable words under which evidence is kept."""

    TOO_LARGE = "too_large"
    NOT_A_MESSAGE = "not_a_message"
    UNEXPECTED_MESSAGE = "unexpected_message"
    WRONG_PROTOCOL = "wrong_protocol"
    WRONG_PARTY = "wrong_party"
    WRONG_ORIGIN = "wrong_origin"
    WRONG_MODE = "wrong_mode"
    HOLDS_MORE = "holds_more"
    CLOCK_SKEW = "clock_skew"
    NOT_CANONICAL = "not_canonical"
    UNKNOWN_KEY = "unknown_key"
    BAD_SIGNATURE = "bad_signature"
    REPLAYED = "replayed"
    REORDERED = "reordered"
    INDEX_GAP = "index_gap"
    REWRITTEN = "rewritten"
    DOES_NOT_HASH = "does_not_hash"
    MISSING_BODY = "missing_body"
    UNASKED_BODY = "unasked_body"
    MALFORMED_HEAD = "malformed_head"
    SMALLER_CHECKPOINT = "smaller_checkpoint"
    NOT_CONTINUED = "not_continued"
    NOT_URGENT = "not_urgent"


class Outcome(StrEnum):
    """What becomes of the thing that is doubted."""

    REFUSED = "refused"  # it and what came with it is not taken; the link goes on
    KEPT = "kept"  # it is taken, and the doubt is shown with it
    CLOSED = "closed"  # the connection ends


class Refusal(NamedTuple):
    """One row of the table."""

    meaning: str
    outcome: Outcome


_REFUSED, _KEPT, _CLOSED = Outcome.REFUSED, Outcome.KEPT, Outcome.CLOSED

REFUSALS: Final[dict[Reason, Refusal]] = {
    Reason.TOO_LARGE: Refusal("a frame, or the entries before one head, are over the limit", _CLOSED),
    Reason.NOT_A_MESSAGE: Refusal("a frame is no message of this protocol", _REFUSED),
    Reason.UNEXPECTED_MESSAGE: Refusal("a message that the state table does not allow now", _REFUSED),
    Reason.WRONG_PROTOCOL: Refusal("the peer speaks another version of the protocol", _CLOSED),
    Reason.WRONG_PARTY: Refusal("the greeting, or a statement, names another party than the pinned one", _REFUSED),
    Reason.WRONG_ORIGIN: Refusal("the greeting, or a head, names another log than the pinned one", _REFUSED),
    Reason.WRONG_MODE: Refusal("exercise at a live node, or the reverse", _REFUSED),
    Reason.HOLDS_MORE: Refusal("the peer claims to hold more of our log than we wrote", _KEPT),
    Reason.CLOCK_SKEW: Refusal("the peer's clock, or the time of a statement, is ahead by more than agreed", _KEPT),
    Reason.NOT_CANONICAL: Refusal("a header or a body is not canonical JSON, or no statement at all", _REFUSED),
    Reason.UNKNOWN_KEY: Refusal("no pinned key signed it", _REFUSED),
    Reason.BAD_SIGNATURE: Refusal("a pinned key stands under it with a signature that does not hold", _REFUSED),
    Reason.REPLAYED: Refusal("a statement was signed for an earlier place of the log", _REFUSED),
    Reason.REORDERED: Refusal("entries do not follow one another in order", _REFUSED),
    Reason.INDEX_GAP: Refusal("entries are missing before the ones that came, or before the head", _REFUSED),
    Reason.REWRITTEN: Refusal("other bytes at a place of the log that is already held", _REFUSED),
    Reason.DOES_NOT_HASH: Refusal("a body has another digest, or entries another root, than what was signed", _REFUSED),
    Reason.MISSING_BODY: Refusal("a statement for us came without its body", _KEPT),
    Reason.UNASKED_BODY: Refusal("a body came that is not for us; the body is dropped", _KEPT),
    Reason.MALFORMED_HEAD: Refusal("a head cannot be read (400)", _REFUSED),
    Reason.SMALLER_CHECKPOINT: Refusal("a head is smaller than the last one cosigned here (409)", _REFUSED),
    Reason.NOT_CONTINUED: Refusal("a signed head is not shown to continue the last one (422)", _REFUSED),
    Reason.NOT_URGENT: Refusal("over a forked link came something else than distress or hotline", _REFUSED),
}


def shown(text: str) -> str:
    """Return what a stranger wrote as it may stand in a list, a log or a terminal: one short line that moves nothing.

    Control characters would forge lines of a log and move the cursor of whoever reads it.
    """
    cut = text if len(text) <= SHOWN_CHARACTERS_MAX else f"{text[:SHOWN_CHARACTERS_MAX]}…"
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in cut)


def refusals_markdown() -> str:
    """Return `REFUSALS` as the Markdown table that stands in `docs/peers-link.md`."""
    head = ["| Reason | What it means | The thing is |", "|---|---|---|"]
    words = {Outcome.CLOSED: "refused, and the connection closed"}
    rows = (
        f"| `{reason}` | {refusal.meaning} | {words.get(refusal.outcome, refusal.outcome)} |"
        for reason, refusal in REFUSALS.items()
    )
    return "\n".join([*head, *rows]) + "\n"
