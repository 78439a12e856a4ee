"""textback setup-code: the code on the box's card, for whoever has the box itself in hand."""

from __future__ import annotations

import time
from pathlib import Path

import click

from appliance.commands.common import Fault, data_option, run_option
from appliance.commands.faults import plain_faults
from appliance.drivers.access_file import AccessFile
from appliance.drivers.setup_code import OPEN_S, SetupCode

_CLAIMED = "This box already has an owner. To clear the password, hold its button for 20 seconds."
_CLOSED = "The page could not be told. Run this as root, or unplug the box and plug it in again."


@click.command()
@data_option
@run_option
def command(data: Path, run: Path) -> None:
    """Print the setup code, and let the page take it for the next 15 minutes."""
    with plain_faults():
        if AccessFile(data).has_password():
            raise Fault(_CLAIMED)
        setup = SetupCode(data, run, time.monotonic)
        code = setup.code()
        try:
            setup.open()
        except OSError as error:
            raise Fault(_CLOSED) from error
        click.echo(f"Setup code: {code}")
        click.echo(f"Type it on the page within {round(OPEN_S / 60)} minutes.")
