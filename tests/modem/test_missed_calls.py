"""The modem's own list of missed calls, as it is asked for and read."""

from __future__ import annotations

import pytest

from appliance.modem import answers
from appliance.modem.channel import Command, Response
from appliance.modem.events import MissedCalls
from appliance.modem.result_codes import Ok
from appliance.modem.session import DRAIN_S
from tests.modem.wire import Wire

IMEI = "490154203237518"
LIST = ('+CPBR: 1,"07700900123",129,""', '+CPBR: 3,"447700900456",145,"Bob"', '+CPBR: 4,"",128,""')


def keeping(wire: Wire, *lines: str, used: int | None = None) -> Wire:
    """Let the modem keep a list of missed calls with these lines."""
    count = len(lines) if used is None else used
    wire.modem.script('AT+CPBS="MC"', ("OK",))
    wire.modem.script("AT+CPBS?", (f'+CPBS: "MC",{count},20', "OK"))
    wire.modem.script("AT+CPBR", (*lines, "OK"))
    wire.modem.script("AT+CGSN", (IMEI, "OK"))
    return wire


def test_the_list_is_read_once_the_modem_is_ready_and_again_every_few_minutes() -> None:
    wire = keeping(Wire(), *LIST).open()
    told = MissedCalls(IMEI, ("07700900123", "+447700900456"))
    assert wire.of(MissedCalls) == [told]
    wire.run(DRAIN_S + 1)
    assert wire.of(MissedCalls) == [told, told]
    assert wire.commands.count("AT+CGSN") == 1


def test_an_empty_list_is_told_of_and_not_read() -> None:
    wire = keeping(Wire()).open()
    assert wire.of(MissedCalls) == [MissedCalls(IMEI, ())]
    assert not [command for command in wire.commands if command.startswith("AT+CPBR")]


@pytest.mark.parametrize("final", ["ERROR", "+CME ERROR: 4", "+CME ERROR: operation not supported"])
def test_a_modem_that_keeps_no_list_is_asked_once(final: str) -> None:
    wire = Wire()
    wire.modem.script('AT+CPBS="MC"', (final,))
    wire.open().run(4 * DRAIN_S)
    assert wire.of(MissedCalls) == []
    assert wire.commands.count('AT+CPBS="MC"') == 1


def test_a_sim_that_is_busy_is_asked_again_later() -> None:
    wire = keeping(Wire(), *LIST)
    wire.modem.script('AT+CPBS="MC"', ("+CME ERROR: 14",), ("OK",))
    wire.open()
    assert wire.of(MissedCalls) == []
    wire.run(DRAIN_S + 1)
    assert len(wire.of(MissedCalls)) == 1


def test_a_range_that_is_too_long_is_asked_for_again_as_long_as_the_list() -> None:
    wire = keeping(Wire(), *LIST)
    wire.modem.script("AT+CPBR", ("+CME ERROR: 21",), (*LIST, "OK"))
    wire.open()
    assert [command for command in wire.commands if "CPBR" in command] == ["AT+CPBR=1,20", "AT+CPBR=1,3"]
    assert len(wire.of(MissedCalls)) == 1


def test_a_list_that_cannot_be_read_is_not_taken_for_an_empty_one() -> None:
    wire = keeping(Wire(), used=3)
    wire.modem.refuse("AT+CPBR")
    assert wire.open().of(MissedCalls) == []


def test_no_number_shows_where_an_event_is_printed() -> None:
    shown = repr(MissedCalls(IMEI, ("07700900123",)))
    assert "07700" not in shown
    assert IMEI not in shown


@pytest.mark.parametrize(
    "line",
    [
        "+CPBR:",
        "+CPBR: 1",
        '+CPBR: 1,""',
        "+CPBR: ,,,",
        '+CPBR: x,"07700900123"',
        "+CPBR: 1,2\x00",
        "rubbish",
    ],
)
def test_a_line_that_makes_no_sense_is_no_caller(line: str) -> None:
    response = Response(Command("AT+CPBR=1,20"), Ok(), (line, '+CPBR: 2,"07700900456",129,""'))
    assert "07700900456" in answers.phone_book(response)
    assert len(answers.phone_book(response)) <= 2


@pytest.mark.parametrize(
    ("line", "number"), [(IMEI, IMEI), (f'+CGSN: "{IMEI}"', IMEI), ("ERROR", None), ("", None), ("12", None)]
)
def test_the_modems_own_number_is_read_however_it_is_told(line: str, number: str | None) -> None:
    assert answers.serial_number(Response(Command("AT+CGSN"), Ok(), (line,))) == number
