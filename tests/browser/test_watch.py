"""The Watch page in a real browser: what is shown, acknowledged and shelved, by keyboard and by button."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import situations as say
from tests.browser.conftest import NodeMaker, OpenPage

pytestmark = pytest.mark.browser

READ_MS = 500  # longer than a selection must have stood before A acts on it (state/actions.ts)
PRESS_A_WHEN_THE_WARNING_COMES = """() => new MutationObserver((_, watcher) => {
    if (!document.querySelector('.alerts > li.warning')) return;
    watcher.disconnect();
    dispatchEvent(new KeyboardEvent('keydown', {key: 'a'}));
}).observe(document.body, {subtree: true, childList: true})"""


def spoken(page: Page) -> str:
    """Return what the live region said last."""
    return page.locator("[data-said=alerts]").inner_text()


def test_every_aircraft_of_the_picture_is_on_the_map(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(), base_map=True)
    expect(page.locator("[data-map=ready]")).to_have_attribute("data-tracks", str(len(say.AIRCRAFT)), timeout=20_000)


def test_an_alert_is_listed_with_its_sentence_figures_and_time_left(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(pace_s=0))
    first = page.locator(".alerts > li").first
    expect(first.locator(".plate")).to_have_text("WARNING")
    expect(first.locator(".left")).to_have_text(re.compile(r"42\s*s"))
    expect(first.locator(".sentence")).to_contain_text(
        re.compile(
            r"HAWK 11 and LANCE 07 will pass 0\.8\sNM apart at the same height in 42\ss; the minima are lost in 28\ss\."
        )
    )
    expect(first.locator(".figures tr").nth(1)).to_have_text(re.compile(r"Across.*9\.0\sNM.*0\.8\sNM.*3\sNM"))
    expect(first.locator(".own-row")).to_contain_text("displayed 12:03:03, not acknowledged")


def test_inside_the_minima_the_large_word_is_now(make_node: NodeMaker, open_page: OpenPage) -> None:
    almost_parallel = say.approach(say.NOW_S, 1691, horizontal_m=1.5 * say.M_PER_NM, vertical_m=490 * say.M_PER_FT)
    page = open_page(make_node(alerts=[say.warning(kind="loss", approach=almost_parallel)], pace_s=0))
    first = page.locator(".alerts > li").first
    expect(first.locator(".left")).to_have_text("now")
    expect(first.locator(".sentence")).to_contain_text(
        re.compile(r"are 1\.5\sNM apart and 490\sft in height, inside the minima\. Our procedures")
    )


def test_the_time_left_runs_with_the_ticks_of_the_server(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(pace_s=2.0)
    page = open_page(node)
    expect(page.locator(".alerts > li").first.locator(".left")).to_have_text(re.compile(r"3[0-6]\s*s"), timeout=15_000)
    node.pace_s = 0.0
    page.wait_for_timeout(1_500)
    stood = page.locator("[data-clock]").inner_text()
    page.wait_for_timeout(1_500)
    assert page.locator("[data-clock]").inner_text() == stood


def test_a_acknowledges_the_selected_alert_and_only_the_node_changes_it(
    make_node: NodeMaker, open_page: OpenPage
) -> None:
    node = make_node(pace_s=0)
    page = open_page(node)
    alert = say.warning()["id"]
    card = page.locator(f"[data-alert='{alert}']")
    expect(card).to_have_attribute("data-state", "active")
    page.wait_for_timeout(READ_MS)
    page.keyboard.press("a")
    expect(card).to_have_attribute("data-state", "acknowledged")
    expect(card.locator(".own-row")).to_contain_text("acknowledged 12:03:11, local")
    assert node.asked == [("/acknowledgements", {"alert": alert})]


def test_a_never_answers_an_alert_that_slipped_under_the_finger(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(alerts=[say.caution(state="active", acknowledged=None)], pace_s=0)
    page = open_page(node)
    expect(page.locator(".alerts > li.caution")).to_have_attribute("aria-current", "true")
    page.evaluate(PRESS_A_WHEN_THE_WARNING_COMES)
    node.put(say.warning())
    expect(page.locator(".alerts > li.warning [role=alert]")).to_contain_text("Press A again.")
    assert node.asked == []
    page.keyboard.press("a")
    expect(page.locator(".alerts > li.warning")).to_have_attribute("data-state", "acknowledged")
    assert node.asked == [("/acknowledgements", {"alert": say.warning()["id"]})]


def test_a_refused_acknowledgement_says_why_and_leaves_the_alert_active(
    make_node: NodeMaker, open_page: OpenPage
) -> None:
    node = make_node(pace_s=0)
    node.refusal = {"title": "Conflict", "status": 409, "detail": "The encounter is already over."}
    page = open_page(node)
    page.locator("[data-act=acknowledge]").first.click()
    expect(page.locator(".refused")).to_have_text("Not done: The encounter is already over.")
    expect(page.locator(".alerts > li").first).to_have_attribute("data-state", "active")


def test_the_arrows_walk_the_list_from_the_highest_level(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(pace_s=0))
    selected = page.locator(".alerts > li[aria-current=true]")
    expect(selected).to_contain_text("WARNING")
    page.keyboard.press("ArrowDown")
    expect(selected).to_contain_text("CAUTION")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(selected).to_contain_text("ADVISORY")
    page.keyboard.press("Escape")
    expect(selected).to_contain_text("WARNING")


def test_a_card_is_selected_by_a_button_too(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(pace_s=0))
    page.get_by_role("button", name="Select RJA 342, UAV 7A1").click()
    expect(page.locator(".alerts > li[aria-current=true]")).to_contain_text("CAUTION")


def test_shelving_asks_for_a_reason_and_a_time(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(pace_s=0)
    page = open_page(node)
    expect(page.locator(".alerts > li")).to_have_count(3)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("s")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Shelve").click()
    assert node.asked == []  # no reason: nothing is sent
    dialog.get_by_label("Reason").fill("flight test area")
    dialog.get_by_label("Minutes, at most 15").fill("7")
    dialog.get_by_role("button", name="Shelve").click()
    expect(dialog).to_have_count(0)
    expect(page.locator(".shelf")).to_contain_text("RJA 342 and UAV 7A1, flight test area. Back in 7")
    sent = {"alert": say.caution()["id"], "minutes": 7, "reason": "flight test area"}
    assert node.asked == [("/shelvings", sent)]


def test_a_warning_offers_no_shelf(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(alerts=[say.warning()], pace_s=0))
    expect(page.locator(".alerts > li")).to_have_count(1)
    expect(page.locator("[data-act=shelve]")).to_have_count(0)
    page.keyboard.press("s")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_shelved_alert_can_be_taken_back(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(alerts=[say.formation()], pace_s=0))
    page.get_by_role("button", name="Take back").click()
    expect(page.locator(".alerts > li")).to_have_count(1)
    expect(page.locator(".shelf")).to_have_count(0)


def test_a_new_alert_and_a_risen_one_are_said_in_one_sentence(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(alerts=[], pace_s=0)
    page = open_page(node)
    expect(page.locator(".empty")).to_be_visible()
    node.put(say.caution(state="active", acknowledged=None))
    page.wait_for_function("document.querySelector('[data-said=alerts]').textContent.startsWith('Caution: RJA 342')")
    node.put({**say.caution(state="active", acknowledged=None), "level": 3})
    page.wait_for_function("document.querySelector('[data-said=alerts]').textContent.startsWith('Warning: RJA 342')")
    assert "<b>" not in spoken(page)


def test_more_than_three_open_fold_to_lines_but_never_a_warning(make_node: NodeMaker, open_page: OpenPage) -> None:
    second = say.alert(3, "HAWK 31", "HAWK 40", in_s=75)
    page = open_page(make_node(alerts=[*say.watch(), second, say.feed_lost()], pace_s=0))
    expect(page.locator(".alerts > li")).to_have_count(5)
    expect(page.locator(".alerts > li.folded")).to_have_count(3)
    expect(page.locator(".alerts > li.warning .sentence")).to_have_count(2)


def test_the_first_warning_stays_in_view_when_the_list_is_scrolled(make_node: NodeMaker, open_page: OpenPage) -> None:
    more = [say.alert(3, a, b, in_s=60) for a, b in (("HAWK 31", "HAWK 40"), ("HAWK 32", "LANCE 03"))]
    page = open_page(make_node(alerts=[*say.watch(), *more], pace_s=0), size=(1280, 800))
    page.locator(".alerts").evaluate("list => list.scrollTo(0, 9999)")
    expect(page.locator(".alerts > li").first.locator("[data-act=acknowledge]")).to_be_in_viewport()


def test_an_ended_alert_leaves_the_list(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(pace_s=0)
    page = open_page(node)
    expect(page.locator(".alerts > li")).to_have_count(3)
    node.end(say.warning()["id"])
    expect(page.locator(".alerts > li")).to_have_count(2)


def test_layers_and_filters_are_held_in_the_address(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(pace_s=0)
    page = open_page(node)
    page.keyboard.press("r")
    expect(page.locator("[data-layer=rings]")).to_have_attribute("aria-pressed", "true")
    page.locator("[data-layer=filter]").click()
    page.get_by_label("Call sign contains").fill("HAWK")
    page.wait_for_url(re.compile(r"rings=1.*text=HAWK"))
    page.reload()
    page.wait_for_selector(".rail")
    expect(page.locator("[data-layer=rings]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-layer=filter]")).to_have_text(re.compile("Filter, 1"))
    # four HAWKs, and whoever else is in an alert
    expect(page.locator("[data-map=ready]")).to_have_attribute("data-tracks", "9", timeout=20_000)


def test_units_and_language_are_kept_between_visits(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(pace_s=0))
    page.locator("[data-act=settings]").click()
    for choice in ("kilometres", "metres", "Русский"):
        page.get_by_role("radio", name=choice, exact=True).check()
    page.keyboard.press("Escape")
    page.reload()
    page.wait_for_selector(".rail")
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(page.locator(".alerts > li").first.locator(".sentence")).to_contain_text(
        re.compile(r"разойдутся на 1,5\sкм на одной высоте через 42\sс; меньше минимумов через 28\sс\.")
    )


def test_the_page_is_russian_for_a_russian_browser(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(pace_s=0), locale="ru-RU")
    expect(page.locator(".alerts > li").first.locator(".plate")).to_have_text("ТРЕВОГА")
    assert "⟨" not in page.locator("body").inner_text()  # the mark of a missing message


def test_keys_work_in_a_russian_layout(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(pace_s=0)
    page = open_page(node)
    expect(page.locator(".alerts > li")).to_have_count(3)
    page.wait_for_timeout(READ_MS)
    page.evaluate("dispatchEvent(new KeyboardEvent('keydown', {key: 'ф', code: 'KeyA'}))")
    expect(page.locator(".alerts > li").first).to_have_attribute("data-state", "acknowledged")


def test_question_mark_shows_all_keys_and_escape_gives_the_page_back(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(pace_s=0))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("acknowledge the selected encounter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_escape_in_a_dialog_keeps_the_selection(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(pace_s=0))
    expect(page.locator(".alerts > li")).to_have_count(3)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("?")
    page.keyboard.press("Escape")
    expect(page.locator(".alerts > li[aria-current=true]")).to_contain_text("CAUTION")
