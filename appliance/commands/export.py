"""textback export: the calls as a table, or everything about one person."""

from __future__ import annotations

import json
from pathlib import Path

import click

from appliance.commands.common import data_option
from appliance.commands.faults import plain_faults
from appliance.drivers.journal import Journal
from appliance.drivers.people_file import PeopleFile
from appliance.drivers.person_data import everything_about


@click.group()
def command() -> None:
    """Print the calls as a table, or everything about one person."""


@command.command()
@data_option
def calls(data: Path) -> None:
    """Print every call as .csv, for a spreadsheet."""
    with plain_faults(), Journal(data / "journal.sqlite3", read_only=True) as journal:
        for line in journal.calls_csv(PeopleFile(data).name_of):
            click.echo(line, nl=False)


@command.command(context_settings={"ignore_unknown_options": True})
@click.argument("number")
@data_option
def person(number: str, data: Path) -> None:
    """Print everything about NUMBER, one JSON object a line, to give to them when they ask."""
    with plain_faults(), Journal(data / "journal.sqlite3", read_only=True) as journal:
        for item in everything_about(data, journal, number):
            click.echo(json.dumps(item, ensure_ascii=False))
