"""axe finds nothing serious in any layout, state or language; what colour says, a word says too."""

from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser import situations as say
from tests.browser.conftest import DESK, PHONE, NodeMaker, OpenPage

pytestmark = pytest.mark.browser

AXE: Final = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"


def faults(page: Page) -> list[str]:
    """Return the serious and critical findings of axe on the page as it stands."""
    page.add_script_tag(path=AXE)
    result: Any = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in result["violations"]
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("size", [DESK, (1200, 800), PHONE], ids=["desk", "narrow", "phone"])
@pytest.mark.parametrize("locale", ["en-GB", "ru-RU"])
def test_the_watch_page_has_no_serious_fault(
    make_node: NodeMaker, open_page: OpenPage, size: tuple[int, int], locale: str
) -> None:
    node = make_node(alerts=[*say.watch(), say.feed_lost(recorded=False)], pace_s=0)
    node.changes = {"sound": {"proven_s": None}, "storage": {"late_s": 4}}
    page = open_page(node, size=size, locale=locale)
    expect(page.locator("[data-alert]").first).to_be_visible()
    assert faults(page) == []


@pytest.mark.parametrize("press", ["?", "settings", "s", "filter"])
def test_dialogs_have_no_serious_fault(make_node: NodeMaker, open_page: OpenPage, press: str) -> None:
    page = open_page(make_node(alerts=[say.caution()], pace_s=0))
    expect(page.locator("[data-alert]")).to_be_visible()
    if press == "settings":
        page.locator("[data-act=settings]").click()
    elif press == "filter":
        page.locator("[data-layer=filter]").click()
    else:
        page.keyboard.press(press)
    expect(page.locator("dialog, .filters")).to_be_visible()
    assert faults(page) == []


def test_empty_and_frozen_have_no_serious_fault(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(alerts=[], pace_s=0)
    page = open_page(node)
    expect(page.locator(".empty")).to_be_visible()
    assert faults(page) == []
    node.ticking = False
    expect(page.locator("[data-frozen]")).to_be_visible(timeout=10_000)
    assert faults(page) == []


def test_every_control_can_be_reached_and_shows_its_focus(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(alerts=[say.warning()], pace_s=0))
    expect(page.locator("[data-act=acknowledge]")).to_be_visible()
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.dataset.act ?? document.activeElement.dataset.layer ?? ''"))
        if page.evaluate("document.activeElement.dataset.act === 'acknowledge'"):
            width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
            assert width == "2px"
    assert {"settings", "acknowledge", "trails", "labels", "rings", "heights", "measure", "filter"} <= seen


def test_a_frame_that_blinks_stands_still_for_who_asked(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(alerts=[say.warning()], pace_s=0)
    frame = "getComputedStyle(document.querySelector('.alert.active')).animationName"
    still = open_page(node, reduced_motion="reduce")
    expect(still.locator(".alert.active")).to_be_visible()
    assert still.evaluate(frame) == "none"
    moving = open_page(node, reduced_motion="no-preference")
    expect(moving.locator(".alert.active")).to_be_visible()
    assert moving.evaluate(frame) == "unanswered"
