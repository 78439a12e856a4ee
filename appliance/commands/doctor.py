"""textback doctor: what is well and what is not, one line each, and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from appliance import findings
from appliance.commands.common import Fault, data_option, run_option
from appliance.core.settings import Settings
from appliance.doctor import Doctor, Patience
from appliance.drivers import power
from appliance.drivers.clock import Clock, SystemClock
from appliance.drivers.find_modem import Finder
from appliance.drivers.lock import is_held
from appliance.drivers.room import room_of
from appliance.drivers.serial_port import open_port
from appliance.drivers.settings_file import SettingsFile, SettingsUnreadable
from appliance.drivers.status_file import StatusFile
from appliance.drivers.waiter import Waiter
from appliance.findings import Check, Finding

FAULT = 1
PATIENCE = Patience()
_LABELS = {
    Check.BOX: "The box",
    Check.PORT: "Port",
    Check.MODEM: "Modem",
    Check.FIRMWARE: "Firmware",
    Check.SIM: "SIM card",
    Check.NETWORK: "Network",
    Check.VOICE: "Calls",
    Check.SIGNAL: "Phone signal",
    Check.SMS_CENTRE: "Text centre",
    Check.SIM_STORE: "SIM memory",
    Check.TIME: "Time",
    Check.STORAGE: "Storage",
    Check.POWER: "Power",
}
_MARKS = {True: "ok", False: "FAULT", None: "-"}


@click.command()
@click.option("--port", help="The modem's port, or auto.  [default: the setting, auto]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list of the findings.")
@data_option
@run_option
@click.pass_context
def command(ctx: click.Context, port: str | None, as_json: bool, data: Path, run: Path) -> None:
    """Look at everything a missed call needs, and say what to do. Exit code: 0 all well, 1 a fault.

    While the box runs, it is asked, and the modem is left alone.
    """
    found: list[Finding] = []
    for finding in _examine(port, data, run):
        found.append(finding)
        if not as_json:
            click.echo(_line(finding))
    faults = sum(finding.ok is False for finding in found)
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], indent=2, ensure_ascii=False))
    else:
        click.echo(_summary(faults))
    ctx.exit(FAULT if faults else 0)


def _examine(port: str | None, data: Path, run: Path) -> Iterator[Finding]:
    """Yield what the running box says, or what the modem says when none runs; then of the box itself."""
    clock, about = SystemClock(), set[Check]()
    for finding in _ask(port, data, run, clock):
        about.add(finding.check)
        yield finding
    for finding in (
        findings.time(clock.now(), sure=clock.sure()),
        findings.storage(room_of(data)),
        findings.power(power.read()),
    ):
        if finding.check not in about:  # the running box has a fault to tell there
            yield finding


def _ask(port: str | None, data: Path, run: Path, clock: Clock) -> Iterator[Finding]:
    try:
        held = is_held(data)
    except PermissionError as error:
        raise Fault(f"This user may not look into {data}. Run this with sudo.") from error
    status = StatusFile(run).read()
    if status is not None:
        yield from findings.running(status)
        return
    if held:
        yield Finding(Check.BOX, False, "It runs, but says nothing.", "Wait a minute, then restart the box.")
        return
    try:
        settings = SettingsFile(data).load()
    except SettingsUnreadable as error:
        yield findings.told(Check.BOX, str(error))
        settings = Settings()
    with closing(Waiter()) as waiter:
        finder = Finder(port or settings.port)
        baud = settings.baud
        doctor = Doctor(
            finder, lambda path: open_port(str(path), baud), baud, clock, waiter, patience=PATIENCE
        )
        yield from doctor.examine()


def _line(finding: Finding) -> str:
    words = f"{finding.words} {finding.advice}".rstrip()
    return f"{_LABELS[finding.check]:<13} {_MARKS[finding.ok]:<6} {words}"


def _summary(faults: int) -> str:
    match faults:
        case 0:
            return "All is well."
        case 1:
            return "1 fault. Mend it, then run this again."
        case _:
            return f"{faults} faults. Mend the first, then run this again."
