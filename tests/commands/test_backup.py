"""textback backup, restore, reset, erase, export: what they print, and what they refuse."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import pytest

from appliance.drivers.people_file import PeopleFile
from tests.commands.runner import Cli
from tests.drivers.raw_bytes import files_with_number
from tests.drivers.stories import ANN, BOB, missed_call, wrote

PASSWORD = "correct horse battery staple"


@pytest.fixture
def lived(cli: Cli) -> Cli:
    """A box that has an owner and two callers."""
    cli.says(
        *("setup", "--business", "Smith Plumbing", "--name", "Dave"),
        *("--owner-mobile", "07700900999", "--password-stdin"),
        stdin=PASSWORD,
    )
    with cli.journal() as journal:
        missed_call(journal, ANN)
        wrote(journal, ANN, "Boiler shows F28")
        missed_call(journal, BOB)
    return cli


def callers(cli: Cli) -> set[str]:
    with cli.journal() as journal:
        return {person.person for person in journal.people(10)}


def test_a_box_is_saved_and_brought_back(lived: Cli, tmp_path: Path) -> None:
    file = tmp_path / "box.backup"
    said = lived.says("backup", str(file), "--password-stdin", stdin=PASSWORD + "\n")
    assert said == f"The box is saved in {file}.\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lived.says("erase", "07700 900123", "--yes")
    assert callers(lived) == {BOB}
    said = lived.says("restore", str(file), "--password-stdin", "--yes", stdin=PASSWORD + "\n")
    assert said.startswith("The box is as it was on ")
    assert said.endswith(", with 2 calls.\n")
    assert callers(lived) == {ANN, BOB}


def test_only_the_page_s_password_saves_the_box(lived: Cli, tmp_path: Path) -> None:
    file = tmp_path / "box.backup"
    refused = lived.refuses("backup", str(file), "--password-stdin", stdin="guessed")
    assert refused == "That is not the password of the page."
    assert not file.exists()


def test_a_file_that_is_there_is_not_written_over(lived: Cli, tmp_path: Path) -> None:
    file = tmp_path / "box.backup"
    file.write_text("precious")
    assert "File exists" in lived.refuses("backup", str(file), "--password-stdin", stdin=PASSWORD)
    assert file.read_text() == "precious"


def test_a_password_is_not_asked_for_where_nobody_is(lived: Cli, tmp_path: Path) -> None:
    assert "--password-stdin" in lived.refuses("backup", str(tmp_path / "box.backup"))
    assert "--password-stdin" in lived.refuses("restore", str(tmp_path / "box.backup"))


@pytest.mark.parametrize("words", [("reset",), ("erase", "07700900123")])
def test_what_cannot_be_taken_back_is_not_done_unasked(lived: Cli, words: tuple[str, ...]) -> None:
    assert "--yes" in lived.refuses(*words)
    assert callers(lived) == {ANN, BOB}


def test_a_backup_of_another_password_is_refused(lived: Cli, tmp_path: Path) -> None:
    file = tmp_path / "box.backup"
    lived.says("backup", str(file), "--password-stdin", stdin=PASSWORD)
    refused = lived.refuses("restore", str(file), "--password-stdin", "--yes", stdin="guessed")
    assert refused == "That is not the password this backup was made with."


def test_what_is_no_backup_is_refused(lived: Cli, tmp_path: Path) -> None:
    file = tmp_path / "photo.jpg"
    refused = lived.refuses("restore", str(file), "--password-stdin", "--yes", stdin=PASSWORD)
    assert refused == f"{file} cannot be read: No such file or directory."
    file.write_bytes(b"\xff\xd8\xff\xe0" * 1000)
    refused = lived.refuses("restore", str(file), "--password-stdin", "--yes", stdin=PASSWORD)
    assert refused.startswith("This is no backup of a Textback box.")
    assert callers(lived) == {ANN, BOB}


def test_a_box_is_made_as_new(lived: Cli) -> None:
    assert lived.says("reset", "--yes") == "The box is as new. Set it up on its page.\n"
    assert callers(lived) == set()
    assert json.loads(lived.says("settings", "show", "--json"))["business"] is None
    for number in (ANN, BOB, "+447700900999"):
        assert files_with_number(lived.data, number) == []


def test_a_person_is_erased(lived: Cli) -> None:
    assert lived.says("erase", "07700900123", "--yes") == "07700 900123 is erased.\n"
    assert files_with_number(lived.data, ANN) == []


def test_everything_about_a_person_is_one_object_a_line(lived: Cli) -> None:
    items = [json.loads(line) for line in lived.says("export", "person", "+447700900123").splitlines()]
    assert [item["kind"] for item in items] == ["person", "call", "text"]
    assert items[0]["number"] == ANN


def test_the_calls_are_printed_as_a_table_with_the_names_of_the_contacts(lived: Cli) -> None:
    PeopleFile(lived.data).add_name(ANN, "Mrs Patel")
    rows = list(csv.DictReader(io.StringIO(lived.says("export", "calls"))))
    assert [(row["Number"], row["Name"]) for row in rows] == [
        ("07700 900123", "Mrs Patel"),
        ("07700 900456", ""),
    ]


@pytest.mark.parametrize("words", [("export", "calls"), ("export", "person", "07700900123")])
def test_a_box_that_never_ran_says_so(cli: Cli, words: tuple[str, ...]) -> None:
    assert "Start the box first" in cli.refuses(*words)
