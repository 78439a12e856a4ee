"""Backup, restore and the end of everything, each with the password. Check 21, as far as the page goes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from appliance.drivers.access_file import AccessFile
from appliance.drivers.people_file import PeopleFile
from appliance.drivers.setup_code import SetupCode
from tests.web.fakes import HOST, PASSWORD, Visitor, tags_of, words_of

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.web.fakes import Box, FakeClock

BACKUP, RESTORE, RESET = "/settings/box/backup", "/settings/box/restore", "/settings/box/reset"


def made(owner: Visitor) -> bytes:
    with owner.submit(BACKUP, password=PASSWORD) as answer:
        assert answer.status_code == 200
        return bytes(answer.data)


def bring_back(owner: Visitor, content: bytes, old: str = PASSWORD) -> TestResponse:
    fields = {"csrf": owner.token(), "old": old, "file": (io.BytesIO(content), "../../etc/passwd")}
    return owner.client.post(
        RESTORE,
        base_url=HOST,
        data=fields,
        headers={"Origin": HOST},
        content_type="multipart/form-data",
    )


def test_a_backup_is_one_file_with_its_date_that_shows_nothing(owner: Visitor, box: Box) -> None:
    box.texted_call("07700900123")
    with owner.submit(BACKUP, password=PASSWORD) as answer:
        assert answer.headers["Content-Disposition"] == "attachment; filename=textback-2026-11-26.backup"
        assert answer.headers["Cache-Control"] == "no-store"
        for private in (b"900123", b"Dave Smith", b"900100"):
            assert private not in answer.data


def test_a_backup_brings_back_what_was_lost(owner: Visitor, box: Box) -> None:
    box.texted_call("07700900123")
    PeopleFile(box.data).add_name("07700900123", "Ann Patel")
    backup = made(owner)
    box.set("business", "Another Name")
    PeopleFile(box.data).forget_contacts()
    answer = bring_back(owner, backup)
    assert (answer.status_code, answer.location) == (303, f"{BACKUP}?done=restored")
    assert "Backup restored." in words_of(owner.get(answer.location))
    assert box.settings().business == "Dave Smith Plumbing"
    assert PeopleFile(box.data).name_of("+447700900123") == "Ann Patel"
    assert "Ann Patel" in words_of(owner.get("/calls"))


def test_the_password_and_the_session_are_this_box_s_after_a_restore(
    owner: Visitor, box: Box, clock: FakeClock
) -> None:
    backup = made(owner)
    clock.pass_time(5)
    owner.submit("/settings/password", old=PASSWORD, new="four copper elbows")
    assert bring_back(owner, backup).status_code == 303
    assert owner.get("/").status_code == 200
    assert AccessFile(box.data).check("four copper elbows")


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper()])
def test_neither_a_backup_nor_the_end_comes_without_the_password(
    owner: Visitor, box: Box, password: str, clock: FakeClock
) -> None:
    for path in (BACKUP, RESET):
        answer = owner.submit(path, password=password, sure="true")
        assert answer.status_code == 422
        assert "That is not the password." in words_of(answer)
        assert ("a", {"href": "#password"}) in tags_of(answer)
        clock.pass_time(5)
    assert AccessFile(box.data).has_password()


def test_guessing_the_password_there_is_slowed_down(owner: Visitor, box: Box) -> None:
    assert owner.submit(BACKUP, password="wrong").status_code == 422
    answer = owner.submit(RESET, password=PASSWORD, sure="true")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a zip", b"x" * 5000])
def test_security_check_21_what_is_no_backup_changes_nothing(
    owner: Visitor, box: Box, content: bytes
) -> None:
    box.texted_call("07700900123")
    answer = bring_back(owner, content)
    assert answer.status_code == 422
    assert ("a", {"href": "#file"}) in tags_of(answer)
    assert "etc" not in answer.text
    assert box.settings().business == "Dave Smith Plumbing"
    assert "07700 900123" in words_of(owner.get("/calls"))


def test_security_check_21_a_backup_that_was_altered_cut_or_locked_otherwise_changes_nothing(
    owner: Visitor, box: Box
) -> None:
    backup = made(owner)
    box.set("business", "Another Name")
    altered = backup[:-40] + bytes([backup[-40] ^ 1]) + backup[-39:]
    for content, old in ((altered, PASSWORD), (backup[:-100], PASSWORD), (backup, "another password")):
        answer = bring_back(owner, content, old)
        assert answer.status_code == 422
        assert "There is a problem" in words_of(answer)
        assert box.settings().business == "Another Name"


def test_a_form_without_a_file_is_told_so(owner: Visitor, box: Box) -> None:
    answer = owner.submit(RESTORE, old=PASSWORD)
    assert answer.status_code == 422
    assert "Choose a backup file first." in words_of(answer)


def test_nothing_is_erased_without_a_tick(owner: Visitor, box: Box) -> None:
    answer = owner.submit(RESET, password=PASSWORD)
    assert answer.status_code == 422
    assert "Tick the box if you are sure." in words_of(answer)
    assert AccessFile(box.data).has_password()


def test_after_the_end_the_box_is_as_new_and_its_card_still_good(
    owner: Visitor, box: Box, clock: FakeClock
) -> None:
    setup = SetupCode(box.data, box.run, clock.monotonic)
    code = setup.code()
    box.texted_call("07700900123")
    box.journal.close()
    answer = owner.submit(RESET, password=PASSWORD, sure="true")
    assert (answer.status_code, answer.location) == (303, "/setup")
    assert owner.get("/").location == "/setup"
    assert not AccessFile(box.data).claimed()
    assert box.settings().business is None
    assert setup.code() == code
    newcomer = Visitor(owner.app)
    assert newcomer.submit("/setup", code=code, password="four copper elbows").status_code == 303
    assert newcomer.submit("/setup/name", business="New Owner", name="Nia").status_code == 303
    assert "07700 900123" not in words_of(newcomer.get("/calls"))


def test_both_pages_lead_back_to_the_box(owner: Visitor, box: Box) -> None:
    for path in (BACKUP, RESET):
        page = owner.get(path)
        assert page.status_code == 200
        assert ("a", {"href": "/settings/box", "aria-label": "Back"}) in tags_of(page)
