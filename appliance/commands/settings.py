"""textback settings: shows and changes the owner's settings, with the checks and words of the page."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from appliance.commands.common import Fault, data_option
from appliance.commands.faults import plain_faults
from appliance.core import settings as core
from appliance.core.settings import SettingError
from appliance.drivers.settings_file import SettingsFile

# Shown as set or not set: whoever looks over the owner's shoulder need not read them.
_SECRET = {"sim_pin", "commands.pin"}


@click.group()
def command() -> None:
    """Show and change the owner's settings."""


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@data_option
def show(as_json: bool, data: Path) -> None:
    """Show every setting."""
    with _faults():
        tree = core.to_tree(SettingsFile(data).load())
    if as_json:
        click.echo(json.dumps(tree, indent=2, ensure_ascii=False))
        return
    for key, value in _lines(tree):
        shown = ("(set)" if value else "none") if key in _SECRET else _shown(value)
        click.echo(f"{key} = {shown}")


@command.command("set", context_settings={"ignore_unknown_options": True})
@click.argument("key")
@click.argument("value")
@data_option
def set_value(key: str, value: str, data: Path) -> None:
    """Change one setting, like `textback settings set repeat_hours 48`."""
    with _faults():
        SettingsFile(data).update(lambda settings: core.with_value(settings, key, value))


@command.command()
@click.argument("file", type=click.File("w", encoding="utf-8"))
@data_option
def export(file: IO[str], data: Path) -> None:
    """Write every setting to FILE as JSON; - is the screen. It holds lock codes: keep it safe."""
    with _faults():
        tree = core.to_tree(SettingsFile(data).load())
    json.dump(tree, file, indent=2, ensure_ascii=False)
    file.write("\n")


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@data_option
def import_(file: Path, data: Path) -> None:
    """Replace every setting by those of FILE; what it leaves out goes back to its default."""
    try:
        tree = json.loads(sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8"))
    except OSError as error:
        raise Fault(f"{file} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise Fault(f"{file} is not a settings file.") from error
    if not isinstance(tree, dict):
        raise Fault(f"{file} is not a settings file.")
    with _faults():
        settings = core.from_tree(tree)
        SettingsFile(data).save(settings)


@contextmanager
def _faults() -> Iterator[None]:
    with plain_faults():
        try:
            yield
        except SettingError as error:
            raise Fault(str(error)) from error


def _lines(tree: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _lines(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
