"""textback setup-code: prints the code, and opens the page to it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from appliance.drivers.access_file import AccessFile
from appliance.drivers.setup_code import SetupCode, Tried

if TYPE_CHECKING:
    from tests.commands.runner import Cli

PASSWORD = "three copper pipes"


def test_it_prints_the_code_and_lets_it_in_for_15_minutes(cli: Cli) -> None:
    setup = SetupCode(cli.data, cli.run_folder, time.monotonic)
    for _ in range(20):
        setup.try_code("WRONG")
    said = cli.says("setup-code")
    assert f"Setup code: {setup.code()}\n" in said
    assert "15 minutes" in said
    assert setup.try_code(setup.code()) is Tried.RIGHT
    assert cli.says("setup-code") == said


def test_a_box_with_an_owner_has_no_code_to_give(cli: Cli) -> None:
    AccessFile(cli.data).claim(PASSWORD)
    assert "already has an owner" in cli.refuses("setup-code")


def test_a_cleared_password_can_be_set_anew_with_the_same_code(cli: Cli) -> None:
    code = SetupCode(cli.data, cli.run_folder, time.monotonic).code()
    AccessFile(cli.data).claim(PASSWORD)
    AccessFile(cli.data).clear_password()
    assert code in cli.says("setup-code")


def test_where_the_page_cannot_be_told_it_says_what_to_do(cli: Cli) -> None:
    cli.run_folder.write_text("no folder")
    assert "Run this as root" in cli.refuses("setup-code")
