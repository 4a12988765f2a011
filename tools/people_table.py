"""Writes the tables of `docs/people.md` from the roles and routes themselves: `python -m tools.people_table`."""

import re
from pathlib import Path
from typing import Final

from airpact.node.api.access import ROUTES, Open
from airpact.node.people.roles import RESERVED, TABLE, Permission, holders

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "people.md"
BLOCK: Final = re.compile(r"(<!-- (\w+) table -->\n).*?(<!-- end -->)", re.DOTALL)


def people_page(text: str) -> str:
    """Return the page with its tables written anew."""
    return BLOCK.sub(lambda found: found[1] + _TABLES[found[2]]() + found[3], text)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _listed(permissions: list[Permission]) -> str:
    return ", ".join(_words(permission) for permission in permissions) or "nothing"


def _roles() -> str:
    lines = ["| Role | sees | may | why no more |", "|---|---|---|---|"]
    for row in TABLE:
        has = [permission for permission in Permission if permission in row.has]
        sees = _listed([each for each in has if each.is_sight])
        may = _listed([each for each in has if not each.is_sight])
        lines.append(f"| `{row.role}` | {sees.replace('see ', '')} | {may} | {row.reason} |")
    return "\n".join([*lines, ""])


def _routes() -> str:
    lines = ["| Route | Needs | Roles |", "|---|---|---|"]
    for entry in ROUTES:
        roles = "" if isinstance(entry.needs, Open) else ", ".join(f"`{role}`" for role in holders(entry.needs))
        lines.append(f"| `{entry.method} {entry.path}` | {_words(entry.needs)} | {roles} |")
    return "\n".join([*lines, ""])


def _reserved() -> str:
    lines = ["| Permission | Why no route needs it yet |", "|---|---|"]
    lines += [f"| {_words(permission)} | {reason} |" for permission, reason in RESERVED.items()]
    return "\n".join([*lines, ""])


_TABLES: Final = {"role": _roles, "route": _routes, "reserved": _reserved}


def main() -> None:
    """Write the page."""
    PAGE.write_text(people_page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
