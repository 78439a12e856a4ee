"""textback backup: the whole box in one file that only a password opens."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click

from appliance.commands.common import Fault, data_option
from appliance.commands.faults import plain_faults
from appliance.commands.secrets import password_option, read_password
from appliance.drivers.access_file import AccessFile
from appliance.drivers.backup import BackupRefused, write_backup

_NOT_YOURS = "That is not the password of the page."


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@password_option
@data_option
def command(file: Path, password_stdin: bool, data: Path) -> None:
    """Write calls, texts, settings and contacts to FILE, which the page's password opens.

    It holds other people's numbers and words: keep it as you keep your phone.
    """
    password = read_password("The page's password", from_stdin=password_stdin)
    with plain_faults():
        access = AccessFile(data)
        if access.has_password() and not access.check(password):
            raise Fault(_NOT_YOURS)
        _write(file, data, password)
    click.echo(f"The box is saved in {file}.")


def _write(file: Path, data: Path, password: str) -> None:
    try:
        to = os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except OSError as error:
        raise Fault(f"{file} cannot be made: {error.strerror}.") from error
    try:
        with to:
            write_backup(data, password, to, datetime.now(UTC))
            to.flush()
            os.fsync(to.fileno())
    except BaseException as error:
        with suppress(OSError):
            file.unlink()
        if isinstance(error, OSError):
            raise Fault(f"{file} cannot be written: {error.strerror}.") from error
        if isinstance(error, BackupRefused):
            raise Fault(str(error)) from error
        raise
