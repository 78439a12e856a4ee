"""What an owner does in a day, tapped on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.web.fakes import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.rig import Site, Watch
    from tests.web.fakes import Box


def test_a_wrong_password_says_so_and_the_right_one_opens_home(
    stranger: Page, site: Site, box: Box, watch: Watch
) -> None:
    watch.allowed.append("401")
    stranger.goto(site.url())
    stranger.get_by_label("Password").fill("not the password")
    stranger.get_by_role("button", name="Sign in").click()
    expect(stranger.get_by_role("alert")).to_contain_text("That is not the password.")
    expect(stranger.get_by_role("alert")).to_be_focused()
    assert stranger.title().startswith("Error:")
    site.clock.pass_time(2)
    stranger.get_by_label("Password").fill(PASSWORD)
    stranger.get_by_role("button", name="Sign in").click()
    expect(stranger.get_by_role("heading", name="Dave Smith Plumbing")).to_be_visible()


def test_pause_is_one_tap_and_so_is_its_end(owner: Page, site: Site, box: Box) -> None:
    owner.goto(site.url())
    owner.get_by_role("button", name="Pause for 2 hours").click()
    expect(owner.get_by_text("Paused until 4:12pm.")).to_be_visible()
    assert box.settings().paused_until is not None
    owner.get_by_role("button", name="Send texts again").click()
    expect(owner.get_by_role("button", name="Pause for 2 hours")).to_be_visible()
    assert box.settings().paused_until is None


def test_the_latest_answer_is_one_tap_from_home_and_answering_it_two_more(
    owner: Page, site: Site, box: Box
) -> None:
    box.texted_call("07700900123")
    box.incoming("07700900123", "Boiler showing F28")
    owner.goto(site.url())
    owner.get_by_role("link", name="07700 900123").click()
    expect(owner.get_by_role("link", name="Call back")).to_have_attribute("href", "tel:+447700900123")
    owner.get_by_label("Text them from the box").fill("On my way")
    expect(owner.get_by_text("3 words. Sends as 1 text.")).to_be_visible()
    owner.get_by_role("button", name="Send text").click()
    expect(owner.get_by_text("Your text is on its way.")).to_be_visible()
    assert box.outbox() == ["On my way"]
    owner.goto(site.url())
    expect(owner.get_by_text("Nobody is waiting for you.")).to_be_visible()


def test_a_double_tap_sends_one_text(owner: Page, site: Site, box: Box) -> None:
    call = box.texted_call("07700900123")
    owner.goto(site.url(f"/calls/c{call}"))
    owner.get_by_label("Text them from the box").fill("On my way")
    owner.get_by_role("button", name="Send text").dblclick()
    expect(owner.get_by_text("Your text is on its way.")).to_be_visible()
    assert box.outbox() == ["On my way"]


def test_a_text_that_may_not_have_gone_is_sent_again_from_home_in_two_taps(
    owner: Page, site: Site, box: Box
) -> None:
    text = box.text_of(box.texted_call("07700900123", sent=False))
    box.journal.part_submitting(text, 1, box.clock.now())
    box.journal.part_unknown(text, 1, "power cut", box.clock.now())
    owner.goto(site.url())
    owner.get_by_role("link", name="07700 900123").click()
    owner.get_by_role("button", name="Send again").click()
    expect(owner.get_by_text("Your text is on its way.")).to_be_visible()
    assert len(box.outbox()) == 1


def test_a_caller_is_named_never_texted_and_erased(owner: Page, site: Site, box: Box) -> None:
    box.texted_call("07700900123")
    owner.goto(site.url("/calls"))
    owner.get_by_role("link", name="07700 900123").click()
    owner.get_by_text("More", exact=True).click()
    owner.get_by_label("Add a name").fill("Mrs Patel")
    owner.get_by_role("button", name="Save name").click()
    expect(owner.get_by_role("heading", name="Mrs Patel")).to_be_visible()
    owner.get_by_text("More", exact=True).click()
    owner.get_by_role("button", name="Never text this number").click()
    expect(owner.get_by_text("You chose never to text this number.")).to_be_visible()
    owner.get_by_text("More", exact=True).click()
    owner.get_by_role("link", name="Erase this person").click()
    owner.get_by_role("button", name="Erase for good").click()
    expect(owner.get_by_text("Erased. Nothing is left of them here.")).to_be_visible()
    expect(owner.get_by_text("Mrs Patel")).to_have_count(0)
    assert box.journal.person("07700900123", 10) == []


def test_somebody_is_looked_up_by_the_words_they_wrote(owner: Page, site: Site, box: Box) -> None:
    box.incoming("07700900123", "Boiler showing F28")
    box.incoming("07700900456", "Leaking tap")
    owner.goto(site.url("/calls"))
    owner.get_by_label("Find a number, a name or a word").fill("f28")
    owner.keyboard.press("Enter")
    expect(owner.get_by_text("07700 900123")).to_be_visible()
    expect(owner.get_by_text("07700 900456")).to_have_count(0)


def test_what_was_opened_is_read_without_a_tap(owner: Page, site: Site, box: Box) -> None:
    message = box.incoming("07700900123", "Boiler showing F28")
    with owner.expect_response("**/read"):
        owner.goto(site.url(f"/calls/t{message}"))
    owner.goto(site.url("/calls"))
    expect(owner.get_by_text("Boiler showing F28")).to_be_visible()
    expect(owner.get_by_text("New", exact=True)).to_have_count(0)


def test_the_keyboard_alone_reaches_everything(owner: Page, site: Site, box: Box) -> None:
    box.texted_call("07700900123")
    owner.goto(site.url())
    owner.keyboard.press("Tab")
    expect(owner.get_by_text("Skip to the page")).to_be_focused()
    owner.keyboard.press("Enter")
    assert owner.evaluate("document.activeElement.id") == "main"
    for _ in range(30):
        owner.keyboard.press("Tab")
        if owner.evaluate("document.activeElement.textContent.includes('Pause for 2 hours')"):
            break
    owner.keyboard.press("Enter")
    expect(owner.get_by_text("Paused until 4:12pm.")).to_be_visible()
