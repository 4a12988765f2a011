"""Below 700 px: one warning, large buttons, the rest one line each."""

import pytest
from playwright.sync_api import expect

from tests.browser import situations as say
from tests.browser.conftest import PHONE, NodeMaker, OpenPage

pytestmark = pytest.mark.browser

FINGER_PX = 56


def test_the_warning_fits_the_screen_and_is_acknowledged_by_a_finger(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(pace_s=0), size=PHONE, has_touch=True)
    card = page.locator(".alert.first")
    expect(card).to_contain_text("HAWK 11")
    button = card.locator("[data-act=acknowledge]")
    expect(button).to_be_in_viewport()
    button.tap()
    expect(card).to_have_attribute("data-state", "acknowledged")


def test_every_control_is_a_finger_high_and_nothing_scrolls_sideways(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(pace_s=0), size=PHONE)
    expect(page.locator(".others li")).to_have_count(3)
    heights = page.locator("button:visible").evaluate_all("all => all.map(b => b.getBoundingClientRect().height)")
    assert min(heights) >= FINGER_PX
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_the_map_is_not_loaded_on_a_phone(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(pace_s=0), size=PHONE)
    expect(page.locator(".alert.first")).to_be_visible()
    assert page.locator("[data-map]").count() == 0


def test_a_chosen_caution_never_pushes_a_warning_down(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(alerts=[say.caution(), say.advisory()], pace_s=0)
    page = open_page(node, size=PHONE)
    page.locator(".others li.advisory button").click()
    expect(page.locator(".alert.first")).to_contain_text("ADVISORY")
    node.put(say.warning())
    expect(page.locator(".alert.first")).to_contain_text("WARNING")


def test_the_feeds_have_a_page_of_their_own(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(pace_s=0), size=PHONE)
    page.locator(".tabs").get_by_text("Feeds").click()
    expect(page.locator("[data-feed='CTF east']")).to_be_visible()


def test_a_frozen_picture_covers_the_phone(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(pace_s=0)
    page = open_page(node, size=PHONE)
    node.ticking = False
    expect(page.locator("[data-frozen]")).to_contain_text("PICTURE FROZEN", timeout=10_000)
