"""Signing in and out. Checks 1, 6, 8, 9 and 10."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.web.fakes import HOST, PASSWORD, Visitor, words_of

if TYPE_CHECKING:
    from flask import Flask

    from tests.web.fakes import Box, FakeClock

OPEN_TO_ALL = {
    "/about": 200,
    "/forgot": 200,
    "/forgot/code": 200,
    "/login": 200,
    "/setup": 303,
    "/setup/card": 303,
}


def test_the_owner_signs_in_and_sees_the_page_that_was_asked_for(stranger: Visitor, box: Box) -> None:
    asked = stranger.get("/message/open")
    assert asked.status_code == 401
    assert 'name="then" value="/message/open"' in asked.text
    answer = stranger.submit("/login", password=PASSWORD, then="/message/open")
    assert (answer.status_code, answer.location) == (303, "/message/open")
    assert stranger.get("/message/open").status_code == 200


@pytest.mark.parametrize(
    "then", ["", "/", "//evil.com", "https://evil.com", "/\\evil.com", "/a\n", "evil.com", "/a?b=c", "/%2f"]
)
def test_signing_in_never_leads_to_another_site(stranger: Visitor, box: Box, then: str) -> None:
    assert stranger.submit("/login", password=PASSWORD, then=then).location == "/"


@pytest.mark.parametrize(
    "password", ["", "admin", "password", "raspberry", PASSWORD.upper(), PASSWORD + " ", "x" * 5000]
)
def test_a_wrong_password_is_told_so_beside_the_field(stranger: Visitor, box: Box, password: str) -> None:
    answer = stranger.sign_in(password)
    assert answer.status_code == 401
    assert "There is a problem" in answer.text
    assert "<title>Error: Sign in" in answer.text
    assert stranger.get("/").status_code == 401


def test_security_checks_1_and_16_no_page_shows_anything_to_somebody_without_a_session(
    app: Flask, stranger: Visitor, box: Box
) -> None:
    box.texted_call("07700900123")
    box.incoming("07700900123", "Boiler showing F28")
    box.status(detail="EE, good signal.")
    private = re.compile(r"07700|900123|447700|Boiler|F28|Dave|Plumbing|EE,|SIM7600|0\.1\.0|READY")
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or rule.endpoint == "assets.asset":
            continue
        answer = stranger.get(rule.rule.replace("<item>", "c1").replace("<which>", "open"))
        expected = OPEN_TO_ALL.get(rule.rule, 401)
        assert answer.status_code == expected, rule.rule
        assert not private.search(answer.text), rule.rule
    assert stranger.get("/no-such-page").status_code == 401


def test_security_check_1_a_stranger_cannot_do_what_a_form_does(
    app: Flask, stranger: Visitor, box: Box
) -> None:
    for path in ("/pause", "/resume", "/calls/c1", "/message/open", "/message/count", "/settings"):
        assert stranger.submit(path, text="hello").status_code == 401
    assert box.outbox() == []
    assert box.settings().paused_until is None


def cookie_of(headers: list[str]) -> dict[str, str]:
    (cookie,) = headers
    name, *rest = (part.strip() for part in cookie.split(";"))
    return {"": name} | {key.lower(): value for key, _, value in (part.partition("=") for part in rest)}


def test_security_check_9_the_cookie_is_for_this_site_only_and_out_of_reach_of_scripts(
    stranger: Visitor, box: Box
) -> None:
    cookie = cookie_of(stranger.sign_in().headers.getlist("Set-Cookie"))
    assert {"httponly", "samesite", "path"} <= cookie.keys()
    assert (cookie["samesite"], cookie["path"]) == ("Lax", "/")
    assert "secure" not in cookie
    assert "domain" not in cookie
    assert len(cookie[""].partition("=")[2]) >= 43  # 256 bits in base64


def test_security_check_9_over_https_the_cookie_stays_on_https(app: Flask, box: Box) -> None:
    answer = app.test_client().get("/login", base_url=HOST.replace("http", "https"))
    assert "secure" in cookie_of(answer.headers.getlist("Set-Cookie"))


def test_security_check_10_the_token_is_another_after_signing_in_and_the_old_one_opens_nothing(
    app: Flask, stranger: Visitor, box: Box
) -> None:
    stranger.get("/login")
    before = stranger.cookie()
    stranger.sign_in()
    after = stranger.cookie()
    assert before
    assert before != after
    thief = Visitor(app)
    thief.bring_cookie(before)
    assert thief.get("/").status_code == 401
    thief.bring_cookie(after)
    assert thief.get("/").status_code == 200


def test_a_cookie_somebody_made_up_opens_nothing_and_survives_no_sign_in(app: Flask, box: Box) -> None:
    visitor = Visitor(app)
    fixed = "A" * 43
    visitor.bring_cookie(fixed)
    assert visitor.sign_in().status_code == 303
    assert visitor.cookie() != fixed
    thief = Visitor(app)
    thief.bring_cookie(fixed)
    assert thief.get("/").status_code == 401


@pytest.mark.parametrize("cookie", ["", "x", "a" * 500, "../../etc", '"; DROP', "é" * 43])
def test_a_cookie_of_another_shape_is_as_good_as_none(app: Flask, box: Box, cookie: str) -> None:
    visitor = Visitor(app)
    visitor.bring_cookie(cookie)
    assert visitor.get("/").status_code == 401


def test_security_check_10_after_signing_out_the_old_cookie_opens_nothing(
    app: Flask, owner: Visitor, box: Box
) -> None:
    before = owner.cookie()
    assert owner.submit("/logout").status_code == 303
    thief = Visitor(app)
    thief.bring_cookie(before)
    assert thief.get("/").status_code == 401


def test_security_check_10_another_password_ends_every_other_session(
    app: Flask, owner: Visitor, box: Box
) -> None:
    other_phone = Visitor(app)
    other_phone.bring_session()
    before = owner.cookie()
    answer = owner.submit("/settings/password", old=PASSWORD, new="four copper elbows")
    assert (answer.status_code, answer.location) == (303, "/settings?done=password")
    assert owner.get("/").status_code == 200
    assert other_phone.get("/").status_code == 401
    thief = Visitor(app)
    thief.bring_cookie(before)
    assert thief.get("/").status_code == 401
    assert other_phone.sign_in("four copper elbows").status_code == 303


def test_another_password_needs_the_one_there_is(owner: Visitor, box: Box, clock: FakeClock) -> None:
    assert "That is not the password." in words_of(
        owner.submit("/settings/password", old="wrong", new="four copper elbows")
    )
    clock.pass_time(5)
    assert owner.sign_in().status_code == 303


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("", "Use 8 characters or more."),
        ("short", "Use 8 characters or more."),
        ("password123", "one of the first people try"),
        ("Dave Smith Plumbing", "Do not use the name of your business."),
    ],
)
def test_security_check_8_a_password_easy_to_guess_is_refused(
    owner: Visitor, box: Box, new: str, sentence: str
) -> None:
    answer = owner.submit("/settings/password", old=PASSWORD, new=new)
    assert answer.status_code == 422
    assert sentence in words_of(answer)


def test_security_check_6_the_eleventh_wrong_try_in_five_minutes_has_to_wait(
    app: Flask, owner: Visitor, stranger: Visitor, box: Box, clock: FakeClock
) -> None:
    waited = [1, 2, 4, 8, 16, 32, 60, 60, 60, 0]
    for seconds in waited:
        assert stranger.sign_in("guess").status_code == 401
        clock.pass_time(seconds)
    answer = stranger.sign_in("guess")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 300 - sum(waited)
    assert "Try again in" in words_of(answer)
    assert stranger.sign_in(PASSWORD).status_code == 429
    assert owner.get("/").status_code == 200
    assert Visitor(app, address="192.168.1.30").sign_in().status_code == 303


def test_security_check_6_nobody_is_locked_out_for_good(
    stranger: Visitor, box: Box, clock: FakeClock
) -> None:
    for seconds in (1, 2, 4, 8, 16, 32, 60, 60, 60, 0):
        stranger.sign_in("guess")
        clock.pass_time(seconds)
    clock.pass_time(300)
    assert stranger.sign_in().status_code == 303


def test_eleven_wrong_tries_at_once_are_not_eleven_guesses(stranger: Visitor, box: Box) -> None:
    answers = [stranger.sign_in("guess") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] + [429] * 10
    assert answers[-1].headers["Retry-After"] == "1"


def test_who_is_signed_in_already_is_led_home(owner: Visitor, box: Box) -> None:
    assert owner.get("/login").location == "/"


def test_a_session_nobody_used_for_a_month_is_over(owner: Visitor, box: Box, clock: FakeClock) -> None:
    clock.pass_time(31 * 86_400)
    assert owner.get("/").status_code == 401
