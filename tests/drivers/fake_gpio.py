"""RPi.GPIO without a Pi: records what was done to which pin, and when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

OFF, ON = 0.0, 100.0


class FakePwm:
    """A pin's fast switch. A pin has one at most, and stopping it puts the light out."""

    def __init__(self, gpio: FakeGpio, pin: int) -> None:
        if pin in gpio.pwms:
            raise RuntimeError("A PWM object already exists for this GPIO channel")
        gpio.pwms.add(pin)
        self._gpio = gpio
        self._pin = pin

    def start(self, dc: float) -> None:
        self._gpio.set(self._pin, dc)

    def ChangeDutyCycle(self, dc: float) -> None:  # noqa: N802 - RPi.GPIO's name
        self._gpio.set(self._pin, dc)

    def stop(self) -> None:
        self._gpio.set(self._pin, OFF)
        self._gpio.pwms.discard(self._pin)


class FakeGpio:
    """Levels are percent of the time a pin is on: 0, 100, or between them when it is dimmed."""

    BCM: Final = 11
    OUT: Final = 0
    IN: Final = 1
    PUD_UP: Final = 22

    def __init__(
        self, clock: Callable[[], float] = lambda: 0.0, *, broken: frozenset[int] = frozenset()
    ) -> None:
        self.clock = clock
        self.broken = broken
        self.mode: int | None = None
        self.levels: dict[int, float] = {}
        self.history: list[tuple[float, int, float]] = []
        self.pulled_up: set[int] = set()
        self.pressed: set[int] = set()
        self.pwms: set[int] = set()

    def setmode(self, mode: int) -> None:
        self.mode = mode

    def setup(self, channel: int, direction: int, pull_up_down: int = 20, initial: int | None = None) -> None:
        if channel in self.broken:
            raise RuntimeError("GPIO busy")
        if direction == self.OUT:
            self.levels[channel] = ON if initial else OFF
        elif pull_up_down == self.PUD_UP:
            self.pulled_up.add(channel)

    def output(self, channel: int, value: bool) -> None:
        if channel in self.broken:
            raise RuntimeError("bad GPIO")
        assert channel not in self.pwms, "two masters of one pin"
        self.set(channel, ON if value else OFF)

    def input(self, channel: int) -> int:
        if channel in self.broken or channel not in self.pulled_up:
            raise RuntimeError("You must setup() the GPIO channel first")
        return 0 if channel in self.pressed else 1

    def cleanup(self, channels: list[int]) -> None:
        for channel in channels:
            self.levels.pop(channel, None)
            self.pulled_up.discard(channel)

    def PWM(self, channel: int, frequency: float) -> FakePwm:  # noqa: N802 - RPi.GPIO's name
        assert frequency >= 100, "a slower switch flickers to the eye"
        return FakePwm(self, channel)

    def set(self, pin: int, level: float) -> None:
        assert pin in self.levels, "not an output"
        self.levels[pin] = level
        self.history.append((self.clock(), pin, level))

    def changes(self, pin: int) -> list[tuple[float, float]]:
        """When one pin took which level."""
        return [(round(at, 6), level) for at, which, level in self.history if which == pin]
