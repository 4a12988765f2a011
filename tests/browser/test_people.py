"""The pages of people in a browser: no serious fault for axe, no overflow on a phone, and a passkey by its button."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from airpact.node.home import Layout
from airpact.node.identity import make_identity
from airpact.node.people.account import MACHINE
from airpact.node.people.roles import Role
from tests.api.people import COOKIE, Staffed, staffed
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_accessibility import faults

pytestmark = pytest.mark.browser

PAGES = ("sign-in", "invitation", "people", "keys", "account", "check", "")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Staffed]:
    make_identity(Layout(tmp_path), "NAG", "Northern Air Group", "EXERCISE")
    with staffed(tmp_path) as desk:
        desk.account("adm-1", Role.ADMINISTRATOR)
        desk.account("pub-1", Role.PUBLISHER)
        desk.records.invite("obs-1", [Role.OBSERVER], MACHINE, desk.clock.now_s())
        yield desk


def opened(browser: Browser, desk: Staffed, size: tuple[int, int]) -> tuple[Page, str]:
    """Return a page that is signed in as the administrator, and the address of the desk by name."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, bypass_csp=True)
    address = desk.served.address.replace("127.0.0.1", "nag.localhost")
    caller, _ = desk.session("adm-1")
    context.add_cookies([{"name": COOKIE, "value": caller.secret, "url": address}])
    return context.new_page(), address


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_page_has_a_serious_fault_or_runs_over(
    browser: Browser, desk: Staffed, size: tuple[int, int], language: str
) -> None:
    page, address = opened(browser, desk, size)
    for path in PAGES:
        page.goto(f"{address}{path}?lang={language}")
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.context.close()


def test_a_passkey_is_made_and_used_by_its_button(browser: Browser, desk: Staffed) -> None:
    secret = desk.records.invite("sup-1", [Role.SUPERVISOR], MACHINE, desk.clock.now_s())
    address = desk.served.address.replace("127.0.0.1", "nag.localhost")
    context = browser.new_context()
    page = context.new_page()
    session: Any = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "isUserVerified": True}})
    page.goto(f"{address}invitation/{secret}")
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url(address)
    context.clear_cookies()
    page.goto(f"{address}sign-in?next=/account")
    page.get_by_role("button", name="Use passkey").click()
    page.wait_for_url(f"{address}account")
    expect(page.locator("h1")).to_have_text("sup-1")
    context.close()


def test_without_script_the_form_is_whole_and_no_dead_button_stands_there(browser: Browser, desk: Staffed) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(desk.served.address.replace("127.0.0.1", "nag.localhost") + "sign-in")
    expect(page.get_by_text("Use passkey")).to_be_hidden()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    context.close()
