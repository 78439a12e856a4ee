"""How commands ask for a password, and whether something that cannot be taken back is meant."""

from __future__ import annotations

import sys

import click

from appliance.commands.common import Fault

password_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from stdin, and ask nothing."
)
yes_option = click.option("--yes", is_flag=True, help="Do it without asking.")


def read_password(what: str, *, from_stdin: bool) -> str:
    """Return what is typed, which is not shown. Raises Fault where nobody can be asked."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Fault("Nobody is there to type the password. Say --password-stdin.")
    typed: str = click.prompt(what, hide_input=True, err=True)
    return typed


def confirm(what: str, *, yes: bool) -> None:
    """Go on only if that is meant. Raises Fault."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise Fault("Nobody is there to be asked. Say --yes if you mean it.")
    if not click.confirm(what, err=True):
        raise Fault("Nothing was changed.")
