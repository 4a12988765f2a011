"""Write the tables of `docs/peers-link.md` from the code of the link: `python tools/link_tables.py`."""

import re
from pathlib import Path
from typing import Final

from airpact.node.peers.linktable import diagram_mermaid, table_markdown
from airpact.node.peers.messages import messages_markdown
from airpact.node.peers.refusals import refusals_markdown

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "peers-link.md"
BLOCK: Final = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def tables() -> dict[str, str]:
    """Return what stands between the marks of the page, by the name of the mark."""
    return {
        "messages": messages_markdown(),
        "states": table_markdown(),
        "diagram": diagram_mermaid(),
        "refusals": refusals_markdown(),
    }


def filled(page: str) -> str:
    """Return the page with every block written anew and the rest left alone."""
    return BLOCK.sub(lambda found: found[1] + tables()[found[2]] + found[3], page)


def main() -> None:
    """Write the page."""
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
