"""The `textback` command. Each command's code is loaded when it is asked for: the daemon needs no Flask."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

import click

from appliance import __version__

# command -> the module of appliance.commands that holds it, and what it does
_COMMANDS = {
    "modem": ("modem", "Listen to the modem, and text back who was missed."),
    "web": ("web", "Serve the page for the owner's phone."),
    "demo": ("demo", "Try the whole product on an emulated modem."),
    "simulate": ("simulate", "Ring, text or break the emulated modem of a running demo."),
    "setup": ("setup", "Claim the box without the page."),
    "setup-code": ("setup_code", "Print the code that claims the box on the page."),
    "settings": ("settings", "Show and change the owner's settings."),
    "numbers": ("numbers", "Show and change who is never texted, and who always is."),
    "contacts": ("contacts", "Show, import and export the owner's contacts."),
    "journal": ("journal", "List calls, texts and events."),
    "export": ("export", "Print the calls as a table, or everything about one person."),
    "erase": ("erase", "Erase everything about one person."),
    "backup": ("backup", "Save the whole box in one file."),
    "restore": ("restore", "Let the box be what a backup holds."),
    "reset": ("reset", "Make the box as new."),
    "status": ("status", "Say how the box is doing."),
    "doctor": ("doctor", "Look for what is wrong, and say what to do."),
}


class _Textback(click.Group):
    """A group whose commands are looked up by name, one module each."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, _ = _COMMANDS[cmd_name]
        found = getattr(import_module(f"appliance.commands.{module}"), "command", None)
        return found if isinstance(found, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in _COMMANDS.items()])


@click.group(
    cls=_Textback, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="textback")
def textback() -> None:
    """Text back the callers you could not answer."""


def _spare_memory() -> None:
    """Have pydantic look for no plugins: it would read what is installed, with 1.4 MB of the library."""
    none = ModuleType("pydantic.plugin._loader")
    none.__dict__["get_plugins"] = tuple
    sys.modules.setdefault(none.__name__, none)


def main() -> None:
    """Run the command line. Exit codes: 0 fine, 1 a fault that the message explains, 2 wrong usage."""
    _spare_memory()
    textback(prog_name="textback")
