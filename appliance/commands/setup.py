"""textback setup: claims the box without the page, for installers and tests."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from appliance.commands.common import Fault, data_option
from appliance.commands.faults import plain_faults
from appliance.core.settings import SettingError, Settings, with_value
from appliance.drivers import passwords
from appliance.drivers.access_file import AccessFile
from appliance.drivers.settings_file import SettingsFile

_CLAIMED = "This box already has an owner. Change its settings with `textback settings`."


@click.command()
@click.option("--business", required=True, help="The name of the business, as callers know it.")
@click.option("--name", required=True, help="Your name, as callers know it.")
@click.option("--owner-mobile", required=True, help="Your own mobile number.")
@click.option("--password-stdin", is_flag=True, required=True, help="Read the page's password from stdin.")
@data_option
def command(business: str, name: str, owner_mobile: str, password_stdin: bool, data: Path) -> None:
    """Claim the box without the page."""
    del password_stdin  # there is no other way: a password on the command line can be read by others
    password = sys.stdin.readline().rstrip("\r\n")
    access = AccessFile(data)

    def fill_in(settings: Settings) -> Settings:
        for key, value in (("business", business), ("name", name), ("owner_mobile", owner_mobile)):
            settings = with_value(settings, key, value)
        return settings

    with plain_faults():
        if access.has_password():
            raise Fault(_CLAIMED)
        passwords.usable(password, business)
        try:
            SettingsFile(data).update(fill_in)
        except SettingError as error:
            raise Fault(str(error)) from error
        if not access.claim(password, business=business):
            raise Fault(_CLAIMED)
    click.echo("The box is yours. Missed calls get a text from now on.")
