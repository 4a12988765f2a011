"""`airpact verify`: a receipt, a log or fork evidence checked offline; in words what it proves and what it does not."""

from pathlib import Path
from typing import Annotated, Final

import typer

from airpact.cli.verifylogs import Against, compare, log_verdict, read_log
from airpact.node.errors import OperatingError
from airpact.node.verdict import Verdict, proved, tell
from airpact.node.verdicts import kind_of, of_fork, of_receipt
from airpact.proof import fork, receipt
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
    kind = proved(name, lambda: kind_of(data))
    if kind == fork.TYPE:
        return proved(name, lambda: of_fork(fork.read_fork(data), trusted))
    voices = _read(_named(authors, "--authors", "the keys that may speak for a party"))
    speaking = proved(authors, lambda: receipt.read_voices(voices))
    return proved(name, lambda: of_receipt(receipt.read_receipt(data), speaking, trusted))


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
