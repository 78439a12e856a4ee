"""The button on its pin, and the lights while it is held."""

from __future__ import annotations

import sys
import threading
from types import SimpleNamespace

import pytest

from appliance.core.button import POLL_S, Action
from appliance.core.states import Lights, Pattern
from appliance.drivers.button import PIN, GpioButton, open_button
from appliance.drivers.lights import GpioLights, NullLights
from tests.drivers.fake_gpio import OFF, ON, FakeGpio
from tests.waiting import wait_for

PINS = (12, 21, 25)
STATE = Lights(Pattern.STEADY, Pattern.STEADY, Pattern.OFF)


class Bench:
    """A button and three lights on recorded pins, under one clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.done: list[Action] = []
        self.gpio = FakeGpio(lambda: self.now)
        self.lights = GpioLights(self.gpio, PINS)
        self.lights.show(STATE, dim=True)
        self.button = GpioButton(self.gpio, PIN, self.lights, self.done.append)
        self.wait(1)

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds / POLL_S)):
            self.now += POLL_S
            self.button.poll(self.now)
            self.lights.tick(self.now)

    def press(self) -> None:
        self.gpio.pressed.add(PIN)

    def let_go(self) -> None:
        self.gpio.pressed.discard(PIN)
        self.wait(0.2)

    def levels(self) -> tuple[float, ...]:
        return tuple(self.gpio.levels[pin] for pin in PINS)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_the_pin_is_held_up_by_the_pi(bench: Bench) -> None:
    assert PIN in bench.gpio.pulled_up


def test_the_lights_count_along_and_letting_go_acts(bench: Bench) -> None:
    seen = []
    bench.press()
    for seconds in (2, 2, 7, 10):  # held for 2, 4, 11, 21 seconds
        bench.wait(seconds)
        seen.append(bench.levels())
    assert bench.done == []
    bench.let_go()
    assert seen == [(OFF, OFF, OFF), (ON, OFF, OFF), (ON, ON, OFF), (ON, ON, ON)]
    assert bench.done == [Action.CLEAR_PASSWORD]
    assert bench.levels() == (6.0, 6.0, OFF)


def test_a_hold_of_three_seconds_pauses(bench: Bench) -> None:
    bench.press()
    bench.wait(4)
    bench.let_go()
    assert bench.done == [Action.PAUSE]


def test_a_hold_of_ten_seconds_asks_for_wifi(bench: Bench) -> None:
    bench.press()
    bench.wait(11)
    bench.let_go()
    assert bench.done == [Action.WIFI]


def test_a_tap_shows_the_state_brightly_for_ten_seconds_and_asks_nothing_of_the_daemon(bench: Bench) -> None:
    assert bench.levels() == (6.0, 6.0, OFF)
    bench.press()
    bench.wait(0.2)
    bench.let_go()
    assert bench.levels() == (ON, ON, OFF)
    bench.wait(9)
    assert bench.levels() == (ON, ON, OFF)
    bench.wait(2)
    assert bench.levels() == (6.0, 6.0, OFF)
    assert bench.done == []


def test_a_jammed_button_neither_acts_nor_hides_the_state(bench: Bench) -> None:
    bench.press()
    bench.wait(30)
    assert bench.levels() == (6.0, 6.0, OFF)
    bench.let_go()
    assert bench.done == []


def use(monkeypatch: pytest.MonkeyPatch, board: FakeGpio) -> None:
    """Let `import RPi.GPIO` find this board."""
    monkeypatch.setitem(sys.modules, "RPi", SimpleNamespace(GPIO=board))
    monkeypatch.setitem(sys.modules, "RPi.GPIO", board)


def test_it_is_read_by_a_thread_of_its_own_until_it_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Counting(FakeGpio):
        reads = 0

        def input(self, channel: int) -> int:
            self.reads += 1
            return super().input(channel)

    board = Counting()
    use(monkeypatch, board)
    button = open_button(PIN, NullLights(), lambda _: None)
    assert button is not None
    wait_for(lambda: board.reads >= 3)
    button.close()
    assert board.pulled_up == set()
    assert not any(thread.name == "button" for thread in threading.enumerate())


def test_a_pin_that_fails_ends_the_button_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    board = FakeGpio()
    use(monkeypatch, board)
    button = open_button(PIN, NullLights(), lambda _: None)
    assert button is not None
    board.broken = frozenset({PIN})
    wait_for(lambda: "the button failed" in caplog.text)
    button.close()


def test_off_a_pi_there_is_no_button(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "RPi.GPIO", None)
    assert open_button(PIN, NullLights(), lambda _: None) is None


def test_a_pin_that_another_program_holds_leaves_the_box_without_a_button(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    use(monkeypatch, FakeGpio(broken=frozenset({PIN})))
    assert open_button(PIN, NullLights(), lambda _: None) is None
    assert "The button on BCM 16 cannot be used: GPIO busy" in caplog.text
