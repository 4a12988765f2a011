"""`airpact peer`: the parties this desk knows, and the cards by which they come to know each other."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import Annotated, Final, TypeVar

import typer

from airpact.agreement.document import DocumentError
from airpact.cli.initialising import RULES_FILE, HomeOption
from airpact.cli.running import DESK_FILE
from airpact.node.desk import load_desk
from airpact.node.errors import OperatingError
from airpact.node.home import Layout, explained, write_durably
from airpact.node.peers.card import CARD_BYTES_MAX, certificate_ends_s, peer_of, read_card, write_card
from airpact.node.peers.introducing import introduce as introduce_homes
from airpact.node.peers.peer import BY_FILE, BY_VOICE, LINKED, Peer
from airpact.node.peers.pins import load_peers, own_identity, pin, pin_voice, told, unpin
from airpact.node.starter import party_line, with_party
from airpact.picture.rules import read_rules
from airpact.proof.errors import ProofError

Answer = TypeVar("Answer")

ASKED: Final = "Did both sides read the same words, of both cards?"

peer = typer.Typer(no_args_is_help=True, help="The other parties: exchange cards, compare fingerprints, list, remove.")

Short = Annotated[str, typer.Argument(help="Short name of the party.", metavar="SHORT")]


@peer.command()
def invite(
    home: HomeOption,
    address: Annotated[
        str, typer.Option(help="Where they reach this desk; default: listen in desk.yaml.", metavar="HOST:PORT")
    ] = "",
    out: Annotated[Path | None, typer.Option(help="File to write; default: the short name with .card.")] = None,
) -> None:
    """Write the card of this desk, to be given to another party.

    Example: airpact peer invite --home nag --address nag.example:8792

    The card holds public keys only and may travel by any way; that it arrived unchanged is what people find out by
    comparing the words of its fingerprint. docs/peers.md says how.

    Exit code 0: written. 2: the home has no keys, or the address or the file is wrong.
    """
    own = own_identity(Layout(home))
    target = out if out is not None else Path(f"{own.party}.card")
    addresses = [address or _listen(home)]
    data = _said("--address", lambda: write_card(own, [each for each in addresses if each], time()))
    write_durably(target, data)
    typer.echo(f"{target}: the card of {own.party}, {own.name} ({own.mode}), {addresses[0] or 'no address'}.")
    typer.echo(f"Fingerprint, to be compared by people:\n{told(peer_of(own))}")


@peer.command()
def accept(
    home: HomeOption,
    file: Annotated[Path, typer.Argument(help="The card of the other party.")],
    by_file: Annotated[bool, typer.Option("--by-file", help="There is no link: statements travel as files.")] = False,
    compared: Annotated[
        bool, typer.Option("--compared", help="People have compared the words of both cards: do not ask.")
    ] = False,
) -> None:
    """Accept the card of another party, after people compared the words of both.

    Example: airpact peer accept --home nag CTF.card

    Both fingerprints are shown. The two sides read them to each other in person, or by a voice they know; a card that
    was changed on its way has other words. Keys of a party that is known already are never overwritten.

    Exit code 0: accepted. 2: the card is wrong, expired, of another mode or of a party known with other keys, or the
    words were not the same; then nothing was changed.
    """
    layout = Layout(home)
    own = own_identity(layout)
    data = _read(file)
    given = _said(str(file), lambda: read_card(data, time()))
    typer.echo(f"This desk, {own.party}, {own.name}:\n{told(peer_of(own))}\n")
    typer.echo(f"{file}, {given.party}, {given.name}:\n{told(given)}\n")
    if not compared and not _confirmed():
        raise OperatingError(
            f"{file}: the words were not compared, or were not the same.",
            effect="Nothing was accepted.",
            remedy="Where they differ, the card was changed on its way: ask for it again by another way.",
        )
    accepted = pin(layout, data, True, BY_FILE if by_file else LINKED)
    typer.echo(f"Accepted: {_line(accepted)}")
    typer.echo(_known_to_rules(home, accepted))


@peer.command()
def introduce(
    homes: Annotated[list[Path], typer.Argument(help="Homes of exercise desks on this machine, two or more.")],
) -> None:
    """Let homes on this machine know each other at once, in an exercise.

    Example: airpact peer introduce rfu ~/.airpact/demo/nag ~/.airpact/demo/ctf

    Whoever can read all these homes has nobody to compare words with. A LIVE desk is never introduced like this.

    Exit code 0: each knows every other. 2: a home has no keys, is of a LIVE desk, or knows another with other keys.
    """
    introduce_homes({home: [address] if (address := _listen(home)) else [] for home in homes}, time())
    for home in homes:
        for each in load_peers(Layout(home)).values():
            typer.echo(f"{home}: {_line(each)}")
            _known_to_rules(home, each)


@peer.command()
def voice(
    home: HomeOption,
    short: Annotated[str, typer.Option(help="Short name of the party.", metavar="ABC")],
    party: Annotated[str, typer.Option(help="Name of the organisation.", metavar="NAME")],
) -> None:
    """Keep a party that has no desk: what it says comes by voice and stands here "unsigned, per our record".

    Example: airpact peer voice --home nag --short RFU --party "Relief Flight Union"

    Exit code 0: kept. 2: a name cannot be used, or the party is known with keys.
    """
    kept = pin_voice(Layout(home), short, party)
    typer.echo(f"Kept: {_line(kept)}")
    typer.echo(_known_to_rules(home, kept))


@peer.command("list")
def list_(home: HomeOption) -> None:
    """List the parties this desk knows, with their fingerprints.

    Example: airpact peer list --home nag

    Exit code 0: listed. 2: the home or the file of a party cannot be read.
    """
    layout = Layout(home)
    own_identity(layout)
    known = load_peers(layout).values()
    for each in known:
        typer.echo(_line(each))
        for line in told(each).splitlines() if each.log else ():
            typer.echo(f"    {line}")
    if not known:
        typer.echo("No other party is known here. Accept a card: airpact peer accept")


@peer.command()
def remove(home: HomeOption, short: Short) -> None:
    """Forget the keys of a party. Its log as it was mirrored here, and all it said, is kept.

    Example: airpact peer remove --home nag CTF

    Exit code 0: forgotten. 2: no such party is known.
    """
    gone = unpin(Layout(home), short)
    typer.echo(f"Forgotten: {_line(gone)}")
    typer.echo(f"A running desk ends its link within seconds. {home / RULES_FILE} may still name {gone.party}.")


def _said(name: str, ask: Callable[[], Answer]) -> Answer:
    try:
        return ask()
    except ProofError as error:
        raise OperatingError(f"{name}: {error}.", effect="Nothing was changed.") from error


def _confirmed() -> bool:
    """Ask; no answer, as from a program, is none."""
    try:
        return typer.confirm(ASKED)
    except typer.Abort:
        typer.echo()
        return False


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(CARD_BYTES_MAX + 1)


def _listen(home: Path) -> str:
    """Return the address of the peer port in the desk's settings, "" where there is none."""
    path = home / DESK_FILE
    return load_desk(path).peers.listen if path.exists() else ""


def _line(known: Peer) -> str:
    """Return one line that says who a party is and how it is reached."""
    words = [f"{known.party}, {known.name} ({known.mode})", HOW[known.how]]
    if known.log:
        words.append(f"log {known.origin}")
        words.append("words compared" if known.compared else "words NOT compared")
        ends = datetime.fromtimestamp(max(map(certificate_ends_s, known.certificates), default=0.0), UTC)
        words.append(f"certificate until {ends:%Y-%m-%d}")
    if known.addresses:
        words.append(f"at {', '.join(known.addresses)}")
    if known.offered:
        words.append("it offers NEW KEYS: accept its new card, words compared")
    return "; ".join(words) + "."


def _known_to_rules(home: Path, known: Peer) -> str:
    """Make a party known to the rules where the program may; return what was done, or what a person must do."""
    path = _rules_path(home)
    line = party_line(known.party, known.name)
    with explained(home):
        try:
            text = path.read_text()
            if any(each.id == known.party for each in read_rules(text, str(path)).parties):
                return f"{path} knows {known.party} already."
        except (FileNotFoundError, DocumentError, UnicodeDecodeError):
            text = ""
        more = with_party(text, known.party, known.name)
        if more is None:
            return f"Make {known.party} known to the party rules: add under parties, in {path}:\n{line}"
        write_durably(path, more.encode())
    return f"{path} has a new line, read at the next start:\n{line}"


def _rules_path(home: Path) -> Path:
    try:
        return Path(load_desk(home / DESK_FILE).rules or home / RULES_FILE)
    except (DocumentError, FileNotFoundError):  # not filled in yet
        return home / RULES_FILE


HOW: Final = {LINKED: "linked", BY_FILE: "by file", BY_VOICE: "by voice, unsigned"}
