"""A forgotten password: a code goes to the owner's mobile, and to nobody else. Check 7."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from appliance.core.outbox import TextKind
from appliance.core.settings import with_value
from appliance.drivers.settings_file import SettingsFile
from tests.web.fakes import HOST, PASSWORD, Visitor, words_of

if TYPE_CHECKING:
    from tests.web.fakes import Box, FakeClock

NEW = "four copper elbows"


def ask(visitor: Visitor, mobile: str = "07700 900100") -> str:
    """Ask for a code and return what the visitor then reads."""
    token = visitor.token()
    answer = visitor.post("/forgot", {"csrf": token, "mobile": mobile}, Origin=HOST)
    assert (answer.status_code, answer.location) == (303, "/forgot/code")
    return words_of(visitor.get("/forgot/code"))


def codes(box: Box) -> list[str]:
    """The codes waiting to go, in the words that the owner's phone will show."""
    return re.findall(r"\b[0-9]{8}\b", " ".join(box.outbox()))


def test_the_code_opens_the_box_to_a_new_password(stranger: Visitor, owner: Visitor, box: Box) -> None:
    ask(stranger)
    (code,) = codes(box)
    answer = stranger.submit("/forgot/code", code=f"{code[:4]} {code[4:]}", password=NEW)
    assert (answer.status_code, answer.location) == (303, "/")
    assert stranger.get("/").status_code == 200
    assert owner.get("/").status_code == 401
    assert owner.sign_in(PASSWORD).status_code == 401
    assert Visitor(owner.app, address="192.168.1.30").sign_in(NEW).status_code == 303


def test_security_check_7_the_code_goes_only_to_the_stored_mobile(stranger: Visitor, box: Box) -> None:
    ask(stranger)
    (text,) = [item for item in box.journal.export() if item["kind"] == "text"]
    assert text["to"] == "+447700900100"
    assert text["text_kind"] == TextKind.CODE


@pytest.mark.parametrize(
    "mobile", ["", "07700 900123", "hello", "+447700900100\n", "07700 900100;07700900123"]
)
def test_security_check_7_the_answer_is_the_same_for_any_number(
    stranger: Visitor, box: Box, mobile: str
) -> None:
    assert ask(stranger, mobile) == ask(stranger)
    if mobile.strip() != "+447700900100":
        assert len(codes(box)) == 1


def test_security_check_7_a_code_works_once(stranger: Visitor, box: Box, clock: FakeClock) -> None:
    ask(stranger)
    (code,) = codes(box)
    assert stranger.submit("/forgot/code", code=code, password=NEW).status_code == 303
    again = Visitor(stranger.app, address="192.168.1.67")
    assert again.submit("/forgot/code", code=code, password="five tin whistles").status_code == 403
    assert Visitor(stranger.app, address="192.168.1.30").sign_in(NEW).status_code == 303


def test_security_check_7_a_code_works_for_ten_minutes(stranger: Visitor, box: Box, clock: FakeClock) -> None:
    ask(stranger)
    (code,) = codes(box)
    clock.pass_time(601)
    answer = stranger.submit("/forgot/code", code=code, password=NEW)
    assert answer.status_code == 403
    assert "That is not the code, or it is too old." in words_of(answer)


def test_security_check_7_three_codes_a_day_are_sent_and_the_answer_does_not_tell(
    stranger: Visitor, box: Box
) -> None:
    answers = {ask(stranger) for _ in range(5)}
    assert len(answers) == 1
    assert len(codes(box)) == 3


def test_security_check_7_a_text_that_says_reset_does_nothing(owner: Visitor, box: Box) -> None:
    for sender in ("07700900100", "07700900123"):
        for words in ("RESET", "reset password", "FORGOT"):
            box.incoming(sender, words)
    assert codes(box) == []
    assert owner.get("/").status_code == 200


def test_guessing_is_slowed_down_and_gets_nowhere(stranger: Visitor, box: Box, clock: FakeClock) -> None:
    ask(stranger)
    (code,) = codes(box)
    answers = [stranger.submit("/forgot/code", code="00000000", password=NEW) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [403, 429, 429]
    for _ in range(4):
        clock.pass_time(60)
        stranger.submit("/forgot/code", code="00000000", password=NEW)
    clock.pass_time(60)
    assert stranger.submit("/forgot/code", code=code, password=NEW).status_code == 403


def test_a_password_easy_to_guess_is_refused_and_the_code_stays_good(
    stranger: Visitor, box: Box, clock: FakeClock
) -> None:
    ask(stranger)
    (code,) = codes(box)
    answer = stranger.submit("/forgot/code", code=code, password="short")
    assert answer.status_code == 422
    assert "Use 8 characters or more." in words_of(answer)
    clock.pass_time(5)
    assert stranger.submit("/forgot/code", code=code, password=NEW).status_code == 303


def test_a_box_that_knows_no_mobile_sends_nothing(stranger: Visitor, box: Box) -> None:
    SettingsFile(box.data).update(lambda settings: with_value(settings, "owner_mobile", ""))
    ask(stranger, "")
    assert box.outbox() == []


def test_the_sign_in_page_leads_there_and_it_shows_nothing_private(stranger: Visitor, box: Box) -> None:
    assert 'href="/forgot"' in stranger.get("/login").text
    for path in ("/forgot", "/forgot/code"):
        page = stranger.get(path)
        assert page.status_code == 200
        assert not re.search("900100|Dave|Plumbing", page.text)
