"""textback restore: lets the box be what a backup holds."""

from __future__ import annotations

from pathlib import Path

import click

from appliance.commands.common import Fault, data_option
from appliance.commands.faults import plain_faults
from appliance.commands.secrets import confirm, password_option, read_password, yes_option
from appliance.core.hours import LONDON
from appliance.drivers.backup import BackupRefused, restore


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@password_option
@yes_option
@data_option
def command(file: Path, password_stdin: bool, yes: bool, data: Path) -> None:
    """Put the calls, texts, settings and contacts of FILE in place of those of the box.

    The password is the one the backup was made with. Who wants no texts now still wants none.
    """
    password = read_password("The backup's password", from_stdin=password_stdin)
    confirm("What the box holds now is replaced. Go on?", yes=yes)
    with plain_faults():
        try:
            with file.open("rb") as source:
                restored = restore(data, password, source)
        except BackupRefused as error:
            raise Fault(str(error)) from error
        except OSError as error:
            raise Fault(f"{file} cannot be read: {error.strerror}.") from error
    made = restored.at.astimezone(LONDON)
    click.echo(f"The box is as it was on {made.day} {made:%B %Y at %H:%M}, with {restored.calls:,} calls.")
