"""textback status: what the running box says of itself."""

from __future__ import annotations

from pathlib import Path

import click

from appliance.commands.common import run_option
from appliance.core.health import State
from appliance.drivers.status_file import StatusFile

READY, NEEDS_OWNER, NOT_RUNNING = 0, 3, 4


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the whole status as JSON.")
@run_option
@click.pass_context
def command(ctx: click.Context, as_json: bool, run: Path) -> None:
    """Say how the box is doing. Exit code: 0 ready, 3 needs the owner, 4 not running or not ready yet."""
    status = StatusFile(run).read()
    if status is None:
        click.echo("The box is not running.", err=True)
        ctx.exit(NOT_RUNNING)
    click.echo(
        status.model_dump_json(indent=2) if as_json else f"{status.headline}\n{status.detail}".rstrip()
    )
    if status.state is State.STARTING:
        ctx.exit(NOT_RUNNING)
    ctx.exit(NEEDS_OWNER if status.state.needs_owner else READY)
