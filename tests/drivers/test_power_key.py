"""The HAT's power key: held for seconds, let go of for certain, never by two at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from appliance.drivers import gpio, power_key
from appliance.drivers.power_key import OFF_S, ON_S, PowerKey
from tests.drivers.fake_gpio import OFF, ON, FakeGpio

PIN = 6


class Finger:
    """A key on a pin that is let go of when the test says so."""

    def __init__(self, *, broken: bool = False) -> None:
        self.pins = FakeGpio()
        self.waits: list[float] = []
        self._due: list[Callable[[], None]] = []
        self.key = PowerKey(self.pins, PIN, self._later)
        if broken:
            self.pins.broken = frozenset((PIN,))

    def _later(self, seconds: float, then: Callable[[], None]) -> None:
        self.waits.append(seconds)
        self._due.append(then)

    def let_time_pass(self) -> None:
        self._due.pop()()


def test_the_key_is_left_alone_until_it_is_pressed() -> None:
    assert Finger().pins.levels == {PIN: OFF}


def test_a_press_goes_down_and_comes_up_again() -> None:
    finger = Finger()
    assert finger.key.press(None)
    assert finger.pins.levels[PIN] == ON
    finger.let_time_pass()
    assert finger.pins.levels[PIN] == OFF


@pytest.mark.parametrize(
    ("port", "lengths"), [(None, [ON_S, OFF_S, ON_S]), ("/dev/ttyS0", [OFF_S, ON_S, OFF_S])]
)
def test_a_modem_that_is_off_is_switched_on_and_one_that_hangs_off_and_on(
    port: str | None, lengths: list[float]
) -> None:
    finger = Finger()
    for _ in lengths:
        assert finger.key.press(port)
        finger.let_time_pass()
    assert finger.waits == lengths


def test_a_key_that_is_held_is_not_pressed_again() -> None:
    finger = Finger()
    assert finger.key.press(None)
    assert not finger.key.press(None)
    assert len(finger.waits) == 1


def test_a_pin_that_fails_is_no_press() -> None:
    finger = Finger(broken=True)
    assert not finger.key.press(None)
    assert finger.waits == []


def test_a_stop_lets_go_of_the_key() -> None:
    finger = Finger()
    finger.key.press(None)
    finger.key.close()
    assert finger.pins.history[-1][1:] == (PIN, OFF)
    assert PIN not in finger.pins.levels


def test_a_computer_without_pins_has_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_here() -> gpio.Gpio:
        raise gpio.PinsUnavailable("There are no pins.")

    monkeypatch.setattr(gpio, "load", none_here)
    assert power_key.open_power_key(PIN) is None


def test_a_pin_that_another_program_has_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpio, "load", lambda: FakeGpio(broken=frozenset((PIN,))))
    assert power_key.open_power_key(PIN) is None


def test_a_real_press_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    pins = FakeGpio()
    monkeypatch.setattr(gpio, "load", lambda: pins)
    monkeypatch.setattr(power_key, "ON_S", 0.01)
    key = power_key.open_power_key(PIN)
    assert key is not None
    assert key.press(None)
    while pins.levels[PIN] == ON:
        pass
    key.close()
    assert [level for _, _, level in pins.history][:2] == [ON, OFF]
