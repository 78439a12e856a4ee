"""The ladder climbed by a whole box: rung by rung, with rests, and never for a modem that is only slow."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from appliance.connection import MISSING_S, RESET
from appliance.core.calls import Outcome
from appliance.core.ladder import Rung
from appliance.core.outbox import TextState
from appliance.core.policy import TEXT
from appliance.drivers.usb_reset import REQUEST, UsbReset
from tests.daemon_rig import DaemonRig
from tests.drivers.usb_machine import UsbMachine
from tests.scripted_modem import AFTER_CTRL_Z

RUNGS = set(Rung)
FOUND_OUT_S = 60.0


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DaemonRig:
    return DaemonRig(tmp_path, monkeypatch)


def climbed(rig: DaemonRig) -> list[tuple[float, str]]:
    began = rig.events[0].at
    return [((event.at - began).total_seconds(), event.name) for event in rig.events if event.name in RUNGS]


def with_remedies(rig: DaemonRig, **works: bool) -> list[tuple[Rung, str | None]]:
    """Give the box the harsher rungs; return what it will have asked of them."""
    asked: list[tuple[Rung, str | None]] = []

    def remedy(rung: Rung, port: str | None) -> bool:
        asked.append((rung, port))
        return works.get(rung.name, True)

    for rung in (Rung.POWER_KEY, Rung.REAUTHORISE):  # in no order: the ladder has its own
        rig.remedies[rung] = partial(remedy, rung)
    rig.again()  # a daemon learns at its start which rungs there are
    return asked


def test_a_dead_modem_is_climbed_for_in_order_each_rung_an_event_with_its_count(rig: DaemonRig) -> None:
    asked = with_remedies(rig)
    rig.at(10, lambda: setattr(rig.modem, "mute", True)).run(400)
    assert [name for _, name in climbed(rig)][:7] == [
        Rung.REOPEN,
        Rung.REOPEN,
        Rung.RESET,
        Rung.REAUTHORISE,
        Rung.POWER_KEY,
        Rung.POWER_KEY,
        Rung.TELL_OWNER,
    ]
    assert asked[:3] == [(Rung.REAUTHORISE, "/dev/fake"), *[(Rung.POWER_KEY, "/dev/fake")] * 2]
    details = [event.detail for event in rig.events if event.name in RUNGS]
    assert details[:7] == [f"failure {count}" for count in range(1, 8)]


def test_a_dead_modem_is_found_out_within_a_minute_and_never_climbed_for_in_a_tight_loop(
    rig: DaemonRig,
) -> None:
    with_remedies(rig)
    rig.at(10, lambda: setattr(rig.modem, "mute", True)).run(3600)
    moments = [at for at, _ in climbed(rig)]
    assert moments[0] - 10 < FOUND_OUT_S
    assert all(later - one > 5 for one, later in pairwise(moments))
    assert len(moments) < 40, "ever more slowly"


@pytest.mark.parametrize("helps", [Rung.RESET, Rung.REAUTHORISE, Rung.POWER_KEY])
def test_a_modem_that_a_rung_helps_is_ready_again_and_its_calls_are_texted(
    rig: DaemonRig, helps: Rung
) -> None:
    def wake(_port: str | None) -> bool:
        rig.replug()
        return True

    def reset(data: bytes) -> None:
        if data == RESET:
            rig.at(1, rig.replug)

    with_remedies(rig)
    if helps is Rung.RESET:
        rig.on_write = reset
    else:
        rig.remedies[helps] = wake
    rig.at(10, lambda: setattr(rig.modem, "mute", True)).ring(300).run(360)
    assert [name for _, name in climbed(rig)][-1] == helps
    assert rig.event_names.count("ready") == 2
    assert [call.verdict for call in rig.calls] == [TEXT]
    assert [text.state for text in rig.texts] == [TextState.SENT]


def test_a_rung_that_can_do_nothing_here_is_left_out_at_once(rig: DaemonRig) -> None:
    with_remedies(rig, REAUTHORISE=False)
    rig.at(10, lambda: setattr(rig.modem, "mute", True)).run(200)
    names = [name for _, name in climbed(rig)]
    assert Rung.REAUTHORISE not in names
    assert names[2:5] == [Rung.RESET, Rung.POWER_KEY, Rung.POWER_KEY]


def test_a_hat_that_is_switched_off_is_switched_on_after_a_minute_without_a_port(rig: DaemonRig) -> None:
    asked = with_remedies(rig)
    rig.plugged = False
    rig.run(600)
    assert set(asked) == {(Rung.POWER_KEY, None)}
    moments = [at for at, _ in climbed(rig)]
    assert MISSING_S <= moments[0] < MISSING_S + 4
    gaps = [later - one for one, later in pairwise(moments)]
    assert gaps == sorted(gaps)
    assert gaps[0] >= 60


def test_a_modem_that_is_only_replugged_keeps_its_power(rig: DaemonRig) -> None:
    asked = with_remedies(rig)
    for times in range(5):
        rig.at(20 + times * 100, rig.unplug).at(70 + times * 100, rig.replug)
    rig.run(600)
    assert asked == []
    assert rig.event_names.count("ready") == 6


def test_a_network_that_takes_two_minutes_for_a_text_is_waited_for(rig: DaemonRig) -> None:
    asked = with_remedies(rig)
    rig.modem.delay(AFTER_CTRL_Z, 125)
    rig.ring(10).run(200)
    assert asked == []
    assert climbed(rig) == []
    assert [text.state for text in rig.texts] == [TextState.SENT]
    assert len(rig.modem.submitted) == 1


def test_a_modem_that_still_rings_but_answers_nothing_is_left_alone_and_the_call_is_one(
    rig: DaemonRig,
) -> None:
    asked = with_remedies(rig)
    answers = {
        "AT": (),
        "AT+CLCC": (),
        "AT+CSQ": ("+CSQ: 21,99",),
        "AT+CREG?": ("+CREG: 1,1",),
        "AT+COPS?": (),
    }

    def stall() -> None:
        for command in answers:
            rig.modem.script(command, None)

    def go_on() -> None:
        for command, lines in answers.items():
            rig.modem.script(command, (*lines, "OK"))

    rig.at(10.1, stall).at(66, go_on)
    rig.ring(10, rings=12).run(240)
    assert climbed(rig) == []
    assert asked == []
    (call,) = rig.calls
    assert (call.outcome, call.rings, call.verdict) == (Outcome.MISSED, 12, TEXT)
    assert [text.state for text in rig.texts] == [TextState.SENT]


def test_a_modem_that_stands_still_in_the_middle_of_a_call_is_opened_anew_and_never_reset(
    rig: DaemonRig,
) -> None:
    asked = with_remedies(rig)
    rig.at(12, lambda: rig.modem.delay("AT+CLCC", 20)).at(33, lambda: rig.modem.delay("AT+CLCC", 0.02))
    rig.ring(10, rings=8).run(240)
    assert {name for _, name in climbed(rig)} <= {Rung.REOPEN}
    assert asked == []
    assert [text.state for text in rig.texts] == [TextState.SENT]
    assert rig.calls[0].verdict == TEXT


def test_a_modem_that_hangs_in_the_middle_of_a_call_is_found_out_all_the_same(rig: DaemonRig) -> None:
    rig.ring(10, rings=3).at(16, lambda: setattr(rig.modem, "mute", True)).run(120)
    assert climbed(rig)[0][0] - 16 < FOUND_OUT_S
    (call,) = rig.calls
    assert (call.outcome, call.verdict) == (Outcome.MISSED, TEXT)


def test_a_deaf_modem_that_rings_while_it_is_brought_up_is_opened_anew_and_not_reset(rig: DaemonRig) -> None:
    asked = with_remedies(rig)
    written: list[bytes] = []
    rig.on_write = written.append
    rig.modem.script("AT", None)
    rig.ring(2, rings=40).run(200)
    assert asked == []
    assert RESET not in written
    assert {name for _, name in climbed(rig)} == {Rung.REOPEN}


def test_root_is_asked_for_the_modem_whose_port_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = DaemonRig(tmp_path, monkeypatch)
    machine = UsbMachine(tmp_path / "machine")
    machine.plug("1e0e:9001", {2: "ttyUSB2"}, socket="1-1.4")
    rig.port_name = str(machine.dev / "ttyUSB2")
    rig.remedies[Rung.REAUTHORISE] = UsbReset(tmp_path, sys=machine.sys).ask
    rig.again()
    rig.at(10, lambda: setattr(rig.modem, "mute", True)).run(200)
    assert Rung.REAUTHORISE in rig.event_names
    assert (tmp_path / REQUEST).read_text() == "1-1.4"
