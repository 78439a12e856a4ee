"""One person in all the files of a box: what is held about them, and that nothing of it is left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.core.contacts import Contact
from appliance.core.lists import NumberList
from appliance.core.settings import from_tree
from appliance.drivers import left_behind
from appliance.drivers.journal import Journal
from appliance.drivers.people_file import PeopleFile, PeopleUnwritable
from appliance.drivers.person_data import erase_person, everything_about
from appliance.drivers.settings_file import SettingsFile
from tests.drivers.raw_bytes import files_with, files_with_number
from tests.drivers.stories import ANN, BOB, MONDAY, missed_call, wrote

BESIDE = (
    "journal.damaged-20261101T100000Z.sqlite3",
    "journal.damaged-20261101T100000Z.sqlite3-wal",
    "journal.v1.sqlite3",
    "settings.json.damaged",
    ".settings.json.new",
    ".work-x/packed",
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def journal(data: Path) -> Iterator[Journal]:
    """A box that has Ann, and Bob, in every file."""
    with Journal(data / "journal.sqlite3") as journal:
        SettingsFile(data).update(lambda _: from_tree({"business": "Smith Plumbing"}))
        people = PeopleFile(data)
        people.replace_contacts([Contact("Mrs Patel", (ANN, "+447700900124")), Contact("Bob", (BOB,))])
        for number in (ANN, BOB):
            missed_call(journal, number)
            wrote(journal, number, f"I am {number}")
            people.set_list(number, NumberList.NEVER)
        for name in BESIDE:
            file = data / name
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(b"calls +447700900123 07700 900123")
        yield journal


def test_security_check_39_after_an_erasure_the_number_is_in_no_file_of_the_box(
    data: Path, journal: Journal
) -> None:
    journal.suppress(ANN, MONDAY)
    assert len(files_with_number(data, ANN)) > len(BESIDE)
    erase_person(data, journal, "07700 900123")
    assert files_with_number(data, ANN) == []
    assert journal.is_suppressed(ANN)
    assert files_with_number(data, BOB) != []
    people = PeopleFile(data)
    assert (people.name_of(ANN), people.lists().of(ANN)) == (None, None)
    assert (people.name_of(BOB), people.lists().of(BOB)) == ("Bob", NumberList.NEVER)
    assert SettingsFile(data).load().business == "Smith Plumbing"
    assert not [file for file in data.iterdir() if file.name.startswith(".")]


def test_whoever_has_another_number_keeps_the_name_under_that_one(data: Path, journal: Journal) -> None:
    erase_person(data, journal, ANN)
    assert PeopleFile(data).name_of("+447700900124") == "Mrs Patel"


def test_an_erasure_may_be_asked_for_twice(data: Path, journal: Journal) -> None:
    erase_person(data, journal, ANN)
    erase_person(data, journal, ANN)
    assert files_with_number(data, ANN) == []


def test_a_name_can_be_erased(data: Path, journal: Journal) -> None:
    wrote(journal, "MyBank", "Your code is 1234")
    erase_person(data, journal, "MyBank")
    assert files_with(data, "MyBank", "Your code") == []


def test_what_cannot_be_erased_now_is_told(
    data: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(left_behind, "remove", failing)
    with pytest.raises(PeopleUnwritable, match=r"^Not everything could be erased"):
        erase_person(data, journal, ANN)


def test_what_is_held_begins_with_who_it_is(data: Path, journal: Journal) -> None:
    who, *rest = everything_about(data, journal, "07700 900123")
    assert who == {
        "kind": "person",
        "number": ANN,
        "name": "Mrs Patel",
        "list": "never",
        "wants_no_texts": False,
    }
    assert [item["kind"] for item in rest] == ["call", "text"]


def test_of_a_stranger_it_is_said_that_nothing_is_held(data: Path, journal: Journal) -> None:
    assert list(everything_about(data, journal, "07700 900999")) == [
        {"kind": "person", "number": "+447700900999", "name": None, "list": None, "wants_no_texts": False}
    ]
