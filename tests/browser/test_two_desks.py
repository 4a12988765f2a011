"""Two desks of the demonstration in one browser: what each sees of the other, and of a link that is lost and back."""

import contextlib
import os
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Error, Locator, Page, expect

from airpact.node.desk import EXERCISE
from airpact.node.home import Home
from airpact.node.identity import ensure_identity
from airpact.node.peers.introducing import introduce
from tests.browser.test_real_desk import acknowledge
from tests.processes import Started, free_port

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

ANSWER_MS: Final = 180_000  # what takes seconds on an idle machine; a limit, never a measurement
NAMES: Final = {"NAG": "Northern Air Group", "CTF": "Coastal Task Force"}
PEER_PORT_AFTER: Final = 2  # as the demonstration has it: console, watchdog, peers


class Two:
    """The desks of both parties, introduced to each other as `airpact demo` does, each a process that can be killed."""

    def __init__(self, folder: Path) -> None:
        self.homes = {party: folder / party.lower() for party in NAMES}
        self.ports = {party: _three_ports() for party in NAMES}
        self.epoch_s = time.time()
        for party, home in self.homes.items():
            with Home.open(home, EXERCISE) as held:
                ensure_identity(held, party, NAMES[party])
        ports = {home: self.ports[party] + PEER_PORT_AFTER for party, home in self.homes.items()}
        introduce({home: [f"127.0.0.1:{port}"] for home, port in ports.items()}, self.epoch_s)
        self.running = {party: self.start(party) for party in NAMES}

    def start(self, party: str) -> Started:
        """Start one desk in the same exercise."""
        words = ("--home", self.homes[party], "--port", self.ports[party], "--epoch-s", self.epoch_s)
        return Started("demo", "--only", party, *words, "--started-by", os.getpid())

    def address(self, party: str) -> str:
        """Return the address of a desk under a name of its own."""
        return f"http://{party.lower()}.localhost:{self.ports[party]}/"


def _three_ports() -> int:
    while True:
        port = free_port()
        with contextlib.suppress(OSError):
            _bind(port + PEER_PORT_AFTER)
            return port


def _bind(port: int) -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", port))


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    """Run both desks."""
    desks = Two(tmp_path)
    yield desks
    for desk in desks.running.values():
        desk.end()


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """Return a list for what pages throw; anything in it fails the test."""
    thrown: list[str] = []
    yield thrown
    assert thrown == []


def opened(browser: Browser, two: Two, party: str, faults: list[str]) -> Page:
    """Open the Watch page of a desk, once it answers."""
    page = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce"
    ).new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.route("**/basemap-*.js", lambda route: route.abort())  # land costs seconds to draw without a graphics card
    _go(page, two.address(party))
    return page


def _go(page: Page, address: str) -> None:
    end = time.monotonic() + ANSWER_MS / 1000
    while True:
        try:
            page.goto(address)
            break
        except Error as error:
            if "ERR_CONNECTION_REFUSED" not in str(error) or time.monotonic() > end:
                raise
            page.wait_for_timeout(200)
    expect(page.locator("[data-clock]")).not_to_have_text("--:--:--", timeout=ANSWER_MS)


def link(page: Page) -> Locator:
    """Return the link to the other party in the bar."""
    return page.locator(".top [data-peer]")


def seen(page: Page) -> Locator:
    """Return what the other desk did with the encounter that both desks see."""
    card = page.locator("[data-alert]").filter(has_text="HAWK 11 and LANCE 07")
    return card.locator("[data-peer-answer]")


def test_two_desks_see_each_other_act_and_vanish_and_come_back(browser: Browser, two: Two, faults: list[str]) -> None:
    nag, ctf = (opened(browser, two, party, faults) for party in NAMES)
    for page in (nag, ctf):
        expect(link(page)).to_have_attribute("data-link", re.compile("linked|unmanned"), timeout=ANSWER_MS)
        expect(seen(page)).to_have_attribute("data-peer-answer", "displayed", timeout=ANSWER_MS)

    _, taken = acknowledge(nag)
    at = time.strftime("%H:%M:%S", time.gmtime(taken["at_s"]))
    expect(seen(ctf)).to_contain_text(f"NAGacknowledged {at}", timeout=ANSWER_MS)
    expect(seen(nag)).to_contain_text("not acknowledged")  # nobody at CTF pressed anything

    for page, other in ((nag, "CTF"), (ctf, "NAG")):
        page.keyboard.press("p")
        expect(page.locator(f"[data-log={other}]")).to_have_attribute("data-found", "equal", timeout=ANSWER_MS)
        expect(page.locator("[data-fact=fact-state]")).to_contain_text("linked")
        expect(page.locator("[data-fact=fact-kinds]")).to_contain_text("0")
        expect(page.locator("[data-word]")).to_have_count(24)

    two.running["CTF"].kill()
    expect(link(nag)).to_have_attribute("data-link", "lost", timeout=ANSWER_MS)
    expect(link(nag)).to_contain_text(re.compile(r"lost since \d\d:\d\d:\d\d"))
    expect(nag.locator("[data-fact=fact-state]")).to_contain_text("lost since")
    expect(nag.locator("[data-banner=link-lost]")).to_contain_text("CTF link lost for")

    two.running["CTF"].end()
    two.running["CTF"] = two.start("CTF")
    expect(link(nag)).to_have_attribute("data-link", re.compile("linked|unmanned"), timeout=ANSWER_MS)
    expect(nag.locator("[data-banner=link-lost]")).to_have_count(0)
    _go(ctf, two.address("CTF"))
    expect(link(ctf)).to_have_attribute("data-link", re.compile("linked|unmanned"), timeout=ANSWER_MS)
    assert _forks(nag) == 0


def _forks(page: Page) -> Any:
    return page.evaluate("fetch('/api/v1/peers').then((answer) => answer.json()).then((table) => table.forks)")
