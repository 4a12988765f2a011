"""Writes `docs/cli.md` from the commands themselves: `python -m tools.cli_reference`; a test fails when they differ."""

import inspect
from pathlib import Path
from typing import Any, Final

import typer

from airpact.cli.main import app

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "cli.md"

HEAD: Final = """# The command line

{help}
This page is written by `python -m tools.cli_reference`.

| Exit code | Meaning |
|---|---|
| 0 | done |
| 1 | a fault of the program: please report it |
| 2 | something outside it is wrong: a file, a field, a port, an option; the message names what, where and what to do |
| 70 | a running desk whose own state broke and that stopped rather than show a wrong picture; start it again |

`airpact COMMAND --help` says the same in a terminal.
"""


def command_page() -> str:
    """Return the text of `docs/cli.md`."""
    root: Any = typer.main.get_command(app)
    return "\n".join([HEAD.format(help=root.help), *(_command(root, name) for name in sorted(root.commands))])


def _command(group: Any, name: str, above: str = "airpact") -> str:
    command = group.commands[name]
    whole = f"{above} {name}"
    if hasattr(command, "commands"):
        return "\n".join(_command(command, inner, whole) for inner in sorted(command.commands))
    shown = [each for each in command.params if not each.hidden]
    places = "".join(f" {_placed(each)}" for each in shown if not _is_option(each))
    options = " [OPTIONS]" if any(map(_is_option, shown)) else ""
    lines = [f"## `{whole}`", "", f"    {whole}{places}{options}", "", inspect.cleandoc(command.help or ""), ""]
    rows = [f"| {_names(each)} | {_meaning(each)} | {_default(each)} |" for each in shown]
    return "\n".join([*lines, *(["| Option | Meaning | Default |", "|---|---|---|", *rows, ""] if rows else [])])


def _is_option(parameter: Any) -> bool:
    return any(word.startswith("-") for word in parameter.opts)


def _placed(parameter: Any) -> str:
    word = (parameter.metavar or parameter.name).upper() + ("..." if parameter.nargs == -1 else "")
    return word if parameter.required else f"[{word}]"


def _names(parameter: Any) -> str:
    if not _is_option(parameter):
        return f"`{_placed(parameter)}`"
    words = [*parameter.opts, *parameter.secondary_opts]
    value = "" if parameter.is_flag else f" {parameter.metavar or parameter.name.upper()}"
    return ", ".join(f"`{word}{value}`" for word in words)


def _meaning(parameter: Any) -> str:
    return (parameter.help or "").replace("|", "\\|")


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    default = parameter.default
    if default in (None, "", ()) or callable(default):
        return ""
    if isinstance(default, bool):
        return "yes" if default else "no"
    return f"`{str(default).replace(str(Path.home()), '~')}`"


def main() -> None:
    """Write the page."""
    PAGE.write_text(command_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
