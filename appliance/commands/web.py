"""textback web: the page."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import click

from appliance.commands.common import Fault, address, data_option, run_option
from appliance.commands.faults import plain_faults
from web import create_app
from web.serve import NoSocketError, serve
from web.uploads import upload_limit


@click.command()
@data_option
@run_option
@click.option(
    "--listen",
    metavar="HOST:PORT",
    callback=lambda _ctx, _param, value: None if value is None else address(value),
    help="Where to listen.  [default: the socket that systemd hands over]",
)
def command(data: Path, run: Path, listen: tuple[str, int] | None) -> None:
    """Serve the page for the owner's phone."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s", stream=sys.stderr)
    with plain_faults():
        app = create_app({"DATA": data, "RUN": run})
        try:
            serve(app, listen, upload_limit(app))
        except NoSocketError as error:
            raise Fault(str(error)) from error
        finally:
            app.extensions["textback"].close()
