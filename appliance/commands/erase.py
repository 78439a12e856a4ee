"""textback erase: one person's calls, texts, name and number, gone from every file."""

from __future__ import annotations

from pathlib import Path

import click

from appliance.commands.common import data_option
from appliance.commands.faults import plain_faults
from appliance.commands.secrets import confirm, yes_option
from appliance.core import numbers
from appliance.drivers.journal import Journal
from appliance.drivers.person_data import erase_person


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("number")
@yes_option
@data_option
def command(number: str, yes: bool, data: Path) -> None:
    """Erase everything about NUMBER. Whether they want no texts stays known, without the number."""
    confirm(f"Every call and text of {numbers.display(number)} is erased. Go on?", yes=yes)
    with plain_faults(), Journal(data / "journal.sqlite3") as journal:
        erase_person(data, journal, number)
    click.echo(f"{numbers.display(number)} is erased.")
