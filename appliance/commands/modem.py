"""textback modem: the daemon."""

from __future__ import annotations

import gc
import logging
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from appliance.commands import simulator
from appliance.commands.common import Fault, data_option, run_option
from appliance.commands.faults import plain_faults
from appliance.connection import Port, Remedy
from appliance.core.button import Action
from appliance.core.ladder import Rung
from appliance.core.settings import Settings
from appliance.daemon import Daemon, Equipment
from appliance.doorman import Doorman
from appliance.drivers import find_modem
from appliance.drivers.access_file import AccessFile
from appliance.drivers.button import PIN, open_button
from appliance.drivers.clock import SystemClock
from appliance.drivers.journal import Journal
from appliance.drivers.lights import LightsDriver, NullLights, open_lights
from appliance.drivers.lock import AlreadyRunning, sole_daemon
from appliance.drivers.power_key import open_power_key
from appliance.drivers.request_file import RequestFile
from appliance.drivers.serial_port import open_port
from appliance.drivers.service import Service
from appliance.drivers.settings_file import SettingsFile, SettingsUnreadable
from appliance.drivers.setup_code import SetupCode
from appliance.drivers.status_file import StatusFile
from appliance.drivers.usb_reset import UsbReset


@click.command()
@click.option("--port", help="The modem's port, auto, or simulator.  [default: the setting, auto]")
@click.option("--baud", type=click.IntRange(9600, 921600), help="Speed of a serial HAT.  [default: 115200]")
@data_option
@run_option
@click.option("--lights", type=click.Choice(["gpio", "none"]), default="gpio", help="Which lights to drive.")
@click.option(
    "--usb-reset",
    is_flag=True,
    envvar="TEXTBACK_USB_RESET",
    help="Ask root's helper to take a modem that hangs off USB, and give it back.",
)
def command(
    port: str | None, baud: int | None, data: Path, run: Path, lights: str, *, usb_reset: bool
) -> None:
    """Listen to the modem, and text back who was missed."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    settings = SettingsFile(data)
    try:
        stored = settings.load()
    except SettingsUnreadable:
        stored = Settings()  # the daemon says so, and still lists the calls
    path, speed = port or stored.port, baud or stored.baud
    with ExitStack() as stack:
        stack.enter_context(plain_faults())
        stack.enter_context(_alone(data))
        if path == "simulator":
            path = stack.enter_context(_simulator(run))
        journal = stack.enter_context(Journal(data / "journal.sqlite3", patient=True))
        finder = find_modem.Finder(path)

        def open_next() -> Port:
            return open_port(str(finder.next()), speed)

        board = open_lights(stored.lights.pins) if lights == "gpio" else NullLights()
        key_pin = stored.modem_power_pin if lights == "gpio" else None
        remedies = stack.enter_context(_remedies(UsbReset(run) if usb_reset else None, key_pin))
        access, clock = AccessFile(data), SystemClock()
        doorman = Doorman(access, SetupCode(data, run, clock.monotonic), RequestFile(run))
        daemon = Daemon(
            Equipment(
                open_port=open_next,
                journal=journal,
                settings=settings,
                access=access,
                status=StatusFile(run),
                lights=board,
                service=Service(),
                clock=clock,
                port_worked=finder.worked,
                more_ports=lambda: finder.more,
                remedies=remedies,
                doorman=doorman,
            )
        )
        if lights == "gpio":
            stack.enter_context(_button(board, daemon.press))
        signal.signal(signal.SIGTERM, lambda *_: daemon.stop())
        signal.signal(signal.SIGINT, lambda *_: daemon.stop())
        _leave_to_itself()
        daemon.run()


def _leave_to_itself() -> None:
    """Have Python's collector pass over what is loaded by now, and stays: a look through it takes 0.1 s."""
    gc.collect()
    gc.freeze()


@contextmanager
def _remedies(usb_reset: UsbReset | None, key_pin: int | None) -> Iterator[Mapping[Rung, Remedy]]:
    """Yield what the installer chose beyond the modem's own reset: root's helper, the HAT's power key."""
    remedies: dict[Rung, Remedy] = {}
    if usb_reset is not None:
        remedies[Rung.REAUTHORISE] = usb_reset.ask
    key = None if key_pin is None else open_power_key(key_pin)
    if key is not None:
        remedies[Rung.POWER_KEY] = key.press
    try:
        yield remedies
    finally:
        if key is not None:
            key.close()


@contextmanager
def _button(lights: LightsDriver, press: Callable[[Action], None]) -> Iterator[None]:
    """Read the button on the box, where there is one."""
    button = open_button(PIN, lights, press)
    try:
        yield
    finally:
        if button is not None:
            button.close()


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    try:
        with sole_daemon(data):
            yield
    except AlreadyRunning as error:
        raise Fault(str(error)) from error


@contextmanager
def _simulator(run: Path) -> Iterator[str]:
    """Run the emulated modem beside us and yield its port; `textback simulate` reaches it through `run`."""
    run.mkdir(parents=True, exist_ok=True)
    emulator = subprocess.Popen(simulator.command_line(run))
    try:
        yield str(run / simulator.LINK)
    finally:
        emulator.terminate()
        emulator.wait(timeout=5)
