"""Write the state table of `docs/alerts.md` from `airpact.alerts.lifecycle.TABLE`: `python tools/alert_table.py`."""

import re
from pathlib import Path

from airpact.alerts.lifecycle import table_markdown

PAGE = Path(__file__).resolve().parents[1] / "docs" / "alerts.md"
BLOCK = re.compile(r"(<!-- state table -->\n).*?(<!-- end -->)", re.DOTALL)


def main() -> None:
    """Replace the block between the two marks and leave the rest of the page alone."""
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(BLOCK.sub(lambda found: found[1] + table_markdown() + found[2], page), encoding="utf-8")


if __name__ == "__main__":
    main()
