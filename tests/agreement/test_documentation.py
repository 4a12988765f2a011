"""docs/procedures.md: its examples are read by the code they describe, and its tables hold the code's figures."""

import re
from pathlib import Path

import msgspec
import pytest

from airpact.agreement.procedures import read_procedures
from airpact.alerts.policy import AlertPolicy
from airpact.node.desk import ALERT_BOUNDS, read_desk
from airpact.node.profiles import shipped_profiles
from airpact.picture.rules import read_rules

PAGE = (Path(__file__).parents[2] / "docs" / "procedures.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "read"), [("procedures", read_procedures), ("rules", read_rules), ("desk", read_desk)]
)
def test_the_example_on_the_page_is_valid(kind: str, read: object) -> None:
    (example,) = re.findall(rf"```yaml {kind}\n(.*?)```", PAGE, re.DOTALL)
    assert callable(read)
    read(example)


def test_every_alert_figure_stands_on_the_page_with_its_default_and_bounds() -> None:
    for key, default in msgspec.structs.asdict(AlertPolicy()).items():
        low, high = ALERT_BOUNDS[key]
        assert f"| `{key}` | {default:g} | {low:g} to {high:g} |" in PAGE


def test_every_shipped_profile_stands_on_the_page() -> None:
    assert all(f"| `{name}` |" in PAGE for name in shipped_profiles())
