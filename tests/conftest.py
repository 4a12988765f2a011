"""What every test may lean on: seeds and search profiles, the reference folder, the browser."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

from tools.machine import CHROMIUM_REMEDY, chromium

ROOT: Final = Path(__file__).resolve().parent.parent

# No deadline and no complaint about slow drawing in any profile: wall-clock limits fail on a busy machine.
COMMON: Final = settings(deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", COMMON, max_examples=10)
settings.register_profile("default", COMMON, max_examples=60)
settings.register_profile("nightly", COMMON, max_examples=2000)
PROFILE: Final = os.environ.get("HYPOTHESIS_PROFILE", "default")
settings.load_profile(PROFILE)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the seed and profile, also in quiet runs, so that a failing search can be repeated: `make test SEED=n`."""
    terminalreporter.write_line(f"examples: seed {config.getoption('--hypothesis-seed')}, profile {PROFILE}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a browser test where there is no Chromium; where one is required, fail it instead."""
    if item.get_closest_marker("browser") is None or chromium():
        return
    reason = f"no Chromium here. Type: {CHROMIUM_REMEDY}"
    if os.environ.get("AIRPACT_REQUIRE_BROWSER") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return the Chromium that browser tests start."""
    return chromium()


@pytest.fixture(scope="session")
def reference() -> Callable[[str], Path]:
    """Return a function from a name in the reference folder to its path, which skips the test where there is none.

    The folder (recorded traffic, oracle tables) is not part of the project: `AIRPACT_REFERENCE`, else `../shared`.
    Where it exists it must be whole: a name that is missing there fails the test.
    """
    folder = Path(os.environ.get("AIRPACT_REFERENCE") or ROOT.parent / "shared")

    def find(name: str) -> Path:
        if not folder.exists():
            pytest.skip("there is no reference folder; name it in AIRPACT_REFERENCE")
        if not (folder / name).exists():
            pytest.fail(f"the reference folder {folder} holds no {name}", pytrace=False)
        return folder / name

    return find
