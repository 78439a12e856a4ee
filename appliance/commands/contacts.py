"""textback contacts: who the owner knows, from the file that their phone exports."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import IO

import click

from appliance.commands.common import Fault, data_option
from appliance.commands.faults import plain_faults
from appliance.core import address_book, numbers, spreadsheets
from appliance.core.contacts import ContactsUnreadable
from appliance.drivers.people_file import PeopleFile

_NONE = "There are no contacts."


@click.group()
def command() -> None:
    """Show, import and export the owner's contacts."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each, on a line.")
@data_option
def list_(as_json: bool, data: Path) -> None:
    """Show every contact."""
    with plain_faults():
        kept = PeopleFile(data).contacts().contacts
    if not kept and not as_json:
        click.echo(_NONE)
    for contact in kept:
        if as_json:
            shown = {"name": contact.name, "numbers": list(contact.numbers)}
            click.echo(json.dumps(shown, ensure_ascii=False))
        else:
            click.echo(f"{contact.name}: {', '.join(map(numbers.display, contact.numbers))}")


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@data_option
def import_(file: Path, data: Path) -> None:
    """Replace the contacts by those of FILE, .vcf or .csv; - is stdin. Names given by hand stay."""
    try:
        content = _read(file)
    except OSError as error:
        raise Fault(f"{file} cannot be read: {error.strerror}.") from error
    try:
        found = address_book.read(content)
    except ContactsUnreadable as error:
        raise Fault(str(error)) from error
    with plain_faults():
        PeopleFile(data).replace_contacts(found.contacts)
    click.echo(found.sentence)


@command.command()
@click.argument("file", type=click.File("w", encoding="utf-8"))
@data_option
def export(file: IO[str], data: Path) -> None:
    """Write every contact to FILE as .csv; - is the screen."""
    with plain_faults():
        kept = PeopleFile(data).contacts().contacts
    file.write(spreadsheets.write_contacts(kept))


def _read(file: Path) -> bytes:
    """Return the file, or as much of it as shows that it is too big. Raises OSError."""
    if str(file) == "-":
        return sys.stdin.buffer.read(address_book.MOST_BYTES + 1)
    with file.open("rb") as opened:
        return opened.read(address_book.MOST_BYTES + 1)
