"""A box without an owner: one page that takes the setup code, and nothing behind it. Checks 1 to 5."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from appliance.core.settings import with_value
from appliance.drivers.access_file import AccessFile
from appliance.drivers.settings_file import SettingsFile
from appliance.drivers.setup_code import OPEN_S, SetupCode
from tests.web.fakes import PASSWORD, FakeClock, Visitor, tags_of, words_of

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

YOURS = "Make this box yours"
CLOSED = "The setup code is not taken now."
WRONG = "That is not the code of this box."
PUBLIC = {"/setup": 200, "/setup/card": 200, "/about": 200}


@pytest.fixture
def code(unclaimed: Flask, tmp_path: Path, clock: FakeClock) -> SetupCode:
    """The code of a box that was switched on a moment ago."""
    made = SetupCode(tmp_path / "data", tmp_path / "run", clock.monotonic)
    made.code()
    clock.pass_time(-970)  # the clock of these tests starts at 1000 s
    return made


@pytest.fixture
def visitor(unclaimed: Flask) -> Visitor:
    return Visitor(unclaimed)


def test_security_check_1_every_page_leads_to_the_one_that_takes_the_code(
    unclaimed: Flask, visitor: Visitor, code: SetupCode
) -> None:
    for rule in unclaimed.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or rule.endpoint == "assets.asset" or rule.rule in PUBLIC:
            continue
        answer = visitor.get(rule.rule.replace("<item>", "c1").replace("<which>", "open"))
        if rule.rule == "/api/state":
            assert (answer.status_code, answer.json) == (401, {"state": "NOT_SET_UP"})
        else:
            assert (answer.status_code, answer.location) == (303, "/setup"), rule.rule
    assert visitor.get("/no-such-page").location == "/setup"
    for path, status in PUBLIC.items():
        assert visitor.get(path).status_code == status


def test_the_first_page_asks_for_a_code_and_a_password_and_has_no_tabs(
    visitor: Visitor, code: SetupCode
) -> None:
    page = visitor.get("/setup")
    assert YOURS in words_of(page)
    assert "<nav" not in page.text
    fields = [tag["name"] for name, tag in tags_of(page) if name == "input" and "name" in tag]
    assert fields == ["csrf", "code", "password"]


def test_no_page_tells_the_code(visitor: Visitor, code: SetupCode, tmp_path: Path) -> None:
    bare = code.code().replace("-", "")
    for path in (*PUBLIC, "/", "/card", "/login"):
        assert bare not in visitor.get(path).text.upper().replace("-", "")


@pytest.mark.parametrize(
    "password",
    [
        "",
        "admin",
        "password",
        "raspberry",
        "textback",
        "1234",
        "root",
        "pi",
        "12345678",
        "letmein",
        "0000",
        "guest",
    ],
)
def test_security_check_1_no_common_login_works_on_a_fresh_box(
    visitor: Visitor, code: SetupCode, password: str
) -> None:
    answer = visitor.post("/login", {"password": password, "user": "admin"})
    assert answer.status_code == 401
    assert YOURS in words_of(answer)


def test_nothing_is_made_on_the_disk_before_the_claim(visitor: Visitor, tmp_path: Path) -> None:
    visitor.get("/")
    visitor.get("/setup")
    assert not (tmp_path / "data").exists()


def test_security_check_3_who_has_the_code_becomes_the_owner_and_is_signed_in(
    visitor: Visitor, code: SetupCode, tmp_path: Path
) -> None:
    before = visitor.cookie()
    answer = visitor.submit("/setup", code=code.code(), password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/setup/name")
    assert visitor.cookie() != before
    assert visitor.get("/setup/name").status_code == 200
    assert AccessFile(tmp_path / "data").check(PASSWORD)


def test_security_check_3_another_code_is_403_and_claims_nothing(
    visitor: Visitor, code: SetupCode, tmp_path: Path
) -> None:
    answer = visitor.submit("/setup", code="AAAA-BBBB", password=PASSWORD)
    assert answer.status_code == 403
    assert words_of(answer).count(WRONG) == 2
    assert "<title>Error: " in answer.text
    assert not AccessFile(tmp_path / "data").claimed()


def test_security_check_3_twenty_wrong_codes_close_it_even_for_the_right_one(
    visitor: Visitor, code: SetupCode
) -> None:
    token = visitor.token()
    answers = [visitor.submit("/setup", code="AAAA-BBBB", password=PASSWORD) for _ in range(20)]
    assert {answer.status_code for answer in answers} == {403}
    closed = visitor.post("/setup", {"csrf": token, "code": code.code(), "password": PASSWORD})
    assert closed.status_code == 410
    assert CLOSED in words_of(closed)
    assert "Press the button on the box." in words_of(visitor.get("/setup"))
    code.open()
    assert visitor.submit("/setup", code=code.code(), password=PASSWORD).status_code == 303


def test_security_check_3_a_second_claim_is_409(visitor: Visitor, code: SetupCode) -> None:
    token = visitor.token()
    stranger = Visitor(visitor.app)
    stranger_token = stranger.token()
    visitor.post("/setup", {"csrf": token, "code": code.code(), "password": PASSWORD})
    late = stranger.post(
        "/setup", {"csrf": stranger_token, "code": code.code(), "password": "five other words"}
    )
    assert late.status_code == 409
    assert "Somebody has set a password already." in words_of(late)


def test_security_check_4_it_is_410_from_15_minutes_after_power_on_till_the_next(
    visitor: Visitor, code: SetupCode, clock: FakeClock
) -> None:
    clock.pass_time(OPEN_S - clock.monotonic() - 1)
    assert visitor.submit("/setup", code="AAAA-BBBB", password=PASSWORD).status_code == 403
    token = visitor.token()
    clock.pass_time(1)
    late = visitor.post("/setup", {"csrf": token, "code": code.code(), "password": PASSWORD})
    assert late.status_code == 410
    assert 'name="password"' not in late.text
    clock.pass_time(-clock.monotonic() + 5)  # the power was cut
    assert visitor.submit("/setup", code=code.code(), password=PASSWORD).status_code == 303


def test_security_check_5_of_fifty_right_claims_at_once_one_wins(
    unclaimed: Flask, code: SetupCode, tmp_path: Path
) -> None:
    visitors = [Visitor(unclaimed, address=f"192.168.1.{30 + number}") for number in range(50)]
    tokens = [visitor.token() for visitor in visitors]

    def claim(number: int) -> int:
        fields = {"csrf": tokens[number], "code": code.code(), "password": f"three tin kettles {number}"}
        return visitors[number].post("/setup", fields).status_code

    with ThreadPoolExecutor(50) as pool:
        answers = sorted(pool.map(claim, range(50)))
    assert answers == [303] + [409] * 49
    access = AccessFile(tmp_path / "data")
    assert sum(access.check(f"three tin kettles {number}") for number in range(50)) == 1
    signed_in = [visitor for visitor in visitors if visitor.get("/setup/name").status_code == 200]
    assert len(signed_in) == 1


def test_a_password_easy_to_guess_claims_nothing_and_the_code_stays_typed(
    visitor: Visitor, code: SetupCode, tmp_path: Path
) -> None:
    answer = visitor.submit("/setup", code=code.code(), password="short")
    assert answer.status_code == 422
    assert "Use 8 characters or more." in words_of(answer)
    assert f'value="{code.code()}"' in answer.text
    assert 'value="short"' not in answer.text
    assert not AccessFile(tmp_path / "data").claimed()


def test_a_claim_needs_the_token_of_our_own_page(visitor: Visitor, code: SetupCode, tmp_path: Path) -> None:
    visitor.get("/setup")
    answer = visitor.post("/setup", {"code": code.code(), "password": PASSWORD})
    assert answer.status_code == 403
    assert not AccessFile(tmp_path / "data").claimed()


def test_after_the_claim_the_setup_page_is_gone(visitor: Visitor, code: SetupCode, tmp_path: Path) -> None:
    assert visitor.get("/").location == "/setup"
    AccessFile(tmp_path / "data").claim(PASSWORD)
    assert visitor.get("/setup").location == "/"
    assert visitor.get("/setup/card").location == "/card"
    assert visitor.get("/").status_code == 401
    assert visitor.sign_in().status_code == 303


def test_a_cleared_password_is_set_anew_with_the_code_and_nothing_else_is_asked(
    visitor: Visitor, code: SetupCode, tmp_path: Path
) -> None:
    access = AccessFile(tmp_path / "data")
    access.claim(PASSWORD)
    SettingsFile(tmp_path / "data").update(lambda settings: with_value(settings, "business", "Smith"))
    access.clear_password()
    page = visitor.get("/setup")
    assert "Choose a new password" in words_of(page)
    assert not re.search("Smith|Step 1", page.text)
    answer = visitor.submit("/setup", code=code.code(), password="four copper elbows")
    assert (answer.status_code, answer.location) == (303, "/")
    assert access.check("four copper elbows")
