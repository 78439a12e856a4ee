"""The foreign modem is only worth asking if it is one: here it is driven by pyserial alone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import serial
from gsmmodem.pdu import decodeSmsPdu, encodeSmsSubmitPdu

from tests.foreign_codec import split_commands
from tests.foreign_modem import BARE, Clcc, ForeignModem, Habits
from tests.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CALLER = "+447700900123"


class Terminal:
    """A person at a terminal: types, and reads until the words they wait for."""

    def __init__(self, path: Path) -> None:
        self.port = serial.Serial(str(path), timeout=0.02)

    def until(self, *endings: str, within: float = 5.0) -> str:
        heard = b""
        deadline = time.monotonic() + within
        while not heard.endswith(tuple(end.encode() for end in endings)):
            assert time.monotonic() < deadline, f"only heard {heard!r}"
            heard += self.port.read(max(1, self.port.in_waiting))
        return heard.decode("latin-1")

    def ask(self, command: str) -> str:
        self.port.write(command.encode() + b"\r")
        return self.until("OK\r\n", "ERROR\r\n", "> ", "+CMS ERROR: 321\r\n")

    def send(self, text: str) -> str:
        (pdu,) = encodeSmsSubmitPdu(CALLER, text, requestStatusReport=False)
        assert self.ask(f"AT+CMGS={pdu.tpduLength}").endswith("> ")
        self.port.write(str(pdu).encode() + b"\x1a")
        return self.until("OK\r\n", "ERROR: 304\r\n", "ERROR: 38\r\n")


@pytest.fixture
def modem(tmp_path: Path) -> Iterator[ForeignModem]:
    with ForeignModem(tmp_path / "tty") as modem:
        yield modem


@pytest.fixture
def terminal(modem: ForeignModem) -> Iterator[Terminal]:
    terminal = Terminal(modem.link)
    yield terminal
    terminal.port.close()


def test_it_echoes_until_told_not_to(terminal: Terminal) -> None:
    assert terminal.ask("AT") == "AT\r\r\nOK\r\n"
    assert terminal.ask("ATE0") == "ATE0\r\r\nOK\r\n"
    assert terminal.ask("AT") == "\r\nOK\r\n"


def test_a_chain_of_commands_stops_at_the_first_it_does_not_know(
    terminal: Terminal, modem: ForeignModem
) -> None:
    assert "+CSQ: 18,99\r\n\r\nOK" in terminal.ask("ATE0V1+CLIP=1;+CSQ")
    assert terminal.ask("AT+CSQ;+NONSENSE;+CREG?") == "\r\n+CSQ: 18,99\r\n\r\nERROR\r\n"
    assert modem.commands == ["E0V1+CLIP=1;+CSQ", "+CSQ;+NONSENSE;+CREG?"]


@pytest.mark.parametrize(
    ("line", "commands"),
    [
        ("", [("", "")]),
        ("E0", [("E", "0")]),
        ("&FE0V1", [("&F", ""), ("E", "0"), ("V", "1")]),
        ("+CLIP=1;+CMGF=0", [("+CLIP", "=1"), ("+CMGF", "=0")]),
        ('+CPMS="SM","SM","SM"', [("+CPMS", '="SM","SM","SM"')]),
        ("+cmgs=23", [("+CMGS", "=23")]),
    ],
)
def test_a_command_line_is_split_as_v250_splits_it(line: str, commands: list[tuple[str, str]]) -> None:
    assert split_commands(line) == commands


def test_a_call_rings_shows_its_number_and_ends(terminal: Terminal, modem: ForeignModem) -> None:
    terminal.ask("ATE0+CLIP=1")
    modem.ring("07700900123", times=2, interval=0.05)
    ring = '\r\nRING\r\n\r\n+CLIP: "07700900123",129,,,,0\r\n'
    assert terminal.until("NO CARRIER\r\n") == ring * 2 + "\r\nNO CARRIER\r\n"
    assert modem.idle


def test_a_withheld_call_shows_an_empty_number(terminal: Terminal, modem: ForeignModem) -> None:
    terminal.ask("ATE0+CLIP=1")
    modem.ring_withheld(times=1)
    assert '+CLIP: "",128,,,,1' in terminal.until("NO CARRIER\r\n")


def test_nobody_is_named_before_clip_is_asked_for(terminal: Terminal, modem: ForeignModem) -> None:
    terminal.ask("ATE0")
    modem.ring(times=1)
    assert "+CLIP" not in terminal.until("NO CARRIER\r\n")


def test_the_current_call_is_listed_with_its_state(terminal: Terminal, modem: ForeignModem) -> None:
    terminal.ask("ATE0")
    assert terminal.ask("AT+CLCC") == "\r\nOK\r\n"
    modem.ring(times=9)
    terminal.until("RING\r\n")
    assert '+CLCC: 1,1,4,0,0,"07700900123",129' in terminal.ask("AT+CLCC")
    modem.answer()
    assert "+CLCC: 1,1,0,0,0" in terminal.ask("AT+CLCC")
    modem.hang_up()
    terminal.until("NO CARRIER\r\n")
    assert terminal.ask("AT+CLCC") == "\r\nOK\r\n"


def test_a_text_is_taken_after_the_prompt_and_decoded(terminal: Terminal, modem: ForeignModem) -> None:
    terminal.ask("ATE0+CMGF=0")
    assert terminal.send("Sorry, £5 and a ^") == "\r\n+CMGS: 1\r\n\r\nOK\r\n"
    assert [(one.number, one.text, one.parts) for one in modem.sent] == [(CALLER, "Sorry, £5 and a ^", 1)]


def test_a_text_of_the_wrong_length_is_refused(terminal: Terminal, modem: ForeignModem) -> None:
    terminal.ask("ATE0+CMGF=0")
    assert terminal.ask("AT+CMGS=9").endswith("\r\n> ")
    terminal.port.write(b"0001000B91\x1a")
    assert terminal.until("304\r\n") == "\r\n+CMS ERROR: 304\r\n"
    assert modem.sent == []


def test_escape_leaves_the_prompt_and_nothing_goes(terminal: Terminal, modem: ForeignModem) -> None:
    terminal.ask("ATE0+CMGF=0")
    terminal.ask("AT+CMGS=20")
    terminal.port.write(b"00\x1b")
    assert terminal.until("OK\r\n") == "\r\nOK\r\n"
    assert terminal.ask("AT") == "\r\nOK\r\n"
    assert modem.submits == []


def test_the_network_can_refuse_a_text(terminal: Terminal, modem: ForeignModem) -> None:
    modem.cms_errors.append(38)
    terminal.ask("ATE0+CMGF=0")
    assert terminal.send("Hello") == "\r\n+CMS ERROR: 38\r\n"
    assert [one.refused for one in modem.submits] == [38]
    assert modem.sent == []


def test_an_arriving_text_is_stored_told_read_and_deleted(terminal: Terminal, modem: ForeignModem) -> None:
    terminal.ask("ATE0+CMGF=0;+CNMI=2,1,0,0,0")
    modem.text(CALLER, "Boiler is leaking")
    assert terminal.until("1\r\n") == '\r\n+CMTI: "SM",1\r\n'
    answer = terminal.ask("AT+CMGR=1").split("\r\n")
    assert answer[1].startswith("+CMGR: 0,,")
    read = decodeSmsPdu(answer[3])
    assert (read["number"], read["text"]) == (CALLER, "Boiler is leaking")
    assert "+CMGL: 1,1,," in terminal.ask("AT+CMGL=4")
    terminal.ask("AT+CMGD=1")
    assert terminal.ask("AT+CMGR=1") == "\r\n+CMS ERROR: 321\r\n"


def test_a_line_can_be_put_into_the_middle_of_an_answer(terminal: Terminal, modem: ForeignModem) -> None:
    terminal.ask("ATE0+CMGF=0")
    modem.interrupt("+CSQ", "RING")
    modem.interrupt("+CMGS", "RING")
    assert terminal.ask("AT+CSQ") == "\r\n+CSQ: 18,99\r\n\r\nRING\r\n\r\nOK\r\n"
    assert terminal.ask("AT+CMGS=20") == "\r\nRING\r\n\r\n> "


@pytest.mark.parametrize(("unknown", "final"), [("OK", "OK"), ("ERROR", "ERROR")])
def test_a_bare_modem_shrugs_in_its_own_way(tmp_path: Path, unknown: str, final: str) -> None:
    with ForeignModem(tmp_path / "tty", Habits(knows=BARE, unknown=unknown)) as modem:
        terminal = Terminal(modem.link)
        terminal.ask("ATE0")
        assert terminal.ask("AT+CSQ") == f"\r\n{final}\r\n"
        assert "+CPIN: READY" in terminal.ask("AT+CPIN?")
        terminal.port.close()


def test_a_modem_may_name_the_caller_late_early_or_end_lines_with_cr_alone(tmp_path: Path) -> None:
    habits = Habits(first_clip=2, clip_before_ring=True, line_end="\r", clcc=Clcc.UNKNOWN)
    with ForeignModem(tmp_path / "tty", habits) as modem:
        terminal = Terminal(modem.link)
        terminal.port.write(b"ATE0+CLIP=1\r")
        terminal.until("\rOK\r")
        modem.ring("07700900123", times=2, interval=0.05)
        clip = '\r+CLIP: "07700900123",129,,,,0\r'
        assert terminal.until("\rNO CARRIER\r") == f"\rRING\r{clip}\rRING\r\rNO CARRIER\r"
        terminal.port.close()


def test_pulling_the_plug_kills_the_port_and_plugging_in_again_forgets(
    modem: ForeignModem, tmp_path: Path
) -> None:
    first = Terminal(modem.link)
    first.ask("ATE0+CLIP=1")
    modem.unplug()
    assert not modem.link.exists()
    with pytest.raises(OSError):  # noqa: PT011 - pyserial's SerialException is one, and says it in many ways
        first.until("nothing")
    first.port.close()
    modem.plug()
    second = Terminal(modem.link)
    assert second.ask("AT").startswith("AT\r")
    second.port.close()


def test_a_deaf_modem_takes_bytes_and_says_nothing(terminal: Terminal, modem: ForeignModem) -> None:
    modem.deaf = True
    terminal.port.write(b"AT\r")
    modem.say(b"\xff\x00\r\nhello\r\n")
    assert terminal.until("hello\r\n").encode("latin-1") == b"\xff\x00\r\nhello\r\n"
    wait_for(lambda: bytes(modem.received) == b"AT\r")
