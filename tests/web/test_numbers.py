"""Numbers: who gets a text, single numbers on a list, and contacts from a file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from appliance.core.lists import NumberList
from appliance.drivers.people_file import PeopleFile
from tests.web.fakes import HOST, tags_of, words_of
from tests.web.test_settings import field

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.web.fakes import Box, Visitor

PAGE = "/settings/numbers"
ANN = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann Patel\r\nTEL:07700 900123\r\nEND:VCARD\r\n"
NOBODY = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Nobody\r\nEND:VCARD\r\n"


def upload(owner: Visitor, content: bytes, name: str = "contacts.vcf") -> TestResponse:
    return owner.client.post(
        f"{PAGE}/contacts",
        base_url=HOST,
        data={"csrf": owner.token(), "file": (io.BytesIO(content), name)},
        headers={"Origin": HOST},
        content_type="multipart/form-data",
    )


def test_who_gets_a_text_and_where_can_be_chosen(owner: Visitor, box: Box) -> None:
    page = owner.get(PAGE)
    assert "checked" in field(page, "who-everyone")
    answer = owner.submit(PAGE, who="strangers", country="JE")
    assert (answer.status_code, answer.location) == (303, f"{PAGE}?done=saved")
    assert (box.settings().who, box.settings().countries) == ("strangers", ("JE",))
    page = owner.get(PAGE)
    assert "checked" in field(page, "who-strangers")
    assert "checked" in field(page, "country-JE")
    assert "checked" not in field(page, "country-IM")


def test_a_country_only_the_command_line_knows_stays_on(owner: Visitor, box: Box) -> None:
    box.set("countries", '["FR", "JE"]')
    owner.submit(PAGE, who="everyone", country="IM")
    assert box.settings().countries == ("FR", "IM")


def test_nobody_can_choose_what_is_not_offered(owner: Visitor, box: Box) -> None:
    assert owner.submit(PAGE, who="nobody").status_code == 422
    assert owner.submit(PAGE, who="everyone", country="US").status_code == 303
    assert box.settings().countries == ()


@pytest.mark.parametrize("which", NumberList)
def test_a_number_goes_on_a_list_and_off_again(owner: Visitor, box: Box, which: NumberList) -> None:
    people = PeopleFile(box.data)
    assert owner.submit(f"{PAGE}/list", number="07700 900123", list=which).status_code == 303
    assert people.lists().of("+447700900123") is which
    assert "07700 900123" in words_of(owner.get(PAGE))
    assert owner.submit(f"{PAGE}/list", number="+447700900123").status_code == 303
    assert people.lists().of("+447700900123") is None
    assert "07700 900123" not in words_of(owner.get(PAGE))


@pytest.mark.parametrize("number", ["", "hello", "12", "07700 900123 0000000000"])
def test_what_is_no_number_goes_on_no_list(owner: Visitor, box: Box, number: str) -> None:
    answer = owner.submit(f"{PAGE}/list", number=number, list="never")
    assert answer.status_code == 422
    assert words_of(answer).count("Enter a phone number, like 07700 900123.") == 2
    assert field(answer, "number")["value"] == number


def test_contacts_come_in_from_a_file_and_are_counted(owner: Visitor, box: Box) -> None:
    answer = upload(owner, (ANN + NOBODY).encode())
    assert answer.status_code == 200
    assert "Found 1 contact with a mobile. 1 skipped." in words_of(answer)
    assert PeopleFile(box.data).name_of("+447700900123") == "Ann Patel"
    owner.submit(f"{PAGE}/list", number="07700 900123", list="never")
    page = words_of(owner.get(PAGE))
    assert "The box knows 1 contact." in page
    assert "Ann Patel 07700 900123" in page


def test_a_spreadsheet_does_as_well(owner: Visitor, box: Box) -> None:
    assert "Found 1 contact" in words_of(upload(owner, b"Name,Phone\r\nAnn,07700900123\r\n", "c.csv"))


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff\xe0 a photograph", b"<html>"])
def test_a_file_without_contacts_changes_nothing_and_says_what_to_do(
    owner: Visitor, box: Box, content: bytes
) -> None:
    upload(owner, ANN.encode())
    answer = upload(owner, content)
    assert answer.status_code == 422
    assert ("a", {"href": "#file"}) in tags_of(answer)
    assert PeopleFile(box.data).name_of("+447700900123") == "Ann Patel"


def test_a_form_without_a_file_is_told_so(owner: Visitor, box: Box) -> None:
    answer = owner.submit(f"{PAGE}/contacts")
    assert answer.status_code == 422
    assert "Choose a file first." in words_of(answer)


def test_what_a_file_calls_itself_is_never_shown(owner: Visitor, box: Box) -> None:
    assert "evil" not in upload(owner, ANN.encode(), "<script>evil.vcf").text
    assert "evil" not in upload(owner, b"", "../../evil").text


def test_contacts_can_be_taken_home_and_forgotten(owner: Visitor, box: Box) -> None:
    upload(owner, ANN.encode())
    answer = owner.get(f"{PAGE}/contacts.vcf")
    assert answer.content_type == "text/vcard; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "FN:Ann Patel" in answer.text
    assert owner.submit(f"{PAGE}/contacts/forget").status_code == 303
    assert PeopleFile(box.data).contacts().contacts == ()
    assert "The box knows no contacts yet." in words_of(owner.get(PAGE))
