"""The power key of a modem on a HAT: a pin that is held high for some seconds, as a finger would.

Opt-in, because no two HATs agree on the pin: on Waveshare's SIM7600X it is BCM 6.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from appliance.drivers import gpio
from appliance.drivers.gpio import Gpio, PinsUnavailable

# A SIM7600 is switched on by 2 s and off by 3 s. One that hangs is switched off, and on by the next press.
ON_S: Final = 2.0
OFF_S: Final = 3.0

log = logging.getLogger(__name__)

Later = Callable[[float, Callable[[], None]], None]


class PowerKey:
    """The key on one pin. Each press is of the other length than the one before. `later` waits meanwhile."""

    def __init__(self, pins: Gpio, number: int, later: Later) -> None:
        """Claim the pin, and leave it low. Raises what the pins raise."""
        self._pins = pins
        self._number = number
        self._later = later
        self._held = False
        self._switch_on: bool | None = None  # what the next press is for; None before the first
        pins.setup(number, pins.OUT, initial=0)

    def press(self, port: str | None) -> bool:
        """Begin to press the key; False where it is held already, or the pin fails.

        `port` is the open port. Without one the modem is off, most likely; with one it is on, and hangs.
        """
        if self._held:
            return False
        on = port is None if self._switch_on is None else self._switch_on
        if not self._set(high=True):
            return False
        self._held, self._switch_on = True, not on
        self._later(ON_S if on else OFF_S, self.release)
        return True

    def release(self) -> None:
        """Let go of the key. May be called in another thread, and twice."""
        self._set(high=False)
        self._held = False

    def close(self) -> None:
        """Let go of the key, and give the pin back."""
        self.release()
        try:
            self._pins.cleanup([self._number])
        except gpio.faults() as error:
            log.warning("the power key's pin was not given back: %s", error)

    def _set(self, *, high: bool) -> bool:
        try:
            self._pins.output(self._number, high)
        except gpio.faults() as error:
            log.error("the power key failed: %s", error)
            return False
        return True


def _in_a_thread(seconds: float, then: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, then)
    timer.daemon = True
    timer.start()


def open_power_key(number: int) -> PowerKey | None:
    """Return the key on a BCM pin, None where there are no pins, which is logged."""
    try:
        return PowerKey(gpio.load(), number, _in_a_thread)
    except PinsUnavailable as error:
        log.info("%s", error)
    except gpio.faults() as error:
        log.warning("The power key on BCM %d cannot be used: %s", number, error)
    return None
