"""A Chromium, pages of several sizes, and a mock node per test."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.mock_node import CONSOLE, MockNode

# Software WebGL, no calls home, and sound without a first key press so that a page can be told to sound.
FLAGS: Final = (
    "--no-sandbox",
    "--ignore-gpu-blocklist",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
DESK: Final = (1440, 900)
PHONE: Final = (390, 844)

OpenPage = Callable[..., Page]
NodeMaker = Callable[..., MockNode]


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    """Start one Chromium for all tests."""
    if not (CONSOLE / "index.html").exists():
        pytest.fail("the console is not built. Type: npm --prefix web run build", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def make_node() -> Iterator[NodeMaker]:
    """Return a function that starts a mock node; all are stopped at the end."""
    nodes: list[MockNode] = []

    def make(**given: Any) -> MockNode:
        node = MockNode(**given)
        nodes.append(node)
        node.start()
        return node

    yield make
    for node in nodes:
        node.stop()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Return a function that opens the console of a node; any error of the page fails the test."""
    contexts = []
    faults: list[str] = []

    def opened(node: MockNode, size: tuple[int, int] = DESK, *, base_map: bool = False, **options: Any) -> Page:
        width, height = size
        given: dict[str, Any] = {"locale": "en-GB", "reduced_motion": "reduce", **options}
        context = browser.new_context(viewport={"width": width, "height": height}, **given)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        if not base_map:  # drawing land in software costs seconds, and aircraft are drawn without it
            page.route("**/basemap-*.js", lambda route: route.abort())
        page.goto(node.url)
        page.wait_for_selector(".rail, .phone")
        page.wait_for_function("document.querySelector('[data-clock]').textContent !== '--:--:--'")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []
