"""Other parties at the desk: links in the bar, the connection screen, both desks on an alert, presence, by voice."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import peering as peer
from tests.browser import situations as say
from tests.browser.conftest import DESK, PHONE, NodeMaker, OpenPage
from tests.browser.mock_node import MockNode
from tests.browser.situations import Json
from tests.browser.test_accessibility import faults

pytestmark = pytest.mark.browser


def node_of(make_node: NodeMaker, *links: Json, alerts: list[Json] | None = None, **changes: Json) -> MockNode:
    """Return a node with these links, whose clock stands still."""
    node = make_node(alerts=alerts or [], pace_s=0)
    node.changes = {"peers": list(links), **changes}
    return node


def officer(role: str, *may: str) -> Json:
    """Return somebody who is signed in, in one role that lets them do this."""
    return {"account": "a.demir", "roles": [role], "csrf": "word", "may": list(may), "presence_s": 1800.0}


def go(page: Page, node: MockNode, party: str) -> None:
    """Open the connection screen of a party."""
    page.goto(f"{node.url}#/peers/{party}")
    expect(page.locator("main.connection")).to_be_visible()
    expect(page.locator(".heads")).to_be_visible()


def test_a_desk_without_other_parties_shows_nothing_of_them(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(node_of(make_node, alerts=say.watch(), presence=say.presence("unmanned", say.NOW_S - 60)))
    expect(page.locator(".alerts > li")).to_have_count(3)
    assert page.locator("[data-peer], [data-banner^=presence], [data-peer-answer], .answers").count() == 0
    page.keyboard.press("p")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).not_to_contain_text("other party")


BRIEFS = (
    (peer.link(), "linked", "1.2\u00a0s clock +0.3\u00a0s"),
    (peer.lost(), "lost", "lost since 11:24:09"),
    (peer.link(state="forked"), "forked", "two logs shown"),
    (peer.link(desk="unmanned"), "unmanned", "linked, desk unmanned"),
    (peer.by_file(party="CTF"), "file", "by file, 23\u00a0min old"),
    (peer.by_voice(party="CTF"), "voice", "by voice only"),
)


def test_the_bar_says_how_a_party_is_reached(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = node_of(make_node, peer.link())
    page = open_page(node)
    cell = page.locator("[data-peer=CTF]")
    for given, mark, words in BRIEFS:
        node.changes = {"peers": [given]}
        expect(cell).to_have_attribute("data-link", mark)
        expect(cell).to_contain_text(words)
        expect(cell.locator("svg")).to_have_count(0 if mark == "linked" else 1)  # a shape, not a colour alone


def test_from_three_parties_the_bar_is_compact_and_one_row_high(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(node_of(make_node, peer.link(), peer.by_file(), peer.by_voice()), locale="ru-RU")
    expect(page.locator(".top .chips a")).to_have_count(3)
    height = page.locator(".top").evaluate("bar => bar.getBoundingClientRect().height")
    assert height < 60
    page.locator("[data-peer=RFU]").click()
    expect(page.locator("main.connection h2").first).to_contain_text("Relief Flight Union")


def test_words_are_marked_by_space_and_by_hand_and_counted(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = node_of(make_node, peer.link())
    page = open_page(node)
    page.keyboard.press("p")
    count = page.locator("[data-heard]")
    expect(count).to_have_text("0 of 24 heard and equal")
    for _ in range(9):
        page.keyboard.press(" ")
    expect(count).to_have_text("9 of 24 heard and equal")
    page.locator("[data-word='3']").click()
    page.locator("[data-word='23']").click()
    expect(count).to_have_text("9 of 24 heard and equal")
    expect(page.locator("[data-word='3']")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Escape")
    expect(page.locator("main.connection")).to_have_count(0)
    page.keyboard.press("p")
    expect(count).to_have_text("9 of 24 heard and equal")  # marks outlast a look at the picture
    for _ in range(15):
        page.keyboard.press("Shift+ ")
    expect(page.locator(".counted code")).to_have_text("airpact peer accept --home /srv/airpact/nag CTF.card")


def test_a_word_that_differs_says_what_to_do(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = node_of(make_node, peer.link())
    page = open_page(node)
    go(page, node, "CTF")
    page.keyboard.press("d")
    dialog = page.get_by_role("dialog", name="A word differs")
    expect(dialog).to_contain_text("Keep both files")
    expect(dialog).to_contain_text("Call the supervisor")


def test_the_screen_says_what_the_link_the_heads_and_the_refusals_are(
    make_node: NodeMaker, open_page: OpenPage
) -> None:
    telling = {"waiting": 3, "superseded": 0, "left_out": 1}
    node = node_of(make_node, peer.link(lifts_open=1, lifts_last_hour=2), peer.by_file(), telling=telling)
    page = open_page(node)
    go(page, node, "CTF")
    expect(page.locator("[data-doubtful='198']")).to_contain_text("weather-note, statement 199")
    facts: dict[str, str | re.Pattern[str]] = {
        "state": "since 11:26:04, lost 11:24 to 11:26",
        "their-desk": "presence confirmed 11:52, next by 12:22",
        "kinds": "“weather-note”, kept, witnessed, shown",
        "released": re.compile(r"1\skm grid.*20\ss late, 1 lift open, 2 given in the last hour"),
        "telling": "3 wait1 left out, no room",
    }
    for fact, words in facts.items():
        expect(page.locator(f"[data-fact=fact-{fact}]")).to_contain_text(words)
    expect(page.locator("[data-log=NAG]")).to_contain_text("CTF cannot deny having seen 214")
    expect(page.locator("[data-log=CTF]")).to_contain_text("CTF has not rewritten 1 to 200")
    expect(page.locator("[data-log=RFU]")).to_contain_text("nothing after 37")
    expect(page.locator("section", has_text="Refused and kept").locator("tr").nth(1)).to_contain_text(
        "smaller checkpoint"
    )
    assert "⟨" not in page.locator("body").inner_text()  # the mark of a missing message


def test_a_fork_is_never_ticked(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = node_of(make_node, peer.link(state="forked"))
    node.table = peer.table(forks=1, heads=[peer.head("CTF", 200, "linked", "forked")])
    page = open_page(node)
    go(page, node, "CTF")
    expect(page.locator("[data-log=CTF]")).to_have_attribute("data-found", "refused")
    expect(page.locator("[data-fact=fact-state]")).to_contain_text("only distress and hotline pass")
    expect(page.locator(".heads .found.equal")).to_have_count(0)


def test_a_party_by_file_shows_its_files_and_the_commands(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = node_of(make_node, peer.by_file())
    page = open_page(node)
    go(page, node, "RFU")
    expect(page.locator("[data-file='rfu-to-nag-0011']")).to_contain_text("38 to 40 are missing")
    expect(page.locator("[data-file='nag-to-rfu-0012']")).to_contain_text("NAG 180 to 214")
    expect(page.locator(".command code").first).to_contain_text("airpact peer export")
    expect(page.get_by_text("airpact verify rfu-to-nag-0009")).to_be_visible()


def test_warnings_show_and_are_answered_while_the_screen_covers_the_list(
    make_node: NodeMaker, open_page: OpenPage
) -> None:
    node = node_of(make_node, peer.link())
    page = open_page(node)
    go(page, node, "CTF")
    node.put(say.warning())
    row = page.locator(".away [data-alert]")
    expect(row).to_contain_text("WARNING")
    expect(row).to_contain_text("HAWK 11")
    page.wait_for_timeout(500)  # the selection must have stood long enough to be read
    page.keyboard.press("a")
    expect(row).to_have_attribute("data-state", "acknowledged")
    page.locator("[data-act=watch]").click()
    expect(page.locator(".alerts > li.warning")).to_be_visible()
    assert "#" not in page.url


def test_a_frozen_picture_covers_the_connection_too(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = node_of(make_node, peer.link())
    page = open_page(node)
    go(page, node, "CTF")
    node.ticking = False
    expect(page.locator("[data-frozen]")).to_be_visible(timeout=10_000)
    assert page.evaluate("document.elementFromPoint(720, 500).closest('[data-frozen]') !== null")


ANSWERS = (
    (peer.answer("displayed"), "displayed 12:03:04, not acknowledged"),
    (peer.answer("acknowledged", at_s=say.NOW_S + 10), "acknowledged 12:03:21"),
    (peer.answer("withheld", withheld=True), "displayed 12:03:04, not acknowledged, position withheld"),
    (peer.answer("received"), "received 12:03:04, nothing told of it"),
    (peer.answer("not_told", told_s=None, level=None), "not told"),
)


def test_a_card_says_what_the_other_desk_did(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = node_of(make_node, peer.link(), alerts=[say.warning(peer=peer.answer("displayed"))])
    page = open_page(node)
    for given, words in ANSWERS:
        node.put(say.warning(peer=given))
        expect(page.locator("[data-peer-answer]")).to_contain_text(f"CTF{words}")


def test_an_alert_about_a_party_names_it(make_node: NodeMaker, open_page: OpenPage) -> None:
    page = open_page(node_of(make_node, peer.link(state="forked"), alerts=[peer.about("peer_fork")]))
    card = page.locator(".alerts > li").first
    expect(card.locator(".names")).to_have_text("CTF")
    expect(card).to_contain_text("CTF has signed two histories. Both heads are kept as evidence.")


def test_presence_is_asked_quietly_then_loudly_and_confirmed_by_one_key(
    make_node: NodeMaker, open_page: OpenPage
) -> None:
    node = node_of(make_node, peer.link(), presence=say.presence("manned", say.NOW_S + 250))
    page = open_page(node)
    quiet = page.locator("[data-banner=presence-due]")
    expect(quiet).to_contain_text("by 12:07:21")
    node.changes = {**node.changes, "presence": say.presence("unmanned", say.NOW_S - 60)}
    expect(page.locator("[data-banner=presence-unmanned]")).to_contain_text("counts as unmanned")
    page.keyboard.press("i")
    expect(page.locator("[data-banner^=presence]")).to_have_count(0)
    assert node.asked == [("/presence", {})]


def test_what_was_said_by_voice_is_entered_and_stands_unsigned(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = node_of(make_node, peer.by_voice())
    page = open_page(node)
    go(page, node, "VFS")
    expect(page.locator("[data-voice]")).to_have_count(2)
    expect(page.locator("[data-voice='6']")).to_contain_text("not read back")
    page.keyboard.press("v")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Time UTC").fill("12:01:30")
    dialog.get_by_label("What was said").fill("two aircraft down to FL 040")
    dialog.get_by_role("radio", name="yes").check()
    dialog.get_by_role("button", name="Enter").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("[data-voice='99']")).to_contain_text("unsigned, per our record")
    said = {"party": "VFS", "at_s": say.NOW_S - 101, "text": "two aircraft down to FL 040", "read_back": True}
    assert node.asked == [("/voice-entries", said)]


def test_a_person_who_is_no_longer_signed_in_is_led_to_the_sign_in_page(
    make_node: NodeMaker, open_page: OpenPage
) -> None:
    node = node_of(make_node, peer.link())
    page = open_page(node)
    go(page, node, "CTF")
    node.signed_out = True
    node.cut()
    page.wait_for_url(f"{node.url}sign-in?next=%2F%23%2Fpeers%2FCTF", timeout=10_000)


def test_who_is_signed_in_stands_in_the_bar_with_the_way_out(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = make_node(desk=say.desk(person=officer("duty_officer")), alerts=[], pace_s=0)
    page = open_page(node)
    expect(page.locator(".top .person")).to_contain_text("a.demir")
    expect(page.locator(".top .person")).to_contain_text("Duty officer")
    expect(page.locator("form[action='/sign-out'] [name=csrf]")).to_have_value("word")
    expect(page.locator("form[action='/sign-out'] button")).to_be_visible()


def test_a_session_that_the_node_ends_leads_to_the_sign_in_page(make_node: NodeMaker, open_page: OpenPage) -> None:
    node = node_of(make_node, peer.link())
    page = open_page(node)
    go(page, node, "CTF")
    node.close(4401)
    page.wait_for_url(f"{node.url}sign-in?next=%2F%23%2Fpeers%2FCTF", timeout=10_000)


@pytest.mark.parametrize(("may", "asked"), [(["confirm_presence"], "/presence"), ([], "/account")])
def test_who_is_signed_in_is_asked_in_time_and_stays_by_one_key(
    make_node: NodeMaker, open_page: OpenPage, may: list[str], asked: str
) -> None:
    node = make_node(desk=say.desk(person=officer("duty_officer", *may)), alerts=[], pace_s=0)
    page = open_page(node)
    prompt = page.locator("[data-banner=presence-session]")
    expect(prompt).to_have_count(0)
    node.now_s += 1800 - 30 - 300  # the node notes a sign of the person up to 30 s late
    expect(prompt).to_contain_text("by 12:32:41")
    page.keyboard.press("i")
    expect(prompt).to_have_count(0)
    assert node.asked == [(asked, {})]


def test_a_supervisor_withholds_a_position_with_the_reason(make_node: NodeMaker, open_page: OpenPage) -> None:
    alert = say.warning(peer=peer.answer("acknowledged"))
    node = make_node(desk=say.desk(person=officer("supervisor", "refuse_lift")), alerts=[alert], pace_s=0)
    node.changes = {"peers": [peer.link()]}
    page = open_page(node)
    button = page.locator("[data-act=withhold]")
    expect(page.locator("[data-peer-answer]")).to_be_visible()
    expect(button).to_have_count(0)  # nothing is given
    node.changes = {"peers": [peer.link(lifts_open=1)]}
    button.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("CTF was given the exact position")
    dialog.get_by_label("Reason").fill("not our aircraft alone")
    dialog.get_by_role("button", name="Withhold").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("[data-peer-answer]")).to_contain_text("position withheld here")
    expect(button).to_have_count(0)
    assert node.asked == [(f"/lifts/{alert['id']}/refusal", {"reason": "not our aircraft alone"})]


def test_a_duty_officer_is_not_offered_to_withhold(make_node: NodeMaker, open_page: OpenPage) -> None:
    alert = say.warning(peer=peer.answer("acknowledged"))
    node = make_node(desk=say.desk(person=officer("duty_officer", "acknowledge")), alerts=[alert], pace_s=0)
    node.changes = {"peers": [peer.link(lifts_open=1)]}
    page = open_page(node)
    expect(page.locator("[data-peer-answer]")).to_be_visible()
    expect(page.locator("[data-act=withhold]")).to_have_count(0)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("locale", ["en-GB", "ru-RU"])
def test_the_connection_screen_has_no_serious_fault(
    make_node: NodeMaker, open_page: OpenPage, size: tuple[int, int], locale: str
) -> None:
    alerts = [say.warning(peer=peer.answer("displayed")), peer.about("peer_lost")]
    node = node_of(make_node, peer.link(), peer.by_voice(), alerts=alerts)
    page = open_page(node, size=size, locale=locale)
    for party in ("CTF", "VFS"):
        go(page, node, party)
        assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_on_a_phone_the_links_have_a_page_and_every_control_is_a_finger_high(
    make_node: NodeMaker, open_page: OpenPage
) -> None:
    node = node_of(make_node, peer.link(), peer.lost(party="RFU"), alerts=[say.warning()])
    page = open_page(node, size=PHONE, has_touch=True)
    page.locator(".tabs").get_by_text("Links").tap()
    page.locator("[data-peer=CTF]").tap()
    expect(page.locator("main.phone .away [data-alert]")).to_contain_text("HAWK 11")
    expect(page.locator("[data-word='0']")).to_be_visible()
    heights = page.locator("button:visible").evaluate_all("all => all.map(b => b.getBoundingClientRect().height)")
    assert min(heights) >= 56
    page.locator(".tabs").get_by_text("Watch").tap()
    expect(page.locator(".alert.first")).to_be_visible()
