"""What the commands share: where the files are, and how a fault is told."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import click

DEMO_FOLDER = Path(".demo")
_DATA = Path("/var/lib/textback")
_RUN = Path("/run/textback")


class Fault(click.ClickException):
    """A fault that its sentence explains: told on stderr, exit code 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence alone."""
        click.echo(self.message, file=file, err=file is None)


def _folder(
    name: str, variable: str, default: Path, what: str
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(
        f"--{name}",
        name,
        type=click.Path(path_type=Path),
        default=lambda: Path(os.environ.get(variable) or default),
        help=f"{what} [default: ${variable} or {default}]",
    )


data_option = _folder("data", "TEXTBACK_DATA", _DATA, "Where calls, texts and settings are kept.")
run_option = _folder("run", "TEXTBACK_RUN", _RUN, "Where the running box says how it is doing.")


def address(text: str) -> tuple[str, int]:
    """Read HOST:PORT. Raises click.BadParameter."""
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise click.BadParameter("write it as HOST:PORT, like 127.0.0.1:8080.")
    return host.strip("[]") or "127.0.0.1", int(port)
