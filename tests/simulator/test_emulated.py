"""The emulated modem on a pseudo-terminal, from a program's side."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from appliance.simulator import Answer, EmulatedModem, LinkInTheWay
from tests.waiting import wait_for

DESCRIPTORS = Path("/proc/self/fd")
HELLO = b"0001000C91447700091032000005C8329BFD06"


@pytest.fixture
def modem() -> Iterator[EmulatedModem]:
    with EmulatedModem(network_delay=0.01, prompt_delay=0.001) as modem:
        yield modem


def opened(modem: EmulatedModem) -> serial.Serial:
    return serial.Serial(modem.path, timeout=5, exclusive=True)


def read_until(port: serial.Serial, end: bytes) -> bytes:
    said = port.read_until(end)
    assert said.endswith(end), said
    return bytes(said)


def test_a_terminal_types_and_reads(modem: EmulatedModem) -> None:
    with opened(modem) as port:
        port.write(b"ATE0\r")
        assert read_until(port, b"OK\r\n") == b"ATE0\r\r\nOK\r\n"
        port.write(b"AT+CSQ\r")
        assert read_until(port, b"OK\r\n") == b"\r\n+CSQ: 23,99\r\n\r\nOK\r\n"


def test_a_call_rings_by_itself(modem: EmulatedModem) -> None:
    with opened(modem) as port:
        port.write(b"ATE0+CLIP=1\r")
        read_until(port, b"OK\r\n")
        assert modem.call("07700900123", rings=2, interval=0.02) is not None
        said = read_until(port, b"NO CARRIER\r\n").split()
    assert said.count(b"RING") == 2
    assert said.count(b'"07700900123",129,,,,0') == 2
    assert modem.calls == 0


def test_a_text_goes_out_and_is_seen(modem: EmulatedModem) -> None:
    with opened(modem) as port:
        port.write(b"AT+CMGS=18\r")
        read_until(port, b"\r\n> ")
        port.write(HELLO + b"\x1a")
        read_until(port, b"OK\r\n")
    assert [(sent.number, sent.text) for sent in modem.sent] == [("+447700900123", "Hello")]


def test_a_text_comes_in(modem: EmulatedModem) -> None:
    with opened(modem) as port:
        port.write(b"AT+CNMI=2,1\r")
        read_until(port, b"OK\r\n")
        modem.text("+447700900123", "Boiler shows F28")
        read_until(port, b'+CMTI: "SM",1\r\n')


def test_all_that_passes_is_logged_with_its_time(modem: EmulatedModem) -> None:
    with opened(modem) as port:
        port.write(b"AT\r")
        read_until(port, b"OK\r\n")
    log = modem.log
    assert b"".join(entry.data for entry in log if entry.to_modem) == b"AT\r"
    assert b"".join(entry.data for entry in log if not entry.to_modem) == b"AT\r\r\nOK\r\n"
    assert [entry.at for entry in log] == sorted(entry.at for entry in log)


def test_pulling_the_plug_takes_port_and_link_away(modem: EmulatedModem) -> None:
    port = opened(modem)
    modem.unplug()
    assert not os.path.lexists(modem.path)
    with pytest.raises(serial.SerialException):
        port.read(1)
    port.close()
    modem.unplug()  # twice is no harm
    modem.replug()
    with opened(modem) as port:
        assert b"RDY" in read_until(port, b"READY\r\n")
        port.write(b"AT\r")
        read_until(port, b"OK\r\n")


def test_plugging_in_what_is_in_changes_nothing(modem: EmulatedModem) -> None:
    with opened(modem) as port:
        modem.replug()
        port.write(b"AT\r")
        read_until(port, b"OK\r\n")


def test_what_is_said_while_nobody_listens_is_lost(modem: EmulatedModem) -> None:
    modem.inject("RING")
    with opened(modem) as port:
        modem.inject("SECOND")
        assert read_until(port, b"SECOND\r\n") == b"\r\nSECOND\r\n"


def test_a_program_may_leave_and_another_come(modem: EmulatedModem) -> None:
    for _ in range(3):
        with opened(modem) as port:
            port.write(b"AT\r")
            read_until(port, b"OK\r\n")


def test_a_reader_who_does_not_read_holds_nothing_up(modem: EmulatedModem) -> None:
    with opened(modem):
        for _ in range(3_000):
            modem.inject("x" * 100)
        assert modem.calls == 0  # it still takes part


def test_a_hung_modem_is_silent_until_it_comes_back(modem: EmulatedModem) -> None:
    with opened(modem) as port:
        modem.hang()
        port.write(b"AT\r")
        port.timeout = 0.1
        assert port.read(1) == b""
        modem.unhang()
        port.timeout = 5
        port.write(b"AT\r")
        read_until(port, b"OK\r\n")


def test_a_hook_may_ring_from_within_a_command(modem: EmulatedModem) -> None:
    def hook(typed: str) -> Answer | None:
        if typed != "+CSQ":
            return None
        modem.call("07700900123", rings=1, interval=0.02)
        return Answer(("+CSQ: 5,99",))

    modem.command_hook = hook
    with opened(modem) as port:
        port.write(b"AT+CSQ\r")
        said = read_until(port, b"NO CARRIER\r\n")
    assert said.index(b"RING") < said.index(b"+CSQ: 5,99")


def test_every_trouble_can_be_arranged(modem: EmulatedModem) -> None:
    with opened(modem) as port:
        port.write(b"AT+CMEE=1;+CREG=1\r")
        read_until(port, b"OK\r\n")
        modem.fail_next_send(38)
        port.write(b"AT+CMGS=18\r")
        read_until(port, b"> ")
        port.write(HELLO + b"\x1a")
        read_until(port, b"+CMS ERROR: 38\r\n")
        modem.no_signal()
        read_until(port, b"+CREG: 2\r\n")
        modem.text("+447700900123", "Hello")
        assert modem.held == 1
        modem.signal(11)
        read_until(port, b"+CREG: 1\r\n")
        wait_for(lambda: modem.held == 0, what="the text to be stored")
        modem.remove_sim()
        port.write(b"AT+CPIN?\r")
        read_until(port, b"+CME ERROR: 10\r\n")
        modem.insert_sim(pin="1234")
        port.write(b"AT+CPIN?\r")
        read_until(port, b"+CPIN: SIM PIN\r\n")


def test_a_file_in_the_links_place_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "modem").write_text("precious")
    with pytest.raises(LinkInTheWay, match="in the way"), EmulatedModem(link=tmp_path / "modem"):
        pass
    assert (tmp_path / "modem").read_text() == "precious"


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    descriptors = len(list(DESCRIPTORS.iterdir()))
    with EmulatedModem(link=tmp_path / "modem") as modem:
        modem.unplug()
        modem.replug()
    assert list(tmp_path.iterdir()) == []
    assert len(list(DESCRIPTORS.iterdir())) == descriptors
