"""What the desk says when it is not the plain live picture: frozen, cut, loading, empty, muted, replayed, degraded."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import situations as say
from tests.browser.conftest import NodeMaker, OpenPage
from tests.browser.situations import NOW_S

pytestmark = pytest.mark.browser


def test_a_cut_link_covers_the_picture_and_heals_without_missing_an_alert(
    make_node: NodeMaker, open_page: OpenPage
) -> None:
    node = make_node(pace_s=0)
    page = open_page(node)
    expect(page.locator(".alerts > li")).to_have_count(3)
    node.cut()
    cover = page.locator("[data-frozen]")
    expect(cover).to_contain_text("since 12:03:11", timeout=10_000)
    expect(cover).to_contain_text("The link to the node is lost.")
    node.put(say.feed_lost())
    node.mend()
    expect(cover).to_have_count(0, timeout=15_000)
    expect(page.locator(".alerts > li")).to_have_count(4)
    assert node.queries[-1] == "since=0"  # asks for what came after the last message it had


def test_two_seconds_without_a_frame_cover_the_picture_though_the_link_stands(
    make_node: NodeMaker, open_page: OpenPage
) -> None:
    node = make_node()
    page = open_page(node)
    expect(page.locator(".alerts > li")).to_have_count(3)
    node.ticking = False
    cover = page.locator("[data-frozen]")
    expect(cover).to_contain_text("PICTURE FROZEN", timeout=10_000)
    expect(cover).to_contain_text("without a tick. Do not use this picture.")
    stood = page.locator("[data-clock]").inner_text()
    page.wait_for_timeout(1_200)
    assert page.locator("[data-clock]").inner_text() == stood
    node.ticking = True
    expect(cover).to_have_count(0, timeout=10_000)


def test_the_watchdog_can_freeze_the_picture_by_itself(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(pace_s=0)
    node.desk["watchdog_port"] = node.port
    page = open_page(node)
    expect(page.locator(".alerts > li")).to_have_count(3)
    expect(page.locator("[data-frozen]")).to_have_count(0)
    node.watchdog = "frozen"
    expect(page.locator("[data-frozen]")).to_contain_text("since 12:03:06", timeout=10_000)
    node.watchdog = "ticking"
    expect(page.locator("[data-frozen]")).to_have_count(0, timeout=10_000)


def test_a_watchdog_that_does_not_answer_is_said(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(pace_s=0)
    node.desk["watchdog_port"] = 9  # the discard port: nobody listens
    expect(open_page(node).locator("[data-banner=watchdog]")).to_be_visible()


def test_an_empty_list_says_what_was_looked_at_and_what_is_not_watched(
    make_node: NodeMaker, open_page: OpenPage
) -> None:
    page = open_page(make_node(alerts=[], pace_s=0))
    text = page.locator(".empty")
    expect(text).to_contain_text("No encounter among 13 tracks. 5 of 6 feeds in time, last checked 12:03:11.")
    expect(text).to_contain_text(
        re.compile(r"Not watched: outside the drawn coverage, below 5,000\sft; 1 track without")
    )


def test_coverage_that_nobody_stated_is_not_taken_for_everywhere(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(desk=say.desk(coverage=[]), alerts=[], pace_s=0))
    expect(page.locator(".empty")).to_contain_text("Not watched: coverage is not stated by any feed")


def test_an_old_picture_is_dated_and_not_called_empty(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(alerts=[], pace_s=0)
    node.changes = {"behind_s": 13, "feeds": [say.feed("NAG radar", "starting", None, {})]}
    page = open_page(node)
    expect(page.locator("[data-as-of]")).to_have_text(re.compile(r"as of 12:02:58, 13\ss ago"))
    expect(page.locator("[data-map=ready]")).to_have_attribute("data-stale", "", timeout=20_000)
    expect(page.locator(".empty")).not_to_contain_text("No encounter among")
    expect(page.locator(".feeds-box")).to_contain_text("starting, 0 of 1 feeds")


LONG_TITLE = "Separation in shared air, Northern Air Group and Coastal Task Force (demonstration)"
CUT_OFF = """selector => {
    const parts = [...document.querySelectorAll(selector)];
    const beyond = one => one.scrollWidth > one.clientWidth || one.getBoundingClientRect().right > innerWidth;
    return parts.length === 0 || parts.some(part => beyond(part) || beyond(part.closest('.top > *')));
}"""


@pytest.mark.parametrize("width", [700, 1100, 1280, 1440, 1920])
@pytest.mark.parametrize("locale", ["en-GB", "ru-RU"])
def test_the_bar_cuts_nothing_but_the_title_of_the_procedures(
    make_node: NodeMaker, open_page: OpenPage, width: int, locale: str
) -> None:
    long = {"title": LONG_TITLE, "version": "0.9", "hash": "7f", "status": "unilateral", "unchecked": ["6.1"]}
    node = make_node(desk=say.desk(mode="EXERCISE", title="Long Shore", desk="desk 1", procedures=long), pace_s=0)
    page = open_page(node, size=(width, 900), locale=locale)
    for kept in (".procedures .status", ".procedures .unchecked", ".brand", ".clock", ".settings-box"):
        assert not page.evaluate(CUT_OFF, kept), kept
    expect(page.locator(".procedures .title")).to_have_attribute("title", LONG_TITLE)
    assert "6.1" in (page.locator(".procedures .unchecked").get_attribute("title") or "")


@pytest.mark.parametrize(
    ("mode", "word"), [("LIVE", "LIVE"), ("EXERCISE", "EXERCISE"), ("REPLAY", "REPLAY"), ("DEGRADED", "DEGRADED")]
)
def test_the_mode_is_a_word_and_a_frame(make_node: NodeMaker, open_page: OpenPage, mode: str, word: str) -> None:
    page = open_page(make_node(desk=say.desk(mode=mode), pace_s=0))
    expect(page.locator(".mode")).to_have_text(word)
    expect(page.locator(f".desk.{mode.lower()}")).to_have_count(1)


def test_an_exercise_says_that_nothing_flies(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(desk=say.desk(mode="EXERCISE", title="Exercise BRIDGE 4"), pace_s=0))
    expect(page.locator("[data-banner=exercise]")).to_have_text(
        "Exercise BRIDGE 4. Nothing here is flying. Real distress: call guard."
    )


def test_a_degraded_desk_names_the_feed_and_the_effect(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(desk=say.desk(mode="DEGRADED"), pace_s=0))
    expect(page.locator("[data-banner=degraded]")).to_contain_text(
        re.compile(r"CTF east is 38\ss late\. Aircraft there")
    )


def test_a_map_whose_code_does_not_load_says_so(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(pace_s=0))
    page.route("**/map-*.js", lambda route: route.abort())
    page.reload()
    expect(page.locator(".map-failed")).to_contain_text("its code did not load", timeout=20_000)
    expect(page.locator(".alerts > li")).to_have_count(3)


def test_a_late_feed_has_shape_and_word_and_rejected_lines_are_counted(
    make_node: NodeMaker, open_page: OpenPage
) -> None:
    page = open_page(make_node(pace_s=0))
    late = page.locator("[data-feed='CTF east']")
    expect(late).to_have_text(re.compile(r"CTF east\s*38\ss late"))
    expect(late.locator("svg")).to_have_count(1)
    expect(page.locator("[data-feed='NAG radar'] svg")).to_have_count(0)
    page.get_by_text("Rejected lines, 34 · Fields left out, 616").click()
    expect(page.locator(".rejected")).to_contain_text("NAG ADS-B: gscp, not given, 616")
    expect(page.locator(".rejected")).to_contain_text("NAG ADS-B: no position, 31")


def test_a_feed_alert_is_a_row_of_the_list(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(alerts=[say.feed_lost()], pace_s=0))
    expect(page.locator(".alerts > li")).to_contain_text("CTF east is lost. Aircraft there may be missing.")


def test_what_is_set_aside_is_listed_with_the_reason(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(pace_s=0)
    aside: dict[str, Any] = {
        "duplicates": [{"a": "000001", "b": "000005", "since_s": NOW_S - 60}],
        "suppressed": {"declared_formation": 2},
        "unjudged": {"no velocity": 2, "a_new_reason": 1},
        "unjudged_pairs": [{"a": "000001", "b": "000005", "reason": "no velocity"}],
    }
    node.changes = {"counts": say.counts(**aside)}
    page = open_page(node)
    page.get_by_text("Possible duplicates, 1").click()
    expect(page.locator(".set-aside")).to_contain_text("LANCE 07 and RESCUE 2, since 12:02:11")
    page.get_by_text("Not alerted by declaration, 2").click()
    expect(page.locator(".set-aside")).to_contain_text("declared formation: 2")
    page.get_by_text("Could not be judged, 3").click()
    expect(page.locator(".set-aside")).to_contain_text("course or speed not known: 2")
    expect(page.locator(".set-aside")).to_contain_text("a new reason: 1")
    expect(page.locator(".set-aside")).to_contain_text("LANCE 07 and RESCUE 2: course or speed not known")


@pytest.mark.parametrize(
    ("alert", "words"),
    [
        (say.warning(recorded=False), "not yet recorded, shown and sent 12:03:03"),
        (say.warning(state="cleared"), "OVER, NOT ACKNOWLEDGED"),
        (say.warning(escalated=True, supervisor_s=NOW_S - 3), "Went to the supervisor 12:03:08, not acknowledged."),
        (say.warning(), "Goes to the supervisor in 7 s if nobody acknowledges."),
        (say.advisory(duplicate=True), "Possibly one aircraft seen twice; shown as an advisory until they part."),
        (
            say.warning(
                kind="vertical_unknown", approach=say.approach(NOW_S, 42, vertical_m=None, cpa_vertical_m=None)
            ),
            "with height unknown",
        ),
    ],
    ids=["unrecorded", "cleared", "escalated", "supervisor", "duplicate", "height-unknown"],
)
def test_an_alert_says_where_it_stands(make_node: NodeMaker, open_page: OpenPage, alert: say.Json, words: str) -> None:
    page = open_page(make_node(alerts=[alert], pace_s=0))
    spaced = re.escape(words).replace(r"\ ", r"\s")
    expect(page.locator(".alerts > li")).to_contain_text(re.compile(spaced))


def test_an_encounter_that_is_over_has_no_closest_approach_panel(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(alerts=[say.warning()], pace_s=0)
    page = open_page(node)
    expect(page.locator(".inset")).to_have_count(1)
    node.put(say.warning(state="cleared"))
    expect(page.locator(".over")).to_be_visible()
    expect(page.locator(".inset")).to_have_count(0)


def test_what_the_node_cannot_do_stands_on_the_page(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node()
    faults = {
        "storage_error": "disk I/O error",
        "journal_error": "",
        "release_error": "",
        "work_ended": ["KeyError: x"],
    }
    node.changes = {"node": faults}
    banner = open_page(node).locator("[data-banner=faults]")
    expect(banner).to_contain_text("Storage does not take what is to be kept. Write acknowledgements on paper")
    expect(banner).to_contain_text("disk I/O error")
    expect(banner).to_contain_text("Part of this desk has stopped")
    expect(banner).not_to_contain_text("The journal cannot be written")


def test_late_storage_says_what_to_do(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(pace_s=0)
    node.changes = {"storage": {"late_s": 4}}
    expect(open_page(node).locator("[data-banner=storage]")).to_contain_text(
        re.compile(r"Storage has not answered for 4\ss\. Acknowledgements wait; write the time on paper\.")
    )


def test_sound_is_unproven_until_somebody_heard_it(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(pace_s=0)
    node.changes = {"sound": {"proven_s": None}}
    page = open_page(node)
    banner = page.locator("[data-banner=sound]")
    expect(banner).to_contain_text("Sound not proven at this desk.")
    banner.get_by_role("button", name="Not heard").click()
    expect(banner).to_contain_text("Sound not heard at this desk. Warnings are silent here.")
    banner.get_by_role("button", name="Play tones").click()
    banner.get_by_role("button", name="Heard", exact=True).click()
    expect(banner).to_have_count(0, timeout=10_000)
    assert node.asked == [("/sound-checks", {"heard": False}), ("/sound-checks", {"heard": True})]


def test_a_new_warning_breaks_through_a_mute(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(alerts=[say.caution()], pace_s=0)
    page = open_page(node)
    page.locator("[data-act=settings]").click()
    page.locator("[data-act=mute]").click()
    page.keyboard.press("Escape")
    muted = page.locator("[data-banner=muted]")
    expect(muted).to_contain_text(re.compile(r"Muted at this desk, 2\smin 0\ss left\. Cautions are silent\."))
    node.put(say.warning())
    expect(muted).to_have_count(0)


def test_muting_ends_by_itself_and_by_a_button(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(alerts=[], pace_s=0)
    page = open_page(node)
    muted = page.locator("[data-banner=muted]")
    for way_out in ("button", "time"):
        page.locator("[data-act=settings]").click()
        page.locator("[data-act=mute]").click()
        page.keyboard.press("Escape")
        expect(muted).to_be_visible()
        if way_out == "button":
            muted.get_by_role("button", name="Sound on").click()
        else:
            node.now_s += 121
        expect(muted).to_have_count(0, timeout=10_000)


def test_an_alarm_flood_is_said_beside_the_counter(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(pace_s=0)
    page = open_page(node)
    expect(page.locator(".rate")).to_have_text("4 in the last hour, limit 6")
    expect(page.locator(".bins i")).to_have_count(7)
    node.changes = {"rate": {"last_hour": 19, "bins": [0, 0, 1, 2, 3, 2, 11], "flood": True}}
    expect(page.locator(".rate.exceeded")).to_have_text("19 in the last hour, alarm flood")


def test_replay_is_moved_by_keys_speed_and_play(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(desk=say.desk(mode="REPLAY"), pace_s=0)
    transport = {"from_s": NOW_S - 3600, "to_s": NOW_S + 3600, "at_s": NOW_S, "speed": 1, "playing": True}
    node.changes = {"transport": transport}
    page = open_page(node)
    page.get_by_role("button", name="×60").click()
    expect(page.get_by_role("button", name="×60")).to_have_attribute("aria-pressed", "true")
    page.locator("[data-act=play]").click()
    expect(page.locator("[data-act=play]")).to_have_text("Play")
    page.get_by_role("slider").press("PageUp")
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuetext", "12:04:11")
    assert [body for _, body in node.asked] == [{"speed": 60}, {"playing": False}, {"at_s": NOW_S + 60}]


def test_replay_is_dragged(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(desk=say.desk(mode="REPLAY"), pace_s=0)
    transport = {"from_s": NOW_S - 3600, "to_s": NOW_S + 3600, "at_s": NOW_S, "speed": 1, "playing": False}
    node.changes = {"transport": transport}
    page = open_page(node)
    band = page.locator(".scrubber").bounding_box()
    assert band is not None
    page.mouse.move(band["x"] + band["width"] / 2, band["y"] + 10)
    page.mouse.down()
    page.mouse.move(band["x"] + band["width"] / 4, band["y"] + 10, steps=4)
    with page.expect_response("**/api/v1/replay"):
        page.mouse.up()
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuetext", re.compile(r"11:33:1\d"))
    assert len(node.asked) == 1  # one request when the hand lets go, none on the way
    assert node.asked[0][1]["at_s"] == pytest.approx(NOW_S - 1800, abs=10)


def test_a_replay_offers_no_answer_and_says_why(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(desk=say.desk(mode="REPLAY"), pace_s=0)
    transport = {"from_s": NOW_S, "to_s": NOW_S + 7200, "at_s": NOW_S, "speed": 1, "playing": False}
    node.changes = {"transport": transport}
    page = open_page(node)
    expect(page.locator(".alerts > li").first).to_contain_text("Acknowledging and shelving are for the live desk.")
    for act in ("acknowledge", "shelve"):
        expect(page.locator(f"[data-act={act}]")).to_have_count(0)
    expect(page.get_by_role("button", name="Take back")).to_have_count(0)
    expect(page.locator(".keys")).not_to_contain_text("acknowledge")
    page.wait_for_timeout(500)  # longer than a selection must have stood before A acts on it
    page.keyboard.press("a")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("s")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert node.asked == []


def test_a_mark_of_a_replay_moves_to_its_encounter(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(desk=say.desk(mode="REPLAY"), pace_s=0)
    transport = {"from_s": NOW_S - 7200, "to_s": NOW_S, "at_s": NOW_S, "speed": 1, "playing": False}
    node.changes = {"transport": transport}
    page = open_page(node)
    page.locator(".marks button").first.click()
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuetext", "10:18:11")
    assert node.asked == [("/replay", {"at_s": NOW_S - 6300})]


def test_the_clock_of_the_handle_stays_on_the_page_at_both_ends(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(desk=say.desk(mode="REPLAY"), pace_s=0)
    transport = {"from_s": NOW_S - 7200, "to_s": NOW_S, "at_s": NOW_S - 7200, "speed": 1, "playing": False}
    node.changes = {"transport": transport}
    page = open_page(node)
    for key in ("Home", "End"):
        page.get_by_role("slider").press(key)
        expect(page.locator(".handle b")).to_be_in_viewport(ratio=1.0)


def test_live_has_no_transport(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(make_node(pace_s=0))
    expect(page.locator(".timeline .marks li")).to_have_count(7)
    expect(page.get_by_role("slider")).to_have_count(0)


def test_the_console_waits_for_a_node_that_does_not_answer_yet(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(pace_s=0)
    page = open_page(node)
    page.route("**/api/v1/desk", lambda route: route.abort())
    page.reload()
    expect(page.locator(".starting")).to_contain_text("The node does not answer")
    expect(page.locator(".starting")).to_contain_text("no alert will show or sound here")
    page.unroute("**/api/v1/desk")
    page.wait_for_selector(".rail")
