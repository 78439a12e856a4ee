"""textback numbers: the owner's two lists, of who is never texted and who always is."""

from __future__ import annotations

import json
from pathlib import Path

import click

from appliance.commands.common import Fault, data_option
from appliance.commands.faults import plain_faults
from appliance.core import numbers
from appliance.core.lists import NumberList
from appliance.drivers.people_file import PeopleFile, PeopleRefused

_NONE = "There are no numbers on the lists."


@click.group(invoke_without_command=True)
@data_option
@click.pass_context
def command(context: click.Context, data: Path) -> None:
    """Show and change who is never texted, and who always is."""
    if context.invoked_subcommand is None:
        _show(data, as_json=False)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@data_option
def list_(as_json: bool, data: Path) -> None:
    """Show both lists."""
    _show(data, as_json=as_json)


@command.command(context_settings={"ignore_unknown_options": True})
@click.argument("number")
@data_option
def never(number: str, data: Path) -> None:
    """Never text NUMBER after a missed call."""
    key = _put(data, number, NumberList.NEVER)
    click.echo(f"{numbers.display(key)} gets no more texts.")


@command.command(context_settings={"ignore_unknown_options": True})
@click.argument("number")
@data_option
def always(number: str, data: Path) -> None:
    """Text NUMBER after every missed call, also when closed, paused, or texted not long ago."""
    key = _put(data, number, NumberList.ALWAYS)
    click.echo(f"{numbers.display(key)} gets a text after every missed call.")


@command.command(context_settings={"ignore_unknown_options": True})
@click.argument("number")
@data_option
def forget(number: str, data: Path) -> None:
    """Take NUMBER off both lists."""
    key = _put(data, number, None)
    click.echo(f"{numbers.display(key)} is treated like everybody else.")


def _put(data: Path, number: str, which: NumberList | None) -> str | None:
    with plain_faults():
        try:
            PeopleFile(data).set_list(number, which)
        except PeopleRefused as refused:
            raise Fault(str(refused)) from refused
    return numbers.key(number)


def _show(data: Path, *, as_json: bool) -> None:
    with plain_faults():
        people = PeopleFile(data)
        lists, known = people.lists(), people.contacts()
    if as_json:
        shown = {"never": sorted(lists.never), "always": sorted(lists.always)}
        click.echo(json.dumps(shown, indent=2))
        return
    if not lists.never | lists.always:
        click.echo(_NONE)
    for which, keys in (("never", lists.never), ("always", lists.always)):
        for key in sorted(keys):
            click.echo(f"{which:<6}  {numbers.display(key)}  {known.name_of(key) or ''}".rstrip())
