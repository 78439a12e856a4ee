"""textback simulate: what happens to the emulated modem of a running demo."""

from __future__ import annotations

import os
from pathlib import Path

import click

from appliance.commands import simulator
from appliance.commands.common import DEMO_FOLDER, Fault
from appliance.simulator.control import SimulatorError, send

_NOBODY = "No demo is running here. Start one with `textback demo`."


def _default_run() -> Path:
    return Path(os.environ.get("TEXTBACK_RUN") or DEMO_FOLDER / "run")


@click.group()
@click.option(
    "--run",
    type=click.Path(path_type=Path),
    default=_default_run,
    help=f"RUN of the demo.  [default: $TEXTBACK_RUN or {DEMO_FOLDER / 'run'}]",
)
@click.pass_context
def command(ctx: click.Context, run: Path) -> None:
    """Ring, text or break the emulated modem of a running demo."""
    ctx.obj = run / simulator.CONTROL


def _tell(control: Path, what: str, **values: object) -> None:
    if not control.exists():
        raise Fault(_NOBODY)
    try:
        send(control, {"command": what, **values})
    except SimulatorError as error:
        raise Fault(str(error)) from error


@command.command()
@click.argument("number", required=False)
@click.option("--rings", type=click.IntRange(1, 100), default=3, show_default=True)
@click.option("--interval", type=click.FloatRange(0.1, 30), help="Seconds between two rings.")
@click.option(
    "--end",
    type=click.Choice(["no-carrier", "silent", "vendor"]),
    help="What tells that the call is over.  [default: what this modem says]",
)
@click.option("--withheld", is_flag=True, help="Show no number.")
@click.option("--answered", is_flag=True, help="Somebody picks up.")
@click.pass_obj
def call(
    control: Path,
    number: str | None,
    rings: int,
    interval: float | None,
    end: str | None,
    withheld: bool,
    answered: bool,
) -> None:
    """Let NUMBER ring, and give up."""
    if (number is None) != withheld:
        raise click.UsageError("give a NUMBER, or --withheld.")
    _tell(
        control,
        "call",
        number=number,
        rings=rings,
        interval=interval,
        end=end,
        withheld=withheld,
        answered=answered,
    )


@command.command()
@click.argument("number")
@click.argument("words")
@click.pass_obj
def text(control: Path, number: str, words: str) -> None:
    """Let a text with these WORDS come in from NUMBER."""
    _tell(control, "text", number=number, words=words)


@command.command("fail-send")
@click.argument("code", type=click.IntRange(0, 999))
@click.option("--times", type=click.IntRange(1, 1000), default=1, show_default=True)
@click.pass_obj
def fail_send(control: Path, code: int, times: int) -> None:
    """Refuse the next text with +CMS ERROR: CODE."""
    _tell(control, "fail-send", code=code, times=times)


def _plain(what: str, help_text: str) -> None:
    @command.command(what, help=help_text)
    @click.pass_obj
    def tell(control: Path) -> None:
        _tell(control, what)


_plain("unplug", "Pull the modem out.")
_plain("replug", "Plug it in again.")
_plain("hang", "Let the modem fall silent.")
_plain("unhang", "Wake it up.")
_plain("swap-sim", "Put another SIM in; the modem starts anew.")
_plain("no-signal", "Take the network away.")
_plain("signal", "Give it back.")
