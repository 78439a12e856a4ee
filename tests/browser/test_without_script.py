"""With JavaScript off every task can still be done: each is a plain form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from appliance.core import wording
from tests.web.fakes import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from tests.browser.rig import Site, Watch
    from tests.web.fakes import Box


@pytest.fixture
def plain(phone: Callable[..., BrowserContext], site: Site) -> Page:
    """A page on a phone that runs no scripts, signed in."""
    context = phone(java_script_enabled=False)
    site.sign_in(context)
    return context.new_page()


def test_signing_in_and_out(phone: Callable[..., BrowserContext], site: Site, box: Box, watch: Watch) -> None:
    watch.allowed.append("401")
    page = phone(java_script_enabled=False).new_page()
    page.goto(site.url())
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Dave Smith Plumbing")).to_be_visible()
    page.goto(site.url("/settings"))
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Password")).to_be_visible()


def test_pausing_answering_and_seeing_to_somebody(plain: Page, site: Site, box: Box) -> None:
    box.incoming("07700900123", "Boiler showing F28")
    plain.goto(site.url())
    plain.get_by_role("button", name="Pause for 2 hours").click()
    expect(plain.get_by_text("Paused until 4:12pm.")).to_be_visible()
    plain.get_by_role("button", name="Send texts again").click()
    plain.get_by_role("link", name="07700 900123").click()
    plain.get_by_role("button", name="Mark as read").click()
    plain.get_by_label("Text them from the box").fill("On my way")
    plain.get_by_role("button", name="Send text").click()
    expect(plain.get_by_text("Your text is on its way.")).to_be_visible()
    assert box.outbox() == ["On my way"]
    plain.get_by_role("button", name="Put back on my list").click()
    plain.get_by_role("button", name="Mark as done").click()
    expect(plain.get_by_text("Nobody is waiting for you.")).to_be_visible()


def test_naming_listing_and_erasing_somebody(plain: Page, site: Site, box: Box) -> None:
    call = box.texted_call("07700900123")
    plain.goto(site.url(f"/calls/c{call}"))
    plain.get_by_text("More", exact=True).click()
    plain.get_by_label("Add a name").fill("Mrs Patel")
    plain.get_by_role("button", name="Save name").click()
    plain.get_by_text("More", exact=True).click()
    plain.get_by_role("button", name="Always text this number").click()
    expect(plain.get_by_text("This number always gets a text, even")).to_be_visible()
    plain.get_by_text("More", exact=True).click()
    plain.get_by_role("link", name="Erase this person").click()
    plain.get_by_role("button", name="Erase for good").click()
    expect(plain.get_by_text("Erased.")).to_be_visible()


def test_looking_somebody_up_and_through_the_filters(plain: Page, site: Site, box: Box) -> None:
    box.incoming("07700900123", "Boiler showing F28")
    plain.goto(site.url("/calls"))
    plain.get_by_label("Find a number, a name or a word").fill("900123")
    plain.get_by_role("button", name="Find").click()
    expect(plain.get_by_role("link", name="07700 900123")).to_be_visible()
    plain.get_by_role("link", name="Wrote back").click()
    expect(plain.get_by_role("link", name="07700 900123")).to_be_visible()
    plain.get_by_role("link", name="To do").click()
    expect(plain.get_by_role("link", name="07700 900123")).to_be_visible()


def test_mending_and_saving_a_message(plain: Page, site: Site, box: Box) -> None:
    plain.goto(site.url("/message"))
    plain.get_by_role("link", name="Change: When you're open").click()
    expect(plain.get_by_role("button", name="+ name")).to_be_hidden()
    dear = "It\u2019s [name] \u2014 back by [time]"
    plain.get_by_label("Your text").fill(dear)
    plain.get_by_role("button", name="Check").click()
    expect(plain.get_by_text("curly apostrophe")).to_be_visible()
    plain.get_by_role("button", name="Fix it for me").click()
    expect(plain.get_by_label("Your text")).to_have_value(wording.fix(dear))
    plain.get_by_role("button", name="Save", exact=True).click()
    expect(plain.get_by_text("Saved.")).to_be_visible()
    assert box.settings().text.open == wording.fix(dear)


def test_seeing_how_it_is_doing(plain: Page, site: Site, box: Box) -> None:
    box.texted_call("07700900123")
    plain.goto(site.url())
    plain.get_by_role("link", name="How is it doing?").click()
    plain.get_by_text("See the numbers").first.click()
    expect(plain.get_by_role("cell", name="1").first).to_be_visible()
    with plain.expect_download() as caught:
        plain.get_by_role("link", name="Download these weeks").click()
    assert caught.value.suggested_filename == "textback-four-weeks.csv"
