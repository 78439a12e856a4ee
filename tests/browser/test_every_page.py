"""Every page and every state, in light and in dark: axe, layout on small phones, weight of a first load."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from appliance.core.health import State
from appliance.core.known import Known
from appliance.core.states import words
from appliance.drivers.people_file import PeopleFile
from tests.browser.rig import PHONE, SMALLEST, faults_of, sideways, too_wide_in_big_letters

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, CDPSession, Page

    from tests.browser.rig import Site, Watch
    from tests.web.fakes import Box

PAGES = {
    "home": ("/", "/doing", "/no-such-page"),
    "calls": ("/calls", "/calls?show=wrote-back", "/calls?find=boiler", "/calls?find=kettle"),
    "talk": ("/calls/c1", "/calls/c2", "/calls/c1/erase"),
    "message": ("/message", "/message/open", "/message/holiday"),
    "settings": ("/settings", "/settings/box", "/settings/password", "/settings/hours"),
    "more": ("/settings/numbers", "/settings/details", "/about"),
    "forms": ("/settings/limits", "/settings/orders", "/settings/keep", "/settings/sim-lock"),
    "box": ("/settings/box/backup", "/settings/box/reset", "/card"),
    "wizard": ("/setup/name", "/setup/text", "/setup/mobile", "/setup/try"),
}
COLD_BYTES = 25 * 1024
COLD_REQUESTS = 6


@pytest.fixture
def busy(box: Box) -> Box:
    """A box in use: an answer, a text that may not have gone, names, a landline, somebody withheld."""
    box.texted_call("07700900123", ago=timedelta(hours=4))
    box.incoming("07700900123", "Boiler showing F28 and no hot water", ago=timedelta(hours=3))
    text = box.text_of(box.texted_call("07700900789", ago=timedelta(hours=2), sent=False))
    box.journal.part_submitting(text, 1, box.clock.now())
    box.journal.part_unknown(text, 1, "power cut", box.clock.now())
    box.missed_call("01632 960044", ago=timedelta(minutes=80), verdict="NOT_A_UK_MOBILE")
    box.missed_call(None, ago=timedelta(minutes=50), verdict="WITHHELD")
    for day in range(1, 25):
        box.texted_call(f"077009003{day:02}", ago=timedelta(days=day))
    PeopleFile(box.data).add_name("07700900123", "Mrs Patel")
    return box


@pytest.mark.parametrize("widths", [(), pytest.param((360, 390), marks=pytest.mark.slow)])
@pytest.mark.parametrize("part", PAGES)
def test_no_page_has_a_fault_that_axe_or_a_small_phone_finds(
    owner: Page, site: Site, busy: Box, watch: Watch, part: str, widths: tuple[int, ...]
) -> None:
    watch.allowed.append("404")
    for path in PAGES[part]:
        owner.goto(site.url(path))
        for more in owner.locator("summary").all():
            more.click()
        assert {path: faults_of(owner)} == {path: []}
        assert {path: sideways(owner, *widths)} == {path: []}


def test_an_empty_box_has_no_such_fault_either(owner: Page, site: Site, box: Box) -> None:
    for path in ("/", "/calls?show=to-do", "/doing"):
        owner.goto(site.url(path))
        assert {path: faults_of(owner)} == {path: []}


def show(state: State, owner: Page, site: Site, box: Box) -> None:
    """Let the box be in this state, and look at Home."""
    headline, detail = words(state, Known(now=box.clock.now()))
    box.status(state, headline=headline, detail=detail)
    owner.goto(site.url())
    expect(owner.get_by_text(headline, exact=True)).to_be_visible()


def test_every_state_of_the_box_fits_a_small_phone_with_big_letters(
    owner: Page, site: Site, box: Box
) -> None:
    owner.set_viewport_size(SMALLEST)
    for state in set(State) - {State.PAUSED}:  # whether it is paused, the page reads in the settings
        show(state, owner, site, box)
        assert {state: too_wide_in_big_letters(owner)} == {state: []}


@pytest.mark.parametrize(
    "states",
    [
        pytest.param((State.READY, State.CLOSED, State.NO_SIM), id="a look of each kind"),
        pytest.param(tuple(set(State) - {State.PAUSED}), id="all", marks=pytest.mark.slow),
    ],
)
def test_no_state_of_the_box_has_a_fault_that_axe_finds(
    owner: Page, site: Site, box: Box, states: tuple[State, ...]
) -> None:
    for state in states:
        show(state, owner, site, box)
        assert {state: faults_of(owner)} == {state: []}


def test_neither_a_pause_nor_a_daemon_that_is_not_there_looks_wrong(
    owner: Page, site: Site, box: Box
) -> None:
    owner.goto(site.url())
    owner.get_by_role("button", name="Pause for 2 hours").click()
    expect(owner.get_by_text("Paused until 4:12pm.")).to_be_visible()
    assert faults_of(owner) == []
    site.clock.pass_time(60)
    owner.reload()
    expect(owner.get_by_text("Can't reach the phone part.")).to_be_visible()
    assert faults_of(owner) == []


@pytest.mark.parametrize(
    ("path", "field", "typed", "button"),
    [
        ("/message/open", "text", "[tme]", "Save"),
        ("/calls/c1", "text", "", "Send text"),
        ("/calls/c1", "name", " ", "Save name"),
    ],
)
def test_a_form_that_was_refused_is_no_worse(
    owner: Page, site: Site, busy: Box, watch: Watch, path: str, field: str, typed: str, button: str
) -> None:
    watch.allowed.append("422")
    owner.goto(site.url(path))
    for more in owner.locator("summary").all():
        more.click()
    owner.locator(f"#{field}").fill(typed)
    owner.get_by_role("button", name=button, exact=True).click()
    expect(owner.get_by_role("alert")).to_be_focused()
    assert owner.title().startswith("Error:")
    assert faults_of(owner) == []
    assert sideways(owner) == []


def test_the_sign_in_page_has_no_fault(stranger: Page, site: Site, box: Box, watch: Watch) -> None:
    watch.allowed.append("401")
    stranger.goto(site.url())
    assert faults_of(stranger) == []
    assert sideways(stranger) == []


@pytest.mark.parametrize("path", ["/", "/calls", "/calls/c1", "/doing", "/message/open", "/settings"])
def test_a_first_load_is_small_and_nothing_comes_from_elsewhere(
    phone: Callable[..., BrowserContext], site: Site, busy: Box, path: str
) -> None:
    context = phone()
    site.sign_in(context)
    page = context.new_page()
    wire: CDPSession = context.new_cdp_session(page)
    loaded: list[float] = []
    asked: list[str] = []
    wire.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    wire.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]["url"]))
    wire.send("Network.enable")
    page.goto(site.url(path), wait_until="networkidle")
    assert sum(loaded) <= COLD_BYTES
    assert len(asked) <= COLD_REQUESTS
    assert [url for url in asked if not url.startswith(site.url(""))] == []


def test_nothing_moves_after_it_was_drawn(owner: Page, site: Site, busy: Box) -> None:
    for path in ("/", "/calls", "/doing", "/message/open"):
        owner.goto(site.url(path))
        shifted: float = owner.evaluate(
            "new Promise(done => { let sum = 0; new PerformanceObserver(list => {"
            " for (const one of list.getEntries()) sum += one.value; })"
            ".observe({type: 'layout-shift', buffered: true}); setTimeout(() => done(sum), 50); })"
        )
        assert shifted <= 0.02, path


def test_in_forced_colours_what_is_chosen_is_still_told_apart(
    phone: Callable[..., BrowserContext], site: Site, busy: Box
) -> None:
    context = phone(forced_colors="active")
    site.sign_in(context)
    page = context.new_page()
    for path in ("/", "/calls", "/doing"):
        page.goto(site.url(path))
        chosen = page.locator("[aria-current]").first
        other = page.locator(".tabs a:not([aria-current])").first
        look = "e => [getComputedStyle(e).borderTopColor, getComputedStyle(e).fontWeight].join()"
        assert chosen.evaluate(look) != other.evaluate(look)


def test_a_wide_screen_has_no_long_lines(phone: Callable[..., BrowserContext], site: Site, busy: Box) -> None:
    context = phone(viewport={"width": 1280, "height": 800})
    site.sign_in(context)
    page = context.new_page()
    page.goto(site.url("/"))
    width: float = page.locator("main").evaluate("e => e.getBoundingClientRect().width")
    assert width <= 640
    assert PHONE["width"] < width


def test_the_page_can_be_put_on_the_home_screen(owner: Page, site: Site, box: Box) -> None:
    owner.goto(site.url())
    wire = owner.context.new_cdp_session(owner)
    manifest = wire.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"].endswith("/app.webmanifest")
    left = [one["errorId"] for one in wire.send("Page.getInstallabilityErrors")["installabilityErrors"]]
    assert set(left) <= {"in-incognito"}  # which is how Playwright opens it
