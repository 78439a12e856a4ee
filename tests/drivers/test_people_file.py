"""Who the owner lists and knows, on the storage: changed under a lock, read when the file is another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from appliance.core import contacts as core
from appliance.core import lists as core_lists
from appliance.core.contacts import Contact
from appliance.core.lists import Lists, NumberList
from appliance.core.settings import Settings, with_value
from appliance.drivers.atomic_storage import backup_of
from appliance.drivers.people_file import PeopleFile, PeopleRefused, PeopleUnreadable, PeopleUnwritable
from appliance.drivers.settings_file import SettingsFile

ANN, BOB, LANDLINE = "+447700900123", "+447700900456", "+441632960123"
PATEL = Contact("Mrs Patel", (ANN, LANDLINE))
SMITH = Contact("Smith Heating", (BOB,))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def people(data: Path) -> PeopleFile:
    return PeopleFile(data)


def test_a_fresh_box_lists_and_knows_nobody_and_makes_no_file(people: PeopleFile, data: Path) -> None:
    assert people.lists() == Lists()
    assert people.contacts().contacts == ()
    assert people.name_of(ANN) is None
    assert not data.exists()


def test_a_number_is_on_one_list_at_most_however_it_is_written(people: PeopleFile, data: Path) -> None:
    people.set_list("07700 900123", NumberList.NEVER)
    people.set_list("+44 7700 900456", NumberList.ALWAYS)
    assert PeopleFile(data).lists() == Lists(frozenset({ANN}), frozenset({BOB}))
    people.set_list("0044 7700 900123", NumberList.ALWAYS)
    assert people.lists() == Lists(frozenset(), frozenset({ANN, BOB}))
    people.set_list(ANN, None)
    assert people.lists().of(ANN) is None
    assert people.lists().of(BOB) is NumberList.ALWAYS
    assert people.lists().of(None) is None


@pytest.mark.parametrize("number", ["", "Screwfix", "60123", "0770090012\n3", "=1+1"])
def test_what_is_no_number_is_refused_in_words(people: PeopleFile, data: Path, number: str) -> None:
    with pytest.raises(PeopleRefused, match=r"Enter a phone number, like 07700 900123\."):
        people.set_list(number, NumberList.NEVER)
    with pytest.raises(PeopleRefused):
        people.add_name(number, "Ann")
    assert not (data / "settings.json").exists()


def test_lists_and_contacts_do_not_grow_without_end(
    people: PeopleFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core_lists, "MOST_LISTED", 1)
    monkeypatch.setattr(core, "MOST_CONTACTS", 1)
    people.set_list(ANN, NumberList.NEVER)
    people.set_list(ANN, NumberList.ALWAYS)
    with pytest.raises(PeopleRefused, match="Take some off first"):
        people.set_list(BOB, NumberList.NEVER)
    people.add_name(ANN, "Ann")
    with pytest.raises(PeopleRefused, match="Take some out first"):
        people.add_name(BOB, "Bob")
    people.replace_contacts([SMITH])
    assert [contact.name for contact in people.contacts().contacts] == ["Ann"]


def test_the_settings_and_the_people_leave_each_other_alone(people: PeopleFile, data: Path) -> None:
    file = SettingsFile(data)
    people.replace_contacts([PATEL])
    people.set_list(BOB, NumberList.NEVER)
    file.update(lambda settings: with_value(settings, "business", "Smith Plumbing"))
    people.add_name(BOB, "Bob")
    file.save(with_value(Settings(), "business", "Jones Plumbing"))
    assert file.load().business == "Jones Plumbing"
    assert people.lists().never == {BOB}
    assert (people.name_of(ANN), people.name_of(LANDLINE), people.name_of(BOB)) == ("Mrs Patel",) * 2 + (
        "Bob",
    )


def test_a_change_of_the_people_is_a_change_of_the_settings_file(people: PeopleFile, data: Path) -> None:
    file = SettingsFile(data)
    file.load()
    assert not file.changed()
    people.set_list(BOB, NumberList.NEVER)
    assert file.changed()
    assert file.people.lists().never == {BOB}


def test_what_another_process_changed_is_seen(people: PeopleFile, data: Path) -> None:
    assert people.name_of(ANN) is None
    PeopleFile(data).add_name(ANN, "Ann")
    assert people.name_of(ANN) == "Ann"
    assert people.contacts() is people.contacts()  # and kept while the file stays the same


def test_who_is_named_anew_has_the_name_under_every_number(people: PeopleFile) -> None:
    people.replace_contacts([PATEL])
    people.add_name("01632 960123", "  Mrs\nPatel-Jones ")
    assert people.contacts().contacts == (Contact("Mrs Patel-Jones", (ANN, LANDLINE)),)
    with pytest.raises(PeopleRefused, match="Enter a name"):
        people.add_name(ANN, "\u200b ")


def test_an_import_replaces_the_contacts_but_for_those_named_by_hand(people: PeopleFile) -> None:
    people.replace_contacts([PATEL])
    people.add_name(BOB, "Bob by hand")
    people.replace_contacts([Contact("Someone", ("+447700900789",))])
    assert {contact.name for contact in people.contacts().contacts} == {"Bob by hand", "Someone"}
    people.replace_contacts([SMITH])
    assert [contact.name for contact in people.contacts().contacts] == ["Smith Heating"]


def test_who_is_forgotten_is_on_no_list_and_in_no_contact(people: PeopleFile, data: Path) -> None:
    people.replace_contacts([PATEL, SMITH])
    people.set_list(ANN, NumberList.ALWAYS)
    people.set_list(BOB, NumberList.NEVER)
    people.forget("07700 900123")
    assert people.lists() == Lists(frozenset({BOB}), frozenset())
    assert people.contacts().contacts == (Contact("Mrs Patel", (LANDLINE,)), SMITH)
    people.forget(LANDLINE)
    assert people.contacts().contacts == (SMITH,)
    people.forget_contacts()
    assert people.contacts().contacts == ()
    assert people.lists().never == {BOB}
    assert ANN not in (data / "settings.json").read_text()


def test_rows_that_cannot_be_read_cost_only_themselves(people: PeopleFile, data: Path) -> None:
    people.set_list(ANN, NumberList.NEVER)
    stored = json.loads((data / "settings.json").read_text())
    stored["numbers"] |= {
        "8": {"key": BOB, "list": "sometimes"},
        "9": {"key": 5, "list": "never"},
        "10": {"key": "07700 900456", "list": "never"},
        "11": {"key": ANN, "list": "always"},
    }
    stored["contacts"] = {"1": {"name": 5}, "2": {"name": "Bob", "numbers": [BOB]}}
    (data / "settings.json").write_text(json.dumps(stored))
    assert people.lists() == Lists(frozenset({ANN}), frozenset())
    assert people.name_of(BOB) == "Bob"


def test_a_damaged_file_and_a_full_storage_are_told_in_words(people: PeopleFile, data: Path) -> None:
    people.set_list(ANN, NumberList.NEVER)
    people.set_list(BOB, NumberList.NEVER)
    (data / "settings.json").write_text("{")
    assert people.lists().never == {ANN}  # from the copy before it
    backup_of(data / "settings.json").write_text("{")
    with pytest.raises(PeopleUnreadable, match="Restore a backup"):
        PeopleFile(data).lists()
    with pytest.raises(PeopleUnreadable):
        people.set_list(ANN, None)
    blocked = data / "file"
    blocked.write_text("")
    with pytest.raises(PeopleUnwritable, match="full or failing"):
        PeopleFile(blocked / "data").set_list(ANN, NumberList.NEVER)
    with pytest.raises(PeopleUnreadable):
        PeopleFile(blocked / "data").lists()
