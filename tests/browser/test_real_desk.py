"""The whole thread in one browser: the demonstration as a person starts it, kept through `kill -9`."""

import contextlib
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.processes import Started, free_port

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

ANSWER_MS: Final = 180_000  # what takes seconds on an idle machine; a limit, never a measurement
PRESSES: Final = 40
BETWEEN_PRESSES_MS: Final = 1_000
START_S: Final = 120.0  # compiling every kernel on a busy machine is inside this


@pytest.fixture
def port() -> int:
    """Return a free port whose next one is free too, for the watchdog."""
    return free_port()


class Desk(Started):
    """The demonstration in a process of its own."""

    def __init__(self, home: Path, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        super().__init__("demo", "--only", "NAG", "--home", home, "--port", port)
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


def watchdog_word(port: int) -> str:
    """Return the state the watchdog gives once it no longer says that the node ticks, or its last word."""
    state = ""
    end = time.monotonic() + ANSWER_MS / 1000
    with httpx.stream("GET", f"http://127.0.0.1:{port}/events", timeout=ANSWER_MS / 1000) as events:
        for line in events.iter_lines():
            if line.startswith("data:"):
                state = str(json.loads(line.removeprefix("data:"))["state"])
            if state == "frozen" or time.monotonic() > end:
                break
    return state


def acknowledge(page: Page) -> tuple[Request, Any]:
    """Press A until the desk has recorded an acknowledgement; return what was asked and answered.

    A press in the first moment of a selection only holds it, and on a busy machine an encounter may end under the key.
    """
    with page.expect_response(
        lambda answer: answer.ok and "/acknowledgements" in answer.url, timeout=ANSWER_MS
    ) as told:
        for _ in range(PRESSES):
            page.keyboard.press("a")
            page.wait_for_timeout(BETWEEN_PRESSES_MS)
            if page.locator("[data-state=acknowledged]").count() > 0:
                break
    return told.value.request, told.value.json()


def test_aircraft_alert_acknowledgement_and_kill_9(browser: Browser, home: Path, port: int) -> None:
    """The picture moves, an alert comes, A acknowledges it, and a crash undoes neither the answer nor the encounter."""
    with running(home, port) as desk, opened(browser, desk) as page:
        expect(page.locator("[data-map=ready]")).to_have_attribute(
            "data-tracks", re.compile(r"^[3-6]\d$"), timeout=ANSWER_MS
        )
        expect(page.locator("[data-alert] .sentence").first).to_contain_text("HAWK 11 and LANCE 07", timeout=ANSWER_MS)
        asked, first = acknowledge(page)
        desk.kill()
    with running(home, port) as desk, opened(browser, desk) as page:
        expect(page.locator("[data-map=ready]")).to_have_attribute(
            "data-tracks", re.compile(r"^[3-6]\d$"), timeout=ANSWER_MS
        )
        marks = httpx.get(f"{desk.address}/api/v1/timeline", timeout=ANSWER_MS / 1000).json()["marks"]
        assert (asked.post_data_json or {})["alert"] in {mark["id"] for mark in marks}
        again = httpx.post(
            f"{desk.address}/api/v1/acknowledgements",
            json=asked.post_data_json,
            headers={"Idempotency-Key": asked.headers["idempotency-key"]},
            timeout=ANSWER_MS / 1000,
        )
        assert again.status_code == 200
        assert [again.json()[field] for field in ("index", "at_s")] == [first[field] for field in ("index", "at_s")]


def test_a_node_that_hangs_covers_the_picture_and_heals(browser: Browser, home: Path, port: int) -> None:
    """A stopped node is said by its page and by its watchdog; both take it back when it goes on."""
    with running(home, port) as desk, opened(browser, desk) as page:
        cover = page.locator("[data-frozen]")
        expect(page.locator("[data-map=ready]")).to_have_attribute("data-ready", "true", timeout=ANSWER_MS)
        expect(cover).to_have_count(0, timeout=ANSWER_MS)
        with desk.stopped():
            expect(cover).to_contain_text(re.compile(r"PICTURE FROZEN\s*since \d\d:\d\d:\d\d"), timeout=ANSWER_MS)
            assert watchdog_word(port + 1) == "frozen"
            stood = page.locator("[data-clock]").inner_text()
        expect(cover).to_have_count(0, timeout=ANSWER_MS)
        expect(page.locator("[data-clock]")).not_to_have_text(stood, timeout=ANSWER_MS)
        expect(page.locator("[data-banner=watchdog]")).to_have_count(0)  # the page does hear the watchdog
