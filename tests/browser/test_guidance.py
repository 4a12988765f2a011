"""What is proposed for a pair: to whom, until when, struck out after, and why nothing is offered."""

import re
from typing import Final

import pytest
from playwright.sync_api import Locator, Page, expect

from airpact.encounter.withheld import Withheld
from tests.browser import situations as say
from tests.browser.conftest import DESK, PHONE, NodeMaker, OpenPage
from tests.browser.test_accessibility import faults

pytestmark = pytest.mark.browser

GUIDANCES: Final = say.guidances()
DECORATION: Final = "element => getComputedStyle(element).textDecorationLine"


def first(page: Page) -> Locator:
    """Return the guidance of the alert that stands first."""
    return page.locator("[data-alert]").first.locator(".guidance")


def test_each_aircraft_has_a_line_and_the_other_party_is_asked(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(pace_s=0))
    expect(first(page).locator("li")).to_have_text(
        [
            re.compile(r"^HAWK\s11 turn left to 067°\strue\s\(30°\)$"),
            re.compile(r"^ask CTF: LANCE\s07 turn left to 199°\strue\s\(30°\)$"),
        ]
    )
    expect(first(page)).to_contain_text("Proposed, an officer decides")
    expect(first(page)).to_contain_text(re.compile(r"good until 12:03:55 \(44\ss\)"))
    expect(first(page)).to_contain_text(re.compile(r"Least separation 3\.4\sNM, without it 0\.8\sNM\."))
    expect(first(page)).to_contain_text(re.compile(r"No height change is offered inside 60\ss\."))


def test_civil_aircraft_are_told_the_traffic_and_nothing_else(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(alerts=[say.caution()], pace_s=0))
    told = first(page).locator("li").first
    expect(told).to_have_text(re.compile(r"^tell RJA\s342: traffic UAV\s7A1, \d+\so’clock, 8\.4\sNM, 700\sft below$"))


def test_the_answer_counts_down_and_is_struck_out_by_the_servers_clock(
    make_node: NodeMaker, open_page: OpenPage
) -> None:
    node = make_node(alerts=[say.warning(guidance=say.proposal(good_until_s=say.NOW_S + 12))], pace_s=0)
    page = open_page(node)
    expect(first(page)).to_contain_text(re.compile(r"\(12\ss\)"))
    node.pace_s = 4.0
    expect(first(page)).to_contain_text(re.compile(r"\([48]\ss\)"), timeout=10_000)
    expect(first(page)).to_have_attribute("data-guidance", "gone", timeout=10_000)
    node.pace_s = 0
    expect(first(page)).to_contain_text("No longer good since 12:03:23")
    expect(first(page)).to_have_attribute("aria-label", "Guidance, no longer good")
    struck = first(page).get_by_role("deletion")
    expect(struck).to_have_count(3)
    assert [one.evaluate(DECORATION) for one in struck.all()] == ["line-through"] * 3
    expect(first(page)).not_to_contain_text("Proposed")


def test_a_new_answer_takes_the_place_of_the_struck_one(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(alerts=[say.warning(guidance=GUIDANCES["struck"])], pace_s=0)
    page = open_page(node)
    expect(first(page)).to_have_attribute("data-guidance", "gone")
    node.put(say.warning())
    expect(first(page)).to_have_attribute("data-guidance", "good")
    expect(first(page).get_by_role("deletion")).to_have_count(0)


def test_a_frozen_picture_strikes_the_answer_out(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(pace_s=0)
    page = open_page(node)
    expect(first(page)).to_have_attribute("data-guidance", "good")
    node.ticking = False
    expect(first(page)).to_contain_text("No longer good: picture frozen", timeout=10_000)


def test_the_proposal_and_its_end_are_said_once_to_who_cannot_see(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(alerts=[say.warning(guidance=None)], pace_s=0)
    page = open_page(node)
    said = page.locator("[data-said=guidance]")
    expect(said).to_have_text("")
    page.evaluate(
        """() => { window.told = 0;
        new MutationObserver(() => { window.told += 1; }).observe(
            document.querySelector('[data-said=guidance]'), {childList: true, characterData: true, subtree: true}) }"""
    )
    node.pace_s = 1.0
    node.put(say.warning(guidance=say.proposal(good_until_s=say.NOW_S + 5)))
    expect(said).to_have_text(re.compile("^Proposed, an officer decides. HAWK.11 turn left .* good until 12:03:16$"))
    expect(said).to_have_text(re.compile("^Guidance, no longer good. HAWK.11 turn left"), timeout=15_000)
    assert page.evaluate("window.told") == 2  # the count-down is not spoken


def test_the_mock_node_knows_every_reason_of_the_real_one() -> None:
    assert set(say.REASONS) == {why.value for why in Withheld}


@pytest.mark.parametrize("reason", say.REASONS)
def test_where_nothing_is_offered_the_reason_is_said(make_node: NodeMaker, open_page: OpenPage, reason: str) -> None:
    page = open_page(make_node(alerts=[say.warning(guidance=say.withheld(reason))], pace_s=0))
    expect(first(page)).to_have_attribute("data-guidance", reason)
    words = "Guidance preparing." if reason == "preparing" else re.compile("No manoeuvre offered: [a-z ]{12,}")
    expect(first(page)).to_contain_text(words)
    expect(first(page)).not_to_contain_text(re.compile("turn (left|right)|climb|descend|keep|ask "))
    expect(first(page)).not_to_contain_text(f": {reason.replace('_', ' ')}.")  # the code itself: words are missing


def test_a_stale_track_has_only_traffic_to_tell(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(alerts=[say.warning(guidance=say.withheld("stale"))], pace_s=0))
    expect(first(page)).to_contain_text(re.compile(r"No manoeuvre offered: track older than 5\ss\."))
    expect(first(page).locator("li").first).to_have_text(
        re.compile(r"^HAWK\s11: traffic LANCE\s07, 11\so’clock, 9\.0\sNM, same height$")
    )


def test_an_alert_that_is_over_proposes_nothing(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(alerts=[say.warning(state="cleared")], pace_s=0))
    expect(page.locator("[data-alert]")).to_contain_text("OVER")
    expect(page.locator(".guidance")).to_have_count(0)


def test_the_units_are_those_of_the_person(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(alerts=[say.warning(guidance=GUIDANCES["speeds"])], pace_s=0))
    expect(first(page).locator("li").first).to_contain_text(re.compile(r"slow to 410\skt over the ground"))
    page.locator("[data-act=settings]").click()
    page.get_by_role("radio", name="km/h", exact=True).check()
    page.keyboard.press("Escape")
    expect(first(page).locator("li").first).to_contain_text(re.compile(r"slow to 759\skm/h over the ground"))


def test_the_answer_of_a_lower_alert_is_reached_by_the_arrows(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(pace_s=0))
    expect(page.locator(".alerts > li")).to_have_count(3)
    caution = page.locator(".alerts > li.caution .guidance")
    expect(caution.locator("li")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(caution.locator("li")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    expect(page.locator(".alerts > li.advisory .guidance li").last).to_be_in_viewport(ratio=1.0)


def test_guidance_that_prepares_and_an_alerter_that_is_too_late_are_said(
    make_node: NodeMaker, open_page: OpenPage
) -> None:
    late = {"clause": "4.1", "reason": "late", "alerting_s": 35, "needed_s": 65}
    node = make_node(desk=say.desk(unfit=[late]), alerts=[], pace_s=0)
    node.changes = {"guidance": {"ready": False}}
    page = open_page(node)
    expect(page.locator("[data-banner=unfit]")).to_have_text(
        re.compile(
            r"Clause 4\.1: its alerter warns later than this desk can relay; unfit for a desk\. "
            r"It warns 35\ss ahead, relaying needs 1\smin 5\ss\."
        )
    )
    expect(page.locator("[data-banner=preparing]")).to_contain_text("Guidance preparing")
    node.changes = {}
    node.pace_s = 1.0
    expect(page.locator("[data-banner=preparing]")).to_have_count(0, timeout=10_000)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("locale", ["en-GB", "ru-RU"])
def test_no_state_of_guidance_has_a_serious_fault(
    make_node: NodeMaker, open_page: OpenPage, size: tuple[int, int], locale: str
) -> None:
    late = {"clause": "4.1", "reason": "late", "alerting_s": 35, "needed_s": 65}
    node = make_node(desk=say.desk(unfit=[late]), alerts=[say.warning()], pace_s=0)
    page = open_page(node, size=size, locale=locale)
    for name, given in GUIDANCES.items():
        node.put(say.warning(guidance=given, detail=name))
        kind = given["reason"] or ("gone" if name == "struck" else "good")
        expect(first(page)).to_have_attribute("data-guidance", kind)
        assert "⟨" not in page.locator("body").inner_text()
        if name in {"turns", "struck", "stale"}:
            assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
