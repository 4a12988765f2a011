"""`airpact keys`: what this desk signs with, and how it changes that."""

from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import Annotated

import typer

from airpact.cli.initialising import HomeOption
from airpact.node.home import Layout, write_durably
from airpact.node.identity import Identity
from airpact.node.peers.card import certificate_ends_s, peer_of, read_card
from airpact.node.peers.pins import own_identity, told, write_trust
from airpact.node.rotating import rotate as replace_keys
from airpact.proof.keys import spoken

keys = typer.Typer(no_args_is_help=True, help="The keys of this desk: show them, make new ones.")


@keys.command()
def show(home: HomeOption) -> None:
    """Show the public keys of this desk, to be compared by people.

    Example: airpact keys show --home nag

    Exit code 0: shown. 2: the home has no keys, or they are damaged or open to others.
    """
    own = own_identity(Layout(home))
    typer.echo(f"{own.party}, {own.name} ({own.mode}), log {own.origin}")
    typer.echo(f"Fingerprint of its card:\n{told(peer_of(own))}")
    for line in _keys(own):
        typer.echo(line)


@keys.command()
def rotate(
    home: HomeOption,
    certificate_only: Annotated[
        bool, typer.Option("--certificate-only", help="Only the certificate of the link; nobody compares words.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="File for the new card; default: the short name with -new.card.")
    ] = None,
) -> None:
    """Make new keys for statements and a new certificate, and keep the old ones until peers had time to follow.

    Example: airpact keys rotate --home nag --certificate-only

    The desk announces them in its log, signed with old and new keys: a new certificate while it runs, new keys for
    statements when it is started next. Peers take a new certificate on the word of the old key. New keys for
    statements are pinned by them only when people have compared the words of the new card: give it to them as the
    first one. Log and witness keys stay: others would be another log.

    Exit code 0: made. 2: a change is under way already, or the home has no keys.
    """
    layout = Layout(home)
    own = own_identity(layout)
    rotation = replace_keys(layout, certificate_only=certificate_only)
    target = out if out is not None else Path(f"{own.party}-new.card")
    write_durably(target, rotation.card.encode())
    write_trust(layout, own_identity(layout))
    new = read_card(rotation.card.encode(), time())
    typer.echo(f"{target}: the new card of {own.party}. Fingerprint:\n{told(new)}")
    typer.echo(f"The new keys count from {_utc(rotation.from_s)}; the old ones end at {_utc(rotation.old_ends_s)}.")
    if certificate_only:
        typer.echo("A running desk announces the new certificate at once, and shows it on the link from its time on.")
    else:
        typer.echo("Stop and start the desk now, and once after each of these times: then it takes its keys anew.")
        typer.echo(f"Peers must accept {target}, words compared, before the old keys end.")


def _utc(time_s: float) -> str:
    return f"{datetime.fromtimestamp(time_s, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _keys(own: Identity) -> list[str]:
    secrets = (*own.statement, own.log, own.witness)
    lines = []
    for key in (each.key for each in secrets):
        lines.append(f"{key.purpose.what} key {key.label} ({key.purpose.scheme.name})")
        lines += [f"    {key.fingerprint.hex()}", f"    {spoken(key.fingerprint)}"]
    for der in peer_of(own).certificates:
        lines.append(f"certificate until {_utc(certificate_ends_s(der))}")
    return lines
