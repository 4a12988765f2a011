"""`airpact people`: accounts by the hand that has the node's files, whether the node runs or not.

A running node hears of each change within seconds and puts it into its order (`node.people.records`).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from airpact.cli.running import LIVE_HOME
from airpact.node.errors import OperatingError
from airpact.node.home import Layout
from airpact.node.people.account import MACHINE, Account, Refused, State
from airpact.node.people.records import Records
from airpact.node.people.roles import Role
from airpact.node.store import Store

Home = Annotated[Path, typer.Option("--home", help="Directory of the node.")]
Name = Annotated[str, typer.Option("--account", help="The account, as in desk2-am.")]
RoleNames = Annotated[str, typer.Option("--roles", help=f"Roles, with commas between them: {', '.join(Role)}.")]

# What a refusal means at a terminal, and what to do.
REFUSALS: Final[dict[str, tuple[str, str]]] = {
    "bad_account": ("This cannot be the name of an account.", "Give 1 to 32 small letters, digits and dashes."),
    "bad_roles": ("There is no such role.", f"Give some of {', '.join(Role)}."),
    "no_such_account": ("There is no such account.", "airpact people list names all of them."),
    "account_locked": ("The account is locked.", "Unlock it first: airpact people unlock"),
    "last_administrator": ("It is the last administrator.", "Make another one first, or nobody could invite any more."),
    "too_many_accounts": ("No more accounts can be kept.", "Give an account that is not in use to the new person."),
}

people = typer.Typer(
    no_args_is_help=True, help="Accounts of a node: who may enter, in which roles. docs/people.md has the table."
)


@people.command()
def invite(home: Home = LIVE_HOME, account: Name = "adm-1", roles: RoleNames = Role.ADMINISTRATOR.value) -> None:
    """Make an invitation and print its link, which works once and ends in seven days.

    Example: airpact people invite --home /var/lib/airpact --account desk2-am --roles duty_officer,investigator

    Open the link at the address of the desk, and choose a password or a passkey there. An account that exists gets a
    new way to sign in, and the roles given.
    """
    with _records(home) as records:
        secret = records.invite(account, roles.split(","), MACHINE, time.time())
    typer.echo(f"/invitation/{secret}")
    typer.echo("Put the address of the desk before it, as in http://localhost:8790/invitation/...", err=True)


@people.command(name="list")
def listed(home: Home = LIVE_HOME) -> None:
    """List the accounts of a node.

    Example: airpact people list --home /var/lib/airpact
    """
    with _records(home) as records:
        accounts = records.accounts()
    for each in accounts:
        typer.echo(f"{each.id:<24} {each.alias:<6} {_standing(each):<32} {', '.join(each.roles)}")
    if not accounts:
        typer.echo("No accounts. Type: airpact people invite", err=True)


@people.command()
def lock(account: Name, home: Home = LIVE_HOME) -> None:
    """Shut an account out at once; its sessions and tokens end.

    Example: airpact people lock --account desk2-am
    """
    with _records(home) as records:
        records.lock(account, MACHINE, time.time())


@people.command()
def unlock(account: Name, home: Home = LIVE_HOME) -> None:
    """Let an account in again, and lift its wait after wrong passwords.

    Example: airpact people unlock --account desk2-am
    """
    with _records(home) as records:
        records.unlock(account, MACHINE, time.time())


@contextmanager
def _records(home: Path) -> Iterator[Records]:
    layout = Layout(home)
    if not layout.mode.exists():
        raise OperatingError(
            f"{home}: this is not the home of a node.",
            remedy="Name it with --home. A new one is made by airpact init, or by airpact run when it first starts.",
        )
    records = Records(Store.open(layout))
    try:
        yield records
    except Refused as refused:
        what, remedy = REFUSALS[refused.code]
        raise OperatingError(what, effect="Nothing was changed.", remedy=remedy) from refused
    finally:
        records.close()


def _standing(account: Account) -> str:
    until_s = account.wait_until_s
    if account.state is not State.LOCKED and until_s > time.time():
        return f"waits until {datetime.fromtimestamp(until_s, UTC):%Y-%m-%d %H:%M} UTC"
    return account.state.value
