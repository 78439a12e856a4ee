"""Host, headers, Origin and token: what stands before every page. Checks 11, 13 and 14."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from werkzeug.test import create_environ, run_wsgi_app

from tests.web.fakes import HOST, Visitor, tags_of
from web.guard import COOKIE, host_is_ours

if TYPE_CHECKING:
    from flask import Flask

    from tests.web.fakes import Box

OURS = (
    "localhost",
    "LocalHost:8080",
    "127.0.0.1",
    "127.0.0.1:80",
    "[::1]:8080",
    "[::1]",
    "textback.local",
    "TextBack.LOCAL",
    "textback-2.local.",
    "textback.local:80",
    "192.168.1.7",
    "192.168.1.7:80",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.254",
    "169.254.3.4",
    "[fe80::1]",
    "[fd12:3456::1]:80",
)
NOT_OURS = (
    "",
    "evil.com",
    "evil.com:80",
    "127.0.0.1.evil.com",
    "192.168.1.7.nip.io",
    "textback.local.evil.com",
    "evil.local.com",
    "local",
    ".local",
    "a.b.local",
    "-.local",
    "8.8.8.8",
    "172.32.0.1",
    "172.15.0.1",
    "192.169.1.1",
    "[2001:db8::1]",
    "[::ffff:8.8.8.8]",
    "[::1",
    "::1",
    "0.0.0.0",
    "0",
    "2130706433",
    "0x7f.1",
    "127.1",
    "192.168.001.007",
    "localhost, evil.com",
    "192.168.1.7, 192.168.1.7",
    "localhost@evil.com",
    "evil.com#.local",
    "evil.com/.local",
    "localhost:80:80",
    "localhost:",
    "localhost:http",
    "localhost:\u0661",
    "localhost..",
    " localhost",
    "localhost\n",
    "user:pass@localhost",
    "ⓛocalhost",
)


@pytest.mark.parametrize("host", OURS)
def test_security_check_13_a_name_or_address_of_the_own_network_is_ours(host: str) -> None:
    assert host_is_ours(host)


@pytest.mark.parametrize("host", NOT_OURS)
def test_security_check_13_any_other_host_is_not_ours(host: str) -> None:
    assert not host_is_ours(host)


@pytest.mark.parametrize("host", ["evil.com", "textback.local.evil.com"])
def test_security_check_13_a_rebound_name_gets_an_empty_400_even_for_the_owner(
    owner: Visitor, host: str
) -> None:
    answer = owner.client.get("/", headers={"Host": host})
    assert (answer.status_code, answer.data) == (400, b"")


def test_security_check_13_a_request_without_a_host_is_refused(app: Flask) -> None:
    environ = create_environ("/")
    del environ["HTTP_HOST"]
    body, status, _ = run_wsgi_app(app, environ)
    assert (status, b"".join(body)) == ("400 Bad Request", b"")


EXPECTED_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def has_all_headers(headers: dict[str, str], *, cached: bool = False) -> bool:
    policy = headers["Content-Security-Policy"]
    strict = (
        policy.startswith("default-src 'self';")
        and "unsafe" not in policy
        and all(
            rule in policy for rule in ("frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'")
        )
    )
    kept = headers["Cache-Control"]
    return (
        strict
        and ("immutable" in kept if cached else kept == "no-store")
        and all(headers[name] == value for name, value in EXPECTED_HEADERS.items())
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/calls", 200),
        ("/api/state", 200),
        ("/nothing-here", 404),
        ("/calls/c999", 404),
        ("/logout", 405),
    ],
)
def test_security_check_14_every_answer_has_the_security_headers(
    owner: Visitor, box: Box, path: str, status: int
) -> None:
    answer = owner.get(path)
    assert answer.status_code == status
    assert has_all_headers(dict(answer.headers))


def test_security_check_14_a_refused_host_a_refused_form_and_a_stranger_get_them_too(
    stranger: Visitor,
) -> None:
    for answer in (
        stranger.client.get("/", headers={"Host": "evil.com"}),
        stranger.post("/login"),
        stranger.get("/"),
    ):
        assert answer.status_code >= 400
        assert has_all_headers(dict(answer.headers))


def test_security_check_14_a_page_that_fails_gets_them_too_and_says_nothing_of_why(
    app: Flask, owner: Visitor, box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    heard = f"+4477009{100 + 23:05}"  # the log shows this line of the program, but not the value

    def fail() -> str:
        raise RuntimeError(heard)

    app.view_functions["home.home"] = fail
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = owner.get("/")
    assert answer.status_code == 500
    assert has_all_headers(dict(answer.headers))
    assert "RuntimeError" not in answer.text
    assert "RuntimeError" in caplog.text
    assert heard not in caplog.text


def test_assets_may_be_kept_and_still_have_the_headers(stranger: Visitor) -> None:
    address = next(str(tag["href"]) for name, tag in tags_of(stranger.get("/login")) if name == "link")
    answer = stranger.get(address)
    assert answer.status_code == 200
    assert has_all_headers(dict(answer.headers), cached=True)
    assert "Set-Cookie" not in answer.headers


def changing_rules(app: Flask) -> list[tuple[str, str]]:
    """Every rule of the page that is not for reading, with something in place of its variables."""
    found = []
    for rule in app.url_map.iter_rules():
        path = rule.rule.replace("<item>", "c1").replace("<which>", "open")
        found += [(method, path) for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"})]
    return found


FORGED = {
    "no token": ({}, {"Origin": HOST}),
    "an empty token": ({"csrf": ""}, {"Origin": HOST}),
    "a wrong token": ({"csrf": "0" * 64}, {"Origin": HOST}),
    "a foreign Origin": (None, {"Origin": "http://evil.test"}),
    "Origin null": (None, {"Origin": "null"}),
    "another port": (None, {"Origin": f"{HOST}:8000"}),
    "another scheme": (None, {"Origin": HOST.replace("http", "https")}),
    "two Origins": (None, {"Origin": f"{HOST}, {HOST}"}),
}


@pytest.mark.parametrize("forgery", FORGED)
def test_security_check_11_no_rule_that_changes_anything_takes_a_forged_form(
    app: Flask, owner: Visitor, box: Box, forgery: str
) -> None:
    box.texted_call("07700900123")
    before = everything_on_the_box(box)
    fields, headers = FORGED[forgery]
    rules = changing_rules(app)
    assert len(rules) >= 30
    for method, path in rules:
        sent = {"csrf": owner.token()} if fields is None else fields
        answer = owner.client.open(path, method=method, base_url=HOST, data=sent, headers=headers)
        assert answer.status_code == 403, (method, path)
    assert everything_on_the_box(box) == before


def test_the_token_of_another_visitor_is_a_wrong_token(app: Flask, owner: Visitor, box: Box) -> None:
    other = Visitor(app)
    other.bring_session()
    answer = owner.post("/pause", {"csrf": other.token()}, Origin=HOST)
    assert answer.status_code == 403


def test_the_same_form_from_our_own_page_works(owner: Visitor, box: Box) -> None:
    assert owner.submit("/pause").status_code == 303
    assert box.settings().paused_until is not None


def test_an_old_browser_that_sends_no_origin_is_let_in_by_its_token(owner: Visitor, box: Box) -> None:
    assert owner.post("/pause", {"csrf": owner.token()}).status_code == 303


def test_a_form_may_come_from_the_name_of_the_box_in_any_case_and_port_80(owner: Visitor, box: Box) -> None:
    token = owner.token()
    browser = owner.app.test_client()
    browser.set_cookie(COOKIE, owner.cookie(), domain="textback.local")
    answer = browser.post(
        "/pause",
        base_url="http://textback.local",
        headers={"Host": "TextBack.local:80", "Origin": "http://textback.local"},
        data={"csrf": token},
    )
    assert answer.status_code == 303


def test_security_check_11_reading_every_page_changes_nothing(app: Flask, owner: Visitor, box: Box) -> None:
    call = box.texted_call("07700900123")
    box.incoming("07700900123", "Boiler")
    box.status()
    owner.get("/")  # the session's use is noted once a day
    before = everything_on_the_box(box)
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()):
            owner.get(rule.rule.replace("<item>", f"c{call}").replace("<which>", "open"))
    assert everything_on_the_box(box) == before


def test_a_form_too_big_is_refused(owner: Visitor, box: Box) -> None:
    answer = owner.submit("/message/open", text="x" * 70_000)
    assert answer.status_code == 413


def everything_on_the_box(box: Box) -> str:
    """A hash of all there is in the journal and in the settings."""
    held = [*box.journal.export(), *map(repr, box.journal.people(100)), box.settings().model_dump_json()]
    return hashlib.sha256(repr(held).encode()).hexdigest()
