"""The three lights on the lid: BOX, SIGNAL, TEXTS.

Wiring: each light from its pin through 470 ohm to ground; the pins are a setting (BCM 12, 21 and 25).

    lights = open_lights((12, 21, 25))
    lights.show(Lights(Pattern.STEADY, Pattern.SLOW, Pattern.OFF))

Blinking has a thread of its own, which sleeps until the next change and, while no light blinks, for good: the
daemon's loop goes round no oftener because a light does.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from typing import Final, Protocol

from appliance.core import patterns
from appliance.core.states import Lights
from appliance.drivers import gpio
from appliance.drivers.gpio import Gpio, PinsUnavailable, Pwm

REVEAL_S: Final = 10.0
_DIM_HZ: Final = 100.0
_JOIN_S: Final = 1.0

log = logging.getLogger(__name__)


class LightsDriver(Protocol):
    """Whatever shows the lights."""

    def show(self, lights: Lights, *, dim: bool = False) -> None:
        """Show these three patterns until told otherwise, dim by night."""

    def fill(self, count: int | None) -> None:
        """Light the first `count` lights over what is shown, while the button is held. None: no more."""

    def reveal(self) -> None:
        """Show the state at full brightness for REVEAL_S, whatever the hour."""

    def close(self) -> None:
        """Put the lights out."""


class NullLights:
    """No lights at all: a computer without the box's lid."""

    def show(self, lights: Lights, *, dim: bool = False) -> None:
        """Show nothing."""

    def fill(self, count: int | None) -> None:
        """Fill nothing."""

    def reveal(self) -> None:
        """Reveal nothing."""

    def close(self) -> None:
        """Put nothing out."""


class _Level(Enum):
    """How bright, in percent of the time a light is lit."""

    OFF = 0.0
    DIM = 6.0
    FULL = 100.0


class _Light:
    """One light on one pin. A level it has already is not set again.

    A pin that was ever dimmed stays with its fast switch: RPi.GPIO ends one in its own time, and would put
    the light out after we had lit it.
    """

    def __init__(self, pins: Gpio, pin: int) -> None:
        self._pins = pins
        self._pin = pin
        pins.setup(pin, pins.OUT, initial=0)
        self._level = _Level.OFF
        self._dimmer: Pwm | None = None

    def set(self, level: _Level) -> None:
        """Set the level. Raises what the pins raise."""
        if level is self._level:
            return
        if self._dimmer is not None:
            self._dimmer.ChangeDutyCycle(level.value)
        elif level is _Level.DIM:
            self._dimmer = self._pins.PWM(self._pin, _DIM_HZ)
            self._dimmer.start(level.value)
        else:
            self._pins.output(self._pin, level is _Level.FULL)
        self._level = level

    def put_out(self) -> None:
        """Leave the pin off. Raises what the pins raise."""
        self.set(_Level.OFF)
        if self._dimmer is not None:
            self._dimmer.stop()


class GpioLights:
    """Three lights on three pins. `run` is what its thread does, and `tick` one turn of it."""

    def __init__(self, pins: Gpio, numbers: tuple[int, int, int]) -> None:
        self._pins = pins
        self._numbers = numbers
        self._lights = [_Light(pins, number) for number in numbers]
        self._news = threading.Condition()
        self._shown: Lights | None = None
        self._dim = False
        self._filled: int | None = None
        self._reveal = False
        self._closing = False
        self._changed = False
        # Of the thread alone: since when the patterns run, and until when they are bright.
        self._since = self._bright_until = float("-inf")
        self._running: Lights | None = None
        self._thread: threading.Thread | None = None

    def show(self, lights: Lights, *, dim: bool = False) -> None:
        """Show these three patterns until told otherwise, dim by night. The same again changes no beat."""
        with self._news:
            if (lights, dim) != (self._shown, self._dim):
                self._shown, self._dim = lights, dim
                self._tell()

    def fill(self, count: int | None) -> None:
        """Light the first `count` lights over what is shown, while the button is held. None: no more."""
        with self._news:
            if count != self._filled:
                self._filled = count
                self._tell()

    def reveal(self) -> None:
        """Show the state at full brightness for REVEAL_S, whatever the hour."""
        with self._news:
            self._reveal = True
            self._tell()

    def close(self) -> None:
        """Put the lights out and give the pins back."""
        with self._news:
            self._closing = True
            self._tell()
        if self._thread is not None:
            self._thread.join(_JOIN_S)
        try:
            for light in self._lights:
                light.put_out()
            self._pins.cleanup(list(self._numbers))
        except gpio.faults() as error:
            log.warning("the lights did not go out: %s", error)

    def start(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Let a thread of our own do the blinking from now on."""
        self._thread = threading.Thread(target=self.run, args=(clock,), name="lights", daemon=True)
        self._thread.start()

    def run(self, clock: Callable[[], float]) -> None:
        """Blink until `close`. Pins that fail end the lights, never the daemon."""
        try:
            while True:
                wait = self.tick(clock())
                with self._news:
                    if not self._changed:
                        self._news.wait(wait)
                    self._changed = False
                    if self._closing:
                        return
        except gpio.faults() as error:
            log.error("the lights failed: %s", error)

    def tick(self, now: float) -> float | None:
        """Set every light as it must be at `now`; return the seconds until one changes, None for never."""
        with self._news:
            wanted, dim, filled = self._shown, self._dim, self._filled
            if self._reveal:
                self._bright_until, self._reveal = now + REVEAL_S, False
        if wanted != self._running:
            self._running, self._since = wanted, now
        if filled is not None:
            for place, light in enumerate(self._lights):
                light.set(_Level.FULL if place < filled else _Level.OFF)
            return None
        if wanted is None:
            return None
        bright = now < self._bright_until
        waits = [self._bright_until - now] if dim and bright else []
        lit = _Level.DIM if dim and not bright else _Level.FULL
        elapsed = now - self._since
        for light, pattern in zip(self._lights, (wanted.box, wanted.signal, wanted.texts), strict=True):
            light.set(lit if patterns.is_on(pattern, elapsed) else _Level.OFF)
            change = patterns.until_change(pattern, elapsed)
            if change is not None:
                waits.append(change)
        return min(waits, default=None)

    def _tell(self) -> None:
        self._changed = True
        self._news.notify()


def open_lights(numbers: tuple[int, int, int]) -> LightsDriver:
    """Return the lights on these BCM pins, or none at all where there are no such pins, which is logged."""
    try:
        pins = gpio.load()
    except PinsUnavailable as error:
        log.info("%s", error)
        return NullLights()
    try:
        lights = GpioLights(pins, numbers)
    except gpio.faults() as error:
        log.warning("The lights on BCM %s cannot be used: %s", ", ".join(map(str, numbers)), error)
        with suppress(*gpio.faults()):
            pins.cleanup(list(numbers))
        return NullLights()
    lights.start()
    return lights
