"""The whole thread in one browser: the demonstration as a person starts it, kept through `kill -9`."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

FIRST_ALERT_MS: Final = 60_000  # the demonstration shows its first alert within a minute
START_S: Final = 120.0  # compiling every kernel on a busy machine is inside this


@pytest.fixture
def port() -> int:
    """Return a free port whose next one is free too, for the watchdog."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            number = int(one.getsockname()[1])
            with contextlib.suppress(OSError):
                two.bind(("127.0.0.1", number + 1))
                return number


class Desk:
    """The demonstration in a process of its own."""

    def __init__(self, home: Path, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        words = [sys.executable, "-m", "airpact.cli.main", "demo", "--home", str(home), "--port", str(port)]
        self.process = subprocess.Popen(words, start_new_session=True)
        self._await_answer()

    def _await_answer(self) -> None:
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            assert self.process.poll() is None, f"the demonstration ended with {self.process.returncode}"
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.address}/api/v1/desk").is_success:
                    return
            time.sleep(0.2)
        raise AssertionError(f"no answer within {START_S:g} s")

    def kill(self) -> None:
        """Kill the node alone, as a crash would; its watchdog and recorder end by themselves."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        """End whatever is left of the whole group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return an empty home."""
    return tmp_path / "home"


@contextlib.contextmanager
def running(home: Path, port: int) -> Iterator[Desk]:
    """Run the demonstration for a while."""
    desk = Desk(home, port)
    try:
        yield desk
    finally:
        desk.end()


@contextlib.contextmanager
def opened(browser: Browser, desk: Desk) -> Iterator[Page]:
    """Open the Watch page of a desk."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce")
    page = context.new_page()
    page.route("**/basemap-*.js", lambda route: route.abort())  # land costs seconds to draw without a graphics card
    page.goto(desk.address)
    yield page
    context.close()


def test_aircraft_alert_acknowledgement_and_kill_9(browser: Browser, home: Path, port: int) -> None:
    """The picture moves, the first alert comes within a minute, A acknowledges it, and a crash does not undo that."""
    with running(home, port) as desk, opened(browser, desk) as page:
        expect(page.locator("[data-map=ready]")).to_have_attribute(
            "data-tracks", re.compile(r"^[4-6]\d$"), timeout=30_000
        )
        caution = page.get_by_text(re.compile("HAWK 11 and LANCE 07 will pass"))
        expect(caution.first).to_be_visible(timeout=FIRST_ALERT_MS)
        page.keyboard.press("a")
        expect(page.get_by_text(re.compile("acknowledged [0-9:]{8}")).first).to_be_visible(timeout=20_000)
        desk.kill()
    with running(home, port) as desk, opened(browser, desk) as page:
        expect(page.get_by_text(re.compile("acknowledged [0-9:]{8}")).first).to_be_visible(timeout=30_000)
        rows = httpx.get(f"{desk.address}/api/v1/timeline").json()["marks"]
        assert any("LANCE 07" in mark["label"] or "f20007" in mark["id"] for mark in rows)
