"""`airpact keys`: what this desk signs with, and how it changes that."""

from datetime import UTC, datetime

import typer

from airpact.cli.initialising import HomeOption
from airpact.node.home import Layout
from airpact.node.identity import Identity
from airpact.node.peers.card import certificate_ends_s, peer_of
from airpact.node.peers.pins import own_identity, told
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


def _keys(own: Identity) -> list[str]:
    secrets = (*own.statement, own.log, own.witness)
    lines = []
    for key in (each.key for each in secrets):
        lines.append(f"{key.purpose.what} key {key.label} ({key.purpose.scheme.name})")
        lines += [f"    {key.fingerprint.hex()}", f"    {spoken(key.fingerprint)}"]
    for der in peer_of(own).certificates:
        lines.append(f"certificate until {datetime.fromtimestamp(certificate_ends_s(der), UTC):%Y-%m-%d %H:%M:%S} UTC")
    return lines
