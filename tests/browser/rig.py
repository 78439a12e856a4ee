"""What the browser tests drive: the page on a loopback port, and Debian's Chromium looking at it."""

from __future__ import annotations

import os
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from web import create_app
from web.guard import COOKIE
from web.serve import Server, listening_socket

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request, ViewportSize

    from tests.web.fakes import FakeClock

PHONE: ViewportSize = {"width": 360, "height": 740}
SMALLEST: ViewportSize = {"width": 320, "height": 640}
# Without the sandbox: the tests run as root in a container, and open only pages of their own.
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"),
    "--host-resolver-rules=MAP *.test 127.0.0.1",
    # What newer browsers hold back by themselves must not hide what we let through.
    "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests",
)
_AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
_AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_SMALL = """min => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary')].filter(e => {
  let box = e.getBoundingClientRect();
  if (!box.width || !box.height || box.right < 0 || e.closest('.skip')) return false;
  if (['checkbox', 'radio', 'file'].includes(e.type)) {
    const label = e.closest('label') || document.querySelector(`label[for="${e.id}"]`);
    const over = label ? label.getBoundingClientRect() : box;
    box = {width: Math.max(box.right, over.right) - Math.min(box.left, over.left),
           height: Math.max(box.bottom, over.bottom) - Math.min(box.top, over.top)};
  }
  const inText = e.tagName === 'A' && getComputedStyle(e).display === 'inline';
  return !inText && Math.min(box.width, box.height) < min - .5;
}).map(e => e.outerHTML.slice(0, 80))"""
_SMALL_LETTERS = """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
  .filter(e => parseFloat(getComputedStyle(e).fontSize) < 16).map(e => e.name)"""


def chromium() -> str | None:
    """Return the path of Debian's Chromium, None where there is none."""
    return os.environ.get("TEXTBACK_CHROMIUM") or shutil.which("chromium")


@dataclass(frozen=True, slots=True)
class Site:
    """The page of one box, as it is served."""

    app: Flask
    port: int
    data: Path
    run: Path
    clock: FakeClock

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """Return the address of a page."""
        return f"http://{host}:{self.port}{path}"

    def sign_in(self, context: BrowserContext) -> None:
        """Give a browser the owner's session, without the time that a password takes."""
        opened = self.app.extensions["textback"]
        token = opened.access.new_session(opened.now())
        context.add_cookies([{"name": COOKIE, "value": token, "url": self.url(), "httpOnly": True}])


@contextmanager
def served(data: Path, run: Path, clock: FakeClock, port: int = 0) -> Iterator[Site]:
    """Serve the page of these folders, with the server the box has."""
    app = create_app({"DATA": data, "RUN": run, "CLOCK": clock})
    listener = listening_socket("127.0.0.1", port)
    server = Server(app, listener)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield Site(app, listener.getsockname()[1], data, run, clock)
    finally:
        server.stop()
        thread.join()
        app.extensions["textback"].close()


@dataclass  # without slots: Playwright keeps a note of its own on whose methods it calls
class Watch:
    """What a page did that no page of ours may do."""

    origin: str
    wrong: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)  # parts of complaints that a test brings about itself

    def over(self, context: BrowserContext) -> None:
        """Watch every page of a browser."""
        context.on("console", self._said)
        context.on("dialog", self._asked)
        context.on("weberror", lambda error: self.wrong.append(f"error: {error.error}"))
        context.on("request", self._fetched)

    def complaints(self) -> list[str]:
        """Return what went wrong, less what the test allowed."""
        return [one for one in self.wrong if not any(part in one for part in self.allowed)]

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.wrong.append(f"{message.type}: {message.text}")

    def _asked(self, dialog: Dialog) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _fetched(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:", "blob:", "about:")):
            self.wrong.append(f"request: {request.url}")


def faults_of(page: Page) -> list[str]:
    """Return what axe, and what our own bars for layout, find wrong with a page in light and in dark."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {wrong}" for wrong in axe(page)]
    page.emulate_media(color_scheme="light")
    found += [f"under 44 px: {small}" for small in page.evaluate(_SMALL, 44)]
    found += [f"letters under 16 px: {name}" for name in page.evaluate(_SMALL_LETTERS)]
    return found


def axe(page: Page) -> list[str]:
    """Return the violations that axe-core finds, one line for each."""
    page.evaluate(_AXE)
    found: list[dict[str, Any]] = page.evaluate(
        "async rules => (await axe.run(rules)).violations", _AXE_RULES
    )
    return [
        f"{one['id']}: {one['help']} {[node['target'] for node in one['nodes']][:3]} "
        f"{[node['failureSummary'] for node in one['nodes']][:1]}"
        for one in found
    ]


def sideways(page: Page, *widths: int) -> list[str]:
    """Return where a page is wider than a phone of 320 pixels, and of these widths, also with big letters."""
    found = []
    for width in (*widths, 320):
        page.set_viewport_size({"width": width, "height": 700})
        if page.evaluate(_OVERFLOW) > 0:
            found.append(f"{width} px")
    return found + too_wide_in_big_letters(page)


def too_wide_in_big_letters(page: Page) -> list[str]:
    """Return whether a page is wider than the phone it is on when its text is at 200 %."""
    over: int = page.evaluate(
        "() => { const all = document.documentElement; all.style.setProperty('font-size', '200%');"
        f" const over = {_OVERFLOW}; all.style.removeProperty('font-size'); return over; }}"
    )
    return [f"text at 200 %, {over} px"] if over > 0 else []
