"""`airpact verify`: a receipt, a log or fork evidence checked offline; in words what it proves and what it does not."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Final

import typer

from airpact.cli.verdict import KEYS, NEVER, Verdict, keys, one_history, proved, seen, tell, utc
from airpact.cli.verifylogs import Against, compare, log_verdict, read_log
from airpact.node.errors import OperatingError
from airpact.proof import fork, receipt
from airpact.proof.base64 import to_base64
from airpact.proof.canonical import parse_canonical
from airpact.proof.cosignature import Signer
from airpact.proof.errors import ProofError
from airpact.proof.policy import Policy, read_policy

FILE_BYTES_MAX: Final = 16 << 20  # a statement is text; evidence is logged by its digest

File = Annotated[Path, typer.Argument(help="A receipt, fork evidence, or the folder of a log (docs/proof.md).")]
PolicyFile = Annotated[str, typer.Option(help="Logs and witnesses you trust, as a C2SP tlog-policy.", metavar="FILE")]
AuthorsFile = Annotated[str, typer.Option(help="Keys that may speak for a party; for receipts.", metavar="FILE")]
AgainstLog = Annotated[
    Path | None, typer.Option(help="Another copy of the log, or one head of it: does one continue the other?")
]
WriteFork = Annotated[
    Path | None, typer.Option(help="Write fork evidence here where neither continues the other.", metavar="FILE")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of sentences.")]


def verify(
    file: File,
    policy: PolicyFile = "",
    authors: AuthorsFile = "",
    against: AgainstLog = None,
    write_fork: WriteFork = None,
    as_json: AsJson = False,
) -> None:
    """Check a receipt, a log or fork evidence offline, and say what it proves and what it does not.

    Example: airpact verify said.receipt --policy pact.policy --authors pact.authors

    A receipt shows that a party said something and cannot take it back: its signature, the place in its log, and the
    witnesses who saw the log's head. The folder of a log (HOME/log, HOME/mirrors, or any in the layout of C2SP
    tlog-tiles) is hashed anew, entry by entry, up to the head that was signed. Fork evidence shows that a log signed
    two histories. All are checked against keys you name, never against keys in the file. docs/proof.md describes the
    files byte by byte.

    Exit code 0: all that the file claims is proven, and nothing more. 2: the file cannot be read, or a part of what it
    claims does not hold (the message says which); then nothing of it is proven. A log that does not continue another
    head of it ends with 2 as well.
    """
    data = b"" if file.is_dir() else _read(str(file))
    trusted = proved(policy, lambda: read_policy(_read(_named(policy, "--policy", "the logs and witnesses you trust"))))
    if file.is_dir():
        verdict = _log(file, trusted, against, write_fork)
    else:
        if against is not None or write_fork is not None:
            raise OperatingError(
                "--against and --write-fork: have a meaning for the folder of a log only.", remedy="Leave them out."
            )
        verdict = _file(str(file), data, authors, trusted)
    typer.echo(tell(str(file), verdict, as_json))


def _file(name: str, data: bytes, authors: str, trusted: Policy) -> Verdict:
    kind = proved(name, lambda: _type(data))
    if kind == fork.TYPE:
        return proved(name, lambda: _fork(fork.read_fork(data), trusted))
    voices = _read(_named(authors, "--authors", "the keys that may speak for a party"))
    speaking = proved(authors, lambda: receipt.read_voices(voices))
    return proved(name, lambda: _receipt(receipt.read_receipt(data), speaking, trusted))


def _log(folder: Path, trusted: Policy, against: Path | None, write_fork: Path | None) -> Verdict:
    if write_fork is not None and against is None:
        raise OperatingError("--write-fork: has a meaning with --against only.", remedy="Name the other copy.")
    log = proved(str(folder), lambda: read_log(folder, trusted))
    if against is None:
        return log_verdict(log)
    return log_verdict(log, compare(log, Against(folder, against, write_fork), trusted))


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
    said += seen(proven.witnesses, "the log with this entry in it")
    unproven = [*NEVER, _own_time(header.time_s, proven.witnesses)]
    if header.author is not None:
        unproven.append(f"Person: who {header.author.person} is; that and the role are the party's word.")
    if given.said is None:
        unproven.append("Words: the file holds only a digest of what was said.")
    else:
        said.append(f"What was said: {json.dumps(given.said.body, ensure_ascii=False)}")
    unproven.append(one_history(head.origin, proven.witnesses))
    facts = {
        "statement": json.loads(given.statement.payload),
        "party": proven.party,
        "log": {"origin": head.origin, "size": head.size, "root": to_base64(head.root)},
        "witnesses": [{"key": each.key.label, "time_s": each.time_s} for each in proven.witnesses],
    }
    if given.said is not None:
        facts["body"] = given.said.body
    rests = (*proven.authors, *keys(proven.log, proven.witnesses))
    return Verdict("receipt", said, [*unproven, KEYS], facts, rests)


def _spoke(proven: receipt.Proven) -> str:
    header = proven.header
    if header.author is None:
        return f"{proven.party} logged something for itself alone; kind and subject are not shown to others."
    mode = {"LIVE": "", "EXERCISE": " This was an EXERCISE.", "REPLAY": " This was a REPLAY, not live."}[header.mode]
    return (
        f"{proven.party} said it: {header.kind}, subject {header.subject}, by {header.author.person} as "
        f"{header.author.role}, for {', '.join(header.audience)}.{mode}"
    )


def _own_time(time_s: float, witnesses: Iterable[Signer]) -> str:
    told = f"Time: the author's own clock said {utc(time_s)}; that is the author's word"
    if any(int(time_s) > (each.time_s or 0) for each in witnesses):
        return f"{told}, and it cannot be: a witness saw it earlier, so one of their clocks was wrong."
    return f"{told}."


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
    return Verdict("fork evidence", said, [*unproven, KEYS], facts, keys(*proven.signers))
