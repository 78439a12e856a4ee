"""Open pages: a call and its text appear by themselves, and a box that has gone is said to have gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from appliance.core.health import State

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request, Response

    from tests.browser.rig import Site, Watch
    from tests.web.fakes import Box

POLL_MS = 4000


def settle(page: Page) -> None:
    """Let the page's own clock go on to where it has asked the box once more, and wait for the answer."""
    with page.expect_response("**/api/state"):
        page.clock.run_for(POLL_MS)


def asked_by(page: Page) -> list[str]:
    """Return a list that grows with every address the page asks for, the icon of its tab left out."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/static/" not in request.url:
            asked.append(request.url)

    page.on("request", note)
    return asked


@pytest.mark.parametrize("path", ["/", "/calls"])
def test_a_missed_call_and_its_text_appear_on_an_open_page(
    owner: Page, site: Site, box: Box, path: str
) -> None:
    owner.clock.install()
    owner.goto(site.url(path))
    expect(owner.get_by_text("No calls yet.")).to_be_visible()
    call = box.texted_call("07700900123", sent=False)
    settle(owner)
    line = owner.get_by_role("listitem").filter(has_text="07700 900123")
    expect(line).to_contain_text("Missed call, sending a text")
    box.journal.part_submitting(box.text_of(call), 1, box.clock.now())
    box.journal.part_sent(box.text_of(call), 1, 7, box.clock.now())
    settle(owner)
    expect(line).to_contain_text("Missed call, texted")


def test_an_answer_appears_in_an_open_conversation_and_what_is_being_typed_stays(
    owner: Page, site: Site, box: Box
) -> None:
    owner.clock.install()
    call = box.texted_call("07700900123")
    owner.goto(site.url(f"/calls/c{call}"))
    owner.get_by_label("Text them from the box").fill("On my w")
    box.incoming("07700900123", "Boiler showing F28")
    settle(owner)
    expect(owner.get_by_text("Boiler showing F28")).to_be_visible()
    expect(owner.get_by_label("Text them from the box")).to_have_value("On my w")
    expect(owner.get_by_label("Text them from the box")).to_be_focused()


def test_the_state_of_the_box_changes_on_an_open_page(owner: Page, site: Site, box: Box) -> None:
    owner.clock.install()
    owner.goto(site.url())
    expect(owner.get_by_text("Ready. Missed calls get a text.")).to_be_visible()
    box.status(State.RINGING, headline="Phone ringing: 07700 900123")
    settle(owner)
    expect(owner.get_by_text("Phone ringing: 07700 900123")).to_be_visible()


def test_while_nothing_changes_the_box_is_asked_and_says_so_in_no_bytes(
    owner: Page, site: Site, box: Box
) -> None:
    owner.clock.install()
    owner.goto(site.url())
    asked = asked_by(owner)
    for _ in range(3):
        with owner.expect_response("**/api/state") as caught:
            owner.clock.run_for(POLL_MS)
        answer: Response = caught.value
        assert answer.status == 304
    assert asked == [site.url("/api/state")] * 3


def test_a_page_nobody_looks_at_asks_nothing(owner: Page, site: Site, box: Box) -> None:
    owner.clock.install()
    owner.goto(site.url())
    owner.evaluate("Object.defineProperty(document, 'hidden', {get: () => true})")
    asked = asked_by(owner)
    owner.clock.run_for(5 * POLL_MS)
    assert asked == []


def test_a_box_that_has_gone_is_said_to_have_gone_until_it_is_back(
    owner: Page, site: Site, box: Box, watch: Watch
) -> None:
    watch.allowed += ["Failed to load resource", "ERR_"]
    owner.clock.install()
    owner.goto(site.url())
    gone = owner.get_by_text("Can't reach the box. Are you on its Wi-Fi?")
    expect(gone).to_be_hidden()
    owner.context.set_offline(True)
    for _ in range(2):
        with owner.expect_event("requestfailed"):
            owner.clock.run_for(POLL_MS)
    expect(gone).to_be_visible()
    owner.context.set_offline(False)
    settle(owner)
    expect(gone).to_be_hidden()


def test_who_is_signed_out_meanwhile_is_asked_to_sign_in(
    owner: Page, site: Site, box: Box, watch: Watch
) -> None:
    watch.allowed.append("401")
    owner.clock.install()
    owner.goto(site.url())
    owner.context.clear_cookies()
    settle(owner)
    expect(owner.get_by_role("button", name="Sign in")).to_be_visible()
