"""The lights on their pins: when each goes on and off, how bright, and what a box without them does."""

from __future__ import annotations

import sys
import threading
from types import SimpleNamespace

import pytest

from appliance.core.states import TABLE, Lights, Pattern, State
from appliance.drivers import gpio
from appliance.drivers.lights import REVEAL_S, GpioLights, NullLights, open_lights
from tests.drivers.fake_gpio import OFF, ON, FakeGpio
from tests.waiting import wait_for

PINS = (12, 21, 25)
BOX, SIGNAL, TEXTS = PINS
DIM = 6.0
ALL_STEADY = Lights(Pattern.STEADY, Pattern.STEADY, Pattern.STEADY)


class Bench:
    """Lights on recorded pins, under a clock that goes from change to change."""

    def __init__(self) -> None:
        self.now = 100.0
        self.gpio = FakeGpio(lambda: self.now)
        self.lights = GpioLights(self.gpio, PINS)

    def run(self, seconds: float) -> int:
        """Let time pass; return how often the lights woke up meanwhile."""
        end, turns = self.now + seconds, 0
        while True:
            wait = self.lights.tick(self.now)
            turns += 1
            if wait is None or self.now + wait > end:
                self.now = end
                return turns
            self.now += wait

    def levels(self) -> tuple[float, ...]:
        return tuple(self.gpio.levels[pin] for pin in PINS)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_lights_are_out_until_they_are_told_something(bench: Bench) -> None:
    assert bench.run(5) == 1
    assert bench.levels() == (OFF, OFF, OFF)


def test_a_box_that_is_well_wakes_nobody(bench: Bench) -> None:
    bench.lights.show(ALL_STEADY)
    assert bench.run(3600) == 1
    assert bench.levels() == (ON, ON, ON)
    assert len(bench.gpio.history) == 3


def test_box_left_signal_middle_texts_right(bench: Bench) -> None:
    bench.lights.show(Lights(Pattern.STEADY, Pattern.OFF, Pattern.OFF))
    bench.run(1)
    assert bench.levels() == (ON, OFF, OFF)
    bench.lights.show(Lights(Pattern.OFF, Pattern.STEADY, Pattern.OFF))
    bench.run(1)
    assert bench.levels() == (OFF, ON, OFF)
    bench.lights.show(Lights(Pattern.OFF, Pattern.OFF, Pattern.STEADY))
    bench.run(1)
    assert bench.levels() == (OFF, OFF, ON)


def test_three_patterns_at_once_each_keep_their_times(bench: Bench) -> None:
    bench.lights.show(Lights(Pattern.DOUBLE, Pattern.SLOW, Pattern.WINK))
    bench.run(2.1)
    assert bench.gpio.changes(BOX) == [
        *((100.0, ON), (100.15, OFF), (100.3, ON), (100.45, OFF)),
        *((101.65, ON), (101.8, OFF), (101.95, ON), (102.1, OFF)),
    ]
    assert bench.gpio.changes(SIGNAL) == [(100.0, ON), (101.0, OFF), (102.0, ON)]
    assert bench.gpio.changes(TEXTS) == [(100.0, ON), (101.8, OFF), (102.0, ON)]


@pytest.mark.parametrize("state", State)
def test_every_state_reaches_the_pins(bench: Bench, state: State) -> None:
    bench.lights.show(TABLE[state].lights)
    bench.run(4)
    for pin, name in zip(PINS, ("box", "signal", "texts"), strict=True):
        pattern = getattr(TABLE[state].lights, name)
        rises = [at for at, level in bench.gpio.changes(pin) if level == ON]
        by_pattern = {"off": 0, "steady": 1, "wink": 3, "slow": 3, "double": 6, "flicker": 8}
        assert len(rises) == by_pattern[pattern]


def test_the_same_again_does_not_start_the_pattern_anew(bench: Bench) -> None:
    slow = Lights(Pattern.SLOW, Pattern.OFF, Pattern.OFF)
    bench.lights.show(slow)
    bench.run(0.7)
    bench.lights.show(slow)
    bench.run(0.7)
    assert bench.gpio.changes(BOX) == [(100.0, ON), (101.0, OFF)]


def test_by_night_what_is_lit_is_dim(bench: Bench) -> None:
    bench.lights.show(Lights(Pattern.STEADY, Pattern.SLOW, Pattern.OFF), dim=True)
    bench.run(3)
    assert bench.gpio.changes(BOX) == [(100.0, DIM)]
    assert bench.gpio.changes(SIGNAL) == [(100.0, DIM), (101.0, OFF), (102.0, DIM), (103.0, OFF)]
    assert bench.gpio.changes(TEXTS) == []


def test_morning_makes_them_bright_without_losing_the_beat(bench: Bench) -> None:
    slow = Lights(Pattern.SLOW, Pattern.OFF, Pattern.OFF)
    bench.lights.show(slow, dim=True)
    bench.run(0.5)
    bench.lights.show(slow, dim=False)
    bench.run(1)
    assert bench.gpio.changes(BOX)[-2:] == [(100.5, ON), (101.0, OFF)]


def test_a_tap_shows_the_state_at_full_brightness_for_ten_seconds(bench: Bench) -> None:
    bench.lights.show(ALL_STEADY, dim=True)
    bench.run(5)
    bench.lights.reveal()
    bench.run(60)
    levels = [(at, level) for at, level in bench.gpio.changes(BOX) if level != OFF]
    assert levels == [(100.0, DIM), (105.0, ON), (105.0 + REVEAL_S, DIM)]


def test_the_lights_fill_while_the_button_is_held_and_then_show_the_state(bench: Bench) -> None:
    bench.lights.show(Lights(Pattern.OFF, Pattern.SLOW, Pattern.STEADY))
    bench.run(0.5)
    seen = []
    for count in (0, 1, 2, 3, None):
        bench.lights.fill(count)
        bench.run(0.1)
        seen.append(bench.levels())
    assert seen == [(OFF, OFF, OFF), (ON, OFF, OFF), (ON, ON, OFF), (ON, ON, ON), (OFF, ON, ON)]


def test_closing_puts_them_out_and_gives_the_pins_back() -> None:
    board = FakeGpio()
    lights = GpioLights(board, PINS)
    lights.start()
    lights.show(ALL_STEADY)
    wait_for(lambda: len(board.history) == 3)
    lights.close()
    assert [level for _, _, level in board.history[3:]] == [OFF, OFF, OFF]
    assert board.levels == {}


def test_closing_by_night_puts_them_out_too(bench: Bench) -> None:
    bench.lights.show(ALL_STEADY, dim=True)
    bench.run(1)
    bench.lights.close()
    assert [bench.gpio.changes(pin)[-1] for pin in PINS] == [(101.0, OFF)] * 3
    assert bench.gpio.pwms == set()


def test_a_thread_of_their_own_does_the_blinking() -> None:
    board = FakeGpio()
    lights = GpioLights(board, PINS)
    lights.start()
    lights.show(Lights(Pattern.DOUBLE, Pattern.OFF, Pattern.OFF))
    wait_for(lambda: len(board.changes(BOX)) >= 6)
    assert [level for _, level in board.changes(BOX)][:6] == [ON, OFF] * 3
    lights.close()


def test_pins_that_fail_end_the_lights_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    board = FakeGpio()
    lights = GpioLights(board, PINS)
    board.broken = frozenset({SIGNAL})
    lights.start()
    lights.show(ALL_STEADY)
    wait_for(lambda: not any(thread.name == "lights" for thread in threading.enumerate()))
    lights.show(ALL_STEADY)
    assert "the lights failed: bad GPIO" in caplog.text
    lights.close()


def use(monkeypatch: pytest.MonkeyPatch, board: FakeGpio) -> None:
    """Let `import RPi.GPIO` find this board."""
    monkeypatch.setitem(sys.modules, "RPi", SimpleNamespace(GPIO=board))
    monkeypatch.setitem(sys.modules, "RPi.GPIO", board)


def test_on_a_pi_the_lights_are_on_the_pins_of_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    board = FakeGpio()
    use(monkeypatch, board)
    lights = open_lights((5, 6, 13))
    lights.show(ALL_STEADY)
    wait_for(lambda: board.levels == {5: ON, 6: ON, 13: ON})
    assert board.mode == FakeGpio.BCM
    lights.close()


def test_off_a_pi_there_are_no_lights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "RPi.GPIO", None)
    lights = open_lights(PINS)
    assert isinstance(lights, NullLights)
    lights.show(ALL_STEADY)
    lights.fill(2)
    lights.reveal()
    lights.close()


def test_a_pin_that_another_program_holds_leaves_the_box_without_lights(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    board = FakeGpio(broken=frozenset({TEXTS}))
    use(monkeypatch, board)
    assert isinstance(open_lights(PINS), NullLights)
    assert "The lights on BCM 12, 21, 25 cannot be used: GPIO busy" in caplog.text
    assert board.levels == {}


def test_a_computer_that_is_no_pi_is_told_from_a_broken_one(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoPi(FakeGpio):
        def setmode(self, mode: int) -> None:
            raise RuntimeError("This module can only be run on a Raspberry Pi!")

    use(monkeypatch, NoPi())
    with pytest.raises(gpio.PinsUnavailable, match="pins of this computer"):
        gpio.load()


def test_an_error_that_only_lgpio_knows_is_expected_too(monkeypatch: pytest.MonkeyPatch) -> None:
    class LgpioError(Exception):
        pass

    class NoChip(FakeGpio):
        def setmode(self, mode: int) -> None:
            raise LgpioError("can not open gpiochip")

    monkeypatch.setitem(sys.modules, "lgpio", SimpleNamespace(error=LgpioError))
    use(monkeypatch, NoChip())
    assert isinstance(open_lights(PINS), NullLights)
