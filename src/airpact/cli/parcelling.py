"""`airpact peer export` and `import`: the statements of a link as files, for disc, mail and one-way gateways."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time
from typing import Annotated, Final

import typer

from airpact.cli.initialising import HomeOption
from airpact.cli.peering import Short
from airpact.cli.peering import peer as peer  # with these commands it is whole
from airpact.node.errors import LocalError, OperatingError
from airpact.node.home import Home, HomeInUseError, Layout, write_durably
from airpact.node.ledger.ledger import Ledger
from airpact.node.ledger.tiles import TileWriter
from airpact.node.peers.byfile import REFUSED, Holder, opened, pack, take
from airpact.node.peers.carried import note_carried
from airpact.node.peers.dropbox import Answer, drop, read_limited, wait_for_answer
from airpact.node.peers.evidence import Evidence
from airpact.node.peers.link import Limits
from airpact.node.peers.parcel import SUFFIX, Parcel, write_parcel
from airpact.node.peers.pins import load_peers, own_identity
from airpact.node.peers.table import Carried
from airpact.node.store import Store
from airpact.proof.errors import ProofError

ANSWER_S: Final = 60.0  # a running desk looks once a second; a file of a year takes it some ten seconds
GZIP: Final = ".gz"


@peer.command("export")
def export(
    home: HomeOption,
    short: Short,
    since: Annotated[
        int, typer.Option(help="First statement (from 0); default: after the last that they are known to hold.", min=-1)
    ] = -1,
    out: Annotated[Path | None, typer.Option(help="File to write; compressed where its name ends in .gz.")] = None,
) -> None:
    """Write what this party said to another one as a file.

    Example: airpact peer export --home nag CTF --out nag-to-ctf.parcel

    The file holds the statements since the last that the other party is known to hold, the words of those that are for
    it, and this desk's cosignature of its log. It may travel by any way: all in it is signed, and what was said to
    others is not in it. The desk may be running or not.

    Exit code 0: written. 2: no such party, or nothing is there yet.
    """
    layout = Layout(home)
    own = own_identity(layout)
    known = load_peers(layout)
    if short not in known or not known[short].log:
        raise OperatingError(
            f"No party {short!r} with keys is known here.", remedy="Accept its card first: airpact peer accept"
        )
    with _read_ledger(layout) as ledger:
        try:
            parcel = pack(ledger, own, known[short], time(), None if since < 0 else since)
        except (LocalError, ProofError) as error:
            raise OperatingError(f"--since {since}: {error}.", remedy="Name a statement of this desk's log.") from error
    target = out if out is not None else Path(f"{own.party}-to-{short}-{parcel.first}-{parcel.stop}{SUFFIX}")
    write_durably(target, write_parcel(parcel, compressed=target.suffix == GZIP))
    note_carried(layout, Carried(time(), target.name, short, "out", "written", parcel.first, parcel.stop))
    typer.echo(f"{target}: {_contents(parcel)}")


@peer.command("import")
def import_(
    home: HomeOption,
    file: Annotated[Path, typer.Argument(help="A file of another party, as airpact peer export writes it.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a sentence.")] = False,
) -> None:
    """Take what another party said as a file, with the same checks as over a link.

    Example: airpact peer import --home ctf nag-to-ctf.parcel

    A file that came before changes nothing. A file that leaves a gap is not taken: the message says what is missing.
    What is refused is kept as evidence. A running desk takes the file itself, at once.

    Exit code 0: taken, or held already. 2: refused, or statements before it are missing; the message says which.
    """
    data = read_limited(file)
    said = _imported(home, file.name, data)
    if as_json:
        typer.echo(json.dumps({name: getattr(said, name) for name in said.__struct_fields__}))
    if said.state in (REFUSED, "gap"):
        raise OperatingError(f"{file}: {said.detail}", effect="" if said.state == "gap" else "What is wrong is kept.")
    if not as_json:
        typer.echo(f"{file}: {said.detail}")


def _imported(home: Path, name: str, data: bytes) -> Answer:
    layout = Layout(home)
    own = own_identity(layout)
    try:
        with Home.open(home, own.mode) as held:
            return _take(held.layout, name, data)
    except HomeInUseError:
        path = drop(layout, name, data)
        answer = wait_for_answer(path, ANSWER_S)
    if answer is None:
        raise OperatingError(
            f"{path}: the running desk has not taken the file yet.",
            effect="It takes it as soon as it can, and shows it among the files of the Peers page.",
            remedy="Look there, or ask again: a file that was taken changes nothing.",
        )
    return answer


def _take(layout: Layout, name: str, data: bytes) -> Answer:
    own = own_identity(layout)
    store = Store.open(layout)
    try:
        ledger = Ledger(store, own, time)
        holder = Holder(layout, own, ledger, Evidence(store, layout), time, Limits().skew_s)
        tiles = TileWriter(ledger, layout, time)
        taken = [each for each in take(holder, name, data, opened(data)) if each is not None][-1]
        tiles.close()
    finally:
        store.close()
    words = taken.state, taken.first, taken.stop, taken.detail
    note_carried(layout, Carried(time(), name, taken.party, "in", *words))
    return Answer(taken.state, taken.party, taken.first, taken.stop, taken.detail)


@contextmanager
def _read_ledger(layout: Layout) -> Iterator[Ledger]:
    """Return the ledger as it is at one moment, whether the desk runs or not."""
    store = Store.open_read_only(layout)
    try:
        store.rows("BEGIN")  # everything read from here on is of one moment
        yield Ledger(store, own_identity(layout), time)
    finally:
        store.close()


def _contents(parcel: Parcel) -> str:
    count = parcel.stop - parcel.first
    said = f"{count} statements from {parcel.first} of {parcel.origin}" if count else f"nothing new of {parcel.origin}"
    cosigned = f", and {parcel.party}'s cosignature of {parcel.cosigned.size} of theirs" if parcel.cosigned else ""
    return f"{said}, for {parcel.to} only{cosigned}."
