"""`airpact init`: a home for a new desk, with its keys and settings to begin with."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from airpact.cli.running import DESK_FILE
from airpact.node.desk import EXERCISE, LIVE
from airpact.node.errors import OperatingError
from airpact.node.home import Home, Layout, explained, write_durably
from airpact.node.identity import check_names, load_identity, make_identity
from airpact.node.peers.card import check_address, peer_of
from airpact.node.peers.pins import told, write_trust
from airpact.node.starter import LISTEN, desk_text, rules_text
from airpact.proof.errors import ProofError

RULES_FILE: Final = "rules.yaml"


class Mode(StrEnum):
    """What a home is for; the two never share one."""

    EXERCISE = EXERCISE
    LIVE = LIVE


HomeOption = Annotated[Path, typer.Option("--home", help="Directory that holds everything this desk keeps.")]
Party = Annotated[str, typer.Option(help="Name of the organisation, as in Northern Air Group.", metavar="NAME")]
Short = Annotated[str, typer.Option(help="Its short name, as procedures and rules call it, as in NAG.", metavar="ABC")]
Listen = Annotated[str, typer.Option(help="Address of the port for other parties.", metavar="HOST:PORT")]
MlDsa = Annotated[bool, typer.Option("--ml-dsa", help="Sign statements with ML-DSA-44 as well.")]


def init(
    home: HomeOption,
    party: Party,
    short: Short,
    mode: Annotated[Mode, typer.Option(help="EXERCISE, or LIVE for real traffic.")] = Mode.EXERCISE,
    peer_listen: Listen = LISTEN,
    ml_dsa: MlDsa = False,
) -> None:
    """Make the home of a new desk: its keys, and settings to begin with.

    Example: airpact init --home nag --party "Northern Air Group" --short NAG

    An EXERCISE desk runs at once (airpact run --home nag); for a LIVE one desk.yaml says which lines to fill in.
    Settings that are there already are kept. docs/peers.md goes on from here to a second party.

    Exit code 0: made. 2: the home has keys already, or a name cannot be used; then nothing was changed.
    """
    _check(short, party, mode, peer_listen)
    with Home.open(home, mode) as held:
        if load_identity(held.layout) is not None:
            raise _there_already(held.layout)
        with explained(home):
            made = _settings(home, short, party, mode, peer_listen)
        identity = make_identity(held.layout, short, party, mode, ml_dsa=ml_dsa)
        write_trust(held.layout, identity)
    typer.echo(f"{home}: the keys of {short}, {party} ({mode}), log {identity.origin}.")
    typer.echo(f"Fingerprint of its card, to be compared by people:\n{told(peer_of(identity))}")
    for line in (*made, *_next(home, mode)):
        typer.echo(line)


def _check(short: str, party: str, mode: Mode, listen: str) -> None:
    check_names(short, party, mode)
    try:
        check_address(listen)
    except ProofError as error:
        raise OperatingError(f"--peer-listen: {error}.") from error


def _settings(home: Path, short: str, party: str, mode: Mode, listen: str) -> list[str]:
    """Write the settings files that are missing; return what was done, a line each."""
    texts = {DESK_FILE: desk_text(short, party, mode, listen), RULES_FILE: rules_text(short, party)}
    made = []
    for name, text in texts.items():
        if (home / name).exists():
            made.append(f"{home / name} was there and is kept.")
        else:
            write_durably(home / name, text.encode())
            made.append(f"{home / name} is new.")
    return made


def _next(home: Path, mode: Mode) -> list[str]:
    if mode == Mode.LIVE:
        return [f"Before airpact run --home {home}, fill in relay_s and feeds in {home / DESK_FILE}."]
    return [f"Start it with: airpact run --home {home}"]


def _there_already(layout: Layout) -> OperatingError:
    return OperatingError(
        f"{layout.root}: this home has keys already.",
        effect="Its peers know it by them, so they are kept.",
        remedy="Give another home with --home, or make new keys with airpact keys rotate.",
    )
