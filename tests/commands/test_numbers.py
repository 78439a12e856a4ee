"""textback numbers: who is never texted, and who always is."""

from __future__ import annotations

import json

import pytest

from tests.commands.runner import Cli


def test_the_lists_are_changed_and_shown(cli: Cli) -> None:
    assert cli.says("numbers") == cli.says("numbers", "list") == "There are no numbers on the lists.\n"
    assert cli.says("numbers", "never", "07700900123") == "07700 900123 gets no more texts.\n"
    said = cli.says("numbers", "always", "+44 7700 900456")
    assert said == "07700 900456 gets a text after every missed call.\n"
    assert cli.says("numbers", "list") == "never   07700 900123\nalways  07700 900456\n"
    assert json.loads(cli.says("numbers", "list", "--json")) == {
        "never": ["+447700900123"],
        "always": ["+447700900456"],
    }
    assert cli.says("numbers", "forget", "07700 900123") == "07700 900123 is treated like everybody else.\n"
    assert cli.says("numbers") == "always  07700 900456\n"


def test_who_is_known_is_shown_by_name(cli: Cli) -> None:
    cli.says("contacts", "import", "-", stdin="Name,Phone\nMrs Patel,07700900123\n")
    cli.says("numbers", "never", "07700900123")
    assert cli.says("numbers") == "never   07700 900123  Mrs Patel\n"


@pytest.mark.parametrize("order", ["never", "always", "forget"])
@pytest.mark.parametrize("number", ["hello", "60123", "-5", ""])
def test_what_is_no_number_is_refused(cli: Cli, order: str, number: str) -> None:
    assert cli.refuses("numbers", order, number) == "Enter a phone number, like 07700 900123."
    assert not (cli.data / "settings.json").exists()


def test_spoilt_files_are_told_in_one_sentence(cli: Cli) -> None:
    cli.data.mkdir()
    (cli.data / "settings.json").write_text("[]")
    assert "Restore a backup" in cli.refuses("numbers", "list")
    assert "Restore a backup" in cli.refuses("numbers", "never", "07700900123")
