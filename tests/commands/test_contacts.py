"""textback contacts: imported from a file, shown, and exported so that no cell is a formula."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from appliance.core import address_book
from tests.commands.runner import Cli

VCARD = """BEGIN:VCARD
VERSION:3.0
FN:Mrs Patel
TEL;TYPE=CELL:07700 900123
TEL;TYPE=HOME:01632 960123
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:No number
END:VCARD
"""


@pytest.fixture
def card(tmp_path: Path) -> Path:
    path = tmp_path / "contacts.vcf"
    path.write_text(VCARD)
    return path


def test_a_file_of_the_phone_is_imported_and_shown(cli: Cli, card: Path) -> None:
    assert cli.says("contacts", "list") == "There are no contacts.\n"
    assert cli.says("contacts", "import", str(card)) == "Found 1 contact with a mobile. 1 skipped.\n"
    assert cli.says("contacts", "list") == "Mrs Patel: 07700 900123, 01632 960123\n"
    assert json.loads(cli.says("contacts", "list", "--json")) == {
        "name": "Mrs Patel",
        "numbers": ["+447700900123", "+441632960123"],
    }


def test_what_is_exported_can_be_imported_again(cli: Cli, card: Path, tmp_path: Path) -> None:
    cli.says("contacts", "import", str(card))
    exported = tmp_path / "contacts.csv"
    cli.says("contacts", "export", str(exported))
    shown = cli.says("contacts", "list")
    assert cli.says("contacts", "import", str(exported)) == "Found 1 contact with a mobile. 0 skipped.\n"
    assert cli.says("contacts", "list") == shown


def test_security_check_20_a_name_that_is_a_formula_is_exported_as_words(cli: Cli) -> None:
    cli.says("contacts", "import", "-", stdin='Name,Phone\n"=1+1",07700900123\n')
    rows = list(csv.reader(io.StringIO(cli.says("contacts", "export", "-"), newline="")))
    assert rows[1] == ["'=1+1", "07700 900123"]


@pytest.mark.parametrize("content", ["", "Name,Phone\n", "hello", "\0\0\0"])
def test_a_file_without_numbers_changes_nothing(cli: Cli, card: Path, content: str) -> None:
    cli.says("contacts", "import", str(card))
    assert "no phone numbers" in cli.refuses("contacts", "import", "-", stdin=content)
    assert cli.says("contacts", "list").startswith("Mrs Patel")


def test_a_file_that_is_too_big_is_not_read_to_its_end(
    cli: Cli, card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address_book, "MOST_BYTES", 100)
    assert "too big" in cli.refuses("contacts", "import", str(card))
    assert "too big" in cli.refuses("contacts", "import", "-", stdin=VCARD)


def test_a_file_that_is_not_there_is_told_in_words(cli: Cli, tmp_path: Path) -> None:
    assert "cannot be read" in cli.refuses("contacts", "import", str(tmp_path / "none.vcf"))
