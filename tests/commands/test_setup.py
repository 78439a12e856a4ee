"""textback setup: claims the box, once, with the password from stdin."""

from __future__ import annotations

import json

import pytest

from appliance.drivers.access_file import AccessFile
from tests.commands.runner import Cli

PASSWORD = "three copper pipes"
WHO = ("--business", "Dave Smith Plumbing", "--name", "Dave", "--owner-mobile", "07700 900999")


def test_it_claims_the_box_and_keeps_who_the_owner_is(cli: Cli) -> None:
    assert "yours" in cli.says("setup", *WHO, "--password-stdin", stdin=f"{PASSWORD}\n")
    assert AccessFile(cli.data).check(PASSWORD)
    shown = json.loads(cli.says("settings", "show", "--json"))
    assert (shown["business"], shown["name"], shown["owner_mobile"]) == (
        "Dave Smith Plumbing",
        "Dave",
        "+447700900999",
    )


@pytest.mark.parametrize("ending", ["", "\r\n", "\nand another line\n"])
def test_the_password_is_the_first_line_without_its_end(cli: Cli, ending: str) -> None:
    cli.says("setup", *WHO, "--password-stdin", stdin=PASSWORD + ending)
    assert AccessFile(cli.data).check(PASSWORD)


@pytest.mark.parametrize("password", ["", "short", "password123", "Dave Smith Plumbing"])
def test_a_password_that_is_easy_to_guess_claims_nothing(cli: Cli, password: str) -> None:
    cli.refuses("setup", *WHO, "--password-stdin", stdin=f"{password}\n")
    assert not AccessFile(cli.data).claimed()
    assert json.loads(cli.says("settings", "show", "--json"))["business"] is None


@pytest.mark.parametrize(
    ("option", "value"),
    [("--owner-mobile", "01632 960123"), ("--owner-mobile", "no number"), ("--business", ""), ("--name", "")],
)
def test_an_owner_that_cannot_be_claims_nothing(cli: Cli, option: str, value: str) -> None:
    words = list(WHO)
    words[words.index(option) + 1] = value
    cli.refuses("setup", *words, "--password-stdin", stdin=f"{PASSWORD}\n")
    assert not AccessFile(cli.data).claimed()


def test_a_box_has_one_owner(cli: Cli) -> None:
    cli.says("setup", *WHO, "--password-stdin", stdin=f"{PASSWORD}\n")
    other = ("--business", "Other", "--name", "Eve", "--owner-mobile", "07700 900888")
    assert "already has an owner" in cli.refuses("setup", *other, "--password-stdin", stdin="another one\n")
    assert AccessFile(cli.data).check(PASSWORD)
    assert json.loads(cli.says("settings", "show", "--json"))["name"] == "Dave"


def test_a_password_is_never_taken_from_the_command_line(cli: Cli) -> None:
    cli.refuses("setup", *WHO, code=2)
    cli.refuses("setup", *WHO, "--password-stdin", PASSWORD, code=2)
