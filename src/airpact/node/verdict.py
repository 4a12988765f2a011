"""What a check proves and what it does not, as sentences, as one JSON object, and the keys it rests on."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, TypeVar

from airpact.node.errors import OperatingError
from airpact.node.identity import witness_name
from airpact.proof.cosignature import Signer
from airpact.proof.errors import ProofError
from airpact.proof.keys import Key, spoken

Checked = TypeVar("Checked")

YEAR_10000_S: Final = 253_402_300_800

# What no signature and no log can show, whatever the file holds.
NEVER: Final = (
    "Truth: that what was said is so.",
    "Completeness: that nothing else was said or done, by voice or without being logged.",
    "Silence: that a party said nothing, or that anyone read what it was sent.",
)
KEYS: Final = "Keys: that they belong to those they are named after. Compare the fingerprints with the agreement."


class Verdict(NamedTuple):
    """What a file proves and does not, in sentences; the same as members of a JSON object; and the keys it rests on."""

    title: str
    proven: list[str]
    unproven: list[str]
    facts: dict[str, Any]
    keys: tuple[Key, ...]


def tell(file: str, verdict: Verdict, as_json: bool) -> str:
    """Return what a person or a program is told."""
    return json.dumps(_object(file, verdict)) if as_json else _page(file, verdict)


def proved(name: str, check: Callable[[], Checked]) -> Checked:
    """Return what a check returns; its refusal becomes a message that names the file."""
    try:
        return check()
    except ProofError as error:
        raise OperatingError(f"{name}: {printable(str(error))}.", effect="Nothing of the file is proven.") from error


def one_history(origin: str, witnesses: tuple[Signer, ...]) -> str:
    """Return what is not proven about other histories of a log."""
    if not witnesses:
        return "One history: no witness cosigned, so the log may show others another history."
    if {each.key.name for each in witnesses} == {witness_name(origin)}:
        return "One history: nobody but the log's own party cosigned, so the log may show others another history."
    return "One history: that the log shows others the same holds as far as the witnesses named here are honest."


def seen(witnesses: Iterable[Signer], what: str) -> list[str]:
    """Return who saw what of a log, and when."""
    return [f"{each.key.name} saw {what}, at {utc(each.time_s or 0)} by its own clock." for each in witnesses]


def keys(*signers: tuple[Signer, ...]) -> tuple[Key, ...]:
    """Return the keys of signers, each once."""
    return tuple(dict.fromkeys(each.key for group in signers for each in group))


def printable(text: str) -> str:
    """Return text that moves nothing on a terminal: what cannot be printed is shown by its number."""
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text)


def utc(time_s: float) -> str:
    """Return Unix seconds as people write them, or as a number beyond the years of calendars."""
    if time_s >= YEAR_10000_S:
        return f"Unix second {time_s}"
    return f"{datetime.fromtimestamp(time_s, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _object(file: str, verdict: Verdict) -> dict[str, Any]:
    rests = [{"key": key.label, "what": key.purpose.what, "fingerprint": key.fingerprint.hex()} for key in verdict.keys]
    sentences = {"proven": verdict.proven, "not_proven": verdict.unproven}
    return {"file": file, "type": verdict.title, **sentences, **verdict.facts, "keys": rests}


def _page(file: str, verdict: Verdict) -> str:
    lines = [f"{file}: {verdict.title}", "", "Proven"]
    lines += [f"  - {printable(sentence)}" for sentence in verdict.proven]
    lines += ["", "Not proven"]
    lines += [f"  - {printable(sentence)}" for sentence in verdict.unproven]
    lines += ["", "Keys it rests on"]
    for key in verdict.keys:
        lines += [f"  - {key.purpose.what} key {key.label} ({key.purpose.scheme.name})", f"    {key.fingerprint.hex()}"]
        lines.append(f"    {spoken(key.fingerprint)}")
    return "\n".join(lines)
