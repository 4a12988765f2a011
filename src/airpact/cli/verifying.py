"""`airpact verify`: a receipt or fork evidence checked offline; in plain words what it proves and what it does not."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import typer

from airpact.node.errors import OperatingError
from airpact.proof import fork, receipt
from airpact.proof.base64 import to_base64
from airpact.proof.canonical import parse_canonical
from airpact.proof.cosignature import Signer
from airpact.proof.errors import ProofError
from airpact.proof.keys import Key, spoken
from airpact.proof.policy import Policy, read_policy

FILE_BYTES_MAX: Final = 16 << 20  # a statement is text; evidence is logged by its digest
YEAR_10000_S: Final = 253_402_300_800

File = Annotated[Path, typer.Argument(help="A receipt or fork evidence, as airpact writes it (docs/proof.md).")]
PolicyFile = Annotated[str, typer.Option(help="Logs and witnesses you trust, as a C2SP tlog-policy.", metavar="FILE")]
AuthorsFile = Annotated[str, typer.Option(help="Keys that may speak for a party; for receipts.", metavar="FILE")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of sentences.")]

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


def verify(file: File, policy: PolicyFile = "", authors: AuthorsFile = "", as_json: AsJson = False) -> None:
    """Check a receipt or fork evidence offline, and say what it proves and what it does not.

    Example: airpact verify said.receipt --policy pact.policy --authors pact.authors

    A receipt shows that a party said something and cannot take it back: its signature, the place in its log, and the
    witnesses who saw the log's head. Fork evidence shows that a log signed two histories. Both are checked against keys
    you name, never against keys in the file. docs/proof.md describes the files byte by byte.

    Exit code 0: all that the file claims is proven, and nothing more. 2: the file cannot be read, or a part of what it
    claims does not hold (the message says which); then nothing of it is proven.
    """
    data = _read(str(file))
    trusted = _proved(
        policy, lambda: read_policy(_read(_named(policy, "--policy", "the logs and witnesses you trust")))
    )
    kind = _proved(str(file), lambda: _type(data))
    if kind == receipt.TYPE:
        voices = _read(_named(authors, "--authors", "the keys that may speak for a party"))
        speaking = _proved(authors, lambda: receipt.read_voices(voices))
        verdict = _proved(str(file), lambda: _receipt(receipt.read_receipt(data), speaking, trusted))
    else:
        verdict = _proved(str(file), lambda: _fork(fork.read_fork(data), trusted))
    typer.echo(json.dumps(_object(str(file), verdict)) if as_json else _page(str(file), verdict))


def _read(name: str) -> bytes:
    with Path(name).open("rb") as opened:
        data = opened.read(FILE_BYTES_MAX + 1)
    if len(data) > FILE_BYTES_MAX:
        raise OperatingError(
            f"{name}: has more than {FILE_BYTES_MAX:,} bytes.", remedy="Name a receipt or fork evidence."
        )
    return data


def _named(name: str, option: str, what: str) -> str:
    if not name:
        raise OperatingError(f"{option}: is missing.", remedy=f"Name the file with {what}; docs/proof.md shows one.")
    return name


def _proved(name: str, check: Callable[[], Any]) -> Any:
    """Return what a check returns; its refusal becomes a message that names the file."""
    try:
        return check()
    except ProofError as error:
        raise OperatingError(f"{name}: {_printable(str(error))}.", effect="Nothing of the file is proven.") from error


def _type(data: bytes) -> str:
    value = parse_canonical(data)
    kind = value.get("type") if isinstance(value, Mapping) else None
    if kind not in (receipt.TYPE, fork.TYPE):
        raise ProofError(f"neither a receipt ({receipt.TYPE}) nor fork evidence ({fork.TYPE})")
    return str(kind)


# --- a receipt -------------------------------------------------------------------------------------------------------


def _receipt(given: receipt.Receipt, voices: tuple[receipt.Voice, ...], policy: Policy) -> Verdict:
    proven = receipt.check_receipt(given, voices, policy)
    header, head = proven.header, proven.head
    said = [_spoke(proven)]
    said.append(
        f"It is entry {header.index} (the first is 0) of the log {head.origin}, which had {head.size} entries. It "
        "cannot be changed, moved or taken out without the log's head showing it."
    )
    said += [f"Its author acknowledged {each.size} entries of {name}." for name, each in sorted(header.heads.items())]
    said += _times(proven.witnesses)
    unproven = [*NEVER, _own_time(header.time_s, proven.witnesses)]
    if header.author is not None:
        unproven.append(f"Person: who {header.author.person} is; that and the role are the party's word.")
    if given.said is None:
        unproven.append("Words: the file holds only a digest of what was said.")
    else:
        said.append(f"What was said: {json.dumps(given.said.body, ensure_ascii=False)}")
    unproven.append(_one_history(proven.witnesses))
    facts = {
        "statement": json.loads(given.statement.payload),
        "party": proven.party,
        "log": {"origin": head.origin, "size": head.size, "root": to_base64(head.root)},
        "witnesses": [{"key": each.key.label, "time_s": each.time_s} for each in proven.witnesses],
    }
    if given.said is not None:
        facts["body"] = given.said.body
    keys = (*proven.authors, *_keys(proven.log, proven.witnesses))
    return Verdict("receipt", said, [*unproven, KEYS], facts, keys)


def _spoke(proven: receipt.Proven) -> str:
    header = proven.header
    if header.author is None:
        return f"{proven.party} logged something for itself alone; kind and subject are not shown to others."
    mode = {"LIVE": "", "EXERCISE": " This was an EXERCISE.", "REPLAY": " This was a REPLAY, not live."}[header.mode]
    return (
        f"{proven.party} said it: {header.kind}, subject {header.subject}, by {header.author.person} as "
        f"{header.author.role}, for {', '.join(header.audience)}.{mode}"
    )


def _times(witnesses: Iterable[Signer]) -> list[str]:
    told = "{} saw the log with this entry in it, at {} by its own clock."
    return [told.format(each.key.name, _utc(each.time_s or 0)) for each in witnesses]


def _own_time(time_s: float, witnesses: Iterable[Signer]) -> str:
    told = f"Time: the author's own clock said {_utc(time_s)}; that is the author's word"
    if any(int(time_s) > (each.time_s or 0) for each in witnesses):
        return f"{told}, and it cannot be: a witness saw it earlier, so one of their clocks was wrong."
    return f"{told}."


def _one_history(witnesses: tuple[Signer, ...]) -> str:
    if not witnesses:
        return "One history: no witness cosigned, so the log may show others another history."
    return "One history: that the log shows others the same holds as far as the witnesses named here are honest."


# --- fork evidence ---------------------------------------------------------------------------------------------------


def _fork(given: fork.Fork, policy: Policy) -> Verdict:
    proven = fork.check_fork(given, policy)
    first, second = proven.first, proven.second
    told = " and ".join(f"{head.size} entries with root {to_base64(head.root)}" for head in (first, second))
    said = [f"The log {first.origin} signed two heads, which cannot both be of a log that only grows: {told}."]
    if first.size < second.size:
        said.append(
            f"The first {first.size} entries under the second head have root {to_base64(proven.prefix_root)}: they are "
            "not those under the first head."
        )
    said.append("Whoever holds the log's key signed both.")
    unproven = [
        *NEVER,
        "Which of the two histories is the true one, if any.",
        "Why it happened, and who did it: the party, a thief of its key, or a restored old disc.",
    ]
    heads = [{"size": head.size, "root": to_base64(head.root)} for head in (first, second)]
    facts = {"log": first.origin, "heads": heads, "prefix_root": to_base64(proven.prefix_root)}
    return Verdict("fork evidence", said, [*unproven, KEYS], facts, _keys(*proven.signers))


# --- words -----------------------------------------------------------------------------------------------------------


def _keys(*signers: tuple[Signer, ...]) -> tuple[Key, ...]:
    return tuple(dict.fromkeys(each.key for group in signers for each in group))


def _printable(text: str) -> str:
    """Return text that moves nothing on a terminal: what cannot be printed is shown by its number."""
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text)


def _utc(time_s: float) -> str:
    if time_s >= YEAR_10000_S:
        return f"Unix second {time_s}"
    return f"{datetime.fromtimestamp(time_s, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _object(file: str, verdict: Verdict) -> dict[str, Any]:
    keys = [{"key": key.label, "what": key.purpose.what, "fingerprint": key.fingerprint.hex()} for key in verdict.keys]
    sentences = {"proven": verdict.proven, "not_proven": verdict.unproven}
    return {"file": file, "type": verdict.title, **sentences, **verdict.facts, "keys": keys}


def _page(file: str, verdict: Verdict) -> str:
    lines = [f"{file}: {verdict.title}", "", "Proven"]
    lines += [f"  - {_printable(sentence)}" for sentence in verdict.proven]
    lines += ["", "Not proven"]
    lines += [f"  - {_printable(sentence)}" for sentence in verdict.unproven]
    lines += ["", "Keys it rests on"]
    for key in verdict.keys:
        lines += [f"  - {key.purpose.what} key {key.label} ({key.purpose.scheme.name})", f"    {key.fingerprint.hex()}"]
        lines.append(f"    {spoken(key.fingerprint)}")
    return "\n".join(lines)
