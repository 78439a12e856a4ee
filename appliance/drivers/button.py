"""The button on the box: from BCM 16 to ground, held up by the Pi's own resistor.

    button = open_button(16, lights, acts.put)

A thread of its own reads it every 50 ms. Edges are not used: detecting them fails on kernels from 6.6 on.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from appliance.core import button as core
from appliance.core.button import Action, Button
from appliance.drivers import gpio
from appliance.drivers.gpio import Gpio, PinsUnavailable
from appliance.drivers.lights import LightsDriver

PIN: Final = 16
_JOIN_S: Final = 1.0

log = logging.getLogger(__name__)


class GpioButton:
    """The button on one pin. A tap is answered by the lights alone; every other action goes to `act`."""

    def __init__(self, pins: Gpio, number: int, lights: LightsDriver, act: Callable[[Action], None]) -> None:
        self._pins = pins
        self._number = number
        self._lights = lights
        self._act = act
        self._button = Button()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        pins.setup(number, pins.IN, pull_up_down=pins.PUD_UP)

    def poll(self, now: float) -> None:
        """Read the button once, and do what it asks. Raises what the pins raise."""
        down = not self._pins.input(self._number)
        before = self._button
        self._button, action = core.step(before, down, now)
        since = self._button.since
        if since is not None:
            self._lights.fill(core.lights_filled(now - since))
        elif before.since is not None:
            self._lights.fill(None)
        if action is Action.SHOW:
            self._lights.reveal()
        elif action is not None:
            self._act(action)

    def start(self) -> None:
        """Let a thread of our own read the button from now on."""
        self._thread = threading.Thread(target=self._run, name="button", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Read it no more, and give the pin back."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join(_JOIN_S)
        try:
            self._pins.cleanup([self._number])
        except gpio.faults() as error:
            log.warning("the button's pin was not given back: %s", error)

    def _run(self) -> None:
        try:
            while not self._closing.wait(core.POLL_S):
                self.poll(time.monotonic())
        except gpio.faults() as error:
            log.error("the button failed: %s", error)


def open_button(number: int, lights: LightsDriver, act: Callable[[Action], None]) -> GpioButton | None:
    """Return the button on a BCM pin, None where there is none. `act` is called in a thread of ours."""
    try:
        pins = gpio.load()
    except PinsUnavailable:
        return None  # the lights have said so
    try:
        button = GpioButton(pins, number, lights, act)
    except gpio.faults() as error:
        log.warning("The button on BCM %d cannot be used: %s", number, error)
        return None
    button.start()
    return button
