"""The Pi's pins, through the RPi.GPIO of the operating system (rpi-lgpio on a Pi 5 and new kernels)."""

from __future__ import annotations

import importlib
from typing import Protocol, cast


class PinsUnavailable(Exception):
    """There are no pins to use here; the text says why, in one sentence."""


class Pwm(Protocol):
    """A pin that is switched so fast that a light on it looks dim."""

    def start(self, dc: float) -> None:
        """Light it for `dc` percent of the time."""

    def ChangeDutyCycle(self, dc: float) -> None:  # noqa: N802 - RPi.GPIO's name
        """Light it for another part of the time; 0 and 100 are plain off and on."""

    def stop(self) -> None:
        """Leave the pin off."""


class Gpio(Protocol):
    """The part of RPi.GPIO that the box uses."""

    # As properties, for these are read and never set. The names are RPi.GPIO's.
    @property
    def BCM(self) -> int:  # noqa: N802
        """Pins are numbered as the chip's maker does."""
        ...

    @property
    def IN(self) -> int:  # noqa: N802
        """A pin that is read."""
        ...

    @property
    def OUT(self) -> int:  # noqa: N802
        """A pin that is set."""
        ...

    @property
    def PUD_UP(self) -> int:  # noqa: N802
        """A pin that a resistor in the chip holds up."""
        ...

    def setmode(self, mode: int, /) -> None:
        """Say how pins are numbered."""

    def setup(
        self, channel: int, direction: int, /, pull_up_down: int = ..., initial: int | None = ...
    ) -> None:
        """Claim a pin."""

    def output(self, channel: int, value: bool, /) -> None:
        """Set a pin."""

    def input(self, channel: int, /) -> int:
        """Read a pin."""
        ...

    def cleanup(self, channels: list[int], /) -> None:
        """Give pins back."""

    def PWM(self, channel: int, frequency: float, /) -> Pwm:  # noqa: N802 - RPi.GPIO's name
        """Return a switch for a pin that is set up as an output."""
        ...


def load() -> Gpio:
    """Return RPi.GPIO, set to BCM numbers. Raises PinsUnavailable off a Pi."""
    try:
        gpio = cast("Gpio", importlib.import_module("RPi.GPIO"))
        gpio.setmode(gpio.BCM)
    except ImportError as error:
        raise PinsUnavailable("There is no RPi.GPIO here, so the box has no lights and no button.") from error
    except faults() as error:
        raise PinsUnavailable("The pins of this computer cannot be used.") from error
    return gpio


def faults() -> tuple[type[Exception], ...]:
    """Return what the pins may raise: rpi-lgpio lets errors of lgpio through, which are none of Python's."""
    known: tuple[type[Exception], ...] = (OSError, RuntimeError, ValueError)
    try:
        lgpio = importlib.import_module("lgpio")
    except (ImportError, OSError):  # OSError: it cannot write its pipe where it was started
        return known
    return (*known, lgpio.error)
