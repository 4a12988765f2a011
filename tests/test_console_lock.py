"""The console's lock file installs on every platform: `npm ci` refuses a lock that leaves out an optional package."""

import json
from pathlib import Path
from typing import Any, Final

LOCK: Final = Path(__file__).parents[1] / "web" / "package-lock.json"


def packages() -> dict[str, dict[str, Any]]:
    """Return the locked packages by their place under node_modules."""
    found: dict[str, dict[str, Any]] = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    return found


def test_every_optional_package_that_is_named_is_locked() -> None:
    locked = packages()
    named = {f"node_modules/{name}" for package in locked.values() for name in package.get("optionalDependencies", {})}
    assert len(named) > 10
    assert sorted(named - locked.keys()) == []


def test_no_locked_package_names_the_host_it_came_from() -> None:
    assert [place for place, package in packages().items() if "resolved" in package] == []


def test_every_locked_package_has_its_hash() -> None:
    assert [place for place, package in packages().items() if place and not package.get("integrity")] == []
