"""One Chromium for all browser tests of a worker; for each test a box, its page, and a phone to look at it.

Where there is no Chromium these tests are left out, unless TEXTBACK_BROWSER=required (as in CI): then that
is a fault.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from appliance.drivers.journal import Journal
from tests.browser.rig import FLAGS, PHONE, Site, Watch, chromium, served
from tests.web.conftest import quick_hashes, set_up
from tests.web.fakes import Box, FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

__all__ = ["quick_hashes", "set_up"]

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the browser tests out where no browser is."""
    if chromium() is not None:
        return
    if os.environ.get("TEXTBACK_BROWSER") == "required":
        raise pytest.UsageError("There is no Chromium for the browser tests. Install the chromium package.")
    ours = [item for item in items if _HERE in item.path.parents]
    config.hook.pytest_deselected(items=ours)
    items[:] = [item for item in items if _HERE not in item.path.parents]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def site(tmp_path: Path, set_up: Path, clock: FakeClock) -> Iterator[Site]:
    """The page of a box that is set up."""
    shutil.copytree(set_up, tmp_path / "data")
    with served(tmp_path / "data", tmp_path / "run", clock) as site:
        yield site


@pytest.fixture
def box(site: Site) -> Iterator[Box]:
    """The other side of the files: what the daemon and the callers do."""
    with Journal(site.data / "journal.sqlite3") as journal:
        box = Box(site.data, site.run, journal, site.clock)
        box.status(headline="Ready. Missed calls get a text.", detail="EE, good signal. 3 texts today.")
        yield box


@pytest.fixture
def watch(site: Site) -> Iterator[Watch]:
    """Sees to it that no page of the test said, asked or fetched what it must not."""
    watch = Watch(site.url(""))
    yield watch
    assert watch.complaints() == []


@pytest.fixture
def phone(browser: Browser, watch: Watch) -> Iterator[Callable[..., BrowserContext]]:
    """Open browsers on a phone; `phone(java_script_enabled=False)` and so on."""
    opened: list[BrowserContext] = []

    def open_one(**options: object) -> BrowserContext:
        usual = {"viewport": PHONE, "locale": "en-GB", "timezone_id": "Europe/London"}
        settings = usual | {"reduced_motion": "reduce"} | options  # a colour on its way is no colour yet
        context = browser.new_context(**settings)  # type: ignore[arg-type]  # its arguments, by name
        context.set_default_timeout(10_000)
        watch.over(context)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def stranger(phone: Callable[..., BrowserContext]) -> Page:
    """A page on a phone of somebody who is not signed in."""
    return phone().new_page()


@pytest.fixture
def owner(phone: Callable[..., BrowserContext], site: Site) -> Page:
    """A page on the owner's phone, signed in."""
    context = phone()
    site.sign_in(context)
    return context.new_page()
