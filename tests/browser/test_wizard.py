"""The first run on a small phone: from the setup code to a box that texts back, with and without scripts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from appliance.drivers.journal import Journal
from appliance.drivers.settings_file import SettingsFile
from tests.browser.rig import SMALLEST, Watch, axe, served, too_wide_in_big_letters
from tests.web.fakes import PASSWORD, Box

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.web.fakes import FakeClock

MOST_TAPS = 9


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_five_screens_and_nine_taps_to_a_box_that_texts_back(
    browser: Browser, tmp_path: Path, clock: FakeClock, scripts: bool
) -> None:
    taps = 0
    with served(tmp_path / "data", tmp_path / "run", clock) as site:
        context = browser.new_context(
            viewport=SMALLEST, java_script_enabled=scripts, reduced_motion="reduce", locale="en-GB"
        )
        watch = Watch(site.url(""))
        watch.over(context)
        page = context.new_page()
        setup_code = site.app.extensions["textback"].setup_code
        setup_code.open()
        code = setup_code.code()
        page.goto(site.url())

        def tap(name: str) -> None:
            nonlocal taps
            taps += 1
            if scripts:
                assert axe(page) == []
                assert too_wide_in_big_letters(page) == []
            page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).click()

        begun = time.monotonic()
        page.get_by_label("Setup code").fill(code)
        page.get_by_label("Choose a password").fill(PASSWORD)
        tap("Next")
        page.get_by_label("Business name").fill("Dave Smith Plumbing")
        page.get_by_label("Your name").fill("Dave")
        tap("Next")
        expect(page.get_by_text("It's Dave from Dave Smith Plumbing")).to_be_visible()
        tap("Next")
        page.get_by_label("Your mobile number").fill("07700 900100")
        tap("Next")
        tap("Send me the text")
        with Journal(site.data / "journal.sqlite3") as journal:
            box = Box(site.data, site.run, journal, clock)
            expect(page.get_by_text("Sending")).to_be_visible()
            text = journal.next_text(clock.now())
            assert text is not None
            assert text.to == "+447700900100"
            journal.part_submitting(text.id, 1, clock.now())
            journal.part_sent(text.id, 1, 7, clock.now())
            box.missed_call("07700900100", verdict="OWNER")
            if not scripts:
                tap("Look again")
            expect(page.get_by_text("Sent")).to_be_visible()
            expect(page.get_by_text("The box heard it ring")).to_be_visible()
        tap("Done")
        expect(page.get_by_role("heading", name="Dave Smith Plumbing")).to_be_visible()
        assert taps <= MOST_TAPS
        assert time.monotonic() - begun <= 120
        settings = SettingsFile(site.data).load()
        assert (settings.business, settings.name) == ("Dave Smith Plumbing", "Dave")
        context.close()
        assert watch.complaints() == []
