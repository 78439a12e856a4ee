"""Everything that can go wrong with a modem, arranged."""

from __future__ import annotations

from pathlib import Path

import pytest
import serial

from appliance.simulator import PERSONALITIES, EmulatedModem, Script
from tests.simulator.terminal import Terminal

CALLER = "07700900123"
HELLO = "0001000C91447700091032000005C8329BFD06"
SIGNAL = ["+CSQ: 23,99", "OK"]


def test_so_many_bytes_are_spoilt_and_the_next_are_sound() -> None:
    terminal = Terminal()
    sound = terminal.raw(b"AT+CSQ\r")
    terminal.modem.garble(4)
    spoilt = terminal.raw(b"AT+CSQ\r")
    assert len(spoilt) == len(sound)
    assert all(a != b for a, b in zip(spoilt[:4], sound[:4], strict=True))
    assert spoilt[4:] == sound[4:]
    assert terminal.ask("AT+CSQ") == SIGNAL


def test_it_restarts_in_the_middle_of_a_call_and_forgets_what_it_was_told() -> None:
    terminal = Terminal()
    terminal.ask("AT+CLIP=1")
    terminal.modem.call(Script(CALLER, rings=10))
    terminal.wait(4)
    terminal.modem.reboot()
    assert terminal.wait(5) == ["RDY", "+CFUN: 1", "+CPIN: READY"]
    assert terminal.modem.device.calls.calls == []
    assert terminal.ask("ATE0") == ["ATE0", "OK"]
    assert terminal.ask("AT+CLIP?")[0] == "+CLIP: 0,1"


def test_an_answer_comes_a_minute_late() -> None:
    terminal = Terminal()
    terminal.modem.late(60, "+CSQ")
    assert terminal.ask("AT") == ["OK"]
    assert terminal.ask("AT+CSQ") == []
    assert terminal.wait(59) == []
    assert terminal.wait(1.1) == SIGNAL
    assert terminal.ask("AT+CSQ") == SIGNAL


def test_the_networks_answer_to_a_text_comes_a_minute_late() -> None:
    terminal = Terminal()
    terminal.modem.late(60, "AT+CMGS")
    assert terminal.submit("AT+CMGS=18", HELLO, wait=59) == []
    assert terminal.wait(2) == ["+CMGS: 0", "OK"]
    assert len(terminal.modem.sent) == 1


def test_the_network_throws_it_off_and_takes_it_back() -> None:
    terminal = Terminal()
    terminal.ask("AT+CREG=1")
    terminal.modem.call(Script(CALLER, rings=10))
    terminal.wait(1)
    terminal.modem.deregister()
    assert terminal.wait(20) == ["+CREG: 0"]
    assert terminal.ask("AT+CSQ") == SIGNAL
    assert terminal.modem.call(Script(CALLER)) is None
    terminal.modem.registration(1)
    assert terminal.wait(2) == ["+CREG: 1"]


def test_a_full_store_holds_texts_back_until_there_is_room() -> None:
    terminal = Terminal(PERSONALITIES["ec25"])
    for command in ('AT+CPMS="SM","SM","SM"', "AT+CNMI=2,1,0,0,0"):
        assert terminal.ask(command)[-1] == "OK"
    assert terminal.modem.fill_store(CALLER, "Old words") == 40
    terminal.wait(0.1)
    terminal.modem.text(CALLER, "New words")
    assert terminal.wait(0.1) == ['+QIND: "smsfull","SM"']
    assert len(terminal.modem.device.incoming.held) == 1
    terminal.ask("AT+CMGD=0")
    assert terminal.wait(0.1) == ['+CMTI: "SM",0']


def test_a_store_is_filled_also_while_the_network_is_away() -> None:
    terminal = Terminal()
    terminal.modem.deregister()
    assert terminal.modem.fill_store(CALLER, "Old words") == 20
    assert len(terminal.modem.device.incoming.held) == 20


@pytest.mark.parametrize(
    ("name", "elsewhere", "here"),
    [
        ("ec25", 'AT+QURCCFG="urcport","usbmodem"', 'AT+QURCCFG="urcport","usbat"'),
        ("simcom-7600", "AT+CATR=1", "AT+CATR=0"),
    ],
)
def test_what_nobody_asked_for_comes_on_another_port_until_it_is_turned_to_this(
    name: str, elsewhere: str, here: str
) -> None:
    terminal = Terminal(PERSONALITIES[name])
    assert terminal.ask(elsewhere) == ["OK"]
    terminal.modem.call(Script(CALLER, rings=1))
    assert terminal.wait(30) == []
    assert terminal.ask("AT+CSQ") == SIGNAL, "answers come all the same"
    assert terminal.ask(here) == ["OK"]
    terminal.modem.call(Script(CALLER, rings=1))
    assert terminal.wait(30)[0] == "RING"


def test_only_the_family_that_keeps_its_port_keeps_it_over_a_restart() -> None:
    for name, said in (("ec25", []), ("simcom-7600", ["RDY", "+CPIN: READY", "SMS DONE", "PB DONE"])):
        terminal = Terminal(PERSONALITIES[name])
        terminal.modem.tell_elsewhere()
        terminal.modem.reboot()
        assert terminal.wait(5) == said


def test_it_comes_back_under_another_name(tmp_path: Path) -> None:
    with EmulatedModem(link=tmp_path / "ttyUSB2") as modem:
        modem.unplug()
        modem.replug("ttyUSB5")
        assert modem.path == str(tmp_path / "ttyUSB5")
        assert [path.name for path in tmp_path.iterdir()] == ["ttyUSB5"]
        with serial.Serial(modem.path, timeout=5) as port:
            assert port.read_until(b"RDY").endswith(b"RDY")
        modem.unplug()
        modem.replug()
        assert modem.path == str(tmp_path / "ttyUSB5")


def test_every_fault_can_be_had_from_python() -> None:
    with EmulatedModem() as modem, serial.Serial(modem.path, timeout=5) as port:
        modem.late(0.05, "+CSQ")
        port.write(b"ATE0\rAT+CSQ\r")
        assert port.read_until(b"99\r\n\r\nOK\r\n").count(b"OK") == 2
        modem.tell_elsewhere()
        modem.deregister()
        assert modem.fill_store(CALLER, "Words") == 20
        modem.garble(2)
        port.write(b"AT\r")
        assert port.read(6)[2:] == b"OK\r\n"
        modem.reboot()
        assert port.read_until(b"READY\r\n").startswith(b"\r\nRDY")
