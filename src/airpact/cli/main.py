"""The `airpact` command: a table of commands, and one place where errors become an exit code.

Exit codes: 0 done; 1 the program is at fault (please report it); 2 something outside it is: a file, a field, a port, an
option; 70 a running desk whose world broke. The message of an exit 2 names what, where, and what to do.
"""

import sys
from typing import Final

import typer

from airpact import __version__
from airpact.agreement.document import DocumentError
from airpact.cli.demonstrating import demo
from airpact.cli.evaluating import evaluate
from airpact.cli.initialising import init
from airpact.cli.keeping import keys
from airpact.cli.parcelling import peer
from airpact.cli.people import people
from airpact.cli.replaying import replay
from airpact.cli.running import run
from airpact.cli.verifying import verify
from airpact.cli.warming import warm
from airpact.node.errors import OperatingError

OUTSIDE: Final = 2

app = typer.Typer(
    name="airpact",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="A safety desk for organisations that share the sky but not a controller.",
    epilog="Begin with: airpact demo. Exit codes: 0 done, or stopped by you; 1 a fault of the program, report it; 2 a "
    "file, field, port or option is wrong, the message says which and what to do; 70 a running desk stopped rather "
    "than show a wrong picture.",
)
for command in (init, run, demo, replay, evaluate, verify, warm):
    app.command()(command)
app.add_typer(peer, name="peer")
app.add_typer(keys, name="keys")
app.add_typer(people, name="people")


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def main() -> None:
    """Run the command line; operating errors end with exit code 2 and a sentence, never a traceback."""
    try:
        app()
    except (OperatingError, DocumentError) as error:
        typer.echo(f"airpact: {error}", err=True)
        sys.exit(OUTSIDE)
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        typer.echo(f"airpact: {named}{error.strerror or error}", err=True)
        sys.exit(OUTSIDE)


if __name__ == "__main__":
    main()
