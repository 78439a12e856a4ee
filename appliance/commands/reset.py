"""textback reset: the box as it left the factory."""

from __future__ import annotations

from pathlib import Path

import click

from appliance.commands.common import Fault, data_option
from appliance.commands.faults import plain_faults
from appliance.commands.secrets import confirm, yes_option
from appliance.drivers.backup import BackupRefused, factory_reset


@click.command()
@yes_option
@data_option
def command(yes: bool, data: Path) -> None:
    """Erase every call, text, setting, contact and password. Only who wants no texts stays known."""
    confirm("Everything on the box is erased. Go on?", yes=yes)
    with plain_faults():
        try:
            factory_reset(data)
        except BackupRefused as error:
            raise Fault(str(error)) from error
    click.echo("The box is as new. Set it up on its page.")
